"""Pure: a sitemap's bytes in, addresses out, whatever it calls itself and however broken it is.

Read are urlset and sitemapindex (sitemaps.org), lists of addresses as text, RSS and Atom; gzip, even twice.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    raise NotImplementedError


class Walk:
    """Which sitemaps to fetch, and in which order: product-looking first, each once, within the caps."""

    def __init__(self, site: str, starts: tuple[str, ...]) -> None:
        raise NotImplementedError

    def next(self) -> str | None:
        """The next sitemap's address, or None at the end (for now, while one is under way)."""
        raise NotImplementedError

    def read(self, url: str, sitemap: Sitemap) -> None:
        """What `url` held: its children wait for their turn."""
        raise NotImplementedError

    @property
    def cut(self) -> str | None:
        """English: why some sitemaps were not fetched (too many, too deep); None where all were."""
        raise NotImplementedError
