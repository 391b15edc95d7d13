"""The command line: the one composition root. Each command imports what it needs when it runs, and no more."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 when all went well, 1 otherwise, 130 when interrupted."""
    from aggregator.cli.app import run

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (`| head`) had enough: nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code
