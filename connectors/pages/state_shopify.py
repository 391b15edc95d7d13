"""Pure: what Shopify's product pages carry for their own scripts."""

from __future__ import annotations

import re
from typing import Any, Final

from connectors.pages import machine
from connectors.pages.js_text import literal
from connectors.pages.page import Page, Script
from connectors.pages.seen import SeenOffer, SeenProduct, Source
from connectors.pages.shapes import Json, cents_of
from connectors.records import Attribute

_CURRENCY: Final = re.compile(
    r"Shopify\.currency\s*=\s*\{\s*\"active\"\s*:\s*\"([A-Z]{3})\"|ShopifyAnalytics\.meta\.currency\s*=\s*'([A-Z]{3})'"
)
_META: Final = re.compile(r"var meta\s*=\s*(?=\{\"product\")")
_MAX_VARIANTS: Final = 500


def shopify(page: Page) -> list[SeenProduct]:
    """The theme's product JSON, with every variant; else the smaller one that Shopify's analytics puts on each page."""
    if not any("Shopify" in script.text for script in page.scripts):
        return []
    currency = _currency(page)
    found = [
        _product(raw, f"script {script.number}", page, currency)
        for script in page.scripts
        if script.type == "application/json" and len(script.text) < 2_000_000 and '"variants"' in script.text
        for raw in _products(script)
    ]
    if found:
        return found[:10]
    for script in page.scripts:
        match = _META.search(script.text) if script.type in ("", "text/javascript") else None
        if match:
            value = literal(script.text, match.end())[0]
            raw = value.get("product") if isinstance(value, dict) else None
            if isinstance(raw, dict) and isinstance(raw.get("variants"), list):
                return [_product(raw, f"script {script.number}, meta", page, currency)]
    return []


def _currency(page: Page) -> str | None:
    matches = (_CURRENCY.search(script.text) for script in page.scripts if "urrency" in script.text)
    return next((match[1] or match[2] for match in matches if match), None)


def _products(script: Script) -> list[Json]:
    """Themes wrap it as they like: the product itself, {"product": ...}, or one of several."""
    value = literal(script.text, len(script.text) - len(script.text.lstrip()))[0]
    shown = [value, *(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())][:30]
    return [one for one in shown if _is_product(one)][:3]


def _is_product(raw: Any) -> bool:
    return (
        isinstance(raw, dict)
        and isinstance(raw.get("variants"), list)
        and ("handle" in raw or "vendor" in raw)
        and "title" in raw
    )


def _product(raw: Json, where: str, page: Page, currency: str | None) -> SeenProduct:
    variants = [one for one in raw["variants"][:_MAX_VARIANTS] if isinstance(one, dict)]
    names = _option_names(raw.get("options"))
    offers = tuple(_offer(one, names, page, currency) for one in variants)
    pictures = raw.get("images")
    found = [
        page.absolute(machine.scalar(_address(one))) for one in (pictures if isinstance(pictures, list) else ())[:20]
    ]
    title = machine.text(raw.get("title"))
    if title is None and variants:
        title = machine.text(variants[0].get("name"))
        shown = machine.text(variants[0].get("public_title"))
        title = title.removesuffix(f" - {shown}") if title and shown else title
    handle = raw.get("handle")
    return SeenProduct(
        Source.STATE,
        where,
        name=title,
        description=machine.long_text(raw.get("description") or raw.get("body_html")),
        brand=machine.text(raw.get("vendor"), 200),
        sku=offers[0].sku if len(offers) == 1 else None,
        gtin=offers[0].gtin if len(offers) == 1 else None,
        url=page.absolute(f"/products/{handle}") if isinstance(handle, str) and handle else None,
        images=tuple(dict.fromkeys(url for url in found if url))[: machine.MAX_IMAGES],
        category_path=tuple(kind for kind in (machine.text(raw.get("type") or raw.get("product_type"), 200),) if kind),
        offers=offers,
    )


def _offer(raw: Json, names: list[str], page: Page, currency: str | None) -> SeenOffer:
    price, before = _amount(raw.get("price")), _amount(raw.get("compare_at_price"))
    good, bad = machine.gtin(raw.get("barcode"))
    stocked = raw.get("available")
    count = raw.get("inventory_quantity")
    picture = raw.get("featured_image")
    image = page.absolute(machine.scalar(_address(picture))) if picture else None
    return SeenOffer(
        price=price,
        list_price=before if before and price and float(before) > float(price) else None,
        currency=currency,
        availability=machine.availability(stocked) if isinstance(stocked, bool) else None,
        quantity=machine.quantity(count) if raw.get("inventory_management") and isinstance(count, int) else None,
        sku=machine.code(raw.get("sku")),
        gtin=good,
        bad_gtin=bad,
        variant=_chosen(raw, names),
        images=(image,) if image else (),
    )


def _amount(raw: Any) -> str | None:
    """The theme's JSON has cents; the Storefront API's has a decimal in a text or an object."""
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int):
        return cents_of(raw)
    return machine.price(raw.get("amount") if isinstance(raw, dict) else raw)[0]


def _address(raw: Any) -> Any:
    return (raw.get("src") or raw.get("url")) if isinstance(raw, dict) else raw


def _option_names(raw: Any) -> list[str]:
    shown = raw if isinstance(raw, list) else []
    return [machine.text(one.get("name") if isinstance(one, dict) else one, 100) or "" for one in shown[:5]]


def _chosen(raw: Json, names: list[str]) -> tuple[Attribute, ...]:
    """The variant's options; a product without variants has the one that is called "Default Title"."""
    pairs = [
        machine.pair(names[n - 1] if n <= len(names) else f"Option {n}", raw.get(f"option{n}"))
        for n in (1, 2, 3)
        if raw.get(f"option{n}")
    ]
    if not pairs and raw.get("public_title"):
        pairs = [machine.pair("Modèle", raw["public_title"])]
    return tuple(pair for pair in pairs if pair and pair[1] != "Default Title")
