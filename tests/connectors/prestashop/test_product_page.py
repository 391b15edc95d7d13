"""What product pages and tiles say: the real ones, and whatever else a stranger's server may send."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.prestashop import product_page
from connectors.prestashop.product_page import Taught
from connectors.prestashop.tiles import Tile, has_labels, tiles_of
from connectors.records import Availability
from connectors.values import clean_html, gtin14
from tests.support.prestashop_player import captured, combinations, pages

JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["id_product", "id_product_attribute", "attributes", "features", "images", "description", "show_price"]
FIELDS += ["customization_required", "quantity", "quantity_all_versions", "allow_oosp", "available_for_order", "mpn"]


def page(data: Any, json_ld: Any = None) -> bytes:
    told = f'<div data-product="{html.escape(json.dumps(data))}"></div>'
    script = f'<script type="application/ld+json">{json.dumps(json_ld)}</script>' if json_ld is not None else ""
    return f"<html><head>{script}</head><body>{told}</body></html>".encode()


@pytest.mark.captures
def test_every_captured_page_teaches_what_the_shop_says() -> None:
    products = {row["id"]: row for row in captured("products")}
    values = {v["id"]: v["name"] for v in captured("product_option_values")}
    features = {v["id"]: v["value"] for v in captured("product_feature_values")}
    stock = {(row["id_product"], row["id_product_attribute"]): row["quantity"] for row in captured("stock_availables")}
    read = codes = sizes = 0
    for one in pages():
        if one["kind"] != "product" or one["status"] != 200 or one["note"] == "one combination":
            continue
        number = int(one["path"].rpartition("/")[2].split("-")[0])
        row, visit = products[number], product_page.read(one["body"].encode(), number)
        assert visit is not None
        taught = visit.taught
        assert taught.description == clean_html(row["description"] or row["description_short"])
        links = row["associations"].get("product_features", ())
        assert {text for _, text in taught.attributes} == {features[link["id_feature_value"]] for link in links}
        assert taught.code == row["ean13"]
        default = next((c for c in combinations().get(number, ()) if c["id"] == taught.combination), None)
        assert bool(default) == bool(row["cache_default_attribute"])
        if default:
            chosen = {values[v["id"]] for v in default["associations"]["product_option_values"]}
            assert {text for _, text in taught.variant} == chosen
            sizes += 1
        there = row["available_for_order"] and stock[number, 0] > 0
        assert visit.stock is (Availability.IN_STOCK if there else Availability.OUT_OF_STOCK)
        assert taught.personalised == (number == 19)
        assert not taught.price_hidden
        read, codes = read + 1, codes + (gtin14(taught.code)[0] is not None)
    assert (read, codes > 10, sizes > 5) == (29, True, True)


def test_another_products_page_teaches_nothing() -> None:
    assert product_page.read(page({"id_product": 13}), 12) is None
    assert product_page.read(page(7), 12) is None
    assert product_page.read(b"<html></html>", 12) is None


def test_a_theme_without_data_product_still_has_its_json_ld() -> None:
    told = {"@type": "Product", "gtin13": "4006381333931", "offers": {"availability": "https://schema.org/InStock"}}
    visit = product_page.read(page(None, {"@graph": [{"@type": "WebPage"}, told]}), 12)
    assert visit is not None
    assert (visit.taught, visit.stock) == (Taught(code="4006381333931"), Availability.IN_STOCK)
    sold_out = {**told, "offers": {"availability": "https://schema.org/OutOfStock"}}
    visit = product_page.read(page(None, sold_out), 12)
    assert visit is not None
    assert visit.stock is None  # of the shown combination alone
    single = product_page.read(page(None, sold_out), 12, alone=True)
    assert single is not None
    assert single.stock is Availability.OUT_OF_STOCK
    assert product_page.read(page(None, [told, told]), 12) is None  # whose page is it?


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.none() | JSON)
def test_whatever_a_page_says_is_read_or_nothing(data: dict[str, Any], json_ld: Any) -> None:
    visit = product_page.read(page({**data, "id": 12}, json_ld), 12)
    assert visit is None or isinstance(visit.taught, Taught)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_no_page_breaks_the_reader(body: bytes) -> None:
    for text in (body, b'<p data-product="' + body, b'<script type="application/ld+json">' + body):
        product_page.read(text, 12)


# -- tiles ---------------------------------------------------------------------------------------------------------


def tile(product: int, price: str = "1\u202f234,50&nbsp;€", flag: str = "") -> str:
    return (
        f'<article data-id-product="{product}" data-id-product-attribute="0"><h2>Vase</h2><span>{price}</span>'
        f'<ul class="price-box"><li class="product-flag {flag}">x</li></ul></article>'
    )


def row(product: int, basket: str | None = None) -> dict[str, Any]:
    return {"id_product": product, "price": "1\u202f234,50\u00a0€", "add_to_cart_url": basket}


def test_tiles_say_what_is_sold_out_and_whether_a_price_is_shown() -> None:
    rows = [row(1), row(2), row(3), row(4, "/panier?add=1"), row(5)]
    text = tile(1) + tile(2, flag="out_of_stock") + tile(3, price="") + tile(4)
    found = tiles_of(text, rows, labels=False)
    assert found == {1: Tile(False, True), 2: Tile(True, True), 3: Tile(False, False)}
    assert has_labels(found.values())


def test_a_shop_without_labels_says_nothing_of_what_is_sold_out() -> None:
    assert tiles_of(tile(1), [row(1)], labels=False) == {1: Tile(None, True)}
    assert tiles_of(tile(1), [row(1)], labels=True) == {1: Tile(False, True)}


def test_tiles_that_show_no_price_at_all() -> None:
    """A theme that writes prices by script says nothing of any; a shop that sells nothing online hides them all."""
    bare = '<a data-id-product="1">Vase</a><a data-id-product="2">Bol</a>'
    assert tiles_of(bare, [row(1), row(2, "/panier?add=1")], labels=False) == {1: Tile(None, None)}
    assert tiles_of(bare, [row(1), row(2)], labels=False) == {1: Tile(None, False), 2: Tile(None, False)}


def test_an_amount_that_is_not_the_rows_says_nothing() -> None:
    assert tiles_of(tile(1, price="1234.50 EUR"), [row(1)], labels=False) == {1: Tile(None, None)}


@given(JSON, st.lists(JSON | st.builds(row, JSON | st.integers(0, 5), JSON), max_size=4), st.booleans())
def test_whatever_tiles_come_they_are_read_or_not(text: Any, rows: list[Any], labels: bool) -> None:
    for html_text in (text, f'<b data-id-product="1">{text}<b data-id-product="2">price'):
        assert isinstance(tiles_of(html_text, rows, labels), dict)
