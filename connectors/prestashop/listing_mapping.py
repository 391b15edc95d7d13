"""Pure: rows of a category's JSON, and the `data-product` of a product page, to records.

Both are the theme's own presentation of a product, as a visitor sees it: prices with tax (the shop says so), the
default combination's where there are several. One offer a product, under the product's number: the list does not
tell what the other combinations cost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Any, Final

import orjson

from connectors import values
from connectors.drafting import (
    MALFORMED,
    TITLE_LIMIT,
    Draft,
    Json,
    Mapped,
    PriceUnreadable,
    exponent,
    label,
    malformed,
    rows,
    text_of,
)
from connectors.prestashop.mapping import flag, identifier, number
from connectors.records import Availability, IssueCode, OfferRecord, ProductRecord, Withdrawn

LISTED: Final = frozenset({"both", "catalog"})
"""`visibility` of what category pages show."""
MOST_ATTRIBUTES: Final = 50
HOME_NAMES: Final = frozenset({"accueil", "home", "inicio", "startseite"})
"""The home category names no shelf."""

_UNTAXED: Final = re.compile(r"\bHT\b|tax excl|hors tax", re.I)
_DATA_PRODUCT: Final = re.compile(rb"\bdata-product=\"([^\"]{2,})\"")
_CODE_AT_END: Final = re.compile(r"-(\d{8}|\d{12,14})(?:\.html?)?$")
_COMBINATION: Final = re.compile(r"[?&]id_product_attribute=([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Front:
    """What a row alone does not say."""

    url: str
    currency: str | None


def product_number(item: Any) -> int | None:
    """A row's product; `id` is the same in older versions."""
    return identifier(item, "id_product") or identifier(item)


def has_variants(item: Json) -> bool:
    """True where the shown price and stock are those of one combination among others."""
    if number(item.get("id_product_attribute")) > 0 or item.get("main_variants") or item.get("attributes"):
        return True
    return bool(_COMBINATION.search(text_of(item.get("add_to_cart_url"))) or "#/" in text_of(item.get("url")))


def uncertain(item: Json) -> bool:
    """True where the list leaves open whether anything can be bought: the default combination cannot, but there are
    others. Its page tells."""
    try:
        return _availability(item) is None and has_variants(item)
    except MALFORMED:
        return False


def guarded(item: Any, front: Front) -> Mapped:
    """Map one row; whatever is wrong with its shape becomes its one Issue, and never stops the catalogue."""
    if (product := product_number(item)) is None:
        return None, [malformed(None)]
    try:
        return record_of(item, front)
    except MALFORMED as error:
        return None, [malformed(str(product), error)]


def record_of(item: Json, front: Front, stock: Availability | None = None) -> Mapped:
    """One product with its one offer. `stock`: what its page said, where the row leaves it open."""
    draft = Draft(item=item, source_id=str(product_number(item)), issues=[])
    title = values.plain_text(text_of(item["name"]), TITLE_LIMIT)
    if not title:
        draft.complain(IssueCode.TITLE_MISSING, "name", rejected=True)
        return None, draft.issues
    url, complaint = values.http_url(text_of(item.get("canonical_url") or item.get("link") or item["url"]), front.url)
    if url is None:
        draft.complain(IssueCode.URL_INVALID, "url", complaint or "", rejected=True)
        return None, draft.issues
    if not values.same_site(url, front.url):
        draft.complain(IssueCode.URL_FOREIGN, "url", url)
    image = _image(item.get("cover"), front)
    if image is None:
        draft.complain(IssueCode.IMAGE_MISSING, "images")
    description = text_of(item.get("description_short"))
    shelf = label(text_of(item.get("category_name")))
    record = ProductRecord(
        source_id=draft.source_id,
        title=title,
        description=values.clean_html(description) if description else "",
        url=url,
        brand=label(text_of(item.get("manufacturer_name"))) or None,
        category_path=(shelf,) if shelf and shelf.casefold() not in HOME_NAMES else (),
        images=(image,) if image else (),
        offers=(_offer(item, url, front, draft, stock),),
    )
    return record, draft.issues


def _offer(item: Json, url: str, front: Front, draft: Draft, stock: Availability | None) -> OfferRecord:
    try:
        price, listed = _price(item, front)
    except PriceUnreadable as error:
        price, listed = None, None
        draft.complain(IssueCode.PRICE_UNREADABLE, "price", str(error))
    return OfferRecord(
        source_id=draft.source_id,
        price_minor=price,
        list_price_minor=listed,
        currency=front.currency if price is not None else None,
        availability=_availability(item) or stock or (None if has_variants(item) else Availability.OUT_OF_STOCK),
        gtin=_gtin(item, url, draft),
        sku=values.plain_text(text_of(item.get("reference")), 200) or None,
    )


