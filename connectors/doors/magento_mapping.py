"""Pure: a product of Magento's GraphQL to a record. Prices are those that the shop's pages show.

A configurable product's variants, and what a grouped product consists of, are its offers; a bundle has a price only
where all its choices cost the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from connectors import values
from connectors.doors import drafts
from connectors.drafting import MAX_QUANTITY, TITLE_LIMIT, Draft, Json, Mapped, PriceUnreadable, label, rows, text_of
from connectors.records import Attribute, Availability, IssueCode, OfferRecord

STOCK: Final = {"IN_STOCK": Availability.IN_STOCK, "OUT_OF_STOCK": Availability.OUT_OF_STOCK}
PART: Final = "Article"
"""What to call the choice among the parts of a grouped product."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What an item alone does not say."""

    url: str
    currency: str | None = None
    suffix: str = ""


def product(item: Json, sku: str, shop: Shop) -> Mapped:
    """One product with its offers."""
    draft = Draft(item=item, source_id=sku, issues=[])
    draft.title = values.plain_text(text_of(item["name"]), TITLE_LIMIT)
    key = text_of(item["url_key"])
    suffix = text_of(item.get("url_suffix")) if "url_suffix" in item else shop.suffix
    url, complaint = values.http_url(f"{shop.url}{quote(key, safe='/%')}{suffix}") if key else (None, "no url_key")
    if url is None:
        draft.complain(IssueCode.URL_INVALID, "url_key", complaint or "", rejected=True)
        return None, draft.issues
    gallery = [picture.get("url") for picture in rows(item.get("media_gallery"))] or [_picture(item)]
    return drafts.finish(
        draft,
        url=url,
        description=_html(item.get("description")) or _html(item.get("short_description")),
        category_path=_deepest(item.get("categories")),
        images=drafts.pictures(gallery, draft, shop.url),
        offers=_offers(item, draft, shop),
    )


def _offers(item: Json, draft: Draft, shop: Shop) -> list[OfferRecord]:
    names = {o.get("attribute_code"): label(text_of(o.get("label"))) for o in rows(item.get("configurable_options"))}
    if item.get("variants") is not None:
        return [
            _offer(variant["product"], _choice(variant, names), draft, shop)
            for variant in rows(item["variants"])
            if variant.get("product") is not None
        ]
    if item.get("items") is not None and "__typename" in item and item["__typename"] == "GroupedProduct":
        parts = [part["product"] for part in rows(item["items"]) if part.get("product") is not None]
        return [_offer(part, ((PART, label(text_of(part["name"]))),), draft, shop) for part in parts]
    return [_offer(item, (), draft, shop, ranged=item.get("__typename") == "BundleProduct")]


def _offer(one: Json, variant: tuple[Attribute, ...], draft: Draft, shop: Shop, *, ranged: bool = False) -> OfferRecord:
    sku = one["sku"]
    if not isinstance(sku, str) or not sku.strip():
        raise TypeError("an offer without a SKU")
    availability = STOCK.get(text_of(one.get("stock_status")))
    if availability is None:
        draft.complain(IssueCode.AVAILABILITY_UNKNOWN, "stock_status")
    currency: str | None = None
    try:
        price, listed, currency = _price(
            one, shop, buyable=availability is not Availability.OUT_OF_STOCK, ranged=ranged
        )
    except PriceUnreadable as error:
        price, listed = None, None
        draft.complain(IssueCode.PRICE_UNREADABLE, "price_range", str(error))
    else:
        if price is None:
            draft.complain(IssueCode.PRICE_MISSING, "price_range")
    return OfferRecord(
        source_id=sku[:200],
        price_minor=price,
        list_price_minor=listed,
        currency=currency if price is not None else None,
        availability=availability,
        quantity=_quantity(one.get("only_x_left_in_stock")),
        variant=tuple((name, value) for name, value in variant if name and value),
        sku=values.plain_text(sku, 200) or None,
        images=drafts.pictures([_picture(one)], draft, shop.url) if variant else (),
    )


def _price(one: Json, shop: Shop, *, buyable: bool, ranged: bool) -> tuple[int | None, int | None, str | None]:
    span = one["price_range"]
    told = span["minimum_price"]
    final = told["final_price"]
    currency = final.get("currency") or shop.currency
    if currency is not None and not (isinstance(currency, str) and len(currency) == 3):
        raise TypeError("currency")
    price = drafts.amount(final.get("value"), currency)
    highest = ((span.get("maximum_price") or {}).get("final_price") or {}).get("value")
    if ranged and drafts.amount(highest, currency) != price:
        return None, None, None
    listed = drafts.amount((told.get("regular_price") or {}).get("value"), currency)
    return *drafts.shown(price, listed, buyable=buyable), currency


def _quantity(raw: Any) -> int | None:
    """Told only once little is left, and where the shop wants it to be."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= MAX_QUANTITY or raw != int(raw):
        return None
    return int(raw)


def _choice(variant: Json, names: dict[Any, str]) -> tuple[Attribute, ...]:
    found = []
    for attribute in rows(variant.get("attributes")):
        code = text_of(attribute.get("code"))
        found.append((names.get(code) or label(code), label(text_of(attribute.get("label")))))
    return tuple(found)


def _picture(one: Json) -> Any:
    image = one.get("image")
    return image.get("url") if isinstance(image, dict) else None


def _html(raw: Any) -> str:
    return text_of(raw.get("html")) if isinstance(raw, dict) else text_of(raw)


def _deepest(categories: Any) -> tuple[str, ...]:
    """The longest path among a product's categories; the alphabet decides between equals."""
    best: tuple[str, ...] = ()
    for category in rows(categories):
        crumbs = [label(text_of(crumb.get("category_name"))) for crumb in rows(category.get("breadcrumbs"))]
        path = tuple(filter(None, [*crumbs, label(text_of(category.get("name")))]))
        if len(path) > len(best) or (len(path) == len(best) and path < best):
            best = path
    return best
