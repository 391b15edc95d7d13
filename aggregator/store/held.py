"""Held intents: changes that could be a lie, recorded when seen and judged at the end of their run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import upsert
from aggregator.store.tables import HELD_INTENT, LISTING, OFFER, SHOP

Answer = Literal["confirmed", "rejected"]
ANSWER_HOLDS = timedelta(hours=72)
"""How long a person's answer counts (docs/architecture.md, "The guard")."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """`payload` holds what to write when it is applied; equal payload texts are the same claim of the shop."""

    id: int
    kind: str
    target_id: int
    whole_product: bool
    listing_id: int
    offers: int
    payload: dict[str, Any]
    state: str
    sweeps: int
    first_seen_at: datetime
    answer: Answer | None
    """What a person said, while that counts."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one shop for one reason."""

    shop_id: int
    shop_name: str
    kind: str
    offers: int
    sweeps: int
    """Complete sweeps that said so, the fewest of all."""
    since: datetime
    answer: Answer | None
    answer_until: datetime | None


@dataclass(frozen=True, slots=True)
class Example:
    """One held change, as a person can judge it."""

    title: str
    url: str | None
    price_minor: int | None
    """Shown now."""
    currency: str | None
    claim: dict[str, Any]
    """What the shop says instead; empty for what is absent."""


