"""Pure: the Store API's JSON to records. Its prices are what the shop's page shows, tax included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from connectors import values
from connectors.records import Attribute, Availability, IssueCode, OfferRecord
from connectors.woocommerce import mapping
from connectors.woocommerce.mapping import Draft, Json, Mapped, Shop, label, rows, text_of

STOCK_FIELDS: Final = (
    "id",
    "type",
    "parent",
    "variations",
    "prices",
    "on_sale",
    "is_purchasable",
    "is_in_stock",
    "is_on_backorder",
    "low_stock_remaining",
    "stock_availability",
    "sold_individually",
    "add_to_cart",
    "is_password_protected",
)
VARIATION_FIELDS: Final = (*STOCK_FIELDS, "variation", "permalink", "sku", "images")
PRODUCT_FIELDS: Final = (
    *STOCK_FIELDS,
    "name",
    "permalink",
    "sku",
    "description",
    "short_description",
    "images",
    "categories",
    "brands",
    "attributes",
)
PRICE_FIELDS: Final = ("id", "type", "prices", "on_sale", "is_purchasable")

MAX_DIGITS: Final = 15
UNLIMITED: Final = 9999
"""`add_to_cart.maximum` of a product whose stock is not counted, or may be oversold."""
STOCK_TEXT: Final = re.compile(r"(\d{1,9}) (?:en|in) stock\b")
"""The shop's own words with the number first ("27 en stock"); other wordings confirm nothing."""

Price = tuple[int | None, int | None, str | None]
"""(shown price, crossed-out price, currency), in the currency's minor unit."""


