"""Looks at a shop for a stranger: bounded in time, in number, and one at a time per host.

This is the only place where the web calls a shop. Nothing is stored.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from aggregator.settings import Settings
from aggregator.web.texts import gettext as _
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.detect import detect
from connectors.errors import ConnectorError, PlatformNotRecognised, ShopUnreachable
from connectors.http import Cancelled, HttpSession
from connectors.protocol import CheckReport, Evidence, ShopConnection
from connectors.records import ISSUE_TEXTS
from connectors.values import http_url

DEADLINE = 30.0
"""Seconds from the click to the answer."""
AT_ONCE = 6
"""Checks under way in this process."""
SAMPLE = 20
_PER_VISITOR = parse("5/hour")
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of data problem among the sampled products."""

    text: str
    count: int
    rejected: bool
    """Products with it are not published."""
    examples: tuple[str, ...]
    """Titles, or the shop's own numbers."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found at an address: a report, or the error that stopped us (never both missing)."""

    report: CheckReport | None = None
    evidence: Evidence | None = None
    memory: tuple[tuple[str, str], ...] = ()
    error: ConnectorError | None = None


class TooMany(Exception):
    """Not now. `seconds` says when to come back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class VisitorLimit(TooMany):
    """This visitor has had five checks within the hour."""


class HostBusy(TooMany):
    """This host is being checked, or all our hands are full."""


def read_address(typed: str) -> str | None:
    """What a merchant typed as a canonical URL ("www.boutique.fr" too), or None."""
    typed = typed.strip()
    if "://" not in typed:
        typed = f"https://{typed}"
    url, complaint = http_url(typed)
    if url is None or complaint or not urlsplit(url).hostname:
        return None
    host = urlsplit(url).hostname or ""
    return url if "." in host or ":" in host or host == "localhost" else None


class Checker:
    """Checks shops in worker threads. One for an app; `close` ends what is under way within a second."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.policy = AddressPolicy.from_setting(settings.allow_hosts)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="check")
        self._lock = threading.Lock()
        self._busy: dict[str, HttpSession] = {}

    async def check(self, typed: str, visitor: str) -> Checked:
        """Look at the shop at an address that `read_address` accepts, within `DEADLINE`.

        Raises VisitorLimit or HostBusy; a shop's fault is in the result."""
        # Whatever the port: it is one machine.
        host = (urlsplit(read_address(typed) or "").hostname or "").removeprefix("www.")
        session = HttpSession(
            self.policy,
            user_agent=self.settings.user_agent,
            request_seconds=15.0,
            deadline=DEADLINE - 2,
            retry_wait_cap=5.0,
            tries=2,
        )
        self._begin(host, visitor, session)
        running = asyncio.get_running_loop().run_in_executor(self._pool, self._look, host, typed, session)
        try:
            return await asyncio.wait_for(asyncio.shield(running), DEADLINE)
        except TimeoutError:
            session.cancel()
            return Checked(error=_too_slow())

    def _begin(self, host: str, visitor: str, session: HttpSession) -> None:
        """Take the host and count the visitor, or neither."""
        with self._lock:
            if host in self._busy or len(self._busy) >= AT_ONCE:
                raise HostBusy(int(DEADLINE / 2))
            if not self._limiter.hit(_PER_VISITOR, visitor):
                reset = self._limiter.get_window_stats(_PER_VISITOR, visitor).reset_time
                raise VisitorLimit(max(60, int(reset - time.time())))
            self._busy[host] = session

    def _look(self, host: str, typed: str, session: HttpSession) -> Checked:
        try:
            with session:
                return look_at(typed, session, crawl_delay=self.settings.crawl_delay)
        finally:
            with self._lock:
                del self._busy[host]

    def close(self) -> None:
        with self._lock:
            for session in self._busy.values():
                session.cancel()
        self._pool.shutdown(wait=True)


def look_at(typed: str, session: HttpSession, *, crawl_delay: float) -> Checked:
    """Find a way in that needs no key, and read a first page through it."""
    try:
        for evidence in detect(typed, session):
            connector = registry.get(evidence.connector)
            if connector.capabilities.needs_credentials:
                continue
            connection = ShopConnection(
                evidence.shop_url, session, memory=dict(evidence.memory), crawl_delay=crawl_delay
            )
            report = connector.check(connection, sample=SAMPLE)
            return Checked(report, evidence, tuple(connection.memory.items()), report.error)
    except ConnectorError as error:
        return Checked(error=error)
    except Cancelled:
        return Checked(error=_too_slow())
    return Checked(error=PlatformNotRecognised("only ways that need a key were found"))


def problems(report: CheckReport) -> list[Problem]:
    """What is wrong with the sampled products, by kind, the worst and commonest first."""
    titles = {record.source_id: record.title for record in report.sample}
    found = []
    for code, count in Counter(issue.code for issue in report.issues).items():
        issues = [issue for issue in report.issues if issue.code == code]
        names = (
            titles.get(i.source_id) or _("produit n°\u00a0%(id)s") % {"id": i.source_id} for i in issues if i.source_id
        )
        examples = tuple(dict.fromkeys(names))[:_EXAMPLES]
        found.append(Problem(ISSUE_TEXTS[code], count, any(i.rejected for i in issues), examples))
    return sorted(found, key=lambda problem: (not problem.rejected, -problem.count))


def _too_slow() -> ShopUnreachable:
    return ShopUnreachable(
        f"no complete answer within {DEADLINE:.0f} s",
        message=_(
            "La boutique n’a pas répondu en 30 secondes. Vérifiez qu’elle s’ouvre dans un navigateur, "
            "puis réessayez dans quelques minutes."
        ),
    )
