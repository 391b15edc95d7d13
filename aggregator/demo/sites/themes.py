"""How each kind of simple site builds its pages and addresses.

Five that a crawler meets every day: structured data in JSON-LD, in microdata, Open Graph alone, a page that its own
scripts fill from JSON, and bare HTML of twenty years ago. All show the same things; none says them in the same place.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from ..model import Product, Term
from ..pricing import euros
from ..text import slugify
from .goods import AVAILABLE, Shown, Sold

_STOCK: Final = {"instock": "En stock", "outofstock": "Épuisé", "onbackorder": "Sur commande"}


@dataclass(frozen=True, slots=True)
class Theme:
    """One kind of site. `sitemap` is its path ("" = none), packed where it ends in .gz."""

    article: Callable[[Product], str]
    """The path and query of a product's page."""
    shelf: Callable[[Term, int], str]
    """The path and query of a category's page (counted from 1)."""
    head: Callable[[Shown, str], str]
    """What goes into a product page's <head>: the page's address is given."""
    body: Callable[[Shown, str], str]
    """The product page's own part, below the breadcrumb."""
    tile: Callable[[Shown, str], str]
    """One product in a list."""
    sitemap: str = ""
    encoding: str = "utf-8"
    robots: str | None = "User-agent: *\nDisallow: /panier\n"
    """None: there is none (404)."""


def _e(text: object) -> str:
    return html.escape(str(text))


def _price(sold: Sold, wrap: str = "span") -> str:
    """As a visitor reads it: "24,90 €", the old price crossed out before it."""
    if not sold.price:
        return "Prix sur demande"
    if float(sold.price) == 0:
        return "Gratuit"
    was = f"<del>{euros(sold.was)}&nbsp;€</del> " if sold.was else ""
    return f"{was}<{wrap}>{euros(sold.price)}&nbsp;€</{wrap}>"


def _choices(shown: Shown) -> str:
    """A list of values for each option that the variations differ by."""
    values: dict[str, list[str]] = {}
    for sold in shown.sold:
        for name, value in sold.options:
            if value not in values.setdefault(name, []):
                values[name].append(value)
    return "".join(
        f'<p><label>{_e(name)} <select name="{slugify(name)}">{"".join(f"<option>{_e(v)}</option>" for v in found)}'
        "</select></label></p>"
        for name, found in values.items()
    )


def _buy(shown: Shown) -> str:
    """The basket's button, or what stands in its place."""
    if shown.stock == "outofstock" or not shown.first.price:
        return '<p><a href="/contact">Nous contacter</a></p>'
    return (
        f'<form method="post" action="/panier"><input type="hidden" name="article" value="{shown.product.id}">'
        '<label>Quantité <input type="number" name="q" value="1" min="1"></label> '
        "<button>Ajouter au panier</button></form>"
    )


def _photos(shown: Shown) -> str:
    return "".join(
        f'<img src="/photos/{shown.product.id}-{n}.jpg" alt="" width="600" height="600">'
        for n in range(shown.product.images)
    )


def _script(value: Any, kind: str, identifier: str = "") -> str:
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    name = f' id="{identifier}"' if identifier else ""
    return f'<script{name} type="{kind}">{text}</script>'


def _plain_body(shown: Shown, url: str) -> str:
    """The usual page: photo, name, price, stock, button, text."""
    return (
        f'<div class="product"><div>{_photos(shown)}</div><div><h1>{_e(shown.name)}</h1>'
        f'<p class="price">{_price(shown.first)}</p>{_choices(shown)}<p class="stock">{_STOCK[shown.stock]}</p>'
        f"{_buy(shown)}{shown.text}</div></div>"
    )


def _plain_tile(shown: Shown, url: str) -> str:
    photo = f'<img src="/photos/{shown.product.id}-0.jpg" alt="" width="600" height="600" loading="lazy">'
    image = photo if shown.product.images else ""
    return (
        f'<li class="card"><a href="{_e(url)}">{image}{_e(shown.name)}</a><br>'
        f'<span class="price">{_price(shown.first)}</span></li>'
    )


# -- structured data in JSON-LD ------------------------------------------------------------------------------------


def _offer(sold: Sold, url: str) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "url": url,
        "price": sold.price,
        "priceCurrency": "EUR",
        "availability": f"https://schema.org/{AVAILABLE[sold.stock]}",
        "itemCondition": "https://schema.org/NewCondition",
    }


def _coded(sold: Sold) -> dict[str, Any]:
    found = {"sku": sold.sku} if sold.sku else {}
    return found | ({"gtin13": sold.gtin} if sold.gtin else {})


