"""Folded texts, names of brands, and numbers that can be trusted: what matching reads a listing with."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from aggregator.ingest.matching.words import BRAND_ALIASES, BRAND_TAIL, NOT_BRANDS

PART = re.compile(r"[a-z0-9]+")
"""A run of letters and digits in a folded text."""
_MARKS = re.compile("[" + "".join(char for char in map(chr, range(0x3100)) if unicodedata.combining(char)) + "]+")
"""Accents and other signs that stand on letters, up to the Asian scripts."""
_NOT_ASCII = {ord("œ"): "oe", ord("æ"): "ae", ord("ß"): "ss", ord("ø"): "o", ord("×"): "x", ord("″"): '"'}
_NOT_ASCII |= (
    {ord(char): "'" for char in "’‘`´′"} | {ord(char): '"' for char in "“”„«»"} | dict.fromkeys(map(ord, "®™©"), " ")
)


@lru_cache(8192)
def fold(text: str) -> str:
    """Lower case, no accents, one kind of quote."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold().translate(_NOT_ASCII))
        if not text.isascii():
            text = _MARKS.sub("", text)
    return text.lower()


def squash(text: str) -> str:
    """Only the letters and digits of a text, folded."""
    return "".join(PART.findall(fold(text)))


def brand_of(name: str | None) -> tuple[str, tuple[str, ...]]:
    """A brand's name as it is compared, and its words; "" for what is none."""
    if not name:
        return "", ()
    words = PART.findall(fold(name))
    if "".join(words) in NOT_BRANDS:
        return "", ()
    while len(words) > 1 and words[-1] in BRAND_TAIL:
        words.pop()
    squashed = "".join(words)
    singular = (word[:-1] for word in words if len(word) > 3 and word[-1] in "sx")  # as titles are read
    return BRAND_ALIASES.get(squashed, squashed), tuple(dict.fromkeys((*words, *singular)))


def trustworthy_gtin(gtin: str) -> bool:
    """False for numbers that mean one product in one shop only (GS1 General Specifications, 1.4: prefixes 02, 04 and
    20-29 are for use within a company; 98 and 99 are coupons), and for those that people type to fill a field."""
    body = gtin[1:] if len(gtin) == 14 else gtin.zfill(13)
    if gtin[0] == "9" or body[:2] in ("02", "04", "98", "99") or body[0] == "2" or body[:5] == "00000":
        return False
    return len(set(body[:-1])) > 2 and body[:-1] not in ("123456789012", "012345678901", "111111111111")
