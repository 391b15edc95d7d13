"""`make bench-grouping`: group SIZE generated listings (1M by default), then one new offer after another.

The generator knows which listings are one product, which gives precision and recall. It is harder than life in that its
words are drawn at random, and easier in that nobody's data are wrong; `tests/ingest/matching` measures matching itself.
Goals are for the time of this process's own thread (`thread_time`), so that other work on the machine does not count;
the clock's is told beside it."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from aggregator.ingest import grouping
from aggregator.store import Store, changes
from aggregator.store.engine import open_store
from aggregator.store.tables import CHANGE, LISTING, LISTING_MATCH, MATCH_KEY
from tests.bench.figures import Bench
from tests.bench.offers import Catalogue, size_of
from tests.bench.shelf import fill
from tests.support.stores import settings_for

SEED = 7
NEW = 200
"""Listings that are taken out and come back one at a time."""


def main() -> None:
    size = size_of(os.environ.get("SIZE", "1M"))
    bench = Bench("grouping")
    folder = Path(tempfile.mkdtemp(prefix="bench-grouping-", dir=os.environ.get("BENCH_TMP")))
    try:
        with open_store(settings_for(folder)) as store:
            _measure(bench, store, size)
    finally:
        shutil.rmtree(folder)
    bench.finish()


def _measure(bench: Bench, store: Store, size: int) -> None:
    fill(store, Catalogue(size, SEED), size)
    truth = _products(store)
    with store.write() as connection:
        connection.execute(sa.update(LISTING).values(product_id=None))
    clock, cpu = time.monotonic(), time.thread_time()
    grouping.regroup(store, _now)
    clock, cpu = time.monotonic() - clock, time.thread_time() - cpu
    bench.add(f"group {size} listings", clock, "s")
    bench.add("of which this process's own time", cpu, "s", 600.0 * size / 1_000_000)
    bench.add("a listing, own time", cpu / size * 1e6, "µs")
    bench.add("largest memory of the process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", 1500.0)
    found = _products(store)
    precision, recall = _pairs(truth, found)
    bench.add("precision against the generator", precision, "", 0.97, at_least=True)
    bench.add("recall against the generator (it leaves out brands and colours at random)", recall, "")
    with store.read() as connection:
        for name, table in (("keys", MATCH_KEY), ("grouped listings", LISTING_MATCH)):
            count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            bench.add(f"{name} a listing", count / size, "")
    _one_by_one(bench, store, size)


def _one_by_one(bench: Bench, store: Store, size: int) -> None:
    """Listings leave together, and come back one at a time, each as a new offer does."""
    ids = list(range(1, size, max(size // NEW, 1)))[:NEW]
    before = _products(store)
    _show(store, ids, "hidden")
    grouping.drain(store, _now)
    with store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(ids)).values(product_id=None))
    walls: list[float] = []
    own: list[float] = []
    for id_ in ids:
        _show(store, [id_], "visible")
        clock, cpu = time.monotonic(), time.thread_time()
        grouping.drain(store, _now)
        walls.append(time.monotonic() - clock)
        own.append(time.thread_time() - cpu)
    walls.sort()
    own.sort()
    bench.add("one new offer, median", walls[len(walls) // 2] * 1000, "ms")
    bench.add("one new offer, 95 in 100", walls[len(walls) * 95 // 100] * 1000, "ms")
    bench.add("one new offer, own time, median", own[len(own) // 2] * 1000, "ms", 5.0)
    after = _products(store)
    at_once, one_by_one = _together(before), _together(after)
    moved = [id_ for id_ in ids if at_once.get(id_) != one_by_one.get(id_)]
    bench.add("grouped otherwise than at once", len(moved), "listings", 0.0)


def _show(store: Store, ids: list[int], status: str) -> None:
    with store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(ids)).values(status=status))
        changes.record(connection, ids, changes.MATCH)
        connection.execute(sa.delete(CHANGE).where(CHANGE.c.kind == changes.LISTING))


def _products(store: Store) -> dict[int, int]:
    with store.read() as connection:
        rows = connection.execute(
            sa.select(LISTING.c.id, LISTING.c.product_id).where(LISTING.c.product_id.is_not(None))
        )
        return {row[0]: row[1] for row in rows}


def _together(products: dict[int, int]) -> dict[int, frozenset[int]]:
    """What each listing is one product with."""
    members: dict[int, set[int]] = {}
    for id_, product in products.items():
        members.setdefault(product, set()).add(id_)
    return {id_: frozenset(some) for some in members.values() if len(some) > 1 for id_ in some}


def _pairs(truth: dict[int, int], found: dict[int, int]) -> tuple[float, float]:
    """Precision and recall over the pairs of listings of one product."""
    both = Counter((truth[id_], product) for id_, product in found.items() if id_ in truth)
    right = sum(count * (count - 1) // 2 for count in both.values())
    said = sum(count * (count - 1) // 2 for count in Counter(found.values()).values())
    true = sum(count * (count - 1) // 2 for count in Counter(truth.values()).values())
    return right / said if said else 1.0, right / true if true else 1.0


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
