"""One job: a shop's site, from its robots.txt to the line that says how it went."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
from collections import deque
from typing import Final
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Headers

from connectors.crawl import Beat, CrawlJob, FieldSeen, SiteEnd, SitePage
from connectors.pages import signatures
from connectors.pages.kind import PageKind
from connectors.pages.links import Hint, Link, links
from connectors.pages.page import Page
from connectors.pages.reader import Reading, read
from connectors.robots import Robots
from connectors.values import http_url
from spiders.failures import Failed, Why
from spiders.frontier import Frontier, Visit
from spiders.guest import Answer, Download, Guest, Over
from spiders.health import Health
from spiders.lines import Lines
from spiders.resolver import PolicyResolver
from spiders.sitemaps import Walk, parse

BEAT_SECONDS: Final = 5.0
SITEMAP_BYTES: Final = 50 * 1024 * 1024
"""The protocol's own limit."""
_LOOK_SITEMAPS: Final = 4
"""Sitemaps that a look (`enough`) reads: it has seconds."""
_GUESSES: Final = ("/sitemap.xml", "/sitemap_index.xml")
_GONE: Final = frozenset({404, 410})
_MOST_LATER: Final = 200
_BEGINNING: Final = 64 * 1024
_REFRESH: Final = re.compile(r"\s*[\d.]*\s*[;,]\s*(?:url\s*=)?\s*[\"']?(?P<url>[^\"']+)", re.I)
_log = logging.getLogger("emplettes.spider")


