"""From a visitor's words and filters to tantivy's queries. Built from words, never parsed: no text can be an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tantivy import FieldType, Occur, Query, Schema, Searcher

from aggregator.search import text
from aggregator.search.port import FACETS, PRICE_BANDS
from aggregator.search.speller import Speller
from aggregator.search.tantivy_schema import BOOSTS, FACET_FIELDS, analyzer

RARE = 3
"""A known word is doubted only where at most this many listings have it: "verre" must not become "verte"."""
MAX_CORRECTIONS = 6
"""Words of one query that are looked up in the speller: an unknown one costs up to a millisecond or two."""
MAX_FILTER_VALUES = 200
IN_STOCK_BONUS = 0.1
"""Added to the score of what is in stock: decides between near-equals (a title word weighs about 10 to 30)."""

_SURFACE = analyzer()
_STEMMED = analyzer(stemmed=True)
_WORD = re.compile(r"\w+")


def surface_words(raw: str) -> list[str]:
    """Folded words, in order, as `surface` holds them."""
    return _SURFACE.analyze(text.short(raw))


def stem(word: str) -> str | None:
    """The stem of one folded word; `None` for a stop word."""
    stems = _STEMMED.analyze(word)
    return stems[0] if stems else None


@dataclass(slots=True)
class Word:
    """One word of the query. `instead` replaces it, or stands beside it where the word itself is known."""

    surface: str
    stem: str | None
    known: bool = True
    instead: str | None = None


@dataclass(slots=True)
class Piece:
    """What stood between two spaces: its words, or the code that it may be as a whole."""

    raw: str
    words: list[Word]
    code: str | None


@dataclass(slots=True)
class Plan:
    """A query understood: `strict` wants all words, `loose` any; `loose` is None where there is no difference."""

    strict: Query
    loose: Query | None = None
    pieces: list[Piece] = field(default_factory=list)

    @property
    def corrected_words(self) -> dict[str, str]:
        return {word.surface: word.instead for piece in self.pieces for word in piece.words if word.instead}


def pieces_of(cleaned: str, searcher: Searcher) -> list[Piece]:
    """The query's pieces with their words; stop words are dropped unless there is nothing else."""
    pieces = []
    for raw in text.chunks(cleaned):
        words = [Word(surface, stem(surface)) for surface in dict.fromkeys(surface_words(raw))]
        code = text.code(raw)
        is_code = text.may_be_code(code) and searcher.doc_freq("code", code) > 0
        if words or is_code:
            pieces.append(Piece(raw, words, code if is_code else None))
    if any(word.stem for piece in pieces for word in piece.words):
        for piece in pieces:
            piece.words = [word for word in piece.words if word.stem]
    return [piece for piece in pieces if piece.words or piece.code]


def doubtful(pieces: list[Piece], searcher: Searcher) -> list[tuple[Word, int]]:
    """Words that may be mistyped, with the number of listings that have them: none, or very few."""
    words = [word for piece in pieces if piece.code is None for word in piece.words if word.surface.isalpha()]
    found = [(word, known) for word in words if (known := _frequency(word, searcher)) <= RARE]
    return found[:MAX_CORRECTIONS]


def correct(doubted: list[tuple[Word, int]], searcher: Searcher, speller: Speller) -> None:
    """Give an unknown word, or a rare one with a far commoner neighbour, the word that was likely meant."""
    for word, known in doubted:
        own = word.stem

        def acceptable(other: str, own: str | None = own) -> bool:
            return stem(other) not in (None, own) and searcher.doc_freq("surface", other) > 0

        word.known = known > 0
        word.instead = speller.correct(word.surface, known, acceptable)


def _frequency(word: Word, searcher: Searcher) -> int:
    """How many listings have the word, roughly: in the field that has it most."""
    direct = searcher.doc_freq("surface", word.surface)
    if direct > RARE or word.stem is None:
        return int(direct)
    return max(direct, *(searcher.doc_freq(name, word.stem) for name in BOOSTS))


def plan(pieces: list[Piece], cleaned: str, schema: Schema) -> Plan:
    """The two queries for the pieces. No piece at all finds nothing: the text was only signs."""
    if not pieces:
        return Plan(Query.empty_query())
    required = [_piece_query(piece, schema) for piece in pieces]
    strict = _all(required)
    parts = [_word_query(word, schema) for piece in pieces for word in piece.words]
    parts += [_code_query(piece.code, schema) for piece in pieces if piece.code]
    whole = text.code(cleaned)
    if len(pieces) > 1 and text.may_be_code(whole):  # "3 701234 567890" is one code
        strict = Query.boolean_query([(Occur.Should, strict), (Occur.Should, _code_query(whole, schema))])
        parts.append(_code_query(whole, schema))  # any word finds at least what all words find
    loose = Query.boolean_query([(Occur.Should, part) for part in parts]) if len(parts) > 1 else None
    return Plan(strict, loose, pieces)


