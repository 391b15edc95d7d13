"""What a page of a simple site says of a product, before it is put into any markup."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal

from ..model import Product, Term
from ..pricing import decimals, is_on_sale
from ..state import ShopState

AVAILABLE = {"instock": "InStock", "outofstock": "OutOfStock", "onbackorder": "BackOrder"}
"""schema.org's words for the stock of a product."""
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Sold:
    """One thing that can be put into the basket. Prices are decimals with a point, "" where there is none."""

    number: int
    sku: str
    gtin: str
    price: str
    was: str
    """The crossed-out price, "" where there is none."""
    stock: str
    """instock, outofstock or onbackorder."""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One product as its page shows it: `sold` has one entry a variation, the first is chosen when the page opens."""

    product: Product
    name: str
    brand: str
    text: str
    """HTML."""
    path: tuple[Term, ...]
    sold: tuple[Sold, ...]

    @property
    def plain(self) -> str:
        """The description without tags."""
        return " ".join(html.unescape(_TAGS.sub(" ", self.text)).split())

    @property
    def first(self) -> Sold:
        """What the page shows when it opens."""
        return self.sold[0]

    @property
    def stock(self) -> str:
        """In stock where anything of it is."""
        return min((one.stock for one in self.sold), key=("instock", "onbackorder", "outofstock").index)


class Counter:
    """Looks products up in a shop's state. Hold the state's lock."""

    def __init__(self, state: ShopState) -> None:
        self.state = state
        catalogue = state.catalogue
        self._terms = {t.id: t for t in catalogue.categories}
        self._brands = {t.id: t.name for t in catalogue.brands}
        self._attributes = {a.id: a for a in catalogue.attributes}

    def public(self) -> list[Product]:
        """What has a page that the shop shows the way to, the newest first."""
        shown = [
            p
            for p in self.state.products()
            if p.status == "publish" and p.catalog_visibility in ("visible", "catalog") and not p.post_password
        ]
        return shown[::-1]

    def on_shelf(self, term: Term) -> list[Product]:
        """The public products of a category and of those below it."""
        wanted = {term.id} | {t.id for t in self._terms.values() if t.parent == term.id}
        return [p for p in self.public() if wanted & set(p.categories)]

    def find(self, number: int) -> Product | None:
        """A product that has a page."""
        product = self.state.entries.get(number)
        if product is None or product.type == "variation" or product.post_password:
            return None
        return product if product.status == "publish" else None

    def shown(self, product: Product) -> Shown:
        """All that its page says."""
        family = [v for v in self.state.variations(product.id) if v.status == "publish"]
        return Shown(
            product=product,
            name=html.unescape(_TAGS.sub("", product.name)),
            brand=next((self._brands[b] for b in product.brands if b in self._brands), ""),
            text=self.state.catalogue.description_of(product) or product.short_description,
            path=self._path(product),
            sold=tuple(self._sold(one) for one in (family if product.type == "variable" and family else [product])),
        )

    def _path(self, product: Product) -> tuple[Term, ...]:
        path: list[Term] = []
        term = self._terms.get(product.categories[-1]) if product.categories else None
        while term is not None:
            path.insert(0, term)
            term = self._terms.get(term.parent)
        return tuple(path)

    def _sold(self, one: Product) -> Sold:
        reduced = is_on_sale(one, self.state.now())
        regular = decimals(one.regular_price) if one.regular_price else ""
        price = decimals(one.sale_price) if reduced else regular
        return Sold(
            number=one.id,
            sku=one.sku,
            gtin=one.global_unique_id,
            price=price,
            was=regular if reduced and Decimal(regular) > Decimal(price) else "",
            stock=one.stock_status,
            options=tuple((self._attributes[a].name, self._attributes[a].term(v).name) for a, v in one.choice if v),
        )
