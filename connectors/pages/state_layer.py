"""Pure: what a page tells the tools that measure it: dataLayer, gtag, fbq, Tealium's utag_data, digitalData.

Google's two shapes are known (`ecommerce.detail.products`, `items` of a `view_item`); of any other object the fields
are known by their names. Only literals are read: what a script computes is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from connectors.pages import machine
from connectors.pages.js_text import literal
from connectors.pages.page import Page
from connectors.pages.seen import SeenProduct
from connectors.pages.shapes import Json, Role, product_of

_MARKS: Final = ("ataLayer", "gtag(", "fbq(", "utag_data", "digitalData", "ec:addProduct", "google_tag_params")
_ANCHOR: Final = re.compile(
    r"ataLayer[\w$]{0,20}(?:\"\]|'\])?\s*(?:=\s*(?=\[)|\.push\(\s*(?=[{\[]))"
    r"|gtag\(\s*[\"']event[\"']\s*,\s*[\"'](?P<event>[\w-]{1,40})[\"']\s*,\s*(?=\{)"
    r"|fbq\(\s*[\"']track[\"']\s*,\s*[\"'](?P<pixel>\w{1,40})[\"']\s*,\s*(?=\{)"
    r"|(?P<ec>ec:addProduct)[\"']\s*,\s*(?=\{)"
    r"|(?:utag_data|digitalData|google_tag_params)\s*=\s*(?=[{\[])"
    r"|(?:var|let|const)\s+\w{0,30}(?:push|ayer\w{0,10}|ommerce\w{0,10})\s*=\s*(?=[{\[])"
)
_MAX_LITERALS: Final = 40
_VIEWED: Final = frozenset({"view_item", "ViewContent", "viewContent", "productDetail"})
_LISTED: Final = frozenset({"view_item_list", "view_search_results", "select_item", "view_promotion"})
_DONE: Final = machine.words(
    "purchase begin_checkout view_cart checkout Purchase InitiateCheckout add_to_cart remove_from_cart AddToCart"
)
_FLAT_NAMES: Final = machine.words(
    "product_name productName product_title productTitle item_name content_name products_name product_names "
    "productname name_product prodName prod_name"
)


def read(page: Page) -> list[SeenProduct]:
    """Products of all literals, each once."""
    found: list[SeenProduct] = []
    left = _MAX_LITERALS
    for script in page.scripts:
        if script.type not in ("", "text/javascript", "application/javascript", "module", "text/x-gtm"):
            continue
        if not any(mark in script.text for mark in _MARKS):
            continue
        at = 0
        while left > 0 and (match := _ANCHOR.search(script.text, at)):
            left -= 1
            value, end = literal(script.text, match.end())
            at = max(end, match.end())
            event = match["event"] or match["pixel"] or ("view_item" if match["ec"] else "")
            name = (match[0][:12].strip() or "layer").split("(")[0]
            found.extend(_of_literal(value, event, page, f"script {script.number}, {name}"))
    return list({(one.name, one.sku, one.offers, one.role): one for one in found}.values())


def _of_literal(value: Any, event: str, page: Page, where: str) -> Iterator[SeenProduct]:
    for one in (value if isinstance(value, list) else [value])[:50]:
        if isinstance(one, dict) and one:
            yield from _of_object(one, event, page, where)


def _of_object(raw: Json, event: str, page: Page, where: str) -> Iterator[SeenProduct]:
    said = raw.get("event")
    event = event or (said if isinstance(said, str) else "")
    if event in _DONE:
        return
    commerce = raw.get("ecommerce")
    currency = _currency(raw)
    if isinstance(commerce, dict):
        yield from _commerce(commerce, event, currency, page, where)
        return
    if isinstance(raw.get("items"), list):
        yield from _items(raw["items"], _role(event), currency, page, where + ", items")
        return
    params = raw.get("google_tag_params")
    remarketed = _remarketed(params if isinstance(params, dict) else raw, currency, page, where)
    if remarketed is not None:
        yield remarketed
        return
    yield from _flat(raw, event, currency, page, where)


def _remarketed(raw: Json, currency: str | None, page: Page, where: str) -> SeenProduct | None:
    """Google's remarketing: a product page says its one product's code and "total" value."""
    said = {key.removeprefix("ecomm_").replace("_", "").lower(): value for key, value in list(raw.items())[:60]}
    kind, code, value = said.get("pagetype"), said.get("prodid"), said.get("totalvalue") or said.get("totalprice")
    if isinstance(code, list) and len(code) == 1:
        code = code[0]
    if kind not in ("product", "offerdetail") or not isinstance(code, (str, int)) or isinstance(value, (dict, list)):
        return None
    return product_of({"id": code, "price": value}, page, f"{where}, pagetype", currency=currency, nameless=True)


def _commerce(raw: Json, event: str, currency: str | None, page: Page, where: str) -> Iterator[SeenProduct]:
    currency = _currency(raw) or currency
    items = raw.get("items")
    if isinstance(items, list):
        yield from _items(items, _role(event), currency, page, f"{where}, items")
    for key, role in (("detail", "main"), ("add", "main"), ("impressions", "listed")):
        part = raw.get(key)
        shown = part.get("products") if isinstance(part, dict) else part
        if isinstance(shown, dict):
            shown = [shown]
        if isinstance(shown, list):
            yield from _items(shown, "main" if role == "main" else "listed", currency, page, f"{where}, {key}")


def _items(items: list[Any], role: Role, currency: str | None, page: Page, where: str) -> Iterator[SeenProduct]:
    shown = [one for one in items[:100] if isinstance(one, dict)]
    names = {machine.text(one.get("item_name") or one.get("name")) for one in shown}
    if len(names) > 1 and role == "main":  # more than one: a list, or the product with what goes with it
        role = "listed"
    for one in shown:
        product = product_of(one, page, where, role=role, currency=currency, nameless=True)
        if product is not None:
            yield product


def _flat(raw: Json, event: str, currency: str | None, page: Page, where: str) -> Iterator[SeenProduct]:
    """Fields side by side (Tealium, Facebook), or under "product"."""
    if event in _VIEWED and "price" not in raw and "value" in raw:
        raw = {**raw, "price": raw["value"]}
    if event in _VIEWED or not _FLAT_NAMES.isdisjoint(raw):
        product = product_of(raw, page, where, currency=currency, nameless=event in _VIEWED)
        if product is not None and not _is_many(raw):
            yield product
            return
    for key in ("product", "page_product", "productDetail", "product_info", "productInfo", "item"):
        inner = raw.get(key)
        if isinstance(inner, list) and len(inner) == 1:
            inner = inner[0]
        if isinstance(inner, dict):
            info = inner.get("productInfo")
            merged = {**inner, **(info if isinstance(info, dict) else {})}
            titled = {"name": _page_name(raw), **merged} if _page_name(raw) else merged
            product = product_of(titled, page, f"{where}, {key}", currency=_currency(inner) or currency, nameless=True)
            if product is not None:
                yield product
                return


def _page_name(raw: Json) -> Any:
    about = raw.get("page")
    return about.get("name") if isinstance(about, dict) and about.get("type") == "product" else None


def _is_many(raw: Json) -> bool:
    """Tealium lists the fields of all products of a page side by side."""
    return any(isinstance(raw.get(key), list) and len(raw[key]) > 1 for key in _FLAT_NAMES)


def _role(event: str) -> Role:
    return "listed" if event in _LISTED else "main"


def _currency(raw: Json) -> str | None:
    for key in ("currencyCode", "currency", "currency_code", "order_currency", "site_currency", "page_currency"):
        if known := machine.currency(raw.get(key)):
            return known
    return None
