"""`make bench-fleet`: thousands of fake shops against the real scheduler, workers, store and index, in simulated time.

SHOPS=300: a part of the fleet (without it: what fits into some minutes); FULL=1: all 3,000 shops with 1.2 million
offers; HOURS=1.5, SETTLE=0.5: simulated hours that are measured, and before. Figures of a part are also told as they
would be for the whole: CPU an offer is the same in both, and so is the number of shops a worker has (3,000 for 16;
WORKERS=16 says otherwise). FAULTS=1 KILLS=50: an engine that is killed, instead.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, quantiles
from typing import Any, Final

import psutil  # type: ignore[import-untyped]  # it has no stubs here
import sqlalchemy as sa
from pydantic import SecretStr

from aggregator.demo.prestashop.options import READ_KEY
from aggregator.search import indexer
from aggregator.settings import Settings
from aggregator.store import Store, checks, freshness, open_store, shops
from aggregator.store.secrets import Sealer
from aggregator.store.tables import LISTING, OFFER, PAST_PRICE, SYNC_RUN
from connectors import http
from connectors.credentials import Credentials
from scheduler import ageing, notices
from tests.bench.figures import Bench
from tests.bench.fleet_clock import SimulatedClock, SimulatedStore, SimulatedWorkers
from tests.bench.fleet_shops import FleetShop, Shops, fleet, serving
from tests.support.engines import fire, under_fire
from tests.support.stores import SEALING_KEY

WHOLE: Final = 3000
PART: Final = 375
CHANGES_AN_HOUR: Final = 0.01
CHANGE_EVERY: Final = 120
LOOK_EVERY: Final = 600
CORES: Final = 2
MACHINE_GOAL: Final = 0.6 * CORES * 3600


def settings_for(data: Path, hosts: str, workers: int = 8) -> Settings:
    return Settings(
        _env_file=None,
        data=data,
        allow_hosts=hosts,
        secret_key=SecretStr(SEALING_KEY),
        crawl_delay=0.0,
        index_heap_mb=64,
        workers=workers,
    )


@dataclass(slots=True)
class Costs:
    """CPU seconds of our processes, and of their parts as this thread runs them."""

    total: float = 0.0
    parts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        """Do a part of the engine's work, and note what it costs."""
        began = time.thread_time()
        try:
            return work()
        finally:
            self.parts[name] += time.thread_time() - began
            self.calls[name] += 1


