"""Links that fill a shop's cart, and only where its platform takes them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from aggregator.store import carts
from aggregator.store import portal as store_portal
from aggregator.web.carts import cart_link
from connectors import registry
from connectors.values import http_url
from tests.web.conftest import Portal

SHOP = "https://boutique.example/"


@pytest.mark.parametrize("connector", ["woocommerce-store", "woocommerce-rest"])
def test_woocommerce_takes_one_item_a_link(connector: str) -> None:
    assert cart_link(connector, SHOP, [("123", 2)]) == "https://boutique.example/?add-to-cart=123&quantity=2"
    assert (
        cart_link(connector, "http://b.example/boutique/", {"7": 1})
        == "http://b.example/boutique/?add-to-cart=7&quantity=1"
    )
    assert cart_link(connector, SHOP, [("123", 1), ("124", 1)]) is None


def test_shopify_takes_several_and_leads_to_the_cart() -> None:
    link = cart_link("shopify", SHOP, [("39897499828", 1), ("39897499829", 3)])
    assert link == "https://boutique.example/cart/39897499828:1,39897499829:3?storefront=true"


def test_nowhere_else_is_a_link_known_to_work() -> None:
    taking = {name for name in registry.names() if cart_link(name, SHOP, [("123", 1)])}
    assert taking == {"woocommerce-store", "woocommerce-rest", "shopify"}


@pytest.mark.parametrize(
    "items",
    [[], [("", 1)], [("12a", 1)], [("0", 1)], [("-1", 1)], [("٣", 1)], [("1", 0)], [("1", 1000)], [("1&x=2", 1)],
     [(str(n), 1) for n in range(1, 102)]],
)  # fmt: skip
@pytest.mark.parametrize("connector", ["woocommerce-store", "shopify"])
def test_what_cannot_be_an_item_makes_no_link(connector: str, items: list[tuple[str, int]]) -> None:
    assert cart_link(connector, SHOP, items) is None


@pytest.mark.parametrize("url", ["", "fichier://abc", "javascript:alert(1)", "//boutique.example/"])
def test_nor_does_a_shop_without_a_site(url: str) -> None:
    assert cart_link("shopify", url, [("1", 1)]) is None


@settings(deadline=None)
@given(st.sampled_from(registry.names()), st.dictionaries(st.text(max_size=12), st.integers(-5, 200), max_size=5))
def test_whatever_comes_a_link_is_a_web_address_of_the_shop(connector: str, items: dict[str, int]) -> None:
    link = cart_link(connector, SHOP, items)
    if link is not None:
        assert http_url(link) == (link, None)
        assert link.startswith(SHOP)


def test_a_list_of_wishes_leads_to_the_shops_cart_where_nothing_is_to_be_chosen(portal: Portal) -> None:
    tree = LexborHTMLParser(portal.http.get("/envies?offre=1001&offre=2&offre=1").text)
    rows = {row.attributes["data-wished"]: row for row in tree.css("[data-wished]")}
    found = {number: [a.attributes["href"] for a in row.css(".go a")] for number, row in rows.items()}
    taking = {number: [url for url in urls if url and "add-to-cart" in url] for number, urls in found.items()}
    with portal.store.read() as connection:
        (card,) = store_portal.cards(connection, [2])
        item = carts.items(connection, [card.offer_id])[card.offer_id]
    assert taking["2"] == [f"{item.shop_url}?add-to-cart={item.source_id}&quantity=1"]
    assert taking["1001"] == []  # a size is to be chosen
    assert all(len(urls) >= 1 for urls in found.values())
