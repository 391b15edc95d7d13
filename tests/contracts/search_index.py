"""What every search index must do. An adapter's test class inherits this one and gives an empty, writable `index`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.search.document import IndexDocument, category_values
from aggregator.search.port import DEEPEST, FACETS, PRICE_BANDS, WIDEN_BELOW, Near, SearchQuery, Sort, WritableIndex
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

    # --- French

    @pytest.mark.parametrize(
        ("title", "query"),
        [
            ("Théière émaillée", "theiere emaillee"),
            ("THEIERE EMAILLEE", "théière émaillée"),
            ("Chaussures de randonnée", "chaussure randonnées"),
            ("Cheval à bascule", "chevaux bascule"),
            ("Bijoux anciens", "bijou ancien"),
            ("Œufs décorés", "oeuf décoré"),
            ("Oeuf décoré", "ŒUFS"),
            ("Parfum d’eau", "l'eau"),
            ("Sac de l'écolier", "écolier"),
            ("Pull L'Atelier", "atelier pull"),
            ("Savon 500ml", "savon 500 ml"),
            ("Savon 500 ml", "500ML"),
            ("Cafe\u0301 moulu", "café"),
            ("Lave-linge", "lave linge"),
            ("Jeu d'échecs", "jeux d'échec"),
            ("Imprimante", "imprimnate"),
            ("Aspirateur", "aspirateurr"),
            ("Lunettes de soleil", "lunettse"),
            ("Cafetière italienne", "cafetierre itallienne"),
        ],
    )
    def test_french_words_are_found(self, index: WritableIndex, title: str, query: str) -> None:
        index.apply([listing(1, title), listing(2, "Tabouret haut"), listing(3, "Corde à sauter")], [])
        assert found(index, query) == {1}

    def test_all_searched_fields_are_searched_and_the_title_weighs_most(self, index: WritableIndex) -> None:
        index.apply(
            [
                listing(1, "Bol", description="Une couleur turquoise."),
                listing(2, "Bol turquoise"),
                listing(3, "Bol", brand="Turquoise"),
                listing(4, "Bol", category_path=("Vaisselle", "Turquoise")),
                listing(5, "Bol", variants="Turquoise Rouge"),
                listing(6, "Bol"),
            ],
            [],
        )
        ids = index.search(SearchQuery("turquoise")).listing_ids
        assert set(ids) == {1, 2, 3, 4, 5}
        assert ids[0] == 2

    @pytest.mark.parametrize(
        "query", ["REF-12/A", "ref-12/a", "ref12a", "3701234567899", "03701234567899", "3 701234 567899"]
    )
    def test_codes_are_found_whole(self, index: WritableIndex, query: str) -> None:
        index.apply(
            [
                listing(1, "Bol", codes=("REF-12/A", "03701234567899")),
                listing(2, "Vase", codes=("REF-13/A", "03701234567905")),
            ],
            [],
        )
        result = index.search(SearchQuery(query))
        assert result.listing_ids[:1] == (1,)
        assert result.corrected is None

    def test_a_size_of_one_letter_is_a_word_and_an_elision_is_not(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Chemise", variants="L XL"), listing(2, "Chemise de l'atelier", variants="S M")], [])
        assert index.search(SearchQuery("chemise L")).listing_ids[0] == 1

    def test_a_correction_is_shown_with_its_accents(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Cafetière italienne"), listing(2, "Bol")], [])
        result = index.search(SearchQuery("Une cafettiere ITALIENNE"))
        assert (result.listing_ids, result.corrected) == ((1,), "Une cafetière ITALIENNE")

    def test_a_known_word_is_not_corrected_unless_rare_and_its_neighbour_common(self, index: WritableIndex) -> None:
        many = [listing(i, "Bol verte") for i in range(100, 400)]
        index.apply([*many, *(listing(i, "Bol en verre") for i in range(1, 6)), listing(50, "Bol chemsie")], [])
        index.apply([listing(i, "Chemise") for i in range(1000, 1060)], [])
        known = index.search(SearchQuery("verre", per_page=500))
        assert (set(known.listing_ids), known.corrected) == (set(range(1, 6)), None)
        rare = index.search(SearchQuery("chemsie", per_page=500))
        assert rare.corrected == "chemise"
        assert rare.listing_ids[0] == 50
        assert rare.total == 61

    def test_known_items_are_found_however_they_are_typed(
        self, filled: tuple[WritableIndex, list[IndexDocument]]
    ) -> None:
        """Success at 10 on titles of our own making; the bounds are those of the measured configuration."""
        index, catalogue = filled
        rng = random.Random(5)
        asked = rng.sample(catalogue, 60)
        for spoil, least in ((str, 1.0), (_without_accents, 1.0), (_plural, 0.95), (lambda t: _typo(t, rng), 0.9)):
            hits = sum(d.listing_id in index.search(SearchQuery(spoil(d.title))).listing_ids[:10] for d in asked)
            assert hits >= least * len(asked), spoil

    # --- which and how many

    def test_fewer_than_ten_hits_are_filled_with_those_that_have_any_word(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Robe rouge") for i in range(1, 4)], [])
        index.apply([listing(i, "Robe bleue", price_minor=1) for i in range(10, 60)], [])
        for sort in Sort:
            result = index.search(SearchQuery("robe rouge", sort=sort, per_page=100))
            assert result.widened
            assert result.total == len(result.listing_ids) == 53
            assert set(result.listing_ids[:3]) == {1, 2, 3}

    def test_widened_facets_count_what_is_listed(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Robe rouge", town="Brest") for i in range(1, 4)], [])
        index.apply([listing(i, "Robe bleue", town="Quimper") for i in range(10, 30)], [])
        index.apply([listing(40, "Bol", town="Vannes", codes=("3701234567899",))], [])
        result = index.search(SearchQuery("robe rouge", per_page=100))
        assert {value.value: value.count for value in result.facets["town"]} == {"Brest": 3, "Quimper": 20}
        by_code = index.search(SearchQuery("3 701234 567899"))
        assert (by_code.listing_ids[0], sum(v.count for v in by_code.facets["town"])) == (40, by_code.total)

    def test_ten_hits_are_enough(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Robe rouge") for i in range(WIDEN_BELOW)], [])
        index.apply([listing(i, "Robe bleue") for i in range(100, 120)], [])
        result = index.search(SearchQuery("robe rouge"))
        assert (result.widened, result.total) == (False, WIDEN_BELOW)

    def test_filters_do_not_widen(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Robe rouge", town="Brest" if i else "Quimper") for i in range(20)], [])
        index.apply([listing(50, "Robe bleue")], [])
        result = index.search(SearchQuery("robe rouge", filters={"town": ("Quimper",)}))
        assert (result.listing_ids, result.widened) == ((0,), False)

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

    def test_what_is_in_stock_goes_before_what_is_equally_good_only(self, index: WritableIndex) -> None:
        index.apply(
            [
                listing(1, "Bol bleu", availability="OutOfStock"),
                listing(2, "Bol bleu", availability="InStock"),
                listing(3, "Vase", description="Va bien avec un bol bleu."),
            ],
            [],
        )
        assert index.search(SearchQuery("bol bleu")).listing_ids == (2, 1, 3)

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

    # --- suggestions and hostile texts

    def test_suggestions_complete_the_last_word(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Théière émaillée") for i in range(3)], [])
        index.apply([listing(10, "Théâtre d'ombres"), listing(11, "Lampe émaillée"), listing(12, "Bol des thés")], [])
        assert list(index.suggest("thé").queries) == ["théière", "théâtre", "thés"]
        assert list(index.suggest("Lampe e").queries) == ["Lampe émaillée"]
        assert list(index.suggest("thé", limit=1).queries) == ["théière"]
        for nothing in ("", " ", "théière ", "xyz", "!", "\x00"):
            assert index.suggest(nothing).queries == ()

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

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def _without_accents(title: str) -> str:
    return title.translate(str.maketrans("éèêàâîïôùûçÉŒ", "eeeaaiiouucEO"))


def _plural(title: str) -> str:
    return " ".join(word + "s" if len(word) > 3 and word[-1] not in "sxz" else word for word in title.split())


def _typo(title: str, rng: random.Random) -> str:
    words = title.split()
    place = max(range(len(words)), key=lambda i: len(words[i]))
    word = words[place]
    cut = rng.randrange(1, len(word) - 1)
    words[place] = rng.choice(
        (
            word[:cut] + word[cut + 1 :],
            word[:cut] + word[cut] + word[cut:],
            word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
        )
    )
    return " ".join(words)
