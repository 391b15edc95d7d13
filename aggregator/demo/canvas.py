"""A drawing board in units of 100 by 100, with the few tools that flat product drawings need."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from .model import Colour

Point = tuple[float, float]
WHITE: Colour = (252, 250, 246)
INK: Colour = (58, 52, 60)
WOOD: Colour = (206, 164, 112)
METAL: Colour = (178, 182, 188)
LEATHER: Colour = (150, 98, 60)


def mix(a: Colour, b: Colour, part: float) -> Colour:
    """`a` with `part` (0 to 1) of `b`."""
    return tuple(round(x + (y - x) * part) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def lighter(colour: Colour, part: float = 0.25) -> Colour:
    """Towards a warm white."""
    return mix(colour, WHITE, part)


def darker(colour: Colour, part: float = 0.22) -> Colour:
    """Towards ink."""
    return mix(colour, (36, 28, 44), part)


def luminance(colour: Colour) -> float:
    """0 (black) to 255, as the eye weighs it."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 10) -> list[Point]:
    """A curve through the points (Catmull-Rom)."""
    n, out = len(points), []
    for i in range(n if closed else n - 1):
        p0, p1, p2, p3 = (points[(i + k) % n] if closed else points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        for s in range(steps):
            t = s / steps
            out.append((_spline(t, p0[0], p1[0], p2[0], p3[0]), _spline(t, p0[1], p1[1], p2[1], p3[1])))
    return out if closed else [*out, points[-1]]


def _spline(t: float, a: float, b: float, c: float, d: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


class Canvas:
    """A transparent layer of `side` pixels; (0, 0) is its upper left, (100, 100) its lower right."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.unit = side / 100
        self.image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        self.pen = ImageDraw.Draw(self.image)

    def _xy(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Filled, around (x, y)."""
        self.pen.ellipse(self._xy([(x - rx, y - ry), (x + rx, y + ry)]), fill=fill)

    def disc(self, x: float, y: float, r: float, fill: Colour) -> None:
        """A filled circle."""
        self.ellipse(x, y, r, r, fill)

    def ring(self, x: float, y: float, rx: float, ry: float, width: float, fill: Colour) -> None:
        """An ellipse's outline, `width` thick, inside its radii."""
        box = self._xy([(x - rx, y - ry), (x + rx, y + ry)])
        self.pen.ellipse(box, outline=fill, width=max(round(width * self.unit), 1))

    def arc(
        self, x: float, y: float, rx: float, ry: float, start: float, end: float, width: float, fill: Colour
    ) -> None:
        """A part of an ellipse's outline, clockwise in degrees from three o'clock, with round ends."""
        points = []
        steps = max(int(abs(end - start) / 5), 2)
        for i in range(steps + 1):
            angle = math.radians(start + (end - start) * i / steps)
            points.append((x + rx * math.cos(angle), y + ry * math.sin(angle)))
        self.line(points, width, fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, r: float = 0) -> None:
        """A filled rectangle with corners of radius `r`."""
        self.pen.rounded_rectangle(self._xy([(x0, y0), (x1, y1)]), radius=r * self.unit, fill=fill)

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled polygon."""
        self.pen.polygon(self._xy(points), fill=fill)

    def curve(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled shape with a smooth outline through the points."""
        self.poly(smooth(points), fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A stroke with round ends and joints."""
        scaled, w = self._xy(points), max(round(width * self.unit), 1)
        self.pen.line(scaled, fill=fill, width=w, joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            self.pen.ellipse([x - w / 2, y - w / 2, x + w / 2, y + w / 2], fill=fill)

    def bend(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A smooth stroke through the points."""
        self.line(smooth(points, closed=False), width, fill)

    def mirror(self, points: Sequence[Point], axis: float = 50) -> list[Point]:
        """An outline given for its left half, top to bottom, completed by its mirror image."""
        return [*points, *((2 * axis - x, y) for x, y in reversed(points))]

    def pattern(self, outline: Sequence[Point], kind: int, fill: Colour) -> None:
        """Stripes, dots, checks, pinstripes or nothing (`kind` 0 to 7), inside the outline only."""
        if kind not in (1, 2, 3, 4):
            return
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon(self._xy(outline), fill=255)
        layer = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        pen, u = ImageDraw.Draw(layer), self.unit
        steps = range(0, 100, 6)
        if kind in (1, 3):
            for y in steps:
                pen.rectangle([0, y * u, self.side, (y + 2) * u], fill=fill)
        if kind in (3, 4):
            width = 2.0 if kind == 3 else 0.7
            for x in range(0, 100, 6 if kind == 3 else 4):
                pen.rectangle([x * u, 0, (x + width) * u, self.side], fill=fill)
        if kind == 2:
            for row, y in enumerate(steps):
                for x in range(0, 102, 6):
                    cx, cy = (x + 3 * (row % 2)) * u, y * u
                    pen.ellipse([cx - u, cy - u, cx + u, cy + u], fill=fill)
        both = Image.composite(layer, Image.new("RGBA", self.image.size, (0, 0, 0, 0)), mask)
        self.image.alpha_composite(both)

    def text(self, x: float, y: float, words: str, size: float, fill: Colour, width: float) -> float:
        """Centred lines no wider than `width`, from `y` down; returns where they end. At most five lines."""
        font = ImageFont.load_default(size * self.unit)
        if not isinstance(font, ImageFont.FreeTypeFont):  # a Pillow without FreeType: leave the text out
            return y
        lines: list[str] = [""]
        for word in words.replace("\u00a0", " ").split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and font.getlength(_bare(longer)) > width * self.unit:
                lines.append(word)
            else:
                lines[-1] = longer
        for row in lines[:5]:
            left = x * self.unit - font.getlength(_bare(row)) / 2
            self.pen.text((left, y * self.unit), _bare(row), font=font, fill=fill, anchor="la")
            self._accents(row, left, y * self.unit, font, fill)
            y += size * 1.25
        return y

    def _accents(self, row: str, left: float, top: float, font: ImageFont.FreeTypeFont, fill: Colour) -> None:
        """The marks over (and under) letters, drawn by hand: Pillow's own font has none."""
        em = font.size
        base = ""
        for letter in unicodedata.normalize("NFD", row.replace("œ", "oe").replace("Œ", "OE")):
            if not unicodedata.combining(letter):
                base += letter
                continue
            start = font.getlength(base[:-1])
            middle = left + start + (font.getlength(base) - start) / 2
            tall = base[-1].isupper()
            rise = top + em * (0.12 if tall else 0.3)
            w, h, thick = em * 0.13, em * 0.12, max(round(em * 0.075), 1)
            shapes = {
                "\u0301": [[(-w * 0.5, 0), (w, -h)]],
                "\u0300": [[(-w, -h), (w * 0.5, 0)]],
                "\u0302": [[(-w, 0), (0, -h), (w, 0)]],
                "\u0327": [[(0, em * 0.66), (w * 0.6, em * 0.74), (-w * 0.4, em * 0.8)]],
            }
            if letter == "\u0308":
                for dx in (-w, w):
                    self.pen.ellipse([middle + dx - thick, rise - thick * 2, middle + dx + thick, rise], fill=fill)
            for stroke in shapes.get(letter, []):
                points = [(middle + dx, rise + dy) for dx, dy in stroke]
                self.pen.line(points, fill=fill, width=thick, joint="curve")


def _bare(text: str) -> str:
    """Without accents and ligatures: the letters that the font has."""
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in plain if not unicodedata.combining(c))
