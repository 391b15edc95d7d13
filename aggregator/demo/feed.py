"""A shop whose site is a handful of plain pages, and which makes a product feed for Google: nothing else to read.

The feed is RSS 2.0 with `g:` tags (Google Merchant Center's product data specification), made anew at every change,
with ETag and Last-Modified; pages carry no structured data, so that what is known of this shop comes from its feed.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from .answer import Answer, Request
from .clock import local, offset
from .faults import Fault, Troubled, spoilt
from .look import footer, style
from .model import Catalogue, Product, Term
from .pictures import draw
from .pricing import euros, is_on_sale
from .server import Serving
from .state import ShopState

_AVAILABLE = {"instock": "in_stock", "outofstock": "out_of_stock", "onbackorder": "backorder"}
_PHOTO = re.compile(r"/photos/(\d+)-(\d)\.jpg")
_SIZES = ("Taille", "Pointure", "Âge", "Format", "Contenance", "Dimensions", "Diamètre", "Poids", "Longueur")


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """The switches of one feed shop.

    `packed`: the feed is a gzip file (`path` should end in .gz). `validators`: ETag and Last-Modified are sent and
    honoured. `per_variation`: families are told as one item a variation with `item_group_id`, else by their parent.
    """

    path: str = "/flux/google-merchant.xml"
    packed: bool = False
    validators: bool = True
    per_variation: bool = True
    base_path: str = ""
    robots: str = "User-agent: *\nDisallow: /panier\n"
    latency_ms: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Made:
    """The feed as it lies on the server."""

    revision: int
    body: bytes
    items: int
    etag: str
    written: int


class FakeFeedShop(Troubled):
    """One feed shop. Thread-safe. The merchant's hands are `ShopState`'s; faults and the log as in any fake."""

    def __init__(
        self, catalogue: Catalogue, options: FeedOptions | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.options = options or FeedOptions()
        self.catalogue = catalogue
        self.state = ShopState(catalogue, now)
        super().__init__()
        self.base_url = "http://127.0.0.1"
        self._made: _Made | None = None
        self._making = threading.Lock()
        self.set, self.delete, self.add, self.trash = (
            self.state.set,
            self.state.delete,
            self.state.add,
            self.state.trash,
        )

    # -- controls ----------------------------------------------------------------------------------------------------
    @property
    def base_path(self) -> str:
        """The folder that the shop is in."""
        return self.options.base_path

    @property
    def feed_url(self) -> str:
        """What the merchant gives to Google, and to us."""
        return f"{self.base_url}{self.options.path}"

    def offered(self) -> list[Product]:
        """What the feed tells: public products with a price, a family by its variations."""
        with self.state.lock:
            return list(self._offered())

    # -- answering ---------------------------------------------------------------------------------------------------
    def answer(self, request: Request, fault: Fault | None = None) -> Answer:
        """The answer, after the time that the shop takes, and as `fault` leaves it."""
        path = unquote(request.path)
        if path == self.options.path:
            answer = self._feed(request)
        elif found := _PHOTO.fullmatch(path):
            answer = self._photo(int(found[1]), int(found[2]))
        elif path == "/robots.txt":
            answer = Answer(200, self.options.robots.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        else:
            with self.state.lock:
                answer = self._page(path)
        base, per_item = self.options.latency_ms
        if pause := (base + per_item * answer.items) / 1000:
            time.sleep(pause)
        return spoilt(fault, answer) if fault else answer

    # -- the feed ----------------------------------------------------------------------------------------------------
    def _feed(self, request: Request) -> Answer:
        made = self._current()
        headers = {"Content-Type": "application/gzip" if self.options.packed else "application/xml; charset=utf-8"}
        if self.options.validators:
            headers |= {"ETag": made.etag, "Last-Modified": formatdate(made.written, usegmt=True)}
            if _unchanged(request, made):
                return Answer(304, b"", {k: v for k, v in headers.items() if k != "Content-Type"})
        return Answer(200, made.body, headers, made.items)

    def _current(self) -> _Made:
        """The feed of now: written again only where something changed since."""
        with self._making, self.state.lock:
            made = self._made
            if made is None or made.revision != self.state.revision:
                items = [self._item(product) for product in self._offered()]
                head = _tag("title", self.catalogue.name) + _tag("link", f"{self.base_url}/")
                head += _tag("description", self.catalogue.tagline)
                text = (
                    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
                    f'xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n{head}{"".join(items)}</channel>\n</rss>\n'
                )
                body = gzip.compress(text.encode(), 6, mtime=0) if self.options.packed else text.encode()
                etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
                made = self._made = _Made(self.state.revision, body, len(items), etag, int(self.state.now()))
            return made

    def _offered(self) -> Iterator[Product]:
        for product in self.state.products():
            if product.status != "publish" or product.catalog_visibility == "hidden" or product.post_password:
                continue
            family = self.state.variations(product.id) if product.type == "variable" else []
            for one in family if family and self.options.per_variation else [product]:
                if one.status == "publish" and self._prices(one)[0] not in ("", "0"):
                    yield one

    def _prices(self, product: Product) -> tuple[str, str]:
        """(regular, reduced); a parent told by itself has its cheapest variation's."""
        if product.type != "variable":
            return product.regular_price, product.sale_price
        family = [v for v in self.state.variations(product.id) if v.status == "publish" and v.regular_price]
        first = min(family, key=lambda v: float(v.sale_price or v.regular_price), default=None)
        return (first.regular_price, first.sale_price) if first else ("", "")

    def _item(self, product: Product) -> str:
        parent = self.state.entries.get(product.parent, product)
        chosen = self._chosen(product)
        regular, reduced = self._prices(product)
        photos = [f"{self.base_url}/photos/{parent.id}-{n}.jpg" for n in range(parent.images)]
        title = " - ".join([parent.name, ", ".join(chosen.values())]) if chosen else parent.name
        text = re.sub(r"<[^>]+>", " ", self.catalogue.description_of(parent) or parent.short_description)
        tags = [
            _tag("g:id", product.sku or product.id),
            _tag("title", title),
            _tag("description", html.unescape(" ".join(text.split()))),
            _tag("link", self._page_url(parent) + (f"?variante={product.id}" if product.parent else "")),
            *[_tag("g:image_link" if n == 0 else "g:additional_image_link", url) for n, url in enumerate(photos)],
            _tag("g:availability", _AVAILABLE[product.stock_status]),
            _tag("g:price", f"{float(regular):.2f} EUR"),
            *([_tag("g:sale_price", f"{float(reduced):.2f} EUR")] if reduced else []),
            *([_tag("g:sale_price_effective_date", _between(product))] if reduced and product.sale_to else []),
            _tag("g:condition", "new"),
            *self._identity(product, parent),
            *([_tag("g:item_group_id", parent.sku or parent.id)] if product.parent else []),
            *[_tag("g:color", v) for k, v in chosen.items() if k == "Couleur"],
            *[_tag("g:size", v) for k, v in chosen.items() if k in _SIZES],
            *[_tag("g:product_type", self._path(t)) for t in self._categories(parent)],
            "<g:shipping>" + _tag("g:country", "FR") + _tag("g:price", "4.90 EUR") + "</g:shipping>\n",
        ]
        return f"<item>\n{''.join(tags)}</item>\n"

    def _identity(self, product: Product, parent: Product) -> list[str]:
        """GTIN, brand and MPN, or that there is none."""
        brands = {t.id: t.name for t in self.catalogue.brands}
        found = [_tag("g:brand", brands[b]) for b in parent.brands if b in brands]
        found += [_tag("g:gtin", product.global_unique_id)] if product.global_unique_id else []
        if not product.global_unique_id:
            found.append(_tag("g:mpn", product.sku) if product.sku else _tag("g:identifier_exists", "no"))
        return found

    def _chosen(self, product: Product) -> dict[str, str]:
        attributes = {a.id: a for a in self.catalogue.attributes}
        return {attributes[a].name: attributes[a].term(v).name for a, v in product.choice if v}

    def _categories(self, product: Product) -> list[Term]:
        known = {t.id: t for t in self.catalogue.categories}
        return [known[n] for n in product.categories if n in known]

    def _path(self, term: Term) -> str:
        known = {t.id: t for t in self.catalogue.categories}
        names = [term.name]
        while term.parent in known:
            term = known[term.parent]
            names.insert(0, term.name)
        return " > ".join(names)

    # -- the pages ---------------------------------------------------------------------------------------------------
    def _page_url(self, product: Product) -> str:
        return f"{self.base_url}/articles/{product.slug or product.id}.html"

    def _photo(self, number: int, nth: int) -> Answer:
        with self.state.lock:
            product = self.state.entries.get(number)
        if product is None or product.picture is None or nth >= product.images:
            return Answer.html("<h1>404</h1>", 404)
        body = draw(product.picture, number * 10 + nth)
        return Answer(200, body, {"Content-Type": "image/jpeg", "Cache-Control": "max-age=86400"})

    def _page(self, path: str) -> Answer:
        if path in ("/", "/index.html"):
            return self._home()
        if found := re.fullmatch(r"/articles/([^/]+)\.html", path):
            for product in self.state.products():
                if found[1] in (unquote(product.slug), product.slug, str(product.id)) and product.status == "publish":
                    return self._article(product)
        return self._framed("Page introuvable", "<h1>Page introuvable</h1>", 404)

    def _home(self) -> Answer:
        shown = [p for p in self.state.products() if p.status == "publish" and p.catalog_visibility == "visible"][-24:]
        cards = "".join(
            f'<li><a href="{self._page_url(p)}">'
            + (
                f'<img src="{self.base_url}/photos/{p.id}-0.jpg" alt="" width="600" height="600" loading="lazy">'
                if p.images
                else ""
            )
            + f"{html.escape(p.name)}</a></li>"
            for p in reversed(shown)
        )
        body = f'<h1>{html.escape(self.catalogue.tagline)}</h1><ul class="grid">{cards}</ul>'
        return self._framed(self.catalogue.name, body)

    def _article(self, product: Product) -> Answer:
        regular, reduced = self._prices(product)
        now = self.state.now()
        price = reduced if reduced and is_on_sale(product, now) else regular
        image = (
            f'<img src="{self.base_url}/photos/{product.id}-0.jpg" alt="" width="600" height="600">'
            if product.images
            else ""
        )
        shown = f"{euros(price)}&nbsp;€" if price else "Sur demande"
        body = (
            f'<div class="product"><div>{image}</div><div><h1>{html.escape(product.name)}</h1>'
            f'<p class="price">{shown}</p>{self.catalogue.description_of(product)}'
            "<p>Commande par téléphone ou au comptoir.</p></div></div>"
        )
        return self._framed(product.name, body)

    def _framed(self, title: str, body: str, status: int = 200) -> Answer:
        catalogue = self.catalogue
        return Answer.html(
            f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style(catalogue.accent)}'
            f'</style></head><body><header><div class="w"><a href="{self.base_url}/"><strong>'
            f"{html.escape(catalogue.name)}</strong></a>{html.escape(catalogue.tagline)}</div></header>"
            f'<main class="w">{body}</main>{footer(catalogue.merchant)}</body></html>\n',
            status,
        )


def _tag(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>\n"


def _between(product: Product) -> str:
    """ISO 8601 with an offset, from/to."""

    def instant(second: int) -> str:
        return f"{local(second)}+0{offset(second) // 3600}:00"

    return f"{instant(product.sale_from or product.created)}/{instant(product.sale_to or 0)}"


def _unchanged(request: Request, made: _Made) -> bool:
    """RFC 9110, section 13.2.2: If-None-Match counts, If-Modified-Since only without it."""
    if tags := request.headers.get("if-none-match"):
        return made.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")] or tags.strip() == "*"
    if not (since := request.headers.get("if-modified-since")):
        return False
    try:
        return made.written <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False


class FeedShop(Serving[FakeFeedShop]):
    """A feed shop on a port: `with FeedShop(catalogue, packed=True) as shop: shop.feed_url`.

    `switches` are the fields of `FeedOptions`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakeFeedShop(catalogue, FeedOptions(**switches)), host, port)
        self.fake.base_url = self.url

    @property
    def feed_url(self) -> str:
        """The feed's address."""
        return self.fake.feed_url
