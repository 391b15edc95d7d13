"""What was not checked for too long leaves the results, keeps its page, and comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from aggregator.demo.server import FakeShop
from aggregator.ingest.sync import sync_shop
from aggregator.settings import Settings
from aggregator.store import Store, absence, changes, documents, listings, portal, runs, shops
from aggregator.store.portal import ListingView
from aggregator.store.runs import Counts
from aggregator.store.tables import CHANGE, LISTING, SYNC_RUN
from scheduler.ageing import HINTS_KEPT, RUNS_KEPT, expire, prune
from tests.support.woo_shop import small_catalogue

MAX_AGE = timedelta(hours=48)


class Read:
    """A shop that was read once, and a clock."""

    def __init__(self, store: Store, settings: Settings, shop: FakeShop) -> None:
        self.store, self.shop = store, shop
        self.settings = settings.model_copy(update={"allow_hosts": "127.0.0.1"})
        self.now = datetime.now(UTC)
        with store.write() as connection:
            self.shop_id = shops.add(
                connection, url=shop.url + "/", name="Laines", connector="woocommerce-store", platform="WooCommerce",
                status="approved", memory={}, now=self.now,
            )  # fmt: skip
        self.sync()

    def sync(self) -> None:
        assert sync_shop(self.store, self.settings, self.shop_id, clock=lambda: self.now).outcome == "complete"

    def expire(self) -> int:
        with self.store.write() as connection:
            connection.execute(sa.delete(CHANGE))
        return expire(self.store, self.settings, self.now)

    def ids(self) -> list[int]:
        with self.store.read() as connection:
            return list(connection.execute(sa.select(LISTING.c.id).order_by(LISTING.c.id)).scalars())

    def run_ids(self) -> list[int]:
        with self.store.read() as connection:
            return list(connection.execute(sa.select(SYNC_RUN.c.id).order_by(SYNC_RUN.c.id)).scalars())

    def public(self) -> list[int]:
        with self.store.read() as connection:
            return [listing.id for listing, _ in documents.by_ids(connection, self.ids())]

    def to_index(self) -> int:
        with self.store.read() as connection:
            return changes.pending(connection)


@pytest.fixture
def read(store: Store, store_settings: Settings) -> Iterator[Read]:
    with FakeShop(small_catalogue(30)) as shop:
        yield Read(store, store_settings, shop)


def test_what_is_young_enough_stays(read: Read) -> None:
    read.now += 2 * MAX_AGE
    assert read.expire() == 0


def test_what_is_too_old_leaves_the_results_keeps_its_page_and_comes_back_by_itself(read: Read) -> None:
    before = read.public()
    read.now += 2 * MAX_AGE + timedelta(minutes=1)
    assert read.expire() == len(before) == read.to_index()
    assert read.public() == []
    assert read.expire() == 0
    with read.store.read() as connection:
        assert isinstance(portal.find_listing(connection, before[0]), ListingView)
        assert portal.cards(connection, before) == []
    read.sync()
    assert read.public() == before
    assert read.to_index() >= len(before)


def test_what_left_the_shop_while_it_was_too_old_is_hidden_by_the_next_sweep(read: Read) -> None:
    before = read.public()
    gone = read.shop.fake.visible_ids()[0]
    read.now += 2 * MAX_AGE + timedelta(minutes=1)
    read.expire()
    read.shop.fake.trash(gone)
    read.sync()
    assert len(read.public()) == len(before) - 1


def test_a_suspect_that_nobody_has_seen_since_is_hidden(read: Read) -> None:
    first, *rest = read.public()
    with read.store.write() as connection:
        absence.suspect(connection, [first], 1)
    read.now += 2 * MAX_AGE + timedelta(minutes=1)
    assert read.expire() == len(rest) + 1
    with read.store.read() as connection:
        assert not isinstance(portal.find_listing(connection, first), ListingView)


def test_a_catalogue_that_proves_itself_unchanged_brings_all_of_it_back(read: Read) -> None:
    before = read.public()
    read.now += 2 * MAX_AGE + timedelta(minutes=1)
    read.expire()
    with read.store.write() as connection:
        assert listings.touch_shown(connection, read.shop_id, 1, read.now)[0] == len(before)
    assert read.public() == before


def test_what_a_merchant_handed_over_may_be_older(read: Read) -> None:
    with read.store.write() as connection:
        connection.execute(sa.text("UPDATE shop SET connector = 'spreadsheet'"))
    read.now += 20 * MAX_AGE
    assert read.expire() == 0
    read.now += 20 * MAX_AGE
    assert read.expire() > 0


def test_old_runs_are_forgotten_but_for_what_the_next_one_needs(read: Read) -> None:
    whole = read.run_ids()
    for _ in range(3):
        read.now += timedelta(hours=1)
        read.sync()
    last = read.run_ids()[-1]
    with read.store.write() as connection:  # sweeps of stock between two reads of the whole
        connection.execute(sa.update(SYNC_RUN).where(SYNC_RUN.c.id.not_in(whole)).values(cursor="x"))
    read.now += RUNS_KEPT
    assert prune(read.store, read.now - timedelta(hours=5)) == 0
    assert prune(read.store, read.now) == 2
    assert read.run_ids() == [*whole, last]
    assert prune(read.store, read.now) == 0


def test_turns_for_single_products_are_forgotten_sooner(read: Read) -> None:
    with read.store.write() as connection:
        for _ in range(5):
            run = runs.open_hints(connection, read.shop_id, read.now)
            assert run is not None
            runs.close(connection, run, Counts(), state="complete", now=read.now, error=None)
        assert [row.is_hint for row in runs.list_runs(connection)] == [True] * 5 + [False]
        assert [row.is_hint for row in runs.list_runs(connection, read.shop_id, hints=False)] == [False]
    read.now += HINTS_KEPT
    assert prune(read.store, read.now) == 0
    read.now += timedelta(minutes=1)
    assert prune(read.store, read.now) == 4
    assert len(read.run_ids()) == 2


def test_a_shop_that_is_being_read_is_left_alone(read: Read) -> None:
    """Its reader found it all visible and records no change: what left the index meanwhile would stay out."""
    read.now += 2 * MAX_AGE + timedelta(minutes=1)
    with read.store.write() as connection:
        run, _ = runs.open_or_resume(connection, read.shop_id, cursor=None, full=False, now=read.now)
    assert read.expire() == 0
    with read.store.write() as connection:
        runs.rest(connection, run, read.now, ("run_unfinished", "Pas finie.", "", "us"))
    assert read.expire() > 0


def test_what_was_checked_while_others_were_looked_for_stays(read: Read) -> None:
    limit = read.now + timedelta(minutes=1)
    with read.store.read() as connection:
        old = absence.too_old(connection, {"woocommerce-store": limit})
    assert len(old[limit]) == len(read.public())
    with read.store.write() as connection:
        listings.touch(connection, old[limit][:1], 1, limit + timedelta(minutes=1))
        assert absence.expire(connection, old[limit], limit) == len(old[limit]) - 1
