"""What a visitor reads: the price beside the title and the cart button, stock phrases, labels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import pictures, surroundings, tiles, titles, visible
from connectors.pages.page import Page
from connectors.pages.visible import VisibleSeen
from connectors.records import Availability

BUTTON = '<button type="submit" class="btn">Ajouter au panier</button>'


def shown(middle: str, *, after: str = "", name: str = "Vase en grès bleu") -> VisibleSeen:
    """A bare page of a small shop, with `middle` under the product's title."""
    html = f"""<html lang="fr"><head><title>{name} | Atelier des Ocres</title></head><body>
    <header><a href="/">Atelier des Ocres</a><nav><a href="/vases">Vases</a> <a href="/bols">Bols</a></nav>
    <div class="mini-cart">Mon panier (2) <span class="price">74,00 €</span></div></header>
    <main><div class="fiche"><h1>{name}</h1>{middle}</div>{after}</main>
    <footer>Frais de port offerts dès 60 € d'achat. SIRET 123 456 789 00012</footer></body></html>"""
    page = Page.parse("https://atelier-des-ocres.example/vases/vase-bleu", html.encode())
    return visible.read(page, tiles.find(page))


PRICES = {
    "plain": (f"<p>34,90 €</p>{BUTTON}", "34.90", None),
    "no class, euro word": (f"<p>Prix : 34,90 euros TTC</p>{BUTTON}", "34.90", None),
    "cents in a sup": (f'<p class="prix">34<sup>€90</sup></p>{BUTTON}', "34.90", None),
    "cents in a sup, sign last": (f'<p class="prix"><span>34</span><sup>90</sup>€</p>{BUTTON}', "34.90", None),
    "cents in a sup, comma in it": (f'<p class="prix">34<sup>,90</sup> €</p>{BUTTON}', "34.90", None),
    "sign apart, before": (
        f'<p class="price"><span class="cur">€</span><span class="val">34,90</span></p>{BUTTON}', "34.90", None,
    ),
    "sign apart, after": (f'<div class="price"><bdi>34,90&nbsp;<span>€</span></bdi></div>{BUTTON}', "34.90", None),
    "thousands": (f'<p class="price">1 034,90 €</p>{BUTTON}', "1034.90", None),
    "market stall": (f'<p class="price">34€90</p>{BUTTON}', "34.90", None),
    "crossed out by a tag": (
        f'<p class="price"><del>49,00 €</del> <ins>34,90 €</ins></p>{BUTTON}', "34.90", "49.00",
    ),
    "crossed out by a class": (
        f'<p><span class="prix-barre">49,00 €</span> <span class="prix">34,90 €</span></p>{BUTTON}', "34.90", "49.00",
    ),
    "crossed out by a style": (
        f'<p><span style="text-decoration: line-through">49,00 €</span> <b>34,90 €</b></p>{BUTTON}', "34.90", "49.00",
    ),
    "in words": (f"<p>34,90 € au lieu de 49,00 €</p>{BUTTON}", "34.90", "49.00"),
    "list price in words": (f"<p>Prix conseillé : 49,00 €</p><p>Notre prix : 34,90 €</p>{BUTTON}", "34.90", "49.00"),
    "savings": (
        f'<p class="price">34,90 €</p><p>Vous économisez 14,10 € (-29 %)</p>{BUTTON}', "34.90", None,
    ),
    "a discount beside": (f'<p><span>-20 %</span> <b class="price">34,90 €</b></p>{BUTTON}', "34.90", None),
    "price per kilo": (
        f'<p class="price">34,90 €</p><p class="unit-price">69,80 € / kg</p>{BUTTON}', "34.90", None,
    ),
    "price per litre first": (f'<p>69,80 €/L</p><p class="price">34,90 €</p>{BUTTON}', "34.90", None),
    "shipping": (
        f'<p>Livraison : 6,90 €</p><p class="price">34,90 €</p>{BUTTON}<p>Livraison offerte dès 49 €</p>',
        "34.90", None,
    ),
    "shipping after": (f"<p>34,90 €</p>{BUTTON}<p>+ 6,90 € de frais de port</p>", "34.90", None),
    "instalments": (f"<p>34,90 €</p><p>ou 3x 11,63 € sans frais</p>{BUTTON}", "34.90", None),
    "monthly": (f"<p>Dès 5,90 € / mois</p><p>34,90 €</p>{BUTTON}", "34.90", None),
    "without and with tax": (f"<p>29,08 € HT</p><p>34,90 € TTC</p>{BUTTON}", "34.90", None),
    "with and without tax": (f"<p>34,90 € TTC (29,08 € HT)</p>{BUTTON}", "34.90", None),
    "from": (f"<p>À partir de 34,90 €</p>{BUTTON}", "34.90", None),
    "eco tax": (f"<p class='price'>34,90 €</p><p>dont éco-participation 0,12 €</p>{BUTTON}", "34.90", None),
    "public price, and no other": (f"<p>Prix public : 34,90 €</p>{BUTTON}", "34.90", None),
    "by the metre": (f'<p class="price">34,90 € / m</p>{BUTTON}', "34.90", None),
    "table of an old site": (
        "<table><tr><td><b>Prix</b></td><td><font>34.90€</font></td></tr><tr><td>Port</td><td>6,00 €</td></tr></table>"
        '<a href="/panier?add=12"><img src="/b.gif" alt="Ajouter au panier"></a>',
        "34.90", None,
    ),
    "cheaper by the dozen": (
        f"<p class='price'>34,90 €</p><table><tr><td>dès 5 pièces</td><td>32,00 €</td></tr>"
        f"<tr><td>dès 10 pièces</td><td>29,00 €</td></tr></table>{BUTTON}",
        "34.90", None,
    ),
    "german": ("<p>34,90 € inkl. MwSt.</p><button>In den Warenkorb</button>", "34.90", None),
    "english": ('<p class="price">£34.90</p><button>Add to basket</button>', "34.90", None),
    "option surcharge in a select": (
        f'<p class="price">34,90 €</p><select><option>Gravure + 5,00 €</option></select>{BUTTON}', "34.90", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("middle", "price", "crossed"), PRICES.values(), ids=PRICES)
def test_the_price_that_a_visitor_would_pay(middle: str, price: str, crossed: str | None) -> None:
    seen = shown(middle)
    assert seen.prices[0].price.rstrip("0") == price.rstrip("0")
    assert not seen.prices[0].struck
    assert seen.prices[0].confidence > 0.6
    if crossed is not None:
        assert seen.prices[0].list_price == crossed


RELATED = "".join(
    f'<li class="card"><a href="/p/{n}"><img src="/{n}.jpg" alt=""><h3>Bol {n}</h3></a>'
    f'<span class="price">{n},50 €</span></li>'
    for n in (11, 12, 13, 14)
)


def test_prices_of_related_products_are_not_the_pages_own() -> None:
    related = RELATED.replace("11,50 €", "<del>49,00 €</del> 11,50 €")
    seen = shown(f"<p>34,90 €</p>{BUTTON}", after=f"<section><h2>Vous aimerez aussi</h2><ul>{related}</ul></section>")
    assert seen.prices[0].list_price is None
    assert seen.prices[0].price == "34.90"
    assert all(other.confidence < 0.2 for other in seen.prices[1:])


def test_a_page_that_gives_no_price_gets_none_from_its_neighbours() -> None:
    seen = shown("<p>Prix sur devis</p>", after=f"<section><h2>Vous aimerez aussi</h2><ul>{RELATED}</ul></section>")
    assert seen.on_request
    assert all(price.confidence < 0.3 for price in seen.prices)


def test_free_is_what_stands_in_the_prices_place() -> None:
    assert shown(f'<p class="price">Gratuit</p>{BUTTON}').free
    assert not shown(f'<p class="price">34,90 €</p><p>Livraison</p><p>gratuite</p>{BUTTON}').free


PHRASES = {
    "En stock": Availability.IN_STOCK,
    "Plus que 2 en stock": Availability.IN_STOCK,
    "Disponible": Availability.IN_STOCK,
    "Disponible sous 8 jours": Availability.IN_STOCK,
    "Expédié sous 48 h": Availability.IN_STOCK,
    "Stock : 3": Availability.IN_STOCK,
    "Il reste 2 exemplaires": Availability.IN_STOCK,
    "Disponible en boutique": Availability.IN_STOCK,
    "Stock : 0": Availability.OUT_OF_STOCK,
    "Auf Lager": Availability.IN_STOCK,
    "In stock": Availability.IN_STOCK,
    "Rupture de stock": Availability.OUT_OF_STOCK,
    "Épuisé": Availability.OUT_OF_STOCK,
    "Ce produit n'est plus en stock": Availability.OUT_OF_STOCK,
    "Article indisponible": Availability.OUT_OF_STOCK,
    "Vendu": Availability.OUT_OF_STOCK,
    "M'alerter du retour en stock": Availability.OUT_OF_STOCK,
    "Sold out": Availability.OUT_OF_STOCK,
    "Ausverkauft": Availability.OUT_OF_STOCK,
    "Sur commande": Availability.BACK_ORDER,
}


@pytest.mark.parametrize(("phrase", "expected"), PHRASES.items(), ids=PHRASES)
def test_stock_phrases(phrase: str, expected: Availability) -> None:
    stock = shown(f"<p>34,90 €</p><p>{phrase}</p>").stock
    assert stock[0].availability is expected
    assert stock[0].confidence >= 0.7


SILENT = (
    "Disponible en 3 couleurs",
    "Image non disponible",
    "Vérifier le stock en magasin",
    "Nos artisans travaillent le grès depuis 1972.",
)


@pytest.mark.parametrize("phrase", SILENT)
def test_what_says_nothing_of_stock(phrase: str) -> None:
    assert not [stock for stock in shown(f"<p>34,90 €</p><p>{phrase}</p>").stock if stock.confidence >= 0.7]


def test_an_active_cart_button_is_evidence_of_its_own_and_a_disabled_one_is_not() -> None:
    (active,) = shown(f"<p>34,90 €</p>{BUTTON}").stock
    assert active.availability is Availability.IN_STOCK
    assert active.button
    assert active.confidence < 0.8
    dead = shown('<p>34,90 €</p><button class="btn" disabled>Ajouter au panier</button>').stock
    assert [stock.availability for stock in dead] == [Availability.OUT_OF_STOCK]
    assert dead[0].confidence < 0.7


@pytest.mark.parametrize(
    ("middle", "count"),
    [
        ("<p>Stock : 3</p>", 3),
        ("<b>Stock :</b> <span>4</span>", 4),
        ("<p>Plus que 2 en stock</p>", 2),
        ("<p>En stock</p>", None),
    ],
)
def test_counts(middle: str, count: int | None) -> None:
    assert shown(f"<p>34,90 €</p>{middle}").stock[0].quantity == count


def test_a_price_without_tax_is_told() -> None:
    assert shown(f"<p>29,08 € HT</p>{BUTTON}").prices[0].untaxed
    assert not shown(f"<p>34,90 € TTC</p>{BUTTON}").prices[0].untaxed


LABELS = {
    "in one text": "<p>Marque : Terre & Feu</p><p>Réf. : VB-204</p><p>EAN : 4006381333931</p>",
    "table": "<table><tr><th>Marque</th><td>Terre & Feu</td></tr><tr><th>Référence</th><td>VB-204</td></tr>"
    "<tr><th>Code-barres</th><td>4006381333931</td></tr></table>",
    "definition list": "<dl><dt>Marque</dt><dd>Terre & Feu</dd><dt>SKU</dt><dd>VB-204</dd>"
    "<dt>GTIN</dt><dd>4006381333931</dd></dl>",
    "spans": "<span>Marque :</span> <a href='/m/1'>Terre & Feu</a> <b>UGS :</b> "
    "<span>VB-204</span> <b>EAN13</b> <i>4006381333931</i>",
}  # fmt: skip


@pytest.mark.parametrize("block", LABELS.values(), ids=LABELS)
def test_labels(block: str) -> None:
    (product,) = shown(f"<p>34,90 €</p>{BUTTON}{block}").products
    assert (product.brand, product.sku, product.gtin) == ("Terre & Feu", "VB-204", "04006381333931")


def test_a_wrong_gtin_is_told_not_taken() -> None:
    (product,) = shown(f"<p>34,90 €</p>{BUTTON}<p>EAN : 4006381333932</p>").products
    assert (product.gtin, product.bad_gtin) == (None, "4006381333932")


def test_the_title_is_the_heading_that_the_window_repeats() -> None:
    html = (
        """<title>Vase en grès bleu - Atelier des Ocres</title><h1>Atelier des Ocres</h1><h1>Vase en grès bleu</h1>"""
    )
    page = Page.parse("https://shop.example/x", html.encode())
    title = titles.main_title(page, tiles.find(page))
    assert title is not None
    assert (title.text, title.where) == ("Vase en grès bleu", "h1")


def test_without_a_heading_the_windows_title_counts_without_the_shops_name() -> None:
    page = Page.parse(
        "https://atelier-ocres.example/x", b"<title>Vase bleu | Atelier Ocres</title><p>12 \xe2\x82\xac</p>"
    )
    title = titles.main_title(page, tiles.find(page))
    assert title is not None
    assert title.text == "Vase bleu"
    assert title.confidence < 0.7


def test_breadcrumb_and_description() -> None:
    html = """<title>Vase</title><div class="breadcrumb"><a href="/">Accueil</a> &gt; <a href="/v">Vases</a> &gt;
    <a href="/v/g">Grès</a></div><h1>Vase</h1><div class="product-description"><p>Tourné à la main à Apt.</p>
    <script>x()</script></div>"""
    page = Page.parse("https://shop.example/x", html.encode())
    assert surroundings.breadcrumbs(page, "Vase") == ("Vases", "Grès")
    assert surroundings.description(page, tiles.find(page), None) == "<p>Tourné à la main à Apt.</p>"


DESCRIBED = {
    "below a heading": "<h2>Description</h2><p>Tourné à la main à Apt, en grès de Puisaye.</p>"
    "<h2>Avis</h2><p>Très beau.</p>",
    "in an element called so": '<div class="texte_description">Tourné à la main à Apt, en grès de Puisaye.</div>',
    "in a paragraph beside the title": "<p>12 €</p><p>Tourné à la main à Apt, en grès de Puisaye, "
    "puis émaillé deux fois.</p>",
}


@pytest.mark.parametrize("block", DESCRIBED.values(), ids=DESCRIBED)
def test_descriptions(block: str) -> None:
    page = Page.parse("https://shop.example/x", f"<title>Vase</title><main><h1>Vase</h1>{block}</main>".encode())
    cards = tiles.find(page)
    text = surroundings.description(page, cards, titles.main_title(page, cards))
    assert "Tourné à la main à Apt" in text
    assert "Très beau" not in text


def test_pictures_of_the_product_and_no_others() -> None:
    html = """<title>Vase bleu</title><header><img src="/logo.png" alt="Poterie"></header><main><div class="photos">
    <img src="/img/12-vase-bleu.jpg">
    <img data-src="/img/13.jpg" src="data:image/gif;base64,x" alt="Vase bleu, de dos"></div>
    <h1>Vase bleu</h1><img src="/img/paiement-cb.png"><img src="/p.gif" width="1" height="1"></main>
    <footer><img src="/img/atelier.jpg" alt="Notre atelier"></footer>"""
    page = Page.parse("https://shop.example/x", html.encode())
    cards = tiles.find(page)
    found = pictures.pictures(page, cards, titles.main_title(page, cards))
    assert set(found) == {"https://shop.example/img/12-vase-bleu.jpg", "https://shop.example/img/13.jpg"}


PIECES = st.sampled_from(
    ["<p>", "</p>", "<h1>", "</h1>", "<del>", "<sup>", "</sup>", "<table><tr><td>", "<span class='price'>", "</span>",
     "12,90 €", "€", "12", "90", "0 €", "Marque :", "EAN", "en stock", "épuisé", "Ajouter au panier",
     "<button disabled>", "<div hidden>", "<script>", "</script>", "<select><option>", "\x00", "½", "<a href='//['>",
     "<svg><text>", "&euro;"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_no_page_makes_the_reader_raise(html: str) -> None:
    page = Page.parse("https://shop.example/x", html.encode())
    seen = visible.read(page, tiles.find(page))
    assert all(0 <= price.confidence <= 1 for price in seen.prices)


@pytest.mark.parametrize(
    "piece", ["<p>12,90 €</p>", "<span>12</span>", "<div class=price>", "<p>Marque :</p>", "<button>Acheter</button>",
              "€ "]
)  # fmt: skip
def test_time_grows_with_the_page_not_with_its_square(piece: str) -> None:
    from time import process_time

    def seconds(times: int) -> float:
        page = Page.parse("https://shop.example/x", f"<h1>Vase</h1>{piece * times}".encode())
        cards = tiles.Tiles()
        began = process_time()
        visible.read(page, cards)
        return process_time() - began

    assert seconds(20_000) < 10 * seconds(4_000) + 0.5


CARDS = "".join(
    f'<li><a href="/v{n}"><img src="/{n}.jpg"></a><br><a href="/v{n}">Vase numéro {n}</a><br>{price}</li>'
    for n, price in enumerate(["<b>84,90 €</b>", "Prix sur demande", "<b>47,90 €</b>", "<b>12,00 €</b>"])
)


def test_a_neighbour_s_price_on_request_says_nothing_of_this_one() -> None:
    seen = shown(f"<p>34,90 €</p><p>En stock</p>{BUTTON}", after=f"<h2>Vous aimerez aussi</h2><ul>{CARDS}</ul>")

    assert not seen.on_request
    assert seen.prices[0].price == "34.90"
    assert seen.prices[0].confidence > 0.9


def test_what_is_on_request_behind_a_sure_price_is_something_else() -> None:
    seen = shown(f'<p class="price">34,90 €</p>{BUTTON}<p>Gravure : prix sur demande</p>')

    assert not seen.on_request
    assert shown("<p>Prix sur demande</p><p>Gravure : 4 € la lettre</p>").on_request


@pytest.mark.parametrize("name", ["Toupie à pointe d'acier", "Bon d'achat", "Valise avant-garde", "Le prix public"])
def test_words_of_the_title_say_nothing_of_the_price_below(name: str) -> None:
    seen = shown(f"<p><b>34,90 €</b></p><p>En stock</p>{BUTTON}", name=name)

    assert seen.prices[0].price == "34.90"
    assert not seen.prices[0].struck
    assert seen.prices[0].confidence > 0.8


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Épuisé", Availability.OUT_OF_STOCK),
        ("Sur commande", Availability.BACK_ORDER),
        ("En stock", Availability.IN_STOCK),
    ],
)
def test_a_phrase_beside_the_price_is_heard_before_mentions_elsewhere(phrase: str, expected: Availability) -> None:
    mentions = (
        "<ul><li>Référence en stock à Lyon et à Dijon</li>"
        "<li>Le vert de l'an dernier, lui, n'est plus disponible</li></ul>"
    )
    seen = shown(f"<p>34,90 €</p><p>{phrase}</p><p>Un vase tourné à la main.</p>{mentions}")

    assert {one.availability for one in seen.stock} == {expected}


def test_a_large_picture_in_the_next_cell_of_the_table_is_the_product_s() -> None:
    html = """<title>Tabouret haut en frêne</title><table><tr><td><img src="/photos/12-0.jpg" width="600" height="600">
    </td><td><h2>Tabouret haut en frêne</h2><p><b>94,95 €</b></p></td></tr></table>
    <table><tr><td><img src="/partenaire.jpg" width="600" height="600"></td></tr></table>"""
    page = Page.parse("https://shop.example/x", html.encode())
    cards = tiles.find(page)
    found = pictures.pictures(page, cards, titles.main_title(page, cards))
    assert found == ("https://shop.example/photos/12-0.jpg",)
