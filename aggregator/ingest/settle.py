"""The end of a complete run: who is really gone, and what of all that could be a lie is applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from aggregator.ingest.decide import Held
from aggregator.ingest.guard import Kind, Verdict, is_mass, judge
from aggregator.store import absence, changes, held, listings
from aggregator.store.absence import Absent
from aggregator.store.held import HeldRow
from aggregator.store.runs import Counts

ARCHIVE_AFTER = timedelta(days=7)
SWEEPS_TO_HIDE = 2
"""Unconfirmed absences: "à vérifier" at the first complete sweep without the product, hidden at the second."""


_PRICE, _STOCK = "price_minor", "availability"
"""What a claim is about; one of a sell-out may be about both."""


def absence_rows(absent: Sequence[Absent]) -> list[dict[str, Any]]:
    """The absences of whole products as held intents."""
    return [
        Held(Kind.ABSENCE, listing.id, listing.offers, {}, whole_product=True).row(listing.id) for listing in absent
    ]


def is_mass_absence(connection: Connection, shop_id: int, absent: Sequence[Absent]) -> bool:
    """True if so much is missing that asking for each product would prove nothing: the guard holds it all."""
    return is_mass(sum(listing.offers for listing in absent), absence.visible_offers(connection, shop_id))


def settle_unconfirmed(
    connection: Connection, shop_id: int, run_id: int, absent: Sequence[Absent], now: datetime
) -> None:
    """Unseen, and the shop could not be asked: doubted first, then taken for gone."""
    gone = [listing for listing in absent if listing.missing_sweeps + 1 >= SWEEPS_TO_HIDE]
    held.record(connection, shop_id, run_id, absence_rows(gone), now)
    doubted = [listing.id for listing in absent if listing.missing_sweeps + 1 < SWEEPS_TO_HIDE]
    absence.suspect(connection, doubted, run_id)


def settle(
    connection: Connection,
    shop_id: int,
    run_id: int,
    counts: Counts,
    *,
    full: bool,
    now: datetime,
    sweep: bool = True,
    lost_before: int = 0,
) -> Verdict:
    """Judge what the run held, apply together what may be, and archive what left a week ago.

    `full`: everything was swept, so what was held before and not seen again is no longer said by the shop. `sweep`
    and `lost_before` as in `guard.judge`."""
    if full:
        held.drop_unseen(connection, shop_id, run_id)
    rows = held.of_run(connection, shop_id, run_id, now)
    before = absence.visible_offers(connection, shop_id) - counts.created
    verdict = judge(rows, before, sweep=sweep, lost_before=lost_before)
    by_id = {row.id: row for row in rows}
    _apply(connection, [by_id[id_] for id_ in verdict.apply], counts, now)
    _count_held(rows, set(verdict.apply), counts)
    held.drop(connection, verdict.apply)
    held.hold(connection, verdict.hold, sweep=int(sweep))
    held.hold(connection, verdict.rejected, sweep=0)
    absence.archive(connection, shop_id, now - ARCHIVE_AFTER)
    return verdict


def _apply(connection: Connection, rows: Sequence[HeldRow], counts: Counts, now: datetime) -> None:
    whole = [row for row in rows if row.whole_product]
    variants = [row for row in rows if row.kind == Kind.ABSENCE and not row.whole_product]
    values = [row for row in rows if row.kind != Kind.ABSENCE]
    absence.hide(connection, [row.listing_id for row in whole], now)
    absence.hide_offers(connection, [row.target_id for row in variants], now)
    listings.set_prices(connection, [(row.target_id, row.payload) for row in values if _PRICE in row.payload], now)
    listings.set_stock(connection, [(row.target_id, row.payload) for row in values if _STOCK in row.payload])
    changes.record(connection, [row.listing_id for row in (*variants, *values)])
    changes.record(connection, [row.listing_id for row in variants], changes.MATCH)
    counts.withdrawn += sum(row.offers for row in (*whole, *variants))
    counts.updated += len({row.target_id for row in values})


def _count_held(rows: Sequence[HeldRow], applied: set[int], counts: Counts) -> None:
    """An offer that was seen, and of which nothing was applied in the end, is unchanged."""
    seen = {row.target_id for row in rows if row.kind != Kind.ABSENCE}
    changed = {row.target_id for row in rows if row.kind != Kind.ABSENCE and row.id in applied}
    counts.unchanged += len(seen - changed)
