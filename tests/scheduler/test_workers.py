"""Workers over real shops on loopback, both databases: what is due is read, once, by whom, and what comes after."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from aggregator.demo.server import FakeShop
from aggregator.settings import Settings
from aggregator.store import Store, export, freshness, pace, runs, shops
from aggregator.store.secrets import Sealer
from aggregator.store.tables import SHOP_PACE, SYNC_RUN
from connectors import registry
from connectors.credentials import Credentials
from scheduler.workers import Workers
from tests.support.catalogue import add_shop
from tests.support.told_shop import ToldShop
from tests.support.waiting import crowded, until
from tests.support.woo_shop import KEY, SECRET, small_catalogue

PRODUCTS = 30


class Region:
    """Some shops, and workers whose clock the test turns."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings.model_copy(update={"allow_hosts": "127.0.0.1", "workers": 3})
        self.now = datetime.now(UTC)
        self.fakes: dict[int, FakeShop] = {}
        self.workers = self.another()

    def another(self) -> Workers:
        return Workers(self.store, self.settings, clock=lambda: self.now, chance=lambda: 0.5)

    def add(self, shop: FakeShop, *, keyed: bool = False, host: str | None = None) -> int:
        sealed = Sealer(self.settings).seal(Credentials(KEY, SECRET)) if keyed else None
        with self.store.write() as connection:
            number = shops.add(
                connection,
                url=shop.url + "/",
                name=f"Boutique {shop.port}",
                connector="woocommerce-rest" if keyed else "woocommerce-store",
                platform="WooCommerce",
                status="approved",
                credentials=sealed,
                memory={},
                now=self.now,
            )
        self.fakes[number] = shop
        return number

    def tick(self) -> int:
        begun = self.workers.tick()
        until(lambda: self.workers.running == 0)
        return begun

    def pace(self, shop_id: int) -> pace.PaceRow:
        with self.store.read() as connection:
            row = pace.get(connection, shop_id)
        assert row is not None
        return row

    def runs(self, shop_id: int | None = None) -> list[runs.RunRow]:
        with self.store.read() as connection:
            return runs.list_runs(connection, shop_id)

    def failing(self) -> list[tuple[int, str]]:
        """Shops in trouble, and why."""
        with self.store.read() as connection:
            found = freshness.measure(connection, self.now).failing
        return [(one.shop_id, one.failing.code) for one in found if one.failing]

    def offers(self, shop_id: int) -> int:
        with self.store.read() as connection:
            return sum(1 for _ in export.offers(connection, shop_id))


@contextmanager
def serving(count: int) -> Iterator[list[FakeShop]]:
    with ExitStack() as stack:
        yield [stack.enter_context(FakeShop(small_catalogue(PRODUCTS))) for _ in range(count)]


@pytest.fixture
def region(store: Store, store_settings: Settings) -> Iterator[Region]:
    made = Region(store, store_settings)
    yield made
    made.workers.stop(10)


def test_new_shops_are_read_at_once_and_then_when_they_are_due(region: Region) -> None:
    with serving(2) as fakes:
        one, two = map(region.add, fakes)
        assert region.tick() == 2
        assert region.offers(one) == region.offers(two) > 0
        assert region.tick() == 0, "not due yet"
        region.now += timedelta(hours=1)
        assert region.tick() == 2
        assert len(region.runs()) == 4


def test_a_shop_with_a_stock_lane_is_swept_between_reads_of_its_catalogue(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake, keyed=True)
        region.tick()
        product = next(n for n in fake.fake.visible_ids() if fake.fake.state[n].type == "simple")
        fake.fake.sql_set(product, {"stock_quantity": 0, "stock_status": "outofstock"})
        region.now = region.pace(shop).stock_due_at or region.now
        assert region.tick() == 1
        swept, first = region.runs(shop)
        assert (swept.state, first.state) == ("complete", "complete")
        assert swept.counts.requests < first.counts.requests
        assert swept.counts.updated == 1
        assert swept.next_cursor == first.next_cursor, "a sweep of stock leaves the cursor where it was"
        row = region.pace(shop)
        assert row.stock_due_at is not None
        assert row.stock_due_at > region.now