def _json_ld_head(shown: Shown, url: str) -> str:
    photos = [f"/photos/{shown.product.id}-{n}.jpg" for n in range(shown.product.images)]
    about: dict[str, Any] = {"name": shown.name, "description": shown.plain, "url": url, "image": photos}
    if shown.brand:
        about["brand"] = {"@type": "Brand", "name": shown.brand}
    if len(shown.sold) == 1:
        product = {"@type": "Product", "@id": f"{url}#product", **about, **_coded(shown.first)}
        if shown.first.price:
            product["offers"] = _offer(shown.first, url)
    else:
        variants = [
            {
                "@type": "Product",
                "name": f"{shown.name} – {', '.join(value for _, value in sold.options)}",
                **_coded(sold),
                "additionalProperty": [
                    {"@type": "PropertyValue", "name": name, "value": value} for name, value in sold.options
                ],
                "offers": _offer(sold, f"{url}?v={sold.number}"),
            }
            for sold in shown.sold
        ]
        group = str(shown.product.id)
        product = {
            "@type": "ProductGroup",
            "@id": f"{url}#product",
            "productGroupID": group,
            **about,
            "hasVariant": variants,
        }
    crumbs = [
        {"@type": "ListItem", "position": n, "name": term.name, "item": f"/rayon/{term.slug}"}
        for n, term in enumerate(shown.path, 1)
    ]
    page = {"@type": "WebPage", "@id": url, "mainEntity": {"@id": f"{url}#product"}}
    graph = [page, product, {"@type": "BreadcrumbList", "itemListElement": crumbs}]
    return _script({"@context": "https://schema.org", "@graph": graph}, "application/ld+json")


JSON_LD: Final = Theme(
    article=lambda product: f"/p/{quote(product.slug)}",
    shelf=lambda term, page: f"/rayon/{quote(term.slug)}" + (f"?page={page}" if page > 1 else ""),
    head=_json_ld_head,
    body=_plain_body,
    tile=_plain_tile,
    sitemap="/sitemap.xml",
)

# -- microdata -----------------------------------------------------------------------------------------------------


def _micro_offer(sold: Sold) -> str:
    """What the offer's element holds: nothing that a machine can read where there is no price."""
    if not sold.price:
        return _price(sold)
    was = f'<span class="old-price">{euros(sold.was)} €</span> ' if sold.was else ""
    return (
        f'<meta itemprop="priceCurrency" content="EUR">{was}'
        f'<span itemprop="price" content="{sold.price}">{euros(sold.price)} €</span>'
        f'<link itemprop="availability" href="http://schema.org/{AVAILABLE[sold.stock]}">'
    )


def _micro_body(shown: Shown, url: str) -> str:
    sold = shown.first
    brand = (
        f'<p>Marque : <span itemprop="brand" itemscope itemtype="http://schema.org/Brand"><span itemprop="name">'
        f"{_e(shown.brand)}</span></span></p>"
        if shown.brand
        else ""
    )
    codes = f'<p>Réf. <span itemprop="sku">{_e(sold.sku)}</span></p>' if sold.sku else ""
    codes += f'<meta itemprop="gtin13" content="{_e(sold.gtin)}">' if sold.gtin else ""
    photos = "".join(
        f'<img itemprop="image" src="/photos/{shown.product.id}-{n}.jpg" alt="" width="600" height="600">'
        for n in range(shown.product.images)
    )
    return (
        '<div class="product" itemscope itemtype="http://schema.org/Product">'
        f'<div>{photos}</div><div><h1 itemprop="name">{_e(shown.name)}</h1>'
        f'<div class="price" itemprop="offers" itemscope itemtype="http://schema.org/Offer">{_micro_offer(sold)}</div>'
        f"{_choices(shown)}<p>{_STOCK[shown.stock]}</p>{_buy(shown)}{brand}{codes}"
        f'<div itemprop="description">{shown.text}</div></div></div>'
    )


def _micro_tile(shown: Shown, url: str) -> str:
    """A Product of its own in each tile, as many themes have it: a list is not a product for all that."""
    return (
        '<li class="card" itemscope itemtype="http://schema.org/Product">'
        f'<a itemprop="url" href="{_e(url)}"><img itemprop="image" src="/photos/{shown.product.id}-0.jpg" alt="" '
        f'width="600" height="600" loading="lazy"><span itemprop="name">{_e(shown.name)}</span></a>'
        '<div class="price" itemprop="offers" itemscope itemtype="http://schema.org/Offer">'
        f"{_micro_offer(shown.first)}</div></li>"
    )


MICRODATA: Final = Theme(
    article=lambda product: f"/{product.id}-{quote(product.slug)}.html",
    shelf=lambda term, page: f"/c{term.id}-{quote(term.slug)}" + (f"/page-{page}" if page > 1 else ""),
    head=lambda shown, url: "",
    body=_micro_body,
    tile=_micro_tile,
)

# -- Open Graph alone ----------------------------------------------------------------------------------------------


def _meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{_e(value)}">' if value else ""


