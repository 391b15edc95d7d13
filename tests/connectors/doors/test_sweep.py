"""Lists that move while they are read: whatever leaves or comes, a read that calls itself complete lost nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.doors.sweep import Batch, Position, Sweep
from connectors.doors.windows import window
from connectors.errors import CatalogueMalformed

Change = tuple[str, int]


class Moving:
    """A list that somebody changes before each of its answers. `most` is the page's size."""

    first = "0"

    def __init__(self, names: list[str], changes: list[list[Change]], most: int = 6) -> None:
        self.names, self.changes, self.most = list(names), [list(c) for c in changes], most
        self.stayed = set(names)
        self.asked = 0
        self.added = 0

    def key(self, item: Any) -> str | None:
        return item if isinstance(item, str) else None

    def _move(self) -> None:
        self.asked += 1
        for what, where in self.changes.pop(0) if self.changes else []:
            if what == "leaves" and self.names:
                self.stayed.discard(self.names.pop(where % len(self.names)))
            elif what == "comes":
                self.added += 1
                self.names.insert(where % (len(self.names) + 1), f"new-{self.added}")

    def batch(self, place: str) -> Batch:
        raise NotImplementedError


class Windowed(Moving):
    """As Shopify's: `limit` and `page`, no total."""

    def batch(self, place: str) -> Batch:
        self._move()
        limit, page = window(int(place), self.most)
        items = self.names[(page - 1) * limit : page * limit]
        after = str(limit * page) if items else None
        return Batch(list(items), after, full=len(items) >= limit, overlaps=int(place) > 0)


class Counted(Moving):
    """As Magento's: with the total of now."""

    def batch(self, place: str) -> Batch:
        self._move()
        start = int(place)
        end = start + self.most
        return Batch(self.names[start:end], str(end) if end < len(self.names) else None, total=len(self.names))


class Silent(Moving):
    """As Squarespace's: nothing but where the next page is."""

    def batch(self, place: str) -> Batch:
        self._move()
        start = int(place)
        end = start + self.most
        after = str(end) if end < len(self.names) else None
        return Batch(self.names[start:end], after, sure=start == 0 and after is None)


KINDS = [Windowed, Counted, Silent]
NAMES = [f"p-{n}" for n in range(40)]


def everything(source: Moving, resume: str | None = None) -> tuple[list[str], list[str], Sweep]:
    """(what was yielded, checkpoints, the sweep)."""
    sweep = Sweep(source, Position.load(resume))
    found, positions = [], []
    for step in sweep.steps():
        found += step.items
        if step.position is not None:
            positions.append(step.position)
    return found, positions, sweep


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 5, 6, 7, 12, 40])
def test_a_still_list_is_read_once_and_whole(kind: type[Moving], count: int) -> None:
    found, _, sweep = everything(kind(NAMES[:count], []))
    assert found == NAMES[:count]
    assert sweep.complete
    assert (sweep.seen, sweep.detail) == (count, "")


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_stays_is_found_when_one_leaves(kind: type[Moving]) -> None:
    for when in range(1, 6):
        for which in range(0, 40, 3):
            source = kind(NAMES, [[]] * when + [[("leaves", which)]])
            found, _, sweep = everything(source)
            assert source.stayed <= set(found)
            assert sweep.complete


CHANGES = st.lists(
    st.lists(st.tuples(st.just("leaves"), st.integers(0, 50)), max_size=3), max_size=12
)  # fmt: skip


@pytest.mark.parametrize("kind", [Windowed, Counted])
@settings(max_examples=150, deadline=None)
@given(changes=CHANGES)
def test_a_list_that_only_shrinks_loses_nothing_and_repeats_nothing(
    kind: type[Moving], changes: list[list[Change]]
) -> None:
    source = kind(NAMES, changes)
    found, _, sweep = everything(source)
    assert len(found) == len(set(found))
    assert not sweep.complete or source.stayed <= set(found)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(changes=st.lists(st.lists(st.tuples(st.just("comes"), st.integers(0, 50)), max_size=3), max_size=12))
def test_what_comes_meanwhile_costs_nothing_that_was_there(kind: type[Moving], changes: list[list[Change]]) -> None:
    source = kind(NAMES, changes)
    found, _, sweep = everything(source)
    assert len(found) == len(set(found))
    assert not sweep.complete or source.stayed <= set(found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_checkpoint_resumes_without_loss_or_repetition(kind: type[Moving]) -> None:
    whole, positions, _ = everything(kind(NAMES, []))
    assert positions
    for position in positions:
        rest, _, sweep = everything(kind(NAMES, []), position)
        before = whole[: len(whole) - len(rest)]
        assert before + rest == whole
        assert (sweep.complete, sweep.seen) == (True, 40)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"v":1}', '{"v":1,"place":"0","seen":"!!"}', "rubbish", '{"v":9,"place":"0"}']
)
def test_a_position_that_is_none_begins_anew(text: str) -> None:
    assert Position.load(text) is None


class Same(Moving):
    """Ignores where it is asked for: one page for ever."""

    def batch(self, place: str) -> Batch:
        self.asked += 1
        return Batch(self.names[: self.most], str(int(place) + 1), full=len(self.names) >= self.most)


def test_a_list_that_answers_the_same_for_ever_ends() -> None:
    short, long = Same(NAMES[:4], []), Same(NAMES, [])
    assert (everything(short)[0], everything(short)[2].complete) == (NAMES[:4], True)
    found, _, sweep = everything(long)
    assert (found, sweep.complete, sweep.detail) == (NAMES[:6], False, "the list repeats itself")
    assert long.asked < 20


class Endless(Moving):
    def batch(self, place: str) -> Batch:
        return Batch([f"p-{place}"], str(int(place) + 1))


def test_a_list_without_end_is_no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.doors.sweep.MOST_BATCHES", 100)
    with pytest.raises(CatalogueMalformed):
        everything(Endless([], []))


def _empty_from(batch: Callable[[Windowed, str], Batch]) -> Callable[[Windowed, str], Batch]:
    def answer(self: Windowed, place: str) -> Batch:
        if place == "0":
            return batch(self, place)
        return Batch([], None, overlaps=True)

    return answer


def test_nothing_after_a_full_page_is_never_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is full promises that its last product is met again."""
    monkeypatch.setattr(Windowed, "batch", _empty_from(Windowed.batch))
    found, _, sweep = everything(Windowed(NAMES, []))
    assert found == NAMES[:6]
    assert not sweep.complete
    assert "promised more" in sweep.detail


def test_things_without_an_id_are_yielded_once_for_their_issue() -> None:
    class Nameless(Silent):
        def batch(self, place: str) -> Batch:
            found = super().batch(place)
            return Batch([*found.items, None], found.after, sure=found.sure)

    found, _, sweep = everything(Nameless(NAMES[:10], []))
    assert found.count(None) == 2  # type: ignore[arg-type]
    assert sweep.complete


def _ends(most: int) -> Iterator[tuple[int, int, int]]:
    end = 0
    for _ in range(120):
        limit, page = window(end, most)
        yield end, (page - 1) * limit, page * limit
        end = page * limit


@pytest.mark.parametrize("most", [100, 250])
def test_windows_overlap_and_reach_on(most: int) -> None:
    for end, begins, ends in _ends(most):
        assert begins < end or end == 0
        assert ends > end
        assert ends - begins <= most
    if most == 250:
        assert next(ends for n, (_, _, ends) in enumerate(_ends(250)) if n == 20) > 4900  # 21 requests
        assert max(ends for _, _, ends in _ends(250)) > 25_000
