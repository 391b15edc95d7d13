"""Products as the pages read them: what several shops sell, with its listings, and what shoppers say of it.

A product is an id that listings share (`ingest.matching` decides, `store.grouping` writes). It has no words of its own:
what is shown is taken from its public listings at the time of asking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import upsert
from aggregator.store.portal import ListingView, find_listings
from aggregator.store.public import HAS_PAGE, LISTED, SHOP_IS_PUBLIC
from aggregator.store.tables import LISTING, LISTING_MATCH, OFFER, PRODUCT, PRODUCT_REPORT, SHOP
from connectors.records import Availability
from connectors.spellings import fold

MOST_LISTINGS = 60
"""Listings that one page compares at most: the cheapest ones."""
MOST_IMAGES = 12
_HOPS = 10
_BEST_FIRST = (Availability.IN_STOCK, Availability.BACK_ORDER, Availability.OUT_OF_STOCK)


@dataclass(frozen=True, slots=True)
class ProductView:
    """All that a product page shows."""

    product_id: int
    """The product's id today: another than the one asked for where that one was merged into it (redirect)."""
    title: str
    brand: str | None
    gtin: str | None
    """GTIN-14; only where all listings that have one have the same."""
    images: tuple[str, ...]
    category: str | None
    """Node of the portal's own tree."""
    listings: tuple[ListingView, ...]
    """Never empty: those that can be bought first, then by price."""


@dataclass(frozen=True, slots=True)
class ProductSummary:
    """What a result card says of a product."""

    product_id: int
    title: str
    listings: int
    shops: int
    lowest_minor: int | None
    """Of what can be bought, in `currency`; of all where nothing can."""
    currency: str | None
    availability: Availability | None
    """The best of all its offers."""


def find(connection: Connection, product_id: int) -> ProductView | None:
    """A product with its public listings, or None where it has none (any more).

    An id that was merged into another leads to that other's view."""
    current = _current(connection, product_id)
    rows = connection.execute(
        sa.select(LISTING.c.id, LISTING.c.category)
        .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
        .where(LISTING.c.product_id == current, HAS_PAGE, SHOP_IS_PUBLIC)
        .order_by(LISTING.c.id)
    ).all()
    found = find_listings(connection, [row.id for row in rows])
    views = [view for row in rows if isinstance(view := found.get(row.id), ListingView)]
    if not views:
        return None
    listings = tuple(sorted(views, key=_order)[:MOST_LISTINGS])
    gtins = {offer.gtin for view in listings for offer in view.offers if offer.gtin}
    return ProductView(
        product_id=current,
        title=best_title([view.card.title for view in listings]),
        brand=_most_common(view.card.brand for view in listings),
        gtin=gtins.pop() if len(gtins) == 1 else None,
        images=tuple(_images(listings)),
        category=_most_common(row.category for row in rows),
        listings=listings,
    )


_SUMMARIES = (
    sa.select(
        LISTING.c.product_id, LISTING.c.id, LISTING.c.shop_id, LISTING.c.title, OFFER.c.price_minor,
        OFFER.c.currency, OFFER.c.availability,
    )
    .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
    .join(OFFER, OFFER.c.listing_id == LISTING.c.id)
    .where(
        LISTING.c.product_id.in_(sa.bindparam("ids", expanding=True)), LISTED, SHOP_IS_PUBLIC,
        OFFER.c.status == "visible",
    )
    .order_by(LISTING.c.product_id, LISTING.c.id)
)  # fmt: skip


def summaries(connection: Connection, product_ids: Sequence[int]) -> dict[int, ProductSummary]:
    """What is public of these products; those without a public listing are absent. At most a few hundred ids."""
    if not product_ids:
        return {}
    rows = connection.execute(_SUMMARIES, {"ids": list(set(product_ids))}).all()
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.product_id, []).append(row)
    return {product_id: _summary(product_id, offers) for product_id, offers in found.items()}


def _summary(product_id: int, offers: Sequence[Any]) -> ProductSummary:
    priced = [row for row in offers if row.price_minor is not None]
    shown = [row for row in priced if row.availability != "OutOfStock"] or priced
    currency = _most_common(row.currency for row in shown)
    titles = {row.id: row.title for row in offers}
    return ProductSummary(
        product_id=product_id,
        title=best_title(list(titles.values())),
        listings=len(titles),
        shops=len({row.shop_id for row in offers}),
        lowest_minor=min((row.price_minor for row in shown if row.currency == currency), default=None),
        currency=currency,
        availability=next((word for word in _BEST_FIRST if word in {row.availability for row in offers}), None),
    )


