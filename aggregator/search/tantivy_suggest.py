"""What the beginning of a query may become: words, categories, brands, shops and products."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import nlargest

from tantivy import Occur, Query, Schema, Searcher

from aggregator.search import tantivy_query as queries
from aggregator.search import text
from aggregator.search.document import CATEGORY_SEPARATOR
from aggregator.search.kept import Kept
from aggregator.search.port import Suggestions
from aggregator.search.speller import SHORTEST, Speller
from aggregator.search.synonyms import Synonyms
from aggregator.search.tantivy_facets import count
from aggregator.search.tantivy_hits import numbers
from aggregator.search.tantivy_schema import title_of
from aggregator.search.tantivy_words import having, spelled, stem, surface_words, understand

_TITLES_READ = 3
"""Titles looked at for the accents of a word."""
_SHORT = 2
"""A last word of so few letters begins too many words to look at each together with the words before it: the titles of
the best listings are read instead."""
_SHORT_READ = 120
_SHORTEST = 3
"""Letters of a word that is worth completing to."""
_SLIP = 200
"""A word that so many times more listings begin otherwise is taken for a slip of some shop: "caf" for "café"."""
_COMPLETED = 6
"""Completions by which products and categories are looked for."""


class Starts:
    """Names by the beginnings of their words, with how many listings each has. Immutable."""

    def __init__(self, names: Iterable[tuple[str, str, int]]) -> None:
        """`names`: (value, name as it is looked for, number of listings)."""
        self._values: list[tuple[str, int]] = []
        entries: list[tuple[str, int]] = []
        for value, name, number in names:
            words = surface_words(name)
            entries += [(" ".join(words[at:]), len(self._values)) for at in range(min(len(words), 6))]
            self._values.append((value, number))
        entries.sort()
        self._starts = [start for start, _ in entries]
        self._owners = [owner for _, owner in entries]

    def find(self, prefix: str, limit: int) -> list[str]:
        """Values of which a word begins so, those with the most listings first."""
        if not prefix:
            return []
        first = bisect_left(self._starts, prefix)
        last = bisect_right(self._starts, prefix + "\U0010ffff")
        owners = set(self._owners[first:last])
        return [self._values[one][0] for one in nlargest(limit, owners, key=lambda one: (self._values[one][1], -one))]


@dataclass(frozen=True, slots=True)
class Names:
    """What can be suggested besides words and products."""

    brands: Starts
    shops: Starts
    categories: Starts

    @classmethod
    def read(cls, searcher: Searcher) -> Names:
        return cls(
            Starts((value, value, number) for value, number in searcher.terms_with_prefix("f_brand", "")),
            Starts(
                (value, value.partition("\t")[2], number) for value, number in searcher.terms_with_prefix("f_shop", "")
            ),
            Starts(
                (value, value.rpartition(CATEGORY_SEPARATOR)[2].replace("-", " "), number)
                for value, number in searcher.terms_with_prefix("node", "")
            ),
        )


class FreshNames(Kept[Names]):
    """Keeps Names near the newest commit."""

    def __init__(self) -> None:
        super().__init__(Names(Starts(()), Starts(()), Starts(())))


@dataclass(frozen=True, slots=True)
class Suggester:
    """One state of the index."""

    searcher: Searcher
    schema: Schema
    speller: Speller
    names: Names
    synonyms: Synonyms

    def suggest(self, prefix: str, limit: int) -> Suggestions:
        """See the port."""
        cleaned = text.clean(prefix)
        words = surface_words(cleaned)
        if not words or limit < 1:
            return Suggestions()
        whole = " ".join(words)
        named = Suggestions(
            categories=tuple(self._alive("node", self.names.categories.find(whole, limit))),
            brands=tuple(self._alive("f_brand", self.names.brands.find(whole, limit))),
            shops=tuple(self._shops(whole, limit)),
        )
        if not prefix[-1:].isalnum():
            return named
        before, condition = self._before(cleaned)
        found = self._completions(words[-1], condition, limit + 2 * len(words) + 8)
        useful = _distinct(found, words[:-1])
        sought = self._sought(useful[:_COMPLETED], condition)
        categories = dict.fromkeys([*named.categories, *self._categories(sought)]) if sought else named.categories
        return replace(
            named,
            queries=tuple(before + shown(self.searcher, self.schema, word) for word in useful[:limit]),
            categories=tuple(categories)[:limit],
            products=tuple(self._products(sought, limit)) if sought else (),
        )

    def _before(self, cleaned: str) -> tuple[str, Query | None]:
        """What stands before the last word, spelled as it was understood, and the query for it."""
        before = cleaned[: len(cleaned) - len(text.last_word(cleaned))]
        if not before.strip():
            return before, None
        parts = understand(before.strip(), self.searcher, self.schema, self.synonyms, lambda: self.speller)
        if not parts:
            return before, None
        said = [word for part in parts for word in part.words]
        corrected = {w.surface: shown(self.searcher, self.schema, w.instead) for w in said if w.instead}
        wanted = [one for word in said for form in word.forms[:1] for one in map(stem, form.split(" ")) if one]
        condition = having(wanted, self.schema) if wanted else None
        return spelled(before, corrected) if corrected else before, condition

    def _completions(self, last: str, condition: Query | None, limit: int) -> list[str]:
        """Words that begin so: the word itself or its plural, then the commonest; where none does, those that begin
        nearly so. Three letters alone are near to too much: "caf" is no "car"."""
        found = self._words(last, condition, limit)
        if found and len(last) >= _SHORTEST and (whole := self._whole(last, found[0], condition)):
            found = [whole, *(word for word in found if word not in (last, f"{last}s", f"{last}x"))]
        if not found and (condition is not None or len(last) >= SHORTEST) and (mended := self.speller.mended(last)):
            found = self._words(mended, condition, limit)
        return found

    def _whole(self, last: str, commonest: str, condition: Query | None) -> str | None:
        """The word as it stands or its plural, the commoner one; None where both are slips beside what begins so."""
        count_of = self.searcher.doc_freq
        number, whole = max((int(count_of("surface", word)), word) for word in (last, f"{last}s", f"{last}x"))
        if number == 0 or number * _SLIP < count_of("surface", commonest):
            return None
        there = Query.term_query(self.schema, "surface", whole, "basic")
        return whole if condition is None or count(self.searcher, _both(condition, there)) else None

    def _words(self, last: str, condition: Query | None, limit: int) -> list[str]:
        if condition is None or len(last) > _SHORT:
            found = [word for word, _ in self.searcher.terms_with_prefix("surface", last, condition, limit=limit)]
            return found if condition is not None else sorted(found, key=self._named_so, reverse=True)
        counts: Counter[str] = Counter()
        for _, address in self.searcher.search(condition, limit=_SHORT_READ, count=False).hits:
            title = title_of(self.searcher.doc(address))
            counts.update({word for word in surface_words(title) if word.startswith(last)})
        return [word for word, _ in counts.most_common(limit)]

    def _named_so(self, word: str) -> int:
        """How many listings a word names: who begins with "sa" seeks soaps and bags rather than what is sage green."""
        one = stem(word)
        return int(self.searcher.doc_freq("head", one)) if one else 0

    def _sought(self, completed: list[str], condition: Query | None) -> Query | None:
        """Listings that are named by one of these words, and have what stands before."""
        stems = list(dict.fromkeys(one for one in map(stem, completed) if one))
        if not stems:
            return None
        named = Query.boolean_query([(Occur.Should, self._in_title(one, place)) for place, one in enumerate(stems)])
        return named if condition is None else _both(condition, named)

    def _in_title(self, one: str, place: int) -> Query:
        """The commonest completion counts most: left to itself, the engine would prefer the rarest."""
        term = Query.term_query(self.schema, "title", one, "freq")
        return Query.boost_query(term, (1 - 0.1 * place) / max(queries.idf(one, self.searcher), 0.1))

    def _categories(self, sought: Query) -> list[str]:
        """The nodes in which most of these listings are."""
        raw = self.searcher.aggregate(sought, {"nodes": queries.terms("f_category", 4)})
        return [str(one["key"]) for one in raw["nodes"]["buckets"] if one["key"]][:3]

    def _products(self, sought: Query, limit: int) -> list[tuple[int, str]]:
        """The best listings, one a product and one a title."""
        addresses = [address for _, address in self.searcher.search(sought, limit=8 * limit, count=False).hits]
        groups = numbers(self.searcher, "group", addresses)
        ids = numbers(self.searcher, "id", addresses)
        found: dict[str, int] = {}
        told: set[int] = set()
        for address, group, listing_id in zip(addresses, groups, ids, strict=True):
            if group not in told:
                told.add(group)
                title = title_of(self.searcher.doc(address))
                found.setdefault(title, listing_id)
                if len(found) == limit:
                    break
        return [(listing_id, title) for title, listing_id in found.items()]

    def _alive(self, name: str, values: list[str]) -> list[str]:
        """Those that listings still have: the engine forgets a value only some time after its last listing."""
        return [v for v in values if count(self.searcher, Query.term_query(self.schema, name, v, "basic"))]

    def _shops(self, whole: str, limit: int) -> list[tuple[int, str]]:
        found: dict[int, str] = {}
        for value in self._alive("f_shop", self.names.shops.find(whole, limit)):
            shop_id, _, name = value.partition("\t")
            found.setdefault(int(shop_id), name)
        return list(found.items())


def _distinct(found: list[str], before: list[str]) -> list[str]:
    """Without little words, what was said before, and other numbers of what is there already."""
    told = {stem(word) for word in before}
    kept = []
    for word in found:
        one = stem(word)
        if one is not None and one not in told and len(word) >= _SHORTEST:
            told.add(one)
            kept.append(word)
    return kept


def _both(left: Query, right: Query) -> Query:
    return Query.boolean_query([(Occur.Must, left), (Occur.Must, right)])


def shown(searcher: Searcher, schema: Schema, folded: str) -> str:
    """Folded words as titles write them: "cafetiere" is shown as "cafetière", "portecles" as "porte-clés"."""
    return " ".join(_shown(searcher, schema, word) for word in folded.split(" "))


def _shown(searcher: Searcher, schema: Schema, word: str) -> str:
    hits = searcher.search(Query.term_query(schema, "surface", word, "basic"), _TITLES_READ, count=False).hits
    for _, address in hits:
        title = title_of(searcher.doc(address))
        for written in text.words(title):
            if not written.isascii() and surface_words(written) == [word]:
                return written.lower()
        for written in text.compounds(title):
            if surface_words(text.joined(written)) == [word]:
                return written.lower()
    return word
