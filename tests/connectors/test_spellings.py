"""Prices, availabilities, quantities and periods as they are spelled; what could mean two things is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import Availability
from connectors.spellings import availability, money, period, quantity, running, stock

NBSP, THIN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("49.90 EUR", 4990, "EUR"),
        ("49,90 EUR", 4990, "EUR"),
        ("EUR 49.90", 4990, "EUR"),
        ("49.90EUR", 4990, "EUR"),
        ("49.9 EUR", 4990, "EUR"),
        ("49 EUR", 4900, "EUR"),
        ("49,90 €", 4990, "EUR"),
        ("€49.90", 4990, "EUR"),
        ("49,90", 4990, "EUR"),
        (f"1{NBSP}299,00{NBSP}€", 129900, "EUR"),
        (f"1{THIN}299,00 €", 129900, "EUR"),
        ("1,299.00 USD", 129900, "USD"),
        ("1.299,00 EUR", 129900, "EUR"),
        ("1'299.00 CHF", 129900, "CHF"),
        ("1.299.000,00 EUR", 129900000, "EUR"),
        ("12 500 EUR", 1250000, "EUR"),
        ("12.990000 EUR", 1299, "EUR"),
        ("0.125 EUR", 13, "EUR"),
        ("3€50", 350, "EUR"),
        ("129,- €", 12900, "EUR"),
        ("19,90 € TTC", 1990, "EUR"),
        ("12.990 TND", 12990, "TND"),
        ("1500 JPY", 1500, "JPY"),
        ("12 euros", 1200, "EUR"),
        ("0.00 EUR", 0, "EUR"),
        ("5 gbp", 500, "GBP"),
    ],
)
def test_prices(text: str, minor: int, currency: str) -> None:
    assert money(text) == (minor, currency, None)


@pytest.mark.parametrize(
    "text",
    ["1,299", "1.299 EUR", "14.280", "12 XYZ", "19,90 € HT", "-5 EUR", "2 pour 5 €", "6 x 75cl", "douze", "1.2.3",
     "12,34,56", "٣ EUR", "9" * 40, "EUR", "12 EUR 13", "5€/kg", "10 - 20 EUR"],
)  # fmt: skip
def test_what_is_refused(text: str) -> None:
    minor, currency, complaint = money(text)
    assert (minor, currency) == (None, None)
    assert complaint


@given(st.integers(0, 10**9), st.sampled_from(["{} EUR", "EUR {}", "{}€", "{} €", "€ {}", "{}"]), st.booleans())
def test_a_price_written_in_any_usual_way_is_read_back(cents: int, shape: str, comma: bool) -> None:
    text = str(Decimal(cents).scaleb(-2).quantize(Decimal("0.01")))
    text = shape.format(text.replace(".", ",") if comma else text)
    assert money(text) == (cents, "EUR", None)


@given(
    st.integers(0, 10**9), st.sampled_from([(" ", ","), (NBSP, ","), (THIN, ","), (",", "."), (".", ","), ("'", ".")])
)
def test_so_is_one_with_thousands(cents: int, marks: tuple[str, str]) -> None:
    thousands, decimal = marks
    whole = f"{cents // 100:,}".replace(",", thousands)
    assert money(f"{whole}{decimal}{cents % 100:02d} EUR") == (cents, "EUR", None)


@given(st.text(max_size=40))
def test_whatever_the_text_nothing_is_raised(text: str) -> None:
    minor, currency, complaint = money(text)
    assert (minor is None) == (currency is None)
    assert minor is None or (minor >= 0 and complaint is None)
    assert availability(text)[0] in (*Availability, None)
    assert (quantity(text)[0] or 0) >= 0
    assert (stock(text)[1] or 0) >= 0
    (begin, end), complaint = period(text)
    assert complaint is None or (begin, end) == (None, None)


IN, OUT, BACK = Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.BACK_ORDER


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("in stock", IN), ("in_stock", IN), ("In Stock", IN), ("EN STOCK", IN), ("En stock !", IN), ("disponible", IN),
     ("https://schema.org/InStock", IN), ("http://schema.org/LimitedAvailability", IN), ("oui", IN),
     ("out of stock", OUT), ("out_of_stock", OUT), ("OutOfStock", OUT), ("Épuisé", OUT), ("rupture de stock", OUT),
     ("indisponible", OUT), ("https://schema.org/SoldOut", OUT), ("discontinued", OUT), ("non", OUT),
     ("preorder", BACK), ("pre-order", BACK), ("backorder", BACK), ("back_order", BACK), ("précommande", BACK),
     ("sur commande", BACK), ("https://schema.org/BackOrder", BACK)],
)  # fmt: skip
def test_availabilities(text: str, meaning: Availability) -> None:
    assert availability(text) == (meaning, None)


def test_an_unknown_word_is_no_availability() -> None:
    assert availability("") == (None, None)
    value, complaint = availability("peut-être demain")
    assert value is None
    assert complaint


@pytest.mark.parametrize(
    ("text", "count"), [("12", 12), ("12,0", 12), ("12.00", 12), ("1 200", 1200), ("3 pcs", 3), ("-4", 0), ("+7", 7)]
)
def test_quantities(text: str, count: int) -> None:
    assert quantity(text) == (count, None)


@pytest.mark.parametrize("text", ["1.5", "beaucoup", "10+", "9" * 12])
def test_what_is_no_quantity(text: str) -> None:
    assert quantity(text)[0] is None
    assert quantity(text)[1]


@pytest.mark.parametrize(
    ("text", "meaning", "count"),
    [("12", IN, 12), ("0", OUT, 0), ("-3", OUT, 0), ("2,5", IN, 2), ("2.5", IN, 2), ("12,75 m", IN, 12),
     ("3 kg", IN, 3),
     ("0,4", IN, None), ("0.025", IN, None), ("2.500", IN, None), ("1,250", IN, None), ("0,000", OUT, 0),
     ("-0,5", OUT, 0), ("2.5000", IN, 2), ("", None, None)],
)  # fmt: skip
def test_stock_by_the_piece_by_the_metre_and_by_weight(
    text: str, meaning: Availability | None, count: int | None
) -> None:
    assert stock(text) == (meaning, count, None)


@pytest.mark.parametrize("text", ["beaucoup", "10+", "9" * 12, "1.5.2", "2,5 lots"])
def test_what_says_nothing_of_stock(text: str) -> None:
    assert stock(text)[:2] == (None, None)
    assert stock(text)[2]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-11-20T08:00+0100/2026-11-27T23:00+0100", utc(2026, 11, 20, 7), utc(2026, 11, 27, 22)),
        ("2026-11-20T08:00:00Z / 2026-11-27T23:00:00Z", utc(2026, 11, 20, 8), utc(2026, 11, 27, 23)),
        ("2026-11-20/2026-11-27", utc(2026, 11, 19, 23), utc(2026, 11, 27, 23)),
        ("2026-07-01T00:00/2026-07-02T00:00", utc(2026, 6, 30, 22), utc(2026, 7, 1, 22)),
        ("20/11/2026 - 27/11/2026", utc(2026, 11, 19, 23), utc(2026, 11, 27, 23)),
        ("/2026-11-27T00:00Z", None, utc(2026, 11, 27)),
        ("2026-11-27T00:00Z/", utc(2026, 11, 27), None),
    ],
)
def test_periods(text: str, begin: datetime | None, end: datetime | None) -> None:
    assert period(text) == ((begin, end), None)


@pytest.mark.parametrize("text", ["demain", "2026-13-45/2026-11-27", "2026-11-27/2026-11-20", "x/y"])
def test_what_is_no_period(text: str) -> None:
    assert period(text)[0] == (None, None)
    assert period(text)[1]


def test_a_period_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    when = (utc(2026, 11, 20), utc(2026, 11, 27))
    assert [running(when, moment) for moment in (when[0] - timedelta(seconds=1), *when)] == [False, True, False]
    assert running((None, None), utc(2026, 1, 1))
