"""What costs too much to find out for every visitor, and may be a little old."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger("emplettes.web")


class Kept:
    """Values by name, each with its age. Whoever asks first waits; later ones get the old value at once, while one
    thread finds out the new one. One for an app; for any number of threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._values: dict[str, tuple[datetime, Any]] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, name: str, life: timedelta, make: Callable[[], T]) -> T:
        """The value of this name; made anew once it is older than `life`."""
        known = self._values.get(name)
        if known is not None:
            if self._now() - known[0] > life:
                self._renew(name, make)
            value: T = known[1]
            return value
        with self._lock(name):
            known = self._values.get(name)
            return known[1] if known is not None else self._made(name, make)

    def _renew(self, name: str, make: Callable[[], T]) -> None:
        lock = self._lock(name)
        if not lock.acquire(blocking=False):
            return  # somebody is at it

        def run() -> None:
            try:
                self._made(name, make)
            except Exception:
                log.exception("%s could not be found out anew", name)
            finally:
                lock.release()

        threading.Thread(target=run, name=f"kept-{name}", daemon=True).start()

    def _made(self, name: str, make: Callable[[], T]) -> T:
        at = self._now()
        value = make()
        self._values[name] = (at, value)
        return value

    def _lock(self, name: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(name, threading.Lock())
