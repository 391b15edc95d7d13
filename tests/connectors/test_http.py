"""The session against servers that behave badly, over real sockets on loopback."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors.addresses import AddressPolicy
from connectors.errors import (
    CatalogueMalformed,
    ShopInMaintenance,
    ShopThrottled,
    ShopUnreachable,
)
from connectors.http import HttpSession
from tests.support.hostile import (
    Behaviour,
    HostileServer,
    drip,
    endless_chunks,
    full_backlog,
    gzip_bomb,
    hang,
    head,
    in_turn,
    raw,
    reply,
    reset,
)
from tests.support.sessions import failure, session_for, takes


def test_a_plain_answer_and_what_was_sent() -> None:
    with HostileServer({"/a": reply(200, b"{}", {"X-WP-Total": "3"})}) as server, session_for(server) as session:
        response = session.get(server.url("/a"), {"page": 2})
    assert (response.status, response.body, response.headers["x-wp-total"]) == (200, b"{}", "3")
    assert response.url == server.url("/a?page=2")
    sent = server.seen[0]
    assert sent.method == "GET"
    assert sent.headers["user-agent"] == "EmplettesBot/1.0 (+https://portail.example/robot)"
    assert sent.headers["accept-encoding"] == "gzip, deflate"
    assert sent.headers["host"] == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 403, 404, 410, 455, 501])
def test_other_statuses_are_the_callers_business(status: int) -> None:
    with HostileServer({"/": reply(status)}) as server, session_for(server) as session:
        assert session.get(server.url()).status == status
    assert len(server.seen) == 1


def test_one_connection_carries_many_requests() -> None:
    with HostileServer({"/": reply(200, b"x" * 1000)}) as server, session_for(server) as session:
        for _ in range(5):
            session.get(server.url())
    assert server.connections == 1
    assert (session.requests, session.bytes) == (5, 5000)


@pytest.mark.parametrize("budget", [{"most_requests": 3}, {"most_bytes": 2500}])
def test_a_session_has_a_budget(budget: dict[str, int]) -> None:
    with HostileServer({"/": reply(200, b"x" * 1000)}) as server:
        policy = AddressPolicy.from_setting(f"127.0.0.1:{server.port}")
        with HttpSession(policy, user_agent="x", **budget) as session:
            for _ in range(3):
                session.get(server.url())
            for _ in range(2):
                with pytest.raises(CatalogueMalformed, match="all that a run may take"):
                    session.get(server.url())
            session.count(10**6, 0)
    assert len(server.seen) == 3


def test_parameters_are_encoded_once_and_predictably() -> None:
    with HostileServer({"/p": reply(200)}) as server, session_for(server) as session:
        session.get(server.url("/p?rest_route=/wc/v3/products"), {"q": "é ~[],/&=+%", "n": 5})
    assert server.seen[0].query == "rest_route=/wc/v3/products&q=%C3%A9%20~%5B%5D%2C%2F%26%3D%2B%25&n=5"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"bonjour" * 100, mtime=0)),
        ("gzip", gzip.compress(b"bonjour" * 50, mtime=0) + gzip.compress(b"bonjour" * 50, mtime=0)),
        ("gzip", gzip.compress(b"bonjour" * 100, mtime=0) + b"\0" * 512),
        ("x-gzip", gzip.compress(b"bonjour" * 100, mtime=0)),
        ("deflate", zlib.compress(b"bonjour" * 100)),
        ("deflate", zlib.compress(b"bonjour" * 100)[2:-4]),
        ("identity", b"bonjour" * 100),
    ],
)
def test_compressed_bodies(encoding: str, body: bytes) -> None:
    with (
        HostileServer({"/": reply(200, body, {"Content-Encoding": encoding})}) as server,
        session_for(server) as session,
    ):
        assert session.get(server.url()).body == b"bonjour" * 100
        assert session.bytes == len(body), "counted as received"


def test_one_request_at_a_time() -> None:
    under_way: list[int] = []
    most: list[int] = []

    def behave(line: object, request: object) -> None:
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.05)
        under_way.pop()
        reply(200)(line, request)  # type: ignore[arg-type]

    with HostileServer({"/": behave}) as server, session_for(server) as session:
        threads = [threading.Thread(target=session.get, args=(server.url(),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == [1, 1, 1, 1]


def test_a_hang_ends_at_the_request_deadline() -> None:
    with takes(0.9, 4):
        error = failure(hang(), ShopUnreachable, sent=1, request_seconds=1.0, tries=1)
    assert "not finished after 1.0 s" in error.detail


@pytest.mark.parametrize(
    "behaviour",
    [
        drip(b"", b"HTTP/1.1 200 OK\r\nX-A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        drip(head(200, {"Content-Length": "100000"}), b"x"),
        drip(head(200, {"Transfer-Encoding": "chunked"}), b"1\r\nx\r\n"),
        drip(head(200, {"Connection": "close"}), b"x"),
        drip(head(200, {"Content-Encoding": "gzip", "Connection": "close"}), gzip.compress(b"x", mtime=0)[:10] * 9),
    ],
    ids=["status line", "headers", "body", "chunks", "body up to the end of file", "compressed body"],
)
def test_slow_drips_end_at_the_request_deadline(behaviour: Behaviour) -> None:
    with takes(0.9, 4):
        failure(behaviour, ShopUnreachable, sent=1, request_seconds=1.0, tries=1)


def test_the_session_deadline_ends_retries_and_waits() -> None:
    with takes(1.4, 4):
        failure(hang(), ShopUnreachable, request_seconds=0.6, deadline=1.5)
    with takes(0, 1):
        failure(reply(500), ShopUnreachable, sent=1, deadline=0.4)


def test_a_stretch_of_the_session_can_be_bounded() -> None:
    with HostileServer({"/": hang(), "/ok": reply(200)}) as server, session_for(server) as session:
        with takes(0.4, 4), session.within(0.5), pytest.raises(ShopUnreachable):
            session.get(server.url())
        assert session.get(server.url("/ok")).status == 200


def test_nothing_is_sent_after_the_session_deadline() -> None:
    with HostileServer({"/": reply(200)}) as server, session_for(server, deadline=0.05) as session:
        time.sleep(0.1)
        with pytest.raises(ShopUnreachable, match="no time left"):
            session.get(server.url())
    assert server.seen == []


def test_a_port_that_nobody_listens_on() -> None:
    with HostileServer() as server:
        pass
    with takes(0.4, 4), session_for(server, tries=2) as session, pytest.raises(ShopUnreachable) as caught:
        session.get(server.url())
    assert "Connection refused" in caught.value.detail
    assert session.requests == 0


def test_a_host_that_takes_no_connection() -> None:
    with (
        full_backlog() as url,
        takes(0.9, 4),
        HttpSession(AddressPolicy.from_setting("127.0.0.1"), user_agent="x", request_seconds=1.0, tries=1) as session,
        pytest.raises(ShopUnreachable),
    ):
        session.get(url)


@pytest.mark.parametrize(
    "behaviour",
    [
        reset(),
        raw(b""),
        raw(b"\x16\x03\x01 what is this"),
        raw(head(200, {"Content-Length": "100"}) + b"half"),
        raw(head(200, {"Transfer-Encoding": "chunked"}) + b"10\r\nhalf"),
        raw(head(200, {"Transfer-Encoding": "chunked"}) + b"zz\r\n"),
        raw(head(200, {"Content-Encoding": "gzip"}) + gzip.compress(b"x" * 10_000, mtime=0)[:-12]),
        raw(head(200, {"Content-Encoding": "deflate"}) + zlib.compress(b"x" * 10_000)[:-12]),
        reply(200, b"not gzip", {"Content-Encoding": "gzip"}),
        reply(200, b"never asked for", {"Content-Encoding": "br"}),
        raw(head(103)),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"),
    ],
    ids=["reset", "closed", "not http", "cut body", "cut chunk", "bad chunk", "cut gzip", "cut deflate", "no gzip",
         "unknown coding", "103", "500 headers"],
)  # fmt: skip
def test_broken_answers_are_tried_again_and_then_unreachable(behaviour: Behaviour) -> None:
    failure(behaviour, ShopUnreachable, sent=2, tries=2)


def test_a_dropped_connection_heals() -> None:
    answers = in_turn(reset(), raw(head(200, {"Content-Length": "9"}) + b"half"), reply(200, b"whole"))
    with HostileServer({"/": answers}) as server, session_for(server) as session:
        assert session.get(server.url()).body == b"whole"
    assert len(server.seen) == 3


@pytest.mark.parametrize("behaviour", [endless_chunks(), gzip_bomb(), gzip_bomb(encoding="x-gzip")])
def test_endless_bodies_stop_at_the_cap(behaviour: Behaviour) -> None:
    with takes(0, 6):
        error = failure(behaviour, CatalogueMalformed, sent=1, max_bytes=4 * 1024 * 1024)
    assert "more than 4194304 bytes" in error.detail


def test_a_bomb_is_not_held_in_memory() -> None:
    import resource

    failure(gzip_bomb(), CatalogueMalformed, max_bytes=1024 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    failure(gzip_bomb(), CatalogueMalformed, max_bytes=32 * 1024 * 1024)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80 * 1024, "kilobytes"


def test_the_cap_can_be_lowered_for_one_request() -> None:
    with HostileServer({"/": reply(200, b"x" * 1001)}) as server, session_for(server) as session:
        assert len(session.get(server.url(), max_bytes=1001).body) == 1001
        with pytest.raises(CatalogueMalformed):
            session.get(server.url(), max_bytes=1000)


def test_a_failure_with_an_endless_body_is_still_that_failure() -> None:
    def endless_503(line: object, request: object) -> None:
        line.send(head(503, {"Retry-After": "600", "Connection": "close"}))  # type: ignore[attr-defined]
        while True:
            line.send(b"x" * 65536)  # type: ignore[attr-defined]

    assert failure(endless_503, ShopInMaintenance, sent=1).detail.endswith("503, Retry-After 600 s")


def test_500_thrice_then_200() -> None:
    answers = in_turn(reply(500, b"boom"), reply(502), reply(503), reply(200, b"better"))
    with takes(3.5, 9), HostileServer({"/": answers}) as server, session_for(server) as session:
        assert session.get(server.url()).body == b"better"
    assert session.requests == 4


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_server_error_that_stays_names_its_status(status: int) -> None:
    error = failure(reply(status, b"<h1>Erreur</h1>"), ShopUnreachable, sent=2, tries=2)
    assert str(status) in error.detail


def test_tries_can_be_set_for_one_request() -> None:
    with (
        HostileServer({"/": reply(500)}) as server,
        session_for(server) as session,
        takes(0, 1),
        pytest.raises(ShopUnreachable),
    ):
        session.get(server.url(), tries=1)


def test_a_shop_that_hangs_is_not_asked_as_often_as_one_that_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    failure(reply(500), ShopUnreachable, sent=4)
    monkeypatch.setattr("connectors.http.PATIENCE", 0.7)
    failure(hang(), ShopUnreachable, sent=2, request_seconds=0.4)


def test_a_short_retry_after_is_waited_for() -> None:
    answers = in_turn(reply(429, headers={"Retry-After": "1"}), reply(200))
    with takes(1, 4), HostileServer({"/": answers}) as server, session_for(server) as session:
        assert session.get(server.url()).status == 200


def test_a_retry_after_may_be_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    answers = in_turn(reply(503, headers={"Retry-After": soon}), reply(200))
    with takes(0.5, 6), HostileServer({"/": answers}) as server, session_for(server) as session:
        assert session.get(server.url()).status == 200


def test_a_long_retry_after_ends_the_request_at_once() -> None:
    with takes(0, 1):
        error = failure(reply(429, headers={"Retry-After": "120"}), ShopThrottled, sent=1)
    assert isinstance(error, ShopThrottled)
    assert error.retry_after == 120
    with takes(0, 1):
        failure(reply(429, headers={"Retry-After": "2"}), ShopThrottled, sent=1, retry_wait_cap=1.0)
    with takes(0, 1):
        failure(reply(429, headers={"Retry-After": "2"}), ShopThrottled, sent=1, deadline=1.0)


def test_429_without_a_date_is_tried_again() -> None:
    error = failure(reply(429), ShopThrottled, sent=2, tries=2)
    assert isinstance(error, ShopThrottled)
    assert error.retry_after is None


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "Wed, 99 Foo", "9" * 40, "é"])
def test_an_unreadable_retry_after_does_no_harm(value: str) -> None:
    with takes(0, 1):
        failure(reply(429, headers={"Retry-After": value}), ShopThrottled, sent=1, tries=1)


def test_maintenance_is_told_from_a_broken_server() -> None:
    error = failure(reply(503, b"<h1>Maintenance</h1>", {"Retry-After": "600"}), ShopInMaintenance, sent=1)
    assert isinstance(error, ShopInMaintenance)
    assert error.retry_after == 600
    body = b"Briefly unavailable for scheduled maintenance. Check back in a minute."
    failure(reply(503, body), ShopInMaintenance, sent=2, tries=2)
    packed = gzip.compress("<p>Site en MAINTENANCE, bientôt de retour</p>".encode(), mtime=0)
    failure(reply(503, packed, {"Content-Encoding": "gzip"}), ShopInMaintenance, sent=1, tries=1)
    failure(reply(503, b"upstream connect error"), ShopUnreachable, sent=1, tries=1)
