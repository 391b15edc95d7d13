"""What a link to a shop's cart needs to know of an offer. Read for pages; nothing here writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.shops import site_of
from aggregator.store.tables import OFFER, SHOP


@dataclass(frozen=True, slots=True)
class CartItem:
    """An offer as its shop knows it."""

    connector: str
    shop_url: str
    source_id: str
    """The shop's own id of the offer, as the connector reads it."""


def items(connection: Connection, offer_ids: Collection[int]) -> dict[int, CartItem]:
    """Offer id -> what its shop calls it; offers of shops without a site, and unknown ones, are absent."""
    rows = connection.execute(
        sa.select(OFFER.c.id, OFFER.c.source_id, SHOP.c.connector, SHOP.c.url)
        .join(SHOP, SHOP.c.id == OFFER.c.shop_id)
        .where(OFFER.c.id.in_(list(offer_ids)), SHOP.c.status == "approved")
    )
    return {row.id: CartItem(row.connector, row.url, row.source_id) for row in rows if site_of(row.url)}
