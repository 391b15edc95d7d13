"""How much of two titles is the same, word by word: abbreviations, typing errors and words written apart meet."""

from __future__ import annotations

from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from aggregator.ingest.matching.features import Features

_TWO_SIDED: Final = 2.0
"""Weight of words that each has and the other has not: they name two things."""
_ONE_SIDED: Final = 0.5
"""Weight of words that only one has: the other says less."""
_LEAST: Final = 0.3
"""Lighter words do not count when they are left over."""
_ABBREVIATION: Final = 4


class Alignment(NamedTuple):
    """What two titles share."""

    shared: float
    """Weight of the words of both, the brand's not counted."""
    telling: float
    """Of `shared`, the weight of words that say which one it is, not just what."""
    left_one: float
    """Weight of what only the first has."""
    left_other: float

    @property
    def score(self) -> float:
        """1: all the same; below 0.7, more than a different wording."""
        both = min(self.left_one, self.left_other)
        rest = max(self.left_one, self.left_other) - both
        whole = self.shared + _TWO_SIDED * both + _ONE_SIDED * rest
        return self.shared / whole if whole else 0.0


def align(one: Features, other: Features) -> Alignment:
    """Compare the titles, the brands' names left out."""
    brands = {*one.brand_words, *other.brand_words, one.brand, other.brand}
    mine = {word: weight for word, weight in one.words if word not in brands}
    theirs = {word: weight for word, weight in other.words if word not in brands}
    shared = telling = 0.0
    for word in [word for word in mine if word in theirs]:
        weight = (mine.pop(word) + theirs.pop(word)) / 2
        shared += weight
        telling += weight if weight >= 1.0 else 0.0
    if mine and theirs:
        more = _joined(mine, theirs, other.squashed) + _joined(theirs, mine, one.squashed) + _pairs(mine, theirs)
        shared, telling = shared + more, telling + more
    return Alignment(shared, telling, _weight(mine, one.codes), _weight(theirs, other.codes))


def _pairs(mine: dict[str, float], theirs: dict[str, float]) -> float:
    """Take out the words that are spelt differently and mean the same; their weight comes back."""
    found = 0.0
    for word in list(mine):
        for known in theirs:
            if _alike(word, known):
                found += (mine.pop(word) + theirs.pop(known)) / 2 * 0.9
                break
    return found


def _alike(one: str, other: str) -> bool:
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < _ABBREVIATION or any(map(str.isdigit, short)):
        return False
    if long.startswith(short) and long.isalpha():
        return True
    return len(short) >= 6 and long.isalpha() and OSA.distance(one, other, score_cutoff=1) <= 1


def _joined(mine: dict[str, float], theirs: dict[str, float], squashed: str) -> float:
    """Take out what one writes together and the other apart ("printmaster", "print master"); its weight comes back."""
    found = 0.0
    for word in [word for word in mine if len(word) >= 6 and word in squashed]:
        parts = [known for known in theirs if len(known) >= 2 and known in word]
        weight = sum(theirs.pop(part) for part in parts)
        found += (mine.pop(word) + (weight or 1.0)) / 2
    return found


def _weight(left: dict[str, float], codes: tuple[str, ...]) -> float:
    """Numbers of models are compared apart."""
    return sum(weight for word, weight in left.items() if weight >= _LEAST and word not in codes)
