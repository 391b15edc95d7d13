"""What a grocer and a farm sell: preserves, bags, tins, bars, cheeses, eggs."""

from __future__ import annotations

import random

from ..canvas import METAL, WHITE, WOOD, Canvas, darker, lighter, mix, smooth
from ..model import Colour, Picture

_RIND: Colour = (224, 190, 126)
_PASTE: Colour = (246, 226, 170)


def preserve(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A jar of jam, honey or pâté under a cloth cap."""
    c.box(26, 36, 74, 86, lighter(p.colour, 0.5), 8)
    c.box(29, 42, 71, 83, p.colour, 6)
    for _ in range(9):
        c.disc(chance.uniform(34, 66), chance.uniform(70, 80), chance.uniform(1, 2.2), darker(p.colour, 0.2))
    cap = chance.choice(((178, 42, 66), (44, 92, 72), (58, 92, 138)))
    outline = smooth(
        [(24, 34), (30, 20), (50, 16), (70, 20), (76, 34), (80, 42), (66, 39), (50, 43), (34, 39), (20, 42)]
    )
    c.poly(outline, cap)
    c.pattern(outline, chance.choice((1, 2, 3)), lighter(cap, 0.45))
    c.box(28, 31, 72, 34.5, darker(cap, 0.3), 1.5)
    c.box(34, 50, 66, 68, WHITE, 2)
    c.disc(50, 57, 4.2, p.colour)
    c.line([(42, 64.5), (58, 64.5)], 0.9, darker(p.colour, 0.3))
    c.line([(32, 47), (32, 76)], 1.4, lighter(p.colour, 0.5))


def pouch(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A paper bag of tea, coffee, pasta or biscuits, with a window."""
    paper = chance.choice(((206, 174, 130), (236, 226, 206), mix(p.colour, WHITE, 0.5)))
    c.poly([(26, 24), (74, 24), (78, 86), (22, 86)], paper)
    c.poly([(26, 24), (74, 24), (73, 32), (27, 32)], darker(paper, 0.14))
    c.box(25, 17, 75, 26, darker(paper, 0.08), 1)
    c.line([(28, 21.5), (72, 21.5)], 1, darker(paper, 0.3))
    c.box(33, 40, 67, 58, WHITE, 2)
    c.box(37, 44, 63, 47, p.colour, 1)
    c.line([(39, 52), (61, 52)], 0.8, darker(paper, 0.3))
    c.ellipse(50, 72, 13, 9, darker(p.colour, 0.12))
    for _ in range(26):
        x, y = chance.gauss(50, 5), chance.gauss(72, 3.2)
        c.disc(x, y, 1.3, chance.choice((p.colour, lighter(p.colour), darker(p.colour, 0.3))))


def tin(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A flat tin with its ring."""
    c.box(16, 44, 84, 74, METAL, 12)
    c.box(16, 50, 84, 70, p.colour, 4)
    c.ellipse(50, 44, 34, 13, lighter(METAL, 0.35))
    c.ellipse(50, 44, 31, 11, METAL)
    c.ellipse(50, 43.6, 27, 9, lighter(METAL, 0.25))
    c.ring(62, 42, 5, 2.6, 1.2, darker(METAL, 0.25))
    c.line([(62, 44.6), (70, 45.4)], 1.6, darker(METAL, 0.2))
    c.box(36, 54, 64, 66, WHITE, 1.5)
    kind = chance.randrange(2)
    if kind:
        c.curve([(41, 60), (48, 56.4), (55, 60), (48, 63.4)], darker(p.colour, 0.25))
        c.poly([(54, 60), (59, 57), (59, 63)], darker(p.colour, 0.25))
    else:
        c.line([(41, 58.4), (59, 58.4)], 1, darker(p.colour, 0.25))
        c.line([(44, 62.4), (56, 62.4)], 1, darker(p.colour, 0.25))


def chocolate(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A bar half out of its wrapper."""
    brown: Colour = chance.choice(((84, 52, 38), (122, 78, 52), (66, 40, 32)))
    c.box(24, 20, 76, 60, brown, 2)
    for row in range(3):
        for column in range(4):
            x, y = 26.5 + column * 12.2, 22.5 + row * 12.2
            c.box(x, y, x + 10.4, y + 10.4, lighter(brown, 0.16), 1.4)
            c.line([(x + 1.4, y + 1.4), (x + 9, y + 1.4)], 0.7, lighter(brown, 0.36))
    c.poly([(22, 50), (34, 46), (45, 51), (58, 46), (68, 50), (78, 47), (78, 56), (22, 58)], (214, 206, 196))
    c.box(22, 54, 78, 86, p.colour, 2)
    c.box(30, 60, 70, 80, lighter(p.colour, 0.6), 2)
    c.line([(37, 66), (63, 66)], 1.3, darker(p.colour, 0.3))
    c.line([(42, 73), (58, 73)], 0.9, p.colour)


def cheese(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A wheel on its board, a slice cut out."""
    rind = mix(_RIND, p.colour, 0.28)
    c.box(10, 74, 90, 80, WOOD, 2)
    c.line([(14, 76), (86, 76)], 0.6, lighter(WOOD, 0.3))
    c.box(20, 50, 80, 74, darker(rind, 0.12), 6)
    c.ellipse(50, 50, 30, 13, rind)
    c.ellipse(50, 49.2, 27.5, 11, lighter(rind, 0.22))
    c.poly([(50, 49), (71, 58.4), (58, 62.4)], darker(_PASTE, 0.1))
    c.poly([(50, 49), (58, 62.4), (58, 74), (50, 61)], _PASTE)
    c.poly([(50, 49), (50, 61), (71, 70), (71, 58.4)], lighter(_PASTE, 0.2))
    if chance.random() < 0.5:
        for x, y in ((60, 60), (55, 63), (65, 63.4)):
            c.ellipse(x, y, 1.5, 1.1, darker(_PASTE, 0.2))
    c.bend([(26, 56), (25, 62), (28, 69)], 1.3, lighter(rind, 0.35))


def eggs(c: Canvas, p: Picture, chance: random.Random) -> None:
    """Half a dozen in their carton."""
    for n, x in enumerate((27, 42, 57, 72)):
        shell = chance.choice(((232, 200, 164), (244, 230, 210), mix(p.colour, (240, 220, 190), 0.75)))
        c.ellipse(x, 49 - n % 2, 8, 10.4, shell)
        c.ellipse(x - 2.4, 45 - n % 2, 1.8, 2.6, lighter(shell, 0.55))
    carton: Colour = (188, 180, 168)
    c.poly([(14, 52), (86, 52), (80, 76), (20, 76)], carton)
    for left in (20, 34.6, 49.4, 64.2):
        c.curve([(left, 52), (left + 7.2, 60), (left + 14.4, 52), (left + 7.2, 49)], darker(carton, 0.12))
    c.box(36, 63, 64, 72, lighter(p.colour, 0.2), 1.5)
    c.line([(41, 67.5), (59, 67.5)], 1, darker(p.colour, 0.35))


SHAPES = {
    "preserve": preserve,
    "pouch": pouch,
    "tin": tin,
    "chocolate": chocolate,
    "cheese": cheese,
    "eggs": eggs,
}
