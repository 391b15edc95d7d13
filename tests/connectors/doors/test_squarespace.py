"""Squarespace's door: shut by its own robots.txt, read where that lets us in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aggregator.demo.doors.squarespace import FakeSquarespace
from connectors import registry
from connectors.detect import detect
from connectors.doors import squarespace_mapping
from connectors.errors import AccessForbidden, ConnectorError, PlatformNotRecognised
from connectors.protocol import Probe, ShopConnection
from connectors.records import Availability, Issue, IssueCode, ProductRecord
from tests.contracts.connector import everything, product_ids, the_end
from tests.support.door_shops import SquarespaceUnderTest, session_for
from tests.support.hostile import HostileServer, reply
from tests.support.sessions import session_for as session_with

CONNECTOR = registry.get("squarespace")
SHOP = squarespace_mapping.Shop("https://boutique.example/", "EUR")
PATH = "/boutique/p/lampe"


def _variant(**fields: Any) -> dict[str, Any]:
    return {"id": "v-1", "sku": "SQ1", "attributes": {}, "price": 1250, "onSale": False, "unlimited": True} | fields


def _mapped(*variants: dict[str, Any], **fields: Any) -> tuple[ProductRecord, list[Issue]]:
    item = {
        "title": "Lampe",
        "fullUrl": PATH,
        "body": "<p>Une lampe.</p>",
        "assetUrl": "https://images.squarespace-cdn.com/lampe.jpg",
        "structuredContent": {"variants": list(variants or [_variant()])},
    } | fields
    record, issues = squarespace_mapping.product(item, PATH, SHOP)
    assert isinstance(record, ProductRecord)
    return record, issues


def test_a_product() -> None:
    record, issues = _mapped(categories=["Luminaires"])
    assert (record.title, record.url) == ("Lampe", f"https://boutique.example{PATH}")
    assert (record.category_path, issues) == (("Luminaires",), [])
    assert record.images == ("https://images.squarespace-cdn.com/lampe.jpg",)


@pytest.mark.parametrize(
    ("fields", "price", "listed", "currency"),
    [
        ({}, 1250, None, "EUR"),
        ({"priceMoney": {"currency": "CHF", "value": "12.50"}}, 1250, None, "CHF"),
        ({"onSale": True, "salePrice": 1000}, 1000, 1250, "EUR"),
        ({"onSale": False, "salePrice": 1000}, 1250, None, "EUR"),
        ({"onSale": True, "salePrice": 0}, 1250, None, "EUR"),
        ({"price": 0}, 0, None, "EUR"),
        ({"price": None}, None, None, None),
        ({"price": "12,50"}, None, None, None),
    ],
)
def test_prices(fields: dict[str, Any], price: int | None, listed: int | None, currency: str | None) -> None:
    (offer,) = _mapped(_variant(**fields))[0].offers
    assert (offer.price_minor, offer.list_price_minor, offer.currency) == (price, listed, currency)


@pytest.mark.parametrize(
    ("fields", "availability", "quantity"),
    [
        ({"unlimited": True}, Availability.IN_STOCK, None),
        ({"unlimited": False, "qtyInStock": 3}, Availability.IN_STOCK, 3),
        ({"unlimited": False, "qtyInStock": 0}, Availability.OUT_OF_STOCK, 0),
        ({"unlimited": False, "stock": {"quantity": 4}}, Availability.IN_STOCK, 4),
        ({"unlimited": False}, None, None),
    ],
)
def test_stock(fields: dict[str, Any], availability: Availability | None, quantity: int | None) -> None:
    record, issues = _mapped(_variant(**fields))
    assert (record.offers[0].availability, record.offers[0].quantity) == (availability, quantity)
    assert (IssueCode.AVAILABILITY_UNKNOWN in {i.code for i in issues}) == (availability is None)


def test_variants_have_their_choices() -> None:
    record, _ = _mapped(_variant(attributes={"Taille": "S"}), _variant(id="v-2", attributes={"Taille": "M"}))
    assert [offer.variant for offer in record.offers] == [(("Taille", "S"),), (("Taille", "M"),)]


# -- a site


def test_the_platforms_own_robots_txt_is_obeyed() -> None:
    with SquarespaceUnderTest.opened(30, robots=FakeSquarespace.robots) as shop:
        with session_for(shop.shop) as session:
            assert CONNECTOR.detect(Probe(shop.url, session, session.get(shop.url))) is None
        with shop.connect() as connection, pytest.raises(AccessForbidden) as caught:
            list(CONNECTOR.read_catalog(connection))
        assert not [a for a in shop.asked() if "format=" in a.target]
    assert "page par page" in caught.value.message


def test_it_is_recognised_by_a_store_that_answers() -> None:
    with SquarespaceUnderTest.opened(30) as shop, session_for(shop.shop) as session:
        found = detect(shop.url, session)[0]
    assert (found.connector, found.platform, found.shop_url) == ("squarespace", "Squarespace", shop.url)


def test_stores_are_found_by_links_where_there_is_no_sitemap() -> None:
    page = b'<!-- This is Squarespace. --><a href="/atelier">a</a><a href="/magasin?x=1">m</a><a href="/cv.pdf">p</a>'
    variant = {"id": "v", "price": 900, "unlimited": True}
    lamp = {"fullUrl": "/magasin/lampe", "title": "Lampe", "structuredContent": {"variants": [variant]}}
    store = {"website": {"currency": "EUR"}, "collection": {"typeName": "products"}, "items": [lamp]}
    routes = {
        "/": reply(200, page),
        "/atelier": reply(200, b'{"website": {}, "collection": {"typeName": "page"}}'),
        "/magasin": reply(200, json.dumps(store).encode()),
    }
    with HostileServer(routes) as server, session_with(server) as session:
        messages = list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))
        assert "/cv.pdf" not in " ".join(server.paths())
    (record,) = [m for m in messages if isinstance(m, ProductRecord)]
    assert (record.source_id, record.offers[0].price_minor, record.offers[0].currency) == ("/magasin/lampe", 900, "EUR")
    assert the_end(messages).complete


def test_a_site_without_a_store_is_no_shop() -> None:
    routes = {
        "/": reply(200, b'<!-- This is Squarespace. --><a href="/atelier">a</a>'),
        "/atelier": reply(200, b'{"website": {}, "collection": {"typeName": "page"}}'),
    }
    with HostileServer(routes) as server, session_with(server) as session:
        assert CONNECTOR.detect(Probe(server.url(), session, session.get(server.url()))) is None
        with pytest.raises(PlatformNotRecognised):
            list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))


def test_a_store_of_several_pages_is_walked_until_nothing_is_new() -> None:
    with SquarespaceUnderTest.opened(60, per_page=20) as shop:
        with shop.connect() as connection:
            reading = CONNECTOR.read_catalog(connection)
            messages: list[Any] = [next(reading)]
            for product in shop.fake.listed()[:3]:
                shop.fake.set(product.id, {"status": "draft"})
            messages += reading
        assert shop.public_ids() <= set(product_ids(messages))
        assert the_end(messages).complete


@pytest.mark.parametrize("money", [True, False])
def test_prices_are_the_same_in_both_notations(money: bool) -> None:
    with SquarespaceUnderTest.opened(30, money=money) as shop:
        found = {o.source_id: o.price_minor for m in everything(shop) if isinstance(m, ProductRecord) for o in m.offers}
        assert found == shop.shown_prices()


def test_rubbish_is_no_empty_store() -> None:
    with SquarespaceUnderTest.opened(30) as shop:
        shop.fault("html", shop.catalogue_requests, times=-1)
        with pytest.raises(ConnectorError) as caught:
            everything(shop)
    assert caught.value.code == "catalogue_malformed"
