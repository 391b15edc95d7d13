"""Addresses: one page has one key, tracking and facets go, what names a product stays, nothing acts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.addresses import ACCOUNT, ACTS, FILE, NO_ADDRESS, SEARCH, TWIN, clean, language_of

SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("given_", "visited"),
    [
        ("/produit/vase/?utm_source=mail&gclid=1&fbclid=2", "/produit/vase/"),
        ("/produit/vase?srsltid=x&_ga=1&mc_cid=2&mc_eid=3&msclkid=4", "/produit/vase"),
        ("/produit/vase?PHPSESSID=abc&osCsid=def&zenid=ghi", "/produit/vase"),
        ("/a;jsessionid=ABC123?page=2", "/a?page=2"),
        ("/3-femme?order=product.price.asc&q=Couleur-Bleu&page=2", "/3-femme?page=2"),
        ("/boutique?orderby=price&min_price=3&max_price=9&filter_couleur=bleu", "/boutique"),
        ("/boutique?tri=prix&n=48&p=3", "/boutique?p=3"),
        ("/12-robe.html?id_product_attribute=4&currency=USD&lang=en", "/12-robe.html"),
        ("/products/vase?variant=123&_pos=1&_ss=r", "/products/vase"),
        ("/boutique?view=grid&mode=list", "/boutique"),
        ("/boutique?page=1", "/boutique"),
        ("/boutique?start=0&limit=20", "/boutique"),
        ("/boutique?start=20", "/boutique?start=20"),
        ("/3-femme?resultsPerPage=100&page=4", "/3-femme?resultsPerPage=100&page=4"),
        ("/index.php?id_product=12&controller=product&id_lang=1", "/index.php?id_product=12&controller=product"),
        (
            "/index.php?route=product/product&product_id=40&sort=p.price",
            "/index.php?route=product/product&product_id=40",
        ),
        (
            "/index.php?option=com_virtuemart&view=productdetails&virtuemart_product_id=3",
            "/index.php?option=com_virtuemart&view=productdetails&virtuemart_product_id=3",
        ),
        ("/index.php?page=produit&id=3", "/index.php?page=produit&id=3"),
        ("/article.php?ref=A12&utm_medium=x", "/article.php?ref=A12"),
        ("/article/vase?ref=accueil", "/article/vase"),
        ("/article.php?id=3&ref=accueil", "/article.php?id=3"),
        ("/?product=vase", "/?product=vase"),
        ("/?p=1", "/?p=1"),
        ("//a///b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/b/", "/a/b/"),
        ("/Vase", "/Vase"),
        ("/a?x=1&amp;", "/a?x=1"),
    ],
)
def test_what_is_visited(given_: str, visited: str) -> None:
    address = clean(SHOP + given_)
    assert (address.url, address.refused) == (SHOP + visited, "")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/produit/vase/?add-to-cart=12", ACTS),
        ("/panier?add=1&id_product=3&token=ab", ACTS),
        ("/product_info.php?products_id=3&action=buy_now", ACTS),
        ("/boutique/do/ajouter?id=3", ACTS),
        ("/checkout/cart/add/uenc/abc/product/3/", ACTS),
        ("/boutique/?remove_item=abc&_wpnonce=1", ACTS),
        ("/blog/post?replytocom=4", ACTS),
        ("/produit/vase?wc-ajax=get_refreshed_fragments", ACTS),
        ("/index.php?option=com_shop&task=cartAdd&id=3", ACTS),
        ("/panier/delete/3", ACTS),
        ("/panier", ACCOUNT),
        ("/fr/panier?action=show", ACCOUNT),
        ("/cart.php", ACCOUNT),
        ("/shop/cart", ACCOUNT),
        ("/mon-compte/", ACCOUNT),
        ("/boutique/mon-compte/", ACCOUNT),
        ("/index.php?controller=authentication", ACCOUNT),
        ("/index.php?route=account/login", ACCOUNT),
        ("/index.php?route=checkout/cart", ACCOUNT),
        ("/customer/section/load/", ACCOUNT),
        ("/fr/connexion?back=my-account", ACTS),
        ("/wishlist/", ACCOUNT),
        ("/catalog/product_compare/index/", ACCOUNT),
        ("/wp-login.php", ACCOUNT),
        ("/wp-json/wp/v2/posts", ACCOUNT),
        ("/?s=robe&post_type=product", SEARCH),
        ("/recherche?controller=search&s=robe", SEARCH),
        ("/search?q=robe", SEARCH),
        ("/catalogsearch/result/?q=robe", SEARCH),
        ("/photos/vase.JPG", FILE),
        ("/catalogue.pdf?v=2", FILE),
        ("/archive.tar.gz", FILE),
        ("/sitemap.xml", FILE),
        ("/boutique/feed/", TWIN),
        ("/fiche.php?id=3&print=1", TWIN),
        ("/index.php?option=com_content&id=3&tmpl=component", TWIN),
        ("/shop/vase?format=json-pretty", TWIN),
        ("/blog/post/amp/", TWIN),
    ],
)
def test_what_a_good_guest_leaves_alone(path: str, reason: str) -> None:
    assert clean(SHOP + path).refused == reason


@pytest.mark.parametrize(
    "path",
    [
        "/produit/panier-en-osier/",
        "/categorie/panier/",
        "/boutique/panier/",
        "/panier/panier-rond",
        "/collections/bag",
        "/produit/carte-cadeau",
        "/fr/produit/compare-toi",
        "/produits/searching-for-sugar",
        "/commande-de-volet-roulant",
        "/products/pull.over",
        "/index.php?page=commandes-volets&id=3",
    ],
)
def test_goods_that_sound_like_a_cart_are_goods(path: str) -> None:
    assert clean(SHOP + path).refused == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.shop.example/a/", "http://shop.example/a"),
        ("https://shop.example/", "https://shop.example/index.php"),
        ("https://shop.example", "https://SHOP.example/#top"),
        ("https://shop.example/a?x=1&y=2", "https://shop.example/a?y=2&x=1"),
        ("https://shop.example/caf%C3%A9", "https://shop.example/café"),
        ("https://shop.example/caf%c3%a9", "https://shop.example/caf%C3%A9"),
        ("https://shop.example:443/a", "https://shop.example/a"),
        ("https://shop.example/a?utm_source=x", "https://shop.example/a"),
        ("https://shop.example/a?page=1", "https://shop.example/a"),
    ],
)
def test_two_addresses_of_one_page(one: str, other: str) -> None:
    assert clean(one).key == clean(other).key != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/index.php?id_product=1&controller=product", "/index.php?id_product=2&controller=product"),
        ("/a?page=2", "/a?page=3"),
        ("/a", "/A"),
        ("/?p=12", "/?p=13"),
        ("/index.php?page=a", "/index.php?page=b"),
        ("/article.php?ref=1", "/article.php?ref=2"),
        ("/a+b", "/a b"),
    ],
)
def test_two_pages(one: str, other: str) -> None:
    assert clean(SHOP + one).key != clean(SHOP + other).key


def test_a_facet_is_recognised() -> None:
    assert clean(SHOP + "/boutique?filter_couleur=bleu").narrowed
    assert clean(SHOP + "/boutique?couleur=bleu").narrowed
    assert not clean(SHOP + "/boutique?utm_source=x").narrowed
    assert not clean(SHOP + "/liste.php?couleur=3").narrowed, "a script that has nothing else to name its page"


@pytest.mark.parametrize("raw", ["", "mailto:a@b.fr", "javascript:alert(1)", "ftp://shop.example/", "https://", "/a"])
def test_what_is_no_address(raw: str) -> None:
    assert clean(raw).refused == NO_ADDRESS


@pytest.mark.parametrize(
    ("segment", "language"), [("fr", "fr"), ("fr-FR", "fr"), ("en_gb", "en"), ("femme", None), ("xx", None), ("", None)]
)
def test_language_of(segment: str, language: str | None) -> None:
    assert language_of(segment) == language


@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    clean(text)
    clean(f"{SHOP}/{text}")
    clean(f"{SHOP}/a?{text}")


_NAMES = st.sampled_from(
    ["id", "page", "p", "q", "ref", "utm_source", "order", "cat", "controller", "n", "view", "é", ""]
)
_VALUES = st.sampled_from(["1", "2", "product", "a/b", "x y", "%41", "+", "", "é", "bleu-roi"])
_PATHS = st.lists(st.sampled_from(["fr", "produit", "vase-12", "index.php", "é", "a%20b", "", "x.html"]), max_size=4)


@given(_PATHS, st.lists(st.tuples(_NAMES, _VALUES), max_size=6), st.booleans())
def test_clean_is_settled(path: list[str], query: list[tuple[str, str]], slash: bool) -> None:
    raw = f"{SHOP}/{'/'.join(path)}{'/' * slash}?{'&'.join(f'{name}={value}' for name, value in query)}"
    once = clean(raw)
    again = clean(once.url)
    if not once.refused:
        assert (again.url, again.key, again.narrowed, again.refused) == (once.url, once.key, False, "")


@given(st.permutations([("id", "3"), ("utm_source", "x"), ("page", "2"), ("cat", "robes"), ("order", "prix")]))
def test_the_order_of_parameters_does_not_matter(query: list[tuple[str, str]]) -> None:
    address = clean(f"{SHOP}/liste?{'&'.join(f'{name}={value}' for name, value in query)}")
    assert address.key == "shop.example/liste?cat=robes&id=3&page=2"
