"""How fresh the region is, counted over a seeded store on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.settings import Settings
from aggregator.store import Store, absence, checks, freshness, held, notices, open_store, pace, runs, shops, signals
from aggregator.store.pace import PaceRow
from aggregator.store.runs import Counts
from aggregator.store.tables import LISTING, OFFER
from tests.store.test_export import add_listings, add_offer
from tests.support.catalogue import NOW, add_shop


def aged(store: Store, shop: int, first: int, ages: list[timedelta]) -> None:
    """Listings of one offer each, checked so long ago."""
    with store.write() as connection:
        add_listings(connection, shop, range(first, first + len(ages)))
        for number, age in enumerate(ages, first):
            add_offer(connection, number, number, shop)
            connection.execute(sa.update(LISTING).where(LISTING.c.id == number).values(checked_at=NOW - age))


def measured(store: Store) -> freshness.Freshness:
    with store.read() as connection:
        return freshness.measure(connection, NOW)


def row(**values: object) -> PaceRow:
    given = {
        "next_sync_at": NOW + timedelta(minutes=30), "catalogue_due_at": NOW + timedelta(minutes=30),
        "catalogue_seconds": 900.0, "stock_due_at": None, "stock_seconds": None, "failures": 0, "failing_since": None,
        "last_run_seconds": 1.0,
    } | values  # fmt: skip
    return PaceRow(**given)  # type: ignore[arg-type]


def test_shares_are_of_published_offers(store: Store) -> None:
    one, two = add_shop(store, "https://un.example/"), add_shop(store, "https://deux.example/")
    minutes = [timedelta(minutes=n) for n in (5, 59, 61, 600, 60 * 30)]
    aged(store, one, 1, minutes)
    aged(store, two, 100, [timedelta(minutes=1)] * 2)
    with store.write() as connection:
        connection.execute(sa.update(OFFER).where(OFFER.c.id == 101).values(status="hidden"))
    found = measured(store)
    assert (found.offers, found.within_hour, found.within_day) == (6, 3, 5)
    assert found.oldest == NOW - minutes[-1]
    assert [(shop.offers, shop.within_hour, shop.within_day) for shop in found.shops] == [(5, 2, 4), (1, 1, 1)]


def ended(store: Store, shop: int, at: timedelta) -> None:
    with store.write() as connection:
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=NOW - at)
        runs.close(connection, run, Counts(), state="complete", now=NOW - at, error=None)


def test_what_was_counted_is_kept_until_a_run_or_time_changes_it(store: Store) -> None:
    one, two = add_shop(store, "https://un.example/"), add_shop(store, "https://deux.example/")
    aged(store, one, 1, [timedelta(minutes=n) for n in (5, 59, 61)])
    aged(store, two, 100, [timedelta(hours=30)])
    before = measured(store)
    assert checks.keep(store, NOW) == 2
    assert checks.keep(store, NOW) == 0
    assert measured(store) == before
    with store.write() as connection:
        connection.execute(sa.update(LISTING).values(checked_at=NOW))
    assert measured(store) == before, "kept, since no run says that anything was checked"
    ended(store, one, timedelta(seconds=5))
    assert checks.keep(store, NOW) == 0, "not while it may still be committed"
    assert [shop.within_hour for shop in measured(store).shops] == [3, 0]
    later = NOW + checks.SETTLED + timedelta(seconds=1)
    assert checks.keep(store, later) == 1
    with store.write() as connection:
        connection.execute(sa.update(LISTING).values(checked_at=NOW - timedelta(days=9)))
    with store.read() as connection:
        assert freshness.measure(connection, later).within_hour == 3
        assert freshness.measure(connection, later + freshness.HOUR).within_hour == 0, "time passes all the same"
        back = freshness.measure(connection, NOW - timedelta(days=1))
    assert back.within_hour == 0, "counted in a time that is still to come: counted anew"
    assert back.oldest == NOW - timedelta(days=9)


def test_what_leaves_the_results_for_its_age_is_counted_anew(store: Store) -> None:
    shop = add_shop(store)
    aged(store, shop, 1, [timedelta(days=5), timedelta(days=1)])
    checks.keep(store, NOW)
    with store.write() as connection:
        assert absence.expire(connection, [1, 2], NOW - timedelta(days=4)) == 1
    assert measured(store).offers == 1


def unfinished(store: Store, shop: int) -> None:
    with store.write() as connection:
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=NOW)
        runs.rest(connection, run, NOW, ("run_unfinished", "La lecture n'est pas finie.", "no time left", "us"))


def incomplete(store: Store, shop: int) -> None:
    with store.write() as connection:
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=NOW)
        error = ("catalogue_malformed", "La boutique n'a pas tout montré.", "short", "merchant")
        runs.close(connection, run, Counts(), state="incomplete", now=NOW, error=error)


@pytest.mark.parametrize(("ending", "who"), [(incomplete, "merchant"), (unfinished, "us")])
def test_a_shop_that_is_never_read_to_its_end_fails_after_a_day(
    store: Store, ending: Callable[[Store, int], None], who: str
) -> None:
    shop = add_shop(store)
    ending(store, shop)
    for hours, fails in ((23, False), (25, True)):
        since = NOW - timedelta(hours=hours)
        with store.write() as connection:
            pace.save(connection, shop, row(failing_since=since), NOW)
        failing = measured(store).failing
        assert [(one.failing.since, one.failing.who_acts) for one in failing if one.failing] == [(since, who)] * fails
        with store.read() as connection:
            told = notices.failing(connection, NOW)
        assert [(one.since, one.who_acts, one.partly) for one in told] == [(since, who, True)] * fails


def test_an_empty_region_has_no_share_and_no_delay(store: Store) -> None:
    found = measured(store)
    assert (found.offers, found.oldest, found.overdue, found.delay) == (0, None, 0, timedelta())


def test_what_fails_says_since_when_why_and_who_must_act(store: Store) -> None:
    shop = add_shop(store)
    since = NOW - timedelta(hours=5)
    with store.write() as connection:
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=NOW)
        error = ("credentials_rejected", "La boutique refuse la clé.", "401", "merchant")
        runs.close(connection, run, Counts(), state="failed", now=NOW, error=error)
        pace.save(connection, shop, row(failures=3, failing_since=since), NOW)
    found = measured(store)
    (failing,) = found.failing
    assert failing.failing is not None
    assert (failing.failing.since, failing.failing.failures, failing.failing.who_acts) == (since, 3, "merchant")
    assert failing.failing.message == "La boutique refuse la clé."
    assert found.runs == {"failed": 1, "open": 0, "stuck": 0}


def test_the_queue_s_delay_is_that_of_who_waits_longest(store: Store) -> None:
    late, later, asked = (add_shop(store, f"https://{name}.example/") for name in ("a", "b", "c"))
    with store.write() as connection:
        pace.save(connection, late, row(next_sync_at=NOW - timedelta(minutes=3)), NOW)
        pace.save(connection, later, row(next_sync_at=NOW - timedelta(minutes=9)), NOW)
        pace.save(connection, asked, row(), NOW)
        pace.want(connection, asked, NOW - timedelta(minutes=1))
    found = measured(store)
    assert (found.overdue, found.delay) == (3, timedelta(minutes=9))
    with store.write() as connection:
        shops.pause(connection, later, "", NOW)
    assert measured(store).delay == timedelta(minutes=3)


def test_a_run_without_a_sign_of_life_is_told_apart(store: Store) -> None:
    alive, dead = add_shop(store, "https://a.example/"), add_shop(store, "https://b.example/")
    with store.write() as connection:
        runs.open_or_resume(connection, alive, cursor=None, full=False, now=NOW - timedelta(minutes=1))
        runs.open_or_resume(connection, dead, cursor=None, full=False, now=NOW - timedelta(minutes=10))
    found = measured(store)
    assert (found.runs["open"], found.runs["stuck"]) == (1, 1)
    assert [shop.reading for shop in found.shops] == [True, True]


def test_what_waits_is_counted_by_shop(store: Store) -> None:
    shop = add_shop(store)
    claim = {"kind": "price", "target_id": 7, "whole_product": False, "listing_id": 7, "offers": 4, "payload": {"a": 1}}
    with store.write() as connection:
        held.record(connection, shop, 1, [claim], NOW)
    assert measured(store).shops[0].held == 0, "still under way"
    with store.write() as connection:
        held.hold(connection, [row.id for row in held.of_run(connection, shop, 1, NOW)])
    assert measured(store).shops[0].held == 4


def test_a_shop_that_was_read_since_by_hand_does_not_fail(store: Store) -> None:
    shop = add_shop(store)
    error = ("shop_unreachable", "La boutique ne répond pas.", "timeout", "merchant")
    with store.write() as connection:
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=NOW)
        runs.close(connection, run, Counts(), state="failed", now=NOW, error=error)
        pace.save(connection, shop, row(failures=3, failing_since=NOW), NOW)
        hint = runs.open_hints(connection, shop, NOW)
        assert hint is not None
        runs.close(connection, hint, Counts(), state="complete", now=NOW, error=None)
        assert [one.message for one in notices.failing(connection, NOW)] == ["La boutique ne répond pas."]
        run, _ = runs.open_or_resume(connection, shop, cursor=None, full=False, now=NOW)
        runs.close(connection, run, Counts(), state="complete", now=NOW, error=None)
        assert notices.failing(connection, NOW) == []
    assert measured(store).failing == []


@pytest.fixture
def sqlite_store(sqlite_settings: Settings) -> Iterator[Store]:
    """Plans are SQLite's: on PostgreSQL that of a small table says nothing."""
    with open_store(sqlite_settings) as opened:
        yield opened


def test_what_is_asked_all_the_time_does_not_read_all_runs(sqlite_store: Store) -> None:
    store = sqlite_store
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        rows = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.extend(row[3] for row in rows)

    sa.event.listen(store.engine, "before_cursor_execute", explain)
    try:
        with store.read() as connection:
            freshness.measure(connection, NOW)
            notices.failing(connection, NOW)
            pace.due(connection, NOW, 500)
            signals.due(connection, NOW, 500)
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", explain)
    of_runs = [plan for plan in plans if "sync_run" in plan]
    assert of_runs
    assert [plan for plan in of_runs if "SCAN sync_run" in plan and "uq_sync_run_open" not in plan] == []
