"""Query parameters as WordPress reads and refuses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from .clock import in_shop_time

Params = dict[str, str]
# (least, most) of an integer; a tuple of words; bool; "date"
Rule = tuple[int, int | None] | tuple[str, ...] | type[bool] | str

_REST_ORDER = (
    "date id include title slug modified popularity rating post__in price sales menu_order random "
    "popularity rating menu_order price popularity rating"
)
_ORDER = ("asc", "desc")
_DATES: dict[str, Rule] = dict.fromkeys(("after", "before", "modified_after", "modified_before"), "date")
_PAGING: dict[str, Rule] = {"page": (1, None), "per_page": (1, 100)}
_STATUS = ("any", "future", "trash", "draft", "pending", "private", "publish")
_TYPES = ("simple", "grouped", "external", "variable")
_STOCK = ("instock", "outofstock", "onbackorder")
_VARIATIONS: dict[str, Rule] = {
    **_PAGING,
    **_DATES,
    "order": _ORDER,
    "orderby": ("date", "id", "include", "title", "slug", "modified", "menu_order"),
    "status": _STATUS,
    "on_sale": bool,
    "stock_status": _STOCK,
}
RULES: dict[str, dict[str, Rule]] = {  # in the order in which the shop reports them
    "v3": {
        **_PAGING,
        **_DATES,
        "order": _ORDER,
        "orderby": tuple(_REST_ORDER.split()),
        "status": _STATUS,
        "type": _TYPES,
        "featured": bool,
        "on_sale": bool,
        "stock_status": _STOCK,
    },
    "v3var": _VARIATIONS,
    "analytics": _VARIATIONS,
    "store": {
        "page": (1, None),
        "per_page": (0, 100),
        "after": "date",
        "before": "date",
        "date_column": ("date", "date_gmt", "modified", "modified_gmt"),
        "order": _ORDER,
        "orderby": (
            "date",
            "modified",
            "id",
            "include",
            "title",
            "slug",
            "price",
            "popularity",
            "rating",
            "menu_order",
            "comment_count",
        ),
        "type": (*_TYPES, "variation"),
        "featured": bool,
        "on_sale": bool,
        "catalog_visibility": ("any", "visible", "catalog", "search", "hidden"),
    },
    "wp": {
        **_PAGING,
        **_DATES,
        "order": _ORDER,
        "orderby": (
            "author",
            "date",
            "id",
            "include",
            "modified",
            "parent",
            "relevance",
            "slug",
            "include_slugs",
            "title",
            "popularity",
            "rating",
            "post__in",
            "price",
            "sales",
            "menu_order",
            "random",
        ),
    },
    "terms": {**_PAGING, "order": _ORDER},
    "store-terms": {"page": (1, None), "per_page": (0, 100)},
}


def parse(query: str) -> Params:
    """The query as PHP keeps it: of equal names the last counts; `a[]`, `a[0]` become one comma list `a`."""
    found: Params = {}
    lists: dict[str, list[str]] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        name, bracket, _ = key.partition("[")
        if bracket:
            lists.setdefault(name, []).append(value)
        else:
            found[key] = value
    return found | {name: ",".join(values) for name, values in lists.items()}


def signed_pairs(query: str) -> dict[str, str]:
    """The query's pairs as they enter an OAuth signature: list items by number (`a[0]`), the last of equals."""
    found: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key.endswith("[]"):
            key = f"{key[:-2]}[{sum(k.startswith(key[:-1]) for k in found)}]"
        found[key] = value
    return found


def is_true(value: str) -> bool:
    """WordPress's booleans."""
    return value.lower() in ("1", "true")


def words(value: str) -> list[str]:
    """A list parameter."""
    return [w for w in re.split(r"[\s,]+", value) if w]


def numbers(value: str) -> list[int]:
    """A list of ids; what is no number counts as 0, as PHP casts it."""
    return [int(m.group()) if (m := re.match(r"-?\d+", w)) else 0 for w in words(value)]


def _complaint(name: str, rule: Rule, value: str) -> tuple[str, str] | None:
    """(code, message) where the value breaks its rule."""
    if rule == "date":
        return None if in_shop_time(value) else ("rest_invalid_date", "Invalid date.")
    if rule is bool:
        fine = value.lower() in ("0", "1", "true", "false")
        return None if fine else ("rest_invalid_type", f"{name} is not of type boolean.")
    assert isinstance(rule, tuple)
    if isinstance(rule[0], str):
        if value in rule:
            return None
        listed: Iterable[str] = [str(r) for r in rule]
        *first, last = listed
        return "rest_not_in_enum", f"{name} is not one of {', '.join(first)}{',' if len(first) > 1 else ''} and {last}."
    least, most = int(rule[0]), rule[1]
    if not re.fullmatch(r"\s*[+-]?\d+\s*", value):
        return "rest_invalid_type", f"{name} is not of type integer."
    if int(value) < least or (isinstance(most, int) and int(value) > most):
        between = f"between {least} (inclusive) and {most} (inclusive)"
        return "rest_out_of_bounds", f"{name} must be {between if most else f'greater than or equal to {least}'}"
    return None


def refusal(params: Mapping[str, str], api: str) -> dict[str, Any] | None:
    """The body of the 400 that these parameters earn, or None."""
    found = {n: c for n, rule in RULES[api].items() if n in params and (c := _complaint(n, rule, params[n]))}
    if not found:
        return None
    details = {
        n: {"code": code, "message": message, "data": {"param": n} if code == "rest_invalid_type" else None}
        for n, (code, message) in found.items()
    }
    return {
        "code": "rest_invalid_param",
        "message": "Invalid parameter(s): " + ", ".join(found),
        "data": {"status": 400, "params": {n: m for n, (_, m) in found.items()}, "details": details},
    }
