"""Photos of the shops: which are wanted, which are ready, when they were last shown. The files stand beside the
database, `photos/ab/<hash>-<width>.webp`; a row says what files there are.

A row is made when a page first wants to show a photo; the engine fetches it (`ingest.images`) and says what became of
it. Rows go with their shop, and when room is needed, those that were not shown for longest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.photo_files import hash_of
from aggregator.store.dialect import upsert
from aggregator.store.tables import PHOTO, SHOP

State = Literal["wanted", "ready", "failed"]
RETRY: Final = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168, 720))
"""Waits after the first failure, the second and so on; the last one from then on."""
FOR_GOOD: Final = 4
"""What cannot become a photo by waiting (404, no picture at all) begins with this wait."""
UNSEEN: Final = timedelta(days=90)
"""A photo that could not be had, and that no page wants any more, is forgotten after this."""
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What a page must know of a photo."""

    state: State
    width: int
    height: int
    used_at: datetime | None
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A photo to fetch."""

    url_hash: str
    url: str
    shop_id: int


def known(connection: Connection, hashes: Collection[str]) -> dict[str, Known]:
    """Those of these photos that have a row; a few hundred at once."""
    told = (PHOTO.c.state, PHOTO.c.width, PHOTO.c.height, PHOTO.c.used_at, PHOTO.c.fetched_at)
    rows = connection.execute(sa.select(PHOTO.c.url_hash, *told).where(PHOTO.c.url_hash.in_(list(hashes))))
    return {url_hash: Known(*columns) for url_hash, *columns in rows}


@dataclass(frozen=True, slots=True)
class Count:
    """Photos by state."""

    wanted: int
    ready: int
    failed: int
    bytes: int


def address(connection: Connection, url_hash: str) -> str | None:
    """The shop's own address of a photo."""
    return connection.execute(sa.select(PHOTO.c.url).where(PHOTO.c.url_hash == url_hash)).scalar()


def want(connection: Connection, photos: Iterable[tuple[str, int]], now: datetime) -> int:
    """Note (address, shop) of photos that a page would show; how many were new. Unknown shops are passed over."""
    wanted = {hash_of(url): (url, shop_id) for url, shop_id in photos}
    ids = {shop_id for _, shop_id in wanted.values()}
    here = set(connection.execute(sa.select(SHOP.c.id).where(SHOP.c.id.in_(ids))).scalars()) if ids else set()
    rows = [
        {"url_hash": key, "url": url, "shop_id": shop_id, "state": "wanted", "wanted_at": now, "next_try_at": now}
        | {"tries": 0, "width": 0, "height": 0, "bytes": 0}
        for key, (url, shop_id) in sorted(wanted.items())
        if shop_id in here
    ]
    if not rows:
        return 0
    insert = upsert(connection, PHOTO, ["url_hash"]).on_conflict_do_nothing(index_elements=["url_hash"])
    return len(connection.execute(insert.values(rows).returning(PHOTO.c.url_hash)).all())


def used(connection: Connection, hashes: Collection[str], now: datetime) -> None:
    """Say that these were shown. Once a day a photo is enough."""
    connection.execute(sa.update(PHOTO).where(PHOTO.c.url_hash.in_(sorted(hashes))).values(used_at=now))


def due(connection: Connection, now: datetime, *, shops: int = 50, each: int = 20) -> list[Wanted]:
    """Photos to fetch now: of the shops that wait longest, the oldest wishes of each, so that a large shop does not
    make the others wait. Only of approved shops."""
    ripe = (PHOTO.c.next_try_at <= now, PHOTO.c.state != "ready")
    waiting = (
        sa.select(PHOTO.c.shop_id)
        .join(SHOP, SHOP.c.id == PHOTO.c.shop_id)
        .where(*ripe, SHOP.c.status == "approved")
        .group_by(PHOTO.c.shop_id)
        .order_by(sa.func.min(PHOTO.c.next_try_at), PHOTO.c.shop_id)
        .limit(shops)
    )
    found = []
    for shop_id in connection.execute(waiting).scalars().all():
        oldest = (
            sa.select(PHOTO.c.url_hash, PHOTO.c.url, PHOTO.c.shop_id)
            .where(*ripe, PHOTO.c.shop_id == shop_id)
            .order_by(PHOTO.c.next_try_at, PHOTO.c.url_hash)
            .limit(each)
        )
        found += [Wanted(*row) for row in connection.execute(oldest)]
    return found


