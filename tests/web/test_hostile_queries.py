"""Ten thousand hostile queries: nothing breaks, nothing comes back unescaped, nothing takes long."""

from __future__ import annotations

import random
import socket
import string
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit

import anyio
import pytest
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser
from starlette.types import Message, Scope

from aggregator.search.indexer import rebuild
from aggregator.search.reader import open_reader
from aggregator.settings import Settings
from aggregator.store import open_store
from aggregator.web.app import create_app
from tests.web.conftest import Portal
from tests.web.town import NOW, seed

QUERIES = 10_000
SLOWEST = 2.0
"""Seconds of processor time for one answer; the usual one takes a few milliseconds."""

PATHS = {
    "/recherche": 12, "/recherche.rss": 4, "/suggestions": 12, "/suggestions/lieux": 6, "/suggestions/opensearch": 8,
    "/pourquoi": 4, "/api/v1/search": 40, "/api/v1/suggest": 10, "/en/recherche": 2, "/boutiques": 1,
    "/categorie/mode": 1, "/recherche/filtrer": 2,
}  # fmt: skip
"""Address -> how often it is asked for: pages cost most, and share what reads their addresses."""
NAMES = (
    "q", "page", "sort", "lieu", "km", "near", "per_page", "limit", "verbatim", "category", "brand", "shop", "town",
    "availability", "price", "condition", "colour", "size", "offre", "collapse", "price_min", "price_max", "par",
    "toString", "__proto__", "q[]", "",
)  # fmt: skip
MARK = "xq7z"
PIECES = (
    f"<script>{MARK}</script>", f"\"><img src=x onerror={MARK}>", f"'-alert({MARK})-'", f"javascript:{MARK}",
    f"</title><svg/onload={MARK}>", f"{{{{{MARK}}}}}", "${7*7}", "{% raw %}", "' OR '1'='1", "'; DROP TABLE listing;--",
    "1 UNION SELECT credentials FROM shop", "title:*", "+a -b (c OR d) AND NOT \"e", "\"\"\"", "((((((",
    "a~2 b^9 [a TO z]", "*", "?", "\\", "/.*/", "..%2f..%2fetc%2fpasswd", "\x00", "\x1b[31m", "\r\nSet-Cookie: a=b",
    "\u202e\u200b\ufeff", "\ud7ff\ue000\uffff", "\U0010ffff", "e\u0301" * 20, "ﷺ" * 10, "İıſK", "ẞœŒæ",
    "𝔱𝔥é𝔦è𝔯𝔢", "🏴\u200d☠️", "l'd'qu'", "", "-1", "0", "9" * 30, "1e999", "NaN", "0x7f", "１２", "٣", "true", "null",
    "undefined", "%", "%00", "%zz", "&&==", ";", "théière", "taille 38", "500 ml", "4006381333931",
)  # fmt: skip
RAW = ("%ed%a0%80", "%ff%fe", "%c0%af", "%", "%u0041", "+", "%F0%9F", "a=b=c", "%00%00", "%E2%80%A8")
"""What no encoder writes: half surrogates, broken UTF-8, overlong forms."""


def hostile(random_: random.Random) -> str:
    """One hostile address."""
    (path,) = random_.choices(list(PATHS), list(PATHS.values()))
    shape = random_.random()
    if shape < 0.02:  # long: a hundred thousand characters, of one kind or of many
        piece = random_.choice(PIECES + tuple(string.ascii_letters))
        value = (piece * 100_000)[: random_.choice((5_000, 100_000))]
        return f"{path}?{urlencode({random_.choice(NAMES): value}, errors='replace')}"
    if shape < 0.03:
        many = [(random_.choice(NAMES), random_.choice(PIECES)) for _ in range(random_.choice((300, 3_000)))]
        return f"{path}?{urlencode(many, errors='replace')}"
    pairs = []
    for _ in range(random_.randint(1, 6)):
        value = "".join(random_.choice(PIECES) for _ in range(random_.randint(1, 4)))
        if random_.random() < 0.3:
            value = "".join(chr(random_.randrange(1, 0x2FFF)) for _ in range(random_.randint(1, 40))) + value
        encoded = quote(value, errors="replace") if random_.random() < 0.9 else random_.choice(RAW)
        pairs.append(f"{random_.choice(NAMES[:23]) if random_.random() < 0.8 else 'q'}={encoded}")
    return f"{path}?{'&'.join(pairs)}"


