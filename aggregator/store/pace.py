"""When shops are due: the rows behind the clock. What they mean is decided in `scheduler.pacing`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import upsert
from aggregator.store.runs import left_behind
from aggregator.store.tables import SHOP, SHOP_PACE

AHEAD: Final = timedelta(minutes=1)
"""What was noted so much later than now was noted before the clock was set back."""


@dataclass(frozen=True, slots=True)
class PaceRow:
    """A shop's lanes as they are kept. Intervals are in seconds."""

    next_sync_at: datetime
    catalogue_due_at: datetime
    catalogue_seconds: float
    stock_due_at: datetime | None
    stock_seconds: float | None
    failures: int
    failing_since: datetime | None
    last_run_seconds: float


@dataclass(frozen=True, slots=True)
class DueShop:
    """A shop whose time has come. `pace` is None where it was never read."""

    shop_id: int
    host: str
    connector: str
    due_at: datetime
    wanted: bool
    wanted_full: bool
    pace: PaceRow | None
    hinted: bool = False
    """Only some of its products are to be read, which it named itself (`store.signals`)."""
    left: bool = False
    """A process died while it read this shop: its run is to be taken over at once."""


_NAMES = list(PaceRow.__slots__)
_DUE_AT = sa.func.coalesce(
    SHOP_PACE.c.wanted_at, SHOP_PACE.c.next_sync_at, SHOP.c.decided_at, SHOP.c.created_at,
    type_=SHOP_PACE.c.next_sync_at.type,
)  # fmt: skip


def due(connection: Connection, now: datetime, limit: int, *, never: Collection[str] = ()) -> list[DueShop]:
    """Approved shops that are due, those first whose run lost its owner or that somebody wants read, then the longest
    overdue. `never`: connectors whose shops are not read by the clock."""
    left = SHOP.c.id.in_(left_behind(now)).label("is_left")
    wanted = sa.func.coalesce(SHOP_PACE.c.wanted_at <= now, sa.false()).label("is_wanted")
    rows = connection.execute(
        sa.select(
            SHOP.c.id, SHOP.c.host, SHOP.c.connector, _DUE_AT.label("due_at"), left, wanted, SHOP_PACE.c.wanted_full,
            *(SHOP_PACE.c[name] for name in _NAMES),
        )
        .outerjoin(SHOP_PACE, SHOP_PACE.c.shop_id == SHOP.c.id)
        .where(
            SHOP.c.status == "approved",
            SHOP.c.connector.not_in(never),
            sa.or_(
                SHOP_PACE.c.shop_id.is_(None), SHOP_PACE.c.next_sync_at <= now, SHOP_PACE.c.wanted_at <= now,
                SHOP.c.id.in_(left_behind(now)),
            ),
        )
        .order_by(sa.desc("is_left"), sa.desc("is_wanted"), sa.text("due_at"), SHOP.c.id)
        .limit(limit)
    )  # fmt: skip
    return [_due(row) for row in rows]


def _due(row: Any) -> DueShop:
    pace = None if row.next_sync_at is None else PaceRow(**{name: getattr(row, name) for name in _NAMES})
    wanted = bool(row.is_wanted)
    return DueShop(
        row.id, row.host, row.connector, row.due_at, wanted, wanted and row.wanted_full, pace, left=bool(row.is_left)
    )


def get(connection: Connection, shop_id: int) -> PaceRow | None:
    """None where the shop was never read by the clock."""
    row = connection.execute(
        sa.select(*(SHOP_PACE.c[name] for name in _NAMES)).where(SHOP_PACE.c.shop_id == shop_id)
    ).one_or_none()
    return None if row is None else PaceRow(*row)


def save(connection: Connection, shop_id: int, row: PaceRow, now: datetime) -> None:
    """Keep where a shop stands; what somebody wants of it stays."""
    values = {name: getattr(row, name) for name in _NAMES} | {"kept_at": now}
    insert = upsert(connection, SHOP_PACE, ("shop_id",)).values(shop_id=shop_id, wanted_full=False, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=("shop_id",), set_=values))


def want(connection: Connection, shop_id: int, now: datetime, *, full: bool = False) -> None:
    """Ask for a shop to be read as soon as there is a worker: "sync now", a confirmation, a shop's own signal."""
    start = {
        "shop_id": shop_id, "next_sync_at": now, "catalogue_due_at": now, "catalogue_seconds": 0.0, "failures": 0,
        "last_run_seconds": 0.0, "wanted_at": now, "wanted_full": full, "kept_at": now,
    }  # fmt: skip
    insert = upsert(connection, SHOP_PACE, ("shop_id",)).values(**start)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=("shop_id",),
            set_={
                "wanted_at": sa.func.coalesce(SHOP_PACE.c.wanted_at, insert.excluded.wanted_at),
                "wanted_full": sa.or_(SHOP_PACE.c.wanted_full, insert.excluded.wanted_full),
            },
        )
    )


def soon(connection: Connection, shop_id: int, now: datetime) -> None:
    """The shop is due at once, whatever its failures were: somebody has mended it."""
    at_once = {"next_sync_at": now, "catalogue_due_at": now, "failures": 0}
    connection.execute(sa.update(SHOP_PACE).where(SHOP_PACE.c.shop_id == shop_id).values(at_once))


def take_wish(connection: Connection, shop_id: int, *, full: bool) -> None:
    """A run has begun: what was wanted until now is on its way, but for a full read where the run is none."""
    fits = sa.true() if full else sa.not_(SHOP_PACE.c.wanted_full)
    connection.execute(
        sa.update(SHOP_PACE).where(SHOP_PACE.c.shop_id == shop_id, fits).values(wanted_at=None, wanted_full=False)
    )


def put_off_wish(connection: Connection, shop_id: int, until: datetime) -> None:
    """What is wanted cannot be had before then."""
    wanted = sa.and_(SHOP_PACE.c.shop_id == shop_id, SHOP_PACE.c.wanted_at.is_not(None))
    connection.execute(sa.update(SHOP_PACE).where(wanted).values(wanted_at=until))


def set_back(connection: Connection, now: datetime) -> timedelta:
    """By how much the clock was set back since a shop's pace was last kept: an engine that was at work keeps one every
    few seconds. Nothing where it was not, or by less than a minute."""
    latest = connection.execute(
        sa.select(sa.func.max(SHOP_PACE.c.kept_at, type_=SHOP_PACE.c.kept_at.type))
    ).scalar_one()
    return latest - now if latest is not None and latest > now + AHEAD else timedelta()


def shift(connection: Connection, now: datetime, back: timedelta) -> int:
    """Plan as if the clock had shown the time that it shows now, what was planned while it was `back` ahead; how many
    shops that are."""
    rows = connection.execute(sa.select(SHOP_PACE).where(SHOP_PACE.c.kept_at > now)).all()
    instants = ("next_sync_at", "catalogue_due_at", "stock_due_at", "failing_since", "wanted_at", "kept_at")
    for row in rows:
        at = {name: getattr(row, name) for name in instants}
        earlier = {name: None if instant is None else instant - back for name, instant in at.items()}
        if row.failing_since is not None and row.failing_since <= now:  # told in the time that is right again
            del earlier["failing_since"]
        connection.execute(sa.update(SHOP_PACE).where(SHOP_PACE.c.shop_id == row.shop_id).values(earlier))
    # what hints take away from now on counts as "since the last complete read" (`signals.lost_since`)
    connection.execute(sa.update(SHOP).where(SHOP.c.last_complete_at > now).values(last_complete_at=now))
    return len(rows)
