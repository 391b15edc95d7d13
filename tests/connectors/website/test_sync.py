"""Whole runs over a site: what changed comes, what left goes, what is cut withdraws nothing, and no child remains."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.ingest import sync
from aggregator.ingest.report import RunReport
from aggregator.ingest.sync import sync_shop
from aggregator.settings import Settings
from aggregator.store import Store, export, open_store, shops
from aggregator.store.tables import LISTING, OFFER
from connectors.website.memory import Pages
from connectors.website.process import SPIDERS
from connectors.website.reading import PAGES
from tests.connectors.website.test_process import gone_within
from tests.contracts.connector import everything, product_ids
from tests.support.site_shop import SiteUnderTest, WebsiteShop, number_of
from tests.support.stores import SEALING_KEY

PRODUCTS = 60


class SiteTown:
    """One site, connected."""

    def __init__(self, site: SiteUnderTest, store: Store, settings: Settings) -> None:
        self.site, self.store = site, store
        self.settings = settings.model_copy(update={"allow_hosts": f"{site.host}:{site.port}", "crawl_delay": 0.0})
        self.now = datetime.now(UTC)
        with store.write() as connection:
            self.shop_id = shops.add(
                connection,
                url=site.url + "/",
                name="Au Bon Rayon",
                connector="website",
                platform="Site sans plateforme connue",
                status="approved",
                memory={},
                now=self.now,
            )

    def sync(self, **options: Any) -> RunReport:
        self.now += timedelta(minutes=1)
        self.site.fake.faults.clear()
        return sync_shop(self.store, self.settings, self.shop_id, clock=lambda: self.now, **options)

    def asked(self) -> set[int]:
        """Products whose page the last sync asked for."""
        return {number_of(seen.path) for seen in self.site.fake.requests if seen.path.startswith("/p/")}

    def offers(self) -> dict[str, dict[str, Any]]:
        with self.store.read() as connection:
            return {line["source_id"]: line for line in export.offers(connection, self.shop_id)}

    def statuses(self) -> dict[str, str]:
        with self.store.read() as connection:
            return {row.source_id: row.status for row in connection.execute(sa.select(LISTING))}

    def pages(self) -> Pages:
        with self.store.read() as connection:
            return Pages.load(self.site.url + "/", shops.get(connection, self.shop_id).memory.get(PAGES))

    def simple(self) -> list[int]:
        """Products without variations."""
        return [shown.product.id for shown in self.site.fake.shown() if len(shown.sold) == 1]


@pytest.fixture
def town(sqlite_settings: Settings) -> Iterator[SiteTown]:
    with SiteUnderTest(PRODUCTS) as site, open_store(sqlite_settings) as store:
        yield SiteTown(site, store, sqlite_settings)


def test_a_second_sync_asks_for_no_product_that_has_not_changed(town: SiteTown) -> None:
    first = town.sync()
    assert first.outcome == "complete"
    assert first.counts.products_seen == PRODUCTS
    assert first.counts.requests == len(town.site.fake.requests)
    assert first.counts.cpu_seconds > PRODUCTS * 0.002, "the spider's process works for this run"
    assert first.max_rss_mb > 60
    assert len(town.pages()) == PRODUCTS
    checked = {line["checked_at"] for line in town.offers().values()}
    assert len(checked) == 1
    second = town.sync()
    assert second.outcome == "complete"
    assert town.asked() == set()
    assert second.counts.requests < 20
    assert {line["checked_at"] for line in town.offers().values()} == checked, "what was not visited is not checked"


def test_a_price_comes_by_the_maps_date_and_that_page_alone_is_asked_for(town: SiteTown) -> None:
    town.sync()
    dearer = town.simple()[3]
    price = town.offers()[f"/p/{dearer}"]["price_minor"] + 100
    town.site.fake.set(dearer, {"regular_price": f"{price / 100:.2f}"})
    report = town.sync()
    assert town.asked() == {dearer}
    assert (report.outcome, report.counts.updated, report.counts.products_seen) == ("complete", 1, 1)
    assert town.offers()[f"/p/{dearer}"]["price_minor"] == price
    town.sync()
    assert town.asked() == set()


def test_a_new_product_comes_at_the_next_sync(town: SiteTown) -> None:
    town.sync()
    new = town.site.fake.add({"name": "Vase inédit", "regular_price": "12.00"}).id
    assert town.sync().counts.created == 1
    assert town.asked() == {new}
    assert len(town.pages()) == PRODUCTS + 1


def test_a_page_that_is_gone_is_withdrawn_at_once(town: SiteTown) -> None:
    town.sync()
    gone = town.simple()[5]
    town.site.fake.delete(gone)
    report = town.sync()
    assert (report.outcome, report.counts.withdrawn) == ("complete", 1)
    assert town.statuses()[f"/p/{gone}"] == "hidden"
    assert gone in town.asked()
    assert 2 <= len(town.asked()) <= 4, "and one that still sells, so that a broken site is not believed"
    town.sync()
    assert town.asked() == set()


def test_a_site_that_lost_its_pages_all_at_once_is_not_believed_slice_by_slice(town: SiteTown) -> None:
    town.sync()
    for number in town.simple():
        town.site.fake.state.set(number, {"slug": ""})  # the date moves: each is due
    town.site.fake.lost = True
    report = town.sync()
    assert report.counts.withdrawn == 0
    assert len(town.asked()) > 10
    assert set(town.statuses().values()) == {"visible"}
    town.site.fake.lost = False
    assert town.sync().outcome == "complete"
    assert set(town.statuses().values()) == {"visible"}


def test_a_full_read_withdraws_what_is_gone_by_asking_for_it(town: SiteTown) -> None:
    town.sync()
    gone = town.simple()[5]
    town.site.fake.delete(gone)
    report = town.sync(full=True)
    assert (report.outcome, report.counts.withdrawn) == ("complete", 1)
    assert town.statuses()[f"/p/{gone}"] == "hidden"
    assert len(town.pages()) == PRODUCTS - 1


def test_a_page_that_nothing_leads_to_any_more_but_that_still_sells_stays(town: SiteTown) -> None:
    town.sync()
    unlinked = town.simple()[7]
    town.site.fake.state.set(unlinked, {"catalog_visibility": "hidden"})
    assert town.sync().counts.withdrawn == 0
    assert town.asked() == {unlinked}
    assert town.statuses()[f"/p/{unlinked}"] == "visible"
    town.sync()
    assert town.asked() == set(), "once is enough, until its turn comes"


def test_the_oldest_pages_have_their_turn_so_that_each_is_seen_within_a_day(town: SiteTown) -> None:
    town.sync()
    met: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:
        from connectors import registry

        for _ in range(11):
            town.now += timedelta(hours=2)
            patch.setattr(registry.get("website"), "_clock", lambda: town.now)
            town.sync()
            assert len(town.asked()) <= PRODUCTS / 8
            met |= town.asked()
    assert len(met) >= PRODUCTS * 10 / 12


def test_an_incomplete_read_keeps_what_it_saw_and_withdraws_nothing(town: SiteTown) -> None:
    town.sync()
    town.site.fake.set(town.simple()[0], {"regular_price": "31.50"})
    town.site.fake.fault("truncated", -1, r"^/sitemap\.xml")
    town.site.fake.faults.clear, clear = (lambda: None), town.site.fake.faults.clear  # type: ignore[method-assign]
    half = town.sync(full=True)
    town.site.fake.faults.clear = clear  # type: ignore[method-assign]
    assert half.outcome == "incomplete"
    assert half.counts.withdrawn == 0
    assert set(town.statuses().values()) == {"visible"}


def test_a_site_that_is_down_withdraws_nothing(town: SiteTown) -> None:
    town.sync()
    town.site.stop()
    report = town.sync()
    assert report.outcome == "failed"
    assert report.error is not None
    assert report.error.code == "shop_unreachable"
    assert set(town.statuses().values()) == {"visible"}


# --- kill -9


def environment(site: SiteUnderTest, data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EMPLETTES_")}
    return kept | {
        "EMPLETTES_DATA": str(data),
        "EMPLETTES_ALLOW_HOSTS": f"{site.host}:{site.port}",
        "EMPLETTES_SECRET_KEY": SEALING_KEY,
        "EMPLETTES_CRAWL_DELAY": "0",
    }


def start(site: SiteUnderTest, data: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "aggregator", *arguments, "--json"]
    return subprocess.Popen(
        command, env=environment(site, data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(text) for text in task.read_text().split()]
    return found


def test_killed_in_mid_run_and_resumed_nothing_is_lost_or_doubled_and_no_child_remains(
    sqlite_settings: Settings,
) -> None:
    with SiteUnderTest(260) as site:
        settings = sqlite_settings.model_copy(update={"allow_hosts": f"{site.host}:{site.port}"})
        out, err = start(site, settings.data, "shops", "add", site.url).communicate(timeout=60)
        shop_id = json.loads(out)["shop_id"]
        site.fake.faults.clear()
        process = start(site, settings.data, "sync", shop_id)
        until = time.monotonic() + 30
        while sum(seen.path.startswith("/p/") for seen in site.fake.requests) < 230 and time.monotonic() < until:
            time.sleep(0.01)
        (child,) = children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert gone_within(child, 3.0)
        with open_store(settings) as store, store.read() as connection:
            before = connection.execute(sa.select(sa.func.count()).select_from(LISTING)).scalar_one()
        assert 0 < before < 260, "killed too early or too late to prove anything"

        site.fake.faults.clear()
        process = start(site, settings.data, "sync", shop_id)
        out, err = process.communicate(timeout=60)
        (report,) = json.loads(out)
        assert report["outcome"] == "complete", err.decode()
        assert report["products_seen"] == 260
        visited = [seen.path for seen in site.fake.requests if seen.path.startswith("/p/")]
        assert len(visited) == len(set(visited)) == 260 - before

        with open_store(settings) as store, store.read() as connection:
            lines = list(export.offers(connection, int(shop_id)))
            doubled = connection.execute(
                sa.select(OFFER.c.source_id).group_by(OFFER.c.listing_id, OFFER.c.source_id).having(sa.func.count() > 1)
            ).all()
        assert doubled == []
        expected = {f"/p/{shown.product.id}" for shown in site.fake.shown()}
        assert {line["product_source_id"] for line in lines} == expected


def test_two_sites_are_read_at_once_by_one_process() -> None:
    with SiteUnderTest(40) as one, SiteUnderTest(40, mapped=False) as other, ThreadPoolExecutor(2) as pool:
        began = time.monotonic()
        reads = [pool.submit(everything, WebsiteShop(site, mapped=True, delay=0.02)) for site in (one, other)]
        pids = set()
        while not all(read.done() for read in reads):
            pids.add(SPIDERS.pid)
            time.sleep(0.05)
        assert [len(product_ids(read.result())) for read in reads] == [40, 40]
    spans = [[seen.started for seen in site.fake.requests] for site in (one, other)]
    assert max(min(span) for span in spans) < min(max(span) for span in spans), "one after the other"
    assert [site.fake.faults.max_concurrency for site in (one, other)] == [1, 1]
    assert len(pids - {None}) == 1
    assert time.monotonic() - began < 15


def test_a_site_that_takes_longer_than_a_run_may_is_read_in_pieces(
    town: SiteTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "RUN_SECONDS", 3.0)
    town.settings = town.settings.model_copy(update={"crawl_delay": 0.08})
    first = town.sync()
    assert first.outcome == "incomplete"
    assert first.error is not None
    assert (first.error.code, first.error.who_acts) == ("run_unfinished", "us")
    assert 0 < len(town.statuses()) < PRODUCTS
    pieces, visited = 1, [town.asked()]
    while (report := town.sync()).outcome == "incomplete":
        visited.append(town.asked())
        pieces += 1
        assert pieces < 8
    visited.append(town.asked())
    assert report.outcome == "complete"
    assert report.run_id == first.run_id
    assert report.counts.products_seen == PRODUCTS
    assert len(set.union(*visited)) == PRODUCTS
    assert sum(map(len, visited)) <= PRODUCTS + pieces, "twice only what was under way when a piece's time was over"
    assert set(town.statuses().values()) == {"visible"}
