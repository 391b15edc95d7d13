"""The results page's address: read leniently, written back with one thing changed. Pure.

A wrong value in an address is a broken link, not a visitor's fault: it is dropped and the rest is answered. The API,
for programs, refuses it instead (`api.py`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from aggregator.search.document import CATEGORY_SEPARATOR
from aggregator.search.port import FACETS, PRICE_BANDS, SearchQuery, Sort
from connectors.records import Availability

PER_PAGE = 24
MAX_PAGE = 400
"""Deeper pages cost the index the memory of all before them, and nobody reads them."""
MAX_TEXT = 200
MAX_VALUE = 500
MAX_VALUES = 20

CLOSED_FACETS: Mapping[str, frozenset[str]] = {
    "availability": frozenset(value.value for value in Availability),
    "price": frozenset(PRICE_BANDS),
}
"""Facets whose values are known beforehand."""

_REPLACED = {"Cc": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What the address asks for, all of it valid."""

    text: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1

    def query(self) -> SearchQuery:
        grouped: dict[str, tuple[str, ...]] = {}
        for name, value in self.filters:
            grouped[name] = (*grouped.get(name, ()), value)
        return SearchQuery(text=self.text, filters=grouped, sort=self.sort, page=self.page, per_page=PER_PAGE)

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.filters

    def url(self) -> str:
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        pairs += self.filters
        if self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"/recherche?{urlencode(pairs)}" if pairs else "/recherche"

    def toggled(self, name: str, value: str) -> str:
        """The address with this filter added, or taken away where it is set; back on page 1.

        A category takes the place of those above and below it: beside them it would narrow nothing."""
        changed = [pair for pair in self.filters if pair != (name, value)]
        if len(changed) == len(self.filters):
            changed = [(n, v) for n, v in changed if not (n == name == "category" and related(v, value))]
            changed.append((name, value))
        return replace(self, filters=tuple(changed), page=1).url()

    def sorted_by(self, sort: Sort) -> str:
        return replace(self, sort=sort, page=1).url()

    def on_page(self, page: int) -> str:
        return replace(self, page=page).url()

    def without_filters(self) -> str:
        return replace(self, filters=(), page=1).url()


def within(category: str, other: str) -> bool:
    """True if `category` is `other` or lies below it."""
    return category == other or category.startswith(other + CATEGORY_SEPARATOR)


def related(category: str, other: str) -> bool:
    """True if one of the two lies within the other."""
    return within(category, other) or within(other, category)


def read_request(params: QueryParams) -> SearchRequest:
    """Read an address; whatever makes no sense in it is left out."""
    filters = [
        (name, value)
        for name in FACETS
        for value in dict.fromkeys(clean(raw, MAX_VALUE) for raw in params.getlist(name)[:MAX_VALUES])
        if value and value in CLOSED_FACETS.get(name, (value,))
    ]
    sort = params.get("sort", "")
    return SearchRequest(
        text=clean(params.get("q", "")),
        filters=tuple(filters),
        sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
        page=read_page(params),
    )


def read_page(params: QueryParams) -> int:
    """The page number, 1 where there is none that makes sense, at most `MAX_PAGE`."""
    raw = params.get("page", "")
    return min(max(int(raw), 1), MAX_PAGE) if raw.isascii() and raw.isdigit() and len(raw) <= 9 else 1


def clean(raw: str, limit: int = MAX_TEXT) -> str:
    """One line of text, at most `limit` characters, without control or invisible characters or half surrogates."""
    kept = "".join(_REPLACED.get(unicodedata.category(c), c) for c in raw[: 4 * limit])
    return " ".join(kept.split())[:limit].strip()


def last_page(total: int) -> int:
    """How many pages of results there are, at least 1."""
    return min(max(-(-total // PER_PAGE), 1), MAX_PAGE)