def _open_graph_head(shown: Shown, url: str) -> str:
    words = {"instock": "in stock", "outofstock": "out of stock", "onbackorder": "available for order"}
    sold = shown.first
    photo = f"/photos/{shown.product.id}-0.jpg" if shown.product.images else ""
    return "".join(
        (
            _meta("og:type", "product"),
            _meta("og:title", shown.name),
            _meta("og:url", url),
            _meta("og:image", photo),
            _meta("og:description", shown.plain[:200]),
            _meta("product:brand", shown.brand),
            _meta("product:availability", words[shown.stock]),
            _meta("product:price:amount", sold.price),
            _meta("product:price:currency", "EUR" if sold.price else ""),
            _meta("product:retailer_item_id", sold.sku),
        )
    )


OPEN_GRAPH: Final = Theme(
    article=lambda product: f"/atelier/{quote(product.slug)}/",
    shelf=lambda term, page: f"/collection/{quote(term.slug)}/" + (f"page/{page}/" if page > 1 else ""),
    head=_open_graph_head,
    body=_plain_body,
    tile=_plain_tile,
    sitemap="/plan-du-site.xml.gz",
)

# -- a page that its own scripts fill ------------------------------------------------------------------------------


def _state_head(shown: Shown, url: str) -> str:
    first = shown.first
    product: dict[str, Any] = {
        "id": shown.product.id,
        "slug": shown.product.slug,
        "name": shown.name,
        "brand": {"name": shown.brand} if shown.brand else None,
        "description": shown.text,
        "images": [{"url": f"/photos/{shown.product.id}-{n}.jpg"} for n in range(shown.product.images)],
        "currency": "EUR",
        "price": float(first.price) if first.price else None,
        "compareAtPrice": float(first.was) if first.was else None,
        "sku": first.sku or None,
        "ean": first.gtin or None,
        "inStock": shown.stock == "instock",
    }
    if len(shown.sold) > 1:
        product["variants"] = [
            {
                "id": sold.number,
                "sku": sold.sku or None,
                "ean": sold.gtin or None,
                "price": float(sold.price) if sold.price else None,
                "compareAtPrice": float(sold.was) if sold.was else None,
                "inStock": sold.stock == "instock",
                "options": [{"name": name, "value": value} for name, value in sold.options],
            }
            for sold in shown.sold
        ]
    state = {"props": {"pageProps": {"product": product}}, "page": "/produits/[slug]", "buildId": "b7"}
    return _script(state, "application/json", "__NEXT_DATA__")


STATE: Final = Theme(
    article=lambda product: f"/produits/{quote(product.slug)}",
    shelf=lambda term, page: f"/categories/{quote(term.slug)}" + (f"?p={page}" if page > 1 else ""),
    head=_state_head,
    # what the server renders: the price and the button come by script
    body=lambda shown, url: (
        f'<div id="fiche" class="product"><div>{_photos(shown)}</div><h1>{_e(shown.name)}</h1></div>'
    ),
    tile=lambda shown, url: f'<li class="card"><a href="{_e(url)}">{_e(shown.name)}</a></li>',
    sitemap="/sitemap_index.xml",
)

# -- bare HTML -----------------------------------------------------------------------------------------------------


def _bare_body(shown: Shown, url: str) -> str:
    sold = shown.first
    rows = [f"<tr><td>Référence</td><td>{_e(sold.sku)}</td></tr>"] if sold.sku else []
    rows += [f"<tr><td>Marque</td><td>{_e(shown.brand)}</td></tr>"] if shown.brand else []
    button = (
        f'<form action="panier.php" method="post"><input type="hidden" name="id" value="{shown.product.id}">'
        '<input type="text" name="qte" value="1" size="2"> <input type="submit" value="Ajouter au panier"></form>'
        if shown.stock != "outofstock" and sold.price
        else "<p>Pour tout renseignement, téléphonez-nous.</p>"
    )
    return (
        '<table border="0" cellpadding="8"><tr><td valign="top">'
        f"{_photos(shown)}</td><td valign=top><h2><font color=#844>{_e(shown.name)}</font></h2>"
        f"<p><b>{_price(sold, 'font')}</b></p><p>{_STOCK[shown.stock]}</p>{button}"
        f'<table border="1">{"".join(rows)}</table>{shown.text}</td></tr></table>'
    )


def _bare_tile(shown: Shown, url: str) -> str:
    return (
        f'<li><a href="{_e(url.rpartition("/")[2])}"><img src="photos/{shown.product.id}-0.jpg" width="120" alt=""></a>'
        f'<br><a href="{_e(url.rpartition("/")[2])}">{_e(shown.name)}</a><br>{_price(shown.first, "b")}</li>'
    )


BARE: Final = Theme(
    article=lambda product: f"/article.php?id={product.id}",
    shelf=lambda term, page: f"/rayon.php?r={term.id}" + (f"&page={page}" if page > 1 else ""),
    head=lambda shown, url: "",
    body=_bare_body,
    tile=_bare_tile,
    encoding="windows-1252",
    robots=None,
)

THEMES: Final[dict[str, Theme]] = {
    "json-ld": JSON_LD,
    "microdata": MICRODATA,
    "open-graph": OPEN_GRAPH,
    "state": STATE,
    "bare": BARE,
}
