"""Pure: the questions that are asked of Magento's GraphQL, and what its answers and refusals say.

Versions differ by fields: each that not all of them know is left out once a shop says so ("Cannot query field").
Nothing but queries is ever sent, and only by GET.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from connectors.drafting import Json

EVERYTHING: Final = 'price:{from:"0"}'
"""A list without a filter is refused."""
_PRICE: Final = "price_range{minimum_price{final_price{value currency} regular_price{value}}"
_OFFER: Final = "sku name stock_status only_x_left_in_stock image{url} " + _PRICE + "}"
_FIELDS: Final = (
    ("sku name url_key stock_status", ""),
    ("url_suffix", "url_suffix"),
    ("only_x_left_in_stock", "only_x_left_in_stock"),
    ("description{html}", "description"),
    ("short_description{html}", "short_description"),
    ("media_gallery{url}", "media_gallery"),
    ("image{url}", "image"),
    ("categories{name breadcrumbs{category_name}}", "categories"),
    (_PRICE + " maximum_price{final_price{value}}}", ""),
    ("... on ConfigurableProduct{configurable_options{attribute_code label}", ""),
    ("variants{attributes{code label} product{" + _OFFER + "}}}", ""),
    ("... on GroupedProduct{items{product{" + _OFFER + "}}}", ""),
)
OPTIONAL: Final = frozenset(name for _, name in _FIELDS if name) | {"breadcrumbs"}
CONFIG: Final = (
    "{storeConfig{store_name default_display_currency_code product_url_suffix base_link_url secure_base_link_url}}"
)
PROBE: Final = "{products(filter:{" + EVERYTHING + "} pageSize:1){total_count}}"

_UNKNOWN_FIELD: Final = re.compile(r"Cannot query field \\?\"(\w+)\\?\"")
_SMALLER: Final = re.compile(r"maximum pageSize is (\d{1,4})", re.I)
_BEYOND: Final = re.compile(r"currentPage value .{0,40}greater than the", re.I)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of products."""

    items: list[Any]
    total: int


class Refused(Exception):
    """Not this question, but another one may do."""


class Unknown(Refused):
    """The shop does not know these fields: ask without them."""

    def __init__(self, fields: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = fields


class TooMany(Refused):
    """The shop gives no more than `most` products an answer."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class Beyond(Refused):
    """There is no such page (any more)."""


def listing(page: int, size: int, without: frozenset[str] = frozenset()) -> str:
    """A page of everything, by name: an order that does not change with what is bought."""
    return _products(f"filter:{{{EVERYTHING}}} sort:{{name:ASC}} pageSize:{size} currentPage:{page}", without)


def by_sku(skus: Sequence[str], without: frozenset[str] = frozenset()) -> str:
    """These products."""
    return _products(f"filter:{{sku:{{in:{orjson.dumps(list(skus)).decode()}}}}} pageSize:{len(skus)}", without)


def _products(arguments: str, without: frozenset[str]) -> str:
    fields = " ".join(_less(text, without) for text, name in _FIELDS if not name or name not in without)
    return f"{{products({arguments}){{total_count items{{__typename {fields}}}}}}}"


def _less(text: str, without: frozenset[str]) -> str:
    for name in sorted(without):
        text = re.sub(rf"\b{name}(?:\{{\w+\}})? ?", "", text)
    return text


def read(value: Any) -> Answer:
    """The page in an answer. Raises Refused where another question may do, ValueError else."""
    products = data(value).get("products")
    if not isinstance(products, dict):
        raise ValueError("no products in the answer")
    items, total = products.get("items", []), products.get("total_count")
    if not isinstance(items, list) or not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise ValueError("no list of products, or no total_count")
    return Answer(items, total)


def data(value: Any) -> Json:
    """`data` of an answer, also of one that complains beside it."""
    if not isinstance(value, dict):
        raise ValueError(f"{type(value).__name__} where an answer of GraphQL should be")
    found = value.get("data")
    if isinstance(found, dict) and any(part is not None for part in found.values()):
        return found
    raise refusal(value.get("errors"))


def refusal(errors: Any) -> Exception:
    """What a list of errors means."""
    told = errors if isinstance(errors, list) else []
    texts = [str(one.get("message") or "") for one in told if isinstance(one, dict)]
    whole = " / ".join(texts)
    fields = frozenset(_UNKNOWN_FIELD.findall(whole))
    if fields and fields <= OPTIONAL:
        return Unknown(fields)
    if (found := _SMALLER.search(whole)) and int(found[1]):
        return TooMany(int(found[1]))
    if _BEYOND.search(whole):
        return Beyond()
    return ValueError(f"GraphQL refuses: {whole[:200]}" if whole else "no data")
