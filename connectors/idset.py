"""A set of ids, small enough for any catalogue."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterator


class IdSet:
    """Ids, mostly in ascending order: eight bytes each, so a big catalogue costs no memory to speak of."""

    def __init__(self) -> None:
        self._ids = array("q")

    def add(self, number: int) -> bool:
        """True if it is new."""
        ids = self._ids
        if not ids or number > ids[-1]:
            ids.append(number)
            return True
        if number in self:
            return False
        insort(ids, number)
        return True

    def __contains__(self, number: int) -> bool:
        at = bisect_left(self._ids, number)
        return at < len(self._ids) and self._ids[at] == number

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)
