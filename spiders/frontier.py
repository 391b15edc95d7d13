"""Pure: what to visit next on one shop's site, and what was left out and why. No request, no clock.

The shell reads robots.txt and every sitemap first (`add_sitemap`), then asks `next()` for a visit and tells what
became of it (`read` or `failed`), until `next()` gives None while nothing is under way.

Pages asked for come first, then the home page, product pages that are due, new ones, following pages of lists,
categories, and last what nothing is known of. Whether an address is a product's is learnt from what the visited ones
turned out to be (`patterns`); what is not worth a visit, `worth` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.crawl import CrawlJob, Skipped
from connectors.pages.kind import PageKind
from connectors.pages.links import Hint, Link
from spiders.addresses import clean
from spiders.ending import Ending
from spiders.met import OTHER_SITE, TOO_MANY, Flag
from spiders.patterns import LIKELY, Shape
from spiders.plan import REFUSED, Plan
from spiders.sitemaps import SitemapEntry, names_products
from spiders.waiting import Tier

_FRUITLESS: Final = 500
"""Pages after which a site that showed no product is left."""
_TIERS: Final = {Hint.TILE: Tier.PRODUCT, Hint.NEXT: Tier.NEXT, Hint.CATEGORY: Tier.CATEGORY, Hint.OTHER: Tier.GUESS}


_ALL: Final = frozenset(Tier)
_FOLLOWED: Final = {PageKind.PRODUCT: _ALL - {Tier.NEXT}, PageKind.ARTICLE: frozenset({Tier.PRODUCT})}
"""Links that mean what they promise: "next" on a product is the next product, on an article the next post."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to read now."""

    url: str
    depth: int
    """Clicks from the home page; following pages of a list stand where their list stands."""
    why: str
    """English, for `explain` and the log: "asked", "home", "due", "changed", "product card", "sitemap", ..."""