def _all(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def _piece_query(piece: Piece, schema: Schema) -> Query:
    options = [_all([_word_query(word, schema) for word in piece.words])] if piece.words else []
    if piece.code:
        options.append(_code_query(piece.code, schema))
    return options[0] if len(options) == 1 else Query.boolean_query([(Occur.Should, option) for option in options])


def _code_query(code: str, schema: Schema) -> Query:
    return Query.boost_query(Query.term_query(schema, "code", code), 5.0)


def _word_query(word: Word, schema: Schema) -> Query:
    clauses: list[tuple[Occur, Query]] = []
    forms = [word.surface] if word.instead is None else [word.instead]
    if word.instead is not None and word.known:
        forms.append(word.surface)
    for form in forms:
        term = stem(form)
        if term is None:
            clauses.append((Occur.Should, Query.term_query(schema, "surface", form, "basic")))
            continue
        for name, boost in BOOSTS.items():
            query = Query.term_query(schema, name, term, "freq")
            clauses.append((Occur.Should, query if boost == 1.0 else Query.boost_query(query, boost)))
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def with_stock_bonus(query: Query, schema: Schema) -> Query:
    """The same hits, with the mild preference for what can be bought now."""
    in_stock = Query.term_query(schema, FACET_FIELDS["availability"], "InStock", "basic")
    return Query.boolean_query([(Occur.Must, query), (Occur.Should, Query.const_score_query(in_stock, IN_STOCK_BONUS))])


def filtered(query: Query, filters: Mapping[str, Query], without: str | None = None) -> Query:
    """The query with all filters but that of one facet; filters add nothing to the score."""
    others = [(Occur.Must, Query.const_score_query(wanted, 0.0)) for name, wanted in filters.items() if name != without]
    return Query.boolean_query([(Occur.Must, query), *others]) if others else query


def filter_queries(wanted: Mapping[str, tuple[str, ...]], schema: Schema) -> dict[str, Query]:
    """One query for each facet with wanted values: any of them. Raises ValueError for a name that is no facet."""
    queries = {}
    for name, values in wanted.items():
        if name not in FACETS:
            raise ValueError(f"unknown facet: {name}")
        if values:
            queries[name] = Query.boolean_query(
                [(Occur.Should, _value_query(name, value, schema)) for value in values[:MAX_FILTER_VALUES]]
            )
    return queries


def _value_query(name: str, value: str, schema: Schema) -> Query:
    if name == "shop":
        usable = value.isascii() and value.isdigit() and len(value) < 19
        return Query.term_query(schema, "shop_id", int(value)) if usable else Query.empty_query()
    if name == "price":
        if value not in PRICE_BANDS:
            return Query.empty_query()
        low, high = PRICE_BANDS[value]
        return Query.range_query(schema, "price", FieldType.Integer, low, high, include_upper=high is None)
    valid = value.encode("utf-8", "ignore").decode()
    return Query.term_query(schema, FACET_FIELDS[name], valid, "basic")


FACET_SIZES: Mapping[str, int] = {"category": 300, "brand": 100, "shop": 100, "town": 100, "availability": 10,
    "condition": 10, "colour": 100, "size": 100}  # fmt: skip
"""How many values of a facet are returned, the commonest; those that were chosen are always among them."""
_ALL_VALUES = 1_000_000
"""Values counted in each segment: more than there are, so that the counts are exact (bound of error 0)."""


def aggregation(name: str) -> dict[str, Any]:
    """tantivy's request for the counts of one facet."""
    if name == "price":
        ranges = [
            {"key": key, "from": low} if high is None else {"key": key, "from": low, "to": high}
            for key, (low, high) in PRICE_BANDS.items()
        ]
        return {"range": {"field": "price", "ranges": ranges}}
    return {"terms": {"field": FACET_FIELDS[name], "size": FACET_SIZES[name], "segment_size": _ALL_VALUES}}


def spelled(cleaned: str, corrections: Mapping[str, str]) -> str:
    """The query with its corrected words in place, everything else as typed."""

    def replace(match: re.Match[str]) -> str:
        words = surface_words(match.group())
        return corrections.get(words[0], match.group()) if len(words) == 1 else match.group()

    return _WORD.sub(replace, cleaned)
