"""Correct a mistyped word by the index's own words. Pure.

The words lie in neighbourhoods by how common they are: what a mistyped word is meant to be is mostly a common word, and
then the many rare ones need not be looked at. The result is as if all lay in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from string import ascii_lowercase

from aggregator.search.kept import Kept
from aggregator.search.neighbours import MOST, PREFIX, Neighbourhood, deletions

SHORTEST = 4
"""Shorter words are taken as typed: nearly every three letters are one edit from some word."""
LONG = 7
"""From this length on two edits are forgiven; one below."""
COMMONER = 30
"""A known word is doubted only if a neighbour is this many times commoner: catalogues have typos too (measured)."""
COMMON = 1 << 14
FORGIVEN_TWICE = 1 << 16
"""Two edits lead to so many of the commonest words, one edit to all: what a million listings have once or twice is
seldom meant by what is two edits away, and would take half the memory."""


def edits(length: int) -> int:
    """How many edits are forgiven in a word of this length."""
    return 0 if length < SHORTEST else 1 if length < LONG else 2


def _one_edit(length: int) -> int:
    return min(edits(length), 1)


class Speller:
    """The words of one state of the index. Immutable: safe to share between threads.

    Measured on the 180,000 plain words of a million generated offers: 21 MB, made in 2.4 s; a word with one slip is
    corrected in 0.02 ms (99 % within 0.08), with two in 0.06 (99 % within 0.35)."""

    def __init__(self, vocabulary: Iterable[tuple[str, int]]) -> None:
        """`vocabulary`: (folded word, number of documents), in any order; what is no plain word is left out."""
        words = [(count, word) for word, count in vocabulary if 3 <= len(word) <= 32 and word.isalpha()]
        words.sort(reverse=True)
        self._common = Neighbourhood(_part(words, 0, COMMON), edits)
        self._others = Neighbourhood(_part(words, COMMON, FORGIVEN_TWICE), edits)
        self._rare = Neighbourhood(_part(words, FORGIVEN_TWICE, FORGIVEN_TWICE + MOST), _one_edit)

    def __len__(self) -> int:
        return sum(len(words) for words in self._all())

    def size(self) -> int:
        """Bytes that the arrays take."""
        return sum(words.size() for words in self._all())

    def _all(self) -> tuple[Neighbourhood, ...]:
        return self._common, self._others, self._rare

    def correct(self, word: str, known: int = 0, accept: Callable[[str], bool] | None = None) -> str | None:
        """The likeliest word meant: the fewest edits away, then the commonest. `None`: leave it as typed.

        `known`: documents that have the word itself; above 0, only a neighbour COMMONER times as common counts.
        `accept` may refuse a candidate (the same stem, say, or a word that has left the index)."""
        for _, candidate in self.candidates(word, known):
            if accept is None or accept(candidate):
                return candidate
        return None

    def candidates(self, word: str, known: int = 0) -> Iterator[tuple[int, str]]:
        """Words that may be meant, with their edits: the fewest first, then the commonest. Two edits are looked up
        only once those with one are used up. The shortest words keep their first letter. `known` as above."""
        allowed = edits(len(word))
        if not allowed or not word.isalpha():
            return
        least = known * COMMONER + 1 if known else 1
        told: set[str] = set()
        for distance in range(1, allowed + 1):
            keys = deletions(word[:PREFIX], distance)
            for words in self._all() if distance == 1 else (self._common, self._others):
                for _, candidate in sorted(words.find(word, distance, least, keys), reverse=True):
                    if len(word) == SHORTEST and candidate[0] != word[0]:  # "pain" is no "main": bread is just not here
                        continue
                    if candidate not in told:
                        told.add(candidate)
                        yield distance, candidate

    def mended(self, prefix: str) -> str | None:
        """The beginning of words that is one edit from this one, which begins none: the one of the commonest word.

        The first letter is taken as typed. Costs a few milliseconds."""
        if len(prefix) < 3 or not prefix.isalpha():
            return None
        variants = _one_edit_from(prefix)
        for words in self._all():
            best, found = max(((words.commonest_from(variant), variant) for variant in variants), default=(0, None))
            if best:
                return found
        return None


def _part(words: list[tuple[int, str]], first: int, last: int) -> list[tuple[str, int]]:
    return [(word, count) for count, word in words[first:last]]


def _one_edit_from(prefix: str) -> list[str]:
    """All that is one edit away and begins with the same letter: a letter more, less, other, or two swapped."""
    variants: dict[str, None] = {}
    for at in range(1, len(prefix) + 1):
        left, right = prefix[:at], prefix[at:]
        if right:
            variants[left + right[1:]] = None
            if len(right) > 1:
                variants[left + right[1] + right[0] + right[2:]] = None
        for letter in ascii_lowercase:
            variants[left + letter + right] = None
            if right:
                variants[left + letter + right[1:]] = None
    variants.pop(prefix, None)
    return list(variants)


class FreshSpeller(Kept[Speller]):
    """Keeps a Speller near the newest commit."""

    def __init__(self) -> None:
        super().__init__(Speller(()))

    def of(self, stamp: object, read: Callable[[], Iterable[tuple[str, int]]]) -> Speller:
        """The speller of the state `stamp`, or of a recent one; `read` gives the vocabulary of that state."""
        return self.get(stamp, lambda: Speller(read()))
