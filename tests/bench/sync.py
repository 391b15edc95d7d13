"""`make bench-sync`: what reading a shop costs us, beside a bare loop that fetches the same pages and drops them.

On the recorded shops where their answers are at hand (`EMPLETTES_SHARED`, else `../shared`); their figures are the ones
that the goals were set for. Peak memory is measured on generated catalogues of 3,000 and 30,000 products. Feeds have a
bench of their own, `make bench-feed`.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import requests

from aggregator.demo.server import FakeShop
from tests.bench.figures import Bench
from tests.support import player, prestashop_player
from tests.support.player import Player
from tests.support.woo_shop import small_catalogue


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded shop, read by one connector."""

    label: str
    playing: Callable[..., AbstractContextManager[Player]]
    latency: str
    """Milliseconds a request and an item: what the recorded shop's server took."""
    credentials: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """What the bare loop must send to get the same pages."""
    bare: bool = True
    """False where a bare loop cannot repeat the requests: signed ones, or many small ones of several kinds."""
    requests_first: int = 75
    requests_still: int = 75


_PS_KEY = base64.b64encode(f"{prestashop_player.KEY}:".encode()).decode()
RECORDED = (
    Recorded("woocommerce store", player.playing, "50,4"),
    Recorded("woocommerce rest", player.playing, "55,4.2", ("--key", "ck_test", "--secret", "cs_test"), bare=False),
    Recorded(
        "prestashop webservice",
        prestashop_player.playing,
        "10,0.7",
        ("--key", prestashop_player.KEY),
        (("Authorization", f"Basic {_PS_KEY}"),),
        requests_first=60,
        requests_still=60,
    ),
    Recorded("prestashop listing", prestashop_player.playing, "40,0", bare=False, requests_first=0, requests_still=0),
)
ROUNDS = 3


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


def bare_loop(url: str, asked: list[str], headers: dict[str, str]) -> float:
    """Seconds that the same requests take when their answers are thrown away."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update({"Accept-Encoding": "gzip, deflate", **headers})
        began = time.monotonic()
        for path in asked:
            session.get(url + path).content  # noqa: B018  reading it is the work
        return time.monotonic() - began


def wall(bench: Bench, shop_read: Recorded) -> None:
    """Wall time of a first sync over the bare loop, one after the other, when the shop is as slow as it was."""
    ratios, seconds = [], []
    with shop_read.playing("--latency-ms", shop_read.latency) as played:
        for _ in range(ROUNDS):
            with shop_data(played.url, *shop_read.credentials) as (data, shop, allow):
                played.reset()
                (report,) = emplettes(data, "sync", shop, allow=allow)
                asked = [f"{entry['path']}?{entry['query']}".rstrip("?") for entry in played.log()]
                bare = bare_loop(played.origin, asked, dict(shop_read.headers))
            ratios.append(report["seconds"] / bare)
            seconds.append(report["seconds"])
    bench.add(f"{shop_read.label}: wall over a bare loop", median(ratios), "ratio", 1.15)
    bench.add(f"{shop_read.label}: first sync at the real shop's speed", median(seconds), "s", 120)


def cost(bench: Bench, shop_read: Recorded) -> None:
    """CPU of our process an offer, requests and memory."""
    first, still = [], []
    with shop_read.playing() as played:
        for _ in range(ROUNDS):
            with shop_data(played.url, *shop_read.credentials) as (data, shop, allow):
                first += emplettes(data, "sync", shop, allow=allow)
                still += emplettes(data, "sync", shop, allow=allow)
    for reports, what, cpu, most in (
        (first, "first sync", 0.4, shop_read.requests_first),
        (still, "nothing new", 0.2, shop_read.requests_still),
    ):
        an_offer = median(report["cpu_seconds"] / report["offers_seen"] for report in reports) * 1000
        bench.add(f"{shop_read.label}: CPU an offer, {what}", an_offer, "ms", cpu)
        asked = max(report["requests"] for report in reports)
        bench.add(f"{shop_read.label}: requests, {what}", asked, "requests", most or None)
    if any(report["unchanged"] != report["offers_seen"] for report in still):
        raise SystemExit("a second sync of a still shop must find everything unchanged")
    peak = max(report["max_rss_mb"] for report in first + still)
    bench.add(f"{shop_read.label}: peak memory", peak, "MiB", 150)


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
    if player.PLAYER.exists() and prestashop_player.PLAYER.exists():
        for shop_read in RECORDED:
            if shop_read.bare:
                wall(bench, shop_read)
            cost(bench, shop_read)
    else:
        print(f"recorded shops left out: not at {player.SHARED} (EMPLETTES_SHARED says where)", file=sys.stderr)
    memory(bench)
    bench.finish()


if __name__ == "__main__":
    main()
