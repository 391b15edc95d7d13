"""Whole runs against a fake shop over HTTP, on both databases: what is stored after each thing that can happen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
import sqlalchemy as sa

from aggregator.demo.server import FakeShop
from aggregator.errors import NotFound, Refused
from aggregator.ingest.report import RunReport
from aggregator.ingest.run import Progress
from aggregator.ingest.sync import sync_shop
from aggregator.settings import Settings
from aggregator.store import Store, export, freshness, held, issues, runs, shops
from aggregator.store.dialect import exclusive
from aggregator.store.secrets import Sealer
from aggregator.store.tables import HELD_INTENT
from connectors.credentials import Credentials
from tests.support.woo_shop import KEY, SECRET, small_catalogue

PRODUCTS = 60


class Town:
    """One fake shop, connected."""

    def __init__(self, shop: FakeShop, store: Store, settings: Settings, connector: str) -> None:
        self.shop, self.fake, self.store = shop, shop.fake, store
        self.settings = settings.model_copy(update={"allow_hosts": f"{shop.host}:{shop.port}"})
        sealed = Sealer(settings).seal(Credentials(KEY, SECRET)) if connector == "woocommerce-rest" else None
        self.now = datetime.now(UTC)
        with store.write() as connection:
            self.shop_id = shops.add(
                connection,
                url=shop.url + "/",
                name="Laines du Port",
                connector=connector,
                platform="WooCommerce",
                status="approved",
                credentials=sealed,
                memory={},
                now=self.now,
            )

    def sync(self, **options: Any) -> RunReport:
        return sync_shop(self.store, self.settings, self.shop_id, clock=lambda: self.now, **options)

    def complete(self, **options: Any) -> RunReport:
        report = self.sync(**options)
        assert report.error is None
        assert report.outcome == "complete"
        counts = report.counts
        assert counts.created + counts.updated + counts.unchanged == counts.offers_seen
        return report

    def offers(self) -> dict[str, dict[str, Any]]:
        with self.store.read() as connection:
            return {line["source_id"]: line for line in export.offers(connection, self.shop_id)}

    def simple(self, count: int = 1) -> list[int]:
        """Ids of ordinary simple products in stock."""
        found = [i for i in self.fake.visible_ids() if self.fake.state[i].type == "simple"]
        return [i for i in found if self.fake.state[i].stock_quantity and not self.fake.state[i].sale_price][-count:]


@pytest.fixture(params=["woocommerce-store", "woocommerce-rest"])
def town(request: pytest.FixtureRequest, store: Store, store_settings: Settings) -> Iterator[Town]:
    with FakeShop(small_catalogue(PRODUCTS)) as shop:
        yield Town(shop, store, store_settings, request.param)


@pytest.fixture
def keyless(store: Store, store_settings: Settings) -> Iterator[Town]:
    with FakeShop(small_catalogue(PRODUCTS)) as shop:
        yield Town(shop, store, store_settings, "woocommerce-store")


def test_everything_that_the_shop_shows_and_then_nothing_new(town: Town) -> None:
    first = town.complete()
    assert first.counts.products_seen == len({o["product_source_id"] for o in town.offers().values()})
    assert first.counts.created == first.counts.offers_seen == len(town.offers())
    before = town.offers()
    second = town.complete()
    assert second.counts.unchanged == first.counts.offers_seen
    assert town.offers() == before
    third = town.complete(full=True)
    assert third.counts.unchanged == first.counts.offers_seen


def test_changes_reach_the_store_whether_or_not_their_date_moves(town: Town) -> None:
    town.complete()
    one, other, third = town.simple(3)
    town.fake.set(one, {"regular_price": "18.00"})
    town.fake.sql_set(other, {"regular_price": "17.00"})
    town.fake.sql_set(third, {"stock_quantity": 0, "stock_status": "outofstock"})
    assert town.complete().counts.updated == 3
    offers = town.offers()
    assert (offers[str(one)]["price_minor"], offers[str(other)]["price_minor"]) == (1800, 1700)
    assert offers[str(third)]["availability"] == "OutOfStock"


def test_texts_that_an_importer_writes_are_seen_within_a_day(town: Town) -> None:
    """They move no date, so a read of what changed cannot tell them (measured); a whole read is due once a day."""
    town.complete()
    product = town.simple()[0]
    town.fake.sql_set(product, {"name": "Nouveau nom"})
    town.now += timedelta(hours=25)
    town.complete()
    assert town.offers()[str(product)]["title"] == "Nouveau nom"


def test_what_is_gone_is_hidden_at_once_and_comes_back(town: Town) -> None:
    town.complete()
    trashed, deleted, hidden, draft = town.simple(4)
    town.fake.trash(trashed)
    town.fake.delete(deleted)
    town.fake.set(hidden, {"catalog_visibility": "hidden"})
    town.fake.set(draft, {"status": "draft"})
    report = town.complete()
    assert report.counts.withdrawn == 4
    assert not {str(i) for i in (trashed, deleted, hidden, draft)} & town.offers().keys()
    town.fake.restore(trashed)
    town.fake.set(hidden, {"catalog_visibility": "visible"})
    assert town.complete().counts.updated == 2
    assert {str(trashed), str(hidden)} <= town.offers().keys()


def test_a_new_product_and_a_deleted_variation(town: Town) -> None:
    town.complete()
    like = town.simple()[0]
    added = town.fake.add({"name": "Bonnet", "regular_price": "25.00"}, like=like)
    parent = next(i for i in town.fake.visible_ids() if town.fake.state[i].type == "variable")
    variation = town.fake.state.variations(parent)[0].id
    town.fake.delete(variation)
    report = town.complete()
    assert (report.counts.created, report.counts.withdrawn) == (1, 1)
    assert town.offers()[str(added.id)]["title"] == "Bonnet"
    assert str(variation) not in town.offers()


def test_a_variant_that_the_public_list_leaves_out_is_asked_of_the_keyed_one(
    store: Store, store_settings: Settings
) -> None:
    """WooCommerce's public list knows no variations without a price, v3 does: one run must not undo the other."""
    with FakeShop(small_catalogue(PRODUCTS)) as shop:
        town = Town(shop, store, store_settings, "woocommerce-rest")
        town.complete()
        parent = next(i for i in town.fake.visible_ids() if town.fake.state[i].type == "variable")
        hidden, *others = (variation.id for variation in town.fake.state.variations(parent))
        town.fake.override(parent, {"variations": [{"id": i, "attributes": []} for i in others]}, "store")
        for _ in range(2):
            report = town.complete()
            assert (report.counts.updated, report.counts.withdrawn) == (0, 0)
        assert str(hidden) in town.offers()
        town.fake.sql_set(hidden, {"status": "private"})
        assert town.complete().counts.withdrawn == 1
        assert str(hidden) not in town.offers()