class Simulation:
    """A region and its fleet."""

    def __init__(self, store: Store, settings: Settings, fleet_shops: list[FleetShop], served: Shops) -> None:
        self.store, self.settings, self.served = store, settings, served
        self.by_id = self._add(fleet_shops)
        # in the past: shops' dates must not be ahead of ours, as they would be at no real shop
        start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
        self.clock = SimulatedClock(start)
        latency = {shop_id: shop.latency for shop_id, shop in self.by_id.items()}
        self.workers = SimulatedWorkers(self.clock, latency, SimulatedStore(store, self.clock), settings)
        self.costs = Costs()
        self.looks: list[tuple[float, freshness.Freshness]] = []
        self.changed: dict[tuple[str, str], float] = {}
        self.deleted: set[tuple[str, str]] = set()
        self.changing = False

    def _add(self, fleet_shops: list[FleetShop]) -> dict[int, FleetShop]:
        sealer = Sealer(self.settings)
        keys = {
            "woocommerce-rest": sealer.seal(Credentials("ck_test", "cs_test")),
            "prestashop-webservice": sealer.seal(Credentials(READ_KEY, "")),
        }
        added: dict[int, FleetShop] = {}
        began = datetime.now(UTC) - timedelta(days=2)
        with self.store.write() as connection:
            for shop in fleet_shops:
                address = f"http://{shop.host}:{self.served.port}/{'flux.xml' if shop.kind == 'feed' else ''}"
                number = shops.add(
                    connection, url=address, name=f"Boutique {shop.number}", connector=shop.connector,
                    platform=shop.kind, status="approved", credentials=keys.get(shop.connector), memory={}, now=began,
                )  # fmt: skip
                added[number] = shop
        return added

    # -- time ---------------------------------------------------------------------------------------------------------

    def second(self) -> None:
        """What the engine does in a second."""
        clock, costs = self.clock, self.costs
        clock.advance(1.0, self.workers)
        self.served.at(clock.instant(clock.now).timestamp())
        now = int(clock.now)
        if self.changing and now % CHANGE_EVERY == 0:
            self._change()
        costs.run("tick", self.workers.tick)
        if now % 2 == 0:
            costs.run("beat", self.workers.beat)
        costs.run("index", lambda: indexer.drain(self.store, self.settings, wait=False))
        if now % 30 == 0:
            costs.run("counts", lambda: checks.keep(self.store, clock()))
        if now % 600 == 0:
            costs.run("prune", lambda: ageing.prune(self.store, clock()))
            costs.run("ageing", lambda: ageing.expire(self.store, self.settings, clock()))
        if now % 300 == 0:
            costs.run("notices", lambda: notices.tell(self.store, self.settings, clock()))

    def _change(self) -> None:
        found = self.served.change(CHANGES_AN_HOUR * CHANGE_EVERY / 3600)
        for model, changes in found.items():
            for source_id, gone in changes:
                self.changed[model, source_id] = self.clock.now
                if gone:
                    self.deleted.add((model, source_id))

    def look(self) -> None:
        with self.store.read() as connection:
            self.looks.append((self.clock.now, freshness.measure(connection, self.clock())))

    def read_everything(self) -> None:
        """Until every shop was read once."""
        told = time.monotonic()
        while True:
            self.second()
            if time.monotonic() - told > 15:
                told = time.monotonic()
                print(f"  {int(self.clock.now)} s simulated, {self._read_shops()} shops read", file=sys.stderr)
            if self.clock.now % 30 == 0 and self._read_shops() == len(self.by_id):
                return

    def _read_shops(self) -> int:
        with self.store.read() as connection:
            ended = sa.select(sa.func.count(sa.distinct(SYNC_RUN.c.shop_id))).where(SYNC_RUN.c.state != "open")
            return int(connection.execute(ended).scalar_one())

    def hours(self, hours: float) -> None:
        end = self.clock.now + hours * 3600
        while self.clock.now < end:
            self.second()
            if self.clock.now % LOOK_EVERY == 0:
                print(f"  {int(self.clock.now)} s simulated", file=sys.stderr)
                began = time.thread_time()
                self.look()
                self.costs.total -= time.thread_time() - began  # who looks is the bench

    # -- what came of it ----------------------------------------------------------------------------------------------

    def shares(self, wanted: Callable[[FleetShop], bool], name: str) -> list[float]:
        """Of each look: the share of the offers of the wanted shops that were checked within `name`."""
        found = []
        for _, seen in self.looks:
            mine = [shop for shop in seen.shops if wanted(self.by_id[shop.shop_id])]
            offers = sum(shop.offers for shop in mine)
            found.append(sum(getattr(shop, name) for shop in mine) / offers if offers else 1.0)
        return found

    def delays(self, since: float, until: float) -> tuple[list[float], int]:
        """Seconds from each price change in this time to the portal, and how many are not there yet."""
        per_model: dict[str, list[int]] = defaultdict(list)
        for shop_id, shop in self.by_id.items():
            if shop.behaviour in ("well", "slow") and shop.kind != "site":
                per_model[shop.model].append(shop_id)
        found, missing = [], 0
        with self.store.read() as connection:
            for (model, source_id), at in self.changed.items():
                if not since <= at < until or (model, source_id) in self.deleted or model not in per_model:
                    continue
                rows = connection.execute(
                    sa.select(OFFER.c.priced_at).where(
                        OFFER.c.shop_id.in_(per_model[model][:20]), OFFER.c.source_id == source_id
                    )
                ).scalars()
                for priced_at in rows:
                    after = (priced_at - self.clock.start).total_seconds() - at
                    if after >= 0:
                        found.append(after)
                    else:
                        missing += 1
        return found, missing

    def lies(self) -> tuple[int, int]:
        """(products that are sold and not shown, prices that are shown and a lie)."""
        truth = self.served.ids()
        gone = 0
        with self.store.read() as connection:
            for shop_id, shop in self.by_id.items():
                shown = set(
                    connection.execute(
                        sa.select(LISTING.c.source_id).where(
                            LISTING.c.shop_id == shop_id, LISTING.c.status.in_(("visible", "suspect"))
                        )
                    ).scalars()
                )
                # what the first read could not give was never there to be withdrawn
                known = set(
                    connection.execute(sa.select(LISTING.c.source_id).where(LISTING.c.shop_id == shop_id)).scalars()
                )
                gone += len((truth[shop.model] & known) - shown)
            raised = connection.execute(
                sa.select(sa.func.count()).select_from(PAST_PRICE).join(OFFER, OFFER.c.id == PAST_PRICE.c.offer_id)
                .where(OFFER.c.price_minor > 3 * PAST_PRICE.c.price_minor)
            ).scalar_one()  # fmt: skip
        return gone, int(raised)


