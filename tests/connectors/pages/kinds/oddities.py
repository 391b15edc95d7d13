# ruff: noqa: E501  lines of HTML
"""A second set, written after the rules were tuned on the first: shops that follow no theme at all.

Each page is given with an address that says nothing (`/x/17`), unless the address is its point."""

from __future__ import annotations

from tests.connectors.pages.kinds import markup
from tests.connectors.pages.kinds.goods import Goods, Thing
from tests.connectors.pages.kinds.samples import Sample, other, product
from tests.connectors.pages.kinds.themes import HOST, Theme

_PLAIN = f"{HOST}/x/17"


def _euros(cents: int) -> str:
    return f"{cents / 100:.2f}".replace(".", ",") + " €"


def _box(goods: Goods, title: str) -> str:
    """A product in a corner, drawn at random, as old shops have on every page."""
    thing = goods.thing()
    return f'<table class="infoBox"><tr><td class="infoBoxHeading">{title}</td></tr><tr><td align="center"><a href="/x/{thing.number}"><img src="/img/{thing.number}.jpg" alt=""></a><br><a href="/x/{thing.number}">{thing.name}</a><br>{_euros(thing.cents)}</td></tr></table>'


def _page(title: str, main: str, *, head: str = "", left: str = "", url: str = _PLAIN) -> Sample:
    menu = "".join(
        f'<a href="/r/{n}" class="m">{name}</a> ' for n, name in enumerate(("Vaisselle", "Outils", "Lecture", "Pieds"))
    )
    body = f'<div id="tout"><div id="tete"><a href="/"><img src="/logo.gif"></a> <a href="/panier.php">0 article - 0,00 €</a></div><div id="rayons">{menu}</div><div id="g">{left}</div><div id="c">{main}</div><div id="pied"><a href="/cgv.html">CGV</a> Frais de port : 6,90 €</div></div>'
    return Sample(url, f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode())


# --- lists


@other("listing")
def list_in_an_old_table(goods: Goods, theme: Theme, marked: bool) -> Sample:
    rows = "".join(
        f'<tr class="productListing-{"odd" if n % 2 else "even"}"><td><a href="product_info.php?products_id={one.number}"><img src="i/{one.number}.jpg"></a></td><td><a href="product_info.php?products_id={one.number}">{one.name}</a></td>'
        f'<td align="right">{_euros(one.cents)}</td><td><a href="index.php?action=buy_now&products_id={one.number}"><img src="buy.gif" alt="Acheter maintenant"></a></td></tr>'
        for n, one in enumerate(goods.things(7))
    )
    main = f'<td class="pageHeading">Vaisselle</td><table class="productListing"><tr><td>Image</td><td>Nom</td><td>Prix</td><td>Acheter</td></tr>{rows}</table>'
    return _page("Vaisselle", main, left=_box(goods, "Promotions") + _box(goods, "Quoi de neuf ?"))


@other("listing")
def list_of_three_with_unlike_blocks(goods: Goods, theme: Theme, marked: bool) -> Sample:
    blocks = "".join(
        f'<div class="art{name}"><h3><a href="/x/{one.number}">{one.name}</a></h3><img src="/i/{one.number}.jpg"><b>{_euros(one.cents)}</b><input type="button" value="Ajouter au panier"></div>'
        for name, one in zip(("gauche", "milieu", "droite"), goods.things(3), strict=True)
    )
    return _page("Nouveaux modèles", f"<h1>Nouveaux modèles</h1>{blocks}")


@other("listing")
def list_with_a_form_on_each_tile(goods: Goods, theme: Theme, marked: bool) -> Sample:
    tiles = "".join(
        f'<div class="vignette"><a href="/x/{one.number}"><img src="/i/{one.number}.jpg" alt="{one.name}"></a><p>{one.name}</p><form action="/cart/add" method="post"><select name="id"><option>36 - {_euros(one.cents)}</option></select>'
        f'<input type="number" name="quantity" value="1"><button>Ajouter au panier</button></form><span>{_euros(one.cents)}</span></div>'
        for one in goods.things(6)
    )
    return _page("Chaussures", f"<h1>Chaussures</h1><section>{tiles}</section>")


