"""The database: how it is opened, read and written.

A write on SQLite begins with `BEGIN IMMEDIATE`: a read that turns into a write fails at once when another process
writes, whatever the busy timeout (SQLite's documentation, "SQLITE_BUSY_SNAPSHOT"). Its start is retried for 60 s.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from aggregator.errors import SettingsInvalid, StoreBusy
from aggregator.settings import Settings

BUSY_SECONDS = 60.0
_WRITE = {"emplettes_write": True}


class Store:
    """One database. Safe to share between threads; each `read` or `write` takes its own connection."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and leaves nothing behind."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One short transaction: committed at the end, rolled back on any exception. No I/O to a shop inside.

        Raises StoreBusy when the write lock cannot be had within 60 s."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(**_WRITE)
            transaction = self._begin(connection)
            with transaction:
                yield connection

    def _begin(self, connection: Connection) -> sa.RootTransaction:
        give_up = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return connection.begin()
            except OperationalError as error:
                if not _is_busy(error):
                    raise
                if time.monotonic() >= give_up:
                    raise StoreBusy(
                        "La base de données est occupée depuis plus d'une minute par un autre processus. "
                        "Réessayez quand il aura fini."
                    ) from error
                time.sleep(0.05)

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()


def _is_busy(error: OperationalError) -> bool:
    return isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)


def create_engine(url: str) -> Engine:
    """An engine with our pragmas; makes no table. Raises SettingsInvalid for a URL of another database.

    Its pool never lets a thread wait for a connection: a run holds up to three (its lock on PostgreSQL, what it reads,
    what it writes meanwhile), so that threads that wait for each other's would wait for ever."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise SettingsInvalid("EMPLETTES_DATABASE_URL : cette adresse de base n'est pas lisible.") from None
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            max_overflow=-1,
            connect_args={
                "connect_timeout": 10,
                "application_name": "emplettes",
                "options": "-c timezone=UTC",
                # a server that is gone without a word is noticed in a minute, not in two hours
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
                "tcp_user_timeout": 60_000,
            },
        )
    if parsed.get_backend_name() != "sqlite":
        raise SettingsInvalid("EMPLETTES_DATABASE_URL : seuls PostgreSQL et SQLite sont possibles.")
    engine = sa.create_engine(parsed, connect_args={"timeout": 5.0}, max_overflow=-1)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "temp_store=MEMORY",
        "cache_size=-8000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("emplettes_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def open_store(settings: Settings) -> Store:
    """Open the database that the settings name, made or migrated to the newest schema first."""
    from aggregator.store.migrate import upgrade

    if settings.database_url is None:
        settings.data.mkdir(parents=True, exist_ok=True)
    store = Store(create_engine(settings.sqlalchemy_url))
    upgrade(store)
    return store
