"""Whole runs over a feed, on both databases: a 304 is a run, a cut withdraws nothing, what left goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.ingest.report import RunReport
from aggregator.ingest.sync import sync_shop
from aggregator.settings import Settings
from aggregator.store import Store, export, issues, shops
from aggregator.store.tables import LISTING
from connectors import registry
from connectors.protocol import ShopConnection
from tests.support.feed_shop import Fault, FeedServer, Shape, public_id, session_for, small_feed

PRODUCTS = 60


class FeedTown:
    """One feed, connected."""

    def __init__(self, server: FeedServer, store: Store, settings: Settings) -> None:
        self.server, self.store = server, store
        self.settings = settings.model_copy(update={"allow_hosts": f"{server.host}:{server.port}"})
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        with store.write() as connection:
            self.shop_id = shops.add(
                connection,
                url=server.site,
                name="Laines du Port",
                connector="product-feed",
                platform="Flux produits",
                status="approved",
                memory={"feed": server.url},
                now=self.now,
            )

    def sync(self, **options: Any) -> RunReport:
        self.now += timedelta(hours=1)
        return sync_shop(self.store, self.settings, self.shop_id, clock=lambda: self.now, **options)

    def offers(self) -> dict[str, dict[str, Any]]:
        with self.store.read() as connection:
            return {line["source_id"]: line for line in export.offers(connection, self.shop_id)}

    def statuses(self) -> dict[str, str]:
        with self.store.read() as connection:
            return {row.source_id: row.status for row in connection.execute(sa.select(LISTING))}

    def issues(self) -> set[tuple[str, str]]:
        with self.store.read() as connection:
            return {(row.source_id, row.code) for row in issues.list_open(connection, self.shop_id)}

    def memory(self) -> dict[str, str]:
        with self.store.read() as connection:
            return shops.get(connection, self.shop_id).memory


@pytest.fixture
def town(store: Store, store_settings: Settings) -> Iterator[FeedTown]:
    with FeedServer(small_feed(PRODUCTS)) as server:
        yield FeedTown(server, store, store_settings)


def test_an_unchanged_feed_costs_one_304_and_everything_is_checked(town: FeedTown) -> None:
    first = town.sync()
    assert first.outcome == "complete"
    assert first.counts.created == first.counts.offers_seen == len(town.server.items)
    known_issues = town.issues()
    assert ("156", "gtin_invalid") in known_issues
    still = town.sync()
    assert (still.outcome, still.counts.requests, still.counts.bytes) == ("complete", 1, 0)
    assert town.server.log[-1].status == 304
    assert still.counts.unchanged == first.counts.offers_seen
    assert still.counts.products_seen == first.counts.products_seen == PRODUCTS
    assert {line["checked_at"] for line in town.offers().values()} == {"2026-11-23T11:00:00Z"}
    assert town.issues() == known_issues


def test_a_full_read_does_not_take_304_for_an_answer(town: FeedTown) -> None:
    town.sync()
    full = town.sync(full=True)
    assert town.server.log[-1].status == 200
    assert (full.counts.unchanged, full.counts.created) == (full.counts.offers_seen, 0)


def test_a_feed_that_stops_half_way_withdraws_nothing_and_proves_nothing(town: FeedTown) -> None:
    town.sync()
    before = town.offers().keys()
    town.server.items = [item | {"price": "9.00 EUR"} for item in town.server.items]
    town.server.faults = [Fault("truncated", -1)]
    half = town.sync()
    assert half.outcome == "incomplete"
    assert half.counts.withdrawn == 0
    assert town.offers().keys() == before
    town.server.faults = []
    whole = town.sync()
    assert town.server.log[-1].status == 200
    assert whole.outcome in ("complete", "held")


@pytest.mark.parametrize(
    ("shape", "switches"),
    [("rss", {}), ("rss", {"packed": True}), ("rss", {"coded": True}), ("tsv", {}), ("tsv", {"packed": True})],
    ids=["xml", "xml.gz", "xml-coded", "tsv", "tsv.gz"],
)
def test_a_small_feed_that_breaks_off_keeps_what_was_read(
    store: Store, store_settings: Settings, shape: Shape, switches: dict[str, Any]
) -> None:
    """Smaller than the pieces in which a feed is read: what came must not be lost with what did not."""
    items = [item for item in small_feed(24) if "item_group_id" not in item]
    with FeedServer(items, shape, **switches) as server:
        town = FeedTown(server, store, store_settings)
        assert town.sync().outcome == "complete"
        before = town.offers()
        server.items = [item | {"title": f"{item['title']} !"} for item in items]
        server.faults = [Fault("cut", -1)]
        assert len(server.body()) < 16_000
        half = town.sync()
        told = {offer["title"].endswith(" !") for offer in town.offers().values()}
    assert (half.outcome, half.counts.withdrawn, town.offers().keys()) == ("incomplete", 0, before.keys())
    assert told == {True, False}


def test_a_check_of_a_feed_that_breaks_off_shows_what_came_and_says_so() -> None:
    with FeedServer(small_feed(12)) as server:
        server.faults = [Fault("cut", -1)]
        connection = ShopConnection(server.site, session_for(server), memory={"feed": server.url})
        with connection.session:
            report = registry.get("product-feed").check(connection)
    assert 0 < len(report.sample) < 12
    assert report.error is not None
    assert report.error.message.startswith("Le flux s'arrête avant sa fin.")


def test_what_left_the_feed_is_doubted_then_gone_though_the_feed_stays_the_same(town: FeedTown) -> None:
    town.sync()
    gone = public_id(town.server.items[3])
    town.server.items = [item for item in town.server.items if public_id(item) != gone]
    assert town.sync().outcome == "complete"
    assert town.statuses()[gone] == "suspect"
    second = town.sync()
    assert town.server.log[-1].status == 304
    assert second.outcome == "complete"
    assert town.statuses()[gone] == "hidden"
    assert {status for name, status in town.statuses().items() if name != gone} == {"visible"}
    third = town.sync()
    assert town.server.log[-1].status == 304
    assert third.counts.products_seen == PRODUCTS - 1


def test_half_a_feed_gone_is_held_and_asked_for_again(town: FeedTown) -> None:
    town.sync()
    town.server.items = town.server.items[: len(town.server.items) // 2]
    assert town.sync().outcome == "held"
    town.sync()
    assert town.server.log[-1].status == 200
    assert set(town.statuses().values()) == {"visible"}


def test_a_sale_ends_though_the_feed_stays_the_same(town: FeedTown) -> None:
    item = town.server.items[0]
    item |= {"sale_price": "8.90 EUR", "sale_price_effective_date": "2026-11-01T00:00Z/2099-01-01T00:00Z"}
    assert town.sync().outcome == "complete"
    assert town.offers()[item["id"]]["price_minor"] == 890
    assert town.memory()["proof:until"] == "2099-01-01T00:00:00+00:00"
    item["sale_price_effective_date"] = "2020-11-01T00:00Z/2020-12-01T00:00Z"
    town.sync()
    assert town.offers()[item["id"]]["price_minor"] == 1190
    assert "proof:until" not in town.memory()


@pytest.mark.parametrize("validators", [("modified",), ()])
def test_other_validators(store: Store, store_settings: Settings, validators: tuple[str, ...]) -> None:
    with FeedServer(small_feed(12), "tsv", validators=validators) as server:
        town = FeedTown(server, store, store_settings)
        town.sync()
        again = town.sync()
        assert server.log[-1].status == (304 if validators else 200)
        assert again.counts.unchanged == again.counts.offers_seen == len(server.items)


def test_a_feed_that_takes_back_what_was_read_half_is_not_unchanged(town: FeedTown) -> None:
    """Its old ETag is right again, but the store holds a part of what came between."""
    town.sync()
    before = {name: line["price_minor"] for name, line in town.offers().items()}
    items = town.server.items
    town.server.items = [item | {"price": "9.00 EUR"} for item in items]
    town.server.faults = [Fault("truncated", -1)]
    assert town.sync().outcome == "incomplete"
    assert {name: line["price_minor"] for name, line in town.offers().items()} != before, "a part was written"
    town.server.items, town.server.faults = items, []
    assert town.sync().outcome == "complete"
    assert {name: line["price_minor"] for name, line in town.offers().items()} == before
    assert town.sync().counts.bytes == 0, "unchanged now"
