# ruff: noqa: E501  lines of HTML
"""Pages that show many products, one, or the way to them: all of them listings or home pages."""

from __future__ import annotations

from tests.connectors.pages.kinds import markup
from tests.connectors.pages.kinds.goods import Goods
from tests.connectors.pages.kinds.samples import Sample, other
from tests.connectors.pages.kinds.themes import HOST, SHOP, Theme


def _listing(
    goods: Goods,
    theme: Theme,
    marked: bool,
    count: int,
    *,
    kind: str = "category",
    title: str = "Poterie",
    head: str = "",
    below: str = "",
    controls: bool = True,
) -> Sample:
    things = goods.things(count, "poterie")
    controls = controls and count > 0
    main = (
        f"<h1>{title}</h1>{theme.sort if controls else ''}{theme.tiles(things)}{theme.pager if controls else ''}{below}"
    )
    return Sample(theme.url(kind), theme.page(kind, title, main, head=head, marked=marked))


@other("listing")
def category(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 12)


@other("listing")
def category_without_controls(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 5, controls=False)


@other("listing")
def category_of_one(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 1)


@other("listing")
def category_of_two_with_a_long_text(goods: Goods, theme: Theme, marked: bool) -> Sample:
    text = f"<div class='seo'><h2>Bien choisir sa poterie</h2>{goods.paragraphs(6)}<h2>Questions fréquentes</h2>{goods.paragraphs(3)}</div>"
    return _listing(goods, theme, marked, 2, below=text, controls=False)


