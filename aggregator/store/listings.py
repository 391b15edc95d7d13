"""Listings and their offers, a batch at a time: what ingest reads before it decides, and writes after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from aggregator.store import changes, prices
from aggregator.store.packing import pack
from aggregator.store.tables import LISTING, LISTING_CONTENT, OFFER
from connectors.records import OfferRecord, ProductRecord

_CHUNK = 500


class ListingHead(NamedTuple):
    """What is needed to see that nothing changed."""

    id: int
    content_hash: bytes | None
    status: str
    last_run_id: int


class OfferValues(NamedTuple):
    """The columns of an offer that the shop decides, as they are stored."""

    variant: str
    price_minor: int | None
    list_price_minor: int | None
    currency: str | None
    availability: str | None
    quantity: int | None
    gtin: str | None
    sku: str | None
    url: str | None
    images: str
    status: str

    @classmethod
    def of(cls, record: OfferRecord) -> OfferValues:
        return cls(
            pack(record.variant),
            record.price_minor,
            record.list_price_minor,
            record.currency,
            record.availability.value if record.availability else None,
            record.quantity,
            record.gtin,
            record.sku,
            record.url,
            pack(record.images),
            "visible",
        )


class ListingValues(NamedTuple):
    """The columns of a listing that the shop decides, as they are stored."""

    title: str
    url: str | None
    brand: str | None
    category_path: str
    google_category: str | None
    condition: str | None
    description: str
    images: str
    attributes: str

    @classmethod
    def of(cls, record: ProductRecord) -> ListingValues:
        return cls(
            record.title,
            record.url,
            record.brand,
            pack(record.category_path),
            record.google_category,
            record.condition.value if record.condition else None,
            record.description,
            pack(record.images),
            pack(record.attributes),
        )


class Place(NamedTuple):
    """Where a listing stands in the portal's own tree: decided by us from what the shop says (`ingest.classify`)."""

    category: str | None
    category_by: str | None
    excluded: bool


@dataclass(frozen=True, slots=True)
class StoredOffer:
    id: int
    source_id: str
    values: OfferValues


@dataclass(frozen=True, slots=True)
class StoredListing:
    """A listing with all its offers, hidden ones too, by the shop's ids."""

    id: int
    source_id: str
    content_hash: bytes | None
    status: str
    last_run_id: int
    values: ListingValues
    offers: Mapping[str, StoredOffer]


_HEADS = sa.select(
    LISTING.c.source_id, LISTING.c.id, LISTING.c.content_hash, LISTING.c.status, LISTING.c.last_run_id
).where(LISTING.c.shop_id == bindparam("shop"), LISTING.c.source_id.in_(bindparam("ids", expanding=True)))

_FULL = (
    sa.select(
        LISTING.c.id,
        LISTING.c.source_id,
        LISTING.c.content_hash,
        LISTING.c.status,
        LISTING.c.last_run_id,
        LISTING.c.title,
        LISTING.c.url,
        LISTING.c.brand,
        LISTING.c.category_path,
        LISTING.c.google_category,
        LISTING.c.condition,
        LISTING_CONTENT.c.description,
        LISTING_CONTENT.c.images,
        LISTING_CONTENT.c.attributes,
    )
    .join_from(LISTING, LISTING_CONTENT, LISTING_CONTENT.c.listing_id == LISTING.c.id)
    .where(LISTING.c.shop_id == bindparam("shop"), LISTING.c.source_id.in_(bindparam("ids", expanding=True)))
)

_OFFERS = sa.select(
    OFFER.c.listing_id, OFFER.c.id, OFFER.c.source_id, *(OFFER.c[name] for name in OfferValues._fields)
).where(OFFER.c.listing_id.in_(bindparam("ids", expanding=True)))


