"""The index document: one listing (a product of one shop, with its offers), flattened for finding.

Why a listing and not an offer: see docs/decisions/0003-one-document-a-listing.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CATEGORY_SEPARATOR = " > "


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


def category_values(path: Iterable[str]) -> Iterator[str]:
    """Facet values of a category path, one for each level: "Maison", "Maison > Vaisselle".

    A ">" inside a name becomes "›", so that a value can be split again."""
    value = ""
    for name in path:
        part = name.replace(">", "›").strip()[:100]
        if part:
            value = f"{value}{CATEGORY_SEPARATOR}{part}" if value else part
            yield value


def category_label(value: str) -> str:
    """The name of a category value's own level."""
    return value.rpartition(CATEGORY_SEPARATOR)[2]
