"""Pure: which addresses wait, which one is next, and which are left out and why."""

from __future__ import annotations

from collections import Counter
from typing import Final

from connectors.crawl import CrawlJob, Skipped
from spiders.addresses import Address, clean
from spiders.met import NEVER, TOO_MANY, Flag, Met
from spiders.patterns import LIKELY
from spiders.skips import Skips
from spiders.waiting import Tier, Waiting
from spiders.worth import COUNTED, DRY, DRY_CHAIN, Worth

_MAX_KIND: Final = 1000
"""Lists and guesses kept of one family: what is beyond would not be reached anyway."""
_MAX_MEMO: Final = 20_000
_LISTS: Final = 12
"""Lists that are read to see whether the sitemap names all products, and the same where earlier runs did so."""
_LISTS_AGAIN: Final = 3
FOREIGN: Final = "other language"
REFUSED: Final = -1


class Plan:
    """The addresses of one site and their turns."""

    def __init__(self, job: CrawlJob, home: Address) -> None:
        self._depth = job.budget.depth
        self.met = Met(job.url, home, job.learnt)
        self.worth = Worth(_LISTS_AGAIN if job.known else _LISTS)
        self._waiting = Waiting(self.worth.of, self.met.shapes.runs)
        self._skips = Skips()
        self._ways: dict[int, int] = {}
        self._lists: dict[int, int] = {}
        """What each list shows, for comparing."""
        self._before: dict[int, int] = {}
        """The page whose following page an address is."""
        self._memo: dict[str, int] = {}
        self._families: Counter[str] = Counter()
        self._aside: list[tuple[int, Tier, str]] = []
        """Left out for a reason that may fall."""
        self._products = 0
        """Confirmed when the last of them came back."""
        self.too_deep = False
        """Ways to products were left out for their depth."""

    def numbered(self, address: Address) -> int | None:
        """An address's number; None where it is left out, which is counted."""
        number = self.met.number(address)
        if number is None:
            self.skip(self.met.refusal(address) or TOO_MANY, address.url)
        return number

    def target(self, raw: str) -> int:
        """The number of a link as a page writes it, or REFUSED."""
        target = self._memo.get(raw)
        if target is not None:
            return target
        address = clean(raw)
        before = self.met.find(address.key)
        if address.refused:
            self.skip(address.refused, address.url)
            target = REFUSED
        else:
            number = self.numbered(address)
            target = REFUSED if number is None else number
            if address.narrowed and before is not None:
                self.skip("facet", raw)
        if len(self._memo) < _MAX_MEMO:
            self._memo[raw] = target
        return target

    def wait(self, number: int, tier: Tier, depth: int) -> None:
        """Let an address wait for its turn, where it does not wait for a better one already."""
        met = self.met
        if depth < met.depths[number]:
            met.depths[number] = min(depth, NEVER - 1)
        if met.flags[number] & (Flag.VISITED | Flag.RESTS) or met.tiers[number] <= tier:
            return
        shape = met.shape[number]
        if tier >= Tier.NEXT and met.tiers[number] == NEVER and not met.flags[number] & Flag.IN_SITEMAP:
            if self._families[shape.family] >= _MAX_KIND:
                self.skip("too many of one kind", met.urls[number])
                return
            self._families[shape.family] += 1
        met.tiers[number] = tier
        self._waiting.add(number, tier, shape, bool(met.flags[number] & Flag.IN_SITEMAP))

    def follow(self, number: int, targets: list[tuple[int, Tier]], way: int) -> None:
        """Let a page's links wait. `way`: what the steps to them that gave nothing new add up to."""
        flags, ways, depth = self.met.flags, self._ways, self.met.depths[number]
        for target, tier in targets:
            if not flags[target] & Flag.VISITED:
                if way or target in ways:
                    ways[target] = min(way, ways.get(target, way))
                if tier is Tier.NEXT:
                    self._before.setdefault(target, number)
                # Following pages stand where their list stands.
                self.wait(target, tier, depth if tier is Tier.NEXT else depth + 1)

    def way(self, number: int) -> int:
        return self._ways.get(number, 0)

    def is_other(self, number: int, shown: list[int]) -> bool:
        """True where a list shows products, and not just those of the page before it."""
        self._lists[number] = products = hash(frozenset(shown))
        return bool(shown) and products != self._lists.get(self._before.get(number, REFUSED))

    def take(self) -> tuple[int, Tier] | None:
        """The next address worth a visit; None where nothing is."""
        while True:
            taken = self._waiting.take()
            if taken is None:
                if not self._take_back():
                    return None
            elif not self._stale(*taken) and not self._left_out(*taken):
                return taken

    def put_back(self, number: int, tier: Tier) -> None:
        named = bool(self.met.flags[number] & Flag.IN_SITEMAP)
        self._waiting.add(number, tier, self.met.shape[number], named)

    def tick(self) -> None:
        """A page was read."""
        self._waiting.tick()

    def _take_back(self) -> bool:
        """Nothing waits: let come back what was left out before so much was known. True if anything does.

        Other languages, where the shop's own shows no product; ways that gave nothing new, where products were
        confirmed since: now it shows whether they lead to any."""
        reason = DRY if self.worth.products > self._products else "" if self.worth.products else FOREIGN
        self._products = self.worth.products
        back = [(number, tier) for number, tier, why in self._aside if why == reason]
        self._aside = [left for left in self._aside if left[2] != reason]
        self.met.languages.all = self.met.languages.all or reason == FOREIGN
        for number, tier in back:
            self._ways.pop(number, None)
            self.put_back(number, tier)
        return bool(back)

    def _stale(self, number: int, tier: Tier) -> bool:
        """Visited meanwhile, or waiting in a better place."""
        return bool(self.met.flags[number] & (Flag.VISITED | Flag.RESTS)) or self.met.tiers[number] != tier

    def _left_out(self, number: int, tier: Tier) -> bool:
        met = self.met
        if tier <= Tier.DUE:
            return False
        if self._ways.get(number, 0) >= DRY_CHAIN.get(tier, NEVER):
            reason = DRY
        elif met.depths[number] > self._depth:
            self.too_deep = self.too_deep or tier is not Tier.GUESS
            reason = "too deep"
        elif met.languages.foreign(clean(met.urls[number]).key):
            reason = FOREIGN
        else:
            return False
        self._aside.append((number, tier, reason))
        return True

    def skip(self, reason: str, url: str) -> None:
        self._skips.add(reason, url)

    def skipped(self, cut: bool) -> tuple[Skipped, ...]:
        """What was left out, the most frequent reason first; after a `cut`, what still waits as well."""
        skips = self._skips.copy()
        for number, tier, reason in self._aside:
            if not self._stale(number, tier):
                skips.count(reason, 1, [self.met.urls[number]])
        for group in self._waiting.groups():
            if reason := group.reason or ("budget" if cut else ""):
                left = [self.met.urls[number] for number in group.items if not self._stale(number, group.tier)]
                skips.count(reason, len(left), left[:3])
        return skips.all()

    def likely(self) -> int:
        """Pages that wait and are taken for products'."""
        flags = self.met.flags
        waiting: set[int] = set()
        for group in self._waiting.groups():
            if group.tier > Tier.ASKED and group.reason in ("", COUNTED) and group.holds_products:
                waiting.update(number for number in group.items if not flags[number] & (Flag.PRODUCT | Flag.VISITED))
        return len(waiting)

    def promises(self, number: int, tier: Tier) -> bool:
        """A link to this address is one to a product page, as far as one can tell."""
        shape = self.met.shape[number]
        if tier is not Tier.PRODUCT and not (shape.proven and shape.chance >= LIKELY):
            return False
        return not self.worth.doubtful(shape)
