"""Doors that are proven: what real shops answered, read by the same mappings, and real pages told apart by their marks.

The answers and pages are not in this repository (see `docs/doors.md`); without them these tests are skipped.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from connectors.doors import magento_mapping, magento_query, shopify_mapping
from connectors.doors.big_cartel import looks_like_big_cartel
from connectors.doors.magento import looks_like_magento
from connectors.doors.shopify import items_of, looks_like_shopify
from connectors.doors.squarespace import looks_like_squarespace
from connectors.http import Response
from connectors.records import Availability, IssueCode, ProductRecord
from tests.support.player import SHARED

pytestmark = pytest.mark.captures
PAGES: Path = SHARED / "pages"
LISTS = ["shopify_orientbell", "elsewedyshop_page4"]


def _feed(name: str) -> Any:
    path = PAGES / "feeds" / f"{name}.json.gz"
    if not path.exists():
        pytest.skip(f"the captured answers are not at {path.parent} (EMPLETTES_SHARED says where)")
    return json.loads(gzip.decompress(path.read_bytes()))


def _record(mapped: Any) -> ProductRecord:
    record, _ = mapped
    assert isinstance(record, ProductRecord)
    return record


@pytest.mark.parametrize("name", LISTS)
def test_every_variant_of_a_real_shopify_list(name: str) -> None:
    shop = shopify_mapping.Shop("https://boutique.example/", "Une boutique", "EUR")
    items = items_of(_feed(name))
    for item in items:
        record = _record(shopify_mapping.product(item, item["handle"], shop))
        assert record.url == f"https://boutique.example/products/{item['handle']}"
        assert (record.brand, record.category_path) == (item["vendor"], (item["product_type"],))
        assert len(record.images) == min(len(item["images"]), 10)
        assert len(record.offers) == len(item["variants"])
        for offer, variant in zip(record.offers, item["variants"], strict=True):
            assert offer.source_id == str(variant["id"])
            assert offer.price_minor == round(float(variant["price"]) * 100)
            assert offer.list_price_minor == round(float(variant["compare_at_price"]) * 100)
            assert (offer.availability is Availability.IN_STOCK) == variant["available"]
            assert offer.sku == variant["sku"]
            told = [] if variant["title"] == "Default Title" else [variant["option1"]]
            assert [value for _, value in offer.variant] == told


def test_the_vendor_is_no_brand_where_it_is_the_shop_itself() -> None:
    item = items_of(_feed(LISTS[0]))[0]
    shop = shopify_mapping.Shop("https://boutique.example/", item["vendor"].upper(), "EUR")
    assert _record(shopify_mapping.product(item, item["handle"], shop)).brand is None


@pytest.mark.parametrize(("name", "kinds"), [("magento_graphql_shapes", 3), ("magento_graphql_stock", 2)])
def test_every_shape_of_product_that_a_real_magento_answers(name: str, kinds: int) -> None:
    products = magento_query.data(_feed(name))["products"]
    shop = magento_mapping.Shop("https://boutique.example/", "SAR", ".html")
    assert len({item["__typename"] for item in products["items"]}) == kinds
    for item in products["items"]:
        record = _record(magento_mapping.product(item, item["sku"], shop))
        assert record.title == item["name"].strip()
        assert record.url == f"https://boutique.example/{item['url_key']}.html"
        parts = [one["product"] for one in item.get("variants") or item.get("items") or []] or [item]
        told = [one["price_range"]["minimum_price"]["final_price"]["value"] for one in parts]
        assert [offer.price_minor for offer in record.offers] == [round(price * 100) for price in told]
        assert {offer.currency for offer in record.offers} == {"SAR"}
        assert [offer.sku for offer in record.offers] == [one["sku"] for one in parts]
        assert [offer.quantity for offer in record.offers] == [one.get("only_x_left_in_stock") for one in parts]
        assert [offer.availability for offer in record.offers] == [Availability.IN_STOCK] * len(parts)
        names = [len(category["breadcrumbs"] or []) + 1 for category in item["categories"]]
        assert len(record.category_path) == max(names, default=0)
        if item["__typename"] == "ConfigurableProduct":
            assert record.offers[0].variant[0][1] == item["variants"][0]["attributes"][0]["label"]


def test_prices_without_any_currency_are_not_guessed() -> None:
    item = magento_query.data(_feed("magento_graphql_shapes"))["products"]["items"][1]
    record, issues = magento_mapping.product(item, item["sku"], magento_mapping.Shop("https://boutique.example/"))
    assert isinstance(record, ProductRecord)
    assert record.offers[0].price_minor is None
    assert IssueCode.PRICE_UNREADABLE in {issue.code for issue in issues}


def test_marks_are_found_on_the_platforms_pages_and_on_no_others() -> None:
    truth = PAGES / "truth.csv"
    if not truth.exists():
        pytest.skip(f"the captured pages are not at {PAGES} (EMPLETTES_SHARED says where)")
    found: Counter[tuple[str, str]] = Counter()
    with truth.open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["platform"] not in ("", "other")]
    for row in rows:
        path = PAGES / (row["file"] if row["file"].endswith(".gz") else f"{row['file']}.gz")
        page = Response("https://boutique.example/", 200, {}, gzip.decompress(path.read_bytes()))
        for name, looks in (("shopify", looks_like_shopify), ("magento", looks_like_magento),
                            ("squarespace", looks_like_squarespace), ("bigcartel", looks_like_big_cartel)):  # fmt: skip
            found[name, row["platform"]] += looks(page)
    shopify = sum(row["platform"] == "shopify" for row in rows)
    assert found["shopify", "shopify"] == shopify > 0
    assert found["magento", "magento"] >= 3
    named = ("amazon", "ebay", "etsy", "prestashop", "salla", "sfcc", "shopware", "woocommerce", "zid")
    assert not [pair for pair, count in found.items() if count and pair[1] in named]
