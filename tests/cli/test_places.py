"""What an operator enters of a merchant and a shop, and what is said where it is not understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.photo_files import hash_of
from aggregator.store import open_store, photos
from tests.cli.conftest import Done, Emplettes
from tests.support.catalogue import NOW, add_shop
from tests.support.stores import settings_for

SIRET = "73282932000074"


@pytest.fixture
def merchant(here: Callable[..., Done]) -> str:
    done = here("merchants", "add", "--name", "Poterie", "--siret", SIRET, "--commune", "lodeve", "--json")
    assert done.err == ""
    return str(done.json()["merchant_id"])


def test_a_merchant_is_entered_and_changed(here: Callable[..., Done], merchant: str) -> None:
    done = here(
        "merchants", "edit", merchant, "--address", "3  rue Haute", "--postal-code", "34 700",
        "--hours", "mar-sam 9h30-12h30, 14h-19h ; dim 9h-12h", "--phone", "0467000000", "--json",
    )  # fmt: skip
    told = done.json()
    assert done.err == ""
    assert (told["address"], told["postal_code"], told["commune"], told["insee"]) == (
        "3 rue Haute", "34700", "Lodève", "34142",
    )  # fmt: skip
    assert told["opening_hours"] == ["Tu-Sa 09:30-12:30,14:00-19:00", "Su 09:00-12:00"]
    assert (round(told["latitude"], 1), round(told["longitude"], 1)) == (43.7, 3.3)
    here("merchants", "edit", merchant, "--phone", "")
    shown = here("merchants", "show", merchant)
    assert "0467000000" not in shown.out
    assert "Tu-Sa 09:30" in shown.out


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Lodéve-sur-Lune", "n'est pas connue, le commerce n'a pas de place sur la carte"),
        ("Montpelier", "Vouliez-vous dire : Montpellier (34000, Hérault)"),
        ("Saint-Denis", "plusieurs communes s'appellent Saint-Denis"),
        ("Lodève 34000", "ce code postal n'est pas de Lodève (34700)"),
        ("Octon", ""),
        ("", ""),
    ],
)
def test_an_unclear_commune_is_kept_and_said(here: Callable[..., Done], merchant: str, typed: str, says: str) -> None:
    done = here("merchants", "edit", merchant, "--commune", typed)
    assert done.code == 0
    assert says in done.err
    assert (done.err == "") == (says == "")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "Rien à changer"),
        (("--hours", "n'importe quand"), "--hours : Horaires illisibles"),
        (("--postal-code", "3470"), "il faut cinq chiffres"),
        (("--email", "potier"), "n'est pas une adresse électronique"),
        (("--name", " "), "Le nom du commerçant est vide"),
    ],
)
def test_what_cannot_be_is_refused_in_french(
    here: Callable[..., Done], merchant: str, options: tuple[str, ...], says: str
) -> None:
    done = here("merchants", "edit", merchant, *options)
    assert (done.code, done.out) == (1, "")
    assert says in done.err


def test_those_without_a_place_are_named(here: Callable[..., Done], merchant: str) -> None:
    here("merchants", "edit", merchant, "--commune", "Atlantide")
    done = here("merchants", "locate", "--json")
    assert done.json() == {"placed": 0, "nowhere": [merchant]}
    assert "Atlantide" in done.err


@pytest.fixture
def shop(emplettes: Emplettes) -> str:
    with open_store(settings_for(Path(emplettes.settings["DATA"]))) as store:
        number = add_shop(store)
        with store.write() as connection:
            photos.want(connection, [("https://boutique.example/bol.jpg", number)], NOW)
            photos.done(connection, hash_of("https://boutique.example/bol.jpg"), width=9, height=9, size=9, now=NOW)
    return str(number)


def test_a_shop_is_described_piece_by_piece(here: Callable[..., Done], shop: str) -> None:
    here("shops", "describe", shop, "--about", " Deux  potières <b>et</b> un four. ", "--pickup")
    told = here("shops", "describe", shop, "--delivery", "Colissimo 6,90 €", "--json").json()
    assert (told["about"], told["delivery"], told["pickup"]) == ("Deux potières et un four.", "Colissimo 6,90 €", True)
    told = here("shops", "describe", shop, "--about", "", "--no-pickup", "--json").json()
    assert (told["about"], told["delivery"], told["pickup"]) == ("", "Colissimo 6,90 €", False)
    refused = here("shops", "describe", shop)
    assert refused.code == 1
    assert "Rien à changer" in refused.err


def test_a_shops_photos_are_counted_and_asked_for_anew(here: Callable[..., Done], shop: str) -> None:
    told = here("photos", "status", "--json").json()
    assert {name: told[name] for name in ("wanted", "ready", "failed", "bytes")} == {
        "wanted": 0, "ready": 1, "failed": 0, "bytes": 9,
    }  # fmt: skip
    assert here("photos", "renew", shop, "--json").json() == {"shop_id": shop, "photos": 1}
    assert here("photos", "status", "--json").json()["wanted"] == 1
    assert here("photos", "renew", "99").code == 1
