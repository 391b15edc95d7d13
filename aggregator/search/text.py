"""French text before the engine's own analysis. Pure; the same functions serve documents and queries.

The whole analysis, measured on 50,000 French offers: elisions cut, words split, lower case, accents folded (oe for œ),
**then** stemmed (Snowball). What the engine does itself (splitting, folding, stemming) is set up in its adapter; here
is what no engine does: elisions, units glued to their number, codes, and what is left of a hostile query.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

STOP_WORDS = frozenset(
    """
    a au aux avec ce ces cet cette chez dans de des du elle elles en et il ils la le les leur leurs ne nos notre nous
    on ou par pas pour qu que qui sa se ses sont sur un une vos votre vous y
    """.split()  # noqa: SIM905  a list of 60 strings would be harder to read
)
"""Folded, as they are after the engine's folding. Words that name things ("son", "été") or a want ("sans") stay."""

ELISIONS = ("c", "d", "j", "l", "m", "n", "qu", "s", "t")
"""What is left of "l'eau" once it is split: stop words of long texts, where nothing is cut beforehand. In short texts
and queries the elision itself is cut, so that a size "L" stays a word."""

MAX_CHARS = 500
MAX_CHUNKS = 24
MAX_WORD = 40
"""Longer words are neither indexed nor sought: no French word is, and a pasted blob would be."""
MAX_CODE = 64

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ`´](?=\w)", re.IGNORECASE)
_UNIT = re.compile(  # begins with a plain set of characters: 10 times faster to scan for than a look-behind
    r"([0-9]+)(?=(?:ml|cl|dl|l|mg|g|gr|kg|mm|cm|m|m2|km|w|kw|v|ah|mah|go|gb|to|tb|mo|mb|pcs|ans|mois)(?![^\W_]))",
    re.IGNORECASE,
)
_HYPHENED = re.compile(
    r"(?<![-‐‑\w])(?:[^\W\d_]{1,12}(?:[-‐‑][^\W\d_]{1,12}){1,2}|[^\W\d_]{1,5}[-‐‑][0-9]{2,6}[^\W\d_]{0,3})(?![-‐‑\w])"
)
_HYPHENS = str.maketrans("", "", "-‐‑")

MEASURES: Mapping[str, Mapping[str, int]] = {
    "volume": {"ml": 1, "cl": 10, "dl": 100, "l": 1000},
    "mass": {"mg": 1, "g": 1000, "kg": 1_000_000},
    "length": {"mm": 1, "cm": 10, "m": 1000},
    "memory": {"mo": 1, "go": 1000, "to": 1_000_000},
}
"""Units of one kind, in the smallest of them."""
_SPELLINGS = {
    "ml": "millilitre millilitres",
    "cl": "centilitre centilitres",
    "l": "litre litres",
    "mg": "milligramme milligrammes",
    "g": "gr gramme grammes",
    "kg": "kilo kilos kilogramme kilogrammes",
    "mm": "millimetre millimetres",
    "cm": "centimetre centimetres",
    "m": "metre metres",
    "mo": "mb",
    "go": "gb giga",
    "to": "tb tera",
}
UNITS: Mapping[str, str] = {
    spelling: unit
    for units in MEASURES.values()
    for unit in units
    for spelling in (unit, *_SPELLINGS.get(unit, "").split())
}
"""Folded words that are a unit, and how that unit is written most often."""
_WORD = re.compile(r"\w+")
_NOT_IN_CODE = re.compile(r"[\W_]+")


def short(text: str) -> str:
    """A title, a brand, a query: elisions cut, "500ml" as "500 ml"."""
    if "'" in text or "’" in text or "ʼ" in text or "`" in text or "´" in text:
        text = _ELISION.sub(" ", text)
    return units_apart(text)


def units_apart(text: str) -> str:
    """A number and its unit as two words, however they were written."""
    return _UNIT.sub(r"\1 ", text)


def joined(text: str) -> str:
    """The hyphened words and models of a text in one, so that they are found written so as well: "Porte-clés" ->
    "Porteclés", "CX-4050" -> "CX4050"."""
    if "-" not in text and "‐" not in text and "‑" not in text:
        return ""
    return " ".join(word.translate(_HYPHENS) for word in compounds(text))


def compounds(text: str) -> list[str]:
    """The hyphened words and models of a text, as they are written."""
    return [match.group() for match in _HYPHENED.finditer(text)]


def same_quantity(number: str, unit: str) -> list[tuple[str, str]]:
    """Other ways to write a quantity: ("0,5", "l") -> [("500", "ml"), ("50", "cl"), ("5", "dl")].

    `unit` is a key of UNITS. Only ways that somebody would write: at most 9999, at most two decimals."""
    usual = UNITS[unit]
    kind = next(units for units in MEASURES.values() if usual in units)
    hundredths = round(float(number.replace(",", ".")) * 100) * kind[usual]
    found = []
    for other, size in kind.items():
        whole, rest = divmod(hundredths, size)
        if rest or not 10 <= whole < 1_000_000:
            continue
        written = f"{whole // 100}.{whole % 100:02d}".rstrip("0").rstrip(".")
        if (written, other) != (number.replace(",", "."), unit):
            found.append((written, other))
    return found


def code(text: str) -> str:
    """The one form of a reference or GTIN: "REF-12/a" -> "ref12a", "03701234567890" -> "3701234567890"."""
    folded = _NOT_IN_CODE.sub("", fold(text))[:MAX_CODE]
    return folded.lstrip("0") if folded.isdecimal() else folded


def fold(text: str) -> str:
    """Lower case without accents; œ and æ as two letters. Agrees with the engine's folding on Latin letters."""
    if text.isascii():
        return text.lower()
    plain = text.lower().translate(_LATIN)
    return plain if plain.isascii() else _fold_any(plain)


def _fold_any(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).lower()


_LATIN: Mapping[int, str] = {code: _fold_any(chr(code)) for code in range(0xA0, 0x180)}
"""What becomes of the letters of Western languages: a look-up takes a third of what spreading and joining takes."""


def clean(text: str) -> str:
    """Any text as one that can be sought: valid Unicode, composed, no control characters, cut at MAX_CHARS."""
    valid = text[: MAX_CHARS * 4].encode("utf-8", "ignore").decode("utf-8")
    visible = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in valid)
    return unicodedata.normalize("NFC", visible)[:MAX_CHARS].strip()


def chunks(text: str) -> list[str]:
    """The parts of a cleaned query between spaces, each once, at most MAX_CHUNKS."""
    return list(dict.fromkeys(text.split()))[:MAX_CHUNKS]


def may_be_code(normal: str) -> bool:
    """True for what `code` made of a reference: a digit in it, and 3 characters at least."""
    return len(normal) >= 3 and any(letter.isdigit() for letter in normal)


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


def last_word(text: str) -> str:
    """The word at the end of a text; "" where it ends otherwise."""
    found = words(text)
    return found[-1] if found and text.endswith(found[-1]) else ""
