"""The search port in a few lines: every word must occur, everything is counted by hand. For tests of pages only.

It keeps the part of the contract that is not about French: `tests/contracts/search_index.py`."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from aggregator.search import ordering
from aggregator.search.document import IndexDocument, category_values
from aggregator.search.port import (
    DEEPEST,
    FACETS,
    PRICE_BANDS,
    Explanation,
    FacetValue,
    FoundWord,
    Hit,
    SearchQuery,
    SearchResults,
    Sort,
    Suggestions,
)

WEEK = 7 * 24 * 3600
NOWHERE = float("inf")


class MemoryIndex:
    """Keeps documents in a dict. `asked` remembers queries, so that tests see what pages ask for."""

    def __init__(self) -> None:
        self.documents: dict[int, IndexDocument] = {}
        self.asked: list[SearchQuery] = []
        self.corrected: str | None = None

    def search(self, query: SearchQuery) -> SearchResults:
        self.asked.append(query)
        if unknown := set(query.filters) - set(FACETS):
            raise ValueError(f"unknown facet: {unknown.pop()}")
        found = self._found(query)
        hits = [d for d in found if _passes(d, query)]
        listed = _in_order(hits, query)
        per_page = min(max(query.per_page, 1), DEEPEST)
        start = (max(query.page, 1) - 1) * per_page
        return SearchResults(
            total=len(hits),
            hits=tuple(Hit(d.listing_id, d.product_id) for d in listed[start : start + per_page]),
            facets={name: _count(found, name, query) for name in FACETS} if query.facets else {},
            corrected=self.corrected,
            last_page=max(1, -(-len(listed) // per_page)),
        )

    def suggest(self, prefix: str, limit: int = 8) -> Suggestions:
        """Only what begins just so: nodes, brands, shops and titles."""
        start = _fold(prefix).strip()
        if not start or limit < 1:
            return Suggestions()
        listed = sorted(self.documents.values(), key=lambda d: d.listing_id)
        nodes = dict.fromkeys(node for d in listed for node in category_values(d.category))
        shops = {d.shop_id: d.shop_name for d in listed}
        words = dict.fromkeys(word for d in listed for word in d.title.lower().split() if _fold(word).startswith(start))
        return Suggestions(
            queries=tuple(words)[:limit],
            categories=tuple(n for n in nodes if n.rpartition("/")[2].startswith(start))[:limit],
            brands=tuple(dict.fromkeys(d.brand for d in listed if d.brand and _fold(d.brand).startswith(start)))[
                :limit
            ],
            shops=tuple((i, name) for i, name in shops.items() if _fold(name).startswith(start))[:limit],
            products=tuple((d.listing_id, d.title) for d in listed if _fold(d.title).startswith(start))[:limit],
        )

    def explain(self, query: SearchQuery, listing_id: int) -> Explanation | None:
        document = self.documents.get(listing_id)
        if document is None or document not in self._found(query) or not _passes(document, query):
            return None
        words = tuple(FoundWord(word, ("title",)) for word in _fold(query.text).split())
        km = query.near.km.get(document.shop_id) if query.near else None
        return Explanation(words, float(len(words)), 0.0, 0.0, ordering.nearer(float(len(words)), km), km, 0)

    def warm(self) -> None:
        """There is nothing to make."""

    def count(self) -> int:
        return len(self.documents)

    def apply(self, upserts: Iterable[IndexDocument], deletes: Iterable[int]) -> None:
        self.documents |= {d.listing_id: d for d in list(upserts)}
        for listing_id in deletes:
            self.documents.pop(listing_id, None)

    def _found(self, query: SearchQuery) -> list[IndexDocument]:
        words = _fold(query.text).split()
        if query.text.strip() and not words:
            return []
        return [d for d in self.documents.values() if all(word in _text(d) for word in words)]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _text(document: IndexDocument) -> str:
    parts = (document.title, document.brand, *document.category_path, document.description, document.variants)
    return _fold(" ".join(parts))


def _values(document: IndexDocument, name: str) -> list[tuple[str, str]]:
    if name == "price":
        amount = document.price_minor
        return [
            (band, band)
            for band, (low, high) in PRICE_BANDS.items()
            if amount is not None and amount >= low and (high is None or amount < high)
        ]
    if name == "category":
        return [(value, value) for value in category_values(document.category)]
    if name == "shop":
        return [(str(document.shop_id), document.shop_name)]
    values: Sequence[str] = {
        "brand": (document.brand,),
        "town": (document.town,),
        "availability": (document.availability,),
        "condition": (document.condition,),
        "colour": document.colours,
        "size": document.sizes,
    }[name]
    return [(value, value) for value in values if value]


def _passes(document: IndexDocument, query: SearchQuery, without: str = "") -> bool:
    near = query.near
    if near is not None and near.radius is not None and not near.km.get(document.shop_id, NOWHERE) <= near.radius:
        return False
    if without != "price" and not query.prices.holds(document.price_minor):
        return False
    return all(
        any(value in wanted for value, _ in _values(document, name))
        for name, wanted in query.filters.items()
        if wanted and name != without
    )


def _count(found: list[IndexDocument], name: str, query: SearchQuery) -> tuple[FacetValue, ...]:
    counts = Counter(pair for d in found if _passes(d, query, name) for pair in _values(d, name))
    known = {value for value, _ in counts}
    for value in query.filters.get(name, ()):
        if value not in known and (name != "price" or value in PRICE_BANDS):
            counts[value, value] = 0
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if name == "price":
        ranked.sort(key=lambda item: list(PRICE_BANDS).index(item[0][0]))
    return tuple(FacetValue(value, label, count) for (value, label), count in ranked)


def _in_order(hits: list[IndexDocument], query: SearchQuery) -> list[IndexDocument]:
    listed = sorted(hits, key=lambda d: _key(d, query))[:DEEPEST]
    if query.collapse:
        groups = [-d.listing_id if d.product_id is None else d.product_id for d in listed]
        firsts = [(groups[at], listed[at]) for at in ordering.collapsed(groups)]
        in_stock = {group: d for group, d in zip(reversed(groups), reversed(listed), strict=True) if _in_stock(d)}
        ranked = query.sort is Sort.RELEVANCE or (query.sort is Sort.DISTANCE and query.near is None)
        listed = [in_stock.get(group, d) if ranked and not _in_stock(d) else d for group, d in firsts]
    near = query.near
    if (
        query.text.strip()
        or query.sort not in (Sort.RELEVANCE, Sort.DISTANCE)
        or (near and query.sort is Sort.DISTANCE)
    ):
        return listed
    classes = [_in_stock(d) << 20 | d.first_seen // WEEK for d in listed]
    turns = ordering.in_turn_by_class(classes, [d.shop_id for d in listed], near.km if near else {})
    return [listed[at] for at in turns]


def _in_stock(document: IndexDocument) -> bool:
    return document.availability == "InStock"


def _key(document: IndexDocument, query: SearchQuery) -> tuple[float, ...]:
    price = document.price_minor
    if query.sort is Sort.NEWEST:
        return (-document.first_seen, document.listing_id)
    if query.sort is Sort.PRICE_ASC:
        return (price is None, price or 0, document.listing_id)
    if query.sort is Sort.PRICE_DESC:
        return (price is None, -(price or 0), document.listing_id)
    if query.sort is Sort.DISTANCE and query.near is not None:
        return (query.near.km.get(document.shop_id, NOWHERE), document.listing_id)
    if query.text.strip():
        return (document.listing_id,)
    return (document.availability != "InStock", -(document.first_seen // WEEK), document.listing_id)
