"""What the engine finds, in its order: the first DEEPEST listings, with what the order above the engine needs of them.

For the pages that people look at the first LISTED are read: all DEEPEST cost 3 ms, more than the engine's own work. The
first are the same either way, so no result can come twice or be lost between two pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter, mul
from typing import Any

from tantivy import Order, Query, Schema, Searcher

from aggregator.search import ordering
from aggregator.search import tantivy_query as queries
from aggregator.search.port import DEEPEST, Near, Sort
from aggregator.search.tantivy_facets import hits as number_of
from aggregator.search.tantivy_schema import CLASS_SHIFT, STOCK_SHIFT

SORTS: Mapping[Sort, tuple[str, Order]] = {
    Sort.PRICE_ASC: ("price", Order.Asc),
    Sort.PRICE_DESC: ("price", Order.Desc),
    Sort.NEWEST: ("first_seen", Order.Desc),
}
BROWSE = ("rank", Order.Desc)
LISTED = 3 * ordering.BLOCK
"""Hits that are read for a page that needs no more."""
WEIGHED = LISTED
"""So many of the first hits by words are ordered by words, stock, freshness and distance together; those behind them by
words alone, as it would cost more than it could change on a page that somebody reads."""
_NOWHERE = float("inf")


@dataclass(slots=True)
class Hits:
    """Listings in order. The lists are equally long, `total` may be more."""

    total: int = 0
    addresses: list[Any] = field(default_factory=list)
    points: list[Any] = field(default_factory=list)
    """By what the engine ordered: the score, or a field's value, None where it has none."""
    tiers: list[int] = field(default_factory=list)
    """0: all words; 1: some of them."""

    @property
    def complete(self) -> bool:
        """Whether all that can be listed was read."""
        return len(self.addresses) >= min(self.total, DEEPEST)

    def extend(self, others: Hits, tier: int) -> None:
        """Put these behind, as far as DEEPEST."""
        self.total += others.total
        room = max(0, DEEPEST - len(self.addresses))
        self.addresses += others.addresses[:room]
        self.points += others.points[:room]
        self.tiers += [tier] * len(others.addresses[:room])

    def reorder(self, positions: list[int]) -> None:
        """Put the first of them into this order; those behind stay."""
        if len(positions) > 1:
            pick = itemgetter(*positions)
            for values in (self.addresses, self.points, self.tiers):
                values[: len(positions)] = pick(values)


def fetch(searcher: Searcher, query: Query, order: tuple[str, Order] | None, limit: int) -> Hits:
    """The best hits by points (`order` is None) or by a field, and how many there are, in one pass."""
    if order is None:
        found = searcher.search(query, limit=limit)
    else:
        found = searcher.search(query, limit=limit, order_by_field=order[0], order=order[1])
    listed = found.hits
    hits = Hits(number_of(found), [at for _, at in listed], [points for points, _ in listed], [0] * len(listed))
    if order is None:
        _weigh(hits, searcher)
    return hits


def _weigh(hits: Hits, searcher: Searcher) -> None:
    """Multiply the first hits' points by what stock and freshness are worth, and order them anew."""
    weights: list[Any] = searcher.fast_field_values("weight", hits.addresses[:WEIGHED])
    weighed = list(map(mul, hits.points, weights))
    hits.points[: len(weighed)] = weighed
    hits.reorder(sorted(range(len(weighed)), key=weighed.__getitem__, reverse=True))


def nearest(
    searcher: Searcher, schema: Schema, query: Query, order: tuple[str, Order] | None, near: Near, limit: int
) -> Hits:
    """The hits by the distance of their shops, those of one distance by `order`; shops that are nowhere come last."""
    hits = fetch(searcher, query, order, limit)
    if hits.total > limit:
        hits = _of_nearest_shops(searcher, schema, query, order, near, limit)
    shops = numbers(searcher, "shop_id", hits.addresses)
    far = [near.km.get(shop, _NOWHERE) for shop in shops]
    hits.reorder(sorted(range(len(far)), key=far.__getitem__))
    return hits


