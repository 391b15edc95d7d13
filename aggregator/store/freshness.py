"""How fresh the portal is: what was checked when, what was read, and who fails since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store import checks
from aggregator.store.checks import Spans
from aggregator.store.failing import failing
from aggregator.store.held import unanswered
from aggregator.store.pace import AHEAD
from aggregator.store.runs import HAS_OWNER, HINT_LANE, IS_OPEN, STUCK_AFTER
from aggregator.store.tables import HELD_INTENT, SHOP, SHOP_PACE, SHOP_SIGNAL, SYNC_RUN

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a shop is not read."""

    since: datetime
    failures: int
    code: str
    message: str
    """French, for whoever must act."""
    who_acts: str


@dataclass(frozen=True, slots=True)
class ShopFreshness:
    """One approved shop. Counts are of published offers."""

    shop_id: int
    name: str
    platform: str
    offers: int
    within_hour: int
    within_day: int
    oldest: datetime | None
    next_sync_at: datetime | None
    """None where the clock has never read it."""
    reading: bool
    failing: Failure | None
    held: int
    """Offers that wait for a person or a second sweep, those that a person has answered for apart."""
    webhooks: str | None
    """What is wrong with the webhooks that it tells its changes by: `disabled`, `paused`, `absent`, or `refused` where
    its key may no longer renew those that we made. None where nothing is, or it has none."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The region."""

    shops: tuple[ShopFreshness, ...]
    runs: dict[str, int]
    """Of the last day, by outcome, without those that only read products which a shop named; `open` are those under
    way and those that rest between two pieces, `stuck` those without a sign of life."""
    delay: timedelta
    """How long the longest overdue shop has waited."""
    overdue: int
    at: datetime
    """When this was measured."""

    @property
    def offers(self) -> int:
        return sum(shop.offers for shop in self.shops)

    @property
    def within_hour(self) -> int:
        return sum(shop.within_hour for shop in self.shops)

    @property
    def within_day(self) -> int:
        return sum(shop.within_day for shop in self.shops)

    @property
    def oldest(self) -> datetime | None:
        return min((shop.oldest for shop in self.shops if shop.oldest is not None), default=None)

    @property
    def failing(self) -> list[ShopFreshness]:
        """The longest first."""
        return sorted(
            (shop for shop in self.shops if shop.failing is not None),
            key=lambda shop: (shop.failing.since if shop.failing else datetime.max, shop.shop_id),
        )


def measure(connection: Connection, now: datetime, files: Sequence[str] = ()) -> Freshness:
    """The region's freshness now. `files`: connectors of what is handed over, which the clock never reads."""
    checked = checks.spans(connection, now)
    failures = _failing(connection, now)
    waiting = _sum(
        connection,
        sa.select(HELD_INTENT.c.shop_id, sa.func.sum(HELD_INTENT.c.offers))
        .where(unanswered(now))
        .group_by(HELD_INTENT.c.shop_id),
    )
    rows = connection.execute(
        sa.select(
            SHOP.c.id, SHOP.c.name, SHOP.c.platform, SHOP.c.connector, SHOP_PACE.c.next_sync_at,
            SHOP_PACE.c.wanted_at, SYNC_RUN.c.id.label("run"), SHOP_SIGNAL.c.trouble,
        )
        .outerjoin(SHOP_PACE, SHOP_PACE.c.shop_id == SHOP.c.id)
        .outerjoin(SHOP_SIGNAL, SHOP_SIGNAL.c.shop_id == SHOP.c.id)
        .outerjoin(SYNC_RUN, sa.and_(SYNC_RUN.c.shop_id == SHOP.c.id, HAS_OWNER))
        .where(SHOP.c.status == "approved")
        .order_by(SHOP.c.id)
    ).all()  # fmt: skip
    shops = tuple(
        _shop(row, _ages(checked.get(row.id, ()), now), failures.get(row.id), waiting.get(row.id, 0)) for row in rows
    )
    late = [
        now - min(filter(None, (row.next_sync_at, row.wanted_at)))
        for row in rows
        if row.next_sync_at is not None and row.run is None and row.connector not in files
    ]
    overdue = [one for one in late if one > timedelta()]
    return Freshness(shops, _runs(connection, now), max(overdue, default=timedelta()), len(overdue), now)


Checked = tuple[int, int, int, datetime | None]
"""(offers, checked within the hour, within the day, the oldest check)"""


def _shop(row: Any, checked: Checked, failing: Failure | None, held: int) -> ShopFreshness:
    offers, within_hour, within_day, oldest = checked
    return ShopFreshness(
        row.id,
        row.name,
        row.platform,
        offers,
        within_hour,
        within_day,
        oldest,
        next_sync_at=row.next_sync_at,
        reading=row.run is not None,
        failing=failing,
        held=held,
        webhooks=row.trouble,
    )


def _ages(checked: Spans, now: datetime) -> Checked:
    """A check that is still to come proves nothing: the clock was set back since."""

    def within(age: timedelta) -> int:
        return sum(count for at, count in checked if now - age < at <= now + AHEAD)

    offers = sum(count for _, count in checked)
    return offers, within(HOUR), within(DAY), min((at for at, _ in checked), default=None)


def _failing(connection: Connection, now: datetime) -> dict[int, Failure]:
    """Shops that fail, with the error that tells why."""
    rows = connection.execute(
        failing(now).add_columns(
            SHOP_PACE.c.shop_id, SHOP_PACE.c.failing_since, SHOP_PACE.c.failures, SYNC_RUN.c.error_code,
            SYNC_RUN.c.error_message, SYNC_RUN.c.error_who,
        )
    )  # fmt: skip
    return {
        row.shop_id: Failure(
            row.failing_since, row.failures, row.error_code or "", row.error_message or "", row.error_who or ""
        )
        for row in rows
    }


def _runs(connection: Connection, now: datetime) -> dict[str, int]:
    ended = connection.execute(
        sa.select(SYNC_RUN.c.state, sa.func.count())
        .where(SYNC_RUN.c.state != "open", SYNC_RUN.c.lane != HINT_LANE, SYNC_RUN.c.finished_at > now - DAY)
        .group_by(SYNC_RUN.c.state)
    )
    found = {state: int(count) for state, count in ended}
    under_way = connection.execute(sa.select(SYNC_RUN.c.heartbeat_at, SYNC_RUN.c.lease).where(IS_OPEN)).all()
    stuck = sum(1 for beat, lease in under_way if lease and beat <= now - STUCK_AFTER)
    return found | {"open": len(under_way) - stuck, "stuck": stuck}


def _sum(connection: Connection, query: sa.Select[Any]) -> dict[int, int]:
    return {row[0]: int(row[1]) for row in connection.execute(query)}
