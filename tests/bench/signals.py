"""`make bench-signals`: what a delivery costs the portal, whoever sends it, and how soon a signal is answered.

The portal is a process of its own, as `emplettes serve` runs it; its CPU time is read before and after each series.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil  # type: ignore[import-untyped]

from aggregator.demo.server import FakeShop
from aggregator.ingest.sync import utc_now
from aggregator.settings import Settings
from aggregator.store import Store, open_store, shops, signals
from aggregator.store.secrets import Sealer
from connectors.woocommerce import webhooks
from tests.bench.figures import Bench
from tests.support.stores import SEALING_KEY
from tests.support.woo_shop import small_catalogue

SERIES = int(os.environ.get("EMPLETTES_BENCH_DELIVERIES", "200"))
GOAL_MS = 5.0
HUNDRED_MB = 100_000_000
PRODUCT = json.dumps({"id": 100, "type": "simple", "description": "x" * 4000}).encode()
TURNS = 5


@contextmanager
def portal(data: Path) -> Iterator[tuple[str, psutil.Process]]:
    """`emplettes up` over this folder: the address, and the portal's own process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EMPLETTES_")}
    environment |= {"EMPLETTES_DATA": str(data), "EMPLETTES_ALLOW_HOSTS": "127.0.0.1", "EMPLETTES_LOG_LEVEL": "error"}
    environment["EMPLETTES_SECRET_KEY"] = SEALING_KEY
    command = [sys.executable, "-m", "aggregator", "up", "--port", "0", "--json"]
    up = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert up.stdout is not None
        url = ""
        while '"address"' not in url:
            url = up.stdout.readline()
        url = url.split('"')[3]
        (serve,) = (part for part in psutil.Process(up.pid).children() if "serve" in part.cmdline())
        yield url, serve
    finally:
        up.terminate()
        up.wait(30)


def cpu_ms(process: psutil.Process, work: Callable[[], object], times: int) -> float:
    """Milliseconds of the portal's CPU for each, of so many."""
    work()
    before = process.cpu_times()
    for _ in range(times):
        work()
    time.sleep(0.2)
    after = process.cpu_times()
    spent: float = after.user + after.system - before.user - before.system
    return spent * 1000 / times


def headers_of(secret: str, body: bytes, delivery: str = "d") -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": "product.updated",
        "X-WC-Webhook-Resource": "product",
        "X-WC-Webhook-Signature": webhooks.sign(secret, body),
        "X-WC-Webhook-Delivery-ID": delivery,
    }


def hundred_megabytes(url: str, path: str, *, announced: bool) -> None:
    """Send as much of them as is taken."""
    where = urlsplit(url)
    length = f"Content-Length: {HUNDRED_MB}" if announced else "Transfer-Encoding: chunked"
    signature = f"X-WC-Webhook-Signature: {'A' * 43}="
    block = b"x" * 65536 if announced else b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=30) as line, suppress(OSError):
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: portail\r\n{length}\r\n{signature}\r\n\r\n".encode())
        for _ in range(HUNDRED_MB // 65536 + 1):
            line.sendall(block)


def main() -> None:
    bench = Bench("signals")
    data = Path(tempfile.mkdtemp(prefix="emplettes-bench-"))
    settings = Settings(data=data, allow_hosts="127.0.0.1", secret_key=SEALING_KEY)
    try:
        with FakeShop(small_catalogue(200)) as shop, open_store(settings) as store:
            with store.write() as connection:
                number = shops.add(
                    connection, url=shop.url + "/", name="", connector="woocommerce-store", platform="WooCommerce",
                    status="approved", memory={}, now=utc_now(),
                )  # fmt: skip
                key = signals.renew(connection, Sealer(settings), number, utc_now())
            with portal(data) as (url, serve), httpx.Client(base_url=url, timeout=30) as http:
                measure(bench, http, serve, f"/signaux/{key.key}", key.secret)
                delays(bench, http, shop, store, f"/signaux/{key.key}", key.secret)
    finally:
        shutil.rmtree(data)
    bench.finish()


def measure(bench: Bench, http: httpx.Client, serve: psutil.Process, path: str, secret: str) -> None:
    url = str(http.base_url)
    full = PRODUCT[:-2] + b"x" * (1024 * 1024 - len(PRODUCT)) + b'"}'

    def post(where: str, body: bytes, headers: dict[str, str]) -> Callable[[], object]:
        return lambda: http.post(where, content=body, headers=headers)

    forged = headers_of("another", PRODUCT)
    series: list[tuple[str, Callable[[], object], int]] = [
        ("forged, 4 KB", post(path, PRODUCT, forged), SERIES),
        ("forged, 1 MiB", post(path, full, headers_of("another", full)), SERIES // 4),
        ("unsigned, 1 MiB", post(path, full, {}), SERIES // 4),
        ("unknown address, 4 KB", post("/signaux/" + "A" * 32, PRODUCT, forged), SERIES),
        ("100 MB, announced", lambda: hundred_megabytes(url, path, announced=True), SERIES // 4),
        ("100 MB, not announced", lambda: hundred_megabytes(url, path, announced=False), SERIES // 4),
        ("genuine, then repeated", post(path, PRODUCT, headers_of(secret, PRODUCT)), SERIES // 4),
    ]
    for name, work, times in series:
        bench.add(f"CPU of one: {name}", cpu_ms(serve, work, max(times, 5)), "ms", GOAL_MS)


def delays(bench: Bench, http: httpx.Client, shop: FakeShop, store: Store, path: str, secret: str) -> None:
    """Seconds from a delivery to the portal's answer, one after another, with the shop's rest between them."""

    def shows(price: int) -> bool:
        found = http.get("/api/v1/search", params={"q": "gilet", "sort": "relevance"}).json()["results"]
        return any(item["price"] and item["price"]["amount_minor"] == price for item in found)

    product = next(p for p in (shop.fake.state[n] for n in shop.fake.visible_ids()) if p.regular_price == "11.90")
    shop.fake.set(product.id, {"name": "Gilet gilet gilet"})
    body = json.dumps({"id": product.id}).encode()
    taken = []
    for turn in range(TURNS):
        price = 1200 + turn
        while not _rested(store):
            time.sleep(0.1)
        shop.fake.set(product.id, {"regular_price": f"{price / 100:.2f}"})
        began = time.monotonic()
        assert http.post(path, content=body, headers=headers_of(secret, body, f"t{turn}")).status_code == 200
        while not shows(price):
            time.sleep(0.02)
            assert time.monotonic() - began < 60, "never shown"
        taken.append(time.monotonic() - began)
    bench.add("signal to portal, the slowest", max(taken), "s", 5.0)
    bench.add("signal to portal, the median", sorted(taken)[len(taken) // 2], "s")


def _rested(store: Store) -> bool:
    """Nothing waits, nothing runs, and the shop may be read again."""
    from aggregator.store.tables import HINT, SHOP_PACE, SHOP_SIGNAL, SYNC_RUN

    with store.read() as connection:
        rest = connection.execute(SHOP_SIGNAL.select()).one().rest_until
        reading = connection.execute(SYNC_RUN.select().where(SYNC_RUN.c.state == "open")).first()
        wanted = connection.execute(SHOP_PACE.select().where(SHOP_PACE.c.wanted_at.is_not(None))).first()
        waiting = connection.execute(HINT.select()).first()
        read = connection.execute(SYNC_RUN.select().where(SYNC_RUN.c.state == "complete")).first()
    return bool(read) and not (reading or wanted or waiting) and (rest is None or rest <= utc_now())


if __name__ == "__main__":
    main()
