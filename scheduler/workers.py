"""Threads that read shops, a shop and a host at a time; each run holds its shop's lock, which dies with the process."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from aggregator.errors import EmplettesError, Refused, SettingsInvalid
from aggregator.ingest.hints import read_hints
from aggregator.ingest.report import RunReport
from aggregator.ingest.sync import sync_shop, utc_now
from aggregator.settings import Settings
from aggregator.store import Store, pace, runs, signals
from aggregator.store.pace import DueShop, PaceRow
from connectors import registry
from connectors.http import Cancelled, HttpSession
from scheduler import pacing
from scheduler.ageing import set_right
from scheduler.limits import limits_of, quiet_hours
from scheduler.pacing import Due, Ended, Lane, Limits, Pace

LOOK_AHEAD: Final = 500
"""Due shops that are looked at in a tick: enough that some of them are on hosts that are free."""
LONG_SECONDS: Final = 120.0
"""Runs that take longer leave a part of the workers to the others."""
SPARE: Final = 1
"""Threads beyond the operator's number that only read single products, which take seconds: a shop's own signal does
not wait for somebody's whole catalogue."""
BUSY_RETRY: Final = timedelta(minutes=1)
"""When a shop is being read by somebody else, at the command line."""

log = structlog.get_logger("emplettes.workers")


@dataclass(slots=True)
class _Running:
    due: DueShop
    long: bool
    session: HttpSession | None = None


class Workers:
    """A bounded number of runs at once. Thread-safe."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._settings = store, settings
        self._clock, self._chance = clock, chance
        self._count = settings.workers
        self._quiet = quiet_hours(settings.quiet_hours)
        self._never = [name for name in registry.names() if not registry.get(name).capabilities.pulled]
        self._pool = ThreadPoolExecutor(self._count + SPARE, thread_name_prefix="run")
        self._lock = threading.Lock()
        self._running: dict[int, _Running] = {}
        self._stopping = False
        self._ticked: datetime | None = None

    @property
    def running(self) -> int:
        """Runs under way."""
        with self._lock:
            return len(self._running)

    @property
    def hosts(self) -> frozenset[str]:
        """Where runs are under way."""
        with self._lock:
            return frozenset(running.due.host for running in self._running.values())

    @property
    def stopping(self) -> bool:
        """Nothing more begins."""
        return self._stopping

    def tick(self) -> int:
        """Begin as many of the runs that are due as there are free threads; how many that were."""
        now = self._clock()
        if (self._ticked is None or now < self._ticked) and (back := set_right(self._store, now)):
            log.warning("the clock was set back: what was noted since is moved back as well", by=str(back))
        self._ticked = now
        with self._lock:
            if self._stopping or len(self._running) >= self._count + SPARE:
                return 0
        hinted, due = self._due_now(now)
        with self._lock:
            if self._stopping:  # meanwhile
                return 0
            free = self._count - len(self._running)
            longs = sum(running.long for running in self._running.values())
            chosen = self._choose(hinted, free + SPARE, 0)
            chosen += self._choose(due, free - len(chosen), max(self._count // 2, 1) - longs)
            for one in chosen:
                self._begin(one)
        return len(chosen)

    def _begin(self, due: DueShop) -> None:
        try:
            self._pool.submit(self._run, due)
        except RuntimeError:  # the system gives no more threads
            del self._running[due.shop_id]
            raise

    def _due_now(self, now: datetime) -> tuple[list[DueShop], list[DueShop]]:
        """The shops of which some products are to be read, and those that are due."""
        with self._store.read() as connection:
            wishes = signals.wishes(connection, now)
        if wishes:
            with self._store.write() as connection:
                signals.pass_on(connection, wishes, now)
        with self._store.read() as connection:
            hinted = signals.due(connection, now, LOOK_AHEAD)
            due = pace.due(connection, now, LOOK_AHEAD, never=self._never)
        if self._quiet is not None and self._quiet.ends(now) is not None:  # due before, but not begun in time
            due = [row for row in due if row.wanted or row.left]
        return hinted, due

    def _choose(self, rows: list[DueShop], free: int, room: int) -> list[DueShop]:
        """Who of these begins; from now on they are running."""
        free_rows = (row for row in rows if row.shop_id not in self._running and row.connector not in self._never)
        known = {row.shop_id: row for row in free_rows}
        hosts = {running.due.host for running in self._running.values()}
        chosen = pacing.choose([_due(row) for row in known.values()], hosts, max(free, 0), room)
        for one in chosen:
            self._running[one.shop_id] = _Running(known[one.shop_id], one.long)
        return [known[one.shop_id] for one in chosen]

    def beat(self) -> None:
        """Say that the runs under way are alive, and end those whose lease somebody took away (`runs abort`)."""
        with self._lock:
            sessions = {number: running.session for number, running in self._running.items()}
        if not sessions:
            return
        with self._store.write() as connection:
            alive = runs.beat(connection, list(sessions), self._clock())
        for number, session in sessions.items():
            if number not in alive and session is not None:
                session.cancel()

    def stop(self, grace: float) -> bool:
        """Begin nothing more, tell the runs under way to stop, and wait for them; False where some did not in time.

        A run that is told to stop stays open with its checkpoint: the next engine resumes it."""
        with self._lock:
            self._stopping = True
            for running in self._running.values():
                if running.session is not None:
                    running.session.cancel()
        self._pool.shutdown(wait=False)
        end = time.monotonic() + grace
        while self.running and time.monotonic() < end:
            time.sleep(0.02)
        return not self.running

    # -- in a worker's thread -----------------------------------------------------------------------------------------

    def _run(self, due: DueShop) -> None:
        try:
            if self._stopping:
                return
            if due.hinted:
                self._read_hints(due)
            else:
                self._read(due)
        except Cancelled:
            log.info("run stopped", shop=due.shop_id)
        except Exception:
            log.exception("worker failed", shop=due.shop_id)
            with suppress(Exception):  # the disk may be full: the shop stays due
                self._put_off(due)
        finally:
            with self._lock:
                self._running.pop(due.shop_id, None)

    def _read(self, due: DueShop) -> None:
        capabilities = registry.get(due.connector).capabilities
        limits = limits_of(capabilities, self._settings)
        before = _pace(due.pace, limits, due.due_at)
        lane = before.next()[1] if due.pace and not due.wanted else Lane.CATALOGUE
        try:
            report = sync_shop(
                self._store,
                self._settings,
                due.shop_id,
                full=due.wanted_full,
                stock_only=lane is Lane.STOCK,
                opened=partial(self._opened, due),
                clock=self._clock,
            )
            ended = _ended(report, lane)
        except SettingsInvalid as unreadable:  # its key cannot be unsealed: it fails, and says so
            log.error("not read", shop=due.shop_id, why=str(unreadable))
            ended = Ended(lane, failed=True, closed=True)
        except EmplettesError as refused:  # paused meanwhile, or read by somebody else
            log.info("not read", shop=due.shop_id, why=str(refused))
            if isinstance(refused, Refused):
                self._leave_to_others(due)
            self._put_off(due)
            return
        except Cancelled:
            if self._stopping:
                raise
            log.info("run aborted", shop=due.shop_id)
            ended = Ended(lane, failed=True, told=True)  # or it would begin again at once
        after = pacing.after(before, ended, limits, self._clock(), self._chance())
        if ended.told:  # that is no fault of the shop's
            after = replace(after, failures=before.failures, failing_since=before.failing_since)
        self._keep(due.shop_id, after, ended.seconds)

    def _leave_to_others(self, due: DueShop) -> None:
        """Whoever holds the shop's lock is alive, even where their run says nothing for minutes."""
        now = self._clock()
        with self._store.write() as connection:
            runs.beat(connection, [due.shop_id], now)
            pace.put_off_wish(connection, due.shop_id, now + BUSY_RETRY)

    def _read_hints(self, due: DueShop) -> None:
        """What cannot be read now stays for a later turn."""
        opened = partial(self._opened, due)
        with suppress(EmplettesError):  # paused meanwhile, or read by somebody else
            read_hints(self._store, self._settings, due.shop_id, opened=opened, clock=self._clock)

    def _opened(self, due: DueShop, session: HttpSession) -> None:
        with self._lock:
            self._running[due.shop_id].session = session
            if self._stopping:
                session.cancel()
        if due.wanted and not due.hinted:  # not before: a run that does not begin leaves the wish as it is
            with self._store.write() as connection:
                pace.take_wish(connection, due.shop_id, full=due.wanted_full)

    def _put_off(self, due: DueShop) -> None:
        """Nothing was read, and nobody failed: the shop is due again in a minute."""
        if due.hinted:
            with self._store.write() as connection:
                signals.rest(connection, due.shop_id, self._clock() + BUSY_RETRY)
            return
        limits = limits_of(registry.get(due.connector).capabilities, self._settings)
        later = self._clock() + BUSY_RETRY
        at = _pace(due.pace, limits, later)
        stock = None if at.stock_due is None else max(at.stock_due, later)
        at = replace(at, catalogue_due=max(at.catalogue_due, later), stock_due=stock)
        self._keep(due.shop_id, at, due.pace.last_run_seconds if due.pace else 0.0)

    def _keep(self, shop_id: int, at: Pace, seconds: float) -> None:
        stock = at.stock_every
        row = PaceRow(
            next_sync_at=at.next()[0],
            catalogue_due_at=at.catalogue_due,
            catalogue_seconds=at.catalogue_every.total_seconds(),
            stock_due_at=at.stock_due,
            stock_seconds=None if stock is None else stock.total_seconds(),
            failures=at.failures,
            failing_since=at.failing_since,
            last_run_seconds=seconds,
        )
        with self._store.write() as connection:
            pace.save(connection, shop_id, row, self._clock())


