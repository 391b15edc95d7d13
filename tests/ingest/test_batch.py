"""Batches and the end of a run, on both databases: what is written, counted, held and logged for the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from aggregator.ingest import settle
from aggregator.ingest.batch import Batch, Planner
from aggregator.ingest.guard import Verdict
from aggregator.store import Store, absence, changes, held, issues, runs
from aggregator.store.runs import Counts, LeaseLost, RunRow
from aggregator.store.tables import LISTING, OFFER
from connectors.records import Availability, Issue, IssueCode, OfferStock, ProductRecord, StockRecord, Withdrawn
from tests.support.catalogue import NOW, SHELVING, add_shop, offer, product, products

Message = ProductRecord | StockRecord | Withdrawn | Issue


class Shelf:
    """One shop in a store, told run after run what it sells."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.shop_id = add_shop(store)
        self.counts = Counts()
        self.run = self._open()

    def _open(self) -> RunRow:
        with self.store.write() as connection:
            run, _ = runs.open_or_resume(connection, self.shop_id, cursor=None, full=False, now=NOW)
        self.counts = Counts()
        return run

    def say(self, *messages: Message) -> list[str]:
        batch = Batch()
        for message in messages:
            batch.add(message)
        plan = Planner(self.store, self.shop_id, self.run.id, self.counts, SHELVING).plan(batch, NOW)
        with self.store.write() as connection:
            plan.write(connection, self.shop_id, self.run.id, NOW)
            runs.save(connection, self.run, self.counts, lane="catalogue", checkpoint="x", next_cursor=None, now=NOW)
        return plan.to_read

    def unseen(self) -> list[absence.Absent]:
        with self.store.read() as connection:
            return absence.unseen(connection, self.shop_id, self.run.id)

    def end(self, *, after: timedelta = timedelta()) -> Verdict:
        """Settle the run as complete and open the next one."""
        with self.store.write() as connection:
            now = NOW + after
            verdict = settle.settle(connection, self.shop_id, self.run.id, self.counts, full=True, now=now)
            runs.close(connection, self.run, self.counts, state="complete", now=now, error=None)
        self.run = self._open()
        return verdict

    def sync(self, *messages: Message, after: timedelta = timedelta()) -> tuple[Verdict, Counts]:
        self.say(*messages)
        counts = self.counts
        return self.end(after=after), counts

    def offers(self) -> dict[str, tuple[int | None, str | None]]:
        """What the portal would show: source id -> price, availability."""
        with self.store.read() as connection:
            rows = connection.execute(
                sa.select(OFFER.c.source_id, OFFER.c.price_minor, OFFER.c.availability)
                .join_from(OFFER, LISTING, LISTING.c.id == OFFER.c.listing_id)
                .where(LISTING.c.status.in_(("visible", "suspect")), OFFER.c.status == "visible")
            )
            return {row[0]: (row[1], row[2]) for row in rows}

    def status(self, source_id: str) -> str:
        with self.store.read() as connection:
            return str(
                connection.execute(sa.select(LISTING.c.status).where(LISTING.c.source_id == source_id)).scalar_one()
            )

    def changed(self) -> int:
        """How many listings wait for the index; they are taken as indexed."""
        with self.store.write() as connection:
            taken = changes.take(connection, 10_000)
            changes.forget(connection, taken)
            return len(taken)


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def figures(counts: Counts) -> tuple[int, int, int, int, int]:
    return counts.offers_seen, counts.created, counts.updated, counts.unchanged, counts.withdrawn


def test_first_and_second_read(shelf: Shelf) -> None:
    _, first = shelf.sync(*products(30))
    assert figures(first) == (30, 30, 0, 0, 0)
    assert first.products_seen == 30
    assert shelf.changed() == 30
    _, second = shelf.sync(*products(30))
    assert figures(second) == (30, 0, 0, 30, 0)
    assert shelf.changed() == 0


def test_a_change_is_written_counted_and_logged(shelf: Shelf) -> None:
    shelf.sync(product("1", offer("1a", 1000), offer("1b", 1200)), product("2"))
    shelf.changed()
    _, counts = shelf.sync(product("1", offer("1a", 1100), offer("1b", 1200)), product("2"))
    assert figures(counts) == (3, 0, 1, 2, 0)
    assert shelf.offers()["1a"] == (1100, "InStock")
    assert shelf.changed() == 1


