"""What an index for a French portal must do besides: find what is meant, however it is typed, and say why."""

from __future__ import annotations

import random

import pytest

from aggregator.search.document import IndexDocument
from aggregator.search.port import WIDEN_BELOW, Near, SearchQuery, Sort, WritableIndex
from tests.contracts.search_index import SearchIndexContract, found, listing


class FrenchSearchContract(SearchIndexContract):
    """Inherit, and define the fixture `index`."""

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
            ("Roue pour hamsters", "hamster"),
            ("Roue pour hamster", "hamsters"),
            ("T-shirt marin", "tshirt"),
            ("Tshirt marin", "t-shirt"),
            ("Tee shirt marin", "tee-shirts"),
            ("Porte-clés en cuir", "porteclés"),
            ("Porte-clés en cuir", "porteclé cuir"),
            ("Porte clés en cuir", "porteclé"),
            ("Disque dur 1To", "disque 1 to"),
            ("Disque dur 1 To", "disque 1To"),
            ("Huile d'olive 500 ml", "huile olive 0,5 l"),
            ("Huile d'olive 50cl", "huile 500ml"),
            ("Farine 1,5 kg", "farine 1500 grammes"),
            ("Coque iPhone 14", "coque iphone14"),
            ("Coque iPhone14", "coque iphone 14"),
            ("Pull-over XL", "pull xl"),
        ],
    )
    def test_french_words_are_found(self, index: WritableIndex, title: str, query: str) -> None:
        index.apply([listing(1, title), listing(2, "Tabouret haut"), listing(3, "Corde à sauter")], [])
        assert found(index, query) == {1}

    @pytest.mark.parametrize("query", ["cx4050", "CX-4050", "cx 4050"])
    def test_a_model_is_found_however_each_shop_writes_it(self, index: WritableIndex, query: str) -> None:
        index.apply([listing(1, "Cadenas Verrouval CX-4050"), listing(2, "Verrouval CX4050")], [])
        assert found(index, query) == {1, 2}

    @pytest.mark.parametrize(
        ("title", "query"),
        [
            ("Wassingue en coton", "serpillière"),
            ("Serpillière en coton", "since"),
            ("Chocolatine au beurre", "pains au chocolat"),
            ("Pain au chocolat", "chocolatines"),
            ("Sneakers en toile", "baskets"),
            ("Machine à laver", "lave linge"),
            ("Frigo rétro", "réfrigérateur rétro"),
        ],
    )
    def test_regional_words_and_synonyms_are_found(self, index: WritableIndex, title: str, query: str) -> None:
        index.apply([listing(1, title), listing(2, "Tabouret haut"), listing(3, "Corde à sauter")], [])
        result = index.search(SearchQuery(query))
        assert (result.listing_ids[:1], result.corrected) == ((1,), None)

    @pytest.mark.parametrize(("query", "first"), [("baskets", 1), ("sneakers", 2), ("chocolatine", 3)])
    def test_what_has_the_word_itself_stands_before_its_synonyms(
        self, index: WritableIndex, query: str, first: int
    ) -> None:
        plain = [listing(i, "Baskets en toile") for i in range(100, 140)]
        index.apply([*plain, listing(1, "Baskets en cuir"), listing(2, "Sneakers en toile")], [])
        index.apply([listing(3, "Chocolatine"), listing(4, "Pain au chocolat"), listing(5, "Chocolat en pain")], [])
        ids = index.search(SearchQuery(query, per_page=100)).listing_ids
        assert ids[0] == first or (query == "baskets" and ids[-1] == 2)
        assert len(ids) == (2 if query == "chocolatine" else 42) + (query == "chocolatine")

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

    def test_a_gtin_that_is_asked_for_stands_alone_and_a_reference_first(self, index: WritableIndex) -> None:
        text = "Bol 3701234567899 et encore 3701234567899"
        index.apply([listing(i, text) for i in range(1, 30)], [])
        index.apply([listing(50, "Vase", codes=("3701234567899", "BX 12-7"))], [])
        for asked in ("3 701234-567899", "3701234567899", "0 3701234567899"):
            assert index.search(SearchQuery(asked)).listing_ids[0] == 50
        index.apply([listing(i, f"Lot de {i % 3} vases") for i in range(100, 130)], [])
        spaced = index.search(SearchQuery("3 701234 567899"))
        assert (spaced.listing_ids, spaced.widened, spaced.corrected) == ((50,), False, None)
        told = index.explain(SearchQuery("3 701234 567899"), 50)
        assert told is not None
        assert [word.fields for word in told.words] == [("code",)]
        assert index.search(SearchQuery("EAN 3701234567899")).listing_ids[0] == 50
        assert index.search(SearchQuery("bx12/7")).listing_ids[0] == 50

    def test_words_that_name_nothing_are_wished_for_only(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Robe longue", variants="36 38") for i in range(20)], [])
        index.apply([listing(50, "Robe longue", variants="40", description="Pas cher.")], [])
        assert index.search(SearchQuery("robe taille 38 pas cher")).total == 20
        assert index.search(SearchQuery("robe pas cher")).listing_ids[0] == 50

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

    def test_verbatim_takes_every_word_as_typed(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Cafetière"), listing(2, "Bol")], [])
        assert index.search(SearchQuery("cafettiere")).corrected == "cafetière"
        plain = index.search(SearchQuery("cafettiere", verbatim=True))
        assert (plain.total, plain.corrected) == (0, None)
        assert index.search(SearchQuery("cafetiere", verbatim=True)).listing_ids == (1,)

    def test_the_other_words_decide_between_corrections(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Tasse bleue") for i in range(40)], [])
        index.apply([listing(i, "Masse de chantier") for i in range(50, 53)], [])
        assert index.search(SearchQuery("zasse")).corrected == "tasse"
        result = index.search(SearchQuery("zasse chantier"))
        assert (result.corrected, set(result.listing_ids[:3])) == ("masse chantier", {50, 51, 52})

    def test_a_word_that_never_occurs_with_the_others_is_doubted(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Verne, oeuvres complètes") for i in range(1, 6)], [])
        index.apply([listing(i, "Carafe en verre") for i in range(100, 300)], [])
        assert index.search(SearchQuery("verne")).corrected is None
        result = index.search(SearchQuery("carafe verne"))
        assert (result.corrected, result.listing_ids[0] >= 100, result.total) == ("carafe verre", True, 200)

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

    # --- all words, or any

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

    # --- order

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

    def test_what_is_new_or_sure_decides_between_equals(self, index: WritableIndex) -> None:
        old, new = 1_600_000_000, 1_790_000_000
        index.apply(
            [
                listing(1, "Bol", first_seen=new, doubtful=True),
                listing(2, "Bol", first_seen=old),
                listing(3, "Bol", first_seen=new),
            ],
            [],
        )
        assert index.search(SearchQuery("bol")).listing_ids == (3, 2, 1)

    def test_a_near_shop_goes_before_what_is_equally_good_only(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Bol", shop_id=1), listing(2, "Bol", shop_id=2)], [])
        index.apply([listing(3, "Vase", shop_id=2, description="Pour un bol.")], [])
        assert index.search(SearchQuery("bol", near=Near({1: 90.0, 2: 3.0}))).listing_ids == (2, 1, 3)
        assert index.search(SearchQuery("bol", near=Near({1: 3.0}))).listing_ids == (1, 2, 3)

    def test_shops_take_turns_among_what_is_as_good_and_never_with_what_is_far_worse(
        self, index: WritableIndex
    ) -> None:
        told = "Un bol bleu."
        index.apply([listing(i, "Bol bleu", shop_id=1, description=told) for i in range(1, 101)], [])
        index.apply([listing(200 + i, "Bol bleu", shop_id=2 + i, description=told) for i in range(5)], [])
        index.apply([listing(300 + i, "Vase rouge", shop_id=9, description=told) for i in range(5)], [])
        first = index.search(SearchQuery("bol bleu")).listing_ids
        assert {200, 201, 202, 203, 204} <= set(first[:6])
        everything = index.search(SearchQuery("bol bleu", per_page=200)).listing_ids
        assert set(everything[-5:]) == {300, 301, 302, 303, 304}

    def test_an_explanation_adds_up_to_the_order(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Bol bleu", shop_id=1, first_seen=1_790_000_000) for i in range(1, 12)], [])
        index.apply([listing(50, "Bol bleu", shop_id=2, availability="OutOfStock", doubtful=True)], [])
        index.apply([listing(51, "Bol bleu", shop_id=3)], [])
        index.apply([listing(60, "Bol", brand="Bleu", codes=("AB-1",)), listing(70, "Wassingue")], [])
        near = Near({1: 20.0, 2: 2.0})
        asked = SearchQuery("bol bleu", near=near, per_page=100)
        told = {i: index.explain(asked, i) for i in index.search(asked).listing_ids}
        points = {
            i: one.text + one.in_stock + one.freshness + one.distance for i, one in told.items() if one is not None
        }
        assert points.keys() == told.keys()
        by_points = sorted(points, key=lambda i: -points[i])
        first, sold_out = told[1], told[50]
        assert first is not None and sold_out is not None  # noqa: PT018
        assert (first.km, sold_out.km, sold_out.in_stock) == (20.0, 2.0, 0.0)
        assert first.in_stock > 0
        assert sold_out.distance > first.distance > 0
        assert [word.fields for word in first.words] == [("title",), ("title",)]
        listed = index.search(asked).listing_ids
        turns = {i: one.turn for i, one in told.items() if one is not None}
        assert turns == {i: place - by_points.index(i) for place, i in enumerate(listed)}
        assert any(turns.values())

    def test_an_explanation_names_what_was_sought_in_a_words_place(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Wassingue en coton", codes=("AB-12",)), listing(2, "Cafetière")], [])
        for query, listing_id, word, fields, instead in (
            ("serpillieres", 1, "serpillieres", ("title",), "wassingue"),
            ("cafettiere", 2, "cafettiere", ("title",), "cafetiere"),
            ("ab12", 1, "ab12", ("code",), None),
        ):
            told = index.explain(SearchQuery(query), listing_id)
            assert told is not None
            (one,) = told.words
            assert (one.word, one.fields, one.instead) == (word, fields, instead)

    # --- suggestions

    def test_suggestions_complete_the_last_word(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Théière émaillée") for i in range(3)], [])
        index.apply([listing(10, "Théâtre d'ombres"), listing(11, "Lampe émaillée"), listing(12, "Bol des thés")], [])
        assert list(index.suggest("thé").queries) == ["thés", "théière", "théâtre"]  # the word itself first
        assert list(index.suggest("Lampe e").queries) == ["Lampe émaillée"]
        assert list(index.suggest("th", limit=1).queries) == ["théière"]
        for nothing in ("", " ", "théière ", "xyz", "!", "\x00"):
            assert index.suggest(nothing).queries == ()

    def test_the_word_itself_or_its_plural_is_the_first_completion(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Album jeunesse") for i in range(20)], [])
        index.apply([listing(100 + i, "Jeux de cartes") for i in range(3)], [])
        index.apply([listing(200, "Jeu de cartes"), listing(201, "Coffret vert"), listing(202, "Coffret verni")], [])
        assert index.suggest("jeu").queries == ("jeux", "jeunesse")
        assert index.suggest("album jeu").queries == ("album jeunesse",)

    def test_what_things_are_called_is_completed_before_what_they_are_like(self, index: WritableIndex) -> None:
        titles = [
            "Théière sable",
            "Vase sable",
            "Bol sable",
            "Assiette sable",
            "Sac de plage",
            "Sac banane",
            "Savon noir",
        ]
        index.apply([listing(number, title) for number, title in enumerate(titles, 1)], [])
        assert index.suggest("sa").queries[:3] == ("sac", "savon", "sable")

    def test_where_few_have_all_words_what_is_named_comes_first(self, index: WritableIndex) -> None:
        titles = [
            "Ceinture en cuir teintée à la main",
            *(f"Sac à dos {name}" for name in ("Morvan", "Aubrac", "Larzac", "Lubéron", "Cévennes", "Queyras")),
            *(f"Ceinture {name}" for name in ("Garonne", "Dordogne", "Charente")),
        ]
        index.apply([listing(number, title, shop_id=number) for number, title in enumerate(titles, 1)], [])
        result = index.search(SearchQuery("sac de ville cuir"))
        assert result.widened
        assert set(result.listing_ids[:6]) == set(range(2, 8))

    def test_a_shops_slip_is_not_the_first_completion(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Cafetière") for i in range(250)], [])
        index.apply([listing(900, "Cafe"), listing(901, "Cafet")], [])
        assert index.suggest("cafet").queries[0] == "cafetière"

    def test_suggestions_name_categories_brands_shops_and_products(self, index: WritableIndex) -> None:
        index.apply(
            [
                listing(1, "Théière en grès", category="maison/vaisselle", brand="Ty Breizh", shop_name="Aux Thés"),
                listing(2, "Théière en fonte", category="maison/vaisselle", product_id=9),
                listing(3, "Théière en fonte", category="maison/vaisselle", product_id=9, shop_id=2, shop_name="Bois"),
                listing(4, "Vase", category="maison/decoration", brand="Élan d'Or"),
            ],
            [],
        )
        told = index.suggest("thé")
        assert told.queries[0] == "théière"
        assert told.categories == ("maison/vaisselle",)
        assert told.shops == ((1, "Aux Thés"),)
        assert sorted(title for _, title in told.products) == ["Théière en fonte", "Théière en grès"]
        assert index.suggest("brei").brands == ("Ty Breizh",)
        assert index.suggest("elan d'o").brands == ("Élan d'Or",)
        assert index.suggest("vaiss").categories == ("maison/vaisselle",)
        assert [title for _, title in index.suggest("théière fon").products] == ["Théière en fonte"]

    def test_a_mistyped_beginning_is_mended(self, index: WritableIndex) -> None:
        index.apply([listing(i, "Cafetière italienne") for i in range(5)], [])
        assert index.suggest("caffeti").queries == ("cafetière",)
        assert index.suggest("cav").queries == ()
        assert index.suggest("cafetière itl").queries == ("cafetière italienne",)
        assert index.suggest("caftière ita").queries == ("cafetière italienne",)

    def test_what_left_is_no_longer_suggested(self, index: WritableIndex) -> None:
        index.apply([listing(1, "Bol", brand="Breizh", shop_name="Chez Nous"), listing(2, "Vase")], [])
        assert index.suggest("bre").brands == ("Breizh",)
        index.apply([], [1])
        assert (index.suggest("bre").brands, index.suggest("bol").products) == ((), ())


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
