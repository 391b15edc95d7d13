"""Listings in the portal's tree, stored on both databases: placed as they come, placed again, excluded and back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.errors import SettingsInvalid
from aggregator.ingest.batch import Batch, Planner
from aggregator.ingest.categories import SHIPPED, tree
from aggregator.ingest.classify import classifier
from aggregator.ingest.shelving import BATCH, Shelving, apply, excluded
from aggregator.settings import Settings
from aggregator.store import Store, categories, changes, documents, export, portal, runs
from aggregator.store import shops as shops_of
from aggregator.store.listings import Place
from aggregator.store.packing import pack
from aggregator.store.runs import Counts
from aggregator.store.tables import LISTING
from connectors.records import Condition, ProductRecord
from tests.support.catalogue import NOW, add_shop, offer, product

TREE = tree(SHIPPED)
WINES = {"excluded_categories": "vins, alimentation/frais"}


class Shop:
    """One shop in a store, read again and again."""

    def __init__(self, store: Store, settings: Settings, host: str = "grange.example") -> None:
        self.store, self.settings = store, settings
        self.id = add_shop(store)

    def say(self, *records: ProductRecord, settings: Settings | None = None) -> None:
        with self.store.write() as connection:
            run, _ = runs.open_or_resume(connection, self.id, cursor=None, full=False, now=NOW)
        batch = Batch()
        for record in records:
            batch.add(record)
        shelving = Shelving.of(settings or self.settings)
        plan = Planner(self.store, self.id, run.id, Counts(), shelving).plan(batch, NOW)
        with self.store.write() as connection:
            plan.write(connection, self.id, run.id, NOW)
            runs.close(connection, run, Counts(), state="complete", now=NOW, error=None)

    def places(self) -> dict[str, tuple[str | None, str | None, bool]]:
        with self.store.read() as connection:
            rows = connection.execute(
                sa.select(LISTING.c.source_id, LISTING.c.category, LISTING.c.category_by, LISTING.c.excluded)
            )
            return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def decide(self, path: tuple[str, ...], category: str | None) -> None:
        with self.store.write() as connection:
            categories.set_rule(connection, self.id, path, category, NOW)

    def waiting(self) -> set[int]:
        """The listings that wait for the index; they are taken as indexed."""
        with self.store.write() as connection:
            taken = changes.take(connection, 10_000)
            changes.forget(connection, taken)
            return {listing_id for listing_id, _ in taken}

    def public(self) -> set[str]:
        """Source ids of what is in the index, in lists, in the export and has a page of its own."""
        with self.store.read() as connection:
            ids = dict(connection.execute(sa.select(LISTING.c.id, LISTING.c.source_id)).all())
            seen = {listing.id for listing, _ in documents.by_ids(connection, list(ids))}
            assert seen == {card.listing_id for card in portal.cards(connection, list(ids))}
            assert seen == {n for n in ids if isinstance(portal.find_listing(connection, n), portal.ListingView)}
            exported = {str(line["product_source_id"]) for line in export.offers(connection, self.id)}
            assert {ids[number] for number in seen} == exported
            assert shops_of.counts(connection).get(self.id, (0, 0))[0] == len(seen)
            return exported


@pytest.fixture
def shop(store: Store, store_settings: Settings) -> Shop:
    return Shop(store, store_settings)


def sold(source_id: str, title: str, *path: str, **more: Any) -> ProductRecord:
    return product(source_id, offer(source_id), title=title).model_copy(update={"category_path": path, **more})


def with_settings(settings: Settings, **values: Any) -> Settings:
    return settings.model_copy(update=values)


def test_a_listing_is_placed_when_it_comes_and_when_it_changes(shop: Shop) -> None:
    shop.say(sold("1", "Bol bleu"), sold("2", "Lison", "Robes"), sold("3", "Marmande"))
    assert shop.places() == {
        "1": ("maison/vaisselle", "words", False),
        "2": ("mode/robes", "rule", False),
        "3": (None, None, False),
    }
    shop.say(sold("1", "Lampe bleue"), sold("2", "Lison", "Robes"), sold("3", "Marmande", google_category="2271"))
    assert shop.places()["1"] == ("deco/luminaires", "words", False)
    assert shop.places()["3"] == ("mode/robes", "rule", False)


def test_what_is_unchanged_is_not_written_again(shop: Shop) -> None:
    shop.say(sold("1", "Bol bleu"))
    shop.waiting()
    shop.decide((), "deco/objets")
    shop.say(sold("1", "Bol bleu"))
    assert shop.places()["1"] == ("maison/vaisselle", "words", False)
    assert shop.waiting() == set()


def test_the_condition_is_kept(shop: Shop) -> None:
    shop.say(sold("1", "Bol", condition=Condition.USED), sold("2", "Vase"))
    with shop.store.read() as connection:
        said = {listing.title: listing.condition for listing, _ in documents.page(connection, 0, 10)[0]}
    assert said == {"Bol": "used", "Vase": None}


def test_a_correction_moves_what_is_stored_and_holds_for_what_comes(shop: Shop) -> None:
    shop.say(sold("1", "Bol bleu", "Atelier"), sold("2", "Vase"))
    shop.waiting()
    shop.decide(("Atelier",), "artisanat/ceramique-art")
    done = apply(shop.store, shop.settings, shop.id)
    assert (done.listings, done.moved) == (2, 1)
    assert shop.places()["1"] == ("artisanat/ceramique-art", "operator", False)
    assert len(shop.waiting()) == 1
    shop.say(sold("1", "Grand bol bleu", "Atelier"), sold("2", "Vase"), sold("3", "Assiette", "Atelier"))
    assert shop.places()["1"] == shop.places()["3"] == ("artisanat/ceramique-art", "operator", False)
    shop.decide(("Atelier",), None)
    apply(shop.store, shop.settings)
    assert shop.places()["1"] == (None, "operator", False)
    with shop.store.write() as connection:
        assert categories.rules(connection, shop.id) == {pack(["Atelier"]): None}
        assert categories.unset_rule(connection, shop.id, ["Atelier"])
        assert not categories.unset_rule(connection, shop.id, ["Atelier"])
    apply(shop.store, shop.settings)
    assert shop.places()["1"] == ("maison/vaisselle", "words", False)


def test_placing_all_again_equals_placing_as_it_comes(shop: Shop) -> None:
    titles = [text for node in TREE.nodes for text in node.words][:: len(TREE.nodes) // 12]
    shop.say(*(sold(str(n), title, "Divers", title) for n, title in enumerate(titles[:150])))
    before = shop.places()
    with shop.store.write() as connection:
        connection.execute(sa.update(LISTING).values(category=None, category_by=None, excluded=True))
    done = apply(shop.store, shop.settings)
    assert shop.places() == before
    assert (done.moved, done.shown, done.hidden) == (len(before), len(before), 0)
    shop.waiting()
    assert apply(shop.store, shop.settings).moved == 0
    assert shop.waiting() == set()


def test_an_excluded_trade_is_nowhere_until_it_is_allowed_again(shop: Shop) -> None:
    records = (sold("1", "Bol bleu"), sold("2", "Vin rouge de pays"), sold("3", "Saucisson sec"), sold("4", "Miel"))
    shop.say(*records)
    assert shop.public() == {"1", "2", "3", "4"}
    shop.waiting()
    closed = with_settings(shop.settings, **WINES)
    done = apply(shop.store, closed)
    assert (done.moved, done.hidden, done.shown) == (2, 2, 0)
    assert shop.public() == {"1", "4"}
    assert len(shop.waiting()) == 2
    with shop.store.read() as connection:
        assert categories.kept_out(connection) == {shop.id: {"alimentation/frais": 1, "vins/rouges": 1}}
        gone = [portal.find_listing(connection, card) for card in _ids(connection, "2")]
    assert gone == [portal.Gone("Vin rouge de pays")]
    shop.say(*records, sold("5", "Champagne brut"), settings=closed)
    assert shop.public() == {"1", "4"}
    done = apply(shop.store, shop.settings)
    assert (done.hidden, done.shown) == (0, 3)
    assert shop.public() == {"1", "2", "3", "4", "5"}


def test_what_has_no_category_is_told_with_an_example(shop: Shop) -> None:
    shop.say(
        sold("1", "Alma", "Créa"),
        sold("2", "Bela", "Créa"),
        sold("3", "Cora"),
        sold("4", "Dora", "Rien"),
        sold("5", "Bol"),
    )
    shop.decide(("Rien",), None)
    apply(shop.store, shop.settings)
    with shop.store.read() as connection:
        rows = categories.unmapped(connection, None, 10)
        assert [(row.path, row.listings, row.example) for row in rows] == [
            (pack(["Créa"]), 2, "Alma"),
            ("[]", 1, "Cora"),
        ]
        assert rows[0].shop_id == shop.id
        assert categories.unmapped(connection, shop.id + 1, 10) == []
        assert len(categories.unmapped(connection, shop.id, 1)) == 1
        assert categories.overview(connection) == {"maison/vaisselle": 1, None: 4}


def test_more_listings_than_a_batch_are_placed(shop: Shop) -> None:
    number = BATCH + 10
    shop.say(*(sold(str(n), "Bol") for n in range(number)))
    with shop.store.write() as connection:
        connection.execute(sa.update(LISTING).values(category=None))
    assert apply(shop.store, shop.settings, shop.id).moved == number


@pytest.mark.parametrize(("setting", "found"), [("", set()), (" vins, mode/robes ,", {"vins", "mode/robes"})])
def test_the_excluded_are_read(setting: str, found: set[str]) -> None:
    assert excluded(setting, TREE) == found


def test_an_unknown_excluded_category_is_told_before_anything_is_read(shop: Shop) -> None:
    with pytest.raises(SettingsInvalid, match="« vin » n'est pas une catégorie"):
        Shelving.of(with_settings(shop.settings, excluded_categories="vins,vin"))


def test_two_shops_have_corrections_of_their_own(shop: Shop) -> None:
    shelving = Shelving(classifier(TREE))
    shop.decide(("Divers",), "jardin/pots")
    with shop.store.read() as connection:
        shelving.learn(connection, shop.id + 1)
        assert shelving.place(shop.id + 1, _said(connection, "Alma")).category is None
        shelving.learn(connection, shop.id)
        assert shelving.place(shop.id, _said(connection, "Alma")).category == "jardin/pots"


def _ids(connection: sa.Connection, source_id: str) -> list[int]:
    return list(connection.execute(sa.select(LISTING.c.id).where(LISTING.c.source_id == source_id)).scalars())


def _said(connection: sa.Connection, title: str) -> categories.ToPlace:
    nowhere = Place(None, None, False)
    return categories.ToPlace(1, title, None, pack(["Divers"]), None, nowhere)
