"""HTML of the public site: product and category pages and their frame, marked up as the classic theme does."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..answer import Answer
from ..look import footer, style
from ..text import php_json
from .addresses import Addresses
from .listing import Telling, money
from .options import Options
from .state import PrestaState
from .tables import HOME, ROOT, Row

_SESSION = "PrestaShop-5f1c0de5f1c0de5f1c0de5f1c0de5f1c=def50200; Max-Age=1728000; path=/; HttpOnly; SameSite=Lax"
VISIT = {
    "Content-Type": "text/html; charset=utf-8",
    "X-Powered-By": "PHP/8.2.36",
    "Set-Cookie": _SESSION,
    "Expires": "Thu, 19 Nov 1981 08:52:00 GMT",
    "Cache-Control": "no-store, no-cache, must-revalidate",
    "Pragma": "no-cache",
}


class Page:
    """Writes the pages of one shop. Hold the state's lock."""

    def __init__(self, state: PrestaState, options: Options, addresses: Addresses) -> None:
        self.state, self.options, self.addresses = state, options, addresses
        self.telling = Telling(state, addresses)

    # -- a product ---------------------------------------------------------------------------------------------------
    def product(self, row: Row, combination: int) -> Answer:
        """The page of a product, or of one of its combinations."""
        url, name = self.addresses.product(row, combination), html.escape(row["name"])
        trail = [*self._trail(row["id_category_default"]), (row["name"], url)]
        crumbs = " › ".join(f'<a href="{html.escape(u)}">{html.escape(n)}</a>' for n, u in trail[:-1])
        data = html.escape(json.dumps(self.telling.data_product(row, combination), ensure_ascii=False))
        price = self.telling.priced(row, combination)
        meta = [("og:type", "product"), ("og:url", url), ("og:title", row["name"])]
        if row["show_price"]:
            net = price.now * 100 / (100 + price.rate)
            meta += [
                ("product:pretax_price:amount", f"{net:.2f}"),
                ("product:price:amount", f"{price.now:.2f}"),
                ("product:price:currency", "EUR"),
            ]
        head = "".join(f'<meta property="{n}" content="{html.escape(str(v))}">\n' for n, v in meta)
        head += _script(self._crumbs(trail)) + _script(self._product_data(row, combination))
        body = (
            f'<p class="crumbs">{crumbs}</p><div class="product"><div>{self._photo(row)}</div><div>'
            f'<h1 class="h1">{name}</h1>{self._price(row, combination)}{row["description_short"]}'
            f"{self._choices(row, combination)}"
            f'<p id="product-availability">{self._stock(row, combination)}</p>'
            '<p><button type="button" class="add-to-cart">Ajouter au panier</button> '
            f'<button type="button" class="wishlist" data-product="{row["id"]}">Garder en mémoire</button></p>'
            f'<div class="product-description">{row["description"]}</div>{self._features(row)}'
            f'<div id="product-details" data-product="{data}"></div></div></div>'
        )
        return self.framed(row["name"], body, head=head, canonical=self.addresses.product(row), kind="product")

    def _photo(self, row: Row) -> str:
        if not row["id_default_image"]:
            return ""
        source = self.addresses.photo(row["id_default_image"], "large_default", row["link_rewrite"])
        return f'<img src="{source}" alt="" width="800" height="800">'

    def _price(self, row: Row, combination: int) -> str:
        if not row["show_price"]:
            return '<p class="price">Prix sur demande, en boutique</p>'
        price = self.telling.priced(row, combination)
        crossed = f'<del class="regular-price">{money(price.regular)}</del> ' if price.now < price.regular else ""
        return f'<p class="price">{crossed}<ins class="current-price-value">{money(price.now)}</ins> TTC</p>'

    def _stock(self, row: Row, combination: int) -> str:
        stock = self.state.stock_of(row["id"], combination or int(row["cache_default_attribute"] or 0))
        if not row["available_for_order"]:
            return "Disponible en boutique seulement"
        return self.telling.availability(stock) or ("En stock" if stock["quantity"] > 0 else "Disponible sur commande")

    def _choices(self, row: Row, combination: int) -> str:
        """One list a group: the values that the product's combinations have, the shown combination's chosen."""
        values, groups = self.state.tables["product_option_values"].rows, self.state.tables["product_options"].rows
        wanted = combination or row["cache_default_attribute"]
        chosen, offered = set(), dict[int, list[int]]()
        for found in self.state.combinations(row["id"]):
            for link in found["associations"]["product_option_values"]:
                listed = offered.setdefault(values[link["id"]]["id_attribute_group"], [])
                listed += [] if link["id"] in listed else [link["id"]]
                if found["id"] == wanted:
                    chosen.add(link["id"])
        return "".join(
            f"<p><label>{html.escape(groups[group]['public_name'])} "
            f'<select name="group[{group}]" data-product-attribute="{group}">'
            + "".join(
                f'<option value="{n}"{" selected" if n in chosen else ""}>{html.escape(values[n]["name"])}</option>'
                for n in sorted(listed, key=lambda n: int(values[n]["position"]))
            )
            + "</select></label></p>"
            for group, listed in offered.items()
        )

    def _features(self, row: Row) -> str:
        features = self.telling.data_product(row)["features"]
        inside = "".join(f"<dt>{html.escape(f['name'])}</dt><dd>{html.escape(f['value'])}</dd>" for f in features)
        return f'<dl class="data-sheet">{inside}</dl>' if inside else ""

    # -- structured data ---------------------------------------------------------------------------------------------
    def _trail(self, category: int) -> list[tuple[str, str]]:
        rows = self.state.tables["categories"].rows
        found: list[tuple[str, str]] = []
        while category in rows and category not in (ROOT, HOME):
            found.insert(0, (rows[category]["name"], self.addresses.category(rows[category])))
            category = rows[category]["id_parent"]
        return [("Accueil", f"{self.addresses.root}/"), *found]

    @staticmethod
    def _crumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
        items = [{"@type": "ListItem", "position": n, "name": t, "item": u} for n, (t, u) in enumerate(trail, 1)]
        return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}

    def _product_data(self, row: Row, combination: int) -> dict[str, Any]:
        """The reference stands for a missing MPN, and a missing brand is not there (measured on the classic theme)."""
        chosen: Row = self.state.tables["combinations"].rows.get(combination, {})
        reference = chosen.get("reference") or row["reference"]
        ean = chosen.get("ean13") or row["ean13"]
        data: dict[str, Any] = {
            "@context": "https://schema.org/",
            "@type": "Product",
            "name": row["name"],
            "description": row["meta_description"] or _bare(row["description_short"] or row["description"]),
            "category": self.telling.category_name(row),
        }
        photos = [self.addresses.photo(i["id"], "large_default", row["link_rewrite"]) for i in self._images(row)]
        data |= {"image": photos[0].replace("large_", "home_")} if photos else {}
        data |= {"sku": reference or str(row["id"]), "mpn": reference or str(row["id"])}
        data |= {"gtin13": ean} if ean else {}
        data |= {"brand": {"@type": "Brand", "name": row["manufacturer_name"]}} if row["manufacturer_name"] else {}
        return data | ({"offers": self._offer(row, combination, photos)} if row["show_price"] else {})

    def _offer(self, row: Row, combination: int, photos: list[str]) -> dict[str, Any]:
        price = self.telling.priced(row, combination)
        stock = self.state.stock_of(row["id"], combination or int(row["cache_default_attribute"] or 0))
        there = self.state.deliverable(stock)
        return {
            "@type": "Offer",
            "priceCurrency": "EUR",
            "name": row["name"],
            "price": f"{price.now:.2f}",
            "url": self.addresses.product(row, combination),
            "priceValidUntil": "2027-12-31",
            "image": photos,
            "availability": f"https://schema.org/{'InStock' if there else 'OutOfStock'}",
            "seller": {"@type": "Organization", "name": self.state.catalogue.name},
        }

    @staticmethod
    def _images(row: Row) -> list[Row]:
        found: list[Row] = row["associations"].get("images", [])
        return found

    # -- listings ----------------------------------------------------------------------------------------------------
    def listing(self, title: str, rows: Sequence[Row], following: str = "", canonical: str = "") -> Answer:
        """A grid of products; `following` is the next page's address."""
        items = [
            {"@type": "ListItem", "position": n, "name": r["name"], "url": self.addresses.product(r)}
            for n, r in enumerate(rows, 1)
        ]
        data = {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items}
        more = f'<p><a rel="next" href="{html.escape(following)}">Page suivante</a></p>' if following else ""
        body = f'<h1 class="h1">{html.escape(title)}</h1>{self._grid(rows)}{more}'
        return self.framed(title, body, head=_script(data), canonical=canonical, kind="category")

    def _grid(self, rows: Sequence[Row]) -> str:
        cards = []
        for row in rows:
            source = self.addresses.photo(row["id_default_image"], "home_default", row["link_rewrite"])
            image = f'<img src="{source}" alt="" width="250" height="250" loading="lazy">'
            price = money(self.telling.priced(row).now) if row["show_price"] else "Sur demande"
            cards.append(
                f'<li data-id-product="{row["id"]}"><a href="{html.escape(self.addresses.product(row))}">'
                f"{image if row['id_default_image'] else ''}{html.escape(row['name'])}</a><br>"
                f'<span class="price">{price}</span></li>'
            )
        return f'<ul class="grid products">{"".join(cards)}</ul>'

    def tiles(self, rows: Sequence[Row]) -> str:
        """What a category's JSON brings along, as the theme writes it: no price where none is shown, and a label on
        what is sold out in all its combinations (measured)."""
        made = []
        for row in rows:
            price = f'<span class="price" aria-label="Prix">{money(self.telling.priced(row).now)}</span>'
            price = f'<div class="product-price-and-shipping">{price}</div>' if row["show_price"] else ""
            gone = not self.state.deliverable(self.state.stock_of(row["id"]))
            flags = '<li class="product-flag out_of_stock">Rupture de stock</li>' if gone else ""
            made.append(
                f'<article class="product-miniature js-product-miniature" data-id-product="{row["id"]}" '
                f'data-id-product-attribute="{row["cache_default_attribute"] or 0}"><h2 class="h3 product-title">'
                f'<a href="{html.escape(self.addresses.product(row))}">{html.escape(str(row["name"]))}</a></h2>{price}'
                f'<ul class="product-flags js-product-flags">{flags}</ul></article>'
            )
        return f'<div id="js-product-list"><div class="products row">{"".join(made)}</div></div>'

    def home(self) -> Answer:
        """The newest products."""
        newest = sorted(self.state.public(), key=lambda r: str(r["date_add"]), reverse=True)[:24]
        tagline = html.escape(self.state.catalogue.tagline)
        every = self.addresses.category(self.state.tables["categories"].rows[HOME])
        more = f'<p><a class="all-product-link" href="{every}">Tous les produits</a></p>'
        return self.framed("", f'<h1 class="h1">{tagline}</h1>{self._grid(newest)}{more}', kind="index")

    def missing(self) -> Answer:
        """PrestaShop's 404."""
        body = "<h1>Page introuvable</h1><p>Cette page n’existe pas, ou plus.</p>"
        return self.framed("Page introuvable", body, status=404, kind="pagenotfound")

    # -- the frame ---------------------------------------------------------------------------------------------------
    def framed(
        self, title: str, body: str, *, status: int = 200, head: str = "", canonical: str = "", kind: str = ""
    ) -> Answer:
        """A whole page of the shop."""
        catalogue, base = self.state.catalogue, self.addresses.base_url
        rows = self.state.tables["categories"].rows.values()
        menu = "".join(
            f'<a class="dropdown-item" href="{html.escape(self.addresses.category(r))}">{html.escape(r["name"])}</a>'
            for r in rows
            if r["id_parent"] == HOME
        )
        euro = {"id": 1, "name": "Euro", "iso_code": "EUR", "iso_code_num": "978", "sign": "€"}
        shop = php_json({"currency": euro, "urls": {"base_url": f"{base}/"}})
        rel = f'<link rel="canonical" href="{html.escape(canonical)}">' if canonical else ""
        whole = f"{html.escape(title)} - {html.escape(catalogue.name)}" if title else html.escape(catalogue.name)
        text = (
            f'<!doctype html>\n<html lang="fr-FR">\n<head>\n<meta charset="utf-8">\n<title>{whole}</title>\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{rel}{head}'
            f"<script>var prestashop = {shop};</script>\n<style>{style(catalogue.accent)}</style>\n</head>\n"
            f'<body id="{kind}" class="lang-fr country-fr currency-eur"><header><div class="w"><a href="{base}/">'
            f"<strong>{html.escape(catalogue.name)}</strong></a>{html.escape(catalogue.tagline)}</div></header>\n"
            f'<nav><div class="w">{menu}</div></nav><main class="w">{body}</main>\n{footer(catalogue.merchant)}'
            "</body></html>\n"
        )
        headers: Mapping[str, str] = VISIT
        return Answer(status, text.encode(), dict(headers))


def _script(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>\n'


def _bare(text: str) -> str:
    inside, out = False, []
    for character in text:
        inside = character == "<" or (inside and character != ">")
        if not inside and character != ">":
            out.append(character)
    return "".join(out).strip()
