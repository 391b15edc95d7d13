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


DEEPEST = 10_000
WIDEN_BELOW = 10


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a visitor asks. Values of one facet are alternatives; facets are cumulative.

    Sorted by relevance, what is in stock goes before what is equally good; without a text, in stock and then newest.
    Sorted by price, listings without one are last, either way."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet name -> wanted values; unknown names are ignored by the caller, never by the index."""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    """From 1. Nothing is listed beyond `DEEPEST` results, so that nobody can make the index sort everything."""
    per_page: int = 24
    facets: bool = True


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResults:
    """`total` is exact: of all that is listed over all pages, so with the widened ones where `widened` is set.

    `listing_ids` are in order; the caller reads what it shows from the store."""

    total: int
    listing_ids: tuple[int, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    """Counts are exact and ignore that facet's own filter, so that its other values can be chosen. The commonest
    values come first (price bands in their order); chosen values are always among them, with 0 if need be."""
    corrected: str | None = None
    """The query as it was understood, when a word was corrected."""
    widened: bool = False
    """True when fewer than `WIDEN_BELOW` listings had all the words, filters aside: those with any of them follow
    after those with all, whatever the sort."""


class SearchIndex(Protocol):
    """The index as those see it who search. Any number of processes may read."""

    def search(self, query: SearchQuery) -> SearchResults: ...

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        """The text with its last word completed, commonest completion first; only such as find something."""
        ...

    def count(self) -> int:
        """Documents that searches can see."""
        ...


class WritableIndex(SearchIndex, Protocol):
    """One generation, opened by the one process that may write it."""

    def apply(self, upserts: Iterable[IndexDocument], deletes: Iterable[int]) -> None:
        """Make these changes durable and visible to other processes' next search; all or nothing.

        `upserts` is read to its end before `deletes` is begun; the last of two documents with one id wins, and an
        unknown id in `deletes` is nothing."""
        ...
