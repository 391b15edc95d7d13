"""A visitor's text understood with the index's own words: pieces, corrections, compounds, quantities, synonyms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from tantivy import Occur, Query, Schema, Searcher

from aggregator.search import naming, text
from aggregator.search.speller import Speller
from aggregator.search.synonyms import Phrase, Synonyms
from aggregator.search.tantivy_schema import BOOSTS, analyzer

RARE = 3
"""A known word is doubted only where at most this many listings have it: "verre" must not become "verte"."""
MAX_CORRECTIONS = 6
"""Words of one query that are looked up in the speller: an unknown one costs up to a millisecond or two."""
CANDIDATES = 4
"""Corrections of one word between which the other words decide."""
DOUBTED_TOGETHER = 200
"""A word in so many listings at most is doubted all the same when no listing has it together with the other words."""
SOFT = frozenset(
    (
        *("taille", "tailles", "pointure", "pointures", "couleur", "couleurs", "coloris", "marque", "reference", "ref"),
        *("acheter", "achat", "prix", "cher", "chere", "promo", "promotion", "ean", "gtin", "isbn"),
    )
)
"""Folded words that ask without naming a thing: what has them is preferred, nothing must have them."""
NAMING = ("title", "brand", "category", "variants")
"""Fields in which a word says what the thing is: there the context of a doubtful word is looked for."""

NAMING_SHARE = 0.5
"""A word that says what the thing is in more than so many of the titles that have it is a name: "vélo", not "rouge"."""

_SURFACE = analyzer()
_STEMMED = analyzer(stemmed=True)
_WORD = re.compile(r"\w+")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")


def surface_words(raw: str) -> list[str]:
    """Folded words, in order, as `surface` holds them."""
    return _SURFACE.analyze(text.short(raw))


def stem(word: str) -> str | None:
    """The stem of one folded word; `None` for a stop word."""
    stems = _STEMMED.analyze(word)
    return stems[0] if stems else None


@lru_cache(maxsize=8192)
def stems(word: str) -> tuple[str, ...]:
    """The stem of a folded word, and that of its other number where the stemmer parts them: it takes "hamster" for a
    verb, and "hamsters" not. Empty for a stop word."""
    own = stem(word)
    if own is None:
        return ()
    if len(word) <= 3 or not word.isalpha():
        return (own,)
    other = stem(word[:-1] if word[-1] in "sx" else f"{word}s")
    return (own,) if other is None or other == own else (own, other)


def stems_of(raw: str) -> list[str]:
    """The stems of a text's words, without stop words: how synonyms are compared."""
    return _STEMMED.analyze(text.short(raw))


@dataclass(slots=True)
class Word:
    """One word of the query. `instead` replaces it, or stands beside it where the word itself is known."""

    surface: str
    stem: str | None
    known: bool = True
    instead: str | None = None
    """One word, or two where it was two words in one."""
    chunk: int = 0
    """Which of the parts between spaces it stood in."""
    behind: bool = False
    """It stands behind a preposition, and tells of the thing that the words before it name."""

    @property
    def forms(self) -> list[str]:
        """What is sought: the correction first; several words in one form must all occur."""
        if self.instead is None:
            return [self.surface]
        return [self.instead, self.surface] if self.known else [self.instead]


@dataclass(slots=True)
class Part:
    """What a listing must have one of: the words, all of them, or anything else that is named here."""

    words: list[Word]
    code: str | None = None
    """What stood there as a reference or GTIN that exists."""
    joined: str | None = None
    """Two words written as one, where the index knows that: "tee shirt", "teeshirt"."""
    equal: list[tuple[str, ...]] = field(default_factory=list)
    """Other ways to write the same quantity."""
    others: tuple[Phrase, ...] = ()
    """Synonyms, as stems."""
    soft: bool = False


def understand(
    cleaned: str, searcher: Searcher, schema: Schema, synonyms: Synonyms, speller: Callable[[], Speller] | None
) -> list[Part]:
    """The parts of a cleaned text. `speller` is asked for at need; None: no word is corrected."""
    words, codes = _words(cleaned, searcher)
    if speller is not None:
        plain = [word for word in words if word.chunk not in codes]
        if doubted := _doubtful(plain, searcher):
            _correct(doubted, plain, searcher, schema, speller())
    _first_names(words, searcher)
    return _parts(words, codes, searcher, synonyms)


