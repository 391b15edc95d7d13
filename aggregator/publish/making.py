"""When the files for others are made, by whom: by the engine, and never by two at a time."""

from __future__ import annotations

from datetime import datetime

import structlog

from aggregator.publish import bulk, files, sitemaps
from aggregator.settings import Settings
from aggregator.store import Store
from aggregator.store.dialect import exclusive

log = structlog.get_logger("emplettes.publish")


def make_due(store: Store, settings: Settings, now: datetime) -> None:
    """Make what is due; what a killed process left unfinished goes."""
    if sitemaps.due(settings, now):
        make_sitemaps(store, settings, now)
    if bulk.due(settings, now):
        make_export(store, settings, now)


def make_sitemaps(store: Store, settings: Settings, now: datetime) -> bool:
    """Write the sitemaps anew; False where somebody else is at it."""
    with exclusive(store, "sitemaps", 0) as alone:
        if alone:
            files.sweep(settings.sitemaps_folder)
            log.info("sitemaps written", addresses=sitemaps.write(store, settings, now))
    return bool(alone)


def make_export(store: Store, settings: Settings, now: datetime) -> bulk.Export | None:
    """Write the bulk export anew; None where somebody else is at it."""
    with exclusive(store, "export", 0) as alone:
        if not alone:
            return None
        files.sweep(settings.exports_folder)
        told = bulk.write(store, settings, now)
    log.info("export written", offers=told.offers)
    return told