def _price(item: Json, front: Front) -> tuple[int, int | None]:
    if front.currency is None:
        raise PriceUnreadable("the shop's pages do not name its currency")
    labels = item.get("labels")
    if isinstance(labels, dict) and _UNTAXED.search(f"{labels.get('tax_short')} {labels.get('tax_long')}"):
        raise PriceUnreadable("the shop shows prices without tax to visitors")
    price = _amount(item.get("price_amount"), front.currency)
    if price is None:
        raise PriceUnreadable("no price_amount")
    regular = item.get("regular_price_amount", item.get("price_without_reduction"))
    listed = _amount(regular, front.currency)
    return price, listed if listed is not None and listed > price else None


def _amount(raw: Any, currency: str) -> int | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str) or raw == "":
        return None
    amount, complaint = values.minor_units(str(raw), exponent(currency))
    if complaint:
        raise PriceUnreadable(complaint)
    return amount


def _availability(item: Json) -> Availability | None:
    """A product that can be put in the basket has an address for it (1,855 of 1,855 measured); one that cannot is
    sold out, not for sale, or shown by a combination that is."""
    if "quantity_all_versions" in item:
        return _availability_of_page(item)
    return Availability.IN_STOCK if text_of(item.get("add_to_cart_url")) else None


def _availability_of_page(item: Json) -> Availability:
    """`data-product` counts all combinations. What needs a customer's own text is not shown as buyable by the list,
    nor here: both must tell the same."""
    orderable = flag(item.get("available_for_order", 1)) and not item.get("customization_required")
    left = max(number(item.get("quantity")), number(item.get("quantity_all_versions")))
    if orderable and (left > 0 or number(item.get("allow_oosp")) > 0):
        return Availability.IN_STOCK
    return Availability.OUT_OF_STOCK


def _gtin(item: Json, url: str, draft: Draft) -> str | None:
    """The row's own, else the one that PrestaShop writes at the end of a page's address, behind its name."""
    raw = text_of(item.get("ean13"))
    if not raw:
        rewrite = text_of(item.get("link_rewrite"))
        found = _CODE_AT_END.search(url) if rewrite else None
        raw = found[1] if found and url[: found.start()].endswith(f"-{rewrite}") else ""
    gtin, complaint = values.gtin14(raw)
    if complaint:
        draft.complain(IssueCode.GTIN_INVALID, "gtin", complaint)
    return gtin


def _image(cover: Any, front: Front) -> str | None:
    """The biggest size of the cover."""
    if not isinstance(cover, dict):
        return None
    sizes = cover.get("bySize")
    known = rows(list(sizes.values())) if isinstance(sizes, dict) else []
    if isinstance(cover.get("large"), dict):
        known.append(cover["large"])
    best = max(known, key=lambda size: number(size.get("width")), default={})
    url, _ = values.http_url(text_of(best.get("url")), front.url)
    return url


# -- a product's own page ------------------------------------------------------------------------------------------


def data_product(html: bytes, product: int) -> Json | None:
    """What the page itself says of this product, to its own scripts; None where the theme does not.

    Modules use the same attribute for a mere number (measured: the alert for what is sold out)."""
    for found in islice(_DATA_PRODUCT.finditer(html), MOST_ATTRIBUTES):
        try:
            value = orjson.loads(unescape(found[1].decode("utf-8", "replace")))
        except orjson.JSONDecodeError:
            continue
        if isinstance(value, dict) and product_number(value) == product:
            return value
    return None


def stock_of_page(html: bytes, product: int) -> Availability | None:
    """Whether anything of this product can be bought, by its page."""
    item = data_product(html, product)
    if item is None:
        return None
    try:
        return _availability_of_page(item)
    except MALFORMED:
        return None


def confirmed(html: bytes, product: int, front: Front) -> Mapped:
    """What a product's page proves: the record that the list would give, or that the list does not show it. None
    where the page says nothing of it (another theme, or a redirect to another page)."""
    item = data_product(html, product)
    if item is None:
        return None, []
    if item.get("visibility", "both") not in LISTED:
        return Withdrawn(source_id=str(product), reason="hidden"), []
    return guarded(item, front)