def _first_names(words: list[Word], searcher: Searcher) -> None:
    """The first word that mostly names the thing where titles have it names what is sought: in "housse vélo" the cover.
    The words behind it only tell more of that."""
    for at, word in enumerate(words):
        one = _effective(word)
        if searcher.doc_freq("head", one) > NAMING_SHARE * searcher.doc_freq("title", one):
            for other in words[at + 1 :]:
                other.behind = True
            break


def _words(cleaned: str, searcher: Searcher) -> tuple[list[Word], dict[int, str]]:
    """All words in order, and the chunks that are codes; stop words are dropped unless there is nothing else."""
    words: list[Word] = []
    codes: dict[int, str] = {}
    behind = said = False
    for number, raw in enumerate(text.chunks(cleaned)):
        behind = behind or (said and naming.elided(raw))
        code = text.code(raw)
        if text.may_be_code(code) and searcher.doc_freq("code", code) > 0:
            codes[number] = code
        for surface in dict.fromkeys(surface_words(raw)):
            behind = behind or (said and naming.is_before(surface))
            said = said or not naming.is_measure(surface)
            words.append(Word(surface, stem(surface), chunk=number, behind=behind))
    if any(word.stem for word in words):
        words = [word for word in words if word.stem]
    return words, codes


def _doubtful(words: list[Word], searcher: Searcher) -> list[tuple[Word, int]]:
    """Words that may be mistyped, with the number of listings that have them: none, or very few."""
    found = [(word, known) for word in words if (known := frequency(word, searcher)) <= RARE]
    return found[:MAX_CORRECTIONS]


def frequency(word: Word, searcher: Searcher) -> int:
    """How many listings have the word, roughly: in the field that has it most."""
    direct = int(searcher.doc_freq("surface", word.surface))
    if direct > RARE or word.stem is None:
        return direct
    return max(direct, *(int(searcher.doc_freq(name, one)) for name in BOOSTS for one in stems(word.surface)))


def _correct(
    doubted: list[tuple[Word, int]], words: list[Word], searcher: Searcher, schema: Schema, speller: Speller
) -> None:
    """Give an unknown word, or a rare one with a far commoner neighbour, the word that was likely meant."""
    unknown = {id(word) for word, known in doubted if not known}
    context = {id(word): word.stem for word in words if word.stem and id(word) not in unknown}
    for word, known in doubted:
        word.known = known > 0
        others = [one for key, one in context.items() if key != id(word)]
        word.instead = _likeliest(word, known, others, searcher, schema, speller)
        if word.instead is not None and " " not in word.instead and (found := stem(word.instead)):
            context[id(word)] = found


def _likeliest(
    word: Word, known: int, context: Sequence[str], searcher: Searcher, schema: Schema, speller: Speller
) -> str | None:
    """The fewest edits and the commonest, but what occurs with the other words before what does not; two words in one
    before a word two edits away."""
    if not word.surface.isalpha():
        return None if known else _letters_apart(word.surface, searcher)
    first: str | None = None
    split = None if known else _split(word.surface, searcher, schema)
    for distance, candidate in islice(_acceptable(word, known, searcher, speller), CANDIDATES):
        if distance > 1 and split is not None:
            return first or split
        first = first or candidate
        if not context or together([stem(candidate) or candidate, *context], searcher, schema):
            return candidate
    return first or split


def _acceptable(word: Word, known: int, searcher: Searcher, speller: Speller) -> Iterator[tuple[int, str]]:
    """Candidates that are other words and still in the index."""
    for distance, candidate in speller.candidates(word.surface, known):
        if stem(candidate) not in (None, *stems(word.surface)) and searcher.doc_freq("surface", candidate) > 0:
            yield distance, candidate


def reconsider(parts: list[Part], searcher: Searcher, schema: Schema, speller: Speller) -> bool:
    """Where no listing has all words: doubt the rarest one, if another makes sense with the rest of them."""
    words = [word for part in parts if part.code is None and not part.soft for word in part.words]
    if len(words) < 2 or any(word.instead for word in words):
        return False
    known, word = min(((frequency(word, searcher), word) for word in words), key=lambda pair: pair[0])
    if not RARE < known <= DOUBTED_TOGETHER or not word.surface.isalpha():
        return False
    context = [other.stem for other in words if other is not word and other.stem]
    for _, candidate in islice(_acceptable(word, known, searcher, speller), CANDIDATES):
        if together([stem(candidate) or candidate, *context], searcher, schema):
            word.instead = candidate
            return True
    return False


def together(stems: Sequence[str], searcher: Searcher, schema: Schema) -> int:
    """How many listings have all these stems in what names them."""
    return int(searcher.search(having(stems, schema), 1).count)  # type: ignore[attr-defined]


