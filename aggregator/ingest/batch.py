"""One batch of what a shop said: planned against what is stored, then written in one short transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from aggregator.ingest.decide import (
    CreateListing,
    Held,
    ReadProduct,
    Unchanged,
    UpdateListing,
    content_hash,
    decide,
    decide_stock,
    is_unchanged,
)
from aggregator.ingest.guard import Kind
from aggregator.ingest.shelving import Shelving
from aggregator.store import Store, changes, held, issues, listings, prices
from aggregator.store.dialect import reserve_ids
from aggregator.store.listings import ListingValues, OfferValues, Place
from aggregator.store.runs import Counts
from connectors.records import Issue, IssueCode, OfferRecord, ProductRecord, StockRecord, Withdrawn

_ID_BLOCK = 2000


class Ids:
    """Ids for new rows, taken in blocks from the database, so that a batch knows them before it is inserted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._block: Iterator[int] = iter(())

    def next(self) -> int:
        for number in self._block:
            return number
        with self._store.write() as connection:
            self._block = iter(reserve_ids(connection, "catalogue", _ID_BLOCK))
        return next(self._block)


@dataclass(slots=True)
class Batch:
    """What arrived since the last commit. Ids are unique within it: a second record of the same id is an Issue."""

    products: dict[str, ProductRecord] = field(default_factory=dict)
    stocks: dict[str, StockRecord] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawn] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.products) + len(self.stocks) + len(self.withdrawn) + len(self.issues)

    def add(self, message: ProductRecord | StockRecord | Withdrawn | Issue) -> None:
        if isinstance(message, ProductRecord):
            self._once(self.products, message.source_id, message)
        elif isinstance(message, StockRecord):
            self._once(self.stocks, message.source_id, message)
        elif isinstance(message, Withdrawn):
            self.withdrawn[message.source_id] = message
        else:
            self.issues.append(message)

    def _once(self, known: dict[str, Any], source_id: str, message: object) -> None:
        if source_id in known:
            self.issues.append(Issue(code=IssueCode.DUPLICATE_ID, source_id=source_id))
        else:
            known[source_id] = message


