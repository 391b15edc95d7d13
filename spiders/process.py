"""The spider's process: orders come on standard input, lines go out on standard output, several sites at once.

It ends when its input has ended and no job is left, when nobody is left to read what it says, on SIGTERM and SIGINT
(within two seconds, with what was found), and when its memory is over the limit. Each job that runs then gets its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import threading
from typing import Any, Final, Protocol

from pydantic import ValidationError
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.utils.reactor import install_reactor

from connectors.addresses import AddressPolicy
from connectors.crawl import ORDER, Cancel, SiteEnd
from spiders.lines import Lines
from spiders.resolver import PolicyResolver
from spiders.settings import REACTOR, crawler_settings
from spiders.shop_spider import ShopSpider
from spiders.site import SiteCrawl

WATCH_SECONDS: Final = 0.5
LEAVE_SECONDS: Final = 1.5
_PIECE: Final = 256 * 1024
_RESOLVER_THREADS: Final = 20
_BARE_MB: Final = 128
"""What the process holds before it reads anything, and some."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_MIB: Final = 1024 * 1024
EXIT_OK, EXIT_ORDER, EXIT_MEMORY = 0, 2, 3
_log = logging.getLogger("emplettes.spider")


class Reactor(Protocol):
    """What is used of Twisted's reactor."""

    nameResolver: Any  # noqa: N815

    def installNameResolver(self, resolver: Any) -> Any: ...  # noqa: N802
    def suggestThreadPoolSize(self, size: int) -> None: ...  # noqa: N802
    def callWhenRunning(self, call: Any) -> Any: ...  # noqa: N802
    def run(self, installSignalHandlers: bool) -> None: ...  # noqa: N803


class Process:
    """All of it. `run` does not return: the process ends in it, whatever threads still wait for."""

    def __init__(self, orders: int, lines: int, memory_mb: int) -> None:
        """`orders` and `lines` are file descriptors."""
        self._orders, self._memory_mb = orders, memory_mb
        self._lines = Lines(lines)
        self._sites: dict[str, tuple[SiteCrawl, asyncio.Task[None]]] = {}
        self._no_more_orders = False
        self._over: asyncio.Event
        self._exit = EXIT_OK
        self._parent = os.getppid()

    def run(self) -> None:
        _limit_memory(self._memory_mb)
        install_reactor(REACTOR)
        from twisted.internet import reactor as installed

        reactor: Reactor = installed
        self._resolver = PolicyResolver(reactor.nameResolver)
        self._runner = AsyncCrawlerRunner({"LOG_ENABLED": False})
        reactor.installNameResolver(self._resolver)
        reactor.suggestThreadPoolSize(_RESOLVER_THREADS)
        reactor.callWhenRunning(lambda: asyncio.ensure_future(self._main()))
        reactor.run(installSignalHandlers=False)

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, f"ended by {number.name}")
        threading.Thread(target=self._listen, args=(loop,), name="orders", daemon=True).start()
        watch = asyncio.create_task(self._watch())
        try:
            await self._over.wait()
            tasks = [task for _, task in self._sites.values()]
            if tasks:
                await asyncio.wait(tasks, timeout=LEAVE_SECONDS)
        except BaseException:
            _log.exception("the spider's process fails")
            self._exit = 1
        finally:
            watch.cancel()
            logging.shutdown()
            os._exit(self._exit)  # threads may wait for a name or for whoever does not read: not for them

    # --- orders

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: read order after order."""
        held = bytearray()
        with contextlib.suppress(OSError):
            while piece := os.read(self._orders, _PIECE):
                held += piece
                *whole, rest = held.split(b"\n") if b"\n" in piece else [held]
                for line in whole:
                    loop.call_soon_threadsafe(self._ordered, bytes(line))
                if whole:
                    held = bytearray(rest)
        if held.strip():
            loop.call_soon_threadsafe(self._ordered, bytes(held))
        loop.call_soon_threadsafe(self._end_of_orders)

    def _ordered(self, line: bytes) -> None:
        if not line.strip() or self._over.is_set():
            return
        try:
            order = ORDER.validate_json(line)
        except ValidationError as error:
            _log.error("not an order: %s", error.errors(include_input=False, include_url=False))
            self._exit = EXIT_ORDER
            self._stop("an order that was none")
            return
        if isinstance(order, Cancel):
            if order.id in self._sites:
                self._sites[order.id][0].stop("cancelled")
        elif order.id in self._sites:
            _log.error("a second job %s while the first runs: left out", order.id)
        else:
            site = SiteCrawl(order, self._lines, self._resolver)
            self._sites[order.id] = site, asyncio.create_task(self._crawl(site))

    def _end_of_orders(self) -> None:
        self._no_more_orders = True
        self._end_if_idle()

    def _end_if_idle(self) -> None:
        if self._no_more_orders and not self._sites:
            self._over.set()

    def _stop(self, reason: str) -> None:
        """End every job, then the process."""
        for site, _ in self._sites.values():
            site.stop(reason)
        self._over.set()

    # --- jobs

    async def _crawl(self, site: SiteCrawl) -> None:
        job = site.job
        try:
            with self._resolver.admitting(AddressPolicy.from_setting(job.allow_hosts)):
                run = self._runner.crawl(Crawler(ShopSpider, crawler_settings(job)), site=site)
                said = asyncio.create_task(site.said.wait())
                await asyncio.wait({run, said}, return_when=asyncio.FIRST_COMPLETED)
            if not said.done():
                said.cancel()
                run.result()
                raise RuntimeError("the crawler ended without a word")
        except BrokenPipeError:
            self._stop("nobody reads")
        except Exception as error:
            _log.exception("job %s failed", job.id)
            with contextlib.suppress(OSError):
                detail = f"internal error: {type(error).__name__}: {error}"[:500]
                await self._lines.send(SiteEnd(job=job.id, complete=False, detail=detail))
        finally:
            del self._sites[job.id]
            self._end_if_idle()

    # --- what ends it from outside

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if os.getppid() != self._parent or self._lines.unread:
                self._stop("nobody reads")
            elif (held := _resident_mb()) > self._memory_mb:
                _log.error("%d MiB are over the limit of %d", held, self._memory_mb)
                self._exit = EXIT_MEMORY
                self._stop(f"the spider's memory limit of {self._memory_mb} MiB")


def _limit_memory(memory_mb: int) -> None:
    """Well beyond the limit no more is to be had, even for one page between two looks at what is held."""
    most = 2 * (memory_mb + _BARE_MB) * _MIB
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _resident_mb() -> float:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * _PAGE / _MIB