def test_a_product_of_which_nothing_is_sold_any_more_is_taken_out(town: Town) -> None:
    town.complete()
    parent = next(i for i in town.fake.visible_ids() if town.fake.state[i].type == "variable")
    for variation in town.fake.state.variations(parent):
        town.fake.set(variation.id, {"status": "private"})
    town.complete()
    assert str(parent) not in {line["product_source_id"] for line in town.offers().values()}


def test_a_lone_price_jump_waits_for_the_second_sweep(town: Town) -> None:
    town.complete()
    product = town.simple()[0]
    old = town.offers()[str(product)]["price_minor"]
    town.fake.sql_set(product, {"regular_price": "990.00"})
    first = town.sync()
    assert first.outcome == "held"
    assert first.error is not None
    assert (first.error.code, first.error.who_acts) == ("catalogue_suspicious", "operator")
    assert town.offers()[str(product)]["price_minor"] == old
    assert town.complete().counts.updated == 1
    assert town.offers()[str(product)]["price_minor"] == 99_000


def test_a_shop_that_empties_itself_changes_nothing_however_often(town: Town) -> None:
    town.complete()
    before = town.offers().keys()
    for product in town.fake.visible_ids():
        town.fake.trash(product)
    for _ in range(3):
        report = town.sync()
        assert report.outcome == "held"
        assert report.counts.withdrawn == 0
        assert town.offers().keys() == before
    with town.store.read() as connection:
        assert [row.offers for row in held.waiting(connection, town.now, town.shop_id)] == [len(before)]
    for product in list(town.fake.state.entries):
        if town.fake.state[product].status == "trash":
            town.fake.restore(product)
    report = town.complete()
    with town.store.read() as connection:
        assert held.waiting(connection, town.now, town.shop_id) == []


