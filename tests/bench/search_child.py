"""Processes of `make bench-search` that are not the one that measures: they search, watch, or write until killed."""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from aggregator.search.port import SearchQuery
from aggregator.search.tantivy_index import TantivyIndex
from tests.bench import shelf
from tests.bench.offers import Catalogue
from tests.bench.search_queries import mixed

FILTERS = {"availability": ("InStock",), "price": ("10-25", "25-50", "50-100")}
KILL_BATCH = 400


def faceted(folder: Path, size: int, seconds: float) -> None:
    """Search with facets and filters for so long; says how many queries, in how many seconds of processor time."""
    index = TantivyIndex(folder, recent=0)
    texts = [typed.text for typed in mixed(Catalogue(size))]
    random.Random(time.monotonic_ns()).shuffle(texts)
    for text in texts[:20]:
        index.search(SearchQuery(text, FILTERS, per_page=20))
    say("ready")
    sys.stdin.readline()
    done, began, spent = 0, time.monotonic(), time.process_time()
    while time.monotonic() - began < seconds:
        index.search(SearchQuery(texts[done % len(texts)], FILTERS, per_page=20))
        done += 1
    say(json.dumps({"queries": done, "seconds": time.monotonic() - began, "cpu": time.process_time() - spent}))


def memory(folder: Path, size: int) -> None:
    """Answer all the queries, so that everything is in place that a query process has; says what that takes, in MB."""
    index = TantivyIndex(folder)
    for typed in mixed(Catalogue(size)):
        index.search(SearchQuery(typed.text, FILTERS, per_page=20))
        index.suggest(typed.text[:5])
    index.search(SearchQuery("introuvablle"))
    time.sleep(0.1)
    used = psutil.Process().memory_full_info()
    say(json.dumps({"rss": used.rss / 1e6, "own": used.uss / 1e6}))


def watch(folder: Path, text: str, count: int) -> None:
    """Ask until so many are found; says when that was, by the machine's monotonic clock."""
    index = TantivyIndex(folder)
    index.search(SearchQuery(text, verbatim=True, facets=False))
    say("ready")
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found = index.search(SearchQuery(text, verbatim=True, facets=False, per_page=1, collapse=False))
        if found.total >= count and not found.widened:
            break
        time.sleep(0.005)
    say(str(time.monotonic()))


def write(folder: Path, batch: int) -> None:
    """Until killed: change listings, commit, say the number of each batch that is committed."""
    index = TantivyIndex(folder)
    catalogue = Catalogue(KILL_BATCH)
    while True:
        index.apply((shelf.retitled(catalogue.offer(n), f"Lot tenu{batch}z") for n in range(1, KILL_BATCH + 1)), ())
        say(str(batch))
        batch += 1


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    order, folder_, *rest = sys.argv[1:]
    match order:
        case "faceted":
            faceted(Path(folder_), int(rest[0]), float(rest[1]))
        case "memory":
            memory(Path(folder_), int(rest[0]))
        case "watch":
            watch(Path(folder_), rest[0], int(rest[1]))
        case "write":
            write(Path(folder_), int(rest[0]))
