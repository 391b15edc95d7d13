"""A shop's catalogue as it is now, and the hands that change it: the merchant's, an order's, an importer's.

What moves `modified` is what was measured on WooCommerce 9.9.5: any save bumps; a variation's change bumps its
parent too; a write straight into the database (`sql_set`) bumps nothing.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from .model import Catalogue, Product
from .pricing import is_on_sale
from .text import slugify

_PLAIN = {f.name for f in dataclasses.fields(Product)} - {"id", "type", "parent", "attributes", "choice", "picture"}


class ShopState:
    """The products of one fake shop. Hold `lock` to read several of them at one moment."""

    def __init__(self, catalogue: Catalogue, now: Callable[[], float] = time.time) -> None:
        self.catalogue = catalogue
        self.now = now
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """As generated: every change is forgotten."""
        with self.lock:
            self.entries = {p.id: p for p in self.catalogue.products}
            self.children: dict[int, list[int]] = {}
            for product in self.catalogue.products:
                if product.parent:
                    self.children.setdefault(product.parent, []).append(product.id)
            self.overrides: dict[int, list[tuple[str, dict[str, Any]]]] = {}
            self.kept_slugs: dict[int, str] = {}
            self.next_id = max(self.entries, default=9) + 1
            # The Store API's Last-Modified: moves with any change of any product.
            self.last_change = max((p.modified for p in self.catalogue.products), default=0)
            self.revision = getattr(self, "revision", 0) + 1

    def __getitem__(self, number: int) -> Product:
        return self.entries[number]

    def variations(self, parent: int) -> list[Product]:
        """The parent's variations by id, those that are disabled (private) too."""
        return [self.entries[i] for i in self.children.get(parent, ())]

    def products(self) -> list[Product]:
        """Everything but variations, by id."""
        return [p for p in self.entries.values() if p.type != "variation"]

    # -- changes -----------------------------------------------------------------------------------------------------
    def set(self, number: int, fields: Mapping[str, Any], bump: bool = True, at: int | None = None) -> Product:
        """Save fields (wc/v3 names and values; see `_fields`) of a product or variation, as its merchant would.

        `at` is the second of the save (now, if None). KeyError for a product or a field that does not exist.
        """
        with self.lock:
            old = self.entries[number]
            self.entries[number] = dataclasses.replace(old, **self._fields(old, fields))
            self._touched(number, bump, at)
            return self.entries[number]

    def sql_set(self, number: int, fields: Mapping[str, Any]) -> Product:
        """The same, written past WooCommerce: no date moves."""
        return self.set(number, fields, bump=False)

    def override(self, number: int, fields: Mapping[str, Any], shape: str = "*") -> None:
        """Merge raw JSON values into what the shop shows of this item, however wrong they are.

        `shape`: "v3", "store", "wp", or "*" for all.
        """
        with self.lock:
            if number not in self.entries:
                raise KeyError(number)
            self.overrides.setdefault(number, []).append((shape, dict(fields)))

    def trash(self, number: int, at: int | None = None) -> None:
        """Into the bin: by id still there with status=trash, gone from every list."""
        with self.lock:
            slug = self.entries[number].slug
            self.kept_slugs[number] = slug
            self.set(number, {"status": "trash", "slug": f"{slug}__trashed"}, at=at)

    def restore(self, number: int, at: int | None = None) -> None:
        """Out of the bin, published again under its old slug."""
        with self.lock:
            slug = self.kept_slugs.pop(number, self.entries[number].slug.removesuffix("__trashed"))
            self.set(number, {"status": "publish", "slug": slug}, at=at)

    def delete(self, number: int, at: int | None = None) -> None:
        """For good, its variations with it. A deleted variation bumps its parent."""
        with self.lock:
            gone = self.entries.pop(number)
            for child in self.children.pop(number, ()):
                self.entries.pop(child)
            if gone.parent:
                self.children[gone.parent].remove(number)
                self._touched(gone.parent, True, at)
            self.revision += 1
            self.last_change = int(self.now()) if at is None else at

    def add(self, fields: Mapping[str, Any], like: int | None = None, at: int | None = None) -> Product:
        """A new published product (a variation where `like` is one): a copy of `like` with these fields."""
        with self.lock:
            model = self.entries[like] if like is not None else self._model()
            second = int(self.now()) if at is None else at
            number, self.next_id = self.next_id, self.next_id + 1
            name = str(fields.get("name", model.name))
            base = dataclasses.replace(
                model, id=number, sku="", global_unique_id="", created=second, slug=f"{slugify(name)}-{number}"
            )
            self.entries[number] = dataclasses.replace(base, **self._fields(base, {"status": "publish", **fields}))
            if model.parent:
                self.children.setdefault(model.parent, []).append(number)
            self._touched(number, True, second)
            return self.entries[number]

    def run_cron(self) -> int:
        """WooCommerce's daily task: begins and ends sales whose day has come. Returns how many."""
        with self.lock:
            now = int(self.now())
            due = [p for p in self.entries.values() if is_on_sale(p, now) != is_on_sale(p, p.modified)]
            for product in due:
                over = product.sale_to is not None and product.sale_to < now
                self.set(product.id, {"sale_price": "", "sale_from": None, "sale_to": None} if over else {})
            return len(due)

    # -- inside ------------------------------------------------------------------------------------------------------
    def _model(self) -> Product:
        return next(p for p in self.entries.values() if p.type == "simple" and p.status == "publish")

    def _touched(self, number: int, bump: bool, at: int | None) -> None:
        self.revision += 1
        if not bump:
            return
        second = int(self.now()) if at is None else at
        self.last_change = max(self.last_change, second)
        for i in (number, self.entries[number].parent):
            if i in self.entries:
                self.entries[i] = dataclasses.replace(self.entries[i], modified=second)

    @staticmethod
    def _fields(old: Product, fields: Mapping[str, Any]) -> dict[str, Any]:
        """wc/v3 names and values -> Product's; and what a save derives: the stock status follows the quantity.

        Understood: Product's own plain fields, `price` (= regular price, no sale), `categories`/`tags`/`brands` as ids
        or wc/v3 objects, `images` as a count or a list.
        """
        new = dict(fields)
        if "price" in new:
            new.update(regular_price=new.pop("price"), sale_price="")
        for name in ("categories", "tags", "brands"):
            if name in new:
                new[name] = tuple(t["id"] if isinstance(t, Mapping) else int(t) for t in new[name])
        if "images" in new and not isinstance(new["images"], int):
            new["images"] = len(new["images"])
        for name in ("regular_price", "sale_price"):
            if name in new:
                new[name] = str(new[name])
        if unknown := new.keys() - _PLAIN:
            raise KeyError(f"no such field: {', '.join(sorted(unknown))}")
        quantity = new.get("stock_quantity")
        if quantity is not None:
            new.setdefault("manage_stock", True)
            short = "outofstock" if new.get("backorders", old.backorders) == "no" else "onbackorder"
            new.setdefault("stock_status", short if quantity <= 0 else "instock")
        return new
