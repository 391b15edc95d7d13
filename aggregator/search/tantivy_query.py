"""From what a visitor's text and filters mean to tantivy's queries. Built from words, never parsed: no text can be an
error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tantivy import FieldType, Occur, Query, Schema, Searcher

from aggregator.search import text
from aggregator.search.port import ANY_PRICE, FACETS, PRICE_BANDS, Near, PriceRange
from aggregator.search.synonyms import Phrase
from aggregator.search.tantivy_schema import BOOSTS, FACET_FIELDS, KEYED, NAMES
from aggregator.search.tantivy_words import Part, Word, stems

MAX_FILTER_VALUES = 200
SYNONYM = 0.5
"""The points of a synonym, at most: it finds what the word itself does not, and stands below it."""
EQUAL = 0.9
"""The points of a quantity that is written in another way."""
CODE_POINTS = 60.0
WHOLE_CODE_POINTS = 1000.0
"""A reference or GTIN that was asked for goes before everything that words can find."""
SHORTEST_GTIN = 7
"""An EAN-8 has at least so many figures, leading zeros apart."""
NAMING = 2.0
"""Where only some words are found: what the query names, over what it tells of it. "Sac à main cuir" is no belt of
leather made "à la main"."""
SYNONYM_FIELDS = ("title", "head", "kind", "category", "variants")
"""A synonym must say what the thing is: in a description it may be anything."""
ALL = tuple(BOOSTS)
NAMED = tuple(name for name in BOOSTS if name != "description")
"""Where a word says what the thing is. Descriptions hold so many words that any word there is no answer."""
NEAR = "near"
"""Name of the filter by distance, beside the facets'."""


@dataclass(slots=True)
class Plan:
    """A query understood: `strict` wants all parts."""

    strict: Query
    parts: list[Part] = field(default_factory=list)
    code: str | None = None
    """The whole text as a reference or GTIN, where that exists."""

    @property
    def corrected_words(self) -> dict[str, str]:
        return {word.surface: word.instead for part in self.parts for word in part.words if word.instead}


def plan(parts: list[Part], cleaned: str, searcher: Searcher, schema: Schema) -> Plan:
    """The query for the parts. No part at all finds nothing: the text was only signs."""
    if not parts:
        return Plan(Query.empty_query())
    required = [(Occur.Must, _part_query(part, searcher, schema)) for part in parts if not part.soft]
    preferred = [(Occur.Should, _part_query(part, searcher, schema)) for part in parts if part.soft]
    strict = _all([query for _, query in required]) if not preferred else Query.boolean_query([*required, *preferred])
    whole = text.code(cleaned)
    if text.may_be_code(whole) and searcher.doc_freq("code", whole) > 0:  # "3 701234 567890" is one code
        code = _code_query(whole, WHOLE_CODE_POINTS, schema)
        return Plan(Query.boolean_query([(Occur.Should, strict), (Occur.Should, code)]), parts, whole)
    return Plan(strict, parts)


def looser(plan: Plan, searcher: Searcher, schema: Schema) -> Iterator[Query]:
    """What to seek where too few have all words: any word in what names the thing, then any word anywhere. Nothing
    where that makes no difference."""
    if plan.code and plan.code.isdigit() and len(plan.code) >= SHORTEST_GTIN:  # nobody means the figures one by one
        return
    guided = any(word.behind for part in plan.parts for word in part.words)
    pieces = []
    for part in plan.parts:
        queries = _loose_queries(part, searcher, schema, NAMED)
        names = guided and any(not word.behind for word in part.words)
        pieces += [Query.boost_query(query, NAMING) for query in queries] if names else queries
    if plan.code:
        pieces.append(_code_query(plan.code, WHOLE_CODE_POINTS, schema))  # any word finds at least what all words find
    if len(pieces) < 2:
        return
    told = [_word_query(word, schema, ("description",)) for part in plan.parts for word in part.words]
    yield Query.boolean_query([(Occur.Must, _any(pieces)), *((Occur.Should, query) for query in told)])
    yield Query.boolean_query([(Occur.Should, query) for query in (*pieces, *told)])


