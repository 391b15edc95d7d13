"""Photos on pages and at their own address, over a real server."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import event

from aggregator.ingest import images
from aggregator.ingest.rendering import Renderer
from aggregator.photo_files import hash_of, path_of
from aggregator.settings import Settings
from aggregator.store import Store, open_store, photos
from aggregator.web import photos as web_photos
from aggregator.web.photos import Photos, Picture
from tests.support.catalogue import add_shop
from tests.support.photographs import photo
from tests.support.stores import settings_for
from tests.web.conftest import Portal, open_portal

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
URL = "https://boutique.example/théière.jpg"


class Desk:
    """What a page sees, with a clock that the test turns; nothing is written unless it says `flush`."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.now = store, NOW
        self.photos = Photos(store, folder, lambda: self.now)
        self.shop = add_shop(store)
        self.statements: list[str] = []
        event.listen(store.engine, "before_cursor_execute", self._hear)

    def _hear(self, *told: object) -> None:
        self.statements.append(str(told[2]))

    def picture(self, url: str | None = URL, shop: int | None = None) -> Picture:
        return self.photos.photo(url, self.shop if shop is None else shop)

    def fetched(self, url: str = URL, width: int = 1200, height: int = 900) -> None:
        with self.store.write() as connection:
            photos.want(connection, [(url, self.shop)], NOW)
            photos.done(connection, hash_of(url), width=width, height=height, size=1, now=NOW)

    def wanted(self) -> list[str]:
        with self.store.read() as connection:
            return sorted(wanted.url for wanted in photos.due(connection, self.now))


@pytest.fixture
def desk(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(web_photos, "FLUSH_SECONDS", 600.0)
    with open_store(sqlite_settings) as store:
        opened = Desk(store, sqlite_settings.photo_folder)
        yield opened
        opened.photos.close()


def test_until_a_photo_is_here_the_shops_own_is_shown_and_ours_is_wanted(desk: Desk) -> None:
    assert desk.picture() == Picture(URL)
    assert desk.wanted() == []
    desk.photos.flush()
    assert desk.wanted() == [URL]


def test_once_it_is_here_it_comes_from_us_in_its_sizes(desk: Desk) -> None:
    desk.fetched()
    name = hash_of(URL)
    expected = ", ".join(f"/photo/{name}-{width}.webp?v=263270800 {width}w" for width in (320, 640, 1200))
    assert desk.picture() == Picture(f"/photo/{name}-640.webp?v=263270800", expected, 1200, 900)


def test_a_small_one_has_one_size(desk: Desk) -> None:
    desk.fetched(width=200, height=100)
    assert desk.picture() == Picture(f"/photo/{hash_of(URL)}-200.webp?v=263270800", None, 200, 100)


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "data:image/png;base64,AAAA", "//x.example/a.jpg"])
def test_what_is_no_web_address_is_no_photo(desk: Desk, url: str | None) -> None:
    assert desk.picture(url) == Picture("")
    desk.photos.flush()
    assert desk.wanted() == []


def test_a_shop_that_is_only_looked_at_has_nothing_fetched(desk: Desk) -> None:
    assert desk.picture(shop=0) == Picture(URL)
    desk.photos.flush()
    assert desk.wanted() == []


def test_where_no_photos_are_kept_none_is_noted(desk: Desk) -> None:
    shelf = Photos(desk.store, desk.photos.folder, lambda: desk.now, fetched=False)
    shelf.prepare([(URL, desk.shop)])
    assert shelf.photo(URL, desk.shop) == Picture(URL)
    shelf.flush()
    assert desk.wanted() == []


def test_a_whole_page_costs_one_query_and_the_next_one_none(desk: Desk) -> None:
    cards = [(f"https://boutique.example/{n}.jpg", desk.shop) for n in range(24)]
    desk.statements.clear()
    desk.photos.prepare(cards)
    for url, shop in cards:
        desk.photos.photo(url, shop)
    assert len([text for text in desk.statements if "photo" in text]) == 1
    desk.photos.prepare(cards)
    assert not [text for text in desk.statements if text.startswith(("INSERT", "UPDATE"))]
    assert len([text for text in desk.statements if "photo" in text]) == 1


