"""Read queries of the public pages: cards in a given order, one listing, one shop. Nothing here writes.

What is public, `store.public` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store import prices
from aggregator.store.packing import unpack
from aggregator.store.public import LISTED, PUBLIC_PAGE, PUBLIC_SHOP, SHOP_IS_PUBLIC
from aggregator.store.shops import site_of
from aggregator.store.tables import LISTING, LISTING_CONTENT, MERCHANT, OFFER, SHOP
from connectors.records import Attribute, Availability, ProductRecord

_AVAILABILITY_RANK = {Availability.IN_STOCK: 0, Availability.BACK_ORDER: 1, None: 2, Availability.OUT_OF_STOCK: 3}


@dataclass(frozen=True, slots=True)
class OfferView:
    """One variant as a page shows it. `offer_id` is 0 where it is not stored (the preview of `connect`)."""

    offer_id: int
    variant: tuple[Attribute, ...]
    price_minor: int | None
    currency: str | None
    availability: Availability | None
    quantity: int | None
    gtin: str | None
    sku: str | None
    url: str | None
    images: tuple[str, ...]

    @property
    def can_be_bought(self) -> bool:
        """False only where the shop says that it is sold out: unknown is not "no"."""
        return self.availability is not Availability.OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class Card:
    """A listing in a list of results. Price, availability and `url` are those of the representative offer:
    the cheapest that can be bought, or the cheapest of all where none can."""

    listing_id: int
    offer_id: int
    title: str
    brand: str | None
    image: str | None
    price_minor: int | None
    currency: str | None
    price_varies: bool
    """Other offers that can be bought cost more: "à partir de"."""
    availability: Availability | None
    variants: int
    shop_id: int
    shop_name: str
    town: str
    url: str | None
    """The merchant's own page; None where the shop has no site."""
    first_seen_at: datetime
    checked_at: datetime
    suspect: bool
    """The last sweep did not find it: "à vérifier"."""
    handed_over: bool
    """It comes from a file, which nobody reads again by themselves."""


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop as visitors see it: no mail, no phone, unless there is no site to go to."""

    shop_id: int
    name: str
    url: str | None
    """None where the shop has no site."""
    platform: str
    merchant: str
    siret: str | None
    town: str
    last_complete_at: datetime | None
    phone: str = ""
    email: str = ""
    address: str = ""
    """Street and number."""
    postal_code: str = ""
    insee: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    opening_hours: str = ""
    """schema.org's form, one a line."""
    about: str = ""
    delivery: str = ""
    pickup: bool | None = None


@dataclass(frozen=True, slots=True)
class Crossed:
    """A crossed-out price that may be shown, and what must stand beside it (see `store.prices`)."""

    list_price_minor: int
    lowest_minor: int
    """The lowest price of the 30 days before the reduction."""


@dataclass(frozen=True, slots=True)
class ListingView:
    """All that an offer page shows."""

    card: Card
    shop: ShopView
    description: str
    """HTML, cleaned by `connectors.values.clean_html` when it was read."""
    category_path: tuple[str, ...]
    """The shop's own words."""
    category: str | None
    """Node of the portal's own tree."""
    condition: str | None
    """Google Merchant's word; None where the shop does not say."""
    product_id: int | None
    """What it is across shops (`store.products`); None where no other listing is known to be the same."""
    images: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    offers: tuple[OfferView, ...]
    """Never empty; in the shop's order."""
    crossed: Crossed | None
    """Of the representative offer; None where there is no reduction, or none that the journal proves."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A listing or shop that was public once and is no longer: 410."""

    title: str


def representative(offers: Sequence[OfferView]) -> OfferView:
    """The cheapest offer that can be bought; of all, where none can. A price beats no price, stock beats doubt."""
    return min(
        offers,
        key=lambda o: (
            not o.can_be_bought,
            o.price_minor is None,
            o.price_minor or 0,
            _AVAILABILITY_RANK[o.availability],
            o.offer_id,
        ),
    )


def preview_card(record: ProductRecord, *, shop_name: str, town: str, now: datetime) -> Card:
    """The card that this record will have once it is published."""
    offers = [
        OfferView(
            0, o.variant, o.price_minor, o.currency, o.availability, o.quantity, o.gtin, o.sku, o.url, tuple(o.images)
        )
        for o in record.offers
    ]
    row = {
        "id": 0, "title": record.title, "brand": record.brand, "url": record.url, "first_seen_at": now,
        "checked_at": now,
        "status": "visible", "shop_id": 0, "shop_name": shop_name, "shop_url": "", "town": town,
    }  # fmt: skip
    return _card(row, record.images, offers)


def cards(connection: Connection, listing_ids: Sequence[int]) -> list[Card]:
    """Cards of the public ones among these listings, in the given order. At most a few hundred ids."""
    if not listing_ids:
        return []
    found = connection.execute(_CARDS, {"ids": list(listing_ids)}).mappings().all()
    rows = {row["id"]: row for row in found}
    offers = _offers(connection, rows)
    wanted = dict.fromkeys(listing_ids)  # an index may repeat an id for a moment; a page must not
    return [_card(rows[i], _list(rows[i]["images"]), offers[i]) for i in wanted if i in rows and i in offers]


