"""What the shops no longer show: unseen, doubted, hidden, past its age, archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store import changes, checks, prices
from aggregator.store.listings import chunks
from aggregator.store.runs import HAS_OWNER
from aggregator.store.tables import LISTING, OFFER, SHOP, SYNC_RUN

_KNOWN = LISTING.c.status.in_(("visible", "suspect", "stale"))
"""Sold by the shop, as far as we know."""


class Absent(NamedTuple):
    id: int
    source_id: str
    missing_sweeps: int
    offers: int
    """Its visible offers."""


def visible_offers(connection: Connection, shop_id: int) -> int:
    """How many offers the shop has, as far as we know: the whole that the guard compares with."""
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(OFFER)
        .join(LISTING, LISTING.c.id == OFFER.c.listing_id)
        .where(OFFER.c.shop_id == shop_id, OFFER.c.status == "visible", _KNOWN)
    ).scalar_one()


def unseen(connection: Connection, shop_id: int, run_id: int) -> list[Absent]:
    """Listings that the shop has, as far as we know, and that this run has not met; in order of id."""
    offers = (
        sa.select(sa.func.count())
        .where(OFFER.c.listing_id == LISTING.c.id, OFFER.c.status == "visible")
        .scalar_subquery()
    )
    rows = connection.execute(
        sa.select(LISTING.c.id, LISTING.c.source_id, LISTING.c.missing_sweeps, offers)
        .where(LISTING.c.shop_id == shop_id, _KNOWN, LISTING.c.last_run_id != run_id)
        .order_by(LISTING.c.id)
    )
    return [Absent(*row) for row in rows]


def suspect(connection: Connection, ids: Sequence[int], run_id: int) -> None:
    """Unseen in this run, and nobody could confirm: shown as "à vérifier" until the next complete sweep."""
    for chunk in chunks(ids):
        connection.execute(
            sa.update(LISTING)
            .where(LISTING.c.id.in_(chunk))
            .values(status="suspect", missing_sweeps=LISTING.c.missing_sweeps + 1, last_run_id=run_id)
        )
    changes.record(connection, ids)


def hide(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    for chunk in chunks(ids):
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(chunk)).values(status="hidden", hidden_at=now))
    changes.record(connection, ids)
    changes.record(connection, ids, changes.MATCH)


def hide_offers(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """These variants left their product. The caller records the change of their listings."""
    prices.suspend(connection, ids, now)
    for chunk in chunks(ids):
        connection.execute(sa.update(OFFER).where(OFFER.c.id.in_(chunk)).values(status="hidden"))


def too_old(connection: Connection, limits: Mapping[str, datetime], limit: int = 5000) -> dict[datetime, list[int]]:
    """What was last checked before its connector's instant, by that instant; at most `limit` in all.

    This reads every listing: not while others wait to write."""
    found: dict[datetime, list[int]] = {}
    for connector, before in limits.items():
        rows = connection.execute(
            sa.select(LISTING.c.id)
            .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
            .where(SHOP.c.status == "approved", SHOP.c.connector == connector, _ages(before))
            .limit(limit)
        )
        ids = list(rows.scalars())
        limit -= len(ids)
        found.setdefault(before, []).extend(ids)
    return found


def expire(connection: Connection, ids: Sequence[int], before: datetime) -> int:
    """Take these out of the results unless they were checked meanwhile; how many that were. The page of each stays; a
    suspect is hidden, since nobody has seen it for as long.

    A shop that is being read is left alone: whoever reads it has decided by what was there before."""
    being_read = sa.select(SYNC_RUN.c.shop_id).where(HAS_OWNER)
    expired = 0
    for chunk in chunks(ids):
        gone = connection.execute(
            sa.update(LISTING)
            .where(LISTING.c.id.in_(chunk), _ages(before), LISTING.c.shop_id.not_in(being_read))
            .values(
                status=sa.case((LISTING.c.status == "suspect", "hidden"), else_="stale"),
                hidden_at=sa.case((LISTING.c.status == "suspect", LISTING.c.checked_at), else_=LISTING.c.hidden_at),
            )
            .returning(LISTING.c.id, LISTING.c.shop_id, LISTING.c.status)
        ).all()
        changes.record(connection, [row.id for row in gone])
        changes.record(connection, [row.id for row in gone if row.status == "hidden"], changes.MATCH)
        checks.forget(connection, {row.shop_id for row in gone})
        expired += len(gone)
    return expired


def shift(connection: Connection, shop_id: int, now: datetime, back: timedelta) -> int:
    """Move this shop's checks that seem still to come so much back: the clock was ahead when they were noted. How many
    listings that were."""
    ahead = (LISTING.c.shop_id == shop_id, LISTING.c.checked_at > now)
    instants = connection.execute(sa.select(LISTING.c.checked_at).where(*ahead).distinct()).scalars()
    shifted = 0
    for instant in sorted(instants):  # each batch of a run has one: they are few
        of_then = sa.update(LISTING).where(LISTING.c.shop_id == shop_id, LISTING.c.checked_at == instant)
        shifted += connection.execute(of_then.values(checked_at=min(instant - back, now))).rowcount
    checks.forget(connection, [shop_id] if shifted else [])
    return shifted


def _ages(before: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(LISTING.c.status.in_(("visible", "suspect")), LISTING.c.checked_at < before)


def archive(connection: Connection, shop_id: int, before: datetime) -> int:
    """Archive what has been hidden since before this instant; it keeps its history and comes back when seen."""
    return connection.execute(
        sa.update(LISTING)
        .where(LISTING.c.shop_id == shop_id, LISTING.c.status == "hidden", LISTING.c.hidden_at < before)
        .values(status="archived")
    ).rowcount
