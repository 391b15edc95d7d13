"""Product photos that nobody took: flat drawings on soft grounds, the same for the same product on every machine."""

from __future__ import annotations

import functools
import io
import random

from PIL import Image, ImageDraw, ImageFilter

from .canvas import Canvas, lighter, luminance, mix
from .model import Colour, Picture
from .shapes import SHAPES

_GROUNDS: tuple[Colour, ...] = (
    (245, 236, 224),
    (231, 237, 238),
    (243, 231, 230),
    (230, 238, 228),
    (247, 238, 214),
    (234, 231, 242),
    (226, 234, 244),
)
_DEEP: tuple[Colour, ...] = ((168, 184, 188), (190, 170, 160), (160, 176, 156), (176, 168, 190))


@functools.lru_cache(maxsize=512)
def draw(picture: Picture, seed: int, size: int = 600) -> bytes:
    """A square JPEG of `size` pixels. `seed` chooses ground, pattern and tilt; its last digit counts the photos of one
    product, so that the second shows the same thing on another ground."""
    chance = random.Random(f"{picture.shape}/{seed // 10}")
    canvas = Canvas(size * 2)  # drawn at twice the size, for smooth edges
    SHAPES.get(picture.shape, SHAPES["blocks"])(canvas, picture, chance)
    tilt = chance.choice((0, 0, -4, 5)) + (7 if seed % 10 else 0)
    layer = canvas.image.reduce(2)
    layer = layer.rotate(tilt, Image.Resampling.BICUBIC) if tilt else layer
    ground = _ground(picture.colour, size, random.Random(seed))
    ground.paste(Image.new("RGB", (size, size), (70, 58, 66)), (size // 120, size // 45), _shadow(layer))
    ground.paste(layer, (0, 0), layer)
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=88)
    return out.getvalue()


def _shadow(layer: Image.Image) -> Image.Image:
    """The object's outline, soft and faint."""
    side = layer.width
    small = layer.getchannel("A").resize((side // 4, side // 4)).filter(ImageFilter.GaussianBlur(side / 160))
    return small.resize((side, side)).point([round(value * 0.3) for value in range(256)])


def _ground(colour: Colour, side: int, chance: random.Random) -> Image.Image:
    """A quiet ground that the colour stands out from: a disc, an arch, a table, or two great bubbles."""
    light = luminance(colour) > 178
    base = mix(chance.choice(_DEEP if light else _GROUNDS), colour, 0.06)
    image = Image.new("RGB", (side, side), base)
    gradient = Image.linear_gradient("L").resize((side, side))
    image.paste(mix(base, (120, 100, 110), 0.12), (0, 0, side, side), gradient)
    mask = Image.new("L", (side * 2, side * 2), 0)
    pen, u, extra = ImageDraw.Draw(mask), side / 50, lighter(base, 0.45)
    match chance.randrange(4):
        case 0:
            pen.ellipse([12 * u, 12 * u, 88 * u, 88 * u], fill=255)
        case 1:
            pen.rounded_rectangle([18 * u, 8 * u, 82 * u, 130 * u], radius=32 * u, fill=255)
        case 2:
            pen.rectangle([0, 74 * u, side * 2, side * 2], fill=255)
            extra = mix(base, (150, 120, 110), 0.22)
        case _:
            pen.ellipse([-30 * u, 55 * u, 60 * u, 145 * u], fill=255)
            pen.ellipse([68 * u, -18 * u, 116 * u, 30 * u], fill=255)
    image.paste(extra, (0, 0, side, side), mask.reduce(2))
    return image
