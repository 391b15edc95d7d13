"""Pottery, and the small things of a bathroom."""

from __future__ import annotations

import random

from ..canvas import WHITE, WOOD, Canvas, Point, darker, lighter, mix, smooth
from ..model import Colour, Picture

_CLAY: Colour = (216, 196, 172)


def _glaze(c: Canvas, outline: list[Point], p: Picture, chance: random.Random, edge: float) -> None:
    """A pot's body: glaze over bare clay from `edge` down, with a few specks."""
    c.poly(outline, p.colour)
    low = [pt for pt in outline if pt[1] >= edge]
    if chance.random() < 0.55 and len(low) > 4:
        c.poly(low, mix(_CLAY, p.colour, 0.15))
    for _ in range(14):
        x, y = chance.uniform(38, 62), chance.uniform(edge - 22, edge - 3)
        c.disc(x, y, 0.45, darker(p.colour, 0.3))


def mug(c: Canvas, p: Picture, chance: random.Random) -> None:
    if chance.random() < 0.8:
        c.ring(71, 54, 12, 14, 4, darker(p.colour, 0.1))
    outline = smooth([(28, 31), (29, 60), (33, 78), (50, 80), (67, 78), (71, 60), (72, 31)], steps=14)
    _glaze(c, outline, p, chance, 68)
    c.ellipse(50, 31, 22, 5, lighter(p.colour, 0.25))
    c.ellipse(50, 31.6, 19.5, 3.8, (96, 66, 52))
    c.bend([(33, 40), (34, 54), (36, 64)], 1.7, lighter(p.colour, 0.35))
    if chance.random() < 0.35:
        for i, x in enumerate((46, 50, 54)):
            c.bend([(x, 24), (x + 1.6, 20), (x - 1.2, 16), (x + 0.6, 11 + i % 2)], 0.8, WHITE)


def bowl(c: Canvas, p: Picture, chance: random.Random) -> None:
    outline = smooth([(17, 42), (24, 62), (40, 76), (60, 76), (76, 62), (83, 42)], steps=14)
    if chance.random() < 0.3:
        c.curve([(8, 43), (18, 40), (20, 48), (10, 48)], darker(p.colour, 0.1))
        c.curve([(92, 43), (82, 40), (80, 48), (90, 48)], darker(p.colour, 0.1))
    _glaze(c, outline, p, chance, 66)
    c.box(41, 74, 59, 79, mix(_CLAY, p.colour, 0.3), 1.5)
    c.ellipse(50, 41.5, 33.5, 7, lighter(p.colour, 0.3))
    c.ellipse(50, 42.4, 30, 5.2, darker(p.colour, 0.25))
    c.bend([(24, 52), (31, 62), (40, 69)], 1.6, lighter(p.colour, 0.35))