def test_a_new_title_updates_all_variants_a_new_variant_only_itself(shelf: Shelf) -> None:
    shelf.sync(product("1", offer("1a"), offer("1b")))
    _, renamed = shelf.sync(product("1", offer("1a"), offer("1b"), title="Grand bol"))
    assert figures(renamed) == (2, 0, 2, 0, 0)
    _, grown = shelf.sync(product("1", offer("1a"), offer("1b"), offer("1c"), title="Grand bol"))
    assert figures(grown) == (3, 1, 0, 2, 0)


def test_a_doubtful_price_waits_for_the_second_sweep(shelf: Shelf) -> None:
    shelf.sync(*products(5))
    verdict, counts = shelf.sync(product("1", offer("1", 90)), *products(4, first=2))
    assert len(verdict.hold) == 1
    assert figures(counts) == (5, 0, 0, 5, 0)
    assert shelf.offers()["1"] == (1000, "InStock")
    verdict, counts = shelf.sync(product("1", offer("1", 90)), *products(4, first=2))
    assert verdict.hold == ()
    assert figures(counts) == (5, 0, 1, 4, 0)
    assert shelf.offers()["1"] == (90, "InStock")


def test_another_price_begins_to_wait_anew_and_the_old_one_is_forgotten(shelf: Shelf) -> None:
    shelf.sync(product("1"))
    shelf.sync(product("1", offer("1", 90)))
    verdict, _ = shelf.sync(product("1", offer("1", 80)))
    assert len(verdict.hold) == 1
    verdict, _ = shelf.sync(product("1"))
    assert verdict.hold == ()
    with shelf.store.read() as connection:
        assert held.waiting(connection, NOW, shelf.shop_id) == []
    assert shelf.offers()["1"] == (1000, "InStock")


def test_a_few_sell_outs_are_applied_at_the_end(shelf: Shelf) -> None:
    shelf.sync(*products(50))
    gone = product("1", offer("1", stock=Availability.OUT_OF_STOCK))
    shelf.say(gone, *products(49, first=2))
    assert shelf.offers()["1"] == (1000, "InStock")
    counts = shelf.counts
    shelf.end()
    assert shelf.offers()["1"] == (1000, "OutOfStock")
    assert figures(counts) == (50, 0, 1, 49, 0)


def test_a_mass_sell_out_changes_nothing_but_the_rest_of_the_run_is_applied(shelf: Shelf) -> None:
    shelf.sync(*products(50))
    shelf.changed()
    sold_out = [product(str(n), offer(str(n), stock=Availability.OUT_OF_STOCK)) for n in range(1, 31)]
    repriced = [product(str(n), offer(str(n), 1100)) for n in range(31, 51)]
    verdict, counts = shelf.sync(*sold_out, *repriced)
    assert verdict.held_losses == 30
    assert figures(counts) == (50, 0, 20, 30, 0)
    assert set(shelf.offers().values()) == {(1000, "InStock"), (1100, "InStock")}
    assert shelf.changed() == 20


def test_sold_out_and_repriced_at_once(shelf: Shelf) -> None:
    shelf.sync(*products(3))
    _, counts = shelf.sync(product("1", offer("1", 1500, stock=Availability.OUT_OF_STOCK)), *products(2, first=2))
    assert figures(counts) == (3, 0, 1, 2, 0)
    assert shelf.offers()["1"] == (1500, "OutOfStock")


def unpriced(count: int, stock: Availability = Availability.IN_STOCK) -> list[ProductRecord]:
    return [product(str(n), offer(str(n), None, stock=stock)) for n in range(1, count + 1)]


def test_a_few_prices_on_request_are_applied_at_the_end(shelf: Shelf) -> None:
    shelf.sync(*products(50))
    shelf.changed()
    shelf.say(*unpriced(10), *products(40, first=11))
    assert shelf.offers()["1"] == (1000, "InStock")
    counts = shelf.counts
    shelf.end()
    assert shelf.offers()["1"] == (None, "InStock")
    assert figures(counts) == (50, 0, 10, 40, 0)
    assert shelf.changed() == 10


