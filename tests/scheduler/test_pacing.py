"""When a shop is due next, and who goes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.pacing import (
    BUSY_SHARE,
    CEILING,
    CLOSED_RETRY,
    FIRST_RETRY,
    JITTER,
    PARIS,
    Bounds,
    Due,
    Ended,
    Lane,
    Limits,
    Pace,
    Quiet,
    after,
    begin,
    choose,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CATALOGUE = Bounds(timedelta(minutes=30), timedelta(hours=12))
STOCK = Bounds(timedelta(minutes=15), timedelta(minutes=50))
LIMITS = Limits(CATALOGUE, STOCK)
ONE_LANE = Limits(Bounds(timedelta(minutes=15), timedelta(minutes=50)), None)
NIGHT = Quiet(time(22), time(6))

chances = st.floats(0, 1, exclude_max=True)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
endings = st.builds(
    Ended,
    lane=st.sampled_from(Lane),
    failed=st.booleans(),
    closed=st.booleans(),
    changed=st.integers(0, 100),
    seen=st.integers(0, 5000),
    seconds=st.floats(0, 7200),
    retry_after=st.none() | st.floats(0, 10**6),
    incomplete=st.booleans(),
)
histories = st.lists(st.tuples(endings, chances), max_size=40)


def played(limits: Limits, history: list[tuple[Ended, float]]) -> tuple[Pace, datetime]:
    """A shop's pace after these runs, each at the instant when the one before had made it due."""
    now, pace = NOW, begin(limits, NOW)
    for ended, chance in history:
        lane = pace.next()[1]
        now = max(now, pace.next()[0])
        pace = after(pace, replace(ended, lane=lane), limits, now, chance)
    return pace, now


def test_a_new_shop_is_read_at_once_its_catalogue_first() -> None:
    assert begin(LIMITS, NOW).next() == (NOW, Lane.CATALOGUE)
    assert begin(ONE_LANE, NOW).next() == (NOW, Lane.CATALOGUE)


def test_a_shop_that_changes_is_asked_more_often_and_a_still_one_less() -> None:
    pace = begin(LIMITS, NOW)
    still = after(pace, Ended(Lane.STOCK, False), LIMITS, NOW, 0.5)
    busy = after(still, Ended(Lane.STOCK, False, changed=3, seen=100), LIMITS, NOW, 0.5)
    assert pace.stock_every is not None
    assert still.stock_every is not None
    assert busy.stock_every is not None
    assert still.stock_every > pace.stock_every
    assert busy.stock_every < still.stock_every


def test_a_read_of_the_catalogue_is_a_sweep_as_well() -> None:
    pace = after(begin(LIMITS, NOW), Ended(Lane.CATALOGUE, False), LIMITS, NOW, 0.5)
    assert pace.stock_due is not None
    assert pace.stock_due >= NOW + STOCK.fastest * (1 - JITTER)
    assert pace.next()[1] is Lane.STOCK


@given(histories, chances, st.sampled_from([LIMITS, ONE_LANE]))
def test_a_healthy_shop_is_due_within_its_bounds(
    history: list[tuple[Ended, float]], chance: float, limits: Limits
) -> None:
    pace, now = played(limits, history)
    lane = pace.next()[1]
    pace = after(pace, Ended(lane, False, changed=1), limits, now, chance)
    bounds = limits.catalogue if lane is Lane.CATALOGUE else limits.stock
    assert bounds is not None
    due = pace.catalogue_due if lane is Lane.CATALOGUE else pace.stock_due
    assert due is not None
    assert bounds.fastest * (1 - JITTER) <= due - now <= bounds.slowest * (1 + JITTER)
    assert pace.failures == 0
    assert pace.failing_since is None


@given(histories)
def test_no_shop_is_ever_given_up_nor_hammered(history: list[tuple[Ended, float]]) -> None:
    pace, now = played(LIMITS, history)
    assert pace.next()[0] <= now + CEILING * (1 + JITTER)
    last = history[-1][0] if history else Ended(Lane.CATALOGUE, False)
    assert (pace.failing_since is not None) == (last.failed or last.incomplete)
    if last.failed:
        assert pace.next()[0] >= now + FIRST_RETRY * (1 - JITTER)


@given(histories, st.lists(st.tuples(st.booleans(), chances), min_size=1, max_size=20), chances)
def test_reads_that_come_to_no_end_are_one_trouble_whatever_stops_them(
    history: list[tuple[Ended, float]], cut: list[tuple[bool, float]], chance: float
) -> None:
    pace, now = played(LIMITS, [*history, (Ended(Lane.CATALOGUE, False), 0.5)])
    began = pace.next()[0]
    for failed, drawn in cut:
        now = max(now, pace.next()[0])
        pace = after(pace, Ended(pace.next()[1], failed, incomplete=not failed), LIMITS, now, drawn)
        assert pace.failing_since == began
        assert (pace.failures > 0) == failed, "a shop that answers is not asked less"
    pace = after(pace, Ended(pace.next()[1], False), LIMITS, now, chance)
    assert pace.failing_since is None


