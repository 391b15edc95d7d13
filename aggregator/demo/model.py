"""What a sample shop holds: products, terms, attributes, the merchant.

A `Product` is frozen: a change replaces it, so that a catalogue can be shared, put back and read without a lock.
Prices are the strings that a merchant typed ("19.90", "" for none), instants are Unix seconds, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

ProductType = Literal["simple", "variable", "variation", "grouped", "external"]
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw: a shape that `pictures` knows, its colour, and a text for shapes that carry one (books)."""

    shape: str
    colour: Colour
    text: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A category, tag, brand or value of an attribute. `name` is plain text; the shop escapes it as WordPress does."""

    id: int
    name: str
    slug: str
    parent: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the whole shop ("Taille") with its values. WooCommerce names its taxonomy `pa_<slug>`."""

    id: int
    name: str
    slug: str
    terms: tuple[Term, ...]

    def term(self, slug: str) -> Term:
        """The value with this slug; KeyError where the shop has none."""
        for term in self.terms:
            if term.slug == slug:
                return term
        raise KeyError(slug)


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute on a product: the slugs of its values, and whether its variations differ by it."""

    attribute: Attribute
    options: tuple[str, ...]
    variation: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """A product or a variation (`type="variation"`, `parent` set, `choice` = its attribute values by attribute id)."""

    id: int
    name: str
    slug: str
    type: ProductType = "simple"
    parent: int = 0
    status: str = "publish"
    catalog_visibility: str = "visible"
    description: str = ""
    short_description: str = ""
    sku: str = ""
    global_unique_id: str = ""
    regular_price: str = ""
    sale_price: str = ""
    sale_from: int | None = None
    sale_to: int | None = None
    manage_stock: bool = False
    stock_quantity: int | None = None
    stock_status: str = "instock"
    backorders: str = "no"
    sold_individually: bool = False
    weight: str = ""
    categories: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    brands: tuple[int, ...] = ()
    attributes: tuple[AttributeUse, ...] = ()
    choice: tuple[tuple[int, str], ...] = ()
    images: int = 1
    picture: Picture | None = None
    created: int = 0
    modified: int = 0
    post_password: str = ""
    featured: bool = False
    menu_order: int = 0
    total_sales: int = 0
    meta: tuple[tuple[str, str], ...] = ()
    external_url: str = ""
    grouped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Merchant:
    """The invented legal seller behind a sample shop."""

    name: str
    siret: str
    street: str
    postal_code: str
    commune: str
    email: str
    opening_hours: str = ""
    """schema.org's form, one a line."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that a sample shop is made of, before anybody changes it. `products` come by ascending id."""

    name: str
    kind: str
    tagline: str
    merchant: Merchant
    accent: Colour
    products: tuple[Product, ...]
    categories: tuple[Term, ...] = ()
    tags: tuple[Term, ...] = ()
    brands: tuple[Term, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    # A catalogue of any size can leave its descriptions unwritten until somebody reads them.
    describe: Callable[[Product], str] | None = field(default=None, compare=False)

    def description_of(self, product: Product) -> str:
        """The description as HTML: the product's own, else written now by `describe`."""
        if product.description or self.describe is None or product.type == "variation":
            return product.description
        return self.describe(product)

    def count(self) -> int:
        """Products without their variations."""
        return sum(p.type != "variation" for p in self.products)


def by_id(terms: Iterable[Term]) -> dict[int, Term]:
    """Terms by their id."""
    return {term.id: term for term in terms}