def best_title(titles: Sequence[str]) -> str:
    """The title that says most of what the others say too: neither the barest nor the one full of praise.

    One in capitals alone is taken only where all are; the order of the titles does not matter."""
    if len(titles) == 1:
        return titles[0]
    words = [set(fold(title).split()) for title in titles]
    known = Counter(word for of_title in words for word in of_title)

    def worth(number: int) -> tuple[bool, float, int, str]:
        shared = sum(known[word] - 1 for word in words[number])
        share = shared / (len(words[number]) + 3)
        return (not titles[number].isupper(), share, -len(titles[number]), titles[number])

    return titles[max(range(len(titles)), key=worth)]


def report(connection: Connection, product_id: int, listing_id: int, now: datetime) -> bool:
    """Note that a shopper says "ce n'est pas le même" of this listing of this product; False where it is not of it.

    Repeating it only counts. A report that the operator closed is opened again by a new one."""
    current = _current(connection, product_id)
    belongs = connection.execute(
        sa.select(LISTING.c.id).where(LISTING.c.id == listing_id, LISTING.c.product_id == current)
    ).first()
    if belongs is None:
        return False
    connection.execute(
        upsert(connection, PRODUCT_REPORT, ("product_id", "listing_id"))
        .values(product_id=current, listing_id=listing_id, reports=1, first_at=now, closed_at=None)
        .on_conflict_do_update(
            index_elements=("product_id", "listing_id"),
            set_={"reports": PRODUCT_REPORT.c.reports + 1, "closed_at": None},
        )
    )
    return True


class GroupedProduct(NamedTuple):
    """A product in the operator's list."""

    product_id: int
    title: str
    listings: int
    shops: int
    reason: str
    confidence: float
    """Of its least sure listing, as `reason` is."""


def least_sure(connection: Connection, limit: int) -> list[GroupedProduct]:
    """Products, those with the least sure listing first."""
    confidence = sa.func.min(LISTING_MATCH.c.confidence)
    grouped = sa.select(LISTING.c.product_id).join(LISTING_MATCH, LISTING_MATCH.c.listing_id == LISTING.c.id)
    chosen = (
        grouped.where(LISTING.c.product_id.is_not(None))
        .group_by(LISTING.c.product_id)
        .order_by(confidence, LISTING.c.product_id)
        .limit(limit)
    ).subquery()
    rows = connection.execute(
        sa.select(
            LISTING.c.product_id,
            LISTING.c.shop_id,
            LISTING.c.title,
            LISTING_MATCH.c.reason,
            LISTING_MATCH.c.confidence,
        )
        .join(LISTING_MATCH, LISTING_MATCH.c.listing_id == LISTING.c.id)
        .where(LISTING.c.product_id.in_(sa.select(chosen.c.product_id)))
        .order_by(LISTING_MATCH.c.confidence, LISTING.c.id)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.product_id, []).append(row)
    return [
        GroupedProduct(
            product_id=product_id,
            title=best_title([row.title for row in some]),
            listings=len(some),
            shops=len({row.shop_id for row in some}),
            reason=some[0].reason,
            confidence=some[0].confidence,
        )
        for product_id, some in sorted(found.items(), key=lambda item: (item[1][0].confidence, item[0]))
    ]


def open_reports(connection: Connection) -> int:
    """How many listings are reported and wait for the operator."""
    statement = sa.select(sa.func.count()).select_from(PRODUCT_REPORT).where(PRODUCT_REPORT.c.closed_at.is_(None))
    return int(connection.execute(statement).scalar_one())


def _current(connection: Connection, product_id: int) -> int:
    """Follow merges; few hops, since merging points the old ids at the newest."""
    for _ in range(_HOPS):
        into = connection.execute(sa.select(PRODUCT.c.replaced_by).where(PRODUCT.c.id == product_id)).scalar()
        if into is None:
            return product_id
        product_id = int(into)
    return product_id


def _order(view: ListingView) -> tuple[bool, bool, int, int]:
    card = view.card
    sold_out = all(not offer.can_be_bought for offer in view.offers)
    return (sold_out, card.price_minor is None, card.price_minor or 0, card.listing_id)


def _images(listings: Iterable[ListingView]) -> list[str]:
    """One of each listing in turn, so that the first photos are not all of one shop."""
    columns = [view.images for view in listings]
    longest = max(map(len, columns), default=0)
    turns = (images[number] for number in range(longest) for images in columns if number < len(images))
    return list(dict.fromkeys(turns))[:MOST_IMAGES]


def _most_common(values: Iterable[str | None]) -> str | None:
    """The value that most of them have; of equally many, the first."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None
