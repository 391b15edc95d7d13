"""What is one product's price among amounts that are other things': parts, sizes, free gifts, prices on request."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.pages import reader
from connectors.pages.amounts import amounts
from connectors.pages.page import Page
from connectors.records import IssueCode
from tests.connectors.pages.test_visible import BUTTON, shown

TWO_THINGS = {
    "a piece, in brackets": ("<p>36,00 € (6,00 € pièce)</p>", "36.00"),
    "a piece, of its class": ('<p class="price">36,00 € (6,00 € pièce)</p>', "36.00"),
    "a piece, in a text of its own": ("<p>36,00 €</p><p>6,00 € l'unité</p>", "36.00"),
    "that is, a piece": ("<p>36,00 €, soit 6,00 € pièce</p>", "36.00"),
    "a piece, the words apart": ("<p><b>36,00 €</b> <span>6,00 €</span> <i>la pièce</i></p>", "36.00"),
    "the lot and one of it": ("<p>36,00 € le lot, 6,00 € la tasse</p>", "36.00"),
    "a part alone": ("<p>Coffret : 36,00 € (tasse seule 12,00 €)</p>", "36.00"),
    "a refill": ("<p>35,00 €</p><p>Recharge : 20,00 €</p>", "35.00"),
    "a refill, said apart": ("<p>35,00 €</p><p><b>Recharge</b> <span>20,00 €</span></p>", "35.00"),
    "two sizes": ("<p>Grand modèle : 35,00 €</p><p>Petit modèle : 20,00 €</p>", None),
    "two visitors": ("<ul><li>Adulte : 35,00 €</li><li>Enfant : 20,00 €</li></ul>", None),
    "two states": ("<dl><dt>Neuf</dt><dd>35,00 €</dd><dt>Occasion</dt><dd>20,00 €</dd></dl>", None),
    "two rows": (
        "<table><tr><td>Grand</td><td>35,00 €</td></tr><tr><td>Petit</td><td>20,00 €</td></tr></table>", None,
    ),
    "two columns": (
        "<table><tr><th>Grand</th><th>Petit</th></tr><tr><td>35,00 €</td><td>20,00 €</td></tr></table>", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("middle", "price"), TWO_THINGS.values(), ids=TWO_THINGS)
@pytest.mark.parametrize("button", [BUTTON, ""], ids=["cart", "no cart"])
def test_a_lower_price_of_something_else_is_no_sale(middle: str, price: str | None, button: str) -> None:
    seen = shown(middle + button)
    assert {one.list_price for one in seen.prices} == {None}
    assert not any(one.struck for one in seen.prices)
    if price is not None:
        assert seen.prices[0].price == price
        assert seen.prices[0].confidence > 0.6


@pytest.mark.parametrize(
    "pair",
    [
        "<b>49,00 €</b> <b>34,90 €</b>",
        "49,00 € 34,90 €",
        "49,00 € → 34,90 €",
        "Soldes : 49,00 € 34,90 €",
        "49,00 €<br>Promo : 34,90 €",
    ],
)
def test_two_amounts_alone_side_by_side_are_what_it_was_and_what_it_is(pair: str) -> None:
    seen = shown(f"<p>{pair}</p>{BUTTON}")
    assert (seen.prices[0].price, seen.prices[0].list_price) == ("34.90", "49.00")


def test_a_product_sold_by_the_piece_has_the_price_of_one() -> None:
    seen = shown(f"<p>34,90 € la pièce</p>{BUTTON}")
    assert seen.prices[0].price == "34.90"
    assert seen.prices[0].confidence > 0.6


def read(middle: str, header: str = "") -> reader.Reading:
    html = f"""<html lang="fr"><head><title>Vase en grès bleu | Atelier des Ocres</title></head><body class="product">
    <header><a href="/">Atelier des Ocres</a> {header}</header>
    <main><h1>Vase en grès bleu</h1><img src="/vase.jpg" alt="Vase en grès bleu" width="600" height="600">{middle}
    <p>Référence : VB-204</p></main></body></html>"""
    page = Page.parse("https://atelier-des-ocres.example/produit/vase-bleu", html.encode())
    return reader.read(page, shop_url="https://atelier-des-ocres.example/", default_currency="EUR")


FREE = {
    "a word of its class": '<p class="price">Gratuit</p>',
    "0 and the word": "<p>0,00 € (gratuit)</p>",
    "0, then the word": "<p>0,00 €</p><p>Gratuit</p>",
    "the word, then 0": "<p>Gratuit</p><p>0,00 €</p>",
    "a word behind a label": "<p>Prix : gratuit</p>",
    "shipping is dear": '<p class="price">Gratuit</p><p>Livraison : 6,00 €</p>',
}


@pytest.mark.parametrize("header", ["", "<p>Mon panier (0) : 0,00 €</p>"], ids=["bare", "cart in the header"])
@pytest.mark.parametrize("middle", FREE.values(), ids=FREE)
def test_what_is_given_away_costs_nothing(middle: str, header: str) -> None:
    found = read(middle + BUTTON, header)
    assert found.choice is not None
    assert found.choice.price.value == Decimal(0)
    assert found.record is not None
    assert (found.record.offers[0].price_minor, found.record.offers[0].currency) == (0, "EUR")


NOT_FREE = {
    "0 alone": "<p>0,00 €</p>",
    "nothing but the header's cart": "<p>Tourné à la main</p>",
    "free shipping": '<div class="price"><span>Livraison</span> <span>Gratuite</span></div>',
    "0 for shipping": "<p>Livraison</p><p>0,00 €</p><p>Gratuite</p>",
}


@pytest.mark.parametrize("middle", NOT_FREE.values(), ids=NOT_FREE)
def test_a_0_that_nobody_calls_free_is_no_price(middle: str) -> None:
    found = read(middle + BUTTON, "<p>Mon panier (0) : 0,00 €</p>")
    assert found.choice is not None
    assert found.choice.price.value is None


@pytest.mark.parametrize(
    "middle", ["Livraison : 6,00 €", "Emballage cadeau : + 6,00 €", "Économisez 6,00 €", "6,00 € / mois"]
)
def test_what_is_no_price_is_none_where_nothing_else_is_shown_either(middle: str) -> None:
    found = read(f"<p>{middle}</p>{BUTTON}")
    assert found.choice is not None
    assert found.choice.price.value is None


def test_free_shipping_beside_a_price_gives_nothing_away() -> None:
    found = read(f'<p class="price">34,90 €</p><p>Livraison</p><p class="price">Gratuite</p>{BUTTON}')
    assert found.choice is not None
    assert found.choice.price.value == Decimal("34.90")


@pytest.mark.parametrize("other", ["<p>Livraison : 6,00 €</p>", "<p>Échantillon : 4,00 €</p>", ""])
def test_a_price_on_request_is_missing_not_unreadable(other: str) -> None:
    found = read(f'<p class="price">Sur devis</p>{other}<a href="/contact">Demander un devis</a>{BUTTON}')
    assert found.record is not None
    assert found.record.offers[0].price_minor is None
    codes = {issue.code for issue in found.issues}
    assert IssueCode.PRICE_MISSING in codes
    assert IssueCode.PRICE_UNREADABLE not in codes


CENTS = {
    "22 € 50": "22.50",
    "22 euros 50": "22.50",
    "22 Euros 50 TTC": "22.50",
    "22 euros et 50 centimes": "22.50",
    "Prix : 22 € 50.": "22.50",
    "22 € 50 la pièce": "22.50",
    "22 € 50 cl": "22",
    "20 € 50 modèles au choix": "20",
    "20 € 50 €": "20",
    "20 € 50,00 €": "20",
    "22 € 500": "22",
    "22 € 50 000 pièces": "22",
}


@pytest.mark.parametrize(("text", "value"), CENTS.items(), ids=CENTS)
def test_cents_behind_the_word_euros(text: str, value: str) -> None:
    assert amounts(text)[0].value == value
