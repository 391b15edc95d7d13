"""Clothes."""

from __future__ import annotations

import random

from ..canvas import WHITE, Canvas, Point, darker, lighter, smooth
from ..model import Picture


def _cloth(c: Canvas, outline: list[Point], p: Picture, chance: random.Random) -> None:
    """A garment's cut, plain or patterned."""
    c.poly(outline, p.colour)
    c.pattern(outline, chance.randrange(8), lighter(p.colour, 0.35))


def tshirt(c: Canvas, p: Picture, chance: random.Random) -> None:
    left = [(43, 22), (34, 25), (17, 38), (25, 52), (33, 46), (33, 82)]
    _cloth(c, c.mirror(left), p, chance)
    c.ellipse(50, 22, 8.5, 6, darker(p.colour, 0.35))
    c.arc(50, 21.5, 9, 7, 5, 175, 1.6, lighter(p.colour, 0.2))
    for x in (33, 67):
        c.line([(x, 47), (x, 58)], 0.5, darker(p.colour))
    c.line([(34, 79.5), (66, 79.5)], 0.5, darker(p.colour))


def shirt(c: Canvas, p: Picture, chance: random.Random) -> None:
    _cloth(c, c.mirror([(42, 20), (32, 24), (20, 44), (16, 70), (25, 72), (32, 52), (31, 84)]), p, chance)
    c.line([(50, 28), (50, 84)], 0.6, darker(p.colour))
    for y in range(34, 82, 9):
        c.disc(51.6, y, 0.9, WHITE)
    c.poly([(42, 19), (50, 30), (38, 31), (37, 22)], lighter(p.colour, 0.25))
    c.poly([(58, 19), (50, 30), (62, 31), (63, 22)], lighter(p.colour, 0.25))
    c.box(56, 42, 63, 50, darker(p.colour, 0.1), 0.8)
    for x in (17, 75):
        c.poly([(x, 66), (x + 9, 68), (x + 8, 72), (x - 1, 70)] if x < 50 else
               [(x, 68), (x + 9, 66), (x + 10, 70), (x + 1, 72)], darker(p.colour, 0.15))  # fmt: skip


def dress(c: Canvas, p: Picture, chance: random.Random) -> None:
    left = [(43, 14), (38, 15), (34, 27), (39, 33), (40, 44), (26, 86), (50, 89)]
    _cloth(c, c.mirror(left), p, chance)
    c.ellipse(50, 14.5, 7.5, 7, darker(p.colour, 0.35))
    c.box(39.5, 42.5, 60.5, 46, darker(p.colour), 1)
    for x, end in ((44, 37), (50, 50), (56, 63)):
        c.line([(x, 48), (end, 84)], 0.45, darker(p.colour, 0.16))


def sweater(c: Canvas, p: Picture, chance: random.Random) -> None:
    outline = c.mirror([(42, 21), (31, 26), (17, 66), (26, 70), (33, 52), (32, 80)])
    _cloth(c, outline, p, chance)
    rib = darker(p.colour, 0.16)
    c.poly([(32, 76), (68, 76), (68, 82), (32, 82)], rib)
    c.poly([(18.5, 62), (28, 65.5), (26, 70), (17, 66)], rib)
    c.poly([(81.5, 62), (72, 65.5), (74, 70), (83, 66)], rib)
    c.ellipse(50, 21.5, 9.5, 6.5, rib)
    c.ellipse(50, 21, 6.5, 4, darker(p.colour, 0.4))
    for x in range(34, 68, 3):
        c.line([(x, 77), (x, 81)], 0.35, darker(p.colour, 0.3))


def trousers(c: Canvas, p: Picture, chance: random.Random) -> None:
    outline = c.mirror([(35, 15), (33, 40), (30, 87), (45, 87), (50, 43)])
    _cloth(c, outline, p, chance)
    c.box(35, 14, 65, 19, darker(p.colour), 0.8)
    c.line([(50, 19), (50, 32)], 0.6, darker(p.colour))
    c.line([(38, 20), (34.5, 28)], 0.6, darker(p.colour))
    c.line([(62, 20), (65.5, 28)], 0.6, darker(p.colour))
    c.disc(50, 16.6, 1, WHITE)
    for x in (38, 62):
        c.line([(x, 36), (x - 0.5 if x < 50 else x + 0.5, 84)], 0.4, lighter(p.colour, 0.14))


