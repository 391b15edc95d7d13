"""When the next request may leave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.politeness import CRAWL_DELAY_MOST, FAILURES_IN_A_ROW, Pace

_MOMENTS = st.floats(0, 1e6)
_TOOK = st.floats(0, 120)


def test_the_job_s_delay_lies_between_the_beginnings_of_two_requests() -> None:
    pace = Pace(0.5)
    pace.answered(100.0, 100.1)
    assert pace.due == pytest.approx(100.5)


def test_a_slow_answer_buys_the_site_half_of_its_time() -> None:
    pace = Pace(0.5)
    pace.answered(100.0, 104.0)
    assert pace.due == pytest.approx(106.0)


@pytest.mark.parametrize(("asked", "delay"), [(None, 0.5), (0.1, 0.5), (3.0, 3.0), (86_400.0, 30.0), (-1.0, 0.5)])
def test_a_crawl_delay_is_obeyed_as_far_as_it_is_one(asked: float | None, delay: float) -> None:
    pace = Pace(0.5)
    pace.obey(asked)
    assert pace.delay == delay
    assert (pace.clamped is not None) == (asked == 86_400.0)


def test_not_a_number_is_no_crawl_delay() -> None:
    pace = Pace(0.5)
    pace.obey(float("nan"))
    assert pace.delay == 0.5


def test_refusals_slow_down_and_good_answers_speed_up_again() -> None:
    pace = Pace(0.5)
    pace.failed(0.0, 0.1)
    first = pace.delay
    pace.failed(10.0, 10.1)
    assert (first, pace.delay) == (1.0, 2.0)
    delays = []
    for turn in range(30):
        pace.answered(100.0 + turn, 100.1 + turn)
        delays.append(pace.delay)
    assert delays == sorted(delays, reverse=True)
    assert delays[-1] == 0.5


def test_a_broken_page_does_not_slow_the_others_down() -> None:
    pace = Pace(0.5)
    pace.failed(0.0, 0.1, page_only=True)
    assert (pace.delay, pace.failures) == (0.5, 1)


def test_a_crawl_delay_holds_from_the_request_that_told_it() -> None:
    pace = Pace(0.5)
    pace.answered(100.0, 100.1)
    pace.obey(4.0)
    assert pace.due == pytest.approx(104.0)


def test_retry_after_is_honoured() -> None:
    pace = Pace(0.5)
    pace.failed(100.0, 101.0, retry_after=120.0)
    assert pace.due == pytest.approx(221.0)
    pace.answered(221.0, 221.1)
    assert pace.due < 225


def test_the_breaker_opens_after_failures_in_a_row_only() -> None:
    pace = Pace(0.0)
    for _ in range(FAILURES_IN_A_ROW - 1):
        pace.failed(0.0, 0.0)
    pace.answered(0.0, 0.0)
    pace.failed(0.0, 0.0)
    assert not pace.broken
    for _ in range(FAILURES_IN_A_ROW - 1):
        pace.failed(0.0, 0.0)
    assert pace.broken


@given(
    delay=st.floats(0, 60),
    turns=st.lists(st.tuples(st.booleans(), st.floats(0, 100), _TOOK, st.none() | st.floats(0, 1e5)), max_size=50),
)
def test_nothing_leaves_sooner_than_the_delay_whatever_the_answers(
    delay: float, turns: list[tuple[bool, float, float, float | None]]
) -> None:
    pace, now = Pace(delay), 0.0
    for refused, idle, took, wait in turns:
        began = max(now + idle, pace.due)
        now = began + took
        if refused:
            pace.failed(began, now, retry_after=wait)
            assert pace.due >= now + (wait or 0.0)
        else:
            pace.answered(began, now)
        assert pace.due >= began + delay - 1e-6
        assert delay <= pace.delay <= delay + 60 + CRAWL_DELAY_MOST
