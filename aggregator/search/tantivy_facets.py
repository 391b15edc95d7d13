"""The counts of facets, out of tantivy's aggregations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tantivy import Query, Schema, Searcher, SearchResult

from aggregator.search import tantivy_query as queries
from aggregator.search.document import category_values
from aggregator.search.port import FACETS, PRICE_BANDS, FacetValue
from aggregator.search.tantivy_schema import FACET_FIELDS, KEYED, key_of

Chosen = Mapping[str, tuple[str, ...]]


Labels = dict[str, dict[int, str]]
"""The texts behind the numbers by which brands, shops and towns are counted: facet -> number -> text. They never
change, so that what is kept of an older state is true; what is new is added when it is first seen."""


def labels(searcher: Searcher) -> Labels:
    """All that are there now."""
    return {
        name: {key_of(value): value for value, _ in searcher.terms_with_prefix(FACET_FIELDS[name], "")}
        for name in KEYED
    }


def _label(known: Labels, name: str, key: int, searcher: Searcher, schema: Schema) -> str:
    found = known[name].get(key)
    if found is None:
        having = Query.term_query(schema, f"k_{name}", key)
        raw = searcher.aggregate(having, {"x": queries.terms(FACET_FIELDS[name], 1)})["x"]["buckets"]
        found = known[name][key] = str(raw[0]["key"]) if raw else ""
    return found


def facets(
    searcher: Searcher, schema: Schema, known: Labels, base: Query, filters: Mapping[str, Query], chosen: Chosen
) -> dict[str, tuple[FacetValue, ...]]:
    """Counts of all facets: one pass for those without a filter, one more for each with its own."""
    free = {name: queries.aggregation(name) for name in FACETS if name not in filters}
    raw = searcher.aggregate(queries.filtered(base, filters), free) if free else {}
    for name in FACETS:
        if name in filters:
            own = queries.filtered(base, filters, without=name)
            raw |= searcher.aggregate(own, {name: queries.aggregation(name)})
    counted = {}
    for name in FACETS:
        counts = {one["key"]: int(one["doc_count"]) for one in raw[name]["buckets"]}
        if name in KEYED:
            counts = {_label(known, name, int(key), searcher, schema): number for key, number in counts.items()}
        found = _values(name, counts, chosen.get(name, ()))
        missing = [value for value in chosen.get(name, ()) if value not in {known.value for known in found}]
        for value in missing[: queries.MAX_FILTER_VALUES] if name != "price" else ():
            one = queries.filter_queries({name: (value,)}, None, schema)
            others = {**{key: query for key, query in filters.items() if key != name}, **one}
            found.append(FacetValue(value, value, count(searcher, queries.filtered(base, others))))
        counted[name] = tuple(found)
    return counted


def count(searcher: Searcher, query: Query) -> int:
    """How many listings the query finds."""
    return hits(searcher.search(query, limit=1))


def hits(found: SearchResult) -> int:
    """How many listings were found, listed or not."""
    return int(found.count)  # type: ignore[attr-defined]  # tantivy's stubs forget it


def _values(name: str, counts: dict[Any, int], chosen: tuple[str, ...]) -> list[FacetValue]:
    if name == "price":
        bands = {band: counts.get(number, 0) for number, band in enumerate(PRICE_BANDS, 1)}
        return [FacetValue(band, band, number) for band, number in bands.items() if number or band in chosen]
    counts.pop("", None)
    if name == "shop":
        return _shops(counts)
    if name == "category":
        counts = _with_those_above(counts)
    found = [FacetValue(value, value, number) for value, number in counts.items()]
    return sorted(found, key=lambda value: (-value.count, value.value))[: queries.FACET_SIZES[name]]


def _with_those_above(counts: Mapping[str, int]) -> dict[str, int]:
    """A listing stands in one node, and so in all above it."""
    summed: dict[str, int] = {}
    for node, number in counts.items():
        for value in category_values(node):
            summed[value] = summed.get(value, 0) + number
    return summed


def _shops(counts: Mapping[str, int]) -> list[FacetValue]:
    """Keys are "id<tab>name"; a shop that was renamed has two until its listings are indexed again."""
    shops: dict[str, FacetValue] = {}
    for key, number in counts.items():
        value, _, name = key.partition("\t")
        known = shops.get(value)
        shops[value] = FacetValue(value, known.label if known else name, number + (known.count if known else 0))
    return sorted(shops.values(), key=lambda value: (-value.count, value.label, value.value))
