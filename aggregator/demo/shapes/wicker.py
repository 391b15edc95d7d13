"""Woven things: coils, hampers, rush seats, straw hives, nests and cradles. All of straw, tinted by the colour."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from ..canvas import LEATHER, WHITE, WOOD, Canvas, Point, darker, lighter, mix, smooth
from ..model import Colour, Picture

_STRAW: Colour = (214, 176, 112)


def _straw(p: Picture) -> Colour:
    return mix(_STRAW, p.colour, 0.3)


def _weave(c: Canvas, outline: Sequence[Point], straw: Colour) -> None:
    """Fill an outline with wickerwork. It is laid row by row, each as wide as the outline there."""
    c.poly(outline, straw)
    top, bottom = min(y for _, y in outline), max(y for _, y in outline)
    rows = int((bottom - top) / 4)
    for row in range(rows):
        y = top + 2 + row * 4
        crossings = sorted(_crossings(outline, y))
        if len(crossings) < 2:
            continue
        left, right = crossings[0] + 1.5, crossings[-1] - 1.5
        shade = lighter(straw, 0.24) if row % 2 else darker(straw, 0.16)
        x = left + (row % 2) * 3
        while x + 3 < right:
            c.line([(x, y), (x + 2.6, y)], 2, shade)
            x += 6


def _crossings(outline: Sequence[Point], y: float) -> list[float]:
    """Where a level line cuts the outline."""
    found = []
    for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y0 <= y) != (y1 <= y):
            found.append(x0 + (x1 - x0) * (y - y0) / (y1 - y0))
    return found


def coil(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A coiled tray or bowl, seen from above."""
    straw = _straw(p)
    accent = chance.choice((p.colour, darker(straw, 0.4)))
    if chance.random() < 0.5:
        for x in (12, 88):
            c.ring(x, 50, 8, 11, 3, darker(straw, 0.3))
    turns = 8
    marked = chance.randrange(2, turns - 1)
    for turn in range(turns):
        r = 38 - turn * 4.8
        ring = accent if turn == marked else lighter(straw, 0.06 * turn)
        c.disc(50, 50, r, darker(ring, 0.3))
        c.disc(50, 50, r - 0.6, ring)
        stitches = max(round(r * 1.1), 6)
        for k in range(stitches):
            a = math.tau * (k + 0.3 * turn) / stitches
            inner, outer = max(r - 4.2, 0), r - 0.8
            start = (50 + inner * math.cos(a), 50 + inner * math.sin(a))
            end = (50 + outer * math.cos(a + 0.06), 50 + outer * math.sin(a + 0.06))
            c.line([start, end], 0.6, darker(ring, 0.22))
    c.arc(50, 50, 36.4, 36.4, 200, 250, 1.2, lighter(straw, 0.5))


