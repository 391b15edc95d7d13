"""Reads a list to its end, page by page in the order of ids, and knows whether it saw everything.

Why it is more than a loop (all measured on a real shop): a product that is unpublished on a page already read moves
the rest one place up, so the next page begins one too late; a slow host answers 50 or 20 products where it could not
answer 100; plugins answer an empty list, or a list that is none, where products were announced; a run is cut and
resumes. The announced total is the witness: it falls when the list moved up, and at the end it must have been reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from connectors import positions
from connectors.errors import CatalogueMalformed, ShopUnreachable
from connectors.idset import IdSet
from connectors.woocommerce.mapping import identifier

SIZES: Final = (100, 50, 20)
MAX_PAGES: Final = 20_000
"""A list that never ends is no catalogue: two million products at a hundred a page."""
STEPS_BACK: Final = 3
CATCH_UPS: Final = 3
CALM_PAGES: Final = 5


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Any]
    total: int | None
    """What the shop announces for the whole list (X-WP-Total), with this very answer."""


class FetchPage(Protocol):
    def __call__(self, page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        """`last_size`: nothing smaller will be tried, so be patient. Raises ShopUnreachable, CatalogueMalformed..."""
        ...


@dataclass(frozen=True, slots=True)
class Position:
    """Where a sweep resumes: everything up to `last_id` was delivered."""

    last_id: int = 0
    offset: int = 0
    """Of the page that held `last_id`."""
    size: int = SIZES[0]
    seen: int = 0
    """Distinct products delivered, in all pieces of the run."""
    started: str = ""
    """When the run began (UTC), for the next run's cursor."""
    since: str = ""
    """The cursor that this run was given."""

    def dump(self) -> str:
        return positions.dump(self)

    @classmethod
    def load(cls, text: str | None) -> Position | None:
        """None where there is none, or it was written by another version: the run then starts anew."""
        return positions.load(cls, text, lambda p: p.size in SIZES and p.offset >= 0)


@dataclass(frozen=True, slots=True)
class Found:
    """New items of one page, and the position that holds once all of them are delivered up to a given one."""

    items: list[Any]
    offset: int


