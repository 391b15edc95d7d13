"""Which products changed since the last run: by the dates that the shop writes, and what was read of them already.

`date_upd` is the shop's local time, whose zone a key for products does not tell, so a run asks for what changed within
26 hours before the last one. One list of numbers and dates tells which of these are new since then: what has the very
date of which it was read before is not read again. One deletion re-dates most of a catalogue (measured): that costs one
read of what it re-dated, not one in every run of a day.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from connectors.prestashop.api import Json, Params
from connectors.prestashop.mapping import identifier
from connectors.prestashop.paging import IDS_AT_ONCE, Lister
from connectors.protocol import PROOF

OVERLAP: Final = timedelta(hours=26)
"""12 hours behind UTC at most, and what was changed while the last run read."""
MEMORY_DATES: Final = PROOF + "dates"
MOST_DATES: Final = 20_000
"""Beyond, all of them are read again: 20,000 dates are some 100 KB of memory."""


def window(since: datetime) -> str:
    """The earliest date that a change after `since` can have, wherever the shop is."""
    return (since - OVERLAP).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def changed_since(since: datetime) -> Params:
    """The filter of a list. Dates need `date=1` (measured)."""
    return {"filter[date_upd]": f">[{window(since)}]", "date": 1}


class Dates:
    """Product -> the date at which it was read, of those that a later run's window can hold.

    A date has seconds: a product may change once more in the second of the change that was read. So a date is *settled*
    only once the shop has shown a later one, or once it was met again by a later run, which read the product again."""

    def __init__(self, memory: MutableMapping[str, str], since: str) -> None:
        """`since`: dates before are not kept."""
        self._memory = memory
        self._since = since
        self._before = _load(memory.get(MEMORY_DATES, ""))
        self._now: dict[int, tuple[str, bool]] = {}
        self._newest = ""

    def met(self, items: Iterable[Json]) -> None:
        """A list was answered with these: the shop's clock stands at their newest date, or later."""
        for item in items:
            date = item.get("date_upd")
            if isinstance(date, str) and date > self._newest:
                self._newest = date

    def is_read(self, product: int, date: Any) -> bool:
        """Whether the product was read as of this date, and the date is settled; then it is kept as it is."""
        if self._before.get(product) != (date, True):
            return False
        self._now[product] = (date, True)
        return True

    def read(self, product: int, date: Any) -> None:
        """It is read now, or was after the last call of `met`."""
        if isinstance(date, str) and date > self._since:
            met_before = self._before.get(product, ("",))[0] == date
            self._now[product] = (date, met_before or date < self._newest)

    def save(self) -> None:
        """Into the memory, which is kept if the run ends well."""
        if not self._now or len(self._now) > MOST_DATES:
            self._memory.pop(MEMORY_DATES, None)
            return
        by_date: dict[str, tuple[list[int], list[int]]] = {}
        for product, (date, settled) in sorted(self._now.items()):
            by_date.setdefault(date, ([], []))[settled].append(product)
        packed = zlib.compress(orjson.dumps({"v": 1, "dates": by_date}), 9)
        self._memory[MEMORY_DATES] = base64.b64encode(packed).decode()


def _load(text: str) -> dict[int, tuple[str, bool]]:
    """None at all where there are none, or another version wrote them: all that the window holds is then read."""
    if not text:
        return {}
    try:
        raw = orjson.loads(zlib.decompress(base64.b64decode(text)))
        if raw["v"] != 1:
            return {}
        return {
            int(product): (str(date), settled)
            for date, (fresh, old) in raw["dates"].items()
            for settled, products in ((False, fresh), (True, old))
            for product in products
        }
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
        return {}


def newest(lister: Lister) -> list[Json]:
    """The product that was changed last: what a full read meets with earlier dates is settled at once."""
    return lister.page("products", ("id", "date_upd"), {"sort": "[date_upd_DESC,id_ASC]", "date": 1}, 1)


def dated(lister: Lister, chosen: Params) -> Iterator[list[Json]]:
    """The numbers and dates of all products that `chosen` finds, by id."""
    last = 0
    while True:
        page = {"filter[id]": f">[{last}]", **chosen}
        found = lister.page("products", ("id", "date_upd"), page, IDS_AT_ONCE)
        yield found
        reached = max((i for item in found if (i := identifier(item)) is not None), default=0)
        if len(found) < IDS_AT_ONCE or reached <= last:
            return
        last = reached
