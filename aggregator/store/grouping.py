"""What grouping reads and writes: listings as they are compared, the keys under which they meet, their products.

Everything is read in bulk. Compared are the listings that are `visible`, `suspect` or `stale`, whatever their shop's
status; a hidden one keeps its product's id, for the day when it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store import changes
from aggregator.store.dialect import reserve_ids, upsert
from aggregator.store.listings import chunks
from aggregator.store.packing import unpack
from aggregator.store.public import PUBLIC_PAGE
from aggregator.store.tables import LISTING, LISTING_MATCH, OFFER, PRODUCT, PRODUCT_RULE, SHOP


@dataclass(slots=True)
class GroupingListing:
    """A listing as it is compared, with what its offers say."""

    id: int
    shop_id: int
    shop_name: str
    title: str
    brand: str | None
    category: str | None
    condition: str | None
    product_id: int | None
    offers: int = 0
    gtins: set[str] = field(default_factory=set)
    skus: set[str] = field(default_factory=set)
    options: list[tuple[str, str]] = field(default_factory=list)
    lowest_minor: int | None = None
    highest_minor: int | None = None
    currency: str | None = None


class Belonging(NamedTuple):
    """Why a listing belongs to its product."""

    reason: str
    confidence: float


_LISTINGS = (
    sa.select(
        LISTING.c.id,
        LISTING.c.shop_id,
        SHOP.c.name,
        LISTING.c.title,
        LISTING.c.brand,
        LISTING.c.category,
        LISTING.c.condition,
        LISTING.c.product_id,
    )
    .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
    .where(LISTING.c.id.in_(sa.bindparam("ids", expanding=True)), LISTING.c.status.in_(PUBLIC_PAGE))
)
_OFFERS = sa.select(
    OFFER.c.listing_id, OFFER.c.gtin, OFFER.c.sku, OFFER.c.variant, OFFER.c.price_minor, OFFER.c.currency
).where(OFFER.c.listing_id.in_(sa.bindparam("ids", expanding=True)), OFFER.c.status == "visible")
_PAIRS = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS gtin FROM json_each(:pairs)",
    "postgresql": (
        "SELECT CAST(value->>0 AS bigint) AS id, value->>1 AS gtin FROM json_array_elements(CAST(:pairs AS json))"
    ),
}
# "+": not by the index of shops, which SQLite would take without statistics, and read all that a shop has.
_SIBLINGS = {
    dialect: sa.text(
        f"SELECT given.id, given.gtin, (SELECT {collect}(near.listing_id) FROM "  # noqa: S608  made of constants
        "(SELECT DISTINCT offer.listing_id FROM offer JOIN listing ON listing.id = offer.listing_id "
        "WHERE offer.gtin = given.gtin AND +offer.shop_id = mine.shop_id AND offer.listing_id <> given.id "
        "AND offer.status = 'visible' AND listing.status IN ('visible', 'suspect', 'stale') LIMIT :most) AS near) "
        f"FROM ({pairs}) AS given JOIN listing AS mine ON mine.id = given.id"
    )
    for dialect, pairs, collect in (
        ("sqlite", _PAIRS["sqlite"], "json_group_array"),
        ("postgresql", _PAIRS["postgresql"], "array_agg"),
    )
}
_MOST_SKUS = 20


def load(connection: Connection, ids: Sequence[int]) -> dict[int, GroupingListing]:
    """Those of these listings that are compared: public ones with a visible offer."""
    found: dict[int, GroupingListing] = {}
    for chunk in chunks(ids):
        rows = {row[0]: GroupingListing(*row) for row in connection.execute(_LISTINGS, {"ids": chunk}).all()}
        if not rows:
            continue
        for offer in connection.execute(_OFFERS, {"ids": list(rows)}).all():
            _add_offer(rows[offer[0]], *offer[1:])
        found.update((id_, row) for id_, row in rows.items() if row.offers)
    return found


def _add_offer(
    row: GroupingListing, gtin: str | None, sku: str | None, variant: str, price: int | None, currency: str | None
) -> None:
    row.offers += 1
    if gtin:
        row.gtins.add(gtin)
    if sku and len(row.skus) < _MOST_SKUS:
        row.skus.add(sku)
    if variant != "[]":
        row.options.extend((str(name), str(value)) for name, value in unpack(variant))
    if price is not None:
        row.lowest_minor = price if row.lowest_minor is None else min(price, row.lowest_minor)
        row.highest_minor = price if row.highest_minor is None else max(price, row.highest_minor)
        row.currency = currency


def siblings(connection: Connection, gtins: Mapping[int, Iterable[str]], most: int) -> dict[tuple[int, str], list[int]]:
    """By (listing, GTIN), the other public listings of its shop with an offer of that GTIN, at most `most` of each;
    those without any are absent."""
    pairs = [[id_, gtin] for id_, some in gtins.items() for gtin in some]
    if not pairs:
        return {}
    rows = connection.execute(_SIBLINGS[connection.dialect.name], {"pairs": orjson.dumps(pairs).decode(), "most": most})
    found = ((row[0], row[1], orjson.loads(row[2]) if isinstance(row[2], str) else row[2]) for row in rows)
    return {(id_, gtin): list(some) for id_, gtin, some in found if some}


# -- products ----------------------------------------------------------------------------------------------------------


def products_of(connection: Connection, ids: Iterable[int]) -> dict[int, int | None]:
    """The product of each of these listings that exists."""
    found: dict[int, int | None] = {}
    for chunk in chunks(list(ids)):
        statement = sa.select(LISTING.c.id, LISTING.c.product_id).where(LISTING.c.id.in_(chunk))
        found.update((row[0], row[1]) for row in connection.execute(statement).all())
    return found


def holders(connection: Connection, product_ids: Iterable[int]) -> dict[int, list[tuple[int, bool]]]:
    """(listing, is it compared) of all that carry these products' ids."""
    found: dict[int, list[tuple[int, bool]]] = {}
    for chunk in chunks(list(product_ids)):
        statement = sa.select(LISTING.c.product_id, LISTING.c.id, LISTING.c.status).where(
            LISTING.c.product_id.in_(chunk)
        )
        for product_id, listing_id, status in connection.execute(statement).all():
            found.setdefault(product_id, []).append((listing_id, status in PUBLIC_PAGE))
    return found


