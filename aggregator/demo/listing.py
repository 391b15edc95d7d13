"""Which products a list request is about, in which order, and which of them are on its page."""

from __future__ import annotations

import math
import random
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .clock import gmt, in_shop_time, local
from .model import Product
from .parameters import Params, is_true, numbers, words
from .pricing import price_of
from .state import ShopState

Test = Callable[[Product], bool]
# Parameters that do not change which products a list holds.
_ASIDE = ("page", "per_page", "offset", "_fields", "rest_route", "consumer_key", "consumer_secret")
_SEEN = {
    "visible": {"visible"},
    "catalog": {"visible", "catalog"},
    "search": {"visible", "search"},
    "hidden": {"hidden"},
}


@dataclass(frozen=True, slots=True)
class Page:
    """The products of one page, the total of the list, and how it is cut."""

    products: list[Product]
    total: int
    page: int
    pages: int


class Lister:
    """Answers list requests over one shop's state; remembers the last few whole lists, which sweeps page through."""

    def __init__(self, state: ShopState) -> None:
        self.state = state
        self._lists: OrderedDict[tuple[Any, ...], list[Product]] = OrderedDict()

    def page(self, api: str, params: Params, parent: int | None = None) -> Page:
        """The page that `params` ask for. `api`: v3, v3var, analytics, store, wp. Hold the state's lock."""
        rest = tuple(sorted((k, v) for k, v in params.items() if k not in _ASIDE and not k.startswith("oauth_")))
        key = (self.state.revision, api, parent, rest)
        if key not in self._lists:
            self._lists[key] = self._whole(api, params, parent)
            while len(self._lists) > 4:
                self._lists.popitem(last=False)
        found = self._lists[key]
        per_page, page = int(params.get("per_page") or 10), int(params.get("page") or 1)
        if params.get("per_page") == "0":  # the Store API's "everything in one answer"
            per_page, page = max(len(found), 1), 1
        offset = int(params["offset"]) if params.get("offset") else (page - 1) * per_page
        total = 0 if params.get("offset") and offset >= len(found) else len(found)
        rows = found[offset : offset + per_page]
        if params.get("orderby") == "modified":
            rows = _without_tie_break(found, offset, per_page)
        return Page(rows, total, page, math.ceil(total / per_page))

    def _whole(self, api: str, params: Params, parent: int | None) -> list[Product]:
        found = self._candidates(api, params, parent)
        for test in [*_statuses(api, params), *_dates(api, params), *_ids(params), *self._content(api, params)]:
            found = [p for p in found if test(p)]
        return self._ordered(found, params)

    def _candidates(self, api: str, params: Params, parent: int | None) -> list[Product]:
        if parent is not None:
            return self.state.variations(parent)
        variations = api in ("v3var", "analytics") or (api == "store" and params.get("type") == "variation")
        if params.get("sku") and api in ("v3", "store"):  # a search by SKU finds variations as well
            return list(self.state.entries.values())
        return [p for p in self.state.entries.values() if (p.type == "variation") == variations]

    def _content(self, api: str, params: Params) -> list[Test]:
        tests: list[Test] = []
        if api == "wp":
            return tests
        if (kind := params.get("type")) and kind != "variation":
            tests.append(lambda p: p.type == kind)
        if skus := params.get("sku"):
            wanted = {s.strip() for s in skus.split(",")}
            tests.append(lambda p: p.sku in wanted)
        if text := params.get("search", "").lower():
            tests.append(lambda p: all(w in f"{p.name} {p.sku} {p.description}".lower() for w in text.split()))
        if stock := params.get("stock_status"):
            tests.append(lambda p: p.stock_status in words(stock))
        if "on_sale" in params:
            tests.append(lambda p: self._on_sale(p) == is_true(params["on_sale"]))
        if "featured" in params:
            tests.append(lambda p: p.featured == is_true(params["featured"]))
        if category := params.get("category"):
            ids = self._with_children(set(numbers(category)))
            tests.append(lambda p: not ids.isdisjoint(p.categories))
        if tag := params.get("tag"):
            tests.append(lambda p: not set(numbers(tag)).isdisjoint(p.tags))
        if api == "store" and (seen := _SEEN.get(params.get("catalog_visibility", "any"))):
            tests.append(lambda p: p.catalog_visibility in seen)
        return tests

    def _on_sale(self, product: Product) -> bool:
        return price_of(product, self.state.variations(product.id), self.state.now()).on_sale

    def _with_children(self, ids: set[int]) -> set[int]:
        below = {t.id for t in self.state.catalogue.categories if t.parent in ids} - ids
        return self._with_children(ids | below) if below else ids

    def _ordered(self, found: list[Product], params: Params) -> list[Product]:
        by, descending = params.get("orderby", "date"), params.get("order", "desc") == "desc"
        if by in ("include", "post__in") and params.get("include"):
            place = {number: n for n, number in enumerate(numbers(params["include"]))}
            return sorted(found, key=lambda p: place[p.id])
        if by == "random":
            return random.sample(found, len(found))
        if by in ("popularity", "sales"):
            return sorted(found, key=lambda p: (p.total_sales, p.id), reverse=True)
        keys: dict[str, Callable[[Product], Any]] = {
            "id": lambda p: p.id,
            "title": lambda p: (_collated(p.name), p.id),
            "slug": lambda p: (p.slug, p.id),
            "modified": lambda p: (p.modified, p.id),
            "menu_order": lambda p: (p.menu_order, _collated(p.name), p.id),
            "price": lambda p: (Decimal(self._price(p) or "0"), p.id),
        }
        return sorted(found, key=keys.get(by, lambda p: (p.created, p.id)), reverse=descending)

    def _price(self, product: Product) -> str:
        return price_of(product, self.state.variations(product.id), self.state.now()).low


