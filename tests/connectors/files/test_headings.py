"""Headings as merchants write them, and the corrections of those that nobody could guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.files.headings import FIELDS, Columns, MapRefused, recognise


def understood(*headings: str, corrections: tuple[str, ...] = ()) -> dict[str, str | None]:
    columns = recognise([(1, headings)], corrections)
    return {h: f.name if f else None for h, f in zip(columns.headings, columns.fields, strict=True)}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Nom", "nom"),
        ("DÉSIGNATION", "nom"),
        ("Libellé", "nom"),
        ("product name", "nom"),
        ("Réf.", "reference"),
        ("SKU", "reference"),
        ("N°", "reference"),
        ("Prix TTC (€)", "prix"),
        ("Prix de vente", "prix"),
        ("PV TTC", "prix"),
        ("price", "prix"),
        ("Prix en euros", "prix"),
        ("Prix promo", "prix_promo"),
        ("Qté", "stock"),
        ("Quantité en stock", "stock"),
        ("Dispo ?", "disponibilite"),
        ("EAN13", "code_barres"),
        ("Code-barres", "code_barres"),
        ("Gencod", "code_barres"),
        ("Rayon", "categorie"),
        ("Sous-famille", "sous_categorie"),
        ("Photo 2", "photo"),
        ("Coloris", "couleur"),
        ("Pointure", "taille"),
        ("Prix d'achat", None),
        ("Prix HT", None),
        ("Prix fournisseur", None),
        ("Marge", None),
        ("Observations internes", None),
    ],
)
def test_headings(heading: str, name: str | None) -> None:
    others = ("Nom",) if name != "nom" else ()
    assert understood(heading, *others)[heading] == name


def test_every_field_is_recognised_by_the_name_that_the_template_gives_it() -> None:
    assert [understood(field.label, "Nom").get(field.label) for field in FIELDS] == [field.name for field in FIELDS]


def test_the_merchants_guide_names_every_column() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "commercant-tableur.md").read_text(encoding="utf-8")
    titles = re.findall(r"^\| ([^|]+) \|", guide, re.M)
    named = {title.strip() for line in titles for title in line.split(",")}
    assert {field.label for field in FIELDS} <= named


def test_titles_above_the_headings_are_stepped_over() -> None:
    rows = [(1, ["Stock au 20 novembre"]), (3, ["Ref", "Nom", "Prix"]), (4, ["nom", "x", "y"])]
    assert recognise(rows).line == 3


def test_a_field_is_taken_once() -> None:
    assert understood("Nom", "Titre", "Prix", "Tarif") == {"Nom": "nom", "Titre": None, "Prix": "prix", "Tarif": None}


@pytest.mark.parametrize("correction", ["prix=Montant", "price=montant", "Montant=prix", " prix = MONTANT "])
def test_a_correction_in_either_direction(correction: str) -> None:
    assert understood("Nom", "Montant", corrections=(correction,))["Montant"] == "prix"


def test_a_correction_takes_the_field_from_the_column_that_had_it() -> None:
    assert understood("Nom", "Prix", "Tarif", corrections=("prix=Tarif",)) == {
        "Nom": "nom",
        "Prix": None,
        "Tarif": "prix",
    }
    assert understood("Nom", "Prix", corrections=("Prix=",)) == {"Nom": "nom", "Prix": None}
    assert understood("a", "b", corrections=("nom=b",)) == {"a": None, "b": "nom"}


@pytest.mark.parametrize(
    ("correction", "said"), [("prix", "CHAMP=COLONNE"), ("prix=Absente", "« Nom »"), ("Nom=bidule", "champ inconnu")]
)
def test_corrections_that_mean_nothing(correction: str, said: str) -> None:
    with pytest.raises(MapRefused, match=said):
        understood("Nom", corrections=(correction,))


def test_a_price_without_tax_is_pointed_out() -> None:
    assert recognise([(1, ["Nom", "Prix unitaire HT"])]).untaxed == ["Prix unitaire HT"]


@given(st.lists(st.text(max_size=20), max_size=8), st.lists(st.text(max_size=12), max_size=2))
def test_whatever_stands_there(headings: list[str], corrections: list[str]) -> None:
    try:
        columns = recognise([(1, headings)], corrections)
    except MapRefused:
        return
    assert isinstance(columns, Columns)
    assert len(columns.fields) == len(columns.headings) == len(headings)
