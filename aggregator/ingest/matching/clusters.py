"""From pairs to groups: the surest pairs first, and no group that holds two things known to be different.

A chain (a like b, b like c) does not make one product: two groups are joined only where no pair across them is barred
and none is of one shop (but for one GTIN), and, when it is only their titles that speak for it, where at least half of
the pairs across agree. The result depends on the pairs alone, not on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from aggregator.ingest.matching.features import Features
from aggregator.ingest.matching.verdict import Match

MOST: Final = 200
"""Listings of one product at most: more is a mistake."""

Pair = tuple[int, int]
"""Two listings, the lower id first."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator said. A rule wins over everything that is found."""

    merged: frozenset[Pair] = frozenset()
    split: frozenset[Pair] = frozenset()
    """Wins over `merged` where both are said of one pair."""
    pinned: frozenset[int] = frozenset()
    """Nothing that is found joins these to anything; only `merged` does."""


@dataclass(slots=True)
class _Group:
    members: list[int]


def pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def cluster(
    listings: Mapping[int, Features], same: Mapping[Pair, Match], judge: Callable[[int, int], Match], rules: Rules
) -> list[list[int]]:
    """Group these listings; each is in exactly one group. Groups and their members are in ascending order.

    `same`: the pairs that were found to be the same; `judge` decides any other pair when it is asked."""
    of = {id_: _Group([id_]) for id_ in listings}
    for one, other in sorted(rules.merged - rules.split):
        if one in of and other in of and not _is_split(of[one], of[other], rules):
            _join(of, of[one], of[other])
    for (one, other), found in sorted(same.items(), key=lambda item: (-item[1].confidence, item[0])):
        mine, theirs = of[one], of[other]
        if mine is theirs or one in rules.pinned or other in rules.pinned:
            continue
        if _may_join(mine, theirs, found, listings, judge, rules):
            _join(of, mine, theirs)
    return sorted({id(group): sorted(group.members) for group in of.values()}.values())


def _join(of: dict[int, _Group], one: _Group, other: _Group) -> None:
    if one is other:
        return
    if len(one.members) < len(other.members):
        one, other = other, one
    one.members.extend(other.members)
    for id_ in other.members:
        of[id_] = one


def _is_split(one: _Group, other: _Group, rules: Rules) -> bool:
    return bool(rules.split) and any(pair(a, b) in rules.split for a, b in _across(one, other))


def _across(one: _Group, other: _Group) -> Iterable[Pair]:
    return ((a, b) for a in one.members for b in other.members)


def _may_join(
    one: _Group,
    other: _Group,
    found: Match,
    listings: Mapping[int, Features],
    judge: Callable[[int, int], Match],
    rules: Rules,
) -> bool:
    if len(one.members) + len(other.members) > MOST or _is_split(one, other, rules):
        return False
    agree = asked = 0
    for a, b in _across(one, other):
        if a in rules.pinned or b in rules.pinned:
            continue
        told = judge(a, b)
        if told.barred or (_same_shop(listings[a], listings[b]) and told.reason != "gtin"):
            return False
        asked += 1
        agree += told.same
    return found.reason != "title" or agree * 2 >= asked


def _same_shop(one: Features, other: Features) -> bool:
    return one.shop_id != 0 and one.shop_id == other.shop_id
