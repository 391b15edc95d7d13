"""Reads a list to its end, batch by batch, and knows whether it saw everything. Pure but for the door that it asks.

Lists move under a reader's feet: a product that is withdrawn from a page already read moves the rest one place up,
and the next page begins one too late. A door tells that in one of three ways, whichever its platform allows:

- its batches overlap: the last product of one must be met again in the next (Shopify, Big Cartel);
- each batch tells the list's total, which falls (Magento);
- it tells nothing (Squarespace): a list of several pages is then walked once more, and complete once a walk finds
  nothing new.

What moved is read again; where doubt remains the list is walked again; where it still remains, it is incomplete.
"""

from __future__ import annotations

import base64
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final, Protocol

from connectors import positions
from connectors.errors import CatalogueMalformed
from connectors.idset import IdSet

MOST_BATCHES: Final = 2000
MOST_WALKS: Final = 3
STEPS_BACK: Final = 5
"""In one walk. What moves more often than that is walked again."""
UNSURE: Final = "the list may have moved while it was read"
"""What is said of a list that does not tell. One that is seen moving is doubted longer."""
STALE: Final = 2
"""So many batches in a row that show only what this walk saw before: the list repeats itself."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer of a list."""

    items: list[Any]
    after: str | None
    """Where the next one is; None where the list says that it ends here."""
    total: int | None = None
    """Products in the whole list, as announced with this very answer."""
    full: bool = False
    """As many items as were asked for."""
    overlaps: bool = False
    """Begins before the end of the batch before it."""
    sure: bool = True
    """False where nothing of the list tells whether it moved."""


class List(Protocol):
    """What a sweep reads."""

    first: str

    def batch(self, place: str) -> Batch:
        """Raises a ConnectorError where there is none."""
        ...

    def key(self, item: Any) -> str | None:
        """The product's id; None where the item has none."""
        ...


@dataclass(frozen=True, slots=True)
class Position:
    """Where a sweep resumes. `before`, `anchor`, `full` and `total` are of the batch before `place`."""

    place: str
    before: str = ""
    anchor: str = ""
    full: bool = False
    total: int = -1
    walk: int = 1
    fresh: int = 0
    """New products of this walk."""
    batches: int = 0
    nameless: int = 0
    soft: str = ""
    """Why this walk may have missed something; "" where it did not."""
    hard: str = ""
    """Why it did, for sure."""
    seen: str = ""

    @classmethod
    def load(cls, text: str | None) -> Position | None:
        """None where there is none, or it was written by another version: the run then starts anew."""
        return positions.load(cls, text, lambda p: bool(p.place) and _unpacked(p.seen) is not None)


@dataclass(frozen=True, slots=True)
class Step:
    """What is new in one batch, and the Checkpoint's position once it was delivered."""

    items: list[Any]
    position: str | None


