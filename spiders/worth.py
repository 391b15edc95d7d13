"""Pure: which groups of addresses are worth visiting, by what became of those visited already.

The rules that end endless calendars, link farms and facets, leave a blog beside the products alone, and spare the lists
of a shop whose sitemap names all products. Each counts visits, never addresses: an unknown site costs some tens of
visits too many, never thousands.
"""

from __future__ import annotations

from math import log2, sqrt
from typing import Final

from spiders.patterns import Shape
from spiders.waiting import Group, Tier

PATTERN: Final = "not a product pattern"
DRY: Final = "lists without new products"
SITEMAP: Final = "the sitemap names the products"
GUESSED: Final = "nothing points to products there"
COUNTED: Final = "counted, not read"
"""Product pages of a look that has read enough of them."""

ENOUGH: Final = 5
"""Confirmed products from which on patterns are trusted."""
_SAMPLE: Final = 8
"""Pages of a pattern that are visited before it is given up, at least."""
_DRY_LISTS: Final = 30
_DRY_BARREN: Final = 12
"""The same for a pattern that never led to a product at all, once products are known elsewhere."""
_DRY_GENERAL: Final = 90
"""The same for all paths of one shape together: lists narrowed by folders ("/robes/bleu/taille-m") or parameters."""
_DRY_STRANGERS: Final = 100
"""Pages of families that never showed a product, in a row, whatever the cards and sitemaps that name them promise."""
DRY_CHAIN: Final = {Tier.NEXT: 40, Tier.CATEGORY: 20, Tier.GUESS: 20}
"""Where the steps of a way that gives nothing new add up to so much, it is left: any number of a following page
answered with the last page, lists narrowed again and again."""
DRY_STEP: Final = 4
REPEATED_STEP: Final = 10
"""A following page that shows nothing, or the very products of the page before it."""
KNOWN_STEP: Final = 1
"""A following page that shows other products than the one before, all of them known: two lists may share many."""
_DRY_GUESSES: Final = 40
_LISTS_MORE: Final = 10
"""Lists that are read for each product that a trusted sitemap did not name."""
_RARE: Final = 0.02
_RARE_SEEN: Final = 60


class Record:
    """What became of the visits of one family in one role."""

    __slots__ = ("dry", "hits", "visits")

    def __init__(self) -> None:
        self.visits = self.hits = self.dry = 0

    def count(self, hit: bool) -> None:
        self.visits += 1
        self.hits += hit
        self.dry = 0 if hit else self.dry + 1


class Worth:
    """Judges groups. `whole_sitemap`, `products` ... are kept by the frontier as it learns."""

    def __init__(self, lists: int) -> None:
        """`lists`: how many to read to see whether the sitemap names all products."""
        self._lists = lists
        self.products = 0
        """Confirmed, each once."""
        self.in_sitemap = 0
        """Of these, named by a sitemap."""
        self.unseen = 0
        """Product pages of earlier runs that are left alone, and that neither sitemap nor list showed yet."""
        self.whole_sitemap = False
        self.counting = False
        """Enough products were read: only the ways to others are looked for."""
        self._records: dict[tuple[str, str], Record] = {}
        self._lists_read = 0
        self._guesses = Record()
        self._strangers = Record()

    def of(self, group: Group) -> str:
        """Why the group is not worth visiting now, or ""."""
        if group.tier <= Tier.DUE:
            return ""
        if self.counting and group.holds_products:
            return COUNTED
        role = _role(group.tier)
        family = self._record(group.shape.family, role)
        if role == "list":
            return self._list(group, family)
        if role == "guess":
            if self.products and self.spared and not group.named and group.rank[0] != Tier.PRODUCT:
                return SITEMAP
            if self._guesses.dry >= (_DRY_GUESSES if self.products >= ENOUGH else 4 * _DRY_GUESSES) and not group.named:
                return GUESSED
        return self._pattern(group, family)

    def _list(self, group: Group, family: Record) -> str:
        if self.spared:
            return SITEMAP
        barren = self.products >= ENOUGH and not family.hits
        if family.dry >= (_DRY_BARREN if barren else _DRY_LISTS):
            return DRY
        return DRY if self._record(_path(group.shape), "list").dry >= _DRY_GENERAL else ""

    def _pattern(self, group: Group, family: Record) -> str:
        """Given up where a sample found nothing: a larger one while no product is known anywhere, a single page where
        earlier runs took theirs."""
        waiting = len(group.items)
        few, many = _SAMPLE + int(log2(waiting + 1)), _DRY_LISTS + int(2 * sqrt(waiting))
        sample = few if self.products >= ENOUGH else many
        if not family.hits and not group.shape.proven:
            seen = family.visits and family.visits + group.shape.learnt >= sample
            return PATTERN if seen or self._strangers.dry >= _DRY_STRANGERS else ""
        rare = family.visits >= _RARE_SEEN and family.hits < _RARE * family.visits
        return PATTERN if rare and family.dry >= sample else ""

    @property
    def spared(self) -> bool:
        """The sitemap is trusted to name all products, and enough lists were read to say so."""
        missed = self.products - self.in_sitemap + self.unseen
        trusted = self.whole_sitemap and self.in_sitemap >= ENOUGH
        return trusted and (self._lists_read >= self._lists + _LISTS_MORE * missed or (self.counting and not missed))

    def visited(
        self, tier: Tier, shape: Shape, product: bool, fresh: int, in_sitemap: bool, *, other: bool = False
    ) -> None:
        """A page was read: whether it shows a product, how many product pages it was the first to show, and whether
        it shows `other` products than the page before it."""
        role = _role(tier)
        hit = product or (fresh > 0 and role != "product")
        family = self._record(shape.family, role)
        if role != "list" and not shape.proven:
            self._strangers.count(hit)
        going_on = tier is Tier.NEXT and other and not hit and family.hits
        if not going_on:
            family.count(hit)
        if role == "list" and not going_on:
            self._record(_path(shape), role).count(hit)
        if role == "guess" and not in_sitemap:
            self._guesses.count(hit)
        if role == "list" or (role == "guess" and not in_sitemap):
            self._lists_read += not product

    @staticmethod
    def step(tier: Tier, other: bool) -> int:
        """What a list that gave nothing new adds to the way of its links."""
        if tier is not Tier.NEXT:
            return DRY_STEP
        return KNOWN_STEP if other else REPEATED_STEP

    def doubtful(self, shape: Shape) -> bool:
        """Pages of this shape were visited for products, and showed none."""
        record = self._record(shape.family, "product")
        return record.visits >= _SAMPLE and not record.hits

    def _record(self, text: str, role: str) -> Record:
        record = self._records.get((text, role))
        if record is None:
            record = self._records[text, role] = Record()
        return record


def _path(shape: Shape) -> str:
    return shape.general.partition("?")[0]


def _role(tier: Tier) -> str:
    if tier in (Tier.NEXT, Tier.CATEGORY):
        return "list"
    return "guess" if tier is Tier.GUESS else "product"
