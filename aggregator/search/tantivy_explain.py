"""Why a listing stands where it stands: the parts of its points, as the engine and the order above it added them up."""

from __future__ import annotations

from collections.abc import Iterable

from tantivy import Occur, Query, Schema, Searcher

from aggregator.search import ordering, tantivy_hits
from aggregator.search import tantivy_query as queries
from aggregator.search.port import Explanation, FoundWord, Near
from aggregator.search.synonyms import Phrase, Synonyms
from aggregator.search.tantivy_facets import hits as number_of
from aggregator.search.tantivy_hits import Results
from aggregator.search.tantivy_schema import FACET_FIELDS, IN_STOCK_POINTS
from aggregator.search.tantivy_words import Part, Word, stem

FIELDS = ("title", "brand", "category", "variants", "description")


class Explainer:
    """Of one listing, for one query as it was understood."""

    def __init__(self, searcher: Searcher, schema: Schema, listing_id: int) -> None:
        self._searcher = searcher
        self._schema = schema
        self._id = Query.const_score_query(Query.term_query(schema, "id", listing_id), 0.0)

    def find(self, query: Query) -> tuple[float, object] | None:
        """Its points by this query, and where it is; None where the query does not find it."""
        found = self._searcher.search(Query.boolean_query([(Occur.Must, query), (Occur.Must, self._id)]), 1).hits
        return found[0] if found else None

    def has(self, name: str, one: str) -> bool:
        term = Query.term_query(self._schema, name, one, "basic" if name in ("code", "surface") else "freq")
        both = Query.boolean_query([(Occur.Must, term), (Occur.Must, self._id)])
        return number_of(self._searcher.search(both, 1)) > 0

    def word(self, word: Word) -> FoundWord:
        """Where the word is, else where what was sought in its place is."""
        for form in word.forms:
            stems = [stem(one) or one for one in form.split(" ")]
            fields = tuple(name for name in FIELDS if all(self.has(name, one) for one in stems))
            if fields:
                return FoundWord(word.surface, fields, None if form == word.surface else form)
        return FoundWord(word.surface, (), word.instead)

    def part(self, part: Part, synonyms: Synonyms) -> Iterable[FoundWord]:
        """The words of a part; where they are not there, what was found for them."""
        if part.code and self.has("code", part.code):
            yield FoundWord(" ".join(word.surface for word in part.words) or part.code, ("code",))
            return
        words = [self.word(word) for word in part.words]
        if not all(word.fields for word in words):
            ways = [(part.joined,)] if part.joined else []
            known: list[tuple[tuple[str, ...], str]] = [
                *((tuple(stem(one) or one for one in way), " ".join(way)) for way in [*ways, *part.equal]),
                *((phrase, synonyms.written.get(phrase, " ".join(phrase))) for phrase in part.others),
            ]
            for phrase, written in known:
                if fields := self._fields(phrase):
                    yield FoundWord(" ".join(word.surface for word in part.words), fields, written)
                    return
        yield from words

    def _fields(self, phrase: Phrase) -> tuple[str, ...]:
        return tuple(name for name in FIELDS if all(self.has(name, one) for one in phrase))

    def in_stock(self) -> bool:
        return self.has(FACET_FIELDS["availability"], "InStock")


def explain(
    searcher: Searcher,
    schema: Schema,
    plan: queries.Plan,
    query: Query,
    listing_id: int,
    near: Near | None,
    synonyms: Synonyms,
    *,
    weighed: bool,
) -> Explanation | None:
    """The parts of its points. `query` is all that it must be found by, filters too; the turn is not known here.

    `weighed`: it is among the hits of which stock, freshness and distance are looked at."""
    explainer = Explainer(searcher, schema, listing_id)
    found = explainer.find(query)
    if found is None:
        return None
    points, address = found
    weight = float(searcher.fast_field_values("weight", [address])[0] or 1.0)  # type: ignore[list-item]
    (shop,) = tantivy_hits.numbers(searcher, "shop_id", [address])
    km = near.km.get(shop) if near is not None else None
    if not plan.parts:
        return Explanation((), 0.0, 0.0, 0.0, 0.0, km, 0)
    if plan.code is not None and explainer.has("code", plan.code):
        words: tuple[FoundWord, ...] = (FoundWord(plan.code, ("code",)),)
    else:
        words = tuple(word for part in plan.parts for word in explainer.part(part, synonyms))
    if not weighed:
        return Explanation(words, points, 0.0, 0.0, 0.0, km, 0)
    stock = IN_STOCK_POINTS if explainer.in_stock() else 0.0
    return Explanation(
        words=words,
        text=points,
        in_stock=points * stock,
        freshness=points * (weight - 1 - stock),
        distance=ordering.nearer(points * weight, km),
        km=km,
        turn=0,
    )


def turn(results: Results, listing_id: int, searcher: Searcher, *, browsing: bool, near: Near | None) -> int:
    """By how many places the listing went down, or up below 0, because shops take turns."""
    ids = tantivy_hits.numbers(searcher, "id", [results.hits.addresses[at] for at in results.positions])
    if listing_id not in ids:
        return 0
    place = ids.index(listing_id)
    start = place - place % ordering.BLOCK
    after = tantivy_hits.in_turn(results, start, start + ordering.BLOCK, searcher, browsing=browsing, near=near)
    return start + after.index(results.positions[place]) - place
