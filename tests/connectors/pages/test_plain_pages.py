# ruff: noqa: E501  lines of HTML
"""Pages written by hand: no markup, one title for all pages, prices in words, photos without a text."""

from __future__ import annotations

import pytest

from connectors.pages import reader
from connectors.pages.kind import PageKind
from connectors.pages.page import Page
from connectors.pages.reader import Reading

SHOP = "https://cirerie.example/"
MENU = '<nav><a href="/bougies.html">Bougies</a><a href="/contact.html">Contact</a></nav>'
PRODUCT = """<div><div><img src="/i/0012.jpg" alt=""></div><div><h2>Bougie pilier à la cire d'abeille</h2>
<p>Coulée à la main dans notre atelier, avec une mèche de coton.</p><p>14,50 €</p><p>En stock</p>
<form action="/panier.php"><button>Ajouter au panier</button></form></div></div><div><h2>Livraison</h2><p>Sous 48 h</p></div>"""


def read(body: str, path: str = "pilier.html", title: str = "Cirerie Dumas") -> Reading:
    html = f'<html lang=fr><head><meta charset=utf-8><title>{title}</title></head><body>{body}<footer><img src="/f.jpg">Cirerie Dumas, Dijon</footer></body></html>'
    return reader.read(Page.parse(SHOP + path, html.encode()), shop_url=SHOP)


HEADERS = [
    '<h1><a href="/">Cirerie Dumas</a></h1>',
    f'<h1><a href="{SHOP}">Cirerie Dumas</a></h1>',
    '<a href="/"><h1>Cirerie Dumas</h1></a>',
    '<h1><a href="/"><img src="/entete.png" alt="Cirerie Dumas"></a></h1>',
    "<h1>Cirerie Dumas</h1>",
    '<h1><img src="/entete.png"></h1>',
    '<a href="/">Accueil</a>',
]


@pytest.mark.parametrize("head", HEADERS, ids=range(len(HEADERS)))
@pytest.mark.parametrize("title", ["Cirerie Dumas", "Cirerie Dumas : la cire depuis 1850"])
def test_neither_the_shops_name_nor_its_slogan_is_a_products_name(head: str, title: str) -> None:
    product = read(f"<header>{head}{MENU}</header>{PRODUCT}", title=title).record
    assert product is not None
    assert product.title == "Bougie pilier à la cire d'abeille"
    assert product.images == (f"{SHOP}i/0012.jpg",)


def test_the_one_heading_is_the_name_where_all_windows_have_one_title() -> None:
    product = read(
        f'<header><a href="/">Cirerie Dumas</a>{MENU}</header><h1>Bougie ronde</h1><p>12,00 €</p><h3>Entretien</h3><button>Ajouter au panier</button>',
        title="Bougies et cierges d'église - Cirerie Dumas",
    ).record
    assert product is not None
    assert product.title == "Bougie ronde"


SIDES = [
    '<div><div><img src="/photos/0012.jpg"></div><div><h1>Bougie ronde</h1>{}</div></div>',
    '<table><tr><td><table><tr><td><a href="/photos/grand.jpg"><img src="/photos/0012.jpg"></a></td></tr></table></td><td><div><div><div><h1>Bougie ronde</h1></div></div></div>{}</td></tr></table>',
    '<main><section><figure><img src="/photos/0012.jpg"></figure></section><section><div><div><div><h1>Bougie ronde</h1></div></div></div>{}</section></main>',
    '<h1>Bougie ronde</h1><img src="/trait.gif"><img src="/photos/0012.jpg">{}<a href="/atelier.html"><img src="/atelier.jpg"></a>',
]


@pytest.mark.parametrize("side", SIDES, ids=range(len(SIDES)))
def test_a_photo_beside_the_title_is_the_products_even_if_nothing_names_it(side: str) -> None:
    body = side.format("<p>Prix : 22,00 €</p><button>Ajouter au panier</button>")
    product = read(f'<header><img src="/entete.jpg">{MENU}</header>{body}', title="Bougie ronde").record
    assert product is not None
    assert product.images == (f"{SHOP}photos/0012.jpg",)


@pytest.mark.parametrize("price", ["22 euros", "22,– €", "22.- €", "22,50 Euros TTC", "22 EUROS", "22 euros l'unité"])
def test_prices_in_words_make_cards_and_products(price: str) -> None:
    cards = "".join(
        f'<li><a href="/b{n}.html"><img src="/b{n}.jpg"></a><a href="/b{n}.html">Bougie numéro {n}</a><span>{price}</span></li>'
        for n in range(5)
    )
    listing = read(f"{MENU}<h1>Bougies</h1><ul>{cards}</ul>", "bougies.html")
    assert listing.verdict.kind is PageKind.LISTING
    assert len(listing.tiles.urls) == 5
    product = read(
        f'{MENU}<h1>Bougie ronde</h1><table><tr><td><img src="/r.jpg"></td><td>Prix : {price}<br><a href="/commande.php?ref=4">Commander</a></td></tr></table>',
        "ronde.html",
    )
    assert product.verdict.kind is PageKind.PRODUCT


def test_a_years_championship_is_no_price() -> None:
    assert read(f"{MENU}<h1>Ballons</h1><p>Ballon Euro 2024</p>", "ballons.html").tiles.prices_out == 0


def tiles(count: int = 3) -> str:
    return "".join(
        f'<div class="i"><a href="/b{n}.html"><img src="/b{n}.jpg">Bougie numéro {n}</a><b>1{n},00 €</b></div>'
        for n in range(count)
    )


