"""Simple sites on loopback: pages of our own making, served as `tests.support.hostile` serves, and worse where asked.

with shop_site(products=12) as site:
    crawl = spider.crawl(site)
"""

from __future__ import annotations

import gzip
import html
import json
import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from tests.support.hostile import Behaviour, HostileServer, Line, Seen, reply

WARES = ("Cruche", "Bol", "Vase", "Saladier", "Pichet", "Assiette", "Tasse", "Théière")
GLAZES = ("bleue", "blanche", "verte", "brune", "ocre", "grise", "rouge", "noire")
Routing = Callable[[str], Behaviour | None]


@dataclass(frozen=True, slots=True)
class Ware:
    """One product of a site."""

    number: int

    @property
    def name(self) -> str:
        return f"{WARES[self.number % len(WARES)]} {GLAZES[self.number // len(WARES) % len(GLAZES)]} n° {self.number}"

    @property
    def price(self) -> str:
        return f"{10 + self.number % 90}.50"

    @property
    def path(self) -> str:
        return f"/produit/piece-{self.number}"


def document(title: str, body: str, head: str = "") -> bytes:
    """A page as a small shop's system would make it, menu and footer included."""
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)} - Poterie du Lac</title>{head}</head><body>"
        '<header><a href="/">Poterie du Lac</a><nav class="menu"><ul><li><a href="/pieces">Toutes les pièces</a></li>'
        '<li><a href="/contact">Contact</a></li><li><a href="/panier">Panier</a></li></ul></nav></header>'
        f"<main>{body}</main><footer><p>Poterie du Lac, atelier ouvert du mardi au samedi.</p>"
        '<a href="/mentions-legales">Mentions légales</a></footer></body></html>'
    ).encode()


def product_page(ware: Ware, *, filler: str = "", links: str = "") -> bytes:
    """A product with JSON-LD, its price and a cart button."""
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": ware.name,
        "sku": f"P-{ware.number}",
        "description": f"{ware.name}, tournée et émaillée à la main.",
        "offers": {
            "@type": "Offer",
            "price": ware.price,
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
        },
    }
    shown = ware.price.replace(".", ",")
    return document(
        ware.name,
        f'<article class="product"><h1>{html.escape(ware.name)}</h1><p class="price">{shown} €</p>'
        f"<p>Tournée et émaillée à la main dans notre atelier. {filler}</p>"
        '<form method="post" action="/panier"><button type="submit" name="add">Ajouter au panier</button></form>'
        f"<p>En stock</p></article>{links}",
        f'<script type="application/ld+json">{json.dumps(data)}</script>',
    )


def listing_page(title: str, wares: Iterable[Ware], more: str | None = None) -> bytes:
    """Product cards, and the way to the next page."""
    cards = "".join(
        f'<li class="product-card"><a href="{ware.path}"><h2>{html.escape(ware.name)}</h2></a>'
        f'<span class="price">{ware.price.replace(".", ",")} €</span></li>'
        for ware in wares
    )
    following = f'<nav class="pagination"><a rel="next" href="{html.escape(more)}">Suivant</a></nav>' if more else ""
    return document(title, f'<h1>{html.escape(title)}</h1><ul class="products">{cards}</ul>{following}')


def html_reply(body: bytes, headers: dict[str, str] | None = None, *, packed: bool = False) -> Behaviour:
    """A page, as UTF-8; `packed` with gzip."""
    extra = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
    if packed:
        return reply(200, gzip.compress(body, 1), {**extra, "Content-Encoding": "gzip"})
    return reply(200, body, extra)


def text_reply(text: str, kind: str = "text/plain", status: int = 200) -> Behaviour:
    return reply(status, text.encode(), {"Content-Type": f"{kind}; charset=utf-8"})


def sitemap(addresses: Iterable[str], lastmod: str | None = None) -> str:
    dated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    entries = "".join(f"<url><loc>{html.escape(address)}</loc>{dated}</url>" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    )


def sitemap_index(addresses: Iterable[str]) -> str:
    entries = "".join(f"<sitemap><loc>{html.escape(address)}</loc></sitemap>" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
    )


class _Routes(dict[str, Behaviour]):
    """Fixed routes first, then what `more` makes of the request's target."""

    def __init__(self, routes: dict[str, Behaviour], more: Routing | None) -> None:
        super().__init__(routes)
        self._more = more

    def get(self, path: str, otherwise: Behaviour | None = None) -> Behaviour:  # type: ignore[override]
        def behave(line: Line, request: Seen) -> None:
            known = self[path] if path in self else self._more(request.target) if self._more is not None else None
            (known or otherwise or reply(404, b"not found"))(line, request)

        return behave


class SiteServer(HostileServer):
    """A site: routes by path, and `more(target)` (path and query) for the rest; 404 where both give nothing."""

    def __init__(
        self, routes: dict[str, Behaviour], more: Routing | None = None, *, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(tls=tls)
        self.routes = _Routes(routes, more)

    def route(self, path: str, behaviour: Behaviour) -> Self:
        self.routes[path] = behaviour
        return self

    def asked(self, beginning: str = "/") -> list[str]:
        """Targets that were asked for, in order."""
        return [request.target for request in self.seen if request.target.startswith(beginning)]


def shop_site(
    products: int = 8,
    *,
    per_page: int = 4,
    robots: str = "User-agent: *\nDisallow: /panier\n",
    wares: Sequence[Ware] | None = None,
    more: Routing | None = None,
    tls: ssl.SSLContext | None = None,
) -> SiteServer:
    """A shop without a sitemap: home, one category in several pages, products, and the pages beside them."""
    sold = tuple(wares if wares is not None else map(Ware, range(1, products + 1)))
    routes: dict[str, Behaviour] = {
        "/robots.txt": text_reply(robots),
        "/": html_reply(
            document(
                "Accueil",
                '<h1>Poterie du Lac</h1><p>Bienvenue à l\'atelier.</p><a href="/pieces">Voir toutes les pièces</a>',
            )
        ),
        "/contact": html_reply(document("Contact", "<h1>Contact</h1><p>Écrivez-nous ou passez à l'atelier.</p>")),
        "/mentions-legales": html_reply(document("Mentions", "<h1>Mentions légales</h1><p>Poterie du Lac.</p>")),
    }
    for ware in sold:
        routes[ware.path] = html_reply(product_page(ware))

    def listings(target: str) -> Behaviour | None:
        path, _, query = target.partition("?")
        if path != "/pieces":
            return more(target) if more is not None else None
        number = int(query.removeprefix("page=")) if query.startswith("page=") and query[5:].isdigit() else 1
        part = sold[(number - 1) * per_page : number * per_page]
        following = f"/pieces?page={number + 1}" if number * per_page < len(sold) else None
        return html_reply(listing_page("Toutes les pièces", part, following)) if part else None

    return SiteServer(routes, listings, tls=tls)
