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

GTIN_KEYS: Final = 10**14
"""Keys below are GTINs."""
CROWD: Final = 48
"""A key that more listings share proves nothing: it is not looked at. Known GTINs may be many more shops'."""
GTIN_CROWD: Final = 400

_MOST_GTINS: Final = 60
_MOST_CODES: Final = 4
_DIGITS = re.compile(r"\d{3,}")


def crowd(key: int) -> int:
    """How many listings may share this key."""
    return GTIN_CROWD if key < GTIN_KEYS else CROWD


def keys(listing: Features) -> tuple[int, ...]:
    """The keys of a listing, ascending; empty for what is left alone."""
    found = {int(gtin) for gtin in (*listing.gtins, *listing.doubted_gtins)[:_MOST_GTINS]}
    brand = listing.brand
    for code in (*listing.codes[:_MOST_CODES], *listing.skus[:_MOST_CODES]):
        if len(code) >= 5:
            found.add(_key("code", code))
        if brand and code in listing.codes:
            found.update(_key("digits", brand, digits) for digits in _DIGITS.findall(code))
    if not listing.craft:
        found.update(_title_keys(listing))
    return tuple(sorted(found))


def _title_keys(listing: Features) -> set[int]:
    brand = listing.brand
    own = {*listing.brand_words, brand}
    numbers = ",".join((*listing.numbers, *listing.years))
    ranked = sorted(
        ((word, weight) for word, weight in listing.words if weight >= NOUN and word not in own | {*listing.codes}),
        key=_rarity,
    )[:4]
    words = [word for word, _ in ranked]
    found: set[int] = set()
    if brand:
        top = words[:3]
        if len(top) == 1 or (len(top) < 3 and numbers):
            found.add(_key("one", brand, top[0] if top else "", numbers))
        found.update(_key("two", brand, *sorted(pair), numbers) for pair in combinations(top, 2))
        if len(top) == 3:
            found.add(_key("three", *sorted(top), numbers))
    else:
        found.update(_key("three", *sorted(three), numbers) for three in combinations(words, 3))
    return found


def _rarity(word: Word) -> tuple[bool, int, str]:
    """What says which before what says what, long words first: without counting all titles, length is the best sign of
    a rare one."""
    return (word[1] < 1.0, -len(word[0]), word[0])


def _key(*parts: str) -> int:
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 1) | (1 << 61)
