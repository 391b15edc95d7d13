"""The captured shop (WooCommerce 9.9.5, 3,037 published products): both connectors read exactly what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.errors import ConnectorError
from connectors.http import HttpSession
from connectors.protocol import Credentials, ShopConnection
from connectors.records import Checkpoint, EndOfCatalog, Issue, IssueCode, ProductRecord, StockRecord, Withdrawn
from tests.support.player import Player, captured, playing

pytestmark = [pytest.mark.captures, pytest.mark.xdist_group("captured_shop")]
MOST_REQUESTS = 75
NAMES = ("woocommerce-store", "woocommerce-rest")


@dataclass(frozen=True)
class Run:
    """A full read: what came, what the client counted, what the shop saw."""

    messages: list[Any]
    requests: int
    seen: int
    log: list[dict[str, Any]]

    @property
    def found(self) -> dict[str, ProductRecord]:
        return records(self.messages)


@pytest.fixture(scope="module")
def running() -> Iterator[Player]:
    with playing() as player:
        yield player


@pytest.fixture(scope="module")
def untouched(running: Player) -> dict[str, Run]:
    """One full read by each connector of the shop as it was recorded."""
    running.control("clear_faults")
    runs = {}
    for name in NAMES:
        before = running.count()
        with reaching(running) as connection:
            messages = list(registry.get(name).read_catalog(connection))
            runs[name] = Run(messages, connection.session.requests, running.count() - before, running.log())
    return runs


@pytest.fixture
def player(running: Player) -> Player:
    """For tests that cause trouble, but change nothing in the catalogue."""
    running.control("clear_faults")
    return running


@pytest.fixture
def changing(running: Player) -> Iterator[Player]:
    """For tests that change the catalogue."""
    running.control("clear_faults")
    yield running
    running.reset()


@contextmanager
def reaching(player: Player, **options: Any) -> Iterator[ShopConnection]:
    policy = AddressPolicy(frozenset({"127.0.0.1", "localhost"}))
    with HttpSession(policy, user_agent="EmplettesBot/1.0", **options) as session:
        yield ShopConnection(url=player.url, session=session, credentials=Credentials("ck_test", "cs_test"))


def records(messages: list[Any]) -> dict[str, ProductRecord]:
    return {m.source_id: m for m in messages if isinstance(m, ProductRecord)}


def visible() -> dict[int, dict[str, Any]]:
    return {i["id"]: i for i in captured("v3-products")
            if i["status"] == "publish" and i["catalog_visibility"] == "visible"}  # fmt: skip


def displayed() -> dict[str, int | None]:
    """Offer id -> the price that the shop shows, of every captured product and variation."""
    found: dict[str, int | None] = {}
    for item in (*captured("store-products"), *captured("store-variations")):
        none = item["prices"]["price"] == "0" and not item["is_purchasable"]
        found[str(item["id"])] = None if none else int(item["prices"]["price"])
    return found


@cache
def families() -> dict[str, list[str]]:
    """Product id -> its offers' ids: its published variations, or itself."""
    published = {v["id"] for v in captured("analytics-variations") if v["status"] == "publish"}
    return {
        str(i): [str(v) for v in item["variations"] if v in published] if item["type"] == "variable" else [str(i)]
        for i, item in visible().items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_products_offers_and_prices_are_the_shops(untouched: dict[str, Run], name: str) -> None:
    run = untouched[name]
    assert run.seen == run.requests <= MOST_REQUESTS
    found = run.found
    wanted = families()
    protected = {str(i) for i, item in visible().items() if item["post_password"]}
    if name == "woocommerce-rest":
        wanted = {i: offers for i, offers in wanted.items() if i not in protected}
    assert len(found) == (3032 if name == "woocommerce-rest" else 3033)
    assert {i: [o.source_id for o in r.offers] for i, r in found.items()} == wanted
    prices = displayed()
    assert {o.source_id: o.price_minor for r in found.values() for o in r.offers} == {
        o: prices[o] for offers in wanted.values() for o in offers
    }
    assert {o.currency for r in found.values() for o in r.offers if o.price_minor is not None} == {"EUR"}
    end = run.messages[-1]
    assert isinstance(end, EndOfCatalog)
    assert end.complete


@pytest.mark.parametrize("name", NAMES)
def test_stock_is_the_shops(untouched: dict[str, Run], name: str) -> None:
    entries = (*captured("v3-products"), *captured("analytics-variations"))
    items = {str(i["id"]): i for i in entries}
    words = {"instock": "InStock", "outofstock": "OutOfStock", "onbackorder": "BackOrder"}
    for record in untouched[name].found.values():
        for offer in record.offers:
            item = items[offer.source_id]
            assert offer.availability == words[item["stock_status"]]
            counted = item["manage_stock"] is True and item["stock_status"] != "onbackorder"
            assert offer.quantity == (item["stock_quantity"] if counted else None)


def test_both_connectors_tell_the_same(untouched: dict[str, Run]) -> None:
    """But for what only one of them has: GTIN, and the texts that the Store API has rendered already."""
    with_key, without = untouched["woocommerce-rest"].found, untouched["woocommerce-store"].found
    shared = {"source_id", "url", "brand", "category_path", "images", "attributes"}
    for source_id, record in with_key.items():
        assert record.model_dump(include=shared) == without[source_id].model_dump(include=shared)
        assert [o.model_dump(exclude={"gtin"}) for o in record.offers] == [
            o.model_dump(exclude={"gtin"}) for o in without[source_id].offers
        ]


def test_texts_are_plain_or_clean(untouched: dict[str, Run]) -> None:
    found = untouched["woocommerce-store"].found
    assert found["58"].title == "Miel de châtaignier « Cévennes » 500 g – l’été"
    assert found["80"].title.startswith("Nom avec HTML & «")
    assert not [r.source_id for r in found.values() if "<script" in r.description or "[gallery" in r.description]
    assert found["81"].offers[0].variant == (("Pointure", "38"),)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("kind", "code", "options"),
    [
        ("500", "shop_unreachable", {}),
        ("maintenance", "shop_in_maintenance", {}),
        ("429", "shop_throttled", {"retry_after": 600}),
        ("html", "catalogue_malformed", {}),
        ("truncated", "catalogue_malformed", {}),
        ("empty", "catalogue_malformed", {}),
        ("reset", "shop_unreachable", {}),
        ("hang", "shop_unreachable", {"seconds": 5}),
    ],
)
def test_each_fault_ends_in_its_error(player: Player, name: str, kind: str, code: str, options: dict[str, Any]) -> None:
    player.fault(kind, r"products\?", times=-1, **options)
    with pytest.raises(ConnectorError) as caught, reaching(player, deadline=1.0) as connection:
        list(registry.get(name).read_catalog(connection))
    assert caught.value.code == code