def find_listing(connection: Connection, listing_id: int) -> ListingView | Gone | None:
    """One listing with its shop and offers; Gone where it was public once; None where it never was."""
    return find_listings(connection, [listing_id]).get(listing_id)


def find_listings(connection: Connection, listing_ids: Sequence[int]) -> dict[int, ListingView | Gone]:
    """The same of several, in as many queries; absent where they never were. At most a few hundred ids."""
    rows = connection.execute(_LISTINGS, {"ids": list(listing_ids)}).mappings().all()
    shops = _find_shops(connection, {row["shop_id"] for row in rows})
    offers = _offers(connection, [row["id"] for row in rows])
    found: dict[int, ListingView | Gone] = {}
    shown = []
    for row in rows:
        shop, mine = shops.get(row["shop_id"]), offers.get(row["id"], [])
        if shop is None:
            continue
        if not isinstance(shop, ShopView) or row["status"] not in PUBLIC_PAGE or row["excluded"] or not mine:
            found[row["id"]] = Gone(row["title"])
        else:
            shown.append((row, shop, mine, _card(row, _list(row["images"]), mine)))
    crossed = _crossed(connection, [card for _row, _shop, _offers, card in shown])
    for row, shop, mine, card in shown:
        found[row["id"]] = _view(row, shop, mine, card, crossed.get(card.offer_id))
    return found


def _view(
    row: Mapping[Any, Any], shop: ShopView, offers: Sequence[OfferView], card: Card, crossed: Crossed | None
) -> ListingView:
    images = _list(row["images"])
    return ListingView(
        card=card,
        shop=shop,
        description=row["description"],
        category_path=_list(row["category_path"]),
        category=row["category"],
        condition=row["condition"],
        product_id=row["product_id"],
        images=tuple(dict.fromkeys([*images, *(image for offer in offers for image in offer.images)])),
        attributes=_pairs(row["attributes"]),
        offers=tuple(offers),
        crossed=crossed,
    )


def _crossed(connection: Connection, shown: Sequence[Card]) -> dict[int, Crossed]:
    """By offer, the crossed-out prices that may be shown."""
    listed = connection.execute(_CROSSED_OUT, {"ids": [card.offer_id for card in shown]}).all()
    list_prices: dict[int, int] = {row.id: row.list_price_minor for row in listed}
    found = {}
    for card in shown:
        if card.offer_id not in list_prices or card.price_minor is None:
            continue
        told = prices.lowest(connection, [card.offer_id], card.checked_at).get(card.offer_id)
        if told is not None and told.proven and told.minor > card.price_minor:  # else no price fell
            found[card.offer_id] = Crossed(list_prices[card.offer_id], told.minor)
    return found


_SHOPS = sa.select(
    SHOP.c.id, SHOP.c.name, SHOP.c.url, SHOP.c.platform, SHOP.c.status, SHOP.c.last_complete_at, SHOP.c.about,
    SHOP.c.delivery, SHOP.c.pickup, MERCHANT.c.name.label("merchant"), MERCHANT.c.siret, MERCHANT.c.commune,
    MERCHANT.c.phone, MERCHANT.c.email, MERCHANT.c.address, MERCHANT.c.postal_code, MERCHANT.c.insee,
    MERCHANT.c.latitude, MERCHANT.c.longitude, MERCHANT.c.opening_hours,
).outerjoin(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)  # fmt: skip


def find_shop(connection: Connection, shop_id: int) -> ShopView | Gone | None:
    """A public shop; Gone where it left; None where it never was public."""
    return _find_shops(connection, [shop_id]).get(shop_id)


def _find_shops(connection: Connection, shop_ids: Iterable[int]) -> dict[int, ShopView | Gone]:
    rows = connection.execute(_SHOPS.where(SHOP.c.id.in_(list(shop_ids)))).mappings().all()
    return {
        row["id"]: _shop(row) if row["status"] in PUBLIC_SHOP else Gone(row["name"])
        for row in rows
        if row["status"] not in ("proposed", "refused")
    }


def list_shops(
    connection: Connection, *, offset: int, limit: int, insee: str | None = None
) -> tuple[int, list[ShopView]]:
    """How many public shops there are (in one commune, where `insee` names it), and one page of them, by name."""
    chosen = _SHOPS.where(SHOP_IS_PUBLIC)
    if insee is not None:
        chosen = chosen.where(MERCHANT.c.insee == insee)
    total = connection.execute(sa.select(sa.func.count()).select_from(chosen.subquery())).scalar_one()
    page = chosen.order_by(SHOP.c.name, SHOP.c.id).offset(offset).limit(limit)
    return int(total), [_shop(row) for row in connection.execute(page).mappings()]


