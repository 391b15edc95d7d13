"""What a branded article is, and how one shop sells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sold:
    """An article in the shop of this kind. Prices as typed, in euros with tax; `was` is the crossed-out one.

    `stock`: None where the shop does not count. `sku` is the shop's own reference. `tells_gtin`: the merchant has
    typed the barcode in. `branded`: the brand has its own field, else it is in the title alone.
    """

    kind: str
    title: str
    shelf: tuple[str, str]
    price: str
    stock: int | None = None
    was: str = ""
    sku: str = ""
    tells_gtin: bool = True
    branded: bool = True


@dataclass(frozen=True, slots=True)
class Article:
    """One thing that a maker sells, with all who sell it: all of `sold` are the same, and the same as nothing else.

    `number` makes its barcode (see `codes.trade_ean13`), 0 where there is none. Look-alikes are articles of their own;
    a lot whose merchant typed the single thing's barcode has that `number`.
    """

    brand: str
    shape: str
    colour: str
    text: str
    sold: tuple[Sold, ...]
    number: int = 0
