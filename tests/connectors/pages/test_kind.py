# ruff: noqa: E501  lines of HTML
"""What kind of page is this? Judged on pages of our own, written to mislead, and on real ones."""

from __future__ import annotations

import csv
import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.pages import kind, sources, tiles
from connectors.pages.kind import PageKind, Verdict
from connectors.pages.page import Page
from connectors.pages.signs import Sign
from tests.connectors.pages.kinds import abroad, listings, oddities, others, products
from tests.connectors.pages.kinds.goods import Goods
from tests.connectors.pages.kinds.samples import OTHERS, PRODUCTS, Sample
from tests.connectors.pages.kinds.themes import Theme
from tests.connectors.pages.kinds.themes_other import THEMES
from tests.support.player import SHARED

KINDS = OTHERS | PRODUCTS
THEMELESS = {name for name, (_, maker) in KINDS.items() if maker.__module__ in (oddities.__name__, abroad.__name__)}
SAME_IN_EVERY_THEME = {
    name
    for name, (_, maker) in KINDS.items()
    if name in THEMELESS or OTHERS.get(name, ("", None))[0] in ("blocked", "shell")
}
LOOSE = {"wish_list", "wish_list_of_one"}
"""A theme's plain page of cards: a listing for all that can be seen."""
UNDECIDED = {"home_that_sells_its_star", "home_of_one_product"}
"""Only their address says that they are no product's page."""


def verdict(sample: Sample, url: str | None = None) -> Verdict:
    page = Page.parse(sample.url if url is None else url, sample.body, status=sample.status)
    return kind.decide(page, sources.read_all(page), tiles.find(page))


def made(name: str) -> Iterator[tuple[str, Sample]]:
    """One kind of page in every theme, with and without what gives its kind away."""
    _, maker = KINDS[name]
    themes: tuple[Theme, ...] = THEMES[:1] if name in SAME_IN_EVERY_THEME else THEMES
    for theme in themes:
        for marked in (True, False):
            yield f"{theme.name}{'' if marked else ', unmarked'}", maker(Goods(f"{name}{theme.name}"), theme, marked)


def test_the_set_is_as_wide_as_it_says() -> None:
    assert {one.__name__ for one in (abroad, listings, oddities, others, products)} == {
        maker.__module__ for _, maker in KINDS.values()
    }
    assert len(OTHERS) >= 90
    assert len(PRODUCTS) >= 45
    assert len(THEMES) == 10


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_no_other_page_is_taken_for_a_product(name: str) -> None:
    expected = set(OTHERS[name][0].split("|")) | ({"listing"} if name in LOOSE else set())
    found = {theme: verdict(sample) for theme, sample in made(name)}
    assert {theme: one.kind.value for theme, one in found.items() if one.kind.value not in expected} == {}
    assert all(one.score < 0 for one in found.values())


@pytest.mark.parametrize("name", sorted(PRODUCTS))
def test_products_are_found_in_every_theme(name: str) -> None:
    found = {theme: verdict(sample) for theme, sample in made(name)}
    missed = {theme: one.reasons for theme, one in found.items() if one.kind is not PageKind.PRODUCT}
    assert missed == {}
    assert all(one.score > 0 for one in found.values())


def test_without_an_address_hardly_a_page_is_mistaken() -> None:
    """What a page shows has to do, where its address is unknown or says nothing."""
    claimed = lost = others_seen = products_seen = 0
    for name in sorted(set(KINDS) - UNDECIDED):
        for _, sample in made(name):
            one = verdict(sample, "https://shop.invalid/")
            if name in OTHERS:
                others_seen += 1
                claimed += one.kind is PageKind.PRODUCT
            else:
                products_seen += 1
                lost += one.kind is not PageKind.PRODUCT
    assert claimed <= 0.01 * others_seen
    assert lost <= 0.01 * products_seen


def test_the_root_is_the_home_page_whatever_it_sells() -> None:
    """But a page whose <title> is the product that it marks up and sells is that product's, where it calls the root
    its address."""
    body = (
        '<script type="application/ld+json">{"@type":"Product","name":"Bol bleu","offers":{"@type":"Offer",'
        '"price":"12.00","priceCurrency":"EUR"}}</script><h1 class="product-title">Bol bleu</h1><p class="price">12,00 €</p>'
        '<form action="/cart/add"><input name="quantity" value="1"><button>Ajouter au panier</button></form>'
    )
    shop = f"<title>Poterie du Lac</title>{body}".encode()
    own = f"<title>Bol bleu | Poterie du Lac</title>{body}".encode()
    assert verdict(Sample("https://lac.example/", shop)).kind is PageKind.HOME
    assert verdict(Sample("https://lac.example/", own)).kind is PageKind.PRODUCT
    assert verdict(Sample("https://lac.example/bol-bleu", shop)).kind is PageKind.PRODUCT


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", "home"),
        ("", "home"),
        ("/?utm_source=lettre", "home"),
        ("/index.php", "home"),
        ("/fr/accueil", "home"),
        ("/index.php?art=12", "other"),
        ("/panier", "account"),
        ("/fr/mon-compte/commandes", "account"),
        ("/index.php?controller=cart&action=show", "account"),
        ("/recherche?mot=bol", "listing"),
        ("/?s=bol", "listing"),
        ("/collections/bols", "listing"),
        ("/categorie-produit/bols/page/2/", "listing"),
        ("/12-bols", "listing"),
        ("/boutique/", "listing"),
        ("/blog/une-journee", "article"),
        ("/2024/03/une-journee/", "article"),
        ("/contact", "other"),
    ],
)
def test_an_address_alone_says_what_it_can(address: str, expected: str) -> None:
    sample = Sample(f"https://boutique.example{address}", b"<p>Bonjour tout le monde, voici quelques mots.</p>")
    assert verdict(sample).kind.value == expected


@pytest.mark.parametrize(
    "address",
    [
        "/produit/panier-en-osier/",
        "/products/cart-a-jouer",
        "/collections/bols/products/bol-bleu",
        "/bols/41-bol-bleu.html",
        "/index.php?id_product=41&controller=product",
        "/?product=bol-bleu",
        "/bol-bleu-p-41.html",
        "/livres/compte-rendu-d-un-voyage",
    ],
)
def test_a_products_address_is_taken_for_nothing_else(address: str) -> None:
    body = b"<h1>Bol bleu</h1><p>12,00 &euro;</p><button>Ajouter au panier</button>"
    assert verdict(Sample(f"https://boutique.example{address}", body)).kind is PageKind.PRODUCT


_BARE = (
    "<title>Tabouret haut - Tournerie des Lys</title><a href=/><b>Tournerie des Lys</b></a>"
    "<table><tr><td><img src=/12.jpg></td><td><h2><font>Tabouret haut</font></h2>{middle}"
    "<p>Trois pieds, même sur un sol en pente. Chaque pièce est signée au fer.</p></td></tr></table>"
    "<h2>Vous aimerez aussi</h2><ul>{cards}</ul>"
)
_CARDS = "".join(
    f"<li><a href='article.php?id={n}'><img src=/{n}.jpg></a><br><a href='article.php?id={n}'>Tabouret numéro {n}</a>"
    f"<br><b>{n},90 €</b></li>"
    for n in (31, 47, 55, 62)
)


@pytest.mark.parametrize("address", ["/article.php?id=12", "/article-12", "/articles/12.html", "/fiche?art=12"])
@pytest.mark.parametrize(
    "middle",
    [
        "<p><b><font>94,95 €</font></b></p><p>Épuisé</p><p>Pour tout renseignement, téléphonez-nous.</p>",
        "<p><del>110,00 €</del> <b>94,95 €</b></p><p>Sur commande</p>",
        "<p>94,95 €</p><p>Disponibilité : en stock</p><p>À retirer à l'atelier.</p>",
        "<p>Prix sur demande</p><p>En stock</p>",
        "<p>94,95 €</p><form action=panier.php method=post><input type=submit value='Ajouter au panier'></form>",
    ],
    ids=["sold out", "on order", "to be fetched", "price on request", "with a button"],
)
def test_bare_pages_of_hand_made_shops_are_products(address: str, middle: str) -> None:
    body = _BARE.format(middle=middle, cards=_CARDS).encode()
    assert verdict(Sample(f"https://tournerie.example{address}", body)).kind is PageKind.PRODUCT


@pytest.mark.parametrize(
    "middle",
    [
        "<p>À partir de 94,95 €</p><label>En stock</label><select><option>En stock</option></select>",
        "<p>La pièce du jour, à 39,00 €.</p><p>Épuisés, nous fermons en août.</p>",
        "<p>Livraison : 4,90 €</p><ul><li><a href=/stock>En stock</a></li></ul>",
    ],
    ids=["a filter", "a tale", "a link"],
)
def test_what_is_not_said_of_a_price_makes_no_product(middle: str) -> None:
    body = _BARE.format(middle=middle, cards=_CARDS).encode()
    assert verdict(Sample("https://tournerie.example/rayon.php?r=3", body)).kind is not PageKind.PRODUCT


