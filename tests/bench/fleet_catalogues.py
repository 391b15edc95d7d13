"""The catalogues behind a fleet of fake shops: one for each platform and size, changed and served by their fakes."""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha1
from typing import Any, Final, Protocol

from aggregator.demo.answer import Answer, Request
from aggregator.demo.model import Catalogue
from aggregator.demo.options import Options
from aggregator.demo.prestashop.fake import FakePrestaShop
from aggregator.demo.synthetic import synthetic
from aggregator.demo.woocommerce import FakeWooCommerce
from tests.support import feed_shop
from tests.support.site_shop import TroubledSite

HOME: Final = "boutique.fleet.example"
"""What a catalogue believes its address to be; each shop's own takes its place on the wire."""
OFFERS_A_PRODUCT: Final = 1.375
"""Of a synthetic catalogue: every eighth product has four variations. Of a feed: 4/3."""


class Model(Protocol):
    """A catalogue that many shops share, as its platform serves it."""

    revision: int

    def answer(self, request: Request) -> Answer: ...
    def change(self, chance: random.Random) -> str:
        """One product gets another price or stock; its source id."""
        ...

    def delete(self, chance: random.Random) -> str: ...
    def ids(self) -> set[str]:
        """Source ids of the products that it shows."""
        ...


class _Woo:
    def __init__(self, catalogue: Catalogue, now: Any) -> None:
        self.revision = 0
        self._fake = FakeWooCommerce(catalogue, Options(assume_https=True), f"http://{HOME}", now)
        self._plain = [p.id for p in catalogue.products if p.type == "simple"]

    def answer(self, request: Request) -> Answer:
        return self._fake.answer(request)

    def change(self, chance: random.Random) -> str:
        number = chance.choice(self._plain)
        price = float(self._fake.state[number].regular_price) + chance.choice((-1, 1))
        # half of what changes a price moves no date: importers, bulk edits
        self._fake.set(number, {"regular_price": f"{price:.2f}"}, bump=chance.random() < 0.5)
        self.revision += 1
        return str(number)

    def delete(self, chance: random.Random) -> str:
        number = self._plain.pop(chance.randrange(len(self._plain)))
        self._fake.trash(number)
        self.revision += 1
        return str(number)

    def ids(self) -> set[str]:
        return {str(number) for number in self._fake.visible_ids()}


class _Presta:
    def __init__(self, catalogue: Catalogue, now: Any) -> None:
        self.revision = 0
        self._fake = FakePrestaShop(catalogue, now=now)
        self._fake.base_url = f"http://{HOME}"
        self._plain = [p.id for p in catalogue.products if p.type == "simple"]

    def answer(self, request: Request) -> Answer:
        return self._fake.answer(request)

    def change(self, chance: random.Random) -> str:
        number = chance.choice(self._plain)
        price = float(self._fake.state[number]["price"]) + chance.choice((-1, 1))
        self._fake.set(number, {"price": f"{price:.6f}"}, bump=chance.random() < 0.5)
        self.revision += 1
        return str(number)

    def delete(self, chance: random.Random) -> str:
        number = self._plain.pop(chance.randrange(len(self._plain)))
        self._fake.delete(number)
        self.revision += 1
        return str(number)

    def ids(self) -> set[str]:
        return {str(number) for number in self._fake.visible_ids()}


class _Feed:
    def __init__(self, products: int) -> None:
        self.revision = 0
        self.items = feed_shop.small_feed(products)
        self._body, self._etag, self._drawn = b"", "", -1

    def answer(self, request: Request) -> Answer:
        if request.path != "/flux.xml":
            return Answer(404, b"", {"Content-Type": "text/plain"})
        if self._drawn != self.revision:
            self._drawn = self.revision
            self._body = feed_shop.write(self.items, "rss", site=f"http://{HOME}/")
            self._etag = f'"{sha1(self._body, usedforsecurity=False).hexdigest()}"'
        headers = {"Content-Type": "application/xml; charset=utf-8", "ETag": self._etag}
        if request.headers.get("if-none-match") == self._etag:
            return Answer(304, b"", headers)
        return Answer(200, self._body, headers)

    def _plain(self) -> list[feed_shop.Item]:
        return [item for item in self.items if "item_group_id" not in item and "sale_price" not in item]

    def change(self, chance: random.Random) -> str:
        item = chance.choice(self._plain())
        item["price"] = f"{float(item['price'].split()[0]) + chance.choice((-1, 1)):.2f} EUR"
        self.revision += 1
        return str(item["id"])

    def delete(self, chance: random.Random) -> str:
        item = chance.choice(self._plain())
        self.items.remove(item)
        self.revision += 1
        return str(item["id"])

    def ids(self) -> set[str]:
        return {str(item.get("item_group_id") or item["id"]) for item in self.items}


class _Site:
    def __init__(self, catalogue: Catalogue, now: Any) -> None:
        self.revision = 0
        self._fake = TroubledSite(catalogue, mapped=True)
        self._fake.state.now = now
        self._fake.base_url = f"http://{HOME}"
        self._plain = [p.id for p in catalogue.products if p.type == "simple"]

    def answer(self, request: Request) -> Answer:
        return self._fake.answer(request)

    def change(self, chance: random.Random) -> str:
        number = chance.choice(self._plain)
        price = float(self._fake.state[number].regular_price) + chance.choice((-1, 1))
        self._fake.set(number, {"regular_price": f"{price:.2f}"})
        self.revision += 1
        return f"/p/{number}"

    def delete(self, chance: random.Random) -> str:
        number = self._plain.pop(chance.randrange(len(self._plain)))
        self._fake.delete(number)
        self.revision += 1
        return f"/p/{number}"

    def ids(self) -> set[str]:
        return {f"/p/{shown.product.id}" for shown in self._fake.shown()}


def model(kind: str, size: int, now: Any, factor: int = 1) -> Model:
    """A catalogue of so many offers, `factor` times as dear. `now` gives the shop's time (Unix)."""
    if kind == "feed":
        return _Feed(round(size / (4 / 3))) if factor == 1 and size else _dearer_feed(size)
    catalogue = synthetic(max(round(size / OFFERS_A_PRODUCT), 1) if size else 0, sentences=4)
    if factor > 1:
        catalogue = _dearer(catalogue, factor)
    if kind == "woocommerce":
        return _Woo(catalogue, now)
    return _Presta(catalogue, now) if kind == "prestashop" else _Site(catalogue, now)


def _dearer(catalogue: Catalogue, factor: int) -> Catalogue:
    products = tuple(
        replace(p, regular_price=f"{float(p.regular_price) * factor:.2f}" if p.regular_price else "")
        for p in catalogue.products
    )
    return replace(catalogue, products=products)


def _dearer_feed(size: int) -> _Feed:
    made = _Feed(round(size / (4 / 3)))
    for item in made.items:
        for name in ("price", "sale_price"):
            if name in item:
                amount = float(item[name].split()[0].replace(",", "."))
                item[name] = f"{amount * 100:.2f} EUR"
    return made
