"""The tantivy adapter keeps the contract, and its folder can be read by other processes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.search.port import Near, SearchQuery, Sort
from aggregator.search.synonyms import FreshSynonyms
from aggregator.search.tantivy_index import TantivyIndex
from aggregator.search.tantivy_words import stems_of
from tests.contracts.french_search import FrenchSearchContract
from tests.contracts.search_index import listing, values_of


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


def test_counts_are_kept_until_something_changes(tmp_path: Path) -> None:
    """What was counted is not counted again for another page or order; a commit, or a synonym, makes it new."""
    words = tmp_path / "synonymes.txt"
    (folder := tmp_path / "index").mkdir()
    index = TantivyIndex(folder, create=True, synonyms=FreshSynonyms(words, stems_of))
    index.apply([listing(n, "Bol bleu" if n % 2 else "Jatte", price_minor=n * 100) for n in range(1, 61)], [])
    first = index.search(SearchQuery("bol")).facets
    assert index.search(SearchQuery("bol", page=2, sort=Sort.PRICE_ASC)).facets is first
    assert sum(value.count for value in index.search(SearchQuery("bol", {"price": ("0-10",)})).facets["town"]) == 5
    assert sum(value.count for value in first["town"]) == 30
    index.apply([listing(100, "Bol")], [])
    assert sum(value.count for value in index.search(SearchQuery("bol")).facets["town"]) == 31
    words.write_text("bol, jatte\n", encoding="utf-8")
    index = TantivyIndex(folder, synonyms=FreshSynonyms(words, stems_of))
    assert sum(value.count for value in index.search(SearchQuery("bol")).facets["town"]) == 61
    index.close()


@pytest.mark.parametrize(
    ("bands", "found"),
    [
        (("0-10",), {1}),
        (("50-100", "0-10"), {1, 4}),
        (("0-10", "25-50", "100-"), {1, 3, 5}),
        (("10-25", "25-50"), {2, 3}),
        (("0-10", "unknown"), {1}),
        (("unknown",), set()),
    ],
)
def test_bands_of_prices_need_not_lie_side_by_side(tmp_path: Path, bands: tuple[str, ...], found: set[int]) -> None:
    index = TantivyIndex(tmp_path, create=True)
    prices = (None, 500, 1500, 3000, 7000, 20_000)
    index.apply([listing(n, "Bol", price_minor=price) for n, price in enumerate(prices)], [])
    assert set(index.search(SearchQuery("bol", {"price": bands})).listing_ids) == found
    index.close()


def test_small_facets_that_are_chosen_together_ignore_their_own_choice_only(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, create=True)
    states = ("InStock", "OutOfStock", "")
    worn = ("new", "used", "")
    listings = [
        listing(n, "Bol", availability=states[n % 3], condition=worn[n // 3 % 3], price_minor=(500, 1500)[n // 9 % 2])
        for n in range(180)
    ]
    index.apply(listings, [])
    chosen = {"availability": ("InStock",), "condition": ("new", "used"), "price": ("0-10",)}
    facets = index.search(SearchQuery("bol", chosen)).facets
    counted = {name: {value.value: value.count for value in facets[name]} for name in chosen}
    assert counted == {
        "availability": {"InStock": 20, "OutOfStock": 20},
        "condition": {"new": 10, "used": 10},
        "price": {"0-10": 20, "10-25": 20},
    }
    index.close()


def test_facets_of_several_values_are_counted_whole(tmp_path: Path) -> None:
    """However many colours and sizes a listing has, each counts once."""
    rng = random.Random(3)
    palette = ("noir", "blanc", "gris", "bleu", "vert", "rouge", "multicolore")
    wardrobe = tuple(str(size) for size in range(34, 48))
    index = TantivyIndex(tmp_path, create=True)
    listings = [
        listing(
            n,
            "Pull",
            colours=tuple(rng.choices(palette, k=rng.randrange(6))),
            sizes=tuple(rng.sample(wardrobe, rng.randrange(9))),
        )
        for n in range(1, 300)
    ]
    index.apply(listings, [])
    for chosen in ({}, {"colour": ("bleu", "rouge")}, {"size": ("38",), "colour": ("noir",)}):
        facets = index.search(SearchQuery("pull", chosen)).facets
        for name in ("colour", "size"):
            others = {key: set(wanted) for key, wanted in chosen.items() if key != name}
            counts = Counter(
                value
                for one in listings
                if all(wanted & set(values_of(one, key)) for key, wanted in others.items())
                for value in set(values_of(one, name))
            )
            assert {value.value: value.count for value in facets[name]} == counts
    index.close()