def _of_nearest_shops(
    searcher: Searcher, schema: Schema, query: Query, order: tuple[str, Order] | None, near: Near, limit: int
) -> Hits:
    """`limit` hits of the nearest shops that have as many: all of the nearer ones, the first of those at the edge."""
    raw = searcher.aggregate(query, {"shops": queries.terms("shop_id", 60_000)})["shops"]["buckets"]
    counts = sorted((near.km.get(int(one["key"]), _NOWHERE), int(one["key"]), int(one["doc_count"])) for one in raw)
    inside: list[int] = []
    edge: list[int] = []
    reached = 0
    for _, group in groupby(counts, key=lambda one: one[0]):
        inside += edge
        edge = []
        room = limit - reached
        for _, shop, number in group:
            edge.append(shop)
            reached += number
        if reached >= limit:
            break
    else:
        inside, edge = inside + edge, []
    found = Hits(sum(number for _, _, number in counts) - reached)  # those beyond the edge are counted, not listed
    if inside:
        found.extend(fetch(searcher, queries.filtered(query, {"": queries.of_shops(inside, schema)}), order, limit), 0)
    if edge:
        found.extend(fetch(searcher, queries.filtered(query, {"": queries.of_shops(edge, schema)}), order, room), 0)
    return found


def move_by_distance(hits: Hits, searcher: Searcher, near: Near) -> None:
    """Add the points for being near, and order the first hits anew."""
    shops = numbers(searcher, "shop_id", hits.addresses[:WEIGHED])
    moved = ordering.by_distance(hits.points[: len(shops)], hits.tiers[: len(shops)], shops, near.km)
    hits.points[: len(shops)] = [
        points + ordering.nearer(points, near.km.get(shop))
        for points, shop in zip(hits.points, shops, strict=False)
    ]  # fmt: skip
    hits.reorder(moved)


@dataclass(slots=True)
class Results:
    """Hits collapsed: positions of those that are results, in order, shops not yet taking turns."""

    hits: Hits
    positions: list[int]
    groups: list[int]
    """Of each hit, what counts as one result."""

    @property
    def most(self) -> int:
        """How many results there are; where not all hits were read, how many there are at most."""
        return len(self.positions) + min(self.hits.total, DEEPEST) - len(self.hits.addresses)


def collapse(hits: Hits, searcher: Searcher, *, wanted: bool) -> Results:
    """One result a product where that is `wanted`, else one a listing."""
    groups = numbers(searcher, "group", hits.addresses)
    return Results(hits, ordering.collapsed(groups) if wanted else list(range(len(groups))), groups)


def in_turn(
    results: Results, start: int, end: int, searcher: Searcher, *, browsing: bool, near: Near | None
) -> list[int]:
    """The positions of the results from `start` to `end`, with shops taking turns in their blocks."""
    first = start - start % ordering.BLOCK
    ordered: list[int] = []
    for begin in range(first, min(end, len(results.positions)), ordering.BLOCK):
        block = results.positions[begin : begin + ordering.BLOCK]
        hits = results.hits
        shops = numbers(searcher, "shop_id", [hits.addresses[at] for at in block])
        points = [hits.points[at] for at in block]
        if browsing:
            order = ordering.in_turn_by_class([rank >> CLASS_SHIFT for rank in points], shops, near.km if near else {})
        else:
            order = ordering.in_turn(points, [hits.tiers[at] for at in block], shops)
        ordered += [block[at] for at in order]
    return ordered[start - first : end - first]


def in_stock_where_can_be(results: Results, shown: list[int], searcher: Searcher) -> list[int]:
    """For each of these results the hit that stands for it: of a product whose best listing is not in stock the next
    that is, so that a card leads to what can be bought."""
    hits, groups = results.hits, results.groups

    def in_stock(positions: list[int]) -> list[bool]:
        return [
            bool(rank >> STOCK_SHIFT) for rank in numbers(searcher, "rank", [hits.addresses[at] for at in positions])
        ]

    without = {groups[at]: at for at, has in zip(shown, in_stock(shown), strict=True) if not has}
    others = [at for at, group in enumerate(groups) if group in without and at != without[group]]
    instead: dict[int, int] = {}
    for at, has in zip(others, in_stock(others), strict=True):
        if has:
            instead.setdefault(groups[at], at)
    return [instead.get(groups[at], at) if groups[at] in without else at for at in shown]


def numbers(searcher: Searcher, name: str, addresses: list[Any]) -> list[int]:
    """The values of an integer column that every listing has."""
    return searcher.fast_field_values(name, addresses)  # type: ignore[return-value]  # None where there is no value
