"""The results page's address: read leniently, written back with one thing changed. Pure.

Its form is canonical: parameters stand in one order, values in theirs, so that the same question has one address.
A wrong value in an address is a broken link, not a visitor's fault: it is dropped and the rest is answered. The API,
for programs, refuses it instead (`api.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote_plus, urlencode

from starlette.datastructures import QueryParams

from aggregator.search.document import CATEGORY_SEPARATOR
from aggregator.search.port import ANY_PRICE, FACETS, PRICE_BANDS, Near, PriceRange, SearchQuery, Sort
from aggregator.web import price_range
from connectors.records import Availability

PER_PAGE = 24
MAX_PAGE = 400
"""Deeper pages cost the index the memory of all before them, and nobody reads them."""
MAX_TEXT = 200
MAX_VALUE = 500
MAX_VALUES = 50
MAX_PLACE = 80
RADII = (5, 10, 20, 50)
"""Kilometres around a place that can be chosen; none of them: the whole region, distances told."""
USUAL_RADIUS = 20

CLOSED_FACETS: Mapping[str, frozenset[str]] = {
    "availability": frozenset(value.value for value in Availability),
    "price": frozenset(PRICE_BANDS),
    "condition": frozenset(("new", "refurbished", "used")),
}
"""Facets whose values are known beforehand."""

_NODE = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)?\Z", re.ASCII)
_REPLACED = {"Cc": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What the address asks for, all of it valid."""

    text: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    """(facet, value), in the order of `FACETS`, then of the values."""
    place: str = ""
    """What stands for a place (`web.place`), or what somebody typed for one; "" for none."""
    km: int | None = None
    """Only within so many kilometres of the place; None: everywhere."""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    verbatim: bool = False
    """The words as they are: nothing is corrected."""
    prices: PriceRange = ANY_PRICE

    def query(self, near: Near | None = None) -> SearchQuery:
        """For the index. `near`: where the shops stand from the place, which the caller knows."""
        grouped: dict[str, tuple[str, ...]] = {}
        for name, value in self.filters:
            grouped[name] = (*grouped.get(name, ()), value)
        return SearchQuery(
            text=self.text,
            filters=grouped,
            sort=self.sort if near or self.sort is not Sort.DISTANCE else Sort.RELEVANCE,
            page=self.page,
            per_page=PER_PAGE,
            near=near,
            verbatim=self.verbatim,
            prices=self.prices,
        )

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.filters

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, in their order."""
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        pairs += [("verbatim", "1")] if self.verbatim and self.text else []
        pairs += self.filters
        bounds = ((price_range.LOW, self.prices.low), (price_range.HIGH, self.prices.high))
        pairs += [(name, price_range.written(bound)) for name, bound in bounds if bound is not None]
        pairs += [("lieu", self.place)] if self.place else []
        pairs += [("km", str(self.km))] if self.place and self.km else []
        pairs += [("sort", self.sort.value)] if self.sort is not Sort.RELEVANCE else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return pairs

    def url(self) -> str:
        """The address: of the results, or of a category's own page where nothing else narrows."""
        pairs = self.pairs()
        path = "/recherche"
        if [name for name, _value in pairs if name != "page"] == ["category"] and _NODE.match(self.filters[0][1]):
            path = f"/categorie/{self.filters[0][1]}"
            pairs = pairs[1:]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """What a form carries along, hidden, so that it changes nothing but its own fields `without`; page 1."""
        return [pair for pair in replace(self, page=1).pairs() if pair[0] not in without]

    def toggled(self, name: str, value: str) -> str:
        """The address with this filter added, or taken away where it is set; back on page 1.

        A category takes the place of those above and below it: beside them it would narrow nothing. A band of prices
        takes the place of a range."""
        changed = [pair for pair in self.filters if pair != (name, value)]
        if len(changed) == len(self.filters):
            changed = [(n, v) for n, v in changed if not (n == name == "category" and related(v, value))]
            changed.append((name, value))
        prices = ANY_PRICE if name == "price" else self.prices
        return replace(self, filters=_in_order(changed), prices=prices, page=1).url()

    def sorted_by(self, sort: Sort) -> str:
        return replace(self, sort=sort, page=1).url()

    def on_page(self, page: int) -> str:
        return replace(self, page=page).url()

    def without_filters(self) -> str:
        """The same words, without filters or place."""
        return replace(self.without(*FACETS), place="", km=None, sort=self._sort_without_place(), page=1).url()

    def without(self, *names: str) -> SearchRequest:
        """The same without the filters of these facets; without `price`, without its range too."""
        kept = tuple(pair for pair in self.filters if pair[0] not in names)
        return replace(self, filters=kept, prices=ANY_PRICE if "price" in names else self.prices, page=1)

    @property
    def narrowed(self) -> tuple[str, ...]:
        """The facets that are filtered by, each once."""
        names = {name for name, _value in self.filters} | ({"price"} if self.prices != ANY_PRICE else set())
        return tuple(name for name in FACETS if name in names)

    def without_place(self) -> str:
        return replace(self, place="", km=None, sort=self._sort_without_place(), page=1).url()

    def within(self, km: int | None) -> str:
        """The address with another radius."""
        return replace(self, km=km, page=1).url()

    def at(self, place: str) -> str:
        """The address with another place."""
        return replace(self, place=place, page=1).url()

    def saying(self, text: str, *, verbatim: bool = False) -> str:
        """The address with other words."""
        return replace(self, text=text, verbatim=verbatim, page=1).url()

    def _sort_without_place(self) -> Sort:
        return Sort.RELEVANCE if self.sort is Sort.DISTANCE else self.sort


