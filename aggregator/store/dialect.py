"""The few statements and locks that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError, ResourceClosedError

from aggregator.store.engine import Store

ID_ROWS: Final = {
    "sqlite": "SELECT value AS id FROM json_each(:ids)",
    "postgresql": "SELECT unnest(CAST(:ids AS bigint[])) AS id",
}
"""By dialect, a table `id` of all that `id_array` was given: one parameter for a whole batch, since one row per call
costs 3 times more."""


def id_array(connection: Connection, ids: Sequence[int]) -> str | list[int]:
    """The parameter `ids` of ID_ROWS."""
    return orjson.dumps(list(ids)).decode() if connection.dialect.name == "sqlite" else list(ids)


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


class Lock:
    """What `exclusive` yields. False where somebody else has it. On SQLite a file's, which stays as long as we live."""

    def __init__(self, held: bool) -> None:
        self.held = held

    def __bool__(self) -> bool:
        return self.held

    def still(self) -> bool:
        """True while it is ours."""
        return self.held


@contextmanager
def exclusive(store: Store, name: str, number: int) -> Iterator[Lock]:
    """Hold the lock (name, number) among all processes; yields one that is False where somebody has it.

    The operating system or the database frees it when the process dies, so that `kill -9` strands nothing."""
    if store.is_sqlite:
        with _file_lock(store, f"{name}-{number}") as held:
            yield Lock(held)
        return
    lock = _AdvisoryLock(store, name, number)
    try:
        yield lock
    finally:
        lock.release()


_GONE = (OperationalError, InterfaceError, ResourceClosedError)
"""What a lost connection raises."""


class _AdvisoryLock(Lock):
    """PostgreSQL's, which is lost with its connection."""

    def __init__(self, store: Store, name: str, number: int) -> None:
        self._engine = store.engine
        self._key = {"name": name, "number": number}
        self._using = threading.Lock()
        self._connection = self._engine.connect()
        super().__init__(self._ask("SELECT pg_try_advisory_lock(hashtext(:name), :number)"))

    def _ask(self, question: str) -> bool:
        answer = self._connection.execute(sa.text(question), self._key).scalar_one()
        self._connection.commit()
        return bool(answer)

    def still(self) -> bool:
        """True while it is ours, or is again: where the connection was lost, it is taken anew. False once somebody else
        has it. Raises OperationalError while the database does not answer: nobody can take it then."""
        with self._using:
            if self.held and not self._connection.invalidated:
                with suppress(*_GONE):
                    self._ask("SELECT true")
                    return True
            self._connection.close()
            self._connection = self._engine.connect()
            self.held = self._ask("SELECT pg_try_advisory_lock(hashtext(:name), :number)")
            return self.held

    def release(self) -> None:
        with self._using, suppress(*_GONE):  # lost: free already
            if self.held and not self._connection.invalidated:
                self._ask("SELECT pg_advisory_unlock(hashtext(:name), :number)")
        self._connection.close()


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
