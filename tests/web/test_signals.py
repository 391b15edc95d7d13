"""The addresses for shops' own signals, over a real portal: who is believed, and what stays unchanged."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy as sa

from aggregator.store import shops, signals
from aggregator.store.secrets import Sealer
from aggregator.store.tables import HINT, SHOP_PACE, SHOP_SIGNAL, SIGNAL_DELIVERY
from aggregator.web import signals as web_signals
from connectors.credentials import Credentials
from connectors.woocommerce import webhooks
from tests.web.conftest import Portal
from tests.web.town import NOW


@dataclass(frozen=True)
class Listening:
    """A portal, and the address of one of its shops."""

    portal: Portal
    shop: int
    key: Credentials

    @property
    def path(self) -> str:
        return f"/signaux/{self.key.key}"

    def headers(self, body: bytes, *, delivery: str = "d1", topic: str = "product.updated", **more: str) -> Any:
        resource, _, event = topic.partition(".")
        return {
            "Content-Type": "application/json",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": webhooks.sign(self.key.secret, body),
            "X-WC-Webhook-Delivery-ID": delivery,
        } | more

    def send(self, body: bytes, **options: Any) -> httpx.Response:
        return self.portal.http.post(self.path, content=body, headers=self.headers(body, **options))

    def hints(self) -> dict[str, int]:
        with self.portal.store.read() as connection:
            rows = connection.execute(sa.select(HINT.c.source_id, HINT.c.signals).where(HINT.c.shop_id == self.shop))
            return {row.source_id: row.signals for row in rows}

    def state(self) -> tuple[Any, ...]:
        """Everything that a signal may change."""
        with self.portal.store.read() as connection:
            tables = (HINT, SIGNAL_DELIVERY, SHOP_SIGNAL, SHOP_PACE)
            return tuple(tuple(connection.execute(sa.select(table))) for table in tables)

    def changed(self) -> bool:
        with self.portal.store.read() as connection:
            return signals.find(connection, self.key.key).changed  # type: ignore[union-attr]


PRODUCT = json.dumps({"id": 58, "type": "simple", "parent_id": 0, "price": "0.01"}).encode()


@pytest.fixture
def listening(own_portal: Portal) -> Listening:
    shop = own_portal.town.shop
    with own_portal.store.write() as connection:
        key = signals.renew(connection, Sealer(own_portal.settings), shop, NOW)
    return Listening(own_portal, shop, key)


def test_a_genuine_delivery_names_a_product_to_read_again_and_writes_nothing_of_its_body(listening: Listening) -> None:
    assert listening.send(PRODUCT).status_code == 200
    assert listening.hints() == {"58": 1}
    assert "0.01" not in repr(listening.state())


def test_a_variation_names_its_product(listening: Listening) -> None:
    listening.send(json.dumps({"id": 61, "type": "variation", "parent_id": 58}).encode())
    assert listening.hints() == {"58": 1}


def test_a_delivery_counts_once_however_often_it_comes(listening: Listening) -> None:
    first = listening.send(PRODUCT)
    before = listening.state()
    assert [listening.send(PRODUCT).status_code for _ in range(3)] == [first.status_code] * 3 == [200] * 3
    assert listening.state() == before
    assert listening.send(PRODUCT, delivery="d2").status_code == 200
    assert listening.hints() == {"58": 2}, "said again later: to be read once more"


def test_deliveries_of_one_second_share_an_id_and_are_all_heard(listening: Listening) -> None:
    for number in (58, 59, 60):
        assert listening.send(json.dumps({"id": number}).encode(), delivery="d1").status_code == 200
    assert listening.hints() == {"58": 1, "59": 1, "60": 1}


def test_a_ping_is_answered(listening: Listening) -> None:
    before = listening.state()
    assert listening.portal.http.post(listening.path, data={"webhook_id": "7"}).status_code == 200
    assert listening.state() == before


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (PRODUCT, {"X-WC-Webhook-Signature": webhooks.sign("autre secret", PRODUCT)}),
        (PRODUCT + b" ", {"X-WC-Webhook-Signature": "="}),
        (PRODUCT, {"X-WC-Webhook-Signature": ""}),
        (PRODUCT, {"X-WC-Webhook-Signature": "A" * 43 + "="}),
        (PRODUCT, {"X-WC-Webhook-Signature": "é" * 44}),
        (b"webhook_id=7&x=" + b"1" * 5000, {"X-WC-Webhook-Signature": ""}),
    ],
)
def test_a_forged_delivery_is_refused_and_changes_nothing(
    listening: Listening, body: bytes, headers: dict[str, str]
) -> None:
    before = listening.state()
    sent = {name: value.encode("latin-1") for name, value in (listening.headers(body) | headers).items()}
    answer = httpx.post(listening.portal.url + listening.path, content=body, headers=sent)
    assert answer.status_code == 401
    assert listening.state() == before


def test_unknown_addresses_are_not_there(listening: Listening) -> None:
    before = listening.state()
    for token in ("x", "A" * 32, listening.key.key + "A", listening.key.key[:-1], "é" * 30):
        for path in (f"/signaux/{token}", f"/signaux/{token}/change"):
            answer = listening.portal.http.post(path, content=PRODUCT, headers=listening.headers(PRODUCT))
            assert answer.status_code == 404, path
    assert listening.state() == before


def test_an_address_is_dead_once_it_is_renewed_or_its_shop_left(listening: Listening) -> None:
    with listening.portal.store.write() as connection:
        new = signals.renew(connection, Sealer(listening.portal.settings), listening.shop, NOW)
    assert listening.send(PRODUCT).status_code == 404
    renewed = Listening(listening.portal, listening.shop, new)
    assert renewed.send(PRODUCT).status_code == 200
    with listening.portal.store.write() as connection:
        shops.remove(connection, listening.shop, "", NOW)
    assert renewed.send(PRODUCT, delivery="d9").status_code == 404
    assert renewed.hints() == {}


def test_a_paused_shop_s_deliveries_are_answered_and_have_no_effect(listening: Listening) -> None:
    with listening.portal.store.write() as connection:
        shops.pause(connection, listening.shop, "", NOW)
    before = listening.state()
    assert listening.send(PRODUCT).status_code == 200
    assert listening.portal.http.post(listening.path + "/change").status_code == 200
    assert listening.state() == before


@pytest.mark.parametrize("topic", ["order.created", "customer.updated", "coupon.deleted"])
def test_what_is_about_people_is_answered_and_not_kept(listening: Listening, topic: str) -> None:
    body = b'{"id": 58, "billing": {"email": "client@exemple.fr"}}'
    assert listening.send(body, topic=topic).status_code == 200
    assert listening.hints() == {}
    assert "client@exemple.fr" not in repr(listening.state())


def test_more_products_than_are_worth_reading_one_by_one_become_one_wish(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "MOST_HINTS", 5)
    for number in range(1, 7):
        listening.send(json.dumps({"id": number}).encode(), delivery=f"d{number}")
    assert listening.hints() == {}
    assert listening.changed()


def test_a_flood_of_genuine_deliveries_is_answered_and_becomes_one_wish(listening: Listening) -> None:
    most = web_signals.PER_SHOP.amount
    answers = {
        listening.send(json.dumps({"id": number}).encode(), delivery=f"d{number}").status_code
        for number in range(1, most + 30)
    }
    assert answers == {200}
    assert len(listening.hints()) <= most
    assert listening.changed()


def test_something_changed_is_noted_once(listening: Listening) -> None:
    http = listening.portal.http
    assert http.get(listening.path + "/change").status_code == 200
    assert listening.changed()
    before = listening.state()
    assert http.post(listening.path + "/change", content=b"x" * 1000).status_code == 200
    assert listening.state() == before
    assert listening.hints() == {}


def test_the_clock_is_told_at_most_every_five_minutes(listening: Listening) -> None:
    store, shop = listening.portal.store, listening.shop

    def passed_on(minutes: float) -> list[int]:
        now = NOW + timedelta(minutes=minutes)
        with store.write() as connection:
            ready = signals.wishes(connection, now)
            signals.pass_on(connection, ready, now)
        return ready

    assert passed_on(0) == []
    listening.portal.http.get(listening.path + "/change")
    assert passed_on(0) == [shop]
    assert passed_on(0) == []
    listening.portal.http.get(listening.path + "/change")
    assert passed_on(4.9) == []
    assert passed_on(5) == [shop], "what was said meanwhile is not lost"
    listening.portal.http.get(listening.path + "/change")
    assert passed_on(-120) == [shop], "a clock that is set back silences nobody"


# -- a hundred megabytes -----------------------------------------------------------------------------------------------


def answer_to(listening: Listening, request: bytes, pieces: Iterator[bytes]) -> tuple[bytes, int]:
    """What comes back on a raw connection, and how many bytes could be sent before nobody took any more."""
    where = urlsplit(listening.portal.url)
    sent = 0
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as line:
        line.sendall(request)
        try:
            for piece in pieces:
                line.sendall(piece)
                sent += len(piece)
        except OSError:  # closed under our hands
            pass
        try:
            return line.recv(4096), sent
        except OSError:  # reset: what they answered is lost with it
            return b"", sent


def request_of(listening: Listening, headers: dict[str, str]) -> bytes:
    lines = [f"POST {listening.path} HTTP/1.1", "Host: portail.example"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()


def test_a_hundred_megabytes_that_say_so_are_refused_before_they_are_read(listening: Listening) -> None:
    before = listening.state()
    headers = listening.headers(PRODUCT) | {"Content-Length": str(100_000_000)}
    answer, _ = answer_to(listening, request_of(listening, headers), iter(()))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()
    assert listening.state() == before


def test_a_hundred_megabytes_that_do_not_say_so_are_cut(listening: Listening) -> None:
    before = listening.state()
    headers = listening.headers(PRODUCT) | {"Transfer-Encoding": "chunked"}
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer, sent = answer_to(listening, request_of(listening, headers), (piece for _ in range(1526)))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 20 * 1024 * 1024, "beyond what the system's buffers hold, nobody read on"
    assert listening.state() == before


def test_the_largest_delivery_is_heard_and_one_byte_more_is_not(listening: Listening) -> None:
    body = json.dumps({"id": 58, "description": ""}).encode()
    full = body[:-2] + b"x" * (web_signals.MAX_BODY - len(body)) + b'"}'
    assert listening.send(full).status_code == 200
    assert listening.hints() == {"58": 1}
    assert listening.send(full + b" ", delivery="d2").status_code == 413
    assert listening.hints() == {"58": 1}


def test_forms_elsewhere_keep_their_own_cap(listening: Listening) -> None:
    http_ = listening.portal.http
    for path in ("/connecter", "/signauxx", "/signaux"):
        assert http_.post(path, content=b"x" * 20_000).status_code == 413, path


def test_a_body_that_never_ends_holds_nothing_up(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_signals, "BODY_SECONDS", 0.3)
    where = urlsplit(listening.portal.url)
    line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    line.putrequest("POST", listening.path)
    for name, value in (listening.headers(PRODUCT) | {"Content-Length": "1000"}).items():
        line.putheader(name, value)
    line.endheaders(b"{")
    began = time.monotonic()
    assert line.getresponse().status == 413
    assert time.monotonic() - began < 5
    line.close()
