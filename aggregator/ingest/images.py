"""One photo of a shop: asked for as every stranger's address is, verified, kept in our sizes as files.

A file is there whole or not at all: it is written beside its place and moved there, so a killed engine leaves at most
a temporary file, which `sweep` removes.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aggregator.ingest.rendering import MAX_BYTES
from aggregator.photo_files import path_of
from connectors import hops
from connectors.addresses import AddressPolicy
from connectors.errors import AccessForbidden, AddressBlocked, CatalogueMalformed, ConnectorError
from connectors.failures import Failure
from connectors.http import HttpSession, Response
from connectors.robots import ROBOT, Robots

REQUEST_SECONDS: Final = 20.0
"""For one photo, from its first packet to its last: a slow drip ends there."""
CRAWL_DELAY_MOST: Final = 30.0
"""Seconds; a robots.txt may ask for days."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HOPS: Final = 5
_ROBOTS_SECONDS: Final = 3600.0
_ROBOTS_BYTES: Final = 1024 * 1024
_REMEMBERED: Final = 500
_ACCEPT: Final = {"Accept": "image/webp,image/jpeg,image/png,image/gif;q=0.5"}
_PART: Final = ".part"


class PhotoFailed(Exception):
    """It could not be had. `for_good`: waiting changes little (it is gone, no picture, forbidden)."""

    def __init__(self, reason: str, *, for_good: bool, rest: float | None = None) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.rest = rest
        """Seconds for which the host is better left alone; None where it did nothing wrong."""


def open_session(policy: AddressPolicy, user_agent: str) -> HttpSession:
    """The session for one host's photos: nothing is tried twice, since there is always a later."""
    return HttpSession(policy, user_agent=user_agent, request_seconds=REQUEST_SECONDS, tries=1, max_bytes=MAX_BYTES)


class RobotsBook:
    """What hosts' robots.txt ask, each read again after an hour. For one thread at a time a host."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Robots, float]] = {}

    def of(self, session: HttpSession, url: str) -> Robots:
        """The rules of the address's host; a missing file allows all. Raises ConnectorError where it cannot be read:
        then nothing may be asked (RFC 9309, 2.3.1.4)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._known.get(origin)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        answer = session.get(f"{origin}/robots.txt", max_bytes=_ROBOTS_BYTES)
        robots = Robots.parse(answer.body.decode("utf-8", "replace") if answer.status == 200 else "")
        if len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)), None)
        self._known[origin] = (robots, time.monotonic() + _ROBOTS_SECONDS)
        return robots

    def delay(self, session: HttpSession, url: str, least: float) -> float:
        """Seconds between two requests to that host."""
        asked = self.of(session, url).crawl_delay(ROBOT)
        return max(least, min(asked or 0.0, CRAWL_DELAY_MOST))


def fetch(session: HttpSession, url: str, robots: RobotsBook) -> bytes:
    """The bytes at this address, wherever it redirects to, as far as robots.txt allows. Raises PhotoFailed."""
    try:
        return _follow(session, url, robots)
    except (AccessForbidden, AddressBlocked, CatalogueMalformed) as error:
        raise PhotoFailed(error.detail, for_good=True) from None
    except ConnectorError as error:
        raise PhotoFailed(error.detail, for_good=False, rest=getattr(error, "retry_after", None) or 600.0) from None


def _follow(session: HttpSession, url: str, robots: RobotsBook) -> bytes:
    for _ in range(_HOPS):
        parts = urlsplit(url)
        asked = parts.path + (f"?{parts.query}" if parts.query else "")
        if not robots.of(session, url).allows(ROBOT, asked):
            raise PhotoFailed(f"robots.txt of {parts.netloc} forbids it", for_good=True)
        answer = session.get(url, headers=_ACCEPT, follow_redirects=False)
        if answer.status not in _REDIRECTS or not answer.headers.get("Location"):
            return _body(answer)
        hop = hops.hop(url, answer.headers["Location"])
        if isinstance(hop, Failure):
            raise hop.error
        url = hops.with_query(*hop)
    raise PhotoFailed(f"more than {_HOPS} redirects", for_good=True)


def _body(answer: Response) -> bytes:
    if answer.status != 200:
        raise PhotoFailed(f"status {answer.status}", for_good=answer.status in (404, 410, 415))
    return answer.body


def keep(folder: Path, url_hash: str, files: Mapping[int, bytes]) -> int:
    """Write the sizes of a photo, each whole or not at all; how many bytes that are. Raises OSError (a full disk)."""
    for width, content in files.items():
        place = path_of(folder, url_hash, width)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f"{place.name}.{os.getpid()}{_PART}")
        try:
            with part.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(place)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    return sum(map(len, files.values()))


def remove(folder: Path, url_hash: str) -> None:
    """Remove all sizes of a photo."""
    for file in (folder / url_hash[:2]).glob(f"{url_hash}-*.webp"):
        file.unlink(missing_ok=True)


def sweep(folder: Path, kept: Callable[[Collection[str]], Collection[str]], older: timedelta) -> int:
    """Remove files that belong to nobody: of photos that `kept` (asked with hashes, a shelf at a time) does not name,
    and parts of writes that were cut. Only what is `older`, so that nothing is taken from under a writer. How many."""
    removed = 0
    for shelf in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        old = list(_older(shelf, time.time() - older.total_seconds()))
        known = set(kept({file.name[:32] for file in old if file.suffix == ".webp"}))
        for file in old:
            if file.suffix == _PART or file.name[:32] not in known:
                with contextlib.suppress(OSError):
                    file.unlink()
                    removed += 1
    return removed


def _older(shelf: Path, than: float) -> Iterator[Path]:
    for file in shelf.iterdir():
        with contextlib.suppress(OSError):
            if file.stat().st_mtime < than:
                yield file
