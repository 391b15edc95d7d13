"""Offers as they leave Emplettes: one flat dict each, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from aggregator.store.packing import unpack
from aggregator.store.public import LISTED
from aggregator.store.tables import LISTING, LISTING_CONTENT, MERCHANT, OFFER, SHOP

_PAGE = 500


def offers(connection: Connection, shop_id: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield every published offer, of all shops or of one, by shop and by the shop's own product id.

    Published is a visible offer of a listing that is visible or suspect. Ids are strings, prices minor units,
    `images` the variant's own or else the product's, `checked_at` ISO 8601 in UTC."""
    for _listing, _offer, line in _published(connection, shop_id):
        yield line


def agreed(connection: Connection) -> Iterator[dict[str, Any]]:
    """The published offers of the public shops that agreed to the bulk export, by shop: `offers` with the portal's own
    ids, the shop's name and commune, our category and the condition."""
    statement = (
        sa.select(SHOP.c.id, SHOP.c.name, MERCHANT.c.commune)
        .outerjoin(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
        .where(SHOP.c.status == "approved", SHOP.c.export_agreed)
        .order_by(SHOP.c.id)
    )
    for shop in connection.execute(statement).all():
        for listing, offer, line in _published(connection, shop.id):
            yield {
                "listing_id": str(listing.id),
                "offer_id": str(offer.id),
                "product_id": None if listing.product_id is None else str(listing.product_id),
                "shop": shop.name,
                "town": shop.commune or None,
                **line,
                "category": listing.category,
                "condition": listing.condition,
            }


_Line = tuple[Row[Any], Row[Any], dict[str, Any]]


def _published(connection: Connection, shop_id: int | None) -> Iterator[_Line]:
    after: tuple[int, str] | None = None
    while page := connection.execute(_listings(shop_id, after)).all():
        offers_of: dict[int, list[Row[Any]]] = {}
        for offer in connection.execute(_offers([listing.id for listing in page])):
            offers_of.setdefault(offer.listing_id, []).append(offer)
        for listing in page:
            category_path, images = unpack(listing.category_path), unpack(listing.images)
            for offer in offers_of.get(listing.id, ()):
                yield listing, offer, _flat(listing, offer, category_path, images)
        after = (page[-1].shop_id, page[-1].source_id)


def _listings(shop_id: int | None, after: tuple[int, str] | None) -> sa.Select[Any]:
    """One page, by the unique index on (shop, product id): each page costs the same, however far."""
    query = (
        sa.select(LISTING, LISTING_CONTENT.c.images)
        .join(LISTING_CONTENT, LISTING_CONTENT.c.listing_id == LISTING.c.id)
        .where(LISTED)
        .order_by(LISTING.c.shop_id, LISTING.c.source_id)
        .limit(_PAGE)
    )
    if shop_id is not None:
        query = query.where(LISTING.c.shop_id == shop_id)
    if after is not None:
        query = query.where(sa.tuple_(LISTING.c.shop_id, LISTING.c.source_id) > sa.tuple_(*after))
    return query


def _offers(listing_ids: Sequence[int]) -> sa.Select[Any]:
    return (
        sa.select(OFFER)
        .where(OFFER.c.listing_id.in_(listing_ids), OFFER.c.status == "visible")
        .order_by(OFFER.c.listing_id, OFFER.c.id)
    )


def _flat(listing: Row[Any], offer: Row[Any], category_path: list[str], images: list[str]) -> dict[str, Any]:
    variant = ", ".join(f"{name}: {value}" for name, value in unpack(offer.variant))
    return {
        "shop_id": str(listing.shop_id),
        "product_source_id": listing.source_id,
        "source_id": offer.source_id,
        "title": listing.title,
        "variant": variant or None,
        "price_minor": offer.price_minor,
        "list_price_minor": offer.list_price_minor,
        "currency": offer.currency,
        "availability": offer.availability,
        "quantity": offer.quantity,
        "gtin": offer.gtin,
        "brand": listing.brand,
        "category_path": category_path,
        "url": offer.url or listing.url,
        "images": unpack(offer.images) or images,
        "checked_at": listing.checked_at.isoformat().replace("+00:00", "Z"),
    }
