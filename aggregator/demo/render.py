"""A product in each of the shapes in which a WooCommerce shop shows it (keys, order and types as measured on 9.9.5).

`View` derives once what several shapes share: prices, stock, links, images. `render_rest`, `render_store` and
`render_wp` turn it into the JSON of wc/v3 (and wc-analytics), of the Store API and of wp/v2.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any
from urllib.parse import quote

from .clock import gmt, local
from .model import Product, Term, by_id
from .options import Options
from .pricing import Price, gross, price_of
from .state import ShopState
from .text import texturize

IMAGE_BASE = 500_000


def image_number(product: int, nth: int) -> int:
    """The media library's number of a product's nth photo."""
    return IMAGE_BASE + product * 10 + nth


def pictured_product(image: int) -> tuple[int, int]:
    """(product, nth) that an image number stands for."""
    return divmod(image - IMAGE_BASE, 10)


class Site:
    """One fake shop's addresses and terms."""

    def __init__(self, state: ShopState, options: Options, base_url: str) -> None:
        self.state, self.options, self.base_url = state, options, base_url
        self.plain = options.permalinks == "plain"
        catalogue = state.catalogue
        self.categories, self.tags = by_id(catalogue.categories), by_id(catalogue.tags)
        self.brands = by_id(catalogue.brands)
        self.attributes = {a.id: a for a in catalogue.attributes}

    @property
    def api_root(self) -> str:
        """What the page's api.w.org link names."""
        return f"{self.base_url}/index.php?rest_route=/" if self.plain else f"{self.base_url}/wp-json/"

    def permalink(self, product: Product) -> str:
        """The product's own page; what is not public has the draft's query form."""
        if product.status not in ("publish", "private"):
            return f"{self.base_url}/?post_type=product&p={product.id}"
        return f"{self.base_url}/?product={product.slug}" if self.plain else f"{self.base_url}/produit/{product.slug}/"

    def category_link(self, term: Term) -> str:
        """A category's page: parent and child in the path."""
        if self.plain:
            return f"{self.base_url}/?product_cat={term.slug}"
        parent = self.categories.get(term.parent)
        return f"{self.base_url}/categorie-produit/{f'{parent.slug}/' if parent else ''}{term.slug}/"

    def term_link(self, kind: str, term: Term) -> str:
        """A tag's or a brand's page."""
        if self.plain:
            return f"{self.base_url}/?{'product_tag' if kind == 'tags' else 'product_brand'}={term.slug}"
        return f"{self.base_url}/{'etiquette-produit' if kind == 'tags' else 'marque'}/{term.slug}/"

    def view(self, product: Product) -> View:
        """The product with all that its shapes derive. Hold the state's lock."""
        return View(self, product, self.state.now())


