"""What must not hurt: kills, clocks that jump, a database that is locked or full, shops that hang or never end."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from aggregator.settings import Settings
from aggregator.store import Store, engine, freshness, open_store, runs
from aggregator.store.runs import STUCK_AFTER
from tests.scheduler.test_workers import Region, serving
from tests.support.engines import fire, under_fire
from tests.support.stores import settings_for
from tests.support.waiting import crowded, until

KILLS = 5


@pytest.fixture
def region(store: Store, store_settings: Settings) -> Iterator[Region]:
    made = Region(store, store_settings)
    yield made
    made.workers.stop(10)


@pytest.fixture
def on_file(sqlite_settings: Settings) -> Iterator[Region]:
    """On SQLite, whose file somebody else may lock or the disk may be too small for."""
    with open_store(sqlite_settings) as store:
        made = Region(store, sqlite_settings)
        yield made
        made.workers.stop(10)


def status(region: Region) -> freshness.Freshness:
    with region.store.read() as connection:
        return freshness.measure(connection, region.now)


def states(region: Region, shop: int) -> list[str]:
    return [run.state for run in region.runs(shop)]


def test_kills_lose_nothing_and_leave_nothing_open(sqlite_settings: Settings) -> None:
    with under_fire(sqlite_settings, 3, 150) as town:
        figures = fire(town, KILLS, random.Random(5))
        assert figures["in runs"] > 0
        assert figures["settled after"] < STUCK_AFTER.total_seconds()
        town.check()


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_that_jumps_neither_doubles_nor_strands_a_run(region: Region, hours: int) -> None:
    with serving(2) as (slow, other):
        two = region.add(other)
        region.tick()
        one = region.add(slow)
        slow.fake.fault("hang", times=1, match="products", seconds=3.0)
        region.workers.tick()
        until(lambda: any(seen.fault == "hang" for seen in slow.fake.requests))
        region.now += timedelta(hours=hours)
        region.workers.tick()
        region.workers.beat()
        assert status(region).runs["stuck"] == 0
        until(lambda: region.workers.running == 0)
        assert states(region, one) == ["complete"]
        assert all(fake.fake.max_concurrency == 1 for fake in (slow, other))
        for _ in range(5):  # within four hours of the machine's time, all is read again
            region.now += timedelta(minutes=50)
            region.tick()
        assert len(states(region, one)) >= 2
        assert len(states(region, two)) >= 2
        assert set(states(region, one) + states(region, two)) == {"complete"}


def impatient(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on a locked database after half a second instead of a minute."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.5)
    event.listen(store.engine, "checkout", lambda dbapi, *_: dbapi.execute("PRAGMA busy_timeout=50"))


@pytest.mark.parametrize("patient", [True, False], ids=["shorter-than-our-patience", "longer"])
def test_a_locked_database(on_file: Region, monkeypatch: pytest.MonkeyPatch, patient: bool) -> None:
    if not patient:
        impatient(on_file.store, monkeypatch)
    with serving(2) as fakes:
        one, two = map(on_file.add, fakes)
        other = sqlite3.connect(on_file.settings.data / "emplettes.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            on_file.workers.tick()
            if patient:
                time.sleep(1.0)
                assert on_file.workers.running == 2, "they wait"
            else:
                until(lambda: on_file.workers.running == 0)
            assert status(on_file).offers == 0, "who reads is not kept waiting"
        finally:
            other.execute("ROLLBACK")
            other.close()
        until(lambda: on_file.workers.running == 0)
        if not patient:
            on_file.now += STUCK_AFTER + timedelta(minutes=1)
            assert on_file.tick() == 2
        assert states(on_file, one) == states(on_file, two) == ["complete"]
        assert on_file.offers(one) == on_file.offers(two) > 0


class Disk:
    """A database file that cannot grow while `full`."""

    def __init__(self, store: Store) -> None:
        self.full = False
        event.listen(store.engine, "checkout", self._fit)

    def _fit(self, dbapi: Any, *_: object) -> None:
        pages = dbapi.execute("PRAGMA page_count").fetchone()[0]
        dbapi.execute(f"PRAGMA max_page_count={pages if self.full else 1 << 30}")


def test_a_full_disk(on_file: Region) -> None:
    disk = Disk(on_file.store)
    with serving(2) as fakes:
        one, two = map(on_file.add, fakes)
        with on_file.store.write() as connection:
            connection.execute(sa.text("UPDATE shop SET status = 'paused' WHERE id = :id"), {"id": two})
        on_file.tick()
        kept = on_file.offers(one)
        assert kept > 0
        with on_file.store.write() as connection:
            connection.execute(sa.text("UPDATE shop SET status = 'approved' WHERE id = :id"), {"id": two})
        disk.full = True
        on_file.tick()
        assert on_file.offers(one) == kept
        on_file.now += STUCK_AFTER + timedelta(seconds=1)
        seen = status(on_file)
        assert {shop.shop_id for shop in seen.failing} == {two} or seen.runs["stuck"] == 1 or seen.overdue == 1
        disk.full = False
        for _ in range(4):
            on_file.now += timedelta(minutes=10)
            on_file.tick()
        assert states(on_file, two)[0] == "complete"
        assert on_file.offers(two) == kept
        assert status(on_file).failing == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of twelve megabytes."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_file_system_that_is_really_full(small_disk: Path) -> None:
    """Database, its journal and locks on it: runs end or wait, nothing committed is lost, and all goes on by itself."""
    settings = settings_for(small_disk / "data")
    ballast = small_disk / "ballast"
    with open_store(settings) as store:
        region = Region(store, settings)
        with serving(2) as fakes:
            one, two = map(region.add, fakes)
            with store.write() as connection:
                connection.execute(sa.text("UPDATE shop SET status = 'paused' WHERE id = :id"), {"id": two})
            region.tick()
            kept = region.offers(one)
            assert kept > 0
            with store.write() as connection:
                connection.execute(sa.text("UPDATE shop SET status = 'approved' WHERE id = :id"), {"id": two})
            with ballast.open("wb") as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(1 << 16))
                    file.flush()
            assert shutil.disk_usage(small_disk).free < 1 << 16
            region.now += timedelta(hours=1)
            for _ in range(3):
                with contextlib.suppress(OperationalError):  # as the engine's ticks do
                    region.tick()
                region.now += STUCK_AFTER
            assert region.offers(one) == kept
            assert region.offers(two) < kept
            seen = status(region)
            assert seen.failing or seen.runs["stuck"] or seen.overdue, "somebody sees it"
            ballast.unlink()
            for _ in range(4):
                region.now += timedelta(minutes=10)
                region.tick()
            assert states(region, two)[0] == "complete"
            assert region.offers(one) == region.offers(two) == kept
            assert status(region).failing == []
            with store.read() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        region.workers.stop(10)


def test_a_shop_that_hangs_holds_up_nobody_and_is_seen_to_be_alive(region: Region) -> None:
    with serving(2) as (hangs, well):
        one, two = region.add(hangs), region.add(well)
        hangs.fake.fault("hang", times=-1, match="products", seconds=60)
        region.workers.tick()
        until(lambda: states(region, two) == ["complete"])
        region.now += 2 * STUCK_AFTER
        region.workers.beat()
        seen = status(region)
        assert (seen.runs["open"], seen.runs["stuck"]) == (1, 0)
        assert next(shop for shop in seen.shops if shop.shop_id == one).reading
        region.now += timedelta(hours=1)
        assert region.workers.tick() == 1, "only the other one"
        until(lambda: states(region, two) == ["complete", "complete"])
        began = time.monotonic()
        assert region.workers.stop(10)
        assert time.monotonic() - began < 5 * crowded()


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_an_answer_that_never_ends_is_cut(region: Region, packed: bool) -> None:
    with serving(2) as (endless, well):
        one, two = region.add(endless), region.add(well)
        region.tick()
        offers = region.offers(one)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        endless.fake.fault("huge", times=-1, match="products", size=10 << 30, gzip=packed)
        region.now += timedelta(hours=1)
        region.tick()
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024, "in KiB"
        assert states(region, one) == ["failed", "complete"]
        assert states(region, two) == ["complete", "complete"]
        (failing,) = status(region).failing
        assert failing.shop_id == one
        assert failing.failing is not None
        assert failing.failing.code
        assert region.offers(one) == offers, "nothing is withdrawn"


def test_nobody_reads_twice_what_was_aborted_while_it_hung(region: Region) -> None:
    """The old reader still lives, and the next one has begun: what the first writes now is refused."""
    with serving(1) as (fake,):
        shop = region.add(fake)
        fake.fake.fault("hang", times=1, match="products", seconds=1.0)
        region.workers.tick()
        until(lambda: any(seen.fault == "hang" for seen in fake.fake.requests))
        (run,) = region.runs(shop)
        with region.store.write() as connection:
            runs.abort(connection, run.id, region.now)
        until(lambda: region.workers.running == 0)
        assert states(region, shop) == ["failed"]
        assert region.offers(shop) == 0
        region.now += timedelta(hours=1)
        region.tick()
        assert states(region, shop) == ["complete", "failed"]
