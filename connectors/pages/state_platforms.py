"""Pure: what the product pages of PrestaShop and WooCommerce carry for their own scripts."""

from __future__ import annotations

import re
from typing import Any, Final

import orjson
from selectolax.lexbor import LexborNode

from connectors.pages import machine
from connectors.pages.page import Page, attribute
from connectors.pages.seen import SeenOffer, SeenProduct, Source
from connectors.records import Attribute, Availability

Json = dict[str, Any]
_MAX_VARIATIONS: Final = 500


def parsed(raw: str) -> Any:
    """Strict JSON, or None."""
    try:
        return orjson.loads(raw) if raw[:1] in ("{", "[") else None
    except (orjson.JSONDecodeError, ValueError):
        return None


# --- PrestaShop

_ISO: Final = re.compile(rb"\"currency\":\{[^{}]{0,200}?\"iso_code\":\"([A-Z]{3})\"")


def prestashop(page: Page) -> list[SeenProduct]:
    """1.7 and later: the product with the combination that is shown, in `#product-details[data-product]`."""
    for node in page.survey.data[:20]:
        raw = parsed(attribute(node, "data-product"))
        if isinstance(raw, dict) and "id_product_attribute" in raw and "price_amount" in raw:
            return [_prestashop_product(raw, page)]
    return _prestashop_16(page)


def _prestashop_product(raw: Json, page: Page) -> SeenProduct:
    found = _ISO.search(page.source)
    groups = raw.get("attributes")
    chosen = [one for one in groups.values() if isinstance(one, dict)] if isinstance(groups, dict) else []
    pairs = [machine.pair(one.get("group"), one.get("name")) for one in chosen[:10]]
    codes = [one.get(key) for key in ("ean13", "upc", "isbn") for one in (*chosen[:1], raw)]
    good, bad = machine.first_gtin(codes)
    sku = machine.code(chosen[0].get("reference")) if chosen else None
    features = raw.get("features")
    named = [one for one in features if isinstance(one, dict)] if isinstance(features, list) else []
    offer = SeenOffer(
        price=_shown(raw, "price_amount"),
        list_price=_shown(raw, "price_without_reduction") if raw.get("has_discount") else None,
        currency=found[1].decode() if found else None,
        availability=_prestashop_stock(raw),
        quantity=_count(raw.get("quantity")),
        sku=sku or machine.code(raw.get("reference")),
        gtin=good,
        bad_gtin=bad,
        variant=tuple(pair for pair in pairs if pair),
    )
    attributes = (machine.pair(one.get("name"), one.get("value")) for one in named[:40])
    return SeenProduct(
        Source.STATE,
        "data-product",
        name=machine.text(raw.get("name")),
        description=machine.long_text(raw.get("description") or raw.get("description_short")),
        brand=machine.text(raw.get("manufacturer_name"), 200),
        sku=machine.code(raw.get("reference")),
        mpn=machine.code(raw.get("mpn")),
        gtin=None if chosen else good,
        bad_gtin=None if chosen else bad,
        url=page.absolute(machine.scalar(raw.get("link"))),
        images=_prestashop_images(raw, page),
        category_path=tuple(name for name in (machine.text(raw.get("category_name"), 200),) if name),
        attributes=tuple(dict.fromkeys(pair for pair in attributes if pair)),
        offers=(offer,),
    )


def _shown(raw: Json, key: str) -> str | None:
    """A price, unless the shop hides it ("catalogue mode")."""
    return machine.price(raw.get(key))[0] if raw.get("show_price") not in (0, False, "0") else None


def _count(raw: Any) -> int | None:
    return machine.quantity(raw) if isinstance(raw, (int, str)) else None


def _prestashop_stock(raw: Json) -> Availability | None:
    """`availability` says what the shop shows; without it, stock and whether orders go beyond it decide."""
    word = raw.get("availability")
    count = _count(raw.get("quantity"))
    if word == "unavailable":
        return Availability.OUT_OF_STOCK
    if word in ("available", "last_remaining_items", "in_stock"):
        beyond = count is not None and count <= 0 and raw.get("allow_oosp") in (1, True, "1")
        return Availability.BACK_ORDER if beyond else Availability.IN_STOCK
    if count is None:
        return None
    if count > 0:
        return Availability.IN_STOCK
    return Availability.BACK_ORDER if raw.get("allow_oosp") in (1, True, "1") else Availability.OUT_OF_STOCK


def _prestashop_images(raw: Json, page: Page) -> tuple[str, ...]:
    pictures = raw.get("images")
    found = []
    for one in [raw.get("cover"), *(pictures if isinstance(pictures, list) else [])][: machine.MAX_IMAGES + 1]:
        large = one.get("large") if isinstance(one, dict) else None
        if isinstance(large, dict) and (url := page.absolute(machine.scalar(large.get("url")))):
            found.append(url)
    return tuple(dict.fromkeys(found))[: machine.MAX_IMAGES]


