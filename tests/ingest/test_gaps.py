"""The gaps of "modified since", on the recorded shops: what moves no date reaches the portal all the same.

Stock and prices written past the shop's own code, discounts, prices of variants and deletions: by the next sweep of
stock, which asks for no date. What a sweep does not carry, names of terms and titles that an importer wrote: by the
whole read of the day (`sync.FULL_EVERY`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.ingest.report import RunReport
from aggregator.ingest.sync import FULL_EVERY, sync_shop
from aggregator.search import indexer
from aggregator.search.port import PRICE_BANDS, SearchQuery
from aggregator.search.reader import open_reader
from aggregator.settings import Settings
from aggregator.store import Store, export, open_store, shops
from aggregator.store.secrets import Sealer
from aggregator.store.tables import LISTING
from connectors.credentials import Credentials
from tests.support import player as woocommerce
from tests.support import prestashop_player as prestashop
from tests.support.player import Player
from tests.support.stores import settings_for

pytestmark = pytest.mark.captures

Offer = dict[str, Any]


class Portal:
    """One recorded shop, read with its owner's key, and what a visitor of the portal finds of it."""

    def __init__(self, store: Store, settings: Settings, player: Player, connector: str, keys: Credentials) -> None:
        self.store, self.settings = store, settings.model_copy(update={"allow_hosts": "127.0.0.1"})
        self.now = datetime.now(UTC)
        with store.write() as connection:
            self.shop_id = shops.add(
                connection,
                url=player.url,
                name="Boutique enregistrée",
                connector=connector,
                platform="",
                status="approved",
                credentials=Sealer(settings).seal(keys),
                memory={},
                now=self.now,
            )
        assert self.sync().outcome == "complete"
        self.first = self.offers()

    def sync(self, **options: Any) -> RunReport:
        report = sync_shop(self.store, self.settings, self.shop_id, clock=lambda: self.now, **options)
        indexer.drain(self.store, self.settings, wait=True)
        return report

    def sweep(self) -> None:
        """The stock lane alone, as the clock runs it between two reads of the catalogue."""
        self.now += timedelta(minutes=20)
        report = self.sync(stock_only=True)
        assert (report.outcome, report.error) == ("complete", None)

    def offers(self) -> dict[str, Offer]:
        with self.store.read() as connection:
            return {line["source_id"]: line for line in export.offers(connection, self.shop_id)}

    def found(self, product: str, **facets: tuple[str, ...]) -> bool:
        """Is the product among the search's results with these facets chosen?"""
        with self.store.read() as connection:
            number = connection.execute(
                sa.select(LISTING.c.id).where(LISTING.c.shop_id == self.shop_id, LISTING.c.source_id == product)
            ).scalar_one()
        index, page = open_reader(self.settings), 1
        while ids := index.search(SearchQuery(filters=facets, page=page, per_page=500, facets=False)).listing_ids:
            if number in ids:
                return True
            page += 1
        return False

    def shows(self, offer: str, **values: Any) -> bool:
        """Both in the store and, by its facets, in the index."""
        line = self.offers()[offer]
        assert {name: line[name] for name in values} == values
        return self.found(line["product_source_id"])

    def simple(self, count: int) -> list[str]:
        """Products of one offer that are in stock at a plain price: their ids."""
        by_product: dict[str, list[Offer]] = {}
        for line in self.first.values():
            by_product.setdefault(line["product_source_id"], []).append(line)
        plain = [
            name
            for name, lines in by_product.items()
            if len(lines) == 1
            and lines[0]["availability"] == "InStock"
            and (lines[0]["price_minor"] or 0) > 500
            and lines[0]["list_price_minor"] is None
        ]
        assert len(plain) >= count
        return plain[:count]

    def variant(self) -> Offer:
        """An offer of a product that has several."""
        seen: dict[str, int] = {}
        for line in self.first.values():
            seen[line["product_source_id"]] = seen.get(line["product_source_id"], 0) + 1
        return next(
            line
            for line in self.first.values()
            if seen[line["product_source_id"]] > 1 and line["price_minor"] and line["list_price_minor"] is None
        )


@contextmanager
def reading(template: Path, data: Path, player: Player, connector: str, keys: Credentials) -> Iterator[Portal]:
    data.mkdir()
    shutil.copyfile(template, data / "emplettes.db")
    settings = settings_for(data)
    with open_store(settings) as store:
        yield Portal(store, settings, player, connector, keys)


