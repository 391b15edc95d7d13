"""The journal of prices, and what it proves of a crossed-out one.

A reduction may be announced beside the lowest price of the 30 days before it began (code de la consommation, article
L112-1-1; a reduction that grows step by step counts from its first step). Shops do not say that price: it is known
only of offers that were watched for as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from aggregator.store.dialect import upsert
from aggregator.store.tables import LISTING, OFFER, PAST_PRICE

WATCHED: Final = timedelta(days=30)
KEPT: Final = timedelta(days=365)
"""Of the journal before today; of an offer that has been reduced for most of that time, all of it: what proves a
crossed-out price is never forgotten."""
UNSEEN: Final = timedelta(days=3)
"""So long may an offer have been out of sight, or without a price, among the days that it was watched."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest price of 30 days: those before the reduction, where there is one, else the last ones."""

    minor: int
    proven: bool
    """The offer was watched all these days, and had a price in this currency."""


_MOVES = sa.or_(
    OFFER.c.price_minor.is_distinct_from(bindparam("price_minor", type_=sa.BigInteger)),
    OFFER.c.currency.is_distinct_from(bindparam("currency", type_=sa.String)),
)

SINCE: Final[dict[str, sa.ColumnElement[Any]]] = {
    "priced_at": sa.case((_MOVES, bindparam("b_now", type_=OFFER.c.priced_at.type)), else_=OFFER.c.priced_at),
    "reduced_at": sa.case(
        (bindparam("list_price_minor", type_=sa.BigInteger).is_(None), None),
        else_=sa.func.coalesce(OFFER.c.reduced_at, bindparam("b_now", type_=OFFER.c.reduced_at.type)),
    ),
}
"""What an update of an offer's price also sets; its parameters are `price_minor`, `list_price_minor`, `currency` and
`b_now`."""


_NAMES = ("offer_id", "began_at", "ended_at", "price_minor", "currency")


def begun(row: Mapping[str, Any], now: datetime) -> dict[str, datetime | None]:
    """The journal's columns of a new offer."""
    return {"priced_at": now, "reduced_at": None if row["list_price_minor"] is None else now}


