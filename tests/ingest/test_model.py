"""Store, change log and index against a plain dictionary, after random histories of one shop.

Runs (whole, of changes, of stock alone, cut short, failing), kills in the middle of them and of drains and rebuilds, a
person's answers, days that pass. What the portal must show is worked out here a second time, by the rules of
docs/architecture.md ("The guard", "Absence") and nothing else: dictionaries, no hash, no transaction, no log.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection

from aggregator.ingest import run
from aggregator.ingest.sync import sync_shop
from aggregator.search import indexer
from aggregator.search.port import PRICE_BANDS, SearchQuery
from aggregator.search.reader import open_reader
from aggregator.store import Store, held, open_store
from aggregator.store.tables import LISTING, OFFER
from connectors import registry
from tests.support.catalogue import NOW, add_shop
from tests.support.stores import settings_for
from tests.support.told_portal import BACK, IN, OUT, Portal, Shown
from tests.support.told_shop import Killed, Line, ToldShop

EXAMPLES = int(os.environ.get("EMPLETTES_TEST_HISTORIES", "12"))
BATCH = 4
PRICES = (500, 900, 1000, 1400, 3600, 9000, None)
"""Some are within a factor of three of each other, some are not; None is "on request"."""


# -- the histories ---------------------------------------------------------------------------------------------------


class DyingStore(Store):
    """Kills whoever uses it for the n-th time."""

    def __init__(self, store: Store, uses: int) -> None:
        super().__init__(store.engine)
        self._left = uses

    def _use(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Killed

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self._use()
        with super().read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            self._use()  # before the commit


NAMES = st.integers(0, 39).map(lambda n: f"p{n:02}")


class Histories(RuleBasedStateMachine):
    """One shop's life; it ends with a look into the index."""

    lanes: ClassVar[bool]
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="model-"))
        data = self.folder / "data"
        data.mkdir()
        shutil.copyfile(self.template, data / "emplettes.db")
        self.settings = settings_for(data)
        self.store = open_store(self.settings)
        name = "told-lanes" if self.lanes else "told-list"
        self.shop = ToldShop(name, lanes=self.lanes)
        self.shop_id = add_shop(self.store, connector="woocommerce-store")
        self.portal = Portal()
        self.now = NOW
        self.open: str | None = None
        """The lane in which a run was killed."""
        self.given: list[str] = []
        self.cursor = self.open_cursor = False
        self.read_in_full_at: datetime | None = None
        self.started = self.beat = self.now

    def teardown(self) -> None:
        try:
            check_index(self)
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    # -- the merchant's hands

    @initialize(count=st.integers(12, 40))
    def opens(self, count: int) -> None:
        for n in range(count):
            lines: dict[str, Line] = {f"p{n:02}": (1000, IN)}
            if n % 5 == 0:
                lines = {f"p{n:02}-{size}": (1000, IN) for size in "SM"}
            self.shop.shelf[f"p{n:02}"] = lines

    def _some(self, name: str, count: int) -> list[str]:
        """`count` products from this one on."""
        names = sorted(self.shop.shelf)
        start = next((i for i, one in enumerate(names) if one >= name), 0)
        return names[start : start + count]

    @rule(name=NAMES, count=st.sampled_from((1, 2, 30)), price=st.sampled_from(PRICES), dated=st.booleans())
    def reprices(self, name: str, count: int, price: int | None, dated: bool) -> None:
        for one in self._some(name, count):
            self.shop.shelf[one] = {key: (price, stock) for key, (_, stock) in self.shop.shelf[one].items()}
            self._touch(one, dated)

    @rule(name=NAMES, count=st.sampled_from((1, 3, 30)), stock=st.sampled_from((IN, OUT, BACK)), dated=st.booleans())
    def restocks(self, name: str, count: int, stock: str, dated: bool) -> None:
        for one in self._some(name, count):
            self.shop.shelf[one] = {key: (price, stock) for key, (price, _) in self.shop.shelf[one].items()}
            self._touch(one, dated)

    @rule(name=NAMES, count=st.sampled_from((1, 2, 30)))
    def removes(self, name: str, count: int) -> None:
        for one in self._some(name, count):
            del self.shop.shelf[one]

    @rule(name=NAMES, price=st.sampled_from(PRICES), stock=st.sampled_from((IN, OUT)), sizes=st.integers(1, 3))
    def adds(self, name: str, price: int | None, stock: str, sizes: int) -> None:
        """A product; or other variants of one that is there."""
        keys = [name] if sizes == 1 else [f"{name}-{size}" for size in "SML"[:sizes]]
        self.shop.shelf[name] = dict.fromkeys(keys, (price, stock))
        self._touch(name, dated=True)

    def _touch(self, name: str, dated: bool) -> None:
        if dated:
            self.shop.touched.add(name)

    # -- the clock's

    @rule(hours=st.sampled_from((1, 1, 1, 12, 80)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(full=st.booleans(), stock_only=st.booleans())
    def reads(self, full: bool, stock_only: bool) -> None:
        self._run(full, stock_only)

    @rule(full=st.booleans(), stock_only=st.booleans(), at=st.integers(0, 45))
    def is_killed_reading(self, full: bool, stock_only: bool, at: int) -> None:
        self.shop.dies_at = at
        self._run(full, stock_only)
        self.shop.dies_at = None

    @precondition(lambda self: self.lanes and self.cursor)
    @rule(name=NAMES, price=st.sampled_from(PRICES), sizes=st.integers(1, 3), later=st.integers(1, 20))
    def is_killed_behind_news(self, name: str, price: int | None, sizes: int, later: int) -> None:
        """A sweep meets what only a whole record tells, and dies before it was read."""
        self.adds(name, price, IN, sizes)
        self.is_killed_reading(full=False, stock_only=True, at=sorted(self.shop.shelf).index(name) + later)
        self._run(full=False, stock_only=True)

    @precondition(lambda self: self.lanes)
    @rule(full=st.booleans(), stock_only=st.booleans())
    def is_killed_asking(self, full: bool, stock_only: bool) -> None:
        self.shop.dies_asked = True
        self._run(full, stock_only)
        self.shop.dies_asked = False

    @rule(full=st.booleans(), at=st.integers(0, 30))
    def fails(self, full: bool, at: int) -> None:
        self.shop.breaks_at = at
        self._run(full, stock_only=False)
        self.shop.breaks_at = None

    @rule(full=st.booleans(), stock_only=st.booleans(), short=st.integers(1, 30))
    def is_read_in_part(self, full: bool, stock_only: bool, short: int) -> None:
        self.shop.short = min(short, len(self.shop.shelf))
        self._run(full, stock_only)
        self.shop.short = 0

    # -- a person's

    @rule(answer=st.sampled_from(("confirmed", "rejected")))
    def somebody_answers(self, answer: held.Answer) -> None:
        with self.store.write() as connection:
            held.decide(connection, self.shop_id, answer, self.now)
        self.portal.answer(answer, self.now + timedelta(hours=72))

    # -- the index's

    @rule()
    def drains(self) -> None:
        indexer.drain(self.store, self.settings, wait=False)

    @rule(uses=st.integers(0, 6))
    def is_killed_draining(self, uses: int) -> None:
        with suppress(Killed):
            indexer.drain(DyingStore(self.store, uses), self.settings, wait=False)

    @rule(uses=st.integers(0, 8))
    def is_killed_rebuilding(self, uses: int) -> None:
        with suppress(Killed):
            indexer.rebuild(DyingStore(self.store, uses), self.settings)

    @rule()
    def rebuilds(self) -> None:
        indexer.rebuild(self.store, self.settings)

    # -- a run, here and there

    def _run(self, full: bool, stock_only: bool) -> None:
        self.now += timedelta(minutes=10)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "BATCH", BATCH)
            patch.setattr(registry, "get", lambda name: self.shop)
            with suppress(Killed):
                sync_shop(
                    self.store,
                    self.settings,
                    self.shop_id,
                    full=full,
                    stock_only=stock_only,
                    clock=lambda: self.now,
                )
        self._expect(full, stock_only)

    def _expect(self, full: bool, stock_only: bool) -> None:
        """The same run by the rules."""
        lately = self.read_in_full_at is not None and self.now - self.read_in_full_at < timedelta(days=1)
        if self.open is not None and (self.now - self.beat > timedelta(days=1) or (full and self.open_cursor)):
            self.open = None
        if self.open is None:
            self.portal.begin()
            self.given, self.started = [], self.now
            self.open_full = full
            self.open_cursor = self.lanes and self.cursor and lately and not full
            self.open = "stock" if stock_only and self.open_cursor else "catalogue"
        self.beat = self.now
        if self.open == "catalogue" and not self._lane(self.open_cursor):
            return
        if self.open == "catalogue":
            self.open, self.given = ("stock" if self.open_cursor else "absence"), []
        if self.open == "stock" and not self._lane(changes=False, stock=True):
            return
        self.open = "absence"
        unmet = [name for name in self.portal.known() if name not in self.portal.met]
        if self.shop.dies_asked and self._would_ask(unmet):
            return
        self.portal.miss(self.shop.shelf if self.lanes else None, self.now)
        self.portal.settle(self.now)
        if not self.open_cursor:
            self.read_in_full_at = self.started
        self.open, self.cursor = None, True

    def _would_ask(self, unmet: list[str]) -> bool:
        portal = self.portal
        doubtful = [n for n in unmet if portal.said_of(("absence", n, ""), self.now) != "confirmed"]
        lost = sum(len(portal.products[n].visible) for n in doubtful)
        return bool(doubtful) and not (lost > 10 and 5 * lost > portal.size())

    def _lane(self, changes: bool, *, stock: bool = False) -> bool:
        """True where it came to its end."""
        shop, portal = self.shop, self.portal
        names = sorted(name for name in shop.shelf if not changes or name in shop.touched)
        names = names[: len(names) - shop.short] if shop.short else names
        names = [name for name in names if not self.given or name > self.given[-1]]
        stops = [at for at in (shop.dies_at, shop.breaks_at) if at is not None]
        cut = min([*stops, len(names)])
        dies = shop.dies_at is not None
        told = names[: cut // BATCH * BATCH] if dies or cut < len(names) else names
        whole = [name for name in told if stock and self._needs_whole(name)]
        if stock and whole and (shop.dies_asked or len(told) < len(names) or dies):
            # killed before what only a whole record tells was read: the sweep goes on before the first of them
            for name in told:
                if name not in whole:
                    portal.read(name, shop.shelf[name])
            first = told.index(whole[0])
            safe = told[: first // BATCH * BATCH]
            self.given += safe
            if not dies and not shop.dies_asked:
                self.open = None
            return False
        for name in told:
            portal.read(name, shop.shelf[name])
        self.given += told
        if dies:
            return False
        if cut < len(names) or shop.short:
            self.open = None
            return False
        return True

    def _needs_whole(self, name: str) -> bool:
        product = self.portal.products.get(name)
        if product is None or product.state == "hidden":
            return True
        return set(product.visible) != set(self.shop.shelf[name])

    # -- what must hold, always

    @invariant()
    def store_shows_it(self) -> None:
        found: dict[str, dict[str, Line]] = {}
        states: dict[str, str] = {}
        with self.store.read() as connection:
            rows = connection.execute(
                sa.select(
                    LISTING.c.source_id, LISTING.c.status, OFFER.c.source_id, OFFER.c.price_minor, OFFER.c.availability
                )
                .join(OFFER, OFFER.c.listing_id == LISTING.c.id)
                .where(LISTING.c.status.in_(("visible", "suspect")), OFFER.c.status == "visible")
            )  # fmt: skip
            for name, state, one, price, stock in rows:
                states[name] = state
                found.setdefault(name, {})[one] = (price, stock)
        known = self.portal.known()
        expected = {name: {one: p.offers[one] for one in p.visible} for name, p in known.items() if p.visible}
        assert found == expected
        assert states == {name: known[name].state for name in expected}


def check_index(machine: Histories) -> None:
    """Once the log is drained, the index shows just what the store shows."""
    indexer.drain(machine.store, machine.settings, wait=True)
    with machine.store.read() as connection:
        rows = connection.execute(sa.select(LISTING.c.id, LISTING.c.source_id))
        by_id: dict[int, str] = {row.id: row.source_id for row in rows}
    index = open_reader(machine.settings)

    def found(**filters: tuple[str, ...]) -> set[str]:
        ids = index.search(SearchQuery(filters=filters, per_page=100)).listing_ids
        return {by_id[number] for number in ids}

    shown = {name: p for name, p in machine.portal.known().items() if p.visible}
    assert found() == set(shown)
    assert index.count() == len(shown)
    cheapest = {name: price for name, one in shown.items() if (price := _cheapest(one)) is not None}
    for band, (low, high) in PRICE_BANDS.items():
        assert found(price=(band,)) == {name for name, price in cheapest.items() if low <= price < (high or 10**9)}
    for stock in (IN, OUT, BACK):
        assert found(availability=(stock,)) == {n for n, p in shown.items() if _best(p) == stock}


def _cheapest(product: Shown) -> int | None:
    lines = [product.offers[one] for one in product.visible]
    told = [price for price, _ in [line for line in lines if line[1] != OUT] or lines]
    return min((price for price in told if price is not None), default=None)


def _best(product: Shown) -> str:
    stocks = {product.offers[one][1] for one in product.visible}
    return next(stock for stock in (IN, BACK, OUT) if stock in stocks)


@pytest.mark.parametrize("lanes", [False, True], ids=["list-only", "with-lanes"])
def test_the_portal_shows_what_a_dictionary_would(lanes: bool, sqlite_template: Path) -> None:
    machine = type("Case", (Histories,), {"lanes": lanes, "template": sqlite_template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
