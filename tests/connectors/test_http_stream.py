"""Answers that are read while they come: the same guard as for whole ones, and a cut that always shows."""

from __future__ import annotations

import gzip
import threading
import time
from typing import Any

import pytest

from connectors.addresses import AddressPolicy
from connectors.errors import AddressBlocked, CatalogueMalformed, ConnectorError, ShopThrottled, ShopUnreachable
from connectors.http import Cancelled, HttpSession
from tests.support.hostile import Behaviour, Hangup, HostileServer, Line, Seen, redirect, reply
from tests.support.sessions import session_for, takes

BODY = b"".join(b"%d\n" % n for n in range(100_000))


def half(line: Line, seen: Seen) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY[: len(BODY) // 2])
    raise Hangup


def stalls(line: Line, seen: Seen) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY[: len(BODY) // 2])
    line.pause(20)


def stalls_without_length(line: Line, seen: Seen) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY[:1000])
    line.pause(20)


def half_chunked(line: Line, seen: Seen) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    raise Hangup


def closes(line: Line, seen: Seen) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY)
    raise Hangup


def drained(session: HttpSession, url: str, **options: Any) -> tuple[bytes, Exception | None]:
    """All that comes, and the error that ends it."""
    came = b""
    try:
        with session.stream(url, **options) as stream:
            for piece in stream:
                came += piece
    except (ConnectorError, Cancelled) as error:
        return came, error
    return came, None


PACKED = gzip.compress(BODY, mtime=0)


@pytest.mark.parametrize(
    ("behaviour", "announced"),
    [
        (reply(200, BODY), True),
        (reply(200, PACKED, {"Content-Encoding": "gzip"}), True),
        (closes, False),
    ],
)
def test_a_body_comes_decoded_in_pieces_and_is_counted(behaviour: Behaviour, announced: bool) -> None:
    with HostileServer({"/": behaviour}) as server, session_for(server) as session:
        with session.stream(server.url()) as stream:
            assert (stream.status, session.requests) == (200, 1)
            assert stream.announces_its_end == announced
            pieces = list(stream)
        assert b"".join(pieces) == BODY
        assert max(map(len, pieces)) <= 256 * 1024
        assert session.bytes in (len(BODY), len(PACKED))


def test_the_connection_is_kept_after_the_end_and_dropped_before_it() -> None:
    with HostileServer({"/": reply(200, BODY)}) as server, session_for(server) as session:
        for _ in range(2):
            with session.stream(server.url()) as stream:
                list(stream)
        assert session.get(server.url()).body == BODY
        assert server.connections == 1
        with session.stream(server.url()) as stream:
            next(iter(stream))
        assert session.get(server.url()).body == BODY
        assert server.connections == 2


@pytest.mark.parametrize("behaviour", [half, half_chunked, reply(200, PACKED[:-9], {"Content-Encoding": "gzip"})])
def test_a_body_that_breaks_off_is_an_error_after_what_came(behaviour: Behaviour) -> None:
    with HostileServer({"/": behaviour}) as server, session_for(server) as session:
        came, error = drained(session, server.url())
        assert came
        assert isinstance(error, ShopUnreachable)
        assert len(server.seen) == 1  # once the body has begun, nothing is tried again


def test_opening_is_tried_again_as_for_any_request() -> None:
    answers = iter([reply(500), reply(503), reply(200, b"ok")])
    with HostileServer({"/": lambda line, seen: next(answers)(line, seen)}) as server, session_for(server) as session:
        with session.stream(server.url()) as stream:
            assert b"".join(stream) == b"ok"
        assert session.requests == 3
    refused = reply(429, headers={"Retry-After": "900"})
    with HostileServer({"/": refused}) as server, session_for(server) as session:
        assert isinstance(drained(session, server.url())[1], ShopThrottled)


def test_redirects_are_followed_and_judged_hop_by_hop() -> None:
    routes = {"/a": redirect("/b"), "/b": reply(200, b"ok")}
    with HostileServer(routes) as server, session_for(server) as session, session.stream(server.url("/a")) as stream:
        assert stream.url == server.url("/b")
        assert b"".join(stream) == b"ok"
    blocked = redirect("http://169.254.169.254/latest")
    with HostileServer({"/": blocked}) as server, session_for(server) as session:
        assert isinstance(drained(session, server.url())[1], AddressBlocked)
    with HttpSession(AddressPolicy(), user_agent="x") as session:
        assert isinstance(drained(session, "http://127.0.0.1:9/")[1], AddressBlocked)


@pytest.mark.parametrize(
    "behaviour", [reply(200, BODY), reply(200, gzip.compress(b"0" * 10**8, mtime=0), {"Content-Encoding": "gzip"})]
)
def test_the_cap_holds_for_what_is_sent_and_for_what_it_unpacks_to(behaviour: Behaviour) -> None:
    with HostileServer({"/": behaviour}) as server, session_for(server) as session:
        came, error = drained(session, server.url(), max_bytes=300_000)
        assert isinstance(error, CatalogueMalformed)
        assert len(came) <= 300_000


@pytest.mark.parametrize("behaviour", [stalls, stalls_without_length])
def test_the_deadline_holds_in_mid_body(behaviour: Behaviour) -> None:
    with HostileServer({"/": behaviour}) as server, session_for(server) as session:
        with takes(0.3, 2.0):
            assert isinstance(drained(session, server.url(), seconds=0.4)[1], ShopUnreachable)
        with takes(0.3, 2.0), session.within(0.4):
            assert isinstance(drained(session, server.url())[1], ShopUnreachable)


@pytest.mark.parametrize("behaviour", [stalls, stalls_without_length])
def test_another_thread_cancels_in_mid_body(behaviour: Behaviour) -> None:
    with HostileServer({"/": behaviour}) as server, session_for(server) as session:
        threading.Timer(0.3, session.cancel).start()
        began = time.monotonic()
        assert isinstance(drained(session, server.url())[1], Cancelled)
        assert time.monotonic() - began < 2.0
        assert isinstance(drained(session, server.url())[1], Cancelled)


def test_any_other_status_is_the_callers_to_judge() -> None:
    routes = {"/304": reply(304), "/404": reply(404, b"non"), "/501": reply(501)}
    with HostileServer(routes) as server, session_for(server) as session:
        for path in routes:
            with session.stream(server.url(path), headers={"If-None-Match": '"x"'}) as stream:
                assert f"/{stream.status}" == path
        assert server.seen[0].headers["if-none-match"] == '"x"'
