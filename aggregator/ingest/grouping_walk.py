"""Read listings as matching compares them, and walk from some to all that is the same as they."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from aggregator.ingest.matching.clusters import Pair, Rules, pair
from aggregator.ingest.matching.features import Features, Item, features
from aggregator.ingest.matching.keys import GTIN_CROWD, GTIN_KEYS, crowd
from aggregator.ingest.matching.verdict import Match, match
from aggregator.store import grouping, match_keys
from aggregator.store.grouping import GroupingListing

CACHED: Final = 40_000
"""Listings that are kept read: about 2 KB each."""


_MANY: Final = 6
"""Other listings of a shop under one GTIN that are looked at: a shop that uses it on more does not know what it is."""


class Cache:
    """The listings read last. None: there is none that is compared."""

    def __init__(self, most: int = CACHED) -> None:
        self._kept: OrderedDict[int, Features | None] = OrderedDict()
        self._most = most

    def get(self, ids: Iterable[int]) -> dict[int, Features | None]:
        found: dict[int, Features | None] = {}
        for id_ in ids:
            if id_ in self._kept:
                found[id_] = self._kept[id_]
                self._kept.move_to_end(id_)
        return found

    def put(self, known: Mapping[int, Features | None]) -> None:
        self._kept.update(known)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, ids: Iterable[int]) -> None:
        for id_ in ids:
            self._kept.pop(id_, None)


class Listings:
    """Listings read in bulk, and kept. A GTIN that the shop uses on several different products is trusted for none."""

    def __init__(self, connection: Connection, cache: Cache) -> None:
        self._connection = connection
        self._cache = cache

    def get(self, ids: Iterable[int]) -> dict[int, Features]:
        """Those of these that are compared."""
        wanted = list(ids)
        found = self._cache.get(wanted)
        if missing := [id_ for id_ in wanted if id_ not in found]:
            found.update(self._read(missing))
        return {id_: known for id_, known in found.items() if known is not None}

    def renew(self, ids: Sequence[int], before: Mapping[int, Sequence[int]]) -> list[int]:
        """Read these anew, and forget those whose GTINs they make or made doubtful; all of them."""
        self._cache.drop(ids)
        known = read(self._connection, ids)
        shared = self._shared(known)
        others = {other for some in shared.values() if len(some) <= _MANY + 1 for other in some}
        lost = {
            key
            for id_, some in before.items()
            for key in some
            if key < GTIN_KEYS and (id_ not in known or f"{key:014d}" not in known[id_].gtins)
        }
        others |= match_keys.members_of_same_shops(self._connection, ids, sorted(lost))
        others.difference_update(ids)
        self._cache.drop(others)
        self._keep(ids, known, shared)
        return [*ids, *sorted(others)]

    def _read(self, ids: Sequence[int]) -> dict[int, Features | None]:
        known = read(self._connection, ids)
        return self._keep(ids, known, self._shared(known))

    def _keep(
        self, ids: Sequence[int], known: Mapping[int, Features], shared: Mapping[tuple[int, str], Sequence[int]]
    ) -> dict[int, Features | None]:
        """Keep what was read, without the GTINs that are not to be trusted."""
        found: dict[int, Features | None] = dict.fromkeys(ids)
        found.update(known)
        for id_, wrong in self._doubted(known, shared).items():
            trusted = tuple(gtin for gtin in known[id_].gtins if gtin not in wrong)
            found[id_] = replace(known[id_], gtins=trusted, doubted_gtins=tuple(sorted(wrong)))
        self._cache.put(found)
        return found

    def _shared(self, known: Mapping[int, Features]) -> dict[tuple[int, str], list[int]]:
        told = {id_: one.gtins for id_, one in known.items()}
        return grouping.siblings(self._connection, told, _MANY + 2)

    def _doubted(
        self, known: Mapping[int, Features], shared: Mapping[tuple[int, str], Sequence[int]]
    ) -> dict[int, set[str]]:
        """The GTINs of these that their shop also uses on something else."""
        few = {other for some in shared.values() if len(some) <= _MANY for other in some}
        missing = sorted(few - known.keys())
        others = {**known, **read(self._connection, missing)}
        doubted: dict[int, set[str]] = {}
        for (id_, gtin), some in shared.items():
            if len(some) > _MANY or not all(_alike(known[id_], others[other]) for other in some if other in others):
                doubted.setdefault(id_, set()).add(gtin)
        return doubted


class Walk:
    """All that is connected with some listings, and what was decided of each pair."""

    def __init__(self, connection: Connection, cache: Cache, rules: Rules) -> None:
        self._connection = connection
        self._listings = Listings(connection, cache)
        self._judged: dict[Pair, Match] = {}
        self._merged: dict[int, set[int]] = {}
        for one, other in rules.merged:
            self._merged.setdefault(one, set()).add(other)
            self._merged.setdefault(other, set()).add(one)
        self._near: dict[int, Features] = {}
        self.met: dict[int, Features] = {}
        """The listings walked to."""
        self.same: dict[Pair, Match] = {}
        """The pairs of them that are the same."""

    def go(self, ids: Iterable[int]) -> None:
        """Walk from these to all that is the same, however far."""
        frontier = set(ids)
        while frontier:
            known = self._get(frontier)
            self.met.update(known)
            frontier = self._step(known) - self.met.keys()

    def judge(self, one: int, other: int) -> Match:
        """What is decided of two listings that were met."""
        both = pair(one, other)
        if (known := self._judged.get(both)) is None:
            known = self._judged[both] = match(self._near[both[0]], self._near[both[1]])
        return known

    def _step(self, known: Mapping[int, Features]) -> set[int]:
        """Compare these with all that share a key with them; those that are the same."""
        keys = match_keys.of(self._connection, list(known))
        members = match_keys.members(
            self._connection, sorted({key for some in keys.values() for key in some}), GTIN_CROWD + 1
        )
        near = {key: some for key, some in members.items() if 1 < len(some) <= crowd(key)}
        others = {id_: {other for key in some for other in near.get(key, ())} for id_, some in keys.items()}
        self._get({other for some in others.values() for other in some})
        reached = {other for id_ in known for other in self._merged.get(id_, ())}
        for id_, some in others.items():
            for other in some:
                if other != id_ and other in self._near and self.judge(id_, other).same:
                    self.same[pair(id_, other)] = self.judge(id_, other)
                    reached.add(other)
        return reached

    def _get(self, ids: Iterable[int]) -> dict[int, Features]:
        wanted = set(ids)
        if missing := wanted - self._near.keys():
            self._near.update(self._listings.get(missing))
        return {id_: self._near[id_] for id_ in wanted if id_ in self._near}


def read(connection: Connection, ids: Sequence[int]) -> dict[int, Features]:
    """Those of these listings that are compared, with all the GTINs that they tell."""
    return {id_: features(_item(row)) for id_, row in grouping.load(connection, ids).items()}


def _alike(one: Features, other: Features) -> bool:
    """Two entries of one shop under one GTIN may be one product listed twice."""
    told = match(replace(one, gtins=()), replace(other, gtins=()))
    return told.same or (not told.barred and told.confidence >= 0.45)


def _item(row: GroupingListing) -> Item:
    return Item(
        title=row.title,
        brand=row.brand,
        gtins=tuple(row.gtins),
        skus=tuple(row.skus),
        options=tuple(row.options),
        variants=row.offers,
        category=row.category,
        lowest_minor=row.lowest_minor,
        highest_minor=row.highest_minor,
        currency=row.currency,
        condition=row.condition,
        shop_id=row.shop_id,
        shop_name=row.shop_name,
    )
