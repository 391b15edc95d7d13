"""Toys and games."""

from __future__ import annotations

import math
import random

from ..canvas import INK, WHITE, WOOD, Canvas, Point, darker, lighter, mix, smooth
from ..model import Colour, Picture

_BRIGHT: tuple[Colour, ...] = ((216, 96, 84), (236, 186, 84), (96, 148, 176), (128, 168, 120), (176, 140, 190))


def teddy(c: Canvas, p: Picture, chance: random.Random) -> None:
    fur = mix(p.colour, (202, 160, 116), 0.45)
    rabbit = chance.random() < 0.4
    for side in (-1, 1):
        x = 50 + side * 17
        if rabbit:
            c.ellipse(50 + side * 10, 18, 5.5, 15, fur)
            c.ellipse(50 + side * 10, 19, 2.8, 10, lighter(fur, 0.5))
        else:
            c.disc(x, 24, 8, fur)
            c.disc(x, 24, 4.4, lighter(fur, 0.45))
        c.ellipse(50 + side * 21, 64, 7, 12, darker(fur, 0.08))
        c.ellipse(50 + side * 16, 84, 11, 8.5, fur)
        c.ellipse(50 + side * 16, 85, 5.6, 4.6, lighter(fur, 0.4))
    c.ellipse(50, 68, 20, 20, fur)
    c.ellipse(50, 70, 12.5, 13, lighter(fur, 0.4))
    c.ellipse(50, 38, 22, 19, fur)
    c.ellipse(50, 45, 9.5, 7, lighter(fur, 0.5))
    for side in (-1, 1):
        c.disc(50 + side * 8.5, 35, 2, INK)
        c.disc(50 + side * 8.5 - 0.6, 34.3, 0.6, WHITE)
        c.disc(50 + side * 13, 42, 2.6, mix(fur, (226, 130, 120), 0.5))
    c.ellipse(50, 42, 2.8, 2, INK)
    c.arc(50, 44.5, 3.4, 2.6, 20, 160, 0.8, INK)
    c.poly([(50, 57), (40, 53), (40, 62)], p.colour)
    c.poly([(50, 57), (60, 53), (60, 62)], p.colour)
    c.disc(50, 57.4, 2.4, darker(p.colour))


def blocks(c: Canvas, p: Picture, chance: random.Random) -> None:
    colours = [p.colour, *chance.sample(_BRIGHT, 4)]
    c.box(20, 62, 44, 84, colours[0], 2)
    c.box(46, 62, 80, 84, lighter(WOOD, 0.1), 2)
    arch: list[Point] = [(63 + 8 * math.cos(math.pi * k / 12), 84 - 9 * math.sin(math.pi * k / 12)) for k in range(13)]
    c.poly(arch, darker(WOOD, 0.3))
    c.box(26, 40, 50, 61, colours[1], 2)
    c.box(52, 40, 72, 61, colours[2], 2)
    c.poly([(38, 39), (62, 39), (50, 20)], colours[3])
    c.disc(50, 14, 5.4, colours[4])
    c.text(32, 66, "A", 13, WHITE, 20)
    c.disc(62, 50.5, 5, lighter(colours[2], 0.5))
    c.text(38, 43.5, "B", 12, WHITE, 20)


def train(c: Canvas, p: Picture, chance: random.Random) -> None:
    accent = chance.choice(_BRIGHT)
    c.box(16, 60, 56, 66, darker(WOOD), 1.5)
    c.box(60, 60, 88, 66, darker(WOOD), 1.5)
    c.line([(55, 64), (62, 64)], 1.4, INK)
    c.box(18, 46, 40, 61, p.colour, 3)
    c.box(38, 32, 55, 61, accent, 2)
    c.box(41, 37, 52, 46, lighter(accent, 0.6), 1)
    c.box(35, 28, 58, 33, darker(p.colour), 1.6)
    c.box(22, 34, 29, 47, darker(p.colour, 0.2), 1)
    c.box(20, 32, 31, 36, accent, 1.2)
    c.box(62, 46, 86, 61, lighter(WOOD, 0.15), 1.5)
    for i, colour in enumerate(_BRIGHT[:3]):
        c.disc(67 + i * 7, 44, 4.6, colour)
    for x in (24, 36, 49, 66, 82):
        c.disc(x, 69, 6.4, darker(p.colour, 0.3))
        c.disc(x, 69, 2.6, WOOD)
    for x, y, r in ((26, 24, 4), (32, 17, 5), (40, 11, 6)):
        c.disc(x, y, r, WHITE)


