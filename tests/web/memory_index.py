"""The search port in a few lines: every word must occur, facets are counted by hand. For tests of pages only."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

from aggregator.search.document import IndexDocument, category_values
from aggregator.search.port import (
    FACETS,
    PRICE_BANDS,
    Explanation,
    FacetValue,
    Hit,
    SearchQuery,
    SearchResults,
    Sort,
    Suggestions,
)


class MemoryIndex:
    """Keeps documents in a dict. `asked` remembers queries, so that tests see what pages ask for."""

    def __init__(self) -> None:
        self.documents: dict[int, IndexDocument] = {}
        self.asked: list[SearchQuery] = []
        self.corrected: str | None = None

    def search(self, query: SearchQuery) -> SearchResults:
        self.asked.append(query)
        words = _fold(query.text).split()
        found = [d for d in self.documents.values() if all(word in _text(d) for word in words)]
        hits = [d for d in found if all(_matches(d, name, values) for name, values in query.filters.items())]
        hits.sort(key=_order(query.sort))
        start = (query.page - 1) * query.per_page
        return SearchResults(
            total=len(hits),
            hits=tuple(Hit(d.listing_id, d.product_id) for d in hits[start : start + query.per_page]),
            facets={name: _count(found, name, query) for name in FACETS},
            corrected=self.corrected,
            last_page=max(1, -(-len(hits) // query.per_page)),
        )

    def suggest(self, prefix: str, limit: int = 8) -> Suggestions:
        return Suggestions()

    def explain(self, query: SearchQuery, listing_id: int) -> Explanation | None:
        return None

    def count(self) -> int:
        return len(self.documents)

    def apply(self, upserts: Iterable[IndexDocument], deletes: Iterable[int]) -> None:
        self.documents.update({d.listing_id: d for d in upserts})
        for listing_id in deletes:
            self.documents.pop(listing_id, None)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _text(document: IndexDocument) -> str:
    return _fold(" ".join((document.title, document.brand, *document.category_path, document.description)))


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
    values = {
        "brand": (document.brand,),
        "town": (document.town,),
        "availability": (document.availability,),
        "condition": (document.condition,),
        "colour": document.colours,
        "size": document.sizes,
    }[name]
    return [(value, value) for value in values if value]


def _matches(document: IndexDocument, name: str, wanted: tuple[str, ...]) -> bool:
    return any(value in wanted for value, _ in _values(document, name))


def _count(found: list[IndexDocument], name: str, query: SearchQuery) -> tuple[FacetValue, ...]:
    others = {other: values for other, values in query.filters.items() if other != name}
    hits = [d for d in found if all(_matches(d, other, values) for other, values in others.items())]
    counts = Counter(pair for d in hits for pair in _values(d, name))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetValue(value, label, count) for (value, label), count in ranked)


def _order(sort: Sort):  # type: ignore[no-untyped-def]  # a key function of one document
    if sort is Sort.NEWEST:
        return lambda d: (-d.first_seen, d.listing_id)
    if sort is Sort.PRICE_ASC:
        return lambda d: (d.price_minor is None, d.price_minor or 0, d.listing_id)
    if sort is Sort.PRICE_DESC:
        return lambda d: (d.price_minor is None, -(d.price_minor or 0), d.listing_id)
    return lambda d: d.listing_id
