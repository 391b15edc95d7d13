"""Variants put together, wherever they stand in a feed, in little memory: their fields wait in a temporary file.

A product can be told only when its last variant was met, and a feed may scatter them: each run of neighbours goes to
the file as it comes, and a chain of offsets leads from a group's first run to its last.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import Final, Self

import orjson

from connectors.feed.hashes import IdNumbers
from connectors.feed.shape import Fields

MAX_VARIANTS: Final = 1000
"""Of one product. A feed that gives everything the same group means nothing by it."""
_RUN: Final = 100
_NONE: Final = 0xFFFFFFFF


class Groups:
    """Fill with `add`, then iterate once: (group id, members, in the feed's order), groups by first appearance."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="emplettes-feed-", buffering=1024 * 1024)  # noqa: SIM115  `close`
        self._numbers = IdNumbers()
        self._first = array("I")
        self._last = array("I")
        self._offsets = array("Q", [0])
        self._next = array("I")
        self._open_id = ""
        self._open: list[Fields] = []

    def add(self, group_id: str, fields: Fields) -> None:
        if group_id != self._open_id or len(self._open) >= _RUN:
            self._spool()
            self._open_id = group_id
        self._open.append(fields)

    def __iter__(self) -> Iterator[tuple[str, list[Fields]]]:
        """A group beyond `MAX_VARIANTS` comes in several parts."""
        self._spool()
        for first in self._first:
            group_id, members = "", []
            run = first
            while run != _NONE:
                group_id, more = self._read(run)
                members += more
                if len(members) >= MAX_VARIANTS:
                    yield group_id, members
                    members = []
                run = self._next[run]
            if members:
                yield group_id, members

    def _spool(self) -> None:
        if not self._open:
            return
        data = orjson.dumps((self._open_id, self._open))
        run = len(self._next)
        self._file.write(data)
        self._offsets.append(self._offsets[-1] + len(data))
        self._next.append(_NONE)
        group = self._numbers.number(self._open_id)
        if group == len(self._first):
            self._first.append(run)
            self._last.append(run)
        else:
            self._next[self._last[group]] = run
            self._last[group] = run
        self._open = []

    def _read(self, run: int) -> tuple[str, list[Fields]]:
        begin, end = self._offsets[run], self._offsets[run + 1]
        self._file.seek(begin)
        group_id, members = orjson.loads(self._file.read(end - begin))
        return group_id, members

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()
