"""A haberdasher's things, and a hardware shop's."""

from __future__ import annotations

import math
import random

from ..canvas import INK, METAL, WHITE, WOOD, Canvas, darker, lighter, smooth
from ..model import Colour, Picture

_BRASS: Colour = (206, 168, 92)


def yarn(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A ball of wool, its end running out."""
    c.bend([(62, 76), (74, 84), (86, 80), (92, 86)], 1.6, darker(p.colour, 0.15))
    c.disc(48, 50, 30, p.colour)
    for turn in range(3):
        tilt = chance.uniform(0, 180) + turn * 60
        for step in range(-4, 5):
            shade = lighter(p.colour, 0.26) if step % 2 else darker(p.colour, 0.16)
            _thread(c, tilt, step * 4.6 * (1 - turn * 0.16), 28 - turn * 6, shade)
    c.arc(48, 50, 29, 29, 200, 250, 1.4, lighter(p.colour, 0.45))


def _thread(c: Canvas, tilt: float, away: float, reach: float, shade: Colour) -> None:
    """One thread across the ball, bent a little outwards."""
    half = math.sqrt(max(reach * reach - away * away, 0))
    turn = math.radians(tilt)
    points = []
    for part in (-1, -0.5, 0, 0.5, 1):
        x, y = half * part, away + 3 * (1 - part * part)
        points.append((48 + x * math.cos(turn) - y * math.sin(turn), 50 + x * math.sin(turn) + y * math.cos(turn)))
    c.bend(points, 0.9, shade)


def needles(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A pair of knitting needles, crossed over a first piece of work."""
    wood = chance.choice((WOOD, darker(WOOD, 0.3), METAL))
    c.line([(18, 20), (76, 84)], 2.6, wood)
    c.line([(82, 20), (24, 84)], 2.6, lighter(wood, 0.2))
    for x, tip in ((18, p.colour), (82, darker(p.colour, 0.1))):
        c.disc(x, 19, 4.4, tip)
    cloth = smooth([(34, 44), (66, 44), (70, 62), (66, 74), (34, 74), (30, 62)])
    c.poly(cloth, p.colour)
    c.pattern(cloth, chance.choice((1, 2, 3)), lighter(p.colour, 0.25))
    c.line([(33, 45), (67, 45)], 2.4, darker(p.colour, 0.12))


def fabric(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A bolt of cloth, its end hanging over."""
    c.box(14, 30, 86, 52, darker(p.colour, 0.1), 9)
    c.ellipse(18, 41, 6, 11, lighter(p.colour, 0.3))
    c.ellipse(18, 41, 3, 6, (226, 206, 170))
    hanging = [(24, 44), (86, 44), (84, 70), (76, 78), (68, 72), (58, 80), (48, 73), (38, 80), (26, 72)]
    c.poly(hanging, p.colour)
    c.pattern(hanging, chance.choice((1, 2, 3, 4)), lighter(p.colour, 0.35))
    c.line([(26, 45), (86, 45)], 1, lighter(p.colour, 0.4))


def button(c: Canvas, p: Picture, chance: random.Random) -> None:
    """Four buttons of one family."""
    holes = chance.choice((2, 4))
    for x, y, r in ((38, 38, 19), (68, 46, 13), (46, 70, 14), (72, 72, 10)):
        c.disc(x + 0.8, y + 1, r, darker(p.colour, 0.3))
        c.disc(x, y, r, p.colour)
        c.ring(x, y, r * 0.84, r * 0.84, r * 0.1, lighter(p.colour, 0.3))
        spots = ((-1, -1), (1, 1), (-1, 1), (1, -1))[:holes]
        for dx, dy in spots:
            c.disc(x + dx * r * 0.2, y + dy * r * 0.2, r * 0.1, darker(p.colour, 0.55))


def spool(c: Canvas, p: Picture, chance: random.Random) -> None:
    """Sewing thread on a wooden spool, and a needle."""
    c.box(30, 30, 70, 74, p.colour, 3)
    for n in range(9):
        shade = lighter(p.colour, 0.22) if n % 2 else darker(p.colour, 0.14)
        c.line([(31, 34 + n * 4.6), (69, 36 + n * 4.6)], 1, shade)
    for y in (24, 72):
        c.box(24, y, 76, y + 8, WOOD, 3)
        c.line([(27, y + 2), (73, y + 2)], 0.8, lighter(WOOD, 0.35))
    c.bend([(68, 68), (80, 74), (86, 62), (84, 48)], 0.9, p.colour)
    c.line([(84, 30), (84, 60)], 1.3 + 0.3 * chance.random(), METAL)
    c.ellipse(84, 33, 0.6, 2, INK)


def shears(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A tailor's scissors, open."""
    wide = chance.choice((6, 9))
    for side in (-1, 1):
        c.poly([(50, 50), (50 + side * wide, 14), (50 + side * (wide - 4.4), 13), (47, 50)], METAL)
        c.line([(50, 50), (50 - side * 13, 66)], 4.4, p.colour)
        c.ring(50 - side * 16.5, 75, 10, 12, 4, p.colour)
    c.disc(50, 50, 2.6, darker(METAL, 0.3))
    c.line([(50 + wide - 1.6, 18), (51, 44)], 0.7, lighter(METAL, 0.6))


def hammer(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A joiner's hammer."""
    c.line([(40, 32), (64, 86)], 6, WOOD)
    c.line([(55, 66), (64, 86)], 6.6, p.colour)
    head = [(20, 34), (34, 22), (52, 18), (60, 21), (56, 31), (40, 35), (26, 44)]
    c.poly(smooth(head), darker(METAL, 0.2 + 0.2 * chance.random()))
    c.box(50, 16, 66, 32, METAL, 3)
    c.line([(30, 29), (50, 23)], 1.1, lighter(METAL, 0.5))
    c.line([(42, 40), (54, 66)], 1.1, lighter(WOOD, 0.35))


def screwdriver(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A screwdriver and two screws."""
    c.line([(30, 24), (56, 52)], 3.2, METAL)
    c.poly([(26, 18), (29, 17), (34, 25), (30, 28)], darker(METAL, 0.15))
    c.line([(57, 53), (80, 78)], 10, p.colour)
    for step in (0.25, 0.5, 0.75):
        x, y = 57 + 23 * step, 53 + 25 * step
        c.line([(x - 3, y + 2.6), (x + 2.4, y - 2.8)], 1, lighter(p.colour, 0.35))
    for x in (24, 38):
        c.box(x - 4, 58, x + 4, 61.4, _BRASS, 1.4)
        c.poly([(x - 1.8, 61), (x + 1.8, 61), (x, 82)], _BRASS)
        for n in range(5):
            c.line([(x - 2, 64 + n * 3), (x + 2, 65.4 + n * 3)], 0.7, darker(_BRASS, 0.3))
        c.line([(x - 2, 59.4), (x + 2, 59.4)], 0.6 + 0.2 * chance.random(), darker(_BRASS, 0.5))


def paint(c: Canvas, p: Picture, chance: random.Random) -> None:
    """An open pot of paint with its brush."""
    c.arc(48, 44, 29, 34, 186, 354, 1.4, darker(METAL, 0.2))
    c.box(20, 40, 76, 84, METAL, 4)
    c.box(20, 52, 76, 76, WHITE, 0)
    c.box(24, 56, 72, 72, p.colour, 1.5)
    c.ellipse(48, 41, 28, 8, lighter(METAL, 0.3))
    c.ellipse(48, 41.6, 25, 6.2, p.colour)
    for x in (28, 36, 60)[: chance.randrange(1, 4)]:
        c.line([(x, 46), (x, 52 + chance.uniform(2, 10))], 3, p.colour)
    c.line([(58, 38), (82, 12)], 4.6, WOOD)
    c.line([(55, 41), (60, 35.6)], 7, darker(METAL, 0.1))
    c.line([(48, 44), (55, 41)], 6, p.colour)


def padlock(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A padlock and its key."""
    c.ring(42, 36, 15, 18, 4.6, METAL)
    body = chance.choice((_BRASS, p.colour))
    c.box(22, 38, 62, 78, body, 6)
    c.line([(26, 43), (58, 43)], 1.2, lighter(body, 0.4))
    c.disc(42, 55, 4, INK)
    c.poly([(40, 56), (44, 56), (45.6, 67), (38.4, 67)], INK)
    c.ring(78, 38, 8, 8, 3, METAL)
    c.line([(78, 46), (78, 72)], 2.6, METAL)
    c.box(78, 64, 84, 67, METAL)
    c.box(78, 69, 83, 72, METAL)


def toolbox(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A metal box with trays."""
    c.arc(50, 42, 18, 16, 190, 350, 3, INK)
    c.box(14, 42, 86, 58, lighter(p.colour, 0.16), 3)
    c.box(14, 56, 86, 82, p.colour, 3)
    c.line([(16, 57), (84, 57)], 1, darker(p.colour, 0.35))
    for x in (28, 66):
        c.box(x, 52, x + 7, 63, METAL, 1)
        c.disc(x + 3.5, 60, 1, darker(METAL, 0.4))
    if chance.random() < 0.5:
        c.box(40, 66, 60, 74, WHITE, 1)
    c.line([(18, 46), (82, 46)], 0.9, lighter(p.colour, 0.45))


SHAPES = {
    "yarn": yarn,
    "needles": needles,
    "fabric": fabric,
    "button": button,
    "spool": spool,
    "shears": shears,
    "hammer": hammer,
    "screwdriver": screwdriver,
    "paint": paint,
    "padlock": padlock,
    "toolbox": toolbox,
}
