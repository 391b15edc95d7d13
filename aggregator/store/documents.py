"""What the index must know of a listing, read in bulk: two queries a batch, however many listings it has.

Only what is public (`store.public`). Rows come as they are stored; `search.loading` makes documents of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.public import LISTED, SHOP_IS_PUBLIC
from aggregator.store.tables import LISTING, LISTING_CONTENT, MERCHANT, OFFER, SHOP


class PublicListing(NamedTuple):
    """One listing with the names of its shop and place. Lists are JSON text."""

    id: int
    shop_id: int
    shop_name: str
    commune: str | None
    title: str
    brand: str | None
    category_path: str
    category: str | None
    condition: str | None
    product_id: int | None
    status: str
    description: str | None
    attributes: str | None
    first_seen_at: datetime


class PublicOffer(NamedTuple):
    """One visible offer of a public listing."""

    listing_id: int
    variant: str
    price_minor: int | None
    availability: str | None
    gtin: str | None
    sku: str | None


PublicProduct = tuple[PublicListing, list[PublicOffer]]

_LISTINGS = (
    sa.select(
        LISTING.c.id,
        LISTING.c.shop_id,
        SHOP.c.name,
        MERCHANT.c.commune,
        LISTING.c.title,
        LISTING.c.brand,
        LISTING.c.category_path,
        LISTING.c.category,
        LISTING.c.condition,
        LISTING.c.product_id,
        LISTING.c.status,
        LISTING_CONTENT.c.description,
        LISTING_CONTENT.c.attributes,
        LISTING.c.first_seen_at,
    )
    .select_from(
        LISTING.join(SHOP, SHOP.c.id == LISTING.c.shop_id)
        .outerjoin(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
        .outerjoin(LISTING_CONTENT, LISTING_CONTENT.c.listing_id == LISTING.c.id)
    )
    .where(SHOP_IS_PUBLIC, LISTED)
    .order_by(LISTING.c.id)
)
_OFFERS = (
    sa.select(
        OFFER.c.listing_id,
        OFFER.c.variant,
        OFFER.c.price_minor,
        OFFER.c.availability,
        OFFER.c.gtin,
        OFFER.c.sku,
    )
    .where(OFFER.c.status == "visible")
    .order_by(OFFER.c.listing_id)
)


def by_ids(connection: Connection, listing_ids: Sequence[int]) -> list[PublicProduct]:
    """Those of these listings that are public, by id ascending. A batch of a thousand at most is meant."""
    return _with_offers(
        connection.execute(_LISTINGS.where(LISTING.c.id.in_(listing_ids))).all(),
        connection.execute(_OFFERS.where(OFFER.c.listing_id.in_(listing_ids))).all(),
    )


def page(connection: Connection, after: int, limit: int) -> tuple[list[PublicProduct], int | None]:
    """Public listings above the id `after`, by id, and the id to go on from; `None` when there are no more."""
    rows = connection.execute(_LISTINGS.where(LISTING.c.id > after).limit(limit)).all()
    if not rows:
        return [], None
    first, last = rows[0][0], rows[-1][0]
    offers = connection.execute(_OFFERS.where(OFFER.c.listing_id.between(first, last))).all()
    return _with_offers(rows, offers), int(last) if len(rows) == limit else None


def _with_offers(listings: Sequence[Sequence[Any]], offers: Sequence[Sequence[Any]]) -> list[PublicProduct]:
    """Pair them; listings without a visible offer fall out."""
    grouped = {
        listing_id: [PublicOffer._make(row) for row in rows]
        for listing_id, rows in groupby(offers, key=lambda row: int(row[0]))
    }
    return [(PublicListing._make(row), grouped[row[0]]) for row in listings if row[0] in grouped]
