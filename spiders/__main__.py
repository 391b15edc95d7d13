"""`python -m spiders`: `crawl` reads jobs on standard input, `extract` reads pages in a folder."""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Each command loads only what it needs: `extract` runs without Scrapy."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["extract"]:
        from spiders.extract import main as extract

        return extract(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m spiders", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    crawl = commands.add_parser("crawl", help="read jobs as JSON lines on standard input, write pages as JSON lines")
    crawl.add_argument(
        "--memory-mb", type=int, default=1024, metavar="MB", help="end all jobs beyond this (%(default)s)"
    )
    commands.add_parser("extract", help="read saved pages: see `extract --help`")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)  # it logs whole addresses, and our lines say what failed

    lines = os.dup(1)
    os.dup2(2, 1)  # whatever prints must not fall between the lines

    _die_with_parent()
    from spiders import collector
    from spiders.process import Process

    collector.settle()
    Process(0, lines, chosen.memory_mb).run()
    return 0


def _die_with_parent() -> None:
    """Linux: even while a page's bytes keep us busy for good, nothing of us is left when whoever began us is killed."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
