"""How many of a shop's published offers were checked when: counted once after each run, and kept.

Who asks how fresh the region is would otherwise read every offer of it, some seconds of CPU each time for a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import upsert
from aggregator.store.engine import Store
from aggregator.store.pace import AHEAD
from aggregator.store.public import LISTED
from aggregator.store.tables import LISTING, OFFER, SHOP, SHOP_CHECKED, SYNC_RUN

SETTLED: Final = timedelta(seconds=90)
"""After a run's last sign of life: by then all of it is committed, however long the database was locked."""
PORTION: Final = 300
"""Shops that are counted in one go."""

Spans = tuple[tuple[datetime, int], ...]
"""(an instant, published offers that were checked then): a few a shop, since each batch of a run has one instant."""


def spans(connection: Connection, now: datetime) -> dict[int, Spans]:
    """Of every approved shop; what was written since it was counted is counted now."""
    kept, stale = _kept(connection, now)
    for start in range(0, len(stale), PORTION):
        kept |= _count(connection, [shop_id for shop_id, _ in stale[start : start + PORTION]])
    return kept


def keep(store: Store, now: datetime) -> int:
    """Count the shops of which runs have ended since, and keep that; how many shops that were."""
    with store.read() as connection:
        _, stale = _kept(connection, now)
    settled = [shop_id for shop_id, beat in stale if beat is None or not now - SETTLED <= beat <= now]
    for start in range(0, len(settled), PORTION):
        chunk = settled[start : start + PORTION]
        with store.read() as connection:
            counted = _count(connection, chunk)
        with store.write() as connection:
            _save(connection, counted, now)
    return len(settled)


def forget(connection: Connection, shop_ids: Iterable[int]) -> None:
    """These shops' offers changed without a run."""
    for shop_id in shop_ids:
        connection.execute(sa.delete(SHOP_CHECKED).where(SHOP_CHECKED.c.shop_id == shop_id))


def _kept(connection: Connection, now: datetime) -> tuple[dict[int, Spans], list[tuple[int, datetime | None]]]:
    """What was counted and still holds, and the other shops with their last run's last sign of life."""
    newest = (
        sa.select(sa.func.max(SYNC_RUN.c.id)).where(SYNC_RUN.c.shop_id == SHOP.c.id).correlate(SHOP).scalar_subquery()
    )
    rows = connection.execute(
        sa.select(SHOP.c.id, SHOP_CHECKED.c.counted_at, SHOP_CHECKED.c.spans, SYNC_RUN.c.heartbeat_at)
        .outerjoin(SHOP_CHECKED, SHOP_CHECKED.c.shop_id == SHOP.c.id)
        .outerjoin(SYNC_RUN, SYNC_RUN.c.id == newest)
        .where(SHOP.c.status == "approved")
    )
    kept: dict[int, Spans] = {}
    stale: list[tuple[int, datetime | None]] = []
    for shop_id, counted_at, text, beat in rows:
        if counted_at is None or counted_at > now + AHEAD or (beat is not None and beat > counted_at - SETTLED):
            stale.append((shop_id, beat))
        else:
            kept[shop_id] = tuple((datetime.fromisoformat(at), count) for at, count in orjson.loads(text))
    return kept, stale


def _count(connection: Connection, shop_ids: Sequence[int]) -> dict[int, Spans]:
    rows = connection.execute(
        sa.select(LISTING.c.shop_id, LISTING.c.checked_at, sa.func.count())
        .join(OFFER, OFFER.c.listing_id == LISTING.c.id)
        .where(LISTING.c.shop_id.in_(shop_ids))
        .where(OFFER.c.status == "visible", LISTED)
        .group_by(LISTING.c.shop_id, LISTING.c.checked_at)
    )
    found: dict[int, list[tuple[datetime, int]]] = {shop_id: [] for shop_id in shop_ids}
    for shop_id, at, count in rows:
        found[shop_id].append((at, int(count)))
    return {shop_id: tuple(sorted(counted)) for shop_id, counted in found.items()}


def _save(connection: Connection, counted: dict[int, Spans], now: datetime) -> None:
    if not counted:
        return
    rows: list[dict[str, Any]] = [
        {"shop_id": shop_id, "counted_at": now, "spans": orjson.dumps([(at.isoformat(), n) for at, n in told]).decode()}
        for shop_id, told in counted.items()
    ]
    insert = upsert(connection, SHOP_CHECKED, ("shop_id",))
    new = {"counted_at": insert.excluded.counted_at, "spans": insert.excluded.spans}
    connection.execute(insert.on_conflict_do_update(index_elements=("shop_id",), set_=new), rows)