def journal(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note the prices that are about to be replaced: `b_id`, `b_now`, the new `price_minor` and `currency` of each.

    What does not move is not noted."""
    if not rows:
        return
    ended = sa.select(
        OFFER.c.id, OFFER.c.priced_at, bindparam("b_now", type_=PAST_PRICE.c.ended_at.type), OFFER.c.price_minor,
        OFFER.c.currency,
    ).where(OFFER.c.id == bindparam("b_id"), OFFER.c.price_minor.is_not(None),
        OFFER.c.priced_at < bindparam("b_now"), _MOVES)  # fmt: skip
    insert = upsert(connection, PAST_PRICE, ()).from_select(_NAMES, ended)
    # a price that lasted no time at all (two changes in one instant, a clock that was set back) proves nothing
    connection.execute(insert.on_conflict_do_nothing(), [_only(row) for row in rows])


def resume(connection: Connection, listing_ids: Sequence[int], now: datetime) -> None:
    """These are back after nobody saw them: what they cost meanwhile is not known. Their prices end when they were
    last checked, and begin anew now; so does a reduction."""
    for start in range(0, len(listing_ids), _CHUNK):
        here = OFFER.c.listing_id.in_(listing_ids[start : start + _CHUNK])
        seen = (
            sa.select(
                OFFER.c.id, OFFER.c.priced_at, LISTING.c.checked_at, OFFER.c.price_minor, OFFER.c.currency,
            )
            .join(LISTING, LISTING.c.id == OFFER.c.listing_id)
            .where(here, OFFER.c.price_minor.is_not(None), OFFER.c.priced_at < LISTING.c.checked_at)
            .where(OFFER.c.status == "visible")  # a variant that had left before: `suspend` has noted its price
        )  # fmt: skip
        insert = upsert(connection, PAST_PRICE, ()).from_select(_NAMES, seen)
        connection.execute(insert.on_conflict_do_nothing())
        connection.execute(sa.update(OFFER).where(here).values(_anew(now)))


def suspend(connection: Connection, offer_ids: Sequence[int], now: datetime) -> None:
    """These variants leave their product: their prices end now."""
    for start in range(0, len(offer_ids), _CHUNK):
        these = OFFER.c.id.in_(offer_ids[start : start + _CHUNK])
        until = sa.literal(now, PAST_PRICE.c.ended_at.type)
        ended = sa.select(OFFER.c.id, OFFER.c.priced_at, until, OFFER.c.price_minor, OFFER.c.currency)
        ended = ended.where(these, OFFER.c.price_minor.is_not(None), OFFER.c.priced_at < now)
        connection.execute(upsert(connection, PAST_PRICE, ()).from_select(_NAMES, ended).on_conflict_do_nothing())
        connection.execute(sa.update(OFFER).where(these).values(priced_at=now))


def begin_anew(connection: Connection, offer_ids: Sequence[int], now: datetime) -> None:
    """These variants are back: what they cost meanwhile is not known, and a reduction begins now."""
    for start in range(0, len(offer_ids), _CHUNK):
        these = OFFER.c.id.in_(offer_ids[start : start + _CHUNK])
        connection.execute(sa.update(OFFER).where(these).values(_anew(now)))


def _anew(now: datetime) -> dict[str, Any]:
    at = sa.literal(now, OFFER.c.reduced_at.type)
    return {"priced_at": now, "reduced_at": sa.case((OFFER.c.reduced_at.is_(None), None), else_=at)}


def old(connection: Connection, now: datetime, limit: int) -> list[tuple[int, datetime]]:
    """What of the journal may be forgotten (`KEPT`), as (offer, beginning); at most `limit`."""
    lately = sa.or_(OFFER.c.reduced_at.is_(None), OFFER.c.reduced_at > now - KEPT + 2 * WATCHED)
    rows = connection.execute(
        sa.select(PAST_PRICE.c.offer_id, PAST_PRICE.c.began_at)
        .join(OFFER, OFFER.c.id == PAST_PRICE.c.offer_id)
        .where(PAST_PRICE.c.ended_at < now - KEPT, lately)
        .limit(limit)
    )
    return [(row.offer_id, row.began_at) for row in rows]


def forget(connection: Connection, rows: Sequence[tuple[int, datetime]]) -> None:
    """Drop these of the journal."""
    one = sa.and_(PAST_PRICE.c.offer_id == bindparam("b_offer"), PAST_PRICE.c.began_at == bindparam("b_began"))
    if rows:
        connection.execute(sa.delete(PAST_PRICE).where(one), [{"b_offer": o, "b_began": b} for o, b in rows])


def _only(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("b_id", "b_now", "price_minor", "currency")}


def lowest(connection: Connection, offer_ids: Sequence[int], now: datetime) -> dict[int, Lowest]:
    """The lowest price of each of these offers that has one."""
    found: dict[int, Lowest] = {}
    for start in range(0, len(offer_ids), _CHUNK):
        ids = offer_ids[start : start + _CHUNK]
        columns = (
            OFFER.c.id, OFFER.c.price_minor, OFFER.c.currency, OFFER.c.priced_at, OFFER.c.reduced_at,
        )  # fmt: skip
        offers = connection.execute(sa.select(*columns).where(OFFER.c.id.in_(ids))).all()
        past: dict[int, list[sa.Row[Any]]] = {}
        for row in connection.execute(sa.select(PAST_PRICE).where(PAST_PRICE.c.offer_id.in_(ids))):
            past.setdefault(row.offer_id, []).append(row)
        for offer in offers:
            if (told := _lowest(offer, past.get(offer.id, []), now)) is not None:
                found[offer.id] = told
    return found


def _lowest(offer: Any, past: Iterable[sa.Row[Any]], now: datetime) -> Lowest | None:
    until = offer.reduced_at or now
    since = until - WATCHED
    spans = [(p.began_at, p.ended_at, p.price_minor) for p in past if p.currency == offer.currency]
    if offer.price_minor is not None:
        spans.append((offer.priced_at, now, offer.price_minor))
    within = [minor for began, ended, minor in spans if began < until and ended > since]
    if not within:
        return None
    return Lowest(min(within), _covers(sorted((began, ended) for began, ended, _ in spans), since, until))


def _covers(spans: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime) -> bool:
    """True if these times, in order, leave no hole of days between the two instants, and none at the first."""
    reached: datetime | None = None
    for began, ended in spans:
        if reached is None and began > since:
            return False
        if reached is not None and began > max(reached, since) + UNSEEN and reached < until:
            return False
        reached = ended if reached is None else max(reached, ended)
    return reached is not None and reached + UNSEEN >= until
