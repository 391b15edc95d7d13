"""Magento's door: only queries by GET, whatever the version knows of them."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.demo.doors.magento import Question
from connectors import registry
from connectors.detect import detect
from connectors.doors import magento_mapping, magento_query
from connectors.doors.magento_query import Beyond, TooMany, Unknown
from connectors.errors import AccessForbidden, ConnectorError
from connectors.protocol import Probe, ShopConnection
from connectors.records import Availability, Issue, IssueCode, ProductRecord, Withdrawn
from tests.contracts.connector import everything, product_ids, the_end
from tests.support.door_shops import MagentoUnderTest, session_for
from tests.support.hostile import HostileServer, reply
from tests.support.sessions import session_for as session_with

CONNECTOR = registry.get("magento")
SHOP = magento_mapping.Shop("https://boutique.example/", "EUR", ".html")


def _price(final: Any, regular: Any = None) -> dict[str, Any]:
    told = {"final_price": {"value": final, "currency": "EUR"}, "regular_price": {"value": regular or final}}
    return {"minimum_price": told, "maximum_price": told}


def _item(**fields: Any) -> dict[str, Any]:
    return {
        "__typename": "SimpleProduct",
        "sku": "V-1",
        "name": "Vase &amp; bol",
        "url_key": "vase",
        "stock_status": "IN_STOCK",
        "price_range": _price(12.5),
        "media_gallery": [{"url": "https://boutique.example/media/vase.jpg"}],
        "description": {"html": "<p>Un vase.</p>"},
    } | fields


def _mapped(**fields: Any) -> tuple[ProductRecord, list[Issue]]:
    record, issues = magento_mapping.product(_item(**fields), "V-1", SHOP)
    assert isinstance(record, ProductRecord)
    return record, issues


# -- questions and answers


def test_questions_name_only_what_the_shop_knows() -> None:
    whole = Question(magento_query.listing(3, 50))
    assert whole.arguments["products"]["currentPage"] == "3"
    assert whole.fields["products"]["items"]["categories"]["breadcrumbs"] == {"category_name": {}}
    less = Question(magento_query.listing(1, 50, magento_query.OPTIONAL)).fields["products"]["items"]
    assert less.keys() == {
        "__typename", "sku", "name", "url_key", "stock_status", "price_range",
        "... on ConfigurableProduct", "... on GroupedProduct",
    }  # fmt: skip
    assert "only_x_left_in_stock" not in less["... on ConfigurableProduct"]["variants"]["product"]


def test_skus_cannot_end_the_question() -> None:
    asked = Question(magento_query.by_sku(['a"]}){x}', "b\\"]))
    assert asked.arguments["products"]["filter"]["sku"]["in"] == ['a"]}){x}', "b\\"]
    assert asked.fields.keys() == {"products"}


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ('Cannot query field "url_suffix" on type "ProductInterface".', Unknown),
        ("Maximum pageSize is 20", TooMany),
        ("currentPage value 9 specified is greater than the 3 page(s) available.", Beyond),
        ('Cannot query field "sku" on type "ProductInterface".', ValueError),
        ("Internal server error", ValueError),
        ("", ValueError),
    ],
)
def test_refusals(message: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        magento_query.read({"errors": [{"message": message}], "data": None})


@pytest.mark.parametrize("value", [None, [], {}, {"data": None}, {"data": {"products": {"items": 3, "total_count": 1}}},
                                   {"data": {"products": {"items": [], "total_count": None}}}])  # fmt: skip
def test_no_answer_is_no_list(value: Any) -> None:
    with pytest.raises(ValueError, match=r"answer|data|products|list"):
        magento_query.read(value)


def test_an_answer_that_complains_of_one_product_is_read() -> None:
    told = {"data": {"products": {"items": [None, {"sku": "a"}], "total_count": 2}}, "errors": [{"message": "x"}]}
    assert magento_query.read(told).total == 2


# -- one product


def test_a_simple_product() -> None:
    record, issues = _mapped(only_x_left_in_stock=2)
    assert (record.title, record.url) == ("Vase & bol", "https://boutique.example/vase.html")
    (offer,) = record.offers
    assert (offer.price_minor, offer.currency, offer.sku, offer.quantity) == (1250, "EUR", "V-1", 2)
    assert issues == []


def test_the_suffix_is_the_products_own_where_it_is_told() -> None:
    assert _mapped(url_suffix=None)[0].url == "https://boutique.example/vase"
    assert _mapped(url_suffix=".htm")[0].url == "https://boutique.example/vase.htm"


def test_variants_are_offers_with_what_makes_them() -> None:
    variant = {
        "attributes": [{"code": "size", "label": "M"}],
        "product": _item(sku="V-1-M", price_range=_price(10, 15)),
    }
    record, _ = _mapped(
        __typename="ConfigurableProduct",
        configurable_options=[{"attribute_code": "size", "label": "Taille"}],
        variants=[variant, {"attributes": [], "product": None}],
    )
    (offer,) = record.offers
    assert (offer.source_id, offer.variant) == ("V-1-M", (("Taille", "M"),))
    assert (offer.price_minor, offer.list_price_minor) == (1000, 1500)


def test_a_configurable_product_without_any_variant_is_left_out_and_said() -> None:
    record, issues = magento_mapping.product(_item(__typename="ConfigurableProduct", variants=[]), "V-1", SHOP)
    assert record is None
    assert [(i.code, i.rejected) for i in issues] == [(IssueCode.VARIANTS_MISSING, True)]


@pytest.mark.parametrize(("highest", "price"), [(12.5, 1250), (30, None)])
def test_a_bundle_has_a_price_where_it_has_only_one(highest: float, price: int | None) -> None:
    span = _price(12.5) | {"maximum_price": {"final_price": {"value": highest}}}
    record, issues = _mapped(__typename="BundleProduct", price_range=span)
    assert record.offers[0].price_minor == price
    assert (IssueCode.PRICE_MISSING in {i.code for i in issues}) == (price is None)


def test_what_cannot_be_bought_for_nothing_has_no_price() -> None:
    assert _mapped(price_range=_price(0))[0].offers[0].price_minor == 0
    record, _ = _mapped(price_range=_price(0), stock_status="OUT_OF_STOCK")
    assert (record.offers[0].price_minor, record.offers[0].availability) == (None, Availability.OUT_OF_STOCK)


# -- a shop


def test_it_is_recognised_with_what_it_announces() -> None:
    with MagentoUnderTest.opened(30) as shop, session_for(shop.shop) as session:
        found = detect(shop.url, session)[0]
        assert (found.connector, found.platform, found.shop_url) == ("magento", "Magento", shop.url)
        assert f"annonce {len(shop.public_ids())} produits" in found.reasons[1]
        assert {a.method for a in shop.asked()} == {"GET"}


@pytest.mark.parametrize("switches", [{"open": False}, {"robots": "User-agent: *\nDisallow: /graphql"}])
def test_a_closed_graphql_gives_no_evidence_and_is_said(switches: dict[str, Any]) -> None:
    with MagentoUnderTest.opened(30, **switches) as shop:
        with session_for(shop.shop) as session:
            assert CONNECTOR.detect(Probe(shop.url, session, session.get(shop.url))) is None
        with shop.connect() as connection, pytest.raises(AccessForbidden) as caught:
            list(CONNECTOR.read_catalog(connection))
    assert "EmplettesBot" in caught.value.message


def test_an_older_version_is_read_without_what_it_does_not_know() -> None:
    with MagentoUnderTest.opened(120) as new, MagentoUnderTest.opened(120, old=True) as old:
        told = {m.source_id: m for m in everything(new) if isinstance(m, ProductRecord)}
        messages = everything(old)
        assert set(product_ids(messages)) == old.public_ids()
        assert the_end(messages).complete
        for record in (m for m in messages if isinstance(m, ProductRecord)):
            same = told[record.source_id]
            assert [o.price_minor for o in record.offers] == [o.price_minor for o in same.offers]
            assert record.url == (same.url or "").replace(new.url, old.url)
        assert len([a for a in old.asked() if "graphql" in a.target]) <= 9


def test_a_shop_with_small_pages_is_read_in_more_of_them() -> None:
    with MagentoUnderTest.opened(120, most=20) as shop:
        messages = everything(shop)
        assert set(product_ids(messages)) == shop.public_ids()
        assert the_end(messages).announced == len(shop.public_ids())


def test_pages_that_are_not_there_any_more_are_no_error() -> None:
    with MagentoUnderTest.opened(120) as shop:
        with shop.connect() as connection:
            reading = CONNECTOR.read_catalog(connection)
            messages: list[Any] = [next(reading)]
            for product_id in sorted(shop.public_ids())[:60]:
                shop.unpublish(product_id)
            messages += reading
        assert shop.public_ids() <= set(product_ids(messages))


def test_what_is_sold_out_and_hidden_is_hidden_not_gone() -> None:
    with MagentoUnderTest.opened(60, hides_sold_out=True) as shop:
        sold_out = next(p for p in shop.fake.listed() if not any(s.buyable for s in shop.fake.sold(p)))
        with shop.connect() as connection:
            found = list(CONNECTOR.read_products(connection, [shop.product_id(sold_out)]))
    assert [(m.source_id, m.reason) for m in found if isinstance(m, Withdrawn)] == [
        (shop.product_id(sold_out), "hidden")
    ]


def test_confirming_asks_for_twenty_at_once() -> None:
    with MagentoUnderTest.opened(60) as shop:
        ids = sorted(shop.public_ids())
        shop.forget_requests()
        with shop.connect() as connection:
            found = list(CONNECTOR.read_products(connection, ids))
        assert {m.source_id for m in found if isinstance(m, ProductRecord)} == set(ids)
        assert len(shop.asked()) <= -(-len(ids) // 20) + 2  # robots.txt and the store's settings


def test_a_refusal_of_everything_ends() -> None:
    said = b'{"errors":[{"message":"Cannot query field \\"url_suffix\\" on type \\"P\\"."}]}'
    with HostileServer({"/graphql": reply(200, said)}) as server, session_with(server) as session:
        with pytest.raises(ConnectorError) as caught:
            list(CONNECTOR.read_catalog(ShopConnection(server.url(), session)))
        assert caught.value.code == "catalogue_malformed"
        assert len(server.paths()) < 15


def test_the_stores_own_addresses_are_used_where_they_are_its_own() -> None:
    with MagentoUnderTest.opened(10) as shop, shop.connect() as connection:
        shop.fake.base_url = "https://ailleurs.example"
        records = [m for m in CONNECTOR.read_catalog(connection) if isinstance(m, ProductRecord)]
        assert all((r.url or "").startswith(shop.url) for r in records)


def test_nothing_of_a_question_can_be_written() -> None:
    for text in (magento_query.listing(1, 50), magento_query.by_sku(["a"]), magento_query.CONFIG, magento_query.PROBE):
        assert "mutation" not in text
        assert len(text) < 2000
