"""What is sold: the page of an offer of one shop, the page of a product that several shops sell."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException

from aggregator.publish import addresses
from aggregator.search.document import category_values
from aggregator.search.port import SearchQuery
from aggregator.store import portal as store_portal
from aggregator.store import products
from aggregator.store.portal import Gone, ListingView
from aggregator.store.products import ProductView
from aggregator.web import places, structured, views
from aggregator.web.formatting import money, path
from aggregator.web.query import MAX_PLACE, clean
from aggregator.web.results import Result, shown
from aggregator.web.security import visitor
from aggregator.web.site import Site, site_of
from aggregator.web.texts import gettext as _

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

_KEY = re.compile(r"([1-9][0-9]{0,17})(?:-(.*))?\Z", re.ASCII)
"""An id that fits the database's 64 bits, then a slug."""
_REPORTS = parse("20/hour")
PHOTOS = 9
"""Photos on one page."""
BESIDE = 5
"""Similar results below an offer."""


class GoneForGood(HTTPException):
    """410, with the name of what was here."""

    def __init__(self, title: str) -> None:
        super().__init__(410)
        self.title = title


class Reports:
    """How often one visitor may say "ce n'est pas le même". One for an app; nobody's name is kept."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, who: str) -> int:
        """Count one; seconds to wait where it is one too many, else 0."""
        if self._limiter.hit(_REPORTS, who):
            return 0
        return max(60, int(self._limiter.get_window_stats(_REPORTS, who).reset_time - time.time()))


def read_key(key: str) -> tuple[int, str]:
    """Id and slug of an address; 404 where it is none."""
    match = _KEY.match(key)
    if match is None:
        raise HTTPException(404)
    return int(match[1]), match[2] or ""


def moved(prefix: str, number: int, slug: str, address: str, query: str = "") -> RedirectResponse | None:
    """To the page's own address, where another slug was asked for."""
    if address == f"/{prefix}/{number}" + (f"-{slug}" if slug else ""):
        return None
    return RedirectResponse(address + (f"?{query}" if query else ""), 301)


@router.get("/offre/{key}")
def offer(key: str, request: Request, site: CurrentSite) -> Response:
    """What one shop sells; where other shops sell it too, search engines are told of the page of all of them."""
    listing_id, slug = read_key(key)
    with site.store.read() as connection:
        listing = store_portal.find_listing(connection, listing_id)
        if isinstance(listing, Gone):
            raise GoneForGood(listing.title)
        if listing is None:
            raise HTTPException(404)
        product = None if listing.product_id is None else products.find(connection, listing.product_id)
    address = path("offre", listing_id, listing.card.title)
    redirect = moved("offre", listing_id, slug, address)
    if redirect:
        return redirect
    if product and len(product.listings) == 1:
        product = None
    shared = path("produit", product.product_id, product.title) if product else None
    trail = trail_of(listing.category)
    images = [(image, listing.shop.shop_id) for image in listing.images[:PHOTOS]]
    site.photos.prepare(images)
    return site.page(
        "offer.html",
        listing=listing,
        images=images,
        product=product,
        shared=shared,
        trail=trail,
        beside=_beside(site, listing),
        place=None,
        canonical=site.base_url + (shared or address),
        summary=structured.summary(listing),
        picture=next(iter(listing.images), None),
        structured=structured.listing(listing, site.base_url),
        breadcrumb=structured.breadcrumb([*trail, (listing.card.title, address)], site.base_url),
    )


def trail_of(category: str | None) -> list[tuple[str, str]]:
    """Home, then the nodes of the portal's tree down to this one."""
    nodes = category_values(category or "")
    return [(_("Accueil"), "/"), *((views.category_label(node), addresses.category(node)) for node in nodes)]


def _beside(site: Site, listing: ListingView) -> list[Result]:
    """What resembles an offer, elsewhere: for who does not find it quite right, or sold out."""
    if listing.category is None:
        return []
    query = SearchQuery(
        text=listing.card.title, filters={"category": (listing.category,)}, per_page=BESIDE + 2, facets=False
    )
    found = site.index.search(query)
    with site.store.read() as connection:
        results = shown(connection, found)
    return [result for result in results if result.card.listing_id != listing.card.listing_id][:BESIDE]


