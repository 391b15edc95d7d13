"""Correct a mistyped word by the index's own words: a deletion-neighbourhood corrector in compact arrays. Pure.

Two words are at most n edits apart (a letter more, less, other, or two swapped) only if some n-deletion of the one is
an n-deletion of the other, and that holds for their first PREFIX letters too (W. Garbe, SymSpell). So the deletions of
every distinct prefix are hashed into sorted arrays, searched by bisection; words that share a prefix lie side by side
in one sorted list. What is found is then measured letter by letter: a collision of hashes costs time, never truth.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from string import ascii_lowercase

from aggregator.search.kept import Kept

PREFIX = 7
SHORTEST = 4
"""Shorter words are taken as typed: nearly every three letters are one edit from some word."""
LONG = 7
"""From this length on two edits are forgiven; one below."""
COMMONER = 30
"""A known word is doubted only if a neighbour is this many times commoner: catalogues have typos too (measured)."""

_GROUP_BITS = 20
_GROUP_MASK = (1 << _GROUP_BITS) - 1
_HASH_MASK = (1 << (63 - _GROUP_BITS)) - 1
_SHARDS = 32


def edits(length: int) -> int:
    """How many edits are forgiven in a word of this length."""
    return 0 if length < SHORTEST else 1 if length < LONG else 2


class Speller:
    """The words of one state of the index. Immutable: safe to share between threads.

    Measured on 300,000 words that look French: 35 MB, built in 4 s; a word with one edit is corrected in 0.04 ms
    (99 % within 0.13), with two in 0.5 ms (99 % within 2.4)."""

    def __init__(self, vocabulary: Iterable[tuple[str, int]]) -> None:
        """`vocabulary`: (folded word, number of documents), in any order; what is no plain word is left out."""
        words = sorted((word, count) for word, count in vocabulary if 3 <= len(word) <= 32 and word.isalpha())
        self._text = "".join(word for word, _ in words)
        self._ends = array("I", [0])
        self._counts = array("I", (count for _, count in words))
        self._letters = array("I", (_letters(word) for word, _ in words))
        self._groups = array("I")
        self._keys = [array("Q") for _ in range(_SHARDS)]
        self._index(word for word, _ in words)

    def __len__(self) -> int:
        return len(self._counts)

    def size(self) -> int:
        """Bytes that the arrays take: about 35 million for 300,000 words."""
        arrays = [self._ends, self._counts, self._letters, self._groups, *self._keys]
        return sum(len(numbers) * numbers.itemsize for numbers in arrays) + len(self._text)

    def _index(self, words: Iterator[str]) -> None:
        previous = None
        position = end = 0
        shards: list[array[int]] = self._keys
        for position, word in enumerate(words):
            end += len(word)
            self._ends.append(end)
            prefix = word[:PREFIX]
            if prefix == previous:
                continue
            previous = prefix
            group = len(self._groups)
            self._groups.append(position)
            if group > _GROUP_MASK:
                raise ValueError("more distinct words than the speller was laid out for")
            for key in _deletions(prefix, edits(len(word))):
                hashed = hash(key) & _HASH_MASK
                shards[hashed % _SHARDS].append(hashed << _GROUP_BITS | group)
        self._groups.append(len(self._counts))
        for number, shard in enumerate(shards):  # one at a time: sorting needs objects, for a moment
            shards[number] = array("Q", sorted(shard))

    def _word(self, position: int) -> str:
        return self._text[self._ends[position] : self._ends[position + 1]]

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
        only once those with one are used up. `known` as above."""
        allowed = edits(len(word))
        if not allowed or not word.isalpha():
            return
        least = known * COMMONER + 1 if known else 1
        told: set[str] = set()
        for distance in range(1, allowed + 1):
            for _, candidate in sorted(self._neighbours(word, distance, least), reverse=True):
                if candidate not in told:
                    told.add(candidate)
                    yield distance, candidate

    def mended(self, prefix: str) -> str | None:
        """The beginning of words that is one edit from this one, which begins none: the one of the commonest word.

        The first letter is taken as typed. Costs a few milliseconds."""
        if len(prefix) < 3 or not prefix.isalpha():
            return None
        best, found = 0, None
        for variant in _one_edit_from(prefix):
            first = self._first_from(variant)
            if first < len(self) and self._word(first).startswith(variant):
                commonest = max(self._counts[first : self._first_from(variant + "\x7f", first)])
                if commonest > best:
                    best, found = commonest, variant
        return found

    def _first_from(self, start: str, low: int = 0) -> int:
        """The position of the first word that does not stand before `start`."""
        high = len(self)
        while low < high:
            middle = (low + high) // 2
            if self._word(middle) < start:
                low = middle + 1
            else:
                high = middle
        return low

    def _neighbours(self, word: str, distance: int, least: int) -> list[tuple[int, str]]:
        letters = _letters(word)
        length = len(word)
        found: list[tuple[int, str]] = []
        for group in self._matching(_deletions(word[:PREFIX], distance)):
            for position in range(self._groups[group], self._groups[group + 1]):
                if (
                    self._counts[position] >= least
                    and abs(self._ends[position + 1] - self._ends[position] - length) <= distance
                    and (self._letters[position] ^ letters).bit_count() <= 2 * distance
                ):
                    candidate = self._word(position)
                    if candidate != word and within(word, candidate, distance):
                        found.append((self._counts[position], candidate))
        return found

    def _matching(self, keys: Iterable[str]) -> set[int]:
        groups: set[int] = set()
        for key in keys:
            hashed = hash(key) & _HASH_MASK
            shard = self._keys[hashed % _SHARDS]
            first = bisect_left(shard, hashed << _GROUP_BITS)
            if first < len(shard) and shard[first] >> _GROUP_BITS == hashed:
                last = bisect_right(shard, hashed << _GROUP_BITS | _GROUP_MASK, first)
                groups.update(entry & _GROUP_MASK for entry in shard[first:last])
        return groups


