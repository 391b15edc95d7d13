"""Pure: a link that fills the cart of a shop, where its platform is known to take one from any page.

| connector | link | why |
|---|---|---|
| WooCommerce | `?add-to-cart=ID&quantity=N`, one item a link | handled on every page, without a token, by core (`WC_Form_Handler::add_to_cart_action`, class-wc-form-handler.php); a variation's own id suffices. For several items core has `/checkout-link/?products=` since version 10, but it empties the cart that the visitor already has there, and older shops answer 404: not used |
| Shopify | `/cart/VARIANT:N,VARIANT:N?storefront=true` | "Create cart permalinks", shopify.dev; `storefront` leads to the cart, not to the payment |
| PrestaShop | none | a visitor without its cookie, as whoever comes from elsewhere, is sent to the home page (`CartController::updateCart`) |
| Magento, Squarespace, Big Cartel, sites, feeds, files | none | a token, a script, or nothing that is documented; or ids that are ours |

Only our connectors' ids count: a WooCommerce shop that is read by a feed has others.
"""  # noqa: E501  a table

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_WOOCOMMERCE: Final = frozenset({"woocommerce-store", "woocommerce-rest"})
_SHOPIFY: Final = "shopify"
_MOST: Final = 100
"""Items of one link."""
_MOST_OF_ONE: Final = 99


def cart_link(connector: str, shop_url: str, items: Mapping[str, int] | Iterable[tuple[str, int]]) -> str | None:
    """The address that puts these into the shop's cart: (the shop's own id of an offer, how many). None where the
    platform takes no such link, or not for so many."""
    wanted = dict(items)
    if not wanted or len(wanted) > _MOST or not shop_url.startswith(("https://", "http://")):
        return None
    if not all(_is_number(source_id) and 1 <= count <= _MOST_OF_ONE for source_id, count in wanted.items()):
        return None
    base = shop_url.split("?")[0].split("#")[0].rstrip("/")
    if connector in _WOOCOMMERCE and len(wanted) == 1:
        ((source_id, count),) = wanted.items()
        return f"{base}/?add-to-cart={source_id}&quantity={count}"
    if connector == _SHOPIFY:
        return f"{base}/cart/{','.join(f'{source_id}:{count}' for source_id, count in wanted.items())}?storefront=true"
    return None


def _is_number(source_id: str) -> bool:
    return source_id.isascii() and source_id.isdigit() and len(source_id) <= 20 and int(source_id) > 0
