"""With a key, run after run: what changed is read once, and what a run did not keep is read again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.demo.prestashop.fake import PrestaShop
from connectors import registry
from connectors.prestashop import changes
from connectors.prestashop.changes import MEMORY_DATES, Dates
from connectors.protocol import PROOF
from connectors.records import Checkpoint, EndOfCatalog, ProductRecord, Withdrawn
from tests.support.presta_shop import FakedPresta, stocked

CATALOGUE = stocked(60)
CONNECTOR = registry.get("prestashop-webservice")


class Runs:
    """Runs of one shop as the sync does them: the cursor and the memory are those of the last complete one."""

    def __init__(self, shop: PrestaShop) -> None:
        self.shop = FakedPresta(shop, CONNECTOR)
        self.memory: dict[str, str] = {}
        self.cursor: str | None = None
        self.asked: list[str] = []
        """What the last run asked for."""

    def run(self, *, keep: bool = True, checkpoint: str | None = None) -> list[Any]:
        before = len(self.shop.asked())
        with self.shop.connect() as connection:
            connection.memory.update(self.memory)
            messages: list[Any] = list(CONNECTOR.read_catalog(connection, self.cursor, checkpoint))
            if keep:
                self.memory = dict(connection.memory)
        self.asked = [asked.target for asked in self.shop.asked()[before:]]
        end = messages[-1]
        assert isinstance(end, EndOfCatalog)
        assert end.complete
        if keep:
            self.cursor = end.cursor
        return messages

    def ids(self, **options: Any) -> set[int]:
        return {int(m.source_id) for m in self.run(**options) if isinstance(m, ProductRecord | Withdrawn)}


@pytest.fixture
def clock() -> list[float]:
    """The shop's own; tests turn it."""
    return [time.time()]


@pytest.fixture
def shop(clock: list[float]) -> Iterator[PrestaShop]:
    with PrestaShop(CATALOGUE) as running:
        running.fake.state.now = lambda: clock[0]
        yield running


@pytest.fixture
def runs(shop: PrestaShop) -> Runs:
    found = Runs(shop)
    found.run()
    return found


@pytest.fixture
def some(runs: Runs) -> list[int]:
    return sorted(map(int, runs.shop.public_ids()))


def test_a_still_shop_costs_the_list_of_what_changed(runs: Runs) -> None:
    assert runs.ids() == set()
    assert [target for target in runs.asked if "/api/" in target and "date_upd" not in target] == []
    assert len(runs.asked) == 3  # robots.txt, and an empty list is asked for twice


def test_a_change_is_read_in_the_next_run_and_settled_in_the_one_after(
    runs: Runs, some: list[int], shop: PrestaShop
) -> None:
    """The newest date's second may still bring a change; after that the product is left alone."""
    shop.fake.set(some[5], {"name": "Autre nom"})
    assert [runs.ids() for _ in range(4)] == [{some[5]}, {some[5]}, set(), set()]
    assert len(runs.asked) == 2  # its number and date are in the list


def test_two_changes_within_a_second_are_both_read(runs: Runs, some: list[int], shop: PrestaShop) -> None:
    for name in ("Premier", "Second"):
        shop.fake.set(some[5], {"name": name})
        assert [m.title for m in runs.run() if isinstance(m, ProductRecord)] == [name]


def test_what_was_settled_and_changes_again_is_read_again(
    runs: Runs, some: list[int], shop: PrestaShop, clock: list[float]
) -> None:
    shop.fake.set(some[5], {"name": "Autre nom"})
    for _ in range(3):
        runs.run()
    clock[0] += 60
    shop.fake.set(some[5], {"active": 0})
    assert [m.reason for m in runs.run() if isinstance(m, Withdrawn)] == ["hidden"]


def test_a_deletion_that_redates_a_catalogue_costs_it_once(
    runs: Runs, some: list[int], shop: PrestaShop, clock: list[float]
) -> None:
    for number in some[3:]:
        shop.fake.set(number, {}, at=stamp(clock[0] + number % 7))
    clock[0] += 60
    assert runs.ids() == set(some[3:])
    assert runs.ids() == {n for n in some[3:] if n % 7 == max(n % 7 for n in some[3:])}
    assert runs.ids() == set()


def test_a_run_that_was_not_kept_has_proven_nothing(runs: Runs, some: list[int], shop: PrestaShop) -> None:
    shop.fake.set(some[5], {"name": "Autre nom"})
    assert [runs.ids(keep=False) for _ in range(3)] == [{some[5]}] * 3


