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
    DISTANCE = "distance"
    """Nearest shop first; needs `near`, else as by relevance."""


FACETS = ("category", "price", "brand", "shop", "town", "availability", "condition", "colour", "size")
"""Facet names, in the order in which they are shown. `price` has the bands of `PRICE_BANDS` as values; `category` the
nodes of the portal's own tree, both levels: "maison", "maison/vaisselle"."""

PRICE_BANDS: Mapping[str, tuple[int, int | None]] = {
    "0-10": (0, 1000),
    "10-25": (1000, 2500),
    "25-50": (2500, 5000),
    "50-100": (5000, 10000),
    "100-": (10000, None),
}
"""Name -> [from, to[ in minor units."""


DEEPEST = 4_800
"""Listings in the order of results: 200 pages of 24. What is counted is counted whole; what stands behind is narrowed
to, not paged to."""
WIDEN_BELOW = 10


@dataclass(frozen=True, slots=True)
class Near:
    """From where distances count. The caller knows where the shops stand; a shop that is not named is nowhere."""

    km: Mapping[int, float]
    """Shop id -> kilometres."""
    radius: float | None = None
    """Only shops at most so many kilometres away; None: all, also those that are nowhere."""


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Prices in minor units, both bounds within it; None: no bound. What has no price lies in no range with a bound."""

    low: int | None = None
    high: int | None = None

    def holds(self, price_minor: int | None) -> bool:
        if price_minor is None:
            return self.low is None and self.high is None
        return (self.low is None or price_minor >= self.low) and (self.high is None or price_minor <= self.high)


ANY_PRICE = PriceRange()
"""No bound."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a visitor asks. Values of one facet are alternatives; facets are cumulative.

    Sorted by relevance, what is in stock, new, sure or near goes before what is equally good, and shops take turns;
    without a text, in stock, then by the week of arrival, shops in turn (docs/search.md).
    Sorted by price, listings without one are last, either way."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet name -> wanted values; unknown names are ignored by the caller, never by the index."""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    """From 1. Nothing is listed beyond `DEEPEST` results, so that nobody can make the index sort everything."""
    per_page: int = 24
    facets: bool = True
    near: Near | None = None
    verbatim: bool = False
    """True: no word is corrected, whatever it is."""
    collapse: bool = True
    """True: listings of one product are one result, shown where its best listing stands; by relevance the best one in
    stock is told, if any is."""
    prices: PriceRange = ANY_PRICE
    """Only listings of these prices; cumulative with the bands of the facet `price`, whose counts ignore both."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: a listing, or the best-placed of several that are one product."""

    listing_id: int
    product_id: int | None = None
    """What it is across shops; None where no other listing is known to be the same."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """`total` is exact, and counts listings: of all pages, so with the widened ones where `widened` is set.

    `hits` are in order; the caller reads what it shows from the store."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    """Counts are exact and ignore that facet's own filter, so that its other values can be chosen. The commonest
    values come first (price bands in their order); chosen values are always among them, with 0 if need be."""
    corrected: str | None = None
    """The query as it was understood, when a word was corrected."""
    widened: bool = False
    """True when fewer than `WIDEN_BELOW` listings had all the words, filters aside: those with any of them follow
    after those with all, whatever the sort."""
    last_page: int = 1
    """The last page that has a result: fewer than `total` over `per_page` where listings collapse."""
    last_page_exact: bool = True
    """False where so many are found that the first pages tell no more than what it is at most: nobody counts thousands
    of results for a page that shows 24. There is a next page then."""

    @property
    def listing_ids(self) -> tuple[int, ...]:
        return tuple(hit.listing_id for hit in self.hits)


@dataclass(frozen=True, slots=True)
class FoundWord:
    """One word of the query as it was understood, and where the listing has it."""

    word: str
    """As typed, folded."""
    fields: tuple[str, ...]
    """Of `title`, `brand`, `category`, `variants`, `description`, `code`; empty: it is not there."""
    instead: str | None = None
    """The word that was sought in its place or beside it: a correction or a synonym."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a listing stands where it does: the parts of the documented order, as they were added up."""

    words: tuple[FoundWord, ...]
    text: float
    """Points for the words."""
    in_stock: float
    """Points for being in stock."""
    freshness: float
    """Points for being new, or fewer for what could not be checked."""
    distance: float
    """Points for being near; 0 where no place was given."""
    km: float | None
    turn: int
    """By how many places it went down (or, below 0, up) because results of one shop take turns."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the beginning of a query may become."""

    queries: tuple[str, ...] = ()
    """The text with its last word completed; only such as find something."""
    categories: tuple[str, ...] = ()
    """Nodes of the portal's own tree that have listings for it."""
    brands: tuple[str, ...] = ()
    shops: tuple[tuple[int, str], ...] = ()
    """Id and name."""
    products: tuple[tuple[int, str], ...] = ()
    """Listing id and title."""


class SearchIndex(Protocol):
    """The index as those see it who search. Any number of processes may read."""

    def search(self, query: SearchQuery) -> SearchResults: ...

    def suggest(self, prefix: str, limit: int = 8) -> Suggestions:
        """What the text may become, the commonest first; at most `limit` of each kind."""
        ...

    def explain(self, query: SearchQuery, listing_id: int) -> Explanation | None:
        """Why this listing stands where it stands for this query; None where it is not found by it."""
        ...

    def warm(self) -> None:
        """Make now what the first searches would wait for: seconds, where there is much."""
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
