"""Pure: schema.org in <script type="application/ld+json">."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from connectors.pages import json_text
from connectors.pages.graph import Graph, Root
from connectors.pages.page import Page, attribute
from connectors.pages.seen import Seen, SeenProduct, Source

_TYPES: Final = frozenset({"application/ld+json", "application/json+ld", "application/id+json"})
_MAX_BLOCKS: Final = 200
_MAX_MENDED: Final = 512 * 1024
"""Characters of malformed blocks that one page may have mended."""


def read(page: Page) -> Seen:
    """Every product of every block. One that is malformed is mended or counted as lost, and never costs the others."""
    roots: list[Root] = []
    malformed = lost = spent = 0
    for script in [one for one in page.scripts if one.type in _TYPES][:_MAX_BLOCKS]:
        if not script.text.strip():
            continue
        value, mended = json_text.loads(script.text) if spent < _MAX_MENDED else (None, True)
        if mended:
            spent += len(script.text)
        if value is None:
            lost += 1
            continue
        malformed += mended
        roots.append(Root(f"script {script.number}", value, mended))
    seen = Graph(page, Source.JSON_LD, roots).read() if roots else Seen(Source.JSON_LD)
    return replace(seen, products=_without_post_ids(page, seen.products), malformed=malformed, lost=lost)


def _without_post_ids(page: Page, products: tuple[SeenProduct, ...]) -> tuple[SeenProduct, ...]:
    """WooCommerce gives the number of its own record as `sku` where the shop gave none."""
    if not any(one.sku and one.sku.isdigit() for one in products):
        return products
    classes = attribute(page.tree.body, "class").split()
    return tuple(
        replace(one, sku=None) if one.sku and one.sku.isdigit() and f"postid-{one.sku}" in classes else one
        for one in products
    )
