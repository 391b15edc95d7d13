"""What one made-up page is, and the register of their kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.connectors.pages.kinds.goods import Goods
from tests.connectors.pages.kinds.themes import Theme


@dataclass(frozen=True)
class Sample:
    url: str
    body: bytes
    status: int = 200


Maker = Callable[[Goods, Theme, bool], Sample]
"""(goods, theme, marked) -> page; `marked`: with the classes of <body> that tell the page's kind."""

OTHERS: dict[str, tuple[str, Maker]] = {}
"""Name of a kind of page -> (the value of PageKind that it should get, or several apart by |; its maker)."""
PRODUCTS: dict[str, tuple[str, Maker]] = {}


def other(kind: str) -> Callable[[Maker], Maker]:
    def register(maker: Maker) -> Maker:
        OTHERS[maker.__name__] = (kind, maker)
        return maker

    return register


def product(maker: Maker) -> Maker:
    PRODUCTS[maker.__name__] = ("product", maker)
    return maker
