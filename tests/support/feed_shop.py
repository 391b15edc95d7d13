"""A product feed of known content on loopback, in every shape that feeds come in, and the ways in which they fail.

with FeedServer(small_feed(), shape="tsv") as server:
    server.url, server.site
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from xml.sax.saxutils import escape

from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.http import HttpSession
from connectors.protocol import Connector, ShopConnection
from tests.contracts.connector import Asked

Shape = Literal["rss", "atom", "bare", "tsv", "csv"]
Item = dict[str, Any]
SITE = "http://laines.example/"
USER_AGENT = "EmplettesBot/1.0 (+https://portail.example/robot)"
SIZES = ("S", "M", "L")


def small_feed(products: int = 230) -> list[Item]:
    """So many products: every sixth a group of three sizes, and once each what needs care."""
    items: list[Item] = []
    for n in range(1, products + 1):
        base: Item = {
            "id": str(100 + 4 * n),
            "title": f"Gilet « n° {n} » & cie",
            "description": f"<p>Le gilet <strong>{n}</strong>, tricoté à Brest.</p>",
            "link": f"{SITE}gilet-{n}",
            "image_link": f"{SITE}photos/{n}.jpg",
            "additional_image_link": [f"{SITE}photos/{n}b.jpg"],
            "price": f"{10 + n % 40}.90 EUR",
            "availability": "in_stock" if n % 5 else "out of stock",
            "brand": "Brebis d'Ouessant",
            "product_type": "Vêtements > Pulls & gilets",
            "condition": "new",
            "material": "Laine",
        }
        if n == 10:
            base |= {"price": "30,00 EUR", "sale_price": "24.50 EUR"}
        if n == 14:
            base["gtin"] = "3760123456789"
        if n % 6:
            items.append(base)
            continue
        for m, size in enumerate(SIZES):
            own = {"id": str(100 + 4 * n + m), "item_group_id": str(100 + 4 * n), "size": size}
            items.append(base | own | {"title": f"{base['title']} - {size}"})
    return items


# --- the shapes


def write(
    items: list[Item], shape: Shape, encoding: str = "utf-8", spoilt: frozenset[str] = frozenset(), site: str = SITE
) -> bytes:
    """The items as a feed of the shop at `site`. What is spoilt has tags that nobody could match."""
    if shape in ("tsv", "csv"):
        return _table(items, "\t" if shape == "tsv" else ";").replace(SITE, site).encode(encoding)
    mark = "" if shape == "bare" else "g:"
    tag = "entry" if shape == "atom" else "item"
    head, tail = _ENVELOPES[shape]
    texts = [head.format(site=SITE, encoding=encoding)]
    for item in items:
        if _product_id(item) in spoilt:
            texts.append(f"<{tag}><{mark}id>{_product_id(item)}</{mark}id><title>Gilet <b><{mark}price>9</i></{tag}>\n")
            continue
        fields = "".join(_field(name, value, mark, atom=shape == "atom") for name, value in item.items())
        texts.append(f"<{tag}>{fields}<{mark}shipping><{mark}price>4 EUR</{mark}price></{mark}shipping></{tag}>\n")
    return "".join([*texts, tail]).replace(SITE, site).encode(encoding, "xmlcharrefreplace")


_ENVELOPES = {
    "rss": (
        '<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">'
        "<channel><title>Laines</title><link>{site}</link>\n",
        "</channel></rss>\n",
    ),
    "bare": ("<rss><channel><link>{site}</link>", "</channel></rss>"),
    "atom": (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">'
        '<link rel="self" href="{site}"/>',
        "</feed>",
    ),
}


def _product_id(item: Item) -> str:
    return str(item.get("item_group_id") or item["id"])


def _field(name: str, value: Any, mark: str, *, atom: bool) -> str:
    if isinstance(value, list):
        return "".join(_field(name, one, mark, atom=atom) for one in value)
    if atom and name == "link":
        return f'<link href="{escape(value)}"/>'
    prefix = "" if name in ("title", "description", "link") else mark
    text = f"<![CDATA[{value}]]>" if "<" in value else escape(value)
    return f"<{prefix}{name}>{text}</{prefix}{name}>"


def _table(items: list[Item], separator: str) -> str:
    names = list(dict.fromkeys(name for item in items for name in item))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([name.replace("_", " ") for name in names])
    for item in items:
        writer.writerow([",".join(v) if isinstance(v := item.get(name, ""), list) else v for name in names])
    return out.getvalue()


# --- the server


@dataclass
class Fault:
    kind: str
    times: int
    options: dict[str, Any] = field(default_factory=dict)


class FeedServer:
    """Serves `items` at /flux.xml in one shape, with an ETag and Last-Modified unless told otherwise."""

    def __init__(self, items: list[Item], shape: Shape = "rss", **switches: Any) -> None:
        """`switches`: `packed` (a gzip file), `coded` (packed by the server: Content-Encoding), `encoding`,
        `validators` ("etag", "modified"), `length` (False: the body ends with the connection), `raw` (a body as it
        is)."""
        self.items = items
        self.shape: Shape = shape
        self.packed, self.coded = bool(switches.get("packed")), bool(switches.get("coded"))
        self.encoding = str(switches.get("encoding", "utf-8"))
        self.validators = tuple(switches.get("validators", ("etag", "modified")))
        self.length = bool(switches.get("length", True))
        self.raw: bytes | None = switches.get("raw")
        self.spoilt: set[str] = set()
        self.faults: list[Fault] = []
        self.log: list[Asked] = []
        self.received: list[dict[str, str]] = []
        self.closing = threading.Event()
        self._server = _Server(self)
        self.port = int(self._server.server_address[1])
        self.host = "127.0.0.1"
        self.site = f"http://{self.host}:{self.port}/"
        self.url = f"{self.site}flux.xml?cle=tres-personnelle"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        data = write(self.items, self.shape, self.encoding, frozenset(self.spoilt), self.site)
        return gzip.compress(data, 1, mtime=0) if self.packed or self.coded else data

    def take_fault(self) -> Fault | None:
        fault = next((f for f in self.faults if f.times), None)
        if fault is not None:
            fault.times -= 1
        return fault

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, feed: FeedServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.feed = feed

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what half of the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        feed = self.server.feed
        began = time.monotonic()
        feed.received.append({name.lower(): value for name, value in self.headers.items()})
        if not self.path.startswith("/flux"):
            self._answer(404, b"<html>404</html>", began)
            return
        fault = feed.take_fault()
        kind = fault.kind if fault else ""
        options = fault.options if fault else {}
        body = feed.body()
        if kind == "hang":
            feed.log.append(Asked("GET", self.path, began, 0))
            feed.closing.wait(options.get("seconds", 20))
            self.close_connection = True
        elif kind == "reset":
            feed.log.append(Asked("GET", self.path, began, 0))
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif kind in ("401", "403", "500"):
            self._answer(int(kind), b"<html>non</html>", began)
        elif kind in ("429", "maintenance"):
            wait = str(options.get("retry_after", 1))
            self._answer(429 if kind == "429" else 503, b"", began, {"Retry-After": wait})
        elif kind == "html":
            self._answer(200, b"<!DOCTYPE html><html><body>Un instant...</body></html>", began)
        elif kind == "empty":
            self._answer(200, options.get("body", b""), began)
        elif kind == "warning":
            self._answer(200, b"<br />\n<b>Warning</b>: Undefined key in <b>feed.php</b><br />\n" + body, began)
        elif kind == "truncated":
            self._answer(200, body[: len(body) // 2], began)
        elif kind in ("cut", "stall"):
            self._break_off(kind, body, began)
        else:
            self._feed(body, began)

    def _feed(self, body: bytes, began: float) -> None:
        feed = self.server.feed
        etag = '"' + sha1(body).hexdigest() + '"'
        headers = {"Date": formatdate(usegmt=True)}
        if feed.coded:
            headers["Content-Encoding"] = "gzip"
        if "etag" in feed.validators:
            headers["ETag"] = etag
        if "modified" in feed.validators:
            headers["Last-Modified"] = "Mon, 02 Nov 2026 08:00:00 GMT"
        if "etag" in feed.validators and self.headers.get("If-None-Match") == etag:
            self._answer(304, b"", began, headers)
            return
        if feed.validators == ("modified",) and self.headers.get("If-Modified-Since") == headers["Last-Modified"]:
            self._answer(304, b"", began, headers)
            return
        self._answer(200, body, began, headers)

    def _break_off(self, kind: str, body: bytes, began: float) -> None:
        """Half the body under the whole's length; then the line drops, or nothing more comes."""
        self.server.feed.log.append(Asked("GET", self.path, began, 200))
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(body)))
        if self.server.feed.coded:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        if kind == "stall":
            self.server.feed.closing.wait(20)
        self.close_connection = True

    def _answer(self, status: int, body: bytes, began: float, headers: dict[str, str] | None = None) -> None:
        feed = self.server.feed
        feed.log.append(Asked(self.command, self.path, began, status))
        self.send_response_only(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if feed.length or status != 200:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: `FeedServer.log` is the log."""


# --- as the contract wants it


def session_for(server: FeedServer, **options: Any) -> HttpSession:
    """A guarded session that may call this server."""
    policy = AddressPolicy(frozenset({f"{server.host}:{server.port}"}))
    return HttpSession(policy, **{"user_agent": USER_AGENT, "deadline": 60.0, **options})


@contextmanager
def connect(server: FeedServer, memory: dict[str, str] | None = None, **options: Any) -> Iterator[ShopConnection]:
    with session_for(server, **options) as session:
        known = {} if memory is None else memory
        known.setdefault("feed", server.url)
        yield ShopConnection(url=server.site, session=session, memory=known)


class FeedShop:
    """The small feed as `tests.contracts.connector.ShopUnderTest`. It has one request for everything."""

    secrets = ("\0",)
    catalogue_requests = r"/flux\.xml"

    def __init__(self, server: FeedServer) -> None:
        self.server = server
        self.connector: Connector = registry.get("product-feed")
        self.url = server.url

    @contextmanager
    def connect(self, **session_options: Any) -> Iterator[ShopConnection]:
        with connect(self.server, **session_options) as connection:
            yield connection

    def _of(self, product_id: str) -> list[Item]:
        return [item for item in self.server.items if public_id(item) == product_id]

    def public_ids(self) -> set[str]:
        return {public_id(item) for item in self.server.items}

    def shown_prices(self) -> dict[str, int | None]:
        def cents(text: str) -> int:
            return round(float(re.sub(r"[^\d.]", "", text.replace(",", "."))) * 100)

        return {item["id"]: cents(item.get("sale_price") or item["price"]) for item in self.server.items}

    def asked(self) -> list[Asked]:
        return list(self.server.log)

    def forget_requests(self) -> None:
        self.server.faults.clear()
        self.server.log.clear()

    def fault(self, kind: str, match: str = "", times: int = 1, **options: Any) -> None:
        self.server.faults.append(Fault(kind, times, options))

    def spoil(self, product_id: str) -> None:
        self.server.spoilt.add(product_id.removeprefix("group:"))

    def unpublish(self, product_id: str) -> None:
        self.server.items = [item for item in self.server.items if public_id(item) != product_id]

    hide = delete = unpublish

    def rename(self, product_id: str) -> None:
        for item in self._of(product_id):
            item["title"] = "Gilet tout neuf"

    @contextmanager
    def grown(self, products: int) -> Iterator[FeedShop]:
        with FeedServer(small_feed(products), self.server.shape) as server:
            yield FeedShop(server)


def public_id(item: Item) -> str:
    """The id of the product that an item belongs to, as the connector names it."""
    group = item.get("item_group_id")
    return f"group:{group}" if group else str(item["id"])
