"""Pure: the addresses that wait for their visit, grouped by what is hoped of them and by their shape.

A group is judged as a whole: when its turn comes, and again when more is known. One that is not worth visiting is set
aside with the reason, and taken back when the reason falls.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Final

from spiders.patterns import LIKELY, Shape


class Tier(IntEnum):
    """What is hoped of an address, the most urgent first."""

    ASKED = 0
    """Asked for by the job; the home page."""
    DUE = 1
    """A product page of an earlier run whose turn has come."""
    PRODUCT = 2
    """A product card leads there, or a sitemap of products names it."""
    NEXT = 3
    """A list's following page."""
    CATEGORY = 4
    GUESS = 5


Rank = tuple[int, float]
_UNLIKELY: Final = 0.1
_STEP: Final = 5
_JUDGED_EVERY: Final = 16


class Group:
    """Addresses (by number) of one tier and one shape."""

    __slots__ = ("items", "named", "number", "reason", "shape", "taken", "tier")

    def __init__(self, tier: Tier, shape: Shape, named: bool, number: int) -> None:
        self.tier, self.shape, self.named, self.number = tier, shape, named, number
        self.items: deque[int] = deque()
        self.taken = 0
        self.reason = ""
        """Why it is set aside."""

    def take(self, turn: int) -> int:
        """The next address. A sample is taken from all over a group, as the first of a sitemap are not like the last,
        and begins elsewhere in each run (`turn`)."""
        if self.tier >= Tier.CATEGORY and self.taken == 0 and turn:
            self.items.rotate(-(turn * _STEP) % len(self.items))
        elif self.tier is Tier.GUESS:
            self.items.rotate(-min(len(self.items) // 2, 2048))
        self.taken += 1
        return self.items.popleft()

    @property
    def rank(self) -> Rank:
        """Lower is sooner."""
        if self.tier <= Tier.DUE or self.tier is Tier.NEXT:
            return int(self.tier), 0.0
        chance = round(self.shape.chance, 2)
        if chance >= LIKELY:
            return Tier.PRODUCT, -chance
        if self.tier is Tier.PRODUCT:
            return (Tier.GUESS if chance < _UNLIKELY else Tier.PRODUCT), -chance
        return self.tier, -chance

    @property
    def holds_products(self) -> bool:
        """What waits here is taken for product pages. A menu's link may look like one ("/12-vases" beside
        "/345-vase-bleu.html"), and leads to many."""
        return self.rank[0] <= Tier.PRODUCT and self.tier is not Tier.CATEGORY


class Waiting:
    """All groups, the best at the front."""

    def __init__(self, worth: Callable[[Group], str], turn: int) -> None:
        """`worth(group)`: why the group is not worth visiting now, or "". `turn`: how many runs there were before."""
        self._worth, self._turn = worth, turn
        self._groups: dict[tuple[Tier, Shape | None, bool], Group] = {}
        self._heap: list[tuple[Rank, int, Group]] = []
        self._aside: dict[int, Group] = {}
        self._judged = 0

    def add(self, item: int, tier: Tier, shape: Shape, named: bool) -> None:
        """`named`: a sitemap names it."""
        # What was asked for comes in the order of asking.
        key = (tier, None, False) if tier <= Tier.DUE else (tier, shape, named)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(tier, shape, named, len(self._groups))
        group.items.append(item)
        if len(group.items) == 1 and not group.reason:
            heapq.heappush(self._heap, (group.rank, group.number, group))

    def take(self) -> tuple[int, Tier] | None:
        """The best address (a number) and the tier that it waited in; None where nothing worth it is left."""
        while True:
            if not self._heap:
                self.judge()
                if not self._heap:
                    return None
            rank, _, group = heapq.heappop(self._heap)
            if not group.items:
                continue
            now = group.rank
            if now > rank:
                heapq.heappush(self._heap, (now, group.number, group))
                continue
            if group.tier > Tier.DUE and (reason := self._worth(group)):
                group.reason = reason
                self._aside[group.number] = group
                continue
            item = group.take(self._turn)
            if group.items:
                heapq.heappush(self._heap, (now, group.number, group))
            return item, group.tier

    def tick(self) -> None:
        """A page was read: from time to time, all groups are judged anew."""
        self._judged += 1
        if self._judged >= max(_JUDGED_EVERY, len(self._groups) // 8):
            self.judge()

    def judge(self) -> None:
        """Take back the groups whose reason fell, and put all in order."""
        self._judged = 0
        for number in sorted(self._aside):
            group = self._aside[number]
            group.reason = self._worth(group) if group.items else ""
            if not group.reason:
                del self._aside[number]
        ready = [group for group in self._groups.values() if group.items and not group.reason]
        self._heap = [(group.rank, group.number, group) for group in ready]
        heapq.heapify(self._heap)

    def groups(self) -> Iterator[Group]:
        """Those in which something waits, set aside or not."""
        return (group for group in self._groups.values() if group.items)
