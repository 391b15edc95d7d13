"""Amounts of money as shops show them: by their currency, never by chance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pages.amounts import amounts, decimal
from connectors.pages.currencies import of_domain, resolve

SHOWN = [
    ("12,90 €", [("12.90", "EUR")]),
    ("€ 12.90", [("12.90", "EUR")]),
    ("12€90", [("12.90", "EUR")]),
    ("1 299,00 €", [("1299.00", "EUR")]),
    ("1\u202f299,00\u00a0€ TTC", [("1299.00", "EUR")]),
    ("1.299,00 €", [("1299.00", "EUR")]),
    ("1.299 €", [("1299", "EUR")]),
    ("0,999 €", [("0.999", "EUR")]),
    ("129,- €", [("129", "EUR")]),
    ("1'299.00 CHF", [("1299.00", "CHF")]),
    ("CHF 12.–", [("12", "CHF")]),
    ("$1,299.00", [("1299.00", "$")]),
    ("US $12.50", [("12.50", "USD")]),
    ("CA$12.50", [("12.50", "CAD")]),
    ("Rs. 1,29,999", [("129999", "INR")]),
    ("99 kr", [("99", "kr")]),
    ("49,99 zł", [("49.99", "PLN")]),
    ("12.500 KWD", [("12.500", "KWD")]),
    ("-20 % 15,90 €", [("15.90", "EUR")]),
    ("Lot de 6 x 75 cl - 59,40 €", [("59.40", "EUR")]),
    ("500 g : 7,90 €", [("7.90", "EUR")]),
    ("2 pour 5 €", [("5", "EUR")]),
    ("12,90 € 15,90 €", [("12.90", "EUR"), ("15.90", "EUR")]),
    ("€12 €15", [("12", "EUR"), ("15", "EUR")]),
    ("de 12,90 € à 15,90 €", [("12.90", "EUR"), ("15.90", "EUR")]),
    ("au lieu de 49 euros", [("49", "EUR")]),
    ("Réf. 2024 EURO-12", []),
    ("24 pièces, 3 kg, 20 %", []),
    ("N° 12345", []),
    ("Europe 2024", []),
    ("gratuit", []),
]


@pytest.mark.parametrize(("text", "expected"), SHOWN, ids=[text for text, _ in SHOWN])
def test_amounts_are_read_by_their_currency(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(amount.value, amount.sign) for amount in amounts(text)] == expected


@pytest.mark.parametrize(
    ("sign", "host", "votes", "code"),
    [
        ("EUR", "shop.com", (), "EUR"),
        ("$", "shop.com", (), "USD"),
        ("$", "shop.com.au", (), "AUD"),
        ("$", "shop.com", ("CAD",), "CAD"),
        ("$", "shop.fr", ("EUR",), "USD"),
        ("kr", "butik.se", (), "SEK"),
        ("kr", "butik.com", (), None),
        ("kr", "butik.com", ("DKK",), "DKK"),
        (None, "shop.fr", (), None),
    ],
)
def test_a_sign_of_several_currencies_is_settled_by_the_page_and_its_country(
    sign: str | None, host: str, votes: tuple[str, ...], code: str | None
) -> None:
    assert resolve(sign, host, votes) == code


@pytest.mark.parametrize(("host", "code"), [("a.fr", "EUR"), ("a.co.uk", "GBP"), ("a.ch", "CHF"), ("a.com", None)])
def test_a_country_has_its_currency(host: str, code: str | None) -> None:
    assert of_domain(host) == code


@given(st.integers(0, 999_999), st.integers(0, 99), st.sampled_from([" ", "\u00a0", "\u202f", "."]))
def test_any_price_written_the_french_way_is_read_back(euros: int, cents: int, group: str) -> None:
    written = f"{euros:,}".replace(",", group) + f",{cents:02d} €"
    (amount,) = amounts(f"Prix : {written} TTC")
    assert (float(amount.value), amount.sign) == (euros + cents / 100, "EUR")


@given(st.text(max_size=300))
def test_nothing_raises_and_every_amount_is_a_plain_decimal(text: str) -> None:
    for amount in amounts(text):
        assert float(amount.value) >= 0
        assert text[amount.start : amount.end]
    decimal(text)
