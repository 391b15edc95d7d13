"""« Mes envies »: a list that lives in the visitor’s browser alone; the server shows the offers it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from aggregator.store import carts
from aggregator.store import portal as store_portal
from aggregator.store.carts import CartItem
from aggregator.store.portal import Card
from aggregator.web.carts import cart_link
from aggregator.web.site import Site, site_of
from connectors.records import Availability

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

MOST = 100
"""Wishes of one list."""


@dataclass(frozen=True, slots=True)
class Basket:
    """The wishes of one shop."""

    shop_id: int
    shop_name: str
    town: str
    cards: tuple[Card, ...]
    totals: tuple[tuple[int, str], ...]
    """(minor units, currency) of what has a price."""
    cart: str | None
    """Puts all of them into the shop's cart; None where its platform takes no such link, or a size is to be chosen."""
    carts: Mapping[int, str]
    """Listing id -> puts this one there."""


@router.get("/envies")
def wishes(request: Request, site: CurrentSite) -> Response:
    """The offers of the address, by shop: what the browser's own list asks for, or a list that somebody shared.

    Never kept, here or on the way: it says what somebody would like to have."""
    wanted = list(
        dict.fromkeys(
            int(raw)
            for raw in request.query_params.getlist("offre")[: 2 * MOST]
            if raw.isascii() and raw.isdigit() and len(raw) < 19
        )
    )[:MOST]
    with site.store.read() as connection:
        cards = store_portal.cards(connection, wanted)
        items = carts.items(connection, [card.offer_id for card in cards])
    shared = "/envies" + (f"?{urlencode([('offre', card.listing_id) for card in cards])}" if cards else "")
    return site.page(
        "wishes.html", baskets=_by_shop(cards, items), asked=bool(wanted), gone=len(wanted) - len(cards), shared=shared,
        canonical=f"{site.base_url}/envies", indexable=False, headers={"cache-control": "no-store"},
    )  # fmt: skip


def _by_shop(cards: list[Card], items: Mapping[int, CartItem]) -> list[Basket]:
    """In the order of the list, each shop where its first wish stands."""
    shops: dict[int, list[Card]] = {}
    for card in cards:
        shops.setdefault(card.shop_id, []).append(card)
    return [_basket(tuple(mine), items) for mine in shops.values()]


def _basket(cards: tuple[Card, ...], items: Mapping[int, CartItem]) -> Basket:
    totals: dict[str, int] = {}
    for card in cards:
        if card.price_minor is not None and card.currency is not None:
            totals[card.currency] = totals.get(card.currency, 0) + card.price_minor
    first = cards[0]
    pairs = tuple((amount, currency) for currency, amount in totals.items())
    takers = [(card.listing_id, items[card.offer_id]) for card in cards if card.offer_id in items and _is_ready(card)]
    links = {number: cart_link(item.connector, item.shop_url, [(item.source_id, 1)]) for number, item in takers}
    together = None
    if len(takers) == len(cards) > 1:
        shop = takers[0][1]
        together = cart_link(shop.connector, shop.shop_url, [(item.source_id, 1) for _, item in takers])
    alone = {number: link for number, link in links.items() if link is not None}
    return Basket(first.shop_id, first.shop_name, first.town, cards, pairs, together, alone)


def _is_ready(card: Card) -> bool:
    """Nothing is left to choose, and the shop does not say that it is sold out."""
    return card.variants == 1 and card.availability is not Availability.OUT_OF_STOCK
