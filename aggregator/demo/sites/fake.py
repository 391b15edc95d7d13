"""One simple site: home, categories in several pages, products, the pages around them, sitemap, photos."""

from __future__ import annotations

import gzip
import html
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

from ..answer import Answer, Request
from ..faults import Fault, Troubled, spoilt
from ..look import footer, style
from ..model import Catalogue, Product
from ..pictures import draw
from ..server import Serving
from ..state import ShopState
from .goods import Counter, Shown
from .themes import THEMES

PER_PAGE: Final = 24
_PHOTO: Final = re.compile(r"/photos/(\d+)-(\d)\.jpg")
_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ASIDE: Final = {
    "/contact": ("Nous contacter", "<p>Écrivez-nous, ou passez nous voir aux heures de marché.</p>"),
    "/livraison": ("Livraison", "<p>Livraison offerte dès 60 €, sinon 4,90 € par colis.</p>"),
    "/journal/notre-atelier": (
        "Notre atelier",
        "<article><p>Voilà vingt ans que nous travaillons ici. La pièce du jour, à 39,00 €, en raconte une part.</p>"
        "</article>",
    ),
    "/panier": ("Votre panier", "<p>Votre panier est vide.</p>"),
}


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """The switches of one simple site: `theme` is a key of `themes.THEMES`."""

    theme: str = "json-ld"
    base_path: str = ""
    latency_ms: tuple[float, float] = (0.0, 0.0)


