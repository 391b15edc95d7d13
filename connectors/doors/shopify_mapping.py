"""Pure: Shopify's public JSON of a product to a record: an item of `products.json`, and `/products/<handle>.js`.

They differ: the second gives prices in hundredths (in every currency), calls `body_html` description and
`product_type` type, and its pictures are addresses without a scheme. `as_listed` makes the first of the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from connectors import values
from connectors.doors import drafts
from connectors.drafting import TITLE_LIMIT, Draft, Json, Mapped, PriceUnreadable, label, rows, text_of
from connectors.records import Attribute, Availability, IssueCode, OfferRecord

OPTIONS: Final = ("option1", "option2", "option3")
NO_CHOICE: Final = "Default Title"
"""The one value of the one option "Title" of a product without variants."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What an item alone does not say."""

    url: str
    name: str = ""
    currency: str | None = None


def product(item: Json, source_id: str, shop: Shop) -> Mapped:
    """One product with its variants as offers."""
    draft = Draft(item=item, source_id=source_id, issues=[])
    draft.title = values.plain_text(text_of(item["title"]), TITLE_LIMIT)
    draft.brand = _brand(item, shop)
    url = f"{shop.url}products/{quote(unquote(item['handle'].strip()))}"
    names = option_names(item)
    variants = rows(item["variants"])
    offers = [_offer(variant, names, url if len(variants) > 1 else None, draft, shop) for variant in variants]
    kind = label(text_of(item.get("product_type")))
    return drafts.finish(
        draft,
        url=url,
        description=text_of(item.get("body_html")),
        category_path=(kind,) if kind else (),
        images=drafts.pictures((image.get("src") for image in rows(item.get("images"))), draft, shop.url),
        offers=offers,
    )


def _brand(item: Json, shop: Shop) -> str | None:
    """The vendor, unless it is the shop itself, as Shopify fills in where the merchant does not."""
    vendor = label(text_of(item.get("vendor")))
    return vendor if vendor and vendor.casefold() != shop.name.casefold() else None


def option_names(item: Json) -> list[str]:
    """The options' names in their order: objects in products.json, and plain texts in some .js."""
    options = item.get("options") or []
    return [label(text_of(option.get("name") if isinstance(option, dict) else option)) for option in options]


def _offer(variant: Json, names: list[str], page: str | None, draft: Draft, shop: Shop) -> OfferRecord:
    number = variant["id"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("a variant without a number")
    availability = _availability(variant.get("available"), draft)
    try:
        price, listed = drafts.shown(
            drafts.amount(variant.get("price"), shop.currency),
            drafts.amount(variant.get("compare_at_price"), shop.currency),
            buyable=availability is not Availability.OUT_OF_STOCK,
        )
    except PriceUnreadable as error:
        price, listed = None, None
        draft.complain(IssueCode.PRICE_UNREADABLE, "price", str(error))
    else:
        if price is None:
            draft.complain(IssueCode.PRICE_MISSING, "price")
    image = variant.get("featured_image")
    return OfferRecord(
        source_id=str(number),
        price_minor=price,
        list_price_minor=listed,
        currency=shop.currency if price is not None else None,
        availability=availability,
        variant=_choice(variant, names),
        sku=values.plain_text(text_of(variant.get("sku")), 200) or None,
        url=f"{page}?variant={number}" if page else None,
        images=drafts.pictures([image.get("src")] if isinstance(image, dict) else [], draft, shop.url),
    )


def _availability(raw: Any, draft: Draft) -> Availability | None:
    """`available` is true for what may be ordered beyond its stock too: the two cannot be told apart."""
    if raw is None:
        draft.complain(IssueCode.AVAILABILITY_UNKNOWN, "available")
        return None
    if not isinstance(raw, bool):
        raise TypeError("available is not a boolean")
    return Availability.IN_STOCK if raw else Availability.OUT_OF_STOCK


def _choice(variant: Json, names: list[str]) -> tuple[Attribute, ...]:
    found = []
    for name, field in zip(names, OPTIONS, strict=False):
        value = label(text_of(variant.get(field)))
        if name and value and value != NO_CHOICE:
            found.append((name, value))
    return tuple(found)


# -- the other shape -----------------------------------------------------------------------------------------------


def as_listed(item: Json) -> Json:
    """`/products/<handle>.js` as products.json would list it."""
    return {
        **item,
        "body_html": item.get("description"),
        "product_type": item.get("type"),
        "images": [{"src": raw} for raw in item.get("images") or []],
        "variants": [
            {
                **variant,
                "price": _from_hundredths(variant.get("price")),
                "compare_at_price": _from_hundredths(variant.get("compare_at_price")),
            }
            for variant in rows(item["variants"])
        ],
    }


def _from_hundredths(raw: Any) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise TypeError("an amount that is no whole number")
    return f"{raw // 100}.{raw % 100:02}"
