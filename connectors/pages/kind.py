"""Pure: what kind of page this is. A price on a page does not make it a product page.

Signs are collected from what the page says of itself (markup, platform, address) and from what a visitor sees (titles,
prices, cart buttons, cards), each with a weight and a reason; the kind with the most weight wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.pages import address_signs, gates, layout_signs, markup_signs, platform_signs
from connectors.pages.look import look
from connectors.pages.page import Page
from connectors.pages.seen import Seen
from connectors.pages.signs import PageKind, Sign
from connectors.pages.tiles import Tiles

__all__ = ["PageKind", "Verdict", "decide"]

_ENOUGH: Final = 1.0
"""Less weight than this makes no product page."""
_ALONE: Final = 0.5
"""What weak signs are worth without any other: every real product page has another."""
_BESIDE: Final = 0.5
"""How much of what speaks for third kinds speaks against a product page."""


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: PageKind
    score: float
    """How much the evidence for a product page outweighs the best other kind; above 0 exactly for PRODUCT."""
    reasons: tuple[str, ...] = ()
    """English, the weightiest first."""


def decide(page: Page, seen: tuple[Seen, ...], tiles: Tiles) -> Verdict:
    """The page's kind, without reading its price. Never raises."""
    sold = any(offer.price for source in seen for product in source.products for offer in product.offers)
    if not sold and (barred := gates.gate(page, tiles)) is not None:
        return Verdict(barred.kind, -barred.weight, (barred.reason,))
    at_a_glance = look(page, tiles)
    signs = [
        *platform_signs.signs(page),
        *address_signs.signs(page),
        *markup_signs.signs(page, seen, tiles, at_a_glance),
        *layout_signs.signs(page, tiles, at_a_glance),
    ]
    if at_a_glance.own_buttons and markup_signs.is_titled(page, seen):
        # one-product shops sell on their home page, and some product pages call the root their address
        signs = [replace(sign, weight=4.0) if sign.weight == address_signs.ROOT else sign for sign in signs]
    return weigh(signs)


def weigh(signs: Sequence[Sign]) -> Verdict:
    """The kind that the signs speak for; OTHER where they say too little."""
    weights: dict[PageKind, float] = defaultdict(float)
    for sign in signs:
        weights[sign.kind] += sign.weight
    own = weights.pop(PageKind.PRODUCT, 0.0)
    if all(sign.weak or sign.weight <= 0 for sign in signs if sign.kind is PageKind.PRODUCT):
        own *= _ALONE
    best = max(weights, key=lambda kind: weights[kind], default=PageKind.OTHER)
    rest = sum(weight for kind, weight in weights.items() if kind is not best and weight > 0)
    score = min(own - weights.get(best, 0.0) - _BESIDE * rest, own - _ENOUGH)
    reasons = tuple(
        f"{sign.reason} ({sign.kind} {sign.weight:+.1f})" for sign in sorted(signs, key=lambda sign: -abs(sign.weight))
    )
    if score > 0:
        return Verdict(PageKind.PRODUCT, score, reasons)
    kind = best if weights.get(best, 0.0) > 0 else PageKind.OTHER
    return Verdict(kind, min(score, -0.01), reasons)
