"""The few statements and locks that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from aggregator.store.engine import Store


def upsert(connection: Connection, table: Table, keys: Sequence[str]) -> Any:
    """An INSERT for `table` to which `.on_conflict_do_update(index_elements=keys, ...)` can be added."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return insert(table)


def reserve_ids(connection: Connection, name: str, count: int) -> range:
    """`count` ids that nobody else gets, even if this process dies before it uses them."""
    first = (
        connection.execute(
            sa.text(
                "INSERT INTO id_block (name, next_id) VALUES (:name, 1 + :count) "
                "ON CONFLICT (name) DO UPDATE SET next_id = id_block.next_id + :count RETURNING next_id"
            ),
            {"name": name, "count": count},
        ).scalar_one()
        - count
    )
    return range(first, first + count)


@contextmanager
def exclusive(store: Store, name: str, number: int) -> Iterator[bool]:
    """Hold the lock (name, number) among all processes; yields False where somebody has it.

    The operating system or the database frees it when the process dies, so that `kill -9` strands nothing."""
    if store.is_sqlite:
        with _file_lock(store, f"{name}-{number}") as held:
            yield held
        return
    with store.engine.connect() as connection:
        key = {"name": name, "number": number}
        held = connection.execute(sa.text("SELECT pg_try_advisory_lock(hashtext(:name), :number)"), key).scalar_one()
        connection.commit()
        try:
            yield held
        finally:
            if held:
                connection.execute(sa.text("SELECT pg_advisory_unlock(hashtext(:name), :number)"), key)
                connection.commit()


@contextmanager
def _file_lock(store: Store, name: str) -> Iterator[bool]:
    database = store.engine.url.database or ""
    folder = Path(database).parent / "locks"
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)
