"""Pure: amounts of money in what a visitor reads, found by the currency that stands beside them.

A number is money only next to a sign or a code ("12,90 €", "€ 12.90", "12€90", "1 299,-", "CHF 12.-"): quantities,
percentages and references never have one. What is read here is shown text, never a machine's value: a lone separator
before three digits is a thousand ("1.299 €"), but for the currencies that have thousandths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from connectors.values import minor_exponent

_SIGNS: Final = {
    "€": "EUR", "£": "GBP", "$": "$", "us$": "USD", "us $": "USD", "usd$": "USD", "au$": "AUD", "a$": "AUD", "c$": "CAD", "ca$": "CAD",
    "cad$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "¥": "¥", "￥": "¥",
    "円": "JPY", "元": "CNY", "₹": "INR", "rs.": "INR", "rs": "INR", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "₺": "TRY",
    "tl": "TRY", "₪": "ILS", "₩": "KRW", "원": "KRW", "₫": "VND", "đ": "VND", "฿": "THB", "₦": "NGN", "₱": "PHP", "₴": "UAH",
    "грн": "UAH", "грн.": "UAH", "₸": "KZT", "тг": "KZT", "тг.": "KZT", "₡": "CRC", "₲": "PYG", "₵": "GHS", "zł": "PLN", "kč": "CZK",
    "ft": "HUF", "lei": "RON", "лв": "BGN", "лв.": "BGN", "kr": "kr", "kr.": "kr", "rm": "MYR", "rp": "IDR", "rp.": "IDR",
    "ksh": "KES", "egp": "EGP", "fcfa": "XOF", "cfa": "XOF", "dh": "MAD", "dhs": "AED", "fr.": "CHF", "sfr.": "CHF", "sfr": "CHF",
    "ر.س": "SAR", "ر.س.": "SAR", "ريال": "SAR", "sr": "SAR", "د.إ": "AED", "درهم": "AED", "د.ك": "KWD", "ج.م": "EGP", "جنيه": "EGP",
    "euro": "EUR", "euros": "EUR",
}  # fmt: skip
"""What stands for a currency. "$", "¥" and "kr" stand for several: see `resolve`."""
_CODES: Final = frozenset(
    {
        "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK",
        "HUF", "RON", "BGN", "RUB", "TRY", "UAH", "ILS", "SAR", "AED", "KWD", "QAR", "BHD", "OMR", "JOD", "EGP", "MAD",
        "TND", "DZD", "ZAR", "NGN", "KES", "GHS", "BRL", "MXN", "ARS", "CLP", "COP", "PEN", "KRW", "TWD", "HKD", "SGD",
        "MYR", "IDR", "THB", "PHP", "VND", "PKR", "BDT", "LKR", "KZT", "XOF", "XAF", "RSD", "HRK", "GEL", "AMD", "AZN",
        "MDL", "BYN",
    }
)  # fmt: skip
_LETTERS: Final = "A-Za-zÀ-ÖØ-öø-žА-яЀ-ӿ؀-ۿ"
_SYMBOL: Final = (
    r"(?:US ?|USD ?|AU?|CAD?|C|NZ|HK|S|NT|MX|R)?\$|€|£|¥|￥|₹|₽|₺|₪|₩|₫|฿|₦|₱|₴|₸|₡|₲|₵|円|元|원|đ"
    r"|ر\.س\.?|ريال|د\.إ|درهم|د\.ك|ج\.م|جنيه"
)
_WORD: Final = (
    r"(?i:euros?|zł|kč|ft|lei|лв\.?|руб\.?|грн\.?|тг\.?|kr\.?|rs\.?|rm|rp\.?|ksh|f?cfa|dhs?|s?fr\.|tl|sr|eur)|"
    + "|".join(sorted(_CODES))
)
_CURRENCY: Final = rf"(?:{_SYMBOL}|(?<![{_LETTERS}])(?:{_WORD})(?![{_LETTERS}]|-\d))"
_GAP: Final = "[ .,'’\u00a0\u2007\u2009\u202f]"
_NUMBER: Final = rf"(?:\d{{1,3}}(?:{_GAP}\d{{2,3}}){{0,3}}{_GAP}\d{{3}}(?!\d)(?:[.,]\d{{1,2}}(?!\d))?|\d{{1,9}}(?:[.,]\d{{1,3}}(?!\d))?)(?:[.,] ?[-–—]{{1,2}})?"
_S: Final = "[ \u00a0\u202f\u2009]{0,3}"
AMOUNT: Final = re.compile(
    rf"(?:(?<![\w.,])(?P<stall>\d{{1,6}})€(?P<cents>\d{{2}})(?![\d.,]*[\d€])"
    rf"|(?P<before>{_CURRENCY}){_S}[:=]?{_S}(?P<after_sign>{_NUMBER})"
    rf"|(?<![\w.,])(?P<before_sign>{_NUMBER}){_S}(?P<after>{_CURRENCY}))"
)
CURRENCY: Final = re.compile(_CURRENCY)
_SIGN: Final = re.compile("[€£$¥￥₹₽₺₪₩₫฿₦₱₴₸₡₲₵円元원đ]")
_NAME: Final = re.compile(rf"[{_LETTERS}]{{2,5}}")
_NAMES: Final = frozenset(
    {code.lower() for code in _CODES}
    | {"euro", "euros", "zł", "kč", "ft", "lei", "лв", "руб", "грн", "тг", "kr", "rs", "rm", "rp", "ksh", "fcfa", "cfa"}
    | {"dh", "dhs", "fr", "sfr", "tl", "sr", "ريال", "درهم", "جنيه"}
)
_SEPARATORS: Final = str.maketrans("", "", " '’\u00a0\u2007\u2009\u202f")
_TAIL: Final = re.compile(r"[.,] ?[-–—]{1,2}\Z")


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` is a plain decimal; `sign` what stands for the currency: an ISO code, or "$", "¥", "kr" (see `resolve`)."""

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
    return _SIGNS.get(lowered) or lowered.upper().removesuffix("$")