def test_a_forced_full_read_and_a_damaged_memory_start_anew(runs: Runs, some: list[int], shop: PrestaShop) -> None:
    assert MEMORY_DATES.startswith(PROOF)
    shop.fake.set(some[5], {"name": "Autre nom"})
    for _ in range(3):
        runs.run()
    for text in ("", "x", "e30="):
        runs.memory[MEMORY_DATES] = text
        assert runs.ids(keep=False) == {some[5]}


def test_resuming_reads_the_rest_and_doubts_what_the_first_piece_read(
    runs: Runs, some: list[int], shop: PrestaShop, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.prestashop.reading.CATALOGUE_PAGE", 10)
    for number in some:
        shop.fake.set(number, {"name": f"Neuf {number}"})
    clock[0] += 60
    shop.fake.set(some[0], {"name": "Dernier"})
    whole = runs.run(keep=False)
    place = [m for m in whole if isinstance(m, Checkpoint)][1]
    before = {int(m.source_id) for m in whole[: whole.index(place)] if isinstance(m, ProductRecord)}
    rest = runs.ids(checkpoint=place.position)
    assert (len(before), before & rest, before | rest) == (20, set(), set(some))
    assert runs.ids() == before  # its dates went with the piece that died
    assert runs.ids() <= {some[0]}


def test_a_shop_that_runs_out_of_memory_is_asked_for_less(
    runs: Runs, some: list[int], shop: PrestaShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.prestashop.reading.CATALOGUE_PAGE", 40)
    for number in some:
        shop.fake.set(number, {"name": f"Neuf {number}"})
    by_number = r"/api/products\?.*filter%5Bid%5D=%5B"
    shop.fake.fault("500", match=by_number)
    assert runs.ids() == set(some)
    assert [target.count("%7C") + 1 for target in runs.asked if re.search(by_number, target)] == [40, 20, 20, 20]


def test_lanes_of_a_run_share_their_small_lists(runs: Runs, some: list[int], shop: PrestaShop) -> None:
    shop.fake.set(some[5], {"name": "Autre nom"})
    shop.fake.faults.clear()
    with runs.shop.connect() as connection:
        list(CONNECTOR.read_catalog(connection, runs.cursor))
        list(CONNECTOR.read_stock(connection))
    asked = [re.split(r"[?]", one.target)[0] for one in runs.shop.asked()]
    assert asked.count("/api/languages") == asked.count("/api/currencies") == asked.count("/robots.txt") == 1


def test_too_many_dates_are_not_kept(runs: Runs, some: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    memory: dict[str, str] = {}
    for most, kept in ((3, True), (2, False)):
        monkeypatch.setattr(changes, "MOST_DATES", most)
        dates = Dates(memory, "2026-01-01 00:00:00")
        for number in some[:3]:
            dates.read(number, "2026-11-23 10:00:00")
        dates.save()
        assert (MEMORY_DATES in memory) is kept


SECONDS = st.integers(0, 5)


@given(st.lists(st.tuples(st.lists(st.tuples(st.integers(1, 4), SECONDS), max_size=4), st.booleans()), max_size=12))
def test_no_change_is_ever_missed(runs: list[tuple[list[tuple[int, int]], bool]]) -> None:
    """A shop of four products and a slow clock: whatever changes when, and whichever run is not kept, what a run
    leaves unread was read as it still is."""
    clock, versions, read = 0, dict.fromkeys(range(1, 5), 0), dict.fromkeys(range(1, 5), -1)
    dates_of = dict.fromkeys(range(1, 5), at(0))
    memory: dict[str, str] = {}
    for edits, kept in runs:
        for product, passed in edits:
            clock += passed
            versions[product] += 1
            dates_of[product] = at(clock)
        found, told = dict(memory), dict(read)
        dates = Dates(found, "2026-01-01 00:00:00")
        dates.met([{"date_upd": date} for date in dates_of.values()])
        for product, date in dates_of.items():
            if not dates.is_read(product, date):
                told[product] = versions[product]
                dates.read(product, date)
        dates.save()
        assert told == versions
        if kept:
            memory, read = found, told
            clock += 2  # no two complete runs of a shop within a second


def at(second: int) -> str:
    return f"2026-11-23 10:{second // 60:02}:{second % 60:02}"


def stamp(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M:%S")
