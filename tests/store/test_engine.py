"""How the database is opened, read and written, and that migrations and models agree."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from aggregator.errors import SettingsInvalid, StoreBusy
from aggregator.settings import Settings
from aggregator.store import Store, engine, merchants, open_store
from aggregator.store.dialect import exclusive, reserve_ids
from aggregator.store.migrate import HEAD, alembic_config, current_revision
from aggregator.store.tables import MERCHANT

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def add_merchant(store: Store, name: str = "Atelier", created_at: datetime = NOW) -> int:
    with store.write() as connection:
        return merchants.add(connection, name=name, siret=None, commune="", email="", now=created_at)


def count(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(MERCHANT)).scalar_one()


def test_migrations_give_the_models(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        assert current_revision(connection) == HEAD
        assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == HEAD


def test_opening_again_changes_nothing(store_settings: Settings, store: Store) -> None:
    add_merchant(store)
    with open_store(store_settings) as again:
        assert count(again) == 1


def test_a_database_of_a_newer_version_is_refused(store_settings: Settings, store: Store) -> None:
    with store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsInvalid, match="9999"):
        open_store(store_settings)


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/d", "not a url"])
def test_another_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        engine.create_engine(url)
    assert "hunter2" not in str(refused.value)


def test_a_failed_write_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.write() as connection:
            merchants.add(connection, name="Atelier", siret=None, commune="", email="", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(store) == 0


def test_instants_come_back_in_utc_and_naive_ones_are_refused(store: Store) -> None:
    paris = timezone(timedelta(hours=1))
    add_merchant(store, created_at=datetime(2026, 11, 23, 9, 0, tzinfo=paris))
    with store.read() as connection:
        assert connection.execute(sa.select(MERCHANT.c.created_at)).scalar_one() == NOW
    with pytest.raises(sa.exc.StatementError, match="naive"):
        add_merchant(store, created_at=datetime(2026, 11, 23, 9, 0))


def test_a_reader_sees_one_state_while_a_writer_commits(store: Store) -> None:
    with store.read() as connection:
        counting = sa.select(sa.func.count()).select_from(MERCHANT)
        before = connection.execute(counting).scalar_one()
        add_merchant(store)
        assert connection.execute(counting).scalar_one() == before
    assert count(store) == 1


def test_writers_in_two_threads_wait_for_each_other(store: Store) -> None:
    def write_many(name: str) -> None:
        for number in range(20):
            add_merchant(store, f"{name}{number}")

    threads = [threading.Thread(target=write_many, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 80


HOLDER = """
    import sys, time
    from pathlib import Path
    from aggregator.store.engine import Store, create_engine
    store = Store(create_engine("sqlite:///" + sys.argv[1]))
    with store.write():
        print("held", flush=True)
        time.sleep(float(sys.argv[2]))
"""


def hold_database(data: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process in the middle of a write."""
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(data / "emplettes.db"), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_write_waits_for_another_process(sqlite_settings: Settings) -> None:
    with open_store(sqlite_settings) as store, hold_database(sqlite_settings.data, 0.8):
        add_merchant(store)
        assert count(store) == 1


def test_a_write_gives_up_with_a_sentence(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.0)
    with open_store(sqlite_settings) as store, hold_database(sqlite_settings.data, 30) as holder:
        try:
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA busy_timeout=50")
            with pytest.raises(StoreBusy, match="occupée"):
                add_merchant(store)
        finally:
            holder.kill()


def test_a_lock_has_one_owner_and_is_free_afterwards(store: Store) -> None:
    with exclusive(store, "shop", 1) as mine:
        assert mine
        with exclusive(store, "shop", 1) as again, exclusive(store, "shop", 2) as other:
            assert not again
            assert other
    with exclusive(store, "shop", 1) as mine:
        assert mine


def cut_off(store: Store) -> None:
    """End the connections that hold a lock of ours, as a server that restarts, or a firewall, does."""
    with store.engine.connect() as connection:
        ended = connection.exec_driver_sql(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        ).all()
    assert ended


def test_a_lock_that_went_with_its_connection_is_taken_anew(store: Store) -> None:
    with exclusive(store, "engine", 0) as mine:
        assert mine.still()
        if store.is_sqlite:
            return
        cut_off(store)
        assert mine.still()
        with exclusive(store, "engine", 0) as other:
            assert not other
        cut_off(store)
    with exclusive(store, "engine", 0) as again:
        assert again


def test_a_lock_that_somebody_else_has_taken_meanwhile_is_lost(store: Store) -> None:
    if store.is_sqlite:
        pytest.skip("a file's lock stays until its process ends")
    with exclusive(store, "engine", 0) as mine:
        cut_off(store)
        with exclusive(store, "engine", 0) as other:
            assert other
            assert not mine.still()
            assert not mine.still()
        assert mine.still(), "free again: whoever still wants it may have it"


def test_ids_are_never_given_twice(store: Store) -> None:
    given: list[int] = []

    def take() -> None:
        for _ in range(20):
            with store.write() as connection:
                given.extend(reserve_ids(connection, "catalogue", 7))

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 421))


def test_sqlite_is_in_wal_mode_with_foreign_keys(sqlite_settings: Settings) -> None:
    with open_store(sqlite_settings) as store, store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000


def test_two_processes_may_open_an_empty_database_at_once(tmp_path: Path) -> None:
    opener = "import sys; from pathlib import Path; from aggregator.settings import Settings;"
    opener += "from aggregator.store import open_store; open_store(Settings(data=Path(sys.argv[1]))).close()"
    began = time.monotonic()
    openers = [subprocess.Popen([sys.executable, "-c", opener, str(tmp_path)]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in openers] == [0, 0, 0], time.monotonic() - began