def _due(row: DueShop) -> Due:
    long = row.pace is not None and row.pace.last_run_seconds > LONG_SECONDS
    return Due(row.shop_id, row.host, row.due_at, row.wanted or row.left, long)


def _pace(row: PaceRow | None, limits: Limits, now: datetime) -> Pace:
    """Where a shop stands; a lane that its connector has gained begins now, one that it has lost is dropped."""
    start = pacing.begin(limits, now)
    if row is None:
        return start
    stock = (row.stock_due_at, row.stock_seconds) if limits.stock else (None, None)
    return Pace(
        catalogue_due=row.catalogue_due_at,
        catalogue_every=limits.catalogue.hold(timedelta(seconds=row.catalogue_seconds)),
        stock_due=stock[0] or start.stock_due,
        stock_every=start.stock_every if stock[1] is None else timedelta(seconds=stock[1]),
        failures=row.failures,
        failing_since=row.failing_since,
    )


def _ended(report: RunReport, lane: Lane) -> Ended:
    counts, error = report.counts, report.error
    failed = report.outcome == "failed"
    return Ended(
        lane=lane,
        failed=failed,
        incomplete=report.outcome == "incomplete",
        closed=failed and error is not None and not error.retryable,
        told=error is not None and error.code == runs.LOST,
        changed=counts.created + counts.updated + counts.withdrawn,
        seen=counts.offers_seen,
        seconds=counts.seconds,
        retry_after=error.retry_after if error is not None else None,
    )
