"""Garden tools and what grows."""

from __future__ import annotations

import math
import random

from ..canvas import METAL, WHITE, WOOD, Canvas, darker, lighter, smooth
from ..model import Colour, Picture

_LEAF: Colour = (104, 142, 92)
_EARTH: Colour = (92, 68, 54)


def plantpot(c: Canvas, p: Picture, chance: random.Random) -> None:
    for k in range(7):
        a = math.radians(-160 + k * 23 + chance.uniform(-5, 5))
        x, y = 50 + 26 * math.cos(a), 46 + 30 * math.sin(a)
        side = (50 + 13 * math.cos(a) - 5 * math.sin(a), 46 + 15 * math.sin(a) + 5 * math.cos(a))
        other = (50 + 13 * math.cos(a) + 5 * math.sin(a), 46 + 15 * math.sin(a) - 5 * math.cos(a))
        c.curve([(50, 48), side, (x, y), other], lighter(_LEAF, 0.08 * (k % 3)))
        c.line([(50, 48), (50 + 22 * math.cos(a), 46 + 26 * math.sin(a))], 0.5, darker(_LEAF))
    c.poly([(30, 52), (70, 52), (64, 86), (36, 86)], p.colour)
    c.poly([(30, 52), (38, 52), (42, 86), (36, 86)], lighter(p.colour, 0.2))
    c.box(27, 46, 73, 55, darker(p.colour, 0.1), 2)
    c.ellipse(50, 47, 20, 2.6, _EARTH)


def planter(c: Canvas, p: Picture, chance: random.Random) -> None:
    blooms = (lighter(p.colour, 0.3), (222, 120, 110), (236, 196, 104), (190, 150, 200))
    for x in range(20, 84, 8):
        top = chance.uniform(26, 38)
        c.bend([(x, 54), (x + chance.uniform(-2, 2), 46), (x, top)], 1, _LEAF)
        c.curve([(x, 50), (x - 6, 44), (x - 3, 40)], _LEAF)
        flower = chance.choice(blooms)
        for k in range(5):
            a = math.tau * k / 5
            c.disc(x + 2.8 * math.cos(a), top + 2.8 * math.sin(a), 2.2, flower)
        c.disc(x, top, 1.7, WHITE)
    c.box(12, 52, 88, 78, p.colour, 2)
    for y in (60, 69):
        c.line([(13, y), (87, y)], 0.7, darker(p.colour))
    c.box(10, 49, 90, 55, darker(p.colour, 0.14), 1.5)


