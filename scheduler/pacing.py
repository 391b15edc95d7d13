"""Pure: when is a shop due next, and who of those that are due goes first?

Each shop has a catalogue lane and, where its connector has a cheaper sweep of stock, a stock lane. A lane's interval
shrinks while the shop changes and grows while it is still, within bounds; a failing shop is asked less and less, down
to once a day, and never given up (docs/architecture.md, "The clock"). `now` and chance are always arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

CEILING: Final = timedelta(days=1)
"""The slowest that any shop gets, whatever fails: pains 24, readers that give up for ever."""
FIRST_RETRY: Final = timedelta(minutes=5)
CLOSED_RETRY: Final = timedelta(hours=1)
"""After an error that only a person can mend (a wrong key): asking again soon is no use."""
JITTER: Final = 0.1
BUSY_SHARE: Final = 0.1
"""A shop is under our requests for a tenth of the time at most."""
_QUICKER, _SLOWER = 0.6, 1.3
PARIS: Final = ZoneInfo("Europe/Paris")


class Lane(StrEnum):
    CATALOGUE = "catalogue"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The fastest and the slowest interval of a lane."""

    fastest: timedelta
    slowest: timedelta

    def hold(self, interval: timedelta) -> timedelta:
        """The interval within the bounds."""
        return min(max(interval, self.fastest), self.slowest)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day, in France, in which no run begins: "22-6" goes over midnight."""

    first: time
    last: time

    def ends(self, instant: datetime) -> datetime | None:
        """When the quiet hours around this instant end; None where it is not in them."""
        local = instant.astimezone(PARIS)
        over_midnight = self.first > self.last
        at = local.time()
        inside = at >= self.first or at < self.last if over_midnight else self.first <= at < self.last
        if not inside:
            return None
        day = local.date() + timedelta(days=1) if over_midnight and at >= self.first else local.date()
        return datetime.combine(day, self.last, PARIS).astimezone(instant.tzinfo)


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a shop stands. `stock_every` is None where there is no stock lane."""

    catalogue_due: datetime
    catalogue_every: timedelta
    stock_due: datetime | None = None
    stock_every: timedelta | None = None
    failures: int = 0
    """Runs in a row that failed."""
    failing_since: datetime | None = None
    """Since when no run was complete: they failed, or ended before all was seen."""

    def next(self) -> tuple[datetime, Lane]:
        """When the shop is due, and for what. The catalogue goes first: its run sweeps the stock as well."""
        if self.stock_due is not None and self.stock_due < self.catalogue_due:
            return self.stock_due, Lane.STOCK
        return self.catalogue_due, Lane.CATALOGUE


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator and the platform allow."""

    catalogue: Bounds
    stock: Bounds | None
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """What pacing needs to know of a run. `retry_after` in seconds, where the shop asked for that."""

    lane: Lane
    failed: bool
    closed: bool = False
    """It failed for a reason that only a person can mend."""
    changed: int = 0
    seen: int = 0
    seconds: float = 0.0
    retry_after: float | None = None
    incomplete: bool = False
    """It did not fail, but ended before all was seen."""
    told: bool = False
    """It failed because a person ended it, or paused the shop meanwhile."""


def begin(limits: Limits, now: datetime) -> Pace:
    """A new shop is due at once, and is watched closely at first."""
    stock = limits.stock
    return Pace(now, limits.catalogue.fastest, now if stock else None, stock.fastest if stock else None)


def after(pace: Pace, ended: Ended, limits: Limits, now: datetime, chance: float) -> Pace:
    """Where the shop stands after a run that ended now. `chance` is a draw from [0, 1).

    What a run met first was checked when it began: the slowest interval counts from there, so that a long run does not
    make its shop's offers older than the bounds promise; half of it at least is left to the shop."""
    if ended.failed:
        return _failed(pace, ended, limits, now, chance)
    pace = replace(pace, failures=0, failing_since=(pace.failing_since or now) if ended.incomplete else None)
    floor = timedelta(seconds=ended.seconds / BUSY_SHARE)
    if ended.lane is Lane.CATALOGUE:
        every = max(_adapted(pace.catalogue_every, ended, limits.catalogue), min(floor, limits.catalogue.slowest))
        rest = _rest(every, ended, limits.catalogue)
        pace = replace(pace, catalogue_every=every, catalogue_due=_at(now, rest, limits, chance))
        if pace.stock_every is None or limits.stock is None:
            return pace
        return replace(pace, stock_due=_at(now, _rest(pace.stock_every, ended, limits.stock), limits, chance))
    if limits.stock is None or pace.stock_every is None:  # the connector has no stock lane any more
        return replace(pace, stock_due=None, stock_every=None)
    every = max(_adapted(pace.stock_every, ended, limits.stock), min(floor, limits.stock.slowest))
    return replace(pace, stock_every=every, stock_due=_at(now, _rest(every, ended, limits.stock), limits, chance))


def _rest(every: timedelta, ended: Ended, bounds: Bounds) -> timedelta:
    return min(every, max(bounds.slowest - timedelta(seconds=ended.seconds), bounds.slowest / 2))


def _adapted(every: timedelta, ended: Ended, bounds: Bounds) -> timedelta:
    """Quicker where the shop changes, slower where it is still."""
    return bounds.hold(every * (_QUICKER if ended.changed else _SLOWER))


def _failed(pace: Pace, ended: Ended, limits: Limits, now: datetime, chance: float) -> Pace:
    failures = pace.failures + 1
    first = CLOSED_RETRY if ended.closed else FIRST_RETRY
    wait = min(first * 2 ** min(failures - 1, 16), CEILING)
    if ended.retry_after is not None:
        wait = min(max(wait, timedelta(seconds=ended.retry_after)), CEILING)
    due = _at(now, wait, limits, chance)
    return replace(
        pace,
        catalogue_due=max(pace.catalogue_due, due) if ended.lane is Lane.STOCK else due,
        stock_due=None if pace.stock_every is None else due,
        failures=failures,
        failing_since=pace.failing_since or now,
    )


def _at(now: datetime, every: timedelta, limits: Limits, chance: float) -> datetime:
    """So much later, scattered by a tenth; never in the quiet hours, but in the quarter of an hour behind them."""
    due = now + every * (1 - JITTER + 2 * JITTER * chance)
    quiet_ends = limits.quiet.ends(due) if limits.quiet else None
    return due if quiet_ends is None else quiet_ends + timedelta(minutes=15) * chance


@dataclass(frozen=True, slots=True)
class Due:
    """A shop whose time has come."""

    shop_id: int
    host: str
    due_at: datetime
    wanted: bool = False
    """A person or the shop itself asks for it now."""
    long: bool = False
    """Its last run took minutes: it must not keep the others waiting."""


def choose(due: Iterable[Due], running_hosts: Collection[str], free: int, free_for_long: int) -> list[Due]:
    """Who goes now, at most `free` of them and `free_for_long` long ones: whoever is asked for first, then whoever has
    waited longest; one a host."""
    hosts, chosen = set(running_hosts), list[Due]()
    for one in sorted(due, key=lambda one: (not one.wanted, one.due_at, one.shop_id)):
        if len(chosen) == free:
            break
        if one.host in hosts or (one.long and free_for_long <= 0):
            continue
        free_for_long -= one.long
        hosts.add(one.host)
        chosen.append(one)
    return chosen
