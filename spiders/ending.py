"""Pure: whether a crawl saw all that the site shows the way to, and if not, why."""

from __future__ import annotations

from collections import Counter
from typing import Final

from connectors.crawl import CrawlJob
from connectors.pages.kind import PageKind
from spiders.waiting import Tier

_TOLERATED: Final = 0.05
"""Share of pages that may fail: single pages of a big site always do."""
_TOLERATED_FEW: Final = 2


class Ending:
    """Collects what cuts a crawl or makes it incomplete."""

    def __init__(self, job: CrawlJob) -> None:
        self._budget = job.budget
        self._cut = ""
        self._notes: list[str] = []
        self._bytes = 0
        self._read: Counter[Tier] = Counter()
        self._failed: Counter[Tier] = Counter()
        self._home = "" if job.discover else "only the pages asked for were visited"
        self.sitemaps_unread = 0
        self.exhausted = False
        """Nothing waits and nothing is under way."""

    @property
    def is_cut(self) -> bool:
        return bool(self._cut)

    def cut(self, reason: str) -> None:
        self._cut = self._cut or reason

    def note(self, reason: str) -> None:
        """A way to products that is not followed."""
        if reason not in self._notes:
            self._notes.append(reason)

    def unread_sitemap(self, where: str) -> None:
        self.sitemaps_unread += 1
        if self.sitemaps_unread == 1:
            self.note(f"a sitemap could not be read to its end: {where[:200]}".rstrip(": "))

    def spent(self, size: int) -> None:
        self._bytes += size

    def over_budget(self, visits: int) -> str | None:
        if visits >= self._budget.pages:
            return f"the budget of {self._budget.pages} pages is spent"
        if self._bytes >= self._budget.bytes:
            return f"the budget of {self._budget.bytes} bytes is spent"
        return None

    def read(self, tier: Tier, kind: PageKind, home: bool) -> None:
        self._read[tier] += 1
        if home and kind is PageKind.SHELL:
            self._home = "the home page shows nothing without JavaScript"

    def failed(self, tier: Tier, home: bool) -> None:
        self._failed[tier] += 1
        if home:
            self._home = "the home page could not be read"

    def detail(self, products: int) -> str:
        """English: why the crawl is not complete; empty where it is."""
        reasons = [self._cut] if self._cut else [] if self.exhausted else ["it is not finished"]
        if self._home and not (products and "JavaScript" in self._home):
            reasons.append(self._home)
        reasons += self._notes
        if self.sitemaps_unread > 1:
            reasons.append(f"{self.sitemaps_unread} sitemaps could not be read")
        lists = self._failed[Tier.NEXT] + self._failed[Tier.CATEGORY]
        if self._failed[Tier.NEXT] or lists > max(1.0, _TOLERATED * self._read[Tier.CATEGORY]):
            reasons.append(f"{lists} lists could not be read")
        pages = self._failed[Tier.PRODUCT] + self._failed[Tier.DUE] + self._failed[Tier.ASKED]
        read = self._read[Tier.PRODUCT] + self._read[Tier.DUE] + self._read[Tier.ASKED]
        if pages > max(_TOLERATED_FEW, _TOLERATED * read):
            reasons.append(f"{pages} product pages could not be read")
        if not products:
            reasons.append("no product page was found")
        return "; ".join(reasons)