def answer(town: Town, what: Literal["confirmed", "rejected"]) -> int:
    with town.store.write() as connection:
        return held.decide(connection, town.shop_id, what, town.now)


def test_a_clear_out_that_a_person_confirmed_is_published_as_the_next_sync_sees_it(town: Town) -> None:
    town.complete()
    left, *gone = town.fake.visible_ids()
    for product in gone:
        town.fake.trash(product)
    assert town.sync().outcome == "held"
    back = gone[0]
    town.fake.restore(back)  # the answer is a permit, not an order: what is there again stays
    assert answer(town, "confirmed") > 0
    assert town.complete().counts.withdrawn > 0
    shown = {int(line["product_source_id"]) for line in town.offers().values()}
    assert shown == {left, back}
    with town.store.read() as connection:
        assert held.waiting(connection, town.now, town.shop_id) == []


def test_a_permit_is_about_its_offers_and_ends_after_three_days(town: Town) -> None:
    town.complete()
    products = town.fake.visible_ids()
    for product in products[:30]:
        town.fake.trash(product)
    assert town.sync().outcome == "held"
    answer(town, "confirmed")
    for product in products[30:]:  # nobody has said anything of these
        town.fake.trash(product)
    assert town.sync().outcome == "held"
    shown = {int(line["product_source_id"]) for line in town.offers().values()}
    assert shown == set(products[30:])
    answer(town, "confirmed")
    town.now += timedelta(hours=73)
    assert town.sync().outcome == "held"
    assert {int(line["product_source_id"]) for line in town.offers().values()} == set(products[30:])


def test_what_a_person_rejected_stays_out_quietly_until_the_answer_ends(town: Town) -> None:
    town.complete()
    product = town.simple()[0]
    old = town.offers()[str(product)]["price_minor"]
    town.fake.sql_set(product, {"regular_price": "990.00"})
    assert town.sync().outcome == "held"
    assert answer(town, "rejected") == 1
    for _ in range(3):
        town.complete()
        assert town.offers()[str(product)]["price_minor"] == old
    town.now += timedelta(hours=73)
    assert town.sync().outcome == "held"  # asked again, and not believed at once
    assert town.offers()[str(product)]["price_minor"] == old
    town.complete()
    assert town.offers()[str(product)]["price_minor"] == 99_000


def test_what_waits_still_waits_while_its_shop_fails(town: Town) -> None:
    town.complete()
    product = town.simple()[0]
    town.fake.sql_set(product, {"regular_price": "990.00"})
    assert town.sync().outcome == "held"
    with town.store.write() as connection:  # the next run met it once more, and broke
        (row,) = connection.execute(sa.select(HELD_INTENT)).all()
        claim = {name: getattr(row, name) for name in ("kind", "target_id", "whole_product", "listing_id", "offers")}
        held.record(connection, town.shop_id, 99, [claim | {"payload": json.loads(row.payload)}], town.now)
    with town.store.read() as connection:
        assert [row.offers for row in held.waiting(connection, town.now)] == [1]
    assert answer(town, "confirmed") == 1


