"""« Mes envies »: a list that lives in the visitor’s browser alone; the server shows the offers it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from aggregator.store import portal as store_portal
from aggregator.store.portal import Card
from aggregator.web.site import Site, site_of

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
    shared = "/envies" + (f"?{urlencode([('offre', card.listing_id) for card in cards])}" if cards else "")
    return site.page(
        "wishes.html", baskets=_by_shop(cards), asked=bool(wanted), gone=len(wanted) - len(cards), shared=shared,
        canonical=f"{site.base_url}/envies", indexable=False, headers={"cache-control": "no-store"},
    )  # fmt: skip


def _by_shop(cards: list[Card]) -> list[Basket]:
    """In the order of the list, each shop where its first wish stands."""
    shops: dict[int, list[Card]] = {}
    for card in cards:
        shops.setdefault(card.shop_id, []).append(card)
    return [_basket(tuple(mine)) for mine in shops.values()]


def _basket(cards: tuple[Card, ...]) -> Basket:
    totals: dict[str, int] = {}
    for card in cards:
        if card.price_minor is not None and card.currency is not None:
            totals[card.currency] = totals.get(card.currency, 0) + card.price_minor
    first = cards[0]
    pairs = tuple((amount, currency) for currency, amount in totals.items())
    return Basket(first.shop_id, first.shop_name, first.town, cards, pairs)
