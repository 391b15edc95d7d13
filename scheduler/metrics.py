"""Prometheus metrics of the engine, on a private port: what `emplettes status` says, for machines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from aggregator.ingest.sync import utc_now
from aggregator.store import Store, changes, freshness
from aggregator.store.freshness import Freshness

MEASURED_FOR = timedelta(minutes=1)


class RegionCollector(Collector):
    """Measures the region when it is asked, at most once a minute: that reads every offer."""

    def __init__(self, store: Store, running: Callable[[], int]) -> None:
        self._store, self._running = store, running
        self._lock = threading.Lock()
        self._measured: Freshness | None = None

    def _freshness(self, now: datetime) -> Freshness:
        with self._lock:
            if self._measured is None or abs(now - self._measured.at) > MEASURED_FOR:
                with self._store.read() as connection:
                    self._measured = freshness.measure(connection, now)
            return self._measured

    def collect(self) -> Iterator[Metric]:
        now = utc_now()
        found = self._freshness(now)
        with self._store.read() as connection:
            pending = changes.pending(connection)
        yield _gauge("emplettes_offers", "Published offers.", found.offers)
        checked = GaugeMetricFamily(
            "emplettes_offers_checked", "Published offers that were checked within this time.", labels=["within"]
        )
        checked.add_metric(["1h"], found.within_hour)
        checked.add_metric(["24h"], found.within_day)
        yield checked
        age = 0.0 if found.oldest is None else (found.at - found.oldest).total_seconds()
        yield _gauge("emplettes_oldest_check_seconds", "Age of the oldest check of a published offer.", age)
        runs = GaugeMetricFamily("emplettes_runs_last_day", "Runs of the last day by outcome.", labels=["outcome"])
        for outcome, count in sorted(found.runs.items()):
            runs.add_metric([outcome], count)
        yield runs
        yield _gauge("emplettes_runs_running", "Runs under way in this engine.", self._running())
        yield _gauge("emplettes_shops", "Approved shops.", len(found.shops))
        what = "Shops that fail: their last run did, or none was complete for a day."
        yield _gauge("emplettes_shops_failing", what, len(found.failing))
        yield _gauge("emplettes_offers_held", "Offers that wait for a person.", sum(s.held for s in found.shops))
        yield _gauge("emplettes_queue_overdue_shops", "Shops that are past their time.", found.overdue)
        delay = found.delay.total_seconds()
        yield _gauge("emplettes_queue_delay_seconds", "How long the longest overdue shop has waited.", delay)
        yield _gauge("emplettes_index_pending", "Listings that wait to be indexed.", pending)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


@contextmanager
def served(store: Store, running: Callable[[], int], port: int) -> Iterator[None]:
    """Serve the metrics on this port of 127.0.0.1, until the end of the `with`; nothing where it is 0."""
    if not port:
        yield
        return
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RegionCollector(store, running))
    server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