def test_what_a_person_has_not_answered_is_told_apart(town: Town) -> None:
    town.complete()
    one, two = town.simple(2)
    town.fake.sql_set(one, {"regular_price": "990.00"})
    assert town.sync().outcome == "held"
    answer(town, "rejected")
    town.fake.sql_set(two, {"regular_price": "991.00"})
    assert town.sync().outcome == "held"
    with town.store.read() as connection:
        told = held.waiting(connection, town.now)
        assert [shop.held for shop in freshness.measure(connection, town.now).shops] == [1]
    assert sorted((row.answer or "", row.offers, row.answer_until is None) for row in told) == [
        ("", 1, True),
        ("rejected", 1, False),
    ]


def test_what_waits_is_told_with_its_numbers_and_examples(town: Town) -> None:
    town.complete()
    product = town.simple()[0]
    old = town.offers()[str(product)]
    town.fake.sql_set(product, {"regular_price": "990.00"})
    town.sync()
    with town.store.read() as connection:
        (row,) = held.waiting(connection, town.now)
        (example,) = held.examples(connection, town.shop_id, row.kind)
    assert (row.kind, row.offers, row.sweeps, row.shop_name, row.answer) == ("price", 1, 1, "Laines du Port", None)
    assert (example.title, example.price_minor) == (old["title"], old["price_minor"])
    assert example.claim["price_minor"] == 99_000


def test_a_shop_that_sells_out_at_once_is_not_believed(town: Town) -> None:
    town.complete()
    for product in town.fake.visible_ids():
        for offer in [product, *(v.id for v in town.fake.state.variations(product))]:
            town.fake.sql_set(offer, {"stock_status": "outofstock", "manage_stock": False})
    report = town.sync()
    assert report.outcome == "held"
    assert sum(line["availability"] == "InStock" for line in town.offers().values()) > PRODUCTS / 2
    with town.store.read() as connection:
        urls = [example.url for example in held.examples(connection, town.shop_id, "sold_out")]
    assert len(set(urls)) == len(urls) == 3, "not a product's variants"


def test_end_of_season_sales_pass_at_once(town: Town) -> None:
    town.complete()
    sold = [p for p in town.simple(PRODUCTS) if float(town.fake.state[p].regular_price or 0)]
    for product in sold:
        town.fake.sql_set(product, {"sale_price": f"{float(town.fake.state[product].regular_price) * 0.6:.2f}"})
    assert town.complete().counts.updated == len(sold)


