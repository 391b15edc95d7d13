"""The structured data of a product page, with WooCommerce's peculiarities (measured on 9.9.5).

The price stands in offers[0].priceSpecification[0].price and nowhere nearer; names and descriptions are escaped twice;
without a price, or behind a password, only the breadcrumb is there.
"""

from __future__ import annotations

import html
import re
from typing import Any

from .pricing import decimals
from .render import View

_STOCK = {"instock": "InStock", "outofstock": "OutOfStock", "onbackorder": "BackOrder"}
_UNTIL = "2027-12-31"


def crumbs_of(view: View) -> list[tuple[str, str]]:
    """(name, address) from the shop's home down to the deepest category of the product."""
    known = view.site.categories
    term = max(view.terms("categories"), key=lambda t: (t.parent > 0, t.id), default=None)
    chain: list[tuple[str, str]] = []
    while term:
        chain.insert(0, (term.name, view.site.category_link(term)))
        term = known.get(term.parent)
    return [("Accueil", view.site.base_url), *chain]


def product_data(view: View) -> dict[str, Any]:
    """The page's one JSON-LD object: a breadcrumb alone, or a graph of breadcrumb and product."""
    context = "https://schema.org/"
    trail = [*crumbs_of(view), (view.product.name, view.permalink)]
    crumbs = {
        "@context": context,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "item": {"name": name, "@id": url}}
            for n, (name, url) in enumerate(trail, 1)
        ],
    }
    if view.net.active == "" or view.product.post_password:
        return crumbs
    return {"@context": context, "@graph": [crumbs, {"@context": context, **_product(view)}]}


def _product(view: View) -> dict[str, Any]:
    p, images = view.product, view.images(sizes=False)
    text = re.sub(r"<[^>]+>", "", p.short_description or view.description).strip()
    data: dict[str, Any] = {
        "@type": "Product",
        "@id": f"{view.permalink}#product",
        "name": html.escape(p.name, quote=False),
        "url": view.permalink,
        "description": html.escape(text, quote=False),
    }
    data |= {"image": images[0]["src"]} if images else {}
    data |= {"sku": view.sku or p.id}
    data |= {"gtin": p.global_unique_id} if p.global_unique_id else {}
    return data | {"offers": [_offer(view)]}


def _specification(view: View, price: str, kind: str = "") -> dict[str, Any]:
    data = {
        "@type": "UnitPriceSpecification",
        "price": decimals(price),
        "priceCurrency": "EUR",
        "valueAddedTaxIncluded": not view.site.options.prices_exclude_tax,
        "validThrough": _UNTIL,
    }
    return data | ({"priceType": f"https://schema.org/{kind}"} if kind else {})


def _offer(view: View) -> dict[str, Any]:
    """Prices as typed: without tax where the shop types them so."""
    net, p = view.net, view.product
    offer: dict[str, Any] = {"@type": "Offer", "priceSpecification": [_specification(view, net.active)]}
    if p.type == "simple" and net.on_sale:
        offer["priceSpecification"].append(_specification(view, net.regular, "ListPrice"))
    if p.type == "variable" and net.low != net.high:
        offer = {
            "@type": "AggregateOffer",
            "lowPrice": decimals(net.low),
            "highPrice": decimals(net.high),
            "offerCount": len([c for c in view.family if c.status == "publish"]),
            "priceCurrency": "EUR",
        }
        if net.on_sale:
            offer["priceSpecification"] = [_specification(view, net.low, "SalePrice")]
    return offer | {
        "priceValidUntil": _UNTIL,
        "availability": f"http://schema.org/{_STOCK[view.stock_status]}",
        "url": view.permalink,
        "seller": {"@type": "Organization", "name": view.site.state.catalogue.name, "url": view.site.base_url},
    }
