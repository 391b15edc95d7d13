"""Pure: which of the products that the sources show is the page's own.

A page about one product often marks up others beside it (related ones, the last ones seen). The page's own is the one
whose source says so, whose address is the page's and whose name is the page's title.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from connectors.pages.page import Page
from connectors.pages.seen import Seen, SeenProduct, Source
from connectors.pages.titles import Title, covers, likeness

TRUST: Final = {
    Source.JSON_LD: 0.9,
    Source.MICRODATA: 0.88,
    Source.RDFA: 0.82,
    Source.STATE: 0.74,
    Source.OPEN_GRAPH: 0.78,
    Source.VISIBLE: 0.6,
}
"""What an answer of a source is worth by itself, measured on real pages (docs/pages.md)."""


@dataclass(frozen=True, slots=True)
class Own:
    """The page's own product as one source shows it. `likely` in 0..1: how surely it is the page's own."""

    product: SeenProduct
    likely: float

    @property
    def trust(self) -> float:
        return TRUST[self.product.source] * self.likely - (0.02 if self.product.repaired else 0.0)


@lru_cache(maxsize=1024)
def place(url: str) -> tuple[str, str]:
    """An address's path (decoded, in lower case, without a last slash) and its query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return unquote(parts.path).rstrip("/").lower(), parts.query


def own(page: Page, seen: tuple[Seen, ...], title: Title | None) -> list[Own]:
    """For each source that has it, the page's own product, the most trusted first."""
    found: list[Own] = []
    for source in seen:
        ranked = sorted(
            (
                (_weight(page, product, title, len(source.products) == 1), -n)
                for n, product in enumerate(source.products)
            ),
            reverse=True,
        )
        for weight, n in ranked[:1]:
            if weight > 0.25:
                found.append(Own(source.products[-n], min(1.0, 0.55 + weight * 0.3)))
        if ranked and ranked[0][0] > 0.25:
            best = source.products[-ranked[0][1]]
            for weight, n in ranked[1:4]:
                other = source.products[-n]
                same = other.name and best.name and likeness(other.name, best.name) > 0.8
                if weight > 0.25 and same and other.offers and not best.offers:
                    found.append(Own(other, min(1.0, 0.5 + weight * 0.3)))
                    break
    return sorted(found, key=lambda one: -one.trust)


def _weight(page: Page, product: SeenProduct, title: Title | None, alone: bool) -> float:
    """Above 0.25 where a product may be the page's own; 1.5 where all says so. `alone`: its source has no other."""
    weight = {"main": 0.7, "listed": -0.5, "related": -1.0}[product.role]
    if product.url:
        here = {place(page.url), place(page.canonical or page.url)}
        there = place(product.url)
        if there in here:
            weight += 0.5
        elif there[0] in {path for path, _ in here}:
            weight += 0.3
        elif product.role != "main":
            weight -= 0.5
    if product.name and title is not None:
        alike = max(likeness(product.name, title.text), 0.9 * covers(product.name, title.text))
        weight += 0.6 * alike if alike > 0.3 else -0.25 if alone else -0.45
    weight += 0.1 if any(offer.price for offer in product.offers) else 0.0
    return weight
