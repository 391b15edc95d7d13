"""Pure: what a product's own page says that the list does not.

Two places of the page are read: `data-product`, what the theme tells its own scripts (texts, features, the attributes
of the shown combination, stock of all combinations; measured: no product's EAN), and the JSON-LD of the product (its
EAN, and whether the shown combination is in stock) for that, and for themes without the former.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Any, Final

import orjson

from connectors import spellings, values
from connectors.drafting import MALFORMED, MAX_IMAGES, Json, label, rows, text_of
from connectors.prestashop.mapping import flag, identifier, number
from connectors.records import Attribute, Availability

MOST_BLOCKS: Final = 50
DESCRIPTION_LIMIT: Final = 10_000
MPN: Final = "Référence du fabricant"

_DATA_PRODUCT: Final = re.compile(rb"\bdata-product=\"([^\"]{2,})\"")
_JSON_LD: Final = re.compile(rb"<script\b[^>]{0,200}\bapplication/ld\+json\b[^>]{0,200}>", re.I)
_CODES: Final = ("ean13", "upc", "isbn")
_LD_CODES: Final = ("gtin13", "gtin14", "gtin12", "gtin8", "gtin")


@dataclass(frozen=True, slots=True)
class Taught:
    """What one visit taught of a product; what moves with each sale is not in it."""

    code: str = ""
    """The product's EAN, UPC or ISBN as the page has it, unchecked."""
    combination: int = 0
    """The combination that the page shows; 0: there are none."""
    variant: tuple[Attribute, ...] = ()
    """Its attributes."""
    variant_code: str = ""
    attributes: tuple[Attribute, ...] = ()
    """The product's features."""
    description: str = ""
    """Clean HTML."""
    images: tuple[str, ...] = ()
    personalised: bool = False
    """It can be bought only with a text or picture of the customer's: lists give it no address for the basket."""
    price_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that was read: what it taught, and the stock at that moment."""

    taught: Taught
    stock: Availability | None


def product_number(item: Any) -> int | None:
    """A product's number; `id` is the same in older versions."""
    return identifier(item, "id_product") or identifier(item)


def read(html: bytes, product: int, *, alone: bool = False) -> Visit | None:
    """None where the page tells nothing of this product (another theme, or a redirect to another page). `alone`: the
    product has no combinations."""
    item, told = data_product(html, product), _json_ld(html)
    if item is None and told is None:
        return None
    try:
        taught = taught_by(item or {}, told or {})
        stock = stock_of(item) if item is not None else _stock_of_json_ld(told or {}, alone=alone)
    except MALFORMED:
        return None
    return Visit(taught, stock)


def data_product(html: bytes, product: int) -> Json | None:
    """What the page itself says of this product, to its own scripts; None where the theme does not.

    Modules use the same attribute for a mere number (measured: the alert for what is sold out)."""
    for found in islice(_DATA_PRODUCT.finditer(html), MOST_BLOCKS):
        try:
            value = orjson.loads(unescape(found[1].decode("utf-8", "replace")))
        except orjson.JSONDecodeError:
            continue
        if isinstance(value, dict) and product_number(value) == product:
            return value
    return None


def stock_of(item: Json) -> Availability:
    """`data-product` counts all combinations, and knows what must be personalised before it can be bought."""
    left = max(number(item.get("quantity")), number(item.get("quantity_all_versions")))
    if flag(item.get("available_for_order", 1)) and (left > 0 or number(item.get("allow_oosp")) > 0):
        return Availability.IN_STOCK
    return Availability.OUT_OF_STOCK


def hides_price(item: Json) -> bool:
    """True only where the shop says so: rows of lists do not."""
    return not flag(item.get("show_price", 1))


