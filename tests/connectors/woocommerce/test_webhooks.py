"""Deliveries of webhooks, without a wire: which are genuine, and of which product they speak."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.woocommerce import webhooks
from tests.support.player import exchanges, require_captures

SECRET = "un secret de quarante signes, ou davantage"
HEADERS = {"x-wc-webhook-topic": "product.updated", "x-wc-webhook-resource": "product"}


def body(**values: Any) -> bytes:
    return json.dumps(values).encode()


@given(st.text(min_size=1), st.binary(max_size=2000))
def test_what_is_signed_with_the_secret_is_genuine(secret: str, sent: bytes) -> None:
    ours = base64.b64encode(hmac.new(secret.encode(), sent, hashlib.sha256).digest()).decode()
    assert webhooks.verify(secret, sent, ours)
    assert webhooks.signature({webhooks.SIGNATURE: ours}) == ours


@given(st.binary(max_size=500), st.binary(max_size=500), st.text(max_size=60))
def test_another_body_another_secret_or_any_other_text_is_not(sent: bytes, other: bytes, text: str) -> None:
    ours = webhooks.sign(SECRET, sent)
    assert webhooks.verify(SECRET, other, ours) == (sent == other)
    assert not webhooks.verify(SECRET + "!", sent, ours)
    assert webhooks.verify(SECRET, sent, text) == (text == ours)


@given(st.text(max_size=80))
def test_only_what_could_sign_some_body_is_a_signature(text: str) -> None:
    found = webhooks.signature({webhooks.SIGNATURE: text})
    assert found in (None, text)
    if found is not None:
        assert len(base64.b64decode(found, validate=True)) == 32


@given(st.binary(max_size=300), st.sampled_from([{}, HEADERS]))
def test_no_body_makes_it_stumble(sent: bytes, headers: dict[str, str]) -> None:
    product = webhooks.hint(headers, sent)
    assert product is None or product.isdigit()
    webhooks.is_ping(headers, sent)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=3
)


@given(st.dictionaries(st.sampled_from(["id", "type", "parent_id", "name"]), json_values))
def test_a_product_s_id_is_a_number_or_nothing(values: dict[str, Any]) -> None:
    product = webhooks.hint(HEADERS, json.dumps(values).encode("utf-8", "surrogatepass"))
    assert product is None or (product.isascii() and product.isdigit() and int(product) > 0)


@pytest.mark.parametrize(
    ("sent", "product"),
    [
        (body(id=58, type="simple", parent_id=0), "58"),
        (body(id=61, type="variation", parent_id=58), "58"),
        (body(id=5341), "5341"),
        (body(id="58"), "58"),
        (body(id=61, type="variation", parent_id=0), None),
        (body(id=True), None),
        (body(id=-4), None),
        (body(id=0), None),
        (body(id=4.5), None),
        (body(id=10**30), None),
        (body(id="../../1"), None),
        (body(name="sans numéro"), None),
        (b"[58]", None),
        (b"58", None),
        (b"", None),
        (b"[" * 100_000, None),
    ],
)
def test_a_delivery_names_the_product_that_holds_what_changed(sent: bytes, product: str | None) -> None:
    assert webhooks.hint(HEADERS, sent) == product


def test_a_delivery_about_something_else_names_none() -> None:
    assert webhooks.hint({"x-wc-webhook-topic": "order.created", "x-wc-webhook-resource": "order"}, body(id=58)) is None
    assert webhooks.hint({}, body(id=58)) is None


def test_a_ping_is_the_bare_form_and_nothing_else() -> None:
    assert webhooks.is_ping({"content-type": "application/x-www-form-urlencoded"}, b"webhook_id=1")
    assert not webhooks.is_ping(HEADERS, b"webhook_id=1")
    assert not webhooks.is_ping({}, b"webhook_id=1&id=58")
    assert not webhooks.is_ping({}, b"")


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_delivery_is_told_from_others_by_its_id_and_its_signature(delivery: str, signed: str) -> None:
    assert len(webhooks.identity({"x-wc-webhook-delivery-id": delivery, webhooks.SIGNATURE: signed})) <= 109


def test_deliveries_of_one_second_share_an_id_and_are_not_the_same() -> None:
    def sent(delivery: str, body: bytes) -> str:
        headers = {"x-wc-webhook-delivery-id": delivery, webhooks.SIGNATURE: webhooks.sign(SECRET, body)}
        return webhooks.identity(headers)

    assert sent("ed1c", b"1") == sent("ed1c", b"1")
    assert len({sent("ed1c", b"1"), sent("ed1c", b"2"), sent("ed1d", b"1"), sent("", b"1"), sent("", b"2")}) == 5


@pytest.mark.captures
def test_what_a_real_shop_delivered_is_genuine_and_understood() -> None:
    require_captures()
    deliveries = [found for found in exchanges("hook-") if "secret hook-secret" in (found["note"] or "")]
    assert len(deliveries) >= 17
    for found in deliveries:
        headers = {name.lower(): value for name, value in found["request_headers"].items()}
        sent = found["request_body"].encode()
        signature = webhooks.signature(headers)
        assert signature is not None
        assert webhooks.verify("hook-secret", sent, signature)
        assert not webhooks.verify("hook-secret", sent + b" ", signature)
        value = json.loads(sent)
        assert webhooks.hint(headers, sent) == str(value.get("parent_id") or value["id"])
        assert not webhooks.is_ping(headers, sent)
    told = {webhooks.identity({n.lower(): v for n, v in found["request_headers"].items()}) for found in deliveries}
    ids = {found["request_headers"]["X-WC-Webhook-Delivery-ID"] for found in deliveries}
    assert len(told) == len(deliveries) > len(ids)


@pytest.mark.captures
def test_what_a_real_shop_sent_to_see_whether_anybody_answers_is_a_ping() -> None:
    require_captures()
    pings = [found for found in exchanges("hook-") if found["name"].endswith("ping-or-other")]
    assert pings
    for found in pings:
        headers = {name.lower(): value for name, value in found["request_headers"].items()}
        assert webhooks.is_ping(headers, found["request_body"].encode())
