"""`make bench-sync`: what reading a shop costs us, beside a bare loop that fetches the same pages and drops them.

On the recorded shop where its answers are at hand (`EMPLETTES_SHARED`, else `../shared`); its figures are the ones that
the goals were set for. Peak memory is measured on generated catalogues of 3,000 and 30,000 products.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import requests

from aggregator.demo.server import FakeShop
from tests.bench.figures import Bench
from tests.support.player import ITEMS, PLAYER, playing
from tests.support.woo_shop import small_catalogue

CONNECTORS = {"store": (), "rest": ("--key", "ck_test", "--secret", "cs_test")}
ROUNDS = 3
REAL_LATENCY = "50,4"
"""Milliseconds a request and an item: what the recorded shop's server took for the Store API."""


def emplettes(data: Path, *arguments: str, allow: str) -> Any:
    """Run the command line as an operator does; its JSON comes back."""
    environment = os.environ | {
        "EMPLETTES_DATA": str(data),
        "EMPLETTES_ALLOW_HOSTS": allow,
        "EMPLETTES_SECRET_KEY_FILE": str(data.parent / "secret.key"),
    }
    environment.pop("EMPLETTES_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "aggregator", *arguments, "--json"], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"emplettes {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout)


@contextmanager
def shop_data(url: str, *credentials: str) -> Iterator[tuple[Path, str, str]]:
    """A fresh data folder with one shop in it: (folder, shop id, allowed host)."""
    allow = url.split("//")[1].strip("/")
    with tempfile.TemporaryDirectory(prefix="bench-sync-") as folder:
        data = Path(folder) / "data"
        shop = emplettes(data, "shops", "add", url, *credentials, allow=allow)
        yield data, shop["shop_id"], allow


def bare_loop(url: str, asked: list[str]) -> float:
    """Seconds that the same requests take when their answers are thrown away."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Accept-Encoding"] = "gzip, deflate"
        began = time.monotonic()
        for path in asked:
            session.get(url + path).content  # noqa: B018  reading it is the work
        return time.monotonic() - began


def wall(bench: Bench) -> None:
    """Wall time of a keyless sync over the bare loop, one after the other, when the shop is as slow as it was."""
    ratios, seconds = [], []
    with playing("--latency-ms", REAL_LATENCY) as player:
        for _ in range(ROUNDS):
            with shop_data(player.url) as (data, shop, allow):
                player.reset()
                (report,) = emplettes(data, "sync", shop, allow=allow)
                asked = [f"{entry['path']}?{entry['query']}".rstrip("?") for entry in player.log()]
                bare = bare_loop(player.origin, asked)
            ratios.append(report["seconds"] / bare)
            seconds.append(report["seconds"])
    bench.add("store: wall over a bare loop", median(ratios), "ratio", 1.15)
    bench.add("store: first sync at the real shop's speed", median(seconds), "s", 120)


def cost(bench: Bench) -> None:
    """CPU of our process an offer, requests and memory, for both connectors."""
    for name, credentials in CONNECTORS.items():
        first, still = [], []
        with playing() as player:
            for _ in range(ROUNDS):
                with shop_data(player.url, *credentials) as (data, shop, allow):
                    first += emplettes(data, "sync", shop, allow=allow)
                    still += emplettes(data, "sync", shop, allow=allow)
        for reports, what, goal in ((first, "first sync", 0.4), (still, "nothing new", 0.2)):
            an_offer = median(report["cpu_seconds"] / report["offers_seen"] for report in reports) * 1000
            bench.add(f"{name}: CPU an offer, {what}", an_offer, "ms", goal)
            bench.add(f"{name}: requests, {what}", max(report["requests"] for report in reports), "requests", 75)
        if any(report["unchanged"] != report["offers_seen"] for report in still):
            raise SystemExit("a second sync of a still shop must find everything unchanged")
        peak = max(report["max_rss_mb"] for report in first + still)
        bench.add(f"{name}: peak memory, recorded shop", peak, "MiB", 150)


def memory(bench: Bench) -> None:
    """Peak memory must not grow with the catalogue."""
    peaks = {}
    for products in (3_000, 30_000):
        with FakeShop(small_catalogue(products)) as fake, shop_data(fake.url) as (data, shop, allow):
            (report,) = emplettes(data, "sync", shop, allow=allow)
        peaks[products] = report["max_rss_mb"]
        bench.add(f"store: peak memory, {products} products", peaks[products], "MiB", 150)
        an_offer = report["cpu_seconds"] / report["offers_seen"] * 1000
        bench.add(f"store: CPU an offer, first sync, {products} products", an_offer, "ms", 0.4)
    bench.add("store: memory of 30,000 over 3,000 products", peaks[30_000] / peaks[3_000], "ratio", 1.15)


def main() -> None:
    bench = Bench("sync")
    if PLAYER.exists() and ITEMS.exists():
        wall(bench)
        cost(bench)
    else:
        print(f"recorded shop left out: it is not at {PLAYER} (EMPLETTES_SHARED says where)", file=sys.stderr)
    memory(bench)
    bench.finish()


if __name__ == "__main__":
    main()
