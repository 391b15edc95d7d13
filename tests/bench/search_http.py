"""The search as visitors meet it: the real `emplettes serve`, while the real engine indexes 500 changes a second.

Beside the waiting time, which other work on the machine lengthens, the server's own processor time of one answer is
told. The client is a process of its own with plain connections that are kept open; it costs the server nothing.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil  # type: ignore[import-untyped]

from aggregator.settings import Settings
from aggregator.store import Store, changes, open_store
from tests.bench.figures import Bench
from tests.bench.offers import Catalogue
from tests.bench.search_queries import mixed
from tests.bench.search_store import put_changes
from tests.support.stores import SEALING_KEY

UPDATES_A_SECOND = 500
CLIENTS = 4
SECONDS = float(os.environ.get("EMPLETTES_BENCH_SECONDS", "6"))
PAGE, API = "/recherche", "/api/v1/search"


def measure(bench: Bench, catalogue: Catalogue, settings: Settings) -> None:
    """Figures of the portal over this store and its index; `catalogue` names the listings that are changed."""
    with _started(settings, "serve", "--port", "0", "--json") as serve:
        url = _address(serve)
        process = psutil.Process(serve.pid)
        _ask(process, url, PAGE, catalogue.size, 1, min(SECONDS, 1.0))  # the speller is made, templates are compiled
        for name, path in (("results page", PAGE), ("API", API)):
            _tell(bench, name, _ask(process, url, path, catalogue.size, 1, SECONDS))
        with _started(settings, "engine"), open_store(settings) as store, _changing(store, catalogue.size) as made:
            for name, path in (("results page", PAGE), ("API", API)):
                told = _ask(process, url, path, catalogue.size, 1, SECONDS)
                _tell(bench, f"{name}, while changes come in", told)
            for name, path in (("results pages", PAGE), ("API answers", API)):
                many = _ask(process, url, path, catalogue.size, CLIENTS, SECONDS)
                bench.add(
                    f"{name}, {CLIENTS} clients, while changes come in", many["asked"] / many["seconds"], "a second"
                )
            bench.add("changes a second meanwhile", sum(made) / (time.monotonic() - made.began), "a second")
            with store.read() as connection:
                bench.add("changes not indexed yet at the end", changes.pending(connection), "")
        bench.add("RSS of the portal", process.memory_info().rss / 1e6, "MB")


def _tell(bench: Bench, name: str, told: dict[str, Any]) -> None:
    bench.add(f"{name}, p50", told["p50"], "ms")
    bench.add(f"{name}, p99", told["p99"], "ms")
    bench.add(f"{name}, the portal's processor time", told["cpu"], "ms")


@contextmanager
def _started(settings: Settings, *order: str) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EMPLETTES_")}
    environment |= {"EMPLETTES_DATA": str(settings.data), "EMPLETTES_LOG_LEVEL": "error"}
    environment |= {"EMPLETTES_SECRET_KEY": SEALING_KEY}
    environment |= {"EMPLETTES_API_PER_MINUTE": "0", "EMPLETTES_PAGES_PER_MINUTE": "0"}
    command = [sys.executable, "-m", "aggregator", *order]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    while '"address"' not in (line := process.stdout.readline()):
        assert line, "the portal ended"
    return line.split('"')[3]


def _ask(process: psutil.Process, url: str, path: str, size: int, clients: int, seconds: float) -> dict[str, Any]:
    """Let another process ask for so long, and tell what it saw and what the server spent on an answer."""
    before = process.cpu_times()
    command = [sys.executable, "-m", "tests.bench.search_http", url, path, str(size), str(clients), str(seconds)]
    told: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    after = process.cpu_times()
    told["cpu"] = (after.user + after.system - before.user - before.system) * 1000 / told["asked"]
    return told


class _Made(list[int]):
    """How many changes each transaction made, and since when."""

    def __init__(self) -> None:
        self.began = time.monotonic()


@contextmanager
def _changing(store: Store, size: int) -> Iterator[_Made]:
    """Change prices through the change log, a fifth of a second's worth at a time, until the end of the `with`."""
    made, stop, rng = _Made(), threading.Event(), random.Random(6)
    each = min(UPDATES_A_SECOND // 5, size)

    def change() -> None:
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            due += 0.2
            numbers = rng.sample(range(1, size + 1), each)
            with store.write() as connection:
                put_changes(connection, numbers)
                changes.record(connection, numbers)
            made.append(each)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join()


def client(url: str, path: str, size: int, clients: int, seconds: float) -> None:
    """Ask the 200 queries again and again, each of so many connections in its own order; say how long each took."""
    where = urlsplit(url)
    texts = [typed.text for typed in mixed(Catalogue(size))]
    taken: list[list[float]] = [[] for _ in range(clients)]
    end = time.monotonic() + seconds

    def ask(number: int) -> None:
        mine = random.Random(number).sample(texts, len(texts))
        line = HTTPConnection(where.hostname or "", where.port or 0, timeout=60)
        turn = 0
        while time.monotonic() < end:
            began = time.perf_counter()
            line.request("GET", f"{path}?{urlencode({'q': mine[turn % len(mine)]})}")
            answer = line.getresponse()
            body = answer.read()
            taken[number].append((time.perf_counter() - began) * 1000)
            assert answer.status == 200, body[:300]
            turn += 1
        line.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = sorted(ms for one in taken for ms in one)
    told = {"asked": len(every), "seconds": time.monotonic() - began, "p50": every[len(every) // 2]}
    print(json.dumps(told | {"p99": every[int(len(every) * 0.99)]}))


if __name__ == "__main__":
    url_, path_, size_, clients_, seconds_ = sys.argv[1:]
    client(url_, path_, int(size_), int(clients_), float(seconds_))
