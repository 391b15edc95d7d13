"""Under which keys listings meet: only those that share one are compared.

A key is a positive integer. GTINs are their own keys; everything else is hashed above them. What would bar a match by
title (another volume, year or number) is part of the title's keys, so that a long series does not crowd into one.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from itertools import combinations
from typing import Final

from aggregator.ingest.matching.features import NOUN, Features, Word
from aggregator.ingest.matching.words import MEANINGS

GTIN_KEYS: Final = 10**14
"""Keys below are GTINs."""
TITLE_CROWD: Final = 20
"""A key of words that more listings share says what sort of thing it is, not which: it is not looked at."""
CODE_CROWD: Final = 100
GTIN_CROWD: Final = 400
"""A GTIN that more listings share is a filler."""
_CODES: Final = 1 << 62

_MOST_GTINS: Final = 60
_MOST_CODES: Final = 4
_DIGITS = re.compile(r"\d{3,}")


def crowd(key: int) -> int:
    """How many listings may share this key."""
    return GTIN_CROWD if key < GTIN_KEYS else CODE_CROWD if key >= _CODES else TITLE_CROWD


def keys(listing: Features) -> tuple[int, ...]:
    """The keys of a listing, ascending; empty for what is left alone."""
    found = {int(gtin) for gtin in (*listing.gtins, *listing.doubted_gtins)[:_MOST_GTINS]}
    brand = listing.brand
    for code in (*listing.codes[:_MOST_CODES], *listing.skus[:_MOST_CODES]):
        if len(code) >= 5:
            found.add(_key("code", code))
        if brand and code in listing.codes:
            found.update(_key("digits", brand, digits) for digits in _DIGITS.findall(code))
    if brand:  # "CX 4050" is a word and a number to one shop, the code CX-4050 to another
        found.update(_key("digits", brand, number) for number in listing.numbers if _DIGITS.fullmatch(number))
    if not listing.craft:
        found.update(_title_keys(listing))
    return tuple(sorted(found))


def _title_keys(listing: Features) -> set[int]:
    """Of the words of title and brand together, so that it does not matter where a shop has its brand."""
    told = {word: weight for word, weight in listing.words if weight >= NOUN and word not in listing.codes}
    named = (word for word in listing.brand_words if len(word) > 2 and word[:-1] not in listing.brand_words)
    told.update((word, 1.0) for word in named if word not in MEANINGS)
    words = [word for word, _ in sorted(told.items(), key=_rarity)[:4]]
    numbers = ",".join((*listing.numbers, *listing.years))
    found = {_key("three", *sorted(three), numbers) for three in combinations(words, 3)}
    if len(words) >= 2:
        found.add(_key("two", *sorted(words[:2]), numbers))
    elif words and numbers:
        found.add(_key("one", words[0], numbers))
    return found


def _rarity(word: Word) -> tuple[bool, int, str]:
    """What says which before what says what, long words first: without counting all titles, length is the best sign of
    a rare one."""
    return (word[1] < 1.0, -len(word[0]), word[0])


def _key(kind: str, *parts: str) -> int:
    """GTINs are below all others, codes above."""
    digest = blake2b("\x1f".join((kind, *parts)).encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big") >> 3
    return number | (_CODES if kind in ("code", "digits") else 1 << 61)
