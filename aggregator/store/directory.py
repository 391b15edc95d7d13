"""The communes that have public shops, and where an offer belongs. Read for pages; nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.public import SHOP_IS_PUBLIC
from aggregator.store.tables import MERCHANT, OFFER, SHOP


@dataclass(frozen=True, slots=True)
class TownLine:
    """A commune that has public shops."""

    insee: str
    shops: int


def towns(connection: Connection) -> list[TownLine]:
    """The communes with public shops, most shops first. A shop whose commune was not understood is in none."""
    count = sa.func.count()
    statement = (
        sa.select(MERCHANT.c.insee, count.label("shops"))
        .select_from(SHOP)
        .join(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
        .where(SHOP_IS_PUBLIC, MERCHANT.c.insee.is_not(None))
        .group_by(MERCHANT.c.insee)
        .order_by(count.desc(), MERCHANT.c.insee)
    )
    return [TownLine(row.insee, row.shops) for row in connection.execute(statement)]


def listing_of(connection: Connection, offer_id: int) -> int | None:
    """The listing of an offer, public or not; None where there is no such offer."""
    found: int | None = connection.execute(sa.select(OFFER.c.listing_id).where(OFFER.c.id == offer_id)).scalar()
    return found