class Sweep:
    """One walk through a list. Iterate `pages`, then ask `missing` and `finish`."""

    def __init__(self, fetch: FetchPage, start: Position) -> None:
        self._fetch = fetch
        self.start = start
        self.size = start.size
        self.total: int | None = None
        self.nameless = 0
        """Items without a usable id: each counts as seen once, wherever it stands."""
        self.orderly = True
        """False once a page's ids came out of order: positions mean nothing any more, so none may be given out."""
        self._seen = IdSet()
        self._held: tuple[Page, int] | None = None
        self._doubt = False
        """True while products may have slid past us: the count alone proves nothing then."""
        self._calm = 0
        self._shrunk = False
        self._may_grow = True

    @property
    def distinct(self) -> int:
        """Products seen in all pieces of the run."""
        return self.start.seen + len(self._seen) + self.nameless

    @property
    def complete(self) -> bool:
        return self.total is not None and self.distinct >= self.total and not self._doubt

    def pages(self) -> Iterator[Found]:
        """Yield what is new on each page, to the end of the list."""
        offset, before = self._first_offset(), None
        for _ in range(MAX_PAGES):
            page, offset = self._held or self._get(offset)
            self._held = None
            self.total = page.total
            if before is not None and page.total is not None and page.total < before:
                yield from self._again(offset, before)
                if not page.items and self.total is not None and self.total > offset:
                    raise CatalogueMalformed(f"an empty page at {offset}, while the page before announces {self.total}")
            before = page.total
            yield Found(self._new(page.items), offset)
            offset += self.size
            if not page.items or (page.total is not None and offset >= page.total):
                return
            self._grow(offset)
        raise CatalogueMalformed(f"the list does not end after {MAX_PAGES} pages")

    def missing(self) -> list[int]:
        """Second pass, ids only: what the list has and this run did not see.

        A resumed run does not know what its earlier pieces saw, only how many: where the list has more than that
        below the point of resumption, all of those are asked for again."""
        listed = IdSet()
        offset, self._doubt = 0, False
        for _ in range(MAX_PAGES):
            page, offset = self._get(offset, ids_only=True)
            self.total = page.total
            for item in page.items:
                if (i := identifier(item)) is not None:
                    listed.add(i)
            offset += self.size
            if not page.items or (page.total is not None and offset >= page.total):
                break
        if self.total is None:  # a shop that announces nothing: two walks that agree are the proof
            self.total = len(listed) + self.nameless
        below = [i for i in listed if i <= self.start.last_id]
        above = [i for i in listed if i > self.start.last_id and i not in self._seen]
        if len(below) <= self.start.seen:
            return above
        self.start = replace(self.start, seen=0)
        return below + above

    def saw(self, number: int) -> bool:
        """Count a product that the second pass delivered; False if it was seen before."""
        return self._seen.add(number)

    def position(self, last_id: int, offset: int, seen: int) -> Position:
        return replace(self.start, last_id=last_id, offset=offset, size=self.size, seen=seen)

    def _grow(self, offset: int) -> None:
        """After some small pages, try a bigger one again, once: the trouble may have passed."""
        self._calm += 1
        bigger = next((size for size in reversed(SIZES) if size > self.size), 0)
        if bigger and self._calm >= CALM_PAGES and self._may_grow and offset % bigger == 0:
            self.size, self._calm = bigger, 0

    def _first_offset(self) -> int:
        """Resuming: step back while the page of the checkpoint begins after its last product (the list got shorter)."""
        offset = self.start.offset - self.start.offset % self.size
        while offset > 0:
            page, offset = self._get(offset, may_be_empty=True)
            ids = [i for item in page.items if (i := identifier(item)) is not None]
            if ids and ids[0] <= self.start.last_id:
                self._held = page, offset
                break
            offset = max(0, offset - self.size)
        return offset

    def _again(self, offset: int, before: int) -> Iterator[Found]:
        """The list got shorter than `before` while the pages up to `offset` were read: what slid onto them is on the
        last of them, read again. They may go on sliding meanwhile; what cannot be caught up with is left to the
        second pass. The total of these answers is the latest, so a lie about it ("0, and nothing here") shows."""
        for _ in range(CATCH_UPS):
            short = self.total
            back = -(-(before - (short or 0)) // self.size)
            self._doubt = self._doubt or back > STEPS_BACK
            for earlier in range(max(0, offset - min(back, STEPS_BACK) * self.size), offset, self.size):
                page = self._fetch(earlier // self.size + 1, self.size, last_size=True, ids_only=False)
                self.total = page.total
                yield Found(self._new(page.items), earlier)
            if self.total is None or short is None or self.total >= short:
                return
        self._doubt = True

    def _new(self, items: list[Any]) -> list[Any]:
        fresh, previous = [], 0
        for item in items:
            number = identifier(item)
            if number is not None:
                self.orderly = self.orderly and number >= previous
                previous = number
            if number is None:
                self.nameless += 1
                fresh.append(item)
            elif number > self.start.last_id and self._seen.add(number):
                fresh.append(item)
        return fresh

    def _get(self, offset: int, *, ids_only: bool = False, may_be_empty: bool = False) -> tuple[Page, int]:
        """One page, smaller where the shop cannot answer a big one. The offset returned is the one of its first item.

        An empty page where the same answer announces more is a lie: asked again, then an error."""
        while True:
            last = self.size == SIZES[-1]
            try:
                for _ in range(3):
                    page = self._fetch(offset // self.size + 1, self.size, last_size=last, ids_only=ids_only)
                    if page.items or may_be_empty or page.total is None or offset >= page.total:
                        return page, offset
            except ShopUnreachable:
                if last:
                    raise
                self.size = SIZES[SIZES.index(self.size) + 1]
                self._may_grow, self._calm = not self._shrunk, 0
                self._shrunk = True
                offset -= offset % self.size
                continue
            raise CatalogueMalformed(f"an empty page at {offset} of a list of {page.total}")
