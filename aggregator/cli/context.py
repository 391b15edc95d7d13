"""What every command starts from: settings, logs, the store, ids as people type them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aggregator.errors import NotFound, SettingsInvalid

if TYPE_CHECKING:
    from aggregator.settings import Settings
    from aggregator.store.engine import Store
    from connectors.addresses import AddressPolicy


def settings() -> Settings:
    """The settings, with logs set up as they say."""
    from aggregator import telemetry
    from aggregator.settings import load_settings

    loaded = load_settings()
    telemetry.set_up(loaded.log_level)
    return loaded


@contextmanager
def open_store(loaded: Settings) -> Iterator[Store]:
    """The store, closed at the end. Raises SettingsInvalid where the database cannot be opened."""
    from sqlalchemy.exc import DatabaseError

    from aggregator.store.engine import open_store as open_engine

    try:
        store = open_engine(loaded)
    except OSError as error:
        raise SettingsInvalid(
            f"EMPLETTES_DATA : le dossier {loaded.data} ne peut pas être utilisé ({error.strerror})."
        ) from None
    except DatabaseError as error:
        where = "EMPLETTES_DATA" if loaded.database_url is None else "EMPLETTES_DATABASE_URL"
        raise SettingsInvalid(
            f"{where} : la base de données ne s'ouvre pas. Vérifiez son adresse, ses droits et qu'elle est démarrée."
        ) from error
    with store:
        yield store


def address_policy(loaded: Settings) -> AddressPolicy:
    """Which addresses may be called. Raises SettingsInvalid for an unreadable list."""
    from connectors.addresses import AddressPolicy

    try:
        return AddressPolicy.from_setting(loaded.allow_hosts)
    except ValueError:
        raise SettingsInvalid(
            "EMPLETTES_ALLOW_HOSTS : liste illisible. Il faut des « hôte » ou « hôte:port » séparés par des virgules."
        ) from None


def parse_id(text: str, what: str) -> int:
    """A shop's or a merchant's id as typed. Raises NotFound for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound(f"« {text} » n'est pas un numéro de {what}.")
    return int(text)


def utc_now() -> datetime:
    return datetime.now(UTC)
