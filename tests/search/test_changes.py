"""The change log forgets only what was indexed as it is now. On both databases."""

from __future__ import annotations

from aggregator.store import Store, changes


def test_a_change_is_taken_until_it_is_forgotten(store: Store) -> None:
    with store.write() as connection:
        changes.record(connection, [])
        changes.record(connection, [3, 1, 2, 1])
        changes.record(connection, [2])
    with store.read() as connection:
        assert changes.pending(connection) == 3
        assert changes.take(connection, 2) == [(1, 1), (2, 2)]
        assert changes.take(connection, 9, after=2) == [(3, 1)]
    with store.write() as connection:
        changes.forget(connection, [(1, 1), (2, 2)])
        changes.forget(connection, [])
    with store.read() as connection:
        assert changes.take(connection, 9) == [(3, 1)]


def test_what_changed_since_it_was_taken_stays(store: Store) -> None:
    with store.write() as connection:
        changes.record(connection, [1, 2**60])
        taken = changes.take(connection, 9)
        changes.record(connection, [2**60])
        changes.forget(connection, taken)
        assert changes.take(connection, 9) == [(2**60, 2)]


def test_a_rebuilds_rows_are_apart(store: Store) -> None:
    with store.write() as connection:
        changes.record(connection, [1, 2])
        changes.record(connection, [2, 3], changes.REBUILD)
        changes.forget(connection, [(2, 1)], changes.REBUILD)
        assert changes.pending(connection) == 2
        assert changes.take(connection, 9, changes.REBUILD) == [(3, 1)]
        changes.clear(connection, changes.REBUILD)
        assert changes.pending(connection, changes.REBUILD) == 0
        assert changes.pending(connection) == 2
