"""Jewellery and watches."""

from __future__ import annotations

import math
import random

from ..canvas import INK, LEATHER, WHITE, Canvas, darker, lighter
from ..model import Colour, Picture

_GOLD: Colour = (216, 174, 92)
_SILVER: Colour = (190, 194, 202)


def _metal(chance: random.Random) -> Colour:
    return chance.choice((_GOLD, _SILVER, (206, 150, 118)))


def _gem(c: Canvas, x: float, y: float, r: float, colour: Colour) -> None:
    """A cut stone with three facets and a spark."""
    points = [(x + r * math.cos(a), y + r * math.sin(a)) for a in (math.pi / 4 * k + math.pi / 8 for k in range(8))]
    c.poly(points, colour)
    c.poly([(x, y - r * 0.55), (x + r * 0.55, y), (x, y + r * 0.55), (x - r * 0.55, y)], lighter(colour, 0.3))
    c.poly([points[2], points[3], (x - r * 0.55, y), (x, y + r * 0.55)], darker(colour, 0.2))
    c.disc(x - r * 0.3, y - r * 0.35, r * 0.14, WHITE)


def ring(c: Canvas, p: Picture, chance: random.Random) -> None:
    metal = _metal(chance)
    c.ring(50, 60, 25, 25, 5, metal)
    c.ring(50, 60, 24, 24, 1, lighter(metal, 0.5))
    c.poly([(42, 36), (58, 36), (54, 42), (46, 42)], darker(metal, 0.2))
    _gem(c, 50, 28, 11, p.colour)
    if chance.random() < 0.4:
        _gem(c, 35, 36, 5, lighter(p.colour, 0.2))
        _gem(c, 65, 36, 5, lighter(p.colour, 0.2))


def necklace(c: Canvas, p: Picture, chance: random.Random) -> None:
    metal = _metal(chance)
    beads = chance.random() < 0.4
    for i in range(41):
        angle = math.pi * (1.05 + 0.9 * -i / 40)
        x, y = 50 + 31 * math.cos(angle), 26 + 34 * abs(math.sin(angle)) ** 1.15
        c.disc(x, y, 1.9 if beads else 0.8, p.colour if beads and i % 2 else metal)
    c.ring(50, 63, 2, 2.4, 0.7, metal)
    _gem(c, 50, 73, 8.5, p.colour)


def earrings(c: Canvas, p: Picture, chance: random.Random) -> None:
    metal, hoop = _metal(chance), chance.random() < 0.35
    for x in (34, 66):
        c.arc(x, 24, 4, 6, 150, 390, 1, metal)
        if hoop:
            c.ring(x, 50, 13, 17, 2.4, metal)
            c.disc(x, 67, 3.4, p.colour)
            continue
        c.line([(x, 30), (x, 38)], 0.8, metal)
        _gem(c, x, 43, 5.5, lighter(p.colour, 0.25))
        c.curve([(x, 50), (x + 8, 66), (x, 75), (x - 8, 66)], p.colour)
        c.curve([(x - 2, 58), (x + 1, 64), (x - 2, 69), (x - 4.5, 65)], lighter(p.colour, 0.35))


def bracelet(c: Canvas, p: Picture, chance: random.Random) -> None:
    metal = _metal(chance)
    c.ring(50, 50, 33, 25, 2, darker(metal, 0.1))
    for i in range(24):
        angle = math.tau * i / 24
        big = 3.8 if i % 6 == 0 else 2.9
        colour = metal if i % 6 == 0 else p.colour if i % 2 else lighter(p.colour, 0.3)
        x, y = 50 + 32 * math.cos(angle), 50 + 24 * math.sin(angle)
        c.disc(x, y, big, colour)
        c.disc(x - 0.9, y - 0.9, 0.8, lighter(colour, 0.6))


def brooch(c: Canvas, p: Picture, chance: random.Random) -> None:
    metal = _metal(chance)
    count = chance.choice((5, 6, 8))
    for i in range(count):
        angle = math.tau * i / count
        x, y = math.cos(angle), math.sin(angle)
        leaf = [(50, 50), (50 + 20 * x - 8 * y, 50 + 20 * y + 8 * x), (50 + 33 * x, 50 + 33 * y),
                (50 + 20 * x + 8 * y, 50 + 20 * y - 8 * x)]  # fmt: skip
        c.curve(leaf, p.colour if i % 2 else lighter(p.colour, 0.22))
        c.line([(50 + 10 * x, 50 + 10 * y), (50 + 26 * x, 50 + 26 * y)], 0.7, metal)
    c.disc(50, 50, 8.5, metal)
    _gem(c, 50, 50, 5.6, lighter(p.colour, 0.45))


def watch(c: Canvas, p: Picture, chance: random.Random) -> None:
    metal, strap = _metal(chance), chance.choice((LEATHER, p.colour, (84, 60, 52)))
    c.box(41, 8, 59, 40, strap, 3)
    c.box(41, 60, 59, 92, strap, 3)
    for y in (14.0, 19.0, 78.0, 83.0, 88.0):
        c.ellipse(50, y, 1, 1.3, darker(strap, 0.4))
    c.box(69, 47, 74, 53, darker(metal, 0.15), 1)
    c.disc(50, 50, 22, metal)
    c.disc(50, 50, 18.5, lighter(p.colour, 0.82))
    for i in range(12):
        angle = math.tau * i / 12
        x, y = math.cos(angle), math.sin(angle)
        c.line([(50 + 14 * x, 50 + 14 * y), (50 + 16.4 * x, 50 + 16.4 * y)], 1.1 if i % 3 == 0 else 0.6, INK)
    c.line([(50, 50), (43, 42)], 1.3, INK)
    c.line([(50, 50), (60, 41)], 1, INK)
    c.disc(50, 50, 1.5, metal)


SHAPES = {
    "ring": ring,
    "necklace": necklace,
    "earrings": earrings,
    "bracelet": bracelet,
    "brooch": brooch,
    "watch": watch,
}
