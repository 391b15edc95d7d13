"""Who fails, who is to be told, and what was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import upsert
from aggregator.store.failing import failing as shops_that_fail
from aggregator.store.tables import MERCHANT, NOTICE, SHOP, SHOP_PACE, SYNC_RUN

KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Failing:
    """An approved shop that fails, and whom that concerns. `message` is French and says what to do."""

    shop_id: int
    name: str
    email: str
    """The merchant's; empty where there is none."""
    since: datetime
    message: str
    who_acts: str
    partly: bool = False
    """It answers, but was not read whole for days."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was sent."""

    shop_id: int
    kind: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A shop's name and its merchant's mail."""

    name: str
    email: str


def failing(connection: Connection, now: datetime) -> list[Failing]:
    """Shops that fail, the longest first."""
    rows = connection.execute(
        shops_that_fail(now)
        .add_columns(
            SHOP.c.id, SHOP.c.name, sa.func.coalesce(MERCHANT.c.email, ""), SHOP_PACE.c.failing_since,
            sa.func.coalesce(SYNC_RUN.c.error_message, ""), sa.func.coalesce(SYNC_RUN.c.error_who, ""),
            SYNC_RUN.c.state != "failed",
        )
        .join(SHOP, SHOP.c.id == SHOP_PACE.c.shop_id)
        .outerjoin(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
        .where(SHOP.c.status == "approved")
        .order_by(SHOP_PACE.c.failing_since, SHOP.c.id)
    )  # fmt: skip
    return [Failing(*row) for row in rows]


def told(connection: Connection, now: datetime) -> list[Told]:
    """What was sent in the last year."""
    rows = connection.execute(
        sa.select(NOTICE.c.shop_id, NOTICE.c.kind, NOTICE.c.since).where(NOTICE.c.sent_at > now - KEPT)
    )
    return [Told(*row) for row in rows]


def addresses(connection: Connection, shop_ids: set[int]) -> dict[int, Address]:
    """Names and mails of those of these shops that are still approved."""
    rows = connection.execute(
        sa.select(SHOP.c.id, SHOP.c.name, sa.func.coalesce(MERCHANT.c.email, ""))
        .outerjoin(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
        .where(SHOP.c.id.in_(shop_ids), SHOP.c.status == "approved")
    )
    return {row[0]: Address(row[1], row[2]) for row in rows}


def record(connection: Connection, notice: Told, now: datetime) -> None:
    """Remember that this was sent."""
    values = {"shop_id": notice.shop_id, "kind": notice.kind, "since": notice.since, "sent_at": now}
    connection.execute(upsert(connection, NOTICE, ()).values(**values).on_conflict_do_nothing())


def forget_old(connection: Connection, now: datetime) -> None:
    """Drop what was sent more than a year ago."""
    connection.execute(sa.delete(NOTICE).where(NOTICE.c.sent_at <= now - KEPT))
