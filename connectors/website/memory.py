"""Pure: the product pages of a site, as the last runs left them, and which of them it is time to visit again.

Kept as text beside the shop: one line a page, sorted, so that the common beginnings of addresses compress away.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final
from urllib.parse import urljoin, urlsplit

from connectors.crawl import KnownPage

MOST_PAGES: Final = 20_000
"""More than a run can visit at two requests a second."""
MOST_TEXT: Final = 64 * 1024 * 1024
EVERY: Final = timedelta(hours=24)
"""Each page is visited at least so often."""
FRESH: Final = timedelta(hours=1)
"""A page that was visited within this time is not due, however few there are."""
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Remembered:
    """A product page. Addresses are relative to the shop's origin where they lie there."""

    url: str
    """What the page calls itself: what the product's id is made of."""
    asked: str
    """Where it was found; mostly the same."""
    lastmod: str | None
    visited: int
    """Minutes since 1970."""
    unlinked: bool = False
    """At the last look nothing led to it any more, and still it showed its product."""


class Pages:
    """What is remembered of one shop's product pages, each once."""

    def __init__(self, shop_url: str, pages: Iterable[Remembered] = ()) -> None:
        self._base = shop_url
        self._pages = {page.url: page for page in pages}
        self._aliases = {page.asked: page.url for page in pages if page.asked != page.url}

    @classmethod
    def load(cls, shop_url: str, text: str | None) -> Pages:
        """Empty where there is no text, or it cannot be read: then every page is new."""
        return cls(shop_url, [page for line in _lines(text) if (page := _page(line))])

    def dump(self) -> str:
        """The most recently visited pages, at most MOST_PAGES."""
        kept = sorted(self._pages.values(), key=lambda page: page.visited, reverse=True)[:MOST_PAGES]
        return packed(sorted(_line(page) for page in kept))

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[Remembered]:
        return iter(self._pages.values())

    def absolute(self, address: str) -> str:
        return urljoin(self._base, address)

    def relative(self, address: str) -> str:
        return relative(address, self._base)

    def get(self, address: str) -> Remembered | None:
        """The page of this address, by either of its two."""
        address = self.relative(address)
        return self._pages.get(address) or self._pages.get(self._aliases.get(address, ""))

    def visited(self, url: str, asked: str, lastmod: str | None, at: datetime) -> Remembered:
        """The page was visited and shows a product."""
        url, asked = self.relative(url), self.relative(asked)
        known = self._pages.get(url)
        if known is not None and asked == url:
            asked = known.asked
        page = self._pages[url] = Remembered(url, asked, lastmod, minutes(at))
        if asked != url:
            self._aliases[asked] = url
        return page

    def linked(self, url: str, *, linked: bool) -> None:
        """Whether the site shows a way to the page."""
        known = self._pages.get(url)
        if known is not None and known.unlinked == linked:
            self._pages[url] = replace(known, unlinked=not linked)

    def gone(self, page: Remembered) -> None:
        """It shows no product any more."""
        self._pages.pop(page.url, None)

    def known(self, now: datetime, since_last: timedelta) -> tuple[KnownPage, ...]:
        """All of them, as a job takes them, with those whose turn has come."""
        turn = due(self._pages.values(), now, since_last)
        return tuple(
            KnownPage(
                url=self.absolute(page.url),
                asked=self.absolute(page.asked) if page.asked != page.url else "",
                lastmod=page.lastmod,
                due=page.url in turn,
            )
            for page in self
        )


def due(pages: Iterable[Remembered], now: datetime, since_last: timedelta) -> set[str]:
    """The longest unvisited: such a share of all that a day's runs at this pace visit each once, and whatever would be
    older than a day at the next run."""
    oldest = sorted(pages, key=lambda page: (page.visited, page.url))
    share = ceil(len(oldest) * min(1.0, max(since_last / EVERY, 0.0)))
    latest, fresh = minutes(now + since_last - EVERY), minutes(now - FRESH)
    return {
        page.url
        for place, page in enumerate(oldest)
        if (place < share and page.visited <= fresh) or page.visited < latest
    }


def relative(url: str, base: str) -> str:
    """The address without the shop's origin; whole where it lies elsewhere."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    rest = url.removeprefix(origin)
    return rest if rest != url and rest.startswith("/") and not rest.startswith("//") else url


def minutes(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp()) // _MINUTE


def packed(lines: Iterable[str]) -> str:
    """Lines as one small text without spaces."""
    return base64.b85encode(zlib.compress("\n".join(lines).encode(), 9)).decode()


def unpacked(text: str) -> list[str]:
    """What `packed` made of them; raises ValueError for anything else."""
    try:
        stream = zlib.decompressobj()
        data = stream.decompress(base64.b85decode(text), MOST_TEXT)
        if not stream.eof:
            raise ValueError("too long, or cut")
        return data.decode().split("\n") if data else []
    except (zlib.error, binascii.Error) as error:
        raise ValueError(str(error)) from None


def _lines(text: str | None) -> list[str]:
    try:
        return unpacked(text) if text else []
    except ValueError:
        return []


def _line(page: Remembered) -> str:
    asked = "" if page.asked == page.url else page.asked
    told = [page.url, page.lastmod or "", f"{page.visited:x}", asked, "1" if page.unlinked else ""]
    return "\t".join(" ".join(field.split()) for field in told).rstrip("\t")


def _page(line: str) -> Remembered | None:
    url, lastmod, visited, asked, unlinked, *_ = [*line.split("\t"), "", "", "", ""]
    try:
        return Remembered(url, asked or url, lastmod or None, int(visited, 16), bool(unlinked)) if url else None
    except ValueError:
        return None
