"""Prices as people type them, and what an address makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from aggregator.search.port import PriceRange
from aggregator.web import price_range, texts
from aggregator.web.price_range import read, read_amount, written

amounts = st.integers(0, 99_999_999_999)


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("", None), ("  ", None), ("12", 1200), ("12,5", 1250), ("12,50", 1250), ("12.50", 1250), ("0", 0),
        ("12,", 1200), ("1 234,50", 123450), ("1\u202f234\u00a0€", 123400), ("12 €", 1200), ("12 euros", 1200),
        ("€12", 1200), ("5EUR", 500),
    ],
)  # fmt: skip
def test_a_price_is_read_as_people_write_it(typed: str, minor: int | None) -> None:
    assert read_amount(typed) == minor


@pytest.mark.parametrize("typed", ["abc", "-5", "12,505", "1,2,3", "€", "1e3", "٣", "9" * 10, "12 € 50 €", ","])
def test_what_is_no_amount_is_not_guessed(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_amount(typed)


@given(amounts)
def test_what_is_written_is_read(minor: int) -> None:
    assert read_amount(written(minor)) == minor
    assert read_amount(price_range.shown(PriceRange(minor)).low) == minor


@given(amounts | st.none(), amounts | st.none())
def test_bounds_may_be_swapped(one: int | None, other: int | None) -> None:
    given_ = {
        name: written(bound) for name, bound in ((price_range.LOW, one), (price_range.HIGH, other)) if bound is not None
    }
    told = read(QueryParams(given_))
    assert told.wrong == ()
    assert {told.prices.low, told.prices.high} == {one, other}
    if one is not None and other is not None:
        assert told.prices == PriceRange(min(one, other), max(one, other))


def test_a_wrong_bound_is_kept_to_be_mended_and_the_other_holds() -> None:
    told = read(QueryParams({"price_min": " cher\u00a0! ", "price_max": "12,5"}))
    assert (told.prices, told.low, told.high, told.wrong) == (PriceRange(None, 1250), "cher !", "12,50", ("price_min",))
    assert read(QueryParams({"price_min": "x" * 9_000})).low == "x" * price_range.LONGEST


def test_a_range_is_said_in_the_language_spoken() -> None:
    assert price_range.label(PriceRange(1250, 3000)) == "De 12,50\u00a0€ à 30,00\u00a0€"
    assert price_range.label(PriceRange(1250)) == "À partir de 12,50\u00a0€"
    assert price_range.label(PriceRange(high=500)) == "Jusqu’à 5,00\u00a0€"
    with texts.speaking("en"):
        assert price_range.shown(PriceRange(1250)).low == "12.50"
