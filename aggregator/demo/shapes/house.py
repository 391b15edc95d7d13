"""Things for the house: light, linen, decoration."""

from __future__ import annotations

import math
import random

from ..canvas import METAL, WHITE, WOOD, Canvas, darker, lighter, mix, smooth
from ..model import Colour, Picture

_GLOW: Colour = (255, 236, 180)


def lamp(c: Canvas, p: Picture, chance: random.Random) -> None:
    foot = chance.randrange(3)
    c.ellipse(50, 53, 9, 5, _GLOW)
    if foot == 0:  # turned wood
        c.curve([(47, 50), (44, 62), (40, 72), (45, 82), (55, 82), (60, 72), (56, 62), (53, 50)], WOOD)
        c.ellipse(50, 82, 12, 3.4, darker(WOOD))
    elif foot == 1:  # three legs
        for end in (32, 50, 68):
            c.line([(50, 48), (end, 86)], 2.4, WOOD)
    else:  # a bowl of clay
        c.curve([(50, 56), (36, 66), (38, 80), (50, 84), (62, 80), (64, 66)], lighter(p.colour, 0.6))
        c.box(47, 46, 53, 60, METAL, 1)
    c.poly([(36, 16), (64, 16), (74, 50), (26, 50)], p.colour)
    c.poly([(36, 16), (44, 16), (38, 50), (26, 50)], lighter(p.colour, 0.16))
    c.box(35.5, 15, 64.5, 18, darker(p.colour), 1)
    c.box(25.5, 48, 74.5, 51, darker(p.colour), 1)


