"""TLS over a dialled address: the certificate is still checked against the name."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests.adapters

from connectors.addresses import AddressPolicy
from connectors.errors import ShopUnreachable
from connectors.http import Cancelled, HttpSession
from tests.support.certificates import Authority
from tests.support.hostile import Behaviour, HostileServer, drip, full_backlog, hang, head, raw, redirect, reply
from tests.support.sessions import takes


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(made.bundle))
    return made


def local(**options: float) -> HttpSession:
    return HttpSession(AddressPolicy.from_setting("localhost"), user_agent="x", **options)  # type: ignore[arg-type]


def test_a_good_certificate_and_a_kept_connection(authority: Authority) -> None:
    with HostileServer({"/": reply(200, b"safe")}, tls=authority.server("localhost")) as server, local() as session:
        for _ in range(3):
            assert session.get(server.url(host="localhost")).body == b"safe"
    assert (server.connections, session.requests) == (1, 3)


@pytest.mark.parametrize(
    ("host", "days", "told"),
    [("localhost", -2, "a expiré"), ("autre.example", 30, "n'est pas fait pour cette adresse")],
)
def test_a_bad_certificate_is_told(authority: Authority, host: str, days: int, told: str) -> None:
    context = authority.server(host, valid_for=timedelta(days=days))
    with (
        HostileServer({"/": reply(200)}, tls=context) as server,
        local() as session,
        takes(0, 1),
        pytest.raises(ShopUnreachable) as caught,
    ):
        session.get(server.url(host="localhost"))
    assert told in caught.value.message
    assert server.seen == []


def test_an_unknown_authority_is_told(tmp_path: Path) -> None:
    context = Authority(tmp_path).server("localhost")
    with (
        HostileServer({"/": reply(200)}, tls=context) as server,
        local() as session,
        takes(0, 1),
        pytest.raises(ShopUnreachable) as caught,
    ):
        session.get(server.url(host="localhost"))
    assert "certificat" in caught.value.message
    assert server.seen == []


def test_the_environment_cannot_weaken_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.bundle))
    with (
        HostileServer({"/": reply(200)}, tls=authority.server("localhost")) as server,
        local() as session,
        pytest.raises(ShopUnreachable),
    ):
        session.get(server.url(host="localhost"))


def test_a_server_that_speaks_no_tls() -> None:
    with HostileServer() as server, local(request_seconds=1, tries=1) as session, pytest.raises(ShopUnreachable):
        session.get(server.url(host="localhost").replace("http:", "https:"))


def test_a_handshake_that_never_ends() -> None:
    with (
        full_backlog() as url,
        takes(0.9, 4),
        local(request_seconds=1, tries=1) as session,
        pytest.raises(ShopUnreachable),
    ):
        session.get(url.replace("http://127.0.0.1", "https://localhost"))
    with (
        HostileServer() as mute,
        takes(0.9, 4),
        local(request_seconds=1, tries=1) as session,
        pytest.raises(ShopUnreachable, match=r"not finished after 1\.0 s"),
    ):
        session.get(mute.url(host="localhost").replace("http:", "https:"))


@pytest.mark.parametrize(
    "behaviour",
    [hang(), drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), drip(head(200, {"Connection": "close"}), b"x")],
    ids=["hang", "headers", "body up to the end of file"],
)
def test_the_deadline_holds_inside_tls(authority: Authority, behaviour: Behaviour) -> None:
    with (
        HostileServer({"/": behaviour}, tls=authority.server("localhost")) as server,
        takes(0.9, 4),
        local(request_seconds=1, tries=1) as session,
        pytest.raises(ShopUnreachable, match=r"not finished after 1\.0 s"),
    ):
        session.get(server.url(host="localhost"))


def test_cancel_inside_tls(authority: Authority) -> None:

    with HostileServer({"/": hang()}, tls=authority.server("localhost")) as server, local() as session:
        timer = threading.Timer(0.3, session.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            session.get(server.url(host="localhost"))
    assert time.monotonic() - began < 1.3


def test_a_cut_tls_body(authority: Authority) -> None:
    cut = raw(head(200, {"Content-Length": "100"}) + b"half")
    with (
        HostileServer({"/": cut}, tls=authority.server("localhost")) as server,
        local(tries=1) as session,
        pytest.raises(ShopUnreachable),
    ):
        session.get(server.url(host="localhost"))


def test_a_downgrade_to_http_drops_the_signature(authority: Authority) -> None:
    with HostileServer({"/": reply(200)}) as plain:

        def away(line: object, request: object) -> None:
            redirect(plain.url("/?" + request.query, host="localhost"))(line, request)  # type: ignore[attr-defined, arg-type]

        with HostileServer({"/": away}, tls=authority.server("localhost")) as safe, local() as session:

            def sign(method: str, url: str, params: dict[str, str], headers: dict[str, str]) -> None:
                params["consumer_key"] = headers["Authorization"] = "secret"

            assert session.get(safe.url(host="localhost"), {"page": 1}, sign=sign).url == plain.url(
                "/?page=1", "localhost"
            )
    assert "secret" in str(safe.seen)
    assert "secret" not in str(plain.seen)
