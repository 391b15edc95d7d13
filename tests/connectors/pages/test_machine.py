"""Values as machines write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pages import machine
from connectors.records import Availability

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@value", "name", "value", "x"]), inner)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("raw", "currency", "expected"),
    [
        ("12.90", None, ("12.90", None)),
        (12.9, None, ("12.9", None)),
        (45, None, ("45", None)),
        (1e3, None, ("1000", None)),
        ("14.280", "EUR", ("14.28", None)),  # a machine's decimal is one, whatever follows the dot
        ("1299.000000", "EUR", ("1299.00", None)),
        ("48,00", "EUR", ("48.00", None)),
        ("1.299,00", "EUR", ("1299.00", None)),
        ("1,299.00", "USD", ("1299.00", None)),
        ("1 299,90", "EUR", ("1299.90", None)),
        ("£40.00", None, ("40.00", "GBP")),
        ("1.299,00 €", None, ("1299.00", "EUR")),
        ("12,90&nbsp;&euro;", None, ("12.90", "EUR")),
        ("$1,299", None, ("1299", None)),
        ("1,299", "USD", ("1299", None)),
        ("1,299", "EUR", (None, None)),  # readable in two ways
        ("4,170 €", None, (None, None)),
        ("-12.90", None, (None, None)),
        ("- 15 €", None, (None, None)),
        ("10 € - 20 €", None, (None, None)),
        ("sur devis", None, (None, None)),
        ("", None, (None, None)),
        ("0", None, ("0", None)),
        ({"@value": "7.5"}, None, ("7.5", None)),
        ({}, None, (None, None)),
        ([], None, (None, None)),
        (True, None, (None, None)),
        (float("nan"), None, (None, None)),
    ],
)
def test_price(raw: Any, currency: str | None, expected: tuple[str | None, str | None]) -> None:
    assert machine.price(raw, currency) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("EUR", "EUR"),
        ("eur", "EUR"),
        ("€", "EUR"),
        ("£", "GBP"),
        ("$", None),
        ("Euro", "EUR"),
        ("XYZ", None),
        ("", None),
    ],
)
def test_currency(raw: str, expected: str | None) -> None:
    assert machine.currency(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("http://schema.org/InStock", Availability.IN_STOCK),
        ("https://schema.org/InStock/", Availability.IN_STOCK),
        ("schema.org/OutOfStock", Availability.OUT_OF_STOCK),
        ("schema:SoldOut", Availability.OUT_OF_STOCK),
        ("LimitedAvailability", Availability.IN_STOCK),
        ("https://schema.org/BackOrder", Availability.BACK_ORDER),
        ("PreOrder", Availability.BACK_ORDER),
        ("oos", Availability.OUT_OF_STOCK),
        ("in stock", Availability.IN_STOCK),
        ("En rupture de stock", Availability.OUT_OF_STOCK),
        (["https://schema.org/Discontinued"], Availability.OUT_OF_STOCK),
        ({"@id": "https://schema.org/InStock"}, Availability.IN_STOCK),
        (False, Availability.OUT_OF_STOCK),
        ("peut-être", None),
    ],
)
def test_availability(raw: Any, expected: Availability | None) -> None:
    assert machine.availability(raw) is expected


def test_texts_lose_their_entities_even_those_escaped_twice() -> None:
    assert machine.text("Huile d&#039;olive") == "Huile d'olive"
    assert machine.text("Forge &amp;amp; Bois") == "Forge & Bois"
    assert machine.text(" <b>Tasse</b>\n bleue ") == "Tasse bleue"
    assert machine.text("undefined") is None


def test_a_number_has_lost_the_zeros_of_its_code() -> None:
    assert machine.gtin(12345678905) == ("00012345678905", None)
    assert machine.gtin("3760123456784") == ("03760123456784", None)
    assert machine.gtin("3760123456780") == (None, "3760123456780")
    assert machine.gtin("0") == (None, None)


@given(_ANY)
def test_nothing_fails_whatever_the_type(raw: Any) -> None:
    amount, code = machine.price(raw)

    assert amount is None or Decimal(amount) >= 0
    assert code is None or len(code) == 3
    assert machine.text(raw) != ""
    assert machine.gtin(raw)[0] is None or len(str(machine.gtin(raw)[0])) == 14
    machine.availability(raw), machine.currency(raw), machine.long_text(raw), machine.code(raw)
    assert (machine.quantity(raw) or 0) >= 0
