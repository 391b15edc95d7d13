"""Pure: what the tiles of a category say that its rows do not.

The JSON of a category brings along the HTML that the theme makes of it (`rendered_products`). Two things stand only
there: whether a product's price is shown at all (rows carry the price of those that hide it too: PrestaShop's source),
and the label of what is sold out in all its combinations (`out_of_stock`, where the shop shows such labels).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from connectors.drafting import Json
from connectors.prestashop.mapping import identifier

MOST_TILES: Final = 2000
_MOST_HTML: Final = 8_000_000
_TILE: Final = re.compile(r"\bdata-id-product=[\"']?([1-9][0-9]{0,14})\b")
_SOLD_OUT: Final = re.compile(r"\bproduct-flag\s+out_of_stock\b")
_SPACES: Final = re.compile(r"\s+")
_AMOUNT: Final = re.compile(r"\d[.,]\d\d(?!\d)|[€$£]")
_TAGS: Final = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Tile:
    """None: the tile does not tell, or there is none."""

    sold_out: bool | None = None
    """False only where the shop shows labels and this product has none."""
    price_shown: bool | None = None


NO_TILE: Final = Tile()


def tiles_of(html: Any, rows: Iterable[Any], labels: bool) -> dict[int, Tile]:
    """Product -> its tile, of those that cannot be put in the basket: the others show all that is needed.

    `labels`: a label was met on an earlier page, so this shop shows them."""
    if not isinstance(html, str) or len(html) > _MOST_HTML:
        return {}
    cut = _cut(html)
    labels = labels or any(_SOLD_OUT.search(text) for text in cut.values())
    by_product = {number: row for row in rows if (number := identifier(row, "id_product")) in cut}
    buyable = {number for number, row in by_product.items() if row.get("add_to_cart_url")}
    # a theme may write its prices by script: then no tile tells. In a shop that sells nothing online, all do
    prices = not buyable or any(_shows(cut[number], by_product[number]) for number in buyable)
    return {
        number: Tile(
            sold_out=(_SOLD_OUT.search(cut[number]) is not None) if labels else None,
            price_shown=_shows(cut[number], row) if prices else None,
        )
        for number, row in by_product.items()
        if number not in buyable
    }


def has_labels(tiles: Iterable[Tile]) -> bool:
    return any(tile.sold_out is not None for tile in tiles)


def _cut(html: str) -> dict[int, str]:
    """Product -> the HTML from its mark to the next product's."""
    marks = [(int(mark[1]), mark.end()) for mark, _ in zip(_TILE.finditer(html), range(MOST_TILES), strict=False)]
    ends = [*(start for _, start in marks[1:]), len(html)][: len(marks)]
    found: dict[int, str] = {}
    for (product, start), end in zip(marks, ends, strict=True):
        found[product] = found.get(product, "") + html[start:end]
    return found


def _shows(text: str, row: Json) -> bool | None:
    """Whether the row's price, as the shop writes it, stands in the tile; None where only other amounts do."""
    price = row.get("price")
    if not isinstance(price, str) or not any(sign.isdigit() for sign in price):
        return None
    shown = _SPACES.sub("", unescape(_TAGS.sub(" ", text)))
    return True if _SPACES.sub("", price) in shown else None if _AMOUNT.search(shown) else False
