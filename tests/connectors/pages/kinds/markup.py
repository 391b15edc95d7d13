# ruff: noqa: E501  lines of HTML
"""Structured data for made-up pages, honest and misleading."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.connectors.pages.kinds.goods import Thing
from tests.connectors.pages.kinds.themes import HOST, SHOP, Theme


def script(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def product(theme: Theme, thing: Thing, *, url: bool = True, stock: str = "InStock") -> dict[str, object]:
    offer: dict[str, object] = {
        "@type": "Offer",
        "price": thing.decimal,
        "priceCurrency": "EUR",
        "availability": f"https://schema.org/{stock}",
    }
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": thing.name,
        "sku": f"REF-{thing.number}",
        "image": f"{HOST}/img/{thing.number}-{thing.slug}.jpg",
        "brand": {"@type": "Brand", "name": thing.brand},
        "offers": offer,
    }
    if url:
        found["url"] = offer["url"] = theme.url("product", thing)
    return found


def each(theme: Theme, things: Sequence[Thing], *, url: bool = True) -> str:
    """One Product for each card."""
    return script([product(theme, thing, url=url) for thing in things])


def item_list(theme: Theme, things: Sequence[Thing], *, whole: bool) -> str:
    """An ItemList: of whole Products, or of addresses."""
    items = [
        {"@type": "ListItem", "position": n, "item": product(theme, thing)}
        if whole
        else {"@type": "ListItem", "position": n, "url": theme.url("product", thing)}
        for n, thing in enumerate(things, 1)
    ]
    return script({"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items})


def snippet(name: str, things: Sequence[Thing]) -> str:
    """What SEO advice puts on categories for stars in search results: the whole category as one Product."""
    cents = [thing.cents for thing in things]
    return script(
        {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": name,
            "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4.7", "reviewCount": "212"},
            "offers": {
                "@type": "AggregateOffer",
                "lowPrice": f"{min(cents) / 100:.2f}",
                "highPrice": f"{max(cents) / 100:.2f}",
                "priceCurrency": "EUR",
                "offerCount": len(cents),
            },
        }
    )


def site() -> str:
    return script(
        {
            "@context": "https://schema.org",
            "@graph": [
                {"@type": "WebSite", "url": HOST, "name": SHOP},
                {"@type": "Store", "name": SHOP, "telephone": "0400000000", "priceRange": "€€"},
            ],
        }
    )


def crumbs(name: str) -> str:
    steps = [("Accueil", "/"), ("Poterie", "/poterie")]
    items = [
        {"@type": "ListItem", "position": n, "name": text, "item": HOST + path}
        for n, (text, path) in enumerate(steps, 1)
    ]
    items.append({"@type": "ListItem", "position": 3, "name": name})
    return script({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})


def posting(title: str, kind: str = "BlogPosting") -> str:
    return script(
        {
            "@context": "https://schema.org",
            "@type": kind,
            "headline": title,
            "datePublished": "2024-03-12",
            "author": {"@type": "Person", "name": "Camille Besson"},
        }
    )


def graph(kind: str, title: str, price: str | None = None) -> str:
    """Open Graph tags, `kind` as og:type."""
    tags = f'<meta property="og:type" content="{kind}"><meta property="og:title" content="{title}">'
    if price is not None:
        tags += f'<meta property="product:price:amount" content="{price}"><meta property="product:price:currency" content="EUR">'
    return tags


def microdata(theme: Theme, thing: Thing) -> str:
    """One Product of microdata around a card."""
    return (
        f'<span itemscope itemtype="https://schema.org/Product"><meta itemprop="name" content="{thing.name}"><link itemprop="url" '
        f'href="{theme.url("product", thing)}"><span itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta '
        f'itemprop="price" content="{thing.decimal}"><meta itemprop="priceCurrency" content="EUR"></span></span>'
    )
