"""Pure: JSON that a page carries for its own scripts, platform by platform, then by the look of it.

The known shapes are cheap and precise: they are always read. The search through whatever tree a single-page
application left behind is neither, and is made only where it is asked for.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from connectors.pages import state_layer
from connectors.pages.js_text import literal
from connectors.pages.page import Page, Script, attribute
from connectors.pages.seen import Seen, SeenProduct, Source
from connectors.pages.shapes import product_of, products_in
from connectors.pages.state_magento import magento
from connectors.pages.state_platforms import parsed, prestashop, woocommerce
from connectors.pages.state_shopify import shopify

_DATA_TYPES: Final = frozenset({"application/json", "application/json5", "text/json", "application/vnd.state+json"})
_CODE_TYPES: Final = frozenset({"", "text/javascript", "application/javascript", "module"})
_PRICED: Final = re.compile(r"[pP]rice\w{0,20}\\?[\"']?\s{0,3}:")
_ASSIGNED: Final = re.compile(
    r"(?:(?:window|self|globalThis)(?:\.[\w$]{2,60}|\[[\"'][\w$.-]{2,60}[\"']\])|(?:var|let|const)\s+[\w$]{3,60})"
    r"\s*=\s*(?:JSON\.parse\(\s*(?=[\"'])|(?=[{\[]\s*[\"'{\[\w]))"
)
_MAX_TREES: Final = 24
_MAX_ASSIGNMENTS: Final = 12
"""Of one script."""
_MAX_CHARACTERS: Final = 3_000_000


def read(page: Page, *, thorough: bool = True, measured: bool = True) -> Seen:
    """Every product of the known shapes; `thorough`: of unknown ones too, where those gave no priced one; `measured`:
    and what the page tells tools that measure visits."""
    products = [*prestashop(page), *woocommerce(page), *shopify(page), *magento(page)]
    if measured:
        products += state_layer.read(page)
    if not products:
        products += _attributes(page)
    if thorough and not any(one.role == "main" and any(offer.price for offer in one.offers) for one in products):
        products += _trees(page)
    return Seen(Source.STATE, products=tuple(products))


def _attributes(page: Page) -> list[SeenProduct]:
    """Objects in data-product: one is the page's, of several each is a tile."""
    found = []
    for node in page.survey.data[:40]:
        raw = parsed(attribute(node, "data-product"))
        product = product_of(raw, page, "data-product") if isinstance(raw, dict) else None
        if product is not None:
            found.append(product)
    names = {one.name for one in found}
    return found if len(names) < 2 else [replace(one, role="listed") for one in found]


def _trees(page: Page) -> list[SeenProduct]:
    """Objects that look like products in the page's JSON and in what its scripts assign."""
    found: list[SeenProduct] = []
    left, characters = _MAX_TREES, _MAX_CHARACTERS
    for script in page.scripts:
        data = script.type in _DATA_TYPES
        if not (data or script.type in _CODE_TYPES) or not _PRICED.search(script.text):
            continue
        characters -= len(script.text)
        for value in _values(script, data):
            left -= 1
            found += products_in(value, page, f"script {script.number}{'#' + script.id[:40] if script.id else ''}")
            if left <= 0 or characters <= 0:
                return found
        if any(one.role == "main" for one in found):
            return found
    return found


def _values(script: Script, data: bool) -> list[Any]:
    text = script.text
    if data:
        value = parsed(text.strip())
        return [value] if value is not None else []
    found: list[Any] = []
    at = 0
    for _ in range(_MAX_ASSIGNMENTS):
        match = _ASSIGNED.search(text, at)
        if match is None:
            break
        value, end = literal(text, match.end())
        at = max(end, match.end())
        if isinstance(value, str):
            value = parsed(value.strip())
        if isinstance(value, (dict, list)) and value:
            found.append(value)
    return found