def test_prices_that_vanish_in_masses_wait_for_a_person_and_come_back_by_themselves(shelf: Shelf) -> None:
    shelf.sync(*products(50))
    for _ in range(3):
        verdict, _ = shelf.sync(*unpriced(11), *products(39, first=12))
        assert verdict.held_losses == 11
        assert set(shelf.offers().values()) == {(1000, "InStock")}
    verdict, _ = shelf.sync(*products(50))
    assert verdict.hold == ()
    shelf.sync(*unpriced(11), *products(39, first=12))
    with shelf.store.write() as connection:
        assert {one.kind for one in held.waiting(connection, NOW, shelf.shop_id)} == {"unpriced"}
        held.decide(connection, shelf.shop_id, "confirmed", NOW)
    shelf.sync(*unpriced(11), *products(39, first=12))
    assert shelf.offers()["1"] == (None, "InStock")


def test_what_sells_out_and_loses_its_price_at_once_is_one_loss(shelf: Shelf) -> None:
    shelf.sync(*products(50))
    _, counts = shelf.sync(*unpriced(10, Availability.OUT_OF_STOCK), *products(40, first=11))
    assert shelf.offers()["1"] == (None, "OutOfStock")
    assert figures(counts) == (50, 0, 10, 40, 0)
    shelf.sync(*products(50))
    verdict, _ = shelf.sync(*unpriced(11, Availability.OUT_OF_STOCK), *products(39, first=12))
    assert verdict.held_losses == 11
    assert set(shelf.offers().values()) == {(1000, "InStock")}


def test_a_variant_that_left_its_product_is_hidden_at_the_end(shelf: Shelf) -> None:
    shelf.sync(product("1", offer("1a"), offer("1b")), product("2"))
    shelf.changed()
    _, counts = shelf.sync(product("1", offer("1a")), product("2"))
    assert figures(counts) == (2, 0, 0, 2, 1)
    assert shelf.offers().keys() == {"1a", "2"}
    assert shelf.changed() == 1
    _, back = shelf.sync(product("1", offer("1a"), offer("1b")), product("2"))
    assert figures(back) == (3, 0, 1, 2, 0)


def test_what_the_shop_withdrew_is_hidden_archived_and_comes_back(shelf: Shelf) -> None:
    shelf.sync(product("1", offer("1a"), offer("1b")), product("2"))
    _, counts = shelf.sync(Withdrawn(source_id="1", reason="gone"), product("2"))
    assert counts.withdrawn == 2
    assert shelf.status("1") == "hidden"
    shelf.sync(product("2"), after=timedelta(days=8))
    assert shelf.status("1") == "archived"
    shelf.changed()
    _, counts = shelf.sync(product("1", offer("1a"), offer("1b")), product("2"))
    assert figures(counts) == (3, 0, 2, 1, 0)
    assert shelf.status("1") == "visible"
    assert shelf.changed() == 1


def test_unconfirmed_absence_is_doubted_then_taken_for_gone(shelf: Shelf) -> None:
    shelf.sync(*products(3))
    for expected in ("suspect", "hidden"):
        shelf.say(*products(2, first=2))
        with shelf.store.write() as connection:
            absent = absence.unseen(connection, shelf.shop_id, shelf.run.id)
            settle.settle_unconfirmed(connection, shelf.shop_id, shelf.run.id, absent, NOW)
        shelf.end()
        assert shelf.status("1") == expected


def test_a_rejected_product_is_not_absent(shelf: Shelf) -> None:
    shelf.sync(*products(2))
    shelf.say(product("1"), Issue(code=IssueCode.RECORD_MALFORMED, source_id="2", rejected=True))
    assert shelf.unseen() == []
    assert shelf.counts.rejected == 1
    assert shelf.offers().keys() == {"1", "2"}


