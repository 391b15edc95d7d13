# ruff: noqa: E501  lines of HTML
"""Pages of one product, with as much around it as shops have."""

from __future__ import annotations

from tests.connectors.pages.kinds import markup
from tests.connectors.pages.kinds.goods import Goods, Thing
from tests.connectors.pages.kinds.samples import Sample, product
from tests.connectors.pages.kinds.themes import HOST, SHOP, Theme

_SIZES = '<select name="taille" class="attribute_select"><option>Choisir une taille</option><option>36</option><option>38</option><option>40</option></select>'


def _sheet(
    theme: Theme, thing: Thing, main: str, marked: bool, *, head: str = "", slot: str = "", title: str = ""
) -> Sample:
    return Sample(
        theme.url("product", thing),
        theme.page("product", title or thing.name, main, head=head, marked=marked, slot=slot),
    )


@product
def marked_up(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    head = markup.script(markup.product(theme, thing)) + markup.crumbs(thing.name)
    return _sheet(theme, thing, theme.block(thing) + theme.beside(goods.things(4)), marked, head=head)


@product
def bare(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    return _sheet(theme, thing, theme.block(thing), marked)


@product
def bare_with_related(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    return _sheet(theme, thing, theme.block(thing) + theme.beside(goods.things(4)), marked)


@product
def og_only(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    return _sheet(theme, thing, theme.block(thing), marked, head=markup.graph("product", thing.name, thing.decimal))


@product
def with_microdata(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    return _sheet(theme, thing, theme.block(thing, below=markup.microdata(theme, thing)), marked)


@product
def with_forty_related(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    below = (
        theme.beside(goods.things(16), "Dans la même catégorie")
        + theme.beside(goods.things(12))
        + theme.beside(goods.things(12), "Vus récemment")
    )
    return _sheet(theme, thing, theme.block(thing) + below, marked)


@product
def with_markup_on_all(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """Its own Product and one for each related card."""
    thing, others = goods.thing(), goods.things(8)
    head = markup.script([markup.product(theme, one) for one in (thing, *others)])
    return _sheet(theme, thing, theme.block(thing) + theme.beside(others), marked, head=head)


@product
def with_markup_on_related_only(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing, others = goods.thing(), goods.things(6)
    return _sheet(
        theme,
        thing,
        theme.block(thing) + theme.beside(others),
        marked,
        head=markup.item_list(theme, others, whole=True),
    )


@product
def with_best_sellers_above(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A left column that comes first in the page's source."""
    thing = goods.thing()
    column = f'<div id="left_column">{theme.beside(goods.things(5), "Meilleures ventes")}</div>'
    return _sheet(theme, thing, theme.block(thing), marked, slot=column)


@product
def on_request(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    return _sheet(
        theme,
        thing,
        theme.block(
            thing, price="Prix sur demande", buy=False, options='<a class="btn" href="/contact">Demander un devis</a>'
        ),
        marked,
    )


@product
def on_request_with_related(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    block = theme.block(
        thing, price="Sur devis", buy=False, options='<a class="btn" href="/contact">Nous consulter</a>'
    )
    head = markup.graph("product", thing.name)
    return _sheet(theme, thing, block + theme.beside(goods.things(4)), marked, head=head)


@product
def out_of_stock(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    warn = '<form><input type="email" name="email" placeholder="votre@email"><button>Prévenez-moi du retour en stock</button></form>'
    return _sheet(
        theme,
        thing,
        theme.block(thing, buy=False, stock="Rupture de stock", options=warn) + theme.beside(goods.things(4)),
        marked,
    )


@product
def bundle(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A pack: what it holds is shown as cards with their own prices."""
    thing = goods.thing()
    return _sheet(theme, thing, theme.block(thing, below=theme.beside(goods.things(3), "Ce lot contient")), marked)


@product
def grouped(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """One page for a range: each member with its own quantity."""
    thing = goods.thing()
    rows = "".join(
        f'<tr><td><input type="number" name="quantity[{one.number}]" value="0"></td><td><a href="{theme.url("product", one).removeprefix(HOST)}">{one.name}</a></td><td>{theme.money(one.cents)}</td></tr>'
        for one in goods.things(3)
    )
    return _sheet(
        theme, thing, theme.block(thing, price="", options=f'<table class="group_table">{rows}</table>'), marked
    )


@product
def variable(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("chaussures")
    price = f"{theme.money(thing.cents)} – {theme.money(thing.cents + 2000)}"
    return _sheet(theme, thing, theme.block(thing, price=price, options=_SIZES) + theme.beside(goods.things(4)), marked)


@product
def gift_card(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = Thing(77, "Carte cadeau", "poterie", SHOP, 3000, None, goods.text(2))
    amounts = '<select name="montant"><option>30 €</option><option>50 €</option><option>100 €</option></select>'
    return _sheet(theme, thing, theme.block(thing, options=amounts), marked)


@product
def with_a_full_little_cart(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A cart with one line and a login window come with every page of the session."""
    thing, other = goods.thing(), goods.thing()
    slot = (
        f'<div class="minicart"><ul><li><a href="{theme.url("product", other).removeprefix(HOST)}"><img src="/img/{other.number}.jpg">{other.name}</a> 1 × {theme.money(other.cents)}</li></ul>'
        f'<p>Total : {theme.money(other.cents)}</p><a href="/panier">Voir le panier</a></div><div class="modal"><form><input type="password" name="mdp"><button>Connexion</button></form></div>'
    )
    return _sheet(theme, thing, theme.block(thing), marked, slot=slot)


@product
def with_a_long_story(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    story = f"<h2>L'histoire de ce modèle</h2><p class='date'>Mis à jour le 12 mars 2024 par {goods.person()}</p>{goods.paragraphs(9)}<h2>Questions fréquentes</h2>{goods.paragraphs(4)}"
    return _sheet(theme, thing, theme.block(thing, below=story), marked, head=markup.graph("article", thing.name))


@product
def with_reviews(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    said = "".join(
        f"<li class='review'><b>{goods.person()}</b> <time>12/03/2024</time><p>{goods.text(2)}</p></li>"
        for _ in range(12)
    )
    below = f"<section id='avis'><h2>12 avis</h2><select><option>Trier par date</option></select><ol>{said}</ol><nav class='pagination'><a href='?avis=2'>2</a></nav></section>"
    return _sheet(theme, thing, theme.block(thing, below=below), marked)


@product
def free(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = Thing(31, "Patron à télécharger", "livres", SHOP, 0, None, goods.text(3))
    return _sheet(
        theme, thing, theme.block(thing, price="Gratuit"), marked, head=markup.script(markup.product(theme, thing))
    )


@product
def at_the_root(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """An address that says nothing, and og:type website."""
    thing = goods.thing()
    body = theme.page(
        "product",
        thing.name,
        theme.block(thing) + theme.beside(goods.things(3)),
        head=markup.graph("website", thing.name),
        marked=marked,
    )
    return Sample(f"{HOST}/{thing.slug}", body)


@product
def unique_piece(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("poterie")
    return _sheet(
        theme, thing, theme.block(thing, stock="Pièce unique, disponible"), marked, head=markup.crumbs(thing.name)
    )


@product
def below_another_title(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """The logo is the only <h1>."""
    thing = goods.thing()
    block = theme.block(thing).replace("<h1", "<h2").replace("</h1>", "</h2>")
    return _sheet(theme, thing, f"<h1><a href='/'>{SHOP}</a></h1>{block}", marked)


@product
def with_variants_in_markup(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("chaussures")
    variants = [
        markup.product(theme, thing, url=False) | {"sku": f"V{size}", "size": str(size)} for size in (36, 38, 40)
    ]
    data = {
        "@context": "https://schema.org",
        "@type": "ProductGroup",
        "name": thing.name,
        "productGroupID": "g1",
        "hasVariant": variants,
    }
    return _sheet(
        theme,
        thing,
        theme.block(thing, options=_SIZES) + theme.beside(goods.things(4)),
        marked,
        head=markup.script(data),
    )


@product
def made_by_hand(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A title, a text, a price and a payment service's button."""
    thing = goods.thing()
    main = (
        f"<h1>{thing.name}</h1><img src='/img/{thing.number}.jpg'><p>{thing.description}</p><p>Prix : {theme.shown_price(thing)}</p><form action='https://paiement.example/cgi' method='post'>"
        f"<input type='hidden' name='item_name' value='{thing.name}'><input type='hidden' name='amount' value='{thing.decimal}'><input type='submit' value='Acheter'></form>"
    )
    return _sheet(theme, thing, main, marked)


@product
def with_neighbours(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    before, after = goods.things(2)
    walk = "".join(
        f"<a rel='{rel}' href='{theme.url('product', one).removeprefix(HOST)}'>{one.name}</a>"
        for rel, one in (("prev", before), ("next", after))
    )
    return _sheet(theme, thing, f"<nav class='product-nav'>{walk}</nav>" + theme.block(thing), marked)


@product
def with_cheaper_quantities(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("outillage")
    rows = "".join(
        f"<tr><td>dès {n} pièces</td><td>{theme.money(thing.cents * (100 - n) // 100)}</td></tr>" for n in (5, 10, 20)
    )
    return _sheet(theme, thing, theme.block(thing, options=f"<table class='degressif'>{rows}</table>"), marked)


@product
def workshop(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = Thing(90, "Stage de tournage, un week-end", "poterie", SHOP, 24000, None, goods.text(4))
    dates = '<select name="date"><option>12 et 13 avril 2025</option><option>10 et 11 mai 2025</option></select>'
    return _sheet(theme, thing, theme.block(thing, options=dates), marked)


@product
def pre_order(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("livres")
    block = theme.block(thing, stock="À paraître le 3 mars").replace("Ajouter au panier", "Précommander")
    return _sheet(theme, thing, block, marked)
