"""Simulated time for real workers: a run takes as long as its shop's server would, however fast loopback answers.

The simulation goes second by second. A run has come as far as its requests have taken by then, and before it writes
it waits until the others are as far: what is simulated is the waiting, never the work.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from aggregator.store import Store
from aggregator.store.pace import DueShop
from connectors.http import HttpSession
from scheduler import workers
from scheduler.workers import Workers


class SimulatedClock:
    """`now` in seconds since the start; called like `utc_now`. Runs are told apart by their threads."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.now = 0.0
        lock = threading.Lock()
        self._turn = threading.Condition(lock)
        """Time has passed. Only the one who moves it on says so: runs that woke each other never slept."""
        self._arrived = threading.Condition(lock)
        """A run has come as far as time has, or to its end."""
        self._own = threading.local()
        self._waiting: dict[int, float] = {}

    def __call__(self) -> datetime:
        run: _Run | None = getattr(self._own, "run", None)
        return self.instant(self.now if run is None or self.now == float("inf") else run.at)

    def catch_up(self) -> None:
        """Wait until it is as late as this thread's run has come."""
        run: _Run | None = getattr(self._own, "run", None)
        if run is None:
            return
        me, at = threading.get_ident(), run.at
        with self._turn:
            while at > self.now:
                if me not in self._waiting:
                    self._waiting[me] = at
                    self._arrived.notify()
                self._turn.wait()
            self._waiting.pop(me, None)

    def instant(self, seconds: float) -> datetime:
        """That moment of the simulation."""
        return self.start + timedelta(seconds=min(seconds, 1e9))

    def begin(self, latency: float) -> None:
        """This thread reads a shop from now on."""
        self._own.run = _Run(self.now, latency)

    def opened(self, session: HttpSession) -> None:
        self._own.run.session = session

    @property
    def taken(self) -> float:
        """Seconds that this thread's run has lasted."""
        run: _Run = self._own.run
        return run.at - run.began

    def end(self) -> None:
        self._own.run = None
        with self._arrived:
            self._arrived.notify()

    def finish(self) -> None:
        """Nobody waits any more."""
        with self._turn:
            self.now = float("inf")
            self._turn.notify_all()

    def advance(self, seconds: float, running: Workers) -> None:
        """Let so much time pass, and wait until every run has come so far."""
        with self._turn:
            self.now += seconds
            self._turn.notify_all()
            while True:
                behind = [at for at in self._waiting.values() if at <= self.now]
                if not behind and len(self._waiting) >= running.running:
                    return
                self._arrived.wait(0.01)


class _Run:
    def __init__(self, began: float, latency: float) -> None:
        self.began, self.latency = began, latency
        self.session: HttpSession | None = None

    @property
    def at(self) -> float:
        asked = 0 if self.session is None else self.session.requests
        return self.began + asked * self.latency


class SimulatedStore(Store):
    """The real store, in which nobody writes before his time."""

    def __init__(self, store: Store, clock: SimulatedClock) -> None:
        super().__init__(store.engine)
        self._clock = clock

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._clock.catch_up()
        with super().write() as connection:
            yield connection


class SimulatedWorkers(Workers):
    """The real workers; only their clock knows that the shops are fakes. `delays`: how long each due run waited.

    What a run tells pacing of its duration is simulated too."""

    def __init__(self, clock: SimulatedClock, latency: Mapping[int, float], *args: Any, **more: Any) -> None:
        super().__init__(*args, clock=clock, **more)
        self._simulated, self._latency = clock, latency
        self.delays: list[float] = []
        self.seconds = 0.0
        """Of all runs together, as simulated."""
        ended = workers._ended
        workers._ended = lambda report, lane: replace(ended(report, lane), seconds=clock.taken)

    def _run(self, due: DueShop) -> None:
        self._simulated.begin(self._latency[due.shop_id])
        self.delays.append((self._simulated.instant(self._simulated.now) - due.due_at).total_seconds())
        try:
            super()._run(due)
        finally:
            self.seconds += self._simulated.taken
            self._simulated.end()

    def _opened(self, due: DueShop, session: HttpSession) -> None:
        self._simulated.opened(session)
        super()._opened(due, session)
