"""A guarded session that may call the test servers, and what its failures look like."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connectors.addresses import AddressPolicy
from connectors.errors import ConnectorError
from connectors.http import HttpSession
from tests.support.hostile import Behaviour, HostileServer


def session_for(*servers: HostileServer, **options: object) -> HttpSession:
    policy = AddressPolicy(frozenset(server.allowed for server in servers))
    settings: dict[str, object] = {"user_agent": "EmplettesBot/1.0 (+https://portail.example/robot)", **options}
    return HttpSession(policy, **settings)  # type: ignore[arg-type]


@contextmanager
def takes(at_least: float = 0.0, at_most: float = 5.0) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert at_least <= time.monotonic() - began <= at_most


def failure(
    behaviour: Behaviour, kind: type[ConnectorError], *, sent: int | None = None, **options: object
) -> ConnectorError:
    """What one GET of a server that behaves like this raises; `sent` requests must have reached the server."""
    with (
        HostileServer({"/": behaviour}) as server,
        session_for(server, **options) as session,
        pytest.raises(kind) as caught,
    ):
        session.get(server.url())
    if sent is not None:
        assert len(server.seen) == session.requests == sent
    return caught.value
