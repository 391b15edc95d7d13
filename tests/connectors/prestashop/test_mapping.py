"""Pure: the webservice's items to records, in the types of every PHP version and in both formats."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.drafting import Json
from connectors.prestashop import listing_mapping, mapping
from connectors.prestashop.listing_mapping import Front
from connectors.prestashop.mapping import Family, Shop, guarded
from connectors.records import Availability, Condition, IssueCode, ProductRecord, StockRecord, Withdrawn

SHOP = Shop(
    url="https://laines.example/",
    currency="EUR",
    language=1,
    categories={3: ("Vêtements",), 4: ("Vêtements", "Pulls")},
    options={1: (0, "Taille", "S"), 2: (0, "Taille", "M"), 8: (1, "Couleur", "Blanc")},
    features={7: ("Matière", "Laine"), 9: ("Matière", "Lin")},
)
ITEM: Json = {
    "id": 12,
    "active": 1,
    "visibility": "both",
    "available_for_order": 1,
    "show_price": 1,
    "state": 1,
    "cache_default_attribute": 0,
    "ttc": "22.940000",
    "reg": "28.680000",
    "name": "Gilet « n° 12 »",
    "link_rewrite": "gilet-12",
    "description": "<p>Tricoté <script>alert(1)</script>à Brest.</p>",
    "description_short": "Court.",
    "reference": "G12",
    "ean13": "4006381333931",
    "upc": "",
    "isbn": "",
    "mpn": "",
    "manufacturer_name": "Brebis d'Ouessant",
    "id_category_default": 4,
    "id_default_image": 31,
    "associations": {
        "images": [{"id": 30}, {"id": 31}],
        "categories": [{"id": 3}, {"id": 4}],
        "product_features": [{"id": 1, "id_feature_value": 7}],
    },
}
SMALL: Json = {"id": 101, "id_product": 12, "ttc": "22.940000", "reg": "22.940000", "reference": "G12-S", "ean13": "",
               "associations": {"product_option_values": [{"id": 8}, {"id": 1}], "images": [{"id": 30}]}}  # fmt: skip
MEDIUM: Json = {**SMALL, "id": 102, "ttc": "24.940000", "reg": "28.000000", "reference": "G12",
                "associations": {"product_option_values": [{"id": 2}]}}  # fmt: skip


def row(quantity: int, rule: int = 2, combination: int = 0) -> Json:
    return {"id": 1, "id_product": 12, "id_product_attribute": combination, "quantity": quantity, "out_of_stock": rule}


def product(item: Json, *combinations: Json, stock: Any = None, shop: Shop = SHOP) -> ProductRecord:
    record, _ = mapping.product(Family(item, combinations, stock if stock is not None else [row(5)]), shop)
    assert isinstance(record, ProductRecord)
    return record


def as_texts(value: Any) -> Any:
    """The same item as PHP 7's JSON and as XML give it: every number a text, every association's too."""
    if isinstance(value, dict):
        return {name: as_texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_texts(one) for one in value]
    return "" if value is None or value is False else str(value)


def test_a_simple_product() -> None:
    record = product(ITEM)
    assert record.title == "Gilet « n° 12 »"
    assert record.description == "<p>Tricoté à Brest.</p>"
    assert record.brand == "Brebis d'Ouessant"
    assert record.category_path == ("Vêtements", "Pulls")
    assert record.attributes == (("Matière", "Laine"),)
    assert record.images == ("https://laines.example/31-large_default/x.jpg",
                             "https://laines.example/30-large_default/x.jpg")  # fmt: skip
    assert record.url == "https://laines.example/index.php?controller=product&id_product=12"
    [offer] = record.offers
    assert (offer.source_id, offer.price_minor, offer.list_price_minor, offer.currency) == ("12", 2294, 2868, "EUR")
    assert (offer.availability, offer.quantity, offer.gtin) == ("InStock", 5, "04006381333931")
    assert offer.sku == "G12"


def test_combinations_are_variants_with_their_own_price_stock_and_picture() -> None:
    record = product(ITEM, MEDIUM, SMALL, stock=[row(3), row(3, combination=101), row(0, combination=102)])
    small, medium = record.offers
    assert (small.source_id, medium.source_id) == ("12-101", "12-102")
    assert small.variant == (("Taille", "S"), ("Couleur", "Blanc"))
    assert (small.price_minor, small.list_price_minor) == (2294, None)
    assert (medium.price_minor, medium.list_price_minor) == (2494, 2800)
    assert (small.availability, small.quantity) == ("InStock", 3)
    assert (medium.availability, medium.quantity) == ("OutOfStock", 0)
    assert (small.sku, medium.sku) == ("G12-S", None)
    assert small.images == ("https://laines.example/30-large_default/x.jpg",)
    assert small.gtin is None
    assert small.url == "https://laines.example/index.php?controller=product&id_product=12&id_product_attribute=101"


def test_texts_for_numbers_read_the_same() -> None:
    stock = [row(3), row(3, combination=101), row(0, combination=102)]
    assert product(as_texts(ITEM), as_texts(MEDIUM), as_texts(SMALL), stock=as_texts(stock)) == product(
        ITEM, MEDIUM, SMALL, stock=stock
    )


@pytest.mark.parametrize(
    "name",
    [
        [{"id": 1, "value": "Gilet"}, {"id": 2, "value": "Cardigan"}],
        [{"id": "2", "value": "Cardigan"}, {"id": "1", "value": "Gilet"}],
        [{"id": 1, "value": ""}, {"id": 2, "value": "Gilet"}],
        "Gilet",
    ],
)
def test_one_or_two_languages(name: Any) -> None:
    assert product({**ITEM, "name": name}).title == "Gilet"


@pytest.mark.parametrize(
    ("quantity", "rule", "orderable", "house", "availability", "counted"),
    [
        (5, 0, 1, False, "InStock", 5),
        (0, 0, 1, False, "OutOfStock", 0),
        (0, 1, 1, False, "BackOrder", None),
        (0, 2, 1, False, "OutOfStock", 0),
        (0, 2, 1, True, "BackOrder", None),
        (0, 0, 1, True, "OutOfStock", 0),
        (-3, 0, 1, False, "OutOfStock", 0),
        (-3, 1, 1, False, "BackOrder", None),
        (5, 1, 0, True, "OutOfStock", 5),
        (10**9, 0, 1, False, "InStock", None),
    ],
)
def test_availability(
    quantity: int, rule: int, orderable: int, house: bool, availability: str, counted: int | None
) -> None:
    shop = replace(SHOP, orders_when_empty=house)
    [offer] = product({**ITEM, "available_for_order": orderable}, stock=[row(quantity, rule)], shop=shop).offers
    assert (offer.availability, offer.quantity) == (availability, counted)


def test_what_happens_at_zero_is_the_products_rule_for_all_its_combinations() -> None:
    record = product(ITEM, SMALL, stock=[row(0, 1), row(0, 0, combination=101)])
    assert record.offers[0].availability is Availability.BACK_ORDER


def test_without_a_row_of_stock_nothing_is_said() -> None:
    [offer] = product(ITEM, stock=[]).offers
    assert (offer.availability, offer.quantity) == (None, None)


@pytest.mark.parametrize(
    "state", [{"active": 0}, {"active": "0"}, {"active": ""}, {"visibility": "none"}, {"state": 0}, {"state": "0"}]
)
def test_what_visitors_do_not_find_is_hidden(state: Json) -> None:
    for make in (mapping.product, mapping.stock):
        assert make(Family({**ITEM, **state}), SHOP) == (Withdrawn(source_id="12", reason="hidden"), [])


@pytest.mark.parametrize("visibility", ["both", "catalog", "search"])
def test_the_other_visibilities_are_public(visibility: str) -> None:
    assert product({**ITEM, "visibility": visibility}).source_id == "12"


@pytest.mark.parametrize(
    ("change", "price", "code"),
    [
        ({"ttc": "0.000000", "reg": "0.000000"}, 0, None),
        ({"ttc": "0.000000", "available_for_order": 0}, None, IssueCode.PRICE_MISSING),
        ({"show_price": 0, "available_for_order": 0}, None, IssueCode.PRICE_MISSING),
        ({"show_price": 0}, 2294, None),
        ({"ttc": None}, None, IssueCode.PRICE_UNREADABLE),
        ({"ttc": "22,94"}, None, IssueCode.PRICE_UNREADABLE),
        ({"ttc": 22.945}, 2295, None),
        ({"reg": ""}, 2294, None),
    ],
)
def test_prices(change: Json, price: int | None, code: IssueCode | None) -> None:
    record, issues = mapping.product(Family({**ITEM, **change}, (), [row(1)]), SHOP)
    assert isinstance(record, ProductRecord)
    assert record.offers[0].price_minor == price
    assert [i.code for i in issues] == ([code] if code else [])
    assert not any(i.rejected for i in issues)


def test_no_clear_currency_means_no_price() -> None:
    [offer] = product(ITEM, shop=replace(SHOP, currency=None)).offers
    assert (offer.price_minor, offer.currency) == (None, None)


@pytest.mark.parametrize(
    ("codes", "gtin", "wrong"),
    [
        ({"ean13": "", "upc": "036000291452"}, "00036000291452", False),
        ({"ean13": "", "isbn": "978-2-07-036822-8"}, "09782070368228", False),
        ({"ean13": "4006381333932", "upc": "036000291452"}, "00036000291452", False),
        ({"ean13": "4006381333932"}, None, True),
        ({"ean13": None}, None, False),
    ],
)
def test_barcodes(codes: Json, gtin: str | None, wrong: bool) -> None:
    record, issues = mapping.product(Family({**ITEM, **codes}, (), [row(1)]), SHOP)
    assert isinstance(record, ProductRecord)
    assert record.offers[0].gtin == gtin
    assert [i.code for i in issues] == ([IssueCode.GTIN_INVALID] if wrong else [])


def test_brand_missing_is_false_and_a_manufacturers_reference_is_an_attribute() -> None:
    record = product({**ITEM, "manufacturer_name": False, "mpn": "XB-7"})
    assert record.brand is None
    assert record.attributes[-1] == ("Référence du fabricant", "XB-7")


def test_a_product_of_the_home_category_gets_its_deepest_other_one() -> None:
    assert product({**ITEM, "id_category_default": 2}).category_path == ("Vêtements", "Pulls")


def test_category_paths_leave_the_roots_out_and_survive_loops() -> None:
    terms: list[Json] = [
        {"id": 1, "id_parent": 0, "is_root_category": 0, "name": "Racine"},
        {"id": 2, "id_parent": 1, "is_root_category": 1, "name": "Accueil"},
        {"id": 3, "id_parent": 2, "is_root_category": 0, "name": "Vêtements"},
        {"id": "4", "id_parent": "3", "is_root_category": "0", "name": [{"id": "1", "value": "Pulls"}]},
        {"id": 8, "id_parent": 9, "name": "Œuf"},
        {"id": 9, "id_parent": 8, "name": "Poule"},
    ]
    paths = mapping.category_paths(terms, 1)
    assert paths[1] == paths[2] == ()
    assert paths[4] == ("Vêtements", "Pulls")
    assert set(paths[8]) == {"Œuf", "Poule"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*ITEM, "id"]), VALUES), st.dictionaries(st.sampled_from([*SMALL]), VALUES))
def test_whatever_a_shop_sends_is_a_record_or_one_issue(change: Json, odd: Json) -> None:
    for make in (mapping.product, mapping.stock):
        family = Family({**ITEM, **change}, ({**SMALL, **odd},), [{**row(1), **odd}])
        record, issues = guarded(lambda f, make=make: make(f, SHOP), family)  # type: ignore[misc]
        assert record is None or isinstance(record, ProductRecord | StockRecord | Withdrawn)
        assert record is not None or issues


@given(st.dictionaries(st.sampled_from(["name", "url", "cover", "price_amount", "labels", "id_product"]), VALUES))
def test_whatever_a_listing_sends_is_a_record_or_one_issue(change: Json) -> None:
    record, issues = listing_mapping.guarded({**LISTED, **change}, FRONT)
    assert (record is None) == bool([i for i in issues if i.rejected])


FRONT = Front("https://laines.example/", "EUR")
LISTED: Json = {
    "id_product": 12,
    "name": "Gilet",
    "url": "https://laines.example/pulls/12-gilet.html",
    "canonical_url": "https://laines.example/pulls/12-gilet-4006381333931.html",
    "link_rewrite": "gilet",
    "price_amount": 35.16315,
    "regular_price_amount": 40,
    "add_to_cart_url": "https://laines.example/panier?add=1&id_product=12&id_product_attribute=0&token=x",
    "category_name": "Accueil",
    "labels": {"tax_short": "TTC", "tax_long": "TTC"},
}


def listed(**change: Any) -> tuple[ProductRecord, list[IssueCode]]:
    record, issues = listing_mapping.guarded({**LISTED, **change}, FRONT)
    assert isinstance(record, ProductRecord)
    return record, [i.code for i in issues]


def test_a_listing_row() -> None:
    record, issues = listed()
    [offer] = record.offers
    assert (offer.price_minor, offer.list_price_minor, offer.currency) == (3516, 4000, "EUR")
    assert (offer.availability, offer.quantity, offer.gtin) == ("InStock", None, "04006381333931")
    assert record.category_path == ()
    assert issues == [IssueCode.IMAGE_MISSING]


def test_a_row_that_cannot_be_bought() -> None:
    assert listed(add_to_cart_url=None)[0].offers[0].availability is Availability.OUT_OF_STOCK
    record, _ = listed(add_to_cart_url=None, url="https://laines.example/pulls/12-1-gilet.html#/1-taille-s")
    assert record.offers[0].availability is None


def test_prices_without_tax_are_not_published() -> None:
    record, issues = listed(labels={"tax_short": "HT", "tax_long": "(hors taxes)"})
    assert record.offers[0].price_minor is None
    assert IssueCode.PRICE_UNREADABLE in issues


def test_a_number_at_the_end_of_an_address_is_a_barcode_only_behind_the_name() -> None:
    url = "https://laines.example/pulls/12-fil-4006381333931.html"
    assert listed(canonical_url=url)[0].offers[0].gtin is None
    assert listed(canonical_url=url, link_rewrite="fil-4006381333931")[0].offers[0].gtin is None


@pytest.mark.parametrize(
    ("said", "condition"), [("used", Condition.USED), ("new", Condition.NEW), ("", None), (False, None)]
)
def test_the_condition(said: object, condition: Condition | None) -> None:
    assert product({**ITEM, "condition": said}).condition is condition
