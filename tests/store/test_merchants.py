"""Merchants keep their SIRET to themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.errors import NotFound, Refused
from aggregator.store import merchants
from aggregator.store.engine import Store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def add(store: Store, name: str, siret: str | None) -> int:
    with store.write() as connection:
        return merchants.add(
            connection, name=name, siret=siret, commune="Lodève", email="a@exemple.fr", phone="0467000000", now=NOW
        )


def test_what_was_added_is_found_again(store: Store) -> None:
    first = add(store, "Librairie du Pont", "73282932000074")
    second = add(store, "Sans numéro", None)
    with store.read() as connection:
        row = merchants.get(connection, first)
        assert row == merchants.MerchantRow(
            id=first,
            name="Librairie du Pont",
            siret="73282932000074",
            commune="Lodève",
            email="a@exemple.fr",
            phone="0467000000",
            address="",
            postal_code="",
            insee="34142",
            latitude=43.732,
            longitude=3.32,
            opening_hours="",
            created_at=NOW,
        )
        assert merchants.find_by_siret(connection, "73282932000074") == row
        assert merchants.find_by_siret(connection, "35600000000048") is None
        assert [merchant.id for merchant in merchants.list_all(connection)] == [first, second]


def test_a_known_siret_is_refused_and_names_its_merchant(store: Store) -> None:
    first = add(store, "Librairie du Pont", "73282932000074")
    with pytest.raises(Refused) as refused:
        add(store, "Une autre", "73282932000074")
    assert "Librairie du Pont" in str(refused.value)
    assert f"n° {first}" in str(refused.value)
    with store.read() as connection:
        assert len(merchants.list_all(connection)) == 1


def test_several_merchants_may_lack_a_siret(store: Store) -> None:
    assert add(store, "Un", None) != add(store, "Deux", None)


def test_an_unknown_merchant_is_not_found(store: Store) -> None:
    with store.read() as connection, pytest.raises(NotFound, match="n° 12"):
        merchants.get(connection, 12)
