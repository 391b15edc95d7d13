"""The fakes' items have the keys, and values of the types, that the recorded shop's items have."""

from __future__ import annotations

import gzip
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.server import FakeShop

from .conftest import KEY, REST, STORE, WP

SHARED = Path(os.environ.get("EMPLETTES_SHARED") or Path(__file__).parents[3] / "shared")
ITEMS = SHARED / "captures" / "woocommerce" / "items"
pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not ITEMS.is_dir(), reason="no recorded answers (EMPLETTES_SHARED)"),
]
Types = dict[str, set[str]]
# What the recorded shop has and an invented one does without; None and numbers vary with the goods.
LESS = {
    "wp": {"_links.replies", "_links.wp:featuredmedia", "_links.wp:attachment", "_links.wp:term", "_links.curies"},
    "wp-terms": {"_links.about", "_links.wp:post_type", "_links.curies", "_links.up"},
    "terms": {"_links.up"},
}


def kind(value: Any) -> str:
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def shape(items: list[dict[str, Any]]) -> Types:
    """Every path in the items with the types found there; the items of lists count as one."""
    found: Types = defaultdict(set)

    def walk(value: Any, path: str) -> None:
        found[path].add(kind(value))
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}".lstrip("."))
        elif isinstance(value, list) and path != "meta_data":
            for inner in value:
                walk(inner, f"{path}[]")

    for item in items:
        walk(item, "")
    return found


def captured(name: str) -> list[dict[str, Any]]:
    with gzip.open(ITEMS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def home() -> Iterator[FakeShop]:
    """The shop that has every type of product."""
    with FakeShop(generate_shop("home"), assume_https=True) as shop:
        yield shop


def every(shop: FakeShop, path: str, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for page in range(1, 20):
        answer = requests.get(shop.url + path, params={"per_page": 100, "page": page, **params}, auth=KEY, timeout=20)
        items += answer.json()
        if page >= int(answer.headers.get("X-WP-TotalPages", 0)):
            break
    return items


@pytest.mark.parametrize(
    ("name", "path", "params", "less"),
    [
        ("v3-products", REST, {}, "v3"),
        ("store-products", STORE, {}, "store"),
        ("store-variations", STORE, {"type": "variation"}, "store"),
        ("analytics-variations", "/wp-json/wc-analytics/variations", {}, "v3"),
        ("wpv2-product", WP, {}, "wp"),
        ("v3-categories", f"{REST}/categories", {}, "terms"),
        ("v3-tags", f"{REST}/tags", {}, "terms"),
        ("v3-attributes", f"{REST}/attributes", {}, "terms"),
        ("store-categories", f"{STORE}/categories", {}, "terms"),
        ("store-tags", f"{STORE}/tags", {}, "terms"),
        ("store-attributes", f"{STORE}/attributes", {}, "terms"),
        ("wpv2-product_cat", "/wp-json/wp/v2/product_cat", {}, "wp-terms"),
    ],
)
def test_the_shapes_agree(home: FakeShop, name: str, path: str, params: dict[str, Any], less: str) -> None:
    real, fake = shape(captured(name)), shape(every(home, path, **params))
    left_out = LESS.get(less, set())
    missing = {
        p for p in real.keys() - fake.keys() if not any(p == x or p.startswith((f"{x}.", f"{x}[")) for x in left_out)
    }
    # The recorded shop had no brands and few groups; links of a parent category are left out of the fake.
    optional = (
        "brands",
        "downloads",
        "_links.up",
        "low_stock_amount",
        "grouped_products",
        "tags",
        "product_brand",
        "product_tag",
    )
    assert not {p for p in missing if not p.startswith(optional)}
    assert not {p for p in fake.keys() - real.keys() if not p.startswith((*optional, "_links.self[].targetHints"))}
    for where in real.keys() & fake.keys():
        assert fake[where] <= real[where] | {"NoneType"} or where.startswith(("low_stock", "date_on_sale")), where
        if "NoneType" not in real[where]:
            assert "NoneType" not in fake[where] or where in ("image", "date_on_sale_from"), where


def test_the_order_of_keys_is_the_shops(home: FakeShop) -> None:
    for name, path in (("v3-products", REST), ("store-products", STORE), ("wpv2-product", WP)):
        assert list(every(home, path)[0]) == list(captured(name)[0])


def test_a_variation_in_both_of_v3s_shapes(home: FakeShop) -> None:
    variation = home.fake.product(type="variation", status="publish")
    for name, path in (
        ("v3-product-of-variation", f"{REST}/{variation.id}"),
        ("v3-variations", f"{REST}/{variation.parent}/variations/{variation.id}"),
    ):
        item = requests.get(home.url + path, auth=KEY, timeout=20).json()
        assert list(item) == list(captured(name)[0])


def test_refusals_are_word_for_word_the_shops(home: FakeShop) -> None:
    """Every recorded 4xx of the lists without a product's number in it, asked again of the fake."""
    with gzip.open(ITEMS.parent / "exchanges.jsonl.gz", "rt", encoding="utf-8") as lines:
        recorded = [json.loads(line) for line in lines]
    asked = 0
    for exchange in recorded:
        listed = exchange["name"].startswith(("list-", "date-", "store-"))
        if exchange["method"] != "GET" or not 400 <= exchange["status"] < 500 or not listed:
            continue
        answer = requests.get(f"{home.url}{exchange['path']}?{exchange['query']}", auth=KEY, timeout=20)
        asked += 1
        assert (answer.status_code, answer.json()) == (exchange["status"], json.loads(exchange["body"])), exchange[
            "name"
        ]
    assert asked >= 8
