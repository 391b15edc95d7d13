"""A fresh, migrated store for one test: on SQLite always, on PostgreSQL where EMPLETTES_TEST_POSTGRES names a server.

The schema is migrated once a session; each test gets a copy (a file, or a database from a template), which costs
milliseconds. The server's user must be allowed to create databases; every one made is dropped again.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from aggregator.settings import Settings
from aggregator.store.engine import Store, create_engine, open_store

SERVER = os.environ.get("EMPLETTES_TEST_POSTGRES", "")
SEALING_KEY = "c2VhbGluZy1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGU="
"""A Fernet key, so that no test makes a key file in somebody's home."""

BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def settings_for(data: Path, database_url: str | None = None, *, allow_hosts: str = "") -> Settings:
    """Settings of a test: nothing is read from the environment's own file, and nothing outside `data` is written."""
    return Settings(
        _env_file=None,
        data=data,
        database_url=None if database_url is None else SecretStr(database_url),
        allow_hosts=allow_hosts,
        secret_key=SecretStr(SEALING_KEY),
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    data = tmp_path_factory.mktemp("template")
    with open_store(settings_for(data)) as store, store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return data / "emplettes.db"


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated, empty database on the test server; skips where there is no server."""
    if not SERVER:
        pytest.skip("EMPLETTES_TEST_POSTGRES is not set: it holds the URL of a PostgreSQL server for tests")
    with _database() as name:
        with open_store(settings_for(Path("unused"), _url(name))):
            pass
        yield name


@pytest.fixture(params=BACKENDS)
def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings that name a fresh, migrated database; run once for SQLite and once for PostgreSQL."""
    data = tmp_path / "data"
    data.mkdir()
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), data / "emplettes.db")
        yield settings_for(data)
        return
    with _database(template=request.getfixturevalue("postgres_template")) as name:
        yield settings_for(data, _url(name))


@pytest.fixture
def store(store_settings: Settings) -> Iterator[Store]:
    """The open store behind `store_settings`."""
    with open_store(store_settings) as opened:
        yield opened


@pytest.fixture
def sqlite_settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """Settings with a fresh SQLite store, for tests whose subject is not the database."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(sqlite_template, data / "emplettes.db")
    return settings_for(data)


@contextmanager
def _database(template: str = "template0") -> Iterator[str]:
    """A database of its own on the server, dropped at the end whoever is still connected."""
    name = f"emplettes_test_{uuid4().hex}"
    server = create_engine(SERVER).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield name
    finally:
        _drop(server, name)
        server.dispose()


def _drop(server: Engine, name: str) -> None:
    """Drop a database, once the server's own housekeeping has left it: nobody may force that out."""
    for left in range(20, -1, -1):
        try:
            with server.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            return
        except (ProgrammingError, OperationalError):
            if not left:
                raise
            time.sleep(0.1)


def _url(database: str) -> str:
    return sa.make_url(SERVER).set(database=database).render_as_string(hide_password=False)
