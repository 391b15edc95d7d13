"""Held intents: changes that could be a lie, recorded when seen and judged at the end of their run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import upsert
from aggregator.store.tables import HELD_INTENT


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


def record(connection: Connection, shop_id: int, run_id: int, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Write what a batch would change: `kind, target_id, whole_product, listing_id, offers, payload` (a dict) each.

    The same claim as before keeps its count of sweeps; another one begins anew."""
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
            "state": "seen",
            "sweeps": sa.case((same, HELD_INTENT.c.sweeps), else_=0),
            "first_seen_at": sa.case((same, HELD_INTENT.c.first_seen_at), else_=insert.excluded.first_seen_at),
        },
    )
    base = {"shop_id": shop_id, "run_id": run_id, "state": "seen", "sweeps": 0, "first_seen_at": now}
    connection.execute(statement, [base | row | {"payload": _text(row["payload"])} for row in rows])


def _text(claim: dict[str, Any]) -> str:
    return orjson.dumps(claim, option=orjson.OPT_SORT_KEYS).decode()


def of_run(connection: Connection, shop_id: int, run_id: int) -> list[HeldRow]:
    """What this run saw, in order of id."""
    return _rows(connection, sa.and_(HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.run_id == run_id))


def list_held(connection: Connection, shop_id: int) -> list[HeldRow]:
    """What waits for a second sweep or a person."""
    return _rows(connection, sa.and_(HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.state == "held"))


def _rows(connection: Connection, where: sa.ColumnElement[bool]) -> list[HeldRow]:
    columns = [HELD_INTENT.c[name] for name in HeldRow.__slots__]
    rows = connection.execute(sa.select(*columns).where(where).order_by(HELD_INTENT.c.id))
    return [HeldRow(**{**row._mapping, "payload": orjson.loads(row.payload)}) for row in rows]


def hold(connection: Connection, ids: Sequence[int]) -> None:
    """These wait: one more complete sweep has said the same."""
    for start in range(0, len(ids), 500):
        connection.execute(
            sa.update(HELD_INTENT)
            .where(HELD_INTENT.c.id.in_(ids[start : start + 500]))
            .values(state="held", sweeps=HELD_INTENT.c.sweeps + 1)
        )


def drop(connection: Connection, ids: Sequence[int]) -> None:
    """These were applied."""
    for start in range(0, len(ids), 500):
        connection.execute(sa.delete(HELD_INTENT).where(HELD_INTENT.c.id.in_(ids[start : start + 500])))


def drop_unseen(connection: Connection, shop_id: int, run_id: int) -> None:
    """The shop no longer says these: a complete sweep did not meet them again."""
    connection.execute(sa.delete(HELD_INTENT).where(HELD_INTENT.c.shop_id == shop_id, HELD_INTENT.c.run_id != run_id))