def _shop(row: Mapping[Any, Any]) -> ShopView:
    site = site_of(row["url"])
    return ShopView(
        shop_id=row["id"],
        name=row["name"],
        url=site,
        platform=row["platform"],
        merchant=row["merchant"] or "",
        siret=row["siret"],
        town=row["commune"] or "",
        last_complete_at=row["last_complete_at"],
        phone="" if site else row["phone"] or "",
        email="" if site else row["email"] or "",
        address=row["address"] or "",
        postal_code=row["postal_code"] or "",
        insee=row["insee"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        opening_hours=row["opening_hours"] or "",
        about=row["about"],
        delivery=row["delivery"],
        pickup=row["pickup"],
    )


def _listing_columns(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(
            LISTING.c.id, LISTING.c.title, LISTING.c.brand, LISTING.c.url, LISTING.c.first_seen_at,
            LISTING.c.checked_at, LISTING.c.status, LISTING.c.shop_id, SHOP.c.name.label("shop_name"),
            SHOP.c.url.label("shop_url"),
            sa.func.coalesce(MERCHANT.c.commune, "").label("town"), *more,
        )
        .join(SHOP, SHOP.c.id == LISTING.c.shop_id)
        .outerjoin(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
    )  # fmt: skip


_CARDS = (
    _listing_columns(LISTING_CONTENT.c.images)
    .join(LISTING_CONTENT, LISTING_CONTENT.c.listing_id == LISTING.c.id)
    .where(LISTING.c.id.in_(sa.bindparam("ids", expanding=True)), LISTED, SHOP_IS_PUBLIC)
)
"""Made once, as those below are: pages ask them again and again, and to make one takes as long as to ask it."""
_LISTINGS = (
    _listing_columns(
        LISTING_CONTENT.c.images, LISTING_CONTENT.c.description, LISTING_CONTENT.c.attributes, LISTING.c.category_path,
        LISTING.c.category, LISTING.c.condition, LISTING.c.product_id, LISTING.c.excluded,
    )
    .join(LISTING_CONTENT, LISTING_CONTENT.c.listing_id == LISTING.c.id)
    .where(LISTING.c.id.in_(sa.bindparam("ids", expanding=True)))
)  # fmt: skip
_CROSSED_OUT = sa.select(OFFER.c.id, OFFER.c.list_price_minor).where(
    OFFER.c.id.in_(sa.bindparam("ids", expanding=True)), OFFER.c.list_price_minor.is_not(None)
)
_OFFERS = (
    sa.select(
        OFFER.c.id, OFFER.c.listing_id, OFFER.c.variant, OFFER.c.price_minor, OFFER.c.currency, OFFER.c.availability,
        OFFER.c.quantity, OFFER.c.gtin, OFFER.c.sku, OFFER.c.url, OFFER.c.images,
    )
    .where(OFFER.c.listing_id.in_(sa.bindparam("ids", expanding=True)), OFFER.c.status == "visible")
    .order_by(OFFER.c.listing_id, OFFER.c.id)
)  # fmt: skip


def _offers(connection: Connection, listing_ids: Iterable[int]) -> dict[int, list[OfferView]]:
    """Visible offers by listing; a listing without any is absent."""
    found: dict[int, list[OfferView]] = {}
    for row in connection.execute(_OFFERS, {"ids": list(listing_ids)}).mappings().all():
        found.setdefault(row["listing_id"], []).append(_offer(row))
    return found


def _offer(row: Mapping[Any, Any]) -> OfferView:
    return OfferView(
        offer_id=row["id"],
        variant=_pairs(row["variant"]),
        price_minor=row["price_minor"],
        currency=row["currency"],
        availability=Availability(row["availability"]) if row["availability"] else None,
        quantity=row["quantity"],
        gtin=row["gtin"],
        sku=row["sku"],
        url=row["url"],
        images=_list(row["images"]),
    )


def _card(row: Mapping[Any, Any], images: Sequence[str], offers: Sequence[OfferView]) -> Card:
    best = representative(offers)
    comparable = [o for o in offers if o.can_be_bought == best.can_be_bought and o.currency == best.currency]
    return Card(
        listing_id=row["id"],
        offer_id=best.offer_id,
        title=row["title"],
        brand=row["brand"],
        image=next(iter((*images, *best.images)), None),
        price_minor=best.price_minor,
        currency=best.currency,
        price_varies=any(o.price_minor is not None and o.price_minor != best.price_minor for o in comparable),
        availability=best.availability,
        variants=len(offers),
        shop_id=row["shop_id"],
        shop_name=row["shop_name"],
        town=row["town"],
        url=best.url or row["url"],
        first_seen_at=row["first_seen_at"],
        checked_at=row["checked_at"],
        suspect=row["status"] == "suspect",
        handed_over=site_of(row["shop_url"]) is None,
    )


def _list(packed: str) -> tuple[str, ...]:
    return tuple(unpack(packed))


def _pairs(packed: str) -> tuple[Attribute, ...]:
    return tuple((str(name), str(value)) for name, value in unpack(packed))