def wateringcan(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.arc(58, 44, 17, 20, 180, 350, 3, darker(p.colour, 0.15))
    c.arc(74, 58, 12, 16, 280, 440, 3, darker(p.colour, 0.15))
    c.poly([(38, 66), (12, 34), (16, 31), (44, 52)], darker(p.colour, 0.08))
    c.poly([(6, 36), (17, 26), (20, 31), (11, 39)], METAL)
    c.poly([(38, 44), (76, 44), (80, 82), (34, 82)], p.colour)
    c.poly([(40, 46), (47, 46), (44, 80), (37, 80)], lighter(p.colour, 0.25))
    c.ellipse(57, 44, 19, 3.6, darker(p.colour, 0.35))
    c.line([(35.5, 72), (79, 72)], 1, darker(p.colour))


def pruner(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.bend([(50, 46), (40, 62), (32, 86)], 6.5, p.colour)
    c.bend([(50, 46), (62, 62), (66, 86)], 6.5, darker(p.colour, 0.14))
    c.curve([(48, 46), (44, 26), (54, 10), (58, 30), (54, 48)], METAL)
    c.curve([(52, 48), (60, 34), (70, 24), (66, 40), (56, 50)], darker(METAL, 0.2))
    c.disc(51, 46, 4, lighter(METAL, 0.4))
    c.disc(51, 46, 1.4, darker(METAL, 0.5))
    c.bend([(43, 58), (50, 62), (58, 58)], 1.2, METAL)


def spade(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(39, 8, 61, 13, darker(WOOD, 0.15), 2.4)
    c.line([(41, 12), (48, 20)], 2.4, WOOD)
    c.line([(59, 12), (52, 20)], 2.4, WOOD)
    c.line([(50, 18), (50, 58)], 4, WOOD)
    c.poly([(46.5, 50), (53.5, 50), (53, 62), (47, 62)], darker(METAL, 0.25))
    c.poly(smooth([(36, 58), (64, 58), (64, 78), (50, 93), (36, 78)], steps=6), METAL)
    c.line([(50, 60), (50, 84)], 0.8, darker(METAL))
    c.box(47.4, 30, 52.6, 38, p.colour, 0.8)


def trowel(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.poly(smooth([(45, 10), (55, 10), (56, 30), (44, 30)]), p.colour)
    c.box(45, 12, 55, 38, p.colour, 4)
    c.box(46, 36, 54, 40, METAL, 1)
    c.line([(50, 40), (50, 54)], 2.2, darker(METAL, 0.2))
    c.poly(smooth([(40, 52), (60, 52), (62, 68), (50, 90), (38, 68)]), METAL)
    c.bend([(50, 56), (50, 70), (50, 82)], 1, darker(METAL, 0.2))
    for y in (60, 66, 72):
        c.line([(44, y), (47, y)], 0.6, darker(METAL, 0.45))


def seeds(c: Canvas, p: Picture, chance: random.Random) -> None:
    petal = chance.choice(((220, 110, 120), (236, 170, 70), (120, 130, 200), (228, 140, 190), (238, 210, 90)))
    c.box(27, 14, 73, 86, (247, 242, 230), 2)
    c.box(27, 14, 73, 24, darker(p.colour, 0.1), 2)
    c.bend([(50, 70), (49, 58), (50, 46)], 1.2, _LEAF)
    c.curve([(50, 64), (42, 58), (38, 60), (44, 66)], _LEAF)
    c.curve([(50, 60), (58, 54), (62, 56), (56, 62)], _LEAF)
    for k in range(8):
        a = math.tau * k / 8
        c.ellipse(50 + 7 * math.cos(a), 42 + 7 * math.sin(a), 4, 4, petal)
    c.disc(50, 42, 4.4, (242, 206, 96))
    c.text(50, 15.6, "graines", 5.4, WHITE, 44)
    c.line([(36, 76), (64, 76)], 0.8, p.colour)
    c.line([(40, 80), (60, 80)], 0.8, lighter(p.colour, 0.4))


def birdhouse(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.line([(50, 84), (50, 98)], 3, darker(WOOD))
    c.poly([(29, 40), (50, 22), (71, 40), (71, 84), (29, 84)], WOOD)
    for x in (39, 50, 61):
        c.line([(x, 34), (x, 83)], 0.6, darker(WOOD, 0.16))
    c.disc(50, 52, 7.5, (70, 54, 48))
    c.line([(50, 67), (50, 67)], 3.6, darker(WOOD, 0.35))
    c.line([(50, 16), (24, 42)], 5, p.colour)
    c.line([(50, 16), (76, 42)], 5, darker(p.colour, 0.14))
    c.curve([(74, 66), (80, 60), (88, 62), (92, 68), (84, 73), (76, 72)], (112, 140, 176))
    c.disc(77, 64, 4, (112, 140, 176))
    c.poly([(73, 63), (69, 65), (73, 66)], (232, 176, 80))
    c.disc(76.4, 63, 0.7, (40, 36, 40))


def gloves(c: Canvas, p: Picture, chance: random.Random) -> None:
    for dx, part in ((14, 0.16), (-8, 0.0)):
        colour = darker(p.colour, part)
        c.box(38 + dx, 44, 62 + dx, 74, colour, 7)
        for i, top in enumerate((26, 20, 22, 30)):
            c.line([(41 + dx + i * 6, 48), (40.4 + dx + i * 6.4, top)], 5.4, colour)
        c.line([(40 + dx, 62), (31 + dx, 50)], 5.6, colour)
        c.box(37 + dx, 70, 63 + dx, 84, lighter(colour, 0.5), 2)
        c.line([(38 + dx, 74), (62 + dx, 74)], 0.8, colour)


def hammock(c: Canvas, p: Picture, chance: random.Random) -> None:
    for x in (10, 90):
        c.line([(x, 8), (x, 92)], 5, darker(WOOD, 0.2))
    outline = smooth([(20, 36), (35, 56), (50, 62), (65, 56), (80, 36), (66, 72), (50, 79), (34, 72)])
    for x0, x1 in ((10, 24), (90, 76)):
        for y in (36.0, 40.0, 44.0):
            c.line([(x0, 28), (x1, y + 4)], 0.5, (222, 208, 184))
    c.poly(outline, p.colour)
    c.pattern(outline, chance.choice((1, 4)), lighter(p.colour, 0.45))
    for i in range(13):
        x = 32 + i * 3
        y = 72 + 7 * math.sin(math.pi * (x - 32) / 36)
        c.line([(x, y - 1), (x, y + 5)], 0.6, lighter(p.colour, 0.5))


SHAPES = {
    "plantpot": plantpot,
    "planter": planter,
    "wateringcan": wateringcan,
    "pruner": pruner,
    "spade": spade,
    "trowel": trowel,
    "seeds": seeds,
    "birdhouse": birdhouse,
    "gloves": gloves,
    "hammock": hammock,
}
