"""What REST v3's prices are worth: entered prices are not always the ones that the shop's page shows.

A shop that enters prices without tax and shows them with tax says 21.90 in v3 and 26,28 € on its page (measured).
v3 tells neither that setting to a key that may only read products, nor the currency. So each run compares one page of
its own products with the Store API, by one request: equal prices are used as they are; where they differ, the Store
API's shown prices are laid over every page and every pack of variations; where it is closed, `price_html` (the price
as v3's own template shows it) decides whether entered prices may be used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import unescape
from typing import Any, Final

from connectors.errors import ConnectorError
from connectors.woocommerce import mapping, store_mapping
from connectors.woocommerce.api import Api, comma, unreadable
from connectors.woocommerce.discovery import STORE
from connectors.woocommerce.mapping import MALFORMED, Json, identifier, text_of
from connectors.woocommerce.paging import SIZES
from connectors.woocommerce.rest_mapping import Prices

CURRENCY: Final = "/wc/v3/data/currencies/current"
SYMBOLS: Final = {"€": "EUR", "CHF": "CHF"}
"""Only those that stand for one currency; "£" and "$" do not."""

_DECIMAL: Final = re.compile(r"\d+(\.\d+)?")
_AMOUNT: Final = re.compile(r"woocommerce-Price-amount[^>]*>(?:<bdi>)?([^<]*(?:<span[^>]*>[^<]*</span>)?[^<]*)")
_SYMBOL: Final = re.compile(r"woocommerce-Price-currencySymbol[^>]*>([^<]*)<")
_TAG: Final = re.compile(r"<[^>]*>")
_CROSSED_OUT: Final = re.compile(r"<del\b.*?</del>", re.S)
_NUMBER: Final = re.compile(r"\d[\d\s.,'’]*")


class PriceKeeper:
    """Decides once per run how prices are read, then gives each product's `Prices`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._prices = Prices(None, 2, trusted=False)
        self._decided = False
        self._noted: dict[int, store_mapping.Price] = {}
        self.overlay = False
        """True where the Store API's shown prices replace the entered ones."""

    @property
    def unknown(self) -> bool:
        """True where nothing tells the shown prices, so none is published."""
        return self._decided and not self._prices.trusted

    def decide(self, items: list[Any]) -> None:
        """Look at the first page that has priced products. Without any, the question stays open."""
        if self._decided or not (priced := _comparable(items)):
            return
        shown = self._shown([i["id"] for i in priced])
        if shown is None:
            self._prices, self._decided = self._without_store(priced), True
            return
        told = next(((currency, unit) for _, currency, unit in shown.values() if currency), None)
        if told is None:
            return
        self._prices = Prices(*told)
        compared = [(self._prices.of(i)[0], shown[i["id"]][0]) for i in priced if i["id"] in shown]
        self._decided = any(entered for entered, _ in compared)  # 0 is 0, with or without tax
        self.overlay = any(entered != displayed for entered, displayed in compared)

    def note(self, items: list[Any], *, variations: bool) -> None:
        """Where entered prices are not the shown ones, ask for the shown ones of these."""
        if not self.overlay:
            return
        ids = [i for item in items if (i := identifier(item)) is not None and item.get("status") == "publish"]
        for start in range(0, len(ids), SIZES[0]):
            page = self._api.listing(STORE, _ask(ids[start : start + SIZES[0]], variations=variations))
            self._noted |= store_mapping.prices_by_id(page.items)

    def of(self, ids: Iterable[int]) -> Prices:
        """How to read the prices of this product and its variations. Each is asked for once."""
        if not self.overlay:
            return self._prices
        shown = {i: self._noted.pop(i) for i in ids if i in self._noted}
        return replace(self._prices, shown=shown)

    def _shown(self, ids: list[int]) -> dict[int, tuple[int | None, str | None, int]] | None:
        """The Store API's price, currency and decimals by id; None where it does not let itself be asked."""
        try:
            page = self._api.listing(STORE, _ask(ids, variations=False))
        except ConnectorError as error:
            if unreadable(error):
                return None
            raise
        found = {}
        for item in page.items:
            if (i := identifier(item)) in ids and i is not None:
                try:
                    price, _, currency = store_mapping.price_of(item)
                    found[i] = (price, currency, int(item["prices"]["currency_minor_unit"]))
                except MALFORMED:
                    continue
        return found

    def _without_store(self, priced: list[Json]) -> Prices:
        """The shop hides its Store API: compare with the price as v3 itself would print it."""
        currency = self._currency(priced)
        if currency is None:
            return Prices(None, 2, trusted=False)
        prices = Prices(currency, mapping.exponent(currency))
        told = [(prices.of(i)[0], printed(i, prices)) for i in priced]
        known = [(entered, shown) for entered, shown in told if shown is not None]
        return Prices(currency, prices.decimals, trusted=bool(known) and all(e == s for e, s in known))

    def _currency(self, priced: list[Json]) -> str | None:
        try:
            code = self._api.object(CURRENCY, {"_fields": "code"}, keyed=True).get("code")
        except ConnectorError as error:
            if not unreadable(error):
                raise
            code = None
        if isinstance(code, str) and re.fullmatch(r"[A-Z]{3}", code):
            return code
        symbols = {unescape(s).strip() for i in priced for s in _SYMBOL.findall(text_of(i.get("price_html")))}
        return SYMBOLS.get(symbols.pop()) if len(symbols) == 1 else None


def _ask(ids: list[int], *, variations: bool) -> dict[str, str | int]:
    kind = {"type": "variation"} if variations else {}
    return {**kind, "include": comma(ids), "per_page": SIZES[0], "_fields": ",".join(store_mapping.PRICE_FIELDS)}


def _comparable(items: list[Any]) -> list[Json]:
    """Published products with a price, simple ones if there are any: both interfaces show those with one number."""
    priced = [
        item
        for item in items
        if identifier(item) is not None
        and item.get("status") == "publish"
        and isinstance(item.get("price"), str)
        and _DECIMAL.fullmatch(item["price"])
    ]
    simple = [item for item in priced if item.get("type") in ("simple", "external") and float(item["price"]) > 0]
    return (simple or priced)[: SIZES[0]]


def printed(item: Json, prices: Prices) -> int | None:
    """The one price in `price_html`, in minor units; None where it shows none, several, or one that cannot be read."""
    text = _CROSSED_OUT.sub("", text_of(item.get("price_html")))
    amounts = {unescape(_TAG.sub("", a)) for a in _AMOUNT.findall(text)}
    if len(amounts) != 1:
        return None
    number = _NUMBER.search(amounts.pop().replace("\xa0", " "))
    if number is None:
        return None
    digits = re.sub(r"\D", "", number.group())
    decimals = re.search(r"[.,](\d+)\s*$", number.group().strip())
    if prices.decimals and (decimals is None or len(decimals.group(1)) != prices.decimals):
        return None
    return int(digits)
