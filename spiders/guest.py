"""A good guest on one site: asks for its pages one at a time, at the pace and within the bounds that it sets.

Everything that leaves for the site goes through here: robots.txt is asked first, whatever the address; redirects are
followed by hand, so that each hop is judged as a first request is; refusals slow the guest down.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response

from connectors.crawl import CrawlJob
from connectors.errors import ConnectorError, ShopInMaintenance, ShopThrottled, ShopUnreachable
from connectors.redaction import redact_url
from connectors.refusals import is_maintenance, is_refusal, retry_after
from connectors.robots import ROBOT, Robots
from connectors.values import http_url, same_site
from spiders.failures import Failed, Why, of_exception
from spiders.health import ROBOTS_FAILS
from spiders.politeness import CRAWL_DELAY_MOST, RETRY_AFTER_MOST, Pace
from spiders.resolver import PolicyResolver

Download = Callable[[Request], Awaitable[Response]]
MAX_REDIRECTS: Final = 5
ROBOTS_BYTES: Final = 512 * 1024
"""RFC 9309 asks to read at least 500 KiB."""
_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_LANGUAGES: Final = "fr,en;q=0.5"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NO_TEXT: Final = frozenset({b"image", b"video", b"audio", b"font", b"model"})
_TRIES: Final = 3
_HOSTS: Final = 20
"""Of one site: a name server that knows every subdomain would have us ask each for its robots.txt."""
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer that is neither a redirect nor a refusal. `url`: where it came from, after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Case-insensitive."""
    body: bytes


class Over(Exception):
    """The job ends here, with what it found. `error` where the site as a whole cannot be read."""

    def __init__(self, detail: str, error: ConnectorError | None = None) -> None:
        super().__init__(detail)
        self.detail, self.error = detail, error


