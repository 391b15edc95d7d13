"""A sweep that was cut goes on where it stood, and loses nothing that it had only met."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.ingest import run
from aggregator.ingest.report import RunReport
from aggregator.ingest.sync import sync_shop
from aggregator.settings import Settings
from aggregator.store import Store, export, runs
from connectors import registry
from connectors.http import ENDLESS
from tests.support.catalogue import NOW, add_shop
from tests.support.told_shop import Killed, ToldShop

IN, OUT = "InStock", "OutOfStock"


class Town:
    def __init__(self, store: Store, settings: Settings, shop: ToldShop) -> None:
        self.store, self.settings, self.shop = store, settings, shop
        self.shop_id = add_shop(store)
        self.now = NOW

    def sync(self, *, stock_only: bool = False) -> RunReport:
        self.now += timedelta(minutes=10)
        return sync_shop(self.store, self.settings, self.shop_id, clock=lambda: self.now, stock_only=stock_only)

    def sold_out(self) -> int:
        with self.store.read() as connection:
            return sum(line["availability"] == OUT for line in export.offers(connection, self.shop_id))

    def offers(self) -> dict[str, int]:
        with self.store.read() as connection:
            return {line["source_id"]: line["price_minor"] for line in export.offers(connection, self.shop_id)}


@pytest.fixture
def town(store: Store, store_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Twenty products, read once; batches of four."""
    shop = ToldShop("told", lanes=True)
    shop.shelf = {f"p{n:02}": {f"p{n:02}": (1000, IN)} for n in range(20)}
    monkeypatch.setattr(run, "BATCH", 4)
    monkeypatch.setattr(run, "CONFIRM", 2)
    monkeypatch.setattr(registry, "get", lambda name: shop)
    made = Town(store, store_settings, shop)
    assert made.sync().outcome == "complete"
    return made


def test_a_shop_that_is_read_in_slices_is_not_emptied_slice_by_slice(town: Town) -> None:
    """As a website is: without a stock lane, each run of changes sees some pages, a few of them sold out."""
    town.shop.capabilities = replace(town.shop.capabilities, stock_lane=False)
    town.shop.shelf |= {f"q{n:02}": {f"q{n:02}": (1000, IN)} for n in range(40)}
    town.shop.touched = set(town.shop.shelf)
    assert town.sync().outcome == "complete"
    outcomes = []
    for first in range(0, 24, 4):
        slice_ = {f"q{n:02}" for n in range(first, first + 4)}
        town.shop.shelf |= {name: {name: (1000, OUT)} for name in slice_}
        town.shop.touched = slice_
        outcomes.append(town.sync().outcome)
    assert outcomes == ["complete"] * 3 + ["held"] * 3
    assert town.sold_out() == 12, "a fifth of sixty"


def test_a_list_without_end_is_cut_and_nothing_is_withdrawn(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MOST_RECORDS", 30)
    town.shop.shelf |= {f"z{n:03}": {f"z{n:03}": (1000, IN)} for n in range(500)}
    report = town.sync()
    assert report.outcome == "failed"
    assert report.error is not None
    assert (report.error.code, report.error.message) == ("catalogue_malformed", ENDLESS)
    assert {f"p{n:02}" for n in range(20)} <= town.offers().keys()
    assert len(town.offers()) <= 30


def test_what_a_killed_sweep_met_is_read_by_the_run_that_resumes_it(town: Town) -> None:
    for name in ("p00a", "p03a", "p05a"):
        town.shop.shelf[name] = {name: (1200, IN)}
    town.shop.shelf["p01"] = {"p01-S": (1100, IN), "p01-M": (1100, IN)}
    town.shop.dies_at = 15
    with pytest.raises(Killed):
        town.sync(stock_only=True)
    town.shop.dies_at = None
    report = town.sync()
    assert report.outcome == "complete"
    shown = town.offers()
    assert {name: shown[name] for name in ("p00a", "p03a", "p05a", "p01-S")} == {
        "p00a": 1200,
        "p03a": 1200,
        "p05a": 1200,
        "p01-S": 1100,
    }
    with town.store.read() as connection:
        assert len(runs.list_runs(connection, town.shop_id)) == 2


def test_a_kill_while_they_are_read_repeats_those_that_are_left(town: Town) -> None:
    for n in range(5):
        town.shop.shelf[f"q{n}"] = {f"q{n}": (1200, IN)}
    town.shop.dies_asked = True
    with pytest.raises(Killed):
        town.sync(stock_only=True)
    town.shop.dies_asked = False
    assert town.sync().outcome == "complete"
    assert len(town.offers()) == 25
