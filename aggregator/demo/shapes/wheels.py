"""Bicycles and what goes with them."""

from __future__ import annotations

import math
import random

from ..canvas import INK, LEATHER, METAL, WHITE, Canvas, darker, lighter
from ..model import Colour, Picture

_TYRE: Colour = (66, 62, 68)


def _wheel(c: Canvas, x: float, y: float, r: float) -> None:
    for k in range(12):
        a = math.tau * k / 12
        c.line([(x, y), (x + (r - 1.5) * math.cos(a), y + (r - 1.5) * math.sin(a))], 0.3, (150, 150, 156))
    c.ring(x, y, r, r, 2.2, _TYRE)
    c.ring(x, y, r - 2.2, r - 2.2, 0.6, METAL)
    c.disc(x, y, 1.6, METAL)


def bicycle(c: Canvas, p: Picture, chance: random.Random) -> None:
    left, right, crank = (26, 64), (75, 64), (47, 65)
    seat, head = (40, 38), (65, 36)
    for x, y in (left, right):
        _wheel(c, x, y, 18)
    low = chance.random() < 0.5
    c.line([left, crank], 1.6, p.colour)
    c.line([left, seat], 1.5, p.colour)
    c.line([seat, crank], 2.2, p.colour)
    if low:
        c.bend([(66.6, 42), (56, 54), crank], 2.2, p.colour)
    else:
        c.line([(40.6, 40), head], 2.2, p.colour)
        c.line([(66, 41), crank], 2.2, p.colour)
    c.line([(64, 31), (66.5, 42), right], 1.8, darker(p.colour, 0.1))
    c.bend([(64, 31), (66, 27), (73, 27), (75, 31)], 1.5, _TYRE)
    c.line([(72.6, 28), (75.4, 32)], 2.2, LEATHER)
    c.line([(39, 35), seat], 1.4, METAL)
    c.curve([(31, 34), (33, 31), (46, 32.6), (47, 34.4), (40, 36)], LEATHER)
    c.disc(*crank, 3.6, METAL)
    c.line([crank, (51, 73)], 1.1, INK)
    c.box(48.4, 73, 54, 74.6, INK, 0.6)
    c.arc(left[0], left[1], 20.5, 20.5, 190, 300, 1.2, darker(p.colour))
    c.arc(right[0], right[1], 20.5, 20.5, 215, 330, 1.2, darker(p.colour))
    if chance.random() < 0.4:
        c.box(68, 38, 88, 50, (196, 150, 100), 2)
        for x in (72, 77, 82):
            c.line([(x, 39), (x, 49)], 0.5, (150, 108, 70))


def balancebike(c: Canvas, p: Picture, chance: random.Random) -> None:
    for x in (27, 73):
        _wheel(c, x, 68, 17)
        c.disc(x, 68, 8.5, lighter(p.colour, 0.55))
        c.disc(x, 68, 2, METAL)
    c.bend([(27, 68), (40, 54), (62, 50), (64, 38)], 5, p.colour)
    c.line([(62, 34), (73, 68)], 3.4, darker(p.colour, 0.14))
    c.line([(56, 28), (68, 30)], 2.4, _TYRE)
    c.line([(54, 27.6), (58, 28.4)], 3.4, (216, 96, 84))
    c.line([(40, 44), (42, 54)], 2, METAL)
    c.curve([(30, 42), (34, 38), (48, 40), (50, 44), (40, 46)], LEATHER)


def helmet(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.bend([(34, 62), (42, 80), (52, 84), (60, 78), (66, 62)], 1.8, INK)
    c.box(46, 81, 56, 87, INK, 1.6)
    c.curve([(14, 58), (18, 38), (38, 22), (62, 22), (82, 38), (87, 56), (70, 64), (40, 64)], p.colour)
    for x0, x1 in ((30, 26), (44, 40), (58, 56), (71, 72)):
        c.curve([(x0, 32), (x0 + 5, 31), (x1 + 7, 50), (x1, 52)], darker(p.colour, 0.5))
    c.bend([(16, 56), (40, 61), (70, 61), (86, 54)], 2.6, darker(p.colour, 0.25))
    c.bend([(24, 38), (38, 27), (52, 24)], 1.6, lighter(p.colour, 0.5))


def pannier(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.line([(12, 24), (88, 24)], 2.6, METAL)
    for x in (32, 62):
        c.box(x, 20, x + 6, 32, INK, 1.4)
    c.box(22, 28, 78, 86, p.colour, 6)
    c.box(22, 28, 78, 52, darker(p.colour, 0.14), 6)
    c.box(32, 58, 68, 80, lighter(p.colour, 0.14), 3)
    for x in (36, 60):
        c.box(x, 44, x + 4.4, 62, LEATHER, 0.8)
        c.box(x - 0.8, 55, x + 5.2, 59, METAL, 0.8)
    c.box(44, 68, 56, 72, WHITE, 1.6)


def bikelight(c: Canvas, p: Picture, chance: random.Random) -> None:
    red = chance.random() < 0.4
    beam: Colour = (240, 120, 104) if red else (255, 240, 190)
    c.poly([(56, 40), (98, 20), (98, 84), (56, 62)], lighter(beam, 0.3))
    c.box(22, 36, 52, 66, (70, 68, 76), 7)
    c.poly([(48, 36), (60, 32), (60, 70), (48, 66)], METAL)
    c.ellipse(60, 51, 6, 19, beam)
    c.ellipse(60, 51, 3, 11, WHITE)
    c.box(30, 66, 42, 80, (90, 88, 96), 2)
    c.ring(36, 84, 9, 7, 3, (90, 88, 96))
    c.disc(32, 51, 3, p.colour)


def bell(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(10, 70, 90, 78, _TYRE, 4)
    c.box(42, 62, 58, 84, METAL, 2)
    c.curve([(20, 60), (24, 36), (50, 22), (76, 36), (80, 60), (50, 65)], p.colour)
    c.ellipse(50, 60, 30, 5, darker(p.colour, 0.2))
    c.bend([(29, 50), (33, 38), (44, 30)], 2.2, lighter(p.colour, 0.55))
    c.disc(50, 22, 3.2, METAL)
    c.line([(76, 56), (90, 48)], 3, METAL)
    c.disc(91, 47, 3.4, INK)


def lock(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.arc(50, 46, 20, 28, 180, 360, 8, METAL)
    c.line([(30, 46), (30, 62)], 8, METAL)
    c.line([(70, 46), (70, 62)], 8, METAL)
    c.arc(50, 46, 21.5, 29.5, 190, 260, 1.4, lighter(METAL, 0.6))
    c.box(18, 58, 82, 82, p.colour, 7)
    c.box(18, 58, 82, 64, lighter(p.colour, 0.18), 5)
    c.disc(50, 71, 5.4, (222, 190, 110))
    c.box(49, 68, 51, 75, INK, 0.6)


SHAPES = {
    "bicycle": bicycle,
    "balancebike": balancebike,
    "helmet": helmet,
    "pannier": pannier,
    "bikelight": bikelight,
    "bell": bell,
    "lock": lock,
}
