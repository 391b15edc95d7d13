"""Lists that are read beside each other give each product its own rows, whatever the page sizes and gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.drafting import Json
from connectors.errors import CatalogueMalformed, ShopUnreachable
from connectors.idset import IdSet
from connectors.prestashop import listing
from connectors.prestashop.api import OutOfMemory
from connectors.prestashop.paging import LEAST, Children, Pages, Position, children_of

FAMILIES = st.dictionaries(st.integers(1, 60), st.integers(1, 30), max_size=25)
"""Product id -> how many rows it has."""


@dataclass
class Table:
    """A resource as the webservice lists it: filtered by the two keys, sorted, cut."""

    rows: list[Json]
    fails_above: int = 10**9
    requests: list[int] = field(default_factory=list)

    def page(self, _: str, __: Any, chosen: Any, size: int, patient: bool = True) -> list[Json]:
        self.requests.append(size)
        if size > self.fails_above:
            raise OutOfMemory("500")
        after_id = int(re.sub(r"\D", "", str(chosen.get("filter[id]", "0"))) or 0)
        wanted = str(chosen["filter[id_product]"])
        found = [r for r in self.rows if r["id"] > after_id]
        if wanted.startswith(">"):
            found = [r for r in found if r["id_product"] > int(re.sub(r"\D", "", wanted))]
        else:
            listed = {int(i) for i in wanted.strip("[]").split("|")}
            found = [r for r in found if r["id_product"] in listed]
        by_product = "id_product" in str(chosen.get("sort", ""))
        found.sort(key=lambda r: (r["id_product"], r["id"]) if by_product else r["id"])
        return found[:size]


def table(families: dict[int, int], seed: int = 7) -> Table:
    """Rows whose ids do not follow their products' order, as in any shop that has lived."""
    pairs = [(product, n) for product, count in families.items() for n in range(count)]
    pairs.sort(key=lambda pair: (pair[0] * 31 + pair[1] * seed) % 97)
    return Table([{"id": n, "id_product": product} for n, (product, _) in enumerate(pairs, 1)])


@given(FAMILIES, st.sets(st.integers(1, 70)), st.integers(LEAST, 40), st.integers(0, 30))
def test_each_product_gets_all_its_rows_and_no_other(
    families: dict[int, int], asked: set[int], size: int, after: int
) -> None:
    shop = table(families)
    children = Children(shop, "combinations", ("id",), after, size)  # type: ignore[arg-type]
    for product in sorted(p for p in asked if p > after):
        rows = children.of(product)
        assert len(rows) == families.get(product, 0)
        assert {r["id_product"] for r in rows} <= {product}
        assert len({r["id"] for r in rows}) == len(rows)


@given(FAMILIES.filter(bool))
def test_by_number_too(families: dict[int, int]) -> None:
    shop = table(families)
    found = children_of(shop, "combinations", ("id",), [*families, 999])  # type: ignore[arg-type]
    assert {product: len(rows) for product, rows in found.items()} == {**families, 999: 0}


def test_rows_cost_a_request_a_page() -> None:
    shop = table(dict.fromkeys(range(1, 61), 10))
    children = Children(shop, "combinations", ("id",), 0, 100)  # type: ignore[arg-type]
    assert sum(len(children.of(product)) for product in range(1, 61)) == 600
    assert len(shop.requests) <= 7


def test_a_shop_that_ignores_the_order_is_not_believed() -> None:
    class Unsorted(Table):
        def page(self, *args: Any, **options: Any) -> list[Json]:
            return super().page(*args, **options)[::-1]

    children = Children(Unsorted(table({1: 3, 2: 3}).rows), "combinations", ("id",), 0, 50)  # type: ignore[arg-type]
    with pytest.raises(CatalogueMalformed):
        children.of(1)


def test_pages_are_halved_until_they_fit_and_grow_again_once_things_are_calm() -> None:
    sizes: list[int] = []

    def ask(size: int, patient: bool) -> list[Json]:
        sizes.append(size)
        assert patient == (size <= LEAST)
        if size > 70 and len(sizes) < 5:
            raise OutOfMemory("500")
        return [{"id": 1}] * size

    pages = Pages(0, 250)
    for _ in range(25):
        pages.fetch(ask)
    assert sizes[:3] == [250, 125, 62]
    assert sizes[-1] == 248


def test_a_shop_that_never_answers_ends_at_the_smallest_page() -> None:
    sizes: list[int] = []

    def ask(size: int, _: bool) -> list[Json]:
        sizes.append(size)
        raise ShopUnreachable("500")

    with pytest.raises(ShopUnreachable):
        Pages(0, 250).fetch(ask)
    assert sizes == [250, 125, 62, 31, 15, 10]


@given(st.builds(Position, st.integers(0, 10**9), st.integers(0, 1000), st.integers(0, 10**6), st.text(), st.text()))
def test_positions_survive(position: Position) -> None:
    assert Position.load(position.dump()) == position


@pytest.mark.parametrize("text", [None, "", "x", "[]", '{"v":2}', '{"v":1,"last_id":-4}', '{"v":1,"odd":1}', "null"])
def test_a_position_of_another_version_is_none(text: str | None) -> None:
    assert Position.load(text) is None
    position, seen = listing.Position.load(text)
    assert position == listing.Position()
    assert len(seen) == 0


@given(st.sets(st.integers(1, 10**9), max_size=300), st.booleans())
def test_what_was_seen_survives_as_text(ids: set[int], strict: bool) -> None:
    seen = IdSet()
    for number in ids:
        seen.add(number)
    text = listing.Position(current=3, page=7, strict=strict).dump(seen)
    position, again = listing.Position.load(text)
    assert (position.current, position.page, position.strict) == (3, 7, strict)
    assert list(again) == sorted(ids)


def test_twenty_thousand_products_fit_in_a_small_text() -> None:
    seen = IdSet()
    for number in range(1, 20_001):
        seen.add(number * 2 + number % 3)
    assert len(listing.packed(seen)) < 2_000