@pytest.mark.parametrize("phrase", ["Prix sur devis", "Prix : sur demande", "Sur devis", "Nous consulter"])
@pytest.mark.parametrize("heading", ["<h2>Vous aimerez aussi</h2>", "<h2>Nos autres créations</h2>", ""])
def test_a_price_to_be_asked_for_above_other_products_cards(phrase: str, heading: str) -> None:
    body = (
        f'<h1>Lustre sur mesure</h1><img src="/l.jpg"><p>{phrase}</p><p>Coulé dans notre atelier.</p>{heading}{tiles()}'
    )
    reading = read(f"{MENU}{body}", "lustre.html", "Lustre sur mesure - Cirerie Dumas")
    assert reading.verdict.kind is PageKind.PRODUCT
    assert reading.record is not None
    assert reading.record.title == "Lustre sur mesure"
    assert [offer.price_minor for offer in reading.record.offers] == [None]


@pytest.mark.parametrize(
    "intro",
    ["<p>Tous nos lustres peuvent être faits sur devis.</p>", '<a class="btn" href="/devis.html">Sur devis</a>', ""],
)
def test_a_list_whose_makers_also_work_to_order_stays_a_list(intro: str) -> None:
    asked = '<div class="i"><a href="/b9.html"><img src="/b9.jpg">Bougie numéro 9</a><b>Prix sur devis</b></div>'
    assert read(f"{MENU}<h1>Lustres</h1>{intro}{asked}{tiles(5)}", "lustres.html").verdict.kind is PageKind.LISTING


CARD = '<div class="c"><a href="/t1.html"><img src="/t1.jpg"></a>{}<p>45,00 €</p></div>'


@pytest.mark.parametrize("name", ["Théière 1", "La Traversée", "Sérénade"])
@pytest.mark.parametrize("tag", ["h2", "h4"])
def test_one_card_whose_link_is_one_word_is_a_card(name: str, tag: str) -> None:
    card = CARD.format(f'<{tag}><a href="/t1.html">{name}</a></{tag}>')
    assert read(f"{MENU}<h1>Jeanne Morel</h1><p>Née à Lyon.</p>{card}", "jeanne-morel.html").record is None


def test_a_name_of_two_words_beside_its_picture_is_a_card_without_a_heading() -> None:
    card = CARD.format('<p><a href="/t1.html">La Traversée</a></p>')
    assert read(f"{MENU}<h1>Jeanne Morel</h1>{card}", "jeanne-morel.html").record is None


def test_a_products_own_linked_photo_and_makers_logo_make_no_card() -> None:
    own = '<h1>Bol</h1><a href="/bol.html"><img src="/bol.jpg"></a><h2><a href="/bol.html">Bol</a></h2><p>45,00 €</p><a href="/revol.html"><img src="/revol.png"></a><a href="/revol.html">Revol</a><button>Ajouter au panier</button>'
    assert read(f"{MENU}<div>{own}</div>", "bol.html", "Bol - Cirerie Dumas").verdict.kind is PageKind.PRODUCT


ROW = '<table><tr><td><img src="/b.jpg"></td><td>Bougie ronde bleue</td><td>12,00 €</td><td><button>Ajouter au panier</button></td></tr></table>'


@pytest.mark.parametrize(
    "title",
    [
        "Ma liste de souhaits",
        "Liste d'envies",
        "Mes favoris",
        "Comparer les produits",
        "Comparaison de produits",
        "Mon espace",
        "Votre espace client",
    ],
)
def test_what_no_product_is_called_is_none_even_with_one_to_buy(title: str) -> None:
    below = f"{ROW}<a href='/sortie.php'>Se déconnecter</a>"
    for heading in (
        f"<h1>{title}</h1>",
        f'<h1><a href="/">Cirerie Dumas</a></h1><h2>{title}</h2>',
        f"<h2>{title}</h2>",
    ):
        assert read(f"{MENU}{heading}{below}", "page7.php").verdict.kind in (PageKind.ACCOUNT, PageKind.LISTING)


@pytest.mark.parametrize("title", ["Carnet liste d'envies", "Comparateur de couleurs", "Panier en osier"])
def test_what_is_only_called_alike_is_a_product(title: str) -> None:
    assert read(f"{MENU}<h1>{title}</h1>{ROW}", "page7.php", title).verdict.kind is PageKind.PRODUCT


def pieces(*said: str) -> str:
    return "".join(f'<div><img src="/p{n}.jpg"><p>Pièce {n}</p><p>{text}</p></div>' for n, text in enumerate(said, 1))


@pytest.mark.parametrize(
    "said",
    [("250 €", "VENDU", "180 €", "VENDU"), ("250 €", "120 €", "180 €", "90 €"), ("VENDU", "VENDU", "180 €", "Réservé")],
    ids=["half", "all", "one"],
)
def test_pieces_of_a_gallery_without_links_are_cards(said: tuple[str, ...]) -> None:
    reading = read(f"{MENU}<h1>Galerie</h1>{pieces(*said)}", "galerie.html")
    assert reading.verdict.kind is PageKind.LISTING
    assert reading.tiles.prices_out == 0


def test_variants_with_pictures_to_choose_from_are_no_gallery() -> None:
    body = f"<h1>Bougie ronde</h1><div>{pieces('12 €', '14 €', '16 €')}</div><button>Ajouter au panier</button>"
    reading = read(f"{MENU}{body}", "ronde.html", "Bougie ronde")
    assert reading.verdict.kind is PageKind.PRODUCT
    assert reading.tiles.prices_out == 3
