"""Which shops fail, since when and why: those whose last read failed, and those that were not read whole for a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from aggregator.store.runs import last_ended
from aggregator.store.tables import SHOP_PACE, SYNC_RUN

INCOMPLETE_FOR: Final = timedelta(days=1)
"""Reads that come to no end, for one reason or another, are nobody's business before."""


def failing(now: datetime) -> sa.Select[Any]:
    """SHOP_PACE joined with the SYNC_RUN that tells why, of all shops that fail; to be given columns and further joins.

    `failing_since` is since when no read was complete. A site that is read in pieces tells it by the run that rests
    between two of them."""
    resting = SYNC_RUN.alias()
    unfinished = (
        sa.select(resting.c.id)
        .where(
            resting.c.shop_id == SHOP_PACE.c.shop_id,
            resting.c.state == sa.literal_column("'open'"),
            resting.c.error_code != "",
        )
        .correlate(SHOP_PACE)
        .scalar_subquery()
    )
    told = sa.func.coalesce(unfinished, last_ended(SHOP_PACE.c.shop_id))
    for_days = sa.and_(
        SYNC_RUN.c.state.in_(("incomplete", "open")), SHOP_PACE.c.failing_since <= now - INCOMPLETE_FOR
    )  # fmt: skip
    return (
        sa.select()
        .select_from(SHOP_PACE)
        .join(SYNC_RUN, SYNC_RUN.c.id == told)
        .where(SHOP_PACE.c.failing_since.is_not(None), sa.or_(SYNC_RUN.c.state == "failed", for_days))
    )
