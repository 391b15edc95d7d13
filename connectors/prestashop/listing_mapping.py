"""Pure: rows of a category's JSON, with what is known beside them, to records.

A row is the theme's own presentation of a product, as a visitor sees it: prices with tax (the shop says so), the
default combination's where there are several. One offer a product, under the product's number: the list does not
tell what the other combinations cost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from connectors import values
from connectors.drafting import (
    MALFORMED,
    MAX_IMAGES,
    TITLE_LIMIT,
    Draft,
    Json,
    Mapped,
    PriceUnreadable,
    exponent,
    label,
    malformed,
    text_of,
)
from connectors.prestashop.mapping import number
from connectors.prestashop.product_page import Taught, data_product, hides_price, picture, product_number, stock_of
from connectors.prestashop.tiles import NO_TILE, Tile
from connectors.records import Availability, IssueCode, OfferRecord, ProductRecord, Withdrawn

LISTED: Final = frozenset({"both", "catalog"})
"""`visibility` of what category pages show."""
HOME_NAMES: Final = frozenset({"accueil", "home", "inicio", "startseite"})
"""The home category names no shelf."""

_UNTAXED: Final = re.compile(r"\bHT\b|tax excl|hors tax", re.I)
_CODE_AT_END: Final = re.compile(r"-(\d{8}|\d{12,14})(?:\.html?)?$")
_COMBINATION: Final = re.compile(r"[?&]id_product_attribute=([1-9]\d*)")
_CHOSEN: Final = re.compile(r"/\d+-([1-9]\d*)-[^/]*$")


@dataclass(frozen=True, slots=True)
class Front:
    """What a row alone does not say of its shop."""

    url: str
    currency: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What a row alone does not say of its product."""

    tile: Tile = NO_TILE
    taught: Taught | None = None
    """By an earlier visit of its page."""
    stock: Availability | None = None
    """By its page, now, where the row leaves it open."""


ALONE: Final = Beside()


def has_variants(item: Json) -> bool:
    """True where the shown price and stock are those of one combination among others."""
    if number(item.get("id_product_attribute")) > 0 or item.get("main_variants") or item.get("attributes"):
        return True
    return bool(_COMBINATION.search(text_of(item.get("add_to_cart_url"))) or "#/" in text_of(item.get("url")))


def has_basket(item: Json) -> bool:
    """A product that can be put in the basket has an address for it (1,855 of 1,855 measured)."""
    return bool(text_of(item.get("add_to_cart_url")))


def is_open(item: Json, beside: Beside) -> bool:
    """True where list and memory leave open whether anything can be bought: no basket, but not known to be sold out,
    and there are other combinations than the default one, or it must be personalised first, or this shop's lists have
    no baskets. Its page tells."""
    if has_basket(item) or beside.tile.sold_out:
        return False
    personalised = beside.taught is not None and beside.taught.personalised
    return personalised or has_variants(item) or "add_to_cart_url" not in item


def address_of(item: Json, front: Front) -> str | None:
    """Where a row's product has its page; None where the row does not say, or says nonsense."""
    try:
        return _address(item, front)[0]
    except MALFORMED:
        return None


def _address(item: Json, front: Front) -> tuple[str | None, str | None]:
    return values.http_url(text_of(item.get("canonical_url") or item.get("link") or item["url"]), front.url)


def guarded(item: Any, front: Front, beside: Beside = ALONE) -> Mapped:
    """Map one row; whatever is wrong with its shape becomes its one Issue, and never stops the catalogue."""
    if (product := product_number(item)) is None:
        return None, [malformed(None)]
    try:
        return record_of(item, front, beside)
    except MALFORMED as error:
        return None, [malformed(str(product), error)]


def record_of(item: Json, front: Front, beside: Beside = ALONE) -> Mapped:
    """One product with its one offer."""
    draft = Draft(item=item, source_id=str(product_number(item)), issues=[])
    title = values.plain_text(text_of(item["name"]), TITLE_LIMIT)
    if not title:
        draft.complain(IssueCode.TITLE_MISSING, "name", rejected=True)
        return None, draft.issues
    url, complaint = _address(item, front)
    if url is None:
        draft.complain(IssueCode.URL_INVALID, "url", complaint or "", rejected=True)
        return None, draft.issues
    if not values.same_site(url, front.url):
        draft.complain(IssueCode.URL_FOREIGN, "url", url)
    taught = beside.taught or Taught()
    images = tuple(dict.fromkeys(filter(None, [picture(item.get("cover"), front.url), *taught.images])))[:MAX_IMAGES]
    if not images:
        draft.complain(IssueCode.IMAGE_MISSING, "images")
    short = text_of(item.get("description_short"))
    shelf = label(text_of(item.get("category_name")))
    record = ProductRecord(
        source_id=draft.source_id,
        title=title,
        description=taught.description or (values.clean_html(short) if short else ""),
        url=url,
        brand=label(text_of(item.get("manufacturer_name"))) or None,
        category_path=(shelf,) if shelf and shelf.casefold() not in HOME_NAMES else (),
        images=images,
        attributes=taught.attributes,
        offers=(_offer(item, url, front, beside, draft),),
    )
    return record, draft.issues


