"""The captured WooCommerce shop, played back by a process of its own, with controls.

Lies outside the project (`EMPLETTES_SHARED`, or ../shared): tests that use it carry the marker `captures` and are
skipped, with the reason, where it is absent.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("EMPLETTES_SHARED") or ROOT.parent / "shared")
PLAYER = SHARED / "tools" / "play_woocommerce.py"
ITEMS = SHARED / "captures" / "woocommerce" / "items"
EXCHANGES = SHARED / "captures" / "woocommerce" / "exchanges.jsonl.gz"


def require_captures() -> None:
    """Skip, with the reason, where the recorded shop is not there."""
    if not PLAYER.exists() or not ITEMS.exists():
        pytest.skip(f"the recorded shop is not at {SHARED} (EMPLETTES_SHARED says where)")


def captured(name: str) -> list[dict[str, Any]]:
    """The items of one sweep of the real shop."""
    with gzip.open(ITEMS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def exchange(name: str) -> dict[str, Any]:
    """One recorded request with its answer."""
    with gzip.open(EXCHANGES, "rt", encoding="utf-8") as lines:
        for line in lines:
            found: dict[str, Any] = json.loads(line)
            if found["name"] == name:
                return found
    raise KeyError(name)


def exchanges(prefix: str) -> list[dict[str, Any]]:
    """The recorded requests, with their answers, whose names begin so."""
    with gzip.open(EXCHANGES, "rt", encoding="utf-8") as lines:
        return [found for line in lines if (found := json.loads(line))["name"].startswith(prefix)]


class Player:
    """A running player and its control interface."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    @property
    def url(self) -> str:
        return self.origin + "/"

    def control(self, operation: str, **data: Any) -> Any:
        """Ask the player's control interface; see its docstring for the operations."""
        ask = urllib.request.Request(f"{self.origin}/__control__/{operation}", json.dumps(data).encode(), method="POST")
        with urllib.request.urlopen(ask, timeout=60) as answer:
            return json.load(answer)

    def fault(self, kind: str, match: str = "", times: int = 1, **more: Any) -> None:
        self.control("fault", kind=kind, match=match, times=times, **more)

    def reset(self) -> None:
        """The catalogue as recorded, no faults, an empty log."""
        self.control("reset")

    def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("requests")["log"]
        return found

    def count(self) -> int:
        paths: dict[str, dict[str, int]] = self.control("requests")["paths"]
        return sum(p["count"] for p in paths.values())


@contextmanager
def playing(*options: str) -> Iterator[Player]:
    """Start a player on a free port; it ends with the block."""
    require_captures()
    process = subprocess.Popen(
        [sys.executable, str(PLAYER), "--port", "0", "--rebase-host", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the player did not start"
        yield Player(line.split()[0])
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()