@pytest.mark.parametrize("name", NAMES)
def test_a_php_warning_is_read_over_and_said(player: Player, name: str) -> None:
    player.fault("warning", r"products\?", times=-1)
    with reaching(player) as connection:
        report = registry.get(name).check(connection)
    assert report.error is None
    assert any("PHP" in warning for warning in report.warnings)


@pytest.mark.parametrize("switches", [("--permalinks", "plain"), ("--assume-https",)])
def test_other_ways_in_read_the_same(switches: tuple[str, ...]) -> None:
    with playing(*switches) as player:
        for name in NAMES if "plain" in switches else NAMES[1:]:
            with reaching(player) as connection:
                found = records(list(registry.get(name).read_catalog(connection)))
                assert found.keys() == families().keys() - ({"72"} if name == "woocommerce-rest" else set())
                assert connection.session.requests <= MOST_REQUESTS


def test_over_plain_http_only_signatures_travel(untouched: dict[str, Run]) -> None:
    log = untouched["woocommerce-rest"].log
    assert {line["authorization"] for line in log} == {""}
    keyed = [line for line in log if "/wc/v3/" in line["path"] or "wc-analytics" in line["path"]]
    assert keyed
    assert all("oauth_signature=" in line["query"] for line in keyed)
    assert not any("cs_test" in line["query"] for line in log)


