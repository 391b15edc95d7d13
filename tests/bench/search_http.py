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
    with _started(settings, "serve", "--port", "0", "--json") as serve, _Client(serve, catalogue.size) as client:
        client.ask(PAGE, 1, min(SECONDS, 1.0))  # the speller is made, templates are compiled
        for name, path in (("results page", PAGE), ("API", API)):
            _tell(bench, name, client.ask(path, 1, SECONDS))
        with _started(settings, "engine"), open_store(settings) as store, _changing(store, catalogue.size) as made:
            for name, path in (("results page", PAGE), ("API", API)):
                _tell(bench, f"{name}, while changes come in", client.ask(path, 1, SECONDS))
            for name, path in (("results pages", PAGE), ("API answers", API)):
                many = client.ask(path, CLIENTS, SECONDS)
                speed = many["asked"] / many["seconds"]
                bench.add(f"{name}, {CLIENTS} clients, while changes come in", speed, "a second")
            bench.add("changes a second meanwhile", sum(made) / (time.monotonic() - made.began), "a second")
            with store.read() as connection:
                bench.add("changes not indexed yet at the end", changes.pending(connection), "")
        bench.add("RSS of the portal", client.server.memory_info().rss / 1e6, "MB")


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


class _Client:
    """Another process that asks, and tells what it saw; here, what the server spent on an answer is added."""

    def __init__(self, serve: subprocess.Popen[str], size: int) -> None:
        self.server = psutil.Process(serve.pid)
        command = [sys.executable, "-m", "tests.bench.search_http", _address(serve), str(size)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> _Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def ask(self, path: str, clients: int, seconds: float) -> dict[str, Any]:
        """So many connections at once, for so long."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        before = self.server.cpu_times()
        self._process.stdin.write(json.dumps([path, clients, seconds]) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        after = self.server.cpu_times()
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


def asked(url: str, path: str, texts: list[str], clients: int, seconds: float) -> dict[str, float]:
    """Ask these queries again and again, each of so many connections in its own order; how long an answer took."""
    where = urlsplit(url)
    taken: list[list[float]] = [[] for _ in range(clients)]
    began = time.monotonic()

    def ask(number: int) -> None:
        mine = random.Random(number).sample(texts, len(texts))
        line = HTTPConnection(where.hostname or "", where.port or 0, timeout=60)
        while not taken[number] or time.monotonic() < began + seconds:
            start = time.perf_counter()
            line.request("GET", f"{path}?{urlencode({'q': mine[len(taken[number]) % len(mine)]})}")
            answer = line.getresponse()
            body = answer.read()
            assert answer.status == 200, body[:300]
            taken[number].append((time.perf_counter() - start) * 1000)
        line.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = sorted(ms for one in taken for ms in one)
    told = {"asked": len(every), "seconds": time.monotonic() - began, "p50": every[len(every) // 2]}
    return told | {"p99": every[int(len(every) * 0.99)]}


def main() -> None:
    url, size = sys.argv[1:]
    texts = [typed.text for typed in mixed(Catalogue(int(size)))]
    for order in sys.stdin:
        path, clients, seconds = json.loads(order)
        print(json.dumps(asked(url, path, texts, clients, seconds)), flush=True)


if __name__ == "__main__":
    main()
