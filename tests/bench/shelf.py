"""Generated offers as index documents, and as rows of a real store, as a sync would leave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa

from aggregator.search.document import IndexDocument
from aggregator.search.text import fold
from aggregator.store import Store
from aggregator.store.tables import CHANGE, LISTING, LISTING_CONTENT, MERCHANT, OFFER, SHOP, SHOP_PACE
from tests.bench.offers import Catalogue, Offer, Shop
from tests.bench.vocabulary import Leaf

CHUNK = 5_000
CHECKED = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.000000")
FAR = "2099-01-01 00:00:00.000000"
_STATUS = "visible"


@cache
def node_of(leaf: Leaf) -> str:
    """The category as a node of a two-level tree: "maison-et-decoration/vaisselle"."""
    return "/".join(_slug(name) for name in leaf.key)


def _slug(name: str) -> str:
    kept = "".join(letter if letter.isalnum() else " " for letter in fold(name))
    return "-".join(kept.split())


def document(offer: Offer) -> IndexDocument:
    """As `search.loading` would make it of the stored rows. One in eleven listings has no node of the tree."""
    product = offer.product
    attributes = offer.attributes
    return IndexDocument(
        listing_id=offer.listing_id,
        shop_id=offer.shop.shop_id,
        shop_name=offer.shop.name,
        town=offer.shop.town,
        title=offer.title,
        brand=offer.brand,
        category_path=offer.category_path,
        category=_category(offer),
        description=offer.description,
        variants=" ".join([value for _, value in attributes]) if attributes else "",
        codes=offer.codes if offer.codes[0] else offer.codes[1:],
        price_minor=offer.price_minor,
        availability=offer.availability,
        first_seen=offer.first_seen,
        product_id=offer.product_id,
        condition=offer.condition,
        colours=(product.colour[0],) if product.colour and attributes else (),
        sizes=tuple([value for name, value in attributes if name == "Taille"]),
    )


def retitled(offer: Offer, title: str) -> IndexDocument:
    """The document after its shop has renamed it."""
    return replace(document(offer), title=title)


def _category(offer: Offer) -> str:
    return node_of(offer.product.leaf) if offer.listing_id % 11 else ""


def documents(catalogue: Catalogue, first: int = 1, last: int | None = None) -> Iterator[IndexDocument]:
    """Documents of these listings, by id."""
    for listing_id in range(first, (last or catalogue.size) + 1):
        yield document(catalogue.offer(listing_id))


def fill(store: Store, catalogue: Catalogue, size: int, *, changed: bool = False) -> None:
    """Put shops and the first `size` listings into an empty SQLite store. No shop is due before the year 2099.

    `changed`: say in the change log that all of them wait for the index."""
    with store.write() as connection:
        _put_shops(connection, catalogue.shops)
    rows = map(catalogue.offer, range(1, size + 1))
    while portion := list(islice(rows, CHUNK)):
        with store.write() as connection:
            _put(connection, LISTING, [_listing(offer) for offer in portion])
            _put(connection, LISTING_CONTENT, [_content(offer) for offer in portion])
            _put(connection, OFFER, [_offer(offer) for offer in portion])
            if changed:
                _put(
                    connection, CHANGE, [{"kind": "listing", "entity_id": o.listing_id, "version": 1} for o in portion]
                )


def _put_shops(connection: sa.Connection, shops: Iterable[Shop]) -> None:
    for shop in shops:
        merchant = {"id": shop.shop_id, "name": shop.name, "commune": shop.town, "insee": shop.insee}
        _put(connection, MERCHANT, [merchant | {"latitude": shop.latitude, "longitude": shop.longitude}])
        row = {
            "id": shop.shop_id, "merchant_id": shop.shop_id, "name": shop.name, "status": "approved", "memory": "{}",
            "url": f"https://boutique{shop.shop_id}.example/", "host": f"boutique{shop.shop_id}.example",
            "connector": "woocommerce-store", "platform": "WooCommerce",
        }  # fmt: skip
        _put(connection, SHOP, [row])
        _put(connection, SHOP_PACE, [{"shop_id": shop.shop_id, "next_sync_at": FAR, "catalogue_due_at": FAR}])


def _put(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Many rows at once, without SQLAlchemy's work for each value: four times faster."""
    names, neutral = _columns(table)
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
    values = [tuple([row.get(name, default) for name, default in zip(names, neutral, strict=True)]) for row in rows]
    connection.exec_driver_sql(statement, values)


@cache
def _columns(table: sa.Table) -> tuple[list[str], list[Any]]:
    """The table's columns, and what stands in each where a row does not say."""
    return [column.name for column in table.columns], [_neutral(column) for column in table.columns]


def _neutral(column: sa.Column[Any]) -> Any:
    if column.nullable:
        return None
    kind = str(column.type).upper()
    return 0 if any(word in kind for word in ("INT", "BOOL", "FLOAT")) else CHECKED if "DATE" in kind else ""


def _listing(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.listing_id,
        "shop_id": offer.shop.shop_id,
        "source_id": str(offer.listing_id),
        "title": offer.title,
        "url": _url(offer),
        "brand": offer.brand or None,
        "category_path": _packed(offer.category_path),
        "category": _category(offer) or None,
        "category_by": "rule" if _category(offer) else None,
        "condition": offer.condition,
        "product_id": offer.product_id,
        "status": _STATUS,
        "first_seen_at": datetime.fromtimestamp(offer.first_seen, UTC).strftime("%Y-%m-%d %H:%M:%S.000000"),
        "checked_at": CHECKED,
    }


def _content(offer: Offer) -> dict[str, Any]:
    return {
        "listing_id": offer.listing_id,
        "description": f"<p>{offer.description}</p>",
        "images": f'["{_url(offer)}/photo.jpg"]',
        "attributes": _packed(offer.attributes),
    }


def _offer(offer: Offer) -> dict[str, Any]:
    gtin, sku = offer.codes
    return {
        "id": offer.listing_id,
        "listing_id": offer.listing_id,
        "shop_id": offer.shop.shop_id,
        "source_id": str(offer.listing_id),
        "variant": "[]",
        "price_minor": offer.price_minor,
        "currency": "EUR",
        "availability": offer.availability or None,
        "gtin": gtin.zfill(14) if gtin else None,
        "sku": sku,
        "url": _url(offer),
        "images": "[]",
        "status": _STATUS,
        "priced_at": CHECKED,
    }


def _url(offer: Offer) -> str:
    return f"https://boutique{offer.shop.shop_id}.example/produit/{offer.listing_id}"


def _packed(values: Iterable[object]) -> str:
    return orjson.dumps(tuple(values)).decode()