class Toggles:
    """`SearchRequest.toggled` for many values of one facet: what they have in common is written once."""

    def __init__(self, request: SearchRequest, name: str) -> None:
        self._request, self._name = request, name
        self._chosen = [value for n, value in request.filters if n == name]
        others = request.without(name)
        pairs = replace(others, filters=_in_order([*others.filters, (name, "")])).pairs()
        at = pairs.index((name, ""))
        self._alone = name == "category" and len(pairs) == 1
        self._before = "".join(f"{urlencode([pair])}&" for pair in pairs[:at])
        self._after = "".join(f"&{urlencode([pair])}" for pair in pairs[at + 1 :])

    def url(self, value: str) -> str:
        """The address with this value added, or taken away where it is set."""
        if self._chosen and (self._name == "category" or self._chosen == [value]):
            return self._request.toggled(self._name, value)
        if self._alone and _NODE.match(value):
            return f"/categorie/{value}"
        values = [one for one in self._chosen if one != value]
        if len(values) == len(self._chosen):
            values = sorted((*values, value))
        return f"/recherche?{self._before}{'&'.join(f'{self._name}={quote_plus(one)}' for one in values)}{self._after}"


def _rank(name: str) -> int:
    return FACETS.index(name)


def _in_order(filters: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(filters, key=lambda pair: (_rank(pair[0]), pair[1])))


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
    text = clean(params.get("q", ""))
    place = clean(params.get("lieu", ""), MAX_PLACE)
    return SearchRequest(
        text=text,
        filters=_in_order(filters),
        place=place,
        km=_radius(params.get("km", "")) if place else None,
        sort=Sort(sort) if sort in set(Sort) and (place or sort != Sort.DISTANCE) else Sort.RELEVANCE,
        page=read_page(params),
        verbatim=bool(text) and params.get("verbatim", "") == "1",
        prices=price_range.read(params).prices,
    )


def _radius(raw: str) -> int | None:
    return next((km for km in RADII if raw == str(km)), None)


def read_page(params: QueryParams) -> int:
    """The page number, 1 where there is none that makes sense, at most `MAX_PAGE`."""
    raw = params.get("page", "")
    return min(max(int(raw), 1), MAX_PAGE) if raw.isascii() and raw.isdigit() and len(raw) <= 9 else 1


def clean(raw: str, limit: int = MAX_TEXT) -> str:
    """One line of text, at most `limit` characters, without control or invisible characters or half surrogates."""
    kept = "".join(_REPLACED.get(unicodedata.category(c), c) for c in raw[: 4 * limit])
    return " ".join(kept.split())[:limit].strip()
