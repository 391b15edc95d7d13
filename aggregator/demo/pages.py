"""What a browser gets from a fake shop: home, category and product pages, robots.txt, sitemaps, photos."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from .answer import HTML, NO_CACHE, Answer, Request
from .clock import local, offset
from .json_ld import crumbs_of, product_data
from .look import footer, style
from .model import Product
from .pictures import draw
from .pricing import price_html
from .render import Site, View, pictured_product
from .text import php_json

PER_PAGE = 24
PER_SITEMAP = 2000
_PHOTO = re.compile(r"/wp-content/uploads/.*-(\d+?)(?:-(\d+)x\d+)?\.jpg")
_ROBOTS = """User-agent: *
Disallow: /wp-content/uploads/wc-logs/
Disallow: /wp-content/uploads/woocommerce_transient_files/
Disallow: /wp-content/uploads/woocommerce_uploads/
Disallow: /wp-admin/
Allow: /wp-admin/admin-ajax.php

Sitemap: {base}/wp-sitemap.xml
"""
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Pages:
    """The public site of one fake shop. Hold the state's lock for all but `picture`."""

    def __init__(self, site: Site) -> None:
        self.site, self.state, self.options = site, site.state, site.options

    def answer(self, request: Request) -> Answer:
        """The page for a path outside the REST API; WordPress's 404 page where there is none."""
        path, params = unquote(request.path), request.params
        if path == "/robots.txt":
            text = self.options.robots if self.options.robots is not None else _ROBOTS.format(base=self.site.base_url)
            return Answer(200, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        if path.startswith("/wp-sitemap"):
            return self._sitemap(path)
        if path in ("/", "/index.php", "/boutique/"):
            return self._by_query(params)
        if found := re.fullmatch(r"/produit/([^/]+)/", path):
            return self._product_page(slug=found[1])
        if re.fullmatch(r"/(produit|boutique|categorie-produit/.+)(/[^/]+)?", path) and not path.endswith("/"):
            headers = {"Location": f"{self.site.base_url}{request.path}/", "X-Redirect-By": "WordPress"}
            return Answer(301, b"", {"Content-Type": HTML, **headers})
        if found := re.fullmatch(r"/categorie-produit/(?:[^/]+/)?([^/]+)/(?:page/(\d+)/)?", path):
            return self._category_page(found[1], int(found[2] or 1))
        return self._missing()

    def _by_query(self, params: Mapping[str, str]) -> Answer:
        if slug := params.get("product"):
            return self._product_page(slug=slug)
        if slug := params.get("product_cat"):
            return self._category_page(slug, int(params.get("paged", "1")))
        if (number := params.get("p", "")).isdigit():
            product = self.state.entries.get(int(number))
            if product and product.status == "publish" and product.type != "variation":
                headers = {"Location": self.site.permalink(product), "X-Redirect-By": "WordPress"}
                return Answer(301, b"", {"Content-Type": HTML, **NO_CACHE, **headers})
            return self._missing()
        return self.home()

    def home(self, headers: Mapping[str, str] | None = None) -> Answer:
        """The front page: the newest products, and the link to the REST API in head and header."""
        newest = [p for p in self.state.products() if p.status == "publish" and p.catalog_visibility == "visible"]
        body = f"<h1>{html.escape(self.state.catalogue.tagline)}</h1>{self._grid(newest[-PER_PAGE:][::-1])}"
        return self._page(self.state.catalogue.name, body, headers=headers)

    def picture(self, request: Request) -> Answer:
        """A photo, drawn on request. `-300x300` before the ending asks for that size."""
        found = _PHOTO.fullmatch(unquote(request.path))
        with self.state.lock:
            number, nth = pictured_product(int(found[1])) if found else (0, 0)
            product = self.state.entries.get(number)
        if not found or product is None or nth >= max(product.images, 1) or product.picture is None:
            return Answer.html("<h1>404</h1>", 404)
        body = draw(product.picture, seed=number * 10 + nth, size=min(int(found[2] or 600), 600))
        return Answer(200, body, {"Content-Type": "image/jpeg", "Cache-Control": "max-age=86400"})

    # -- pages -------------------------------------------------------------------------------------------------------
    def _product_page(self, slug: str) -> Answer:
        product = next((p for p in self.state.products() if unquote(p.slug) == unquote(slug)), None)
        if product is None or product.status != "publish":
            return self._missing()
        view = self.site.view(product)
        data = php_json(product_data(view))
        crumbs = " › ".join(f'<a href="{html.escape(u)}">{html.escape(n)}</a>' for n, u in crumbs_of(view))
        if product.post_password:
            body = "<p>Ce contenu est protégé par un mot de passe.</p><form><input type=password></form>"
        else:
            body = self._product_body(view)
        head = f'<script type="application/ld+json">{data}</script>'
        link = f'<{self.site.base_url}/wp-json/wp/v2/product/{product.id}>; rel="alternate"; title="JSON"'
        page = f'<p class="crumbs">{crumbs}</p>{body}'
        return self._page(view.html_name, page, head=head, canonical=view.permalink, link=link)

    def _product_body(self, view: View) -> str:
        p = view.product
        photo = next(iter(view.images(sizes=True)), None)
        image = f'<img src="{photo["src"]}" alt="" width="600" height="600">' if photo else ""
        stock = {"instock": "En stock", "outofstock": "Rupture de stock", "onbackorder": "Disponible sur commande"}
        available = stock.get(view.stock_status, "")
        if view.quantity is not None and view.stock_status == "instock":
            available = f"{view.quantity} en stock"
        choices = "".join(
            f"<p><label>{html.escape(u.attribute.name)} <select>"
            + "".join(f"<option>{html.escape(u.attribute.term(o).name)}</option>" for o in u.options)
            + "</select></label></p>"
            for u in p.attributes
            if u.variation
        )
        price = price_html(view.shown, bdi=True) or "Prix sur devis"
        return (
            f'<div class="product"><div>{image}</div><div><h1>{view.html_name}</h1><p class="price">{price}</p>'
            f"{p.short_description}{choices}<p>{available}</p><p><button type=button>Ajouter au panier</button></p>"
            f"{view.description}</div></div>"
        )

    def _category_page(self, slug: str, number: int) -> Answer:
        term = next((t for t in self.site.categories.values() if t.slug == slug), None)
        if term is None:
            return self._missing()
        wanted = {term.id} | {t.id for t in self.site.categories.values() if t.parent == term.id}
        shown = [
            p
            for p in self.state.products()
            if p.status == "publish" and p.catalog_visibility in ("visible", "catalog") and wanted & set(p.categories)
        ]
        page = shown[(number - 1) * PER_PAGE : number * PER_PAGE]
        more = ""
        if len(shown) > number * PER_PAGE:
            link = self.site.category_link(term)
            nxt = f"{link}&paged={number + 1}" if self.site.plain else f"{link}page/{number + 1}/"
            more = f'<p><a rel="next" href="{nxt}">Page suivante</a></p>'
        return self._page(html.escape(term.name), f"<h1>{html.escape(term.name)}</h1>{self._grid(page)}{more}")

    def _grid(self, products: list[Product]) -> str:
        cards = []
        for product in products:
            view = self.site.view(product)
            photo = next(iter(view.images(sizes=True)), None)
            src = photo["thumbnail"] if photo else ""
            image = f'<img src="{src}" alt="" width="300" height="300" loading="lazy">' if photo else ""
            price = price_html(view.shown, bdi=True) or "Sur devis"
            cards.append(
                f'<li><a href="{html.escape(view.permalink)}">{image}{view.html_name}</a>'
                f'<br><span class="price">{price}</span></li>'
            )
        return f'<ul class="grid products">{"".join(cards)}</ul>'

    def _missing(self) -> Answer:
        body = "<h1>Page introuvable</h1><p>Cette page n’existe pas, ou plus.</p>"
        return self._page("Page introuvable", body, status=404, headers=NO_CACHE)

    def _page(
        self,
        title: str,
        body: str,
        *,
        status: int = 200,
        head: str = "",
        canonical: str = "",
        link: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        catalogue, site = self.state.catalogue, self.site
        menu = "".join(
            f'<a href="{html.escape(site.category_link(t))}">{html.escape(t.name)}</a>'
            for t in site.categories.values()
            if not t.parent
        )
        css = style(catalogue.accent)
        rel = f'<link rel="canonical" href="{html.escape(canonical)}" />' if canonical else ""
        text = (
            f'<!DOCTYPE html>\n<html lang="fr-FR">\n<head>\n<meta charset="UTF-8" />\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
            f"<title>{title} &#8211; {html.escape(catalogue.name)}</title>\n"
            f'<meta name="generator" content="WordPress 7.1" />\n'
            f'<meta name="generator" content="WooCommerce {self.options.version}" />\n'
            f'<link rel="https://api.w.org/" href="{site.api_root}" />\n{rel}{head}<style>{css}</style>\n</head>\n'
            f'<body class="woocommerce"><header><div class="w"><a href="{site.base_url}/"><strong>'
            f"{html.escape(catalogue.name)}</strong></a>{html.escape(catalogue.tagline)}</div></header>\n"
            f'<nav><div class="w">{menu}</div></nav><main class="w">{body}</main>\n{footer(catalogue.merchant)}'
            "</body></html>\n"
        )
        links = f'<{site.api_root}>; rel="https://api.w.org/"' + (f", {link}" if link else "")
        return Answer.html(text, status, {"Link": links, **(headers or {})})

    # -- sitemaps ----------------------------------------------------------------------------------------------------
    def _sitemap(self, path: str) -> Answer:
        """WordPress's own sitemaps. The second products' file answers 404 with a whole valid body (a core bug)."""
        base = self.site.base_url
        live = [p for p in self.state.products() if p.status == "publish"]
        files = range(1, max(-(-len(live) // PER_SITEMAP), 1) + 1)
        if path == "/wp-sitemap.xml":
            names = [f"posts-product-{n}" for n in files] + ["taxonomies-product_cat-1"]
            inner = "".join(f"<sitemap><loc>{base}/wp-sitemap-{n}.xml</loc></sitemap>" for n in names)
            return _xml(f"<sitemapindex {_SITEMAP}>{inner}</sitemapindex>")
        if path == "/wp-sitemap-taxonomies-product_cat-1.xml":
            return _xml(_urlset([(self.site.category_link(t), "") for t in self.site.categories.values()]))
        found = re.fullmatch(r"/wp-sitemap-posts-product-(\d+)\.xml", path)
        number = int(found[1]) if found else 0
        if number not in files:
            return self._missing()
        shown = live[(number - 1) * PER_SITEMAP : number * PER_SITEMAP]
        body = _urlset([(self.site.permalink(p), _w3c(p.modified)) for p in shown])
        return _xml(body, 200 if number == 1 else 404)


def _w3c(second: int) -> str:
    return f"{local(second)}+0{offset(second) // 3600}:00"


def _urlset(rows: list[tuple[str, str]]) -> str:
    inner = "".join(
        f"<url><loc>{html.escape(loc)}</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</url>" for loc, when in rows
    )
    return f"<urlset {_SITEMAP}>{inner}</urlset>"


def _xml(body: str, status: int = 200) -> Answer:
    headers: dict[str, Any] = {"Content-Type": "application/xml; charset=UTF-8"}
    return Answer(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode(), headers)
