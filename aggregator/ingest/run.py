"""One run under its lease: what a shop says, batch by batch, and what is made of it at its end.

A run goes through its lanes in order: `catalogue` (all records, or those changed since the cursor), `stock` (where the
connector has a cheaper sweep and the catalogue read was only of changes), `absence` (what was not met is asked for by
id). Its checkpoint belongs to its lane, so that a run cut anywhere goes on from there under the same id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import Connection

from aggregator.ingest import settle
from aggregator.ingest.batch import Batch, Planner
from aggregator.ingest.report import Meter, Outcome, RunError, RunReport, max_rss_mb
from aggregator.ingest.shelving import Shelving
from aggregator.store import Store, absence, held, issues, listings, runs, shops
from aggregator.store.absence import Absent
from aggregator.store.runs import Counts, LeaseLost, RunRow
from aggregator.store.shops import ShopRow
from connectors.errors import CatalogueMalformed, CatalogueSuspicious, ConnectorError
from connectors.http import ENDLESS, Cancelled
from connectors.protocol import KEPT, PROOF, Connector, ShopConnection
from connectors.records import (
    Checkpoint,
    EndOfCatalog,
    Issue,
    ProductRecord,
    StockRecord,
    Withdrawn,
)

BATCH = 200
"""A batch is written at the first checkpoint after so many messages ..."""
BATCH_SECONDS = 15.0
"""... or after so long: a site that is read page by page gives one product a second, or none for minutes ..."""
BATCH_LIMIT = 500
"""... or without one, when it holds so many: what is read twice then, after a crash, is found unchanged."""
CONFIRM = 100
MOST_RECORDS = 500_000
"""Of one piece of a run, whatever kind: a shop whose list has no end must not fill the disk."""
UNFINISHED = (
    "La boutique est grande, ou lente : sa lecture n'est pas finie. Elle reprendra là où elle en est ; "
    "ce qui a été lu est à jour, et rien n'est retiré."
)

log = structlog.get_logger("emplettes.sync")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands. `announced` is the shop's own number of products, once it is known."""

    lane: str
    products: int
    offers: int
    announced: int | None


class Clock(Protocol):
    def __call__(self) -> datetime: ...