class Meter:
    """CPU of our processes: this one and its spider, without the fake shops."""

    def __init__(self, not_ours: int) -> None:
        self._me, self._not_ours = psutil.Process(), not_ours
        self._cpu, self._wall = self.cpu(), time.monotonic()

    def cpu(self) -> float:
        times = self._me.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for child in self._me.children(recursive=True):
            if child.pid != self._not_ours and "resource_tracker" not in " ".join(child.cmdline()):
                used = child.cpu_times()
                total += used.user + used.system
        return float(total)

    def lap(self) -> tuple[float, float]:
        """(CPU seconds, wall seconds) since the last lap."""
        before, began = self._cpu, self._wall
        self._cpu, self._wall = self.cpu(), time.monotonic()
        return self._cpu - before, self._wall - began


def runs_since(store: Store, instant: datetime) -> dict[str, Any]:
    with store.read() as connection:
        row = connection.execute(
            sa.select(
                sa.func.count(), sa.func.sum(SYNC_RUN.c.requests), sa.func.sum(SYNC_RUN.c.offers_seen)
            ).where(SYNC_RUN.c.started_at >= instant)
        ).one()  # fmt: skip
        states = connection.execute(
            sa.select(SYNC_RUN.c.state, sa.func.count()).where(SYNC_RUN.c.started_at >= instant).group_by(
                SYNC_RUN.c.state
            )
        ).all()  # fmt: skip
    return {"runs": row[0], "requests": row[1] or 0, "offers": row[2] or 0, "states": dict(map(tuple, states))}


def percentile(values: list[float], share: float) -> float:
    return quantiles(values, n=100)[round(share * 100) - 1] if len(values) > 1 else (values or [0.0])[0]


def simulate(bench: Bench, count: int, hours: float) -> None:
    made = fleet(count)
    http._FIRST_WAIT = 0.01  # waits between two tries are the shop's time, which is simulated
    with (
        tempfile.TemporaryDirectory(prefix="bench-fleet-") as folder,
        serving(count, time.time() - 2 * 86400) as served,
    ):
        hosts = ",".join(f"{shop.host}:{served.port}" for shop in made)
        # as many shops for each worker as the whole fleet has for the sixteen that are the default
        workers = int(os.environ.get("WORKERS", max(round(16 * count / WHOLE), 1)))
        settings = settings_for(Path(folder) / "data", hosts, workers)
        with open_store(settings) as store:
            region = Simulation(store, settings, made, served)
            meter = Meter(served.pid)
            region.read_everything()
            first = first_read(bench, region, meter, count)
            served.break_some()
            region.changing = True
            region.workers.delays.clear()
            region.hours(float(os.environ.get("SETTLE", "0.5")))  # the first hour spreads the shops over time
            region.costs, settled = Costs(), region.clock.now
            region.looks.clear()
            region.workers.delays.clear()
            region.workers.seconds = 0.0
            meter.lap()
            region.hours(hours)
            cpu, wall = meter.lap()
            report(bench, region, cpu + region.costs.total, wall, hours, settled, first)
            region.clock.finish()
            region.workers.stop(10)


def first_read(bench: Bench, region: Simulation, meter: Meter, count: int) -> int:
    region.look()
    offers = region.looks.pop()[1].offers
    cpu, wall = meter.lap()
    bench.add("shops", count, "shops")
    bench.add("offers", offers, "offers")
    bench.add("first read: simulated time", region.clock.now / 60, "min")
    bench.add("first read: wall time here, fakes included", wall, "s")
    bench.add("first read: CPU an offer, index included", cpu / max(offers, 1) * 1000, "ms")
    return offers