def test_issues_close_themselves(shelf: Shelf) -> None:
    def codes() -> list[tuple[str, str]]:
        with shelf.store.read() as connection:
            return [(row.source_id, row.code) for row in issues.list_open(connection, shelf.shop_id)]

    shelf.sync(*products(2), Issue(code=IssueCode.IMAGE_MISSING, source_id="1"))
    assert codes() == [("1", "image_missing")]
    shelf.sync(*products(2), Issue(code=IssueCode.GTIN_INVALID, source_id="2", field="gtin", detail="123"))
    assert codes() == [("2", "gtin_invalid")]


def test_a_second_record_of_one_id_is_an_issue(shelf: Shelf) -> None:
    _, counts = shelf.sync(product("1"), product("1", title="Autre"))
    assert counts.products_seen == 1
    with shelf.store.read() as connection:
        assert [row.code for row in issues.list_open(connection)] == ["duplicate_id"]


def test_nothing_is_counted_twice_in_a_run(shelf: Shelf) -> None:
    shelf.say(*products(10))
    shelf.say(*products(20))
    assert figures(shelf.counts) == (20, 20, 0, 0, 0)


def stock(source_id: str, price: int | None = 1000, availability: Availability = Availability.IN_STOCK) -> StockRecord:
    line = OfferStock(source_id=source_id, price_minor=price, currency="EUR", availability=availability)
    return StockRecord(source_id=source_id, offers=(line,))


def test_a_sweep_writes_prices_and_asks_for_what_is_new(shelf: Shelf) -> None:
    shelf.sync(*products(3))
    to_read = shelf.say(stock("1", 1200), stock("2"), stock("3", availability=Availability.OUT_OF_STOCK), stock("9"))
    assert to_read == ["9"]
    counts = shelf.counts
    shelf.end()
    assert figures(counts) == (3, 0, 2, 1, 0)
    assert shelf.offers() == {"1": (1200, "InStock"), "2": (1000, "InStock"), "3": (1000, "OutOfStock")}


def test_after_a_sweep_the_old_record_is_compared_in_full(shelf: Shelf) -> None:
    """The content hash stood for 10 EUR; the sweep wrote 12; the record that says 10 again must not look unchanged."""
    shelf.sync(product("1"))
    shelf.sync(stock("1", 1200))
    shelf.sync(product("1"))
    assert shelf.offers()["1"] == (1000, "InStock")


def test_a_lost_lease_writes_nothing(shelf: Shelf) -> None:
    with shelf.store.write() as connection:
        runs.open_or_resume(connection, shelf.shop_id, cursor=None, full=False, now=NOW)
    with pytest.raises(LeaseLost):
        shelf.say(*products(3))
    assert shelf.offers() == {}


def test_a_run_that_was_left_is_resumed_within_a_day_and_not_where_a_full_one_is_wanted(shelf: Shelf) -> None:
    def opened(*, full: bool = False, cursor: str | None = None, after: timedelta = timedelta()) -> tuple[int, bool]:
        with shelf.store.write() as connection:
            run, resumed = runs.open_or_resume(connection, shelf.shop_id, cursor=cursor, full=full, now=NOW + after)
            return run.id, resumed

    assert opened() == (shelf.run.id, True)
    assert opened(full=True) == (shelf.run.id, True)
    changes_only, resumed = opened(cursor="2026-11-22T00:00:00", after=timedelta(days=2))
    assert not resumed
    full_one, resumed = opened(full=True, after=timedelta(days=2))
    assert not resumed
    assert full_one > changes_only > shelf.run.id


def test_the_database_refuses_a_second_open_run(shelf: Shelf) -> None:
    from aggregator.store.tables import SYNC_RUN

    columns = [column for column in SYNC_RUN.c if column.name not in ("id", "lease")]
    same = sa.select(*columns, sa.literal("another").label("lease")).where(SYNC_RUN.c.id == shelf.run.id)
    with pytest.raises(sa.exc.IntegrityError), shelf.store.write() as connection:
        connection.execute(sa.insert(SYNC_RUN).from_select([*(c.name for c in columns), "lease"], same))


def test_batches_larger_than_a_statement_takes(shelf: Shelf) -> None:
    many: Sequence[ProductRecord] = products(1200)
    _, counts = shelf.sync(*many)
    assert counts.created == 1200
    _, counts = shelf.sync(*many)
    assert counts.unchanged == 1200
