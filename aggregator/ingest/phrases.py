"""Pure: texts of shops as words that can be compared: folded, in the singular, without articles.

"L'Écharpe en laine d'agneau" becomes echarpe, laine, agneau; what stands after "en" and where a clause begins is kept
beside the words, since a head noun says what a thing is, and "en laine" only what it is made of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

LONGEST = 300
"""Characters of a text that are read: what a product is stands at the beginning."""

_PIECE = re.compile(r"[a-z0-9]+|\s[-–—]\s|[^\sa-z0-9'’‘`´.+&-]")
_ARTICLES = frozenset(
    [
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "et",
        "l",
        "la",
        "le",
        "les",
        "un",
        "une",
        "the",
        "of",
        "and",
        "an",
        "by",
    ]
)
_MATERIAL = frozenset(("en", "in"))
"""What follows says what a thing is made of, or where it is."""
_CLAUSE = frozenset(
    [
        "avec",
        "sans",
        "compatible",
        "with",
        "without",
        "special",
        "decor",
        "motif",
        "facon",
        "style",
        "theme",
        "inspire",
        "imprime",
    ]
)
PURPOSE = "pour"
_PURPOSES = frozenset(("pour", "for"))
_FOLD = str.maketrans(
    {
        char: folded
        for char in map(chr, range(0xC0, 0x250))
        if (folded := unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()) or char in "æœøß"
    }
    | {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"}
)


class Word(NamedTuple):
    """A word in its place. `clause`: 0 in the head of the text, 1 after punctuation, 2 after "avec" or "pour"."""

    text: str
    clause: int
    material: bool
    """It follows "en"."""


_TOLD_APART = {"thé": "tea", "rosé": "vinrose", "pâté": "patehachis", "salé": "sel", "ciré": "cirejaune"}
"""Without its accent, each would be another word: the English article, a colour, a dough, dirty, a wax."""
_ACCENTED = re.compile(r"\b(" + "|".join(_TOLD_APART) + r")s?\b")


def fold(text: str) -> str:
    """Lower case, without accents or ligatures; the few words that only an accent tells apart keep apart."""
    text = text.casefold()
    if text.isascii():
        return text
    if "é" in text:
        text = _ACCENTED.sub(lambda found: _TOLD_APART[found[1]], text)
    return text.translate(_FOLD)


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """A folded word without the ending of a plural; not a dictionary: both sides are treated alike."""
    if len(word) < 4 or word[-1] not in "sx" or word.endswith("ss"):
        return word
    return word[:-1]


def words(text: str) -> list[Word]:
    """The words of a text that mean something, in order."""
    found: list[Word] = []
    clause, material = 0, False
    for piece in _PIECE.findall(fold(text[:LONGEST])):
        if piece in _ARTICLES:
            continue
        if piece in _MATERIAL:
            material = True
            continue
        if not piece[0].isalnum():
            clause, material = max(clause, 1) if found else 0, False
            continue
        if piece in _PURPOSES:
            clause, piece = 2, PURPOSE
        elif piece in _CLAUSE and found:
            clause = 2
            continue
        found.append(Word(singular(piece), clause, material))
        material = False
    return found


@lru_cache(maxsize=16_384)
def phrase(text: str) -> tuple[str, ...]:
    """A phrase of the tree as the words that must stand side by side; () where nothing is left of it."""
    return tuple(word.text for word in words(text))


@lru_cache(maxsize=16_384)
def forbidding(text: str) -> tuple[str, ...]:
    """A phrase that forbids: as `phrase`, with its "en"."""
    return told_with_material(words(text))


def told_with_material(read: Sequence[Word]) -> tuple[str, ...]:
    """The words with the "en" that stood before some: "en laine" forbids what "laine" does not."""
    return tuple(text for word in read for text in (("en", word.text) if word.material else (word.text,)))
