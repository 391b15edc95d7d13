"""Pure: distances on the Earth."""

from __future__ import annotations

import math
from typing import Final

EARTH_KM: Final = 6371.0088
"""Mean radius (IUGG); the sphere is off by 0.5 % at most, far less than a commune's middle is from its shops."""

Point = tuple[float, float]
"""Latitude and longitude, in degrees (WGS 84)."""


def km(a: Point, b: Point) -> float:
    """Kilometres between two points, as the crow flies (haversine: exact for close points as well)."""
    latitude, other = math.radians(a[0]), math.radians(b[0])
    half_north = math.sin((other - latitude) / 2)
    half_east = math.sin(math.radians(b[1] - a[1]) / 2)
    chord = half_north * half_north + math.cos(latitude) * math.cos(other) * half_east * half_east
    return 2 * EARTH_KM * math.asin(math.sqrt(min(chord, 1.0)))


def box(center: Point, radius: float) -> tuple[float, float, float, float]:
    """(south, west, north, east) of a rectangle that holds all that is within `radius` kilometres.

    Near the poles and across the 180th meridian it is all longitudes."""
    north = math.degrees(radius / EARTH_KM)
    south_edge, north_edge = center[0] - north, center[0] + north
    widest = max(abs(south_edge), abs(north_edge))
    if widest >= 90:
        return max(south_edge, -90.0), -180.0, min(north_edge, 90.0), 180.0
    east = math.degrees(radius / (EARTH_KM * math.cos(math.radians(widest))))
    west_edge, east_edge = center[1] - east, center[1] + east
    if west_edge < -180 or east_edge > 180:
        return south_edge, -180.0, north_edge, 180.0
    return south_edge, west_edge, north_edge, east_edge
