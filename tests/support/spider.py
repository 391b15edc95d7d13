"""The spider's process as a connector sees it: jobs in, lines out."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.crawl import LINE, Beat, Budget, Cancel, CrawlJob, SiteEnd, SitePage
from tests.support.hostile import HostileServer

USER_AGENT = "EmplettesBot/1.0 (+https://portail.example/robot)"
_NUMBERS = itertools.count(1)
Line = SitePage | Beat | SiteEnd


@dataclass(slots=True)
class Crawled:
    """What a job gave."""

    end: SiteEnd
    seconds: float
    pages: list[SitePage] = field(default_factory=list)

    @property
    def products(self) -> list[SitePage]:
        return [page for page in self.pages if page.record is not None]

    @property
    def titles(self) -> list[str]:
        return sorted(page.record.title for page in self.pages if page.record is not None)

    def skipped(self, reason: str) -> int:
        return sum(skipped.count for skipped in self.end.skipped if skipped.reason == reason)


class SpiderProcess:
    """One `python -m spiders crawl`. Jobs may be started at the same time; each has a queue of its lines."""

    def __init__(self, *options: str, command: tuple[str, ...] = (), **popen: Any) -> None:
        self.child = subprocess.Popen(
            command or (sys.executable, "-m", "spiders", "crawl", *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **popen,
        )
        self._lines: defaultdict[str, queue.Queue[Line | None]] = defaultdict(queue.Queue)
        self._began: dict[str, float] = {}
        self.errors = ""
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._overhear)]
        for thread in self._threads:
            thread.start()

    def start(self, job: CrawlJob) -> str:
        self._began[job.id] = time.monotonic()
        self.write(job.model_dump_json())
        return job.id

    def write(self, line: str) -> None:
        assert self.child.stdin
        try:
            self.child.stdin.write(line.encode() + b"\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            raise AssertionError(f"the process is gone: {self.errors}") from None

    def cancel(self, job: str) -> None:
        self.write(Cancel(id=job).model_dump_json())

    def lines(self, job: str, timeout: float = 30.0) -> Iterator[Line]:
        """A job's lines up to its end. Fails the test where the process ends without one."""
        until = time.monotonic() + timeout
        while True:
            line = self._lines[job].get(timeout=max(0.01, until - time.monotonic()))
            assert line is not None, f"the process ended without the job's end: {self.errors}"
            yield line
            if isinstance(line, SiteEnd):
                return

    def finish(self, job: str, timeout: float = 30.0) -> Crawled:
        pages = []
        for line in self.lines(job, timeout):
            if isinstance(line, SitePage):
                pages.append(line)
        assert isinstance(line, SiteEnd)
        return Crawled(line, time.monotonic() - self._began[job], pages)

    def crawl(self, site: HostileServer, timeout: float = 30.0, **options: Any) -> Crawled:
        return self.finish(self.start(job_for(site, **options)), timeout)

    def cpu_seconds(self) -> float:
        """Spent so far: what a page costs, however busy the machine is."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self) -> float:
        """The most memory that it ever held, in MiB."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

    def end_of_orders(self) -> None:
        assert self.child.stdin
        with contextlib.suppress(OSError):
            self.child.stdin.close()

    def close(self) -> None:
        self.end_of_orders()
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        for thread in self._threads:
            thread.join(5)
        for pipe in (self.child.stdout, self.child.stderr):
            assert pipe
            pipe.close()

    def _listen(self) -> None:
        assert self.child.stdout
        for text in self.child.stdout:
            line = LINE.validate_json(text)
            self._lines[line.job].put(line)
        for job in list(self._began):
            self._lines[job].put(None)

    def _overhear(self) -> None:
        assert self.child.stderr
        for text in self.child.stderr:
            self.errors += text.decode("utf-8", "replace")


@contextlib.contextmanager
def spider_process(*options: str, **popen: Any) -> Iterator[SpiderProcess]:
    process = SpiderProcess(*options, **popen)
    try:
        yield process
    finally:
        process.close()


def job_for(site: HostileServer, *, path: str = "/", budget: dict[str, Any] | None = None, **options: Any) -> CrawlJob:
    """A job that reads this site as fast as it answers."""
    return CrawlJob(
        **{
            "id": f"job-{os.getpid()}-{next(_NUMBERS)}",
            "url": site.url(path),
            "user_agent": USER_AGENT,
            "allow_hosts": site.allowed,
            "delay": 0.0,
            "budget": Budget(**{"seconds": 20.0, "request_seconds": 5.0, **(budget or {})}),
            **options,
        }
    )
