"""The change log: which listings must be indexed again, one row each, however often they change.

A row carries a version that each `record` raises. Who drains takes rows, indexes, commits the index, and only then
forgets them, where the version is still the one taken: a change that came in between keeps its row (a watermark
would lose the commits of long transactions). A drain that dies anywhere leaves its rows, and the next repeats it.

Rows of the kind `REBUILD` are listings that were drained into the serving index while a rebuild was writing the
next one: the rebuild applies them before it swaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import ID_ROWS, id_array
from aggregator.store.tables import CHANGE, UtcDateTime
from aggregator.store.tables import LISTING as LISTINGS

LISTING = "listing"
REBUILD = "rebuild"
MATCH = "match"
"""What a listing is known by has changed: its keys are to be renewed (`ingest.grouping`)."""
REKEY = "rekey"
"""The one row of this kind, of no listing: the keys of all were begun to be made anew."""
REGROUP = "regroup"
"""The product of this listing is to be decided anew: it, or one that it meets, has changed."""

_PAIRS = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS version FROM json_each(:pairs)",
    "postgresql": (
        "SELECT CAST(value->>0 AS bigint) AS id, CAST(value->>1 AS bigint) AS version "
        "FROM json_array_elements(CAST(:pairs AS json))"
    ),
}
_RECORD = {
    dialect: sa.text(
        "INSERT INTO change (kind, entity_id, version) "  # noqa: S608  made of constants
        f"SELECT :kind, given.id, 1 FROM ({ids}) AS given WHERE true "
        "ON CONFLICT (kind, entity_id) DO UPDATE SET version = change.version + 1"
    )
    for dialect, ids in ID_ROWS.items()
}
_RECORD_EVERY = sa.text(
    "INSERT INTO change (kind, entity_id, version) SELECT :kind, listing.id, 1 FROM listing WHERE true "
    "ON CONFLICT (kind, entity_id) DO UPDATE SET version = change.version + 1"
)
_DATE = {
    dialect: sa.text(f"UPDATE listing SET changed_at = :now WHERE id IN ({ids})").bindparams(  # noqa: S608  likewise
        sa.bindparam("now", type_=UtcDateTime())
    )
    for dialect, ids in ID_ROWS.items()
}
_FORGET = {
    dialect: sa.text(
        "DELETE FROM change WHERE kind = :kind AND (entity_id, version) IN "  # noqa: S608  likewise
        f"(SELECT given.id, given.version FROM ({pairs}) AS given)"
    )
    for dialect, pairs in _PAIRS.items()
}


_TAKE = (
    sa.select(CHANGE.c.entity_id, CHANGE.c.version)
    .where(CHANGE.c.kind == sa.bindparam("wanted"), CHANGE.c.entity_id > sa.bindparam("after"))
    .order_by(CHANGE.c.entity_id)
    .limit(sa.bindparam("most"))
)


def record(connection: Connection, listing_ids: Sequence[int], kind: str = LISTING, *, new: bool = False) -> None:
    """Say that these listings changed, in the transaction that changes them. Repeated ids count once.

    They are dated too, by the machine's clock, for those who ask which pages changed; `new` ones have their date."""
    if not listing_ids:
        return
    ids = sorted(set(listing_ids))  # one order for all writers: PostgreSQL's row locks cannot cross
    array = id_array(connection, ids)
    connection.execute(_RECORD[connection.dialect.name], {"kind": kind, "ids": array})
    if kind == LISTING and not new:
        connection.execute(_DATE[connection.dialect.name], {"now": datetime.now(UTC), "ids": array})


def record_every(connection: Connection, kind: str) -> None:
    """Say of every listing that it changed."""
    connection.execute(_RECORD_EVERY, {"kind": kind})


def cover_most(connection: Connection, kind: str) -> bool:
    """True where at least half of all listings have a row of this kind."""
    listings = connection.execute(sa.select(sa.func.count()).select_from(LISTINGS)).scalar_one()
    return pending(connection, kind) * 2 >= listings


def take(connection: Connection, limit: int, kind: str = LISTING, after: int = 0) -> list[tuple[int, int]]:
    """The first `limit` changed listings above the id `after`, as (id, version). Nothing is removed."""
    rows = connection.execute(_TAKE, {"wanted": kind, "after": after, "most": limit}).all()
    return [(row[0], row[1]) for row in rows]


def forget(connection: Connection, taken: Sequence[tuple[int, int]], kind: str = LISTING) -> None:
    """Remove what was taken and is indexed now; a listing that changed since keeps its row."""
    if taken:
        connection.execute(
            _FORGET[connection.dialect.name], {"kind": kind, "pairs": orjson.dumps(list(taken)).decode()}
        )


def pending(connection: Connection, kind: str = LISTING) -> int:
    """How many listings wait to be indexed."""
    return int(
        connection.execute(sa.select(sa.func.count()).select_from(CHANGE).where(CHANGE.c.kind == kind)).scalar_one()
    )


def covers_all(connection: Connection) -> bool:
    """True where every listing of the store waits: the log alone then makes a whole index, as after a first sync."""
    waiting = sa.exists().where(CHANGE.c.kind == LISTING, CHANGE.c.entity_id == LISTINGS.c.id)
    return connection.execute(sa.select(LISTINGS.c.id).where(~waiting).limit(1)).first() is None


def clear(connection: Connection, kind: str) -> None:
    """Remove all rows of a kind: those of a rebuild that was given up."""
    connection.execute(sa.delete(CHANGE).where(CHANGE.c.kind == kind))
