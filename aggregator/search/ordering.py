"""The order of results above the engine: distance, one result a product, shops taking turns. Pure.

The engine gives hits in its order, best first. What happens here stays within bounds that `docs/search.md` tells:

1. Where a place is given, the points of a near shop's listing are multiplied by a ring's factor.
2. Of several listings of one product, the first stays.
3. Within each block of BLOCK results, the n-th of one shop loses TURN ** (n - 1) of its points, at most TURN **
   TURN_MOST: a large shop does not fill the page, and nothing sinks below what has less than 78 % of its points.

Where there are no points (browsing), shops take turns within one class: in stock or not, and one week of arrival.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RINGS: tuple[tuple[float, float], ...] = ((5.0, 0.10), (15.0, 0.06), (40.0, 0.03))
"""Kilometres and the share of the points that is added up to there."""
BLOCK = 240
"""Results among which shops take turns: 10 pages."""
TURN = 0.97
TURN_MOST = 8
_LEFT = tuple(TURN**n for n in range(TURN_MOST + 1))


def nearer(points: float, km: float | None) -> float:
    """The points that distance adds to these."""
    if km is not None:
        for reach, share in RINGS:
            if km <= reach:
                return points * share
    return 0.0


def _ring(km: float | None) -> int:
    return len(RINGS) if km is None else sum(km > reach for reach, _ in RINGS)


def by_distance(
    points: Sequence[float], tiers: Sequence[int], shops: Sequence[int], km: Mapping[int, float]
) -> list[int]:
    """Positions of hits in the order of their points with those for distance, tier by tier."""
    whole = [worth + nearer(worth, km.get(shop)) for worth, shop in zip(points, shops, strict=True)]
    return sorted(range(len(points)), key=lambda i: (tiers[i], -whole[i]))


def collapsed(groups: Sequence[int]) -> list[int]:
    """Positions of the first hit of each product."""
    last_first = range(len(groups) - 1, -1, -1)
    return sorted(dict(zip(reversed(groups), last_first, strict=True)).values())


def in_turn(points: Sequence[float], tiers: Sequence[int], shops: Sequence[int]) -> list[int]:
    """The order of one block in which shops take turns, as positions."""
    before: dict[int, int] = {}
    left = []
    for worth, shop in zip(points, shops, strict=True):
        earlier = before.get(shop, 0)
        before[shop] = earlier + 1
        left.append(-worth * (_LEFT[earlier] if earlier < TURN_MOST else _LEFT[TURN_MOST]))
    order = sorted(range(len(left)), key=left.__getitem__)
    return sorted(order, key=tiers.__getitem__) if any(tiers) else order


def in_turn_by_class(classes: Sequence[int], shops: Sequence[int], km: Mapping[int, float]) -> list[int]:
    """The order of one block without points: in each class the first of every shop, then the second, and so on.

    Each ring that a shop lies farther away costs it a turn; without places, there are no rings."""
    before: dict[tuple[int, int], int] = {}
    keys = []
    for one, shop in zip(classes, shops, strict=True):
        earlier = before.get((one, shop), 0)
        before[one, shop] = earlier + 1
        keys.append((-one, earlier + (_ring(km.get(shop)) if km else 0)))
    return sorted(range(len(keys)), key=keys.__getitem__)
