"""Under which keys listings meet (`ingest.matching.keys`): each key's listings, and each listing's keys."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store import changes
from aggregator.store.dialect import ID_ROWS, id_array, upsert
from aggregator.store.listings import chunks
from aggregator.store.tables import LISTING, LISTING_KEYS, MATCH_KEY

_MEMBERS = {
    dialect: sa.text(
        f"SELECT given.id, (SELECT {collect}(near.listing_id) FROM "  # noqa: S608  made of constants
        "(SELECT listing_id FROM match_key WHERE match_key.key = given.id ORDER BY listing_id LIMIT :most) AS near) "
        f"FROM ({ids}) AS given"
    )
    for dialect, ids, collect in (
        ("sqlite", ID_ROWS["sqlite"], "json_group_array"),
        ("postgresql", ID_ROWS["postgresql"], "array_agg"),
    )
}
_SHOPS = sa.select(LISTING.c.shop_id).distinct().where(LISTING.c.id.in_(sa.bindparam("ids", expanding=True)))


def of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The keys that are stored of these listings, ascending; those without any are absent."""
    found: dict[int, tuple[int, ...]] = {}
    for chunk in chunks(ids):
        statement = sa.select(LISTING_KEYS.c.listing_id, LISTING_KEYS.c["keys"]).where(
            LISTING_KEYS.c.listing_id.in_(chunk)
        )
        found.update((row[0], _unpack(row[1])) for row in connection.execute(statement).all())
    return found


def crowds(connection: Connection) -> Iterator[tuple[int, list[int]]]:
    """Every key with its listings, ascending."""
    statement = sa.select(MATCH_KEY.c.key, MATCH_KEY.c.listing_id).order_by(MATCH_KEY.c.key)
    rows = connection.execute(statement.execution_options(yield_per=10_000))
    return ((key, [row[1] for row in some]) for key, some in groupby(rows, itemgetter(0)))


def members(connection: Connection, keys: Sequence[int], most: int) -> dict[int, list[int]]:
    """The listings under these keys, at most `most` of each."""
    if not keys:
        return {}
    given = {"ids": id_array(connection, keys), "most": most}
    rows = connection.execute(_MEMBERS[connection.dialect.name], given).all()
    return {row[0]: orjson.loads(row[1]) if isinstance(row[1], str) else list(row[1] or ()) for row in rows}


def members_of_same_shops(connection: Connection, ids: Sequence[int], keys: Sequence[int]) -> set[int]:
    """Listings under these keys that are of the same shops as the listings `ids`."""
    found: set[int] = set()
    shops = {row[0] for chunk in chunks(ids) for row in connection.execute(_SHOPS, {"ids": chunk})} if keys else set()
    for chunk in chunks(keys):
        statement = (
            sa.select(MATCH_KEY.c.listing_id)
            .join(LISTING, LISTING.c.id == MATCH_KEY.c.listing_id)
            .where(MATCH_KEY.c.key.in_(chunk), LISTING.c.shop_id.in_(shops))
        )
        found.update(connection.execute(statement).scalars())
    return found


def add(connection: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """(key, listing): from now on the listing is met under the key. In order of keys they are written fastest."""
    if rows := [{"key": key, "listing_id": listing_id} for key, listing_id in sorted(pairs)]:
        connection.execute(upsert(connection, MATCH_KEY, ("key", "listing_id")).on_conflict_do_nothing(), rows)


def remove(connection: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """(key, listing): the listing is no longer met under the key."""
    if rows := [{"b_key": key, "b_listing": listing_id} for key, listing_id in sorted(pairs)]:
        connection.execute(
            sa.delete(MATCH_KEY).where(
                MATCH_KEY.c.key == sa.bindparam("b_key"), MATCH_KEY.c.listing_id == sa.bindparam("b_listing")
            ),
            rows,
        )


def note(connection: Connection, now: Mapping[int, Sequence[int]]) -> None:
    """Note which keys these listings have, ascending; () for none."""
    for chunk in chunks([id_ for id_, some in now.items() if not some]):
        connection.execute(sa.delete(LISTING_KEYS).where(LISTING_KEYS.c.listing_id.in_(chunk)))
    rows = [{"listing_id": id_, "keys": _pack(some)} for id_, some in sorted(now.items()) if some]
    if rows:
        statement = upsert(connection, LISTING_KEYS, ("listing_id",))
        connection.execute(
            statement.on_conflict_do_update(index_elements=("listing_id",), set_={"keys": statement.excluded["keys"]}),
            rows,
        )


def clear(connection: Connection) -> None:
    """Forget all keys."""
    connection.execute(sa.delete(MATCH_KEY))
    connection.execute(sa.delete(LISTING_KEYS))


def forget_shop(connection: Connection, shop_id: int) -> None:
    """Before a shop's listings are deleted: nobody is to meet them any more, and those of other shops that they were
    compared with are to be grouped anew."""
    mine = set(connection.execute(sa.select(LISTING.c.id).where(LISTING.c.shop_id == shop_id)).scalars())
    keys_of = of(connection, sorted(mine))
    found: set[int] = set()
    for chunk in chunks(sorted({key for some in keys_of.values() for key in some})):
        found.update(connection.execute(sa.select(MATCH_KEY.c.listing_id).where(MATCH_KEY.c.key.in_(chunk))).scalars())
    own = LISTING.alias("own")
    same_product = (
        sa.select(LISTING.c.id)
        .join(own, own.c.product_id == LISTING.c.product_id)
        .where(own.c.shop_id == shop_id, own.c.product_id.is_not(None))
    )
    found.update(connection.execute(same_product.distinct()).scalars())
    remove(connection, ((key, id_) for id_, some in keys_of.items() for key in some))
    changes.record(connection, sorted(found - mine), changes.MATCH)


def _pack(keys: Sequence[int]) -> bytes:
    return struct.pack(f">{len(keys)}q", *keys)


def _unpack(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(packed) // 8}q", packed)
