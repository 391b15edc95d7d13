"""What becomes of runs, wishes and shops when a process dies, somebody else reads, or an operator steps in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.settings import Settings
from aggregator.store import Store, freshness, pace, runs, shops
from aggregator.store.dialect import exclusive
from aggregator.store.pace import DueShop
from aggregator.store.runs import STUCK_AFTER
from aggregator.store.tables import LISTING, SHOP_PACE, SYNC_RUN
from scheduler.workers import LOOK_AHEAD, Workers
from tests.scheduler.test_workers import Region, serving
from tests.support.waiting import until

MINUTE = timedelta(minutes=1)
RESTS = ("run_unfinished", "La lecture n'est pas finie.", "no time left", "us")


@pytest.fixture
def region(store: Store, store_settings: Settings) -> Iterator[Region]:
    made = Region(store, store_settings)
    yield made
    made.workers.stop(10)


def left_open(region: Region, shop: int) -> int:
    """A run that a process left when it died."""
    with region.store.write() as connection:
        return runs.open_or_resume(connection, shop, cursor=None, full=False, now=region.now)[0].id


def wanted(region: Region, shop: int) -> bool:
    with region.store.read() as connection:
        at = connection.execute(sa.select(SHOP_PACE.c.wanted_at).where(SHOP_PACE.c.shop_id == shop)).scalar()
    return at is not None


def test_a_dead_process_s_run_is_taken_over_though_its_shop_is_not_due(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        run = left_open(region, shop)
        region.now += MINUTE
        assert region.tick() == 0, "it may be alive"
        region.now += STUCK_AFTER
        assert region.tick() == 1
        with region.store.read() as connection:
            found = {row.id: row.state for row in runs.list_runs(connection, shop)}
        assert found[run] == "complete"
        assert region.tick() == 0


def test_a_dead_process_s_run_is_taken_over_when_the_clock_was_set_back(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        left_open(region, shop)
        region.now -= timedelta(hours=2)
        assert region.tick() == 1
        assert region.runs(shop)[0].state == "complete"


def test_offers_and_plans_that_seem_to_come_are_set_right_when_the_clock_was_set_back(region: Region) -> None:
    with serving(2) as fakes:
        one, two = map(region.add, fakes)
        region.tick()
        checked, due = checks(region), region.pace(one).next_sync_at
        failing_since = region.now - timedelta(hours=30)
        with region.store.write() as connection:
            kept = replace(region.pace(two), failing_since=failing_since, failures=3)
            pace.save(connection, two, kept, region.now)
            pace.want(connection, two, region.now + MINUTE)
        region.now -= timedelta(hours=2)
        with region.store.read() as connection:
            assert freshness.measure(connection, region.now).within_hour == 0, "nobody knows yet when that was"
        assert region.tick() == 0, "they were read just now"
        assert checks(region) == {instant - timedelta(hours=2) for instant in checked}
        assert abs(region.pace(one).next_sync_at - (due - timedelta(hours=2))) < MINUTE
        with region.store.read() as connection:
            assert {shop.last_complete_at for shop in shops.list_all(connection)} == {region.now}
        assert region.pace(two).failing_since == failing_since
        with region.store.read() as connection:
            found = freshness.measure(connection, region.now)
        assert found.within_hour == found.offers > 0
        region.now += 2 * MINUTE
        assert region.tick() == 1, "what was wanted"
        region.now = region.pace(one).next_sync_at
        assert region.tick() >= 1
        assert region.runs(one)[0].state == "complete"
        assert max(checks(region)) <= region.now


def test_an_engine_that_begins_after_the_clock_was_set_back_sets_it_right(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        region.now -= timedelta(days=40)
        region.workers = region.another()
        assert region.tick() == 0
        assert region.pace(shop).next_sync_at <= region.now + timedelta(hours=1)
        assert max(checks(region)) <= region.now


def checks(region: Region) -> set[datetime]:
    with region.store.read() as connection:
        return set(connection.execute(sa.select(LISTING.c.checked_at)).scalars())


def test_a_run_that_rests_between_two_pieces_waits_for_its_time(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        with region.store.write() as connection:
            run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=region.now)
            runs.rest(connection, run, region.now, RESTS)
        region.now += 5 * STUCK_AFTER
        assert region.tick() == 0
        with region.store.read() as connection:
            found = freshness.measure(connection, region.now)
        assert (found.runs["open"], found.runs["stuck"], found.shops[0].reading) == (1, 0, False)
        region.now = region.pace(shop).next_sync_at
        assert region.tick() == 1
        assert region.runs(shop)[0].state == "complete"


def test_a_wish_outlives_the_run_of_somebody_else(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        with region.store.write() as connection:
            pace.want(connection, shop, region.now, full=True)
        with exclusive(region.store, "shop", shop):
            assert region.tick() == 1
            assert wanted(region, shop)
            assert region.tick() == 0, "not asked for again every second"
        region.now += 2 * MINUTE
        assert region.tick() == 1
        assert region.runs(shop)[0].forced_full
        assert not wanted(region, shop)


def test_whoever_holds_a_shop_s_lock_is_alive(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        left_open(region, shop)
        region.now += 2 * STUCK_AFTER
        with exclusive(region.store, "shop", shop):
            assert region.tick() == 1
            with region.store.read() as connection:
                assert freshness.measure(connection, region.now).runs["stuck"] == 0
            assert region.tick() == 0


def test_what_somebody_wants_is_read_with_its_catalogue(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake, keyed=True)
        region.tick()
        region.now += MINUTE
        with region.store.write() as connection:
            pace.want(connection, shop, region.now)
        product = fake.fake.visible_ids()[0]
        fake.fake.set(product, {"name": "Cache-nez inouï"})
        before = region.pace(shop).catalogue_due_at
        region.tick()
        assert region.runs(shop)[0].counts.updated >= 1, "a sweep of stock says nothing of names"
        assert region.pace(shop).catalogue_due_at > before


def test_an_aborted_run_does_not_begin_again_at_once(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        fake.fake.fault("hang", times=-1, match="products", seconds=30)
        region.workers.tick()
        until(lambda: any("products" in f"{seen.path}?{seen.query}" for seen in fake.fake.requests))
        with region.store.write() as connection:
            runs.abort(connection, runs.list_runs(connection, shop)[0].id, region.now)
        region.workers.beat()
        until(lambda: region.workers.running == 0, 5)
        assert region.workers.tick() == 0
        assert region.pace(shop).next_sync_at > region.now
        assert region.pace(shop).failures == 0, "it was a person, not the shop"


def test_files_that_were_handed_over_keep_nobody_waiting(region: Region) -> None:
    with serving(1) as (fake,):
        with region.store.write() as connection:
            for number in range(LOOK_AHEAD + 1):
                shops.add(
                    connection, url=f"fichier://{number}", name="F", connector="spreadsheet", platform="Tableur",
                    status="approved", memory={}, now=region.now - timedelta(days=1),
                )  # fmt: skip
        shop = region.add(fake)
        assert region.tick() == 1
        assert region.runs(shop)[0].state == "complete"


def test_no_run_begins_in_quiet_hours_unless_somebody_asks(region: Region) -> None:
    with serving(1) as (fake,):
        region.now = region.now.replace(hour=23)  # in France, 0 or 1 o'clock
        region.settings = region.settings.model_copy(update={"quiet_hours": "22-6"})
        region.workers = region.another()
        shop = region.add(fake)
        assert region.tick() == 0
        with region.store.write() as connection:
            pace.want(connection, shop, region.now)
        assert region.tick() == 1


def test_a_key_that_cannot_be_unsealed_is_a_failure_that_is_seen(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake, keyed=True)
        with region.store.write() as connection:
            shops.set_credentials(connection, shop, "nobody sealed this")
        assert region.tick() == 1
        assert region.pace(shop).failing_since is not None
        with region.store.read() as connection:
            (failing,) = freshness.measure(connection, region.now).failing
        assert failing.failing is not None
        assert failing.failing.who_acts == "operator"
        assert "scellée" in failing.failing.message


class Slow(Workers):
    """Looks for due shops for as long as the test wants."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.looking, self.go_on = threading.Event(), threading.Event()

    def _due_now(self, *given: Any) -> tuple[list[DueShop], list[DueShop]]:
        found = super()._due_now(*given)
        self.looking.set()
        assert self.go_on.wait(10)
        return found


