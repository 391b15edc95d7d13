"""Pure: every structured source of a page, read. What a source does not appear in costs next to nothing."""

from __future__ import annotations

from connectors.pages import json_ld, microdata, open_graph, rdfa, state
from connectors.pages.page import Page
from connectors.pages.seen import Seen


def read_all(page: Page) -> tuple[Seen, ...]:
    """One `Seen` a source, the most trusted first; those with nothing to say are left out."""
    marked = (json_ld.read(page), microdata.read(page), rdfa.read(page))
    embedded = state.read(page, thorough=not any(map(_suffices, marked)), measured=not any(map(_is_whole, marked)))
    return tuple(
        seen
        for seen in (*marked, embedded, open_graph.read(page))
        if seen.products or seen.types or seen.breadcrumbs or seen.seller or seen.lost
    )


def _suffices(seen: Seen) -> bool:
    """The page's own product is marked up with a price: what its scripts hold is not worth a search."""
    return any(
        product.role == "main" and any(offer.price and not offer.lowest_of for offer in product.offers)
        for product in seen.products
    )


def _is_whole(seen: Seen) -> bool:
    """It is marked up with all that tools which measure visits are told: price, currency, stock, brand, reference."""
    return any(
        product.role == "main"
        and product.brand
        and (product.sku or any(offer.sku for offer in product.offers))
        and any(
            offer.price and offer.currency and offer.availability and not offer.lowest_of for offer in product.offers
        )
        for product in seen.products
    )