def car(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.curve([(12, 64), (16, 50), (32, 46), (42, 32), (62, 32), (74, 46), (88, 52), (88, 64)], p.colour)
    c.curve([(38, 47), (44, 37), (52, 36), (52, 47)], (222, 236, 240))
    c.curve([(55, 47), (55, 36), (62, 37), (69, 47)], (222, 236, 240))
    c.box(11, 58, 89, 67, darker(p.colour, 0.14), 4)
    for x in (29, 71):
        c.disc(x, 68, 10, (74, 66, 66))
        c.disc(x, 68, 5.6, WOOD)
        c.disc(x, 68, 1.6, darker(WOOD, 0.4))
    c.disc(85, 56, 2.4, (250, 226, 150))
    c.text(22, 52, str(chance.randrange(2, 9)), 6, WHITE, 10)


def puzzle(c: Canvas, p: Picture, chance: random.Random) -> None:
    colours = [p.colour, lighter(p.colour, 0.35), *chance.sample(_BRIGHT, 2)]
    for n, (x, y) in enumerate(((22, 22), (50, 22), (22, 50), (50, 50))):
        dx, dy = (4, 4) if n == 3 else (0, 0)
        c.box(x + dx, y + dy, x + 27.4 + dx, y + 27.4 + dy, colours[n], 1.5)
    c.disc(51, 36, 5, colours[0])
    c.disc(36, 51, 5, colours[0])
    c.disc(64, 51, 5, colours[1])
    c.disc(51, 64, 5, colours[2])
    for x, y in ((30, 32), (66, 30), (34, 66), (70, 72)):
        c.disc(x, y, 3, lighter(colours[0], 0.7))


def boardgame(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(16, 24, 76, 80, darker(p.colour, 0.3), 2)
    c.box(14, 20, 74, 76, p.colour, 2)
    c.box(18, 24, 70, 72, lighter(p.colour, 0.15), 1.5)
    for i in range(9):
        a = math.tau * i / 9
        c.box(
            40 + 17 * math.cos(a),
            44 + 17 * math.sin(a),
            47 + 17 * math.cos(a),
            51 + 17 * math.sin(a),
            _BRIGHT[i % 5],
            1.5,
        )
    c.disc(44, 48, 7, lighter(p.colour, 0.6))
    for x, colour in ((70, chance.choice(_BRIGHT)), (82, chance.choice(_BRIGHT))):
        c.poly([(x - 6, 86), (x + 6, 86), (x, 66)], colour)
        c.disc(x, 66, 4.4, colour)
    c.box(52, 78, 64, 90, WHITE, 2.4)
    for x, y in ((55, 81), (58, 84), (61, 87)):
        c.disc(x, y, 1.1, INK)


def top(c: Canvas, p: Picture, chance: random.Random) -> None:
    accent = chance.choice(_BRIGHT)
    c.line([(50, 14), (50, 32)], 3.4, WOOD)
    c.disc(50, 14, 3.6, accent)
    c.curve([(14, 46), (50, 32), (86, 46), (62, 66), (50, 84), (38, 66)], p.colour)
    c.ellipse(50, 45, 34, 9, lighter(p.colour, 0.25))
    c.ellipse(50, 45, 23, 5.8, accent)
    c.ellipse(50, 45, 12, 3, lighter(p.colour, 0.6))
    c.bend([(24, 56), (50, 63), (76, 56)], 2, lighter(p.colour, 0.5))
    c.poly([(46.5, 80), (53.5, 80), (50, 92)], WOOD)


def kite(c: Canvas, p: Picture, chance: random.Random) -> None:
    a, b = chance.sample(_BRIGHT, 2)
    centre, up, right, down, left = (50, 38), (50, 8), (76, 36), (50, 72), (24, 36)
    c.poly([centre, up, right], p.colour)
    c.poly([centre, right, down], lighter(p.colour, 0.3))
    c.poly([centre, down, left], a)
    c.poly([centre, left, up], b)
    c.line([up, down], 0.7, darker(WOOD))
    c.line([left, right], 0.7, darker(WOOD))
    c.bend([(50, 72), (56, 78), (46, 84), (54, 91), (48, 97)], 0.8, INK)
    for x, y, colour in ((54, 78, p.colour), (48, 84, a), (53, 91, b)):
        c.poly([(x, y), (x - 5, y - 2.6), (x - 5, y + 2.6)], colour)
        c.poly([(x, y), (x + 5, y - 2.6), (x + 5, y + 2.6)], colour)


def musicbox(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(22, 40, 72, 84, WOOD, 3)
    c.box(26, 44, 68, 80, p.colour, 2)
    for k in range(5):
        a = math.tau * k / 5 - math.pi / 2
        c.disc(47 + 8 * math.cos(a), 62 + 8 * math.sin(a), 4, lighter(p.colour, 0.5))
    c.disc(47, 62, 4, (240, 200, 96))
    c.line([(72, 60), (82, 60), (82, 46)], 2, (150, 150, 156))
    c.disc(82, 44, 4, chance.choice(_BRIGHT))
    for x, y in ((30, 26), (48, 18), (64, 28)):
        c.ellipse(x, y, 3.4, 2.6, INK)
        c.line([(x + 2.8, y), (x + 2.8, y - 11), (x + 8, y - 9)], 1, INK)


def puppet(c: Canvas, p: Picture, chance: random.Random) -> None:
    skin = chance.choice(((244, 214, 186), (206, 160, 124), (150, 108, 82)))
    hair = chance.choice(((90, 64, 50), (220, 180, 100), (70, 62, 66), (190, 96, 64)))
    c.poly(
        smooth(
            [(42, 50), (18, 58), (20, 66), (38, 64), (30, 90), (70, 90), (62, 64), (80, 66), (82, 58), (58, 50)],
            steps=6,
        ),
        p.colour,
    )
    for x in (19, 81):
        c.disc(x, 62, 4.6, skin)
    c.disc(50, 34, 18, hair)
    c.ellipse(50, 37, 14.5, 15, skin)
    c.curve([(35, 32), (50, 20), (65, 32), (50, 26)], hair)
    for x in (44, 56):
        c.disc(x, 36, 1.6, INK)
        c.disc(x + (2.5 if x > 50 else -2.5), 42, 2.2, mix(skin, (226, 110, 110), 0.45))
    c.arc(50, 42, 4, 3.4, 15, 165, 1, INK)
    for y in (62, 70, 78):
        c.disc(50, y, 1.8, lighter(p.colour, 0.6))
    c.bend([(39, 53), (50, 58), (61, 53)], 3, lighter(p.colour, 0.4))


SHAPES = {
    "teddy": teddy,
    "blocks": blocks,
    "train": train,
    "car": car,
    "puzzle": puzzle,
    "boardgame": boardgame,
    "top": top,
    "kite": kite,
    "musicbox": musicbox,
    "puppet": puppet,
}