def test_a_tick_under_way_begins_nothing_once_the_workers_stop(region: Region) -> None:
    with serving(1) as (fake,):
        region.add(fake)
        slow = Slow(region.store, region.settings, clock=lambda: region.now)
        ticking = threading.Thread(target=slow.tick)
        ticking.start()
        assert slow.looking.wait(10)
        assert slow.stop(1)
        slow.go_on.set()
        ticking.join(10)
        assert slow.running == 0
        with region.store.read() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(SYNC_RUN)).scalar_one() == 0


def test_a_shop_that_somebody_mended_is_read_at_once(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake, keyed=True)
        region.tick()
        fake.fake.fault("401", times=-1)
        for _ in range(4):
            region.now = region.pace(shop).next_sync_at
            region.tick()
        assert region.tick() == 0
        fake.fake.clear_faults()
        with region.store.write() as connection:  # as `shops add ADRESSE --again --credentials-file` does
            shops.add(
                connection, url=fake.url + "/", name="", connector="woocommerce-store", platform="WooCommerce",
                status="approved", memory={}, now=region.now, again=True,
            )  # fmt: skip
        assert region.tick() == 1
        assert region.pace(shop).failing_since is None


def test_a_shop_that_is_resumed_is_read_at_once(region: Region) -> None:
    with serving(1) as (fake,):
        shop = region.add(fake)
        region.tick()
        with region.store.write() as connection:
            shops.pause(connection, shop, "", region.now)
            shops.approve(connection, shop, "", region.now)
        assert region.tick() == 1