def test_reasons_are_told_with_the_weightiest_first() -> None:
    sample = PRODUCTS["marked_up"][1](Goods("reasons"), THEMES[0], True)
    reasons = verdict(sample).reasons
    assert reasons[0] == "<body class='product-template-default'> (product +6.0)"
    assert any("cart button outside of cards" in reason for reason in reasons)


@given(
    st.lists(
        st.builds(
            Sign,
            st.sampled_from([PageKind.PRODUCT, PageKind.LISTING, PageKind.HOME, PageKind.ACCOUNT]),
            st.floats(-5, 10),
            st.just("a reason"),
        ),
        max_size=12,
    )
)
def test_the_score_is_above_zero_exactly_for_products(signs: list[Sign]) -> None:
    one = kind.weigh(signs)
    assert (one.score > 0) == (one.kind is PageKind.PRODUCT)
    assert len(one.reasons) == len(signs)


_PIECES = st.sampled_from(
    [
        "<div class='product'>",
        "</div>",
        "<a href='/x'>",
        "</a>",
        "<img src=a>",
        "12,00 €",
        "<h1>Bol</h1>",
        "<table><tr><td>",
        "</table>",
        "<form action='/cart/add'>",
        "<input name='quantity[]' value=1>",
        "<button>Ajouter au panier</button>",
        "<script>var pageType = 'product';</script>",
        '<script type=\'application/ld+json\'>{"@type":"Product"',
        "</script>",
        "<template><li>",
        "<svg><a href='/y'><title>",
        "<frameset>",
        "<base href='//['>",
        "<link rel=canonical href='http://['>",
        "\x00\ud7ff",
        "<a href='http://[::1'>z</a>",
    ]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=400), st.lists(_PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode())))
def test_no_bytes_break_the_decision(body: bytes) -> None:
    page = Page.parse("https://boutique.example/p/1?x=%ff", body)
    one = kind.decide(page, sources.read_all(page), tiles.find(page))
    assert one == kind.decide(page, sources.read_all(page), tiles.find(page))


@pytest.mark.parametrize(
    "body",
    [
        "<div class='product'>12,00 €<a href='/x'>" * 20_000,
        "<ul>" + "<li><a href='/x'><img src=a></a>9,90 €</li>" * 20_000,
        "<p>9,90 €</p>" * 60_000,
        "<button>Ajouter au panier</button><input name=qty>" * 40_000,
        "<a href='" + "add" * 300_000 + "'>x</a>",
        "".join(f"<div class='c{n}'><a href='/{n}'><img></a> {n},00 €" for n in range(8000)),
        "<h1>" + "<b>Bol " * 3000,
        "<title>" + "nos " * 100_000,
        "age Type = " * 100_000,
    ],
    ids=["nested", "flat", "prices", "buttons", "long address", "nested shapes", "title", "words", "types"],
)
def test_time_grows_with_the_page_only(body: str) -> None:
    page = Page.parse("https://boutique.example/p/1", body.encode())
    began = time.process_time()
    kind.decide(page, (), tiles.find(page))
    assert time.process_time() - began < 5


# --- real pages


def real_pages() -> list[tuple[str, str, str]]:
    index = SHARED / "pages" / "truth.csv"
    if not index.exists():
        return []
    with index.open(newline="", encoding="utf-8") as file:
        return [(row["file"], row["url"], row["kind"]) for row in csv.DictReader(file) if ".html" in row["file"]]


@pytest.mark.captures
def test_real_pages_are_told_apart() -> None:
    pages = real_pages()
    if not pages:
        pytest.skip("no recorded pages of real shops: see EMPLETTES_SHARED")
    claimed, lost, seen = [], [], 0
    for name, url, truth in pages:
        body = gzip.decompress(Path(SHARED / "pages" / name).read_bytes())
        one = verdict(Sample(url or "https://shop.invalid/", body))
        seen += truth == "product"
        if truth == "product" and one.kind is not PageKind.PRODUCT:
            lost.append(name)
        if truth != "product" and one.kind is PageKind.PRODUCT:
            claimed.append(name)
    assert claimed == []
    assert len(lost) <= 0.02 * seen, lost
