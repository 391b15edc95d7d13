"""Pure: amounts of money in what a visitor reads, found by the currency that stands beside them.

A number is money only next to a sign or a code ("12,90 €", "€ 12.90", "12€90", "22 € 50", "1 299,-", "CHF 12.-"):
quantities, percentages and references never have one. What is read here is shown text, never a machine's value: a
lone separator before three digits is a thousand ("1.299 €"), but for the currencies that have thousandths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from connectors.pages.currencies import CODES, SIGNS
from connectors.values import minor_exponent

_LETTERS: Final = "A-Za-zÀ-ÖØ-öø-žА-яЀ-ӿ؀-ۿ"
_SYMBOL: Final = (
    r"(?:US ?|USD ?|AU?|CAD?|C|NZ|HK|S|NT|MX|R)?\$|€|£|¥|￥|₹|₽|₺|₪|₩|₫|฿|₦|₱|₴|₸|₡|₲|₵|円|元|원|đ"
    r"|ر\.س\.?|ريال|د\.إ|درهم|د\.ك|ج\.م|جنيه"
)
_WORD: Final = (
    r"(?i:euros?|zł|kč|ft|lei|лв\.?|руб\.?|грн\.?|тг\.?|kr\.?|rs\.?|rm|rp\.?|ksh|f?cfa|dhs?|s?fr\.|tl|sr|eur)|"
    + "|".join(sorted(CODES))
)
_CURRENCY: Final = rf"(?:{_SYMBOL}|(?<![{_LETTERS}])(?:{_WORD})(?![{_LETTERS}]|-\d))"
_GAP: Final = "[ .,'’\u00a0\u2007\u2009\u202f]"
_NUMBER: Final = (
    rf"(?:\d{{1,3}}(?:{_GAP}\d{{2,3}}){{0,3}}{_GAP}\d{{3}}(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
    rf"|\d{{1,9}}(?:[.,]\d{{1,3}}(?!\d))?)(?:[.,] ?[-–—]{{1,2}})?"
)
_S: Final = "[ \u00a0\u202f\u2009]{0,3}"
_CENTS_END: Final = (
    r"(?=\s*(?:\Z|[);!](?!\d)|[.,](?!\d)\s|[.,]\Z|-\s|/\s?[A-Za-z]|(?i:t\.?t\.?c|h\.?t\b|centimes?\b|cts?\b|la\s|le\s|l['’]|pièce\b"
    r"|port\b|franco\b|net\b|au lieu\b)))"
)
"""What may follow cents that stand apart: "22 € 50 TTC", and not "22 € 50 cl", "20 € 50 modèles"."""
AMOUNT: Final = re.compile(
    rf"(?:(?<![\w.,])(?P<euros>\d{{1,6}}){_S}(?i:€|euros?){_S}(?:(?i:et){_S})?(?P<rest>\d{{2}}){_CENTS_END}"
    rf"|(?<![\w.,])(?P<stall>\d{{1,6}})€(?P<cents>\d{{2}})(?![\d.,]*[\d€])"
    rf"|(?P<before>{_CURRENCY}){_S}[:=]?{_S}(?P<after_sign>{_NUMBER})"
    rf"|(?<![\w.,])(?P<before_sign>{_NUMBER}){_S}(?P<after>{_CURRENCY}))"
)
CURRENCY: Final = re.compile(_CURRENCY)
_SIGN: Final = re.compile("[€£$¥￥₹₽₺₪₩₫฿₦₱₴₸₡₲₵円元원đ]")
_NAME: Final = re.compile(rf"[{_LETTERS}]{{2,5}}")
_NAMES: Final = frozenset(
    {code.lower() for code in CODES}
    | {"euro", "euros", "zł", "kč", "ft", "lei", "лв", "руб", "грн", "тг", "kr", "rs", "rm", "rp", "ksh", "fcfa", "cfa"}
    | {"dh", "dhs", "fr", "sfr", "tl", "sr", "ريال", "درهم", "جنيه"}
)
_SEPARATORS: Final = str.maketrans("", "", " '’\u00a0\u2007\u2009\u202f")
_TAIL: Final = re.compile(r"[.,] ?[-–—]{1,2}\Z")


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` is a plain decimal; `sign` an ISO 4217 code, or "$", "¥", "kr" (see `currencies.resolve`)."""

    start: int
    end: int
    value: str
    sign: str


def has_currency(text: str) -> bool:
    """Whether a text may name a currency: what most texts do not is told quickly."""
    if _SIGN.search(text):
        return True
    return (
        any(name in _NAMES for name in _NAME.findall(text.lower()))
        or "ر.س" in text
        or "د.إ" in text
        or "د.ك" in text
        or "ج.م" in text
    )


def amounts(text: str) -> list[Amount]:
    """Every amount in a short text, in its order. Linear; never raises."""
    found: list[Amount] = []
    if not has_currency(text):
        return found
    for match in AMOUNT.finditer(text):
        if match["euros"]:
            found.append(Amount(match.start(), match.end(), f"{match['euros']}.{match['rest']}", "EUR"))
            continue
        if match["stall"]:
            found.append(Amount(match.start(), match.end(), f"{match['stall']}.{match['cents']}", "EUR"))
            continue
        sign = _sign(match["before"] or match["after"])
        value = decimal(match["after_sign"] or match["before_sign"], sign)
        if value is not None:
            found.append(Amount(match.start(), match.end(), value, sign))
    return found


def _sign(written: str) -> str:
    lowered = written.lower().replace(" ", "")
    return SIGNS.get(lowered) or lowered.upper().removesuffix("$")


@lru_cache(maxsize=4096)
def decimal(written: str, sign: str | None = None) -> str | None:
    """A number as people write it, as a plain decimal: "1 299,90" -> "1299.90", "12,-" -> "12"; None for others."""
    number = _TAIL.sub("", written.translate(_SEPARATORS)).rstrip(".,")
    marks = [c for c in number if c in ".,"]
    if not number or not number.replace(".", "").replace(",", "").isascii():
        return None
    if len(set(marks)) == 2:
        whole, _, fraction = number.rpartition(marks[-1])
        return f"{whole.replace(marks[0], '').replace(marks[-1], '')}.{fraction}"
    if len(marks) > 1:
        return number.replace(marks[0], "")
    if not marks:
        return number
    whole, _, fraction = number.partition(marks[0])
    exponent = minor_exponent(sign) if sign and len(sign) == 3 else 2
    if len(fraction) == 3 and exponent < 3 and 1 <= len(whole) <= 3 and whole != "0":
        return whole + fraction
    return f"{whole or '0'}.{fraction}"
