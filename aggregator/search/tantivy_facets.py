"""The counts of facets, out of tantivy's aggregations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tantivy import Query, Schema, Searcher, SearchResult

from aggregator.search import tantivy_query as queries
from aggregator.search.document import category_values
from aggregator.search.port import ANY_PRICE, FACETS, PRICE_BANDS, FacetValue, PriceRange
from aggregator.search.tantivy_schema import FACET_FIELDS, KEYED, key_of

Chosen = Mapping[str, tuple[str, ...]]

SMALL = ("availability", "price", "condition")
"""Facets of few values, of which each listing has one."""


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
    searcher: Searcher,
    schema: Schema,
    known: Labels,
    base: Query,
    filters: Mapping[str, Query],
    chosen: Chosen,
    prices: PriceRange = ANY_PRICE,
) -> dict[str, tuple[FacetValue, ...]]:
    """Counts of all facets: one pass for those without a filter, one for the small ones with a filter together, and one
    more for each other one. `filters` are made of `chosen`, `prices` and what is no facet."""
    apart = [name for name in FACETS if name in filters]
    small = [name for name in SMALL if name in filters and (name != "price" or prices == ANY_PRICE)]
    free = {name: queries.aggregation(name) for name in FACETS if name not in filters}
    raw = searcher.aggregate(queries.filtered(base, filters), free) if free else {}
    found = {name: _counts(raw[name]["buckets"]) for name in free}
    if len(small) > 1:
        others = {name: query for name, query in filters.items() if name not in small}
        found |= _crossed(searcher, queries.filtered(base, others), small, chosen)
        apart = [name for name in apart if name not in small]
    for name in apart:
        raw = searcher.aggregate(queries.filtered(base, filters, without=name), {name: queries.aggregation(name)})
        found[name] = _counts(raw[name]["buckets"])
    return {name: _shown(searcher, schema, known, name, found[name], base, filters, chosen) for name in FACETS}


def _counts(buckets: Sequence[Mapping[str, Any]]) -> dict[Any, int]:
    return {one["key"]: int(one["doc_count"]) for one in buckets}


def _crossed(searcher: Searcher, query: Query, names: Sequence[str], chosen: Chosen) -> dict[str, dict[Any, int]]:
    """The counts of facets of which a listing has one value, each without its own filter: what they have together is
    counted in one pass, and summed for each over what is chosen of the others."""
    request: dict[str, Any] = {}
    for name in reversed(names):
        request = {name: queries.aggregation(name) | ({"aggs": request} if request else {})}
    wanted = {name: {_key(name, value) for value in chosen[name][: queries.MAX_FILTER_VALUES]} for name in names}
    found: dict[str, dict[Any, int]] = {name: {} for name in names}
    for keys, number in _cells(searcher.aggregate(query, request), names):
        outside = [name for name, key in zip(names, keys, strict=True) if key not in wanted[name]]
        for name, key in zip(names, keys, strict=True):
            if not outside or outside == [name]:
                found[name][key] = found[name].get(key, 0) + number
    return found


def _cells(raw: Mapping[str, Any], names: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], int]]:
    for bucket in raw[names[0]]["buckets"]:
        if len(names) == 1:
            yield (bucket["key"],), int(bucket["doc_count"])
        else:
            for keys, number in _cells(bucket, names[1:]):
                yield (bucket["key"], *keys), number


def _key(name: str, value: str) -> object:
    """What a value is counted by."""
    if name == "price":
        return list(PRICE_BANDS).index(value) + 1 if value in PRICE_BANDS else None
    return queries.indexed(value)


def _shown(
    searcher: Searcher,
    schema: Schema,
    known: Labels,
    name: str,
    counts: dict[Any, int],
    base: Query,
    filters: Mapping[str, Query],
    chosen: Chosen,
) -> tuple[FacetValue, ...]:
    """The values of one facet as they are shown; what was chosen is among them, with 0 if need be."""
    if name in KEYED:
        counts = {_label(known, name, int(key), searcher, schema): number for key, number in counts.items()}
    found = _values(name, counts, chosen.get(name, ()))
    told = {one.value for one in found} if name in chosen else set()
    missing = [value for value in chosen.get(name, ()) if value not in told]
    for value in missing[: queries.MAX_FILTER_VALUES] if name != "price" else ():
        one = queries.filter_queries({name: (value,)}, None, schema)
        others = {**{key: query for key, query in filters.items() if key != name}, **one}
        found.append(FacetValue(value, value, count(searcher, queries.filtered(base, others))))
    return tuple(found)


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
