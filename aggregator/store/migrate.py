"""Bring a database to the newest schema, once, whoever comes first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.errors import SettingsInvalid

if TYPE_CHECKING:
    from aggregator.store.engine import Store

HEAD = "0001"
"""The newest revision. A test holds it against the scripts, so that a sync need not import alembic to know it."""

_SCRIPTS = Path(__file__).parent / "migrations"


def current_revision(connection: Connection) -> str | None:
    """The database's revision, `None` for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(store: Store) -> None:
    """Migrate to `HEAD`. Raises SettingsInvalid for a database that a newer Emplettes made, or another program."""
    with store.read() as connection:
        if current_revision(connection) == HEAD:
            return
    with store.write() as connection:
        if not store.is_sqlite:  # two processes that start together: the second waits, then finds the work done
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(20201109)"))
        revision = current_revision(connection)
        if revision == HEAD:
            return
        _run_alembic(connection, revision)


def _run_alembic(connection: Connection, revision: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = alembic_config(connection)
    try:
        if revision is not None:
            ScriptDirectory.from_config(config).get_revision(revision)
        command.upgrade(config, "head")
    except CommandError as error:
        raise SettingsInvalid(
            f"La base de données vient d'une autre version d'Emplettes (révision {revision}). "
            "Installez la version la plus récente, ou donnez un autre dossier de données."
        ) from error


def alembic_config(connection: Connection):  # type: ignore[no-untyped-def]  # alembic is imported on need only
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
