"""Pure: what kind of page this is. A price on a page does not make it a product page.

Signs are collected from what the page says of itself (markup, platform, address) and from what a visitor sees (titles,
prices, cart buttons, cards), each with a weight and a reason in English; the kind with the most weight wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.pages.page import Page
from connectors.pages.seen import Seen
from connectors.pages.tiles import Tiles


class PageKind(StrEnum):
    PRODUCT = "product"
    LISTING = "listing"
    """A category, a search, a brand: several products, or the way to them."""
    HOME = "home"
    ARTICLE = "article"
    """A blog post, a recipe, news."""
    ACCOUNT = "account"
    """Cart, checkout, login, account, wish list: a visitor's own."""
    BLOCKED = "blocked"
    """A captcha, a firewall's challenge, a password gate, maintenance."""
    SHELL = "shell"
    """Nothing to read without JavaScript."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: PageKind
    score: float
    """How much the evidence for a product page outweighs the best other kind; above 0 exactly for PRODUCT."""
    reasons: tuple[str, ...] = ()
    """English, the weightiest first."""


def decide(page: Page, seen: tuple[Seen, ...], tiles: Tiles) -> Verdict:
    """The page's kind, without reading its price. Never raises."""
    main = any(product.role == "main" for source in seen for product in source.products)
    groups = tiles.product_groups
    if main and not any(group.place == "before" for group in groups):
        return Verdict(PageKind.PRODUCT, 1.0, ("marked up as one product",))
    if groups:
        return Verdict(PageKind.LISTING, -1.0, ("cards of several products",))
    return Verdict(PageKind.OTHER, -1.0)
