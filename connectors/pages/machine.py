"""Pure: values as pages write them for machines (markup, meta tags, embedded JSON), normalised at this edge.

A machine's decimal is taken as it is, "14.280" is fourteen: only what is no plain decimal is read as people write
numbers, and what could then mean two things is refused. No function raises, whatever the value's type.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from connectors import spellings, values
from connectors.pages.amounts import amounts, decimal
from connectors.records import Attribute, Availability

MAX_IMAGES: Final = 12
_LONG: Final = 200
"""Characters of a short text: a name's is 1000."""


def words(*lines: str) -> frozenset[str]:
    """A set of words, written as text."""
    return frozenset(" ".join(lines).split())


# --- texts


def scalar(raw: Any) -> str:
    """The text of a value that may be wrapped: {"@value": ...}, {"name": ...}, a list's first; "" where it has none."""
    for _ in range(4):
        if isinstance(raw, str):
            return raw
        if isinstance(raw, bool) or raw is None:
            return ""
        if isinstance(raw, int):
            return str(raw) if -(10**18) < raw < 10**18 else ""
        if isinstance(raw, float):
            return _plain_float(raw)
        if isinstance(raw, dict):
            raw = next((raw[key] for key in ("@value", "name", "value") if raw.get(key) not in (None, "")), None)
        elif isinstance(raw, list):
            raw = next((item for item in raw if item not in (None, "", {}, [])), None)
        else:
            return ""
    return ""


def _plain_float(number: float) -> str:
    if number != number or abs(number) > 10**12:
        return ""
    text = repr(number)
    if "e" in text or "E" in text:
        text = f"{Decimal(text):f}"
    return text.removesuffix(".0")


_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10}\d?);")


def text(raw: Any, limit: int = 1000) -> str | None:
    """One line of plain text, entities (also those escaped twice) decoded; None where nothing is left."""
    found = scalar(raw)
    if not found:
        return None
    if len(found) <= _LONG:
        return _text(found, limit) or None
    return _fresh_text(found, limit) or None


@lru_cache(maxsize=4096)
def _text(raw: str, limit: int) -> str:
    return _fresh_text(raw, limit)


def _fresh_text(raw: str, limit: int) -> str:
    if "&" in raw and _ENTITY.search(unescaped := html.unescape(raw[: limit * 20])):
        raw = unescaped
    found = values.plain_text(raw, limit)
    return "" if found.lower() in _NOTHING else found


_NOTHING: Final = frozenset({"null", "undefined", "none", "n/a", "nan", "[object object]", "false", "-"})


def long_text(raw: Any, limit: int = 50_000) -> str:
    """A description: it may hold HTML, escaped or not, and is not cleaned here."""
    found = scalar(raw)[:limit].strip()
    if "&lt;" in found and "<" not in found:
        found = html.unescape(found)
    return found


def pair(name: Any, value: Any) -> Attribute | None:
    """(name, value) where both are there."""
    label, shown = text(name, 100), text(value, 300)
    return (label.rstrip(" :"), shown) if label and shown else None


# --- money

_MACHINE: Final = re.compile(r"\d{1,12}(?:\.\d{1,20})?", re.A)
_BARE: Final = re.compile(r"[\d.,' \u00a0\u2009\u202f’]*\d[.,]?(?:[-–—]{1,2})?", re.A)
_THOUSAND_COMMA: Final = words("USD GBP CAD AUD NZD INR JPY CNY HKD SGD MXN KRW THB PHP MYR ILS AED SAR")
_EITHER: Final = re.compile(r"[1-9]\d{0,2},\d{3}", re.A)


def price(raw: Any, currency: str | None = None) -> tuple[str | None, str | None]:
    """(plain decimal, currency that stands with it); (None, None) where it is no single amount of money.

    `currency` is what the source says beside it. "1,299" is a thousand in dollars; in euros it could be either, and is
    refused. Below zero is no price."""
    found = scalar(raw).strip()
    if not found or len(found) > 120:
        return None, None
    if _MACHINE.fullmatch(found):
        return _tidy(found), None
    return _written(found, currency)


