"""`kill -9` in the middle of `emplettes sync`, at random moments: nothing lost, nothing doubled, the next completes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from aggregator.demo.server import FakeShop
from aggregator.search.port import SearchQuery
from aggregator.search.reader import open_reader
from aggregator.settings import Settings
from aggregator.store import export, open_store, runs
from aggregator.store.tables import LISTING, OFFER
from tests.support.stores import SEALING_KEY
from tests.support.woo_shop import small_catalogue

KILLS = 20
PRODUCTS = 1000


class CommandLine:
    """`emplettes` as its own process, on one data folder."""

    def __init__(self, data: Path, shop: FakeShop) -> None:
        self.environment = os.environ | {
            "EMPLETTES_DATA": str(data),
            "EMPLETTES_ALLOW_HOSTS": f"{shop.host}:{shop.port}",
            "EMPLETTES_SECRET_KEY": SEALING_KEY,
        }
        self.environment.pop("EMPLETTES_DATABASE_URL", None)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "aggregator", *arguments, "--json"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> Any:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
        return json.loads(out)


def rows(settings: Settings) -> int:
    with open_store(settings) as store, store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(LISTING)).scalar_one()


def change_some(shop: FakeShop, round_: int) -> None:
    """So that every round has something to write: prices, a new product, a deletion."""
    fake = shop.fake
    simple = [i for i in fake.visible_ids() if fake.state[i].type == "simple" and fake.state[i].regular_price]
    for number in simple[round_::KILLS]:
        fake.sql_set(number, {"regular_price": f"{20 + round_}.50", "sale_price": ""})
    fake.add({"name": f"Nouveauté {round_}", "regular_price": "25.00"}, like=simple[0])
    fake.delete(simple[-1])


def test_twenty_kills(sqlite_settings: Settings) -> None:
    chance = random.Random(os.environ.get("EMPLETTES_TEST_SEED", "20"))
    with FakeShop(small_catalogue(PRODUCTS), latency_ms=(4.0, 0.05)) as shop:
        settings = sqlite_settings.model_copy(update={"allow_hosts": f"{shop.host}:{shop.port}"})
        emplettes = CommandLine(settings.data, shop)
        shop_id = emplettes.run("shops", "add", shop.url)["shop_id"]
        killed_reading = 0
        for round_ in range(KILLS):
            shop.fake.faults.clear()
            process = emplettes.start("sync", shop_id)
            deadline = time.monotonic() + 20
            while not shop.fake.requests and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(chance.uniform(0.0, 0.7))
            process.kill()
            process.communicate()
            with open_store(settings) as store, store.read() as connection:
                killed_reading += runs.list_runs(connection, limit=1)[0].state == "open"
            if round_ % 4 == 3:
                change_some(shop, round_)
        assert killed_reading >= KILLS // 4, "too few kills met a run under way to prove anything"

        sync_any(emplettes, shop_id)  # ends the run that was cut last; what changed behind it is for the next one
        while (report := sync_any(emplettes, shop_id))["outcome"] == "held":
            assert report["error"]["code"] == "catalogue_suspicious"
        assert report["outcome"] == "complete"
        (still,) = emplettes.run("sync", shop_id)
        assert still["unchanged"] == still["offers_seen"] > PRODUCTS

        check_store_and_index(settings, shop, int(shop_id))


def sync_any(emplettes: CommandLine, shop_id: str) -> Any:
    """One sync, whatever it comes to."""
    process = emplettes.start("sync", shop_id)
    out, _ = process.communicate(timeout=120)
    return json.loads(out)[0]


def check_store_and_index(settings: Settings, shop: FakeShop, shop_id: int) -> None:
    """The store says just what the shop shows, each offer once, and the index has every listing."""
    fake = shop.fake
    with open_store(settings) as store, store.read() as connection:
        lines = list(export.offers(connection, shop_id))
        doubled = connection.execute(
            sa.select(OFFER.c.listing_id, OFFER.c.source_id)
            .group_by(OFFER.c.listing_id, OFFER.c.source_id)
            .having(sa.func.count() > 1)
        ).all()
        assert doubled == []
        open_runs = [run.id for run in runs.list_runs(connection, shop_id, limit=100) if run.state == "open"]
        assert open_runs == []
        listings = {line["product_source_id"] for line in lines}
        assert len({line["source_id"] for line in lines}) == len(lines)
        expected = {
            str(i): fake.state[i]
            for i in fake.visible_ids()
            if fake.state[i].type == "simple" and fake.state[i].status == "publish"
        }
        shown = {line["source_id"]: line["price_minor"] for line in lines if line["source_id"] in expected}
        assert shown.keys() == expected.keys()
        for source_id, product in expected.items():
            price = product.sale_price or product.regular_price
            assert shown[source_id] == (round(float(price) * 100) if price else None)
        index = open_reader(settings)
        assert index.search(SearchQuery()).total == index.count() == len(listings)
