"""`emplettes engine` and `emplettes up` as processes: they read by themselves, die without loss, and stop in time."""

from __future__ import annotations

import contextlib
import io
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from aggregator.cli import lifeline
from aggregator.demo.server import FakeShop
from tests.cli.conftest import Done, Emplettes
from tests.support.waiting import crowded, until

Here = Callable[..., Done]


def connected(here: Here, shop: FakeShop) -> None:
    assert here("shops", "add", shop.url).code == 0


def found(here: Here) -> int:
    """Products in the index. Asked in this process: one after the other of its own would take the engine's turn."""
    documents: int = here("index", "status", "--json").json()["documents"]
    return documents


def stopped(process: subprocess.Popen[str]) -> str:
    """End it as an operator would; what it said."""
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    _, said = process.communicate(timeout=60)
    took = time.monotonic() - began
    assert took < 12 or took < 12 * crowded()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return said


def engine_of(up: subprocess.Popen[str]) -> int | None:
    """The engine's process under `up`, once it runs."""
    for part in psutil.Process(up.pid).children():
        with contextlib.suppress(psutil.Error):
            if part.cmdline()[3:4] == ["engine"]:
                return int(part.pid)
    return None


def test_the_engine_reads_and_indexes_by_itself_and_is_alone(emplettes: Emplettes, here: Here, shop: FakeShop) -> None:
    connected(here, shop)
    process = emplettes.start("engine")
    try:
        until(lambda: found(here) == len(shop.fake.visible_ids()))
        other = emplettes("engine")
        assert other.code == 1
        assert "déjà" in other.err
    finally:
        said = stopped(process)
    assert "Le moteur tourne" in said


def test_an_engine_that_is_killed_loses_nothing_and_the_next_one_goes_on(
    emplettes: Emplettes, here: Here, shop: FakeShop
) -> None:
    connected(here, shop)
    shop.fake.fault("hang", times=1, match="products", seconds=20)
    process = emplettes.start("engine")
    until(lambda: any(seen.fault == "hang" for seen in shop.fake.requests))
    process.kill()
    process.communicate(timeout=10)
    (left,) = here("runs", "--json").json()
    assert left["outcome"] is None
    process = emplettes.start("engine")
    try:
        until(lambda: found(here) == len(shop.fake.visible_ids()))
        (run,) = here("runs", "--json").json()
        assert (run["run_id"], run["outcome"]) == (left["run_id"], "complete")
    finally:
        stopped(process)


def test_up_runs_both_and_starts_again_what_died(emplettes: Emplettes, here: Here, shop: FakeShop) -> None:
    connected(here, shop)
    process = emplettes.start("up", "--port", "0")
    assert process.stderr is not None
    said: list[str] = []
    while not (address := re.search(r"http://\S+", said[-1] if said else "")):
        said.append(process.stderr.readline())
        assert said[-1], said
    family = {part.cmdline()[3]: part for part in psutil.Process(process.pid).children()}
    try:
        assert sorted(family) == ["engine", "serve"]
        with urllib.request.urlopen(f"{address[0]}/healthz") as answer:
            assert answer.status == 200
        family["engine"].kill()
        until(lambda: engine_of(process) not in (None, family["engine"].pid))
        until(lambda: found(here) == len(shop.fake.visible_ids()))
        family = {part.cmdline()[3]: part for part in psutil.Process(process.pid).children()}
    finally:
        stopped(process)
    assert not any(part.is_running() for part in family.values())


def test_up_that_is_killed_takes_both_of_its_parts_with_it(emplettes: Emplettes) -> None:
    process = emplettes.start("up", "--port", "0")
    assert process.stderr is not None
    until(lambda: "http://" in (process.stderr or io.StringIO()).readline())
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=10)
    assert len(family) == 2
    until(lambda: not any(part.is_running() and part.status() != "zombie" for part in family), 12)


def test_a_part_looks_for_its_whole_where_the_system_tells_nothing(emplettes: Emplettes) -> None:
    """As on systems other than Linux: only the process that it was told of counts."""
    whole = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        environment = emplettes.environment() | {lifeline.VARIABLE: str(whole.pid)}  # not who began it: as if gone
        part = subprocess.run(
            emplettes.command("engine"), cwd=emplettes.folder, env=environment, capture_output=True, timeout=30
        )
    finally:
        whole.kill()
        whole.wait()
    assert part.returncode in (0, -signal.SIGTERM)


def test_a_paused_shop_is_out_and_back_and_a_run_is_aborted_once(here: Here, shop: FakeShop) -> None:
    connected(here, shop)
    assert here("sync", "1").code == 0
    before = found(here)
    assert here("shops", "pause", "1", "--note", "congés").code == 0
    assert found(here) == 0
    assert "n'est pas approuvée" in here("sync", "1").err
    assert here("shops", "resume", "1").code == 0
    assert found(here) == before
    told = here("runs", "abort", "1")
    assert (told.code, "déjà finie" in told.err) == (1, True)
    assert "Aucune lecture" in here("runs", "abort", "99").err


def test_the_engine_stops_in_time_though_its_database_hangs(emplettes: Emplettes, here: Here, shop: FakeShop) -> None:
    connected(here, shop)
    process = emplettes.start("engine")
    until(lambda: found(here) == len(shop.fake.visible_ids()))
    with contextlib.closing(
        sqlite3.connect(Path(emplettes.settings["DATA"]) / "emplettes.db", isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE shop_pace SET next_sync_at = '2020-01-01 00:00:00.000000'")
        other.execute("COMMIT")
        other.execute("BEGIN IMMEDIATE")
        time.sleep(2.5)  # a tick has begun a run by now, and waits to write
        stopped(process)