@lru_cache(maxsize=4096)
def _written(raw: str, currency: str | None) -> tuple[str | None, str | None]:
    shown = " ".join(html.unescape(raw).split()) if "&" in raw or "\n" in raw else raw
    if _BARE.fullmatch(shown):
        if _EITHER.fullmatch(shown) and currency not in _THOUSAND_COMMA:
            return None, None
        if currency in _THOUSAND_COMMA and shown.count(",") == 1 and _EITHER.fullmatch(shown):
            return shown.replace(",", ""), None
        return _tidy(decimal(shown, currency)), None
    found = amounts(shown)
    if len({(amount.value, amount.sign) for amount in found}) != 1:
        return None, None
    amount = found[0]
    if shown[: amount.start].rstrip().endswith(("-", "−", "–")):  # a reduction
        return None, None
    sign = amount.sign if len(amount.sign) == 3 else None
    written = shown[amount.start : amount.end].strip(" €eurEUR\u00a0")
    if (sign or currency) not in _THOUSAND_COMMA and amount.sign != "$" and _EITHER.fullmatch(written):
        return None, None
    return _tidy(amount.value), sign


def _tidy(number: str | None) -> str | None:
    """Without leading zeros or useless decimals beyond two."""
    if number is None or not _MACHINE.fullmatch(number):
        return None
    whole, dot, fraction = number.partition(".")
    if len(fraction) > 2:
        fraction = fraction[:2] + fraction[2:].rstrip("0")
    return (whole.lstrip("0") or "0") + (dot + fraction if fraction else "")


_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")


@lru_cache(maxsize=1024)
def _currency(raw: str) -> str | None:
    code = raw.strip()
    if _CURRENCY.fullmatch(code):
        from babel.numbers import list_currencies

        if code.upper() in list_currencies():
            return code.upper()
    found = amounts(f"1 {code}") if len(code) <= 6 else []
    if code.lower() == "euro":
        return "EUR"
    return found[0].sign if found and len(found[0].sign) == 3 else None


def currency(raw: Any) -> str | None:
    """ISO 4217 of a code or of a sign that stands for one currency only ("$" is a dozen)."""
    found = scalar(raw)
    return _currency(found) if 0 < len(found) <= 20 else None


# --- stock

_ALSO: Final = {
    "oos": Availability.OUT_OF_STOCK,
    "0": Availability.OUT_OF_STOCK,
    "1": Availability.IN_STOCK,
    "instock": Availability.IN_STOCK,
    "pending": Availability.BACK_ORDER,
    "lastitems": Availability.IN_STOCK,
    "auf lager": Availability.IN_STOCK,
    "ausverkauft": Availability.OUT_OF_STOCK,
    "agotado": Availability.OUT_OF_STOCK,
}


def availability(raw: Any) -> Availability | None:
    """In schema.org's words, with or without an address before them, or in those that shops write."""
    if isinstance(raw, bool):
        return Availability.IN_STOCK if raw else Availability.OUT_OF_STOCK
    if isinstance(raw, dict) and "@id" in raw:
        raw = raw["@id"]
    found = scalar(raw)
    return _availability(found) if 0 < len(found) <= 120 else None


@lru_cache(maxsize=1024)
def _availability(raw: str) -> Availability | None:
    word = raw.strip().rstrip("/ ")
    if "schema.org" in word.lower() or word.startswith("http"):
        word = re.split(r"[/#]", word)[-1]
    word = word.removeprefix("schema:")
    return spellings.availability(word)[0] or _ALSO.get(spellings.fold(word))


def quantity(raw: Any) -> int | None:
    """A count of pieces in stock; below zero is 0; what is no count, or says "plenty", is None."""
    if isinstance(raw, bool):
        return None
    found = scalar(raw)
    count = spellings.quantity(found)[0] if 0 < len(found) <= 20 else None
    return count if count is not None and count < 1_000_000 else None


# --- codes


def gtin(raw: Any) -> tuple[str | None, str | None]:
    """(GTIN-14, None), (None, what stood in its place) or (None, None). A number has lost its leading zeros."""
    found = scalar(raw).strip()
    if not found or not found.strip("0 -") or len(found) > 40:
        return None, None
    found = found.partition(":")[2].strip() if found.lower().startswith(("isbn:", "ean:", "gtin:", "upc:")) else found
    known = values.gtin14(found)[0]
    if known is None and isinstance(raw, int):
        known = next((k for k in (values.gtin14(found.zfill(n))[0] for n in (12, 13) if len(found) < n) if k), None)
    return (known, None) if known else (None, None if found.lower() in _NOTHING else found)


def first_gtin(raws: Iterable[Any]) -> tuple[str | None, str | None]:
    """The first that is one; else what stood in its place."""
    bad = None
    for raw in raws:
        known, wrong = gtin(raw)
        if known:
            return known, None
        bad = bad or wrong
    return None, bad


def code(raw: Any) -> str | None:
    """A reference (sku, mpn) as it is written."""
    found = text(raw, 200)
    return found if found and found != "0" else None
