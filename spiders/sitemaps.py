"""Pure: a sitemap's bytes in, addresses out, whatever it calls itself and however broken it is.

Read are urlset and sitemapindex (sitemaps.org), lists of addresses as text, RSS and Atom; gzip, even twice. Judged by
the bytes alone: servers send sitemaps as text/html, with a 404, behind a PHP notice. The document is scanned piece by
piece for the few elements that matter, so memory is bounded, entities are never expanded, and what comes after a fault
is still read.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from connectors.values import http_url, same_site
from spiders.sitemap_text import Markup, Text, date_of, pieces_of, reference_free

MAX_ENTRIES: Final = 50_000
"""Of one document, as sitemaps.org caps it."""
MAX_BYTES: Final = 50 * 1024 * 1024
"""Of one document, decoded (sitemaps.org)."""
MAX_CHILDREN: Final = 500
"""Of one index, and of one site."""
MAX_DEPTH: Final = 3
"""An index of indexes of sitemaps: sitemaps.org allows one level, shops build two."""


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A page that a sitemap names."""

    url: str
    lastmod: str | None = None
    """ISO 8601, UTC: "2026-11-20" or "2026-11-20T08:00:00Z"; None where there is none that can be read."""
    images: int = 0
    """How many pictures it lists for the page."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one document names."""

    entries: tuple[SitemapEntry, ...] = ()
    children: tuple[str, ...] = ()
    """Further sitemaps, those that look like products' first."""
    broken: str | None = None
    """English: why it was not read to its end, or is no sitemap at all."""
    foreign: int = 0
    """Addresses of other sites, left out."""


def parse(body: bytes, url: str, site: str | None = None) -> Sitemap:
    """Read one sitemap. `url`: its address; `site`: the shop's, where the sitemap lives elsewhere. Never raises."""
    reader = _Reader(url, site or url)
    faults: list[str] = []
    scanner: Markup | Text | None = None
    head = b""
    for piece in pieces_of(body, MAX_BYTES, faults):
        if scanner is None:
            head += piece
            if len(head) < 1024 and len(body) > 1024:
                continue  # what it is shows in its first bytes
            scanner, piece = _scanner(head, reader), head
        if not scanner.feed(piece):
            break
    if scanner is None and head.strip():
        scanner = _scanner(head, reader)
        scanner.feed(head)
    fault = "it is empty" if scanner is None else scanner.end()
    broken = reader.fault or (faults[0] if faults else None) or fault
    children = tuple(sorted(reader.children, key=_turn))
    return Sitemap(tuple(reader.entries), children, broken, reader.foreign)


def _scanner(head: bytes, reader: _Reader) -> Markup | Text:
    return Text(reader.line) if b"<" not in head[:2048] else Markup(reader.opened, reader.closed)


_OUTER: Final = {"url": "page", "sitemap": "child", "item": "page", "entry": "page"}
_INNER: Final = frozenset({"loc", "lastmod", "link", "pubdate", "updated", "dc:date"})
_MODIFIED: Final = frozenset({"lastmod", "pubdate", "updated", "dc:date"})
_SITEMAP_FILE: Final = re.compile(r"\.(?:xml|txt)(?:\.gz)?\Z|sitemap[^/]*\.gz\Z", re.I)
_HREF: Final = re.compile(r"""\bhref\s*=\s*["']([^"'<>]*)["']""", re.I)
_OTHER_LINK: Final = re.compile(r"""\brel\s*=\s*["'](?!alternate["'])""", re.I)


