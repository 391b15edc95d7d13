"""From WooCommerce's JSON to records: the details that shops get wrong, and that readers get wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import Availability, Issue, IssueCode, ProductRecord, Withdrawn
from connectors.woocommerce import mapping, rest_mapping, store_mapping
from connectors.woocommerce.mapping import Draft, Shop, category_paths, guarded
from connectors.woocommerce.rest_mapping import Prices

URL = "https://boutique.example/"
SHOP = Shop(URL, {11: ("Vêtements", "Pulls")})
EURO = Prices("EUR", 2)


def store_item(**more: Any) -> dict[str, Any]:
    prices = {"price": "1290", "regular_price": "1290", "currency_code": "EUR", "currency_minor_unit": 2}
    return {
        "id": 7,
        "name": "Bol &#8211; gr&egrave;s",
        "type": "simple",
        "permalink": URL + "produit/bol/",
        "sku": "BOL",
        "description": "<p>Tourné</p><script>x()</script>",
        "short_description": "",
        "on_sale": False,
        "prices": prices,
        "images": [{"src": URL + "bol.jpg"}],
        "categories": [{"id": 11, "name": "Pulls", "slug": "pulls"}],
        "brands": [],
        "attributes": [],
        "variations": [],
        "is_purchasable": True,
        "is_in_stock": True,
        "is_on_backorder": False,
        "low_stock_remaining": None,
        "stock_availability": {"text": "", "class": ""},
        "sold_individually": False,
        "add_to_cart": {"maximum": 9999},
        **more,
    }


def rest_item(**more: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "name": "Bol <b>grès</b>",
        "type": "simple",
        "status": "publish",
        "catalog_visibility": "visible",
        "post_password": "",
        "permalink": URL + "produit/bol/",
        "sku": "BOL",
        "global_unique_id": "",
        "description": "",
        "short_description": "<p>Tourné</p>",
        "price": "12.90",
        "regular_price": "12.90",
        "on_sale": False,
        "manage_stock": False,
        "stock_quantity": None,
        "stock_status": "instock",
        "images": [{"src": URL + "bol.jpg"}],
        "categories": [{"id": 15, "name": "Uncategorized", "slug": "uncategorized"}],
        "attributes": [],
        "variations": [],
        "meta_data": [],
        **more,
    }


def store(item: dict[str, Any], *variations: dict[str, Any]) -> tuple[ProductRecord, list[Issue]]:
    record, issues = store_mapping.product(item, {v["id"]: v for v in variations}, SHOP)
    assert isinstance(record, ProductRecord)
    return record, issues


def rest(item: dict[str, Any], *variations: dict[str, Any]) -> tuple[ProductRecord, list[Issue]]:
    record, issues = rest_mapping.product(item, {v["id"]: v for v in variations}, SHOP, EURO)
    assert isinstance(record, ProductRecord)
    return record, issues


def test_a_plain_product() -> None:
    record, issues = store(store_item())
    assert issues == []
    assert (record.title, record.description) == ("Bol – grès", "<p>Tourné</p>")
    assert record.category_path == ("Vêtements", "Pulls")
    assert record.offers[0].price_minor == 1290
    keyed, issues = rest(rest_item())
    assert issues == []
    assert (keyed.title, keyed.description, keyed.category_path) == ("Bol grès", "<p>Tourné</p>", ())


@pytest.mark.parametrize(
    ("told", "availability", "quantity"),
    [
        ({}, "InStock", None),
        ({"stock_availability": {"text": "27 en stock"}, "add_to_cart": {"maximum": 27}}, "InStock", 27),
        ({"stock_availability": {"text": "27 in stock"}, "add_to_cart": {"maximum": 5}}, "InStock", 27),
        ({"stock_availability": {"text": "3 jours de délai"}}, "InStock", None),
        ({"stock_availability": {"text": ""}, "add_to_cart": {"maximum": 12}}, "InStock", 12),
        ({"low_stock_remaining": 2, "add_to_cart": {"maximum": 1}}, "InStock", 2),
        ({"sold_individually": True, "add_to_cart": {"maximum": 1}}, "InStock", None),
        ({"is_in_stock": False, "low_stock_remaining": 0}, "OutOfStock", 0),
        ({"is_in_stock": False}, "OutOfStock", None),
        ({"is_on_backorder": True, "low_stock_remaining": 0}, "BackOrder", None),
    ],
)
def test_stock_without_a_key(told: dict[str, Any], availability: str, quantity: int | None) -> None:
    offer = store(store_item(**told))[0].offers[0]
    assert (offer.availability, offer.quantity) == (Availability(availability), quantity)


@pytest.mark.parametrize(
    ("told", "availability", "quantity"),
    [
        ({}, "InStock", None),
        ({"manage_stock": True, "stock_quantity": 4}, "InStock", 4),
        ({"manage_stock": "parent", "stock_quantity": 4}, "InStock", 4),
        ({"manage_stock": False, "stock_quantity": 4}, "InStock", None),
        ({"manage_stock": True, "stock_quantity": 0, "stock_status": "outofstock"}, "OutOfStock", 0),
        ({"manage_stock": True, "stock_quantity": -3, "stock_status": "outofstock"}, "OutOfStock", 0),
        ({"manage_stock": True, "stock_quantity": -2, "stock_status": "onbackorder"}, "BackOrder", None),
        ({"stock_status": "sur-commande"}, None, None),
    ],
)
def test_stock_with_a_key(told: dict[str, Any], availability: str | None, quantity: int | None) -> None:
    offer = rest(rest_item(**told))[0].offers[0]
    assert (offer.availability, offer.quantity) == (availability and Availability(availability), quantity)


PARENT = store_item(
    type="variable",
    attributes=[
        {"name": "Couleur", "has_variations": True, "terms": [{"name": "Bleu, clair", "slug": "bleu-clair"}]},
        {"name": "Taille", "has_variations": True, "terms": [{"name": "L", "slug": "l"}]},
        {"name": "Marque", "has_variations": False, "terms": [{"name": "Ty Mamm", "slug": "ty-mamm"}]},
    ],
    variations=[
        {"id": 8, "attributes": [{"name": "Couleur", "value": "bleu-clair"}, {"name": "Taille", "value": None}]},
        {"id": 9, "attributes": [{"name": "Couleur", "value": None}, {"name": "Taille", "value": "l"}]},
        {"id": 10, "attributes": []},
    ],
)


def test_variants_are_named_as_the_shopper_sees_them() -> None:
    one = store_item(id=8, variation="Couleur: Bleu, clair", sku="BOL", images=[{"src": URL + "bol.jpg"}])
    two = store_item(id=9, variation="Couleur: Vert, d&#8217;eau, Taille: L", sku="BOL-9", images=[])
    record, _ = store(PARENT, one, two)
    assert [o.variant for o in record.offers] == [
        (("Couleur", "Bleu, clair"),),
        (("Couleur", "Vert, d’eau"), ("Taille", "L")),
    ]
    assert [o.sku for o in record.offers] == [None, "BOL-9"]
    assert [o.images for o in record.offers] == [(), ()]
    assert record.brand == "Ty Mamm"
    assert record.attributes == (("Marque", "Ty Mamm"),)


def test_a_variable_product_of_which_nothing_is_sold_is_left_out() -> None:
    record, issues = store_mapping.product(PARENT, {}, SHOP)
    assert record == Withdrawn(source_id=str(PARENT["id"]), reason="hidden")
    assert [(i.code, i.rejected) for i in issues] == [(IssueCode.VARIANTS_MISSING, False)]


def test_disabled_variations_are_not_offered() -> None:
    parent = rest_item(type="variable", variations=[8, 9])
    on = {**rest_item(id=8), "attributes": [{"name": "Taille", "option": "L"}], "image": None}
    off = {**on, "id": 9, "status": "private"}
    record, _ = rest(parent, on, off)
    assert [(o.source_id, o.variant) for o in record.offers] == [("8", (("Taille", "L"),))]


YOAST = {"gtin8": "", "gtin13": "4006381333931"}


@pytest.mark.parametrize(
    ("given", "gtin"),
    [
        ({"global_unique_id": "4006381333931"}, "04006381333931"),
        ({"meta_data": [{"key": "_alg_ean", "value": "4006381333931"}]}, "04006381333931"),
        ({"meta_data": [{"key": "_ean", "value": 4006381333931}]}, "04006381333931"),
        (
            {
                "meta_data": [
                    {"key": "wpseo_global_identifier_values", "value": {"gtin8": "", "gtin13": "4006381333931"}}
                ]
            },
            "04006381333931",
        ),
        (
            {"global_unique_id": "123", "meta_data": [{"key": "_ts_gtin", "value": "4006381333931"}]},
            "04006381333931",
        ),
        ({"meta_data": [{"key": "_price_ean_like", "value": "4006381333931"}]}, None),
        ({"meta_data": [{"key": "_ean", "value": ["4006381333931"]}]}, None),
    ],
)
def test_gtin_where_plugins_keep_it(given: dict[str, Any], gtin: str | None) -> None:
    record, issues = rest(rest_item(**given))
    assert record.offers[0].gtin == gtin
    assert issues == []


def test_a_wrong_gtin_is_said_and_hides_nothing() -> None:
    record, issues = rest(rest_item(global_unique_id="4006381333930"))
    assert record.offers[0].gtin is None
    assert [(i.code, i.rejected) for i in issues] == [(IssueCode.GTIN_INVALID, False)]


@pytest.mark.parametrize(
    "state",
    [
        {"status": "draft"},
        {"catalog_visibility": "hidden"},
        {"catalog_visibility": "search"},
        {"post_password": "x"},
    ],
)
def test_what_is_not_public_is_withdrawn(state: dict[str, Any]) -> None:
    record, issues = rest_mapping.product(rest_item(**state), {}, SHOP, EURO)
    assert record == Withdrawn(source_id="7", reason="hidden")
    assert issues == []


def test_a_password_that_the_store_api_tells_keeps_the_product_out() -> None:
    record, issues = store_mapping.product(store_item(is_password_protected=True), {}, SHOP)
    assert record is None
    assert [(i.code, i.rejected) for i in issues] == [(IssueCode.PASSWORD_PROTECTED, False)]


@pytest.mark.parametrize(
    ("more", "code", "rejected"),
    [
        ({"name": " <b></b> "}, IssueCode.TITLE_MISSING, True),
        ({"permalink": "javascript:alert(1)"}, IssueCode.URL_INVALID, True),
        ({"permalink": "https://ailleurs.example/bol"}, IssueCode.URL_FOREIGN, False),
        ({"images": []}, IssueCode.IMAGE_MISSING, False),
        ({"prices": {**store_item()["prices"], "price": "beaucoup"}}, IssueCode.PRICE_UNREADABLE, False),
        ({"prices": {**store_item()["prices"], "price": "0"}, "is_purchasable": False}, IssueCode.PRICE_MISSING, False),
    ],
)
def test_what_is_wrong_with_a_product_is_said(more: dict[str, Any], code: IssueCode, rejected: bool) -> None:
    record, issues = store_mapping.product(store_item(**more), {}, SHOP)
    assert (record is None) == rejected
    assert [(i.code, i.rejected) for i in issues] == [(code, rejected)]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(field=st.sampled_from(sorted(store_item())), junk=JUNK)
def test_junk_in_any_field_never_stops_the_store_catalogue(field: str, junk: Any) -> None:
    item = store_item(**{field: junk})
    for each in (lambda i: store_mapping.product(i, {}, SHOP), lambda i: store_mapping.stock(i, {})):
        record, issues = guarded(each, item)
        assert record is not None or issues


@given(field=st.sampled_from(sorted(rest_item())), junk=JUNK)
def test_junk_in_any_field_never_stops_the_rest_catalogue(field: str, junk: Any) -> None:
    item = rest_item(**{field: junk})
    for each in (lambda i: rest_mapping.product(i, {}, SHOP, EURO), lambda i: rest_mapping.stock(i, {}, EURO)):
        record, issues = guarded(each, item)
        assert record is not None or issues


@given(junk=JUNK)
def test_an_item_that_is_no_item(junk: Any) -> None:
    record, issues = guarded(lambda i: store_mapping.product(i, {}, SHOP), junk)
    assert record is None
    assert [i.code for i in issues] == [IssueCode.RECORD_MALFORMED]


def test_category_paths_survive_loops_and_orphans() -> None:
    terms = [
        {"id": 1, "name": "A", "parent": 0},
        {"id": 2, "name": "B &amp; b", "parent": 1},
        {"id": 3, "name": "C", "parent": 4},
        {"id": 4, "name": "D", "parent": 3},
        {"id": 5, "name": "E", "parent": 99},
        "odd",
    ]
    paths = category_paths(terms)
    assert paths[2] == ("A", "B & b")
    assert paths[5] == ("E",)
    assert set(paths[3]) == {"C", "D"}


def test_one_issue_of_a_kind_per_product() -> None:
    draft = Draft(item={}, source_id="1", issues=[])
    for _ in range(3):
        draft.complain(IssueCode.PRICE_MISSING, "prices")
    assert len(draft.issues) == 1


def test_ids_must_be_whole_and_positive() -> None:
    assert mapping.identifier({"id": 3}) == 3
    bad: Any
    for bad in ({"id": True}, {"id": "3"}, {"id": 0}, {"id": -1}, {"id": 2**63}, {"id": None}, {}, [], None, 3):
        assert mapping.identifier(bad) is None
