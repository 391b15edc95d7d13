"""Pure: names of places as people type them, made comparable."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"}
_MARKS: Final = "’‘ʼ′´–—‐‑−\u00a0\u202f"
"""Apostrophes, hyphens and spaces that are not ASCII."""
_SPELT: Final = str.maketrans({**_LETTERS, **dict.fromkeys(_MARKS, " ")})
_WORDS: Final = bytes(c if chr(c).isalnum() and c < 128 else 10 if c == 10 else 32 for c in range(256))
_SPACES: Final = re.compile(r"  +")
_SHORT: Final = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_INSIDE: Final = {"s": "sur", "ss": "sous"}
""" "Ivry s/ Seine"."""
_ARTICLES: Final = ("le ", "la ", "les ", "l ")


def fold(text: str) -> str:
    """Lower case without accents; whatever is neither letter nor digit is one space. "\\n" stays, so that a whole
    table is folded at once: lines of words are expected then, without spaces at their ends."""
    bare = unicodedata.normalize("NFD", text.translate(_SPELT)).encode("ascii", "ignore")
    return _SPACES.sub(" ", bare.lower().translate(_WORDS).decode()).strip(" ")


def key(text: str) -> str:
    """A typed name, folded, with "St" and "s/" in full: comparable with the fold of an official name."""
    first, *others = fold(text).split() or [""]
    return " ".join([_SHORT.get(first, first), *(_INSIDE.get(word, _SHORT.get(word, word)) for word in others)])


def without_article(folded: str) -> str:
    """ "le havre" -> "havre"; a name without an article as it is."""
    return next((folded[len(article) :] for article in _ARTICLES if folded.startswith(article)), folded)