@other("listing")
def search_as_a_numbered_list(goods: Goods, theme: Theme, marked: bool) -> Sample:
    rows = "".join(
        f'<li><a href="/x/{one.number}">{one.name}</a> - {goods.text(1)} - <i>{_euros(one.cents)}</i></li>'
        for one in goods.things(8)
    )
    return _page("bol", f"<h1>« bol » : 8 réponses</h1><ol>{rows}</ol>", url=f"{HOST}/moteur?requete=bol")


@other("listing|other")
def catalogue_of_payment_buttons(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """No page for a product: a row each, with a payment service's form."""
    rows = "".join(
        f'<tr><td><img src="/i/{one.number}.jpg"></td><td>{one.name}</td><td>{_euros(one.cents)}</td><td><form action="https://pay.example/cgi"><input type="hidden" name="amount" value="{one.decimal}"><input type="submit" value="Acheter"></form></td></tr>'
        for one in goods.things(9)
    )
    return _page("Notre catalogue de printemps", f"<h1>Notre catalogue de printemps</h1><table>{rows}</table>")


@other("listing|home")
def one_page_shop(goods: Goods, theme: Theme, marked: bool) -> Sample:
    parts = "".join(
        f'<section id="p{one.number}"><h2>{one.name}</h2><img src="/i/{one.number}.jpg"><p>{one.description}</p><p>{_euros(one.cents)}</p><button>Commander</button></section>'
        for one in goods.things(5)
    )
    return _page("La ferme aux bols", f"<h1>La ferme aux bols</h1>{parts}", url=f"{HOST}/")


@other("listing|home")
def slider_of_products_with_the_only_title(goods: Goods, theme: Theme, marked: bool) -> Sample:
    slides = "".join(
        f'<div class="slide"><{tag}>{one.name}</{tag}><img src="/s/{one.number}.jpg"><span>{_euros(one.cents)}</span><a class="btn" href="/x/{one.number}">Découvrir</a></div>'
        for tag, one in zip(("h1", "h2", "h2"), goods.things(3), strict=True)
    )
    tiles = "".join(
        f'<li><a href="/x/{one.number}"><img src="/i/{one.number}.jpg"><span>{one.name}</span><em>{_euros(one.cents)}</em></a></li>'
        for one in goods.things(8)
    )
    return _page(
        "Boutique des Causses", f'<div class="diapo">{slides}</div><h2>À découvrir</h2><ul>{tiles}</ul>', url=f"{HOST}/"
    )


@other("listing")
def list_with_a_price_filter(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """The filter's prices stand outside of the cards, and first."""
    steps = "".join(f'<li><a href="?prix={n}">{n * 20},00 € - {n * 20 + 19},99 €</a> ({n})</li>' for n in range(1, 5))
    tiles = "".join(
        f'<li class="item"><a href="/x/{one.number}" title="{one.name}" class="product-image"><img src="/i/{one.number}.jpg"></a><h2><a href="/x/{one.number}">{one.name}</a></h2><div class="price-box"><span class="price">{_euros(one.cents)}</span></div>'
        f'<button type="button" class="button btn-cart" onclick="go({one.number})"><span>Ajouter au panier</span></button></li>'
        for one in goods.things(9)
    )
    main = f'<div class="page-title"><h1>Outils</h1></div><dl id="narrow-by-list"><dt>Prix</dt><dd><ol>{steps}</ol></dd></dl><ul class="products-grid">{tiles}</ul>'
    return _page("Outils", main)


@other("listing")
def list_without_prices(goods: Goods, theme: Theme, marked: bool) -> Sample:
    tiles = "".join(
        f'<div class="p"><a href="/x/{one.number}"><img src="/i/{one.number}.jpg"></a><h4><a href="/x/{one.number}">{one.name}</a></h4><p>Connectez-vous pour voir les prix</p></div>'
        for one in goods.things(8)
    )
    return _page("Outils professionnels", f"<h1>Outils professionnels</h1>{tiles}")


@other("listing|other")
def wall_of_brands(goods: Goods, theme: Theme, marked: bool) -> Sample:
    logos = "".join(f'<a href="/m/{n}"><img src="/m/{n}.png" alt="Marque {n}"></a>' for n in range(12))
    return _page("Toutes nos marques", f"<h1>Toutes nos marques</h1><div>{logos}</div>")


@other("listing")
def category_with_its_best_product_on_top(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A big banner with a price, then the cards."""
    star = goods.thing()
    tiles = "".join(
        f'<div class="c"><a href="/x/{one.number}"><img src="/i/{one.number}.jpg"></a><a href="/x/{one.number}">{one.name}</a><span class="prix">{_euros(one.cents)}</span></div>'
        for one in goods.things(12)
    )
    main = f'<h1>Vaisselle</h1><div class="bandeau"><a href="/x/{star.number}"><img src="/b/{star.number}.jpg" alt="{star.name}"></a><strong>{_euros(star.cents)}</strong></div><div class="grille">{tiles}</div>'
    return _page(
        "Vaisselle",
        main,
        head=markup.script(
            {
                "@context": "https://schema.org",
                "@type": "Product",
                "name": "Vaisselle",
                "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 30},
            }
        ),
    )


# --- a visitor's own pages, articles, services


@other("account|listing|other")
def past_order(goods: Goods, theme: Theme, marked: bool) -> Sample:
    rows = "".join(
        f'<tr><td><img src="/i/{one.number}.jpg"></td><td><a href="/x/{one.number}">{one.name}</a></td><td>1</td><td>{_euros(one.cents)}</td><td><button>Acheter à nouveau</button></td></tr>'
        for one in goods.things(2)
    )
    return _page(
        "Commande n° 1234",
        f"<h1>Commande n° 1234 du 12/03/2024</h1><table>{rows}</table><p>Total : 48,00 €</p>",
        url=f"{HOST}/compte/commandes/1234",
    )


@other("account|listing|other")
def selection_of_one(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A cart that is not called one."""
    one = goods.thing()
    line = f'<tr><td><a href="/x/{one.number}">{one.name}</a></td><td><input name="q[{one.number}]" value="1" size="2"></td><td>{_euros(one.cents)}</td><td><a href="?retirer={one.number}">Retirer</a></td></tr>'
    main = f'<h1>Votre sélection</h1><form><table><tr><th>Article</th><th>Quantité</th><th>Montant</th></tr>{line}<tr><td>Sous-total</td><td></td><td>{_euros(one.cents)}</td></tr></table><input type="submit" name="maj" value="Recalculer"> <input type="submit" value="Passer la commande"></form>'
    return _page("Votre sélection", main)


@other("article")
def post_that_sells_by_a_partner(goods: Goods, theme: Theme, marked: bool) -> Sample:
    one = goods.thing("outillage")
    main = f'<article><h1>Quelle scie pour un débutant ?</h1><p class="author">Par {goods.person()}, le 3 mai 2023</p>{goods.paragraphs(5)}<div class="aff"><b>{one.name}</b> {_euros(one.cents)} <a class="btn" href="https://ailleurs.example/{one.number}">Acheter</a></div>{goods.paragraphs(4)}</article>'
    return _page("Quelle scie pour un débutant ?", main, head=markup.posting("Quelle scie pour un débutant ?"))


@other("article|other")
def guide_with_three_priced_models(goods: Goods, theme: Theme, marked: bool) -> Sample:
    models = "".join(
        f"<h2>{one.name}</h2><p>{goods.text(4)}</p><p>Comptez environ {_euros(one.cents)}.</p>"
        for one in goods.things(3)
    )
    return _page(
        "Bien choisir son rabot",
        f"<h1>Bien choisir son rabot</h1><p>Mis à jour le 2 mai 2024 par <span class='author'>{goods.person()}</span></p>{goods.paragraphs(3)}{models}",
    )


@other("other|article|account")
def questions(goods: Goods, theme: Theme, marked: bool) -> Sample:
    asked = "".join(f"<h3>Question {n} ?</h3><p>{goods.text(2)} Les frais sont de {n},90 €.</p>" for n in range(4, 9))
    return _page("Questions fréquentes", f"<h1>Questions fréquentes</h1>{asked}")


@other("other|article|listing")
def house_and_its_story(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _page(
        "La maison",
        f"<h1>Une histoire de famille</h1><img src='/a.jpg'>{goods.paragraphs(6)}<p>Visite de l'atelier le samedi : 5,00 € par personne.</p>",
    )


@other("other|listing|home")
def agenda(goods: Goods, theme: Theme, marked: bool) -> Sample:
    days = "".join(f"<li>{n} mai, 14 h : initiation au tour, 45,00 € par personne</li>" for n in (4, 11, 18, 25))
    return _page("Agenda des ateliers", f"<h1>Agenda des ateliers</h1><ul>{days}</ul>")


@other("blocked|other")
def age_gate(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = "<html><head><title>Entrée</title></head><body><h1>Avez-vous plus de 18 ans ?</h1><button>Oui</button><button>Non</button></body></html>"
    return Sample(_PLAIN, body.encode())


@other("blocked|other")
def cookie_check(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = '<html><head><title>boutique.example</title><meta http-equiv="refresh" content="2"></head><body>Un instant, nous vérifions votre navigateur…<script>document.cookie="a=1"</script></body></html>'
    return Sample(_PLAIN, body.encode())


@other("other|blocked|shell")
def nothing_at_all(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return Sample(_PLAIN, b"")


# --- products


def _sheet(thing: Thing, main: str, *, head: str = "", left: str = "") -> Sample:
    return _page(thing.name, main, head=head, left=left)


@product
def price_in_the_title_row(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """osCommerce's table, with random products in the left column and what others bought below."""
    thing = goods.thing()
    also = "".join(
        f'<td><a href="/x/{one.number}"><img src="/i/{one.number}.jpg"></a><br><a href="/x/{one.number}">{one.name}</a></td>'
        for one in goods.things(3)
    )
    main = (
        f'<form name="cart_quantity" action="product_info.php?action=add_product" method="post"><table><tr><td class="pageHeading"><h1>{thing.name}</h1></td><td class="pageHeading" align="right">{_euros(thing.cents)}</td></tr></table>'
        f'<table><tr><td class="main"><img src="/i/{thing.number}.jpg"><p>{thing.description}</p></td></tr><tr><td><input type="image" src="button_in_cart.gif" alt="Ajouter au panier"></td></tr></table></form><table><tr><td>Les clients ayant acheté ce produit ont aussi acheté</td></tr><tr>{also}</tr></table>'
    )
    return _sheet(thing, main, left=_box(goods, "Promotions") + _box(goods, "Quoi de neuf ?"))


@product
def range_in_a_table(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """One product, twelve references, each with its price and its button."""
    thing = goods.thing("outillage")
    rows = "".join(
        f'<tr><td>{thing.number}-{n}</td><td>{n * 5} mm</td><td>{_euros(thing.cents + 50 * n)}</td><td><input name="qte" value="1" size="2"><button>Ajouter au panier</button></td></tr>'
        for n in range(1, 13)
    )
    main = f'<h1>{thing.name}</h1><img src="/i/{thing.number}.jpg"><p>{thing.description}</p><table class="declinaisons"><tr><th>Réf.</th><th>Diamètre</th><th>Prix HT</th><th></th></tr>{rows}</table>'
    return _sheet(thing, main)


@product
def without_a_heading(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    main = f'<p><font size="5">{thing.name}</font></p><img src="/i/{thing.number}.jpg"><p>{thing.description}</p><p><b>{_euros(thing.cents)}</b></p><input type="submit" value="Ajouter au panier">'
    return _sheet(thing, main)


@product
def with_priced_accessories(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    options = "".join(
        f'<label><input type="checkbox" name="opt{n}"> {one.name} (+ {_euros(one.cents)})</label><br>'
        for n, one in enumerate(goods.things(6))
    )
    main = f'<h1>{thing.name}</h1><div class="visuel"><img src="/i/{thing.number}.jpg"></div><div class="achat"><span class="tarif">{_euros(thing.cents)}</span>{options}<button>Ajouter au panier</button></div><p>{thing.description}</p>'
    return _sheet(thing, main)


@product
def below_a_menu_of_products(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A big menu shows products with their prices, before everything else."""
    thing = goods.thing()
    cards = "".join(
        f'<li><a href="/x/{one.number}"><img src="/i/{one.number}.jpg"><span>{one.name}</span><b>{_euros(one.cents)}</b></a></li>'
        for one in goods.things(6)
    )
    main = f'<nav class="mega"><ul>{cards}</ul></nav><h1>{thing.name}</h1><img src="/i/{thing.number}.jpg"><p class="px">{_euros(thing.cents)}</p><p>{thing.description}</p><button>Ajouter au panier</button>'
    return _sheet(thing, main)


@product
def beside_its_linked_brand(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A brand's linked logo and name stand beside the price, in another column than the title."""
    thing = goods.thing()
    main = (
        f'<h1>{thing.name}</h1><div class="deux"><div class="a"><a href="/zoom?id={thing.number}"><img src="/i/{thing.number}.jpg" alt="{thing.name}"></a></div><div class="b"><a class="marque" href="/m/3"><img src="/m/3.png" alt="{thing.brand}"></a><a class="marque" href="/m/3">{thing.brand}</a>'
        f'<div class="px">{_euros(thing.cents)}</div><button>Ajouter au panier</button></div></div><p>{thing.description}</p>'
    )
    return _sheet(thing, main)


@product
def to_be_quoted(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("outillage")
    main = f'<h1>{thing.name}</h1><img src="/i/{thing.number}.jpg"><p>{thing.description}</p><ul><li>Poids : 12 kg</li><li>Puissance : 800 W</li></ul><button>Ajouter à ma demande de devis</button>'
    return _sheet(thing, main)


@product
def second_hand(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A classified ad: no cart at all."""
    thing = goods.thing()
    main = f'<h1>{thing.name}</h1><p>{_euros(thing.cents)}</p><img src="/i/{thing.number}.jpg"><h2>Description</h2><p>{thing.description}</p><p>État : très bon</p><button>Contacter le vendeur</button>'
    return _sheet(thing, main)


@product
def sold_elsewhere(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """Sold out, no price, no button, no markup but og:type; related cards have prices."""
    thing = goods.thing()
    cards = "".join(
        f'<div class="k"><a href="/x/{one.number}"><img src="/i/{one.number}.jpg"></a><a href="/x/{one.number}">{one.name}</a><b>{_euros(one.cents)}</b></div>'
        for one in goods.things(4)
    )
    main = f'<h1>{thing.name}</h1><img src="/i/{thing.number}.jpg"><p>Épuisé</p><p>{thing.description}</p><h2>Produits similaires</h2>{cards}'
    return _sheet(thing, main, head=markup.graph("product", thing.name))


@product
def with_a_sticky_bar(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    bar = f'<div class="sticky"><b>{thing.name}</b> <span>{_euros(thing.cents)}</span><button>Ajouter au panier</button></div>'
    main = f'{bar}<h1>{thing.name}</h1><img src="/i/{thing.number}.jpg"><span class="amount">{_euros(thing.cents)}</span><button>Ajouter au panier</button><p>{thing.description}</p>'
    return _sheet(thing, main)