@other("listing")
def category_with_a_product_on_each_tile(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(9, "poterie")
    main = f"<h1>Poterie</h1>{theme.sort}{theme.tiles(things)}{theme.pager}"
    return Sample(
        theme.url("category"), theme.page("category", "Poterie", main, head=markup.each(theme, things), marked=marked)
    )


@other("listing")
def category_of_one_with_its_product(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("poterie")
    main = f"<h1>Poterie</h1>{theme.sort}{theme.tiles([thing])}"
    head = markup.script(markup.product(theme, thing))
    return Sample(theme.url("category"), theme.page("category", "Poterie", main, head=head, marked=marked))


@other("listing")
def category_with_products_without_addresses(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(8, "poterie")
    main = f"<h1>Poterie</h1>{theme.tiles(things)}"
    head = "".join(markup.script(markup.product(theme, thing, url=False)) for thing in things)
    return Sample(theme.url("category"), theme.page("category", "Poterie", main, head=head, marked=marked))


@other("listing")
def category_with_an_item_list(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(9, "poterie")
    main = f"<h1>Poterie</h1>{theme.tiles(things)}{theme.pager}"
    head = markup.item_list(theme, things, whole=goods.random.random() < 0.5)
    return Sample(theme.url("category"), theme.page("category", "Poterie", main, head=head, marked=marked))


@other("listing")
def category_marked_up_as_one_product(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(12, "poterie")
    main = f"<h1>Poterie artisanale</h1>{theme.sort}{theme.tiles(things)}{theme.pager}"
    head = markup.snippet("Poterie artisanale", things) + markup.crumbs("Poterie artisanale")
    return Sample(theme.url("category"), theme.page("category", "Poterie artisanale", main, head=head, marked=marked))


@other("listing")
def category_that_og_calls_a_product(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 9, head=markup.graph("product", "Poterie"))


@other("listing")
def category_with_microdata_on_tiles(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(8, "poterie")
    main = f"<h1>Poterie</h1>{theme.tiles(things)}" + "".join(markup.microdata(theme, thing) for thing in things)
    return Sample(theme.url("category"), theme.page("category", "Poterie", main, marked=marked))


@other("listing")
def category_of_categories(goods: Goods, theme: Theme, marked: bool) -> Sample:
    links = "".join(
        f'<div class="sous-rayon"><a href="{theme.url("category", category=name).removeprefix(HOST)}"><img src="/img/{name}.jpg"><h3>{name}</h3></a></div>'
        for name in ("bols", "theieres", "vases", "assiettes", "pichets", "plats")
    )
    main = f"<h1>Poterie</h1><p>{goods.text(2)}</p><div class='sous-rayons'>{links}</div>"
    return Sample(theme.url("category"), theme.page("category", "Poterie", main, marked=marked))


@other("listing")
def second_page(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 12, kind="next", title="Poterie - page 2")


@other("listing")
def brand(goods: Goods, theme: Theme, marked: bool) -> Sample:
    text = f"<p>{goods.text(5)}</p>"
    return _listing(goods, theme, marked, 6, kind="brand", title="Kermadec", below=text, controls=False)


@other("listing")
def promotions(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 10, kind="tag", title="Promotions")


@other("listing")
def search(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 12, kind="search", title="Résultats de recherche pour « bol »")


@other("listing")
def search_with_one_result(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _listing(goods, theme, marked, 1, kind="search", title="1 résultat pour « bol »", controls=False)


@other("listing|other")
def search_without_result(goods: Goods, theme: Theme, marked: bool) -> Sample:
    best = theme.beside(goods.things(4), "Nos meilleures ventes")
    main = f"<h1>Aucun résultat pour « samovar »</h1><p>Essayez avec d'autres mots.</p>{best}"
    return Sample(theme.url("search"), theme.page("search", "Recherche", main, marked=marked))


@other("listing|other")
def category_without_product(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = "<h1>Poterie</h1><p>Aucun produit ne correspond à votre sélection.</p>"
    return Sample(theme.url("category"), theme.page("category", "Poterie", main, marked=marked))


@other("listing")
def category_of_drafts_in_words(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A hand-made list without any blocks: titles, prices and rules, one after the other."""
    rows = "".join(
        f'<h3><a href="{theme.url("product", thing).removeprefix(HOST)}">{thing.name}</a></h3><p>{goods.text(1)}</p><p>Prix : {theme.money(thing.cents)}</p><hr>'
        for thing in goods.things(7, "poterie")
    )
    return Sample(
        theme.url("category"), theme.page("category", "Poterie", f"<h1>Nos poteries</h1>{rows}", marked=marked)
    )


@other("listing|other")
def price_list(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A table of prices without any link."""
    rows = "".join(f"<tr><td>{thing.name}</td><td>{theme.money(thing.cents)}</td></tr>" for thing in goods.things(14))
    main = f"<h1>Nos tarifs</h1><table>{rows}</table>"
    return Sample(theme.url("page"), theme.page("page", "Nos tarifs", main, marked=marked))


@other("home")
def home(goods: Goods, theme: Theme, marked: bool) -> Sample:
    hero = '<div class="slider"><a href="/promos"><img src="/img/soldes.jpg"><h2>Les soldes ont commencé</h2></a></div>'
    lists = theme.beside(goods.things(8), "Nouveautés") + theme.beside(goods.things(8), "Meilleures ventes")
    main = f"{hero}{lists}<div class='presentation'>{goods.paragraphs(2)}</div>"
    return Sample(
        HOST + "/", theme.page("home", "Artisanat des quatre coins du plateau", main, head=markup.site(), marked=marked)
    )


@other("home")
def home_of_one_product(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    main = (
        f'<section class="hero"><h1>{thing.name}</h1><p>{goods.text(2)}</p><p class="price">{theme.shown_price(thing)}</p>'
        f'<a class="btn" href="{theme.url("product", thing).removeprefix(HOST)}">Commander</a></section><section>{goods.paragraphs(3)}</section>'
    )
    return Sample(HOST + "/", theme.page("home", thing.name, main, head=markup.site(), marked=marked))


@other("home")
def home_that_sells_its_star(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """The whole product block, with its form and its markup, and a carousel below."""
    thing = goods.thing()
    main = theme.block(thing) + theme.beside(goods.things(4), "Nos autres créations")
    head = markup.script(markup.product(theme, thing)) + markup.site()
    return Sample(HOST + "/", theme.page("home", SHOP, main, head=head, marked=marked))


@other("home")
def home_with_stars_in_its_snippet(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(6)
    head = markup.snippet(SHOP, things) + markup.graph("product", SHOP)
    return Sample(
        HOST + "/index.php", theme.page("home", SHOP, f"<h1>{SHOP}</h1>{theme.tiles(things)}", head=head, marked=marked)
    )


@other("home")
def home_in_words(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = f"<h1>Bienvenue</h1>{goods.paragraphs(2)}<p>Ouvert du mardi au samedi. Bols à partir de 18 €.</p>"
    return Sample(HOST, theme.page("home", "Bienvenue", main, marked=marked))


@other("home|listing")
def home_in_a_language(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = theme.beside(goods.things(6), "Coups de cœur") + f"<p>{goods.text(2)}</p>"
    return Sample(HOST + "/fr/", theme.page("home", SHOP, main, marked=marked))


@other("listing|article|other")
def gift_guide(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(6)
    main = f"<h1>Dix idées de cadeaux pour la fête des mères</h1>{goods.paragraphs(2)}{theme.tiles(things)}{goods.paragraphs(2)}"
    return Sample(theme.url("page"), theme.page("page", "Idées cadeaux", main, marked=marked))
