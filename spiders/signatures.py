"""Pure: which platform a home page was made with, by signs that its owner did not write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_HEADERS: Final = (
    ("x-shopid", "", "Shopify"),
    ("x-wix-request-id", "", "Wix"),
    ("x-jimdo-instance", "", "Jimdo"),
    ("sw-context-token", "", "Shopware"),
    ("powered-by", "prestashop", "PrestaShop"),
    ("server", "squarespace", "Squarespace"),
    ("server", "wiziserver", "WiziShop"),
    ("server", "demandware", "Salesforce Commerce Cloud"),
)
"""(header, what its value holds, platform)"""
_MARKS: Final = (
    (b"shopify-digital-wallet", "Shopify"),
    (b"cdn.shopify.com/", "Shopify"),
    (b"/plugins/woocommerce/", "WooCommerce"),
    (b"wc_add_to_cart_params", "WooCommerce"),
    (b"var prestashop =", "PrestaShop"),
    (b"/modules/ps_", "PrestaShop"),
    (b"text/x-magento-init", "Magento"),
    (b"skin/frontend/", "Magento"),
    (b"static.parastorage.com", "Wix"),
    (b"static.squarespace_context", "Squarespace"),
    (b"jimdodolphindata", "Jimdo"),
    (b"editmysite.com", "Weebly"),
    (b"bigcommerce.com/", "BigCommerce"),
    (b"catalog/view/theme", "OpenCart"),
    (b"route=product/", "OpenCart"),
    (b"com_virtuemart", "VirtueMart"),
    (b"hikashop", "HikaShop"),
    (b"web.assets_frontend", "Odoo"),
    (b"/assets/frontoffice/", "Thelia"),
    (b"app.ecwid.com/script.js", "Ecwid"),
)
_GENERATORS: Final = {
    name.lower(): name
    for name in (
        "WooCommerce",
        "PrestaShop",
        "Shopware",
        "Odoo",
        "OpenCart",
        "Oxatis",
        "e-monsite",
        "Webnode",
        "Hostinger",
        "Big Cartel",
        "Wix.com",
        "Jimdo",
        "Sylius",
    )
}
_NAMES: Final = {"Wix.com": "Wix"}
_LOOKED_AT: Final = 512 * 1024


def platform(headers: Mapping[str, str], body: bytes) -> str | None:
    """The platform's name, or None where nothing gives it away. Never raises."""
    for header, held, name in _HEADERS:
        value = headers.get(header)
        if value is not None and held in value.lower():
            return name
    text = body[:_LOOKED_AT].lower()
    at = text.find(b'name="generator"')
    if at >= 0:
        around = text[max(0, at - 200) : at + 200].decode("utf-8", "replace")
        for word, name in _GENERATORS.items():
            if word in around:
                return _NAMES.get(name, name)
    return next((name for mark, name in _MARKS if mark in text), None)
