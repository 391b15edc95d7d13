"""The part of the French analysis that is ours."""

from __future__ import annotations

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