class _Reader:
    """Collects what the scanner meets."""

    def __init__(self, url: str, site: str) -> None:
        self._url, self._site = url, site
        self.entries: list[SitemapEntry] = []
        self.children: list[str] = []
        self.foreign = 0
        self.fault: str | None = None
        self._met: set[str] = set()
        self._named = 0
        self._in = ""
        self._loc = ""
        self._modified = ""
        self._images = 0

    def opened(self, name: str, attributes: str) -> bool:
        """An opening tag. True where its text is wanted."""
        if name in _OUTER:
            self._finish()  # the one before was never closed
            self._in, self._loc, self._modified, self._images = _OUTER[name], "", "", 0
        elif name == "link" and self._in and not self._loc and (href := _HREF.search(attributes)):
            if not _OTHER_LINK.search(attributes):
                self._loc = href[1]
        elif name in ("image:image", "image:loc") and self._in:
            self._images += name == "image:image"
        return bool(self._in) and name in _INNER

    def closed(self, name: str, text: str | None) -> bool:
        """A closing tag, with the text that was wanted. False where no more is wanted at all."""
        if text is None:
            if name in _OUTER:
                self._finish()
        elif name in ("loc", "link"):
            self._loc = self._loc or text
        elif name in _MODIFIED:
            self._modified = self._modified or text
        return self.fault is None

    def line(self, text: str) -> bool:
        """A line of a text sitemap. False where no more is wanted."""
        if text[:4].lower() == "http":
            self._in, self._loc, self._modified, self._images = "page", text.split()[0], "", 0
            self._finish()
        return self.fault is None

    def _finish(self) -> None:
        outer, self._in = self._in, ""
        if not outer or not self._loc:
            return
        self._named += 1
        if self._named > 2 * MAX_ENTRIES:  # most of them twice, or none of ours
            self.fault = f"more than {MAX_ENTRIES} addresses"
            return
        text = reference_free(self._loc)
        usable = text is not None and (text[:1] == "/" or text[:4].lower() == "http")
        address = http_url(text, self._url)[0] if text and usable else None
        if address is None:
            return
        if not same_site(address, self._site) and not same_site(address, self._url):
            self.foreign += 1
        elif outer == "child" or _SITEMAP_FILE.search(address.partition("?")[0]):
            self._child(address)
        elif address not in self._met:
            if len(self.entries) >= MAX_ENTRIES:
                self.fault = f"more than {MAX_ENTRIES} addresses"
                return
            self._met.add(address)
            self.entries.append(SitemapEntry(address, date_of(self._modified), self._images))

    def _child(self, address: str) -> None:
        if address in self._met or address == self._url:
            return
        if len(self.children) >= MAX_CHILDREN:
            self.fault = f"more than {MAX_CHILDREN} sitemaps"
            return
        self._met.add(address)
        self.children.append(address)


_PRODUCTS: Final = re.compile(r"produ[ckzi]t|producto|prodotto|product|artikel|\bitems?\b|boutique|shop(?!ify)|store")
_GROUPS: Final = re.compile(r"cat(?:egor|[^a-z]|\b)|tag|brand|marque|taxonom|collection|manufacturer|attribut|review")
_TALK: Final = re.compile(r"blog|post|page|news|author|article|actu|image|video|event|faq|cms|static|local|store-loc")


def _turn(address: str) -> int:
    """0 for a sitemap of products by its name, 2 for one of something else, 1 where the name does not tell."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return 1
    name = unquote(parts.path + "?" + parts.query).lower()
    if _PRODUCTS.search(name):
        return 1 if _GROUPS.search(name) else 0
    return 2 if _TALK.search(name) or _GROUPS.search(name) else 1


def names_products(where: str) -> bool:
    """True if a sitemap's address says that it lists products: "product-sitemap.xml", "sitemap_products_1.xml"."""
    return _turn(where) == 0


class Walk:
    """Which sitemaps to fetch, and in which order: product-looking first, each once, within the caps."""

    def __init__(self, site: str, starts: Iterable[str]) -> None:
        """`site`: the shop's address; `starts`: sitemaps that robots.txt names (they may live elsewhere), or the usual
        places."""
        self._site = site
        self._waiting: list[deque[tuple[str, int]]] = [deque(), deque(), deque()]
        self._met: set[str] = set()
        self._cut: str | None = None
        self._depth: dict[str, int] = {}
        for start in starts:
            self._push(start, 1)

    def next(self) -> str | None:
        """The next sitemap's address, or None at the end (for now, while one is under way)."""
        for queue in self._waiting:
            if queue:
                address, depth = queue.popleft()
                self._depth[address] = depth
                return address
        return None

    def read(self, url: str, sitemap: Sitemap) -> None:
        """What `url` held: its children wait for their turn."""
        depth = self._depth.get(url, 1) + 1
        for child in sitemap.children:
            self._push(child, depth)

    @property
    def cut(self) -> str | None:
        """English: why some sitemaps were not fetched (too many, too deep); None where all were."""
        return self._cut

    def _push(self, address: str, depth: int) -> None:
        if address in self._met:
            return
        if depth > MAX_DEPTH:
            self._cut = self._cut or f"sitemaps nested deeper than {MAX_DEPTH}"
        elif len(self._met) >= MAX_CHILDREN:
            self._cut = self._cut or f"more than {MAX_CHILDREN} sitemaps"
        else:
            self._met.add(address)
            self._waiting[_turn(address)].append((address, depth))
