"""Pure: an item of a Squarespace store page's JSON to a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from connectors import values
from connectors.doors import drafts
from connectors.doors.asking import currency_code
from connectors.drafting import MAX_QUANTITY, TITLE_LIMIT, Draft, Json, Mapped, PriceUnreadable, label, rows, text_of
from connectors.records import Attribute, Availability, IssueCode, OfferRecord

CENTS: Final = 2
"""`price` and `salePrice` are in hundredths, in every currency."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What an item alone does not say."""

    url: str
    currency: str | None = None


def product(item: Json, path: str, shop: Shop) -> Mapped:
    """One product with its variants as offers."""
    draft = Draft(item=item, source_id=path, issues=[])
    draft.title = values.plain_text(text_of(item["title"]), TITLE_LIMIT)
    url, complaint = values.http_url(path, shop.url)
    if url is None:
        draft.complain(IssueCode.URL_INVALID, "fullUrl", complaint or "", rejected=True)
        return None, draft.issues
    variants = rows(item["structuredContent"]["variants"])
    shelves = [label(one) for one in item.get("categories") or [] if isinstance(one, str)]
    gallery = [picture.get("assetUrl") for picture in rows(item.get("items"))] or [item.get("assetUrl")]
    return drafts.finish(
        draft,
        url=url,
        description=text_of(item.get("body")) or text_of(item.get("excerpt")),
        category_path=tuple(filter(None, shelves[:1])),
        images=drafts.pictures(gallery, draft, shop.url),
        offers=[_offer(variant, draft, shop) for variant in variants],
    )


def _offer(variant: Json, draft: Draft, shop: Shop) -> OfferRecord:
    number = variant["id"]
    if not isinstance(number, str) or not number:
        raise TypeError("a variant without an id")
    availability, quantity = _stock(variant, draft)
    currency: str | None = None
    try:
        regular, currency = _money(variant, "price", shop)
        reduced, _ = _money(variant, "salePrice", shop)
        on_sale = variant.get("onSale") is True and reduced is not None and reduced > 0
        price, listed = drafts.shown(
            reduced if on_sale else regular,
            regular if on_sale else None,
            buyable=availability is not Availability.OUT_OF_STOCK,
        )
    except PriceUnreadable as error:
        price, listed = None, None
        draft.complain(IssueCode.PRICE_UNREADABLE, "price", str(error))
    else:
        if price is None:
            draft.complain(IssueCode.PRICE_MISSING, "price")
    return OfferRecord(
        source_id=number[:200],
        price_minor=price,
        list_price_minor=listed,
        currency=currency if price is not None else None,
        availability=availability,
        quantity=quantity,
        variant=_choice(variant.get("attributes")),
        sku=values.plain_text(text_of(variant.get("sku")), 200) or None,
    )


def _money(variant: Json, name: str, shop: Shop) -> tuple[int | None, str | None]:
    """`priceMoney` with its own currency, else `price` in hundredths of the shop's."""
    told = variant.get(f"{name}Money")
    if isinstance(told, dict):
        currency = currency_code(told.get("currency")) or shop.currency
        return drafts.amount(told.get("value"), currency), currency
    raw = variant.get(name)
    if raw is None:
        return None, shop.currency
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise PriceUnreadable(f"not an amount in hundredths: {str(raw)[:40]!r}")
    return drafts.amount(f"{raw // 10**CENTS}.{raw % 10**CENTS:02}", shop.currency), shop.currency


def _stock(variant: Json, draft: Draft) -> tuple[Availability | None, int | None]:
    stock = variant.get("stock")
    told = stock if isinstance(stock, dict) else variant
    left = told.get("qtyInStock", told.get("quantity"))
    if told.get("unlimited") is True:
        return Availability.IN_STOCK, None
    if isinstance(left, bool) or not isinstance(left, int):
        draft.complain(IssueCode.AVAILABILITY_UNKNOWN, "qtyInStock")
        return None, None
    quantity = left if 0 <= left <= MAX_QUANTITY else None
    return (Availability.IN_STOCK if left > 0 else Availability.OUT_OF_STOCK), quantity


def _choice(raw: Any) -> tuple[Attribute, ...]:
    pairs = raw.items() if isinstance(raw, dict) else ()
    found = [(label(text_of(name)), label(text_of(value))) for name, value in pairs]
    return tuple((name, value) for name, value in found if name and value)
