"""What merchants leave lying about in their catalogues, put where it would happen: for the page of data problems."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import Any

from .codes import ean13
from .model import Product

LEAST = 60  # products that a shop needs before it is worth messing up
_DAY = 86_400
Change = Callable[[Product, int], dict[str, Any]]


def _wrong_check_digit(p: Product, _: int) -> dict[str, Any]:
    good = p.global_unique_id or ean13(f"299{p.id % 10**9:09}")
    return {"global_unique_id": good[:-1] + str((int(good[-1]) + 3) % 10)}


def _gtin_elsewhere(p: Product, _: int) -> dict[str, Any]:
    return {"meta": (("_alg_ean", p.global_unique_id or ean13(f"298{p.id % 10**9:09}")),), "global_unique_id": ""}


# (what it is called, how many a shop has, the change); all on simple, published products
_SPOTS: tuple[tuple[str, int, Change], ...] = (
    ("hidden", 2, lambda p, now: {"catalog_visibility": "hidden"}),
    ("search only", 1, lambda p, now: {"catalog_visibility": "search"}),
    ("catalogue only", 1, lambda p, now: {"catalog_visibility": "catalog"}),
    ("draft", 2, lambda p, now: {"status": "draft", "slug": ""}),
    ("pending", 1, lambda p, now: {"status": "pending", "slug": ""}),
    ("private", 1, lambda p, now: {"status": "private"}),
    ("future", 1, lambda p, now: {"status": "future", "created": now + 400 * _DAY}),
    ("password", 1, lambda p, now: {"post_password": "vip"}),
    ("no price", 2, lambda p, now: {"regular_price": "", "sale_price": ""}),
    ("wrong check digit", 2, _wrong_check_digit),
    ("GTIN that is none", 1, lambda p, now: {"global_unique_id": "à compléter"}),
    ("GTIN in a plugin's field", 3, _gtin_elsewhere),
    ("HTML in the name", 1, lambda p, now: {"name": f"{p.name} <b>PROMO</b>"}),
    ("entity in the name", 2, lambda p, now: {"name": p.name.replace(" ", " &amp; cie ", 1)}),
    ("quotes in the name", 1, lambda p, now: {"name": f'{p.name} "série limitée"'}),
    ("shouting", 2, lambda p, now: {"name": p.name.upper()}),
    ("no photo", 4, lambda p, now: {"images": 0}),
    ("no text", 3, lambda p, now: {"description": "", "short_description": ""}),
    ("shortcode and script", 1, lambda p, now: {"description": f"{p.description}<script>compteur(1)</script>\n"}),
    ("three decimals", 1, lambda p, now: {"regular_price": "24.567", "sale_price": ""}),
    ("no category", 1, lambda p, now: {"categories": ()}),
    ("stale sale", 1, lambda p, now: {**_sale(p), "sale_to": now - 3 * _DAY, "modified": now - 20 * _DAY}),
    ("sale to come", 1, lambda p, now: {**_sale(p), "sale_from": now + 4000 * _DAY, "sale_to": now + 4010 * _DAY}),
    ("sale with an end", 1, lambda p, now: {**_sale(p), "sale_from": now - _DAY, "sale_to": now + 4000 * _DAY}),
    ("sold one by one", 1, lambda p, now: {"sold_individually": True}),
)  # fmt: skip


def _sale(p: Product) -> dict[str, Any]:
    return {"regular_price": "39.90", "sale_price": "29.90"}


def make(products: list[Product], kind: str, chance: random.Random, now: int) -> list[Product]:
    """The catalogue with its mess. Each spot takes products of its own, so each problem can be told apart."""
    simple = [i for i, p in enumerate(products) if p.type == "simple"]
    chance.shuffle(simple)
    made = list(products)
    for name, count, change in _SPOTS:
        if kind == "books" and "sale" in name.split():  # the law of 1981 forbids it
            continue
        for _ in range(count):
            i = simple.pop()
            made[i] = dataclasses.replace(made[i], **change(made[i], now))
    if kind in ("stationery", "books"):  # a bookmark at the till, a catalogue for nothing
        i = simple.pop()
        made[i] = dataclasses.replace(made[i], regular_price="0", sale_price="", name=f"{made[i].name} (offert)")
    if kind == "home":
        made = _family(made, simple)
    return [_disabled_variation(p, chance) if p.type == "variation" else p for p in made]


def _disabled_variation(product: Product, chance: random.Random) -> Product:
    """One variation in fifty is switched off (private), one in sixty has no price."""
    draw = chance.random()
    if draw < 0.02:
        return dataclasses.replace(product, status="private")
    return dataclasses.replace(product, regular_price="", sale_price="") if draw < 0.036 else product


def _family(made: list[Product], simple: list[int]) -> list[Product]:
    """A set of three products, and an article that is sold elsewhere."""
    group, external, *members = (simple.pop() for _ in range(5))
    made[group] = dataclasses.replace(
        made[group], type="grouped", name="Ensemble « Table d’été »", regular_price="", sale_price="",
        manage_stock=False, stock_quantity=None, stock_status="instock", backorders="no",
        grouped=tuple(sorted(made[i].id for i in members)),
    )  # fmt: skip
    made[external] = dataclasses.replace(
        made[external], type="external", external_url="https://fabricant.example/article", manage_stock=False,
        stock_quantity=None, stock_status="instock", backorders="no",
    )  # fmt: skip
    return made
