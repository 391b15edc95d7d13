"""What a run did, as it is reported; and what it cost this process."""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from aggregator.store.runs import Counts
from connectors.errors import ConnectorError

_PROC: Final = Path("/proc")
Outcome = Literal["complete", "incomplete", "held", "failed"]


class Meter:
    """Wall and CPU seconds of this process since it was made, and of its children, those that still live included."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), self._cpu_now()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._wall

    @property
    def cpu_seconds(self) -> float:
        return self._cpu_now() - self._cpu

    @staticmethod
    def _cpu_now() -> float:
        times = os.times()
        ours = times.user + times.system + times.children_user + times.children_system
        return ours + sum(_cpu_of(pid) for pid in _living_children())


def max_rss_mb() -> float:
    """The most memory that this process, or one of its children, ever held, in MiB (Linux counts in KiB)."""
    kib = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(kib + [_peak_of(pid) for pid in _living_children()]) / 1024


def _living_children() -> list[str]:
    """Children that were not waited for yet (a spider's process serves many runs); none where /proc tells nothing."""
    found: list[str] = []
    with suppress(OSError):
        for task in _PROC.glob("self/task/*/children"):
            found += task.read_text().split()
    return found


def _cpu_of(pid: str) -> float:
    with suppress(OSError, IndexError, ValueError):
        fields = (_PROC / pid / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime, stime: see proc(5)
    return 0.0


def _peak_of(pid: str) -> int:
    """In KiB."""
    with suppress(OSError, IndexError, ValueError):
        return int((_PROC / pid / "status").read_text().partition("VmHWM:")[2].split()[0])
    return 0


@dataclass(frozen=True, slots=True)
class RunError:
    code: str
    message: str
    """French, for the person who must act."""
    detail: str
    """English, for the log."""
    who_acts: str
    retryable: bool = True
    """False where asking again is no use before somebody has acted."""
    retry_after: float | None = None
    """Seconds, where the shop asked for that."""

    @classmethod
    def of(cls, error: ConnectorError) -> RunError:
        """The shop's fault."""
        retry_after = getattr(error, "retry_after", None)
        return cls(error.code, error.message, error.detail, error.who_acts.value, error.retryable, retry_after)

    @classmethod
    def ours(cls, bug: Exception) -> RunError:
        """Our own."""
        return cls(
            "internal_error",
            "La lecture a échoué par notre faute. Rien n'est retiré ; l'équipe d'Emplettes doit corriger.",
            f"{type(bug).__name__}: {bug}"[:500],
            "us",
        )

    @property
    def told(self) -> tuple[str, str, str, str]:
        """As `store.runs.close` takes it."""
        return self.code, self.message, self.detail, self.who_acts


@dataclass(frozen=True, slots=True)
class RunReport:
    shop_id: int
    run_id: int
    outcome: Outcome
    counts: Counts
    error: RunError | None
    max_rss_mb: float

    def with_usage(self, meter: Meter) -> RunReport:
        """The same with the whole cost until now: what follows a run, as indexing does, belongs to it."""
        counts = replace(self.counts, seconds=meter.seconds, cpu_seconds=meter.cpu_seconds)
        return replace(self, counts=counts, max_rss_mb=max_rss_mb())

    def as_json(self) -> dict[str, Any]:
        """One object of `emplettes sync --json`."""
        counts = self.counts
        return {
            "shop_id": str(self.shop_id),
            "outcome": self.outcome,
            "requests": counts.requests,
            "bytes": counts.bytes,
            "products_seen": counts.products_seen,
            "offers_seen": counts.offers_seen,
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "withdrawn": counts.withdrawn,
            "rejected": counts.rejected,
            "seconds": round(counts.seconds, 3),
            "cpu_seconds": round(counts.cpu_seconds, 3),
            "max_rss_mb": round(self.max_rss_mb, 1),
            "error": None
            if self.error is None
            else {
                "code": self.error.code,
                "message": self.error.message,
                "detail": self.error.detail,
                "who_acts": self.error.who_acts,
            },
        }