def having(stems: Sequence[str], schema: Schema) -> Query:
    """Listings that are named by all these stems."""
    return Query.boolean_query([(Occur.Must, _named(one, schema)) for one in dict.fromkeys(stems)])


def _named(one: str, schema: Schema) -> Query:
    return Query.boolean_query([(Occur.Should, Query.term_query(schema, name, one, "freq")) for name in NAMING])


def _letters_apart(surface: str, searcher: Searcher) -> str | None:
    """ "iphone14" as "iphone 14", where that is known."""
    pieces = _LETTERS_OR_DIGITS.findall(surface)
    if 1 < len(pieces) <= 3 and all(searcher.doc_freq("surface", piece) for piece in pieces):
        return " ".join(pieces)
    return None


def _split(surface: str, searcher: Searcher, schema: Schema) -> str | None:
    """ "portecle" as "porte cle", where listings have both: the pair that the most have."""
    best, found = 0, None
    if len(surface) >= 6:
        for cut in range(2, len(surface) - 1):
            left, right = surface[:cut], surface[cut:]
            if searcher.doc_freq("surface", left) > RARE and searcher.doc_freq("surface", right) > 0:
                stems = [one for one in (stem(left), stem(right)) if one]
                both = together(stems, searcher, schema) if len(stems) == 2 else 0
                if both > best:
                    best, found = both, f"{left} {right}"
    return found


def _parts(words: list[Word], codes: dict[int, str], searcher: Searcher, synonyms: Synonyms) -> list[Part]:
    """Words grouped to what must occur: codes, quantities, phrases with synonyms, compounds, single words."""
    parts: list[Part] = []
    stems = ["" if word.chunk in codes else _effective(word) for word in words]
    at = 0
    while at < len(words):
        part = _code_part(words, at, codes) or _quantity(words, at)
        if part is None:
            length, others = synonyms.of(stems, at)
            part = Part(words[at : at + max(length, 1)], others=others)
            following = words[at + 1] if len(words) > at + 1 else None
            if following is not None and length < 3 and following.chunk not in codes:
                _join(part, words[at], following, searcher)
        parts.append(part)
        at += len(part.words)
    seen = {word.chunk for word in words}
    parts += [Part([], code) for chunk, code in codes.items() if chunk not in seen]  # "Nº-17": signs and stop words
    firm = any(not _is_soft(part) for part in parts)
    for part in parts:
        part.soft = firm and _is_soft(part)
    return parts


def _effective(word: Word) -> str:
    if word.instead is not None:
        return stem(word.instead) or word.instead
    return word.stem or word.surface


def _is_soft(part: Part) -> bool:
    return part.code is None and len(part.words) == 1 and part.words[0].surface in SOFT


def _code_part(words: list[Word], at: int, codes: dict[int, str]) -> Part | None:
    chunk = words[at].chunk
    if chunk not in codes:
        return None
    return Part([word for word in words[at:] if word.chunk == chunk], codes[chunk])


def _quantity(words: list[Word], at: int) -> Part | None:
    """A number and its unit, with the other ways to write them."""
    number = words[at].surface
    end = at + 1
    if not (number.isascii() and number.isdigit() and len(number) <= 5):
        return None
    following = words[end] if len(words) > end else None
    if following is not None and following.chunk == words[at].chunk and _is_decimals(following.surface):
        number = f"{number}.{following.surface}"
        end += 1
    unit = words[end].surface if len(words) > end else ""
    if unit not in text.UNITS:
        return None
    ways = [tuple(surface_words(f"{value} {other}")) for value, other in text.same_quantity(number, unit)]
    return Part(words[at : end + 1], equal=[way for way in ways if way])


def _is_decimals(surface: str) -> bool:
    return surface.isascii() and surface.isdigit() and len(surface) <= 2


def _join(part: Part, word: Word, following: Word, searcher: Searcher) -> None:
    """See whether the index knows these two as one word; a phrase of two keeps its synonyms."""
    if len(part.words) == 1 and part.others:
        return
    if word.instead is None and following.instead is None:
        one = word.surface + following.surface
        if len(one) <= text.MAX_WORD and not one.isdigit() and searcher.doc_freq("surface", one) > 0:
            part.joined = one
            if len(part.words) == 1:
                part.words.append(following)


def spelled(cleaned: str, corrections: dict[str, str]) -> str:
    """The query with its corrected words in place, everything else as typed."""

    def replace(match: re.Match[str]) -> str:
        words = surface_words(match.group())
        if len(words) == 1:
            return corrections.get(words[0], match.group())
        return match.group()

    return _WORD.sub(replace, cleaned)
