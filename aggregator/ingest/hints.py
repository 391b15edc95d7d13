"""Read again what a shop says has changed: some products, at once, by their ids.

    hints (store.signals) ──► read_products ──► plan (decide) ──► one transaction, judged by the guard

A turn is a run of its own lane, which never counts as a read of the shop: no cursor moves, nothing is absent because it
was not named, no sweep agrees with it. Where single products cannot be read, the clock is told to read all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from aggregator.errors import Refused
from aggregator.ingest import settle
from aggregator.ingest.batch import Batch, Planner
from aggregator.ingest.report import Meter, Outcome, RunError, RunReport, max_rss_mb
from aggregator.ingest.run import Clock
from aggregator.ingest.shelving import Shelving
from aggregator.ingest.sync import utc_now
from aggregator.settings import Settings
from aggregator.store import Store, runs, shops, signals
from aggregator.store.dialect import exclusive
from aggregator.store.runs import Counts, LeaseLost, RunRow
from aggregator.store.secrets import Sealer
from aggregator.store.shops import ShopRow
from aggregator.store.signals import LONGEST_REST, Told
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.errors import CatalogueSuspicious, ConnectorError
from connectors.http import Cancelled, HttpSession
from connectors.protocol import ShopConnection

TURN: Final = 100
"""Products that are read in a turn."""
TURN_SECONDS: Final = 120.0
REST: Final = 9.0
"""A shop rests so many times as long as its turn took: it is under our requests for a tenth of the time."""

log = structlog.get_logger("emplettes.hints")


def read_hints(
    store: Store,
    settings: Settings,
    shop_id: int,
    *,
    opened: Callable[[HttpSession], None] | None = None,
    clock: Clock = utc_now,
) -> RunReport | None:
    """Read the products that a shop named, a hundred at most; None where there is nothing to do now.

    A shop's fault is in the report, never raised. `opened` is given the session: its `cancel` ends the turn with
    Cancelled, and the hints stay. Raises Refused for a shop that another process reads."""
    shelving = Shelving.of(settings)
    with exclusive(store, "shop", shop_id) as mine:
        if not mine:
            raise Refused(f"La boutique n° {shop_id} est déjà en cours de lecture par un autre processus.")
        with store.write() as connection:
            shop = shops.get(connection, shop_id)
            told = signals.take(connection, shop_id, TURN) if shop.status == "approved" else []
            run = runs.open_hints(connection, shop_id, clock()) if told else None
            sealed = shops.sealed_credentials(connection, shop_id)
        if run is None:
            return None
        credentials = Sealer(settings).open(sealed) if sealed else None
        session = HttpSession(
            AddressPolicy.from_setting(settings.allow_hosts),
            user_agent=settings.user_agent,
            deadline=TURN_SECONDS,
            tries=2,
        )
        if opened is not None:
            opened(session)
        with session:
            target = ShopConnection(
                shop.url, session, credentials, memory=dict(shop.memory), crawl_delay=settings.crawl_delay
            )
            return _Turn(store, shop, run, told, target, shelving, clock).report()


@dataclass(slots=True)
class _End:
    outcome: Outcome
    error: RunError | None = None


class _Turn:
    def __init__(
        self,
        store: Store,
        shop: ShopRow,
        run: RunRow,
        told: list[Told],
        target: ShopConnection,
        shelving: Shelving,
        clock: Clock,
    ) -> None:
        self._store = store
        self._shop = shop
        self._run = run
        self._told = told
        self._target = target
        self._shelving = shelving
        self._clock = clock
        self._meter = Meter()
        self._counts = Counts()

    def report(self) -> RunReport:
        try:
            end = self._read()
        except ConnectorError as failure:
            end = self._give_up(RunError.of(failure))
        except Cancelled:  # told to stop: the run stays open, and the hints are there for the next turn
            raise
        except LeaseLost as lost:  # the shop was paused or removed meanwhile: nothing more to write
            end = _End("failed", RunError(runs.LOST, str(lost), "lease lost", "operator"))
        except Exception as bug:
            log.exception("hints were not read by our own fault", shop=self._shop.id, run=self._run.id)
            end = self._give_up(RunError.ours(bug))
        return RunReport(self._shop.id, self._run.id, end.outcome, self._counts, end.error, max_rss_mb())

    def _read(self) -> _End:
        batch = Batch()
        connector = registry.get(self._shop.connector)
        for message in connector.read_products(self._target, [one.source_id for one in self._told]):
            batch.add(message)
        shop_id, run_id, now = self._shop.id, self._run.id, self._clock()
        plan = Planner(self._store, shop_id, run_id, self._counts, self._shelving).plan(batch, now)
        with self._store.write() as connection:
            plan.write(connection, shop_id, run_id, now)
            lost_before = signals.lost_since(connection, shop_id, self._shop.last_complete_at)
            verdict = settle.settle(
                connection, shop_id, run_id, self._counts, full=False, now=now, sweep=False, lost_before=lost_before
            )
            if verdict.lost:
                signals.lose(connection, shop_id, lost_before + verdict.lost, now)
            if verdict.held_losses:  # too much to believe it piece by piece: all is to be seen
                signals.changed(connection, shop_id, now)
            end = _End("complete")
            if verdict.hold:
                suspicious = CatalogueSuspicious("held by the guard", message=verdict.message)
                end = _End("held", RunError.of(suspicious))
            rest = min(timedelta(seconds=self._meter.seconds * REST), LONGEST_REST)
            signals.answered(connection, shop_id, self._told, rest_until=now + rest)
            self._close(connection, end)
        return end

    def _give_up(self, error: RunError) -> _End:
        """Nothing is written: whatever was named is read with all the rest, as soon as the clock may."""
        end = _End("failed", error)
        now = self._clock()
        with suppress(LeaseLost), self._store.write() as connection:
            signals.give_up(connection, self._shop.id, now)
            self._close(connection, end)
        return end

    def _close(self, connection: Connection, end: _End) -> None:
        counts, session = self._counts, self._target.session
        counts.requests, counts.bytes = session.requests, session.bytes
        counts.seconds, counts.cpu_seconds = self._meter.seconds, self._meter.cpu_seconds
        error = None if end.error is None else end.error.told
        runs.close(connection, self._run, counts, state=end.outcome, now=self._clock(), error=error)