def skirt(c: Canvas, p: Picture, chance: random.Random) -> None:
    _cloth(c, c.mirror([(37, 24), (22, 76), (35, 79), (50, 80)]), p, chance)
    for i in range(1, 7):
        c.line([(37 + i * 3.7, 28), (22 + i * 8, 78)], 0.5, darker(p.colour, 0.18))
    c.box(36.5, 22, 63.5, 28, darker(p.colour), 1)
    c.disc(60, 25, 1, WHITE)


def jacket(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.poly(c.mirror([(41, 17), (30, 22), (17, 68), (27, 72), (32, 52), (30, 85)]), p.colour)
    c.poly([(41, 17), (59, 17), (50, 46)], darker(p.colour, 0.45))
    for side in (1, -1):
        c.poly([(50 - 9 * side, 16), (50 - 17 * side, 26), (50 - 12 * side, 33), (50, 48)], lighter(p.colour, 0.18))
        c.box(min(50 - 17 * side, 50 - 7 * side), 62, max(50 - 17 * side, 50 - 7 * side), 64.5, darker(p.colour), 1)
    c.line([(50, 48), (50, 85)], 0.7, darker(p.colour))
    for y in (53, 63, 73):
        c.disc(52.4, y, 1.3, darker(p.colour, 0.45))
    c.box(57, 43, 64, 44.6, darker(p.colour), 0.6)


def scarf(c: Canvas, p: Picture, chance: random.Random) -> None:
    for x0, x1, end in ((40, 51, 82), (53, 63, 74)):
        outline: list[Point] = [(x0, 38), (x1, 38), (x1 + 1, end), (x0 - 1, end)]
        _cloth(c, outline, p, random.Random(chance.random()))
        c.box(x0 - 0.8, end - 9, x1 + 0.8, end - 6, lighter(p.colour, 0.4))
        for i in range(6):
            x = x0 + i * (x1 - x0) / 5
            c.line([(x, end), (x, end + 5)], 0.6, p.colour)
    c.curve([(30, 26), (50, 18), (70, 26), (68, 40), (50, 46), (32, 40)], darker(p.colour, 0.12))
    c.curve([(37, 27), (50, 23), (63, 27), (50, 34)], darker(p.colour, 0.4))
    c.bend([(33, 36), (50, 42), (67, 36)], 1, lighter(p.colour, 0.25))


def hat(c: Canvas, p: Picture, chance: random.Random) -> None:
    dome = smooth([(24, 66), (27, 40), (50, 24), (73, 40), (76, 66), (50, 68)])
    _cloth(c, dome, p, chance)
    for x in (36, 43, 50, 57, 64):
        c.bend([(x, 60), (50 + (x - 50) * 0.8, 42), (50 + (x - 50) * 0.3, 28)], 0.5, darker(p.colour, 0.16))
    c.box(22, 60, 78, 75, darker(p.colour, 0.14), 4)
    for x in range(26, 77, 4):
        c.line([(x, 62), (x, 73)], 0.6, darker(p.colour, 0.28))
    c.disc(50, 23, 7.5, lighter(p.colour, 0.5))
    for dx, dy in ((-3, -2), (2, 2), (3, -3), (-1, 3)):
        c.disc(50 + dx, 23 + dy, 1.6, lighter(p.colour, 0.7))


def overalls(c: Canvas, p: Picture, chance: random.Random) -> None:
    _cloth(c, c.mirror([(38, 34), (36, 50), (31, 54), (29, 86), (45, 86), (50, 66)]), p, chance)
    for x, top in ((40.0, 36.0), (60.0, 64.0)):
        c.line([(x, 38), (top, 15)], 3.4, darker(p.colour, 0.14))
    c.box(38, 33, 62, 36, darker(p.colour, 0.14), 1)
    c.box(43, 41, 57, 51, lighter(p.colour, 0.16), 1.5)
    c.line([(50, 41), (50, 51)], 0.5, darker(p.colour))
    for x in (40.5, 59.5):
        c.disc(x, 37.5, 1.6, (222, 186, 96))
    for x in (30, 55):
        c.box(x, 82, x + 15, 86, lighter(p.colour, 0.25), 0.8)


SHAPES = {
    "tshirt": tshirt,
    "shirt": shirt,
    "dress": dress,
    "sweater": sweater,
    "trousers": trousers,
    "skirt": skirt,
    "jacket": jacket,
    "scarf": scarf,
    "hat": hat,
    "overalls": overalls,
}
