"""Stopping a session from another thread."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from connectors.addresses import AddressPolicy
from connectors.errors import (
    ConnectorError,
)
from connectors.http import Cancelled, HttpSession
from tests.support.hostile import (
    Behaviour,
    HostileServer,
    drip,
    full_backlog,
    hang,
    head,
    reply,
)
from tests.support.sessions import session_for, takes


@pytest.mark.parametrize(
    "behaviour",
    [
        hang(),
        drip(head(200, {"Content-Length": "100000"}), b"x"),
        drip(head(200, {"Connection": "close"}), b"x"),
        reply(429, headers={"Retry-After": "30"}),
    ],
    ids=["hang", "drip", "drip up to the end of file", "wait for a retry"],
)
def test_cancel_ends_the_request_under_way_within_a_second(behaviour: Behaviour) -> None:
    with HostileServer({"/": behaviour}) as server, session_for(server) as session:
        _cancelled_soon(session, server.url())
        with takes(0, 0.2), pytest.raises(Cancelled):
            session.get(server.url())
    assert len(server.seen) == 1


def test_cancel_ends_a_connection_under_way() -> None:
    with full_backlog() as url, HttpSession(AddressPolicy.from_setting("127.0.0.1"), user_agent="x") as session:
        _cancelled_soon(session, url)


def test_cancel_ends_a_look_up_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def never(*args: object, **kwargs: object) -> list[object]:
        released.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    with session_for() as session:
        _cancelled_soon(session, "http://boutique.example/")
    released.set()


def test_cancelled_is_not_a_fault_of_the_shop() -> None:
    assert not issubclass(Cancelled, ConnectorError)


def _cancelled_soon(session: HttpSession, url: str) -> None:
    asked: list[float] = []

    def cancel() -> None:
        asked.append(time.monotonic())
        session.cancel()

    timer = threading.Timer(0.3, cancel)
    timer.start()
    with pytest.raises(Cancelled):
        session.get(url)
    timer.join()
    assert time.monotonic() - asked[0] < 1.0