class SiteCrawl:
    """Runs one job. `run` sends its pages and exactly one end, whatever happens."""

    def __init__(self, job: CrawlJob, lines: Lines, resolver: PolicyResolver) -> None:
        self.job = job
        self.said = asyncio.Event()
        """The end was sent."""
        self._lines, self._resolver = lines, resolver
        self._frontier: Frontier
        self._guest: Guest
        self._health = Health()
        self._skip = frozenset(job.skip)
        self._page = ""
        """Being read, in a careful job."""
        self._asked = {*job.visit, *(known.url for known in job.known)}
        self._arrived = False
        """robots.txt is known."""
        self._products = 0
        self._tried: set[str] = set()
        """Pages that failed once and get another turn at the end."""
        self._stopped: str | None = None
        self._work: asyncio.Task[None] | None = None

    def stop(self, reason: str) -> None:
        """End now, with what was found. English reason."""
        self._stopped = self._stopped or reason
        if self._work is not None:
            self._work.cancel()

    async def run(self, download: Download) -> None:
        """Crawl, and say how it went."""
        ends = time.monotonic() + self.job.budget.seconds
        self._guest = Guest(self.job, download, self._resolver, ends=ends)
        self._frontier = Frontier(self.job, self._guest.allows)
        over: Over | None = None
        self._work = asyncio.create_task(self._crawl())
        if self._stopped is not None:
            self._work.cancel()
        beats = asyncio.create_task(self._beat())
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + self.job.budget.seconds):
                await self._work
        except Over as raised:
            over = raised
        except TimeoutError:
            over = self._guest.out_of_time()
        except asyncio.CancelledError:
            over = Over(self._stopped or "cancelled")
        except BrokenPipeError:
            raise
        except Exception as error:
            _log.exception("job %s failed", self.job.id)
            over = Over(f"internal error: {type(error).__name__}")
        finally:
            beats.cancel()
        await self._lines.send(self._end(over))
        self.said.set()

    def headed(self, headers: Headers, request: Request) -> None:
        """For Scrapy's headers_received."""
        self._guest.headed(headers, request)

    def came(self, data: bytes, request: Request) -> None:
        """For Scrapy's bytes_received."""
        self._guest.came(data, request)

    # --- the way through the site

    async def _crawl(self) -> None:
        robots = await self._guest.arrive()
        self._arrived = True
        if self.job.discover:
            await self._sitemaps(robots)
        later: deque[Visit] = deque()
        while (visit := self._frontier.next() or (later.popleft() if later else None)) is not None:
            if visit.url in self._skip:
                self._frontier.read(visit.url, kind=PageKind.OTHER, links=(), landed=visit.url)
                continue
            outcome = await self._guest.get(visit.url, page=True)
            if isinstance(outcome, Answer) and _says_nothing(outcome):
                outcome = Failed(visit.url, Why.EMPTY, outcome.status, size=len(outcome.body))
            if isinstance(outcome, Answer):
                await self._answered(visit, outcome)
            elif outcome.later and visit.url not in self._tried and len(self._tried) < _MOST_LATER:
                self._tried.add(visit.url)
                later.append(visit)
            else:
                self._failed(visit, outcome)
            if isinstance(outcome, Failed) and self._guest.pace.broken:
                await self._probe(outcome)

    async def _sitemaps(self, robots: Robots) -> None:
        """All that robots.txt names, or what stands where sitemaps usually do."""
        named = tuple(urljoin(self.job.url, url) for url in robots.sitemaps())
        if named:
            await self._walk(named, invited=True)
            return
        for guess in _GUESSES:
            if await self._walk((urljoin(self.job.url, guess),), invited=False):
                return

    async def _walk(self, starts: tuple[str, ...], *, invited: bool) -> bool:
        """Read these sitemaps and those that they name. False where nothing was any."""
        walk = Walk(self.job.url, starts)
        read = found = 0
        while (url := walk.next()) is not None:
            outcome = await self._guest.get(url, invited=invited, cap=SITEMAP_BYTES)
            if isinstance(outcome, Failed):
                if outcome.against_site and self._guest.pace.broken:
                    raise Over(f"the site fails: {outcome.told()}", outcome.error())
                if invited or found:
                    self._frontier.add_sitemap((), False, url)
                continue
            sitemap = parse(outcome.body, url, self.job.url)
            walk.read(url, sitemap)
            if sitemap.entries or sitemap.children:
                found += 1
                self._frontier.add_sitemap(sitemap.entries, sitemap.broken is None, url)
            elif (invited or found) and outcome.status not in _GONE:
                self._frontier.add_sitemap((), sitemap.broken is None, url)
            read += 1
            if self.job.enough is not None and read >= _LOOK_SITEMAPS and found:
                self._frontier.add_sitemap((), False, "a look reads few sitemaps")
                return True
        if walk.cut is not None:
            self._frontier.add_sitemap((), False, walk.cut)
        return found > 0

    async def _probe(self, failed: Failed) -> None:
        """Several failures in a row: is it the site, or only these pages?"""
        if failed.later and isinstance(await self._guest.get(self.job.url), Answer):
            return
        raise Over(f"the site fails: {failed.told()}", failed.error())

    # --- one page

    async def _answered(self, visit: Visit, answer: Answer) -> None:
        if answer.status >= 400:
            self._health.refused(answer.status)
            self._frontier.failed(visit.url, answer.status, len(answer.body))
            if visit.url in self._asked and answer.status in _GONE:
                await self._send(visit, visit.url, answer.status, None, None)
            self._give_up_early()
            return
        if not _is_html(answer):
            self._frontier.read(visit.url, kind=PageKind.OTHER, links=(), landed=answer.url, size=len(answer.body))
            return
        if self.job.careful:
            self._page = visit.url
            await self._tell()
        page = Page.parse(answer.url, answer.body, headers=answer.headers, status=answer.status, shop=self.job.url)
        reading = read(page, shop_url=self.job.url)
        if visit.why == "home":
            self._health.platform = signatures.platform(answer.headers, answer.body)
        canonical = page.canonical or answer.url
        new = self._frontier.read(
            visit.url,
            kind=reading.verdict.kind,
            links=(*_refreshed(page, answer.body), *links(page, reading.tiles)),
            product_url=canonical if reading.record is not None else None,
            landed=answer.url,
            size=len(answer.body),
        )
        self._health.read(reading.verdict)
        if reading.record is not None:
            self._products += new
        self._page = ""
        if reading.verdict.kind is PageKind.PRODUCT or visit.url in self._asked:
            await self._send(visit, canonical, answer.status, reading, self._frontier.lastmod(visit.url))
        elif self.job.careful:
            await self._tell()
        self._give_up_early()

    async def _send(self, visit: Visit, url: str, status: int, reading: Reading | None, lastmod: str | None) -> None:
        fields: tuple[FieldSeen, ...] = ()
        if reading is not None and self.job.enough is not None:
            fields = tuple(
                FieldSeen(name=field.name, value=field.value, source=field.source, confidence=field.confidence)
                for field in reading.fields
                if field.value is not None and field.source is not None
            )
        await self._lines.send(
            SitePage(
                job=self.job.id,
                url=url,
                asked=visit.url,
                status=status,
                kind=reading.verdict.kind if reading is not None else "",
                record=reading.record if reading is not None else None,
                issues=reading.issues if reading is not None else (),
                lastmod=lastmod,
                fields=fields,
            )
        )

    def _failed(self, visit: Visit, failed: Failed) -> None:
        self._health.failed(failed, first=visit.why == "home")
        if failed.why in (Why.OTHER_SITE, Why.ROBOTS):  # it leads where we do not go: that is no failure
            landed = failed.location or failed.url
            self._frontier.read(visit.url, kind=PageKind.OTHER, links=(), landed=landed)
        else:
            self._frontier.failed(visit.url, failed.status, failed.size)

    def _give_up_early(self) -> None:
        error = self._health.hopeless()
        if error is not None:
            raise Over(error.detail, error)

    # --- the end

    async def _beat(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                await asyncio.sleep(BEAT_SECONDS)
                await self._tell()

    async def _tell(self) -> None:
        guest = self._guest
        await self._lines.send(Beat(job=self.job.id, requests=guest.requests, bytes=guest.bytes, page=self._page))

    def _end(self, over: Over | None) -> SiteEnd:
        frontier, guest = self._frontier, self._guest
        if over is not None:
            frontier.stop(over.detail)
        forbidden = self.job.discover and self._arrived and not guest.allows(self.job.url)
        error = self._health.error(over.error if over is not None else None, self._products, forbidden=forbidden)
        return SiteEnd(
            job=self.job.id,
            complete=frontier.complete and error is None,
            error=error.code if error is not None else None,
            message=error.message if error is not None else "",
            retry_after=getattr(error, "retry_after", None),
            detail=error.detail if error is not None else frontier.detail,
            product_pages=frontier.product_pages,
            still=frontier.still(),
            requests=guest.requests,
            bytes=guest.bytes,
            learnt=frontier.learnt(),
            platform=self._health.platform,
            skipped=frontier.skipped(),
            warnings=tuple(guest.warnings),
        )


def _is_html(answer: Answer) -> bool:
    """By its type, or by its first bytes where the type says little."""
    kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    return kind in ("", "text/plain", "application/octet-stream") and answer.body[:1024].lstrip()[:1] == b"<"


def _refreshed(page: Page, body: bytes) -> tuple[Link, ...]:
    """Where a page sends its visitor by itself: home pages that are only a way to a language's do."""
    if b"refresh" not in body[:_BEGINNING].lower():
        return ()
    node = page.tree.css_first('meta[http-equiv="refresh" i]')
    told = _REFRESH.match((node.attributes.get("content") or "")[:2048]) if node is not None else None
    url = http_url(told["url"], page.base)[0] if told is not None else None
    return (Link(url, Hint.CATEGORY),) if url is not None else ()


def _says_nothing(answer: Answer) -> bool:
    """Called HTML, and nothing in it is: an empty body, the word of a database that is down."""
    return answer.status == 200 and _is_html(answer) and b"<" not in answer.body[:_BEGINNING]
