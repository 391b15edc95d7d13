"""The search port: what an index must do, whatever engine stands behind it.

`tests/contracts/search_index.py` is the test class that every adapter passes. Texts in a query are raw, as typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from aggregator.search.document import IndexDocument


class Sort(StrEnum):
    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NEWEST = "newest"


FACETS = ("category", "brand", "shop", "town", "availability", "price")
"""Facet names, in the order in which they are shown. `price` has the bands of `PRICE_BANDS` as values."""

PRICE_BANDS: Mapping[str, tuple[int, int | None]] = {
    "0-10": (0, 1000),
    "10-25": (1000, 2500),
    "25-50": (2500, 5000),
    "50-100": (5000, 10000),
    "100-": (10000, None),
}
"""Name -> [from, to[ in minor units."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a visitor asks. Values of one facet are alternatives; facets are cumulative."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet name -> wanted values; unknown names are ignored by the caller, never by the index."""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    per_page: int = 24
    facets: bool = True


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResults:
    """`total` is exact. `listing_ids` are in order; the caller reads what it shows from the store."""

    total: int
    listing_ids: tuple[int, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    """Counts of a facet ignore that facet's own filter, so that its other values can be chosen."""
    corrected: str | None = None
    """The query as it was understood, when a word was corrected."""
    widened: bool = False
    """True when too few results had all the words, so those with any of them follow."""


class SearchIndex(Protocol):
    """One generation of the index, opened for reading, or for reading and writing by exactly one process."""

    def search(self, query: SearchQuery) -> SearchResults: ...

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        """Completions of the last word typed, commonest first."""
        ...

    def count(self) -> int:
        """Documents that searches can see."""
        ...

    def apply(self, upserts: Iterable[IndexDocument], deletes: Iterable[int]) -> None:
        """Make these changes durable and visible to other processes' next search; all or nothing."""
        ...