def _deletions(prefix: str, count: int) -> set[str]:
    """The prefix itself and all that is left of it after up to `count` (at most 2) deletions."""
    keys = {prefix}
    if count:
        once = {prefix[:i] + prefix[i + 1 :] for i in range(len(prefix))}
        keys |= once
        if count > 1:
            for shorter in once:
                keys.update(shorter[:i] + shorter[i + 1 :] for i in range(len(shorter)))
    return keys


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


def _letters(word: str) -> int:
    """Which letters a word has, as bits: words n edits apart differ in at most 2n of them."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def within(left: str, right: str, distance: int) -> bool:
    """True if `right` is at most `distance` edits from `left`, two neighbours swapped being one edit."""
    start = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        start += 1
    left, right = left[start:], right[start:]
    if not left or not right:
        return len(left) + len(right) <= distance
    if distance == 0:
        return False
    if distance == 1:  # whole rests compared at once: 20 times faster than the usual table
        return (
            left[1:] == right[1:]
            or left[1:] == right
            or left == right[1:]
            or (left[1::-1] == right[:2] and left[2:] == right[2:])
        )
    return (
        within(left[1:], right[1:], distance - 1)
        or within(left[1:], right, distance - 1)
        or within(left, right[1:], distance - 1)
        or (len(left) > 1 and left[1::-1] == right[:2] and within(left[2:], right[2:], distance - 1))
    )


class FreshSpeller(Kept[Speller]):
    """Keeps a Speller near the newest commit."""

    def __init__(self) -> None:
        super().__init__(Speller(()))

    def of(self, stamp: object, read: Callable[[], Iterable[tuple[str, int]]]) -> Speller:
        """The speller of the state `stamp`, or of a recent one; `read` gives the vocabulary of that state."""
        return self.get(stamp, lambda: Speller(read()))
