"""Products in the store: found as listings change, the same as from scratch, with ids that last and rules that win."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
import structlog

from aggregator.errors import NotFound, Refused
from aggregator.ingest import grouping, grouping_bulk
from aggregator.ingest.batch import Batch, Planner
from aggregator.settings import Settings
from aggregator.store import Store, absence, changes, match_keys, open_store, product_rules, products, runs, shops
from aggregator.store.runs import Counts
from aggregator.store.tables import LISTING, LISTING_MATCH, MATCH_KEY
from connectors.records import Availability, OfferRecord, ProductRecord
from tests.support.catalogue import NOW, SHELVING, add_shop

GTIN = "03046920022651"
OTHER_GTIN = "04004117425257"


def record(source_id: str, title: str, brand: str | None = None, gtin: str | None = None) -> ProductRecord:
    only = OfferRecord(
        source_id=source_id, price_minor=2500, currency="EUR", availability=Availability.IN_STOCK, gtin=gtin
    )
    url = f"https://boutique.example/produit/{source_id}/"
    return ProductRecord(source_id=source_id, title=title, url=url, brand=brand, offers=(only,))


class Town:
    """Some shops that say what they sell, and what is grouped of it."""

    def __init__(self, store: Store, count: int = 4) -> None:
        self.store = store
        self.shops = [add_shop(store, f"https://boutique{number}.example/") for number in range(count)]

    def say(self, shop: int, *records: ProductRecord) -> None:
        """The shop shows these, as a sync of it writes them."""
        batch = Batch()
        for one in records:
            batch.add(one)
        shop_id = self.shops[shop]
        with self.store.write() as connection:
            run, _ = runs.open_or_resume(connection, shop_id, cursor=None, full=False, now=NOW)
        plan = Planner(self.store, shop_id, run.id, Counts(), SHELVING).plan(batch, NOW)
        with self.store.write() as connection:
            plan.write(connection, shop_id, run.id, NOW)
            runs.close(connection, run, Counts(), state="complete", now=NOW, error=None)

    def hide(self, *listing_ids: int) -> None:
        with self.store.write() as connection:
            absence.hide(connection, listing_ids, NOW)

    def group(self) -> None:
        assert grouping.drain(self.store, lambda: NOW) is not None
        assert not grouping.is_waiting(self.store)

    def id(self, shop: int, source_id: str) -> int:
        with self.store.read() as connection:
            where = (LISTING.c.shop_id == self.shops[shop], LISTING.c.source_id == source_id)
            return int(connection.execute(sa.select(LISTING.c.id).where(*where)).scalar_one())

    def product(self, shop: int, source_id: str) -> int | None:
        with self.store.read() as connection:
            where = LISTING.c.id == self.id(shop, source_id)
            found: int | None = connection.execute(sa.select(LISTING.c.product_id).where(where)).scalar_one()
            return found

    def together(self) -> set[frozenset[int]]:
        """Public listings that are one product."""
        with self.store.read() as connection:
            rows = connection.execute(
                sa.select(LISTING.c.product_id, LISTING.c.id).where(
                    LISTING.c.product_id.is_not(None), LISTING.c.status == "visible"
                )
            ).all()
        members: dict[int, set[int]] = {}
        for product, id_ in rows:
            members.setdefault(product, set()).add(id_)
        return {frozenset(some) for some in members.values() if len(some) > 1}


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


def two(town: Town) -> int:
    """A casserole in two shops; its product."""
    town.say(0, record("1", "Cocotte Le Creuset Signature 24 cm", "Le Creuset"))
    town.say(1, record("9", "LE CREUSET cocotte signature 240 mm", "Le Creuset"))
    town.group()
    product = town.product(0, "1")
    assert product is not None
    assert town.product(1, "9") == product
    return product


def test_what_two_shops_sell_is_one_product_and_the_index_hears_of_it(town: Town) -> None:
    town.say(0, record("1", "Lindt Excellence noir 100 g", gtin=GTIN), record("2", "Ouvre-boîte"))
    town.say(1, record("9", "Tablette de chocolat LINDT Excellence 100g", gtin=GTIN))
    with town.store.write() as connection:
        changes.clear(connection, changes.LISTING)
    town.group()
    assert town.together() == {frozenset({town.id(0, "1"), town.id(1, "9")})}
    with town.store.read() as connection:
        assert {id_ for id_, _ in changes.take(connection, 10)} == {town.id(0, "1"), town.id(1, "9")}
        reasons = dict(connection.execute(sa.select(LISTING_MATCH.c.listing_id, LISTING_MATCH.c.reason)).all())
    assert set(reasons.values()) == {"gtin"}


def test_a_price_alone_groups_nothing_again(town: Town) -> None:
    two(town)
    cheaper = record("1", "Cocotte Le Creuset Signature 24 cm", "Le Creuset")
    town.say(0, cheaper.model_copy(update={"offers": (cheaper.offers[0].model_copy(update={"price_minor": 2400}),)}))
    assert not grouping.is_waiting(town.store)


def test_another_title_takes_it_out_and_back_again(town: Town) -> None:
    product = two(town)
    town.say(1, record("9", "Poêle Le Creuset Toughened 28 cm", "Le Creuset"))
    town.group()
    assert town.together() == set()
    assert town.product(1, "9") != town.product(0, "1") or town.product(0, "1") is None
    town.say(1, record("9", "Cocotte Le Creuset Signature 24 cm", "Le Creuset"))
    town.group()
    assert town.together() == {frozenset({town.id(0, "1"), town.id(1, "9")})}
    assert product > 0


def test_a_listing_that_leaves_and_comes_back_finds_its_product(town: Town) -> None:
    product = two(town)
    town.hide(town.id(1, "9"))
    town.group()
    assert town.together() == set()
    assert town.product(0, "1") == product  # its page stays
    with town.store.read() as connection:
        view = products.find(connection, product)
    assert view is not None
    assert [listing.card.shop_id for listing in view.listings] == [town.shops[0]]
    town.say(1, record("9", "LE CREUSET cocotte signature 240 mm", "Le Creuset"))
    town.group()
    assert {town.product(0, "1"), town.product(1, "9")} == {product}


def test_the_id_stays_when_a_third_shop_comes_and_the_first_goes(town: Town) -> None:
    product = two(town)
    town.say(2, record("5", "Cocotte Signature 24 cm Le Creuset", "Le Creuset"))
    town.group()
    assert town.product(2, "5") == product
    with town.store.write() as connection:
        shops.remove(connection, town.shops[0], "", NOW)
    town.group()
    assert {town.product(1, "9"), town.product(2, "5")} == {product}


def test_products_that_become_one_keep_the_older_address(town: Town) -> None:
    town.say(0, record("1", "Cocotte Signature", "Le Creuset", GTIN))
    town.say(1, record("1", "Cocotte Signature", "Le Creuset", GTIN))
    town.say(2, record("1", "Marmite Tradition", "Le Creuset", OTHER_GTIN))
    town.say(3, record("1", "Marmite Tradition", "Le Creuset", OTHER_GTIN))
    town.group()
    first, second = town.product(0, "1"), town.product(2, "1")
    assert first is not None
    assert second is not None
    assert first != second
    with town.store.write() as connection:
        product_rules.merge(connection, [town.id(0, "1"), town.id(2, "1")], NOW)
    town.group()
    assert len(town.together()) == 1
    with town.store.read() as connection:
        views = [products.find(connection, product) for product in (first, second)]
    assert [view.product_id for view in views if view] == [min(first, second)] * 2
    assert all(view is not None and len(view.listings) == 4 for view in views)


def test_rules_survive_another_sync(town: Town) -> None:
    two(town)
    mine, theirs = town.id(0, "1"), town.id(1, "9")
    with town.store.write() as connection:
        product_rules.split(connection, theirs, NOW, note="autre coloris")
    town.group()
    assert town.together() == set()
    town.say(1, record("9", "Cocotte Le Creuset Signature 24 cm", "Le Creuset"))
    town.hide(mine)
    town.group()
    town.say(0, record("1", "Cocotte Le Creuset Signature 24 cm", "Le Creuset"))
    town.group()
    assert town.together() == set()
    with town.store.write() as connection:
        product_rules.merge(connection, [mine, theirs], NOW)
    town.group()
    assert town.together() == {frozenset({mine, theirs})}


def test_a_pin_keeps_a_listing_where_it_is(town: Town) -> None:
    town.say(0, record("1", "Cocotte Le Creuset Signature 24 cm", "Le Creuset"))
    town.group()
    with town.store.write() as connection:
        product_rules.pin(connection, town.id(0, "1"), NOW)
    town.say(1, record("9", "LE CREUSET cocotte signature 240 mm", "Le Creuset"))
    town.group()
    assert town.together() == set()
    with town.store.write() as connection:
        assert product_rules.unpin(connection, town.id(0, "1"))
        assert not product_rules.unpin(connection, town.id(0, "1"))
    town.group()
    assert len(town.together()) == 1
    with town.store.write() as connection:
        product_rules.pin(connection, town.id(0, "1"), NOW)
    town.say(0, record("1", "Tout autre chose", "Le Creuset"))
    town.group()
    assert len(town.together()) == 1


def test_rules_need_listings_that_exist(town: Town) -> None:
    town.say(0, record("1", "Cocotte"))
    with town.store.write() as connection:
        with pytest.raises(NotFound):
            product_rules.merge(connection, [town.id(0, "1"), 10**12], NOW)
        with pytest.raises(Refused):
            product_rules.merge(connection, [town.id(0, "1")], NOW)
        with pytest.raises(Refused):
            product_rules.split(connection, town.id(0, "1"), NOW)


def test_a_gtin_that_a_shop_uses_twice_is_trusted_no_longer(town: Town) -> None:
    town.say(0, record("1", "Tasse à café bleue", gtin=GTIN), record("2", "Perceuse Makita", gtin=GTIN))
    town.say(1, record("9", "Tasse à café bleue ancienne", gtin=GTIN))
    town.group()
    assert town.together() == set()
    town.hide(town.id(0, "2"))
    town.group()
    assert town.together() == {frozenset({town.id(0, "1"), town.id(1, "9")})}


def test_a_report_counts_once_a_visitor_and_only_of_its_product(town: Town) -> None:
    product = two(town)
    listing = town.id(1, "9")
    with town.store.write() as connection:
        assert products.report(connection, product, listing, NOW)
        assert products.report(connection, product, listing, NOW)
        assert not products.report(connection, product + 1, listing, NOW)
        assert products.open_reports(connection) == 1
        (row,) = product_rules.reports(connection)
        assert (row.product_id, row.listing_id, row.reports, row.still) == (product, listing, 2, True)
        assert product_rules.close_reports(connection, listing, NOW) == 1
        assert products.open_reports(connection) == 0


def test_cards_know_how_many_shops_sell_it_and_from_what_price(town: Town) -> None:
    product = two(town)
    with town.store.read() as connection:
        found = products.summaries(connection, [product, product + 1])
    assert list(found) == [product]
    assert (found[product].listings, found[product].shops) == (2, 2)
    assert (found[product].lowest_minor, found[product].currency) == (2500, "EUR")


TITLES = [
    ("Cocotte Le Creuset Signature 24 cm", "Le Creuset"), ("Cocotte Le Creuset Signature 24 cm rouge", "Le Creuset"),
    ("Cocotte Le Creuset Signature 24 cm bleue", None), ("LE CREUSET cocotte signature 240 mm", "Le Creuset"),
    ("Cocotte Signature", "Le Creuset"), ("Casque Sony WH-1000XM4", "Sony"), ("Sony WH1000XM4 noir", None),
    ("Casque Sony WH-1000XM5 noir", "Sony"), ("Housse pour Sony WH-1000XM4", None), ("Lindt Excellence 100 g", "Lindt"),
    ("Lot de 2 Lindt Excellence 100 g", "Lindt"), ("Bol fait main", None),
]  # fmt: skip


def _live(town: Town, rng: random.Random) -> None:
    """One thing that happens in a town."""
    shop, source = rng.randrange(4), str(rng.randrange(4))
    chance = rng.random()
    if chance < 0.7:
        title, brand = rng.choice(TITLES)
        town.say(shop, record(source, title, brand, rng.choice([None, None, None, GTIN, OTHER_GTIN])))
    elif chance < 0.85 and (ids := _some_ids(town)):
        town.hide(rng.choice(ids))
    elif ids := _some_ids(town):
        with town.store.write() as connection:
            one, other = rng.choice(ids), rng.choice(ids)
            if one != other and not _one_product(connection, one, other):
                if rng.random() < 0.5:
                    product_rules.merge(connection, [one, other], NOW)
                else:
                    product_rules.split(connection, one, NOW, [other])


def _one_product(connection: sa.Connection, one: int, other: int) -> bool:
    rows = connection.execute(sa.select(LISTING.c.product_id).where(LISTING.c.id.in_((one, other)))).scalars().all()
    return None not in rows and len(set(rows)) == 1


def _some_ids(town: Town) -> list[int]:
    with town.store.read() as connection:
        return list(connection.execute(sa.select(LISTING.c.id).order_by(LISTING.c.id)).scalars())


@pytest.mark.parametrize("seed", range(6))
def test_step_by_step_comes_to_the_same_as_all_at_once(town: Town, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(30):
        _live(town, rng)
        if rng.random() < 0.5:
            town.group()
    town.group()
    step_by_step = town.together()
    with town.store.write() as connection:
        match_keys.clear(connection)
        connection.execute(sa.update(LISTING).values(product_id=None))
    grouping.regroup(town.store, lambda: NOW)
    assert town.together() == step_by_step


@pytest.mark.parametrize("step", range(6))
def test_keys_made_at_once_are_those_made_step_by_step_wherever_it_was_stopped(town: Town, step: int) -> None:
    rng = random.Random(step)
    for _ in range(30):
        _live(town, rng)
        town.group()
    keys, together = _keys(town), town.together()
    assert len(keys) > 5

    left = iter(range(step))
    grouping_bulk.renew_all(town.store, lambda: next(left, None) is None)
    if step % 2:  # the next drain begins it again
        town.say(1, record("0", "Cocotte Le Creuset Signature 28 cm", "Le Creuset"))  # life goes on meanwhile
        town.say(2, record("1", "Théière en fonte Iwachu 0,65 L", "Iwachu", GTIN))
        town.group()
        keys, together = _keys(town), town.together()
    else:
        grouping_bulk.renew_all(town.store, lambda: False)
        town.group()

    assert _keys(town) == keys
    assert town.together() == together


def _keys(town: Town) -> set[tuple[int, int]]:
    """(key, listing), which both tables tell alike."""
    with town.store.read() as connection:
        rows = {(row[0], row[1]) for row in connection.execute(sa.select(MATCH_KEY.c["key"], MATCH_KEY.c.listing_id))}
        noted = match_keys.of(connection, _some_ids(town))
    assert rows == {(key, id_) for id_, some in noted.items() for key in some}
    return rows


def test_a_first_filling_makes_its_keys_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """As from 20,000 listings on: both ways come to the same, so the log tells which was taken."""
    monkeypatch.setattr(grouping, "LARGE", 2)
    with structlog.testing.capture_logs() as told:
        two(town)
    assert [line["listings"] for line in told if line["event"] == "keys made"] == [2]
    with structlog.testing.capture_logs() as told:
        for number in range(4):
            town.say(2, record(str(number), f"Cocotte Le Creuset Signature {20 + number} cm", "Le Creuset"))
            town.group()
    assert "keys made" not in {line["event"] for line in told}


def test_a_shop_that_leaves_takes_its_keys_along(town: Town) -> None:
    two(town)
    town.say(2, record("5", "Cocotte Signature Le Creuset 24 cm", "Le Creuset"))
    town.group()
    gone = {town.id(1, "9")}
    with town.store.write() as connection:
        shops.remove(connection, town.shops[1], "", NOW)
    assert gone.isdisjoint(id_ for _, id_ in _keys(town))
    assert grouping.is_waiting(town.store), "those that met its listings are looked at anew"
    town.group()
    assert town.together() == {frozenset({town.id(0, "1"), town.id(2, "5")})}


def test_a_drain_leaves_what_another_is_at(town: Town) -> None:
    from aggregator.store.dialect import exclusive

    town.say(0, record("1", "Cocotte"))
    with exclusive(town.store, "grouping", 0) as alone:
        assert alone
        assert grouping.drain(town.store, lambda: NOW) is None
    assert grouping.is_waiting(town.store)


def test_a_drain_that_is_told_to_stop_leaves_the_rest(town: Town) -> None:
    town.say(0, record("1", "Cocotte"))
    assert grouping.drain(town.store, lambda: NOW, stopping=lambda: True) == 0
    assert grouping.is_waiting(town.store)


_CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from aggregator.ingest import grouping, grouping_bulk
from tests.support.stores import settings_for
from aggregator.store import open_store
with open_store(settings_for(Path(sys.argv[1]))) as store:
    print("ready", flush=True)
    grouping.BATCH = grouping.KEYS_BATCH = 20
    grouping.drain(store, lambda: datetime.now(UTC))
"""


@contextmanager
def _draining(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(settings.data)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def test_killed_at_any_moment_the_next_drain_ends_the_work(sqlite_settings: Settings) -> None:
    rng = random.Random(3)
    with open_store(sqlite_settings) as store:
        town = Town(store)
        for shop in range(4):
            some = [f"{title} {letter}" for title, _ in TITLES for letter in "abcd"]
            town.say(shop, *(record(str(n), title, "Le Creuset") for n, title in enumerate(some)))
        for _ in range(3):
            with _draining(sqlite_settings) as child:
                time.sleep(rng.random() * 0.4)
                child.send_signal(signal.SIGKILL)
                child.wait()
        town.group()
        after_kills = town.together()
        grouping.regroup(store, lambda: NOW)
        assert town.together() == after_kills
        assert after_kills
