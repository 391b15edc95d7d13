"""Sets and numberings of millions of ids in a few bytes each: by their 64-bit hashes, in flat arrays.

Python's own set takes some 100 bytes an id. Two ids of two million share a hash with a probability of 1e-7 (its key is
random in every process, so nobody can arrange it).
"""

from __future__ import annotations

from array import array
from typing import Final

_BITS: Final = (1 << 64) - 1
_FIRST_SLOTS: Final = 1024


class IdNumbers:
    """Numbers ids 0, 1, 2... in the order in which they first come."""

    def __init__(self) -> None:
        self._keys = array("Q", bytes(8 * _FIRST_SLOTS))
        self._numbers = array("I", bytes(4 * _FIRST_SLOTS))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def number(self, text: str) -> int:
        """The id's number; `len(self) - 1` right after it came for the first time."""
        key = hash(text) & _BITS or 1
        keys, mask = self._keys, len(self._keys) - 1
        at = key & mask
        while found := keys[at]:
            if found == key:
                return self._numbers[at]
            at = (at + 1) & mask
        keys[at] = key
        self._numbers[at] = number = self._count
        self._count += 1
        if self._count * 3 > len(keys) * 2:
            self._grow()
        return number

    def _grow(self) -> None:
        old, numbers = self._keys, self._numbers
        slots = 2 * len(old)
        self._keys, self._numbers = array("Q", bytes(8)) * slots, array("I", bytes(4)) * slots
        mask = slots - 1
        for key, number in zip(old, numbers, strict=True):
            if key:
                at = key & mask
                while self._keys[at]:
                    at = (at + 1) & mask
                self._keys[at] = key
                self._numbers[at] = number


class IdSet:
    """Which ids were met."""

    def __init__(self) -> None:
        self._keys = array("Q", bytes(8 * _FIRST_SLOTS))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, text: str) -> bool:
        """True if it is new."""
        key = hash(text) & _BITS or 1
        keys, mask = self._keys, len(self._keys) - 1
        at = key & mask
        while found := keys[at]:
            if found == key:
                return False
            at = (at + 1) & mask
        keys[at] = key
        self._count += 1
        if self._count * 3 > len(keys) * 2:
            self._grow()
        return True

    def _grow(self) -> None:
        old = self._keys
        slots = 2 * len(old)
        self._keys = array("Q", bytes(8)) * slots
        mask, keys = slots - 1, self._keys
        for key in old:
            if key:
                at = key & mask
                while keys[at]:
                    at = (at + 1) & mask
                keys[at] = key
