"""Pure: prices, availabilities, quantities and periods as people and their export modules spell them.

For feeds and spreadsheets, where every shop writes in its own way. What can be read in two ways is refused: a wrong
price is worse than none. Functions return the value and a complaint (English, None where there is none), and never
raise on a text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from connectors.records import Availability
from connectors.values import minor_exponent, minor_units

Money = tuple[int | None, str | None, str | None]
"""(amount in minor units, ISO 4217 code, complaint)"""
Period = tuple[datetime | None, datetime | None]
"""(first instant, first instant after it), UTC; None is open."""

# --- prices

_SYMBOLS: Final = {"€": "EUR", "£": "GBP", "$": "USD", "eur": "EUR", "euro": "EUR", "euros": "EUR"}
_MACHINE: Final = re.compile(r"(\d{1,12}(?:\.\d{1,2})?) ?([A-Z]{3})", re.A)
_SPACES: Final = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_PARTS: Final = re.compile(r"(?P<before>[^\d.,+-]*)(?P<number>[\d.,]*\d[.,]?-?)(?P<after>[^\d]*)", re.A)
_SPLIT: Final = re.compile(r"(\d{1,12})(€|eur)(\d{2})", re.I | re.A)
""" "3€50", as on a market stall."""
_GROUPED: Final = re.compile(r"\d{1,3}(?:[ ]\d{3})+(?![\d])")
_TAXED: Final = re.compile(r"\b(?:ttc|tva incluse|incl\.? tva|l'unité|pièce)\b\.?", re.I)
_UNTAXED: Final = re.compile(r"\b(?:ht|hors taxes?)\b", re.I)
FREE: Final = frozenset({"gratuit", "gratuite", "offert", "offerte", "free"})


@lru_cache(maxsize=8192)
def money(raw: str, default_currency: str | None = "EUR") -> Money:
    """A price with dot or comma, its currency before, after or left out: (minor units, currency, complaint).

    A lone separator before exactly three digits ("1,299") is a thousand to some and a decimal to others: refused."""
    if match := _MACHINE.fullmatch(raw):
        if not _is_currency(match[2]):
            return None, None, f"unknown currency: {match[2]}"
        minor, complaint = minor_units(match[1], minor_exponent(match[2]))
        return minor, match[2] if complaint is None else None, complaint
    text = _TAXED.sub(" ", _SPACES.sub(" ", raw)).strip()
    if not text:
        return None, None, None
    if _UNTAXED.search(text):
        return None, None, f"a price without tax: {raw[:40]!r}"
    if match := _SPLIT.fullmatch(text):
        text = f"{match[1]}.{match[3]} EUR"
    text = _GROUPED.sub(lambda found: found[0].replace(" ", ""), text)
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None, None, f"not a price: {raw[:40]!r}"
    words = [word for word in (parts["before"].strip(" :"), parts["after"].strip(" :")) if word]
    currency = _currency(words, default_currency)
    if currency is None:
        return None, None, f"no currency that is known: {raw[:40]!r}"
    digits = _decimal(parts["number"], minor_exponent(currency))
    if digits is None:
        return None, None, f"readable in two ways: {raw[:40]!r}"
    minor, complaint = minor_units(digits, minor_exponent(currency))
    return minor, currency if complaint is None else None, complaint


def _currency(words: list[str], default: str | None) -> str | None:
    if not words:
        return default
    if len(words) > 1:
        return None
    known = _SYMBOLS.get(words[0].lower())
    return known or (words[0].upper() if _is_currency(words[0].upper()) else None)


@lru_cache(maxsize=256)
def _is_currency(code: str) -> bool:
    from babel.numbers import list_currencies

    return len(code) == 3 and code in list_currencies()


def _decimal(text: str, exponent: int) -> str | None:
    """A number with separators as a plain decimal; None where it could mean two things."""
    number = text.rstrip("-").rstrip(".,") if text.endswith(("-", ".", ",")) else text  # "129,-"
    marks = [c for c in number if c in ".,"]
    if not marks:
        return number
    if len(set(marks)) == 2:
        decimal = marks[-1]
        whole, _, fraction = number.rpartition(decimal)
        thousands = marks[0]
        return f"{whole.replace(thousands, '')}.{fraction}" if _well_grouped(whole, thousands) else None
    if len(marks) > 1:
        return number.replace(marks[0], "") if _well_grouped(number, marks[0]) else None
    whole, _, fraction = number.partition(marks[0])
    if len(fraction) == 3 and exponent < 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
        return None
    return f"{whole or '0'}.{fraction}"


def _well_grouped(text: str, mark: str) -> bool:
    first, *rest = text.split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 and group.isdigit() for group in rest)


# --- availability

_IN: Final = (
    "in stock|instock|en stock|stock|available|availableorder|available for order|disponible|dispo|oui|yes|true|vrai|"
    "limited availability|limitedavailability|low stock|stock limite|stock faible|derniers exemplaires|derniere piece|"
    "in store only|instoreonly|online only|onlineonly|en magasin|disponible en magasin|disponible immediatement|x"
)
_OUT: Final = (
    "out of stock|outofstock|sold out|soldout|rupture|rupture de stock|en rupture|en rupture de stock|epuise|epuisee|"
    "indisponible|non disponible|pas disponible|non|no|false|faux|discontinued|unavailable|not available|hors stock|"
    "vendu|vendue|plus en stock|temporairement indisponible|none"
)
_BACK: Final = (
    "preorder|pre order|presale|pre sale|precommande|pre commande|en precommande|backorder|back order|on backorder|"
    "onbackorder|sur commande|en commande|en reapprovisionnement|reapprovisionnement|reappro|en reappro|a paraitre|"
    "made to order|madetoorder|bientot disponible|coming soon|available soon|on order|reserved|sur mesure"
)
_WORDS: Final = {
    word: meaning
    for words, meaning in (
        (_IN, Availability.IN_STOCK),
        (_OUT, Availability.OUT_OF_STOCK),
        (_BACK, Availability.BACK_ORDER),
    )
    for word in words.split("|")
}


@lru_cache(maxsize=1024)
def availability(raw: str) -> tuple[Availability | None, str | None]:
    """In stock, out of stock or to be ordered, in Google's words, schema.org's and French ones."""
    text = raw.strip()
    if not text:
        return None, None
    if text.lower().startswith(("http://schema.org/", "https://schema.org/")):
        text = text.rpartition("/")[2]
    found = _WORDS.get(fold(text))
    return found, None if found else f"not an availability: {raw[:40]!r}"


def fold(text: str) -> str:
    """Lower case without accents or punctuation, words apart by one space: "En_stock !" -> "en stock"."""
    plain = "".join(c for c in normalize("NFKD", text.lower()) if not combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


# --- quantity

_QUANTITY: Final = re.compile(
    r"([+-]?)(\d{1,9})(?:[.,]0{1,6})?(?: ?(?:pcs?|pi[eè]ces?|ex|exemplaires?|unit[eé]s?)\.?)?", re.A
)


@lru_cache(maxsize=4096)
def quantity(raw: str) -> tuple[int | None, str | None]:
    """A count; below zero (sold before it came in) is 0."""
    text = _SPACES.sub(" ", raw).strip().lower()
    if not text:
        return None, None
    match = _QUANTITY.fullmatch(_GROUPED.sub(lambda found: found[0].replace(" ", ""), text))
    if match is None:
        return None, f"not a quantity: {raw[:40]!r}"
    return (0 if match[1] == "-" else int(match[2])), None


_MEASURED: Final = re.compile(
    r"([+-]?)(\d{1,6})(?:([.,])(\d{1,6}))?"
    r"(?: ?(?:m|m[eè]tres?|cm|m2|m²|kg|kilos?|kilogrammes?|g|grammes?|l|litres?|cl|ml)\.?)?",
    re.A,
)


def stock(raw: str) -> tuple[Availability | None, int | None, str | None]:
    """What a count says: (in or out of stock, quantity, complaint).

    What is sold by the metre or by weight is counted in fractions: "2,5" is in stock, two whole ones; of less than one
    ("0,4"), and of "2.500", which may be thousands, only that there is some can be told."""
    count, complaint = quantity(raw)
    if complaint is None:
        said = None if count is None else Availability.IN_STOCK if count else Availability.OUT_OF_STOCK
        return said, count, None
    found = _MEASURED.fullmatch(_SPACES.sub(" ", raw).strip().lower())
    if found is None:
        return None, None, complaint
    whole, fraction = int(found[2]), found[4] or ""
    if found[1] == "-" or not (whole or fraction.strip("0")):
        return Availability.OUT_OF_STOCK, 0, None
    thousands = len(fraction) == 3 and 0 < whole < 1000
    return Availability.IN_STOCK, None if thousands else whole or None, None


# --- periods

_PARIS: Final = ZoneInfo("Europe/Paris")
"""Of instants that name no zone: the shops are in France."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{4}")


