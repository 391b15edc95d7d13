"""How often a shop may be read: what the operator's settings and its connector's way of reading allow."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final

from aggregator.settings import Settings
from connectors.protocol import Capabilities
from scheduler.pacing import Bounds, Limits, Quiet

CATALOGUE: Final = Bounds(timedelta(minutes=30), timedelta(hours=12))
"""Of the catalogue, where a stock lane keeps prices and stock fresh meanwhile."""
PAGES: Final = Bounds(timedelta(hours=2), timedelta(hours=12))
"""Of sites that are read page by page."""
MANY_REQUESTS: Final = 100
"""For a thousand products: what reads so is read page by page."""


def limits_of(capabilities: Capabilities, settings: Settings) -> Limits:
    """The bounds of a shop that is read this way."""
    quiet = quiet_hours(settings.quiet_hours)
    fresh = Bounds(timedelta(minutes=settings.fastest_minutes), timedelta(minutes=settings.slowest_minutes))
    if capabilities.requests_per_1000_products >= MANY_REQUESTS:
        return Limits(PAGES, None, quiet)
    if capabilities.stock_lane and capabilities.incremental:
        return Limits(CATALOGUE, fresh, quiet)
    return Limits(fresh, None, quiet)


def quiet_hours(text: str) -> Quiet | None:
    """ "22-6" as hours in France; None where the setting is empty. The settings have checked its form."""
    if not text:
        return None
    first, _, last = text.partition("-")
    return Quiet(time(int(first)), time(int(last)))
