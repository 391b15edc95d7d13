"""What is derived from the index and takes a while: kept near the newest commit, or for it, at a bounded cost."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
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


class Recent(Generic[T]):
    """The values that were asked for last of one state, at most `most` of them. Safe from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._state: tuple[object, ...] = ()
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, state: tuple[object, ...], key: Hashable, make: Callable[[], T]) -> T:
        """The value of this key in this state: kept, or made now. States are the same if they are of the same objects;
        what was kept of another one is forgotten."""
        with self._lock:
            if not self._is_of(state):
                self._values.clear()
                self._state = state
            elif key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if self._is_of(state):
                self._values[key] = value
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        return value

    def _is_of(self, state: tuple[object, ...]) -> bool:
        """Whether what is kept is of this state."""
        return len(state) == len(self._state) and all(a is b for a, b in zip(state, self._state, strict=True))
