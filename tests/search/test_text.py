"""The part of the French analysis that is ours."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search import text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("L'eau d’encre", " eau  encre"),
        ("jusqu'à l'île", " à  île"),
        ("aujourd'hui", "aujourd'hui"),
        ("Levi's", "Levi's"),
        ("presqu'île", "presqu'île"),
        ("Savon 500ml", "Savon 500 ml"),
        ("10X15CM", "10X15 CM"),
        ("3D 4K", "3D 4K"),
        ("1l d'huile", "1 l  huile"),
        ("90m2", "90 m2"),
    ],
)
def test_elisions_are_cut_and_units_set_apart(raw: str, expected: str) -> None:
    assert text.short(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("REF-12/a", "ref12a"), ("0370 1234 567899", "3701234567899"), ("Élan n°5", "elann5"), ("00", ""), ("0A1", "0a1")],
)
def test_codes_have_one_form(raw: str, expected: str) -> None:
    assert text.code(raw) == expected


@pytest.mark.parametrize(
    ("number", "unit", "ways"),
    [
        ("0,5", "l", [("500", "ml"), ("50", "cl"), ("5", "dl")]),
        ("500", "ml", [("50", "cl"), ("5", "dl"), ("0.5", "l")]),
        ("1.5", "kg", [("1500", "g")]),
        ("1", "to", [("1000", "go")]),
        ("2", "litres", [("2000", "ml"), ("200", "cl"), ("20", "dl"), ("2", "l")]),
        ("0", "m", []),
    ],
)
def test_a_quantity_is_written_in_other_ways(number: str, unit: str, ways: list[tuple[str, str]]) -> None:
    assert text.same_quantity(number, unit) == ways


@given(st.integers(1, 9999), st.sampled_from(sorted(text.UNITS)))
def test_every_way_is_the_same_quantity(number: int, unit: str) -> None:
    kind = next(units for units in text.MEASURES.values() if text.UNITS[unit] in units)
    for value, other in text.same_quantity(str(number), unit):
        assert float(value) * kind[other] == pytest.approx(number * kind[text.UNITS[unit]])


@pytest.mark.parametrize(
    ("title", "joined"),
    [
        ("Porte-clés en cuir", "Porteclés"),
        ("T-shirt arc-en-ciel", "Tshirt arcenciel"),
        ("Cadenas CX-4050 laiton, réf. TC-2100G", "CX4050 TC2100G"),
        ("a--b 2024-11 38-40 A-4 CX-4050-2", ""),
        ("Bol", ""),
        ("un-deux-trois-quatre", ""),
    ],
)
def test_hyphened_words_are_joined(title: str, joined: str) -> None:
    assert text.joined(title) == joined


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=3000))
def test_clean_text_is_short_valid_and_stays_as_it_is(raw: str) -> None:
    cleaned = text.clean(raw)
    assert len(cleaned.encode("utf-8")) <= 4 * text.MAX_CHARS
    assert len(cleaned) <= text.MAX_CHARS
    assert text.clean(cleaned) == cleaned
    assert len(text.chunks(cleaned)) <= text.MAX_CHUNKS


@given(st.text(max_size=200))
def test_a_code_is_its_own_code(raw: str) -> None:
    assert text.code(text.code(raw)) == text.code(raw)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F) | st.characters(), max_size=60))
def test_folding_spreads_letters_and_leaves_their_accents_out(raw: str) -> None:
    spread = unicodedata.normalize("NFKD", raw.lower().replace("œ", "oe").replace("æ", "ae"))
    assert text.fold(raw) == "".join(letter for letter in spread if not unicodedata.combining(letter)).lower()