@given(st.integers(1, 30), st.booleans(), chances)
def test_failures_wait_twice_as_long_each_time_up_to_a_day(times: int, closed: bool, chance: float) -> None:
    pace = begin(LIMITS, NOW)
    for _ in range(times):
        pace = after(pace, Ended(Lane.CATALOGUE, True, closed=closed), LIMITS, NOW, chance)
    expected = min((CLOSED_RETRY if closed else FIRST_RETRY) * 2 ** (times - 1), CEILING)
    assert abs((pace.next()[0] - NOW) / expected - 1) <= JITTER + 1e-6
    assert pace.failing_since == NOW


@given(st.floats(0, 10**7), chances)
def test_a_shop_that_names_its_time_is_obeyed_up_to_a_day(seconds: float, chance: float) -> None:
    pace = after(begin(LIMITS, NOW), Ended(Lane.STOCK, True, retry_after=seconds), LIMITS, NOW, chance)
    asked = min(timedelta(seconds=seconds), CEILING)
    assert pace.next()[0] - NOW >= asked * (1 - JITTER)


@given(st.floats(0, 3600), chances)
def test_a_slow_shop_is_left_alone_nine_tenths_of_the_time(seconds: float, chance: float) -> None:
    pace = after(begin(LIMITS, NOW), Ended(Lane.CATALOGUE, False, changed=1, seconds=seconds), LIMITS, NOW, chance)
    slowest = CATALOGUE.slowest
    rest = min(timedelta(seconds=seconds / BUSY_SHARE), max(slowest - timedelta(seconds=seconds), slowest / 2))
    assert pace.catalogue_due - NOW >= rest * (1 - JITTER)


@given(st.floats(0, 25), chances)
def test_a_long_run_does_not_make_its_offers_older_than_the_bounds(minutes: float, chance: float) -> None:
    """From the first product that it met to the same one in the next run."""
    pace = begin(LIMITS, NOW)
    ended = Ended(Lane.STOCK, False, seconds=minutes * 60)
    for _ in range(9):  # still: as slow as it gets
        pace = after(pace, ended, LIMITS, NOW, chance)
    assert pace.stock_due is not None
    assert pace.stock_due - NOW + timedelta(minutes=minutes) <= STOCK.slowest * (1 + JITTER)


@given(instants, chances)
def test_no_run_begins_in_quiet_hours(now: datetime, chance: float) -> None:
    limits = Limits(CATALOGUE, STOCK, NIGHT)
    pace = after(begin(limits, now), Ended(Lane.STOCK, False), limits, now, chance)
    assert pace.stock_due is not None
    local = pace.stock_due.astimezone(PARIS).time()
    assert time(6) <= local < time(22)


@given(instants)
def test_quiet_hours_end_when_they_say(instant: datetime) -> None:
    for quiet in (NIGHT, Quiet(time(12), time(14))):
        ends = quiet.ends(instant)
        if ends is None:
            continue
        assert ends > instant
        assert ends - instant <= timedelta(hours=9)  # eight, and the night in which the clocks go back
        assert ends.astimezone(PARIS).time() == quiet.last
        assert quiet.ends(ends) is None


dues = st.lists(
    st.builds(
        Due,
        shop_id=st.integers(1, 10**6),
        host=st.sampled_from([f"h{n}" for n in range(12)]),
        due_at=st.integers(0, 10**6).map(lambda s: NOW - timedelta(seconds=s)),
        wanted=st.booleans(),
        long=st.booleans(),
    ),
    unique_by=lambda one: one.shop_id,
    max_size=40,
)


@given(dues, st.sets(st.sampled_from(["h0", "h1", "h2"])), st.integers(0, 10), st.integers(0, 4))
def test_one_a_host_never_more_than_is_free_and_nobody_is_passed_over(
    due: list[Due], running: set[str], free: int, free_for_long: int
) -> None:
    chosen = choose(due, running, free, free_for_long)
    assert len(chosen) <= free
    assert len({one.host for one in chosen} | running) == len(chosen) + len(running)
    assert sum(one.long for one in chosen) <= free_for_long
    left = [one for one in due if one not in chosen]
    for one in chosen:
        for other in left:
            if (not other.wanted, other.due_at, other.shop_id) < (not one.wanted, one.due_at, one.shop_id):
                taken = {c.host for c in chosen} | running
                assert other.host in taken or other.long


def test_after_a_day_off_who_waited_longest_goes_first() -> None:
    due = [Due(n, f"h{n}", NOW - timedelta(minutes=n)) for n in range(3000)]
    assert [one.shop_id for one in choose(due, set(), 8, 4)] == list(range(2999, 2991, -1))
