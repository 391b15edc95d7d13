"""Sync runs: one attempt to read one shop, with its checkpoint, its counts and how it ended."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.errors import EmplettesError, NotFound, Refused
from aggregator.store.tables import SYNC_RUN

RESUME_WITHIN = timedelta(days=1)
"""What was seen longer ago proves too little of what is there now."""

STUCK_AFTER = timedelta(minutes=2)
"""An open run without a sign of life for so long has no owner any more."""

HINT_LANE = "hint"
"""Of runs that read single products which their shop named. They never count as a read of the shop."""

ABORTED = "run_aborted"
"""The error of a run that a person ended."""
LOST = "run_ended"
"""Of one whose shop was paused or left meanwhile, or that somebody else took over."""

IS_OPEN = SYNC_RUN.c.state == sa.literal_column("'open'")
"""Written out: SQLite does not use a partial index (`uq_sync_run_open`) for a value that it is only given later."""
HAS_OWNER = sa.and_(IS_OPEN, SYNC_RUN.c.lease != sa.literal_column("''"))
"""Under way, or left by a process that died; not one that rests until its shop is due."""


class LeaseLost(EmplettesError):
    """Another process took this run over, or its shop was removed: this process must stop and write nothing more."""


@dataclass(slots=True)
class Counts:
    """What a run saw and did; products, then offers (variants). Adds up over the pieces of a resumed run."""

    products_seen: int = 0
    offers_seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    lost: int = 0
    """Offers that vanished, sold out or lost their price without anybody being asked (`guard.Verdict.lost`)."""
    rejected: int = 0
    """Products left out because of an Issue."""
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class RunRow:
    id: int
    shop_id: int
    state: str
    forced_full: bool
    lane: str
    checkpoint: str | None
    cursor: str | None
    next_cursor: str | None
    lease: str = field(repr=False)
    started_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None
    counts: Counts
    error_code: str | None
    error_message: str | None
    error_detail: str | None
    error_who: str | None

    @property
    def is_hint(self) -> bool:
        """It reads only products that the shop named."""
        return self.lane == HINT_LANE


_COUNT_NAMES = [f.name for f in fields(Counts)]
_PLAIN_NAMES = [f.name for f in fields(RunRow) if f.name != "counts"]


def _row(row: Any) -> RunRow:
    values = row._mapping
    counts = Counts(**{name: values[name] for name in _COUNT_NAMES})
    return RunRow(counts=counts, **{name: values[name] for name in _PLAIN_NAMES})


def open_or_resume(
    connection: Connection, shop_id: int, *, cursor: str | None, full: bool, now: datetime, stock_only: bool = False
) -> tuple[RunRow, bool]:
    """The shop's open run under a new lease (True: it was left by a process that died), else a new one.

    A run that was left more than a day ago, of changes only where a full one is wanted, or of hints, is ended instead.
    The caller holds the shop's lock, so that an open run here has no living owner. `stock_only`: a new run begins, and
    ends, with the sweep of stock; the cursor stays what it is."""
    lease = secrets.token_hex(8)
    is_open = sa.and_(SYNC_RUN.c.shop_id == shop_id, IS_OPEN)
    too_old = SYNC_RUN.c.heartbeat_at < now - RESUME_WITHIN
    unwanted = sa.and_(sa.true() if full else sa.false(), SYNC_RUN.c.cursor.is_not(None))
    connection.execute(
        sa.update(SYNC_RUN)
        .where(is_open, sa.or_(too_old, unwanted, SYNC_RUN.c.lane == HINT_LANE))
        .values(
            state="failed",
            finished_at=now,
            lease="",
            error_code="run_abandoned",
            error_message="Lecture interrompue, puis abandonnée : une nouvelle a commencé.",
            error_detail="left open by a process that died",
            error_who="us",
        )
    )
    found = connection.execute(
        sa.update(SYNC_RUN).where(is_open).values(lease=lease, heartbeat_at=now).returning(*SYNC_RUN.c)
    ).one_or_none()
    if found is not None:
        return _row(found), True
    made = connection.execute(
        sa.insert(SYNC_RUN)
        .values(
            shop_id=shop_id,
            state="open",
            forced_full=full,
            lane="stock" if stock_only else "catalogue",
            cursor=None if full else cursor,
            next_cursor=cursor if stock_only else None,
            lease=lease,
            started_at=now,
            heartbeat_at=now,
            **Counts().as_dict(),
        )
        .returning(*SYNC_RUN.c)
    ).one()
    return _row(made), False


def open_hints(connection: Connection, shop_id: int, now: datetime) -> RunRow | None:
    """A run for products that the shop named: one that a process left when it died, else a new one; None while another
    run of the shop is open. The caller holds the shop's lock."""
    lease = secrets.token_hex(8)
    found = connection.execute(
        sa.select(SYNC_RUN.c.id, SYNC_RUN.c.lane).where(SYNC_RUN.c.shop_id == shop_id, IS_OPEN)
    ).one_or_none()
    if found is not None and found.lane != HINT_LANE:
        return None
    values = {"lease": lease, "started_at": now, "heartbeat_at": now}
    if found is not None:
        again = sa.update(SYNC_RUN).where(SYNC_RUN.c.id == found.id).values(values)
        return _row(connection.execute(again.returning(*SYNC_RUN.c)).one())
    values |= {"shop_id": shop_id, "state": "open", "forced_full": False, "lane": HINT_LANE, **Counts().as_dict()}
    made = sa.insert(SYNC_RUN).values(cursor=HINT_LANE, **values)  # with a cursor: it is no full read
    return _row(connection.execute(made.returning(*SYNC_RUN.c)).one())