class Guest:
    """Asks one site for pages. Used by one task; every moment is of the monotonic clock."""

    def __init__(self, job: CrawlJob, download: Download, resolver: PolicyResolver, *, ends: float) -> None:
        self.requests = 0
        """Sent so far: robots.txt, redirects and further tries included."""
        self.bytes = 0
        """Decoded; of answers that were cut, as they came."""
        self.pace = Pace(job.delay)
        self.warnings: list[str] = []
        """French."""
        self._job, self._download, self._resolver, self._ends = job, download, resolver, ends
        self._robots: dict[str, Robots | None] = {}
        self._came = 0
        self._heard = False
        self._refusal: Failed | None = None
        self._headers = {
            "User-Agent": job.user_agent,
            "Accept": _ACCEPT,
            "Accept-Language": _LANGUAGES,
        }

    async def arrive(self) -> Robots:
        """Read the robots.txt of the job's own host and keep its Crawl-delay.

        Raises Over where it cannot be had: then nothing is allowed (RFC 9309, 2.3.1.4)."""
        origin = _origin(self._job.url)
        outcome = await self._robots_of(origin)
        if isinstance(outcome, Failed):
            error = outcome.error()
            if isinstance(error, ShopUnreachable) and outcome.why is Why.REFUSED:  # the shop itself may well answer
                error = ShopUnreachable(error.detail, message=ROBOTS_FAILS.format(status=outcome.status))
            raise Over(f"robots.txt cannot be had: {outcome.told()}", error)
        self._robots[origin] = outcome
        asked = outcome.crawl_delay(ROBOT)
        self.pace.obey(asked)
        if self.pace.clamped is not None:
            self.warnings.append(
                f"Le fichier robots.txt du site demande {self.pace.clamped:.0f} secondes entre deux visites ; "
                f"nous en laissons {CRAWL_DELAY_MOST:.0f}, sans quoi la boutique ne serait jamais lue."
            )
        elif asked is not None and asked > max(2.0, self._job.delay):
            self.warnings.append(
                f"Le fichier robots.txt du site demande {asked:.0f} secondes entre deux visites : "
                "la lecture complète prendra du temps."
            )
        return outcome

    def allows(self, url: str) -> bool:
        """What the robots.txt files that were read so far say of this address."""
        robots = self._robots.get(_origin(url), self._robots.get(_origin(self._job.url)))
        return robots is not None and robots.allows(ROBOT, _path(url))

    async def get(
        self,
        url: str,
        *,
        invited: bool = False,
        page: bool = False,
        cap: int | None = None,
        beginning: int | None = None,
    ) -> Answer | Failed:
        """GET, following redirects within the site. `invited`: robots.txt itself names the address. `page`: what is
        no text is answered with an empty body. `cap`: bytes of the body, decoded, where it is not the job's
        `page_bytes`; `beginning`: so many bytes, as sent, are enough.

        Raises Over where the job's time or bytes are spent."""
        target = url
        meta: dict[str, Any] = {"page": page, "beginning": beginning}
        if cap is not None:
            meta["download_maxsize"] = cap
        for _ in range(MAX_REDIRECTS + 1):
            if not invited and not await self._permitted(target):
                return Failed(target, Why.ROBOTS)
            answer = await self._persist(target, meta)
            if isinstance(answer, Failed) or answer.status not in _REDIRECTS:
                return answer
            hop = self._hop(target, answer.headers.get("Location") or "")
            if isinstance(hop, Failed):
                return hop
            target = hop
        return Failed(url, Why.REDIRECTS, detail=f"more than {MAX_REDIRECTS}")

    def headed(self, headers: Headers, request: Request) -> None:
        """For Scrapy's headers_received: a picture or a video behind a link is not read."""
        kind = (headers.get("Content-Type") or b"").partition(b"/")[0].strip().lower()
        if request.meta.get("page") and (kind in _NO_TEXT or b"/pdf" in (headers.get("Content-Type") or b"")):
            raise StopDownload(fail=False)

    def came(self, data: bytes, request: Request) -> None:
        """For Scrapy's bytes_received: counts, and stops an answer of which only the beginning is wanted."""
        self._came += len(data)
        enough = request.meta.get("beginning")
        if enough is not None and self._came >= enough:
            raise StopDownload(fail=False)

    def out_of_time(self) -> Over:
        """How the job ends when its time is over: a site that never answered was not reached at all."""
        seconds = f"{self._job.budget.seconds:g} seconds"
        if self._heard:
            return Over(f"budget: {seconds}")
        silence = self._refusal or Failed(self._job.url, Why.SLOW)
        return Over(f"no answer in {seconds}", silence.error())

    # --- robots.txt and redirects

    async def _permitted(self, url: str) -> bool:
        origin = _origin(url)
        if origin not in self._robots:
            if len(self._robots) >= _HOSTS:
                return False
            outcome = await self._robots_of(origin)
            self._robots[origin] = None if isinstance(outcome, Failed) else outcome
        robots = self._robots[origin]
        return robots is not None and robots.allows(ROBOT, _path(url))

    async def _robots_of(self, origin: str) -> Robots | Failed:
        """4xx allows everything; so does what is no answer of this site's own (a redirect that leads away)."""
        outcome = await self.get(f"{origin}/robots.txt", invited=True, beginning=ROBOTS_BYTES)
        if isinstance(outcome, Answer):
            text = outcome.body.decode("utf-8", "replace") if outcome.status == 200 else ""
            return Robots.parse(text)
        if outcome.why in (Why.OTHER_SITE, Why.REDIRECTS):
            return Robots.parse("")
        if outcome.why in (Why.TOO_LARGE, Why.GARBLED):
            self.warnings.append("Le fichier robots.txt du site est illisible : nous n'avons pu en tenir aucun compte.")
            return Robots.parse("")
        return outcome

    def _hop(self, url: str, location: str) -> str | Failed:
        target, problem = http_url(location, url)
        if target is None:
            return Failed(url, Why.REDIRECTS, detail=f"to no page: {problem}")
        if not same_site(target, self._job.url):
            return Failed(url, Why.OTHER_SITE, detail=f"redirects to {redact_url(target)}", location=target)
        return target

    # --- one page, with its tries

    async def _persist(self, url: str, meta: dict[str, Any]) -> Answer | Failed:
        for attempt in range(1, _TRIES + 1):
            await self._turn()
            outcome = await self._once(url, meta)
            if isinstance(outcome, Answer) or not outcome.at_once or attempt == _TRIES or self.pace.broken:
                break
        return outcome

    async def _turn(self) -> None:
        """Wait for the moment at which the site may be asked again."""
        if self.bytes >= self._job.budget.bytes:
            raise Over(f"budget: {self._job.budget.bytes} bytes")
        wait = self.pace.due - time.monotonic()
        refusal = self._refusal
        told = refusal.wait if refusal is not None else None
        if wait >= self._ends - time.monotonic() or (told is not None and told > RETRY_AFTER_MOST):
            if refusal is None or told is None:
                raise self.out_of_time()
            kind = ShopInMaintenance if refusal.maintenance else ShopThrottled
            raise Over(f"told to wait {wait:.0f} s", kind(refusal.told(), retry_after=told))
        if wait > 0:
            await asyncio.sleep(wait)

    async def _once(self, url: str, meta: dict[str, Any]) -> Answer | Failed:
        began = time.monotonic()
        seconds = max(min(self._job.budget.request_seconds, self._ends - began), 0.05)
        self.requests += 1
        self._came = 0
        try:
            response = await self._download(
                Request(url, headers=self._headers, meta={**meta, "download_timeout": seconds})
            )
        except Exception as error:
            outcome: Answer | Failed = self._explain(of_exception(url, error, self._came))
        else:
            outcome = self._judge(url, response)
        self._note(outcome, began)
        return outcome

    def _explain(self, failed: Failed) -> Failed:
        """A host without an address may be one whose addresses the policy keeps back."""
        if failed.why is not Why.UNKNOWN_NAME:
            return failed
        parts = urlsplit(failed.url)
        refused = self._resolver.refused(parts.hostname or "", parts.port or _PORTS[parts.scheme])
        return Failed(failed.url, Why.ADDRESS, detail=", ".join(refused)) if refused else failed

    def _judge(self, url: str, response: Response) -> Answer | Failed:
        headers: Mapping[str, str] = response.headers.to_unicode_dict()  # type: ignore[assignment]  # a UserDict of it
        if not is_refusal(response.status):
            return Answer(url, response.status, headers, response.body)
        wait = retry_after(headers.get("Retry-After"))
        maintenance = is_maintenance(response.status, wait, response.body[: 64 * 1024])
        size = len(response.body)
        return Failed(url, Why.REFUSED, response.status, wait=wait, maintenance=maintenance, size=size)

    def _note(self, outcome: Answer | Failed, began: float) -> None:
        ended = time.monotonic()
        if isinstance(outcome, Answer):
            self._heard = True
            self.bytes += len(outcome.body)
        else:
            self.bytes += outcome.size
        if isinstance(outcome, Failed) and outcome.against_site:
            self._refusal = outcome
            self.pace.failed(began, ended, page_only=outcome.later, retry_after=outcome.wait)
        else:
            self._refusal = None
            self.pace.answered(began, ended)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