def test_changes_deletions_and_additions(changing: Player) -> None:
    connector = registry.get("woocommerce-rest")
    with reaching(changing) as connection:
        cursor = datetime.now(UTC).replace(microsecond=0).isoformat()
        changing.control("set", id=58, fields={"regular_price": "9.90"})
        changing.control("set", id=83, fields={"regular_price": "41.00", "sale_price": ""})
        changing.control("sql_set", id=59, fields={"regular_price": "1.00"})
        changing.control("trash", id=12)
        changing.control("delete", id=87)
        added = changing.control("add", fields={"name": "Neuf", "regular_price": "5"})["id"]
        changes = records(list(connector.read_catalog(connection, cursor)))
        assert changes.keys() == {"58", "81", str(added)}
        assert changes["58"].offers[0].price_minor == 990
        lane = [m for m in connector.read_stock(connection) if isinstance(m, StockRecord)]
        prices = {o.source_id: o.price_minor for m in lane for o in m.offers}
        assert (prices["58"], prices["83"], prices["59"]) == (990, 4100, 100)
        assert not {"12", "87"} & {m.source_id for m in lane}
        told = list(connector.read_products(connection, ["12", "87", "68", "65", "72", "58"]))
        reasons = {m.source_id: m.reason for m in told if isinstance(m, Withdrawn)}
        assert reasons == {"12": "gone", "87": "gone", "68": "hidden", "65": "hidden", "72": "hidden"}
        assert records(told).keys() == {"58"}


def test_without_a_key_wordpress_itself_confirms(changing: Player) -> None:
    changing.control("trash", id=12)
    changing.control("delete", id=87)
    with reaching(changing) as connection:
        told = list(registry.get("woocommerce-store").read_products(connection, ["12", "87", "68", "65", "58"]))
    reasons = {m.source_id: m.reason for m in told if isinstance(m, Withdrawn)}
    assert reasons == {"12": "gone", "87": "gone", "68": "gone", "65": "hidden"}
    assert records(told).keys() == {"58"}
    asked = {line["path"] for line in changing.log()}
    assert not [path for path in asked if path.rstrip("/").rsplit("/", 1)[-1].isdigit()]


def test_no_price_free_and_sale(untouched: dict[str, Run]) -> None:
    messages, found = untouched["woocommerce-store"].messages, untouched["woocommerce-store"].found
    assert found["63"].offers[0].price_minor is None
    assert found["64"].offers[0].price_minor == 0
    missing = [m for m in messages if isinstance(m, Issue) and m.code is IssueCode.PRICE_MISSING]
    assert [m.source_id for m in missing] == ["63"]
    on_sale = {str(i["id"]): i for i in captured("store-products") if i["on_sale"] and i["type"] == "simple"}
    for source_id in on_sale.keys() & found.keys():
        prices = on_sale[source_id]["prices"]
        assert found[source_id].offers[0].list_price_minor == int(prices["regular_price"])


def test_the_first_twenty_for_a_new_shop(player: Player) -> None:
    for name in NAMES:
        with reaching(player) as connection:
            report = registry.get(name).check(connection)
            assert report.error is None
            assert len(report.sample) == 20
            assert connection.session.requests <= 10


def test_resuming_costs_the_shop_only_the_rest(player: Player, untouched: dict[str, Run]) -> None:
    connector = registry.get("woocommerce-store")
    places = [m for m in untouched["woocommerce-store"].messages if isinstance(m, Checkpoint)]
    middle = places[len(places) // 2]
    with reaching(player) as connection:
        rest = records(list(connector.read_catalog(connection, checkpoint=middle.position)))
        assert 1000 < len(rest) < 2000
        assert connection.session.requests <= 35
