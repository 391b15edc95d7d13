"""A fleet of fake shops in a process of its own: thousands of hosts, a few dozen catalogues.

Each shop has a loopback address (127.x.y.z) and shares its catalogue with others of its kind and size: what the reader
meets is a whole shop, what the fake pays for is a page from a cache. The shops' time is the simulation's.
"""

from __future__ import annotations

import gzip
import multiprocessing
import random
import re
import sys
import threading
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any, Final, Literal

from aggregator.demo.answer import Answer, Request
from tests.bench.fleet_catalogues import HOME, Model, model

Kind = Literal["woocommerce", "prestashop", "feed", "site"]
Behaviour = Literal["well", "slow", "failing", "emptied", "dearer"]
SIZES: Final = ((20, 0.27), (60, 0.30), (200, 0.22), (600, 0.13), (2000, 0.06), (6000, 0.017), (20000, 0.003))
"""Offers, and the share of shops that have so many: 400 on average."""
SMALL_SITES: Final = ((20, 0.5), (60, 0.3), (150, 0.2))
LATENCY: Final[dict[str, float]] = {
    "woocommerce-store": 0.45, "woocommerce-rest": 0.45, "prestashop-webservice": 0.35, "prestashop-listing": 0.35,
    "product-feed": 2.0, "website": 0.8,
}  # fmt: skip
"""Seconds a request, by connector: measured shops for the first four; a site's half second of politeness included."""
SLOW: Final = 8.0
_CACHED_BYTES: Final = 400 << 20


@dataclass(frozen=True, slots=True)
class FleetShop:
    """One shop of the fleet."""

    number: int
    kind: Kind
    connector: str
    size: int
    variant: int
    behaviour: Behaviour

    @property
    def host(self) -> str:
        return f"127.{1 + self.number // 62500}.{1 + self.number // 250 % 250}.{1 + self.number % 250}"

    @property
    def model(self) -> str:
        return f"{self.kind}-{self.size}-{self.variant}"

    @property
    def latency(self) -> float:
        """Seconds that a request takes."""
        return LATENCY[self.connector] * (SLOW if self.behaviour == "slow" else 1.0)


def fleet(count: int, seed: int = 5) -> list[FleetShop]:
    """So many shops: the shares of kinds, sizes and behaviours hold exactly where the count allows it."""
    chance = random.Random(seed)
    kinds = _shares(count, (("store", 0.48), ("rest", 0.12), ("webservice", 0.15), ("listing", 0.10), ("feed", 0.10)))
    behaviours = _shares(count, (("slow", 0.03), ("failing", 0.02), ("emptied", 0.0025), ("dearer", 0.0025)))
    kinds += ["site"] * (count - len(kinds))
    behaviours += ["well"] * (count - len(behaviours))
    sizes = {False: _sizes(count, SIZES), True: _sizes(count, SMALL_SITES)}
    for drawn in (kinds, behaviours, sizes[False], sizes[True]):
        chance.shuffle(drawn)
    found = []
    for number, (kind, behaviour) in enumerate(zip(kinds, behaviours, strict=True)):
        platform, connector = _WAYS[kind]
        size = sizes[kind == "site"][number]
        variant = number % (8 if size <= 200 else 3 if size <= 2000 else 1)
        found.append(FleetShop(number, platform, connector, size, variant, behaviour))
    return found


_WAYS: Final[dict[str, tuple[Kind, str]]] = {
    "store": ("woocommerce", "woocommerce-store"),
    "rest": ("woocommerce", "woocommerce-rest"),
    "webservice": ("prestashop", "prestashop-webservice"),
    "listing": ("prestashop", "prestashop-listing"),
    "feed": ("feed", "product-feed"),
    "site": ("site", "website"),
}


def _shares(count: int, shares: Iterable[tuple[str, float]]) -> list[Any]:
    return [name for name, share in shares for _ in range(max(round(count * share), 1))]


def _sizes(count: int, shares: Iterable[tuple[int, float]]) -> list[int]:
    found = [size for size, share in shares for _ in range(round(count * share))]
    return [*found, *([20] * count)][:count]


# -- the wire ------------------------------------------------------------------------------------------------------


