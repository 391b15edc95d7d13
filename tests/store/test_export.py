"""The export says what is published, whole and in order, whatever the number of offers."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store import export, shops
from aggregator.store.engine import Store
from aggregator.store.packing import pack
from aggregator.store.tables import LISTING, LISTING_CONTENT, OFFER

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def add_shop(connection: Connection, host: str) -> int:
    return shops.add(
        connection,
        url=f"https://{host}/",
        name=host,
        connector="woocommerce-store",
        platform="WooCommerce",
        status="approved",
        memory={},
        now=NOW,
    )


def add_listings(connection: Connection, shop_id: int, ids: range, status: str = "visible", **content: Any) -> None:
    listings = [
        {
            "id": number,
            "shop_id": shop_id,
            "source_id": str(number),
            "title": f"Bol {number}",
            "url": f"https://exemple.fr/{number}",
            "brand": "Grès & Cie",
            "category_path": pack(["Maison", "Vaisselle"]),
            "status": status,
            "missing_sweeps": 0,
            "first_seen_at": NOW,
            "checked_at": NOW,
            "last_run_id": 1,
        }
        for number in ids
    ]
    texts = {"description": "", "images": pack(["https://exemple.fr/p.jpg"]), "attributes": "[]"} | content
    connection.execute(sa.insert(LISTING), listings)
    connection.execute(sa.insert(LISTING_CONTENT), [{"listing_id": number, **texts} for number in ids])


def add_offer(connection: Connection, offer_id: int, listing_id: int, shop_id: int, **values: Any) -> None:
    given = {
        "id": offer_id,
        "listing_id": listing_id,
        "shop_id": shop_id,
        "source_id": str(offer_id),
        "variant": "[]",
        "price_minor": 1290,
        "currency": "EUR",
        "availability": "InStock",
        "images": "[]",
        "status": "visible",
        "priced_at": NOW,
    }
    connection.execute(sa.insert(OFFER).values(given | values))


def test_an_offer_leaves_with_everything_a_reader_needs(store: Store) -> None:
    with store.write() as connection:
        shop = add_shop(connection, "exemple.fr")
        add_listings(connection, shop, range(1, 2))
        add_offer(connection, 1, 1, shop, source_id="1")
        add_offer(
            connection,
            2,
            1,
            shop,
            source_id="v2",
            variant=pack([("Taille", "38"), ("Couleur", "rouge")]),
            price_minor=None,
            currency=None,
            availability=None,
            list_price_minor=None,
            quantity=4,
            gtin="04006381333931",
            url="https://exemple.fr/1?v=2",
            images=pack(["https://exemple.fr/v2.jpg"]),
        )
    with store.read() as connection:
        plain, variant = export.offers(connection)
    assert plain == {
        "shop_id": str(shop),
        "product_source_id": "1",
        "source_id": "1",
        "title": "Bol 1",
        "variant": None,
        "price_minor": 1290,
        "list_price_minor": None,
        "currency": "EUR",
        "availability": "InStock",
        "quantity": None,
        "gtin": None,
        "brand": "Grès & Cie",
        "category_path": ["Maison", "Vaisselle"],
        "url": "https://exemple.fr/1",
        "images": ["https://exemple.fr/p.jpg"],
        "checked_at": "2026-11-24T09:30:00Z",
    }
    assert (variant["variant"], variant["price_minor"], variant["quantity"], variant["url"], variant["images"]) == (
        "Taille: 38, Couleur: rouge",
        None,
        4,
        "https://exemple.fr/1?v=2",
        ["https://exemple.fr/v2.jpg"],
    )


def test_only_what_is_published_leaves(store: Store) -> None:
    with store.write() as connection:
        shop, other = add_shop(connection, "un.fr"), add_shop(connection, "deux.fr")
        for number, status in enumerate(("visible", "suspect", "hidden", "archived"), 1):
            add_listings(connection, shop, range(number, number + 1), status)
            add_offer(connection, number, number, shop)
        add_offer(connection, 10, 1, shop, status="hidden")
        add_listings(connection, other, range(50, 51))
        add_offer(connection, 50, 50, other)
    with store.read() as connection:
        assert [offer["source_id"] for offer in export.offers(connection)] == ["1", "2", "50"]
        assert [offer["source_id"] for offer in export.offers(connection, other)] == ["50"]
        assert list(export.offers(connection, 99)) == []


def test_pages_lose_and_repeat_nothing(store: Store) -> None:
    with store.write() as connection:
        first, second = add_shop(connection, "un.fr"), add_shop(connection, "deux.fr")
        for shop, ids in ((first, range(1, 700)), (second, range(700, 1301))):
            add_listings(connection, shop, ids)
            for number in ids:
                add_offer(connection, number, number, shop)
    with store.read() as connection:
        exported = [int(offer["source_id"]) for offer in export.offers(connection)]
    assert len(exported) == 1300
    assert set(exported) == set(range(1, 1301))


def test_memory_does_not_grow_with_the_catalogue(store: Store) -> None:
    with store.write() as connection:
        shop = add_shop(connection, "un.fr")
        add_listings(connection, shop, range(1, 3001), images=pack([f"https://exemple.fr/{n}.jpg" for n in range(40)]))
        connection.execute(
            sa.insert(OFFER),
            [
                {
                    "id": number,
                    "listing_id": number,
                    "shop_id": shop,
                    "source_id": str(number),
                    "variant": "[]",
                    "images": "[]",
                    "status": "visible",
                    "priced_at": NOW,
                }
                for number in range(1, 3001)
            ],
        )
    with store.read() as connection:
        stream = export.offers(connection)
        for _ in range(500):
            next(stream)
        tracemalloc.start()
        try:
            for _ in range(1000):
                next(stream)
            two_pages = tracemalloc.get_traced_memory()[1]
            tracemalloc.reset_peak()
            assert sum(1 for _ in stream) == 1500
            assert tracemalloc.get_traced_memory()[1] < two_pages * 1.2
        finally:
            tracemalloc.stop()
