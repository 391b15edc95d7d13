"""A fake Magento 2 shop: its GraphQL by GET, as captured and as its documentation and its source describe it.

It understands the shapes of question that catalogue readers ask (a filter by price or SKU, paging, the store's
configuration) and answers exactly the fields that were named; an older version does not know them all. Known
differences: no POST (405), no mutations, one store view, no full-text search.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..answer import Answer, Request
from ..model import Catalogue, Product
from ..server import Serving
from .fake import DoorOptions, FakeDoor, Sold

_TOKEN = re.compile(r'\.\.\.|[{}()\[\]:!$=@]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\w+')
_NEW_FIELDS = frozenset({"url_suffix", "media_gallery", "breadcrumbs", "only_x_left_in_stock"})
Fields = dict[str, Any]
"""The fields that a question names, each with those below it; "... on T" for a fragment."""


@dataclass(frozen=True, slots=True)
class MagentoOptions(DoorOptions):
    """`old`: a version that does not know every field, and complains with 200. `most`: the greatest page size (0: any).
    `suffix`: what pages' addresses end with. `hides_sold_out`: "Display Out of Stock Products" is off, the default.
    """

    old: bool = False
    most: int = 0
    suffix: str = ".html"
    hides_sold_out: bool = False


class _Refused(Exception):
    pass


class FakeMagento(FakeDoor):
    """One shop."""

    options: MagentoOptions
    robots = "User-agent: *\nDisallow: /customer/\nDisallow: /checkout/\nDisallow: /catalogsearch/\n"
    head = (
        '<link rel="stylesheet" href="/static/version1790000000/frontend/Magento/luma/fr_FR/css/styles-m.css">'
        '<script type="text/x-magento-init">{"*":{"mage/cookies":{"path":"/","lifetime":"3600"}}}</script>'
    )

    def page_path(self, product: Product) -> str:
        return f"/{product.slug}{self.options.suffix}"

    def dispatch(self, request: Request) -> Answer:
        path = request.path
        if path == "/graphql":
            return self._graphql(request) if self.options.open else Answer.html("<h1>403 Forbidden</h1>", 403)
        if path == "/":
            return self.home({"X-Magento-Cache-Debug": "HIT"})
        slug = path.removeprefix("/").removesuffix(self.options.suffix)
        product = self.named(slug) if path.endswith(self.options.suffix) else None
        return self.article(product) if product else self.missing()

    # -- GraphQL -----------------------------------------------------------------------------------------------------
    def _graphql(self, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            return Answer.json({"errors": [{"message": "Mutation requests allowed only for POST requests"}]}, 405)
        try:
            question = Question(request.params.get("query", ""))
            if self.options.old:
                self._know(question.fields)
            data, items = {}, 0
            for name, below in question.fields.items():
                if name == "storeConfig":
                    data[name] = _picked(self._config(), below)
                elif name == "products":
                    told = self._products(question.arguments.get(name, {}))
                    data[name] = _picked(told, below)
                    items += len(told["items"])
                else:
                    raise _Refused(f'Cannot query field "{name}" on type "Query".')
        except _Refused as error:
            told = {"message": str(error), "extensions": {"category": "graphql-input"}}
            return Answer.json({"errors": [told], "data": None}, 200 if self.options.old else 400)
        return Answer.json({"data": data}, items=items)

    @classmethod
    def _know(cls, fields: Fields) -> None:
        for name, below in fields.items():
            if name in _NEW_FIELDS:
                raise _Refused(f'Cannot query field "{name}" on type "ProductInterface".')
            cls._know(below)

    def _products(self, arguments: dict[str, Any]) -> dict[str, Any]:
        wanted = arguments.get("filter") or {}
        if not wanted and not arguments.get("search"):
            raise _Refused("'search' or 'filter' input argument is required.")
        size, page = int(arguments.get("pageSize", 20)), int(arguments.get("currentPage", 1))
        if self.options.most and size > self.options.most:
            raise _Refused(f"Maximum pageSize is {self.options.most}")
        shown = sorted(self.shown(), key=lambda p: (p.name, p.id))
        if "sku" in wanted:
            skus = wanted["sku"].get("in") or [wanted["sku"].get("eq")]
            shown = [p for p in shown if self.sku(p) in skus]
        pages = math.ceil(len(shown) / size)
        if page > max(pages, 1):
            raise _Refused(f"currentPage value {page} specified is greater than the {pages} page(s) available.")
        items = [self._item(p) for p in shown[(page - 1) * size : page * size]]
        return {"total_count": len(shown), "page_info": {"current_page": page, "total_pages": pages}, "items": items}

    def shown(self) -> list[Product]:
        """What the catalogue shows: without what is sold out, where the shop hides that."""
        if not self.options.hides_sold_out:
            return self.listed()
        return [p for p in self.listed() if any(one.buyable for one in self.sold(p))]

    @staticmethod
    def sku(product: Product) -> str:
        """Magento has no product without a SKU."""
        return product.sku or f"P-{product.id}"

    def _item(self, product: Product) -> dict[str, Any]:
        sold = self.sold(product)
        prices = sorted((one for one in sold if one.price), key=lambda one: float(one.price))
        told: dict[str, Any] = {
            **self._common(product, prices[0] if prices else None),
            "__typename": "ConfigurableProduct" if product.type == "variable" else "SimpleProduct",
            "uid": str(product.id),
            "name": product.name,
            "url_key": product.slug,
            "url_suffix": self.options.suffix,
            "stock_status": "IN_STOCK" if any(one.buyable for one in sold) else "OUT_OF_STOCK",
            "description": {"html": self.catalogue.description_of(product)},
            "short_description": {"html": product.short_description},
            "media_gallery": [{"url": url} for url in self.photos(product)],
            "categories": self._categories(product),
        }
        if product.type == "variable":
            names = self.option_names(product)
            told["only_x_left_in_stock"] = None
            told["configurable_options"] = [{"attribute_code": name.lower(), "label": name} for name in names]
            told["variants"] = [
                {
                    "attributes": [{"code": name.lower(), "label": value} for name, value in one.choice],
                    "product": self._common(one.product, one)
                    | {"name": f"{product.name}-{one.product.id}", "image": None},
                }
                for one in sold
            ]
        return self.overridden(product, told)

    def _common(self, product: Product, one: Sold | None) -> dict[str, Any]:
        final = float(one.price) if one and one.price else 0.0
        regular = float(one.regular) if one and one.regular else 0.0
        price = {
            "final_price": {"value": final, "currency": self.options.currency},
            "regular_price": {"value": regular, "currency": self.options.currency},
        }
        quantity = one.quantity if one else None
        return {
            "sku": self.sku(product),
            "stock_status": "IN_STOCK" if one and one.buyable else "OUT_OF_STOCK",
            "only_x_left_in_stock": quantity if quantity and quantity <= 5 else None,
            "image": {"url": next(iter(self.photos(product)), None)},
            "price_range": {"minimum_price": price, "maximum_price": price},
        }

    def _categories(self, product: Product) -> list[dict[str, Any]]:
        known = {t.id: t for t in self.catalogue.categories}
        return [
            {
                "name": known[n].name,
                "breadcrumbs": [{"category_name": known[known[n].parent].name}] if known[n].parent in known else None,
            }
            for n in product.categories
            if n in known
        ]

    def _config(self) -> dict[str, Any]:
        return {
            "store_name": self.catalogue.name,
            "default_display_currency_code": self.options.currency if self.options.tells_currency else None,
            "product_url_suffix": self.options.suffix,
            "base_link_url": f"{self.base_url}/",
            "secure_base_link_url": f"{self.base_url}/",
        }


def _picked(told: Any, below: Fields) -> Any:
    """The named fields, and no others; of a list, of each."""
    if isinstance(told, list):
        return [_picked(one, below) for one in told]
    if not isinstance(told, dict) or not below:
        return told
    found: dict[str, Any] = {}
    for name, deeper in below.items():
        if name.startswith("... on "):
            if told.get("__typename") == name.removeprefix("... on "):
                found |= _picked(told, deeper)
        else:
            found[name] = _picked(told.get(name), deeper)
    return found


class Question:
    """One anonymous query, read: which fields, and with which arguments those at its top."""

    def __init__(self, text: str) -> None:
        self._tokens: Iterator[str] = iter(_TOKEN.findall(text))
        self.arguments: dict[str, dict[str, Any]] = {}
        self._next = next(self._tokens, "")
        if self._next == "query":
            self._step()
        if self._next != "{":
            raise _Refused("Syntax Error: Unexpected <EOF>")
        self._step()
        self.fields = self._selection(top=True)

    def _step(self) -> str:
        token, self._next = self._next, next(self._tokens, "")
        if not token:
            raise _Refused("Syntax Error: Expected Name, found <EOF>")
        return token

    def _selection(self, top: bool = False) -> Fields:
        found: Fields = {}
        while (name := self._step()) != "}":
            if name == "...":
                self._step()
                name = f"... on {self._step()}"
            if self._next == "(":
                self._step()
                arguments = self._object(")")
                if top:
                    self.arguments[name] = arguments
            below: Fields = {}
            if self._next == "{":
                self._step()
                below = self._selection()
            found[name] = below
        return found

    def _object(self, end: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (name := self._step()) != end:
            self._step()
            found[name] = self._value()
        return found

    def _value(self) -> Any:
        word = self._step()
        if word == "{":
            return self._object("}")
        if word == "[":
            values = []
            while self._next != "]":
                values.append(self._value())
            self._step()
            return values
        return json.loads(word) if word.startswith('"') else word


class MagentoShop(Serving[FakeMagento]):
    """A fake Magento shop on a port: `with MagentoShop(catalogue, old=True) as shop: shop.url`.

    `switches` are the fields of `MagentoOptions`. `shop.fake` has the controls.
    """

    def __init__(self, catalogue: Catalogue, host: str = "127.0.0.1", port: int = 0, **switches: Any) -> None:
        super().__init__(FakeMagento(catalogue, MagentoOptions(**switches)), host, port)
        self.fake.base_url = self.url
