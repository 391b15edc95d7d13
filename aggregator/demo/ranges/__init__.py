"""The ranges of the invented shops of the sample region, one module a shop; the order is the town's."""

from __future__ import annotations

from ..goods import Range
from . import (
    bikes,
    books,
    clothes,
    games,
    garden,
    hardware,
    home,
    household,
    jewellery,
    leather,
    lighting,
    pottery,
    shoes,
    soap,
    stationery,
    toys,
    weaving,
    wicker,
    woodwork,
    wool,
)

RANGES: dict[str, Range] = {
    module.RANGE.kind: module.RANGE
    for module in (
        *(books, clothes, toys, home, garden, stationery, shoes, jewellery, pottery, soap, bikes),
        *(household, wool, hardware, wicker),
        *(lighting, games, leather, weaving, woodwork),
    )
}
