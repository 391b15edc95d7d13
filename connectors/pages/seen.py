"""What the sources of one page say, each in its own voice, before anybody decides.

A source (JSON-LD, microdata, ...) is read into a `Seen`: every product that it shows, with the values normalised at
this edge. Which of them is the page's own product, and which answer is right, is decided later (`kind`, `choose`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from connectors.records import Attribute, Availability, Condition


class Source(StrEnum):
    """Where an answer comes from, the most trusted first where nothing else decides."""

    JSON_LD = "json-ld"
    MICRODATA = "microdata"
    RDFA = "rdfa"
    STATE = "state"
    """JSON that the page carries for its own scripts: dataLayer, __NEXT_DATA__, data-product, ..."""
    OPEN_GRAPH = "open-graph"
    """Open Graph and the other product tags of <meta>."""
    VISIBLE = "visible"
    """What a visitor reads."""


@dataclass(frozen=True, slots=True)
class SeenOffer:
    """One price with what stands beside it."""

    price: str | None = None
    """A plain decimal, "12.90", tax included as shown; None where the source gives none. "0" is what the source says:
    whether that is free or no price is decided later."""
    list_price: str | None = None
    """The crossed-out price, a plain decimal."""
    currency: str | None = None
    """ISO 4217."""
    availability: Availability | None = None
    quantity: int | None = None
    sku: str | None = None
    gtin: str | None = None
    """GTIN-14, valid."""
    bad_gtin: str | None = None
    """What stood in its place, where it was no GTIN."""
    url: str | None = None
    variant: tuple[Attribute, ...] = ()
    images: tuple[str, ...] = ()
    lowest_of: int = 0
    """For a range ("from 12 to 40"): how many offers it sums up, 1 where that is not said; 0 for a single price."""
    highest: str | None = None
    """The range's other end."""


@dataclass(frozen=True, slots=True)
class SeenProduct:
    """One product as one source shows it. `role`: `main` where the source itself says that the page is about it (the
    root of a block, mainEntity), `listed` in a list of products, `related` beside another product."""

    source: Source
    where: str
    """For `explain`: "script 2, @graph[1]", "div#product"."""
    name: str | None = None
    description: str = ""
    brand: str | None = None
    sku: str | None = None
    mpn: str | None = None
    gtin: str | None = None
    bad_gtin: str | None = None
    url: str | None = None
    images: tuple[str, ...] = ()
    category_path: tuple[str, ...] = ()
    condition: Condition | None = None
    attributes: tuple[Attribute, ...] = ()
    offers: tuple[SeenOffer, ...] = ()
    """One a variant where the source has them."""
    role: Literal["main", "listed", "related"] = "main"
    repaired: bool = False
    """Its block was malformed and had to be mended."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that one source shows on a page."""

    source: Source
    products: tuple[SeenProduct, ...] = ()
    types: frozenset[str] = frozenset()
    """schema.org types met, and og:type as "og:product"."""
    breadcrumbs: tuple[str, ...] = ()
    """From the root, the product itself left out."""
    seller: str | None = None
    """The shop's or organisation's name: not a brand of its products."""
    malformed: int = 0
    """Blocks that were mended."""
    lost: int = 0
    """Blocks that could not be mended."""
    notes: tuple[str, ...] = field(default=())
    """English, for `explain`."""
