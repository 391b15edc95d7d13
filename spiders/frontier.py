"""Pure: what to visit next on one shop's site, and what was left out and why. No request, no clock.

The shell reads robots.txt and every sitemap first (`add_sitemap`), then asks `next()` for a visit and tells what
became of it (`read` or `failed`), until `next()` gives None while nothing is under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from connectors.crawl import CrawlJob, Skipped
from connectors.pages.kind import PageKind
from connectors.pages.links import Link
from spiders.sitemaps import SitemapEntry


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to read now."""

    url: str
    depth: int
    """Clicks from the home page; following pages of a list stand where their list stands."""
    why: str
    """English, for `explain` and the log: "asked", "home", "due", "new in the sitemap", "product card", ..."""


class Frontier:
    """One job's frontier. Deterministic: the same calls give the same visits in the same order."""

    def __init__(self, job: CrawlJob, robots_allows: Callable[[str], bool] = lambda url: True) -> None:
        """`robots_allows(url)`: whether robots.txt lets us fetch this absolute address; asked once an address, when
        its turn comes."""
        raise NotImplementedError

    def add_sitemap(self, entries: Iterable[SitemapEntry], complete: bool, where: str = "") -> None:
        """The pages that one sitemap (`where`) names. `complete` is False where it was cut or could not be read to
        its end: then the crawl is incomplete. A sitemap that does not exist (404) is not to be added at all. Call it
        with no entries and False for one that robots.txt or an index names and that could not be fetched."""
        raise NotImplementedError

    def read(
        self,
        url: str,
        *,
        kind: PageKind,
        links: Sequence[Link],
        product_url: str | None = None,
        landed: str | None = None,
        size: int = 0,
    ) -> bool:
        """The visit of `url` gave a page. `landed`: where redirects led; `size`: bytes, decoded; `product_url`: the
        product's address (canonical), given where the page shows a product.

        False where this product was met before in this run under another address: it need not be sent again."""
        raise NotImplementedError

    def failed(self, url: str, status: int | None, size: int = 0) -> None:
        """The visit of `url` gave no page: an HTTP status (404 and 410: gone, which is no failure), or None where there
        was no answer, or one that is no page. Call it after the last retry."""
        raise NotImplementedError

    def next(self) -> Visit | None:
        """The next visit; None where there is nothing to visit (for now, while visits are under way)."""
        raise NotImplementedError

    def stop(self, reason: str) -> None:
        """End here, incomplete: time, memory or the caller ran out. English reason."""
        raise NotImplementedError

    def lastmod(self, url: str) -> str | None:
        """What the sitemap says of this page, for the next run's `KnownPage.lastmod`."""
        raise NotImplementedError

    @property
    def product_pages(self) -> int:
        """Product pages known of, visited or not."""
        raise NotImplementedError

    def still(self) -> tuple[str, ...]:
        """`job.known` addresses that were left alone and to which the site still shows the way."""
        raise NotImplementedError

    @property
    def complete(self) -> bool:
        """Every known way to product pages was followed to its end."""
        raise NotImplementedError

    @property
    def detail(self) -> str:
        """English: why it is not complete; empty where it is."""
        raise NotImplementedError

    def learnt(self) -> str:
        """What to hand to the next run as `CrawlJob.learnt`: text, 8 KB at most."""
        raise NotImplementedError

    def skipped(self) -> tuple[Skipped, ...]:
        """Addresses met and not visited, by reason, the most frequent first."""
        raise NotImplementedError
