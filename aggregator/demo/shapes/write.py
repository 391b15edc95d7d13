"""Books and stationery."""

from __future__ import annotations

import math
import random

from ..canvas import INK, LEATHER, METAL, WHITE, WOOD, Canvas, darker, lighter, mix
from ..model import Colour, Picture

_PENCILS: tuple[Colour, ...] = (
    (204, 84, 76),
    (228, 148, 70),
    (236, 202, 92),
    (120, 164, 104),
    (86, 134, 176),
    (136, 104, 168),
)


def book(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A cover with its title; the motif is drawn by chance."""
    c.box(27, 13, 77, 89, (236, 228, 212), 1)
    for y in (86, 87.2, 88.4):
        c.line([(29, y), (76, y)], 0.3, (200, 190, 172))
    c.box(25, 11, 75, 86, p.colour, 1)
    c.box(25, 11, 29, 86, darker(p.colour, 0.22), 1)
    pale = lighter(p.colour, 0.75)
    motif = chance.randrange(5)
    if motif == 0:  # hills and a moon
        c.disc(60, 58, 6.5, pale)
        c.curve([(29.4, 84), (29.4, 72), (42, 66), (54, 74), (66, 67), (74.6, 74), (74.6, 84)], lighter(p.colour, 0.25))
        c.box(29.4, 78, 74.8, 85.6, darker(p.colour, 0.2), 0)
    elif motif == 1:  # a branch
        c.bend([(38, 82), (50, 70), (62, 56)], 1, pale)
        for t in range(5):
            x, y = 41 + t * 5, 78 - t * 5.4
            c.ellipse(x - 3, y - 2, 3.4, 1.7, pale)
            c.ellipse(x + 4, y + 1.5, 3.4, 1.7, lighter(p.colour, 0.5))
    elif motif == 2:  # a house
        c.poly([(42, 66), (52, 57), (62, 66)], pale)
        c.box(44, 66, 60, 79, lighter(p.colour, 0.5), 0)
        c.box(50, 71, 54, 79, p.colour, 0)
    elif motif == 3:  # circles
        for r, part in ((13, 0.2), (9, 0.45), (5, 0.75)):
            c.disc(52, 68, r, lighter(p.colour, part))
    else:  # waves
        for k in range(4):
            y = 62 + k * 5.5
            c.bend(
                [(31, y), (37, y - 2.5), (44, y), (51, y - 2.5), (58, y), (65, y - 2.5), (73, y)],
                1.1,
                lighter(p.colour, 0.3 + 0.13 * k),
            )
    c.text(52, 18, p.text or "Le Livre", 6, WHITE if sum(p.colour) < 560 else INK, 38)


def notebook(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(28, 15, 78, 88, (240, 234, 222), 2.5)
    c.box(24, 12, 74, 86, p.colour, 3)
    c.box(24, 12, 31, 86, darker(p.colour, 0.18), 3)
    style = chance.randrange(3)
    if style == 0:
        c.box(40, 26, 66, 42, WHITE, 1)
        c.line([(44, 32), (62, 32)], 0.7, METAL)
        c.line([(44, 36.5), (58, 36.5)], 0.7, METAL)
    elif style == 1:
        for y in range(22, 80, 8):
            for x in range(38, 72, 8):
                c.disc(x, y, 1.3, lighter(p.colour, 0.45))
    else:
        c.curve([(52, 30), (62, 44), (52, 66), (42, 44)], lighter(p.colour, 0.3))
        c.line([(52, 34), (52, 74)], 0.8, darker(p.colour, 0.2))
    if chance.random() < 0.6:
        c.box(66, 12, 69, 86, darker(p.colour, 0.45), 0.6)
    c.poly([(36, 84), (39.5, 84), (39.5, 96), (37.7, 93), (36, 96)], mix(p.colour, (200, 80, 70), 0.7))


def pen(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.bend([(14, 84), (26, 78), (30, 86), (42, 82), (56, 86)], 0.9, (60, 66, 120))
    c.line([(78, 16), (48, 52)], 8.4, p.colour)
    c.line([(46, 54), (36, 66)], 7, darker(p.colour, 0.35))
    c.line([(49.4, 49.6), (46.8, 52.8)], 8.8, (214, 178, 96))
    c.poly([(39.5, 67.4), (32.4, 61.4), (22, 80)], (214, 178, 96))
    c.line([(22, 80), (32, 67)], 0.6, INK)
    c.disc(33.4, 66.4, 0.9, INK)
    c.line([(74, 14), (60, 31)], 1.2, lighter(p.colour, 0.45))
    c.line([(83, 20), (68, 38)], 1.5, (214, 178, 96))


def inkbottle(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(26, 42, 74, 84, lighter(p.colour, 0.7), 6)
    c.box(29, 54, 71, 81, p.colour, 4)
    c.box(40, 30, 60, 44, lighter(p.colour, 0.7), 1)
    c.box(36, 20, 64, 35, (52, 48, 54), 2.5)
    c.box(33, 58, 67, 74, WHITE, 1)
    c.text(50, 61, "encre", 6, INK, 30)
    c.line([(40, 71), (60, 71)], 0.7, p.colour)
    c.curve([(83, 70), (88, 80), (83, 86), (78, 80)], p.colour)
    c.box(29.6, 46, 32, 76, WHITE, 1)


def pencils(c: Canvas, p: Picture, chance: random.Random) -> None:
    colours = list(_PENCILS)
    chance.shuffle(colours)
    for i, colour in enumerate(colours):
        x = 26 + i * 8
        y = 14 + 5 * abs(i - 2.5) + chance.uniform(-1.5, 1.5)
        c.poly([(x, y + 12), (x + 7, y + 12), (x + 3.5, y)], (236, 208, 164))
        c.poly([(x + 2.2, y + 4.4), (x + 4.8, y + 4.4), (x + 3.5, y)], colour)
        c.box(x, y + 11, x + 7, 62, colour, 0)
        c.box(x + 2.4, y + 11, x + 4.6, 62, lighter(colour, 0.28), 0)
    c.box(20, 54, 80, 88, p.colour, 3)
    c.box(20, 54, 80, 60, darker(p.colour, 0.16), 2)
    c.text(50, 67, "couleurs", 7, WHITE if sum(p.colour) < 560 else INK, 56)


def palette(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(14, 28, 86, 74, (60, 58, 64), 4)
    c.box(17, 31, 83, 71, (244, 242, 238), 3)
    for row in range(2):
        for i, colour in enumerate(_PENCILS):
            tint = lighter(colour, 0.3) if row else colour
            c.box(20 + i * 10.2, 35 + row * 14, 28.4 + i * 10.2, 46 + row * 14, tint, 1)
    c.line([(20, 92), (66, 78)], 2.4, darker(p.colour, 0.1))
    c.line([(66, 78), (73, 75.8)], 2.8, METAL)
    c.curve([(73, 73.6), (84, 71.6), (75, 78)], (110, 84, 66))


def card(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.box(16, 40, 70, 80, lighter(p.colour, 0.45), 1.5)
    c.poly([(16, 41), (70, 41), (43, 62)], lighter(p.colour, 0.25))
    c.box(38, 16, 84, 66, WHITE, 1.5)
    for k in range(3):
        x, y = 52 + k * 9, 36 - (k % 2) * 6
        c.bend([(61, 58), ((x + 61) / 2, 50), (x, y)], 0.8, (110, 140, 100))
        for j in range(5):
            a = math.tau * j / 5
            c.disc(x + 2.8 * math.cos(a), y + 2.8 * math.sin(a), 2.2, p.colour if k % 2 else lighter(p.colour, 0.35))
        c.disc(x, y, 1.8, (240, 206, 110))


def pouch(c: Canvas, p: Picture, chance: random.Random) -> None:
    outline = [(14, 40), (86, 40), (90, 70), (80, 76), (20, 76), (10, 70)]
    c.curve(
        [(12, 46), (18, 37), (50, 35), (82, 37), (88, 46), (90, 68), (80, 76), (50, 77), (20, 76), (10, 68)], p.colour
    )
    c.pattern(outline, chance.randrange(6), lighter(p.colour, 0.35))
    c.line([(14, 42), (86, 42)], 2.4, darker(p.colour, 0.3))
    for x in range(16, 86, 2):
        c.line([(x, 41.3), (x, 42.7)], 0.4, (224, 196, 130))
    c.box(80, 40, 86, 44, (224, 196, 130), 1)
    c.box(84, 42, 88, 54, LEATHER, 1.4)


def scissors(c: Canvas, p: Picture, chance: random.Random) -> None:
    c.poly([(47, 52), (54, 50), (66, 8), (61, 10)], METAL)
    c.poly([(53, 52), (46, 50), (34, 8), (39, 10)], lighter(METAL, 0.3))
    c.line([(50, 52), (40, 66)], 4, p.colour)
    c.line([(50, 52), (60, 66)], 4, p.colour)
    c.ring(35, 77, 12, 13, 5, p.colour)
    c.ring(65, 77, 12, 13, 5, darker(p.colour, 0.12))
    c.disc(50, 51, 2.4, darker(METAL, 0.3))
    c.disc(50, 51, 0.9, WOOD)


SHAPES = {
    "book": book,
    "notebook": notebook,
    "pen": pen,
    "inkbottle": inkbottle,
    "pencils": pencils,
    "palette": palette,
    "card": card,
    "pouch": pouch,
    "scissors": scissors,
}
