"""Shoes, belts and bags. Shoes are seen from the side, toe to the right, a second one behind."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from ..canvas import METAL, WHITE, Canvas, Point, darker, lighter
from ..model import Colour, Picture

_SOLE: Colour = (232, 222, 204)


def _pair(c: Canvas, p: Picture, one: Callable[[Canvas, Colour, float, float], None]) -> None:
    one(c, darker(p.colour, 0.3), 8, -11)
    one(c, p.colour, -4, 4)


def _moved(points: Sequence[Point], x: float, y: float) -> list[Point]:
    return [(a + x, b + y) for a, b in points]


def boot(c: Canvas, p: Picture, chance: random.Random) -> None:
    heel = chance.choice((3, 7))

    def one(c: Canvas, colour: Colour, x: float, y: float) -> None:
        upper = [(30, 20), (50, 20), (51, 48), (62, 54), (76, 60), (80, 72), (28, 72)]
        c.poly(_moved(upper, x, y), colour)
        c.curve(_moved([(52, 72), (60, 54), (73, 57), (80, 66), (80, 72)], x, y), colour)
        c.box(27 + x, 71 + y, 81 + x, 75 + y, darker(colour, 0.5), 1.5)
        c.box(27 + x, 72 + y, 42 + x, 74 + heel + y, darker(colour, 0.5), 1)
        c.box(29 + x, 18.5 + y, 51 + x, 24 + y, lighter(colour, 0.14), 1.5)
        c.poly(_moved([(45, 26), (49, 26), (49, 47), (46, 44)], x, y), darker(colour, 0.28))
        for i in range(4):
            c.line(_moved([*[(48, 30 + i * 6), (56 + i, 33 + i * 6)][:1], (43, 32 + i * 6)], x, y), 0.8, WHITE)

    _pair(c, p, one)


def sneaker(c: Canvas, p: Picture, chance: random.Random) -> None:
    high = chance.random() < 0.3

    def one(c: Canvas, colour: Colour, x: float, y: float) -> None:
        top = 30 if high else 42
        c.curve(
            _moved([(22, 66), (21, top), (34, top - 2), (44, 46), (58, 53), (76, 58), (82, 68), (50, 69)], x, y), colour
        )
        c.curve(_moved([(68, 56), (78, 58), (83, 68), (70, 68)], x, y), lighter(colour, 0.5))
        c.box(19 + x, 65 + y, 84 + x, 73 + y, WHITE, 4)
        c.line(_moved([(22, 69), (81, 69)], x, y), 0.8, colour)
        for i in range(4):
            c.line(_moved([(40 + i * 5, 45 + i * 2.4), (47 + i * 5, 43.5 + i * 2.4)], x, y), 1.1, WHITE)
        c.curve(_moved([(28, 62), (40, 52), (50, 58), (40, 58)], x, y), lighter(colour, 0.35))

    _pair(c, p, one)


def loafer(c: Canvas, p: Picture, chance: random.Random) -> None:
    def one(c: Canvas, colour: Colour, x: float, y: float) -> None:
        c.curve(_moved([(20, 66), (20, 47), (30, 47), (42, 54), (56, 50), (74, 56), (83, 67), (50, 69)], x, y), colour)
        c.curve(_moved([(27, 48), (37, 47), (52, 52), (44, 57)], x, y), darker(colour, 0.45))
        c.poly(_moved([(46, 53), (56, 49), (62, 62), (52, 64)], x, y), lighter(colour, 0.2))
        c.line(_moved([(50, 58), (58, 56)], x, y), 1, darker(colour, 0.4))
        c.box(18 + x, 66 + y, 84 + x, 70 + y, darker(colour, 0.5), 1.5)
        c.box(18 + x, 68 + y, 34 + x, 74 + y, darker(colour, 0.5), 1)

    _pair(c, p, one)


def sandal(c: Canvas, p: Picture, chance: random.Random) -> None:
    def one(c: Canvas, colour: Colour, x: float, y: float) -> None:
        c.curve(
            _moved([(17, 68), (20, 62), (40, 65), (62, 67), (82, 68), (80, 73), (40, 75), (18, 74)], x, y),
            (168, 120, 76),
        )
        c.bend(_moved([(22, 64), (28, 44), (40, 46), (44, 66)], x, y), 4.2, colour)
        c.bend(_moved([(55, 68), (58, 52), (70, 52), (76, 68)], x, y), 4.6, colour)
        c.bend(_moved([(34, 46), (48, 52), (60, 54)], x, y), 3.2, lighter(colour, 0.15))
        c.disc(33 + x, 46 + y, 1.8, (222, 190, 110))

    _pair(c, p, one)


def slipper(c: Canvas, p: Picture, chance: random.Random) -> None:
    def one(c: Canvas, colour: Colour, x: float, y: float) -> None:
        c.curve(_moved([(18, 69), (19, 58), (32, 57), (46, 60), (58, 48), (76, 52), (84, 67), (50, 71)], x, y), colour)
        c.curve(_moved([(24, 60), (40, 58), (56, 52), (48, 65), (30, 66)], x, y), (246, 236, 220))
        c.box(17 + x, 68 + y, 84 + x, 73 + y, _SOLE, 2.5)
        c.disc(68 + x, 53 + y, 4.4, lighter(colour, 0.55))

    _pair(c, p, one)


def belt(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.ring(50, 50, 32, 32, 9, p.colour)
    c.ring(50, 50, 31, 31, 0.6, lighter(p.colour, 0.45))
    c.ring(50, 50, 24.4, 24.4, 0.6, lighter(p.colour, 0.45))
    c.line([(50, 77.5), (82, 84)], 9, darker(p.colour, 0.1))
    for i in range(4):
        c.disc(63 + i * 5, 80 + i, 0.9, darker(p.colour, 0.5))
    c.box(41, 69, 57, 86, METAL, 2)
    c.box(44.5, 72.5, 53.5, 82.5, darker(p.colour, 0.2), 1)
    c.line([(44, 77.5), (58, 77.5)], 1.4, lighter(METAL, 0.4))


def backpack(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.arc(50, 20, 8, 7, 180, 360, 2.6, darker(p.colour, 0.35))
    c.box(17, 46, 28, 76, darker(p.colour, 0.2), 4)
    c.box(72, 46, 83, 76, darker(p.colour, 0.2), 4)
    c.box(26, 18, 74, 84, p.colour, 12)
    c.box(26, 18, 74, 48, lighter(p.colour, 0.12), 12)
    c.box(34, 54, 66, 78, darker(p.colour, 0.14), 5)
    c.line([(37, 60), (63, 60)], 0.9, (224, 200, 150))
    for x in (38, 62):
        c.box(x - 2, 38, x + 2, 58, (150, 98, 60), 0.8)
        c.box(x - 2.6, 49, x + 2.6, 53, (222, 190, 110), 0.8)


SHAPES = {
    "boot": boot,
    "sneaker": sneaker,
    "loafer": loafer,
    "sandal": sandal,
    "slipper": slipper,
    "belt": belt,
    "backpack": backpack,
}
