"""Unix seconds to the two texts that WordPress shows: GMT, and the shop's own time (Europe/Paris).

The European summer-time rule is computed here: a bare machine may have no time zone data, and a fake must not differ
from one machine to the next.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta, timezone

DATE_PARAMETER = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|z|[+-]\d\d(?::?\d\d)?)?",
)


@functools.lru_cache(maxsize=64)
def _summer(year: int) -> tuple[int, int]:
    """First and last+1 second of summer time: the last Sundays of March and October, 01:00 UTC (2000/84/EC)."""

    def last_sunday(month: int) -> int:
        day = datetime(year, month, 31, 1, tzinfo=UTC)
        return int((day - timedelta(days=(day.weekday() + 1) % 7)).timestamp())

    return last_sunday(3), last_sunday(10)


def offset(second: int) -> int:
    """Seconds that Paris is ahead of UTC at that second."""
    start, end = _summer(datetime.fromtimestamp(second, UTC).year)
    return 7200 if start <= second < end else 3600


@functools.lru_cache(maxsize=4096)
def gmt(second: int) -> str:
    """`2026-11-22T22:40:52`, GMT, without a suffix, as every *_gmt field has it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@functools.lru_cache(maxsize=4096)
def local(second: int) -> str:
    """The same second in the shop's time."""
    return datetime.fromtimestamp(second + offset(second), UTC).strftime("%Y-%m-%dT%H:%M:%S")


def in_shop_time(text: str) -> str | None:
    """A date parameter as WordPress compares it: an offset is turned into shop time, without one it stays as it is.

    None where it is no date. That an offset is turned into *local* time even when the column compared is GMT is what
    loses changes under `dates_are_gmt=true` (measured).
    """
    found = DATE_PARAMETER.fullmatch(text.strip())
    if not found:
        return None
    day, clock, zone = found.groups()
    try:
        instant = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError:
        return None
    if not zone:
        return f"{day}T{clock}"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = 0 if zone in "Zz" else (int(digits[:2]) * 60 + int(digits[2:])) * (1 if zone[0] == "+" else -1)
    return local(int(instant.replace(tzinfo=timezone(timedelta(minutes=minutes))).timestamp()))
