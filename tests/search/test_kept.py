"""Values that are kept: those of one state, the last that were asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.kept import Recent


@given(st.integers(0, 4), st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), max_size=40))
def test_what_is_kept_is_what_was_made_of_this_state(most: int, asked: list[tuple[int, int]]) -> None:
    states = (object(), object())
    recent: Recent[tuple[int, int]] = Recent(most)
    kept: list[int] = []
    last = None
    for state, key in asked:
        made: list[int] = []

        def make(state: int = state, key: int = key, made: list[int] = made) -> tuple[int, int]:
            made.append(key)
            return state, key

        if state != last:
            kept, last = [], state
        assert recent.get((states[state],), key, make) == (state, key)
        assert bool(made) == (key not in kept)
        kept = [*(one for one in kept if one != key), key][-most:] if most else []


def test_what_was_made_of_a_state_that_has_gone_is_not_kept() -> None:
    recent: Recent[str] = Recent(4)
    old, new = object(), object()

    def slow() -> str:
        recent.get((new,), "key", lambda: "new")
        return "old"

    assert recent.get((old,), "key", slow) == "old"
    assert recent.get((new,), "key", lambda: "made again") == "new"
