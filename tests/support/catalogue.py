"""Small records for tests of ingest: one line says one product."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.ingest.categories import SHIPPED, tree
from aggregator.ingest.classify import classifier
from aggregator.ingest.shelving import Shelving
from aggregator.store import Store, shops
from connectors.records import Availability, OfferRecord, ProductRecord

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SHELVING = Shelving(classifier(tree(SHIPPED)))
"""By the shipped tree, without excluded categories."""


def offer(
    source_id: str,
    price: int | None = 1000,
    *,
    stock: Availability = Availability.IN_STOCK,
    quantity: int | None = None,
    size: str | None = None,
) -> OfferRecord:
    return OfferRecord(
        source_id=source_id,
        price_minor=price,
        currency=None if price is None else "EUR",
        availability=stock,
        quantity=quantity,
        variant=() if size is None else (("Taille", size),),
    )


def product(source_id: str, *offers: OfferRecord, title: str | None = None) -> ProductRecord:
    """A product with these offers; with one at 10 EUR where none are given."""
    return ProductRecord(
        source_id=source_id,
        title=title or f"Bol n° {source_id}",
        url=f"https://boutique.example/produit/{source_id}/",
        description="<p>Tourné à la main.</p>",
        category_path=("Maison", "Vaisselle"),
        images=("https://boutique.example/bol.jpg",),
        offers=offers or (offer(source_id),),
    )


def products(count: int, first: int = 1, price: int = 1000) -> list[ProductRecord]:
    return [product(str(number), offer(str(number), price)) for number in range(first, first + count)]


def add_shop(store: Store, url: str = "https://boutique.example/", connector: str = "woocommerce-store") -> int:
    """An approved shop without a key."""
    with store.write() as connection:
        return shops.add(
            connection,
            url=url,
            name="Boutique d'essai",
            connector=connector,
            platform="WooCommerce",
            status="approved",
            memory={},
            now=NOW,
        )