def _any(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def _all(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def _part_query(part: Part, searcher: Searcher, schema: Schema) -> Query:
    """One flat union wherever that says the same: unions within unions cost the engine half as much again."""
    if len(part.words) == 1:
        own = _word_options(part.words[0], schema)
    else:
        own = [_all([_word_query(word, schema) for word in part.words])] if part.words else []
    return _any(own + _alternatives(part, searcher, schema))


def _loose_queries(part: Part, searcher: Searcher, schema: Schema, fields: Sequence[str]) -> list[Query]:
    return [_word_query(word, schema, fields) for word in part.words] + _alternatives(part, searcher, schema)


def _alternatives(part: Part, searcher: Searcher, schema: Schema) -> list[Query]:
    """All that may stand there instead of the words themselves."""
    found = []
    if part.code:
        found.append(_code_query(part.code, CODE_POINTS, schema))
    if part.joined:
        found += _form_terms(part.joined, schema)
    found += [Query.boost_query(_all([_form_query(word, schema) for word in way]), EQUAL) for way in part.equal]
    own = max((idf(word.stem or word.surface, searcher) for word in part.words), default=1.0) if part.others else 1.0
    for phrase in part.others:
        found += _synonym_options(phrase, own, searcher, schema)
    return found


def _synonym_options(phrase: Phrase, own: float, searcher: Searcher, schema: Schema) -> list[Query]:
    """Rarer words score more: a rare synonym of a common word is held down to what that one is worth."""
    rarest = max(idf(one, searcher) for one in phrase)
    boost = SYNONYM * min(1.0, own / rarest) / len(phrase)
    words = [[_term(name, one, schema, boost) for name in SYNONYM_FIELDS] for one in phrase]
    return words[0] if len(words) == 1 else [_all([_any(options) for options in words])]


def idf(one: str, searcher: Searcher) -> float:
    """How much a stem says, as BM25 counts it."""
    known = searcher.doc_freq("title", one)
    return math.log(1 + (searcher.num_docs - known + 0.5) / (known + 0.5)) if known <= searcher.num_docs else 0.01


def _code_query(code: str, points: float, schema: Schema) -> Query:
    return Query.const_score_query(Query.term_query(schema, "code", code, "basic"), points)


def _word_query(word: Word, schema: Schema, fields: Sequence[str] = ALL) -> Query:
    return _any(_word_options(word, schema, fields))


def _word_options(word: Word, schema: Schema, fields: Sequence[str] = ALL) -> list[Query]:
    options: list[Query] = []
    if word.behind:
        fields = [name for name in fields if name not in NAMES]
    for form in word.forms:
        words = form.split(" ")
        if len(words) == 1:
            options += _form_terms(form, schema, fields)
        else:
            options.append(_all([_form_query(one, schema, fields) for one in words]))
    return options


def _form_query(form: str, schema: Schema, fields: Sequence[str] = ALL) -> Query:
    return _any(_form_terms(form, schema, fields))


def _form_terms(form: str, schema: Schema, fields: Sequence[str] = ALL) -> list[Query]:
    found = stems(form)
    if not found:
        return [Query.term_query(schema, "surface", form, "basic")]
    return [_term(name, one, schema) for name in fields for one in found]


def _term(name: str, one: str, schema: Schema, times: float = 1.0) -> Query:
    query = Query.term_query(schema, name, one, "freq")
    boost = BOOSTS[name] * times
    return query if boost == 1.0 else Query.boost_query(query, boost)


def filtered(query: Query, filters: Mapping[str, Query], without: str | None = None) -> Query:
    """The query with all filters but that of one facet; filters add nothing to the score."""
    others = [(Occur.Must, Query.const_score_query(wanted, 0.0)) for name, wanted in filters.items() if name != without]
    return Query.boolean_query([(Occur.Must, query), *others]) if others else query


def filter_queries(
    wanted: Mapping[str, tuple[str, ...]], near: Near | None, schema: Schema, prices: PriceRange = ANY_PRICE
) -> dict[str, Query]:
    """One query for each facet with wanted values: any of them, and for `price` within `prices`; and one for the shops
    within the radius.

    Raises ValueError for a name that is no facet."""
    queries = {}
    for name, values in wanted.items():
        if name not in FACETS:
            raise ValueError(f"unknown facet: {name}")
        if values and name == "price":
            queries[name] = _bands_query(values, schema)
        elif values:
            queries[name] = Query.boolean_query(
                [(Occur.Should, _value_query(name, value, schema)) for value in values[:MAX_FILTER_VALUES]]
            )
    if prices != ANY_PRICE:
        between = Query.range_query(schema, "price", FieldType.Integer, prices.low, prices.high)
        queries["price"] = _all([queries["price"], between]) if "price" in queries else between
    if near is not None and near.radius is not None:
        queries[NEAR] = of_shops([shop for shop, km in near.km.items() if km <= near.radius], schema)
    return queries


def indexed(value: str) -> str:
    """A facet's value as the index can have it: valid Unicode."""
    return value.encode("utf-8", "ignore").decode()


def _bands_query(values: Sequence[str], schema: Schema) -> Query:
    """Prices in any of these bands: a range without its gaps, which costs a seventh of a union of bands."""
    wanted = [number for number, band in enumerate(PRICE_BANDS, 1) if band in values]
    if not wanted:
        return Query.empty_query()
    between = Query.range_query(schema, "band", FieldType.Integer, wanted[0], wanted[-1])
    gaps = [number for number in range(wanted[0], wanted[-1]) if number not in wanted]
    if not gaps:
        return between
    without = [(Occur.MustNot, Query.term_query(schema, "band", number)) for number in gaps]
    return Query.boolean_query([(Occur.Must, between), *without])


def of_shops(shop_ids: list[int], schema: Schema) -> Query:
    """What these shops sell."""
    return Query.term_set_query(schema, "shop_id", shop_ids) if shop_ids else Query.empty_query()


def _value_query(name: str, value: str, schema: Schema) -> Query:
    if name == "shop":
        usable = value.isascii() and value.isdigit() and len(value) < 19
        return Query.term_query(schema, "shop_id", int(value)) if usable else Query.empty_query()
    valid = indexed(value)
    field = "node" if name == "category" else FACET_FIELDS[name]
    return Query.term_query(schema, field, valid, "basic") if valid else Query.empty_query()


FACET_SIZES: Mapping[str, int] = {
    "category": 5_000, "price": len(PRICE_BANDS), "brand": 100, "shop": 100, "town": 100, "availability": 10,
    "condition": 10, "colour": 100, "size": 100,
}  # fmt: skip
"""How many values of a facet are returned, the commonest; those that were chosen are always among them."""
_ALL_VALUES = 1_000_000
"""Values counted in each segment: more than there are, so that the counts are exact (bound of error 0)."""


def aggregation(name: str) -> dict[str, Any]:
    """tantivy's request for the counts of one facet."""
    column = "band" if name == "price" else f"k_{name}" if name in KEYED else FACET_FIELDS[name]
    return terms(column, FACET_SIZES[name] + 1)  # one more for those without a value


def terms(field_name: str, size: int) -> dict[str, Any]:
    """tantivy's request for the commonest values of a fast field."""
    return {"terms": {"field": field_name, "size": size, "segment_size": _ALL_VALUES}}
