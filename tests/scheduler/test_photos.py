"""The photographer over real hosts on loopback: what pages want is fetched, politely, and comes to be shown."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.ingest.rendering import Renderer
from aggregator.photo_files import hash_of, path_of
from aggregator.settings import Settings
from aggregator.store import Store, open_store, photos
from scheduler import photos as taking
from scheduler.photos import Photographer, Tidier
from scheduler.service import engine
from tests.support.catalogue import add_shop
from tests.support.hostile import HostileServer, Line, Seen, hang, in_turn, redirect, reply
from tests.support.photographs import photo, png_header

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as opened:
        yield opened


class Region:
    """A store, a folder, a clock that the test turns, and one thread's worth of a photographer."""

    def __init__(self, store: Store, settings: Settings, renderer: Renderer) -> None:
        self.store, self.renderer, self.now = store, renderer, NOW
        self.settings = settings.model_copy(update={"allow_hosts": "127.0.0.1,localhost", "crawl_delay": 0.0})
        self.busy: set[str] = set()
        self.photographer = self.another()

    def another(self) -> Photographer:
        return Photographer(
            self.store, self.settings, busy=lambda: self.busy, clock=lambda: self.now, renderer=self.renderer
        )

    def want(self, shop: int, *urls: str) -> None:
        with self.store.write() as connection:
            photos.want(connection, [(url, shop) for url in urls], self.now)

    def state(self, url: str) -> str:
        with self.store.read() as connection:
            return photos.known(connection, [hash_of(url)])[hash_of(url)].state

    def due(self, later: timedelta = timedelta()) -> list[str]:
        with self.store.read() as connection:
            return sorted(wanted.url for wanted in photos.due(connection, self.now + later))

    def file(self, url: str, width: int = 320) -> Path:
        return path_of(self.settings.photo_folder, hash_of(url), width)


@pytest.fixture
def region(sqlite_settings: Settings, renderer: Renderer) -> Iterator[Region]:
    with open_store(sqlite_settings) as store:
        yield Region(store, sqlite_settings, renderer)


def test_what_pages_want_becomes_files_and_what_cannot_says_when_to_try_again(region: Region) -> None:
    shop = add_shop(region.store)
    routes = {
        "/good.jpg": reply(200, photo(900, 600)),
        "/lie.jpg": reply(200, b"<html>404</html>", {"Content-Type": "image/jpeg"}),
        "/half.jpg": reply(200, photo()[:5000]),
        "/bomb.png": reply(200, png_header(10_000, 10_000)),
        "/drawing.svg": reply(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        "/inside.jpg": redirect("http://10.0.0.1/p.jpg"),
        "/forbidden.jpg": reply(403),
    }
    with HostileServer(routes) as host:
        names = {name: host.url(name) for name in [*routes, "/gone.jpg"]}
        region.want(shop, *names.values())
        assert region.photographer.visit_next() == len(names)
    assert region.state(names["/good.jpg"]) == "ready"
    assert [region.file(names["/good.jpg"], width).is_file() for width in (320, 640, 900)] == [True] * 3
    assert all(region.state(url) == "failed" for name, url in names.items() if name != "/good.jpg")
    assert region.due(timedelta(hours=2)) == [names["/forbidden.jpg"]]  # the others may be right in a week
    assert len(region.due(timedelta(days=8))) == len(names) - 1


def test_hosts_have_their_turns_and_a_long_list_does_not_keep_others_waiting(region: Region) -> None:
    large, small = add_shop(region.store), add_shop(region.store, "https://petite.example/")
    pictures = {f"/{n}.jpg": reply(200, photo(40, 40)) for n in range(15)}
    with HostileServer(pictures) as one, HostileServer(pictures) as other:
        region.want(large, *(one.url(path) for path in pictures))
        region.now += timedelta(seconds=1)
        region.want(small, other.url("/1.jpg"))
        visits = [region.photographer.visit_next() for _ in range(3)]
        assert visits == [taking.VISIT, 1, 15 - taking.VISIT]
        assert one.connections == 2  # one a visit, kept alive


def test_where_a_shop_is_being_read_no_photo_is_asked_for(region: Region) -> None:
    shop = add_shop(region.store)
    with HostileServer({"/p.jpg": reply(200, photo(40, 40))}) as host:
        region.want(shop, host.url("/p.jpg"))
        region.busy = {host.allowed}
        assert region.photographer.visit_next() == 0
        assert host.seen == []
        region.busy = set()
        assert region.photographer.visit_next() == 1


def test_a_host_that_asks_for_peace_gets_it_for_all_its_photos(region: Region) -> None:
    shop = add_shop(region.store)
    with HostileServer({"/a.jpg": reply(429, headers={"Retry-After": "7200"}), "/b.jpg": reply(429)}) as host:
        region.want(shop, host.url("/a.jpg"), host.url("/b.jpg"))
        assert region.photographer.visit_next() == 1
        asked = len(host.seen)
        assert region.another().visit_next() == 0  # nor does an engine that knows nothing of it ask
        assert len(host.seen) == asked
    assert region.due(timedelta(minutes=9)) == []


def test_its_crawl_delay_is_kept(region: Region) -> None:
    shop = add_shop(region.store)
    routes = {"/robots.txt": reply(200, b"User-agent: *\nCrawl-delay: 0.3")}
    routes |= {f"/{n}.jpg": reply(200, photo(40, 40)) for n in range(3)}
    with HostileServer(routes) as host:
        region.want(shop, *(host.url(f"/{n}.jpg") for n in range(3)))
        began = time.monotonic()
        assert region.photographer.visit_next() == 3
        assert time.monotonic() - began >= 0.6


def test_what_is_here_is_not_asked_for_again(region: Region) -> None:
    shop = add_shop(region.store)
    with HostileServer({"/p.jpg": in_turn(reply(500), reply(200, photo(40, 40)))}) as host:
        url = host.url("/p.jpg")
        region.want(shop, url)
        assert region.photographer.visit_next() == 1
        assert region.state(url) == "failed"
        region.now += timedelta(hours=1)
        assert region.another().visit_next() == 1
        assert region.state(url) == "ready"
        region.want(shop, url)
        region.now += timedelta(days=400)
        asked = len(host.seen)
        assert region.another().visit_next() == 0
        assert len(host.seen) == asked


def test_stopping_leaves_what_is_under_way_wanted(region: Region) -> None:
    shop = add_shop(region.store)
    arrived = threading.Event()
    wait = hang()

    def silent(line: Line, request: Seen) -> None:
        arrived.set()
        wait(line, request)

    with HostileServer({"/p.jpg": silent}) as host:
        url = host.url("/p.jpg")
        region.want(shop, url)
        photographer = Photographer(region.store, region.settings, clock=lambda: region.now)
        photographer.start()
        assert arrived.wait(10)
        began = time.monotonic()
        photographer.stop()
        assert time.monotonic() - began < 5
    assert region.state(url) == "wanted"
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("photos-")] == []


