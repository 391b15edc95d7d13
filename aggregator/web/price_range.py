"""A range of prices as visitors type it and as an address has it: in euros. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from aggregator.search.port import PriceRange
from aggregator.web import formatting
from aggregator.web.texts import gettext as _

LOW, HIGH = "price_min", "price_max"
"""Names of the two bounds in an address, and of the form's fields."""
LONGEST = 20
"""Characters of a price that are looked at, and shown again where they are none."""
_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2})?)?\Z", re.ASCII)
_CURRENCY = re.compile(r"€|eur(?:os?)?\Z", re.IGNORECASE)


def read_amount(typed: str) -> int | None:
    """Minor units of what somebody typed: "12,5", "1 234.50" or "12 €"; None for nothing.

    Raises ValueError for what is no amount of money."""
    bare = _CURRENCY.sub("", "".join(typed.split()), count=1)
    if not bare and not typed.strip():
        return None
    found = _AMOUNT.match(bare)
    if found is None:
        raise ValueError(typed)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def written(amount_minor: int) -> str:
    """As the address has it: 1250 -> "12.50", 1200 -> "12"."""
    euros, cents = divmod(amount_minor, 100)
    return f"{euros}.{cents:02}" if cents else str(euros)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form's fields say."""

    prices: PriceRange
    low: str = ""
    high: str = ""
    """What the fields show: the bounds, or what was typed where it is no amount."""
    wrong: tuple[str, ...] = ()
    """Names of the fields that hold no amount: they bound nothing."""


def read(params: QueryParams) -> Typed:
    """Read both bounds; put right where they are swapped."""
    amounts: dict[str, int | None] = {}
    typed = {name: " ".join(params.get(name, "")[:LONGEST].split()) for name in (LOW, HIGH)}
    for name, text in typed.items():
        try:
            amounts[name] = read_amount(text)
        except ValueError:
            continue
    low, high = amounts.get(LOW), amounts.get(HIGH)
    if low is not None and high is not None and low > high:
        low, high = high, low
    wrong = tuple(name for name in typed if name not in amounts)
    told = shown(PriceRange(low, high))
    kept = {LOW: told.low, HIGH: told.high} | {name: typed[name] for name in wrong}
    return Typed(told.prices, kept[LOW], kept[HIGH], wrong)


def shown(prices: PriceRange) -> Typed:
    """The fields of a range that holds, in the language spoken."""
    mark = formatting.decimal_mark()
    low, high = ("" if bound is None else written(bound).replace(".", mark) for bound in (prices.low, prices.high))
    return Typed(prices, low, high)


def label(prices: PriceRange) -> str:
    """In words: "De 12,50 € à 30,00 €"."""
    low, high = (None if bound is None else formatting.money(bound, "EUR") for bound in (prices.low, prices.high))
    if low is None:
        return _("Jusqu’à %(high)s") % {"high": high}
    if high is None:
        return _("À partir de %(low)s") % {"low": low}
    return _("De %(low)s à %(high)s") % {"low": low, "high": high}