class _Fleet:
    """All catalogues, their cache, and who is behind which address."""

    def __init__(self, shops: list[FleetShop], clock: Any) -> None:
        self.clock = clock
        self.shops = {shop.host: shop for shop in shops}
        self.broken = False
        self._models: dict[str, Model] = {}
        self._lock = threading.Lock()
        self._cache: dict[tuple[str, str, str], tuple[int, Answer]] = {}
        self._cached = 0
        self.requests = 0

    def now(self) -> float:
        return float(self.clock.value)

    def model(self, name: str) -> Model:
        with self._lock:
            if name not in self._models:
                kind, size, variant = name.split("-")[:3]
                self._models[name] = model(kind, int(size), self.now, 100 if variant == "dearer" else 1)
            return self._models[name]

    def answer(self, host: str, method: str, path: str, query: str, headers: dict[str, str]) -> Answer:
        self.requests += 1
        shop = self.shops[host]
        name = shop.model
        if self.broken:
            if shop.behaviour == "failing":
                return _FAILURES[shop.number % len(_FAILURES)]
            if shop.behaviour == "emptied":
                name = f"{shop.kind}-0-empty"
            elif shop.behaviour == "dearer":
                name = f"{shop.kind}-{shop.size}-dearer"
        shelf = self.model(name)
        varies = ("if-none-match", "accept", "authorization")
        asked = f"{path}?{_NONCE.sub('', query)} {'oauth_consumer_key' in query}"
        key = (name, asked, " ".join(headers.get(header, "") for header in varies))
        known = self._cache.get(key)
        if known is not None and known[0] == shelf.revision:
            return known[1]
        revision = shelf.revision
        known_key = _BASIC if "oauth_consumer_key=ck_test" in query else {}  # its signature is of another host
        sent = {**headers, "host": HOME, **known_key}
        request = Request(method, path, _NONCE.sub("", query), sent, f"http://{HOME}")
        found = shelf.answer(request)
        self._cached += len(found.body)
        if self._cached > _CACHED_BYTES:
            self._cache, self._cached = {}, 0
        self._cache[key] = (revision, found)
        return found


_NONCE: Final = re.compile(r"oauth_[a-z_]+=[^&]*&?")
_BASIC: Final = {"authorization": "Basic " + b64encode(b"ck_test:cs_test").decode()}
_FAILURES: Final = (
    Answer(403, b"<html><h1>Forbidden</h1></html>", {"Content-Type": "text/html"}),
    Answer(503, b"<html><h1>Maintenance</h1></html>", {"Content-Type": "text/html"}),
    Answer(200, b"<html><h1>Bienvenue</h1></html>", {"Content-Type": "text/html"}),
)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 20
    server: _Server

    def do_GET(self) -> None:
        host = self.headers.get("Host", "")
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        fleet = self.server.fleet
        answer = fleet.answer(host.partition(":")[0], self.command, path, query, headers)
        body = answer.body.replace(HOME.encode(), host.encode())
        sent = {name: value.replace(HOME, host) for name, value in answer.headers.items()}
        if len(body) >= 1000 and "gzip" in headers.get("accept-encoding", "") and "image" not in sent["Content-Type"]:
            body, sent["Content-Encoding"] = gzip.compress(body, 1, mtime=0), "gzip"
        sent["Date"] = formatdate(fleet.now(), usegmt=True)
        sent["Content-Length"] = str(len(body))
        self.send_response_only(answer.status)
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, fleet: _Fleet) -> None:
        super().__init__(("0.0.0.0", 0), _Handler)
        self.fleet = fleet

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hangs up is nothing to tell."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _serve(count: int, clock: Any, orders: Connection) -> None:
    shops = fleet(count)
    made = _Fleet(shops, clock)
    server = _Server(made)
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    orders.send(server.server_address[1])
    chance = random.Random(7)
    models = sorted({shop.model for shop in shops})
    while True:
        order, value = orders.recv()
        if order == "stop":
            return
        if order == "break":
            made.broken = bool(value)
            orders.send(None)
        elif order == "change":
            orders.send(_change(made, models, float(value), chance))
        elif order == "ids":
            orders.send({name: made.model(name).ids() for name in models})


def _change(made: _Fleet, models: list[str], share: float, chance: random.Random) -> dict[str, list[tuple[str, bool]]]:
    """{model: [(source id, deleted)]}: this share of each catalogue, a deletion among fifty changes."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for name in models:
        expected = int(name.split("-")[1]) * share
        count = int(expected) + (chance.random() < expected % 1)
        for _ in range(count):
            gone = chance.random() < 0.02
            shelf = made.model(name)
            found.setdefault(name, []).append((shelf.delete(chance) if gone else shelf.change(chance), gone))
    return found


class Shops:
    """The running fleet, seen from outside."""

    def __init__(self, port: int, process: Any, clock: Any, orders: Connection) -> None:
        self.port, self.pid = port, int(process.pid)
        self._clock, self._orders = clock, orders

    def at(self, instant: float) -> None:
        """It is now this second (Unix time) in the shops."""
        self._clock.value = instant

    def break_some(self) -> None:
        """From now on the failing ones fail and the liars lie."""
        self._ask("break", True)

    def change(self, share: float) -> dict[str, list[tuple[str, bool]]]:
        """Change this share of every catalogue: {model: [(product's source id, it was deleted)]}."""
        found: dict[str, list[tuple[str, bool]]] = self._ask("change", share)
        return found

    def ids(self) -> dict[str, set[str]]:
        """{model: the products that it shows}."""
        found: dict[str, set[str]] = self._ask("ids", None)
        return found

    def _ask(self, order: str, value: Any) -> Any:
        self._orders.send((order, value))
        return self._orders.recv()


@contextmanager
def serving(count: int, began: float) -> Iterator[Shops]:
    """The fleet of so many shops, on one port of all their addresses."""
    context = multiprocessing.get_context("spawn")
    clock = context.Value("d", began, lock=False)
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(count, clock, theirs), daemon=True)
    process.start()
    try:
        yield Shops(int(ours.recv()), process, clock, ours)
    finally:
        ours.send(("stop", None))
        process.join(5)
        if process.is_alive():
            process.terminate()