def test_a_failing_shop_is_asked_less_and_less_and_recovers(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        fake.fake.fault("401", times=-1)
        waits = []
        for _ in range(4):
            region.now = region.pace(shop).next_sync_at
            region.tick()
            waits.append(region.pace(shop).next_sync_at - region.now)
        assert waits == sorted(waits)
        assert waits[-1] > 6 * waits[0]
        assert region.pace(shop).failures == 4
        assert region.pace(shop).failing_since is not None
        fake.fake.clear_faults()
        region.now = region.pace(shop).next_sync_at
        region.tick()
        assert (region.pace(shop).failures, region.pace(shop).failing_since) == (0, None)


def test_a_shop_that_never_shows_all_of_itself_fails_after_a_day_and_is_asked_as_often(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ToldShop("told-list", lanes=False)
    told.shelf = {f"p{n}": {f"p{n}": (1000, "InStock")} for n in range(9)}
    monkeypatch.setattr(registry, "get", lambda name: told)
    shop = add_shop(region.store, connector="woocommerce-store")
    region.tick()
    told.short = 3
    began = region.now = region.pace(shop).next_sync_at
    while region.now < began + timedelta(hours=24):
        with region.store.read() as connection:
            assert freshness.measure(connection, region.now).failing == []
        assert region.tick() == 1
        assert region.runs(shop)[0].state == "incomplete"
        assert (region.pace(shop).failures, region.pace(shop).failing_since) == (0, began)
        assert region.pace(shop).next_sync_at - region.now < timedelta(hours=1)
        region.now += timedelta(hours=6)
    with region.store.read() as connection:
        (failing,) = freshness.measure(connection, region.now).failing
    assert failing.failing is not None
    assert failing.failing.code == "catalogue_malformed"
    told.short = 0
    region.tick()
    assert region.pace(shop).failing_since is None


def test_what_somebody_wants_is_read_at_once_and_only_once(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        with region.store.write() as connection:
            pace.want(connection, shop, region.now, full=True)
        assert region.tick() == 1
        assert region.runs(shop)[0].forced_full
        assert region.tick() == 0


def test_one_host_is_read_by_one_worker_at_a_time(region: Region) -> None:
    with serving(3) as fakes:
        for fake in fakes:
            region.add(fake)
            fake.fake.options = replace(fake.fake.options, latency_ms=(50.0, 0.0))
        with region.store.write() as connection:
            connection.execute(sa.text("UPDATE shop SET host = 'maboutique.fr'"))
        assert region.workers.tick() == 1
        assert region.workers.tick() == 0
        until(lambda: region.workers.running == 0)
        assert region.workers.tick() == 1


def test_paused_shops_are_not_read(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        with region.store.write() as connection:
            shops.pause(connection, shop, "", region.now)
        assert region.tick() == 0
        with region.store.write() as connection:
            shops.approve(connection, shop, "", region.now)
        assert region.tick() == 1


def test_stopping_leaves_runs_open_and_the_next_workers_resume_them(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        fake.fake.fault("hang", times=1, match=r"page=1\b|products", seconds=30)
        region.workers.tick()
        until(lambda: any("products" in f"{seen.path}?{seen.query}" for seen in fake.fake.requests))
        begun = time.monotonic()
        assert region.workers.stop(10)
        assert time.monotonic() - begun < 5 * crowded()
        (run,) = region.runs(shop)
        assert run.state == "open"
        assert region.workers.tick() == 0, "stopped workers begin nothing"
        region.workers = region.another()
        region.tick()
        (again,) = region.runs(shop)
        assert (again.id, again.state) == (run.id, "complete")


def test_an_aborted_run_ends_and_writes_nothing_more(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        fake.fake.fault("hang", times=-1, match="products", seconds=30)
        region.workers.tick()
        until(lambda: any("products" in f"{seen.path}?{seen.query}" for seen in fake.fake.requests))
        (run,) = region.runs(shop)
        with region.store.write() as connection:
            runs.abort(connection, run.id, region.now)
        region.workers.beat()
        until(lambda: region.workers.running == 0, 5)
        (run,) = region.runs(shop)
        assert (run.state, run.error_code) == ("failed", "run_aborted")
        assert region.offers(shop) == 0
        assert region.failing() == [], "nobody must mend what a person has ended"
        assert region.pace(shop).next_sync_at > region.now, "or it would begin again at once"


def test_to_end_the_run_of_a_failing_shop_mends_nothing(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        fake.fake.fault("500", times=-1)
        region.tick()
        (failing,) = region.failing()
        before = region.pace(shop)
        fake.fake.clear_faults()
        fake.fake.fault("hang", times=-1, match="products", seconds=30)
        region.now += timedelta(days=2)
        region.workers.tick()
        until(lambda: region.runs(shop)[0].state == "open")
        with region.store.write() as connection:
            shops.pause(connection, shop, "", region.now)
            shops.approve(connection, shop, "", region.now)
        region.workers.beat()
        until(lambda: region.workers.running == 0, 5)
        assert region.failing() == [failing]
        assert region.pace(shop).failing_since == before.failing_since


def test_two_sets_of_workers_never_read_one_shop_together(region: Region) -> None:
    with serving(2) as fakes:
        for fake in fakes:
            region.add(fake)
        other = region.another()
        threads = [threading.Thread(target=w.tick) for w in (region.workers, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until(lambda: region.workers.running == other.running == 0)
        other.stop(5)
        with region.store.read() as connection:
            open_runs = connection.execute(sa.select(SYNC_RUN.c.shop_id).where(SYNC_RUN.c.state == "complete")).all()
            kept = connection.execute(sa.select(SHOP_PACE.c.shop_id)).all()
        assert len(kept) == 2
        assert len(open_runs) >= 2
        for fake in fakes:
            spans = [(s.started, s.started + s.seconds) for s in fake.fake.requests]
            assert all(a[1] <= b[0] + 0.02 for a, b in itertools.pairwise(spans))
