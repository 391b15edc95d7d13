"""Name -> connector. Imported lazily: a sync of one platform does not pay for the others."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final, cast

from connectors.protocol import Connector

_WHERE: Final = {
    "woocommerce-store": ("connectors.woocommerce.store_api", "StoreApiConnector"),
    "woocommerce-rest": ("connectors.woocommerce.rest", "RestConnector"),
    "prestashop-listing": ("connectors.prestashop.listing", "ListingConnector"),
    "prestashop-webservice": ("connectors.prestashop.webservice", "WebserviceConnector"),
    "shopify": ("connectors.doors.shopify", "ShopifyConnector"),
    "magento": ("connectors.doors.magento", "MagentoConnector"),
    "squarespace": ("connectors.doors.squarespace", "SquarespaceConnector"),
    "big-cartel": ("connectors.doors.big_cartel", "BigCartelConnector"),
    "product-feed": ("connectors.feed.connector", "FeedConnector"),
    "spreadsheet": ("connectors.files.connector", "SpreadsheetConnector"),
    "website": ("connectors.website.connector", "WebsiteConnector"),
}
LAST_RESORT: Final = "website"
"""Reads whatever has pages, and costs a request a product: for addresses that no other connector knows."""


def names() -> tuple[str, ...]:
    """Every connector, the ones that need nothing from the merchant first."""
    return tuple(_WHERE)


@cache
def get(name: str) -> Connector:
    """The connector of that name; connectors hold no state, so one of each is enough. Raises KeyError."""
    module, class_name = _WHERE[name]
    return cast("Connector", getattr(import_module(module), class_name)())
