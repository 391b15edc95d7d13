"""Big Cartel's door: nothing that the platform is said to do is taken for granted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors import registry
from connectors.detect import detect
from connectors.doors import big_cartel_mapping
from connectors.errors import ConnectorError
from connectors.protocol import Probe, ShopConnection
from connectors.records import Availability, EndOfCatalog, Issue, IssueCode, ProductRecord
from tests.contracts.connector import everything, product_ids, the_end
from tests.support.door_shops import BigCartelUnderTest, session_for
from tests.support.hostile import HostileServer, reply
from tests.support.sessions import session_for as session_with

CONNECTOR = registry.get("big-cartel")
SHOP = big_cartel_mapping.Shop("https://boutique.example/", "EUR")


def _item(**fields: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "name": "Affiche &amp; carte",
        "permalink": "affiche",
        "url": "/product/affiche",
        "status": "active",
        "default_price": 20.0,
        "description": "Tirage d'art.",
        "images": [{"url": "https://assets.bigcartel.com/product_images/1/a.jpg"}],
        "categories": [{"name": "Affiches"}],
        "artists": [],
        "options": [{"id": 5, "name": "Affiche & carte", "price": 20.0, "sold_out": False}],
    } | fields


def _mapped(**fields: Any) -> tuple[ProductRecord, list[Issue]]:
    record, issues = big_cartel_mapping.product(_item(**fields), "affiche", SHOP)
    assert isinstance(record, ProductRecord)
    return record, issues


def test_a_product_with_its_one_option_has_no_choice() -> None:
    record, issues = _mapped()
    assert (record.title, record.url) == ("Affiche & carte", "https://boutique.example/product/affiche")
    assert (record.category_path, record.brand, issues) == (("Affiches",), None, [])
    (offer,) = record.offers
    assert (offer.source_id, offer.price_minor, offer.currency, offer.variant) == ("5", 2000, "EUR", ())


def test_options_are_choices_by_their_groups_or_by_their_names() -> None:
    record, _ = _mapped(
        option_groups=[{"id": 3, "name": "Format"}, {"id": 4, "name": "Papier"}],
        options=[
            {"id": 5, "name": "A3 / Lisse", "price": 20, "sold_out": False,
             "option_group_values": [{"name": "A3", "option_group_id": 3}, {"name": "Lisse", "option_group_id": 4}]},
            {"id": 6, "name": "A2", "price": 30.5, "sold_out": True},
        ],
    )  # fmt: skip
    assert record.offers[0].variant == (("Format", "A3"), ("Papier", "Lisse"))
    assert record.offers[1].variant == (("Option", "A2"),)
    assert [offer.price_minor for offer in record.offers] == [2000, 3050]
    assert [offer.availability for offer in record.offers] == [Availability.IN_STOCK, Availability.OUT_OF_STOCK]


@pytest.mark.parametrize(
    ("status", "availability"),
    [
        ("active", Availability.IN_STOCK),
        ("sold-out", Availability.OUT_OF_STOCK),
        ("coming-soon", Availability.OUT_OF_STOCK),
        ("sold_out", Availability.OUT_OF_STOCK),
        ("paused", None),
        (None, None),
    ],
)
def test_the_status_says_what_can_be_bought(status: Any, availability: Availability | None) -> None:
    record, issues = _mapped(status=status)
    assert record.offers[0].availability is availability
    assert (IssueCode.AVAILABILITY_UNKNOWN in {i.code for i in issues}) == (availability is None)


def test_a_list_without_statuses_is_told_by_its_options() -> None:
    item = _item()
    del item["status"]
    record, _ = big_cartel_mapping.product(item, "affiche", SHOP)
    assert isinstance(record, ProductRecord)
    assert record.offers[0].availability is Availability.IN_STOCK


@pytest.mark.parametrize(
    ("price", "minor"), [(20.0, 2000), ("20.5", 2050), (None, 2000), (0, 0), ("vingt", None), (1e22, None)]
)
def test_prices(price: Any, minor: int | None) -> None:
    record, _ = _mapped(options=[{"id": 5, "name": "x", "price": price, "sold_out": False}])
    assert record.offers[0].price_minor == minor


def test_a_price_that_is_no_price_is_no_product_of_this_platform() -> None:
    with pytest.raises(TypeError):
        _mapped(options=[{"id": 5, "name": "x", "price": True, "sold_out": False}])


def test_one_artist_is_a_brand_two_are_none() -> None:
    assert _mapped(artists=[{"name": "Nina"}])[0].brand == "Nina"
    assert _mapped(artists=[{"name": "Nina"}, {"name": "Paul"}])[0].brand is None


# -- a shop


def test_it_is_recognised_with_how_it_is_read() -> None:
    with BigCartelUnderTest.opened(30) as shop, session_for(shop.shop) as session:
        found = detect(shop.url, session)[0]
    assert (found.connector, found.platform, found.shop_url) == ("big-cartel", "Big Cartel", shop.url)


@pytest.mark.parametrize("switches", [{"open": False}, {"robots": "User-agent: *\nDisallow: /products"}])
def test_a_closed_list_gives_no_evidence(switches: dict[str, Any]) -> None:
    with BigCartelUnderTest.opened(30, **switches) as shop, session_for(shop.shop) as session:
        assert CONNECTOR.detect(Probe(shop.url, session, session.get(shop.url))) is None


def test_shopifys_list_is_not_taken_for_it() -> None:
    routes = {
        "/": reply(200, b'<html><meta name="generator" content="Big Cartel">'),
        "/products.json": reply(200, b'{"products": []}', {"Content-Type": "application/json"}),
    }
    with HostileServer(routes) as server, session_with(server) as session:
        assert CONNECTOR.detect(Probe(server.url(), session, session.get(server.url()))) is None


@pytest.mark.parametrize(
    ("switches", "currency"),
    [
        ({}, "EUR"),
        ({"currency": "CHF"}, "CHF"),
        ({"store": False, "currency": "CHF"}, "CHF"),
        ({"tells_currency": False}, "EUR"),
        ({"tells_currency": False, "store": False}, None),
    ],
)
def test_the_currency_is_the_shops_code_its_sign_or_what_its_pages_say(
    switches: dict[str, Any], currency: str | None
) -> None:
    with BigCartelUnderTest.opened(20, **switches) as shop:
        messages = everything(shop)
    offers = [o for m in messages if isinstance(m, ProductRecord) for o in m.offers]
    assert {o.currency for o in offers if o.price_minor is not None} == ({currency} if currency else set())
    assert the_end(messages).complete


@pytest.mark.parametrize(("products", "complete"), [(60, True), (300, True)])
def test_a_shop_that_ignores_pages_is_read_whole(products: int, complete: bool) -> None:
    with BigCartelUnderTest.opened(products, pages=False) as shop:
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        assert the_end(messages).complete is complete
        assert len([a for a in shop.asked() if "products.json" in a.target]) <= 4


def test_an_empty_list_is_believed_only_where_nothing_shows_products() -> None:
    def read(home: bytes) -> list[Any]:
        routes = {"/": reply(200, home), "/products.json": reply(200, b"[]")}
        with HostileServer(routes) as server, session_with(server) as session:
            return list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))

    with pytest.raises(ConnectorError) as caught:
        read(b'<a href="/product/affiche">Affiche</a>')
    assert caught.value.code == "catalogue_malformed"
    (end,) = read(b"<p>Rien encore</p>")
    assert isinstance(end, EndOfCatalog)
    assert end.complete


def test_one_product_of_another_shape_is_its_own_issue() -> None:
    listed = json.dumps([_item(), _item(permalink="b", options=[{"id": "x"}]), 7]).encode()
    routes = {"/": reply(200, b"<html></html>"), "/products.json": reply(200, listed)}
    with HostileServer(routes) as server, session_with(server) as session:
        messages = list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))
    assert [m.source_id for m in messages if isinstance(m, ProductRecord)] == ["affiche"]
    assert [m.source_id for m in messages if isinstance(m, Issue) and m.rejected] == ["b", None]