def chunks(ids: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Portions that fit the parameters of one statement."""
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def heads(connection: Connection, shop_id: int, source_ids: Sequence[str]) -> dict[str, ListingHead]:
    found: dict[str, ListingHead] = {}
    for chunk in chunks(source_ids):
        for source_id, *head in connection.execute(_HEADS, {"shop": shop_id, "ids": chunk}):
            found[source_id] = ListingHead(*head)
    return found


def load(connection: Connection, shop_id: int, source_ids: Sequence[str]) -> dict[str, StoredListing]:
    """These listings whole, by the shop's product ids; unknown ids are left out."""
    found: dict[str, StoredListing] = {}
    for chunk in chunks(source_ids):
        rows = connection.execute(_FULL, {"shop": shop_id, "ids": chunk}).all()
        offers: dict[int, dict[str, StoredOffer]] = {row.id: {} for row in rows}
        for listing_id, offer_id, source_id, *values in connection.execute(_OFFERS, {"ids": list(offers)}):
            offers[listing_id][source_id] = StoredOffer(offer_id, source_id, OfferValues(*values))
        for id_, source_id, content_hash, status, last_run_id, *values in rows:
            found[source_id] = StoredListing(
                id_, source_id, content_hash, status, last_run_id, ListingValues(*values), offers[id_]
            )
    return found


# -- writes; each takes what a whole batch decided ---------------------------------------------------------------------


def insert(connection: Connection, listings: list[dict[str, Any]], contents: list[dict[str, Any]]) -> None:
    if listings:
        connection.execute(sa.insert(LISTING), listings)
        connection.execute(sa.insert(LISTING_CONTENT), contents)
        changes.record(connection, [row["id"] for row in listings], new=True)
        changes.record(connection, [row["id"] for row in listings], changes.MATCH)


def insert_offers(connection: Connection, rows: list[dict[str, Any]], now: datetime) -> None:
    if rows:
        connection.execute(sa.insert(OFFER), [row | prices.begun(row, now) for row in rows])


_LISTING_VALUES = ("title", "url", "brand", "category_path", "google_category", "condition")
_CONTENT_VALUES = ("description", "images", "attributes")


def update_values(connection: Connection, updates: Sequence[tuple[int, ListingValues, Place]]) -> None:
    """Replace what the shop says of these listings, and where they stand. The caller records the change."""
    if not updates:
        return
    rows = [{"b_id": id_, **values._asdict(), **place._asdict()} for id_, values, place in updates]
    connection.execute(
        sa.update(LISTING)
        .where(LISTING.c.id == bindparam("b_id"))
        .values({name: bindparam(name) for name in (*_LISTING_VALUES, *Place._fields)}),
        rows,
    )
    connection.execute(
        sa.update(LISTING_CONTENT)
        .where(LISTING_CONTENT.c.listing_id == bindparam("b_id"))
        .values({name: bindparam(name) for name in _CONTENT_VALUES}),
        rows,
    )


def update_offers(connection: Connection, updates: Sequence[tuple[int, OfferValues]], now: datetime) -> None:
    """Replace what the shop says of these offers, their old prices noted. The caller records the change."""
    if not updates:
        return
    rows = [{"b_id": id_, "b_now": now, **values._asdict()} for id_, values in updates]
    prices.journal(connection, rows)
    connection.execute(
        sa.update(OFFER)
        .where(OFFER.c.id == bindparam("b_id"))
        .values({name: bindparam(name) for name in OfferValues._fields} | prices.SINCE),
        rows,
    )


def set_prices(connection: Connection, claims: Sequence[tuple[int, Mapping[str, Any]]], now: datetime) -> None:
    """Give these offers the `price_minor`, `list_price_minor` and `currency` that waited, their old prices noted."""
    if not claims:
        return
    names = ("price_minor", "list_price_minor", "currency")
    rows = [{"b_id": id_, "b_now": now, **{name: claim[name] for name in names}} for id_, claim in claims]
    prices.journal(connection, rows)
    connection.execute(
        sa.update(OFFER)
        .where(OFFER.c.id == bindparam("b_id"))
        .values({name: bindparam(name) for name in names} | prices.SINCE),
        rows,
    )


def set_stock(connection: Connection, claims: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Give these offers the `availability` and `quantity` that waited."""
    names = ("availability", "quantity")
    if claims:
        connection.execute(
            sa.update(OFFER).where(OFFER.c.id == bindparam("b_id")).values({name: bindparam(name) for name in names}),
            [{"b_id": id_, **{name: claim[name] for name in names}} for id_, claim in claims],
        )


def settle(connection: Connection, hashes: Sequence[tuple[int, bytes | None]]) -> None:
    """Set the content hash of these listings; None where something of the record waits."""
    if hashes:
        connection.execute(
            sa.update(LISTING).where(LISTING.c.id == bindparam("b_id")).values(content_hash=bindparam("b_hash")),
            [{"b_id": id_, "b_hash": content_hash} for id_, content_hash in hashes],
        )


_TOUCH = (
    sa.update(LISTING)
    .where(LISTING.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        checked_at=bindparam("b_now"),
        last_run_id=bindparam("b_run"),
        status="visible",
        missing_sweeps=0,
        hidden_at=None,
    )
)


def touch(connection: Connection, ids: Sequence[int], run_id: int, now: datetime) -> None:
    """These listings were seen now, in this run: visible, checked, no sweep missed."""
    for chunk in chunks(ids):
        connection.execute(_TOUCH, {"ids": chunk, "b_now": now, "b_run": run_id})


def touch_unread(connection: Connection, shop_id: int, source_ids: Sequence[str], run_id: int) -> None:
    """These are there but could not be read: not absent, and not checked either."""
    for chunk in chunks(source_ids):
        connection.execute(
            sa.update(LISTING)
            .where(LISTING.c.shop_id == shop_id, LISTING.c.source_id.in_(chunk))
            .values(last_run_id=run_id)
        )


def touch_shown(connection: Connection, shop_id: int, run_id: int, now: datetime) -> tuple[int, int]:
    """What the last complete run met of this shop is confirmed as it is; how many listings and offers that are.

    Suspects were not met then, so they are not confirmed now. What had left the results for its age is back."""
    aged = connection.execute(
        sa.update(LISTING)
        .where(LISTING.c.shop_id == shop_id, LISTING.c.status == "stale")
        .values(status="visible")
        .returning(LISTING.c.id)
    )
    changes.record(connection, [row.id for row in aged])
    met = (LISTING.c.shop_id == shop_id, LISTING.c.status == "visible")
    touched = connection.execute(sa.update(LISTING).where(*met).values(checked_at=now, last_run_id=run_id)).rowcount
    offers = connection.execute(
        sa.select(sa.func.count())
        .select_from(OFFER)
        .join(LISTING, LISTING.c.id == OFFER.c.listing_id)
        .where(*met, OFFER.c.status == "visible")
    ).scalar_one()
    return touched, offers