FAULTS = {
    "500": "shop_unreachable",
    "maintenance": "shop_in_maintenance",
    "429": "shop_throttled",
    "html": "catalogue_malformed",
    "truncated": "catalogue_malformed",
    "reset": "shop_unreachable",
    "empty": "catalogue_malformed",
    "huge": "catalogue_malformed",
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_broken_shop_ends_in_the_right_error_with_the_offers_untouched(
    kind: str, sqlite_settings: Settings, request: pytest.FixtureRequest
) -> None:
    from aggregator.store import open_store

    with open_store(sqlite_settings) as store, FakeShop(small_catalogue(PRODUCTS)) as shop:
        town = Town(shop, store, sqlite_settings, "woocommerce-store")
        town.complete()
        before = town.offers()
        options = {"429": {"retry_after": 900}, "huge": {"size": 80_000_000}}.get(kind, {})
        town.fake.fault(kind, -1, "store/v1/products", **options)  # type: ignore[arg-type]
        report = town.sync()
        assert report.outcome == "failed"
        assert report.error is not None
        assert report.error.code == FAULTS[kind]
        assert report.error.message.endswith(".")
        assert town.offers() == before
        with town.store.read() as connection:
            run = runs.list_runs(connection, town.shop_id)[0]
        assert (run.state, run.error_code) == ("failed", FAULTS[kind])
        town.fake.faults.clear_faults()
        assert town.complete().counts.unchanged == len(before)


def test_variations_that_suddenly_answer_an_empty_list_are_not_believed(keyless: Town) -> None:
    keyless.complete()
    before = keyless.offers()
    keyless.fake.fault("empty", -1, "type=variation")
    assert keyless.sync().outcome == "failed"
    assert keyless.offers() == before


def test_a_wrong_key_is_the_merchants_to_mend(store: Store, store_settings: Settings) -> None:
    with FakeShop(small_catalogue(5)) as shop:
        town = Town(shop, store, store_settings, "woocommerce-rest")
        with store.write() as connection:
            sealed = Sealer(store_settings).seal(Credentials("ck_wrong", "cs_hunter2"))
            shops.set_credentials(connection, town.shop_id, sealed)
        report = town.sync()
    assert report.error is not None
    assert (report.error.code, report.error.who_acts) == ("credentials_rejected", "merchant")
    assert "hunter2" not in str(report.as_json())


def test_a_malformed_product_is_one_issue_and_keeps_its_stored_offers(keyless: Town) -> None:
    keyless.complete()
    before = keyless.offers()
    keyless.fake.override(keyless.simple()[0], {"name": 12, "prices": "beaucoup", "images": "aucune"})
    report = keyless.complete()
    assert report.counts.rejected == 1
    assert keyless.offers().keys() == before.keys()
    with keyless.store.read() as connection:
        assert any(row.rejected for row in issues.list_open(connection, keyless.shop_id))


def test_absence_that_nobody_can_confirm_is_doubted_first(store: Store, store_settings: Settings) -> None:
    with FakeShop(small_catalogue(PRODUCTS), wp_v2=False) as shop:
        town = Town(shop, store, store_settings, "woocommerce-store")
        town.complete()
        gone = town.simple()[0]
        town.fake.trash(gone)
        assert town.complete().counts.withdrawn == 0
        assert str(gone) in town.offers()
        assert town.complete().counts.withdrawn == 1
        assert str(gone) not in town.offers()


def test_hidden_for_a_week_is_archived_and_still_comes_back(keyless: Town) -> None:
    keyless.complete()
    gone = keyless.simple()[0]
    keyless.fake.trash(gone)
    keyless.complete()
    keyless.now += timedelta(days=8)
    keyless.complete()
    keyless.fake.restore(gone)
    report = keyless.complete()
    assert (report.counts.created, report.counts.updated) == (0, 1)
    assert str(gone) in keyless.offers()


def test_only_approved_shops_are_read_and_only_once_at_a_time(keyless: Town) -> None:
    with pytest.raises(NotFound):
        sync_shop(keyless.store, keyless.settings, 999)
    with exclusive(keyless.store, "shop", keyless.shop_id), pytest.raises(Refused, match="en cours"):
        keyless.sync()
    with keyless.store.write() as connection:
        shops.refuse(connection, keyless.shop_id, "hors région", keyless.now)
    with pytest.raises(Refused, match="pas approuvée"):
        keyless.sync()


def test_a_shop_removed_while_it_is_read_stays_removed(keyless: Town) -> None:
    def remove(progress: Progress) -> None:
        with keyless.store.write() as connection:
            if shops.get(connection, keyless.shop_id).status == "approved":
                shops.remove(connection, keyless.shop_id, "départ", keyless.now)

    report = keyless.sync(progress=remove)
    assert report.outcome == "failed"
    assert keyless.offers() == {}


def test_progress_is_told(keyless: Town) -> None:
    told: list[Progress] = []
    keyless.complete(progress=told.append)
    assert told[-1].products == len({o["product_source_id"] for o in keyless.offers().values()})


def test_a_polite_guest(town: Town) -> None:
    town.complete()
    town.complete()
    assert {seen.method for seen in town.fake.requests} <= {"GET", "HEAD"}
    assert town.fake.max_concurrency == 1
    assert {seen.user_agent.split("/")[0] for seen in town.fake.requests} == {"EmplettesBot"}
