"""Words a few edits from a given one: a deletion neighbourhood in compact arrays. Pure.

Two words are at most n edits apart (a letter more, less, other, or two swapped) only if some n-deletion of the one is
an n-deletion of the other, and that holds for their first PREFIX letters too (W. Garbe, SymSpell). So the deletions of
every distinct prefix are hashed into sorted arrays, searched by bisection; words that share a prefix lie side by side
in one sorted list. What is found is then measured letter by letter: a collision of hashes costs time, never truth.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

from rapidfuzz.distance import OSA

PREFIX = 7
MOST = 1 << 20
"""Words that one neighbourhood can hold."""

_GROUP_BITS = 20
_GROUP_MASK = (1 << _GROUP_BITS) - 1
_HASH_MASK = (1 << (63 - _GROUP_BITS)) - 1
_WORDS_A_SHARD = 1_000
_BREATH = 50
"""Words between two moments at which other threads may run: without them each search would wait for 5 ms, several
times over, while a neighbourhood is made in the background."""


class Neighbourhood:
    """Words with their counts. Immutable: safe to share between threads."""

    def __init__(self, words: Sequence[tuple[str, int]], edits: Callable[[int], int]) -> None:
        """`words`: at most MOST, each once. `edits`: how many are forgiven in a word of this length, 2 at most."""
        ordered = sorted(words)
        self._text = "".join(word for word, _ in ordered)
        self._ends = array("I", [0])
        self._counts = array("I", (count for _, count in ordered))
        self._letters = array("I", (_letters(word) for word, _ in ordered))
        self._groups = array("I")
        self._commonest = max(self._counts, default=0)
        self._shards = len(ordered) // _WORDS_A_SHARD + 1
        self._keys = [array("Q") for _ in range(self._shards)]
        self._index(ordered, edits)

    def __len__(self) -> int:
        return len(self._counts)

    def size(self) -> int:
        """Bytes that the arrays take."""
        arrays = [self._ends, self._counts, self._letters, self._groups, *self._keys]
        return sum(len(numbers) * numbers.itemsize for numbers in arrays) + len(self._text)

    def _index(self, ordered: list[tuple[str, int]], edits: Callable[[int], int]) -> None:
        previous, end, shards = None, 0, self._keys
        for position, (word, _) in enumerate(ordered):
            end += len(word)
            self._ends.append(end)
            if position % _BREATH == 0:
                time.sleep(0)
            prefix = word[:PREFIX]
            if prefix == previous:
                continue
            previous = prefix
            group = len(self._groups)
            self._groups.append(position)
            for key in deletions(prefix, edits(len(word))):
                hashed = hash(key) & _HASH_MASK
                shards[hashed % self._shards].append(hashed << _GROUP_BITS | group)
        self._groups.append(len(self._counts))
        for number, shard in enumerate(shards):  # one at a time: sorting needs objects, for a moment
            shards[number] = array("Q", sorted(shard))
            time.sleep(0)

    def find(self, word: str, distance: int, least: int = 1, keys: Iterable[str] = ()) -> list[tuple[int, str]]:
        """All other words at most so many edits away that are counted at least so often, as (count, word).

        `keys`: the word's own deletions, where the caller has them already."""
        if self._commonest < least:
            return []
        letters, length, most = _letters(word), len(word), 2 * distance
        ends, counts, masks, groups, text = self._ends, self._counts, self._letters, self._groups, self._text
        found: list[tuple[int, str]] = []
        for group in self._matching(keys or deletions(word[:PREFIX], distance)):
            for position in range(groups[group], groups[group + 1]):
                if (masks[position] ^ letters).bit_count() <= most and counts[position] >= least:
                    start, end = ends[position], ends[position + 1]
                    if -distance <= end - start - length <= distance:
                        candidate = text[start:end]
                        if candidate != word and OSA.distance(word, candidate, score_cutoff=distance) <= distance:
                            found.append((counts[position], candidate))
        return found

    def commonest_from(self, beginning: str) -> int:
        """The count of the commonest word that begins so; 0 where none does."""
        first = self._first_from(beginning, 0)
        if first == len(self) or not self._word(first).startswith(beginning):
            return 0
        return max(self._counts[first : self._first_from(beginning + "\U0010ffff", first)])

    def _first_from(self, beginning: str, low: int) -> int:
        """The position of the first word that does not stand before `beginning`."""
        return bisect_left(range(len(self)), beginning, lo=low, key=self._word)

    def _word(self, position: int) -> str:
        return self._text[self._ends[position] : self._ends[position + 1]]

    def _matching(self, keys: Iterable[str]) -> set[int]:
        groups: set[int] = set()
        count, shards = self._shards, self._keys
        for key in keys:
            hashed = hash(key) & _HASH_MASK
            shard = shards[hashed % count]
            wanted = hashed << _GROUP_BITS
            first = bisect_left(shard, wanted)
            if first < len(shard) and shard[first] >> _GROUP_BITS == hashed:
                last = bisect_right(shard, wanted | _GROUP_MASK, first)
                groups.update([entry & _GROUP_MASK for entry in shard[first:last]])
        return groups


def deletions(prefix: str, count: int) -> set[str]:
    """The prefix itself and all that is left of it after up to `count` (at most 2) deletions."""
    keys = {prefix}
    if count:
        once = {prefix[:i] + prefix[i + 1 :] for i in range(len(prefix))}
        keys |= once
        if count > 1:
            for shorter in once:
                keys.update([shorter[:i] + shorter[i + 1 :] for i in range(len(shorter))])
    return keys


def _letters(word: str) -> int:
    """Which letters a word has, as bits: words n edits apart differ in at most 2n of them."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits
