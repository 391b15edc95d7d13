"""Webhooks that we make in a shop: only ours, only by a key that may, never twice; and switched on again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from aggregator.demo.options import Key
from aggregator.demo.server import FakeShop
from connectors.credentials import Credentials
from connectors.errors import CatalogueMalformed, ConnectorError, CredentialsRejected, ShopUnreachable
from connectors.protocol import ShopConnection
from connectors.woocommerce.registration import install
from connectors.woocommerce.webhooks import TOPICS
from tests.support.woo_shop import session_for, small_catalogue

OURS = "http://127.0.0.1:9/signaux/"
KEYS = (
    Key("ck_test", "cs_test"),
    Key("ck_both", "cs_both", "read_write"),
    Key("ck_write", "cs_write", "write"),
    Key("ck_catalogue", "cs_catalogue", "read_write", role="catalogue"),
)


@contextmanager
def shop_with(**switches: Any) -> Iterator[FakeShop]:
    with FakeShop(small_catalogue(6), keys=KEYS, **switches) as shop:
        yield shop


def installed(shop: FakeShop, key: str = "both", address: str = "un") -> list[tuple[str, str, str]]:
    with session_for(shop) as session:
        target = ShopConnection(shop.url + "/", session, Credentials(f"ck_{key}", f"cs_{key}"))
        done = install(target, OURS + address, f"secret {address}", ours=OURS)
    return [(one.topic, one.was, one.status) for one in done]


@pytest.mark.parametrize(
    "switches",
    [{}, {"assume_https": True}, {"permalinks": "plain"}, {"base_path": "/boutique"}, {"strip_authorization": True}],
)
def test_every_topic_is_delivered_to_us_whatever_the_shop_s_addresses_are(switches: dict[str, Any]) -> None:
    with shop_with(**switches) as shop:
        assert installed(shop) == [(topic, "absent", "active") for topic in TOPICS]
        hooks = shop.fake.webhooks.values()
        assert {hook.topic for hook in hooks} == set(TOPICS)
        assert {(hook.delivery_url, hook.secret, hook.status) for hook in hooks} == {
            (OURS + "un", "secret un", "active")
        }


def test_a_second_time_renews_them_and_makes_none() -> None:
    with shop_with() as shop:
        installed(shop)
        assert installed(shop, address="deux") == [(topic, "active", "active") for topic in TOPICS]
        assert len(shop.fake.webhooks) == len(TOPICS)
        assert {hook.secret for hook in shop.fake.webhooks.values()} == {"secret deux"}


def test_what_the_shop_switched_off_is_switched_on_again() -> None:
    with shop_with() as shop:
        installed(shop)
        product = shop.fake.visible_ids()[0]
        for _ in range(7):  # nobody answers at that address
            assert shop.fake.deliver("product.updated", product) in ([0], [])
        assert [hook.status for hook in shop.fake.webhooks.values()].count("disabled") == 1
        assert ("product.updated", "disabled", "active") in installed(shop)


def test_webhooks_of_others_are_left_alone() -> None:
    with shop_with() as shop:
        installed(shop)
        for hook in shop.fake.webhooks.values():
            hook.delivery_url, hook.name = "https://compta.example/hook", "Comptabilité"
        assert [was for _, was, _ in installed(shop)] == ["absent"] * len(TOPICS)
        assert [hook.name for hook in shop.fake.webhooks.values()].count("Comptabilité") == len(TOPICS)


@pytest.mark.parametrize("key", ["test", "write", "catalogue", "unknown"])
def test_a_key_that_may_not_is_told_how_to_do_it_by_hand(key: str) -> None:
    with shop_with() as shop, pytest.raises(CredentialsRejected) as refused:
        installed(shop, key)
    assert "à la main" in refused.value.message
    assert shop.fake.webhooks == {}


@pytest.mark.parametrize(
    ("kind", "error"), [("500", ShopUnreachable), ("html", CatalogueMalformed), ("reset", ShopUnreachable)]
)
def test_what_may_have_been_done_is_not_tried_again(kind: Any, error: type[ConnectorError]) -> None:
    with shop_with() as shop:
        installed(shop)
        shop.fake.faults.clear()
        shop.fake.fault(kind, times=-1, match=r"webhooks/\d")
        with pytest.raises(error):
            installed(shop)
        assert [seen.method for seen in shop.fake.requests].count("POST") == 1


def test_no_secret_is_told_in_an_error() -> None:
    with shop_with() as shop:
        installed(shop)
        shop.fake.fault("500", times=-1, match=r"webhooks/\d")
        with pytest.raises(ConnectorError) as failed:
            installed(shop)
    assert "cs_both" not in repr(failed.value) + failed.value.detail
    assert "secret un" not in repr(failed.value) + failed.value.detail