class FakeSite(Troubled):
    """One simple site. Thread-safe. The merchant's hands are `ShopState`'s; faults and the log as in any fake."""

    def __init__(
        self, catalogue: Catalogue, options: SiteOptions | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.options = options or SiteOptions()
        self.theme = THEMES[self.options.theme]
        self.catalogue = catalogue
        self.state = ShopState(catalogue, now)
        self.counter = Counter(self.state)
        super().__init__()
        self.base_url = "http://127.0.0.1"
        self.set, self.delete, self.add, self.trash = (
            self.state.set,
            self.state.delete,
            self.state.add,
            self.state.trash,
        )
        self._shelves = {self.theme.shelf(t, 1).partition("?")[0].rstrip("/"): t for t in catalogue.categories}

    # -- controls ----------------------------------------------------------------------------------------------------
    @property
    def base_path(self) -> str:
        """The folder that the shop is in."""
        return self.options.base_path

    def shown(self) -> list[Shown]:
        """What the shop sells, as its pages say it."""
        with self.state.lock:
            return [self.counter.shown(p) for p in self.counter.public()]

    def page_of(self, product: Product) -> str:
        """The address of a product's page."""
        return f"{self.base_url}{self.theme.article(product)}"

    # -- answering ---------------------------------------------------------------------------------------------------
    def answer(self, request: Request, fault: Fault | None = None) -> Answer:
        """The answer, after the time that the shop takes, and as `fault` leaves it."""
        path = unquote(request.path)
        if found := _PHOTO.fullmatch(path):
            answer = self._photo(int(found[1]), int(found[2]))
        else:
            with self.state.lock:
                answer = self._page(request, path)
        if pause := self.options.latency_ms[0] / 1000:
            time.sleep(pause)
        return spoilt(fault, answer) if fault else answer

    def _page(self, request: Request, path: str) -> Answer:
        theme = self.theme
        if path == "/robots.txt" and theme.robots is not None:
            where = f"\nSitemap: {self.base_url}{theme.sitemap}\n" if theme.sitemap else ""
            return Answer(200, (theme.robots + where).encode(), {"Content-Type": "text/plain; charset=utf-8"})
        if theme.sitemap and path in (theme.sitemap, "/sitemap-produits.xml"):
            return self._sitemap(path)
        if path in ("/", "/index.html", "/index.php"):
            return self._home()
        if path.rstrip("/") in _ASIDE:
            title, body = _ASIDE[path.rstrip("/")]
            return self._framed(title, f"<h1>{title}</h1>{body}")
        product = self._product(request, path)
        return self._article(product) if product else self._shelf(request, path)

    def _product(self, request: Request, path: str) -> Product | None:
        if self.options.theme == "bare":
            wanted = request.params.get("id", "") if path == "/article.php" else ""
            return self.counter.find(int(wanted)) if wanted.isdigit() else None
        for product in self.state.products():
            if product.slug and unquote(self.theme.article(product)).rstrip("/") == path.rstrip("/"):
                return self.counter.find(product.id)
        return None

    def _home(self) -> Answer:
        newest = self.counter.public()[:12]
        body = f"<h1>{html.escape(self.catalogue.tagline)}</h1><h2>Nouveautés</h2>{self._tiles(newest)}"
        return self._framed(self.catalogue.name, body)

    def _tiles(self, products: list[Product]) -> str:
        cards = "".join(self.theme.tile(self.counter.shown(p), self.page_of(p)) for p in products)
        return f'<ul class="grid">{cards}</ul>'

    def _shelf(self, request: Request, path: str) -> Answer:
        if self.options.theme == "bare":
            wanted = request.params.get("r", "") if path == "/rayon.php" else ""
            term = next((t for t in self.catalogue.categories if str(t.id) == wanted), None)
            number = request.params.get("page", "1")
        else:
            found = re.fullmatch(r"(.*?)(?:/page[-/](\d+))?", path.rstrip("/"))
            assert found
            term = self._shelves.get(found[1])
            number = found[2] or request.params.get("page") or request.params.get("p") or "1"
        if term is None or not number.isdigit():
            return self._framed("Page introuvable", "<h1>Page introuvable</h1>", 404)
        page, all_of_it = int(number), self.counter.on_shelf(term)
        here = all_of_it[(page - 1) * PER_PAGE : page * PER_PAGE]
        if not here and page > 1:
            return self._framed("Page introuvable", "<h1>Page introuvable</h1>", 404)
        pages = range(1, -(-len(all_of_it) // PER_PAGE) + 1)
        links = " ".join(f'<a href="{html.escape(self._url(self.theme.shelf(term, n)))}">{n}</a>' for n in pages)
        nav = f'<p class="pagination">{links}</p>' if len(pages) > 1 else ""
        return self._framed(term.name, f"<h1>{html.escape(term.name)}</h1>{self._tiles(here)}{nav}")

    def _article(self, product: Product) -> Answer:
        shown, url = self.counter.shown(product), self.page_of(product)
        crumbs = " › ".join(
            f'<a href="{html.escape(self._url(self.theme.shelf(t, 1)))}">{html.escape(t.name)}</a>' for t in shown.path
        )
        kin = [p for p in self.counter.on_shelf(shown.path[-1]) if p.id != product.id][:4] if shown.path else []
        beside = f"<h2>Vous aimerez aussi</h2>{self._tiles(kin)}" if kin else ""
        body = f'<p class="crumbs"><a href="/">Accueil</a> › {crumbs}</p>{self.theme.body(shown, url)}{beside}'
        return self._framed(shown.name, body, head=self.theme.head(shown, url))

    def _url(self, path: str) -> str:
        return f"{self.base_url}{path}"

    def _framed(self, title: str, body: str, status: int = 200, head: str = "") -> Answer:
        catalogue, encoding = self.catalogue, self.theme.encoding
        menu = "".join(
            f'<a href="{html.escape(self._url(self.theme.shelf(t, 1)))}">{html.escape(t.name)}</a>'
            for t in catalogue.categories
            if not t.parent
        )
        around = "".join(f'<a href="{path}">{name}</a> ' for path, (name, _) in _ASIDE.items())
        text = (
            f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="{encoding}"><title>{html.escape(title)} - '
            f'{html.escape(catalogue.name)}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{head}<style>{style(catalogue.accent)}</style></head><body>"
            f'<header><div class="w"><a href="/"><strong>{html.escape(catalogue.name)}</strong></a>'
            f'{html.escape(catalogue.tagline)}</div></header><nav><div class="w">{menu}</div></nav>'
            f'<main class="w">{body}</main><div class="w">{around}</div>{footer(catalogue.merchant)}</body></html>\n'
        )
        headers = {"Content-Type": f"text/html; charset={encoding}"}
        return Answer(status, text.encode(encoding, "xmlcharrefreplace"), headers)

    def _photo(self, number: int, nth: int) -> Answer:
        with self.state.lock:
            product = self.state.entries.get(number)
        if product is None or product.picture is None or nth >= product.images:
            return Answer.html("<h1>404</h1>", 404)
        body = draw(product.picture, number * 10 + nth)
        return Answer(200, body, {"Content-Type": "image/jpeg", "Cache-Control": "max-age=86400"})

    def _sitemap(self, path: str) -> Answer:
        """The products with the day of their last change; behind an index where the theme's file is named one."""
        if path == "/sitemap_index.xml":
            child = f"<sitemap><loc>{self.base_url}/sitemap-produits.xml</loc></sitemap>"
            text = f"<sitemapindex {_SITEMAP}>{child}</sitemapindex>"
        else:
            rows = "".join(
                f"<url><loc>{html.escape(self.page_of(p))}</loc><lastmod>"
                f"{datetime.fromtimestamp(p.modified, UTC).isoformat()}</lastmod></url>"
                for p in self.counter.public()
            )
            text = f"<urlset {_SITEMAP}>{rows}</urlset>"
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
        if path.endswith(".gz"):
            return Answer(200, gzip.compress(body, mtime=0), {"Content-Type": "application/x-gzip"})
        return Answer(200, body, {"Content-Type": "application/xml; charset=utf-8"})


class SiteShop(Serving[FakeSite]):
    """A simple site on a port: `with SiteShop(catalogue, theme="bare") as shop: shop.url`.

    `switches` are the fields of `SiteOptions`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakeSite(catalogue, SiteOptions(**switches)), host, port)
        self.fake.base_url = self.url
