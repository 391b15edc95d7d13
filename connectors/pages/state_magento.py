"""Pure: what Magento 2's product pages carry in <script type="text/x-magento-init">: the prices of configurations."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

import orjson

from connectors.pages import machine
from connectors.pages.page import Page
from connectors.pages.seen import SeenOffer, SeenProduct, Source
from connectors.pages.shapes import Json
from connectors.records import Attribute

_MAX_NODES: Final = 400
_MAX_VARIANTS: Final = 500


def magento(page: Page) -> list[SeenProduct]:
    """The configurations of a configurable product; of a simple one the page has microdata."""
    for script in page.scripts:
        if script.type == "text/x-magento-init" and '"optionPrices"' in script.text:
            config = _config(script.text)
            if config is not None:
                offers = _offers(config, page)
                heading = page.tree.css_first("h1")
                name = machine.text(heading.text()[:2000]) if heading else None
                if offers:
                    return [
                        SeenProduct(Source.STATE, f"script {script.number}, optionPrices", name=name, offers=offers)
                    ]
    return []


def _config(text: str) -> Json | None:
    """The object that holds `optionPrices`: "spConfig" of older themes, "jsonConfig" of those with swatches."""
    try:
        queue: deque[Any] = deque([orjson.loads(text)])
    except (orjson.JSONDecodeError, ValueError):
        return None
    for _ in range(_MAX_NODES):
        if not queue:
            break
        raw = queue.popleft()
        if not isinstance(raw, dict):
            continue
        if isinstance(raw.get("optionPrices"), dict) and isinstance(raw.get("attributes"), dict):
            return raw
        queue.extend(raw.values())
    return None


def _offers(config: Json, page: Page) -> tuple[SeenOffer, ...]:
    chosen = _chosen(config["attributes"])
    pattern = config.get("priceFormat")
    shown = pattern.get("pattern") if isinstance(pattern, dict) else config.get("template")
    currency = machine.currency(shown.replace("%s", "").strip()) if isinstance(shown, str) else None
    found = []
    for key, prices in list(config["optionPrices"].items())[:_MAX_VARIANTS]:
        if not isinstance(prices, dict):
            continue
        price, before = _amount(prices.get("finalPrice")), _amount(prices.get("oldPrice"))
        found.append(
            SeenOffer(
                price=price,
                list_price=before if before and price and float(before) > float(price) else None,
                currency=currency,
                sku=machine.code(_of(config.get("sku") or config.get("skus"), key)),
                variant=tuple(chosen.get(key, ())),
                images=_images(_of(config.get("images"), key), page),
            )
        )
    return tuple(found)


def _of(raw: Any, key: str) -> Any:
    return raw.get(key) if isinstance(raw, dict) else None


def _amount(raw: Any) -> str | None:
    return machine.price(raw.get("amount"))[0] if isinstance(raw, dict) else None


def _chosen(attributes: Json) -> dict[str, list[Attribute]]:
    """For each configuration's id, the options that make it."""
    found: dict[str, list[Attribute]] = {}
    for attribute in list(attributes.values())[:20]:
        options = attribute.get("options") if isinstance(attribute, dict) else None
        for option in options[:500] if isinstance(options, list) else ():
            members = option.get("products") if isinstance(option, dict) else None
            pair = machine.pair(attribute.get("label"), option.get("label")) if isinstance(option, dict) else None
            for member in members[:_MAX_VARIANTS] if pair and isinstance(members, list) else ():
                if pair:
                    found.setdefault(str(member), []).append(pair)
    return found


def _images(raw: Any, page: Page) -> tuple[str, ...]:
    shown = (
        [one.get("full") or one.get("img") for one in raw[:4] if isinstance(one, dict)] if isinstance(raw, list) else []
    )
    urls = (page.absolute(machine.scalar(one)) for one in shown)
    return tuple(dict.fromkeys(url for url in urls if url))
