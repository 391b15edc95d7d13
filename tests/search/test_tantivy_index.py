"""The tantivy adapter keeps the contract, and its folder can be read by other processes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.search.port import Near, SearchQuery, Sort
from aggregator.search.tantivy_index import TantivyIndex
from tests.contracts.french_search import FrenchSearchContract
from tests.contracts.search_index import listing


class TestTantivy(FrenchSearchContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[TantivyIndex]:
        index = TantivyIndex(tmp_path, create=True)
        yield index
        index.close()


def test_another_opening_of_the_folder_sees_each_commit_at_its_next_search(tmp_path: Path) -> None:
    writer = TantivyIndex(tmp_path, create=True)
    reader = TantivyIndex(tmp_path)
    for number in range(1, 4):
        writer.apply([listing(number, "Bol")], [])
        assert reader.search(SearchQuery("bol")).total == number
    writer.close()
    writer.apply([], [1])
    assert reader.count() == 2
    writer.close()


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="FileDoesNotExist"):
        TantivyIndex(tmp_path)


def test_a_renamed_shop_is_one_value(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, create=True)
    index.apply([listing(1, "Bol", shop_name="Avant"), listing(2, "Bol", shop_name="Après")], [])
    index.apply([listing(3, "Bol", shop_name="Après")], [])
    (shop,) = index.search(SearchQuery()).facets["shop"]
    assert (shop.value, shop.label, shop.count) == ("1", "Après", 3)
    index.close()


@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.PRICE_ASC, Sort.DISTANCE])
def test_pages_fit_together_though_the_first_ones_read_fewer_hits(tmp_path: Path, sort: Sort) -> None:
    """1,500 listings of 500 products and 300 that are alone: every result once, and the last page is where it was said
    to be at most."""
    index = TantivyIndex(tmp_path, create=True)
    index.apply(
        (
            listing(
                n,
                "Bol bleu",
                price_minor=n * 7919 % 10_007,
                shop_id=n % 60 + 1,
                product_id=n % 500 + 1 if n <= 1500 else None,
            )
            for n in range(1, 1801)
        ),
        [],
    )
    near = Near({shop: shop * 1.5 for shop in range(1, 50)})
    query = SearchQuery("bol", sort=sort, near=near, facets=False)
    first = index.search(query)
    assert first.total == 1800
    groups: list[int] = []
    page, last = 1, first.last_page
    while page <= last:
        found = index.search(replace(query, page=page))
        assert found.last_page <= last
        assert found.hits, "no page is offered that has nothing"
        assert not found.last_page_exact or found.last_page == -(-800 // query.per_page)
        groups += [hit.product_id or -hit.listing_id for hit in found.hits]
        page, last = page + 1, found.last_page
    assert len(groups) == len(set(groups)) == 800
    assert last == -(-800 // query.per_page)
    index.close()


def test_what_collapses_into_the_results_before_it_makes_no_further_page(tmp_path: Path) -> None:
    """The first 240 of 1,000 listings are 240 products, and the rest are the same again."""
    index = TantivyIndex(tmp_path, create=True)
    index.apply((listing(n, "Bol", price_minor=n, product_id=n % 240 + 1) for n in range(1, 1001)), [])
    for page in (1, 10):
        found = index.search(SearchQuery("bol", sort=Sort.PRICE_ASC, page=page, facets=False))
        assert (len(found.hits), found.last_page, found.last_page_exact) == (24, 10, True)
    index.close()
