# ruff: noqa: E501  lines of HTML
"""Cards are found by their shape, in any theme, and what is the page's own is in none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import tiles
from connectors.pages.page import Page
from connectors.pages.tiles import Tiles
from tests.connectors.pages.kinds.goods import Goods
from tests.connectors.pages.kinds.themes import HOST, Theme
from tests.connectors.pages.kinds.themes_other import THEMES

EACH_THEME = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


def read(body: str | bytes, url: str = "https://boutique.example/rayon") -> tuple[Page, Tiles]:
    page = Page.parse(url, body if isinstance(body, bytes) else body.encode())
    return page, tiles.find(page)


def card(number: int, *, price: str = "12,00 €", name: str = "Bol en grès") -> str:
    return (
        f'<div class="c"><a href="/bol-{number}"><img src="/{number}.jpg"></a><h3><a href="/bol-{number}">{name} n° {number}</a></h3>'
        f"<span>{price}</span></div>"
    )


@EACH_THEME
def test_every_card_of_a_listing_is_found_with_its_address(theme: Theme) -> None:
    things = Goods(f"tiles{theme.name}").things(12, "poterie")
    page, found = read(theme.page("category", "Poterie", f"<h1>Poterie</h1>{theme.tiles(things)}", marked=False))
    assert found.urls == tuple(theme.url("product", thing) for thing in things)
    assert found.prices_out == 0
    assert found.prices_in >= 12
    assert found.first == "card"
    (group,) = found.product_groups
    assert (len(group.cards), group.priced, group.pictured, group.place) == (12, 12, 12, "after")
    assert not group.related
    assert page.tree.body is not None
    assert not found.holds(page.tree.body)


@EACH_THEME
def test_a_products_own_price_is_in_no_card(theme: Theme) -> None:
    goods = Goods(f"own{theme.name}")
    thing, others = goods.thing(), goods.things(6)
    page, found = read(theme.page("product", thing.name, theme.block(thing) + theme.beside(others), marked=False))
    assert found.title is not None
    assert found.title.text() == thing.name
    assert found.first == "free"
    assert found.free_prices
    assert set(found.urls) == {theme.url("product", other) for other in others}
    assert all(group.related for group in found.product_groups)
    assert not found.holds(found.title)
    assert len([node for node in page.tree.css("img") if found.holds(node)]) >= 6


def test_rows_are_no_cards() -> None:
    rows = "".join(f'<div class="row">{"".join(card(row * 3 + n) for n in range(3))}</div>' for row in range(4))
    _, found = read(f"<h1>Poterie</h1>{rows}{'<div class=row>' + card(99) + '</div>'}")
    assert [len(group.cards) for group in found.groups] == [13]


def test_a_card_is_the_outermost_block_that_holds_one_product() -> None:
    body = "".join(f"<li>{card(n)}<button>Ajouter au panier</button></li>" for n in range(4))
    page, found = read(f"<h1>Poterie</h1><ul>{body}</ul>")
    assert {one.tag for one in found.groups[0].cards} == {"li"}
    assert all(found.holds(button) for button in page.tree.css("button"))


def test_odd_and_even_rows_are_one_list() -> None:
    rows = "".join(
        f'<tr class="ligne-{"odd" if n % 2 else "even"}"><td><a href="/a{n}">Rabot de menuisier {n}</a></td><td>{n + 9},50 €</td></tr>'
        for n in range(5)
    )
    _, found = read(f"<h1>Rabots</h1><table>{rows}</table>")
    assert [len(group.cards) for group in found.groups] == [5]


def test_a_lone_card_is_one_too() -> None:
    page, found = read(f"<h1>Poterie</h1><div>{card(7)}</div>")
    assert found.urls == ("https://boutique.example/bol-7",)
    assert found.prices_out == 0
    assert found.holds(page.tree.css("span")[0])


def test_a_link_to_the_titles_own_product_is_no_card() -> None:
    _, found = read(f"<h1>Bol en grès n° 7</h1><div>{card(7)}</div>")
    assert found.prices_out == 1
    assert found.first == "free"


@pytest.mark.parametrize(
    "body",
    [
        "".join(f'<a href="/g{n}.jpg"><img src="/g{n}.jpg"></a>' for n in range(5)),  # a gallery
        "<ul>" + "".join(f'<li><a href="/r{n}">Rayon {n}</a></li>' for n in range(9)) + "</ul>",  # a menu
        "<table>"
        + "".join(f"<tr><td>dès {n}</td><td>{n},00 €</td></tr>" for n in range(2, 6))
        + "</table>",  # quantities
        "<dl>" + "".join(f'<dd>{n},00 € <a href="/aide{n}">Livraison</a></dd>' for n in range(2, 6)) + "</dl>",
        "<div>" + "".join(f'<label><img src="/t{n}.jpg">Coloris {n} {n},00 €</label>' for n in range(2, 6)) + "</div>",
    ],
    ids=["gallery", "menu", "quantities", "carriers", "colours"],
)
def test_what_repeats_on_a_products_page_is_no_card(body: str) -> None:
    page, found = read(f"<h1>Bol bleu</h1><p>12,00 €</p>{body}")
    assert found.product_groups == ()
    assert not any(found.holds(node) for node in page.tree.css("td,dd"))


def test_filters_and_options_to_tick_hold_their_prices() -> None:
    body = (
        '<div class="layered-nav"><p>10,00 € - 42,00 €</p></div><h1>Bol bleu</h1><p class="price-range">12,00 € - 18,00 €</p>'
        "<label><input type=checkbox> Gravure (+ 4,00 €)</label>"
    )
    _, found = read(body)
    assert [node.text() for node in found.free_prices] == ["12,00 € - 18,00 €"]


def test_little_carts_hold_their_prices() -> None:
    body = '<div class="minicart"><p>Vase 9,00 €</p></div><h1>Bol bleu</h1><p class="price">12,00 €</p>'
    page, found = read(body)
    assert [node.text() for node in found.free_prices] == ["12,00 €"]
    assert found.holds(page.tree.css("p")[0])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>12,90 €</p>", 1),
        ("<p><span>12</span><sup>€90</sup></p>", 1),
        ("<p>12,90&nbsp;<span>€</span></p>", 1),
        ("<p>1 290,00<sup>€ TTC</sup></p>", 1),
        ("<p>€12.90</p>", 1),
        ("<p>À partir de 12,90 € TTC</p>", 1),
        ('<p class="prix">37.99</p>', 1),
        ("<p><del>19,90 €</del> <b>12,90 €</b></p>", 2),
        ("<script src=a.js></script><p>12,00 €</p>", 1),
        ("<p><script src=a.js></script>12,00 €</p>", 1),
        ("<p>0,00 €</p>", 0),
        ("<p>Livraison offerte dès 60 € d'achat</p>", 0),
        ("<p>Comptez environ quarante minutes et 12,90 €.</p>", 0),
        ("<p>37.99</p>", 0),
        ("<script>var a = '12 €';</script>", 0),
        ("<select><option>12,90 €</option></select>", 0),
    ],
)
def test_what_is_a_price_tag(text: str, shown: int) -> None:
    _, found = read(f"<h1>Bol bleu</h1>{text}")
    assert len(found.free_prices) == shown


def test_a_price_below_a_long_text_is_far() -> None:
    text = f"<p>{'La terre vient de la carrière voisine, et se travaille à la main. ' * 20}</p>"
    assert read(f"<h1>Bol bleu</h1>{text}<p>12,00 €</p>")[1].first == "far"
    assert read(f"{text}<h1>Bol bleu</h1><p>12,00 €</p>")[1].first == "free"


def test_related_lists_are_told_by_heading_label_or_class() -> None:
    cards = "".join(card(n) for n in range(3))
    for around in (
        f"<h2>Vous aimerez aussi</h2><div>{cards}</div>",
        f'<div class="titre">Dans la même catégorie</div><div>{cards}</div>',
        f'<section class="upsells"><div>{cards}</div></section>',
    ):
        _, found = read(f"<h1>Tournevis</h1><p>12,00 €</p>{around}")
        assert [group.related for group in found.groups] == [True]
    _, found = read(f"<h1>Poterie</h1><div>{cards}</div>")
    assert [group.related for group in found.groups] == [False]


def test_pictures_without_prices_are_groups_but_no_products() -> None:
    blocks = "".join(f'<div><a href="/r{n}"><img src="/r{n}.jpg"><b>Rayon {n}</b></a></div>' for n in range(4))
    _, found = read(f"<h1>Poterie</h1>{blocks}")
    assert [(len(group.cards), group.priced) for group in found.groups] == [(4, 0)]
    assert found.product_groups == ()
    assert found.urls == ()


def test_addresses_are_absolute_and_without_fragment() -> None:
    cards = "".join(card(n).replace(f"/bol-{n}", f"bol-{n}#taille") for n in range(3))
    _, found = read(f'<base href="{HOST}/fr/"><h1>Poterie</h1>{cards}')
    assert found.urls == tuple(f"{HOST}/fr/bol-{n}" for n in range(3))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "<ul>",
                "</ul>",
                "<li>",
                "<a href='/a'>",
                "<a href='/b'>",
                "</a>",
                "<img>",
                "9 €",
                "<h1>t</h1>",
                "<div class='x'>",
                "</div>",
            ]
        ),
        max_size=80,
    )
)
def test_counts_agree_for_any_page(pieces: list[str]) -> None:
    page, found = read("".join(pieces))
    assert len(found.free_prices) == found.prices_out
    assert not any(found.holds(node) for node in found.free_prices)
    assert found.title is None or not found.holds(found.title)
    for group in found.groups:
        assert group.priced <= len(group.cards)
        assert all(found.holds(one) for one in group.cards)
    assert len(found.anchors) == len(page.tree.css("body a[href]"))
