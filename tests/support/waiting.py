"""Waiting for what must happen within a time, on machines that others use as well."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

_SAMPLE_SECONDS: Final = 0.03
_MOST: Final = 12.0


def crowded() -> float:
    """How many times slower this machine is now than if it were ours alone: 1 to 12."""
    began, used = time.monotonic(), time.thread_time()
    while time.thread_time() - used < _SAMPLE_SECONDS:
        pass
    return min(max((time.monotonic() - began) / _SAMPLE_SECONDS, 1.0), _MOST)


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it is true; it must be within so many seconds, more where the machine is crowded."""
    began = time.monotonic()
    end = began + seconds
    while not true():
        if time.monotonic() > end:
            end = began + seconds * crowded()
            assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)
