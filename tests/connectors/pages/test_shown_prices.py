"""What is one product's price among amounts that are other things': parts, sizes, free gifts, prices on request."""

from __future__ import annotations

import pytest

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


def test_two_amounts_alone_side_by_side_are_what_it_was_and_what_it_is() -> None:
    seen = shown(f"<p><b>49,00 €</b> <b>34,90 €</b></p>{BUTTON}")
    assert (seen.prices[0].price, seen.prices[0].list_price) == ("34.90", "49.00")


def test_a_product_sold_by_the_piece_has_the_price_of_one() -> None:
    seen = shown(f"<p>34,90 € la pièce</p>{BUTTON}")
    assert seen.prices[0].price == "34.90"
    assert seen.prices[0].confidence > 0.6
