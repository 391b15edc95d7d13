"""A program that speaks the wire of `connectors.crawl` and visits nothing: `CrawlJob.learnt` tells it what to do.

python -m tests.support.spider_stand_in
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

from connectors.crawl import LINE, ORDER, Beat, Cancel, CrawlJob, SiteEnd, SitePage

_writing = threading.Lock()
_cancelled: dict[str, threading.Event] = {}


def say(line: SitePage | Beat | SiteEnd) -> None:
    with _writing:
        sys.stdout.buffer.write(LINE.dump_json(line) + b"\n")
        sys.stdout.buffer.flush()


def play(job: CrawlJob, told: dict[str, Any]) -> None:
    """`pages`: so many, one `every` so many seconds; then `then`: "end", "die", "hang", "rubbish", "endless line" or
    "ignore"."""
    if told.get("stderr"):
        print(told["stderr"], file=sys.stderr, flush=True)
    pages = told.get("pages", 0)
    for number in range(pages):
        if _cancelled[job.id].is_set():
            break
        time.sleep(told.get("every", 0))
        url = f"{job.url}p{number}"
        say(SitePage(job=job.id, url=url, asked=url, status=200, lastmod="x" * told.get("weight", 0)))
        if number % 10 == 0:
            say(Beat(job=job.id, requests=number + 1, bytes=100 * (number + 1)))
    then = told.get("then", "end")
    if then == "die":
        print("MemoryError at https://u:p@x.fr/?token=abc", file=sys.stderr, flush=True)
        os._exit(9)
    if then == "hang":
        _cancelled[job.id].wait()
    if then == "ignore":
        return
    if then in ("rubbish", "endless line"):
        with _writing:
            sys.stdout.write("no line of ours\n" if then == "rubbish" else "x" * told["size"])
            sys.stdout.flush()
        return
    known = [name for name in os.environ if name.startswith("EMPLETTES") or "proxy" in name.lower()]
    say(
        SiteEnd(
            job=job.id,
            complete=then == "end",
            requests=pages,
            bytes=100 * pages,
            detail=f"{len(job.known)} known, {len(job.done)} done, pid {os.getpid()}, environment {known}",
        )
    )


def main() -> None:
    for raw in sys.stdin.buffer:
        order = ORDER.validate_json(raw)
        if isinstance(order, Cancel):
            if order.id in _cancelled:
                _cancelled[order.id].set()
            continue
        _cancelled[order.id] = threading.Event()
        told = json.loads(order.learnt or "{}")
        if told.get("deaf"):
            time.sleep(told["deaf"])
        threading.Thread(target=play, args=(order, told), daemon=True).start()
    os._exit(0)  # the parent is gone, or wants nothing more


if __name__ == "__main__":
    main()
