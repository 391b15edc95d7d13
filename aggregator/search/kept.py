"""What is derived from the index's words and takes a while: kept near the newest commit, at a bounded cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """One value, made at first need, then anew in the background. Safe from several threads."""

    QUICK: float = 0.05
    """A value that was made in less than these seconds is made again at once, not in the background."""
    SHARE: float = 50
    """Otherwise it is made again no sooner than after this many times what it took: 2 % of one core at most."""

    def __init__(self, empty: T) -> None:
        self._lock = threading.Lock()
        self._value = empty
        self._stamp: object = None
        self._cost = 0.0
        self._made = float("-inf")
        self._making = False

    def get(self, stamp: object, make: Callable[[], T]) -> T:
        """The value of the state `stamp`, or of a recent one; `make` makes that of this state."""
        if stamp == self._stamp:
            return self._value
        with self._lock:
            if stamp == self._stamp or self._making:
                return self._value
            if self._cost <= self.QUICK:
                self._make(stamp, make)
            elif time.monotonic() - self._made >= self.SHARE * self._cost:
                self._making = True
                threading.Thread(target=self._make_apart, args=(stamp, make), name="kept", daemon=True).start()
        return self._value

    def _make_apart(self, stamp: object, make: Callable[[], T]) -> None:
        try:
            self._make(stamp, make)
        finally:
            self._making = False

    def _make(self, stamp: object, make: Callable[[], T]) -> None:
        began = time.monotonic()
        self._value = make()
        self._made = time.monotonic()
        self._cost = self._made - began
        self._stamp = stamp
