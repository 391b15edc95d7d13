"""Put listings straight into a store, as a sync would leave them; and drain in a process that can be killed."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from aggregator.search import indexer
from aggregator.search.document import IndexDocument
from aggregator.store import Store, changes, open_store
from aggregator.store.tables import LISTING, LISTING_CONTENT, MERCHANT, OFFER, SHOP
from tests.support.stores import settings_for

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def open_shops(store: Store, towns: Iterable[str], status: str = "approved") -> None:
    """One merchant with one shop in each town; the shops' ids count from 1."""
    with store.write() as connection:
        for number, town in enumerate(towns, 1):
            merchant: dict[str, Any] = {"name": f"Marchand {number}", "commune": town, "email": "", "phone": ""}
            connection.execute(sa.insert(MERCHANT), {"id": number, "created_at": NOW, **merchant})
            shop: dict[str, Any] = {
                "url": f"https://boutique{number}.example",
                "host": f"boutique{number}.example",
                "connector": "woocommerce-store",
                "platform": "woocommerce",
                "status": status,
                "memory": "{}",
                "note": "",
            }
            row = {"id": number, "merchant_id": number, "name": f"Boutique {number}", "created_at": NOW}
            connection.execute(sa.insert(SHOP), row | shop)


def listing_row(listing_id: int, **changes_: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": listing_id,
        "shop_id": 1,
        "source_id": str(listing_id),
        "title": f"Bol {listing_id}",
        "url": "https://boutique1.example/bol",
        "brand": None,
        "category_path": "[]",
        "category": None,
        "condition": None,
        "product_id": None,
        "status": "visible",
        "missing_sweeps": 0,
        "first_seen_at": NOW,
        "checked_at": NOW,
        "last_run_id": 1,
    }
    return row | changes_


def offer_row(listing_id: int, number: int = 0, **changes_: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": listing_id * 10 + number,
        "listing_id": listing_id,
        "shop_id": 1,
        "source_id": str(number),
        "variant": "[]",
        "price_minor": 1000,
        "currency": "EUR",
        "availability": "InStock",
        "gtin": None,
        "sku": None,
        "images": "[]",
        "status": "visible",
    }
    return row | changes_


def put(
    store: Store,
    listings: Iterable[dict[str, Any]],
    offers: Iterable[dict[str, Any]],
    contents: Iterable[dict[str, Any]] = (),
) -> None:
    """Insert them and say so in the change log, in one transaction."""
    rows = list(listings)
    given = {content["listing_id"]: content for content in contents}
    empty = {"description": "", "images": "[]", "attributes": "[]"}
    texts = [{"listing_id": row["id"], **empty, **given.get(row["id"], {})} for row in rows]
    with store.write() as connection:
        connection.execute(sa.insert(LISTING), rows)
        connection.execute(sa.insert(LISTING_CONTENT), texts)
        connection.execute(sa.insert(OFFER), [{"priced_at": NOW, **offer} for offer in offers])
        changes.record(connection, [row["id"] for row in rows])


def put_documents(store: Store, documents: Iterable[IndexDocument]) -> None:
    """Store listings whose index documents are these (but for the order of codes)."""
    catalogue = list(documents)
    put(
        store,
        [
            listing_row(
                d.listing_id,
                shop_id=d.shop_id,
                title=d.title,
                brand=d.brand or None,
                category_path=orjson.dumps(d.category_path).decode(),
                category=d.category or None,
                condition=d.condition or None,
                product_id=d.product_id,
                status="suspect" if d.doubtful else "visible",
                first_seen_at=datetime.fromtimestamp(d.first_seen, UTC),
            )
            for d in catalogue
        ],
        [
            offer_row(
                d.listing_id,
                shop_id=d.shop_id,
                variant=orjson.dumps([("Choix", value) for value in d.variants.split()]).decode(),
                price_minor=d.price_minor,
                availability=d.availability or None,
                gtin=d.codes[0].zfill(14),
                sku=d.codes[1],
            )
            for d in catalogue
        ],
        [{"listing_id": d.listing_id, "description": f"<p>{d.description}</p>"} for d in catalogue],
    )


def retitle(store: Store, listing_ids: Iterable[int], title: str) -> None:
    """What a sync does when names changed."""
    ids = list(listing_ids)
    with store.write() as connection:
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_(ids)).values(title=title))
        changes.record(connection, ids)


def change_and_drain_for_ever(data: Path, seed: int, *, rebuild: bool) -> None:
    """Until killed. Says "ready" once, then changes titles and drains, and now and then rebuilds."""
    rng = random.Random(seed)
    settings = settings_for(data)
    with open_store(settings) as store:
        print("ready", flush=True)
        while True:
            for _ in range(3):
                retitle(store, rng.sample(range(1, 301), 40), f"Bol etat{rng.randrange(5)}")
            if rebuild and rng.random() < 0.5:
                indexer.rebuild(store, settings)
            indexer.drain(store, settings, wait=rng.random() < 0.5)


if __name__ == "__main__":
    change_and_drain_for_ever(Path(sys.argv[1]), int(sys.argv[2]), rebuild=sys.argv[3] == "rebuild")