@dataclass(slots=True)
class Plan:
    """Rows of one batch, decided before its transaction begins, written table by table in it."""

    listings: list[dict[str, Any]] = field(default_factory=list)
    contents: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    values: list[tuple[int, ListingValues, Place]] = field(default_factory=list)
    offer_values: list[tuple[int, OfferValues]] = field(default_factory=list)
    revealed: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    hashes: list[tuple[int, bytes | None]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    to_read: list[str] = field(default_factory=list)
    """Ids of products that a sweep met and that must be read whole."""

    def write(self, connection: Connection, shop_id: int, run_id: int, now: datetime) -> None:
        listings.insert(connection, self.listings, self.contents)
        listings.insert_offers(connection, self.offers, now)
        listings.update_values(connection, self.values)
        prices.resume(connection, self.revealed, now)
        prices.begin_anew(connection, self.returned, now)
        listings.update_offers(connection, self.offer_values, now)
        listings.settle(connection, self.hashes)
        listings.touch(connection, self.seen, run_id, now)
        listings.touch_unread(connection, shop_id, self.unread, run_id)
        held.record(connection, shop_id, run_id, self.held, now)
        changes.record(connection, self.changed)
        changes.record(connection, self.renamed, changes.MATCH)
        issues.close_read(connection, shop_id, run_id, self.read)
        issues.record(connection, shop_id, run_id, self.issues, now)


class Planner:
    """Decides the batches of one run. What it counts goes into `counts`, once for each product and run.

    What is stored is read outside the transaction that will write: only this process, which holds the shop's lock,
    writes the shop's listings, but for a removal, which ends the run and so makes the batch's transaction fail."""

    def __init__(self, store: Store, shop_id: int, run_id: int, counts: Counts, shelving: Shelving) -> None:
        self._store = store
        self._shop_id = shop_id
        self._run_id = run_id
        self._counts = counts
        self._shelving = shelving
        self._ids = Ids(store)

    def plan(self, batch: Batch, now: datetime) -> Plan:
        hashes = {source_id: content_hash(record) for source_id, record in batch.products.items()}
        plan = Plan(read=list(batch.products), issues=batch.issues)
        with self._store.read() as connection:
            self._products(connection, batch.products, hashes, plan, now)
            self._stocks(connection, batch.stocks, plan)
            self._withdrawn(connection, batch.withdrawn, plan)
        rejected = {issue.source_id for issue in batch.issues if issue.rejected}
        self._counts.rejected += len(rejected)
        plan.unread.extend(source_id for source_id in rejected if source_id)
        return plan

    def _products(
        self,
        connection: Connection,
        products: dict[str, ProductRecord],
        hashes: dict[str, bytes],
        plan: Plan,
        now: datetime,
    ) -> None:
        if not products:
            return
        self._shelving.learn(connection, self._shop_id)
        heads = listings.heads(connection, self._shop_id, list(products))
        differing = [
            source_id
            for source_id in products
            if source_id in heads and not is_unchanged(heads[source_id], hashes[source_id])
        ]
        stored = listings.load(connection, self._shop_id, differing)
        for source_id, record in products.items():
            head = heads.get(source_id)
            fresh = head is None or head.last_run_id != self._run_id
            if head is not None and source_id not in stored:
                self._same(Unchanged(head.id, len(record.offers)), plan, fresh=fresh)
                continue
            intent = decide(stored.get(source_id), record, hashes[source_id])
            if isinstance(intent, CreateListing):
                self._create(intent, plan, now)
            else:
                self._update(intent, len(record.offers), plan, fresh=fresh)

    def _stocks(self, connection: Connection, stocks: dict[str, StockRecord], plan: Plan) -> None:
        if not stocks:
            return
        stored = listings.load(connection, self._shop_id, list(stocks))
        for source_id, record in stocks.items():
            known = stored.get(source_id)
            intent = decide_stock(known, record)
            if isinstance(intent, ReadProduct):
                plan.to_read.append(source_id)
                continue
            fresh = known is not None and known.last_run_id != self._run_id
            if isinstance(intent, UpdateListing):
                self._update(intent, len(record.offers), plan, fresh=fresh)
            else:
                self._same(intent, plan, fresh=fresh)

    def _create(self, intent: CreateListing, plan: Plan, now: datetime) -> None:
        record, listing_id = intent.record, self._ids.next()
        values = ListingValues.of(record)
        plan.listings.append(
            {
                "id": listing_id,
                "shop_id": self._shop_id,
                "source_id": record.source_id,
                "title": values.title,
                "url": values.url,
                "brand": values.brand,
                "category_path": values.category_path,
                "google_category": values.google_category,
                "condition": values.condition,
                **self._shelving.place(self._shop_id, values)._asdict(),
                "content_hash": intent.content_hash,
                "status": "visible",
                "missing_sweeps": 0,
                "first_seen_at": now,
                "checked_at": now,
                "hidden_at": None,
                "last_run_id": self._run_id,
            }
        )
        plan.contents.append(
            {
                "listing_id": listing_id,
                "description": values.description,
                "images": values.images,
                "attributes": values.attributes,
            }
        )
        self._insert_offers(listing_id, record.offers, plan)
        self._count(len(record.offers), fresh=True, created=len(record.offers))

    def _insert_offers(self, listing_id: int, offers: Sequence[OfferRecord], plan: Plan) -> None:
        for offer in offers:
            plan.offers.append(
                {
                    "id": self._ids.next(),
                    "listing_id": listing_id,
                    "shop_id": self._shop_id,
                    "source_id": offer.source_id,
                    **OfferValues.of(offer)._asdict(),
                }
            )

    def _update(self, intent: UpdateListing, offers: int, plan: Plan, *, fresh: bool) -> None:
        if intent.values is not None:
            place = self._shelving.place(self._shop_id, intent.values)
            plan.values.append((intent.listing_id, intent.values, place))
        self._insert_offers(intent.listing_id, intent.creates, plan)
        plan.offer_values.extend(intent.updates)
        if intent.reveals:
            plan.revealed.append(intent.listing_id)
        plan.returned.extend(intent.returns)
        plan.hashes.append((intent.listing_id, intent.content_hash))
        plan.held.extend(waits.row(intent.listing_id) for waits in intent.held)
        plan.seen.append(intent.listing_id)
        if intent.changes_index:
            plan.changed.append(intent.listing_id)
        if intent.renamed or intent.reveals:
            plan.renamed.append(intent.listing_id)
        self._count(offers, fresh=fresh, created=intent.created, updated=intent.updated, unchanged=intent.unchanged)

    def _same(self, intent: Unchanged, plan: Plan, *, fresh: bool) -> None:
        plan.seen.append(intent.listing_id)
        self._count(intent.offers, fresh=fresh, unchanged=intent.offers)

    def _count(self, offers: int, *, fresh: bool, created: int = 0, updated: int = 0, unchanged: int = 0) -> None:
        if not fresh:  # met before in this run, by another lane or before it was cut: counted then
            return
        counts = self._counts
        counts.products_seen += 1
        counts.offers_seen += offers
        counts.created += created
        counts.updated += updated
        counts.unchanged += unchanged

    def _withdrawn(self, connection: Connection, withdrawn: dict[str, Withdrawn], plan: Plan) -> None:
        """The shop itself says so, and still it waits for the guard: a shop can be wrong about all its products."""
        for source_id, listing in listings.load(connection, self._shop_id, list(withdrawn)).items():
            shown = sum(offer.values.status == "visible" for offer in listing.offers.values())
            if listing.status in ("visible", "suspect", "stale"):
                waits = Held(Kind.ABSENCE, listing.id, shown, {}, whole_product=True)
                plan.held.append(waits.row(listing.id))
                plan.unread.append(source_id)
