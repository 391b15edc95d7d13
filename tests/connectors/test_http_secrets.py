"""Who gets to see a key: the signer, the shop that it is for, and nobody else."""

from __future__ import annotations

import logging
import traceback
from urllib.parse import parse_qsl

import pytest

from connectors.errors import (
    AddressBlocked,
    ConnectorError,
    ShopUnreachable,
)
from tests.support.hostile import (
    HostileServer,
    in_turn,
    raw,
    redirect,
    reply,
    reset,
)
from tests.support.sessions import failure, session_for

SECRET = "cs_do_not_show_me"


class Signer:
    """Adds a header and one-time parameters, as OAuth 1.0a does, and remembers what it was shown."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, str]]] = []

    def __call__(self, method: str, url: str, params: dict[str, str], headers: dict[str, str]) -> None:
        self.calls.append((method, url, dict(params)))
        params["oauth_nonce"] = f"nonce{len(self.calls)}"
        params["consumer_secret"] = SECRET
        headers["Authorization"] = f"Basic {SECRET}"


def test_the_signer_sees_exactly_what_is_sent() -> None:
    with HostileServer({"/a b": reply(200), "/a%20b": reply(200)}) as server, session_for(server) as session:
        signer = Signer()
        response = session.get(server.url("/a b?rest_route=/wc/v3"), {"q": "é ~+&", "page": 2}, sign=signer)
    method, url, params = signer.calls[0]
    assert (method, url) == ("GET", server.url("/a%20b"))
    assert params == {"rest_route": "/wc/v3", "q": "é ~+&", "page": "2"}
    sent = dict(parse_qsl(server.seen[0].query, strict_parsing=True))
    assert sent == {**params, "oauth_nonce": "nonce1", "consumer_secret": SECRET}
    assert "q=%C3%A9%20~%2B%26" in server.seen[0].query
    assert SECRET not in response.url


def test_each_try_is_signed_anew() -> None:
    answers = in_turn(reply(500), reset(), reply(200))
    with HostileServer({"/": answers}) as server, session_for(server) as session:
        session.get(server.url(), {"page": 1}, sign=Signer())
    assert [dict(parse_qsl(seen.query))["oauth_nonce"] for seen in server.seen] == ["nonce1", "nonce2", "nonce3"]
    assert all(seen.query.count("oauth_nonce") == 1 for seen in server.seen)


def test_a_redirect_on_the_same_host_is_signed_anew() -> None:
    def moved(line: object, request: object) -> None:
        target = request.target.replace("/a?", "/b?")  # type: ignore[attr-defined]
        redirect(target)(line, request)  # type: ignore[arg-type]

    with HostileServer({"/a": moved, "/b": reply(200)}) as server, session_for(server) as session:
        response = session.get(server.url("/a"), {"page": 7}, sign=Signer())
    assert dict(parse_qsl(server.seen[1].query)) == {"page": "7", "oauth_nonce": "nonce2", "consumer_secret": SECRET}
    assert server.seen[1].headers["authorization"] == f"Basic {SECRET}"
    assert response.url == server.url("/b?page=7")


def test_a_redirect_to_another_host_carries_no_secret() -> None:
    with HostileServer({"/b": redirect("/c"), "/c": reply(200)}) as other:

        def away(line: object, request: object) -> None:
            redirect(other.url("/b?" + request.query))(line, request)  # type: ignore[attr-defined, arg-type]

        with HostileServer({"/a": away}) as server, session_for(server, other) as session:
            headers = {"Authorization": f"Bearer {SECRET}", "Cookie": SECRET, "X-Shop": "1"}
            session.get(server.url("/a"), {"page": 7}, headers=headers, sign=Signer())
    assert SECRET in server.seen[0].query
    assert [seen.target for seen in other.seen] == ["/b?page=7", "/c"]
    for seen in other.seen:
        assert SECRET not in str(seen)
        assert seen.headers["x-shop"] == "1"


def test_no_secret_in_errors_logs_or_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = in_turn(reply(200), reply(500), reset(), raw(b"HTTP/1.1 200 OK\r\nnot a header\r\n\r\n"), reply(404))
    shown = []
    with HostileServer({"/": answers, "/loop": redirect("/loop?token=" + SECRET)}) as server:
        with session_for(server, tries=1) as session:
            for _ in range(5):
                try:
                    session.get(server.url(), {"ws_key": SECRET}, sign=Signer())
                except ConnectorError as error:
                    shown.append("".join(traceback.format_exception(error)) + error.message + error.detail)
            with pytest.raises(ShopUnreachable) as looped:
                session.get(server.url("/loop"), sign=Signer())
            with pytest.raises(AddressBlocked) as refused:
                session.get(f"http://user:{SECRET}@127.0.0.1/?key={SECRET}")
        with session_for(tries=1) as session, pytest.raises(ShopUnreachable) as unknown:
            session.get("http://boutique.invalid/", sign=Signer())
    errors: list[ConnectorError] = [looped.value, refused.value, unknown.value]
    shown += ["".join(traceback.format_exception(error)) + error.message for error in errors]
    assert len(shown) == 5
    assert SECRET not in "".join(shown)
    assert "ws_key=***" in caplog.text
    assert SECRET not in caplog.text


def test_nothing_secret_hangs_on_the_error() -> None:
    """What a crash reporter would print: the errors that this one replaced."""
    error: BaseException | None = failure(reset(), ShopUnreachable, tries=1)
    while error is not None:
        assert isinstance(error, ConnectorError)
        error = error.__cause__ or error.__context__