@lru_cache(maxsize=4096)
def decimal(written: str, sign: str | None = None) -> str | None:
    """A number as people write it as a plain decimal: "1 299,90" -> "1299.90", "12,-" -> "12"; None where it is none."""
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


_DOLLARS: Final = {
    "ca": "CAD",
    "au": "AUD",
    "nz": "NZD",
    "hk": "HKD",
    "sg": "SGD",
    "mx": "MXN",
    "tw": "TWD",
    "cl": "CLP",
    "co": "COP",
    "ar": "ARS",
}
_CROWNS: Final = {"se": "SEK", "no": "NOK", "dk": "DKK", "is": "ISK"}
_TLD: Final = {
    **dict.fromkeys(["fr", "de", "es", "it", "nl", "be", "at", "pt", "ie", "fi", "gr", "lu", "sk", "si", "ee", "lv", "lt", "mt", "cy", "re", "gp", "mq", "gf", "hr"], "EUR"), "uk": "GBP", "ch": "CHF",
    "li": "CHF", "pl": "PLN", "cz": "CZK", "hu": "HUF", "ro": "RON", "bg": "BGN", "se": "SEK", "no": "NOK", "dk": "DKK", "is": "ISK",
    "in": "INR", "jp": "JPY", "cn": "CNY", "kr": "KRW", "br": "BRL", "ru": "RUB", "ua": "UAH", "tr": "TRY", "il": "ILS", "za": "ZAR",
    "us": "USD", "sa": "SAR", "ae": "AED", "kz": "KZT", "ng": "NGN", "ke": "KES", "my": "MYR", "id": "IDR", "th": "THB", "vn": "VND",
    "ph": "PHP", "eg": "EGP", "ma": "MAD", **_DOLLARS,
}  # fmt: skip


def of_domain(host: str) -> str | None:
    """The currency of the country whose domain this is; None for .com, .shop, .eu, ..."""
    return _TLD.get(host.rpartition(".")[2].lower())


def resolve(sign: str | None, host: str, votes: frozenset[str] | tuple[str, ...] = ()) -> str | None:
    """The ISO 4217 code of a sign on a site of this host, on a page that names the currencies `votes`."""
    if sign is None or len(sign) == 3:
        return sign
    top = host.rpartition(".")[2].lower()
    family = {"$": {*_DOLLARS.values(), "USD"}, "kr": {*_CROWNS.values()}, "¥": {"JPY", "CNY"}}.get(sign, set())
    voted = [code for code in votes if code in family]
    if voted:
        return voted[0]
    if sign == "$":
        return _DOLLARS.get(top, "USD")
    if sign == "kr":
        return _CROWNS.get(top)
    return "CNY" if top == "cn" else "JPY" if top == "jp" else None