def done(connection: Connection, url_hash: str, *, width: int, height: int, size: int, now: datetime) -> bool:
    """The files of a photo are there: the largest is `width` x `height`, all together `size` bytes. False where its row
    has gone meanwhile: the files are nobody's."""
    ready = {
        "state": "ready", "width": width, "height": height, "bytes": size, "tries": 0,
        "fetched_at": now, "used_at": now, "next_try_at": _NEVER,
    }  # fmt: skip
    statement = sa.update(PHOTO).where(PHOTO.c.url_hash == url_hash).values(ready)
    return connection.execute(statement).rowcount == 1


def failed(connection: Connection, url_hash: str, now: datetime, *, for_good: bool = False) -> None:
    """It could not be had: it is tried again later, and later each time; much later where waiting changes little."""
    tries = connection.execute(sa.select(PHOTO.c.tries).where(PHOTO.c.url_hash == url_hash)).scalar()
    if tries is None:
        return
    step = max(tries, FOR_GOOD) if for_good else tries
    values = {"state": "failed", "tries": step + 1, "next_try_at": now + RETRY[min(step, len(RETRY) - 1)]}
    connection.execute(sa.update(PHOTO).where(PHOTO.c.url_hash == url_hash).values(values))


def rest(connection: Connection, shop_id: int, until: datetime) -> None:
    """Nothing of this shop is due before: its host asks for peace, or does not answer."""
    waiting = (PHOTO.c.shop_id == shop_id, PHOTO.c.state != "ready", PHOTO.c.next_try_at < until)
    connection.execute(sa.update(PHOTO).where(*waiting).values(next_try_at=until))


def lost(connection: Connection, url_hash: str, now: datetime) -> None:
    """Its files have gone though its row says that they are there: it is wanted anew."""
    statement = sa.update(PHOTO).where(PHOTO.c.url_hash == url_hash, PHOTO.c.state == "ready")
    connection.execute(statement.values(state="wanted", next_try_at=now, bytes=0))


def renew(connection: Connection, shop_id: int, now: datetime) -> int:
    """Want a shop's photos anew: until they come, pages show the shop's own. How many."""
    wanted = {"state": "wanted", "next_try_at": now, "tries": 0}
    return connection.execute(sa.update(PHOTO).where(PHOTO.c.shop_id == shop_id).values(wanted)).rowcount


def count(connection: Connection) -> Count:
    """How many photos there are in each state, and how much room they take."""
    rows = connection.execute(sa.select(PHOTO.c.state, sa.func.count()).group_by(PHOTO.c.state))
    states = {row.state: row[1] for row in rows}
    return Count(states.get("wanted", 0), states.get("ready", 0), states.get("failed", 0), total_bytes(connection))


def total_bytes(connection: Connection) -> int:
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.sum(PHOTO.c.bytes), 0))).scalar_one())


def prune(connection: Connection, now: datetime, *, room: int) -> list[str]:
    """Forget photos of shops that are no longer public, those that could not be had and that nobody wants, and, above
    `room` bytes, those that were not shown for longest, down to nine tenths. Returns the hashes; the caller removes
    their files afterwards. A portion at a time."""
    gone = sa.select(SHOP.c.id).where(SHOP.c.status.in_(("refused", "left")))
    seen = sa.func.coalesce(PHOTO.c.used_at, PHOTO.c.wanted_at)
    stale = sa.and_(PHOTO.c.state != "ready", seen < now - UNSEEN)
    leaving = sa.select(PHOTO.c.url_hash).where(sa.or_(PHOTO.c.shop_id.in_(gone), stale)).limit(_BATCH)
    hashes = list(connection.execute(leaving).scalars())
    excess = total_bytes(connection) - room
    if excess > 0:
        oldest = sa.select(PHOTO.c.url_hash, PHOTO.c.bytes).where(PHOTO.c.bytes > 0).order_by(seen, PHOTO.c.url_hash)
        excess += room // 10
        for url_hash, size in connection.execute(oldest.limit(_BATCH)):
            if excess <= 0:
                break
            hashes.append(url_hash)
            excess -= size
    if hashes:
        connection.execute(sa.delete(PHOTO).where(PHOTO.c.url_hash.in_(hashes)))
    return list(dict.fromkeys(hashes))