def _offer(item: Json, url: str, front: Front, beside: Beside, draft: Draft) -> OfferRecord:
    availability = _availability(item, beside)
    try:
        price, listed = (None, None) if _price_hidden(item, beside) else _price(item, front)
    except PriceUnreadable as error:
        price, listed = None, None
        draft.complain(IssueCode.PRICE_UNREADABLE, "price", str(error))
    else:
        if price == 0 and availability is not Availability.IN_STOCK:  # what cannot be taken is not free
            price = None
        if price is None:
            draft.complain(IssueCode.PRICE_MISSING, "price")
    variant, variant_code = _default_combination(item, beside, availability)
    return OfferRecord(
        source_id=draft.source_id,
        price_minor=price,
        list_price_minor=listed if price is not None else None,
        currency=front.currency if price is not None else None,
        availability=availability,
        variant=variant,
        gtin=_gtin(item, url, beside, variant_code, draft),
        sku=values.plain_text(text_of(item.get("reference")), 200) or None,
    )


# -- price ---------------------------------------------------------------------------------------------------------


def _price_hidden(item: Json, beside: Beside) -> bool:
    """A price that visitors do not see stands in the row all the same (PrestaShop's source); what can be put in the
    basket always shows it. The tile, of this very answer, is believed before the page that was visited once."""
    if "show_price" in item:
        return hides_price(item)
    if has_basket(item):
        return False
    if beside.tile.price_shown is not None:
        return not beside.tile.price_shown
    return beside.taught is not None and beside.taught.price_hidden


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


# -- stock, and which combination it is ------------------------------------------------------------------------------


def _availability(item: Json, beside: Beside) -> Availability | None:
    """Without an address for the basket: sold out or not for sale, unless another combination is on sale, or it must
    be personalised first. None where that is not known."""
    if "quantity_all_versions" in item:  # a page's data-product
        return stock_of(item)
    if has_basket(item):
        return Availability.IN_STOCK
    if is_open(item, beside):
        return beside.stock
    return beside.stock or Availability.OUT_OF_STOCK


def _default_combination(
    item: Json, beside: Beside, availability: Availability | None
) -> tuple[tuple[tuple[str, str], ...], str]:
    """The attributes and code of the combination whose price this is, where it is known to be the one that is in
    stock: "Taille S" must not be said of a product of which only another size is left."""
    taught = beside.taught
    if taught is None or not taught.combination or availability is not Availability.IN_STOCK:
        return (), ""
    if "quantity_all_versions" in item:
        on_sale = number(item.get("quantity")) > 0 or number(item.get("allow_oosp")) > 0
        shown = number(item.get("id_product_attribute"))
    else:
        on_sale, shown = has_basket(item), combination_of(item)
    return (taught.variant, taught.variant_code) if on_sale and shown == taught.combination else ((), "")


def combination_of(item: Json) -> int:
    """The combination that a row shows; 0 where it names none."""
    found = _COMBINATION.search(text_of(item.get("add_to_cart_url")))
    found = found or _CHOSEN.search(text_of(item.get("url")).partition("#")[0])
    return int(found[1]) if found else number(item.get("id_product_attribute"))


def _gtin(item: Json, url: str, beside: Beside, variant_code: str, draft: Draft) -> str | None:
    """The row's own; the one that PrestaShop writes at the end of a page's address, behind its name; the page's."""
    raw = text_of(item.get("ean13"))
    if not raw:
        rewrite = text_of(item.get("link_rewrite"))
        found = _CODE_AT_END.search(url) if rewrite else None
        raw = found[1] if found and url[: found.start()].endswith(f"-{rewrite}") else ""
    if not raw and beside.taught is not None:
        raw = variant_code or beside.taught.code
    gtin, complaint = values.gtin14(raw)
    if complaint:
        draft.complain(IssueCode.GTIN_INVALID, "gtin", complaint)
    return gtin


def confirmed(html: bytes, product: int, front: Front, taught: Taught | None) -> Mapped:
    """What a product's page proves: the record that the list would give, or that the list does not show it. None
    where the page says nothing of it (another theme, or a redirect to another page)."""
    item = data_product(html, product)
    if item is None:
        return None, []
    if item.get("visibility", "both") not in LISTED:
        return Withdrawn(source_id=str(product), reason="hidden"), []
    return guarded(item, front, Beside(taught=taught))
