# ruff: noqa: E501  lines of HTML
"""A third set, written after the rules were tuned on the first two: shops in English, German and Arabic, and markup that
plugins get wrong."""

from __future__ import annotations

from tests.connectors.pages.kinds import markup
from tests.connectors.pages.kinds.goods import Goods, Thing
from tests.connectors.pages.kinds.samples import Sample, other, product
from tests.connectors.pages.kinds.themes import HOST, Theme

_PLAIN = f"{HOST}/x/17"


def _dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def _german(cents: int) -> str:
    return f"{cents / 100:.2f}".replace(".", ",") + " €&nbsp;*"


def _page(title: str, main: str, *, head: str = "", url: str = _PLAIN) -> Sample:
    menu = "".join(f'<li><a href="/d/{n}">{name}</a></li>' for n, name in enumerate(("Women", "Men", "Home", "Sale")))
    body = (
        f'<header><div class="promo">Free shipping on orders over $50</div><a class="logo" href="/"><svg></svg></a><nav><ul>{menu}</ul></nav><form action="/s"><input type="search" name="q"></form><a href="/bag">Bag (0)</a></header>'
        f'<main>{main}</main><footer><a href="/help">Help</a><form><input type="email"><button>Sign up</button></form></footer>'
    )
    return Sample(
        url,
        f'<html lang="en"><head><title>{title} | Brickfield</title>{head}</head><body class="no-js">{body}</body></html>'.encode(),
    )


def _tile(one: Thing, price: str, *, button: str = "", tag: str = "div") -> str:
    return f'<{tag} class="pli"><a href="/i/{one.slug}"><picture><img src="/{one.number}.webp" alt=""></picture><span class="t">{one.name}</span></a><span class="v">{price}</span>{button}</{tag}>'


@other("listing")
def english_grid_with_quick_add(goods: Goods, theme: Theme, marked: bool) -> Sample:
    tiles = "".join(
        _tile(one, f"From {_dollars(one.cents)}", button="<button>Quick add</button>") for one in goods.things(14)
    )
    bounds = "".join(
        f"<label><input type='checkbox'> {_dollars(n * 2000)} to {_dollars(n * 2000 + 2000)} (4)</label>"
        for n in range(4)
    )
    return _page("Bowls", f"<h1>Bowls</h1><aside><h3>Price</h3>{bounds}</aside><div class='g'>{tiles}</div>")


@other("listing")
def german_grid(goods: Goods, theme: Theme, marked: bool) -> Sample:
    tiles = "".join(
        _tile(one, _german(one.cents), button="<button>In den Warenkorb</button>", tag="li") for one in goods.things(9)
    )
    return _page(
        "Geschirr",
        f"<h2>Geschirr</h2><div>Sortieren nach <select><option>Preis</option></select></div><ul>{tiles}</ul><p>* inkl. MwSt. zzgl. Versandkosten ab 4,90 €</p>",
    )


@other("home|listing")
def home_with_promises(goods: Goods, theme: Theme, marked: bool) -> Sample:
    tiles = "".join(
        f'<a class="tile" href="/d/{n}"><img src="/d{n}.jpg"><h3>{name}</h3></a>'
        for n, name in enumerate(("New in", "Sale", "Gifts", "Denim"))
    )
    return _page(
        "Brickfield: everyday things",
        f"<section><h1>$20 off your first order</h1><a href='/d/1'>Shop now</a></section>{tiles}",
        url=f"{HOST}/",
    )


@other("article")
def magazine_with_its_look(goods: Goods, theme: Theme, marked: bool) -> Sample:
    tiles = "".join(_tile(one, _dollars(one.cents)) for one in goods.things(4))
    main = f"<article><h1>Five ways to wear it</h1><p>By <a rel='author' href='/a/1'>Camille Besson</a></p>{goods.paragraphs(6)}<h3>Shop the look</h3>{tiles}</article>"
    return _page(
        "Five ways to wear it",
        main,
        head=markup.graph("article", "Five ways to wear it") + markup.posting("Five ways to wear it", "NewsArticle"),
    )