def report(
    bench: Bench, region: Simulation, cpu: float, wall: float, hours: float, settled: float, offers: int
) -> None:
    clock, costs = region.clock, region.costs
    done = runs_since(region.store, clock.instant(settled))
    whole = 1_200_000 / max(offers, 1)
    fixed = sum(costs.parts[name] for name in ("beat", "notices")) / hours
    an_hour = cpu / hours
    live = region.shares(lambda shop: shop.kind != "site" and shop.behaviour in ("well", "slow"), "within_hour")
    quick = region.shares(lambda shop: shop.kind != "site" and shop.behaviour == "well", "within_hour")
    sites = region.shares(lambda shop: shop.kind == "site" and shop.behaviour in ("well", "slow"), "within_day")
    bench.add(
        "healthy API, Store API and feed offers checked within the hour", 100 * mean(live), "%", 95, at_least=True
    )
    bench.add("... at the worst moment", 100 * min(live), "%")
    bench.add("... without the slow shops", 100 * mean(quick), "%")
    bench.add("crawled offers checked within a day", 100 * min(sites), "%", 95, at_least=True)
    bench.add("CPU of our processes a simulated hour", an_hour, "s", MACHINE_GOAL)
    bench.add("... for 1.2 million offers", fixed + (an_hour - fixed) * whole, "s", MACHINE_GOAL)
    bench.add("... share of two cores", 100 * (fixed + (an_hour - fixed) * whole) / (CORES * 3600), "%", 60)
    for name in ("tick", "index", "beat", "ageing", "notices"):
        bench.add(f"... of it {name}", costs.parts[name] / hours, "s")
    bench.add("offers checked an hour", done["offers"] / hours, "offers")
    bench.add("CPU an offer checked", cpu / max(done["offers"], 1) * 1000, "ms")
    bench.add("requests an offer checked", done["requests"] / max(done["offers"], 1), "requests")
    bench.add("CPU a request", cpu / max(done["requests"], 1) * 1000, "ms")
    busy = region.workers.seconds * whole / hours / 3600
    bench.add("workers kept busy for 1.2 million offers, were there enough", busy, "workers")
    for state, number in sorted(done["states"].items()):
        bench.add(f"runs an hour: {state}", number / hours, "runs")
    delays, missing = region.delays(settled, clock.now - 3600)
    bench.add("a change reaches the portal, p50", percentile(delays, 0.5) / 60, "min")
    bench.add("a change reaches the portal, p95", percentile(delays, 0.95) / 60, "min", 60)
    bench.add("changes older than an hour that are not there", 100 * missing / max(missing + len(delays), 1), "%", 1)
    bench.add("wait of a due run, p50", percentile(region.workers.delays, 0.5), "s")
    bench.add("wait of a due run, p95", percentile(region.workers.delays, 0.95), "s")
    bench.add("wait of a due run, longest", max(region.workers.delays, default=0.0), "s")
    gone, raised = region.lies()
    bench.add("false withdrawals", gone, "products", 0)
    bench.add("prices raised more than threefold by liars", raised, "offers", 0)
    held = region.looks[-1][1]
    bench.add("offers held by the guard", sum(shop.held for shop in held.shops), "offers")
    expected = {n for n, shop in region.by_id.items() if shop.behaviour not in ("well", "slow")}
    surprising = [shop for shop in held.failing if shop.shop_id not in expected]
    bench.add("shops failing or lying, and told to fail", len(held.failing) - len(surprising), "shops")
    bench.add("shops failing that were not", len(surprising), "shops", 0)
    for shop in surprising[:5]:
        print(f"  failing: {region.by_id[shop.shop_id]} {shop.failing}", file=sys.stderr)
    bench.add("peak memory of the engine", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", 2048)
    bench.add("wall time here a simulated hour, fakes included", wall / hours, "s")


def faults(bench: Bench, kills: int) -> None:
    """An engine of its own, killed again and again over a small fleet."""
    with tempfile.TemporaryDirectory(prefix="bench-fleet-") as folder:
        data = Path(folder) / "data"
        with under_fire(settings_for(data, "127.0.0.1"), 6, 400) as town:
            figures = fire(town, kills, random.Random(7))
            town.check()
    bench.add("kill -9 of the engine", figures["kills"], "times")
    bench.add("... while runs were open", figures["in runs"], "times", 1, at_least=True)
    bench.add("until all was read and indexed again", figures["settled after"], "s", 120)
    bench.add("committed products lost", 0, "products", 0)  # or `fire` and `check` would have raised


def main() -> None:
    if os.environ.get("FAULTS"):
        bench = Bench("fleet-faults")
        faults(bench, int(os.environ.get("KILLS", "50")))
        bench.finish()
    count = WHOLE if os.environ.get("FULL") else int(os.environ.get("SHOPS", PART))
    bench = Bench("fleet")
    simulate(bench, count, float(os.environ.get("HOURS", "1.5")))
    bench.finish()


if __name__ == "__main__":
    main()
