"""The bulk export: only of those who agreed, whole or not at all, described, kept a week."""

from __future__ import annotations

import gzip
import hashlib
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from aggregator.publish import bulk, making, sitemaps
from aggregator.publish.files import GivenUp
from aggregator.settings import Settings
from aggregator.store import Store, export, open_store, shops
from aggregator.store.dialect import exclusive
from aggregator.store.tables import SHOP
from tests.web.town import NOW, Town, seed


@pytest.fixture
def town(store: Store) -> Town:
    return seed(store)[0]


def agree(store: Store, shop_id: int) -> None:
    with store.write() as connection:
        shops.agree_export(connection, shop_id, True)


def lines(settings: Settings) -> list[dict[str, Any]]:
    found = bulk.newest(settings)
    assert found is not None
    return [orjson.loads(line) for line in gzip.decompress(found[1].read_bytes()).splitlines()]


def test_nobody_is_exported_who_did_not_agree(store: Store, store_settings: Settings, town: Town) -> None:
    assert bulk.write(store, store_settings, NOW).offers == 0
    agree(store, town.shop)
    told = bulk.write(store, store_settings, NOW)
    exported = lines(store_settings)
    assert {line["shop_id"] for line in exported} == {str(town.shop)}
    assert (told.offers, told.shops) == (len(exported), 1)
    assert str(town.hidden) not in {line["listing_id"] for line in exported}
    with store.write() as connection:
        connection.execute(sa.update(SHOP).where(SHOP.c.id == town.shop).values(status="paused"))
    assert bulk.write(store, store_settings, NOW).offers == 0


def test_a_line_is_a_published_offer_with_our_ids_and_its_page(
    store: Store, store_settings: Settings, town: Town
) -> None:
    agree(store, town.shop)
    bulk.write(store, store_settings, NOW)
    line = next(line for line in lines(store_settings) if line["offer_id"] == "10011")
    assert line["page"] == "http://127.0.0.1:8000/offre/1001-pull-marin-torsade"
    assert (line["listing_id"], line["shop"], line["town"]) == ("1001", "La Petite Fabrique", "Dinan")
    with store.read() as connection:
        plain = next(one for one in export.offers(connection, town.shop) if one["source_id"] == line["source_id"])
    assert plain.items() <= line.items()


def test_the_description_tells_the_file(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"export_licence": "Licence Ouverte 2.0"})
    with open_store(settings) as store:
        agree(store, seed(store)[0].shop)
        told = bulk.write(store, settings, NOW)
        again = bulk.write(store, settings, NOW)
    found = bulk.newest(settings)
    assert found is not None
    content = found[1].read_bytes()
    assert (told.bytes, told.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert told == found[0] == again
    assert (told.date, told.licence) == ("2026-11-23", "Licence Ouverte 2.0")


def test_it_is_due_once_a_night_and_a_week_is_kept(sqlite_settings: Settings) -> None:
    with open_store(sqlite_settings) as store:
        evening = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
        night = evening + timedelta(hours=4)  # three in France
        assert bulk.due(sqlite_settings, evening)
        making.make_export(store, sqlite_settings, evening)
        assert not bulk.due(sqlite_settings, evening)
        assert not bulk.due(sqlite_settings, night - timedelta(minutes=1))
        assert bulk.due(sqlite_settings, night)
        for day in range(1, 10):
            making.make_export(store, sqlite_settings, evening + timedelta(days=day))
    left = sorted(file.name for file in sqlite_settings.exports_folder.iterdir())
    assert len(left) == 2 * bulk.KEPT
    assert left[-1] == "offers-2026-12-02.jsonl.gz"


def test_what_breaks_off_leaves_the_old_file_and_no_other(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(sqlite_settings) as store:
        agree(store, seed(store)[0].shop)
        told = bulk.write(store, sqlite_settings, NOW)
        (sqlite_settings.exports_folder / ".offers-2026-11-23.jsonl.gz.99999").write_bytes(b"killed")
        with store.write() as connection:  # a row that no line can be made of
            connection.execute(sa.text("UPDATE listing SET category_path = '[' WHERE id = 1001"))
        with pytest.raises(orjson.JSONDecodeError):
            making.make_export(store, sqlite_settings, NOW)
    found = bulk.newest(sqlite_settings)
    assert found is not None
    assert found[0] == told
    assert hashlib.sha256(found[1].read_bytes()).hexdigest() == told.sha256
    assert len(list(sqlite_settings.exports_folder.iterdir())) == 2


def test_two_never_write_at_a_time(store: Store, store_settings: Settings) -> None:
    found: list[object] = []
    with exclusive(store, "export", 0) as held:
        assert held
        other = threading.Thread(target=lambda: found.append(making.make_export(store, store_settings, NOW)))
        other.start()
        other.join()
    assert found == [None]
    assert making.make_export(store, store_settings, NOW) is not None


def test_an_engine_that_stops_gives_up_and_leaves_nothing(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_LOOK", 10)
    monkeypatch.setattr(sitemaps, "_PAGE", 10)
    with open_store(sqlite_settings) as store:
        agree(store, seed(store)[0].shop)
        making.make_due(store, sqlite_settings, NOW, lambda: True)
        assert bulk.newest(sqlite_settings) is None
        with pytest.raises(GivenUp):
            making.make_export(store, sqlite_settings, NOW, lambda: True)
        assert not list(sqlite_settings.sitemaps_folder.iterdir())
        assert not list(sqlite_settings.exports_folder.iterdir())
        making.make_due(store, sqlite_settings, NOW)
    assert bulk.newest(sqlite_settings) is not None
    assert (sqlite_settings.sitemaps_folder / "index.xml").exists()
