"""What a listing says that the thing is; and, on listings judged by hand, that this stands before what goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.document import IndexDocument
from aggregator.search.naming import named
from aggregator.search.port import SearchQuery
from aggregator.search.tantivy_index import TantivyIndex
from aggregator.search.text import fold
from tests.contracts.search_index import found, listing

HERE = Path(__file__).parent


def _rows(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


LISTINGS = list(_rows("judged_fr.txt"))
QUERIES = list(_rows("judged_queries.txt"))
ONLY_TITLES, SHOPS_CATEGORIES, ALL = "titles", "shops' categories", "all"


def _documents(given_: str) -> Iterator[IndexDocument]:
    for number, (_, title, brand, path, node, description) in enumerate(LISTINGS, 1):
        yield listing(
            number,
            title,
            shop_id=number % 9 + 1,
            brand=brand,
            category_path=() if given_ == ONLY_TITLES else tuple(level.strip() for level in path.split(">")),
            category=node if given_ == ALL else "",
            description=description,
        )


@pytest.fixture(scope="module", params=[ONLY_TITLES, SHOPS_CATEGORIES, ALL])
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, TantivyIndex]:
    index = TantivyIndex(tmp_path_factory.mktemp("judged"), create=True)
    index.apply(_documents(request.param), [])
    index.close()
    return request.param, index


@pytest.mark.parametrize("case", QUERIES, ids=lambda case: f"{fold(case[0])} {case[1]} {case[3]}")
def test_what_a_query_names_stands_before_what_goes_with_it(judged: tuple[str, TantivyIndex], case: list[str]) -> None:
    given_, index = judged
    query, most, kinds, where = case
    if (given_ == ONLY_TITLES and not where) or (given_ != ONLY_TITLES and where == "only"):
        return
    first = index.search(SearchQuery(query)).listing_ids[: int(most)]
    titles = {LISTINGS[one - 1][1]: LISTINGS[one - 1][0] for one in first}
    assert len(titles) == int(most)
    assert set(titles.values()) <= set(kinds.split()), titles


@pytest.mark.parametrize(
    ("title", "brand", "head"),
    [
        ("Brosse à chaussures", "", "brosse"),
        ("BROSSE A CHAUSSURES", "", "brosse"),
        ("Canon Cartouche d'encre pour imprimante", "Canon", "cartouche"),
        ("Canon Pixma TS5350 - Imprimante multifonction", "Canon", "pixma imprimante"),
        ("Boucles d’oreilles dorées", "", "boucles"),
        ("Lot de 2 tables gigognes", "", "tables"),
        ("Paire de chaussures", "", "chaussures"),
        ("Jeu de 4 pneus neige", "", "pneus"),
        ("Jeu de société", "", "jeu"),
        ("Grande table basse en rotin", "", "table"),
        ("Porte-vélos d'attelage", "", "portevelos"),
        ("Housse compatible iPhone", "", "housse"),
        ("Cirage chaussures noir", "", "cirage"),
        ("Robot piscine", "", "robot"),
        ("Dyson V8 Absolute aspirateur sans fil", "Dyson", "absolute aspirateur"),
        ("SAMSUNG Coque silicone", "", "samsung coque"),
        ("COQUE SILICONE", "", "coque"),
        ("Vase rouge - édition limitée", "", "vase"),
        ("Rose rouge", "", "rose"),
        ("Pour bébé : hochet", "", "bebe hochet"),
        ("Le petit livre des couleurs", "", "livre"),
        ("Canon", "Canon", "canon"),
        ("Œufs d'oie x 6", "", "oeufs"),
        ("2024 - 12", "", ""),
        ("", "", ""),
    ],
)
def test_the_head_of_a_title_says_what_the_thing_is(title: str, brand: str, head: str) -> None:
    assert " ".join(named(title, brand, (), "").head) == head


@pytest.mark.parametrize(
    ("title", "path", "node", "kind"),
    [
        ("Inès bleu", "Chaussures > Escarpins", "", "escarpins chaussures"),
        ("Inès bleu", "Chaussures > Escarpins", "chaussures/ville", "escarpins chaussures ville"),
        ("Le grand manuel", "Livres > Cuisine", "livres/pratique", "cuisine livres pratique"),
        ("Brosse à reluire", "Chaussures", "", ""),
        ("Sonnette Dring", "Vélo > Accessoires", "velo/accessoires", ""),
        ("Gel Dring", "Vélo > Accessoires > Lubrifiants", "", "lubrifiants"),
        ("Range-tout pour vélo", "Vélo", "", ""),
        ("Nappe de table", "Linge de table", "", "linge"),
        ("Truc", "Jeux d'extérieur", "", "jeux"),
        ("Truc", "", "", ""),
    ],
)
def test_a_category_says_what_its_things_are_unless_they_go_with_these(
    title: str, path: str, node: str, kind: str
) -> None:
    levels = tuple(level.strip() for level in path.split(">")) if path else ()
    assert " ".join(named(title, "", levels, node).kind) == kind


@given(st.text(max_size=80), st.text(max_size=10), st.lists(st.text(max_size=20), max_size=4), st.text(max_size=20))
def test_any_text_names_a_few_folded_words(title: str, brand: str, path: list[str], node: str) -> None:
    told = named(title, brand, path, node)
    for word in (*told.head, *told.kind):
        assert word.isalpha()
        assert word == fold(word)
    assert len(told.head) <= 5


def test_a_word_said_twice_counts_once_and_titles_are_shown_as_written(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, create=True)
    index.apply([listing(1, "Bol L'Atelier bleu"), listing(2, "Bol bol bol bol bol bol")], [])
    assert found(index, "bol") == {1, 2}
    told = index.explain(SearchQuery("bol"), 2), index.explain(SearchQuery("bol"), 1)
    assert told[0] is not None
    assert told[1] is not None
    assert told[0].text < 1.5 * told[1].text
    assert (1, "Bol L'Atelier bleu") in index.suggest("bol").products
    index.close()
