"""A small map of where a shop is, drawn from our own communes' coordinates: no tiles, no third party, no script.

Pure. The drawing is SVG without inline styles (our CSP allows none): colours come from `currentColor` and the classes
`locator`, `dot`, `name`, `here`, `here-name`, `scale`. Whoever sees no drawing reads the same in its `aria-label`.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from aggregator.geo import communes
from aggregator.geo.communes import Commune
from aggregator.geo.distance import Point, km
from aggregator.web.formatting import of_town
from aggregator.web.texts import gettext as _

WIDTH: Final = 480
HEIGHT: Final = 320
_RADII: Final = (8.0, 15.0, 30.0, 60.0, 150.0)
"""Kilometres from the shop to the upper edge; the first with enough neighbours is taken."""
_ENOUGH: Final = 6
_MOST: Final = 14
_LETTER: Final = 6.6
"""Width of a letter at this size, in the drawing's units: on the safe side for any sans serif."""
_BOLD: Final = 1.15
_SIZE: Final = 11
_MARGIN: Final = 8
_KM_NORTH: Final = 111.2
_TOLD: Final = 3
_NEAR_KM: Final = 3.0
_LARGE: Final = 10_000
"""Inhabitants of a commune with a larger dot."""


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    @property
    def inside(self) -> bool:
        return (
            self.left >= _MARGIN
            and self.right <= WIDTH - _MARGIN
            and self.top >= _MARGIN
            and self.bottom <= HEIGHT - _MARGIN
        )


def svg(latitude: float, longitude: float, name: str) -> Markup:
    """The drawing: `name` (the shop's commune) in the middle, the larger communes around it, a scale. "" far from any
    commune."""
    here = latitude, longitude
    radius, neighbours = _neighbours(here)
    if not neighbours:
        return Markup()
    unit = (HEIGHT / 2 - 2 * _MARGIN) / radius
    parts = [
        f'<svg class="locator" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(told(here, name))}" '
        f'font-size="{_SIZE}" fill="currentColor">'
    ]
    middle = WIDTH / 2, HEIGHT / 2
    label = _label(*middle, name, 13)
    scale = _Box(0, HEIGHT - 3 * _MARGIN, WIDTH / 3, HEIGHT)
    taken = [_Box(middle[0] - 9, middle[1] - 22, middle[0] + 9, middle[1] + 3), label, scale]
    parts += [_drawn(commune, here, unit, taken) for commune in neighbours]
    parts.append(
        f'<path class="here" d="M{middle[0]:.0f} {middle[1]:.0f}c-4-7-8-10-8-15a8 8 0 0 1 16 0c0 5-4 8-8 15z"/>'
        f'<text class="here-name" x="{middle[0]:.0f}" y="{label.bottom - 3:.1f}" text-anchor="middle" font-size="13" '
        'font-weight="700">'
        f"{escape(name)}</text>"
    )
    parts.append(_scale(unit, radius))
    return Markup("".join(parts) + "</svg>")  # noqa: S704  names are escaped above, the rest is numbers


def told(here: Point, name: str) -> str:
    """The map in words: "Lodève, à 13 km au nord-ouest de Clermont-l'Hérault, ..."."""
    _radius, neighbours = _neighbours(here)
    largest = sorted(neighbours, key=lambda commune: -commune.population / (_NEAR_KM + km(here, commune.point)))
    ways = [
        _("à %(km)s km %(direction)s %(of_town)s")
        % {
            "km": max(round(km(here, commune.point)), 1),
            "direction": _direction(commune.point, here),
            "of_town": of_town(commune.name),
        }
        for commune in largest[:_TOLD]
    ]
    return _("Carte\u00a0: %(place)s") % {"place": ", ".join([name, *ways])}


def osm_url(latitude: float, longitude: float, address: str = "") -> str:
    """OpenStreetMap's page: its search for the address where there is one, since we know the commune's middle alone."""
    if address:
        return f"https://www.openstreetmap.org/search?query={quote(address)}#map=14/{latitude:.4f}/{longitude:.4f}"
    return (
        f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}#map=13/{latitude:.4f}/{longitude:.4f}"
    )


def _neighbours(here: Point) -> tuple[float, list[Commune]]:
    """How far the drawing reaches, and the communes that it may name, the largest first; never a guessed place."""
    for radius in _RADII:
        reach = radius * WIDTH / HEIGHT
        near = [c for c in communes.around(here, reach) if not c.approximate and km(here, c.point) > radius / 12]
        if len(near) >= _ENOUGH or (radius == _RADII[-1] and near):
            break
    else:
        return 0.0, []
    return radius, sorted(near, key=lambda commune: (-commune.population, commune.insee))[: 4 * _MOST]


def _drawn(commune: Commune, here: Point, unit: float, taken: list[_Box]) -> str:
    """A dot with its name where there is room for both; "" where there is none."""
    x = WIDTH / 2 + (commune.longitude - here[1]) * _KM_NORTH * math.cos(math.radians(here[0])) * unit
    y = HEIGHT / 2 - (commune.latitude - here[0]) * _KM_NORTH * unit
    dot = _Box(x - 4, y - 4, x + 4, y + 4)
    if len(taken) >= 2 * _MOST + 3 or not dot.inside or any(dot.meets(other) for other in taken):
        return ""
    wide = len(commune.name) * _LETTER
    sides = (
        ("start", x + 6, _Box(x + 6, y - 7, x + 6 + wide, y + 7)),
        ("end", x - 6, _Box(x - 6 - wide, y - 7, x - 6, y + 7)),
        ("middle", x, _Box(x - wide / 2, y + 4, x + wide / 2, y + 18)),
        ("middle", x, _Box(x - wide / 2, y - 18, x + wide / 2, y - 4)),
    )
    free = (side for side in sides if side[2].inside and not any(side[2].meets(other) for other in taken))
    anchor, at, label = next(free, ("", 0.0, None))
    if label is None:
        return ""
    taken += [dot, label]
    size = 3.5 if commune.population > _LARGE else 2.5
    return (
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{size}"/><text class="name" x="{at:.1f}" '
        f'y="{label.bottom - 3.5:.1f}" text-anchor="{anchor}">{escape(commune.name)}</text>'
    )


def _label(x: float, y: float, name: str, size: int) -> _Box:
    """Below the mark, in the middle, bold."""
    wide = len(name) * _LETTER * _BOLD * size / _SIZE
    return _Box(x - wide / 2, y + 3, x + wide / 2, y + 20)


def _scale(unit: float, radius: float) -> str:
    length = max(step for step in (1, 2, 5, 10, 20, 50) if step <= max(radius / 2, 1))
    wide = length * unit
    y = HEIGHT - _MARGIN
    return (
        f'<path class="scale" d="M{_MARGIN} {y - 5}v5h{wide:.1f}v-5" fill="none" stroke="currentColor"/>'
        f'<text class="scale" x="{_MARGIN + 4}" y="{y - 5}">{length}\u00a0km</text>'
    )


def _direction(origin: Point, to: Point) -> str:
    """Where `to` lies, seen from `origin`."""
    north = to[0] - origin[0]
    east = (to[1] - origin[1]) * math.cos(math.radians(origin[0]))
    names = (
        _("à l’est"), _("au nord-est"), _("au nord"), _("au nord-ouest"),
        _("à l’ouest"), _("au sud-ouest"), _("au sud"), _("au sud-est"),
    )  # fmt: skip
    return names[round(math.atan2(north, east) / (math.pi / 4)) % 8]
