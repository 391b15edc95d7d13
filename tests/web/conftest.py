"""The portal over a seeded store, on a real loopback port."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from aggregator.search.indexer import rebuild
from aggregator.search.reader import FollowingReader
from aggregator.settings import Settings
from aggregator.store import Store, open_store
from aggregator.web.app import create_app
from tests.support.stores import settings_for
from tests.web.town import NOW, Town, seed
from tests.web.watched_index import WatchedIndex


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal and everything behind it."""

    url: str
    http: httpx.Client
    store: Store
    index: WatchedIndex
    town: Town
    settings: Settings


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Serve on a free loopback port, in a thread; stopped at the end."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive(), "the server did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def open_portal(
    settings: Settings, pictures: str = "https://photos.example", *, frozen: bool = True
) -> Iterator[Portal]:
    with open_store(settings) as store:
        town, _documents = seed(store, pictures)
        rebuild(store, settings)
        index = WatchedIndex(FollowingReader(settings))
        app = create_app(settings, store, index, now=lambda: NOW)
        with running(app) as url, httpx.Client(base_url=url) as http:
            yield Portal(url, http, store, index, town, settings)


@pytest.fixture(scope="session")
def portal(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """For tests that only look: one for all of them."""
    data = tmp_path_factory.mktemp("portal")
    shutil.copyfile(sqlite_template, data / "emplettes.db")
    with open_portal(settings_for(data)) as opened:
        yield opened


@pytest.fixture
def own_portal(sqlite_settings: Settings) -> Iterator[Portal]:
    """For tests that change something, or use up a limit."""
    with open_portal(sqlite_settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots go, to be looked at."""
    folder = Path(__file__).parents[2] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
