"""The drawings, one function a thing: it draws its `Picture` on a canvas, with a little chance of its own."""

from __future__ import annotations

import random
from collections.abc import Callable

from ..canvas import Canvas
from ..model import Picture
from . import craft, feet, garden, house, household, jewels, play, table, wear, wheels, wicker, write

Shape = Callable[[Canvas, Picture, random.Random], None]
SHAPES: dict[str, Shape] = {
    name: shape
    for module in (feet, garden, house, jewels, play, table, wear, wheels, write, household, wicker, craft)
    for name, shape in module.SHAPES.items()
}
