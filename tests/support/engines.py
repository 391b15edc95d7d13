"""An engine as its own process, to be killed at any moment, over fake shops; and what must be true afterwards."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from aggregator.demo.server import FakeShop
from aggregator.search.port import SearchQuery
from aggregator.search.reader import open_reader
from aggregator.settings import Settings
from aggregator.store import Store, changes, export, freshness, open_store, pace, shops
from aggregator.store.tables import LISTING, OFFER, SYNC_RUN
from tests.support.stores import SEALING_KEY
from tests.support.woo_shop import small_catalogue


class EngineUnderFire:
    """Some shops, and an engine that is started and killed. SQLite only: processes share the file."""

    def __init__(self, settings: Settings, fakes: list[FakeShop]) -> None:
        self.settings = settings.model_copy(update={"allow_hosts": "127.0.0.1"})
        self.store: Store = open_store(self.settings)
        self.fakes: dict[int, FakeShop] = {}
        self.kills_in_runs = 0
        self._process: subprocess.Popen[bytes] | None = None
        now = datetime.now(UTC)
        with self.store.write() as connection:
            for fake in fakes:
                number = shops.add(
                    connection, url=fake.url + "/", name=f"Boutique {fake.port}", connector="woocommerce-store",
                    platform="WooCommerce", status="approved", credentials=None, memory={}, now=now,
                )  # fmt: skip
                self.fakes[number] = fake

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EMPLETTES_")}
        environment |= {
            "EMPLETTES_DATA": str(self.settings.data),
            "EMPLETTES_ALLOW_HOSTS": "127.0.0.1",
            "EMPLETTES_SECRET_KEY": SEALING_KEY,
            "EMPLETTES_WORKERS": "3",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", "engine"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None
        self.kills_in_runs += bool(self.open_runs())

    def close(self) -> None:
        if self._process is not None:
            self.kill()
        self.store.close()

    def want_all(self) -> None:
        with self.store.write() as connection:
            for shop_id in self.fakes:
                pace.want(connection, shop_id, datetime.now(UTC))

    def open_runs(self) -> list[int]:
        with self.store.read() as connection:
            return list(connection.execute(sa.select(SYNC_RUN.c.id).where(SYNC_RUN.c.state == "open")).scalars())

    def listings(self) -> set[tuple[int, str]]:
        with self.store.read() as connection:
            rows = connection.execute(sa.select(LISTING.c.shop_id, LISTING.c.source_id))
            return {(row.shop_id, row.source_id) for row in rows}

    def status(self) -> freshness.Freshness:
        with self.store.read() as connection:
            return freshness.measure(connection, datetime.now(UTC))

    def settle(self, seconds: float) -> float:
        """Wait until nothing is wanted, open or to be indexed; how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with self.store.read() as connection:
                quiet = not changes.pending(connection)
                wanted = pace.due(connection, datetime.now(UTC), 100)
            if quiet and not wanted and not self.open_runs():
                return time.monotonic() - began
            time.sleep(0.1)
        raise AssertionError(f"not settled after {seconds} s: open {self.open_runs()}, due {wanted}")

    def check(self) -> None:
        """Store and index say just what the shops show, each thing once."""
        index = open_reader(self.settings)
        with self.store.read() as connection:
            twice = connection.execute(
                sa.select(OFFER.c.listing_id).group_by(OFFER.c.listing_id, OFFER.c.source_id).having(
                    sa.func.count() > 1
                )
            ).all()  # fmt: skip
            assert twice == []
            count = 0
            for shop_id, fake in self.fakes.items():
                lines = list(export.offers(connection, shop_id))
                expected = {str(i) for i in fake.fake.visible_ids() if fake.fake.state[i].type == "simple"}
                shown = {line["source_id"]: line for line in lines}
                assert expected <= shown.keys()
                count += len({line["product_source_id"] for line in lines})
                for source_id in expected:
                    product = fake.fake.state[int(source_id)]
                    price = product.sale_price or product.regular_price
                    assert shown[source_id]["price_minor"] == (round(float(price) * 100) if price else None)
        assert index.search(SearchQuery()).total == index.count() == count


@contextmanager
def under_fire(settings: Settings, shops_count: int, products: int) -> Iterator[EngineUnderFire]:
    with ExitStack() as stack:
        fakes = [
            stack.enter_context(FakeShop(small_catalogue(products), latency_ms=(60.0, 1.0))) for _ in range(shops_count)
        ]
        made = EngineUnderFire(settings, fakes)
        try:
            yield made
        finally:
            made.close()


def fire(engine: EngineUnderFire, kills: int, chance: random.Random) -> dict[str, Any]:
    """Kill the engine so often, at random moments; nothing committed may be lost. Figures of what happened."""
    before: set[tuple[int, str]] = set()
    for number in range(kills):
        engine.want_all()
        for fake in engine.fakes.values():
            simple = [i for i in fake.fake.visible_ids() if fake.fake.state[i].type == "simple"]
            for i in simple[number::kills]:
                if fake.fake.state[i].regular_price not in ("", "0"):
                    fake.fake.sql_set(i, {"regular_price": f"{20 + number % 9}.50", "sale_price": ""})
        asked = sum(len(fake.fake.requests) for fake in engine.fakes.values())
        engine.start()
        end = time.monotonic() + 20
        while sum(len(fake.fake.requests) for fake in engine.fakes.values()) == asked and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.6))
        engine.kill()
        found = engine.listings()
        assert before <= found, "something committed was lost"
        before = found
    engine.want_all()
    engine.start()
    seconds = engine.settle(150)
    assert engine.status().runs["stuck"] == 0
    return {"kills": kills, "in runs": engine.kills_in_runs, "settled after": seconds}
