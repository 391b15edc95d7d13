"""Merchants stand where their commune is, on both databases."""

from __future__ import annotations

import pytest

from aggregator.store import Store, changes, merchants, places, shops
from tests.support.catalogue import NOW, add_shop

LODEVE = (43.732, 3.32)


def add(store: Store, commune: str, postal_code: str = "") -> int:
    with store.write() as connection:
        return merchants.add(
            connection, name="Atelier", siret=None, commune=commune, postal_code=postal_code, email="", now=NOW
        )


def row(store: Store, merchant: int) -> merchants.MerchantRow:
    with store.read() as connection:
        return merchants.get(connection, merchant)


@pytest.mark.parametrize(
    ("typed", "code", "name", "insee"),
    [
        ("lodeve", "", "Lodève", "34142"),
        ("34700 LODEVE CEDEX", "", "Lodève", "34142"),
        ("St André de Sangonis", "", "Saint-André-de-Sangonis", "34239"),
        ("Saint-Denis", "93200", "Saint-Denis", "93066"),
        ("Saint-Denis (11310)", "", "Saint-Denis", "11339"),
        ("Paris", "75011", "Paris 11e", "75111"),
        ("Zone des Combes", "34700", "Zone des Combes", "34142"),
        ("Atlantide", "", "Atlantide", None),
        ("", "", "", None),
    ],
)
def test_a_commune_is_understood_as_it_was_written(
    store: Store, typed: str, code: str, name: str, insee: str | None
) -> None:
    stored = row(store, add(store, typed, code))
    assert (stored.commune, stored.insee) == (name, insee)
    assert (stored.latitude is None) == (stored.longitude is None) == (insee is None)


def test_namesakes_are_told_apart_by_the_regions_departments(store: Store) -> None:
    assert row(store, add(store, "Saint-Jean-de-la-Blaquière")).insee == "34268"
    assert row(store, add(store, "Saint-Guiraud")).insee == "34262"
    assert row(store, add(store, "Saint-Privat")).insee == "34286"  # not the larger one, in Corrèze or Ardèche


def test_what_was_placed_stays_there_when_something_else_changes(store: Store) -> None:
    merchant = add(store, "Saint-Denis (11310)")
    with store.write() as connection:
        merchants.edit(connection, merchant, phone="0467000000", opening_hours="Mo 09:00-12:00")
        merchants.place_again(connection)
    stored = row(store, merchant)
    assert (stored.insee, stored.postal_code, stored.phone) == ("11339", "11310", "0467000000")


def test_moving_takes_the_shops_listings_along(store: Store) -> None:
    merchant = add(store, "Lodève", "34700")
    with store.write() as connection:
        shop = shops.add(
            connection, url="https://boutique.example/", name="A", connector="feed", platform="feed",
            status="approved", merchant_id=merchant, memory={}, now=NOW,
        )  # fmt: skip
    with store.write() as connection:
        located = merchants.edit(connection, merchant, commune="Gignac (34150)")
    assert located.commune is not None
    stored = row(store, merchant)
    assert (stored.commune, stored.insee, stored.postal_code) == ("Gignac", "34114", "34150")
    with store.read() as connection:
        assert changes.pending(connection) == 0  # it has no listing yet
        assert places.shops(connection, *LODEVE)[shop] == pytest.approx(20.5, abs=1.5)


def test_places_are_found_for_those_that_had_none(store: Store) -> None:
    lost, kept = add(store, "Atlantide"), add(store, "Lodève")
    with store.write() as connection:
        found = {before.id: located for before, located in merchants.place_again(connection)}
        merchants.edit(connection, lost, commune="Octon")
    assert found[lost].commune is None
    assert found[kept].commune is not None
    assert row(store, lost).insee == "34186"


def test_only_public_shops_that_stand_somewhere_have_a_distance(store: Store) -> None:
    owners = [add(store, "Lodève"), add(store, "Clermont-l'Hérault"), add(store, "Atlantide"), add(store, "Lodève")]
    numbers = []
    for n, owner in enumerate(owners):
        number = add_shop(store, f"https://b{n}.example/")
        with store.write() as connection:
            connection.exec_driver_sql(f"UPDATE shop SET merchant_id = {owner} WHERE id = {number}")
        numbers.append(number)
    nobodys = add_shop(store, "https://personne.example/")
    with store.write() as connection:
        shops.pause(connection, numbers[3], "", NOW)
    with store.read() as connection:
        km = places.shops(connection, *LODEVE)
    assert set(km) == set(numbers[:2])
    assert nobodys not in km
    assert km[numbers[0]] == pytest.approx(0, abs=0.1)
    assert km[numbers[1]] == pytest.approx(14.5, abs=1.5)