def record(connection: Connection, shop_id: int, run_id: int, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Write what a batch would change: `kind, target_id, whole_product, listing_id, offers, payload` (a dict) each.

    The same claim as before goes on waiting and keeps its count of sweeps; another one begins anew. A person's answer
    is about the offer and the kind, and stays."""
    if not rows:
        return
    insert = upsert(connection, HELD_INTENT, ())
    same = HELD_INTENT.c.payload == insert.excluded.payload
    statement = insert.on_conflict_do_update(
        index_elements=("shop_id", "kind", "target_id"),
        set_={
            "run_id": insert.excluded.run_id,
            "listing_id": insert.excluded.listing_id,
            "offers": insert.excluded.offers,
            "payload": insert.excluded.payload,
            "state": sa.case((same, HELD_INTENT.c.state), else_="seen"),
            "sweeps": sa.case((same, HELD_INTENT.c.sweeps), else_=0),
            "first_seen_at": sa.case((same, HELD_INTENT.c.first_seen_at), else_=insert.excluded.first_seen_at),
        },
    )
    base = {"shop_id": shop_id, "run_id": run_id, "state": "seen", "sweeps": 0, "first_seen_at": now}
    connection.execute(statement, [base | row | {"payload": _text(row["payload"])} for row in rows])


def _text(claim: dict[str, Any]) -> str:
    return orjson.dumps(claim, option=orjson.OPT_SORT_KEYS).decode()


def of_run(connection: Connection, shop_id: int, run_id: int, now: datetime) -> list[HeldRow]:
    """What this run saw, in order of id."""
    columns = [HELD_INTENT.c[name] for name in HeldRow.__slots__ if name != "answer"]
    rows = connection.execute(
        sa.select(*columns, _answer(now).label("answer"))
        .where(HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.run_id == run_id)
        .order_by(HELD_INTENT.c.id)
    )
    return [HeldRow(**{**row._mapping, "payload": orjson.loads(row.payload)}) for row in rows]


def _answer(now: datetime) -> sa.ColumnElement[Any]:
    return sa.case((HELD_INTENT.c.answer_until > now, HELD_INTENT.c.answer), else_=None)


def confirmed_absences(connection: Connection, shop_id: int, now: datetime) -> set[int]:
    """The listings of which a person said that they are really gone."""
    rows = connection.execute(
        sa.select(HELD_INTENT.c.target_id).where(
            HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.whole_product, _answer(now) == "confirmed"
        )
    )
    return {row.target_id for row in rows}


def waiting(connection: Connection, now: datetime, shop_id: int | None = None) -> list[Waiting]:
    """What waits for a second sweep or a person, a row for each shop, kind and answer."""
    query = (
        sa.select(
            HELD_INTENT.c.shop_id,
            SHOP.c.name.label("shop_name"),
            HELD_INTENT.c.kind,
            sa.func.sum(HELD_INTENT.c.offers).label("offers"),
            sa.func.min(HELD_INTENT.c.sweeps).label("sweeps"),
            sa.func.min(HELD_INTENT.c.first_seen_at, type_=HELD_INTENT.c.first_seen_at.type).label("since"),
            _answer(now).label("given"),
            sa.func.max(HELD_INTENT.c.answer_until, type_=HELD_INTENT.c.answer_until.type).label("answer_until"),
        )
        .join(SHOP, SHOP.c.id == HELD_INTENT.c.shop_id)
        .where(HELD_INTENT.c.state == "held")
        .group_by(HELD_INTENT.c.shop_id, SHOP.c.name, HELD_INTENT.c.kind, sa.text("given"))
        .order_by(HELD_INTENT.c.shop_id, HELD_INTENT.c.kind, sa.text("given"))
    )
    if shop_id is not None:
        query = query.where(HELD_INTENT.c.shop_id == shop_id)
    return [
        Waiting(*row[:6], answer=row.given, answer_until=row.answer_until if row.given else None)
        for row in connection.execute(query)
    ]


def unanswered(now: datetime) -> sa.ColumnElement[bool]:
    """What waits, and nobody has said anything of it that still counts."""
    return sa.and_(HELD_INTENT.c.state == "held", _answer(now).is_(None))


def examples(connection: Connection, shop_id: int, kind: str, limit: int = 3) -> list[Example]:
    """Some of what waits, the first seen first; one a listing, whose variants mostly say the same."""
    waits = sa.and_(HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.kind == kind, HELD_INTENT.c.state == "held")
    firsts = sa.select(sa.func.min(HELD_INTENT.c.id)).where(waits).group_by(HELD_INTENT.c.listing_id)
    rows = connection.execute(
        sa.select(
            LISTING.c.title, LISTING.c.url, OFFER.c.price_minor, OFFER.c.currency, HELD_INTENT.c.payload.label("claim")
        )
        .join(LISTING, LISTING.c.id == HELD_INTENT.c.listing_id)
        .outerjoin(OFFER, sa.and_(OFFER.c.id == HELD_INTENT.c.target_id, sa.not_(HELD_INTENT.c.whole_product)))
        .where(HELD_INTENT.c.id.in_(firsts))
        .order_by(HELD_INTENT.c.id)
        .limit(limit)
    )
    return [Example(**{**row._mapping, "claim": orjson.loads(row.claim)}) for row in rows]


def decide(connection: Connection, shop_id: int, answer: Answer, now: datetime) -> int:
    """Note a person's answer to all that waits at a shop; returns to how many changes. It counts for 72 hours.

    A rejected claim begins anew: it must be seen by two complete sweeps again once the answer has run out."""
    return connection.execute(
        sa.update(HELD_INTENT)
        .where(HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.state == "held")
        .values(
            answer=answer,
            answer_until=now + ANSWER_HOLDS,
            sweeps=HELD_INTENT.c.sweeps if answer == "confirmed" else 0,
        )
    ).rowcount


def hold(connection: Connection, ids: Sequence[int], *, sweep: int = 1) -> None:
    """These wait. `sweep` 1: one more complete sweep has said the same; 0: it does not count, a person said no."""
    for start in range(0, len(ids), 500):
        connection.execute(
            sa.update(HELD_INTENT)
            .where(HELD_INTENT.c.id.in_(ids[start : start + 500]))
            .values(state="held", sweeps=HELD_INTENT.c.sweeps + sweep)
        )


def drop(connection: Connection, ids: Sequence[int]) -> None:
    """These were applied."""
    for start in range(0, len(ids), 500):
        connection.execute(sa.delete(HELD_INTENT).where(HELD_INTENT.c.id.in_(ids[start : start + 500])))


def drop_unseen(connection: Connection, shop_id: int, run_id: int) -> None:
    """The shop no longer says these: a complete sweep did not meet them again."""
    connection.execute(sa.delete(HELD_INTENT).where(HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.run_id != run_id))