class Frontier:
    """One job's frontier. Deterministic: the same calls give the same visits in the same order."""

    def __init__(self, job: CrawlJob, robots_allows: Callable[[str], bool] = lambda url: True) -> None:
        """`robots_allows(url)`: whether robots.txt lets us fetch this absolute address; asked once an address, when
        its turn comes."""
        home = clean(job.url)
        self._job, self._robots_allows = job, robots_allows
        self._plan = Plan(job, home)
        self._met, self._worth = self._plan.met, self._plan.worth
        self._ending = Ending(job)
        self._lastmods: dict[int, str] = {}
        self._known_lastmods: dict[int, str | None] = {}
        self._under_way: dict[int, Tier] = {}
        self._visits = 0
        self._sent = 0
        self._home = self._met.number(home)
        self._begin()

    def _begin(self) -> None:
        met, job = self._met, self._job
        for url in job.done:
            number = met.number(clean(url))
            if number is not None:
                met.flags[number] |= Flag.VISITED | Flag.SENT
                met.shape[number].count(True)
                self._confirm(number, number)
        for url in job.visit:
            if (number := self._plan.numbered(clean(url))) is not None:
                self._plan.wait(number, Tier.ASKED, 0)
        if not job.discover:
            return
        if self._home is not None:
            self._plan.wait(self._home, Tier.ASKED, 0)
        taught = met.shapes.taught
        for page in job.known:
            number = met.number(clean(page.url))
            if number is None or met.flags[number] & Flag.SENT or number in self._known_lastmods:
                continue
            if page.asked:
                met.alias(clean(page.asked).key, number)
            if not taught:
                met.shape[number].count(True)
            self._known_lastmods[number] = page.lastmod
            met.flags[number] |= Flag.DUE if page.due else Flag.RESTS
            self._worth.unseen += not page.due
            if page.due:
                self._plan.wait(number, Tier.DUE, 1)

    # --- what the shell tells

    def add_sitemap(self, entries: Iterable[SitemapEntry], complete: bool, where: str = "") -> None:
        """The pages that one sitemap (`where`) names. `complete` is False where it was cut or could not be read to
        its end: then the crawl is incomplete. A sitemap that does not exist (404) is not to be added at all. Call it
        with no entries and False for one that robots.txt or an index names and that could not be fetched."""
        if not complete:
            self._ending.unread_sitemap(where)
        self._worth.whole_sitemap = not self._ending.sitemaps_unread
        if not self._job.discover:
            return
        entries = tuple(entries)
        products, dated = names_products(where), _dated(entries)
        for entry in entries:
            number = self._plan.numbered(clean(entry.url))
            if number is not None:
                lastmod = entry.lastmod if dated else None
                if lastmod:
                    self._lastmods[number] = lastmod
                self._named(number, lastmod)
                self._plan.wait(number, Tier.PRODUCT if products else _guessed(self._met.shape[number]), 1)

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
        number, tier = self._back(url, size)
        if number is None:
            return True
        home = number == self._home
        if kind is PageKind.BLOCKED:
            self._ending.failed(tier, home)
            return True
        self._ending.read(tier, kind, home)
        elsewhere = self._arrived(number, landed)
        new = kind is PageKind.PRODUCT and self._product(number, product_url or landed or url)
        fresh, other = 0, False
        if self._job.discover and not elsewhere and kind is not PageKind.ACCOUNT:
            fresh, other = self._follow(number, tier, kind, links, new)
        if not home:
            self._seen(number, tier, new, fresh, other)
            self._met.shape[number].count(new)
        self._plan.tick()
        return new or kind is not PageKind.PRODUCT

    def failed(self, url: str, status: int | None, size: int = 0) -> None:
        """The visit of `url` gave no page: an HTTP status (404 and 410: gone, which is no failure), or None where there
        was no answer, or one that is no page. Call it after the last retry."""
        number, tier = self._back(url, size)
        if number is None:
            return
        if number == self._home or status not in (404, 410):
            self._ending.failed(tier, number == self._home)
        else:
            self._seen(number, tier, False)

    def stop(self, reason: str) -> None:
        """End here, incomplete: time, memory or the caller ran out. English reason."""
        self._ending.cut(reason)

    # --- what it answers

    def next(self) -> Visit | None:
        """The next visit; None where there is nothing to visit (for now, while visits are under way)."""
        met, ending = self._met, self._ending
        if self._job.enough is not None and self._sent >= self._job.enough:
            self._worth.counting = True
            ending.note("enough products were read")
        if not self._worth.products and self._visits >= _FRUITLESS:
            ending.cut(f"{self._visits} pages were read, and none shows a product")
        while not ending.is_cut:
            taken = self._plan.take()
            if taken is None:
                ending.exhausted = not self._under_way
                break
            number, tier = taken
            if (over := ending.over_budget(self._visits)) is not None:
                self._plan.put_back(number, tier)
                ending.cut(over)
                break
            met.flags[number] |= Flag.VISITED
            if not self._robots_allows(met.urls[number]):
                self._plan.skip("robots.txt", met.urls[number])
                continue
            self._visits += 1
            self._under_way[number] = tier
            return Visit(met.urls[number], met.depths[number], self._why(number, tier))
        return None

    def lastmod(self, url: str) -> str | None:
        """What the sitemap says of this page, for the next run's `KnownPage.lastmod`."""
        number = self._met.find(clean(url).key)
        return self._lastmods.get(number) if number is not None else None

    @property
    def product_pages(self) -> int:
        """Product pages known of, visited or not."""
        return self._worth.products + self._plan.likely()

    def still(self) -> tuple[str, ...]:
        """`job.known` addresses that were left alone and to which the site still shows the way."""
        numbers = ((page.url, self._met.find(clean(page.url).key)) for page in self._job.known)
        flags = self._met.flags
        shown = Flag.IN_SITEMAP | Flag.SHOWN
        return tuple(url for url, at in numbers if at is not None and flags[at] & Flag.RESTS and flags[at] & shown)

    @property
    def complete(self) -> bool:
        """Every known way to product pages was followed to its end."""
        return not self.detail

    @property
    def detail(self) -> str:
        """English: why it is not complete; empty where it is."""
        if self._met.full:
            self._ending.note(TOO_MANY)
        if self._plan.too_deep:
            self._ending.note(f"pages deeper than {self._job.budget.depth} clicks")
        return self._ending.detail(self._worth.products)

    def learnt(self) -> str:
        """What to hand to the next run as `CrawlJob.learnt`: text, 8 KB at most."""
        return self._met.shapes.dump()

    def skipped(self) -> tuple[Skipped, ...]:
        """Addresses met and not visited, by reason, the most frequent first."""
        return self._plan.skipped(self._ending.is_cut)

    # --- pages

    def _named(self, number: int, lastmod: str | None) -> None:
        """A sitemap names this page. One of an earlier run that is not due is visited only if it changed."""
        flags = self._met.flags
        if flags[number] & Flag.PRODUCT and not flags[number] & Flag.IN_SITEMAP:
            self._worth.in_sitemap += 1
        flags[number] |= Flag.IN_SITEMAP
        if flags[number] & Flag.RESTS:
            if lastmod is not None and lastmod != self._known_lastmods[number]:
                self._wake(number)
                self._plan.wait(number, Tier.DUE, 1)
            else:
                self._confirm(number, number)

    def _why(self, number: int, tier: Tier) -> str:
        flags = self._met.flags[number]
        if tier is Tier.ASKED:
            return "home" if number == self._home else "asked"
        if tier is Tier.DUE:
            return "due" if flags & Flag.DUE else "changed"
        if tier in (Tier.NEXT, Tier.CATEGORY):
            return "next page" if tier is Tier.NEXT else "category"
        if flags & Flag.SHOWN and tier is Tier.PRODUCT:
            return "product card"
        if self._met.shape[number].chance >= LIKELY:
            return "product pattern"
        return "sitemap" if flags & Flag.IN_SITEMAP else "guess"

    def _back(self, url: str, size: int) -> tuple[int | None, Tier]:
        """The number and tier of a visit that was handed out."""
        self._ending.spent(size)
        number = self._met.find(clean(url).key)
        if number is None or (tier := self._under_way.pop(number, None)) is None:
            return None, Tier.GUESS
        return number, tier

    def _arrived(self, number: int, landed: str | None) -> bool:
        """True where redirects led to a page that was read before or that is none of ours: its links are not new."""
        if landed is None:
            return False
        address = clean(landed)
        if number == self._home:
            self._met.languages.at_home(address.key)
        at = self._met.number(address)
        if at is None:
            return self._met.refusal(address) == OTHER_SITE
        before = at != number and bool(self._met.flags[at] & Flag.VISITED)
        self._met.flags[at] |= Flag.VISITED
        return before

    def _seen(self, number: int, tier: Tier, product: bool, fresh: int = 0, other: bool = False) -> None:
        in_sitemap = bool(self._met.flags[number] & Flag.IN_SITEMAP)
        self._worth.visited(tier, self._met.shape[number], product, fresh, in_sitemap, other=other)

    def _product(self, number: int, product_url: str) -> bool:
        """A page shows the product at `product_url`: True if it is met for the first time in this run."""
        flags = self._met.flags
        at = self._met.number(clean(product_url))
        at = number if at is None else at
        new = not flags[at] & Flag.SENT
        flags[at] |= Flag.SENT | Flag.VISITED
        self._wake(at)
        self._sent += new
        self._confirm(at, number)
        return new

    def _wake(self, number: int) -> None:
        """A page of an earlier run is left alone no longer."""
        flags = self._met.flags
        self._worth.unseen -= flags[number] & (Flag.RESTS | Flag.PRODUCT) == Flag.RESTS
        flags[number] &= ~Flag.RESTS

    def _confirm(self, number: int, visited: int) -> None:
        """Count a product once, and once among those that the sitemap names, by this address or by the visited one."""
        flags = self._met.flags
        named = bool(flags[number] & Flag.IN_SITEMAP)
        if not flags[number] & Flag.PRODUCT:
            self._worth.unseen -= bool(flags[number] & Flag.RESTS)
            flags[number] |= Flag.PRODUCT
            self._worth.products += 1
            self._worth.in_sitemap += named
        if not named and flags[visited] & Flag.IN_SITEMAP:
            flags[number] |= Flag.IN_SITEMAP
            self._worth.in_sitemap += 1

    def _follow(self, number: int, tier: Tier, kind: PageKind, links: Sequence[Link], new: bool) -> tuple[int, bool]:
        """Let a page's links wait. Returns how many product pages it is the first list to show, and whether it shows
        others than the page before it. `new`: it shows a new product itself."""
        met, plan = self._met, self._plan
        mark = Flag.SHOWN if kind is PageKind.PRODUCT else Flag.SHOWN | Flag.LISTED
        fresh = 0
        shown: list[int] = []
        following: list[tuple[int, Tier]] = []
        for target, hint in self._targets(number, kind, links):
            flags = met.flags[target]
            met.flags[target] = flags | mark
            if flags & Flag.RESTS:
                self._confirm(target, target)
            if mark & Flag.LISTED and (flags & Flag.RESTS or plan.promises(target, hint)):
                shown.append(target)
                fresh += not flags & Flag.LISTED
            following.append((target, hint))
        other = plan.is_other(number, shown)
        way = 0 if fresh or new else plan.way(number) + self._worth.step(tier, other)
        plan.follow(number, following, way)
        return fresh, other

    def _targets(self, number: int, kind: PageKind, links: Sequence[Link]) -> Iterator[tuple[int, Tier]]:
        """A page's links to other pages, and what is hoped of each."""
        followed = _FOLLOWED.get(kind, _ALL)
        for link in links:
            target = REFUSED if link.hint is Hint.FEED else self._plan.target(link.url)
            if target not in (REFUSED, number):
                tier = _TIERS[link.hint]
                yield target, tier if tier in followed else Tier.GUESS


def _guessed(shape: Shape) -> Tier:
    return Tier.CATEGORY if shape.listing else Tier.GUESS


def _dated(entries: Sequence[SitemapEntry]) -> bool:
    """False where a sitemap gives the moment of its own making for every page: that says nothing of any."""
    moments = Counter(entry.lastmod for entry in entries if entry.lastmod and "T" in entry.lastmod)
    return moments.total() < 20 or moments.most_common(1)[0][1] < 0.9 * moments.total()
