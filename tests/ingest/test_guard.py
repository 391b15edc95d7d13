"""The guard: what may be applied at the end of a run."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from aggregator.ingest.guard import MASS_FLOOR, PRICE_FACTOR, is_mass, judge, price_is_doubtful


@dataclass(frozen=True)
class Seen:
    id: int
    kind: str
    offers: int = 1
    sweeps: int = 0
    answer: str | None = None


def seen(kind: str, count: int, sweeps: int = 0, first: int = 0) -> list[Seen]:
    return [Seen(first + number, kind, 1, sweeps) for number in range(count)]


answers = st.sampled_from([None, None, None, "confirmed", "rejected"])
intents = st.lists(
    st.tuples(
        st.sampled_from(["absence", "sold_out", "unpriced", "price"]), st.integers(1, 30), st.integers(0, 3), answers
    ),
    max_size=60,
).map(lambda rows: [Seen(number, *row) for number, row in enumerate(rows)])


def test_a_fifth_of_the_offers_may_leave_at_once_but_no_more() -> None:
    assert judge(seen("absence", 200), 1000).hold == ()
    verdict = judge(seen("absence", 201), 1000)
    assert verdict.apply == ()
    assert verdict.held_losses == 201
    assert verdict.message is not None
    assert "201 offres" in verdict.message


def test_ten_offers_may_always_leave_since_small_shops_sell_out() -> None:
    assert judge(seen("sold_out", MASS_FLOOR), 12).apply == tuple(range(MASS_FLOOR))
    assert judge(seen("sold_out", MASS_FLOOR + 1), 12).apply == ()


def test_absences_and_sell_outs_are_judged_together() -> None:
    both = seen("absence", 150) + seen("sold_out", 100, first=150)
    assert len(judge(both, 1000).hold) == 250


def test_the_end_of_season_sales_pass() -> None:
    """A fifth to a half off everywhere moves no price by a factor 3."""
    for old in (990, 4900, 129_900):
        for share in (80, 70, 50):
            assert not price_is_doubtful(old, old * share // 100)


def test_prices_that_vanish_are_losses_a_few_pass_and_many_need_a_person() -> None:
    assert judge(seen("unpriced", 200), 1000).apply == tuple(range(200))
    verdict = judge(seen("unpriced", 201, sweeps=5), 1000)
    assert (verdict.apply, verdict.held_losses) == ((), 201)
    assert "perdraient leur prix" in (verdict.message or "")
    assert len(judge(seen("unpriced", 150) + seen("absence", 100, first=150), 1000).hold) == 250


def test_a_lone_doubtful_price_waits_for_a_second_sweep() -> None:
    first = judge(seen("price", 1), 1000)
    assert first.hold == (0,)
    assert not first.prices_need_person
    assert judge(seen("price", 1, sweeps=1), 1000).apply == (0,)


def test_many_doubtful_prices_need_a_person_however_often_they_are_seen() -> None:
    verdict = judge(seen("price", 300, sweeps=5), 1000)
    assert verdict.apply == ()
    assert verdict.prices_need_person


@given(intents, st.integers(0, 5000))
def test_every_intent_is_either_applied_or_held(rows: list[Seen], offers: int) -> None:
    verdict = judge(rows, offers)
    assert sorted(verdict.apply + verdict.hold + verdict.rejected) == [row.id for row in rows]
    assert (verdict.message is None) == (not verdict.hold)


@given(intents, st.integers(0, 5000))
def test_never_more_than_the_allowed_share_leaves(rows: list[Seen], offers: int) -> None:
    applied = set(judge(rows, offers).apply)
    lost = sum(row.offers for row in rows if row.id in applied and row.kind != "price" and row.answer is None)
    assert lost <= MASS_FLOOR or lost <= 0.2 * offers


@given(intents, st.integers(0, 5000))
def test_losses_are_applied_together_or_not_at_all(rows: list[Seen], offers: int) -> None:
    applied = set(judge(rows, offers).apply)
    losses = [row.id in applied for row in rows if row.kind != "price" and row.answer is None]
    assert all(losses) or not any(losses)


@given(intents, st.integers(0, 5000))
def test_what_a_person_answered_is_done_whatever_else_the_run_saw(rows: list[Seen], offers: int) -> None:
    verdict = judge(rows, offers)
    assert {row.id for row in rows if row.answer == "confirmed"} <= set(verdict.apply)
    assert {row.id for row in rows if row.answer == "rejected"} == set(verdict.rejected)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_doubt_is_the_same_up_and_down(old: int, new: int) -> None:
    assert price_is_doubtful(old, new) == price_is_doubtful(new, old)
    assert price_is_doubtful(old, new) == (max(old, new) > PRICE_FACTOR * min(old, new))


@given(st.none() | st.integers(0, 10**9), st.none() | st.integers(0, 10**9))
def test_a_price_that_appears_or_vanishes_is_no_jump(old: int | None, new: int | None) -> None:
    if old is None or new is None:
        assert not price_is_doubtful(old, new)


def test_free_is_never_believed_at_once() -> None:
    assert price_is_doubtful(2500, 0)
    assert price_is_doubtful(0, 2500)
    assert price_is_doubtful(2500, 2500, same_currency=False) is False
    assert price_is_doubtful(2500, 2600, same_currency=False)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_mass_grows_with_what_is_touched(touched: int, offers: int) -> None:
    assert not (is_mass(touched, offers) and not is_mass(touched + 1, offers))


@given(intents, st.integers(1, 2000), st.integers(0, 500))
def test_what_hints_took_away_before_never_lets_more_go(rows: list[Seen], offers: int, lost_before: int) -> None:
    sweep, hint = judge(rows, offers), judge(rows, offers, sweep=False, lost_before=lost_before)
    assert set(hint.apply) <= set(sweep.apply)
    assert set(hint.apply) | set(hint.hold) | set(hint.rejected) == {row.id for row in rows}
    assert not hint.lost or not is_mass(lost_before + hint.lost, offers)
    assert hint.lost == 0 or hint.held_losses == 0


@given(intents, st.integers(1, 2000))
def test_hints_alone_never_move_a_price_far(rows: list[Seen], offers: int) -> None:
    once_swept = [Seen(row.id, row.kind, row.offers, min(row.sweeps, 1), row.answer) for row in rows]
    applied = set(judge(once_swept, offers, sweep=False).apply)
    assert not [row for row in once_swept if row.id in applied and row.kind == "price" and row.answer is None]