class Sweep:
    """One piece of one run through a list. Iterate `steps`, then ask `complete` and `detail`."""

    def __init__(self, source: List, resume: Position | None = None) -> None:
        self._source = source
        self._at = resume or Position(source.first)
        self._seen = _unpacked(self._at.seen) or IdSet()
        self._walked = IdSet()
        self.total: int | None = None

    @property
    def seen(self) -> int:
        """Distinct products, in all pieces of the run."""
        return len(self._seen) + self._at.nameless

    @property
    def complete(self) -> bool:
        at = self._at
        if at.hard or (self.total is not None and self.seen < self.total):
            return False
        enough = 2 if at.soft == UNSURE else MOST_WALKS
        return not at.soft or (at.walk >= enough and not at.fresh)

    @property
    def detail(self) -> str:
        """English; why it is not complete."""
        if self.complete:
            return ""
        if self._at.hard or self.total is None or self.seen >= self.total:
            return self._at.hard or self._at.soft
        return f"{self.seen} products seen of {self.total} announced"

    def steps(self) -> Iterator[Step]:
        while True:
            yield from self._walk()
            if self.complete or self._at.walk >= MOST_WALKS:
                return
            self._walked = IdSet()
            self._at = Position(self._source.first, walk=self._at.walk + 1, nameless=self._at.nameless)

    def _walk(self) -> Iterator[Step]:
        steps_back = stale = 0
        again = False
        while True:
            at = self._at
            batch = self._source.batch(at.place)
            self.total = batch.total
            keys = [self._source.key(item) for item in batch.items]
            moved = self._moved(batch, keys)
            if moved and at.before and steps_back < STEPS_BACK:
                steps_back += 1
                stale -= 1  # what is read again is no news
                far = batch.total is not None and at.total - batch.total > len(batch.items)
                soft = "many products left the list while it was read" if far else at.soft
                self._at = replace(at, place=at.before, before="", anchor="", full=False, total=-1, soft=soft)
                again = True
                continue
            self._doubt(batch, moved, again=again and not self._joins(keys))
            again = False
            met = [key is not None and self._walked.add(_number(key)) for key in keys]
            news = any(met) or not any(keys)
            new = self._new(batch.items, keys, news=news)
            stale = 0 if news else stale + 1
            repeats = stale >= STALE
            if repeats and batch.full:
                self._at = replace(self._at, hard="the list repeats itself")
            if batch.after is None or repeats:
                yield Step(new, None)
                return
            self._move_on(batch, keys)
            yield Step(new, self._dump())
            new.clear()  # a page is not held while the next one comes
            batch.items.clear()
            if self._at.batches >= MOST_BATCHES:
                raise CatalogueMalformed(f"a list that does not end after {MOST_BATCHES} answers")

    def _moved(self, batch: Batch, keys: list[str | None]) -> bool:
        """Whether products slid past us since the batch before this one."""
        at = self._at
        if batch.overlaps and at.full and at.anchor and at.anchor not in keys:
            return True
        return batch.total is not None and batch.total < at.total

    def _joins(self, keys: list[str | None]) -> bool:
        """Whether a batch that is read again begins with what was seen before: nothing slid past its beginning."""
        first = next((key for key in keys if key is not None), None)
        return first is not None and _number(first) in self._seen

    def _doubt(self, batch: Batch, moved: bool, *, again: bool) -> None:
        """`again`: what was read again does not join what was seen."""
        at = self._at
        if moved and at.full and not batch.items:
            self._at = replace(at, hard="nothing where the batch before promised more")
        elif moved or again:
            self._at = replace(at, soft="products left the list while it was read")
        elif not batch.sure and not at.soft and (batch.after is not None or at.batches):
            self._at = replace(at, soft=UNSURE)

    def _new(self, items: list[Any], keys: list[str | None], *, news: bool) -> list[Any]:
        """The items that no earlier batch of the run showed; those without an id where others are new, once."""
        at = self._at
        found = []
        nameless = fresh = 0
        for item, key in zip(items, keys, strict=True):
            if key is None:
                if at.walk == 1 and news:
                    nameless += 1
                    found.append(item)
            elif self._seen.add(_number(key)):
                fresh += 1
                found.append(item)
        self._at = replace(at, nameless=at.nameless + nameless, fresh=at.fresh + fresh, batches=at.batches + 1)
        return found

    def _move_on(self, batch: Batch, keys: list[str | None]) -> None:
        at = self._at
        self._at = replace(
            at,
            place=batch.after or "",
            before=at.place,
            anchor=next((key for key in reversed(keys) if key is not None), ""),
            full=batch.full,
            total=-1 if batch.total is None else batch.total,
        )

    def _dump(self) -> str:
        return positions.dump(replace(self._at, seen=_packed(self._seen)))


def _number(key: str) -> int:
    """The same in every process, so that a checkpoint can hold it; two of a million ids share one once in 10^7 runs."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def _packed(ids: IdSet) -> str:
    return base64.b85encode(array("q", ids).tobytes()).decode()


def _unpacked(text: str) -> IdSet | None:
    """None where it is no such text."""
    try:
        numbers = array("q", base64.b85decode(text))
    except ValueError:
        return None
    found = IdSet()
    for number in numbers:
        found.add(number)
    return found
