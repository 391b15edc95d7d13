"""Products and their variations come together, in order, for few requests and little memory."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.woocommerce.families import HOLD, PACK, Families
from connectors.woocommerce.mapping import Json


class Variations:
    def __init__(self, missing: frozenset[int] = frozenset()) -> None:
        self.missing = missing
        self.packs: list[Mapping[int, int]] = []

    def fetch(self, pack: Mapping[int, int]) -> Mapping[int, Json]:
        self.packs.append(dict(pack))
        return {i: {"id": i, "of": parent} for i, parent in pack.items() if i not in self.missing}


def families(source: Variations) -> Families:
    return Families(lambda item: item["wants"], source.fetch, lambda item: int(item["id"]))


def shop(sizes: list[int]) -> list[Json]:
    """Products with so many variations each."""
    ids = count(1)
    return [{"id": next(ids), "wants": [next(ids) for _ in range(size)]} for size in sizes]


SIZES = st.lists(st.one_of(st.just(0), st.integers(0, 8), st.integers(90, 230)), max_size=60)


@given(sizes=SIZES, page=st.integers(1, 40), data=st.data())
def test_each_family_once_whole_and_in_order(sizes: list[int], page: int, data: st.DataObject) -> None:
    items = shop(sizes)
    wanted = [i for item in items for i in item["wants"]]
    missing = frozenset(data.draw(st.lists(st.sampled_from(wanted), max_size=5))) if wanted else frozenset[int]()
    source = Variations(missing)
    queue, out = families(source), list[tuple[Any, Mapping[int, Json], int]]()
    for start in range(0, len(items), page):
        queue.add(items[start : start + page], start)
        out += queue.ready()
    out += queue.ready(end=True)
    assert [item["id"] for item, _, _ in out] == [item["id"] for item in items]
    assert [offset for _, _, offset in out] == [n // page * page for n in range(len(items))]
    for item, variations, _ in out:
        assert list(variations) == [i for i in item["wants"] if i not in missing]
        assert all(v["of"] == item["id"] for v in variations.values())
    asked = [i for pack in source.packs for i in pack]
    assert asked == wanted
    assert len(source.packs) <= -(-len(wanted) // PACK) + len(items) // HOLD + 1


def test_few_variations_are_asked_for_before_too_many_products_wait() -> None:
    source = Variations()
    queue = families(source)
    queue.add([{"id": 1, "wants": [2]}])
    for n in range(HOLD - 2):
        queue.add([{"id": 10 + n, "wants": []}])
        assert list(queue.ready()) == []
    queue.add([{"id": 5000, "wants": []}])
    assert len(list(queue.ready())) == HOLD


def test_a_variation_that_two_parents_claim_has_one() -> None:
    queue = families(Variations())
    queue.add([{"id": 1, "wants": [7]}, {"id": 2, "wants": [7, 8]}])
    assert [list(v) for _, v, _ in queue.ready(end=True)] == [[7], [8]]
