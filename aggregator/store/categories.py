"""The operator's corrections of categories, and the listings that stand in them.

What a category page counts comes from the index (`SearchResults.facets["category"]`, exact and in milliseconds);
`overview` counts the same from the store, for the command line and for what the index cannot know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, Row, bindparam

from aggregator.store import changes
from aggregator.store.dialect import upsert
from aggregator.store.listings import Place, chunks
from aggregator.store.packing import pack
from aggregator.store.public import HAS_OFFER, LISTED, PUBLIC_PAGE, SHOP_IS_PUBLIC
from aggregator.store.tables import CATEGORY_RULE, LISTING, SHOP


@dataclass(frozen=True, slots=True)
class Rule:
    """A category of a shop that the operator has decided."""

    shop_id: int
    path: str
    """As `listing.category_path` has it: JSON."""
    category: str | None


class ToPlace(NamedTuple):
    """A listing with all that its category is decided by, and where it stands."""

    id: int
    title: str
    brand: str | None
    category_path: str
    google_category: str | None
    place: Place


class Unmapped(NamedTuple):
    """A category of a shop whose listings found no place in the portal's tree."""

    shop_id: int
    shop: str
    path: str
    """JSON."""
    listings: int
    example: str
    """A title of one of them."""


def rules(connection: Connection, shop_id: int) -> dict[str, str | None]:
    """The corrections for a shop: its category's path as JSON -> ours; None: none of ours."""
    table = CATEGORY_RULE.c
    rows = connection.execute(sa.select(table.shop_category, table.category).where(table.shop_id == shop_id))
    return {row.shop_category: row.category for row in rows}


def all_rules(connection: Connection) -> list[Rule]:
    """All corrections, by shop and path."""
    table = CATEGORY_RULE.c
    rows = connection.execute(
        sa.select(table.shop_id, table.shop_category, table.category).order_by(table.shop_id, table.shop_category)
    )
    return [Rule(*row) for row in rows]


def set_rule(connection: Connection, shop_id: int, path: Sequence[str], category: str | None, now: datetime) -> None:
    """From now on this category of this shop is that one of ours; None: none of ours. `apply` moves what is stored."""
    insert = upsert(connection, CATEGORY_RULE, ("shop_id", "shop_category")).values(
        shop_id=shop_id, shop_category=pack(path), category=category, created_at=now
    )
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=("shop_id", "shop_category"), set_={"category": category, "created_at": now}
        )
    )


def unset_rule(connection: Connection, shop_id: int, path: Sequence[str]) -> bool:
    """Forget a correction; False where there was none."""
    table = CATEGORY_RULE.c
    done = connection.execute(
        sa.delete(CATEGORY_RULE).where(table.shop_id == shop_id, table.shop_category == pack(path))
    )
    return bool(done.rowcount)


def shop_paths(connection: Connection, shop_id: int) -> dict[str, int]:
    """The categories of a shop as JSON -> how many of its listings are in each."""
    rows = connection.execute(
        sa.select(LISTING.c.category_path, sa.func.count())
        .where(LISTING.c.shop_id == shop_id)
        .group_by(LISTING.c.category_path)
    )
    return {row[0]: int(row[1]) for row in rows}


# -- placing ---------------------------------------------------------------------------------------------------------

_TO_PLACE = sa.select(
    LISTING.c.id,
    LISTING.c.title,
    LISTING.c.brand,
    LISTING.c.category_path,
    LISTING.c.google_category,
    *(LISTING.c[name] for name in Place._fields),
).order_by(LISTING.c.id)


def shops_with_listings(connection: Connection) -> list[int]:
    """The ids of all shops that something is stored of."""
    has_one = sa.exists().where(LISTING.c.shop_id == SHOP.c.id)
    return list(connection.execute(sa.select(SHOP.c.id).where(has_one).order_by(SHOP.c.id)).scalars())


def to_place(connection: Connection, shop_id: int, after: int, limit: int) -> list[ToPlace]:
    """Listings of a shop above the id `after`, by id, hidden ones too: they may come back."""
    rows = connection.execute(_TO_PLACE.where(LISTING.c.shop_id == shop_id, LISTING.c.id > after).limit(limit))
    return [_to_place(row) for row in rows]


def by_ids(connection: Connection, listing_ids: Sequence[int]) -> list[ToPlace]:
    """Those of these listings that there (still) are."""
    return [
        _to_place(row)
        for chunk in chunks(listing_ids)
        for row in connection.execute(_TO_PLACE.where(LISTING.c.id.in_(chunk)))
    ]


def _to_place(row: Row[Any]) -> ToPlace:
    place = Place(row.category, row.category_by, row.excluded)
    return ToPlace(row.id, row.title, row.brand, row.category_path, row.google_category, place)


def move(connection: Connection, moves: Sequence[tuple[int, Place]]) -> None:
    """Put listings where they belong, and have them indexed again."""
    if moves:
        connection.execute(
            sa.update(LISTING)
            .where(LISTING.c.id == bindparam("b_id"))
            .values({name: bindparam(name) for name in Place._fields}),
            [{"b_id": id_, **place._asdict()} for id_, place in moves],
        )
        changes.record(connection, [id_ for id_, _ in moves])


# -- counting --------------------------------------------------------------------------------------------------------


def overview(connection: Connection) -> dict[str | None, int]:
    """Category -> how many public listings stand right in it; None: those without a category."""
    rows = connection.execute(
        sa.select(LISTING.c.category, sa.func.count())
        .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
        .where(SHOP_IS_PUBLIC, LISTED, HAS_OFFER)
        .group_by(LISTING.c.category)
    )
    return {row[0]: int(row[1]) for row in rows}


def unmapped(connection: Connection, shop_id: int | None, limit: int) -> list[Unmapped]:
    """Shops' categories whose public listings have none of ours, without those that the operator wants so; most
    listings first."""
    count = sa.func.count().label("listings")
    query = (
        sa.select(LISTING.c.shop_id, SHOP.c.name, LISTING.c.category_path, count, sa.func.min(LISTING.c.title))
        .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
        .where(SHOP_IS_PUBLIC, LISTED, LISTING.c.category.is_(None), LISTING.c.category_by.is_(None))
        .group_by(LISTING.c.shop_id, SHOP.c.name, LISTING.c.category_path)
        .order_by(count.desc(), LISTING.c.shop_id, LISTING.c.category_path)
        .limit(limit)
    )
    if shop_id is not None:
        query = query.where(LISTING.c.shop_id == shop_id)
    return [Unmapped(*row) for row in connection.execute(query)]


def kept_out(connection: Connection) -> dict[int, dict[str, int]]:
    """Shop -> category -> how many of its listings are not public because the region excludes that category."""
    rows = connection.execute(
        sa.select(LISTING.c.shop_id, LISTING.c.category, sa.func.count())
        .where(LISTING.c.excluded, LISTING.c.status.in_(PUBLIC_PAGE))
        .group_by(LISTING.c.shop_id, LISTING.c.category)
        .order_by(LISTING.c.shop_id, LISTING.c.category)
    )
    found: dict[int, dict[str, int]] = {}
    for shop_id, category, count in rows:
        found.setdefault(shop_id, {})[category or ""] = int(count)
    return found