def taught_by(item: Json, told: Mapping[str, Any]) -> Taught:
    """`item`: data-product; `told`: the JSON-LD of the product. Each may be empty."""
    chosen = _chosen(item.get("attributes"))
    description = text_of(item.get("description")) or text_of(item.get("description_short"))
    return Taught(
        code=_first_text(item, _CODES) or _first_text(told, _LD_CODES),
        combination=number(item.get("id_product_attribute")) if chosen else 0,
        variant=tuple(
            (label(text_of(one.get("group"))), label(text_of(one.get("name"))))
            for one in chosen
            if one.get("group") and one.get("name")
        ),
        variant_code=next((code for one in chosen if (code := _first_text(one, _CODES))), ""),
        attributes=_features(item),
        description=values.clean_html(description, DESCRIPTION_LIMIT) if description else "",
        images=_images(item.get("images")),
        personalised=bool(item.get("customization_required")),
        price_hidden=hides_price(item),
    )


def _chosen(raw: Any) -> list[Json]:
    """The shown combination's attributes, by option group; PHP writes an empty list where there are none."""
    return rows(list(raw.values())) if isinstance(raw, dict) else rows(raw)


def _features(item: Json) -> tuple[Attribute, ...]:
    found: dict[str, list[str]] = {}
    for one in rows(item.get("features")):
        name, text = label(text_of(one.get("name"))), label(text_of(one.get("value")))
        if name and text and text not in found.setdefault(name, []):
            found[name].append(text)
    mpn = label(text_of(item.get("mpn")))
    if mpn and mpn != label(text_of(item.get("reference"))):
        found[MPN] = [mpn]
    return tuple((name, ", ".join(texts)) for name, texts in found.items() if texts)


def picture(raw: Any, base: str | None = None) -> str | None:
    """The biggest size of a picture."""
    if not isinstance(raw, dict):
        return None
    sizes = raw.get("bySize")
    known = rows(list(sizes.values())) if isinstance(sizes, dict) else []
    if isinstance(raw.get("large"), dict):
        known.append(raw["large"])
    best = max(known, key=lambda size: number(size.get("width")), default={})
    url, _ = values.http_url(text_of(best.get("url")), base)
    return url


def _images(raw: Any) -> tuple[str, ...]:
    pictures = list(raw.values()) if isinstance(raw, dict) else raw
    return tuple(dict.fromkeys(url for one in rows(pictures)[:MAX_IMAGES] if (url := picture(one))))


def _first_text(item: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((text for name in names if (text := str(item.get(name) or "").strip())), "")[:40]


# -- JSON-LD -------------------------------------------------------------------------------------------------------


def _json_ld(html: bytes) -> Json | None:
    """The page's only Product; None where there is none, or more than one."""
    found = [node for value in _blocks(html) for node in _nodes(value) if _is_product(node)]
    return found[0] if len(found) == 1 else None


def _blocks(html: bytes) -> Iterator[Any]:
    for opening in islice(_JSON_LD.finditer(html), MOST_BLOCKS):
        end = html.find(b"</script", opening.end())
        text = html[opening.end() : end if end >= 0 else len(html)]
        try:
            yield orjson.loads(text)
        except orjson.JSONDecodeError:
            try:
                yield json.loads(text.decode("utf-8", "replace"), strict=False)  # themes leave line breaks in texts
            except (ValueError, RecursionError):
                continue


def _nodes(value: Any) -> Iterator[Json]:
    """The objects at the root, in a list, or in its graph."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one
            graph = one.get("@graph")
            yield from (node for node in graph if isinstance(node, dict)) if isinstance(graph, list) else ()


def _is_product(node: Json) -> bool:
    kind = node.get("@type")
    return "Product" in (kind if isinstance(kind, list) else [kind])


def _stock_of_json_ld(told: Json, *, alone: bool) -> Availability | None:
    """Of the shown combination: that it is sold out says nothing of the others, where there are some."""
    offer = told.get("offers")
    said, _ = spellings.availability(text_of(offer.get("availability"))) if isinstance(offer, dict) else (None, None)
    return said if alone or said is not Availability.OUT_OF_STOCK else None