def test_by_itself_it_fetches_what_comes_to_be_wanted(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "IDLE_SECONDS", 0.05)
    shop = add_shop(region.store)
    with HostileServer({"/p.jpg": reply(200, photo(40, 40))}) as host, region.another():
        url = host.url("/p.jpg")
        region.want(shop, url)
        end = time.monotonic() + 20
        while region.state(url) != "ready":
            assert time.monotonic() < end, "was not fetched"
            time.sleep(0.02)


def test_the_engine_has_one(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "IDLE_SECONDS", 0.05)
    region.now = datetime.now(UTC) - timedelta(minutes=1)  # the engine's clock is the real one
    shop = add_shop(region.store)
    with HostileServer({"/p.jpg": reply(200, photo(40, 40))}) as host:
        url = host.url("/p.jpg")
        region.want(shop, url)
        with engine(region.store, region.settings):
            end = time.monotonic() + 30
            while region.state(url) != "ready":
                assert time.monotonic() < end, "was not fetched"
                time.sleep(0.02)


def test_a_full_disk_is_no_reason_to_forget_a_photo(region: Region) -> None:
    shop = add_shop(region.store)
    with HostileServer({"/p.jpg": reply(200, photo(40, 40))}) as host:
        url = host.url("/p.jpg")
        region.settings.photo_folder.parent.mkdir(parents=True, exist_ok=True)
        region.settings.photo_folder.write_bytes(b"a file where the folder should be")
        region.want(shop, url)
        with pytest.raises(NotADirectoryError):
            region.photographer.visit_next()
    assert region.state(url) == "failed"
    assert region.due(timedelta(hours=2)) == [url]


def test_room_is_kept_and_strays_are_swept(region: Region) -> None:
    shop = add_shop(region.store)
    pictures = {f"/{n}.jpg": reply(200, photo(640, 480)) for n in range(3)}
    with HostileServer(pictures) as host:
        urls = [host.url(path) for path in pictures]
        for url in urls:
            region.want(shop, url)
            region.now += timedelta(minutes=1)
            assert region.another().visit_next() == 1
    stray = region.file("https://nobody.example/p.jpg")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    long_ago = time.time() - 7200
    os.utime(stray, (long_ago, long_ago))
    cramped = region.settings.model_copy(update={"photos_mb": 0})
    assert Tidier(region.store, region.settings).tidy(region.now) == 0
    assert not stray.exists()
    assert all(region.file(url).exists() for url in urls)
    assert Tidier(region.store, cramped).tidy(region.now) == 3
    assert list(region.settings.photo_folder.rglob("*.webp")) == []
