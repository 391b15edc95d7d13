"""The order above the engine: bounded, and nothing is lost or doubled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.ordering import (
    RINGS,
    TURN,
    TURN_MOST,
    by_distance,
    collapsed,
    in_turn,
    in_turn_by_class,
    nearer,
)

HITS = st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 1), st.integers(1, 5)), max_size=60).map(
    lambda hits: sorted(hits, key=lambda hit: (hit[1], -hit[0]))
)
CLASSES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=60).map(
    lambda hits: sorted(hits, key=lambda hit: -hit[0])
)


@given(HITS)
def test_turns_lose_nothing_and_lift_nothing_above_what_is_far_better(hits: list[tuple[float, int, int]]) -> None:
    points, tiers, shops = [h[0] for h in hits], [h[1] for h in hits], [h[2] for h in hits]
    order = in_turn(points, tiers, shops)
    assert sorted(order) == list(range(len(hits)))
    assert [tiers[at] for at in order] == sorted(tiers)
    for place, at in enumerate(order):
        for behind in order[place + 1 :]:
            assert tiers[behind] > tiers[at] or points[behind] * TURN**TURN_MOST <= points[at] * (1 + 1e-9)
    for shop in set(shops):
        mine = [at for at in order if shops[at] == shop]
        assert mine == sorted(mine)  # one shop's own results keep their order


@given(CLASSES)
def test_browsing_gives_every_shop_its_turn_within_a_class(hits: list[tuple[int, int]]) -> None:
    classes, shops = [h[0] for h in hits], [h[1] for h in hits]
    order = in_turn_by_class(classes, shops, {})
    assert sorted(order) == list(range(len(hits)))
    assert [classes[at] for at in order] == classes
    shown: dict[tuple[int, int], int] = {}
    for at in order:
        shown[classes[at], shops[at]] = shown.get((classes[at], shops[at]), 0) + 1
        still = [shop for one, shop in hits if one == classes[at]]
        for shop in set(still):
            if shown.get((classes[at], shop), 0) < still.count(shop):
                assert shown[classes[at], shops[at]] - shown.get((classes[at], shop), 0) <= 1


def test_a_near_shop_comes_first_in_its_class_and_never_above_a_better_one() -> None:
    assert in_turn_by_class([7, 7, 7, 3], [1, 2, 3, 4], {2: 4.0, 1: 100.0, 4: 1.0}) == [1, 0, 2, 3]


def test_rings_grow_weaker_with_distance() -> None:
    gains = [nearer(10.0, km) for km in (0.0, 5.0, 5.1, 15.0, 40.0, 40.1, None)]
    assert gains == [1.0, 1.0, 0.6, 0.6, 0.3, 0.0, 0.0]
    assert sorted(reach for reach, _ in RINGS) == [reach for reach, _ in RINGS]


@given(HITS)
def test_distance_orders_by_points_with_the_rings_tier_by_tier(hits: list[tuple[float, int, int]]) -> None:
    points, tiers, shops = [h[0] for h in hits], [h[1] for h in hits], [h[2] for h in hits]
    km = {1: 1.0, 2: 10.0, 3: 30.0, 4: 300.0}
    order = by_distance(points, tiers, shops, km)
    keys = [(tiers[at], -(points[at] + nearer(points[at], km.get(shops[at])))) for at in order]
    assert keys == sorted(keys)
    assert sorted(order) == list(range(len(hits)))


@given(st.lists(st.integers(-3, 3), max_size=50))
def test_collapsing_keeps_the_first_of_each(groups: list[int]) -> None:
    kept = collapsed(groups)
    assert kept == sorted(kept)
    assert [groups[at] for at in kept] == list(dict.fromkeys(groups))
