"""What stock phrases mean beside a cart button that can be pressed, and in names and longer texts."""

from __future__ import annotations

import pytest

from connectors.pages import reader
from connectors.pages.page import Page
from connectors.records import Availability
from tests.connectors.pages.test_visible import BUTTON, shown


def read(middle: str, name: str = "Couteau de poche en noyer") -> reader.Reading:
    html = f"""<html lang="fr"><head><title>{name} | Coutellerie du Sel</title></head><body class="product">
    <header><a href="/">Coutellerie du Sel</a></header><main><h1>{name}</h1>
    <img src="/couteau.jpg" alt="{name}" width="600" height="600"><p class="price">64,00 €</p>{middle}
    </main></body></html>"""
    page = Page.parse("https://coutellerie-du-sel.example/produit/couteau", html.encode())
    return reader.read(page, shop_url="https://coutellerie-du-sel.example/", default_currency="EUR")


NOT_YET = {
    "Bientôt de retour": {None, Availability.OUT_OF_STOCK},
    "De retour prochainement": {None, Availability.OUT_OF_STOCK},
    "Réservé": {Availability.BACK_ORDER},
    "Pièce réservée": {Availability.BACK_ORDER},
    "Disponible le 12 décembre": {Availability.BACK_ORDER},
    "Disponible à partir du 12/12/2031": {Availability.BACK_ORDER},
    "De retour en stock le 3 mars": {Availability.BACK_ORDER},
    "Available from 12 December": {Availability.BACK_ORDER},
    "Lieferbar ab 12. Dezember": {Availability.BACK_ORDER},
    "Disponible fin janvier": {Availability.BACK_ORDER},
}


@pytest.mark.parametrize(("phrase", "expected"), NOT_YET.items(), ids=NOT_YET)
def test_no_button_makes_available_what_the_page_says_is_to_come(
    phrase: str, expected: set[Availability | None]
) -> None:
    found = read(f"<p>{phrase}</p>{BUTTON}")
    assert found.choice is not None
    assert found.choice.availability in expected


NOW = (
    "Disponible",
    "Réservé aux adultes",
    "Disponible à partir de 12 € en coffret",
    "Retour sous 30 jours",
    "Depuis mars",
    "Disponible en 24/48h",
    "Disponible en 10/12 jours",
    "Expédié le 24 novembre",
    "Parution : mars 2019",
)


@pytest.mark.parametrize("phrase", NOW)
def test_what_says_nothing_of_later_leaves_the_button_its_word(phrase: str) -> None:
    found = read(f"<p>{phrase}</p>{BUTTON}")
    assert found.choice is not None
    assert found.choice.availability is Availability.IN_STOCK


LONGER = "Lame en acier carbone de 9 cm, manche en noyer huilé, fermeture à cran. Disponibilité : {} Garantie à vie."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("sur commande (2 semaines).", Availability.BACK_ORDER),
        ("en stock.", Availability.IN_STOCK),
        ("épuisé.", Availability.OUT_OF_STOCK),
    ],
)
@pytest.mark.parametrize("much", ["", "Forgé dans notre atelier du marais, trempé à l'huile et affûté à la pierre. "])
def test_a_label_in_a_longer_text_is_heard(said: str, expected: Availability, much: str) -> None:
    (stock,) = shown(f"<p>34,90 €</p><p>{much}{LONGER.format(said)}</p>").stock
    assert (stock.availability, stock.confidence >= 0.7) == (expected, True)


def test_a_label_in_a_longer_text_outweighs_the_button() -> None:
    found = read(f"<p>{LONGER.format('sur commande (2 semaines).')}</p>{BUTTON}")
    assert found.choice is not None
    assert found.choice.availability is Availability.BACK_ORDER


@pytest.mark.parametrize("text", ["2 en stock", "2 exemplaires disponibles"])
def test_a_count_before_the_words(text: str) -> None:
    found = read(f"<p>{text}</p>{BUTTON}")
    assert found.choice is not None
    assert (found.choice.availability, found.choice.quantity) == (Availability.IN_STOCK, 2)


def test_none_counted_are_none() -> None:
    (stock,) = shown("<p>34,90 €</p><p>0 en stock</p>").stock
    assert stock.availability is Availability.OUT_OF_STOCK


NAMES = {
    "Couteau de poche - VENDU": Availability.OUT_OF_STOCK,
    "Lampe de berger – vendue": Availability.OUT_OF_STOCK,
    "Lampe de berger (vendue)": Availability.OUT_OF_STOCK,
    "Couteau de poche [SOLD]": Availability.OUT_OF_STOCK,
    "Couteau de poche (réservé)": Availability.BACK_ORDER,
    "Couteau vendu par deux": Availability.IN_STOCK,
    "Couteau Best Sold": Availability.IN_STOCK,
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=NAMES)
def test_a_name_that_ends_in_sold(name: str, expected: Availability) -> None:
    found = read(BUTTON, name)
    assert found.choice is not None
    assert found.choice.availability is expected
