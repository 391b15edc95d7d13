"""Photos on pages: ours where the engine has fetched them, the shop's own address until then.

A page asks; what is not known yet is noted in memory, and a thread writes the notes every few seconds: no page waits
for a write, and none writes twice.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from aggregator.errors import EmplettesError
from aggregator.photo_files import hash_of, path_of, widths_of
from aggregator.store import Store, photos
from aggregator.store.photos import Known

router = APIRouter(prefix="/photo", include_in_schema=False)
log = logging.getLogger("emplettes.web")

FLUSH_SECONDS: Final = 2.0
READY_FOR: Final = timedelta(minutes=10)
"""So long a page believes that a photo is still there."""
ABSENT_FOR: Final = timedelta(seconds=15)
"""So long it believes that a photo is not there yet."""
USED_EVERY: Final = timedelta(days=1)
REMEMBERED: Final = 20_000
NOTED: Final = 2_000
"""Wishes that wait for the next write, at most: more are noted when they are wanted again."""
_NAME: Final = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,3})\.webp")
_KEPT: Final = {"cache-control": "public, max-age=31536000, immutable"}


class Picture(NamedTuple):
    """What an `img` element needs: `src`, `srcset` ("/photo/…-320.webp?v=… 320w, …", None for one size only),
    and the size in pixels, None where it is not known."""

    src: str
    srcset: str | None = None
    width: int | None = None
    height: int | None = None


class _Remembered(NamedTuple):
    known: Known | None
    until: datetime


class Photos:
    """One for an app; safe to share between threads."""

    def __init__(self, store: Store, folder: Path, now: Callable[[], datetime], *, fetched: bool = True) -> None:
        """`fetched`: False where the operator keeps no photos: every page shows the shops' own."""
        self.folder = folder
        self._fetched = fetched
        self._store, self._now = store, now
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, _Remembered] = OrderedDict()
        self._wanted: dict[str, tuple[str, int]] = {}
        self._used: set[str] = set()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def prepare(self, wanted: Iterable[tuple[str | None, int]]) -> None:
        """Look up all photos of a page, (address, shop), in one query: `photo` then costs nothing."""
        if not self._fetched:
            return
        asked = {hash_of(url): (url, shop_id) for url, shop_id in wanted if _is_web(url) and url}
        now = self._now()
        with self._lock:
            unknown = [key for key in asked if not self._fresh(key, now)]
        if not unknown:
            return
        with self._store.read() as connection:
            found = photos.known(connection, unknown)
        with self._lock:
            for key in unknown:
                known = found.get(key)
                ready = known is not None and known.state == "ready"
                self._memory[key] = _Remembered(known, now + (READY_FOR if ready else ABSENT_FOR))
                self._memory.move_to_end(key)
                if known is None and asked[key][1] and len(self._wanted) < NOTED:
                    self._wanted[key] = asked[key]
                elif known is not None and _forgotten(known.used_at, now):
                    self._used.add(key)
            while len(self._memory) > REMEMBERED:
                self._memory.popitem(last=False)
            if self._wanted or self._used:
                self._wake()

    def photo(self, url: str | None, shop_id: int) -> Picture:
        """How to show the shop's photo at this address; `src` is "" where it is no address at all.

        `shop_id` 0 is a shop that is not stored (the preview of `connect`): its photos are not fetched."""
        if not _is_web(url) or not url:
            return Picture("")
        if not shop_id:
            return Picture(url)
        key = hash_of(url)
        if not self._fresh(key, self._now()):
            self.prepare([(url, shop_id)])
        with self._lock:
            remembered = self._memory.get(key)
        if remembered is None or remembered.known is None or remembered.known.state != "ready":
            return Picture(url)
        width, height = remembered.known.width, remembered.known.height
        sizes = widths_of(width)
        version = f"{remembered.known.fetched_at:%y%j%H%M}" if remembered.known.fetched_at else "0"
        addresses = [f"/photo/{key}-{size}.webp?v={version}" for size in sizes]
        srcset = ", ".join(f"{address} {size}w" for address, size in zip(addresses, sizes, strict=True))
        return Picture(addresses[min(1, len(sizes) - 1)], srcset if len(sizes) > 1 else None, width, height)

    def missing(self, key: str, width: int) -> str | None:
        """The shop's own address of a photo whose file is not there; None where we never heard of it. Where it should
        be there, the engine fetches it anew."""
        with self._store.read() as connection:
            url = photos.address(connection, key)
            known = photos.known(connection, [key]).get(key)
        if known is not None and known.state == "ready" and width in widths_of(known.width):
            with self._store.write() as connection:
                photos.lost(connection, key, self._now())
            with self._lock:
                self._memory.pop(key, None)
        return url

    def flush(self) -> None:
        """Write the notes now."""
        with self._lock:
            wanted, self._wanted = self._wanted, {}
            used, self._used = self._used, set()
        if not wanted and not used:
            return
        with self._store.write() as connection:
            photos.want(connection, wanted.values(), self._now())
            photos.used(connection, used, self._now())

    def close(self) -> None:
        """Write what is noted and stop the thread."""
        self._closed.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _fresh(self, key: str, now: datetime) -> bool:
        remembered = self._memory.get(key)
        return remembered is not None and remembered.until > now

    def _wake(self) -> None:
        if self._thread is None and not self._closed.is_set():
            self._thread = threading.Thread(target=self._write, name="photo-notes", daemon=True)
            self._thread.start()

    def _write(self) -> None:
        while True:
            last = self._closed.wait(FLUSH_SECONDS)
            try:
                self.flush()
            except (SQLAlchemyError, EmplettesError):  # they are wanted again when they are shown again
                log.exception("notes of photos were not written")
            if last:
                return


def _is_web(url: str | None) -> bool:
    return url is not None and url.startswith(("https://", "http://"))


def _forgotten(used_at: datetime | None, now: datetime) -> bool:
    return used_at is None or now - used_at > USED_EVERY


@router.get("/{name}")
def file(name: str, request: Request) -> Response:
    """One size of a photo. Pages ask for it with the time of its fetching, so browsers may keep it for good."""
    parsed = _NAME.fullmatch(name)
    if parsed is None:
        return _absent()
    shelf: Photos = request.app.state.site.photos
    path = path_of(shelf.folder, parsed[1], int(parsed[2]))
    if path.is_file():
        return FileResponse(path, media_type="image/webp", headers=_KEPT)
    url = shelf.missing(parsed[1], int(parsed[2]))
    return RedirectResponse(url, 302, headers={"cache-control": "no-store"}) if url else _absent()


def _absent() -> Response:
    return PlainTextResponse("?", 404, headers={"cache-control": "no-store"})
