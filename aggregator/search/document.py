"""The index document: one listing (a product of one shop, with its offers), flattened for finding.

Why a listing and not an offer: see docs/decisions/0003-one-document-a-listing.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CATEGORY_SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """What is indexed of a listing. Never read back: what a page shows comes from the store."""

    listing_id: int
    shop_id: int
    shop_name: str
    town: str
    title: str
    brand: str
    category_path: tuple[str, ...]
    """The shop's own words: searched, no facet."""
    category: str
    """Node of the portal's own tree, "maison/vaisselle"; "" where it could not be mapped."""
    description: str
    """Plain text, its beginning."""
    variants: str
    """Values of all variants and attributes, each once, for the text search: "Rouge 38 39 40 Coton"."""
    codes: tuple[str, ...]
    """GTINs and references, matched whole."""
    price_minor: int | None
    """The lowest price among offers that can be bought; of all, where none can."""
    availability: str
    """The best among the offers: InStock, then BackOrder, then OutOfStock, then "" (unknown)."""
    first_seen: int
    """Unix seconds."""
    product_id: int | None = None
    """What it is across shops; None: alone."""
    doubtful: bool = False
    """The last sweep did not find it: "à vérifier"."""
    condition: str = ""
    """`new`, `refurbished`, `used`, or "" (unknown)."""
    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()


def category_values(node: str) -> Iterator[str]:
    """Facet values of a node of the portal's tree, one for each level: "maison", "maison/vaisselle"."""
    value = ""
    for slug in node.split(CATEGORY_SEPARATOR):
        if slug:
            value = f"{value}{CATEGORY_SEPARATOR}{slug}" if value else slug
            yield value