def hamper(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A trunk with leather straps."""
    straw = _straw(p)
    c.arc(50, 30, 13, 9, 180, 360, 3, LEATHER)
    _weave(c, [(12, 46), (88, 46), (84, 84), (16, 84)], straw)
    _weave(c, [(14, 30), (86, 30), (90, 46), (10, 46)], lighter(straw, 0.12))
    c.box(9, 43.6, 91, 48, darker(straw, 0.3), 2)
    c.box(15, 81, 85, 86, darker(straw, 0.3), 2)
    strap = chance.choice((LEATHER, darker(LEATHER, 0.3), p.colour))
    for x in (30, 66):
        c.box(x, 32, x + 5, 60, strap, 1.5)
        c.box(x - 0.8, 49, x + 5.8, 54, (222, 190, 110), 1)
        c.box(x + 1, 50.4, x + 4, 52.6, strap)


def chair(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A chair with a rush seat."""
    wood = chance.choice((WOOD, darker(WOOD, 0.25), p.colour))
    for x in (31, 69):
        c.line([(x, 8), (x, 92)], 3.4, darker(wood, 0.1))
        c.disc(x, 8, 2.4, wood)
    for y in (17, 27, 37)[: chance.choice((2, 3))]:
        c.bend([(32, y), (50, y - 3), (68, y)], 4.2, wood)
    _seat(c, p, 54, 24)
    for x in (25, 75):
        c.line([(x, 62), (x, 94)], 3.6, wood)
    for y in (73, 83):
        c.line([(26, y), (74, y)], 2, darker(wood, 0.16))


def stool(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A stool with a rush seat."""
    wood = chance.choice((WOOD, darker(WOOD, 0.25), p.colour))
    high = chance.random() < 0.4
    top = 26 if high else 42
    for x, foot in ((34, 31), (66, 69)):
        c.line([(x, top), (foot, 84)], 3, darker(wood, 0.2))
    _seat(c, p, top, 24)
    for x, foot in ((27, 23), (73, 77)):
        c.line([(x, top + 8), (foot, 92)], 3.6, wood)
    for y in (64, 78) if high else (74,):
        c.line([(26, y), (74, y)], 2.2, wood)


def _seat(c: Canvas, p: Picture, top: float, half: float) -> None:
    """Four triangles of rush that meet in the middle, seen from the front and above."""
    straw = _straw(p)
    left, right, deep = 50 - half, 50 + half, 12.0
    back = [(left + 5, top - 2), (right - 5, top - 2)]
    front = [(right + 2, top + deep), (left - 2, top + deep)]
    middle = (50.0, top + deep / 2 - 1)
    c.poly([*back, *front], straw)
    c.poly([back[0], middle, front[1]], lighter(straw, 0.22))
    c.poly([back[1], middle, front[0]], darker(straw, 0.14))
    for k in range(1, 6):
        part = k / 6
        for a, b in ((front[1], front[0]), (back[0], back[1])):
            start = (a[0] + (middle[0] - a[0]) * part, a[1] + (middle[1] - a[1]) * part)
            end = (b[0] + (middle[0] - b[0]) * part, b[1] + (middle[1] - b[1]) * part)
            c.line([start, end], 0.5, darker(straw, 0.3))
    c.line([front[1], front[0]], 4, darker(straw, 0.2))


def skep(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A straw hive on its board, with a bee or two."""
    straw = _straw(p)
    c.box(14, 84, 86, 90, WOOD, 2)
    c.ring(50, 13, 5, 5, 2.2, darker(straw, 0.25))
    widths = (11, 19, 24.5, 28, 30.5, 32, 33, 33)
    for row, half in enumerate(widths):
        y = 20 + row * 8.4
        ring = lighter(straw, 0.1) if row % 2 else straw
        c.box(50 - half, y - 4.6, 50 + half, y + 4.6, darker(ring, 0.22), 4.6)
        c.box(50 - half, y - 4.6, 50 + half, y + 3.2, ring, 3.9)
        for k in range(int(half / 3)):
            for x in (50 - 2 - k * 6, 50 + 4 + k * 6):
                if abs(x - 50) < half - 3:
                    c.line([(x, y - 3.4), (x - 1.6, y + 3)], 0.8, darker(ring, 0.3))
    c.curve([(42, 84), (43, 74), (50, 70), (57, 74), (58, 84)], (70, 52, 40))
    for x, y in ((84, 34), (16, 52))[: chance.choice((1, 2))]:
        c.ellipse(x - 1, y - 3, 2.6, 2.2, WHITE)
        c.ellipse(x, y, 3.8, 2.6, (232, 178, 62))
        for dx in (-1, 1):
            c.line([(x + dx, y - 1.8), (x + dx, y + 1.8)], 0.9, (60, 46, 40))


def nest(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A woven ball with a round door, hanging from a branch."""
    straw = _straw(p)
    c.bend([(4, 14), (40, 10), (96, 16)], 3.4, darker(WOOD, 0.35))
    for x, y in ((18, 20), (76, 21), (88, 8)):
        c.curve([(x, y), (x + 5, y - 5), (x + 11, y - 2), (x + 6, y + 2)], (124, 148, 96))
    c.line([(50, 11), (50, 30)], 1.2, darker(straw, 0.35))
    foot = chance.uniform(84, 92)
    ball = [(50, 26), (73, 36), (78, 56), (68, foot - 6), (50, foot), (32, foot - 6), (22, 56), (27, 36)]
    _weave(c, smooth(ball), straw)
    c.disc(50, 54, 11, darker(straw, 0.35))
    c.disc(50, 54, 8.6, (66, 50, 44))
    if chance.random() < 0.6:
        c.disc(50, 57, 5, (112, 140, 176))
        c.poly([(48.4, 57), (51.6, 57), (50, 60)], (232, 176, 80))
        for x in (48, 52):
            c.disc(x, 55.6, 0.8, WHITE)


def cradle(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A wicker cradle with its hood and linen, on rockers or on the floor."""
    straw = _straw(p)
    _weave(c, smooth([(10, 56), (10, 36), (20, 22), (34, 20), (44, 28), (46, 56)]), darker(straw, 0.08))
    c.curve([(18, 56), (20, 40), (30, 32), (42, 40), (44, 56)], lighter(p.colour, 0.6))
    c.box(30, 46, 86, 60, WHITE, 6)
    c.box(46, 45, 90, 60, lighter(p.colour, 0.35), 6)
    _weave(c, [(8, 52), (92, 52), (84, 80), (18, 80)], straw)
    c.box(6, 50, 94, 55.4, darker(straw, 0.26), 2.6)
    for x in range(12, 90, 8):
        c.curve([(x, 55), (x + 4, 59.6), (x + 8, 55)], WHITE)
    if chance.random() < 0.5:
        c.arc(50, 52, 46, 38, 40, 140, 3, WOOD)
    else:
        c.box(18, 78, 84, 83, darker(straw, 0.3), 2)


SHAPES = {
    "coil": coil,
    "hamper": hamper,
    "chair": chair,
    "stool": stool,
    "skep": skep,
    "nest": nest,
    "cradle": cradle,
}