@dataclass(frozen=True, slots=True)
class Compared:
    """One listing of a product, as the comparison shows it."""

    listing: ListingView
    km: float | None
    reported: bool


@router.get("/produit/{key}")
def product(key: str, request: Request, site: CurrentSite) -> Response:
    """The offers of several shops for one product, compared. Cheapest that can be bought first, or nearest."""
    product_id, slug = read_key(key)
    typed = clean(request.query_params.get("lieu", ""), MAX_PLACE)
    place = site.place(typed)
    with site.store.read() as connection:
        found = products.find(connection, product_id)
        km = places.distances(connection, place) if place else {}
    if found is None:
        raise HTTPException(404)
    if len(found.listings) == 1:  # the others have gone: it is an offer like any other
        card = found.listings[0].card
        return RedirectResponse(path("offre", card.listing_id, card.title), 302)
    address = path("produit", found.product_id, found.title)
    redirect = moved("produit", product_id, slug, address, request.url.query)
    if redirect:
        return redirect
    said = request.query_params.get("signale", "")
    offers = [Compared(one, km.get(one.shop.shop_id), str(one.card.listing_id) == said) for one in found.listings]
    by_distance = place is not None and request.query_params.get("tri") == "distance"
    if by_distance:
        offers.sort(key=lambda one: (one.km is None, one.km or 0.0))
    trail = trail_of(found.category)
    images = _images(found)
    site.photos.prepare(images)
    return site.page(
        "product.html",
        product=found,
        images=images,
        offers=offers,
        words=_longest(found.listings),
        attributes=_attributes(found.listings),
        lowest=_lowest(found.listings),
        address=address,
        place=place,
        unknown_place=typed if typed and place is None else "",
        by_distance=by_distance,
        reported=bool(said),
        trail=trail,
        canonical=site.base_url + address,
        picture=next(iter(found.images), None),
        structured=structured.product(found, site.base_url),
        breadcrumb=structured.breadcrumb([*trail, (found.title, address)], site.base_url),
    )


def _images(product: ProductView) -> list[tuple[str, int]]:
    """The product's photos, each with the shop that shows it."""
    shops = {image: one.shop.shop_id for one in reversed(product.listings) for image in one.images}
    return [(image, shops.get(image, 0)) for image in product.images[:PHOTOS]]


def _lowest(listings: Sequence[ListingView]) -> str | None:
    """The lowest price at which it can be bought now; None where it cannot be, or where prices do not compare."""
    buyable = [one.card for one in listings if any(offer.can_be_bought for offer in one.offers)]
    priced = [(card.price_minor, card.currency) for card in buyable if card.price_minor and card.currency]
    if not priced or len({currency for _minor, currency in priced}) > 1:
        return None
    return money(*min(priced))


def _longest(listings: Sequence[ListingView]) -> ListingView | None:
    """Whose description says most: one is shown, with its shop's name, since they are the shops' own words."""
    described = [one for one in listings if one.description]
    return max(described, key=lambda one: len(one.description), default=None)


def _attributes(listings: Sequence[ListingView]) -> list[tuple[str, str]]:
    """Characteristics that the shops tell, each name once; the first that tells it is believed."""
    told: dict[str, tuple[str, str]] = {}
    for listing in listings:
        for name, value in listing.attributes:
            told.setdefault(name.casefold(), (name, value))
    return list(told.values())


@router.post("/signaler")
def report(
    request: Request, site: CurrentSite, produit: Annotated[str, Form()] = "", offre: Annotated[str, Form()] = ""
) -> Response:
    """« Ce n'est pas le même »: noted for the operator, whoever says it; nothing of the visitor is."""
    product_id, listing_id = _number(produit), _number(offre)
    wait = request.app.state.reports.take(visitor(request, behind_proxy=site.settings.behind_proxy))
    if wait:
        raise HTTPException(429, headers={"retry-after": str(wait)})
    with site.store.write() as connection:
        known = products.report(connection, product_id, listing_id, site.now())
    if not known:
        raise HTTPException(404)
    return RedirectResponse(f"/produit/{product_id}?signale={listing_id}#offre-{listing_id}", 303)


def _number(typed: str) -> int:
    number, slug = read_key(typed)
    if slug:
        raise HTTPException(404)
    return number