def pendant(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.line([(50, 0), (50, 30)], 1, (70, 64, 66))
    c.box(46.5, 26, 53.5, 34, METAL, 1)
    c.disc(50, 66, 7, _GLOW)
    outline = smooth([(44, 33), (26, 48), (17, 66), (50, 67), (83, 66), (74, 48), (56, 33)])
    c.poly(outline, p.colour)
    if chance.random() < 0.6:
        for x in range(22, 80, 7):
            c.line([(50 + (x - 50) * 0.2, 34), (x, 65)], 0.5, darker(p.colour))
    c.ellipse(50, 66, 33, 3.2, darker(p.colour, 0.35))
    c.ellipse(50, 66.5, 26, 2, _GLOW)


def cushion(c: Canvas, p: Picture, chance: random.Random) -> None:
    outline = smooth([(20, 20), (50, 25), (80, 20), (76, 50), (80, 80), (50, 76), (20, 80), (24, 50)])
    c.poly(outline, p.colour)
    c.pattern(outline, chance.randrange(6), lighter(p.colour, 0.4))
    c.bend([(24, 24), (50, 28), (76, 24)], 0.5, darker(p.colour, 0.15))
    for a, b in (((30, 32), (38, 40)), ((70, 32), (62, 40)), ((30, 68), (38, 60)), ((70, 68), (62, 60))):
        c.line([a, b], 0.7, darker(p.colour, 0.12))
    if chance.random() < 0.4:
        for x, y in ((20, 20), (80, 20), (20, 80), (80, 80)):
            c.disc(x, y, 3.4, lighter(p.colour, 0.5))


def blanket(c: Canvas, p: Picture, chance: random.Random) -> None:
    kind = chance.choice((1, 3, 3, 4))
    for i, (top, part) in enumerate(((58, 0.25), (46, 0.1), (34, 0.0))):
        y0, y1 = top, top + 15
        colour = darker(p.colour, part)
        c.box(20, y0, 80, y1, colour, 6)
        c.pattern([(23, y0), (77, y0), (77, y1), (23, y1)], kind, lighter(colour, 0.3 - 0.05 * i))
    for x in range(24, 78, 3):
        c.line([(x, 73), (x + chance.uniform(-1, 1), 79)], 0.7, lighter(p.colour, 0.3))


def candle(c: Canvas, p: Picture, chance: random.Random) -> None:
    wax = lighter(p.colour, 0.55)
    glass = chance.random() < 0.6
    width = 17 if glass else 12
    c.box(50 - width, 42, 50 + width, 84, wax, 3)
    c.ellipse(50, 43, width, 4, lighter(wax, 0.5))
    c.line([(50, 42), (50, 35)], 0.9, (80, 70, 66))
    c.curve([(50, 20), (54.5, 30), (50, 36.5), (45.5, 30)], (244, 176, 84))
    c.curve([(50, 26), (52.4, 31), (50, 35.5), (47.6, 31)], (255, 232, 160))
    if glass:
        c.box(31, 36, 33.4, 84, lighter(wax, 0.7), 1)
        c.box(66.6, 36, 69, 84, lighter(wax, 0.7), 1)
        c.box(33, 54, 67, 74, WHITE, 1.5)
        c.text(50, 58, "bougie", 4.4, darker(p.colour, 0.5), 34)
        c.line([(42, 68), (58, 68)], 0.6, p.colour)


def vase(c: Canvas, p: Picture, chance: random.Random) -> None:
    stems = [(50, 12), (40, 18), (60, 17)][: chance.choice((0, 2, 3))]
    for x, y in stems:
        c.bend([(50, 40), (50 + (x - 50) * 0.5, 28), (x, y)], 0.9, (110, 132, 92))
        for k in range(6):
            a = math.tau * k / 6
            c.disc(x + 3.4 * math.cos(a), y + 3.4 * math.sin(a), 2.6, lighter(mix(p.colour, (226, 150, 140), 0.6), 0.3))
        c.disc(x, y, 2.4, (232, 190, 90))
    belly = chance.choice((30, 24, 20))
    half = [(45, 34), (44, 42), (50 - belly, 60), (50 - belly * 0.9, 76), (42, 87)]
    outline = smooth(c.mirror([(x, y) for x, y in half]))
    c.poly(outline, p.colour)
    c.ellipse(50, 34.5, 5.8, 1.8, darker(p.colour, 0.4))
    c.bend([(50 - belly * 0.7, 60), (50 - belly * 0.66, 70), (50 - belly * 0.45, 79)], 1.6, lighter(p.colour, 0.35))
    if chance.random() < 0.5:
        c.bend([(50 - belly, 58), (50, 62), (50 + belly, 58)], 1, lighter(p.colour, 0.3))


def mirror(c: Canvas, p: Picture, chance: random.Random) -> None:
    frame = chance.choice((p.colour, WOOD, (206, 172, 96)))
    sun, oval = chance.random() < 0.4, chance.random() < 0.4
    rx, ry = (25, 33) if oval else (29, 29)
    if sun:
        for k in range(28):
            a = math.tau * k / 28
            long = 40 if k % 2 else 36
            c.line(
                [(50 + 26 * math.cos(a), 50 + 26 * math.sin(a)), (50 + long * math.cos(a), 50 + long * math.sin(a))],
                2,
                frame,
            )
        rx = ry = 26
    c.ellipse(50, 50, rx + 3.5, ry + 3.5, frame)
    c.ellipse(50, 50, rx, ry, (214, 226, 230))
    c.poly([(38, 50 + ry * 0.55), (60, 50 - ry * 0.7), (66, 50 - ry * 0.62), (44, 50 + ry * 0.63)], (234, 242, 244))


def basket(c: Canvas, p: Picture, chance: random.Random) -> None:
    straw = mix(WOOD, p.colour, 0.25)
    if chance.random() < 0.6:
        c.arc(50, 44, 22, 26, 180, 360, 3, darker(straw))
    outline = [(22, 44), (78, 44), (71, 84), (29, 84)]
    c.poly(outline, straw)
    for row in range(6):
        y = 48 + row * 6.3
        for k in range(9):
            x = 26 + k * 5.7 + (row % 2) * 2.6
            if 24 + row * 1.1 < x < 75 - row * 1.1:
                c.line([(x, y), (x + 3, y)], 2.2, lighter(straw, 0.22) if row % 2 else darker(straw, 0.14))
    c.box(20, 41, 80, 47, darker(straw, 0.25), 3)
    c.box(29, 81, 71, 85.5, p.colour, 1.5)


def towel(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.line([(20, 24), (80, 24)], 2.2, WOOD)
    back = [(40, 24), (72, 24), (72, 66), (40, 66)]
    c.poly(back, darker(lighter(p.colour, 0.5), 0.14))
    front = [(28, 23), (60, 23), (61, 82), (27, 82)]
    c.poly(front, lighter(p.colour, 0.75))
    if chance.random() < 0.5:
        c.pattern(front, 3, lighter(p.colour, 0.35))
    else:
        for y in (66, 70, 72):
            c.line([(27.6, y), (60.6, y)], 1.2 if y != 70 else 2.2, p.colour)
        for x in (32, 56):
            c.line([(x, 24), (x, 81)], 0.9, p.colour)


def board(c: Canvas, p: Picture, chance: random.Random) -> None:
    wood = chance.choice((WOOD, (176, 124, 82), (222, 186, 140)))
    c.box(44, 10, 56, 36, wood, 5)
    if chance.random() < 0.4:
        c.disc(50, 56, 30, wood)
    else:
        c.box(26, 28, 74, 88, wood, 9)
    c.disc(50, 17, 2.6, darker(wood, 0.6))
    for i, x in enumerate((33, 40, 48, 57, 65)):
        c.bend([(x, 40), (x + 1.5 - i % 2 * 3, 56), (x, 76)], 0.6, darker(wood, 0.16))


def shelf(c: Canvas, p: Picture, chance: random.Random) -> None:
    for y in (38, 66):
        c.box(14, y, 86, y + 4, WOOD, 1)
        for x in (20, 76):
            c.poly([(x, y + 4), (x + 4, y + 4), (x + 2, y + 11)], darker(WOOD))
    for x, w, h, part in ((22, 5, 20, 0.0), (28, 4, 24, 0.3), (33, 6, 18, 0.5), (40, 4, 22, 0.15)):
        c.box(x, 38 - h, x + w, 38, lighter(p.colour, part), 0.6)
    c.curve([(62, 38), (60, 27), (72, 27), (70, 38)], lighter(p.colour, 0.6))
    for end in ((60, 15), (66, 12), (73, 16)):
        c.bend([(66, 28), ((66 + end[0]) / 2, 20), end], 2.2, (112, 140, 100))
    c.box(24, 52, 38, 66, darker(p.colour, 0.1), 1.5)
    c.disc(31, 59, 3.4, lighter(p.colour, 0.6))
    c.disc(60, 60, 6, p.colour)
    c.box(70, 48, 76, 66, lighter(p.colour, 0.4), 2)


def rug(c: Canvas, p: Picture, chance: random.Random) -> None:
    if chance.random() < 0.4:
        for r, part in ((34, 0.0), (28, 0.45), (22, 0.1), (15, 0.6), (8, 0.0)):
            c.disc(50, 50, r, lighter(p.colour, part))
        return
    for x in range(24, 78, 3):
        c.line([(x, 13), (x, 87)], 0.7, lighter(p.colour, 0.55))
    c.box(22, 17, 78, 83, p.colour, 1)
    c.box(26, 21, 74, 79, lighter(p.colour, 0.45), 1)
    c.box(29, 24, 71, 76, p.colour, 1)
    for y in (36, 50, 64):
        for x in (38, 50, 62):
            c.poly([(x, y - 6), (x + 5, y), (x, y + 6), (x - 5, y)], lighter(p.colour, 0.5))
            c.poly([(x, y - 3), (x + 2.4, y), (x, y + 3), (x - 2.4, y)], darker(p.colour, 0.2))


SHAPES = {
    "lamp": lamp,
    "pendant": pendant,
    "cushion": cushion,
    "blanket": blanket,
    "candle": candle,
    "vase": vase,
    "mirror": mirror,
    "basket": basket,
    "towel": towel,
    "board": board,
    "shelf": shelf,
    "rug": rug,
}
