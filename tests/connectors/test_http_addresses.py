"""What the session dials, and where it lets itself be led."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from connectors.addresses import AddressPolicy
from connectors.errors import (
    AddressBlocked,
    ShopUnreachable,
)
from connectors.http import HttpSession
from tests.support.hostile import (
    HostileServer,
    head,
    redirect,
    reply,
)
from tests.support.sessions import failure, session_for, takes


def test_redirects_are_followed_and_told() -> None:
    routes = {"/a": redirect("/b"), "/b": redirect("c?x=1#part", 308), "/c": reply(200, b"here")}
    with HostileServer(routes) as server, session_for(server) as session:
        response = session.get(server.url("/a"), {"page": 1})
    assert (response.body, response.url) == (b"here", server.url("/c?x=1"))
    assert session.requests == 3


def test_redirects_can_be_left_to_the_caller() -> None:
    with HostileServer({"/a": redirect("/b", 301)}) as server, session_for(server) as session:
        response = session.get(server.url("/a"), follow_redirects=False)
    assert (response.status, response.headers["location"]) == (301, "/b")


def test_a_redirect_loop_ends_after_five() -> None:
    error = failure(redirect("/"), ShopUnreachable, sent=6)
    assert "renvoie sans fin" in error.message


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fd00:ec2::254]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0/",
        "http://localhost/",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://8.8.8.8/",
        "http://user:pass@8.8.8.8/",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(location: str) -> None:
    with (
        takes(0, 4),
        HostileServer({"/": redirect(location)}) as server,
        session_for(server) as session,
        pytest.raises(AddressBlocked),
    ):
        session.get(server.url())
    assert session.requests == 1


def test_a_redirect_to_rubbish() -> None:
    assert "unreadable address" in failure(redirect("http://["), ShopUnreachable, sent=1).detail


def test_an_endless_redirect_body_does_not_matter() -> None:
    def endless(line: object, request: object) -> None:
        line.send(head(302, {"Location": "/b", "Connection": "close"}))  # type: ignore[attr-defined]
        while True:
            line.send(b"x" * 65536)  # type: ignore[attr-defined]

    with takes(0, 4), HostileServer({"/": endless, "/b": reply(200, b"b")}) as server, session_for(server) as session:
        assert session.get(server.url()).body == b"b"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_private_addresses_are_never_dialled(host: str) -> None:
    with HostileServer({"/": reply(200)}) as server, session_for() as session, pytest.raises(AddressBlocked) as caught:
        session.get(server.url(host=host))
    assert server.connections == 0
    assert "adresse publique" in caught.value.message


def test_a_name_is_allowed_with_its_port_only() -> None:
    with (
        HostileServer({"/": reply(200, b"me")}) as server,
        HttpSession(AddressPolicy.from_setting(f"localhost:{server.port}"), user_agent="x") as session,
    ):
        assert session.get(server.url(host="localhost")).body == b"me"
        with pytest.raises(AddressBlocked):
            session.get(f"http://localhost:{server.port + 1}/")
        with pytest.raises(AddressBlocked):
            session.get(server.url())


Resolver = Callable[[dict[str, list[str]]], None]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """Makes names resolve as told, through the system's own function for everything else."""

    def set_names(names: dict[str, list[str]]) -> None:
        system = socket.getaddrinfo

        def getaddrinfo(host: str, port: int, *args: object, **kwargs: object) -> list[object]:
            if host not in names:
                return system(host, port, *args, **kwargs)  # type: ignore[arg-type, return-value]
            return [entry for address in names[host] for entry in system(address, port, *args, **kwargs)]  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return set_names


def test_only_the_allowed_addresses_of_a_name_are_dialled(resolver: Resolver) -> None:
    resolver({"boutique.example": ["10.0.0.1", "127.0.0.1", "169.254.169.254"]})
    with (
        HostileServer({"/": reply(200)}) as server,
        session_for() as session,
        pytest.raises(AddressBlocked, match=r"10\.0\.0\.1, 127\.0\.0\.1, 169\.254\.169\.254"),
    ):
        session.get(server.url(host="boutique.example"))
    assert server.connections == 0


def test_the_next_address_is_tried_and_the_name_stays_in_the_request(resolver: Resolver) -> None:
    resolver({"boutique.example": ["127.0.0.2", "127.0.0.1"]})  # nobody listens on the first
    with (
        HostileServer({"/": reply(200)}) as server,
        HttpSession(AddressPolicy.from_setting("boutique.example"), user_agent="x") as session,
    ):
        assert session.get(server.url(host="boutique.example")).status == 200
    assert server.seen[0].headers["host"] == f"boutique.example:{server.port}"


def test_a_name_that_does_not_exist() -> None:
    with takes(0, 5), session_for() as session, pytest.raises(ShopUnreachable) as caught:
        session.get("https://boutique.invalid/")
    assert "n'existe pas" in caught.value.message
    assert session.requests == 0


@pytest.mark.parametrize("url", [f"http://{'a' * 64}.example/", "http://a..example/"])
def test_a_name_that_cannot_exist(url: str) -> None:
    with session_for() as session, pytest.raises((ShopUnreachable, AddressBlocked)):
        session.get(url)


@pytest.mark.parametrize(
    "url",
    ["ftp://boutique.example/", "file:///etc/passwd", "boutique.example", "", "http://", "http://u:p@boutique.example/",
     "http://boutique.example:99999/", "javascript:alert(1)", "http://bou tique.example/", "http://[::1%25lo]/"],
)  # fmt: skip
def test_what_is_no_shop_address(url: str) -> None:
    with session_for() as session, pytest.raises(AddressBlocked) as caught:
        session.get(url)
    assert "https://" in caught.value.message
    assert "u:p" not in caught.value.detail


def test_ipv6() -> None:
    try:
        server = HostileServer({"/": reply(200, b"six")}, host="::1")
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with server, session_for(server) as session:
        assert session.get(server.url()).body == b"six"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_proxies_from_the_environment_are_ignored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with HostileServer({"/": reply(200)}) as server, HostileServer() as proxy:
        monkeypatch.setenv(name, proxy.url())
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with session_for(server, tries=1) as session:
            assert session.get(server.url()).status == 200
            with pytest.raises(AddressBlocked):
                session.get("http://10.1.2.3/")
    assert proxy.connections == 0
