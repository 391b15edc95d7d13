"""The articles that several shops of the town sell: sound data. What becomes of them: tests/cli/test_processes.py."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from stdnum import ean

from aggregator.demo.branded import ARTICLES, with_branded
from aggregator.demo.catalogue import KINDS, generate_shop
from aggregator.demo.model import Catalogue, Product
from aggregator.demo.ranges import RANGES
from aggregator.demo.shapes import SHAPES
from aggregator.ingest.matching.texts import trustworthy_gtin

PLAIN = [generate_shop(kind, products=8, tidy=True) for kind in KINDS]
TOWN = [with_branded(catalogue) for catalogue in PLAIN]


def added(catalogue: Catalogue, plain: Catalogue) -> list[Product]:
    assert catalogue.products[: len(plain.products)] == plain.products
    return list(catalogue.products[len(plain.products) :])


def test_several_shops_sell_many_of_them_and_none_of_the_look_alikes() -> None:
    shared = [article for article in ARTICLES if len({one.kind for one in article.sold}) > 1]
    assert len(shared) >= 25
    assert len(ARTICLES) - len(shared) >= 15
    assert all(Counter(one.kind for one in article.sold).most_common(1)[0][1] == 1 for article in ARTICLES)
    ways = Counter(bool(article.number) for article in shared)
    assert min(ways.values()) >= 8
    assert len({one.kind for article in ARTICLES for one in article.sold}) >= 14


def test_no_invented_shop_has_their_brands() -> None:
    known = {brand for shop in RANGES.values() for brand in shop.brands}
    assert known.isdisjoint({article.brand for article in ARTICLES})


@pytest.mark.parametrize(("catalogue", "plain"), list(zip(TOWN, PLAIN, strict=True)), ids=KINDS)
def test_they_come_after_what_the_shop_had_and_fit_in(catalogue: Catalogue, plain: Catalogue) -> None:
    assert with_branded(plain) == catalogue
    new = added(catalogue, plain)
    assert len(new) == sum(one.kind == catalogue.kind for article in ARTICLES for one in article.sold)
    ids = [product.id for product in catalogue.products]
    assert ids == sorted(set(ids))
    assert len({product.slug for product in catalogue.products}) == len(ids)
    for terms in (catalogue.categories, catalogue.brands):
        assert len({term.id for term in terms}) == len({term.slug for term in terms}) == len(terms)
    categories = {term.id: term for term in catalogue.categories}
    brands = {term.id for term in catalogue.brands}
    for product in new:
        assert all(categories[categories[number].parent].parent == 0 for number in product.categories)
        assert set(product.brands) <= brands
        assert 1 < float(product.sale_price or product.regular_price) < 200
        assert not product.sale_price or float(product.sale_price) < float(product.regular_price)
        assert (product.stock_status == "outofstock") == (product.stock_quantity == 0)
        assert product.picture is not None
        assert product.picture.shape in SHAPES


def test_their_barcodes_mean_one_thing_everywhere_and_belong_to_nothing_real() -> None:
    codes = [product.global_unique_id for c, p in zip(TOWN, PLAIN, strict=True) for product in added(c, p)]
    told = [code for code in codes if code]
    assert len(told) >= 25
    assert all(ean.is_valid(code) and trustworthy_gtin(code.zfill(14)) for code in told)
    assert all(code.startswith("952") for code in told)  # GS1: for demonstrations and examples


def test_their_french_is_set_as_french_is() -> None:
    for catalogue, plain in zip(TOWN, PLAIN, strict=True):
        for product in added(catalogue, plain):
            for text in (product.name, re.sub(r"<[^>]+>", "\n", product.description)):
                assert "'" not in text, text
                assert "  " not in text, text
                assert not re.search(r"[^\S\u00a0][:;!?»]", text), text
                assert not re.search(r"\b(\w{3,}) \1\b", text), text
