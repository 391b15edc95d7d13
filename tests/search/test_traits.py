"""Colours and sizes as shops write them, and whatever else they may write there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.traits import COLOURS, colours, size_order, sizes

LINEN = "Parure de lit en percale"


@pytest.mark.parametrize(
    ("value", "families"),
    [
        ("Bleu marine", "bleu"),
        ("navy", "bleu"),
        ("Noir / Blanc", "noir blanc"),
        ("écru et rouge", "beige rouge"),
        ("Vert olive", "vert"),
        ("vert d'eau", "vert"),
        ("Rouge bordeaux", "rouge"),
        ("Lie de vin", "rouge"),
        ("bleu gris", "bleu"),
        ("Or rose", "doré"),
        ("Rose gold", "doré"),
        ("Camel", "marron"),
        ("01 - Anthracite", "gris"),
        ("Blanc cassé", "blanc"),
        ("Light Grey", "gris"),
        ("Arc-en-ciel", "multicolore"),
        ("Bleu, vert, rouge, jaune", "jaune rouge bleu vert multicolore"),
        ("Imprimé liberty", ""),
        ("", ""),
    ],
)
def test_a_shade_belongs_to_its_families(value: str, families: str) -> None:
    assert colours("Gilet", [("Couleur", value)]) == tuple(families.split())


@pytest.mark.parametrize("name", ["Couleur", "coloris", "COLOR", "Colour", "Teinte", "Couleur du cuir"])
def test_the_names_of_a_colour(name: str) -> None:
    assert colours("Sac", [(name, "Rouge")]) == ("rouge",)


def test_only_a_colour_is_one() -> None:
    assert colours("Sac", [("Matière", "Cuir rouge"), ("Ton de peau", "Beige")]) == ()


@pytest.mark.parametrize(
    ("title", "families"),
    [
        ("Robe rouge longue", "rouge"),
        ("Pull bleu marine et blanc", "blanc bleu"),
        ("Corbières, vin rouge 2021", ""),
        ("Thé vert sencha", ""),
        ("Savon noir 1 L", ""),
        ("Le rouge et le noir", ""),
        ("Rose ancienne grimpante", ""),
        ("Jus d'orange", ""),
    ],
)
def test_a_title_speaks_only_without_a_doubt_and_where_no_variant_does(title: str, families: str) -> None:
    assert colours(title, []) == tuple(families.split())
    assert colours(title, [("Couleur", "jaune")]) == ("jaune",)


@pytest.mark.parametrize(
    ("name", "value", "labels"),
    [
        ("Taille", "T38", ["38"]),
        ("Pointure", "38 EU", ["38"]),
        ("Size", "EU 38", ["38"]),
        ("Pointure", "42 EU / 8.5 US", ["42"]),
        ("Pointure", "38.5", ["38,5"]),
        ("Pointure", "38 ½", ["38,5"]),
        ("taille", "xl", ["XL"]),
        ("Taille", "XXXL", ["3XL"]),
        ("Taille", "S, M, L", ["S", "M", "L"]),
        ("Taille", "S/M", ["S", "M"]),
        ("Taille", "36/38", ["36", "38"]),
        ("Taille", "39-42", ["39-42"]),
        ("Taille", "38 (M)", ["38"]),
        ("Taille", "6 ans", ["6 ans"]),
        ("Âge", "2/3 ans", ["2-3 ans"]),
        ("Taille enfant", "12M", ["12 mois"]),
        ("Taille", "1 an", ["1 an"]),
        ("Taille", "TU", ["Taille unique"]),
        ("Taille", "85B", ["85B"]),
        ("Taille", "W32 L34", ["W32 L34"]),
        ("Taille", "30 cm", []),
        ("Taille", "120", []),
        ("Taille", "Grand", []),
        ("Taille", "99 ans", []),
        ("Taille du pot", "30", []),
        ("Tour de taille", "40", []),
    ],
)
def test_a_size_is_one_label_in_all_shops(name: str, value: str, labels: list[str]) -> None:
    assert sizes("Gilet", [(name, value)]) == tuple(labels)


def test_measures_are_a_size_of_linen_only() -> None:
    said = [("Dimensions", "90x190 cm"), ("Taille", "140 x 190")]
    assert sizes(LINEN, said) == ("90 × 190", "140 × 190")
    assert sizes("Affiche du port", said) == ()


def test_sizes_grow() -> None:
    said = ["XL", "42", "6 mois", "S", "38,5", "10 ans", "Naissance", "3XL", "38", "XXL", "2 ans"]
    grown = ["Naissance", "6 mois", "2 ans", "10 ans", "S", "XL", "XXL", "3XL", "38", "38,5", "42"]
    assert sorted(said, key=size_order) == grown


_PAIRS = st.lists(
    st.tuples(st.sampled_from(["Taille", "Couleur", "Âge", "Dimensions", "Pointure"]) | st.text(), st.text()),
    max_size=6,
)


@given(st.text(), _PAIRS)
def test_nothing_that_a_shop_writes_breaks_it(title: str, pairs: list[tuple[str, str]]) -> None:
    found = colours(title, pairs)
    assert set(found) <= set(COLOURS)
    assert found == colours(title, pairs) == colours(title, list(reversed(pairs)))
    assert sizes(title, pairs) == sizes(title, list(reversed(pairs)))
    assert all(label == label.strip() for label in sizes(title, pairs))