@dataclasses.dataclass
class View:
    """A product at one moment, with its family and its shop."""

    site: Site
    product: Product
    now: float

    @cached_property
    def parent(self) -> Product:
        """A variation's parent; anything else is its own."""
        return self.site.state.entries.get(self.product.parent, self.product)

    @cached_property
    def family(self) -> list[Product]:
        """The children that a parent takes its prices and its stock from."""
        state = self.site.state
        if self.product.type == "grouped":
            return [state.entries[i] for i in self.product.grouped if i in state.entries]
        return state.variations(self.product.id)

    @cached_property
    def net(self) -> Price:
        """Prices as typed."""
        return price_of(self.product, self.family, self.now)

    @cached_property
    def shown(self) -> Price:
        """Prices as visitors see them: tax included."""
        if not self.site.options.prices_exclude_tax:
            return self.net
        vat = self.site.options.vat_percent
        n = self.net
        active, regular, sale, low, high = (gross(p, vat) for p in (n.active, n.regular, n.sale, n.low, n.high))
        return Price(active, regular, sale, n.on_sale, low, high)

    @cached_property
    def stock_status(self) -> str:
        """instock, outofstock or onbackorder; a variable parent's follows its published variations."""
        if self.product.type != "variable":
            return self.product.stock_status
        states = {c.stock_status for c in self.family if c.status == "publish"}
        return next((s for s in ("instock", "onbackorder") if s in states), "outofstock")

    @cached_property
    def quantity(self) -> int | None:
        """The exact stock, where it is managed."""
        return self.product.stock_quantity if self.product.manage_stock else None

    @cached_property
    def permalink(self) -> str:
        """A variation's is its parent's with its choice in the query."""
        if self.product.type != "variation":
            return self.site.permalink(self.product)
        link = self.site.permalink(self.parent)
        chosen = "&".join(f"attribute_pa_{self.site.attributes[a].slug}={v}" for a, v in self.product.choice if v)
        return f"{link}{'&' if '?' in link else '?'}{chosen}" if chosen else link

    @cached_property
    def chosen_names(self) -> list[str]:
        """The values of a variation's choice, in words."""
        return [self.site.attributes[a].term(v).name for a, v in self.product.choice if v]

    @cached_property
    def full_name(self) -> str:
        """A variation's name with its choice, as wc/v3 says it by product id."""
        chosen = ", ".join(self.chosen_names)
        return f"{self.parent.name} - {chosen}" if self.product.type == "variation" and chosen else self.product.name

    @cached_property
    def sku(self) -> str:
        """A variation without one tells its parent's."""
        return self.product.sku or self.parent.sku

    @cached_property
    def description(self) -> str:
        """HTML."""
        return self.site.state.catalogue.description_of(self.product)

    @cached_property
    def purchasable(self) -> bool:
        """Public, and with a price."""
        return self.net.active != "" and self.product.status == "publish" and self.parent.status == "publish"

    def images(self, sizes: bool) -> list[dict[str, Any]]:
        """The photos, as wc/v3 (dates) or the Store API (`sizes`) lists them; a variation shows its parent's first."""
        owner = self.product if self.product.type != "variation" else self.parent
        count = min(owner.images, 1) if self.product.type == "variation" else owner.images
        return [self._image(owner, n, sizes) for n in range(count)]

    def _image(self, owner: Product, nth: int, sizes: bool) -> dict[str, Any]:
        number = image_number(owner.id, nth)
        stem = f"{quote(owner.slug.removesuffix('__trashed')[:60], safe='-%')}-{number}"
        url = f"{self.site.base_url}/wp-content/uploads/2026/11/{stem}"
        if sizes:
            more = [f"{url}.jpg 600w"] + [f"{url}-{s}x{s}.jpg {s}w" for s in (300, 150, 100)]
            return {
                "id": number,
                "src": f"{url}.jpg",
                "thumbnail": f"{url}-300x300.jpg",
                "srcset": ", ".join(more),
                "sizes": "(max-width: 600px) 100vw, 600px",
                "name": f"{stem}.jpg",
                "alt": "",
            }
        made, made_gmt = local(owner.created), gmt(owner.created)
        dates = {
            "date_created": made,
            "date_created_gmt": made_gmt,
            "date_modified": made,
            "date_modified_gmt": made_gmt,
        }
        return {"id": number, **dates, "src": f"{url}.jpg", "name": f"{stem}.jpg", "alt": ""}

    def terms(self, kind: str) -> list[Term]:
        """The product's categories, tags or brands, by name as WordPress sorts them."""
        known: dict[int, Term] = getattr(self.site, kind)
        numbers: tuple[int, ...] = getattr(self.product, kind)
        return sorted((known[n] for n in numbers if n in known), key=lambda t: t.name.casefold())

    def overridden(self, shape: str, item: dict[str, Any]) -> dict[str, Any]:
        """The item with the raw values that a test has put over it."""
        for wanted, fields in self.site.state.overrides.get(self.product.id, ()):
            if wanted in ("*", shape):
                item.update(fields)
        return item

    @cached_property
    def html_name(self) -> str:
        """The name as visitors' browsers get it."""
        return texturize(self.parent.name if self.product.type == "variation" else self.product.name)