def save(
    connection: Connection,
    run: RunRow,
    counts: Counts,
    *,
    lane: str,
    checkpoint: str | None,
    next_cursor: str | None,
    now: datetime,
) -> None:
    """Write where the run stands, in the transaction of the batch that it covers. Raises LeaseLost."""
    _update(
        connection,
        run,
        {"lane": lane, "checkpoint": checkpoint, "next_cursor": next_cursor, "heartbeat_at": now, **counts.as_dict()},
    )


def close(
    connection: Connection,
    run: RunRow,
    counts: Counts,
    *,
    state: str,
    now: datetime,
    error: tuple[str, str, str, str] | None,
) -> None:
    """End the run. `error` is (code, French message, English detail, who acts). Raises LeaseLost."""
    values = {"state": state, "finished_at": now, "heartbeat_at": now, **_told(error), **counts.as_dict()}
    _update(connection, run, values)


def _told(error: tuple[str, str, str, str] | None) -> dict[str, str | None]:
    names = ("error_code", "error_message", "error_detail", "error_who")
    return dict(zip(names, error or (None,) * 4, strict=True))


def _update(connection: Connection, run: RunRow, values: dict[str, Any]) -> None:
    done = connection.execute(
        sa.update(SYNC_RUN).where(SYNC_RUN.c.id == run.id, SYNC_RUN.c.lease == run.lease, IS_OPEN).values(**values)
    )
    if done.rowcount != 1:
        raise LeaseLost(f"La synchronisation {run.id} a été reprise ou arrêtée par un autre processus.")


def rest(connection: Connection, run: RunRow, now: datetime, why: tuple[str, str, str, str]) -> None:
    """Leave the run open, to be gone on with when its shop is due again; `why` as the error of `close`. Raises
    LeaseLost."""
    _update(connection, run, {"lease": "", "heartbeat_at": now} | _told(why))


def left_behind(now: datetime) -> sa.Select[tuple[int]]:
    """The shops whose run has lost its owner. A beat of the future is none: the clock was set back."""
    dead = sa.or_(SYNC_RUN.c.heartbeat_at <= now - STUCK_AFTER, SYNC_RUN.c.heartbeat_at > now + STUCK_AFTER)
    return sa.select(SYNC_RUN.c.shop_id).where(HAS_OWNER, SYNC_RUN.c.lane != HINT_LANE, dead)


def beat(connection: Connection, shop_ids: Sequence[int], now: datetime) -> set[int]:
    """Say that these shops' open runs are alive; the shops that have one come back."""
    rows = connection.execute(
        sa.update(SYNC_RUN)
        .where(SYNC_RUN.c.shop_id.in_(shop_ids), IS_OPEN)
        .values(heartbeat_at=now)
        .returning(SYNC_RUN.c.shop_id)
    )
    return {row.shop_id for row in rows}