def rescale(amount: str, unit: int, currency: str) -> int:
    """A Store amount, in units of the shop's displayed decimals, as the currency's minor units, half up."""
    if not (amount.isascii() and amount.isdigit()) or len(amount) > MAX_DIGITS:
        raise mapping.PriceUnreadable(f"not an amount in minor units: {amount[:40]!r}")
    number, wanted = int(amount), mapping.exponent(currency)
    if unit == wanted:
        return number
    if unit < wanted:
        return number * int(10 ** (wanted - unit))
    divisor = int(10 ** (unit - wanted))
    return (number + divisor // 2) // divisor


def price_of(item: Json) -> Price:
    """The price as shown.

    "0" that cannot be bought is no price (WooCommerce writes an empty price so); a grouped or external product is
    never "purchasable" itself, so its 0 is no price either. "0" that can be bought is free.
    """
    prices = item["prices"]
    currency, unit = prices["currency_code"], prices["currency_minor_unit"]
    if not isinstance(unit, int) or not 0 <= unit <= 8:
        raise ValueError("currency_minor_unit out of range")
    raw = prices["price"]
    if raw is None or raw == "":
        return None, None, None
    price = rescale(raw, unit, currency)
    if price == 0 and not item["is_purchasable"]:
        return None, None, None
    listed = None
    if item["on_sale"] and prices.get("regular_price"):
        regular = rescale(prices["regular_price"], unit, currency)
        listed = regular if regular > price else None
    return price, listed, currency


def availability_of(item: Json) -> Availability:
    for name in ("is_in_stock", "is_on_backorder"):
        if not isinstance(item.get(name, False), bool):
            raise TypeError(f"{name} is not a boolean")
    if not item["is_in_stock"]:
        return Availability.OUT_OF_STOCK
    return Availability.BACK_ORDER if item.get("is_on_backorder") else Availability.IN_STOCK


def quantity_of(item: Json, availability: Availability) -> int | None:
    """The exact stock where the shop gives it, else None.

    Surest first: the shop's own text, `low_stock_remaining` (only counted stock has it, 0 included), then the most
    that a basket takes, which is the stock of a counted product unless it is sold one by one.
    """
    if availability is Availability.BACK_ORDER:
        return None
    low = item.get("low_stock_remaining")
    if availability is Availability.OUT_OF_STOCK:
        return 0 if low == 0 and low is not False else None
    shown = item.get("stock_availability")
    if isinstance(shown, dict) and (match := STOCK_TEXT.match(text_of(shown.get("text")))):
        return int(match.group(1))
    if isinstance(low, int) and not isinstance(low, bool) and low > 0:
        return low
    most = (item.get("add_to_cart") or {}).get("maximum")
    if isinstance(most, int) and 0 < most < UNLIMITED and item.get("sold_individually") is not True:
        return most
    return None


def stock_of(item: Json, draft: Draft) -> mapping.Told:
    availability = availability_of(item)
    return mapping.told(lambda: price_of(item), draft, "prices", availability, quantity_of(item, availability))


def terms_by_slug(parent: Json) -> dict[tuple[str, str], str]:
    """(attribute name, slug) -> the term as shown. Attributes typed on the product alone have their value as slug."""
    return {
        (text_of(a.get("name")), text_of(t.get("slug"))): label(text_of(t.get("name")))
        for a in rows(parent.get("attributes"))
        for t in rows(a.get("terms"))
    }


def spoken_value(text: str, name: str, names: list[str]) -> str | None:
    """The value of attribute `name` in "Couleur: Rouge, Pointure: 41"; values may hold commas, other names end it."""
    found = re.search(rf"(?:^|, ){re.escape(name)}: (.*)", text, re.DOTALL)
    if not found:
        return None
    ends = [m.start() for n in names if n != name and (m := re.search(rf", {re.escape(n)}: ", found.group(1)))]
    return found.group(1)[: min(ends, default=None)].strip() or None


def variant_of(wanted: Json, variation: Json, terms: Mapping[tuple[str, str], str]) -> tuple[Attribute, ...]:
    """What makes this variant: slugs turned into names; "any" (null) is told by the variation's text, or left out."""
    attributes = rows(wanted.get("attributes"))
    names = [label(text_of(a.get("name"))) for a in attributes]
    variant: list[Attribute] = []
    for name, attribute in zip(names, attributes, strict=True):
        slug = attribute.get("value")
        if isinstance(slug, str) and slug:
            value: str | None = terms.get((text_of(attribute.get("name")), slug)) or label(slug)
        else:
            value = spoken_value(values.plain_text(text_of(variation.get("variation"))), name, names)
        if name and value:
            variant.append((name, value))
    return tuple(variant)


def plain_attributes(item: Json) -> tuple[Attribute, ...]:
    """The product's characteristics: attributes that no variant is made of."""
    found = []
    for attribute in rows(item.get("attributes")):
        if attribute.get("has_variations") is True:
            continue
        name = label(text_of(attribute.get("name")))
        value = ", ".join(filter(None, (label(text_of(t.get("name"))) for t in rows(attribute.get("terms")))))
        if name and value:
            found.append((name, value))
    return tuple(found)


def protected(item: Json, draft: Draft) -> bool:
    """Password-protected (newer versions say so): not public, hence absent, and the merchant is told why.

    Not a rejection: a rejected product stays as it was stored, and this one must go."""
    if item.get("is_password_protected") is not True:
        return False
    draft.complain(IssueCode.PASSWORD_PROTECTED)
    return True


def wanted_variations(item: Any) -> list[int]:
    """The variation ids that a parent lists; none for any other type, or where the list cannot be read."""
    if not isinstance(item, dict) or item.get("type") != "variable" or not isinstance(item.get("variations"), list):
        return []
    return [i for v in item["variations"] if (i := mapping.identifier(v)) is not None]


def offer(
    item: Json, wanted: Json, variation: Json, draft: Draft, shop: Shop, terms: Mapping[tuple[str, str], str]
) -> OfferRecord:
    """One variation in sale; `wanted` is what its parent says of it."""
    url, _ = values.http_url(text_of(variation.get("permalink")), shop.url)
    images = mapping.image_urls(variation.get("images"), draft, shop)
    return OfferRecord(
        source_id=str(variation["id"]),
        **stock_of(variation, draft),
        variant=variant_of(wanted, variation, terms),
        sku=mapping.sku_of(variation.get("sku"), mapping.sku_of(item.get("sku"))),
        url=url,
        images=images,
    )


def product(item: Json, variations: Mapping[int, Json], shop: Shop) -> Mapped:
    """One product with its offers: one per variation in sale, or its own."""
    draft = mapping.start(item)
    if protected(item, draft):
        return None, draft.issues
    draft.attributes = plain_attributes(item)
    draft.brand = mapping.brand_of(item, draft.attributes)
    offers: list[OfferRecord] = []
    if item["type"] == "variable":
        terms = terms_by_slug(item)
        first = mapping.image_urls(rows(item.get("images"))[:1], draft, shop)
        offers.extend(
            without_inherited(offer(item, wanted, variation, draft, shop, terms), first)
            for wanted in rows(item["variations"])
            if (variation := variations.get(wanted["id"]))
        )
    else:
        offers.append(
            OfferRecord(
                source_id=draft.source_id,
                **stock_of(item, draft),
                sku=mapping.sku_of(item.get("sku")),
            )
        )
    return mapping.finish(draft, offers, shop)


def without_inherited(found: OfferRecord, parents_first: tuple[str, ...]) -> OfferRecord:
    """A variation without a picture of its own reports its parent's first one."""
    return found.model_copy(update={"images": ()}) if found.images and found.images == parents_first else found


def stock(item: Json, variations: Mapping[int, Json]) -> Mapped:
    """The sweep's record of one product: presence, shown prices, stock."""
    draft = Draft(item=item, source_id=str(item["id"]), issues=[])
    if protected(item, draft):
        return None, draft.issues
    sold = [variations[i] for i in wanted_variations(item) if i in variations] if item["type"] == "variable" else [item]
    return mapping.finish_stock(draft, ((each, stock_of(each, draft)) for each in sold))


def prices_by_id(items: list[Any]) -> dict[int, Price]:
    """Shown prices of the items that can be read."""
    found: dict[int, Price] = {}
    for item in items:
        if (i := mapping.identifier(item)) is not None:
            try:
                found[i] = price_of(item)
            except mapping.MALFORMED:
                found[i] = None, None, None
    return found