class Run:
    """One run under its lease. Every method that writes does it in one transaction, with where the run stands."""

    def __init__(
        self,
        store: Store,
        shop: ShopRow,
        run: RunRow,
        connector: Connector,
        target: ShopConnection,
        shelving: Shelving,
        progress: Callable[[Progress], None],
        clock: Clock,
    ) -> None:
        self._store = store
        self._shop = shop
        self._run = run
        self._connector = connector
        self._target = target
        self._progress = progress
        self._clock = clock
        self._meter = Meter()
        self._before = run.counts
        self._counts = Counts(**run.counts.as_dict())
        self._planner = Planner(store, shop.id, run.id, self._counts, shelving)
        self._lane = run.lane
        self._checkpoint = self._safe = run.checkpoint
        self._next_cursor = run.next_cursor
        self._announced: int | None = None
        self._records = 0
        self._to_read: list[str] = []
        """Met by the sweep and not read whole yet: a run that is cut goes on from before the first of them."""

    def report(self) -> RunReport:
        try:
            outcome, error = self._read()
        except ConnectorError as failure:
            outcome, error = "failed", RunError.of(failure)
            self._close(outcome, error)
        except Cancelled:  # told to stop: the run stays open, with its checkpoint
            raise
        except LeaseLost as lost:  # somebody else writes this run, or the shop was removed: nothing more to write
            outcome, error = "failed", RunError(runs.LOST, str(lost), "lease lost", "operator")
        except Exception as bug:
            log.exception("run failed by our own fault", shop=self._shop.id, run=self._run.id)
            outcome, error = "failed", RunError.ours(bug)
            with suppress(LeaseLost):
                self._close(outcome, error)
        return RunReport(self._shop.id, self._run.id, outcome, self._counts, error, max_rss_mb())

    def _read(self) -> tuple[Outcome, RunError | None]:
        capabilities = self._connector.capabilities
        changes_only = capabilities.incremental and self._run.cursor is not None and not self._run.forced_full
        if self._lane == "catalogue":
            cursor = self._run.cursor if changes_only else None
            end = self._lane_of(self._connector.read_catalog(self._target, cursor, self._checkpoint))
            if end.unchanged and self._is_mixed():
                for name in [name for name in self._target.memory if name.startswith(PROOF)]:
                    del self._target.memory[name]
                end = self._lane_of(self._connector.read_catalog(self._target, cursor, None))
            if not end.complete:
                return self._stop_short(end)
            if end.unchanged:
                self._confirm_all()
            self._next_cursor = end.cursor
            self._enter("stock" if changes_only and capabilities.stock_lane else "absence")
        if self._lane == "stock":
            end = self._lane_of(self._connector.read_stock(self._target, self._checkpoint))
            if not end.complete:
                return self._stop_short(end)
            self._enter("absence")
        swept = not changes_only or capabilities.stock_lane
        if swept:
            self._find_absent()
        return self._settle(swept=swept)

    def _is_mixed(self) -> bool:
        """True where what is stored is not the state that the shop says is unchanged: a run that was cut or held has
        written a part of a later one, which the shop has taken back since."""
        if self._before.products_seen:
            return True
        with self._store.read() as connection:
            return runs.wrote_since_complete(connection, self._shop.id, self._run.id)

    # -- reading --------------------------------------------------------------------------------------------------

    def _lane_of(self, messages: Iterable[object]) -> EndOfCatalog:
        """Drain one read into the store; its end comes back."""
        batch = Batch()
        due = time.monotonic() + BATCH_SECONDS
        for message in messages:
            if isinstance(message, ProductRecord | StockRecord | Withdrawn | Issue):
                batch.add(message)
                if len(batch) >= BATCH_LIMIT:
                    batch = self._commit(batch)
            elif isinstance(message, Checkpoint):
                self._checkpoint = message.position
                if len(batch) >= BATCH or time.monotonic() >= due:
                    batch = self._commit(batch)
                    due = time.monotonic() + BATCH_SECONDS
            elif isinstance(message, EndOfCatalog):
                self._announced = message.announced
                self._commit(batch)
                self._read_whole()
                return message
        raise AssertionError(f"{self._connector.name} ended without EndOfCatalog")

    def _commit(self, batch: Batch) -> Batch:
        """Write a batch with where the run stands; an empty one takes its place."""
        now = self._clock()
        self._records += len(batch)
        if self._records > MOST_RECORDS:
            raise CatalogueMalformed(f"more than {MOST_RECORDS} records in a run", message=ENDLESS)
        plan = self._planner.plan(batch, now)
        self._to_read.extend(plan.to_read)
        if not self._to_read:
            self._safe = self._checkpoint
        with self._store.write() as connection:
            plan.write(connection, self._shop.id, self._run.id, now)
            self._save(connection, now)
        self._progress(Progress(self._lane, self._counts.products_seen, self._counts.offers_seen, self._announced))
        return Batch()

    def _read_whole(self) -> None:
        """Read the products that a sweep met and that only their whole record can tell."""
        for start in range(0, len(self._to_read), CONFIRM):
            batch = Batch()
            for message in self._connector.read_products(self._target, self._to_read[start : start + CONFIRM]):
                batch.add(message)
            self._commit(batch)
        self._to_read = []

    def _enter(self, lane: str) -> None:
        self._lane, self._checkpoint, self._safe = lane, None, None
        with self._store.write() as connection:
            self._save(connection, self._clock())

    def _save(self, connection: Connection, now: datetime) -> None:
        self._measure()
        runs.save(
            connection,
            self._run,
            self._counts,
            lane=self._lane,
            checkpoint=self._safe,
            next_cursor=self._next_cursor,
            now=now,
        )

    def _measure(self) -> None:
        counts, before, session = self._counts, self._before, self._target.session
        counts.requests = before.requests + session.requests
        counts.bytes = before.bytes + session.bytes
        counts.seconds = before.seconds + self._meter.seconds
        counts.cpu_seconds = before.cpu_seconds + self._meter.cpu_seconds

    # -- ending ---------------------------------------------------------------------------------------------------

    def _find_absent(self) -> None:
        """Ask for each shown product that the sweep did not meet; what nobody can confirm is doubted."""
        now = self._clock()
        with self._store.read() as connection:
            confirmed = held.confirmed_absences(connection, self._shop.id, now)
            absent = absence.unseen(connection, self._shop.id, self._run.id)
            asked = [listing for listing in absent if listing.id not in confirmed]
            mass = settle.is_mass_absence(connection, self._shop.id, asked)
        known = absent if mass else [listing for listing in absent if listing.id in confirmed]
        if known:
            with self._store.write() as connection:
                held.record(connection, self._shop.id, self._run.id, settle.absence_rows(known), now)
                self._save(connection, now)
        if mass:
            return
        for start in range(0, len(asked), CONFIRM):
            self._confirm(asked[start : start + CONFIRM])

    def _confirm(self, absent: list[Absent]) -> None:
        answered: set[str | None] = set()
        if self._connector.capabilities.confirms_by_id:
            batch = Batch()
            for message in self._connector.read_products(self._target, [listing.source_id for listing in absent]):
                batch.add(message)
                answered.add(message.source_id)
            self._commit(batch)
        silent = [listing for listing in absent if listing.source_id not in answered]
        with self._store.write() as connection:
            now = self._clock()
            settle.settle_unconfirmed(connection, self._shop.id, self._run.id, silent, now)
            self._save(connection, now)

    def _settle(self, *, swept: bool) -> tuple[Outcome, RunError | None]:
        now = self._clock()
        with self._store.write() as connection:
            shop, run, counts = self._shop.id, self._run.id, self._counts
            lost_before = 0 if swept else runs.lost_since_whole(connection, shop, run)
            verdict = settle.settle(connection, shop, run, counts, full=swept, now=now, lost_before=lost_before)
            counts.lost += verdict.lost
            if swept and self._run.cursor is None:
                issues.close_unseen(connection, self._shop.id, self._run.id)
            outcome: Outcome = "held" if verdict.hold else "complete"
            error = (
                RunError.of(CatalogueSuspicious("held by the guard", message=verdict.message)) if verdict.hold else None
            )
            self._keep_progress(connection, now, learnt=not (verdict.hold or verdict.rejected))
            self._end(connection, outcome, error, now)
        return outcome, error

    def _confirm_all(self) -> None:
        """The shop proved that nothing changed since its last complete run: what that run met was checked now.

        What it did not meet is absent once more: a doubted product must not come back because of a 304."""
        now = self._clock()
        with self._store.write() as connection:
            counts = self._counts
            counts.products_seen, counts.offers_seen = listings.touch_shown(
                connection, self._shop.id, self._run.id, now
            )
            counts.unchanged = counts.offers_seen
            issues.keep(connection, self._shop.id, self._run.id)
            self._save(connection, now)

    def _keep_progress(self, connection: Connection, now: datetime, *, learnt: bool) -> None:
        """`learnt` False keeps the memory from before the run: what waits must be read again, not answered by a 304."""
        shops.save_progress(
            connection,
            self._shop.id,
            memory=dict(self._target.memory) if learnt else self._shop.memory,
            cursor=self._next_cursor,
            last_complete_at=now,
        )

    def _keep_what_outlives_failures(self, connection: Connection) -> None:
        learnt = {name: text for name, text in self._target.memory.items() if name.startswith(KEPT)}
        before = {name: text for name, text in self._shop.memory.items() if name.startswith(KEPT)}
        if learnt != before:
            shops.keep_memory(connection, self._shop.id, learnt, dropped=before.keys() - learnt.keys())

    def _stop_short(self, end: EndOfCatalog) -> tuple[Outcome, RunError | None]:
        """An incomplete run keeps what it read and withdraws nothing; the cursor stays where it was.

        One that only ran out of time stays open, with its checkpoint: a big or slow site is read in several pieces."""
        if end.resumes:
            unfinished = RunError("run_unfinished", UNFINISHED, end.detail, "us")
            with self._store.write() as connection:
                runs.rest(connection, self._run, self._clock(), unfinished.told)
            return "incomplete", unfinished
        error = RunError.of(
            CatalogueMalformed(
                end.detail,
                message="La boutique n'a pas tout montré cette fois-ci : ce qui a été lu est à jour, "
                "et rien n'est retiré. La prochaine lecture complétera.",
            )
        )
        self._close("incomplete", error)
        return "incomplete", error

    def _close(self, outcome: Outcome, error: RunError | None) -> None:
        with self._store.write() as connection:
            self._keep_what_outlives_failures(connection)
            self._end(connection, outcome, error, self._clock())

    def _end(self, connection: Connection, outcome: Outcome, error: RunError | None, now: datetime) -> None:
        self._measure()
        told = None if error is None else error.told
        runs.close(connection, self._run, self._counts, state=outcome, now=now, error=told)
