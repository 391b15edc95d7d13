"""What the process says: whole lines on its standard output, one at a time, as fast as the connector reads them."""

from __future__ import annotations

import asyncio
import os
import select
from concurrent.futures import ThreadPoolExecutor

from connectors.crawl import Beat, SiteEnd, SitePage


class Lines:
    """Writes from a thread of its own, so that a connector that reads slowly stops only the jobs that have something
    to say: each waits for its line, and no more than one line a job is held."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="lines")

    async def send(self, line: SitePage | Beat | SiteEnd) -> None:
        """Return once the line is written. Raises BrokenPipeError where nobody reads any more."""
        data = line.model_dump_json().encode() + b"\n"
        await asyncio.get_running_loop().run_in_executor(self._writer, self._write, data)

    @property
    def unread(self) -> bool:
        """True once nobody will ever read what is written."""
        poll = select.poll()
        poll.register(self._fd, 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._fd, rest) :]
