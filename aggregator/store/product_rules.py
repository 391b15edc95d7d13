"""What the operator says of products: these are the same, these are not, this one stays as it is.

Rules are kept by the shops' own ids, so that they hold again when a listing that left comes back. The last word wins:
to merge takes back what was split between the two products, and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.errors import NotFound, Refused
from aggregator.store import changes
from aggregator.store.tables import LISTING, PRODUCT_REPORT, PRODUCT_RULE, SHOP

Kind = Literal["merge", "split", "pin"]


class Known(NamedTuple):
    """A listing as rules name it."""

    id: int
    shop_id: int
    source_id: str
    product_id: int | None


class RuleView(NamedTuple):
    """A rule that concerns a listing."""

    kind: str
    listing_id: int
    other_id: int | None
    note: str
    created_at: datetime


class ReportView(NamedTuple):
    """What shoppers said is not the same."""

    product_id: int
    listing_id: int
    title: str
    shop: str
    reports: int
    first_at: datetime
    still: bool
    """The listing is of that product today."""


def merge(connection: Connection, listing_ids: Sequence[int], now: datetime, note: str = "") -> list[int]:
    """These listings, and all that is one product with each of them, are the same. The listings that this concerns.

    Raises NotFound for an unknown listing, Refused for a single one."""
    groups = [_with_product(connection, listing_id) for listing_id in dict.fromkeys(listing_ids)]
    concerned = {known.id: known for group in groups for known in group}
    if len(concerned) < 2 or len(groups) < 2:
        raise Refused("Il faut au moins deux fiches à réunir.")
    first = groups[0]
    for group in groups[1:]:
        for mine in first:
            for theirs in group:
                _remove(connection, "split", mine, theirs)
        pairs = {(first[0], theirs) for theirs in group} | {(mine, group[0]) for mine in first}
        _add(connection, "merge", sorted(pairs), now, note)
    return _regroup(connection, concerned)


def split(
    connection: Connection, listing_id: int, now: datetime, others: Sequence[int] = (), note: str = ""
) -> list[int]:
    """This listing is not the same as these others; without others, as all that is one product with it.

    Where nothing stays with it, that answers what was reported of it.
    Raises NotFound for an unknown listing, Refused where it stands alone."""
    mine = _known(connection, [listing_id])[0]
    apart = _known(connection, others) if others else _with_product(connection, listing_id)
    apart = [known for known in apart if known.id != mine.id]
    if not apart:
        raise Refused(f"La fiche n° {listing_id} n'est réunie à aucune autre.")
    for theirs in apart:
        for kind in ("merge", "pin"):
            _remove(connection, kind, mine, theirs)
    _add(connection, "split", [(mine, theirs) for theirs in apart], now, note)
    if {known.id for known in _with_product(connection, listing_id)} <= {mine.id, *(known.id for known in apart)}:
        close_reports(connection, listing_id, now)
    return _regroup(connection, {known.id: known for known in (mine, *apart)})


def pin(connection: Connection, listing_id: int, now: datetime, note: str = "") -> list[int]:
    """This listing stays as it is grouped now, alone or with the same others, whatever is found."""
    mine, *others = _with_product(connection, listing_id)
    unpin(connection, listing_id)
    _add(connection, "pin", [(mine, other) for other in others] or [(mine, None)], now, note)
    return _regroup(connection, {known.id: known for known in (mine, *others)})


def unpin(connection: Connection, listing_id: int) -> bool:
    """Let what is found decide of this listing again; False where it was not pinned."""
    mine = _known(connection, [listing_id])[0]
    group = _with_product(connection, listing_id)
    rule = PRODUCT_RULE.c
    gone = connection.execute(
        sa.delete(PRODUCT_RULE).where(
            rule.kind == "pin", rule.shop_id == mine.shop_id, rule.source_id == mine.source_id
        )
    ).rowcount
    _regroup(connection, {known.id: known for known in group})
    return bool(gone)


def rules_of(connection: Connection, listing_ids: Iterable[int]) -> list[RuleView]:
    """The rules that name one of these listings, oldest first."""
    rule, mine, other = PRODUCT_RULE.c, LISTING.alias("mine"), LISTING.alias("other")
    ids = list(listing_ids)
    rows = connection.execute(
        sa.select(rule.kind, mine.c.id, other.c.id, rule.note, rule.created_at)
        .join(mine, sa.and_(mine.c.shop_id == rule.shop_id, mine.c.source_id == rule.source_id))
        .outerjoin(other, sa.and_(other.c.shop_id == rule.other_shop_id, other.c.source_id == rule.other_source_id))
        .where(sa.or_(mine.c.id.in_(ids), other.c.id.in_(ids)))
        .order_by(rule.id)
    )
    return [RuleView(*row) for row in rows]


def reports(connection: Connection, limit: int = 200) -> list[ReportView]:
    """What shoppers reported and nobody has closed, the most reported first."""
    report = PRODUCT_REPORT.c
    rows = connection.execute(
        sa.select(
            report.product_id,
            report.listing_id,
            LISTING.c.title,
            SHOP.c.name,
            report.reports,
            report.first_at,
            sa.func.coalesce(LISTING.c.product_id, -1) == report.product_id,
        )
        .join(LISTING, LISTING.c.id == report.listing_id)
        .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
        .where(report.closed_at.is_(None))
        .order_by(report.reports.desc(), report.id)
        .limit(limit)
    )
    return [ReportView(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in rows]


def close_reports(connection: Connection, listing_id: int, now: datetime) -> int:
    """The operator has looked at what was reported of this listing; how many reports that closes."""
    open_ones = sa.update(PRODUCT_REPORT).where(
        PRODUCT_REPORT.c.listing_id == listing_id, PRODUCT_REPORT.c.closed_at.is_(None)
    )
    return connection.execute(open_ones.values(closed_at=now)).rowcount


def _known(connection: Connection, listing_ids: Sequence[int]) -> list[Known]:
    columns = (LISTING.c.id, LISTING.c.shop_id, LISTING.c.source_id, LISTING.c.product_id)
    rows = {row[0]: Known(*row) for row in connection.execute(sa.select(*columns).where(LISTING.c.id.in_(listing_ids)))}
    for listing_id in listing_ids:
        if listing_id not in rows:
            raise NotFound(f"La fiche n° {listing_id} n'existe pas.")
    return [rows[listing_id] for listing_id in listing_ids]


def _with_product(connection: Connection, listing_id: int) -> list[Known]:
    """A listing, then all others of its product, by id."""
    mine = _known(connection, [listing_id])[0]
    if mine.product_id is None:
        return [mine]
    columns = (LISTING.c.id, LISTING.c.shop_id, LISTING.c.source_id, LISTING.c.product_id)
    statement = sa.select(*columns).where(LISTING.c.product_id == mine.product_id, LISTING.c.id != mine.id)
    return [mine, *(Known(*row) for row in connection.execute(statement.order_by(LISTING.c.id)))]


def _add(
    connection: Connection, kind: Kind, pairs: Iterable[tuple[Known, Known | None]], now: datetime, note: str
) -> None:
    for mine, other in pairs:
        if other is not None:
            _remove(connection, kind, mine, other)
        connection.execute(
            sa.insert(PRODUCT_RULE).values(
                kind=kind,
                shop_id=mine.shop_id,
                source_id=mine.source_id,
                other_shop_id=0 if other is None else other.shop_id,
                other_source_id="" if other is None else other.source_id,
                created_at=now,
                note=note,
            )
        )


def _remove(connection: Connection, kind: str, one: Known, other: Known) -> None:
    """Take a rule of two listings away, in whichever order it names them."""
    rule = PRODUCT_RULE.c
    for mine, theirs in ((one, other), (other, one)):
        connection.execute(
            sa.delete(PRODUCT_RULE).where(
                rule.kind == kind,
                rule.shop_id == mine.shop_id,
                rule.source_id == mine.source_id,
                rule.other_shop_id == theirs.shop_id,
                rule.other_source_id == theirs.source_id,
            )
        )


def _regroup(connection: Connection, concerned: dict[int, Known]) -> list[int]:
    changes.record(connection, list(concerned), changes.REGROUP)
    return sorted(concerned)
