"""Distances on the Earth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.geo.distance import EARTH_KM, box, km

points = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((48.8567, 2.3508), (45.7640, 4.8357), 391.5),
        ((43.6119, 3.8772), (43.7317, 3.3200), 46.7),
        ((-20.88, 55.45), (48.8567, 2.3508), 9370),
        ((0.0, 179.9), (0.0, -179.9), 22.2),
        ((43.0, 3.0), (43.0, 3.0), 0.0),
    ],
)
def test_known_distances(one: tuple[float, float], other: tuple[float, float], expected: float) -> None:
    assert km(one, other) == pytest.approx(expected, rel=0.005, abs=0.05)


@settings(deadline=None)
@given(points, points)
def test_there_and_back_is_the_same_and_never_farther_than_the_other_side(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert km(one, other) == pytest.approx(km(other, one), abs=1e-6)
    assert 0 <= km(one, other) <= EARTH_KM * 3.1416


@settings(deadline=None)
@given(points, points, st.floats(0.1, 500))
def test_what_is_near_is_in_the_box(center: tuple[float, float], point: tuple[float, float], radius: float) -> None:
    south, west, north, east = box(center, radius)
    if km(center, point) <= radius:
        assert south - 1e-9 <= point[0] <= north + 1e-9
        assert west - 1e-9 <= point[1] <= east + 1e-9
