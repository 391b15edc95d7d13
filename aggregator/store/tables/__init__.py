"""The tables. Rows are kept apart from records: nothing is validated here, the edge has done it.

Instants are UTC, whatever the database. Lists are JSON text written by `store.packing`. Names of constraints are fixed
by the convention, so that a migration can name them on both databases.
"""

from __future__ import annotations

from aggregator.store.tables.catalogue import CATEGORY_RULE, LISTING, LISTING_CONTENT, OFFER, PAST_PRICE, PHOTO
from aggregator.store.tables.columns import UtcDateTime
from aggregator.store.tables.products import (
    LISTING_KEYS,
    LISTING_MATCH,
    MATCH_KEY,
    PRODUCT,
    PRODUCT_REPORT,
    PRODUCT_RULE,
)
from aggregator.store.tables.runs import HELD_INTENT, ISSUE, NOTICE, SYNC_RUN
from aggregator.store.tables.shops import HINT, MERCHANT, SHOP, SHOP_CHECKED, SHOP_PACE, SHOP_SIGNAL, SIGNAL_DELIVERY
from aggregator.store.tables.upkeep import CHANGE, ID_BLOCK

__all__ = [
    "CATEGORY_RULE",
    "CHANGE",
    "HELD_INTENT",
    "HINT",
    "ID_BLOCK",
    "ISSUE",
    "LISTING",
    "LISTING_CONTENT",
    "LISTING_KEYS",
    "LISTING_MATCH",
    "MATCH_KEY",
    "MERCHANT",
    "NOTICE",
    "OFFER",
    "PAST_PRICE",
    "PHOTO",
    "PRODUCT",
    "PRODUCT_REPORT",
    "PRODUCT_RULE",
    "SHOP",
    "SHOP_CHECKED",
    "SHOP_PACE",
    "SHOP_SIGNAL",
    "SIGNAL_DELIVERY",
    "SYNC_RUN",
    "UtcDateTime",
]