@pytest.fixture(scope="module")
def app(sqlite_template, tmp_path_factory) -> Iterator[FastAPI]:  # type: ignore[no-untyped-def]
    """The portal with its real index, for who asks without end."""
    data = tmp_path_factory.mktemp("hostile")
    settings = Settings(_env_file=None, data=data, api_per_minute=0, pages_per_minute=0)
    with open_store(settings) as store:
        seed(store)
        rebuild(store, settings)
        yield create_app(settings, store, open_reader(settings), now=lambda: NOW)


async def ask(app: FastAPI, address: str) -> tuple[int, dict[str, str], bytes]:
    """One GET, without a socket between."""
    parts = urlsplit(address)
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": parts.path, "raw_path": parts.path.encode(), "root_path": "", "state": {},
        "query_string": parts.query.encode("latin-1"), "headers": [(b"host", b"127.0.0.1:8000")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await app(scope, receive, send)
    start = next(message for message in said if message["type"] == "http.response.start")
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return start["status"], headers, b"".join(message.get("body", b"") for message in said)


def check(address: str, status: int, headers: dict[str, str], body: bytes) -> None:
    """What must hold of every answer."""
    shown = address[:300]
    assert status < 500, shown
    assert "set-cookie" not in headers, shown
    assert headers["x-content-type-options"] == "nosniff"
    assert "\n" not in headers.get("location", ""), shown
    assert not headers.get("location", "/").startswith("//"), shown
    kind = headers.get("content-type", "")
    text = body.decode()  # sound UTF-8
    if kind.startswith("text/html"):
        assert "script-src 'self'" in headers["content-security-policy"]
        unescaped(text, shown)
    elif body:
        assert kind.split(";")[0].endswith(("json", "xml")), (shown, kind)
        if kind.startswith("application/rss+xml"):
            assert f"<script>{MARK}" not in text, shown


def unescaped(text: str, shown: str) -> None:
    """Nothing that was asked for became markup."""
    if MARK not in text:
        return
    for hit in (f"<script>{MARK}", f"<img src=x onerror={MARK}", f"<svg/onload={MARK}"):
        assert hit not in text, shown
    for node in LexborHTMLParser(text).css("*"):
        assert not any(name.startswith("on") for name in node.attributes), shown
        assert not str(node.attributes.get("href") or "").lower().startswith("javascript:"), shown


@pytest.mark.parametrize("part", range(4))
def test_ten_thousand_hostile_queries(app: FastAPI, part: int) -> None:
    random_ = random.Random(part)
    answered: Counter[int] = Counter()

    async def ask_all() -> None:
        for _ in range(QUERIES // 4):
            address = hostile(random_)
            began = time.process_time()
            status, headers, body = await ask(app, address)
            assert time.process_time() - began < SLOWEST, address[:300]
            check(address, status, headers, body)
            answered[status] += 1

    anyio.run(ask_all)
    assert answered[200] > QUERIES // 16
    assert answered[422] > 100  # the interface refuses by name


def test_a_real_server_stands_hostile_requests(portal: Portal) -> None:
    """Also those that no client would send: over a socket, byte by byte."""
    address = urlsplit(portal.url)
    lines = [f"GET /recherche?q={raw} HTTP/1.1" for raw in RAW]
    lines += [f"GET {quote(hostile(random.Random(number)), safe='/?&=%+')[:6000]} HTTP/1.1" for number in range(40)]
    lines += ["GET /recherche?q=" + "a" * 100_000 + " HTTP/1.1", "GET /recherche?q=\xff\x01 HTTP/1.1"]
    lines += [f"GET {path} HTTP/1.1" for path in ("//evil.example", "/en//evil.example", "/fr//evil.example")]
    for line in lines:
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as connection:
            connection.sendall(f"{line}\r\nHost: portail.example\r\nConnection: close\r\n\r\n".encode("latin-1"))
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        if answer:  # a line that is no HTTP may end the connection without a word
            status = int(answer.split(b" ", 2)[1])
            assert status < 500, line[:200]
            head = answer.split(b"\r\n\r\n", 1)[0].decode("latin-1").lower()
            assert "location: //" not in head, line[:200]
            assert "location: http" not in head, line[:200]
    assert portal.http.get("/healthz").json()["status"] == "ok"