def abort(connection: Connection, run_id: int, now: datetime) -> None:
    """End an open run, whoever reads: its next batch writes nothing. Raises NotFound, or Refused where it has ended."""
    row = connection.execute(sa.select(SYNC_RUN.c.state).where(SYNC_RUN.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"Aucune lecture n° {run_id}. La liste : emplettes runs list")
    if row.state != "open":
        raise Refused(f"La lecture n° {run_id} est déjà finie.")
    connection.execute(
        sa.update(SYNC_RUN)
        .where(SYNC_RUN.c.id == run_id, IS_OPEN)
        .values(
            state="failed",
            lease="",
            finished_at=now,
            error_code=ABORTED,
            error_message="Lecture arrêtée par l'opérateur.",
            error_detail="aborted at the command line",
            error_who="operator",
        )
    )


def last_ended(shop_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """The id of a shop's newest run that has ended by itself, hints apart; found from the end of the index. One that a
    person ended says nothing about the shop."""
    run = SYNC_RUN.alias()
    newest = sa.select(run.c.id).where(
        run.c.shop_id == shop_id,
        run.c.state != "open",
        run.c.lane != HINT_LANE,
        sa.func.coalesce(run.c.error_code, "").not_in((ABORTED, LOST)),
    )
    return newest.order_by(run.c.id.desc()).limit(1).scalar_subquery()


def last_full(connection: Connection, shop_id: int) -> datetime | None:
    """When a run last read the shop's whole catalogue to its end."""
    return connection.execute(
        sa.select(SYNC_RUN.c.started_at)
        .where(SYNC_RUN.c.shop_id == shop_id, SYNC_RUN.c.cursor.is_(None), SYNC_RUN.c.state.in_(("complete", "held")))
        .order_by(SYNC_RUN.c.id.desc())
        .limit(1)
    ).scalar()


def lost_since_whole(connection: Connection, shop_id: int, before: int) -> int:
    """Offers that runs before this one have taken away since the last that read the whole catalogue: what the guard
    must add where a run sees only a slice of the shop. Hints apart, which count their own (`signals.lost_since`)."""
    ended = sa.select(SYNC_RUN.c.id).where(SYNC_RUN.c.shop_id == shop_id, SYNC_RUN.c.id < before)
    whole = ended.where(SYNC_RUN.c.cursor.is_(None), SYNC_RUN.c.state.in_(("complete", "held")))
    since = whole.order_by(SYNC_RUN.c.id.desc()).limit(1).scalar_subquery()
    lost = sa.select(sa.func.coalesce(sa.func.sum(SYNC_RUN.c.lost), 0)).where(
        SYNC_RUN.c.shop_id == shop_id, SYNC_RUN.c.id < before, SYNC_RUN.c.id > sa.func.coalesce(since, 0)
    )
    return int(connection.execute(lost).scalar_one())


def wrote_since_complete(connection: Connection, shop_id: int, before: int) -> bool:
    """True if a run before this one wrote some of what it met after the shop's last complete read, and was none itself:
    no earlier state of the shop is what is stored."""
    ended = sa.select(SYNC_RUN.c.state, SYNC_RUN.c.lane).where(
        SYNC_RUN.c.shop_id == shop_id, SYNC_RUN.c.id < before,
        sa.or_(SYNC_RUN.c.products_seen > 0, SYNC_RUN.c.state == "complete"),
    )  # fmt: skip
    last = connection.execute(ended.order_by(SYNC_RUN.c.id.desc()).limit(1)).one_or_none()
    return last is not None and (last.state != "complete" or last.lane == HINT_LANE)


def prune_hints(connection: Connection, before: datetime, limit: int) -> int:
    """Forget turns for hints that ended before this instant, at most `limit`; how many that were. Nothing needs them,
    but for what the last one of a shop met."""
    last = sa.select(sa.func.max(SYNC_RUN.c.id)).group_by(SYNC_RUN.c.shop_id)
    old = sa.select(SYNC_RUN.c.id).where(
        SYNC_RUN.c.lane == HINT_LANE, SYNC_RUN.c.finished_at < before, SYNC_RUN.c.id.not_in(last)
    )  # fmt: skip
    return connection.execute(sa.delete(SYNC_RUN).where(SYNC_RUN.c.id.in_(old.limit(limit)))).rowcount


def prune(connection: Connection, before: datetime, limit: int) -> int:
    """Forget runs that ended before this instant, at most `limit`; how many that were. Each shop's newest run, and the
    newest that read its catalogue whole, stay."""
    newest = sa.select(sa.func.max(SYNC_RUN.c.id)).group_by(SYNC_RUN.c.shop_id)
    whole = newest.where(SYNC_RUN.c.cursor.is_(None), SYNC_RUN.c.state.in_(("complete", "held")))
    old = (
        sa.select(SYNC_RUN.c.id)
        .where(
            SYNC_RUN.c.state != "open",
            SYNC_RUN.c.finished_at < before,
            SYNC_RUN.c.id.not_in(newest),
            SYNC_RUN.c.id.not_in(whole),
        )
        .limit(limit)
    )
    return connection.execute(sa.delete(SYNC_RUN).where(SYNC_RUN.c.id.in_(old))).rowcount


def list_runs(
    connection: Connection, shop_id: int | None = None, limit: int = 50, *, hints: bool = True
) -> list[RunRow]:
    """The newest runs first; with those that only read products which their shop named, or without."""
    query = sa.select(SYNC_RUN).order_by(SYNC_RUN.c.id.desc()).limit(limit)
    if not hints:
        query = query.where(SYNC_RUN.c.lane != HINT_LANE)
    if shop_id is not None:
        query = query.where(SYNC_RUN.c.shop_id == shop_id)
    return [_row(row) for row in connection.execute(query)]
