"""Pure: which software made a site, by marks that its owner did not write.

A mark that only this software leaves decides alone; a weak one (a folder's name, a word that other software uses too)
decides with another of the same software. Source: public lists of such marks, checked against captured pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

STRONG: Final = 2
WEAK: Final = 1
_LOOKED_AT: Final = 512 * 1024
_GENERATOR: Final = re.compile(rb"<meta\b[^<>]{0,300}?\bname\s*=\s*[\"']?generator\b[^<>]{0,300}>", re.I)
_GENERATORS_LOOKED_AT: Final = 20


@dataclass(frozen=True, slots=True)
class Signature:
    """The software behind a site, and what told."""

    platform: str
    marks: tuple[str, ...]
    """French: "en-tête X-ShopId", "« cdn.shopify.com » dans la page"."""


_HEADERS: Final = (
    # (header, what its value holds, platform, weight)
    ("x-shopid", "", "Shopify", STRONG),
    ("x-shopify-stage", "", "Shopify", STRONG),
    ("powered-by", "prestashop", "PrestaShop", STRONG),
    ("x-magento-vary", "", "Magento", STRONG),
    ("x-magento-tags", "", "Magento", STRONG),
    ("x-wix-request-id", "", "Wix", STRONG),
    ("server", "squarespace", "Squarespace", STRONG),
    ("sw-context-token", "", "Shopware", STRONG),
    ("sw-version-id", "", "Shopware", STRONG),
    ("x-jimdo-instance", "", "Jimdo", STRONG),
    ("server", "wiziserver", "WiziShop", STRONG),
    ("server", "demandware", "Salesforce Commerce Cloud", STRONG),
    ("link", "api.w.org", "WordPress", STRONG),
)
_COOKIES: Final = (
    ("_shopify_", "Shopify", STRONG),
    ("prestashop-", "PrestaShop", STRONG),
    ("woocommerce_", "WooCommerce", STRONG),
    ("wp_woocommerce_session", "WooCommerce", STRONG),
    ("mage-", "Magento", STRONG),
    ("frontend=", "Magento", WEAK),
    ("ocsessid", "OpenCart", STRONG),
    ("dwsid", "Salesforce Commerce Cloud", STRONG),
)
_GENERATORS: Final = (
    ("woocommerce", "WooCommerce"),
    ("prestashop", "PrestaShop"),
    ("wix.com website builder", "Wix"),
    ("odoo", "Odoo"),
    ("opencart", "OpenCart"),
    ("big cartel", "Big Cartel"),
    ("oxatis", "Oxatis"),
    ("e-monsite", "e-monsite"),
    ("webnode", "Webnode"),
    ("hostinger", "Hostinger"),
    ("shopware", "Shopware"),
    ("jimdo", "Jimdo"),
    ("sylius", "Sylius"),
    ("thelia", "Thelia"),
    ("joomla!", "Joomla"),
    ("wordpress", "WordPress"),
    ("drupal", "Drupal"),
    ("typo3", "TYPO3"),
    ("spip", "SPIP"),
)
_IN_PAGE: Final = (
    (b"shopify-digital-wallet", "Shopify", STRONG),
    (b"shopify.theme", "Shopify", STRONG),
    (b"cdn.shopify.com", "Shopify", WEAK),
    (b"/cdn/shop/", "Shopify", WEAK),
    (b"wc_add_to_cart_params", "WooCommerce", STRONG),
    (b"/plugins/woocommerce/", "WooCommerce", STRONG),
    (b"woocommerce-page", "WooCommerce", WEAK),
    (b"var prestashop = {", "PrestaShop", STRONG),
    (b"freeproducttranslation", "PrestaShop", STRONG),
    (b"/modules/ps_", "PrestaShop", WEAK),
    (b"pricedisplaymethod", "PrestaShop", WEAK),
    (b"text/x-magento-init", "Magento", STRONG),
    (b"mage.cookies", "Magento", STRONG),
    (b"/skin/frontend/", "Magento", WEAK),
    (b"wixstores", "Wix", WEAK),
    (b"static.parastorage.com", "Wix", WEAK),
    (b"wix-viewer-model", "Wix", STRONG),
    (b"static.squarespace_context", "Squarespace", STRONG),
    (b"static1.squarespace.com", "Squarespace", WEAK),
    (b'name="application-name" content="shopware', "Shopware", STRONG),
    (b"web.assets_frontend", "Odoo", STRONG),
    (b"catalog/view/theme", "OpenCart", WEAK),
    (b"route=product/", "OpenCart", WEAK),
    (b"com_virtuemart", "VirtueMart", WEAK),
    (b'id="vmmainpage', "VirtueMart", STRONG),
    (b"com_hikashop", "HikaShop", STRONG),
    (b"hikashop_", "HikaShop", WEAK),
    (b"com_jshopping", "JoomShopping", STRONG),
    (b"app.ecwid.com/script.js", "Ecwid", STRONG),
    (b"jimdodolphindata", "Jimdo", STRONG),
    (b"cdn2.editmysite.com", "Weebly", STRONG),
    (b"zyrosite", "Hostinger", WEAK),
    (b"assets.zyrosite.com", "Hostinger", WEAK),
    (b".bigcommerce.com/", "BigCommerce", WEAK),
    (b"bigcommerce.com/s-", "BigCommerce", WEAK),
    (b"assets.bigcartel.com", "Big Cartel", STRONG),
    (b"wscfg", "WiziShop", WEAK),
    (b"wizishop", "WiziShop", WEAK),
    (b"/assets/frontoffice/", "Thelia", STRONG),
    (b"sylius-", "Sylius", WEAK),
    (b"demandware.static", "Salesforce Commerce Cloud", STRONG),
)
_BENEATH: Final = {
    "WordPress": ("WooCommerce", "Ecwid"),
    "Joomla": ("VirtueMart", "HikaShop", "JoomShopping"),
    "Drupal": (),
    "TYPO3": (),
    "SPIP": (),
}
"""Systems that a shop may stand on: the shop's own software is the better name, where it shows."""
NEVER_ALONE_A_SHOP: Final = frozenset(_BENEATH)


