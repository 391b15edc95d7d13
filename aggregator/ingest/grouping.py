"""Group listings into products as they change: the shell around `ingest.matching`, exactly one at a time.

A listing whose title, brand, GTINs or status change has a row of the kind `match` in the change log. A drain first
renews the keys of such listings, and notes (rows of the kind `regroup`) whose group that may touch: their own, those of
all that they met under their old keys, and of those with whom they shared a product. Then it walks from each noted
listing to all that is the same as it, groups what it met, and writes the products. Each step ends its rows in the
transaction that writes what came of them: killed anywhere, the next drain repeats a batch, with the same result.

What comes out depends only on the listings and the rules, not on the order in which they came: a group is decided by
all that its members are connected with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection

from aggregator.errors import Refused
from aggregator.ingest.grouping_bulk import renew_all, together, was_begun
from aggregator.ingest.grouping_walk import Cache, Listings, Walk
from aggregator.ingest.matching.clusters import Pair, Rules, cluster, pair
from aggregator.ingest.matching.keys import GTIN_CROWD, crowd, keys
from aggregator.ingest.matching.verdict import Match
from aggregator.store import Store, changes, grouping, match_keys
from aggregator.store.dialect import exclusive
from aggregator.store.grouping import Belonging

_ALL: Final = 10**9
BATCH = 400
"""Changed listings between two commits."""
KEYS_BATCH = 2_000
"""Listings whose keys are renewed between two commits: keys are spread all over their table, whose pages are so written
less often."""
LARGE = 20_000
"""From so many waiting on, they are taken in an order that brings together what is alike."""

log = structlog.get_logger("emplettes.grouping")
Progress = Callable[[int], None]
"""Called with the number of listings grouped so far."""
Taken = Sequence[tuple[int, int]]
"""(listing, version) of rows of the change log."""


def drain(
    store: Store,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> int | None:
    """Group all that waits; how many listings were looked at anew. None where another process is at it.

    It ends after the batch in which `stopping` says so; what is left waits for the next drain."""
    with exclusive(store, "grouping", 0) as alone:
        if not alone:
            return None
        cache = Cache()
        done = 0
        if _much_waits(store):
            renew_all(store, stopping)
        while True:
            while not stopping() and (taken := _take(store)):
                _renew_keys(store, cache, taken)
            batches = [] if stopping() else _batches(store)
            if not batches:
                return done
            for taken in batches:
                if stopping():
                    return done
                _regroup(store, cache, taken, clock())
                done += len(taken)
                if progress is not None:
                    progress(done)


def regroup(store: Store, clock: Callable[[], datetime], progress: Progress | None = None) -> int:
    """Look at every listing anew (after matching itself has changed). Raises Refused where another process groups."""
    with store.write() as connection:
        changes.record_every(connection, changes.MATCH)
    done = drain(store, clock, progress)
    if done is None:
        raise Refused("Un regroupement est déjà en cours : il fera aussi celui-ci.")
    return done


def is_waiting(store: Store) -> bool:
    """True while any listing waits to be grouped."""
    with store.read() as connection:
        return any(changes.take(connection, 1, kind) for kind in (changes.MATCH, changes.REGROUP))


def _much_waits(store: Store) -> bool:
    """True where the keys of most listings are to be renewed: after a first filling, or when matching has changed."""
    with store.read() as connection:
        many = len(changes.take(connection, LARGE, changes.MATCH)) == LARGE
        return was_begun(connection) or (many and changes.cover_most(connection, changes.MATCH))


def _take(store: Store) -> Taken:
    with store.read() as connection:
        return changes.take(connection, KEYS_BATCH, changes.MATCH)


def _batches(store: Store) -> Sequence[Taken]:
    """What is to be grouped: the next batch, or, where very much waits, all of it in such an order that a batch meets
    its neighbours in the cache."""
    with store.read() as connection:
        taken = changes.take(connection, LARGE, changes.REGROUP)
        if len(taken) < LARGE:
            return [taken[:BATCH]] if taken else []
        taken = changes.take(connection, _ALL, changes.REGROUP)
        places = together(connection)
    log.info("grouping in order", listings=len(taken))
    taken.sort(key=lambda row: places.get(row[0], (0, row[0])))
    return [taken[start : start + BATCH] for start in range(0, len(taken), BATCH)]


# -- keys --------------------------------------------------------------------------------------------------------------


def _renew_keys(store: Store, cache: Cache, taken: Taken) -> None:
    """Bring the keys of these listings up to date, and note whose group that may touch."""
    ids = [id_ for id_, _ in taken]
    with store.read() as connection:
        listings = Listings(connection, cache)
        before = match_keys.of(connection, ids)
        ids = listings.renew(ids, before)
        if more := [id_ for id_ in ids if id_ not in before]:
            before.update(match_keys.of(connection, more))
        known = listings.get(ids)
        now = {id_: keys(known[id_]) if id_ in known else () for id_ in ids}
        gone = [(key, id_) for id_ in ids for key in before.get(id_, ()) if key not in now[id_]]
        come = [(key, id_) for id_ in ids for key in now[id_] if key not in before.get(id_, ())]
        touched = set(ids) | _touched(connection, before, gone, come)
        touched |= _of_same_products(connection, ids)
    with store.write() as connection:
        there = grouping.products_of(connection, touched)
        match_keys.remove(connection, gone)
        match_keys.add(connection, ((key, id_) for key, id_ in come if id_ in there))
        match_keys.note(connection, {id_: now[id_] for _, id_ in (*gone, *come) if id_ in there})
        changes.record(connection, list(there), changes.REGROUP)
        changes.forget(connection, taken, changes.MATCH)


def _touched(
    connection: Connection,
    before: Mapping[int, Iterable[int]],
    gone: Sequence[tuple[int, int]],
    come: Sequence[tuple[int, int]],
) -> set[int]:
    """All that met one of these listings under an old key, or whose key becomes crowded or is so no longer."""
    old = {key for some in before.values() for key in some}
    leaving, coming = Counter(key for key, _ in gone), Counter(key for key, _ in come)
    members = match_keys.members(connection, [*old.union(coming)], GTIN_CROWD + len(gone) + len(come) + 1)
    found: set[int] = set()
    for key, some in members.items():
        was = len(some)
        will = was - leaving[key] + coming[key]
        if (was <= crowd(key) and (key in old or will > crowd(key))) or was > crowd(key) >= will:
            found.update(some)
    return found


def _of_same_products(connection: Connection, ids: Iterable[int]) -> set[int]:
    products = {known for known in grouping.products_of(connection, ids).values() if known is not None}
    return {id_ for some in grouping.holders(connection, products).values() for id_, compared in some if compared}


# -- products ----------------------------------------------------------------------------------------------------------


def _regroup(store: Store, cache: Cache, taken: Taken, now: datetime) -> None:
    """Decide the products of these listings, and of all that they are connected with."""
    ids = [id_ for id_, _ in taken]
    with store.read() as connection:
        rules = _rules(connection)
        walk = Walk(connection, cache, rules)
        walk.go(ids)
        groups = cluster(walk.met, walk.same, walk.judge, rules)
    with store.write() as connection:
        _write(connection, groups, walk.same, rules, now)
        changes.forget(connection, taken, changes.REGROUP)


def _rules(connection: Connection) -> Rules:
    rows = [row for row in grouping.rules(connection) if row.other_id != row.listing_id]
    both = [(row.kind, pair(row.listing_id, row.other_id)) for row in rows if row.other_id is not None]
    return Rules(
        merged=frozenset(some for kind, some in both if kind in ("merge", "pin")),
        split=frozenset(some for kind, some in both if kind == "split"),
        pinned=frozenset(row.listing_id for row in rows if row.kind == "pin"),
    )


# -- what is written ---------------------------------------------------------------------------------------------------


def _write(
    connection: Connection, groups: list[list[int]], same: Mapping[Pair, Match], rules: Rules, now: datetime
) -> None:
    prior = grouping.products_of(connection, [id_ for group in groups for id_ in group])
    there = [some for group in groups if (some := [id_ for id_ in group if id_ in prior])]  # the others were deleted
    chosen, replaced = _choose_products(connection, there, prior, now)
    grouping.set_products(
        connection, {id_: product_id for id_, product_id in chosen.items() if product_id != prior[id_]}
    )
    grouping.replace_products(connection, replaced)
    _write_belongings(connection, there, same, rules, now)


def _choose_products(
    connection: Connection, groups: list[list[int]], prior: dict[int, int | None], now: datetime
) -> tuple[dict[int, int | None], dict[int, int | None]]:
    """A product for each listing, ids kept where they can be; and which products became which others.

    A group takes the id that most of its members have; where two groups want one, the larger part of it keeps it, and
    of equal parts the one with the oldest listing. What no group wants any more points to where its listings went."""
    claims: list[tuple[int, int, int, int]] = []
    for number, group in enumerate(groups):
        counted: dict[int, int] = {}
        for id_ in group:
            if (known := prior[id_]) is not None:
                counted[known] = counted.get(known, 0) + 1
        claims.extend((-count, product_id, group[0], number) for product_id, count in counted.items())
    of_group: dict[int, int] = {}
    owner: dict[int, int] = {}
    elsewhere = _held_elsewhere(connection, groups, prior)
    for _, product_id, _, number in sorted(claims):
        lasting = len(groups[number]) > 1 or product_id in elsewhere
        if number not in of_group and product_id not in owner and lasting:
            of_group[number], owner[product_id] = product_id, number
    fresh = [number for number, group in enumerate(groups) if len(group) > 1 and number not in of_group]
    of_group.update(zip(fresh, grouping.new_products(connection, len(fresh), now), strict=True))
    chosen = {id_: of_group.get(number) for number, group in enumerate(groups) for id_ in group}
    replaced: dict[int, int | None] = dict.fromkeys(owner)
    for _, product_id, _, number in sorted(claims):
        if product_id not in owner and product_id not in replaced and product_id not in elsewhere:
            into = of_group.get(number)
            if into is not None:
                replaced[product_id] = into
    return chosen, replaced


def _held_elsewhere(connection: Connection, groups: list[list[int]], prior: dict[int, int | None]) -> set[int]:
    """Products that a listing outside these groups carries: one that is hidden and may come back."""
    wanted = {known for known in prior.values() if known is not None}
    inside = {id_ for group in groups for id_ in group}
    return {
        product_id
        for product_id, some in grouping.holders(connection, wanted).items()
        if any(id_ not in inside for id_, _ in some)
    }


def _write_belongings(
    connection: Connection, groups: list[list[int]], same: Mapping[Pair, Match], rules: Rules, now: datetime
) -> None:
    """Note for each listing what joins it to its product most surely."""
    group_of = {id_: number for number, group in enumerate(groups) for id_ in group}
    told = {id_: Belonging("operator", 1.0) for both in rules.merged for id_ in both}
    for (one, other), found in same.items():
        if group_of.get(one, -1) != group_of.get(other, -2):
            continue
        for id_ in (one, other):
            if id_ not in told or told[id_].confidence < found.confidence:
                told[id_] = Belonging(found.reason, found.confidence)
    wanted = {id_: told.get(id_) if len(group) > 1 else None for group in groups for id_ in group}
    stored = grouping.belongings(connection, wanted)
    grouping.set_belongings(connection, {id_: why for id_, why in wanted.items() if why != stored.get(id_)}, now)
