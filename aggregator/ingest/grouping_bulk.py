"""Renew the keys of all listings at once, after a first filling or when matching itself has changed.

Keys are spread all over their table: written listing by listing, a million listings rewrite its pages a hundred times.
Here all keys are made first, and written in their own order, each page once. Nothing is lost where it is killed: it
begins by saying that every listing waits and that this has begun, and the next drain begins it again.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

import structlog
from sqlalchemy import Connection

from aggregator.ingest.grouping_walk import read
from aggregator.ingest.matching.keys import GTIN_KEYS, crowd, keys
from aggregator.store import Store, changes, grouping, match_keys

_READ: Final = 2_000
"""Listings that are read at a time."""
_WRITTEN: Final = 50_000
"""Keys, and then listings, that are written between two commits: others wait a second at most."""

_BEGUN: Final = (0,)
"""Stands for no listing."""

log = structlog.get_logger("emplettes.grouping")
Stopping = Callable[[], bool]


def renew_all(store: Store, stopping: Stopping) -> None:
    """Make the keys of every listing anew, and say of all that they are to be grouped. Where `stopping` says so it ends
    early, and everything waits as before."""
    with store.write() as connection:
        changes.record(connection, _BEGUN, changes.REKEY)
        changes.record_every(connection, changes.MATCH)
        match_keys.clear(connection)
    made = _Made()
    while not stopping() and made.more(store):
        pass
    log.info("keys made", listings=len(made.ids), keys=len(made.keys))
    for pairs in made.in_order():
        if stopping():
            return
        with store.write() as connection:
            match_keys.add(connection, pairs)
    for first in range(0, len(made.ids), _WRITTEN):
        if stopping():
            return
        _note(store, made, range(first, min(first + _WRITTEN, len(made.ids))))
    with store.write() as connection:
        changes.clear(connection, changes.REKEY)


def together(connection: Connection) -> dict[int, tuple[int, int]]:
    """Where a listing's neighbours are: those with equal first numbers are connected by keys, those with near second
    ones most closely. A listing that shares no key is absent."""
    parent: dict[int, int] = {}
    place: dict[int, int] = {}

    def root(id_: int) -> int:
        while (above := parent.setdefault(id_, id_)) != id_:
            parent[id_] = parent[above]
            id_ = above
        return id_

    for key, some in match_keys.crowds(connection):
        if 1 < len(some) <= crowd(key):
            first = root(some[0])
            for id_ in some:
                parent[root(id_)] = first
                place.setdefault(id_, key)
    return {id_: (root(id_), key) for id_, key in place.items()}


def was_begun(connection: Connection) -> bool:
    """True where it was begun and did not come to its end."""
    return changes.pending(connection, changes.REKEY) > 0


def _note(store: Store, made: _Made, numbers: range) -> None:
    """Note the keys of these listings, and have them grouped. Those that were deleted meanwhile leave no keys."""
    told = {made.ids[number]: made.keys_of(number) for number in numbers}
    taken = [(made.ids[number], made.versions[number]) for number in numbers]
    with store.write() as connection:
        there = grouping.products_of(connection, told)
        match_keys.remove(connection, ((key, id_) for id_, some in told.items() if id_ not in there for key in some))
        match_keys.note(connection, {id_: some for id_, some in told.items() if id_ in there})
        changes.record(connection, list(there), changes.REGROUP)
        changes.forget(connection, taken, changes.MATCH)


class _Made:
    """The keys of listings, ascending by id: about 32 bytes a key and 24 a listing."""

    def __init__(self) -> None:
        self.ids = array("q")
        self.versions = array("q")
        self._ends = array("q")
        self.keys = array("q")

    def more(self, store: Store) -> bool:
        """Make those of the next listings; False where there are none left."""
        with store.read() as connection:
            taken = changes.take(connection, _READ, changes.MATCH, self.ids[-1] if self.ids else 0)
            known = read(connection, [id_ for id_, _ in taken])
        for id_, version in taken:
            self.ids.append(id_)
            self.versions.append(version)
            if id_ in known:
                self.keys.extend(keys(known[id_]))
            self._ends.append(len(self.keys))
        return bool(taken)

    def keys_of(self, number: int) -> tuple[int, ...]:
        return tuple(self.keys[self._ends[number - 1] if number else 0 : self._ends[number]])

    def in_order(self) -> Iterator[list[tuple[int, int]]]:
        """All (key, listing), by key, in portions."""
        shelves = self._shelves()
        portion: list[tuple[int, int]] = []
        for shelf in sorted(shelves):
            flat = shelves.pop(shelf)
            portion += sorted(zip(flat[::2], flat[1::2], strict=True))
            if len(portion) >= _WRITTEN:
                yield portion
                portion = []
        if portion:
            yield portion

    def _shelves(self) -> dict[int, array[int]]:
        """Key, listing, key, listing...: by the highest bits of the key."""
        shelves: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
        start = 0
        for id_, end in zip(self.ids, self._ends, strict=True):
            for key in self.keys[start:end]:
                shelves[_shelf(key)].extend((key, id_))
            start = end
        return shelves


def _shelf(key: int) -> int:
    """Some hundred shelves, ascending as keys do: GTINs by their first digits, hashes by their first bits."""
    return key * 1024 // GTIN_KEYS - 1024 if key < GTIN_KEYS else key >> 53
