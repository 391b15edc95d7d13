"""What both shapes of a feed (XML, table) turn into before they are mapped: the fields of one item."""

from __future__ import annotations

from typing import Final

Fields = dict[str, list[str]]
"""Google's attribute name -> its values as written; only names in `KNOWN`, never empty."""

KNOWN: Final = frozenset(
    {
        "id",
        "guid",
        "title",
        "item_group_title",
        "description",
        "summary",
        "content",
        "link",
        "canonical_link",
        "image_link",
        "additional_image_link",
        "price",
        "sale_price",
        "sale_price_effective_date",
        "availability",
        "quantity",
        "inventory",
        "sell_on_google_quantity",
        "quantity_to_sell_on_facebook",
        "item_group_id",
        "gtin",
        "ean",
        "upc",
        "isbn",
        "mpn",
        "sku",
        "brand",
        "manufacturer",
        "condition",
        "google_product_category",
        "product_type",
        "color",
        "colour",
        "size",
        "material",
        "pattern",
    }
)
"""Shipping, tax, destinations, labels and ads are not read: they say nothing that the portal shows."""


class NotAFeed(Exception):
    """The address answers, but not with a product feed. The text is English."""
