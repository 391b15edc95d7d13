"""The drawings, one function a thing: it draws its `Picture` on a canvas, with a little chance of its own."""

from __future__ import annotations

import random
from collections.abc import Callable

from ..canvas import Canvas
from ..model import Picture
from . import craft, feet, garden, grocer, house, jewels, play, table, wear, wheels, write

Shape = Callable[[Canvas, Picture, random.Random], None]
SHAPES: dict[str, Shape] = {
    name: shape
    for module in (feet, garden, house, jewels, play, table, wear, wheels, write, grocer, craft)
    for name, shape in module.SHAPES.items()
}