def test_that_it_came_is_noticed_soon_and_that_it_is_shown_is_noted_once_a_day(desk: Desk) -> None:
    desk.picture()
    desk.photos.flush()
    desk.fetched()
    desk.now += web_photos.ABSENT_FOR
    assert desk.picture().width == 1200
    desk.now += timedelta(days=2)
    desk.picture()
    desk.photos.flush()
    with desk.store.read() as connection:
        assert photos.known(connection, [hash_of(URL)])[hash_of(URL)].used_at == desk.now
    desk.statements.clear()
    desk.now += timedelta(hours=3)
    desk.picture()
    desk.photos.flush()
    assert not [text for text in desk.statements if text.startswith("UPDATE")]


def test_wishes_and_memory_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_photos, "NOTED", 5)
    monkeypatch.setattr(web_photos, "REMEMBERED", 10)
    for n in range(30):
        desk.picture(f"https://boutique.example/{n}.jpg")
    assert len(desk.photos._memory) == 10
    desk.photos.flush()
    assert len(desk.wanted()) == 5


def test_the_thread_writes_by_itself_and_closing_writes_the_rest(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_photos, "FLUSH_SECONDS", 600.0)
    others = set(threading.enumerate())  # other portals of this process may have theirs
    with open_store(sqlite_settings) as store:
        shop = add_shop(store)
        shelf = Photos(store, sqlite_settings.photo_folder, lambda: NOW)
        shelf.photo(URL, shop)
        assert "photo-notes" in [thread.name for thread in set(threading.enumerate()) - others]
        shelf.close()
        with store.read() as connection:
            assert [wanted.url for wanted in photos.due(connection, NOW)] == [URL]
    assert "photo-notes" not in [thread.name for thread in set(threading.enumerate()) - others]


# -- at their address


@pytest.fixture(scope="module")
def open_one(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One for all tests below: each keeps a photo of its own."""
    data = tmp_path_factory.mktemp("photos")
    shutil.copyfile(sqlite_template, data / "emplettes.db")
    with open_portal(settings_for(data)) as opened:
        yield opened


@pytest.fixture(scope="module")
def rendered() -> dict[int, bytes]:
    with Renderer() as renderer:
        return renderer.render(photo(800, 600)).files


def keep(portal: Portal, url: str, files: dict[int, bytes]) -> str:
    shop = portal.town.shop
    with portal.store.write() as connection:
        photos.want(connection, [(url, shop)], NOW)
    images.keep(portal.settings.photo_folder, hash_of(url), files)
    with portal.store.write() as connection:
        photos.done(connection, hash_of(url), width=max(files), height=600, size=1, now=NOW)
    return hash_of(url)


def test_a_file_may_be_kept_for_good(open_one: Portal, rendered: dict[int, bytes]) -> None:
    name = keep(open_one, URL, rendered)
    answer = open_one.http.get(f"/photo/{name}-320.webp")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.content)).size == (320, 240)
    again = open_one.http.get(f"/photo/{name}-320.webp", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code in (200, 304)


@pytest.mark.parametrize(
    "path",
    [
        "/photo/../emplettes.db",
        "/photo/..%2f..%2femplettes.db",
        "/photo/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        f"/photo/{'0' * 32}-320.webp",
        f"/photo/{'0' * 32}-0320.webp",
        f"/photo/{'g' * 32}-320.webp",
        f"/photo/{'0' * 32}-320.webp.1.part",
        f"/photo/{'0' * 32}-320.webp%00",
        f"/photo/{'٠' * 32}-320.webp",
        "/photo/x",
    ],
)
def test_nothing_else_can_be_had_there(open_one: Portal, path: str) -> None:
    answer = open_one.http.get(path)
    assert answer.status_code == 404
    assert "SQLite" not in answer.text


def test_a_file_that_was_lost_leads_to_the_shops_own_and_is_fetched_anew(
    open_one: Portal, rendered: dict[int, bytes]
) -> None:
    url = "https://boutique.example/bol.jpg"
    name = keep(open_one, url, rendered)
    path_of(open_one.settings.photo_folder, name, 320).unlink()
    answer = open_one.http.get(f"/photo/{name}-320.webp")
    assert (answer.status_code, answer.headers["location"]) == (302, url)
    assert answer.headers["cache-control"] == "no-store"
    with open_one.store.read() as connection:
        assert photos.known(connection, [name])[name].state == "wanted"


def test_a_size_that_never_was_changes_nothing(open_one: Portal, rendered: dict[int, bytes]) -> None:
    name = keep(open_one, "https://boutique.example/assiette.jpg", rendered)
    assert open_one.http.get(f"/photo/{name}-777.webp").status_code == 302
    with open_one.store.read() as connection:
        assert photos.known(connection, [name])[name].state == "ready"
