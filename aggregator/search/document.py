"""The index document: one listing (a product of one shop, with its offers), flattened for finding.

Why a listing and not an offer: see docs/decisions/0003-one-document-a-listing.md.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    """Plain text."""
    variants: str
    """Names of all variants, for the text search: "Rouge 38 39 40"."""
    codes: tuple[str, ...]
    """GTINs and references, matched whole."""
    price_minor: int | None
    """The lowest price among offers that can be bought; of all, where none can."""
    availability: str
    """The best among the offers: InStock, then BackOrder, then OutOfStock, then "" (unknown)."""
    first_seen: int
    """Unix seconds."""