def new_products(connection: Connection, count: int, now: datetime) -> list[int]:
    """Make products; their ids."""
    ids = list(reserve_ids(connection, "product", count)) if count else []
    if ids:
        connection.execute(sa.insert(PRODUCT), [{"id": id_, "created_at": now, "replaced_by": None} for id_ in ids])
    return ids


def set_products(connection: Connection, moved: Mapping[int, int | None]) -> None:
    """Give these listings their product (or none), and have them indexed again."""
    if not moved:
        return
    connection.execute(
        sa.update(LISTING).where(LISTING.c.id == sa.bindparam("b_id")).values(product_id=sa.bindparam("b_product")),
        [{"b_id": id_, "b_product": product_id} for id_, product_id in sorted(moved.items())],
    )
    changes.record(connection, list(moved))


def replace_products(connection: Connection, by: Mapping[int, int | None]) -> None:
    """Say which product another has become; None takes that back."""
    if by:
        connection.execute(
            sa.update(PRODUCT).where(PRODUCT.c.id == sa.bindparam("b_id")).values(replaced_by=sa.bindparam("b_by")),
            [{"b_id": id_, "b_by": into} for id_, into in sorted(by.items())],
        )


def belongings(connection: Connection, ids: Iterable[int]) -> dict[int, Belonging]:
    found: dict[int, Belonging] = {}
    for chunk in chunks(list(ids)):
        statement = sa.select(LISTING_MATCH.c.listing_id, LISTING_MATCH.c.reason, LISTING_MATCH.c.confidence).where(
            LISTING_MATCH.c.listing_id.in_(chunk)
        )
        found.update((row[0], Belonging(row[1], row[2])) for row in connection.execute(statement).all())
    return found


def set_belongings(connection: Connection, told: Mapping[int, Belonging | None], now: datetime) -> None:
    """Note why these listings belong to their products; None forgets it."""
    for chunk in chunks([id_ for id_, why in told.items() if why is None]):
        connection.execute(sa.delete(LISTING_MATCH).where(LISTING_MATCH.c.listing_id.in_(chunk)))
    rows = [
        {"listing_id": id_, "reason": why.reason, "confidence": why.confidence, "decided_at": now}
        for id_, why in told.items()
        if why is not None
    ]
    if rows:
        statement = upsert(connection, LISTING_MATCH, ("listing_id",))
        new = {name: statement.excluded[name] for name in ("reason", "confidence", "decided_at")}
        connection.execute(statement.on_conflict_do_update(index_elements=("listing_id",), set_=new), rows)


# -- rules -------------------------------------------------------------------------------------------------------------


class RuleRow(NamedTuple):
    """A rule whose listings exist; `other` is None for one that stays alone."""

    kind: str
    listing_id: int
    other_id: int | None


_OTHER = LISTING.alias("other")
_RULES = (
    sa.select(PRODUCT_RULE.c.kind, LISTING.c.id, _OTHER.c.id)
    .join(
        LISTING, sa.and_(LISTING.c.shop_id == PRODUCT_RULE.c.shop_id, LISTING.c.source_id == PRODUCT_RULE.c.source_id)
    )
    .outerjoin(
        _OTHER,
        sa.and_(_OTHER.c.shop_id == PRODUCT_RULE.c.other_shop_id, _OTHER.c.source_id == PRODUCT_RULE.c.other_source_id),
    )
)


def rules(connection: Connection) -> list[RuleRow]:
    """What the operator said, by today's listings."""
    rows = (RuleRow(*row) for row in connection.execute(_RULES).all())
    return [row for row in rows if row.other_id is not None or row.kind == "pin"]
