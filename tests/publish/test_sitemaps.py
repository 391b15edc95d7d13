"""Sitemaps: each public page once, with the truth about when it changed, in files of a lawful size."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from aggregator.publish import sitemaps
from aggregator.settings import Settings
from aggregator.store import Store, changes, merchants, open_store
from aggregator.store.tables import LISTING, MERCHANT, OFFER, SHOP
from tests.web.town import NOW, seed

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
BASE = "http://127.0.0.1:8000"


def index(settings: Settings) -> dict[str, str | None]:
    """Files that the index names, with their dates."""
    tree = ElementTree.parse(settings.sitemaps_folder / "index.xml")
    return {
        str(one.findtext("s:loc", "", NS)).rsplit("/", 1)[1]: one.findtext("s:lastmod", None, NS)
        for one in tree.iterfind("s:sitemap", NS)
    }


def read(settings: Settings, name: str) -> dict[str, str | None]:
    """Addresses of one file, with their dates."""
    tree = ElementTree.fromstring(gzip.decompress((settings.sitemaps_folder / name).read_bytes()))
    found = {}
    for one in tree.iterfind("s:url", NS):
        address = str(one.findtext("s:loc", "", NS))
        assert address.startswith(BASE + "/")
        assert address not in found
        found[address.removeprefix(BASE)] = one.findtext("s:lastmod", None, NS)
    return found


def everything(settings: Settings) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in index(settings):
        pages = read(settings, name)
        assert not found.keys() & pages.keys()
        found |= pages
    return found


def test_every_public_page_is_there_once_and_no_other(store: Store, store_settings: Settings) -> None:
    town, _ = seed(store)
    with store.write() as connection:
        connection.execute(sa.update(LISTING).values(category=None, product_id=None))
        connection.execute(sa.update(LISTING).where(LISTING.c.id < 10).values(category="maison/vaisselle"))
        connection.execute(sa.update(MERCHANT).where(MERCHANT.c.commune == "Dinan").values(insee="22050"))
        connection.execute(sa.update(OFFER).where(OFFER.c.listing_id == 20).values(status="hidden"))
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_((2, 3))).values(product_id=7))
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_((5, town.hidden))).values(product_id=8))
        shown = (LISTING.c.status.in_(("visible", "suspect")), SHOP.c.status == "approved")
        joined = sa.select(sa.func.count()).select_from(LISTING.join(SHOP, SHOP.c.id == LISTING.c.shop_id))
        public = connection.execute(joined.where(*shown)).scalar_one()
    count = sitemaps.write(store, store_settings, NOW)
    pages = everything(store_settings)
    assert len(pages) == count
    offers = [path for path in pages if path.startswith("/offre/")]
    assert len(offers) == public - 1 - 2  # one without an offer, two that are one product
    assert "/offre/1001-pull-marin-torsade" in pages
    assert [path for path in pages if path.startswith("/produit/")] == ["/produit/7-coussin-en-lin-lave-bleu-nuit"]
    assert any(path.startswith("/offre/5-") for path in offers)
    assert not any(path.startswith((f"/offre/{town.hidden}-", "/offre/20-", "/offre/9001-")) for path in pages)
    assert {path for path in pages if path.startswith("/categorie/")} == {
        "/categorie/maison",
        "/categorie/maison/vaisselle",
    }
    assert "/commune/22050-dinan" in pages
    assert len([path for path in pages if path.startswith("/boutique/")]) == 3
    assert pages["/"] is None


def test_dates_are_when_a_page_last_changed(store: Store, store_settings: Settings) -> None:
    seed(store)
    with store.write() as connection:
        changes.record(connection, [1001])
        changed = connection.execute(sa.select(LISTING.c.changed_at).where(LISTING.c.id == 1001)).scalar_one()
        first = connection.execute(sa.select(LISTING.c.first_seen_at).where(LISTING.c.id == 1)).scalar_one()
    assert isinstance(changed, datetime)
    sitemaps.write(store, store_settings, changed + timedelta(hours=1))
    pages = everything(store_settings)
    stamp = changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert pages["/offre/1001-pull-marin-torsade"] == stamp
    assert pages["/offre/1-theiere-en-gres-bleu-nuit"] == first.strftime("%Y-%m-%dT%H:%M:%SZ")
    named = index(store_settings)
    assert named["jour-1.xml.gz"] == stamp
    assert "/offre/1001-pull-marin-torsade" in read(store_settings, "jour-1.xml.gz")
    for name, newest in named.items():
        assert newest == max((date for date in read(store_settings, name).values() if date), default=None)


def test_what_is_only_read_again_has_not_changed(store: Store, store_settings: Settings) -> None:
    seed(store)
    sitemaps.write(store, store_settings, NOW)
    before = everything(store_settings)
    with store.write() as connection:
        connection.execute(sa.update(LISTING).values(checked_at=NOW + timedelta(hours=1)))
    sitemaps.write(store, store_settings, NOW)
    assert everything(store_settings) == before


def test_files_are_full_at_their_limit_and_old_ones_go(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "PER_FILE", 9)
    with open_store(sqlite_settings) as store:
        seed(store)
        sitemaps.write(store, sqlite_settings, NOW)
        many = index(sqlite_settings)
        assert max(len(read(sqlite_settings, name)) for name in many) == 9
        pages = everything(sqlite_settings)
        monkeypatch.setattr(sitemaps, "PER_FILE", 50_000)
        sitemaps.write(store, sqlite_settings, NOW)
    assert everything(sqlite_settings) == pages
    assert {file.name for file in sqlite_settings.sitemaps_folder.iterdir()} == {*index(sqlite_settings), "index.xml"}
    assert len(many) > len(index(sqlite_settings))


def test_names_that_xml_and_addresses_mind_are_written_soundly(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"public_url": "https://exemple.fr/a&b"})
    with open_store(settings) as store:
        seed(store)
        sitemaps.write(store, settings, NOW)
    tree = ElementTree.parse(settings.sitemaps_folder / "index.xml")
    assert str(tree.findtext("s:sitemap/s:loc", "", NS)).startswith("https://exemple.fr/a&b/sitemaps/")


def test_a_small_region_s_are_made_again_soon(sqlite_settings: Settings) -> None:
    with open_store(sqlite_settings) as store:
        seed(store)
        assert sitemaps.due(sqlite_settings, NOW)
        sitemaps.write(store, sqlite_settings, NOW)
    made = datetime.fromtimestamp((sqlite_settings.sitemaps_folder / "index.xml").stat().st_mtime, NOW.tzinfo)
    assert not sitemaps.due(sqlite_settings, made + timedelta(minutes=4))
    assert sitemaps.due(sqlite_settings, made + timedelta(minutes=6))
    with (sqlite_settings.sitemaps_folder / "anciennes-9.xml.gz").open("wb") as large:
        large.truncate(20_000_000)
    assert not sitemaps.due(sqlite_settings, made + timedelta(hours=2))
    assert sitemaps.due(sqlite_settings, made + timedelta(hours=4))


def test_memory_does_not_grow_with_the_region(sqlite_settings: Settings) -> None:
    def peak(store: Store) -> int:
        tracemalloc.start()
        try:
            sitemaps.write(store, sqlite_settings, NOW)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    with open_store(sqlite_settings) as store:
        fill(store, range(1, 4001))
        small = peak(store)
        fill(store, range(4001, 12001))
        assert peak(store) < small * 1.2


def fill(store: Store, ids: range) -> None:
    """So many listings of one shop."""
    with store.write() as connection:
        shop = connection.execute(sa.select(SHOP.c.id)).scalar()
        if shop is None:
            merchant = merchants.add(connection, name="M", siret=None, commune="Dinan", email="m@exemple.fr", now=NOW)
            values = {"merchant_id": merchant, "name": "B", "url": "https://b.fr/", "host": "b.fr", "connector": "x",
                      "platform": "x", "status": "approved", "memory": "{}", "created_at": NOW}  # fmt: skip
            shop = connection.execute(sa.insert(SHOP).values(values).returning(SHOP.c.id)).scalar_one()
        connection.execute(
            sa.insert(LISTING),
            [{"id": n, "shop_id": shop, "source_id": str(n), "title": f"Bol en grès {n}", "category_path": "[]",
              "status": "visible", "missing_sweeps": 0, "first_seen_at": NOW - timedelta(hours=n % 2000),
              "checked_at": NOW, "last_run_id": 1} for n in ids],
        )  # fmt: skip
        connection.execute(
            sa.insert(OFFER),
            [{"id": n, "listing_id": n, "shop_id": shop, "source_id": "1", "variant": "[]", "images": "[]",
              "status": "visible", "priced_at": NOW} for n in ids],
        )  # fmt: skip
