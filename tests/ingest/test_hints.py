"""Products that a shop names are read at once, both databases: what is written, what waits, what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.demo.server import FakeShop
from aggregator.errors import Refused
from aggregator.ingest.hints import read_hints
from aggregator.ingest.report import RunReport
from aggregator.ingest.sync import sync_shop
from aggregator.settings import Settings
from aggregator.store import Store, changes, held, runs, shops, signals
from aggregator.store.dialect import exclusive
from aggregator.store.secrets import Sealer
from aggregator.store.tables import HINT, LISTING, OFFER, SHOP_SIGNAL, SYNC_RUN
from connectors.credentials import Credentials
from connectors.http import HttpSession
from tests.support.woo_shop import KEY, SECRET, small_catalogue

PRODUCTS = 60


class Street:
    """One shop that was read whole, and what it says since."""

    def __init__(self, store: Store, settings: Settings, fake: FakeShop, *, keyed: bool = False) -> None:
        self.store, self.shop = store, fake.fake
        self.settings = settings.model_copy(update={"allow_hosts": "127.0.0.1"})
        self.now = datetime.now(UTC)
        self._delivery = 0
        sealer = Sealer(self.settings)
        with store.write() as connection:
            self.id = shops.add(
                connection,
                url=fake.url + "/",
                name="Laines du Port",
                connector="woocommerce-rest" if keyed else "woocommerce-store",
                platform="WooCommerce",
                status="approved",
                credentials=sealer.seal(Credentials(KEY, SECRET)) if keyed else None,
                memory={},
                now=self.now,
            )
            signals.renew(connection, sealer, self.id, self.now)
        self.sync()
        with store.write() as connection:
            connection.execute(sa.text("DELETE FROM change"))

    def sync(self) -> RunReport:
        self.now += timedelta(minutes=10)
        return sync_shop(self.store, self.settings, self.id, clock=lambda: self.now)

    def tell(self, *products: int) -> None:
        with self.store.write() as connection:
            for product in products:
                self._delivery += 1
                assert signals.hear(connection, self.id, str(self._delivery), str(product), self.now)

    def turn(self) -> RunReport | None:
        self.now += timedelta(minutes=2)
        return read_hints(self.store, self.settings, self.id, clock=lambda: self.now)

    def simple(self, count: int = 1) -> list[int]:
        """Products that can be bought, each with one offer."""
        found = [
            number
            for number in self.shop.visible_ids()
            if self.shop.state[number].type == "simple"
            and self.shop.state[number].stock_status == "instock"
            and self.shop.state[number].regular_price not in ("", "0")
        ]
        assert len(found) >= count
        return found[-count:]

    def offer(self, product: int) -> Any:
        with self.store.read() as connection:
            return connection.execute(
                sa.select(OFFER.c.price_minor, OFFER.c.availability, LISTING.c.status)
                .join(LISTING, LISTING.c.id == OFFER.c.listing_id)
                .where(LISTING.c.shop_id == self.id, LISTING.c.source_id == str(product))
            ).one()

    def waiting(self) -> set[str]:
        with self.store.read() as connection:
            return set(connection.execute(sa.select(HINT.c.source_id).where(HINT.c.shop_id == self.id)).scalars())

    def wants_all(self) -> bool:
        with self.store.read() as connection:
            return connection.execute(sa.select(SHOP_SIGNAL.c.changed_at)).scalar_one() is not None

    def indexing(self) -> int:
        with self.store.read() as connection:
            return changes.pending(connection)


@pytest.fixture(params=["without a key", "with a key"])
def street(store: Store, store_settings: Settings, request: pytest.FixtureRequest) -> Iterator[Street]:
    with FakeShop(small_catalogue(PRODUCTS)) as fake:
        yield Street(store, store_settings, fake, keyed=request.param == "with a key")


def test_a_named_product_is_read_again_with_few_requests_and_nothing_else_moves(street: Street) -> None:
    one, other = street.simple(2)
    street.shop.set(one, {"regular_price": "17.50"})
    street.shop.set(other, {"regular_price": "17.50"})
    before = street.offer(other)
    street.shop.faults.clear()
    street.tell(one)
    report = street.turn()
    assert report is not None
    assert (report.outcome, report.counts.updated, report.counts.products_seen) == ("complete", 1, 1)
    assert len(street.shop.requests) <= 8
    assert street.offer(one).price_minor == 1750
    assert street.offer(other) == before
    assert street.waiting() == set()
    assert street.indexing() == 1


def test_a_new_product_comes_and_a_trashed_one_goes(street: Street) -> None:
    (gone,) = street.simple()
    new = street.shop.add({"name": "Écharpe toute neuve", "regular_price": "12.00"}).id
    street.shop.trash(gone)
    street.tell(new, gone)
    report = street.turn()
    assert report is not None
    assert (report.counts.created, report.counts.withdrawn) == (1, 1)
    assert street.offer(new).price_minor == 1200
    assert street.offer(gone).status == "hidden"


def test_a_turn_is_no_read_of_the_shop(street: Street) -> None:
    with street.store.read() as connection:
        shop, full = shops.get(connection, street.id), runs.last_full(connection, street.id)
    street.tell(*street.simple(3))
    street.turn()
    with street.store.read() as connection:
        assert shops.get(connection, street.id) == shop
        assert runs.last_full(connection, street.id) == full
        run = runs.list_runs(connection, street.id)[0]
    assert (run.lane, run.state) == ("hint", "complete")
    assert street.sync().outcome == "complete"


def test_nothing_told_is_nothing_read(street: Street) -> None:
    street.shop.faults.clear()
    assert street.turn() is None
    assert street.shop.requests == []


def test_what_nobody_sells_changes_nothing(street: Street) -> None:
    street.tell(999_999)
    report = street.turn()
    assert report is not None
    assert (report.outcome, report.counts.withdrawn, street.indexing()) == ("complete", 0, 0)


def test_a_product_that_is_named_while_it_is_read_is_read_again(street: Street) -> None:
    (one,) = street.simple()
    street.tell(one)
    told: list[HttpSession] = []

    def meanwhile(session: HttpSession) -> None:
        told.append(session)
        street.tell(one)

    read_hints(street.store, street.settings, street.id, clock=lambda: street.now, opened=meanwhile)
    assert told
    assert street.waiting() == {str(one)}


def test_many_hints_are_read_a_hundred_at_a_time(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.ingest.hints.TURN", 5)
    named = street.simple(12)
    street.tell(*named)
    assert [len(street.waiting()) for _ in range(3) if street.turn()] == [7, 2, 0]


def test_a_shop_rests_after_a_turn_in_proportion_to_what_it_took(street: Street) -> None:
    one, other = street.simple(2)
    street.tell(one)
    street.turn()
    street.tell(other)
    with street.store.read() as connection:
        assert signals.due(connection, street.now, 10) == []
        (due,) = signals.due(connection, street.now + timedelta(minutes=1), 10)
        assert signals.due(connection, street.now - timedelta(hours=2), 10), "the clock was set back"
    assert (due.shop_id, due.hinted) == (street.id, True)


# -- what could be a lie -----------------------------------------------------------------------------------------------


def test_a_price_that_moves_far_waits_for_sweeps_and_no_hint_agrees_with_another(street: Street) -> None:
    (one,) = street.simple()
    before = street.offer(one).price_minor
    street.shop.set(one, {"regular_price": f"{before * 5 / 100:.2f}"})
    for _ in range(3):
        street.tell(one)
        report = street.turn()
        assert report is not None
        assert report.outcome == "held"
        assert street.offer(one).price_minor == before
    assert street.sync().outcome == "held"
    street.tell(one)
    street.turn()
    assert street.offer(one).price_minor == before, "one sweep and a hint are not two sweeps"
    assert street.sync().outcome == "complete"
    assert street.offer(one).price_minor == before * 5


def test_a_shop_cannot_be_emptied_slice_by_slice(street: Street) -> None:
    named = street.simple(30)
    for number in named:
        street.shop.trash(number)
    outcomes = []
    for start in range(0, 30, 5):
        street.tell(*named[start : start + 5])
        report = street.turn()
        assert report is not None
        outcomes.append(report.outcome)
    shown = sum(street.offer(number).status == "visible" for number in named)
    assert outcomes[0] == "complete"
    assert outcomes[-1] == "held"
    assert shown >= 10, "what is too much waits"
    assert street.wants_all(), "and all is read, so that it can be judged"
    street.sync()
    with street.store.read() as connection:
        assert sum(row.offers for row in held.waiting(connection, street.now)) >= shown - 10


def test_a_few_losses_between_sweeps_never_wait(street: Street) -> None:
    for number in street.simple(8):
        street.shop.set(number, {"stock_quantity": 0, "manage_stock": True})
        street.tell(number)
        report = street.turn()
        assert report is not None
        assert report.outcome == "complete"
        assert street.offer(number).availability == "OutOfStock"


def test_a_sweep_begins_the_count_anew(street: Street) -> None:
    named = street.simple(16)
    for start in (0, 8):
        for number in named[start : start + 8]:
            street.shop.trash(number)
        street.tell(*named[start : start + 8])
        report = street.turn()
        assert report is not None
        assert report.outcome == "complete"
        assert street.sync().outcome == "complete"


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_shop_that_does_not_answer_is_read_whole_later(street: Street) -> None:
    street.tell(*street.simple(2))
    street.shop.fault("500", times=-1)
    report = street.turn()
    assert report is not None
    assert report.outcome == "failed"
    assert street.waiting() == set()
    assert street.wants_all()


def test_hints_wait_for_the_run_under_way(street: Street) -> None:
    (one,) = street.simple()
    street.tell(one)
    with street.store.write() as connection:
        run, _ = runs.open_or_resume(connection, street.id, cursor=None, full=True, now=street.now)
    assert street.turn() is None
    with street.store.read() as connection:
        assert signals.due(connection, street.now, 10) == []
    with street.store.write() as connection:
        runs.abort(connection, run.id, street.now)
    assert street.turn() is not None


def test_another_reader_of_the_shop_is_not_disturbed(street: Street) -> None:
    street.tell(*street.simple())
    with exclusive(street.store, "shop", street.id), pytest.raises(Refused):
        street.turn()
    assert len(street.waiting()) == 1


def test_a_turn_that_died_is_taken_over_by_the_next_or_ended_by_a_whole_read(street: Street) -> None:
    def die() -> None:
        with street.store.write() as connection:
            assert runs.open_hints(connection, street.id, street.now)

    street.tell(*street.simple())
    die()
    with street.store.read() as connection:
        assert signals.due(connection, street.now, 10), "its owner is dead: nobody waits for it"
    assert street.turn() is not None
    die()
    report = street.sync()
    assert report.outcome == "complete"
    assert report.counts.products_seen > 20, "a turn is not resumed as a whole read"
    with street.store.read() as connection:
        states = connection.execute(sa.select(SYNC_RUN.c.state)).scalars().all()
    assert sorted(states) == ["complete", "complete", "complete", "failed"]


def test_a_paused_shop_is_not_read_and_a_removed_one_leaves_nothing(street: Street) -> None:
    street.tell(*street.simple())
    with street.store.write() as connection:
        shops.pause(connection, street.id, "", street.now)
    assert street.turn() is None
    with street.store.write() as connection:
        shops.remove(connection, street.id, "", street.now)
    assert street.waiting() == set()


def test_deliveries_are_forgotten_after_days(store: Store, store_settings: Settings) -> None:
    with FakeShop(small_catalogue(6)) as fake:
        street = Street(store, store_settings, fake)
        street.tell(100)
        with store.write() as connection:
            assert not signals.hear(connection, street.id, "1", "100", street.now)
            signals.prune(connection, street.now + timedelta(days=2))
            assert not signals.hear(connection, street.id, "1", "100", street.now)
            signals.prune(connection, street.now + timedelta(days=4))
            assert signals.hear(connection, street.id, "1", "100", street.now)
