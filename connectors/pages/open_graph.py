"""Pure: Open Graph and the other product tags of <meta>: og:, product:, twitter:, pinterest's.

Weak evidence: one price for all variants, sometimes in another currency than the page's. So a price is only ever given
with the currency of its own family of tags.
"""

from __future__ import annotations

import re
from typing import Final

from connectors import values
from connectors.pages import machine
from connectors.pages.page import Page
from connectors.pages.seen import Seen, SeenOffer, SeenProduct, Source
from connectors.records import Availability

_FAMILIES: Final = (
    ("product:price:amount", "product:price:currency"),
    ("product:price", "product:price:currency"),
    ("og:price:amount", "og:price:currency"),
    ("og:product:price:amount", "og:product:price:currency"),
    ("og:price", "og:price:currency"),
    ("product:price_amount", "product:price_currency"),
)
"""(amount, currency). `product:pretax_price` and `product:shipping_cost` are no price to pay."""
_SALE: Final = (
    ("product:sale_price:amount", "product:sale_price:currency"),
    ("og:sale_price:amount", "og:sale_price:currency"),
)
_LIST: Final = ("product:original_price:amount", "og:price:standard_amount", "og:standard_price:amount")
_STOCK: Final = ("product:availability", "og:availability", "og:product:availability", "availability")
_ORDERED: Final = frozenset({"available for order", "availablefororder", "available_for_order"})
"""Facebook's word for what is not in stock and can be ordered; in Google's feeds it once meant "in stock"."""
_BRAND: Final = ("product:brand", "og:brand", "og:product:brand")
_CODES: Final = ("product:retailer_item_id", "product:retailer_part_no", "product:sku", "og:sku", "sku")
_GTINS: Final = ("product:ean", "product:gtin", "product:upc", "product:isbn", "og:ean", "og:upc", "og:isbn", "gtin")
_PRODUCT_TYPES: Final = frozenset({"product", "product.item", "og:product", "product.group", "item", "og:product.item"})
_PREFIXES: Final = ("og:", "product:", "twitter:")
_AFTER_AMOUNT: Final = re.compile(r"\s*(?:ttc|incl.*|tva.*)\Z", re.I)


def read(page: Page) -> Seen:
    """One product where the tags name a price, or say that this is one; else only og:type and og:site_name."""
    tags: dict[str, list[str]] = {}
    for key, content in page.metas:
        if content and (key.startswith(_PREFIXES) or key in ("availability", "sku", "gtin")):
            tags.setdefault(key, []).append(content)
    if not tags:
        return Seen(Source.OPEN_GRAPH)
    kind = _first(tags, "og:type").strip().lower()
    offer = _offer(tags)
    products: tuple[SeenProduct, ...] = ()
    if offer.price is not None or kind in _PRODUCT_TYPES:
        products = (_product(page, tags, offer),)
    return Seen(
        Source.OPEN_GRAPH,
        products=products,
        types=frozenset({f"og:{kind.removeprefix('og:')[:60]}"}) if kind else frozenset(),
        seller=machine.text(_first(tags, "og:site_name"), 200),
    )


def _product(page: Page, tags: dict[str, list[str]], offer: SeenOffer) -> SeenProduct:
    title = _first(tags, "og:title") or _first(tags, "twitter:title")
    return SeenProduct(
        Source.OPEN_GRAPH,
        "meta",
        name=machine.text(title),
        description=machine.long_text(_first(tags, "og:description")),
        brand=machine.text(_first(tags, *_BRAND), 200),
        sku=offer.sku,
        mpn=machine.code(_first(tags, "product:mfr_part_no")),
        gtin=offer.gtin,
        bad_gtin=offer.bad_gtin,
        url=page.absolute(_first(tags, "og:url")),
        images=_images(page, tags),
        category_path=_categories(_first(tags, "product:category")),
        condition=values.condition(_first(tags, "product:condition", "og:condition")),
        offers=(offer,) if offer.price or offer.availability else (),
    )


def _offer(tags: dict[str, list[str]]) -> SeenOffer:
    price, currency = _money(tags, _FAMILIES)
    sale, sale_currency = _money(tags, _SALE)
    listed = None
    if sale and price and float(sale) < float(price):
        price, listed, currency = sale, price, sale_currency or currency
    elif sale and not price:
        price, currency = sale, sale_currency
    if price is None:
        price, currency = _twitter(tags)
    if price and listed is None:
        before, _ = machine.price(_first(tags, *_LIST), currency)
        listed = before if before and float(before) > float(price) else None
    good, bad = machine.first_gtin(value for key in _GTINS for value in tags.get(key, ())[:2])
    stock = _first(tags, *_STOCK) or _labelled(tags, "avail", "dispo", "stock")
    return SeenOffer(
        price=price,
        list_price=listed,
        currency=currency,
        availability=Availability.BACK_ORDER if stock.strip().lower() in _ORDERED else machine.availability(stock),
        sku=machine.code(_first(tags, *_CODES)),
        gtin=good,
        bad_gtin=bad,
    )


def _money(tags: dict[str, list[str]], families: tuple[tuple[str, str], ...]) -> tuple[str | None, str | None]:
    for amount_key, currency_key in families:
        for raw in tags.get(amount_key, ())[:3]:
            currency = machine.currency(_first(tags, currency_key))
            amount, sign = machine.price(_AFTER_AMOUNT.sub("", raw[:120]), currency)
            if amount is not None:
                return amount, sign or currency
    return None, None


def _twitter(tags: dict[str, list[str]]) -> tuple[str | None, str | None]:
    """Twitter's product card: twitter:label1 "Price", twitter:data1 "12,90 €"."""
    return machine.price(_labelled(tags, "price", "prix", "preis", "precio", "prezzo"))


def _labelled(tags: dict[str, list[str]], *words: str) -> str:
    for n in ("1", "2"):
        label = (_first(tags, f"twitter:label{n}") or "").lower()
        if any(word in label[:40] for word in words):
            return _first(tags, f"twitter:data{n}")
    return ""


def _images(page: Page, tags: dict[str, list[str]]) -> tuple[str, ...]:
    raws = tags.get("og:image:secure_url", []) + tags.get("og:image", []) + tags.get("og:image:url", [])
    urls = (page.absolute(raw) for raw in (raws or tags.get("twitter:image", []))[: machine.MAX_IMAGES * 2])
    return tuple(dict.fromkeys(url for url in urls if url))[: machine.MAX_IMAGES]


def _categories(raw: str) -> tuple[str, ...]:
    found = machine.text(raw, 500)
    if not found or found.isdigit():
        return ()
    return tuple(part for part in (piece.strip() for piece in found.split(">")) if part)[:8]


def _first(tags: dict[str, list[str]], *keys: str) -> str:
    return next((value for key in keys for value in tags.get(key, ()) if value.strip()), "")
