"""When the files for others are made, by whom: by the engine, and never by two at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from aggregator.publish import bulk, files, sitemaps
from aggregator.publish.files import GivenUp
from aggregator.settings import Settings
from aggregator.store import Store
from aggregator.store.dialect import exclusive

log = structlog.get_logger("emplettes.publish")


def never() -> bool:
    return False


def make_due(store: Store, settings: Settings, now: datetime, stopping: Callable[[], bool] = never) -> None:
    """Make what is due; what a killed process left unfinished goes. Gives up at once when `stopping` says so: the next
    engine begins anew."""
    with suppress(GivenUp):
        if sitemaps.due(settings, now):
            make_sitemaps(store, settings, now, stopping)
        if bulk.due(settings, now):
            make_export(store, settings, now, stopping)


def make_sitemaps(store: Store, settings: Settings, now: datetime, stopping: Callable[[], bool] = never) -> bool:
    """Write the sitemaps anew; False where somebody else is at it."""
    with exclusive(store, "sitemaps", 0) as alone:
        if alone:
            files.sweep(settings.sitemaps_folder)
            log.info("sitemaps written", addresses=sitemaps.write(store, settings, now, stopping))
    return bool(alone)


def make_export(
    store: Store, settings: Settings, now: datetime, stopping: Callable[[], bool] = never
) -> bulk.Export | None:
    """Write the bulk export anew; None where somebody else is at it."""
    with exclusive(store, "export", 0) as alone:
        if not alone:
            return None
        files.sweep(settings.exports_folder)
        told = bulk.write(store, settings, now, stopping)
    log.info("export written", offers=told.offers)
    return told