def euros(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def band(minor: int) -> tuple[str, ...]:
    return (next(name for name, (low, high) in PRICE_BANDS.items() if low <= minor < (high or minor + 1)),)


def test_woocommerce(sqlite_template: Path, tmp_path: Path) -> None:
    keys = Credentials("ck_test", "cs_test")
    with (
        woocommerce.playing("--assume-https") as player,
        reading(sqlite_template, tmp_path / "data", player, "woocommerce-rest", keys) as portal,
    ):
        stock, price, sale, deleted, trashed, renamed, retermed = portal.simple(7)
        variant = portal.variant()

        def sql(product: str, **fields: Any) -> None:
            player.control("sql_set", id=int(product), fields=fields)

        sql(stock, stock_quantity=0, stock_status="outofstock")
        lower = portal.first[price]["price_minor"] // 2
        sql(price, regular_price=euros(lower))
        reduced = portal.first[sale]["price_minor"] - 100
        sql(sale, sale_price=euros(reduced))
        dearer = variant["price_minor"] + 100
        sql(variant["source_id"], regular_price=euros(dearer))
        player.control("delete", id=int(deleted))
        player.control("trash", id=int(trashed))
        sql(renamed, name="Un nom d'importateur")
        attribute = {"id": 0, "name": "Finition", "slug": "finition", "visible": True, "variation": False}
        sql(retermed, attributes=[attribute | {"position": 0, "options": ["Vernis renommé"]}])

        portal.sweep()
        assert portal.shows(stock, availability="OutOfStock")
        assert portal.found(stock, availability=("OutOfStock",))
        assert portal.shows(price, price_minor=lower)
        assert portal.found(price, price=band(lower))
        assert portal.shows(sale, price_minor=reduced, list_price_minor=portal.first[sale]["price_minor"])
        assert portal.shows(variant["source_id"], price_minor=dearer)
        assert deleted not in portal.offers()
        assert not portal.found(deleted)
        assert trashed not in portal.offers()
        assert not portal.found(trashed)
        assert portal.offers()[renamed]["title"] == portal.first[renamed]["title"], "a sweep carries no texts"

        portal.now += FULL_EVERY
        portal.sync()
        assert portal.offers()[renamed]["title"] == "Un nom d'importateur"
        assert first_hit(portal, "Vernis renommé") == retermed


def test_prestashop(sqlite_template: Path, tmp_path: Path) -> None:
    keys = Credentials(prestashop.KEY, "")
    with (
        prestashop.playing("--keep", "300", "--aged") as player,
        reading(sqlite_template, tmp_path / "data", player, "prestashop-webservice", keys) as portal,
    ):
        stock, sale, deleted, renamed, retermed = portal.simple(5)
        variant = portal.variant()
        product, _, combination = variant["source_id"].partition("-")
        rows = {row["id"]: row for row in prestashop.captured("combinations")}
        categories = {row["id"]: row for row in prestashop.captured("categories")}
        home = next(row for row in prestashop.captured("products") if row["id"] == int(retermed))

        player.control("stock", id_product=int(stock), id_product_attribute=0, quantity=0, out_of_stock=0)
        player.control(
            "discount", id_product=int(sale), reduction="0.200000", reduction_type="percentage", reduction_tax=1
        )
        impact = float(rows[int(combination)]["price"]) + 2
        player.control("sql_set", resource="combinations", id=int(combination), fields={"price": f"{impact:.6f}"})
        player.control("delete", id=int(deleted))
        player.control("sql_set", resource="products", id=int(renamed), fields={"name": "Un nom d'importateur"})
        term = int(home["id_category_default"])
        assert categories[term]["name"] != "Rayon renommé"
        player.control("sql_set", resource="categories", id=term, fields={"name": "Rayon renommé"})

        portal.sweep()
        assert portal.shows(stock, availability="OutOfStock")
        assert portal.found(stock, availability=("OutOfStock",))
        before = portal.first[sale]["price_minor"]
        assert portal.shows(sale, list_price_minor=before)
        assert abs(portal.offers()[sale]["price_minor"] - 0.8 * before) <= 1
        assert portal.offers()[variant["source_id"]]["price_minor"] > variant["price_minor"]
        assert portal.found(product)
        assert deleted not in portal.offers()
        assert not portal.found(deleted)
        assert portal.offers()[renamed]["title"] == portal.first[renamed]["title"], "a sweep carries no texts"
        assert "Rayon renommé" not in portal.offers()[retermed]["category_path"]

        portal.now += FULL_EVERY
        portal.sync()
        assert portal.offers()[renamed]["title"] == "Un nom d'importateur"
        assert "Rayon renommé" in portal.offers()[retermed]["category_path"]


def first_hit(portal: Portal, text: str) -> str:
    """The product that a search for these words finds first."""
    found = open_reader(portal.settings).search(SearchQuery(text=text)).listing_ids
    with portal.store.read() as connection:
        return str(connection.execute(sa.select(LISTING.c.source_id).where(LISTING.c.id == found[0])).scalar_one())
