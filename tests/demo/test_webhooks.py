"""The fake's webhooks behave as the recorded shop's did."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from aggregator.demo.model import Catalogue
from aggregator.demo.options import Key
from aggregator.demo.server import FakeShop
from tests.support.player import exchange, exchanges, require_captures

READ, BOTH = ("ck_read", "cs_read"), ("ck_both", "cs_both")


class Listener:
    """Somebody at the other end, who answers with `status`."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((dict(self.headers), body))
                self.send_response(listener.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


@pytest.fixture
def woo(catalogue: Catalogue) -> Iterator[FakeShop]:
    keys = (Key(*READ), Key(*BOTH, permissions="read_write"))
    with FakeShop(catalogue, assume_https=True, keys=keys) as shop:
        yield shop


def make(shop: FakeShop, listener: Listener, topic: str = "product.updated", **more: Any) -> requests.Response:
    value = {"topic": topic, "delivery_url": listener.url, "secret": "hook-secret", "name": "index"} | more
    return requests.post(f"{shop.url}/wp-json/wc/v3/webhooks", json=value, auth=BOTH, timeout=10)


def test_a_new_webhook_is_pinged_and_then_delivers_what_is_changed(woo: FakeShop, listener: Listener) -> None:
    assert make(woo, listener).status_code == 201
    ((headers, body),) = listener.heard
    assert body == b"webhook_id=1"
    assert not any(name.lower().startswith("x-wc") for name in headers)
    product = woo.fake.visible_ids()[0]
    assert woo.fake.deliver("product.updated", product) == [200]
    assert json.loads(listener.heard[-1][1])["id"] == product
    assert woo.fake.deliver("product.deleted", product) == [], "nobody asked for that"


def test_the_seventh_failure_in_a_row_disables_it(woo: FakeShop, listener: Listener) -> None:
    make(woo, listener)
    listener.status = 500
    product = woo.fake.visible_ids()[0]
    assert [woo.fake.deliver("product.updated", product) for _ in range(8)] == [[500]] * 7 + [[]]
    assert woo.fake.webhooks[1].status == "disabled"


def test_a_read_key_lists_and_makes_none(woo: FakeShop, listener: Listener) -> None:
    make(woo, listener)
    url = f"{woo.url}/wp-json/wc/v3/webhooks"
    assert [hook["id"] for hook in requests.get(url, auth=READ, timeout=10).json()] == [1]
    assert requests.post(url, json={}, auth=READ, timeout=10).status_code == 401
    assert requests.get(f"{url}/7", auth=READ, timeout=10).status_code == 404
    assert make(woo, listener, topic="product.burnt").status_code == 400
    assert make(woo, listener, delivery_url="ftp://example").status_code == 400


@pytest.mark.captures
def test_answers_and_deliveries_have_the_shape_of_the_recorded_ones(woo: FakeShop, listener: Listener) -> None:
    require_captures()
    recorded = json.loads(exchange("hookapi-create-product-updated")["body"])
    made = make(woo, listener).json()
    assert made.keys() == recorded.keys()
    assert made["hooks"] == recorded["hooks"]
    woo.fake.deliver("product.updated", woo.fake.visible_ids()[0])
    headers, body = listener.heard[-1]
    real = next(e for e in exchanges("hook-") if e["request_headers"].get("X-WC-Webhook-Topic") == "product.updated")
    ours = {name.lower() for name in headers if name.lower().startswith("x-wc")}
    assert ours == {name.lower() for name in real["request_headers"] if name.lower().startswith("x-wc")}
    assert json.loads(body).keys() == json.loads(real["request_body"]).keys()
