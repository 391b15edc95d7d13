"""What time does to what is kept: too old, it leaves the results; older still, it is forgotten; told by a clock that
was wrong, it is set right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from aggregator.settings import HANDED_OVER, Settings
from aggregator.store import Store, absence, pace, prices, runs, shops, signals
from connectors import registry

RUNS_KEPT: Final = timedelta(days=14)


HINTS_KEPT: Final = timedelta(days=2)
"""Of turns that only read what shops named: there may be more than a thousand a day and shop."""
PORTION: Final = 5000


def prune(store: Store, now: datetime) -> int:
    """Forget old runs and old prices, a portion of each at a time; how many that were."""
    with store.read() as connection:
        past = prices.old(connection, now, PORTION)
    with store.write() as connection:
        prices.forget(connection, past)
    with store.write() as connection:
        forgotten = runs.prune(connection, now - RUNS_KEPT, PORTION)
        return len(past) + forgotten + runs.prune_hints(connection, now - HINTS_KEPT, PORTION)


def set_right(store: Store, now: datetime) -> timedelta:
    """Where the clock was set back, move what was noted in a time that is still to come as much back: or shops would
    not be due, and offers seem fresh, until it is that late again. By how much that was."""
    with store.read() as connection:
        back = pace.set_back(connection, now)
        everybody = shops.list_all(connection) if back else []
    if not back:
        return back
    for shop in everybody:
        with store.write() as connection:
            absence.shift(connection, shop.id, now, back)
    with store.write() as connection:  # last: whoever is killed before begins anew
        pace.shift(connection, now, back)
    return back


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
