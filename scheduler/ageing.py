"""What was not checked for too long leaves the results, and comes back with its next check; old runs are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from aggregator.settings import HANDED_OVER, Settings
from aggregator.store import Store, absence, runs, signals
from connectors import registry

RUNS_KEPT: Final = timedelta(days=14)


def prune(store: Store, now: datetime) -> int:
    """Forget runs of more than two weeks ago, a portion at a time; how many that were."""
    with store.write() as connection:
        return runs.prune(connection, now - RUNS_KEPT)


def expire(store: Store, settings: Settings, now: datetime) -> int:
    """Take what is past twice its age limit out of the results; how many listings that were."""
    limits = {
        name: now - timedelta(hours=2 * settings.max_age_hours * (1 if _pulled(name) else HANDED_OVER))
        for name in registry.names()
    }
    with store.read() as connection:
        old = absence.too_old(connection, limits)
    expired = 0
    with store.write() as connection:
        signals.prune(connection, now)
        for before, ids in old.items():
            expired += absence.expire(connection, ids, before)
    return expired


def _pulled(name: str) -> bool:
    return registry.get(name).capabilities.pulled
