"""The journal of prices, against a plain list of what an offer cost day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.ingest.batch import Batch, Planner
from aggregator.ingest.settle import settle
from aggregator.settings import Settings
from aggregator.store import Store, listings, open_store, prices, runs
from aggregator.store.prices import WATCHED, Lowest
from aggregator.store.runs import Counts
from aggregator.store.tables import CHANGE, LISTING, LISTING_CONTENT, OFFER, PAST_PRICE, SHOP, SYNC_RUN
from connectors.records import ProductRecord
from tests.support.catalogue import NOW, SHELVING, add_shop, offer, product

Day = tuple[int | None, int | None]
"""(price, crossed-out price) that the shop says on a day."""


class Watched:
    """One offer, told day after day."""

    name = "1"

    def __init__(self, store: Store) -> None:
        self.store, self.shop_id = store, add_shop(store)
        self.counts = Counts()
        self.now = NOW
        with store.write() as connection:
            self.run, _ = runs.open_or_resume(connection, self.shop_id, cursor=None, full=False, now=NOW)

    def say(self, price: int | None, crossed: int | None = None) -> None:
        self.write(product("1", offer("1", price).model_copy(update={"list_price_minor": crossed})))

    def write(self, told: ProductRecord) -> None:
        batch = Batch()
        batch.add(told)
        plan = Planner(self.store, self.shop_id, self.run.id, self.counts, SHELVING).plan(batch, self.now)
        with self.store.write() as connection:
            plan.write(connection, self.shop_id, self.run.id, self.now)
            settle(connection, self.shop_id, self.run.id, self.counts, full=False, now=self.now)

    def history(self, days: Sequence[Day]) -> None:
        for price, crossed in days:
            self.say(price, crossed)
            self.now += timedelta(days=1)

    def lowest(self) -> Lowest | None:
        with self.store.read() as connection:
            number = connection.execute(sa.select(OFFER.c.id).where(OFFER.c.source_id == self.name)).scalar_one()
            return prices.lowest(connection, [number], self.now).get(number)

    def past(self) -> list[tuple[int, int]]:
        """(price, days) of what ended."""
        with self.store.read() as connection:
            number = connection.execute(sa.select(OFFER.c.id).where(OFFER.c.source_id == self.name)).scalar_one()
            mine = sa.select(PAST_PRICE).where(PAST_PRICE.c.offer_id == number)
            rows = connection.execute(mine.order_by(PAST_PRICE.c.began_at)).all()
        return [(row.price_minor, (row.ended_at - row.began_at).days) for row in rows]


@pytest.fixture
def watched(store: Store) -> Watched:
    return Watched(store)


def test_each_price_is_kept_with_its_time(watched: Watched) -> None:
    watched.history([(1000, None)] * 3 + [(1200, None)] * 2 + [(None, None)] * 2 + [(900, None)])
    assert watched.past() == [(1000, 3), (1200, 2)]
    assert watched.lowest() == Lowest(900, proven=False)


def test_the_lowest_before_a_reduction_counts_from_its_first_step(watched: Watched) -> None:
    watched.history([(1000, None)] * 10 + [(1200, None)] * 31 + [(1000, 1200)] * 5 + [(800, 1200)] * 5)
    assert watched.lowest() == Lowest(1200, proven=True)


def test_a_price_raised_before_it_is_reduced_shows_the_lower_one(watched: Watched) -> None:
    watched.history([(1000, None)] * 40 + [(1500, None)] * 5 + [(1000, 1500)])
    assert watched.lowest() == Lowest(1000, proven=True)


def test_a_shop_that_was_reduced_when_we_first_saw_it_proves_nothing(watched: Watched) -> None:
    watched.history([(1000, 1500)] * 60)
    assert watched.lowest() is None


def test_a_price_that_waited_is_noted_when_it_is_applied(watched: Watched) -> None:
    watched.history([(1000, None)] * 4)
    with watched.store.write() as connection:
        number = connection.execute(sa.select(OFFER.c.id)).scalar_one()
        claim = {"price_minor": 100, "list_price_minor": None, "currency": "EUR"}
        listings.set_prices(connection, [(number, claim)], watched.now)
    assert watched.past() == [(1000, 4)]


def away(watched: Watched, days: int, status: str = "stale") -> None:
    with watched.store.write() as connection:
        connection.execute(sa.update(LISTING).values(status=status))
    watched.now += timedelta(days=days)


@pytest.mark.parametrize("status", ["stale", "hidden", "archived"])
def test_days_in_which_nobody_saw_the_offer_prove_nothing(watched: Watched, status: str) -> None:
    watched.history([(1000, None)] * 20)
    away(watched, 10, status)
    watched.history([(1000, None), (800, 1000)])
    assert watched.lowest() == Lowest(1000, proven=False)
    watched.history([(1000, None)] * 30 + [(800, 1000)])
    assert watched.lowest() == Lowest(1000, proven=True)


def test_a_reduction_that_nobody_watched_begins_anew(watched: Watched) -> None:
    watched.history([(1000, None)] * 31 + [(800, 1000)] * 2)
    assert watched.lowest() == Lowest(1000, proven=True)
    away(watched, 10)
    watched.say(800, 1000)
    assert watched.lowest() == Lowest(800, proven=False)


def test_a_day_out_of_sight_is_no_reason_to_doubt(watched: Watched) -> None:
    watched.history([(1000, None)] * 20)
    away(watched, 1, "hidden")
    watched.history([(1000, None)] * 10 + [(800, 1000)])
    assert watched.lowest() == Lowest(1000, proven=True)


class Variants(Watched):
    """Two variants of a product; the second, which is watched, comes and goes."""

    name = "2"

    def tell(self, price: int | None, crossed: int | None = None) -> None:
        offers = [offer("1", 500)]
        if price is not None:
            offers.append(offer("2", price).model_copy(update={"list_price_minor": crossed}))
        self.write(product("1", *offers))

    def days(self, days: Sequence[Day]) -> None:
        for price, crossed in days:
            self.tell(price, crossed)
            self.now += timedelta(days=1)


def test_a_variant_that_left_and_came_back_was_not_watched_meanwhile(store: Store) -> None:
    watched = Variants(store)
    watched.days([(1000, None)] * 20 + [(None, None)] * 8 + [(1000, None)] * 10 + [(800, 1000)])
    assert watched.past() == [(1000, 20), (1000, 10)]
    assert watched.lowest() == Lowest(1000, proven=False)
    watched.days([(1000, None)] * 31 + [(800, 1000)])
    assert watched.lowest() == Lowest(1000, proven=True)


def test_a_reduced_variant_that_comes_back_is_reduced_anew(store: Store) -> None:
    watched = Variants(store)
    watched.days([(1000, None)] * 31 + [(800, 1000)] * 2)
    assert watched.lowest() == Lowest(1000, proven=True)
    watched.days([(None, None)] * 20 + [(700, 1000)])
    assert watched.lowest() == Lowest(800, proven=False)
    assert watched.past() == [(1000, 31), (800, 2)]


def test_a_variant_that_had_left_before_its_product_did_was_not_watched_either(store: Store) -> None:
    watched = Variants(store)
    watched.days([(1000, None)] * 20 + [(None, None)] * 8)
    away(watched, 5, "hidden")
    watched.days([(1000, None)] * 10 + [(800, 1000)])
    assert watched.past() == [(1000, 20), (1000, 10)]
    assert watched.lowest() == Lowest(1000, proven=False)


def test_the_journal_is_kept_for_a_year_and_longer_where_a_reduction_needs_it(watched: Watched) -> None:
    watched.history([(900, None)] * 5 + [(1000, None)] * 40 + [(800, 1000)])

    def forgotten() -> int:
        with watched.store.write() as connection:
            rows = prices.old(connection, watched.now, 100)
            prices.forget(connection, rows)
        return len(rows)

    watched.now = NOW + timedelta(days=364)
    assert forgotten() == 0
    watched.now = NOW + timedelta(days=2000)
    assert forgotten() == 0, "it is still reduced, and that must be proved"
    assert watched.lowest() == Lowest(1000, proven=True)
    watched.history([(1000, None)] * 2)
    assert forgotten() == 2
    assert [price for price, _ in watched.past()] == [800]


def test_months_in_another_currency_prove_nothing(watched: Watched) -> None:
    watched.history([(1000, None)] * 5)
    with watched.store.write() as connection:
        number = connection.execute(sa.select(OFFER.c.id)).scalar_one()
        for currency in ("USD", "EUR"):
            claim = {"price_minor": 1000, "list_price_minor": None, "currency": currency}
            listings.set_prices(connection, [(number, claim)], watched.now)
            watched.now += timedelta(days=40 if currency == "USD" else 5)
    watched.say(800, 1000)
    assert watched.lowest() == Lowest(1000, proven=False)


def test_two_prices_in_one_instant_leave_no_trace_of_the_first(watched: Watched) -> None:
    watched.history([(1000, None)] * 3)
    watched.say(900)
    watched.say(1100)
    assert watched.past() == [(1000, 3)]


@pytest.fixture
def emptied(sqlite_settings: Settings) -> Iterator[Store]:
    """One store for all examples of a property."""
    with open_store(sqlite_settings) as opened:
        yield opened


days = st.lists(
    st.tuples(st.sampled_from([800, 900, 1000, 1100]), st.booleans()).map(lambda d: (d[0], 2000 if d[1] else None)),
    min_size=1,
    max_size=70,
)


@pytest.mark.parametrize("reduced_days", [0, 1, 7])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=days)
def test_it_agrees_with_a_plain_list(emptied: Store, reduced_days: int, history: list[Day]) -> None:
    with emptied.write() as connection:
        for table in (PAST_PRICE, OFFER, LISTING_CONTENT, LISTING, SYNC_RUN, SHOP, CHANGE):
            connection.execute(sa.delete(table))
    watched = Watched(emptied)
    told: list[Day] = [*history, *[(700, 2000)] * reduced_days]
    watched.history(told)
    first = len(told)
    while first and told[first - 1][1] is not None:
        first -= 1
    until = first if told[-1][1] is not None else len(told)
    window = [price for price, _ in told[max(0, until - WATCHED.days) : until] if price is not None]
    expected = Lowest(min(window), proven=until >= WATCHED.days) if window else None
    assert watched.lowest() == expected
