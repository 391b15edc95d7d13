"""A small town in the store: three shops, sixty listings with everything that a page must cope with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from aggregator.search.document import IndexDocument
from aggregator.search.loading import load
from aggregator.store import Store, merchants, shops
from aggregator.store.listings import ListingValues, OfferValues
from aggregator.store.tables import LISTING, LISTING_CONTENT, OFFER, PRODUCT, SHOP
from connectors.records import Availability, OfferRecord, ProductRecord

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'&</title><!--"

GOODS = (
    ("Théière en grès", "Maison", 3490), ("Bol à anses, prénom peint à la main", "Maison", 1950),
    ("Coussin en lin lavé", "Maison", 2900), ("Bougie parfumée au genêt", "Maison", 1690),
    ("Marinière en coton épais", "Vêtements/Hauts", 5900), ("Bonnet de marin en laine", "Vêtements/Accessoires", 2450),
    ("Écharpe tissée", "Vêtements/Accessoires", 3900), ("Ciré jaune enfant", "Vêtements", 6490),
    ("Puzzle en bois, la ferme", "Jouets", 1490), ("Toupie peinte", "Jouets", 750),
    ("Cerf-volant deux lignes", "Jouets", 4200), ("Dînette en hêtre", "Jouets", 2990),
    ("Carnet relié", "Papeterie", 1290), ("Atlas des sentiers côtiers", "Papeterie", 2250),
    ("Savon au lait d'ânesse", "Artisanat", 590), ("Panier en osier tressé", "Artisanat", 4800),
)  # fmt: skip
CATEGORIES = {
    "Maison": "maison/vaisselle", "Vêtements": "mode", "Vêtements/Hauts": "mode/hauts",
    "Vêtements/Accessoires": "mode/accessoires", "Jouets": "jouets", "Papeterie": "livres/pratique",
    "Cuisine": "cuisine",
}  # fmt: skip
"""The shop's own -> the portal's; what is not here could not be mapped."""
PLACES = {
    "Dinan": {
        "address": "12 rue de l'Horloge", "postal_code": "22100",
        "opening_hours": "Tu-Fr 10:00-12:30,14:00-19:00\nSa 10:00-19:00",
    },
}  # fmt: skip
ABOUT = {
    "about": "Objets pour la maison et vêtements, faits à Dinan ou pas loin.",
    "delivery": "Livraison 4,90 €, offerte dès 60 €", "pickup": True,
}  # fmt: skip
COLOURS = ("bleu nuit", "ocre", "vert sauge", "écru")
SHOPS = (
    ("La Petite Fabrique", "Dinan", "Marie Le Goff", "73282932000074"),
    ("Au Comptoir des Marées", "Saint-Malo", "Comptoir des Marées SARL", "35600000000048"),
    ("Librairie du Vieux Pont", "Fougères", "Librairie du Vieux Pont", "55210055400013"),
)


@dataclass(frozen=True, slots=True)
class Town:
    """Ids that tests name."""

    shop: int
    proposed_shop: int
    variants: int
    """A listing with three sizes at two prices, one sold out."""
    suspect: int
    hidden: int
    free: int
    unpriced: int
    hostile: int
    bare: int
    """No photo, no category, no description, availability unknown."""
    product: int
    """What three shops sell: listings 1008 (dearer), 1009 (cheapest, under another name) and 1010 (sold out)."""


def seed(store: Store, pictures: str = "https://photos.example") -> tuple[Town, list[IndexDocument]]:
    """Fill the store; returns the ids to know and the documents to index. `pictures` is where photos are served."""
    with store.write() as connection:
        shop_ids = []
        for number, (name, commune, merchant, siret) in enumerate(SHOPS, start=1):
            merchant_id = merchants.add(
                connection, name=merchant, siret=siret, commune=commune, email=f"m{number}@example.fr", now=NOW,
                **PLACES.get(commune, {}),
            )  # fmt: skip
            shop_ids.append(_shop(connection, f"https://boutique-{number}.example/", name, merchant_id, "approved"))
        proposed = _shop(connection, "https://pas-encore.example/", "Pas encore", None, "proposed")
        rows = list(_listings(shop_ids, pictures))
        rows.append(
            (
                9001,
                proposed,
                _product(9001, "Secret de la boutique proposée", "Maison", [_offer("1", 1)], ()),
                "visible",
            )
        )
        for listing_id, shop_id, record, status in rows:
            _insert(connection, listing_id, shop_id, record, status)
        connection.execute(
            sa.update(SHOP).where(SHOP.c.id.in_(shop_ids)).values(last_complete_at=NOW - timedelta(minutes=7))
        )
        connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_ids[0]).values(**ABOUT))
        connection.execute(sa.insert(PRODUCT).values(id=501, created_at=NOW))
        connection.execute(sa.update(LISTING).where(LISTING.c.id.in_((1008, 1009, 1010))).values(product_id=501))
    town = Town(shop_ids[0], proposed, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 501)
    with store.read() as connection:
        documents, _ = load(connection, [listing_id for listing_id, *_ in rows])
    return town, documents


def _shop(connection: sa.Connection, url: str, name: str, merchant_id: int | None, status: str) -> int:
    return shops.add(
        connection, url=url, name=name, connector="woocommerce-store", platform="WooCommerce",
        status="approved" if status == "approved" else "proposed", merchant_id=merchant_id, memory={}, now=NOW,
    )  # fmt: skip


def _offer(
    source_id: str, price: int | None, stock: Availability | None = Availability.IN_STOCK, **more: object
) -> OfferRecord:
    values = {
        "source_id": source_id, "price_minor": price, "currency": None if price is None else "EUR",
        "availability": stock, **more,
    }  # fmt: skip
    return OfferRecord.model_validate(values)


def _product(
    number: int, title: str, category: str, offers: list[OfferRecord], images: tuple[str, ...], **more: object
) -> ProductRecord:
    values = {
        "source_id": str(number), "title": title, "url": f"https://boutique.example/produit/{number}/",
        "category_path": tuple(category.split("/")) if category else (), "images": images, "offers": tuple(offers),
        "description": "<p>Fait ici, <strong>à la main</strong>.</p><ul><li>Matières locales</li></ul>", **more,
    }  # fmt: skip
    return ProductRecord.model_validate(values)


def _listings(shop_ids: list[int], pictures: str) -> Iterator[tuple[int, int, ProductRecord, str]]:
    for number in range(len(GOODS) * len(COLOURS)):
        name, category, price = GOODS[number % len(GOODS)]
        colour = COLOURS[number // len(GOODS)]
        stock = (Availability.IN_STOCK, Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.BACK_ORDER)
        offer = _offer("1", price + 100 * (number % 7), stock[number % 4 if number % 3 == 0 else 0])
        images = (f"{pictures}/{number}.svg",)
        brand = ("Ty Breizh", "Bois-Joli", None)[number % 3]
        yield (
            number + 1, shop_ids[number % 3],
            _product(number + 1, f"{name} {colour}", category, [offer], images, brand=brand), "visible",
        )  # fmt: skip
    photos = tuple(f"{pictures}/{name}.svg" for name in ("face", "dos", "detail", "porte"))
    sizes = [
        _offer("a", 4590, Availability.OUT_OF_STOCK, variant=(("Taille", "36"),)),
        _offer("b", 4990, quantity=3, variant=(("Taille", "38"),), sku="PULL-38"),
        _offer("c", 5490, quantity=12, variant=(("Taille", "40"),)),
    ]
    one = [_offer("1", 1290, gtin="03760001234561", sku="REF-1", quantity=1)]
    shop = shop_ids[0]
    attributes = (("Matière", "100 % laine"), ("Entretien", "À la main"))
    yield (
        1001, shop,
        _product(1001, "Pull marin torsadé", "Vêtements", sizes, photos, brand="Ty Breizh", attributes=attributes),
        "visible",
    )  # fmt: skip
    yield 1002, shop, _product(1002, "Lampe à poser", "Maison", one, photos[:1]), "suspect"
    yield 1003, shop, _product(1003, "Vase épuisé", "Maison", one, photos[:1]), "hidden"
    yield 1004, shop, _product(1004, "Catalogue de saison", "Papeterie", [_offer("1", 0)], photos[:1]), "visible"
    yield 1005, shop, _product(1005, "Table sur mesure", "Maison", [_offer("1", None)], photos[:1]), "visible"
    yield (
        1006, shop,
        _product(1006, f"Affiche {HOSTILE}", "", one, (f"{pictures}/x.svg?a=1&b=\"'",), brand=HOSTILE,
                 category_path=(HOSTILE,), attributes=((HOSTILE, HOSTILE),)),
        "visible",
    )  # fmt: skip
    pots = (
        (1008, 0, "Cafetière à piston Ouessant 1 L", 3990, Availability.IN_STOCK),
        (1009, 1, "OUESSANT cafetière piston 8 tasses", 3650, Availability.IN_STOCK),
        (1010, 2, "Cafetière à piston Ouessant 1 L", 2900, Availability.OUT_OF_STOCK),
    )
    for number, where, title, price, stock_ in pots:
        offer = _offer("1", price, stock_, gtin="03760009876545")
        images = (f"{pictures}/pot-{number}.svg",)
        more = {"brand": "Bois-Joli", "attributes": (("Contenance", "1 L"),)}
        yield number, shop_ids[where], _product(number, title, "Cuisine", [offer], images, **more), "visible"
    yield 1007, shop, _product(1007, "œ", "", [_offer("1", 10, None)], (), description=""), "visible"


def _insert(connection: sa.Connection, listing_id: int, shop_id: int, record: ProductRecord, status: str) -> None:
    values = ListingValues.of(record)._asdict() | {"category": CATEGORIES.get("/".join(record.category_path))}
    bulky = {name: values.pop(name) for name in ("description", "images", "attributes")}
    seen = NOW - timedelta(minutes=12, hours=listing_id % 7)
    connection.execute(
        sa.insert(LISTING).values(
            id=listing_id, shop_id=shop_id, source_id=record.source_id, status=status, missing_sweeps=0,
            first_seen_at=NOW - timedelta(days=30) + timedelta(hours=listing_id % 700), checked_at=seen,
            last_run_id=1, **values,
        )
    )  # fmt: skip
    connection.execute(sa.insert(LISTING_CONTENT).values(listing_id=listing_id, **bulky))
    for number, offer in enumerate(record.offers):
        connection.execute(
            sa.insert(OFFER).values(
                id=listing_id * 10 + number, listing_id=listing_id, shop_id=shop_id, source_id=offer.source_id,
                priced_at=NOW - timedelta(days=90), **OfferValues.of(offer)._asdict(),
            )
        )  # fmt: skip
