"""Processes that must not outlive the one that began them, even when that is killed (`kill -9`) and can end nobody."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Final

VARIABLE: Final = "EMPLETTES_PART_OF"
"""In a part's environment: the process that it belongs to."""
WATCH: Final = "lifeline"
"""Name of the thread that watches."""
_LOOK_SECONDS: Final = 0.5
_GRACE_SECONDS: Final = 15.0
_PR_SET_PDEATHSIG: Final = 1


def die_with_parent() -> None:
    """Between fork and exec, on Linux: the system tells the child to stop when the thread that began it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def part_of_us() -> dict[str, str]:
    """The environment of a part of this process."""
    return os.environ | {VARIABLE: str(os.getpid())}


def tie() -> None:
    """End this process when the one that it is a part of is gone, on any system: stop as by SIGTERM, or be ended."""
    told = os.environ.pop(VARIABLE, "")
    if told.isdigit():
        threading.Thread(target=_watch, args=(int(told),), name=WATCH, daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)