_VARIABLE_16: Final = re.compile(
    r"\bvar (quantityAvailable|allowBuyWhenOutOfStock|productReference)\s*=\s*'?([^;']{0,80})"
)
_STOCK_OFF: Final = re.compile(r"\bvar stock_management\s*=\s*0")


def _prestashop_16(page: Page) -> list[SeenProduct]:
    """1.6 has its name and price in microdata, and its stock only in variables of its script."""
    script = next((one.text for one in page.scripts if "var quantityAvailable" in one.text), "")
    if not script:
        return []
    found = dict(_VARIABLE_16.findall(script[:200_000]))
    count = machine.quantity(found.get("quantityAvailable", "").strip())
    if count is None or _STOCK_OFF.search(script[:200_000]):
        return []
    beyond = found.get("allowBuyWhenOutOfStock", "").strip() in ("true", "1")
    stock = Availability.IN_STOCK if count else Availability.BACK_ORDER if beyond else Availability.OUT_OF_STOCK
    offer = SeenOffer(availability=stock, quantity=count, sku=machine.code(found.get("productReference")))
    return [SeenProduct(Source.STATE, "script, quantityAvailable", sku=offer.sku, offers=(offer,))]


# --- WooCommerce


def woocommerce(page: Page) -> list[SeenProduct]:
    """The variations of a variable product, in `form[data-product_variations]`."""
    form = next((node for node in page.survey.data[:20] if attribute(node, "data-product_variations")), None)
    raw = parsed(attribute(form, "data-product_variations"))
    if form is None or not isinstance(raw, list):  # "false": too many for the page
        return []
    labels, values = _woo_words(form)
    currency = _woo_currency(page)
    offers = [
        _variation(one, labels, values, currency, page)
        for one in raw[:_MAX_VARIATIONS]
        if isinstance(one, dict) and one.get("variation_is_visible", True) is not False
    ]
    heading = page.tree.css_first("h1.product_title") or page.tree.css_first("h1")
    name = machine.text(heading.text()[:2000]) if heading else None
    return [SeenProduct(Source.STATE, "data-product_variations", name=name, offers=tuple(offers))] if offers else []


def _woo_words(form: LexborNode) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The attributes' labels and their values' names as the form shows them."""
    labels: dict[str, str] = {}
    values: dict[tuple[str, str], str] = {}
    for select in form.css("select[name^='attribute_']")[:20]:
        key = attribute(select, "name")
        label = form.css_first(f'label[for="{_quoted(attribute(select, "id"))}"]')
        if label is not None and (shown := machine.text(label.text()[:200], 100)):
            labels[key] = shown
        for option in select.css("option[value]")[:500]:
            if value := attribute(option, "value"):
                values[key, value] = machine.text(option.text()[:300], 200) or value
    return labels, values


def _quoted(raw: str) -> str:
    return raw.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _woo_currency(page: Page) -> str | None:
    sign = page.tree.css_first(".woocommerce-Price-currencySymbol")
    return machine.currency(sign.text().strip()) if sign else None


def _variation(
    raw: Json, labels: dict[str, str], values: dict[tuple[str, str], str], currency: str | None, page: Page
) -> SeenOffer:
    chosen = raw.get("attributes")
    pairs: list[Attribute | None] = []
    for key, value in list(chosen.items())[:20] if isinstance(chosen, dict) else ():
        label = (
            labels.get(key) or str(key).removeprefix("attribute_").removeprefix("pa_").replace("-", " ").capitalize()
        )
        if isinstance(value, str) and value:  # "" is "any"
            pairs.append(machine.pair(label, values.get((key, value), value)))
    price = machine.price(raw.get("display_price"))[0]
    before = machine.price(raw.get("display_regular_price"))[0]
    good, bad = machine.first_gtin(raw[key] for key in ("global_unique_id", "gtin", "ean", "_ean") if key in raw)
    image = raw.get("image")
    address = image.get("full_src") or image.get("url") or image.get("src") if isinstance(image, dict) else None
    picture = page.absolute(machine.scalar(address))
    return SeenOffer(
        price=price,
        list_price=before if before and price and float(before) > float(price) else None,
        currency=currency,
        availability=_variation_stock(raw),
        sku=machine.code(raw.get("sku")),
        gtin=good,
        bad_gtin=bad,
        variant=tuple(pair for pair in pairs if pair),
        images=(picture,) if picture else (),
    )


def _variation_stock(raw: Json) -> Availability | None:
    if "available-on-backorder" in str(raw.get("availability_html") or "")[:2000]:
        return Availability.BACK_ORDER
    stocked = raw.get("is_in_stock")
    return machine.availability(stocked) if isinstance(stocked, bool) else None