@other("listing")
def grid_whose_products_all_have_its_address(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A plugin marks up each card with the address of the category."""
    things = goods.things(6)
    data = [markup.product(theme, one, url=False) | {"url": _PLAIN} for one in things]
    return _page(
        "Bowls", f"<h1>Bowls</h1>{''.join(_tile(one, _dollars(one.cents)) for one in things)}", head=markup.script(data)
    )


@other("listing")
def grid_marked_up_as_its_first_product(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(8)
    head = markup.script(markup.product(theme, things[0], url=False)) + markup.graph("product", things[0].name)
    return _page("Bowls", f"<h1>Bowls</h1>{''.join(_tile(one, _dollars(one.cents)) for one in things)}", head=head)


@other("listing")
def page_of_a_seller(goods: Goods, theme: Theme, marked: bool) -> Sample:
    tiles = "".join(_tile(one, _dollars(one.cents)) for one in goods.things(10))
    return _page(
        "Atelier Corbin",
        f"<h1>Atelier Corbin</h1><p>On the market since 2014, 1,204 sales</p><button>Favorite shop</button>{tiles}<section><h2>Reviews</h2>{goods.paragraphs(4)}</section>",
    )


@other("other|listing")
def plans_and_pricing(goods: Goods, theme: Theme, marked: bool) -> Sample:
    plans = "".join(
        f'<div class="plan"><h3>{name}</h3><p class="price">{_dollars(cents)}/month</p><ul><li>10 boxes</li></ul><a class="btn" href="/signup?plan={name}">Buy now</a></div>'
        for name, cents in (("Basic", 900), ("Plus", 1900), ("Pro", 4900))
    )
    return _page("Pricing", f"<h1>Plans and pricing</h1>{plans}")


@other("listing")
def table_of_ads(goods: Goods, theme: Theme, marked: bool) -> Sample:
    rows = "".join(
        f'<tr><td>12 May</td><td><a href="/ad/{one.number}">{one.name}, hardly used</a></td><td>{_dollars(one.cents)}</td><td>Leeds</td></tr>'
        for one in goods.things(12)
    )
    return _page("Tools for sale", f"<h1>Tools for sale</h1><table>{rows}</table>")


@other("account")
def english_bag(goods: Goods, theme: Theme, marked: bool) -> Sample:
    rows = "".join(
        f'<li><img src="/{one.number}.webp"><a href="/i/{one.slug}">{one.name}</a><select name="qty_{n}"><option>1</option></select><span>{_dollars(one.cents)}</span><button>Remove</button></li>'
        for n, one in enumerate(goods.things(1))
    )
    return _page(
        "Shopping bag",
        f"<h1>Your bag (1)</h1><ul>{rows}</ul><p>Subtotal $12.00</p><a class='btn' href='/checkout'>Checkout</a>",
        url=f"{HOST}/bag",
    )


@product
def english_sheet(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing("chaussures")
    recs = "".join(_tile(one, _dollars(one.cents)) for one in goods.things(6))
    sizes = "".join(f"<button>{n}</button>" for n in (6, 7, 8))
    main = f"<section class='recs'><h2>Recommended for you</h2>{recs}</section><div><img src='/{thing.number}.webp'><h1>{thing.name}</h1><span>{_dollars(thing.cents)}</span>{sizes}<button>Add to Bag</button><p>{thing.description}</p></div>"
    return _page(thing.name, main)


@product
def german_sheet(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    also = "".join(
        _tile(one, _german(one.cents), button="<button>In den Warenkorb</button>") for one in goods.things(5)
    )
    main = f"<h1>{thing.name}</h1><img src='/{thing.number}.webp'><strong>{_german(thing.cents)}</strong><p>Sofort lieferbar</p><button>In den Warenkorb</button><p>{thing.description}</p><h3>Kunden kauften auch</h3>{also}<p>* inkl. MwSt.</p>"
    return _page(thing.name, main)


@product
def arabic_sheet(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = "<h1>خزان ماء عمودي</h1><img src='/1.webp'><h2>250 ر.س</h2><button>إضافة للسلة</button><p>السعة ٥٠٠ لتر</p>"
    return _page("خزان ماء عمودي", main)


@product
def marked_up_with_a_foreign_address(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """The markup gives the address of the brand's own site."""
    thing = goods.thing()
    data = markup.product(theme, thing) | {"url": "https://marque.example/p/9"}
    return _page(
        thing.name,
        f"<h1>{thing.name}</h1><img src='/1.webp'><p>{_dollars(thing.cents)}</p><button>Add to cart</button>",
        head=markup.script(data),
    )


@product
def in_a_collection_page(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """An SEO plugin calls every page a CollectionPage with an ItemList."""
    thing, others = goods.thing(), goods.things(4)
    head = (
        markup.script({"@context": "https://schema.org", "@type": "CollectionPage", "name": thing.name})
        + markup.item_list(theme, others, whole=False)
        + markup.script(markup.product(theme, thing))
    )
    return _page(
        thing.name,
        f"<h1>{thing.name}</h1><img src='/1.webp'><p>{_dollars(thing.cents)}</p><button>Add to cart</button>{''.join(_tile(one, _dollars(one.cents)) for one in others)}",
        head=head,
    )


@product
def with_a_price_in_pieces(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    main = f"<h1>{thing.name}</h1><img src='/1.webp'><span class='p'><sup>$</sup><span>{thing.cents // 100}</span><sup>{thing.cents % 100:02d}</sup></span><input type='submit' value='Add to trolley'>"
    return _page(thing.name, main)
