"""The engine: APScheduler ticks, workers read, one thread writes the index. Exactly one engine a deployment.

APScheduler is the clock only (its jobs live in memory, late ticks are merged, none is dropped): when a shop is due is
in the database, so that nothing is forgotten or done twice across restarts.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator.errors import EmplettesError, Refused
from aggregator.ingest import grouping
from aggregator.ingest.sync import utc_now
from aggregator.publish.making import make_due
from aggregator.search import indexer
from aggregator.settings import Settings
from aggregator.store import Store, changes, checks
from aggregator.store.dialect import Lock, exclusive
from scheduler.ageing import expire, prune
from scheduler.metrics import served
from scheduler.notices import tell
from scheduler.photos import Photographer, Tidier
from scheduler.webhooks import watch
from scheduler.workers import Workers

TICK_SECONDS = 1
BEAT_SECONDS = 2
EXPIRE_MINUTES = 10
COUNT_SECONDS = 30
TELL_MINUTES = 5
PUBLISH_MINUTES = 1
TIDY_MINUTES = 10
WATCH_MINUTES = 10
STOP_SECONDS = 8.0
SET_BACK_SECONDS = 2.0

log = structlog.get_logger("emplettes.engine")
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that takes longer than a second is no news


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def engine(store: Store, settings: Settings, *, lost: Callable[[], None] = _end) -> Iterator[Workers]:
    """Run the engine until the end of the `with`; stopping takes ten seconds at most.

    On PostgreSQL its lock goes with its connection: it is taken anew, or, where another engine was quicker, this one
    begins nothing more and calls `lost`, which ends the process as SIGTERM does.

    Raises Refused where another engine runs on this database, or another program on the port for metrics."""
    with exclusive(store, "engine", 0) as alone:
        if not alone:
            raise Refused("Un moteur tourne déjà sur cette base de données : arrêtez-le d'abord.")
        workers = Workers(store, settings)
        clock = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(8)},  # a thread a job: none waits for a slow one
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        clock.add_job(_safely, "interval", (workers.tick,), seconds=TICK_SECONDS)
        clock.add_job(_safely, "interval", (workers.beat,), seconds=BEAT_SECONDS)
        clock.add_job(_safely, "interval", (lambda: _stay_alone(alone, workers, lost),), seconds=BEAT_SECONDS)
        clock.add_job(_safely, "interval", (lambda: _group(store, workers),), seconds=TICK_SECONDS)
        clock.add_job(_safely, "interval", (lambda: indexer.drain(store, settings, wait=False),), seconds=TICK_SECONDS)
        clock.add_job(_safely, "interval", (lambda: expire(store, settings, utc_now()),), minutes=EXPIRE_MINUTES)
        clock.add_job(_safely, "interval", (lambda: prune(store, utc_now()),), minutes=EXPIRE_MINUTES)
        clock.add_job(_safely, "interval", (lambda: checks.keep(store, utc_now()),), seconds=COUNT_SECONDS)
        clock.add_job(_safely, "interval", (lambda: tell(store, settings),), minutes=TELL_MINUTES)
        publishing = partial(_publish, store, settings, workers)
        clock.add_job(_safely, "interval", (publishing,), minutes=PUBLISH_MINUTES)
        tidier = Tidier(store, settings)
        clock.add_job(_safely, "interval", (lambda: tidier.tidy(utc_now()),), minutes=TIDY_MINUTES)
        clock.add_job(_safely, "interval", (lambda: watch(store, settings, utc_now()),), minutes=WATCH_MINUTES)
        clock.start()
        try:
            with _followed(clock), _served(store, workers, settings.metrics_port), _photos(store, settings, workers):
                yield workers
        finally:
            clock.shutdown(wait=False)
            if workers.stop(STOP_SECONDS):
                _index_the_last(store, settings)
            else:
                log.warning("some runs did not stop in time; the next engine resumes them")


def _stay_alone(alone: Lock, workers: Workers, lost: Callable[[], None]) -> None:
    if workers.stopping or alone.still():
        return
    log.error("another engine has taken the lock over, which was lost with its connection: this one ends")
    workers.stop(0)
    lost()


def _group(store: Store, workers: Workers) -> None:
    grouping.drain(store, utc_now, stopping=lambda: workers.stopping)


def _publish(store: Store, settings: Settings, workers: Workers) -> None:
    make_due(store, settings, utc_now(), lambda: workers.stopping)


def _index_the_last(store: Store, settings: Settings) -> None:
    """What fits into one batch; more waits for the next engine."""
    with suppress(EmplettesError):
        with store.read() as connection:
            waiting = changes.pending(connection)
        if waiting <= indexer.BATCH:
            indexer.drain(store, settings, wait=False)


def _photos(store: Store, settings: Settings, workers: Workers) -> AbstractContextManager[object]:
    return Photographer(store, settings, busy=lambda: workers.hosts) if settings.photos_mb else nullcontext()


@contextmanager
def _served(store: Store, workers: Workers, port: int) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(served(store, lambda: workers.running, port))
        except OSError as taken:
            raise Refused(f"EMPLETTES_METRICS_PORT : impossible d'écouter sur le port {port}.") from taken
        yield


@contextmanager
def _followed(clock: BackgroundScheduler) -> Iterator[None]:
    """Bring the ticks forward when the machine's clock is set back: they are planned in its time, and would otherwise
    all wait until it is that late again."""
    ended = threading.Event()

    def follow() -> None:
        before = time.time() - time.monotonic()
        while not ended.wait(TICK_SECONDS):
            offset = time.time() - time.monotonic()
            if offset < before - SET_BACK_SECONDS:
                log.warning("the clock was set back", seconds=round(before - offset))
                for job in clock.get_jobs():
                    job.modify(next_run_time=utc_now())
            before = offset

    thread = threading.Thread(target=follow, name="clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _safely(work: object) -> None:
    """A tick that fails is logged, and the next one comes: a full disk or a locked database passes."""
    try:
        assert callable(work)
        work()
    except Exception:
        log.exception("tick failed")
