"""What a sign of a page's kind is, and the kinds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
class Sign:
    """One observation, and how much it speaks for a kind (below 0: against it). About 1 is a hint, 3 a strong sign,
    6 what a platform says of its own page."""

    kind: PageKind
    weight: float
    reason: str
    weak: bool = False
    """Speaks for a product page only where something else does too: prices stand on many pages."""
