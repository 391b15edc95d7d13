"""Sets of ids and groups of variants behave like Python's own, in a hundredth of the memory."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feed.groups import MAX_VARIANTS, Groups
from connectors.feed.hashes import IdNumbers, IdSet
from connectors.feed.shape import Fields

IDS = st.lists(st.text(max_size=3), max_size=300)


@given(IDS)
def test_a_set(texts: list[str]) -> None:
    ours, theirs = IdSet(), set[str]()
    for text in texts:
        assert ours.add(text) == (text not in theirs)
        theirs.add(text)
    assert len(ours) == len(theirs)


@given(IDS)
def test_numbers(texts: list[str]) -> None:
    ours, theirs = IdNumbers(), dict[str, int]()
    for text in texts:
        assert ours.number(text) == theirs.setdefault(text, len(theirs))
    assert len(ours) == len(theirs)


def test_both_grow() -> None:
    ids, numbers = IdSet(), IdNumbers()
    for n in range(50_000):
        assert ids.add(str(n))
        assert numbers.number(str(n)) == n
    assert not any(ids.add(str(n)) for n in range(50_000))
    assert [numbers.number(str(n)) for n in range(50_000)] == list(range(50_000))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdé"), st.text(max_size=5)), max_size=400))
def test_groups_come_whole_and_in_order_however_scattered(members: list[tuple[str, str]]) -> None:
    wanted: dict[str, list[Fields]] = {}
    with Groups() as groups:
        for group, text in members:
            fields: Fields = {"id": [text]}
            wanted.setdefault(group, []).append(fields)
            groups.add(group, fields)
        assert list(groups) == list(wanted.items())


def test_a_group_without_end_comes_in_parts() -> None:
    with Groups() as groups:
        for n in range(2 * MAX_VARIANTS + 50):
            groups.add("tout", {"id": [str(n)]})
        parts = list(groups)
    assert [len(members) for _, members in parts] == [MAX_VARIANTS, MAX_VARIANTS, 50]
    assert [one["id"][0] for _, members in parts for one in members] == [str(n) for n in range(2 * MAX_VARIANTS + 50)]
