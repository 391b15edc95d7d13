"""Which pages search engines may keep. Pure.

Worth finding are the pages of things: a product, a shop, a category, a commune, and the list of everything. A page of
words that somebody typed, of filters put together, around a place, sorted, or without a result is one of endlessly
many that show the same: it is left out, but its links are followed.
"""

from __future__ import annotations

from aggregator.search.port import Sort
from aggregator.web.query import SearchRequest

ALONE = frozenset({"category"})
"""Facets of which one value, alone, is a page of its own; of a brand, a price or a shop it is a filter."""


def indexable(asked: SearchRequest, total: int) -> bool:
    """True for a page of results that search engines may keep; `total` is what was found."""
    plain = not asked.text and not asked.place and not asked.verbatim and asked.sort is Sort.RELEVANCE
    return total > 0 and plain and len(asked.filters) <= 1 and ALONE.issuperset(asked.narrowed)
