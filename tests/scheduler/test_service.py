"""The engine around the workers: its ticks go on whatever the clock does, and threads never starve each other."""

from __future__ import annotations

import datetime as real
import socket
import threading
import time
from contextlib import ExitStack

import apscheduler.schedulers.base
import pytest

from aggregator.errors import Refused
from aggregator.settings import Settings
from aggregator.store import Store, open_store
from aggregator.store.dialect import exclusive
from scheduler import service
from scheduler.service import engine
from scheduler.workers import Workers
from tests.store.test_engine import cut_off
from tests.support.waiting import until


def test_the_ticks_go_on_when_the_clock_is_set_back(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    back = [0.0]

    class Clock(real.datetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
            return real.datetime.fromtimestamp(time.time(), tz)

    machine = time.time
    monkeypatch.setattr(time, "time", lambda: machine() - back[0])
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Clock)
    monkeypatch.setattr(service, "utc_now", lambda: real.datetime.fromtimestamp(time.time(), real.UTC))
    ticks: list[float] = []
    with open_store(sqlite_settings) as store:
        monkeypatch.setattr(Workers, "tick", lambda self: ticks.append(time.monotonic()))
        with engine(store, sqlite_settings):
            until(lambda: len(ticks) >= 2, 10)
            back[0] = 7200.0
            seen = len(ticks)
            until(lambda: len(ticks) >= seen + 3, 10)


def test_a_port_that_is_taken_is_told_in_a_sentence(store: Store, store_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = store_settings.model_copy(update={"metrics_port": taken.getsockname()[1]})
        with pytest.raises(Refused, match="EMPLETTES_METRICS_PORT"), engine(store, settings):
            pass


def test_an_engine_whose_lock_another_one_has_taken_ends(store: Store, store_settings: Settings) -> None:
    if store.is_sqlite:
        pytest.skip("a file's lock stays until its process ends")
    lost = threading.Event()
    with ExitStack() as stack:
        workers = stack.enter_context(engine(store, store_settings, lost=lost.set))
        time.sleep(0.1)
        assert not lost.is_set()
        for _ in range(20):  # the engine may look just then, and take its lock again
            cut_off(store)
            if stack.enter_context(exclusive(store, "engine", 0)):
                break
        until(lost.is_set, 10)
        assert workers.stopping
        assert workers.tick() == 0


def test_threads_that_read_while_they_write_never_wait_for_each_other_s_connections(store: Store) -> None:
    """As a run does: what is stored is read while ids are taken; more of them than any pool is wide."""
    count = 24
    all_read = threading.Barrier(count)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with store.read() as reading:
                reading.exec_driver_sql("SELECT 1")
                all_read.wait(20)
                with store.write() as writing:
                    writing.exec_driver_sql("SELECT 1")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
