"""The public pages: home, results, offer, shop, and the pages that explain."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from aggregator.search.document import category_values
from aggregator.search.port import SearchQuery, SearchResults, Sort
from aggregator.store import portal as store_portal
from aggregator.store.portal import Gone, ListingView, ShopView
from aggregator.web import views
from aggregator.web.formatting import path
from aggregator.web.query import MAX_PAGE, PER_PAGE, SearchRequest, last_page, read_page, read_request
from aggregator.web.site import Site, site_of
from aggregator.web.texts import gettext as _
from connectors.files.template import template

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

_KEY = re.compile(r"([1-9][0-9]{0,17})(?:-(.*))?\Z", re.ASCII)
"""An id that fits the database's 64 bits, then a slug."""

EXPLAINED = {
    "classement": "ranking.html",
    "robot": "robot.html",
    "mentions-legales": "legal.html",
    "accessibilite": "accessibility.html",
}
"""Pages that only explain: path -> template."""


class GoneForGood(HTTPException):
    """410, with the name of what was here."""

    def __init__(self, title: str) -> None:
        super().__init__(410)
        self.title = title


@router.get("/")
def home(site: CurrentSite) -> HTMLResponse:
    """The search box, where to begin, what is new."""
    overview = site.index.search(SearchQuery(sort=Sort.NEWEST, per_page=10))
    with site.store.read() as connection:
        newest = store_portal.cards(connection, overview.listing_ids)
    return site.page("home.html", total=overview.total, newest=newest, start=_starting_points(overview))


def _starting_points(overview: SearchResults) -> list[views.FacetGroup]:
    """Categories, towns and shops, each a link to its results."""
    groups = views.facet_groups(SearchRequest(), overview)
    return [group for group in groups if group.name in ("category", "town", "shop")]


@router.get("/recherche")
def results(request: Request, site: CurrentSite) -> Response:
    asked = read_request(request.query_params)
    found = site.index.search(asked.query())
    if asked.page > last_page(found.total):
        return RedirectResponse(asked.on_page(last_page(found.total)), 302)
    with site.store.read() as connection:
        cards = store_portal.cards(connection, found.listing_ids)
        shop_names = _shop_names(connection, asked)
    active = views.active_filters(asked, found, shop_names)
    overview = None if found.total else site.index.search(SearchQuery(sort=Sort.NEWEST, per_page=4))
    return site.page(
        "results.html",
        asked=asked,
        found=found,
        cards=cards,
        active=active,
        facets=views.facet_groups(asked, found),
        sorts=[
            (views.sort_title(sort), asked.sorted_by(sort), sort is asked.sort)
            for sort in Sort
            if sort is not Sort.DISTANCE
        ],
        pager=views.pager(asked, last_page(found.total)),
        start=_starting_points(overview) if overview else [],
        heading=_heading(asked, active),
        # A page of one facet value is worth finding; the endless rest of the combinations is not.
        indexable=not asked.text and len(asked.filters) <= 1 and asked.sort is Sort.RELEVANCE,
        canonical=site.base_url + replace(asked, sort=Sort.RELEVANCE).url(),
    )


def _shop_names(connection: Connection, asked: SearchRequest) -> dict[str, str]:
    """Names of the shops that are filtered by: a shop without a hit has no name in the index's answer."""
    wanted = [value for name, value in asked.filters if name == "shop" and _KEY.match(value)]
    found = {value: store_portal.find_shop(connection, int(value)) for value in wanted if value.isdigit()}
    return {value: shop.name for value, shop in found.items() if isinstance(shop, ShopView)}


def _heading(asked: SearchRequest, active: list[views.Choice]) -> str:
    if asked.text:
        return _("«\u00a0%(text)s\u00a0»") % {"text": asked.text}
    if len(active) == 1:
        return active[0].label
    return _("Tous les produits")


@router.get("/offre/{key}")
def offer(key: str, site: CurrentSite) -> Response:
    listing_id, slug = _read_key(key)
    with site.store.read() as connection:
        listing = store_portal.find_listing(connection, listing_id)
    if isinstance(listing, Gone):
        raise GoneForGood(listing.title)
    if listing is None:
        raise HTTPException(404)
    address = path("offre", listing_id, listing.card.title)
    if address != f"/offre/{listing_id}" + (f"-{slug}" if slug else ""):
        return RedirectResponse(address, 301)
    trail = _trail(listing)
    return site.page(
        "offer.html",
        listing=listing,
        trail=trail,
        canonical=site.base_url + address,
        summary=views.summary(listing),
        product=views.product_ld(listing, site.base_url),
        breadcrumb=views.breadcrumb_ld([*trail, (listing.card.title, address)], site.base_url),
    )


def _trail(listing: ListingView) -> list[tuple[str, str]]:
    """Home, then the nodes of the portal's tree down to the listing's."""
    values = category_values(listing.category or "")
    steps = ((views.category_label(value), SearchRequest(filters=(("category", value),)).url()) for value in values)
    return [(_("Accueil"), "/"), *steps]


@router.get("/boutique/{key}")
def shop(key: str, request: Request, site: CurrentSite) -> Response:
    shop_id, slug = _read_key(key)
    page = read_page(request.query_params)
    with site.store.read() as connection:
        found = store_portal.find_shop(connection, shop_id)
        if isinstance(found, Gone):
            raise GoneForGood(found.title)
        if found is None:
            raise HTTPException(404)
        total, cards = store_portal.shop_listings(connection, shop_id, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    address = path("boutique", shop_id, found.name)
    last = min(last_page(total), MAX_PAGE)
    if address != f"/boutique/{shop_id}" + (f"-{slug}" if slug else ""):
        return RedirectResponse(address, 301)
    if page > last:
        return RedirectResponse(f"{address}?page={last}", 302)
    pager = views.Pager(
        page=page,
        last=last,
        previous=None if page == 1 else address if page == 2 else f"{address}?page={page - 1}",
        next=f"{address}?page={page + 1}" if page < last else None,
    )
    return site.page(
        "shop.html", shop=found, total=total, cards=cards, pager=pager,
        canonical=site.base_url + address + (f"?page={page}" if page > 1 else ""),
    )  # fmt: skip


def _read_key(key: str) -> tuple[int, str]:
    match = _KEY.match(key)
    if match is None:
        raise HTTPException(404)
    return int(match[1]), match[2] or ""


@router.get("/fraicheur")
def freshness(site: CurrentSite) -> HTMLResponse:
    """How fresh the region's offers are, shop by shop: public, since it is what the portal promises."""
    return site.page("freshness.html", found=site.freshness(), canonical=f"{site.base_url}/fraicheur")


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    return PlainTextResponse("User-agent: *\nDisallow: /api/\nDisallow: /connecter/\n")


@router.get("/modele-tableau.csv")
def spreadsheet_template() -> Response:
    """For merchants without a site: a table to fill in and to send to the operator, who imports it."""
    headers = {"content-disposition": 'attachment; filename="modele-emplettes.csv"'}
    return Response(template(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/healthz")
def health(site: CurrentSite) -> JSONResponse:
    """For the machine that watches: the database answers and the index can be read."""
    with site.store.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    return JSONResponse({"status": "ok", "listings": site.index.count()})


@router.get("/{name}")
def explained(name: str, site: CurrentSite) -> HTMLResponse:
    template = EXPLAINED.get(name)
    if template is None:
        raise HTTPException(404)
    return site.page(template, canonical=f"{site.base_url}/{name}")
