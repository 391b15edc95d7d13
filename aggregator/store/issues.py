"""Issues: what a merchant should mend in their data. They close themselves when the shop no longer shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store.dialect import upsert
from aggregator.store.tables import ISSUE, LISTING
from connectors.records import Issue


@dataclass(frozen=True, slots=True)
class IssueRow:
    """`title` and `url` are those of the listing, where the product is stored."""

    shop_id: int
    source_id: str
    code: str
    field: str
    detail: str
    rejected: bool
    first_seen_at: datetime
    title: str | None
    url: str | None


def record(connection: Connection, shop_id: int, run_id: int, found: Sequence[Issue], now: datetime) -> None:
    """Write what a batch found; a known issue keeps the day when it was first seen."""
    if not found:
        return
    insert = upsert(connection, ISSUE, ())
    statement = insert.on_conflict_do_update(
        index_elements=("shop_id", "source_id", "code", "field"),
        set_={name: insert.excluded[name] for name in ("detail", "rejected", "last_run_id")},
    )
    rows = {
        (issue.source_id or "", issue.code, issue.field or ""): {
            "shop_id": shop_id,
            "source_id": issue.source_id or "",
            "code": issue.code.value,
            "field": issue.field or "",
            "detail": issue.detail[:300],
            "rejected": issue.rejected,
            "first_seen_at": now,
            "last_run_id": run_id,
        }
        for issue in found
    }
    connection.execute(statement, list(rows.values()))


def close_read(connection: Connection, shop_id: int, run_id: int, source_ids: Sequence[str]) -> None:
    """Close what earlier runs found in these products, which were read anew."""
    for start in range(0, len(source_ids), 500):
        connection.execute(
            sa.delete(ISSUE).where(
                ISSUE.c.shop_id == shop_id,
                ISSUE.c.source_id.in_(source_ids[start : start + 500]),
                ISSUE.c.last_run_id != run_id,
            )
        )


def close_unseen(connection: Connection, shop_id: int, run_id: int) -> None:
    """Close what a complete read of the whole catalogue no longer found."""
    connection.execute(sa.delete(ISSUE).where(ISSUE.c.shop_id == shop_id, ISSUE.c.last_run_id != run_id))


def keep(connection: Connection, shop_id: int, run_id: int) -> None:
    """The shop proved that it says what it said: so do its issues stand."""
    connection.execute(sa.update(ISSUE).where(ISSUE.c.shop_id == shop_id).values(last_run_id=run_id))


def list_open(connection: Connection, shop_id: int | None = None, limit: int | None = None) -> list[IssueRow]:
    """Open issues, those that keep a product out first, by shop, code and product."""
    query = (
        sa.select(*(ISSUE.c[name] for name in IssueRow.__slots__[:7]), LISTING.c.title, LISTING.c.url)
        .join_from(
            ISSUE,
            LISTING,
            sa.and_(LISTING.c.shop_id == ISSUE.c.shop_id, LISTING.c.source_id == ISSUE.c.source_id),
            isouter=True,
        )
        .order_by(ISSUE.c.shop_id, ISSUE.c.rejected.desc(), ISSUE.c.code, ISSUE.c.source_id)
        .limit(limit)
    )
    if shop_id is not None:
        query = query.where(ISSUE.c.shop_id == shop_id)
    return [IssueRow(**row._mapping) for row in connection.execute(query)]