def _collated(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _without_tie_break(found: list[Product], offset: int, per_page: int) -> list[Product]:
    """A page under orderby=modified. The shop's SQL breaks no ties, so which of several products with one date a page
    shows depends on the page: sweeps lose some and repeat others (measured)."""
    start, end = offset, min(offset + per_page, len(found))
    while 0 < start < len(found) and found[start - 1].modified == found[start].modified:
        start -= 1
    while 0 < end < len(found) and found[end - 1].modified == found[end].modified:
        end += 1
    groups: dict[int, list[Product]] = {}
    for product in found[start:end]:
        groups.setdefault(product.modified, []).append(product)
    chance = random.Random(offset + per_page)
    mixed = [p for group in groups.values() for p in chance.sample(group, len(group))]
    return mixed[offset - start : offset - start + per_page]


def _statuses(api: str, params: Params) -> list[Test]:
    if api in ("store", "wp"):
        return [lambda p: p.status == "publish"]
    wanted = set(words(params.get("include_status", ""))) or {params.get("status", "any")}
    refused = set(words(params.get("exclude_status", "")))
    return [lambda p: (p.status in wanted or ("any" in wanted and p.status != "trash")) and p.status not in refused]


def _dates(api: str, params: Params) -> list[Test]:
    """Date filters: strict, whole seconds, compared as text with one column (local or GMT), as the SQL does."""
    if api == "store":
        column = params.get("date_column", "date")
        named = {"after": column, "before": column}
    else:
        suffix = "_gmt" if api != "wp" and is_true(params.get("dates_are_gmt", "")) else ""
        named = {n: f"{'modified' if n.startswith('modified') else 'date'}{suffix}" for n in _DATE_NAMES}
    tests: list[Test] = []
    for name, column in named.items():
        if name in params:
            tests.append(_date_test(column, in_shop_time(params[name]) or "", after=name.endswith("after")))
    return tests


_DATE_NAMES = ("after", "before", "modified_after", "modified_before")


def _date_test(column: str, limit: str, after: bool) -> Test:
    convert = gmt if column.endswith("_gmt") else local
    if column.startswith("modified"):
        return lambda p: convert(p.modified) > limit if after else convert(p.modified) < limit
    return lambda p: convert(p.created) > limit if after else convert(p.created) < limit


def _ids(params: Params) -> list[Test]:
    tests: list[Test] = []
    if included := set(numbers(params.get("include", ""))):
        tests.append(lambda p: p.id in included)
    elif excluded := set(numbers(params.get("exclude", ""))):  # include wins over exclude
        tests.append(lambda p: p.id not in excluded)
    if "parent" in params and (parents := set(numbers(params["parent"]))):
        tests.append(lambda p: p.parent in parents)
    if slugs := words(params.get("slug", "")):
        tests.append(lambda p: p.slug in slugs)
    return tests
