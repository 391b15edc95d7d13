"""Fetches the photos that pages want, beside the runs and never in their way: a few threads of its own, a host at a
time each, none where a shop is being read."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from aggregator.errors import EmplettesError
from aggregator.ingest import images
from aggregator.ingest.images import PhotoFailed, RobotsBook
from aggregator.ingest.rendering import NoPicture, Rendered, Renderer
from aggregator.ingest.sync import utc_now
from aggregator.settings import Settings
from aggregator.store import Store, photos
from aggregator.store.photos import Wanted
from aggregator.store.shops import host_of
from connectors.addresses import AddressPolicy
from connectors.errors import ConnectorError
from connectors.http import Cancelled, HttpSession

THREADS: Final = 2
VISIT: Final = 10
"""Photos of one host in a row, over one connection; then others have their turn."""
IDLE_SECONDS: Final = 3.0
"""Between two looks at what is wanted."""
LONG_DELAY: Final = 5.0
"""Seconds; a host that wants more between two requests gets one a visit, and the thread goes elsewhere."""
REST: Final = timedelta(minutes=10)
DISK_REST: Final = 60.0
ORPHAN: Final = timedelta(hours=1)
SWEEP: Final = timedelta(days=1)

log = structlog.get_logger("emplettes.photos")


class Photographer:
    """Begins with `start`, ends within a second with `stop`. One an engine."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        busy: Callable[[], Collection[str]] = frozenset,
        clock: Callable[[], datetime] = utc_now,
        renderer: Renderer | None = None,
    ) -> None:
        """`busy`: hosts (as `shops.host_of` writes them) on which a shop is being read."""
        self._store, self._settings, self._busy, self._clock = store, settings, busy, clock
        self._policy = AddressPolicy.from_setting(settings.allow_hosts)
        self._renderer = renderer or Renderer()
        self._robots = RobotsBook()
        self._lock = threading.Lock()
        self._plan: dict[str, deque[Wanted]] = {}
        self._looked = float("-inf")
        self._resting: dict[str, float] = {}
        self._sessions: dict[str, HttpSession] = {}
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"photos-{n}", daemon=True) for n in range(THREADS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """What is under way is left where it is: the photo stays wanted."""
        self._ended.set()
        with self._lock:
            for session in self._sessions.values():
                session.cancel()
        self._renderer.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(2)
        self._renderer.close()  # one that began meanwhile

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def visit_next(self) -> int:
        """Visit the next host whose turn it is; how many photos were tried. For the threads, and for a command."""
        host, batch = self._next()
        if not batch:
            return 0
        try:
            return self._visit(host, batch)
        finally:
            with self._lock:
                self._sessions.pop(host, None)

    def _work(self) -> None:
        while not self._ended.is_set():
            tried = 0
            try:
                tried = self.visit_next()
            except Cancelled:
                pass
            except (SQLAlchemyError, EmplettesError, OSError):  # a locked database, a full disk: they pass
                log.exception("photos were not fetched")
                self._ended.wait(DISK_REST)
            except Exception:
                log.exception("photos were not fetched")
                self._ended.wait(IDLE_SECONDS)
            if not tried:
                self._ended.wait(IDLE_SECONDS)

    def _next(self) -> tuple[str, list[Wanted]]:
        """A host that is free and its photos; from now on it is ours."""
        busy = frozenset(self._busy())
        with self._lock:
            now = time.monotonic()
            self._resting = {host: until for host, until in self._resting.items() if until > now}
            if not self._plan and now - self._looked >= IDLE_SECONDS:
                self._looked = now
                self._look()
            for host, waiting in self._plan.items():
                if host in busy or host in self._resting or host in self._sessions:
                    continue
                batch = [waiting.popleft() for _ in range(min(VISIT, len(waiting)))]
                if not waiting:
                    del self._plan[host]
                else:  # behind the others
                    self._plan[host] = self._plan.pop(host)
                self._sessions[host] = images.open_session(self._policy, self._settings.user_agent)
                return host, batch
            if now - self._looked >= IDLE_SECONDS:  # all that is planned must wait: others may not
                self._looked = now
                self._look()
        return "", []

    def _look(self) -> None:
        self._plan = {}
        with self._store.read() as connection:
            wanted = photos.due(connection, self._clock())
        for photo in wanted:
            host = host_of(photo.url)
            if host not in self._sessions:  # those may be fetched at this moment
                self._plan.setdefault(host, deque()).append(photo)

    def _visit(self, host: str, batch: list[Wanted]) -> int:
        tried = 0
        session = self._sessions[host]
        with session:
            for photo in batch:
                if self._ended.is_set() or host in self._busy():
                    break
                tried += 1
                rest = self._take(session, photo)
                if rest is None:
                    continue
                self._rest(host, photo.shop_id, rest)
                break
        return tried

    def _rest(self, host: str, shop_id: int, seconds: float) -> None:
        """Leave a host alone for so long; where that is minutes, its shop does not keep others from being looked at."""
        with self._lock:
            self._resting[host] = time.monotonic() + seconds
            self._plan.pop(host, None)
        if seconds >= REST.total_seconds():
            with self._store.write() as connection:
                photos.rest(connection, shop_id, self._clock() + timedelta(seconds=seconds))

    def _take(self, session: HttpSession, photo: Wanted) -> float | None:
        """Fetch one photo and wait for the host's sake; seconds for which the host is to be left alone, if it is."""
        try:
            rendered = self._renderer.render(images.fetch(session, photo.url, self._robots))
        except PhotoFailed as failure:
            self._failed(photo, str(failure), for_good=failure.for_good)
            if failure.rest is not None:
                return max(failure.rest, REST.total_seconds())
        except NoPicture as reason:
            if self._ended.is_set():  # the child was ended under it
                return None
            self._failed(photo, str(reason), for_good=True)
        else:
            self._keep(photo, rendered)
        return self._pause(session, photo)

    def _keep(self, photo: Wanted, rendered: Rendered) -> None:
        folder = self._settings.photo_folder
        try:
            size = images.keep(folder, photo.url_hash, rendered.files)
        except OSError:
            self._failed(photo, "it could not be written", for_good=False)
            raise
        width, height, now = rendered.width, rendered.height, self._clock()
        with self._store.write() as connection:
            kept = photos.done(connection, photo.url_hash, width=width, height=height, size=size, now=now)
        if not kept:
            images.remove(folder, photo.url_hash)

    def _pause(self, session: HttpSession, photo: Wanted) -> float | None:
        try:
            delay = self._robots.delay(session, photo.url, self._settings.crawl_delay)
        except ConnectorError:  # the hour of its robots.txt is over, and it does not answer
            delay = LONG_DELAY
        if delay > LONG_DELAY:
            return delay
        self._ended.wait(delay)
        return None

    def _failed(self, photo: Wanted, reason: str, *, for_good: bool) -> None:
        log.info("no photo", shop=photo.shop_id, photo=photo.url_hash, why=reason)
        with self._store.write() as connection:
            photos.failed(connection, photo.url_hash, self._clock(), for_good=for_good)


class Tidier:
    """Keeps the photos within their room, and the folder within what the database knows of."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._swept = float("-inf")

    def tidy(self, now: datetime) -> int:
        """Forget what `photos.prune` says, with its files; once a day also remove files that nobody knows. How many
        photos were forgotten."""
        folder = self._settings.photo_folder
        with self._store.write() as connection:
            leaving = photos.prune(connection, now, room=self._settings.photos_mb * 1024 * 1024)
        for url_hash in leaving:
            images.remove(folder, url_hash)
        if time.monotonic() - self._swept > SWEEP.total_seconds():
            self._swept = time.monotonic()
            with suppress(FileNotFoundError):
                images.sweep(folder, self._ready, ORPHAN)
        return len(leaving)

    def _ready(self, hashes: Collection[str]) -> Collection[str]:
        found: set[str] = set()
        asked = sorted(hashes)
        for start in range(0, len(asked), 500):
            with self._store.read() as connection:
                known = photos.known(connection, asked[start : start + 500])
            found |= {key for key, photo in known.items() if photo.state == "ready"}
        return found
