"""Shopify's door: how it is recognised, in which currency it is read, and what each closed one is called."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors import registry
from connectors.detect import detect
from connectors.doors import shopify_mapping
from connectors.errors import AccessForbidden, ConnectorError, PlatformNotRecognised, ShopThrottled
from connectors.protocol import Probe, ShopConnection
from connectors.records import Availability, EndOfCatalog, Issue, IssueCode, ProductRecord, Withdrawn
from tests.contracts.connector import everything, product_ids, the_end
from tests.support.door_shops import ShopifyUnderTest, session_for
from tests.support.hostile import HostileServer, redirect, reply
from tests.support.sessions import session_for as session_with

CONNECTOR = registry.get("shopify")


def _item(**fields: Any) -> dict[str, Any]:
    variant = {"id": 7, "title": "Default Title", "option1": "Default Title", "price": "12.50", "available": True}
    return {
        "id": 1,
        "title": "Bol &amp; cuillère",
        "handle": "bol",
        "body_html": "<p>Un bol.</p>",
        "vendor": "Atelier",
        "product_type": "Bols",
        "variants": [variant],
        "images": [{"src": "//cdn.shopify.com/s/files/1/bol.jpg?v=1"}],
        "options": [{"name": "Title", "position": 1, "values": ["Default Title"]}],
    } | fields


SHOP = shopify_mapping.Shop("https://boutique.example/", "La Boutique", "EUR")


def _mapped(**fields: Any) -> tuple[ProductRecord, list[Issue]]:
    record, issues = shopify_mapping.product(_item(**fields), "bol", SHOP)
    assert isinstance(record, ProductRecord)
    return record, issues


def _variant(**fields: Any) -> dict[str, Any]:
    return {"id": 7, "option1": "S", "option2": "Lin", "price": "12.50", "available": True} | fields


# -- one product


def test_a_product_without_variants() -> None:
    record, issues = _mapped()
    assert (record.title, record.brand, record.category_path) == ("Bol & cuillère", "Atelier", ("Bols",))
    assert record.images == ("https://cdn.shopify.com/s/files/1/bol.jpg?v=1",)
    (offer,) = record.offers
    assert (offer.price_minor, offer.currency, offer.variant, offer.url) == (1250, "EUR", (), None)
    assert issues == []


def test_variants_have_their_choices_their_own_pages_and_pictures() -> None:
    record, _ = _mapped(
        options=[{"name": "Taille"}, "Matière"],
        variants=[
            _variant(),
            _variant(id=8, option1="M", available=False, featured_image={"src": "https://c.fr/8.jpg"}),
        ],
    )
    first, second = record.offers
    assert first.variant == (("Taille", "S"), ("Matière", "Lin"))
    assert second.url == "https://boutique.example/products/bol?variant=8"
    assert second.images == ("https://c.fr/8.jpg",)
    assert (first.availability, second.availability) == (Availability.IN_STOCK, Availability.OUT_OF_STOCK)


@pytest.mark.parametrize(
    ("fields", "price", "listed"),
    [
        ({"price": "12.50", "compare_at_price": "15.00"}, 1250, 1500),
        ({"price": "12.50", "compare_at_price": "12.50"}, 1250, None),
        ({"price": "12.50", "compare_at_price": "0.00"}, 1250, None),
        ({"price": "12.50", "compare_at_price": None}, 1250, None),
        ({"price": "0.00"}, 0, None),
        ({"price": "0.00", "available": False}, None, None),
        ({"price": 12.5}, 1250, None),
        ({"price": "douze"}, None, None),
        ({"price": None}, None, None),
    ],
)
def test_prices(fields: dict[str, Any], price: int | None, listed: int | None) -> None:
    record, issues = _mapped(variants=[_variant(**fields)])
    assert (record.offers[0].price_minor, record.offers[0].list_price_minor) == (price, listed)
    wrong = {IssueCode.PRICE_MISSING, IssueCode.PRICE_UNREADABLE} & {issue.code for issue in issues}
    assert bool(wrong) == (price is None)


def test_what_is_not_said_is_not_invented() -> None:
    record, issues = _mapped(variants=[{"id": 7, "price": "5"}], images=[], options=None, vendor="LA BOUTIQUE")
    assert record.offers[0].availability is None
    assert record.brand is None
    assert {i.code for i in issues} == {IssueCode.AVAILABILITY_UNKNOWN, IssueCode.IMAGE_MISSING}
    penniless, issues = shopify_mapping.product(_item(), "bol", shopify_mapping.Shop("https://b.example/"))
    assert isinstance(penniless, ProductRecord)
    assert (penniless.offers[0].price_minor, penniless.offers[0].currency) == (None, None)
    assert [i.code for i in issues] == [IssueCode.PRICE_UNREADABLE]


def test_hundredths_are_hundredths_in_every_currency() -> None:
    told = shopify_mapping.as_listed(
        {"handle": "bol", "title": "Bol", "variants": [_variant(price=350000, compare_at_price=400000)]}
    )
    yen = shopify_mapping.Shop("https://boutique.example/", "", "JPY")
    record, _ = shopify_mapping.product(told, "bol", yen)
    assert isinstance(record, ProductRecord)
    assert (record.offers[0].price_minor, record.offers[0].list_price_minor) == (3500, 4000)


# -- a shop


def test_it_is_recognised_with_how_it_is_read() -> None:
    with ShopifyUnderTest.opened(30) as shop, session_for(shop.shop) as session:
        found = detect(shop.url, session)[0]
    assert (found.connector, found.platform, found.shop_url, found.confidence) == ("shopify", "Shopify", shop.url, 1.0)


@pytest.mark.parametrize(
    "switches", [{"robots": "User-agent: *\nDisallow: /"}, {"robots": "User-agent: *\nDisallow: /*.json"}]
)
def test_a_list_that_robots_may_not_read_gives_no_evidence(switches: dict[str, Any]) -> None:
    with ShopifyUnderTest.opened(30, **switches) as shop, session_for(shop.shop) as session:
        home = session.get(shop.url)
        assert CONNECTOR.detect(Probe(shop.url, session, home)) is None
        assert not [a for a in shop.asked() if "products.json" in a.target]
        with shop.connect() as connection, pytest.raises(AccessForbidden) as caught:
            list(CONNECTOR.read_catalog(connection))
    assert "/products.json" in caught.value.message


def test_any_other_page_costs_no_request() -> None:
    with HostileServer({"/": reply(200, b"<html><body>bonjour</body></html>")}) as server:
        with session_with(server) as session:
            assert CONNECTOR.detect(Probe(server.url(), session, session.get(server.url()))) is None
        assert server.paths() == ["/"]


def test_a_closed_shop_is_recognised_and_its_check_says_what_to_do() -> None:
    with ShopifyUnderTest.opened(30, locked=True) as shop, session_for(shop.shop) as session:
        found = detect(shop.url, session)[0]
        assert (found.connector, found.shop_url, found.confidence) == ("shopify", shop.url, 0.5)
        with shop.connect() as connection:
            report = CONNECTOR.check(connection)
    assert isinstance(report.error, AccessForbidden)
    assert "Protection par mot de passe" in report.error.message


def test_the_other_list_is_read_where_the_first_is_not_there() -> None:
    with ShopifyUnderTest.opened(600, open=False) as shop:
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        assert the_end(messages).complete
        place = next(m.position for m in messages if hasattr(m, "position"))
        shop.forget_requests()
        everything(shop, checkpoint=place)
        assert not [a for a in shop.asked() if a.target.startswith("/products.json?")]


def test_neither_list_is_said() -> None:
    with HostileServer({"/": reply(200, b"<html>cdn.shopify.com</html>")}) as server, session_with(server) as session:
        connection = ShopConnection(server.url(), session)
        with pytest.raises(PlatformNotRecognised) as caught:
            list(CONNECTOR.read_catalog(connection))
    assert "Shopify" in caught.value.message


def test_a_small_shop_costs_few_requests_and_a_big_one_one_per_page() -> None:
    for products, most in ((30, 6), (1000, 10)):
        with ShopifyUnderTest.opened(products) as shop:
            everything(shop)
            asked = [a.target for a in shop.asked()]
            assert len(asked) <= most, asked


@pytest.mark.parametrize(
    ("switches", "fault", "source"),
    [
        ({}, "", "/products/"),
        ({}, r"/products/gilet-\d+\.json", "/"),
        ({"robots": ""}, r"^/$|/products/gilet-\d+\.json", "/cart.js"),
        ({}, r"^/$|/products/gilet-\d+\.json", "/meta.json"),
    ],
)
def test_the_currency_is_that_of_the_prices_surest_first(switches: dict[str, Any], fault: str, source: str) -> None:
    with ShopifyUnderTest.opened(20, currency="CHF", **switches) as shop:
        if fault:
            shop.fault("403", fault, times=-1)
        records = [m for m in everything(shop) if isinstance(m, ProductRecord)]
        assert {o.currency for r in records for o in r.offers if o.price_minor is not None} == {"CHF"}
        answered = [a.target.partition("?")[0] for a in shop.asked() if a.status == 200]
        assert [path for path in answered if path == source or (source == "/products/" and path.startswith(source))]


def test_a_shop_that_hides_its_currency_shows_no_prices() -> None:
    with ShopifyUnderTest.opened(20, tells_currency=False, robots="User-agent: *\nDisallow: /cart\n") as shop:
        messages = everything(shop)
    offers = [o for m in messages if isinstance(m, ProductRecord) for o in m.offers]
    assert {o.price_minor for o in offers} == {None}
    assert {i.code for i in messages if isinstance(i, Issue)} >= {IssueCode.PRICE_UNREADABLE}
    assert {o.availability for o in offers} == {Availability.IN_STOCK, Availability.OUT_OF_STOCK}


def test_the_cart_is_not_asked_where_robots_may_not() -> None:
    with ShopifyUnderTest.opened(20, tells_currency=False) as shop:
        everything(shop)
        assert not [a for a in shop.asked() if a.target.startswith("/cart")]


def test_a_second_language_is_read_where_it_was_given() -> None:
    home = b'<html><head><link href="https://cdn.shopify.com/x.css"></head></html>'
    listed = reply(200, json.dumps({"products": [_item()]}).encode(), {"Content-Type": "application/json"})
    with (
        HostileServer({"/fr": reply(200, home), "/fr/products.json": listed}) as server,
        session_with(server) as session,
    ):
        evidence = CONNECTOR.detect(Probe(server.url("/fr"), session, session.get(server.url("/fr"))))
    assert evidence is not None
    assert evidence.shop_url == server.url("/fr/")


def test_four_hundred_and_thirty_is_a_request_to_slow_down() -> None:
    routes = {"/": reply(200, b"<html></html>"), "/products.json": reply(430, b"Shopify Security Rejection")}
    with HostileServer(routes) as server, session_with(server) as session, pytest.raises(ShopThrottled):
        list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))


@pytest.mark.parametrize(
    "body",
    [
        b'{"products": null}',
        b'{"errors": "Not Found"}',
        b'{"products": [1, 2]}',
        b'{"products": [{"name": "x"}]}',
        b"[]",
    ],
)
def test_another_shape_is_no_catalogue(body: bytes) -> None:
    with (
        HostileServer({"/products.json": reply(200, body)}) as server,
        session_with(server) as session,
        pytest.raises(ConnectorError) as caught,
    ):
        list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))
    assert caught.value.code == "catalogue_malformed"


def _read_empty(home: bytes) -> list[Any]:
    routes = {"/": reply(200, home), "/products.json": reply(200, b'{"products": []}')}
    with HostileServer(routes) as server, session_with(server) as session:
        return list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))


def test_an_empty_list_is_believed_only_where_the_home_page_shows_nothing() -> None:
    with pytest.raises(ConnectorError) as caught:
        _read_empty(b'<a href="/products/bol">Bol</a>')
    assert caught.value.code == "catalogue_malformed"
    (end,) = _read_empty("<p>Bientôt</p>".encode())
    assert isinstance(end, EndOfCatalog)
    assert (end.complete, end.seen) == (True, 0)


def test_products_without_a_handle_are_said() -> None:
    listed = reply(200, json.dumps({"products": [_item(), _item(handle=None), _item(handle="a" * 300)]}).encode())
    with HostileServer({"/products.json": listed}) as server, session_with(server) as session:
        messages = list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))
    ids = [m.source_id for m in messages if isinstance(m, ProductRecord)]
    assert ids[0] == "bol"
    assert len(ids[1]) <= 200
    assert [m.code for m in messages if isinstance(m, Issue) and m.rejected] == [IssueCode.RECORD_MALFORMED]


# -- by handle


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (reply(404, b"{}"), True),
        (redirect("/products/nouveau-bol"), True),
        (redirect("/fr/products/bol.js"), False),
    ],
)
def test_a_handle_that_leads_elsewhere_is_gone(answer: Any, gone: bool) -> None:
    told = _item(description="x", type="Bols", images=[]) | {"variants": [_variant(price=1250)]}
    routes = {
        "/products/bol.js": answer,
        "/products/nouveau-bol": reply(200, b"<html></html>"),
        "/fr/products/bol.js": reply(200, json.dumps(told).encode()),
        "/": reply(200, b'<script>Shopify.currency = {"active":"EUR","rate":"1.0"};</script>'),
    }
    with HostileServer(routes) as server, session_with(server) as session:
        found = list(CONNECTOR.read_products(ShopConnection(server.url(), session), ["bol"]))
    assert any(isinstance(m, Withdrawn) for m in found) == gone
    assert any(isinstance(m, ProductRecord) for m in found) != gone


def test_a_closed_shop_proves_nothing_gone() -> None:
    with ShopifyUnderTest.opened(30, locked=True) as shop, shop.connect() as connection, pytest.raises(AccessForbidden):
        list(CONNECTOR.read_products(connection, ["gilet-1"]))


def test_rubbish_proves_nothing_gone() -> None:
    with ShopifyUnderTest.opened(30) as shop:
        shop.fault("html", r"\.js$", times=-1)
        with shop.connect() as connection, pytest.raises(ConnectorError):
            list(CONNECTOR.read_products(connection, ["gilet-1"]))
