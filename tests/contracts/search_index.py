"""What every search index must do, French apart (`french_search.py`). An adapter's test class inherits this one and
gives an empty, writable `index`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.search.document import IndexDocument, category_values
from aggregator.search.port import DEEPEST, FACETS, PRICE_BANDS, Near, PriceRange, SearchQuery, Sort, WritableIndex
from tests.search.catalogue import COLOURS, documents

WEEK = 7 * 24 * 3600
Filters = dict[str, tuple[str, ...]]


def listing(listing_id: int, title: str, **changes: object) -> IndexDocument:
    """A plain listing, for tests whose subject is one of its fields."""
    plain = IndexDocument(
        listing_id=listing_id,
        shop_id=1,
        shop_name="Boutique",
        town="Quimper",
        title=title,
        brand="",
        category_path=(),
        category="",
        description="",
        variants="",
        codes=(),
        price_minor=1000,
        availability="InStock",
        first_seen=1_700_000_000,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def values_of(document: IndexDocument, facet: str) -> list[str]:
    """The facet values of a document, counted here without any index."""
    price = document.price_minor
    bands = [
        name
        for name, (low, high) in PRICE_BANDS.items()
        if price is not None and low <= price and (high is None or price < high)
    ]
    return {
        "category": list(category_values(document.category)),
        "brand": [document.brand] if document.brand else [],
        "shop": [str(document.shop_id)],
        "town": [document.town] if document.town else [],
        "availability": [document.availability] if document.availability else [],
        "price": bands,
        "condition": [document.condition] if document.condition else [],
        "colour": list(document.colours),
        "size": list(document.sizes),
    }[facet]


def passes(document: IndexDocument, filters: Filters, without: str = "") -> bool:
    return all(
        set(values_of(document, name)) & set(wanted) for name, wanted in filters.items() if wanted and name != without
    )


def found(index: WritableIndex, text: str) -> set[int]:
    return set(index.search(SearchQuery(text, per_page=1000, facets=False)).listing_ids)


class SearchIndexContract:
    """Inherit, and define the fixture `index`."""

    @pytest.fixture
    def filled(self, index: WritableIndex) -> tuple[WritableIndex, list[IndexDocument]]:
        catalogue = list(documents(700))
        index.apply(catalogue[:400], [])
        index.apply(catalogue[400:], [])
        return index, catalogue

    # --- which and how many

    @pytest.mark.parametrize("text", ["", "rouge", "bleu"])
    def test_facets_and_totals_are_exact(self, filled: tuple[WritableIndex, list[IndexDocument]], text: str) -> None:
        index, catalogue = filled
        rng = random.Random(3)
        for _ in range(12):
            chosen = rng.sample(catalogue, 3)
            names = rng.sample(FACETS, rng.randrange(4))
            filters: Filters = {name: tuple({v for d in chosen for v in values_of(d, name)[-1:]}) for name in names}
            result = index.search(SearchQuery(text, filters=filters, per_page=1000, collapse=False))
            candidates = [d for d in catalogue if not text or _has_word(d, text)]
            wanted = {d.listing_id for d in candidates if passes(d, filters)}
            assert set(result.listing_ids) == wanted
            assert result.total == len(wanted)
            for name in FACETS:
                counts = Counter(v for d in candidates if passes(d, filters, name) for v in values_of(d, name))
                given_counts = {value.value: value.count for value in result.facets[name]}
                assert {k: v for k, v in given_counts.items() if v} == dict(counts)
                assert set(filters.get(name, ())) <= set(given_counts)

    def test_facet_values_have_labels_and_an_order(self, filled: tuple[WritableIndex, list[IndexDocument]]) -> None:
        index, catalogue = filled
        facets = index.search(SearchQuery()).facets
        assert tuple(facets) == FACETS
        assert {v.value: v.label for v in facets["shop"]} == {str(d.shop_id): d.shop_name for d in catalogue}
        assert all(v.label == v.value for v in facets["category"])
        assert [v.value for v in facets["price"]] == list(PRICE_BANDS)
        for name in [name for name in FACETS if name != "price"]:
            counts = [value.count for value in facets[name]]
            assert counts == sorted(counts, reverse=True)

    def test_a_chosen_value_without_listings_is_still_there(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Bol", brand="Élan", price_minor=500)], [])
        filters: Filters = {"brand": ("Rien",), "shop": ("999", "x"), "price": ("100-",), "town": ("\ud800",)}
        result = index.search(SearchQuery(filters=filters))
        assert result.total == 0
        for name in ("brand", "shop", "price"):
            assert {value.value: value.count for value in result.facets[name]}[filters[name][0]] == 0

    def test_an_unknown_facet_is_the_callers_mistake(self, index: WritableIndex) -> None:
        with pytest.raises(ValueError, match="taste"):
            index.search(SearchQuery(filters={"taste": ("rouge",)}))

    # --- order and pages

    def test_sorts(self, filled: tuple[WritableIndex, list[IndexDocument]]) -> None:
        index, catalogue = filled
        by_id = {document.listing_id: document for document in catalogue}
        for text in ("", "rouge"):
            ascending = [
                by_id[i].price_minor for i in _all(index, SearchQuery(text, sort=Sort.PRICE_ASC, collapse=False))
            ]
            priced = [price for price in ascending if price is not None]
            assert priced == sorted(priced)
            assert ascending == priced + [None] * (len(ascending) - len(priced))
            descending = [
                by_id[i].price_minor for i in _all(index, SearchQuery(text, sort=Sort.PRICE_DESC, collapse=False))
            ]
            assert descending == priced[::-1] + [None] * (len(ascending) - len(priced))
            newest = [by_id[i].first_seen for i in _all(index, SearchQuery(text, sort=Sort.NEWEST, collapse=False))]
            assert newest == sorted(newest, reverse=True)
        browsed = [by_id[i] for i in _all(index, SearchQuery(collapse=False))]
        assert browsed == sorted(browsed, key=lambda d: (d.availability != "InStock", -(d.first_seen // WEEK)))

    @pytest.mark.parametrize("text", ["", "rouge", "robe rouge laine"])
    @pytest.mark.parametrize("sort", Sort)
    def test_pages_cover_everything_once(
        self, filled: tuple[WritableIndex, list[IndexDocument]], text: str, sort: Sort
    ) -> None:
        index, catalogue = filled
        products = {d.listing_id: d.product_id or -d.listing_id for d in catalogue}
        near = Near({shop: float(shop % 7) for shop in range(1, 30)})
        for collapse in (False, True):
            asked = SearchQuery(text, sort=sort, per_page=1000, near=near, collapse=collapse)
            whole = index.search(asked)
            every = set(index.search(replace(asked, collapse=False)).listing_ids)
            shown = [products[i] if collapse else i for i in whole.listing_ids]
            assert len(shown) == len(set(shown))
            assert set(shown) == {products[i] if collapse else i for i in every}
            assert whole.total == len(every)
            for per_page in (7, 24):
                paged = replace(asked, per_page=per_page)
                assert tuple(_all(index, paged)) == whole.listing_ids
                assert index.search(paged).last_page == max(1, -(-len(shown) // per_page))

    @pytest.mark.parametrize(("page", "per_page"), [(0, 10), (-5, 10), (1, 0), (1, -3)])
    def test_impossible_pages_are_the_nearest_possible(self, index: WritableIndex, page: int, per_page: int) -> None:
        index.apply([listing(1, "Bol")], [])
        assert index.search(SearchQuery(page=page, per_page=per_page)).listing_ids == (1,)

    @pytest.mark.parametrize(("page", "per_page"), [(DEEPEST, 2), (2**70, 24), (2, 2**70)])
    def test_beyond_the_deepest_page_is_nothing(self, index: WritableIndex, page: int, per_page: int) -> None:
        index.apply([listing(1, "Bol")], [])
        result = index.search(SearchQuery(page=page, per_page=per_page))
        assert (result.listing_ids, result.total) == ((), 1)

    # --- one result a product, distance, turns

    def test_listings_of_one_product_are_one_result_where_the_best_of_them_stands(self, index: WritableIndex) -> None:
        prices = {1: 900, 2: 500, 3: 700, 4: 600}
        products = {1: 70, 2: 70, 3: None, 4: 70}
        index.apply([listing(i, "Bol", price_minor=prices[i], product_id=products[i]) for i in prices], [])
        ascending = index.search(SearchQuery("bol", sort=Sort.PRICE_ASC))
        assert [(hit.listing_id, hit.product_id) for hit in ascending.hits] == [(2, 70), (3, None)]
        assert index.search(SearchQuery("bol", sort=Sort.PRICE_DESC)).listing_ids == (1, 3)
        assert (ascending.total, ascending.last_page) == (4, 1)
        apart = index.search(SearchQuery("bol", sort=Sort.PRICE_ASC, collapse=False, per_page=2))
        assert (apart.listing_ids, apart.last_page) == ((2, 4), 2)
        narrowed = index.search(SearchQuery("bol", {"price": ("100-",)}, sort=Sort.PRICE_ASC))
        assert narrowed.total == 0

    def test_a_product_is_shown_by_a_listing_that_can_be_bought(self, index: WritableIndex) -> None:
        sold_out = {1: "OutOfStock", 2: "OutOfStock", 3: "InStock", 4: "InStock", 5: "OutOfStock", 6: "OutOfStock"}
        titles = {2: "Bol breton", 3: "Bol breton en faïence peint, un grand"}
        products = {1: None, 2: 70, 3: 70, 4: None, 5: 80, 6: 80}
        index.apply(
            [
                listing(i, titles.get(i, "Bol"), shop_id=i, availability=sold_out[i], product_id=products[i])
                for i in sold_out
            ],
            [],
        )
        for text in ("", "bol breton", "bol"):
            found = {hit.product_id: hit.listing_id for hit in index.search(SearchQuery(text)).hits if hit.product_id}
            assert found[70] == 3
            assert text == "bol breton" or found[80] in (5, 6)
        narrowed = index.search(SearchQuery("bol breton", {"shop": ("2",)}))
        assert narrowed.listing_ids == (2,), "what the visitor narrows by holds for what is shown"

    def test_a_radius_is_exact_and_counts_with_the_facets(
        self, filled: tuple[WritableIndex, list[IndexDocument]]
    ) -> None:
        index, catalogue = filled
        rng = random.Random(8)
        for _ in range(10):
            km = {shop: rng.uniform(0, 60) for shop in rng.sample(range(1, 41), 30)}
            near = Near(km, rng.choice((0.0, 5.0, 20.0, 60.0)))
            filters: Filters = {"availability": ("InStock",)} if rng.random() < 0.5 else {}
            result = index.search(SearchQuery("", filters, near=near, per_page=1000, collapse=False))
            inside = [d for d in catalogue if km.get(d.shop_id, 1000.0) <= (near.radius or 0.0)]
            assert set(result.listing_ids) == {d.listing_id for d in inside if passes(d, filters)}
            counts = Counter(v for d in inside if passes(d, filters, "shop") for v in values_of(d, "shop"))
            assert {v.value: v.count for v in result.facets["shop"] if v.count} == dict(counts)

    @pytest.mark.parametrize("text", ["", "rouge"])
    def test_a_range_of_prices_is_exact_and_counts_with_the_facets(
        self, filled: tuple[WritableIndex, list[IndexDocument]], text: str
    ) -> None:
        index, catalogue = filled
        rng = random.Random(9)
        prices = sorted(d.price_minor for d in catalogue if d.price_minor is not None)
        candidates = [d for d in catalogue if not text or _has_word(d, text)]
        for _ in range(10):
            low, high = sorted(rng.sample(prices, 2))
            within = PriceRange(*rng.choice(((low, high), (low, None), (None, high), (high, high), (None, None))))
            filters: Filters = {"price": ("10-25", "100-")} if rng.random() < 0.4 else {}
            result = index.search(SearchQuery(text, filters, prices=within, per_page=1000, collapse=False))
            inside = [d for d in candidates if within.holds(d.price_minor)]
            assert set(result.listing_ids) == {d.listing_id for d in inside if passes(d, filters)}
            shops = Counter(v for d in inside if passes(d, filters) for v in values_of(d, "shop"))
            assert {v.value: v.count for v in result.facets["shop"] if v.count} == dict(shops)
            bands = Counter(v for d in candidates for v in values_of(d, "price"))
            assert {v.value: v.count for v in result.facets["price"] if v.count} == dict(bands), "whatever the range"

    def test_a_range_has_its_bounds_within_and_nothing_without_a_price(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Bol", price_minor=price) for i, price in ((1, 999), (2, 1000), (3, None), (4, 0))], [])
        for within, wanted in (
            (PriceRange(999, 1000), {1, 2}),
            (PriceRange(1000), {2}),
            (PriceRange(high=999), {1, 4}),
            (PriceRange(1001, 2**62), set()),
            (PriceRange(), {1, 2, 3, 4}),
        ):
            assert set(index.search(SearchQuery("bol", prices=within)).listing_ids) == wanted

    @pytest.mark.parametrize("text", ["", "rouge"])
    def test_sorted_by_distance_the_nearest_is_first_and_what_is_nowhere_last(
        self, filled: tuple[WritableIndex, list[IndexDocument]], text: str
    ) -> None:
        index, catalogue = filled
        by_id = {document.listing_id: document for document in catalogue}
        km = {shop: shop * 7 % 23 * 1.5 for shop in range(1, 31)}
        asked = SearchQuery(text, sort=Sort.DISTANCE, near=Near(km), collapse=False)
        far = [km.get(by_id[i].shop_id, 1000.0) for i in _all(index, asked)]
        assert far == sorted(far)
        assert far[-1] == 1000.0

    def test_without_a_place_distance_is_relevance(self, filled: tuple[WritableIndex, list[IndexDocument]]) -> None:
        index, _ = filled
        for text in ("", "rouge"):
            plain = index.search(SearchQuery(text))
            assert index.search(SearchQuery(text, sort=Sort.DISTANCE)).listing_ids == plain.listing_ids

    def test_a_large_shop_does_not_fill_the_page_of_those_who_browse(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Bol", shop_id=1) for i in range(1, 201)], [])
        index.apply([listing(1000 + i, "Vase", shop_id=2 + i % 5) for i in range(10)], [])
        index.apply([listing(2000, "Lampe", shop_id=9, availability="OutOfStock")], [])
        first = index.search(SearchQuery(per_page=24)).listing_ids
        assert sum(listing_id < 1000 for listing_id in first) == 14
        assert sum(listing_id < 1000 for listing_id in first[:6]) == 1
        assert 2000 not in first

    def test_explaining_says_nothing_of_what_is_not_found(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Bol"), listing(2, "Vase", town="Brest")], [])
        assert index.explain(SearchQuery("bol"), 1) is not None
        for query, listing_id in ((SearchQuery("bol"), 2), (SearchQuery("bol"), 99), (SearchQuery("rien"), 1)):
            assert index.explain(query, listing_id) is None
        assert index.explain(SearchQuery("vase", {"town": ("Quimper",)}), 2) is None
        assert index.explain(SearchQuery("vase", near=Near({1: 30.0}, 20.0)), 2) is None

    # --- writing

    def test_an_upsert_replaces_and_a_delete_removes(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Bol"), listing(2, "Vase"), listing(2, "Assiette")], [])
        index.apply([listing(1, "Tasse")], [2, 99])
        assert index.count() == 1
        assert index.search(SearchQuery("tasse")).listing_ids == (1,)
        assert index.search(SearchQuery("assiette")).total == index.search(SearchQuery("bol")).total == 0

    def test_a_failed_apply_changes_nothing_and_the_next_one_works(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Bol")], [])

        def broken() -> Iterator[IndexDocument]:
            yield listing(1, "Tasse")
            yield from (listing(i, "Vase") for i in range(10, 500))
            raise RuntimeError("cut")

        with pytest.raises(RuntimeError, match="cut"):
            index.apply(broken(), [1])
        assert (index.count(), found(index, "bol")) == (1, {1})
        index.apply([listing(2, "Vase")], [])
        assert (index.count(), found(index, "vase")) == (2, {2})

    def test_deletes_are_read_after_the_upserts(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Bol")], [])
        gone: list[int] = []

        def upserts() -> Iterable[IndexDocument]:
            gone.append(1)
            yield listing(2, "Vase")

        index.apply(upserts(), gone)
        assert (index.count(), found(index, "vase")) == (1, {2})

    # --- hostile texts

    @pytest.mark.parametrize(
        "text",
        [
            'coque "samsung (',
            "AND OR NOT title:x^2 ~ * ? [a TO b] {} \\",
            "\x00\x01\x1f\u2028\ufeff\u200b",
            "\ud800 bol \udfff",
            "a" * 100_000,
            "mot " * 25_000,
            "1" * 5_000,
            "é" * 10_000,
            "’'’'’",
            "le la les",
            "𝒻𝓊𝓁𝓁 ﬁn Ⅷ 中文 العربية",
        ],
    )
    def test_no_text_is_an_error(self, index: WritableIndex, text: str) -> None:
        index.apply([listing(1, "Bol"), listing(2, "Le fin mot")], [])
        for query in (SearchQuery(text), SearchQuery(filters=dict.fromkeys(FACETS, (text,)))):
            result = index.search(query)
            assert 0 <= result.total <= 2
        assert len(index.suggest(text).queries) <= 8

    @settings(
        max_examples=80,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
    def test_any_text_has_an_answer(self, index: WritableIndex, text: str) -> None:
        if not index.count():
            index.apply(
                [listing(i, title) for i, title in enumerate(("Bol", "À la carte", "Ⅷ ﬁls 中", "a1 b2 c3"))], []
            )
        result = index.search(SearchQuery(text))
        assert result.total == len(result.listing_ids) <= 4
        assert all(suggestion for suggestion in index.suggest(text).queries)


def _all(index: WritableIndex, query: SearchQuery) -> list[int]:
    ids: list[int] = []
    page = 1
    while portion := index.search(replace(query, page=page, facets=False)).listing_ids:
        ids += portion
        page += 1
    return ids


def _has_word(document: IndexDocument, word: str) -> bool:
    assert word in COLOURS  # a colour stands alone, in titles and variants only: no analysis is needed to find it
    return word in f"{document.title} {document.variants}".lower().split()
