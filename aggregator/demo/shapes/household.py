"""What keeps a house clean and lit: brooms, pails, tins of wax, bags of soap flakes, pegs, lanterns."""

from __future__ import annotations

import math
import random

from ..canvas import INK, METAL, WHITE, WOOD, Canvas, darker, lighter, mix, smooth
from ..model import Colour, Picture

_STRAW: Colour = (222, 188, 124)
_FLAME: Colour = (250, 196, 96)


def sack(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A paper bag of powder, and its scoop."""
    paper = chance.choice(((206, 174, 130), (236, 226, 206), mix(p.colour, WHITE, 0.5)))
    c.poly([(22, 26), (68, 26), (72, 86), (18, 86)], paper)
    c.poly([(22, 26), (68, 26), (67, 33), (23, 33)], darker(paper, 0.14))
    c.box(21, 18, 69, 28, darker(paper, 0.08), 1)
    c.line([(24, 23), (66, 23)], 1, darker(paper, 0.3))
    c.box(27, 42, 63, 72, WHITE, 2)
    c.box(31, 46, 59, 52, p.colour, 1)
    for y, half in ((58, 11), (63, 14), (68, 8)):
        c.line([(45 - half, y), (45 + half, y)], 0.9, darker(paper, 0.35))
    c.ellipse(82, 84, 14, 4, lighter(p.colour, 0.8))
    c.line([(78, 72), (90, 52)], 3.2, WOOD)
    c.poly(smooth([(70, 74), (82, 68), (86, 76), (76, 84), (70, 82)]), darker(WOOD, 0.1))
    c.ellipse(77, 76, 5, 3, WHITE)


def tin(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A round tin of wax, its lid leaning on it."""
    c.box(12, 54, 62, 80, METAL, 8)
    c.box(12, 60, 62, 75, p.colour, 2)
    c.ellipse(37, 54, 25, 9, lighter(METAL, 0.35))
    c.ellipse(37, 54.4, 22, 7.2, mix(p.colour, (196, 140, 70), 0.4))
    c.bend([(24, 54), (34, 51.4), (48, 56)], 1.2, mix(p.colour, (240, 206, 150), 0.6))
    c.box(24, 63, 50, 72, WHITE, 1.5)
    c.line([(28, 67.5), (46, 67.5)], 1, darker(p.colour, 0.3))
    c.disc(68, 52, 26, METAL)
    c.disc(68, 52, 23.6, p.colour)
    c.ring(68, 52, 19, 19, 1, lighter(p.colour, 0.5))
    if chance.random() < 0.5:
        c.poly([(68, 40), (72, 49), (81, 52), (72, 55), (68, 64), (64, 55), (55, 52), (64, 49)], lighter(p.colour, 0.6))
    else:
        c.box(54, 46, 82, 58, lighter(p.colour, 0.7), 1.5)
        c.line([(59, 52), (77, 52)], 1.2, darker(p.colour, 0.3))


def broom(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A long handle and a head of straw, sewn or set in wood."""
    c.line([(50, 4), (50, 54)], 3.4, WOOD)
    c.line([(50, 4), (50, 16)], 3.8, p.colour)
    if chance.random() < 0.5:  # sewn straw
        head = smooth([(46, 48), (54, 48), (66, 66), (72, 90), (50, 92), (28, 90), (34, 66)])
        c.poly(head, _STRAW)
        for k in range(-4, 5):
            c.line([(50 + k, 56), (50 + k * 5, 89)], 0.6, darker(_STRAW, 0.2))
        for y, half in ((62, 11), (69, 15), (76, 18)):
            c.line([(50 - half, y), (50 + half, y)], 1.2, p.colour)
        c.box(45, 46, 55, 54, darker(_STRAW, 0.35), 1.5)
        return
    for k in range(27):
        left = 24 + k * 2
        tuft = lighter(_STRAW, 0.2) if k % 2 else darker(_STRAW, 0.12)
        c.line([(left, 64), (left + (left - 50) * 0.12, 86 + chance.uniform(-1, 1))], 1.8, tuft)
    c.box(20, 54, 80, 66, p.colour, 4)
    c.line([(24, 57), (76, 57)], 1, lighter(p.colour, 0.4))
    c.box(45, 49, 55, 56, darker(p.colour, 0.2), 1.5)


def duster(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A feather duster."""
    c.line([(72, 92), (56, 56)], 3.4, WOOD)
    c.disc(72.6, 93, 2.6, p.colour)
    plume = mix(p.colour, (120, 104, 100), 0.25)
    for layer, reach in ((0, 50.0), (1, 42.0), (2, 32.0)):
        for k in range(9 - layer):
            turn = math.radians(-166 + k * (92 / (8 - layer)) + chance.uniform(-3, 3))
            far = reach * chance.uniform(0.92, 1.04)
            x, y = 55 + far * math.cos(turn), 55 + far * math.sin(turn)
            side = (55 + far * 0.6 * math.cos(turn + 0.16), 55 + far * 0.6 * math.sin(turn + 0.16))
            other = (55 + far * 0.6 * math.cos(turn - 0.16), 55 + far * 0.6 * math.sin(turn - 0.16))
            shade = lighter(plume, 0.14 * layer) if k % 2 else darker(plume, 0.16 - 0.08 * layer)
            c.curve([(55, 55), side, (x, y), other], shade)
            c.line([(55, 55), (55 + far * 0.9 * math.cos(turn), 55 + far * 0.9 * math.sin(turn))], 0.6, lighter(shade))
    c.line([(54, 53), (59, 61)], 5, darker(p.colour, 0.25))


def basin(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A wide basin with two handles."""
    plain = chance.random() < 0.4
    body = mix(METAL, p.colour, 0.15) if plain else p.colour
    for x in (12, 88):
        c.ring(x, 50, 7, 6, 2.4, darker(METAL, 0.2))
    c.poly([(12, 42), (88, 42), (76, 78), (24, 78)], body)
    c.poly([(12, 42), (26, 42), (33, 78), (24, 78)], lighter(body, 0.22))
    c.poly([(78, 42), (88, 42), (76, 78), (69, 78)], darker(body, 0.14))
    if plain:
        for down, half in ((54, 33), (58, 32)):
            c.line([(50 - half, down), (50 + half, down)], 0.8, darker(body, 0.22))
    c.ellipse(50, 42, 39, 11, lighter(body, 0.35) if plain else darker(p.colour, 0.35))
    c.ellipse(50, 42.6, 36.4, 9, darker(body, 0.2) if plain else WHITE)
    c.ellipse(50, 46, 30, 5.4, (196, 220, 228))
    for x, y, r in ((40, 44, 3), (46, 46.6, 2), (58, 45, 2.6))[: chance.choice((0, 3))]:
        c.disc(x, y, r, WHITE)


def bucket(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A pail, its handle up."""
    plain = chance.random() < 0.4
    body = mix(METAL, p.colour, 0.12) if plain else p.colour
    c.arc(50, 38, 27, 28, 184, 356, 1.6, darker(METAL, 0.3))
    c.box(41, 7.6, 59, 12.4, WOOD, 2)
    c.poly([(22, 38), (78, 38), (69, 86), (31, 86)], body)
    c.poly([(22, 38), (33, 38), (39, 86), (31, 86)], lighter(body, 0.24))
    c.box(30, 83, 70, 87.5, darker(body, 0.28), 2)
    for y, half in ((52, 25.2), (70, 21.8)) if plain else ((52, 25.2),):
        c.line([(50 - half, y), (50 + half, y)], 1.2, darker(body, 0.25))
    c.ellipse(50, 38, 28.6, 7.4, lighter(body, 0.4) if plain else darker(p.colour, 0.35))
    c.ellipse(50, 38.6, 26, 5.6, darker(body, 0.3) if plain else WHITE)
    for x in (22, 78):
        c.disc(x, 39, 2.4, darker(METAL, 0.35))


def pegs(c: Canvas, p: Picture, chance: random.Random) -> None:
    """Clothes pegs on a line, one of them holding something small."""
    c.bend([(4, 26), (50, 32), (96, 26)], 1, darker(METAL, 0.3))
    cloth = [(30, 34), (72, 34), (70, 84), (33, 82)]
    c.poly(cloth, lighter(p.colour, 0.35))
    c.pattern(cloth, chance.choice((1, 2, 3, 4)), p.colour)
    for x in (16, 37, 65, 85):
        wood = chance.choice((WOOD, lighter(WOOD, 0.2), darker(WOOD, 0.1)))
        c.poly([(x - 3.6, 16), (x - 0.4, 17), (x - 0.4, 47), (x - 2.6, 47)], wood)
        c.poly([(x + 3.6, 16), (x + 0.4, 17), (x + 0.4, 47), (x + 2.6, 47)], darker(wood, 0.14))
        c.box(x - 4, 26, x + 4, 28.6, METAL, 1)


def lantern(c: Canvas, p: Picture, chance: random.Random) -> None:
    """A storm lantern: its flame behind glass."""
    c.arc(50, 22, 19, 15, 180, 360, 1.5, darker(METAL, 0.35))
    for x in (28, 72):
        c.bend([(x, 22), (x + (x - 50) * 0.16, 48), (x, 76)], 2.4, p.colour)
    c.poly([(40, 24), (60, 24), (64, 33), (36, 33)], p.colour)
    c.box(44, 16, 56, 25, darker(p.colour, 0.2), 2)
    c.poly(smooth([(41, 33), (59, 33), (66, 50), (59, 67), (41, 67), (34, 50)]), (226, 236, 238))
    wide = chance.uniform(0.9, 1.2)
    c.curve([(50, 40), (50 + 5 * wide, 52), (50, 60), (50 - 5 * wide, 52)], _FLAME)
    c.curve([(50, 47), (52.6, 54), (50, 58.6), (47.4, 54)], (255, 240, 190))
    c.line([(50, 59), (50, 64)], 1, INK)
    c.bend([(38, 44), (36.6, 50), (38, 57)], 1.1, WHITE)
    for y in (41, 59):
        c.line([(36, y), (64, y)], 0.7, darker(METAL, 0.3))
    c.box(36, 65, 64, 71, darker(p.colour, 0.2), 1.5)
    c.box(26, 70, 74, 86, p.colour, 5)
    c.line([(31, 74), (69, 74)], 1, lighter(p.colour, 0.4))


SHAPES = {
    "sack": sack,
    "tin": tin,
    "broom": broom,
    "duster": duster,
    "basin": basin,
    "bucket": bucket,
    "pegs": pegs,
    "lantern": lantern,
}
