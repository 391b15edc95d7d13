"""Joins products with their variations, read in bulk, without holding the catalogue.

A product lists the ids of its variations; both interfaces give variations by lists of ids, a hundred at a time, but
never inside their parent. So products wait in a short queue, in the order they came, until the variations of those
at its head are there: a hundred ids are asked for as soon as a hundred are due. One request per parent would cost 378
of them in the shop that was measured; this costs 23.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.woocommerce.mapping import Json

PACK: Final = 100
"""The most ids that one request takes (`per_page`'s limit)."""
HOLD: Final = 400
"""The most products that wait."""

Family = tuple[Any, Mapping[int, Json], int]
"""A product's item, its variations by id, and the offset that it was added with."""

FetchVariations = Callable[[Mapping[int, int]], Mapping[int, Json]]
"""{variation id: parent id}, at most a pack -> the variations that the public sees, by id."""


@dataclass(slots=True)
class _Waiting:
    item: Any
    offset: int
    due: set[int]
    variations: dict[int, Json] = field(default_factory=dict)


class Families:
    """A queue of products: `add` what a page gave, take what is complete."""

    def __init__(self, wanted: Callable[[Any], Sequence[int]], fetch: FetchVariations, parent_of: Callable[[Any], int]):
        """`wanted` names the variations of an item, `parent_of` gives the id of one that has some."""
        self._wanted, self._fetch, self._parent_of = wanted, fetch, parent_of
        self._queue: deque[_Waiting] = deque()
        self._due: dict[int, _Waiting] = {}

    def add(self, items: Sequence[Any], offset: int = 0) -> None:
        """Queue a page's items; `offset` comes back with each, so that the reader knows where it stood."""
        for item in items:
            waiting = _Waiting(item, offset, set())
            for variation in self._wanted(item):
                if (
                    variation not in self._due
                ):  # two parents never share one; if a broken shop says so, the first has it
                    waiting.due.add(variation)
                    self._due[variation] = waiting
            self._queue.append(waiting)

    def ready(self, *, end: bool = False) -> Iterator[Family]:
        """Yield the products whose families are complete, in their order; all that wait, at the `end`."""
        yield from self._complete()
        while self._due and (end or len(self._due) >= PACK or len(self._queue) >= HOLD):
            self._ask()
            yield from self._complete()

    def _ask(self) -> None:
        pack = {variation: self._parent_of(w.item) for variation, w in list(self._due.items())[:PACK]}
        found = self._fetch(pack)
        for variation in pack:
            waiting = self._due.pop(variation)
            waiting.due.discard(variation)
            if variation in found:
                waiting.variations[variation] = found[variation]

    def _complete(self) -> Iterator[Family]:
        while self._queue and not self._queue[0].due:
            waiting = self._queue.popleft()
            yield waiting.item, waiting.variations, waiting.offset
