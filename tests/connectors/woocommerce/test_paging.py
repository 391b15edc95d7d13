"""A walk through a list that moves under the reader's feet loses nothing, whatever moves and wherever it is cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import CatalogueMalformed, ShopUnreachable
from connectors.idset import IdSet
from connectors.woocommerce.paging import SIZES, Page, Position, Sweep


@dataclass
class Shop:
    """A list by id, and what happens to it: {number of the request before which it happens: ids that leave}."""

    ids: list[int]
    leaving: dict[int, list[int]] = field(default_factory=dict)
    too_big: int = 10**9
    """Pages bigger than this are never answered."""
    silent: bool = False
    """Announces no total."""
    asked: int = 0

    def fetch(self, page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        self.asked += 1
        for gone in self.leaving.get(self.asked, []):
            if gone in self.ids:
                self.ids.remove(gone)
        if size > self.too_big:
            raise ShopUnreachable("too slow")
        items: list[Any] = [{"id": i} for i in self.ids[(page - 1) * size : page * size]]
        return Page(items, None if self.silent else len(self.ids))


def walk(shop: Shop, start: Position | None = None) -> tuple[list[int], Sweep]:
    sweep = Sweep(shop.fetch, start or Position())
    seen = [item["id"] for found in sweep.pages() for item in found.items]
    if not sweep.complete:
        missing = sweep.missing()
        seen += [i for i in missing if sweep.saw(i)]
    return seen, sweep


IDS = st.builds(lambda count, step: list(range(3, 3 + count * step, step)), st.integers(0, 450), st.integers(1, 7))
SOME = st.builds(slice, st.integers(0, 450), st.integers(0, 450), st.integers(1, 9))
"""Some of them: a run, or every n-th of it."""


@given(ids=IDS, data=st.data())
def test_what_stays_is_seen_once_whatever_leaves_meanwhile(ids: list[int], data: st.DataObject) -> None:
    leaving = {
        request: ids[data.draw(SOME)][: 3 * SIZES[0]] for request in data.draw(st.lists(st.integers(2, 8), max_size=3))
    }
    gone = {i for batch in leaving.values() for i in batch}
    seen, sweep = walk(Shop(list(ids), leaving))
    assert len(seen) == len(set(seen))
    assert set(ids) - gone <= set(seen) <= set(ids)
    assert sweep.complete


def test_products_that_go_on_leaving_while_the_last_page_is_read_again() -> None:
    ids = list(range(1, 441))
    leaving = {5: list(range(316, 401, 7)), 6: list(range(31, 396, 4))}
    seen, sweep = walk(Shop(list(ids), leaving))
    assert {401, 402} <= set(seen)
    assert sweep.complete


def test_more_leave_than_can_be_caught_up_with_and_the_second_pass_finds_the_rest() -> None:
    ids = list(range(1, 1001))
    leaving = {7: ids[:500]}
    shop = Shop(list(ids), leaving)
    sweep = Sweep(shop.fetch, Position())
    seen = {item["id"] for found in sweep.pages() for item in found.items}
    assert not sweep.complete
    missing = sweep.missing()
    assert set(ids[500:]) <= seen | set(missing)
    assert all(sweep.saw(i) for i in missing)
    assert sweep.complete


@given(ids=IDS, data=st.data())
def test_resuming_anywhere_after_anything_left_loses_nothing(ids: list[int], data: st.DataObject) -> None:
    covered = data.draw(st.integers(0, len(ids)))
    size = data.draw(st.sampled_from(SIZES))
    last = ids[covered - 1] if covered else 0
    gone = set(ids[data.draw(SOME)])
    start = Position(last_id=last, offset=max(0, covered - 1) // size * size, size=size, seen=covered)
    now = [i for i in ids if i not in gone]
    seen, _ = walk(Shop(now), start)
    assert {i for i in now if i > last} <= set(seen)
    assert len(seen) == len(set(seen))


@given(ids=IDS, too_big=st.sampled_from([20, 50, 99, 100]))
def test_smaller_pages_where_big_ones_are_too_slow(ids: list[int], too_big: int) -> None:
    seen, sweep = walk(Shop(list(ids), too_big=too_big))
    assert seen == ids
    assert sweep.complete
    assert sweep.size <= too_big


def test_a_shop_that_fails_at_every_size_keeps_small_pages() -> None:
    ids = list(range(1, 2001))
    shop, sizes = Shop(ids), list[int]()

    def fetch(page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        sizes.append(size)
        if len(sizes) <= 3 and size > 20:
            raise ShopUnreachable("a bad minute")
        return shop.fetch(page, size, last_size=last_size, ids_only=ids_only)

    sweep = Sweep(fetch, Position())
    assert [item["id"] for found in sweep.pages() for item in found.items] == ids
    assert sizes[:3] == [100, 50, 20]
    assert set(sizes[3:]) == {20}  # shrunk twice: not tried again


def test_after_one_bad_page_big_ones_come_back() -> None:
    ids = list(range(1, 2001))
    shop, sizes = Shop(ids), list[int]()

    def fetch(page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        sizes.append(size)
        if len(sizes) == 2:
            raise ShopUnreachable("a bad minute")
        return shop.fetch(page, size, last_size=last_size, ids_only=ids_only)

    sweep = Sweep(fetch, Position())
    assert [item["id"] for found in sweep.pages() for item in found.items] == ids
    assert sizes[:3] == [100, 100, 50]
    assert sizes[-1] == 100
    assert sizes.count(50) <= 7


def test_a_shop_that_is_too_slow_for_any_page_is_unreachable() -> None:
    with pytest.raises(ShopUnreachable):
        walk(Shop(list(range(1, 300)), too_big=10))


@given(ids=IDS)
def test_without_a_total_two_walks_that_agree_are_the_proof(ids: list[int]) -> None:
    seen, sweep = walk(Shop(list(ids), silent=True))
    assert seen == ids
    assert sweep.complete


def test_a_product_that_came_back_on_a_page_already_read_is_found_by_the_second_pass() -> None:
    ids = list(range(10, 260))
    shop = Shop([i for i in ids if i != 15])
    original = shop.fetch

    def fetch(page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        if page == 2 and 15 not in shop.ids:
            shop.ids.insert(5, 15)  # a draft of long ago is published again
        return original(page, size, last_size=last_size, ids_only=ids_only)

    sweep = Sweep(fetch, Position())
    seen = [item["id"] for found in sweep.pages() for item in found.items]
    assert 15 not in seen
    assert not sweep.complete
    assert sweep.missing() == [15]


def test_a_resumed_run_that_lacks_products_of_earlier_pieces_asks_for_all_of_those() -> None:
    ids = list(range(1, 251))
    start = Position(last_id=100, offset=0, size=100, seen=90)
    sweep = Sweep(Shop(ids).fetch, start)
    for _ in sweep.pages():
        pass
    assert not sweep.complete
    missing = sweep.missing()
    assert missing == list(range(1, 101))
    assert all(sweep.saw(i) for i in missing)
    assert sweep.complete
    assert sweep.distinct == 250


def test_an_empty_page_of_a_list_that_announces_more_is_an_error() -> None:
    def fetch(page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        return Page([], 250)

    with pytest.raises(CatalogueMalformed):
        walk_with(fetch)


def walk_with(fetch: Any) -> None:
    for _ in Sweep(fetch, Position()).pages():
        pass


def test_a_list_that_never_ends_is_no_catalogue() -> None:
    def fetch(page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        return Page([{"id": page}], None)

    with pytest.raises(CatalogueMalformed):
        walk_with(fetch)


def test_ids_out_of_order_leave_no_position_to_resume_from() -> None:
    shop = Shop([5, 3, 9])
    sweep = Sweep(shop.fetch, Position())
    assert [item["id"] for found in sweep.pages() for item in found.items] == [5, 3, 9]
    assert not sweep.orderly
    assert sweep.complete


@given(st.lists(st.integers(1, 200)))
def test_an_id_set_is_a_set(numbers: list[int]) -> None:
    ids, model = IdSet(), set[int]()
    for number in numbers:
        assert ids.add(number) == (number not in model)
        model.add(number)
    assert list(ids) == sorted(model)
    assert len(ids) == len(model)


@given(
    st.builds(
        Position,
        last_id=st.integers(0, 2**50),
        offset=st.integers(0, 10**6),
        size=st.sampled_from(SIZES),
        seen=st.integers(0, 10**6),
        started=st.sampled_from(["", "2026-11-23T03:00:00+00:00"]),
    )
)
def test_a_position_survives_its_text(position: Position) -> None:
    assert Position.load(position.dump()) == position


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "x", '{"v":2}', '{"v":1,"page":3}', '{"v":1,"size":7}'])
def test_a_position_of_another_version_starts_anew(text: str) -> None:
    assert Position.load(text) is None