def recognise(headers: Mapping[str, str], body: bytes) -> Signature | None:
    """The best answer, or None where nothing gives it away. `headers` case-insensitive. Never raises."""
    weights: dict[str, int] = {}
    marks: dict[str, list[str]] = {}

    def met(platform: str, weight: int, mark: str) -> None:
        weights[platform] = weights.get(platform, 0) + weight
        marks.setdefault(platform, []).append(mark)

    for name, held, platform, weight in _HEADERS:
        value = headers.get(name)
        if value is not None and held in value.lower():
            met(platform, weight, f"en-tête {name}")
    cookies = (headers.get("set-cookie") or "").lower()
    for held, platform, weight in _COOKIES:
        if held in cookies:
            met(platform, weight, f"témoin (cookie) {held.strip('=_-')}")
    page = body[:_LOOKED_AT]
    for platform in _generators(page):
        met(platform, STRONG, "balise « generator »")
    text = page.lower()
    for mark, platform, weight in _IN_PAGE:
        if mark in text:
            met(platform, weight, f"« {mark.decode()} » dans la page")
    sure = [platform for platform, weight in weights.items() if weight >= STRONG]
    shops = [name for name in sure if not any(above in sure for above in _BENEATH.get(name, ()))]
    if not shops:
        return None
    best = max(shops, key=lambda name: (name not in _BENEATH, weights[name]))
    return Signature(best, tuple(marks[best]))


def platform(headers: Mapping[str, str], body: bytes) -> str | None:
    """The software's name alone."""
    found = recognise(headers, body)
    return found.platform if found else None


def _generators(page: bytes) -> list[str]:
    found: list[str] = []
    for number, tag in enumerate(_GENERATOR.finditer(page)):
        if number == _GENERATORS_LOOKED_AT:
            break
        told = tag[0].decode("utf-8", "replace").lower()
        found += [platform for word, platform in _GENERATORS if word in told and platform not in found]
    return found