def plate(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.disc(50, 50, 36, p.colour)
    c.disc(50, 50, 34.6, lighter(p.colour, 0.14))
    c.disc(50, 50, 25, darker(p.colour, 0.1))
    c.disc(50, 50.6, 24, lighter(p.colour, 0.2))
    for _ in range(30):
        c.disc(50 + chance.triangular(-21, 21), 50 + chance.triangular(-21, 21), 0.5, darker(p.colour, 0.2))
    if chance.random() < 0.5:
        for part in (12, 14, 16):
            c.arc(50, 50, part, part, chance.randrange(360), chance.randrange(400, 560), 0.5, darker(p.colour, 0.18))
    c.arc(50, 50, 30, 30, 200, 260, 1.8, lighter(p.colour, 0.5))


def jug(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.bend([(62, 28), (80, 32), (80, 52), (66, 62)], 4.4, darker(p.colour, 0.12))
    left = [(38, 20), (42, 34), (30, 56), (34, 78), (50, 84)]
    outline = smooth([*left, (66, 78), (70, 56), (58, 34), (62, 22)], steps=14)
    _glaze(c, outline, p, chance, 70)
    c.curve([(31, 17), (44, 18), (62, 21), (60, 27), (40, 25)], lighter(p.colour, 0.2))
    c.bend([(37, 54), (36, 64), (39, 74)], 1.7, lighter(p.colour, 0.35))


def teapot(c: Canvas, p: Picture, chance: random.Random) -> None:
    if chance.random() < 0.5:
        c.arc(50, 40, 22, 25, 190, 350, 2.6, WOOD)
    else:
        c.ring(78, 56, 11, 13, 3.6, darker(p.colour, 0.12))
    c.poly([(32, 62), (12, 40), (17, 37), (38, 50)], darker(p.colour, 0.1))
    outline = smooth([(50, 38), (29, 46), (25, 64), (36, 78), (64, 78), (75, 64), (71, 46)])
    _glaze(c, outline, p, chance, 70)
    c.ellipse(50, 40, 14, 4.4, lighter(p.colour, 0.18))
    c.disc(50, 33.5, 3.6, darker(p.colour, 0.2))
    c.bend([(33, 52), (31, 62), (36, 71)], 1.8, lighter(p.colour, 0.35))


def dish(c: Canvas, p: Picture, chance: random.Random) -> None:
    for x in (10, 78):
        c.box(x, 46, x + 12, 56, darker(p.colour, 0.15), 4)
    c.box(16, 34, 84, 68, darker(p.colour, 0.12), 14)
    c.box(16, 30, 84, 64, p.colour, 14)
    c.box(21, 34, 79, 60, darker(p.colour, 0.28), 10)
    c.box(23, 37, 77, 60, lighter(p.colour, 0.12), 9)
    for _ in range(16):
        c.disc(chance.uniform(28, 72), chance.uniform(41, 56), 0.5, darker(p.colour, 0.2))


def soap(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.poly([(22, 56), (78, 56), (84, 66), (16, 66)], lighter(WOOD, 0.1))
    for x in (26, 38, 50, 62, 70):
        c.box(x, 64, x + 6, 72, WOOD, 1)
    c.box(24, 34, 76, 58, p.colour, 6)
    c.box(24, 33, 76, 52, lighter(p.colour, 0.2), 6)
    c.box(38, 37, 62, 48, lighter(p.colour, 0.38), 3)
    c.text(50, 39.4, "savon", 5, darker(p.colour, 0.35), 30)
    for x, y, r in ((20, 30, 4), (80, 26, 5.5), (86, 40, 3), (14, 44, 2.4)):
        c.disc(x, y, r, WHITE)
        c.disc(x - r * 0.3, y - r * 0.3, r * 0.35, lighter(p.colour, 0.6))


def jar(c: Canvas, p: Picture, chance: random.Random) -> None:
    lid = chance.choice((WOOD, (70, 66, 70), (206, 176, 106)))
    c.box(24, 42, 76, 82, lighter(p.colour, 0.35), 7)
    c.box(28, 46, 32, 76, WHITE, 2)
    c.box(26, 54, 74, 72, WHITE, 1)
    c.box(22, 28, 78, 45, lid, 3.5)
    c.box(22, 40, 78, 42, darker(lid), 0)
    c.text(50, 57, "baume", 5.6, darker(p.colour, 0.45), 44)
    c.line([(42, 68), (58, 68)], 0.8, p.colour)


def bottle(c: Canvas, p: Picture, chance: random.Random) -> None:
    glass = chance.choice(((126, 84, 48), lighter(p.colour, 0.2), (76, 100, 92)))
    c.box(43, 10, 57, 22, (64, 60, 64), 2.5)
    c.box(45, 20, 55, 32, glass, 1)
    c.poly(smooth([(45, 30), (32, 40), (31, 64), (33, 86), (50, 88), (67, 86), (69, 64), (68, 40), (55, 30)]), glass)
    c.box(31.5, 50, 68.5, 76, WHITE, 1)
    c.curve([(50, 53), (55, 59), (50, 66), (45, 59)], p.colour)
    c.line([(40, 70), (60, 70)], 0.8, darker(p.colour, 0.3))
    c.bend([(36, 42), (34.8, 46), (34.6, 49)], 1.4, lighter(glass, 0.45))


def brush(c: Canvas, p: Picture, chance: random.Random) -> None:
    for i in range(16):
        x = 20 + i * 2.4
        c.line([(x, 52), (x + chance.uniform(-0.8, 0.8), 66)], 1.5, lighter((226, 204, 160), 0.2))
    c.box(16, 40, 62, 53, WOOD, 6)
    c.poly(smooth([(58, 42), (72, 40), (88, 43), (88, 50), (72, 53), (58, 51)]), WOOD)
    c.disc(84, 46.5, 1.6, darker(WOOD, 0.6))
    c.line([(20, 43), (58, 43)], 1, lighter(WOOD, 0.35))
    c.box(63, 41, 67, 52, p.colour, 0.6)


SHAPES = {
    "mug": mug,
    "bowl": bowl,
    "plate": plate,
    "jug": jug,
    "teapot": teapot,
    "dish": dish,
    "soap": soap,
    "jar": jar,
    "bottle": bottle,
    "brush": brush,
}
