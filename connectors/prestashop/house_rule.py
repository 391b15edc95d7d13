"""Whether the shop takes orders for what is used up, where a product leaves that to the shop's own setting.

The setting itself is behind a right that no merchant should give (`configurations`). A product page says what comes
of it (`allow_oosp` in `data-product`, which also tells of a shop that counts no stock at all): one sold-out product's
page is looked at in each full read, and the answer kept for the sweeps in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.drafting import MALFORMED
from connectors.errors import ConnectorError, ShopThrottled
from connectors.prestashop.api import Api
from connectors.prestashop.mapping import AS_THE_SHOP_DOES, Family, Shop, flag, index_url, number, public, stock_rows
from connectors.prestashop.product_page import data_product

MEMORY_RULE: Final = "orders_when_empty"
PAGES: Final = 3
"""Looked at in one run, until one tells."""


class HouseRule:
    """The setting as it was last seen; not allowed until a page says so, as PrestaShop is installed."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._left = PAGES
        self._learnt = False

    @property
    def orders_when_empty(self) -> bool:
        return self._api.connection.memory.get(MEMORY_RULE) == "1"

    def learn(self, families: Sequence[Family], shop: Shop, *, again: bool) -> None:
        """Look at the page of one product that leaves it to the shop and is used up. `again`: even if it is known."""
        if self._learnt or (not again and MEMORY_RULE in self._api.connection.memory):
            return
        for family in families:
            if not self._left or self._learnt:
                return
            if _tells(family):
                self._left -= 1
                self._look(number(family.item["id"]), shop)

    def _look(self, product: int, shop: Shop) -> None:
        url = index_url(product, shop)
        try:
            if not self._api.gate.allows(url):
                self._left = 0
                return
            page = self._api.session.get(url, tries=1)
        except ShopThrottled:
            raise
        except ConnectorError:  # in maintenance, say, when the webservice still answers
            self._left = 0
            return
        item = data_product(page.body, product) if page.status == 200 else None
        if item is None or "allow_oosp" not in item:
            return
        try:
            self._api.connection.memory[MEMORY_RULE] = "1" if number(item["allow_oosp"]) else "0"
            self._learnt = True
        except TypeError:
            return


def _tells(family: Family) -> bool:
    """True for a public product without combinations, for sale, used up, that does as the shop does."""
    try:
        own = stock_rows(family).get(0)
        return (
            not family.combinations
            and own is not None
            and number(own.get("quantity")) <= 0
            and number(own.get("out_of_stock")) == AS_THE_SHOP_DOES
            and public(family.item)
            and flag(family.item.get("available_for_order", 1))
        )
    except MALFORMED:
        return False