@lru_cache(maxsize=1024)
def period(raw: str) -> tuple[Period, str | None]:
    """ "2026-11-20T00:00+0100/2026-11-27" as UTC; a day that ends a period belongs to it. Either side may be empty."""
    text = raw.strip()
    if not text:
        return (None, None), None
    begin, mark, end = text.partition("/")
    if text.count("/") != 1:  # "20/11/2026 - 27/11/2026"
        begin, mark, end = text.partition(" - ")
    if not mark:
        return (None, None), f"not a period: {raw[:60]!r}"
    try:
        first, last = _instant(begin, ends=False), _instant(end, ends=True)
    except (ValueError, TypeError, IndexError, ArithmeticError):  # the parser is not strict about how it fails
        return (None, None), f"not a period: {raw[:60]!r}"
    if first is not None and last is not None and last <= first:
        return (None, None), f"a period that ends before it begins: {raw[:60]!r}"
    return (first, last), None


def _instant(raw: str, *, ends: bool) -> datetime | None:
    from dateutil import parser

    text = raw.strip()
    if not text:
        return None
    day_first = "/" in text
    found = parser.parse(text, dayfirst=day_first, default=datetime(2000, 1, 1))
    if _DAY.fullmatch(text):
        found = datetime.combine(found.date() + timedelta(days=ends), time())
    return (found if found.tzinfo else found.replace(tzinfo=_PARIS)).astimezone(UTC)


def running(when: Period, now: datetime) -> bool:
    """True if `now` is in the period."""
    begin, end = when
    return (begin is None or begin <= now) and (end is None or now < end)
