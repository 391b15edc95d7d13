"""A PrestaShop's tables as they are now, and the hands that change them: the merchant's, an order's, an importer's.

What moves a product's `date_upd` is what was measured: any save of the product itself, and the deletion of a product
before it in one of its categories (positions are numbered anew). Stock, discounts, combinations, brands: nothing.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ..model import Catalogue
from ..text import slugify
from .options import Options
from .prices import Prices
from .tables import NEVER, Row, build, six, stamp


class PrestaState:
    """The rows of one fake shop. Hold `lock` to read several of them at one moment."""

    def __init__(self, catalogue: Catalogue, options: Options, now: Callable[[], float] = time.time) -> None:
        self.catalogue, self.options, self.now = catalogue, options, now
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """As generated: every change is forgotten."""
        with self.lock:
            self.tables, self.drawn = build(self.catalogue, self.options)
            self.prices = Prices(self.tables)
            self.denied: frozenset[str] = frozenset()
            self.service = True
            self.maintenance = False

    # -- reading -----------------------------------------------------------------------------------------------------
    def __getitem__(self, number: int) -> Row:
        """A product's row."""
        return self.tables["products"].rows[number]

    @property
    def clock(self) -> str:
        """The shop's time."""
        return stamp(self.now())

    def combinations(self, product: int) -> list[Row]:
        """A product's combinations, by id."""
        rows = self.tables["combinations"].rows
        return [rows[c["id"]] for c in self[product]["associations"].get("combinations", ())]

    def stock_of(self, product: int, combination: int = 0) -> Row:
        """The stock row of a product (the sum) or of one combination."""
        for link in self[product]["associations"]["stock_availables"]:
            if link["id_product_attribute"] == combination:
                return self.tables["stock_availables"].rows[link["id"]]
        raise KeyError((product, combination))

    def buyable(self, product: Row, combination: int = 0) -> bool:
        """Can a visitor order one now?"""
        return bool(product["available_for_order"]) and self.deliverable(self.stock_of(product["id"], combination))

    def orderable(self, stock: Row) -> bool:
        """May more be ordered than there is? 0: no, 1: yes, 2: as the shop has it by default."""
        return stock["out_of_stock"] == 1 or (stock["out_of_stock"] == 2 and self.options.orders_without_stock)

    def deliverable(self, stock: Row) -> bool:
        """In stock, or to be had on order."""
        return stock["quantity"] > 0 or self.orderable(stock)

    def public(self) -> list[Row]:
        """The products that listings and the sitemap show, in the order of their ids."""
        rows = self.tables["products"].rows
        return [
            rows[n] for n in sorted(rows) if rows[n]["active"] == 1 and rows[n]["visibility"] in ("both", "catalog")
        ]

    # -- changes -----------------------------------------------------------------------------------------------------
    def set(
        self, number: int, fields: Mapping[str, Any], resource: str = "products", bump: bool = True, at: str = ""
    ) -> Row:
        """Save fields of a row as they stand in the JSON, whatever their values. `at` is the shop's time of the save.

        KeyError for a row or a field that does not exist.
        """
        with self.lock:
            table = self.tables[resource]
            row = table.rows[number]
            if unknown := fields.keys() - table.resource.fields.keys() - {"associations"}:
                raise KeyError(f"no such field: {', '.join(sorted(unknown))}")
            row.update(copy.deepcopy(dict(fields)))
            if bump and "date_upd" in row:
                row["date_upd"] = at or self.clock
            return row

    def sql_set(self, number: int, fields: Mapping[str, Any], resource: str = "products") -> Row:
        """The same, written past PrestaShop (importers, ERP bridges): no date moves."""
        return self.set(number, fields, resource, bump=False)

    def translate(self, number: int, fields: Mapping[str, str], resource: str = "products") -> None:
        """Texts in the second language."""
        with self.lock:
            table = self.tables[resource]
            if unknown := fields.keys() - set(table.resource.texts):
                raise KeyError(f"no text: {', '.join(sorted(unknown))}")
            table.second.setdefault(table.rows[number]["id"], {}).update(fields)

    def deactivate(self, number: int) -> None:
        """Take a product off sale: still in the webservice, no longer on the site."""
        self.set(number, {"active": 0})

    def stock(
        self, product: int, quantity: int | None = None, combination: int = 0, out_of_stock: int | None = None
    ) -> Row:
        """An order, a delivery, a count: no date moves. The product's row is the sum of its combinations'."""
        with self.lock:
            row = self.stock_of(product, combination)
            row["quantity"] = row["quantity"] if quantity is None else quantity
            row["out_of_stock"] = row["out_of_stock"] if out_of_stock is None else out_of_stock
            if combination:
                total = self.stock_of(product)
                total["quantity"] = sum(self.stock_of(product, c["id"])["quantity"] for c in self.combinations(product))
            return row

    def discount(
        self,
        product: int,
        reduction: str,
        kind: str = "percentage",
        combination: int = 0,
        taxed: bool = True,
        begins: str = NEVER,
        ends: str = NEVER,
        **more: Any,
    ) -> int:
        """A specific price ("0.200000" and percentage: 20 % off). Its id; `more` are further fields of its row."""
        if kind not in ("percentage", "amount"):
            raise ValueError(f"no such reduction: {kind!r}")
        with self.lock:
            if product not in self.tables["products"].rows:
                raise KeyError(product)
            values = {"from": begins, "to": ends, "price": "-1.000000", "from_quantity": 1, **more}
            row = self.tables["specific_prices"].add(
                id_product=product, id_product_attribute=combination, reduction=six(Decimal(reduction)),
                reduction_type=kind, reduction_tax=int(taxed), **values,
            )  # fmt: skip
            return int(row["id"])

    def remove_discount(self, number: int) -> None:
        """End a specific price by hand."""
        with self.lock:
            del self.tables["specific_prices"].rows[number]

    def delete(self, number: int, at: str = "") -> list[int]:
        """A product for good, with all that is its own. Returns what this re-dates: the products placed after it."""
        with self.lock:
            gone = self.tables["products"].rows.pop(number)
            for name in ("combinations", "stock_availables", "specific_prices"):
                rows = self.tables[name].rows
                for child in [n for n, row in rows.items() if row["id_product"] == number]:
                    del rows[child]
            categories = self.tables["categories"].rows.values()
            moved = {other for category in categories for other in self._unlist(category, gone)}
            for other in moved:
                self.set(other, {}, at=at)
            return sorted(moved)

    def _unlist(self, category: Row, gone: Row) -> list[int]:
        listed = category["associations"].get("products", [])
        ids = [p["id"] for p in listed]
        if gone["id"] not in ids:
            return []
        place = ids.index(gone["id"])
        del listed[place]
        for after in ids[place + 1 :]:
            row = self[after]
            if row["id_category_default"] == category["id"]:
                row["position_in_category"] -= 1
        return ids[place + 1 :]

    def delete_combination(self, number: int) -> None:
        """One combination with its stock. The product's date stays; its default moves on where it was this one."""
        with self.lock:
            gone = self.tables["combinations"].rows.pop(number)
            product = self[gone["id_product"]]
            links = product["associations"]
            for name, field in (("combinations", "id"), ("stock_availables", "id_product_attribute")):
                links[name] = [link for link in links[name] if link[field] != number]
            rows = self.tables["stock_availables"].rows
            for child in [n for n, row in rows.items() if row["id_product_attribute"] == number]:
                del rows[child]
            left = self.combinations(product["id"])
            if product["cache_default_attribute"] == number:
                default = left[0]["id"] if left else 0
                product["cache_default_attribute"] = product["id_default_combination"] = default
                if left:
                    left[0]["default_on"] = 1
            self.stock_of(product["id"])["quantity"] = sum(
                self.stock_of(product["id"], c["id"])["quantity"] for c in left
            )

    def add(self, fields: Mapping[str, Any], like: int | None = None, quantity: int = 1) -> Row:
        """A new active product: a copy of `like` (without its combinations, discounts and photos) with these fields."""
        with self.lock:
            rows = self.tables["products"].rows
            model = rows[like] if like is not None else next(r for r in rows.values() if r["active"])
            values = copy.deepcopy(model) | {
                "id": self.tables["products"].highest + 1,
                "ean13": "",
                "active": 1,
                "product_type": "standard",
            }
            values |= {"cache_default_attribute": 0, "id_default_combination": 0, "type": "simple", "cache_is_pack": 0}
            values |= {"date_add": self.clock, "date_upd": self.clock, **fields}
            values["link_rewrite"] = fields.get("link_rewrite") or slugify(str(values["name"]))
            kept = {"categories", "images", "product_features", "tags"}
            values["associations"] = {k: v for k, v in values["associations"].items() if k in kept}
            row = self.tables["products"].add(**values)
            stock = self.tables["stock_availables"].add(
                id_product=row["id"], id_shop=1, quantity=quantity, out_of_stock=2, location=""
            )
            row["associations"]["stock_availables"] = [{"id": stock["id"], "id_product_attribute": 0}]
            for link in row["associations"]["categories"]:
                category = self.tables["categories"].rows[link["id"]]
                category["associations"].setdefault("products", []).append({"id": row["id"]})
            row["position_in_category"] = len(self._listed(row["id_category_default"])) - 1
            return row

    def _listed(self, category: int) -> list[Row]:
        found: list[Row] = self.tables["categories"].rows[category]["associations"].get("products", [])
        return found

    def deny(self, *resources: str) -> None:
        """Every key loses the right to these (none: gets all of its own back)."""
        with self.lock:
            self.denied = frozenset(resources)
