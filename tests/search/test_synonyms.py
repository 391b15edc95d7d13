"""The operator's synonyms: understood line by line, read again when they change, never an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search import synonyms
from aggregator.search.port import SearchQuery
from aggregator.search.synonyms import FreshSynonyms, Synonyms, parse, read_file, shipped
from aggregator.search.tantivy_index import TantivyIndex
from aggregator.search.tantivy_words import stems_of
from tests.contracts.search_index import listing


def found(known: Synonyms, text: str) -> set[str]:
    stems = stems_of(text)
    return {known.written[other] for at in range(len(stems)) for other in known.of(stems, at)[1]}


def test_the_shipped_list_is_understood_and_long() -> None:
    known, problems = parse((shipped(),), stems_of)
    assert problems == []
    assert len(known.others) > 1_000
    assert found(known, "Serpillières") >= {"wassingue", "panosse", "since"}
    assert found(known, "deux machines à laver") == {"lave-linge", "laveuse"}


def test_no_shipped_word_finds_itself() -> None:
    known, _ = parse((shipped(),), stems_of)
    assert all(phrase not in others for phrase, others in known.others.items())


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("chaise blanche", "Chaise pliante – Blanc"), ("bougie parfumé", "Bougie parfumée"),
        ("montre doré", "Montre fine dorée"), ("table carrée", "Table basse, carré"),
    ],
)  # fmt: skip
def test_what_the_stemmer_parts_by_gender_finds_each_other(tmp_path: Path, query: str, title: str) -> None:
    index = TantivyIndex(tmp_path, create=True)
    index.apply([listing(1, title), listing(2, title.split()[0])], [])
    found = index.search(SearchQuery(query, verbatim=True))
    assert (found.listing_ids[0], found.corrected) == (1, None)
    assert index.search(SearchQuery(title.split()[0])).total == 2


def test_a_group_finds_each_other_and_an_arrow_one_way() -> None:
    known, _ = parse(("bol, tasse, mug\nsince => serpillière",), stems_of)
    assert found(known, "TASSES") == {"bol", "mug"}
    assert found(known, "since") == {"serpillière"}
    assert found(known, "serpillière") == set()


def test_the_longest_phrase_counts() -> None:
    known, _ = parse(("pain => miche\npain au chocolat, chocolatine",), stems_of)
    stems = stems_of("pain au chocolat")
    assert known.of(stems, 0) == (2, (("chocolatin",),))


def test_the_operator_adds_and_takes_away() -> None:
    known, problems = parse(("bol, tasse, mug", "tasse, gobelet\n! bol, mug # pas chez nous"), stems_of)
    assert problems == []
    assert found(known, "bol") == {"tasse"}
    assert found(known, "tasse") == {"bol", "mug", "gobelet"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("seul", "au moins deux mots"),
        ("bol, bols", "au moins deux mots"),
        ("bol,, tasse", "virgule"),
        ("bol =>", "avant ou après"),
        ("=> bol", "avant ou après"),
        ("! bol => tasse", "ne vont pas ensemble"),
        ("le, la", "aucun mot"),
        ("un grand bol rouge peint main décoré, bol", "plus de 5 mots"),
        (", ".join(f"mot{number}" for number in range(41)), "Plus de 40"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_and_left_out(line: str, said: str) -> None:
    known, problems = parse((f"# remarque\n\nbol, tasse\n{line}\nmug, chope",), stems_of)
    (problem,) = problems
    assert (problem.line, said in problem.message) == (4, True)
    assert found(known, "mug") == {"chope"}


@given(st.text(alphabet=st.sampled_from("ab,=>!# \n\x00é'-"), max_size=60))
def test_no_file_is_an_error(text: str) -> None:
    known, problems = parse((text,), stems_of)
    assert all(1 <= problem.line <= len(text.splitlines()) for problem in problems)
    for phrase, others in known.others.items():
        assert phrase
        assert others
        assert phrase not in others


@pytest.mark.parametrize(("content", "said"), [(b"\xff\xfe\x00", "UTF-8"), (b"a" * 2_000_001, "trop gros")])
def test_an_unreadable_file_leaves_the_shipped_list(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "s.txt").write_bytes(content)
    known, (problem,) = read_file(tmp_path / "s.txt", stems_of)
    assert (problem.line, said in problem.message) == (0, True)
    assert found(known, "chocolatine")
    assert "n'existe pas" in read_file(tmp_path / "absent.txt", stems_of)[1][0].message


def test_the_file_is_read_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonyms, "_LOOK_AGAIN", 0.0)
    path = tmp_path / "synonymes.txt"
    (tmp_path / "index").mkdir()
    index = TantivyIndex(tmp_path / "index", create=True, synonyms=FreshSynonyms(path, stems_of))
    index.apply([listing(1, "Chabrol"), listing(2, "Vase")], [])
    assert index.search(SearchQuery("gamelou")).total == 0
    path.write_text("gamelou, chabrol\n", "utf-8")
    assert index.search(SearchQuery("gamelou")).listing_ids == (1,)
    path.write_text("gamelou, vase\n", "utf-8")
    os.utime(path, ns=(1, 1))
    assert index.search(SearchQuery("gamelou")).listing_ids == (2,)
    path.unlink()
    assert index.search(SearchQuery("gamelou")).total == 0
    index.close()
