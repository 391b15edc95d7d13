"""Who sells, where, and what kinds of things: the pages of a shop, a commune, a category, and the lists of all."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from starlette.exceptions import HTTPException

from aggregator.geo import communes, distance
from aggregator.geo.communes import Commune
from aggregator.search.port import SearchQuery, Sort
from aggregator.store import portal as store_portal
from aggregator.store.portal import Gone, ShopView
from aggregator.web import hours, places, structured, views
from aggregator.web import map as locator
from aggregator.web.formatting import PARIS, path
from aggregator.web.offers import GoneForGood, moved, read_key, trail_of
from aggregator.web.query import SearchRequest, read_page
from aggregator.web.results import Result, page_of, shown
from aggregator.web.site import Site, Town, site_of
from aggregator.web.texts import gettext as _

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

SHOPS_A_PAGE = 200
NEIGHBOURS = 8
MOST_SHOPS = 500
"""Shops of one commune that its page lists."""


@router.get("/boutique/{key}")
def shop(key: str, request: Request, site: CurrentSite) -> Response:
    """Who a shop is, and its products, newest first; its words are sought among its products alone.

    The index lists them: the store would count all that a large shop has for each page of it."""
    shop_id, asked_slug = read_key(key)
    page = read_page(request.query_params)
    with site.store.read() as connection:
        found = store_portal.find_shop(connection, shop_id)
        if isinstance(found, Gone):
            raise GoneForGood(found.title)
        if found is None:
            raise HTTPException(404)
    address = path("boutique", shop_id, found.name)
    redirect = moved("boutique", shop_id, asked_slug, address)
    if redirect:
        return redirect
    mine = SearchRequest(filters=(("shop", str(shop_id)),), sort=Sort.NEWEST, page=page)
    sold = site.index.search(replace(mine.query(), collapse=False))
    if page > sold.last_page:
        return RedirectResponse(f"{address}?page={sold.last_page}" if sold.last_page > 1 else address, 302)
    with site.store.read() as connection:
        cards = store_portal.cards(connection, sold.listing_ids)
    site.photos.prepare((card.image, card.shop_id) for card in cards)
    commune = communes.by_insee(found.insee) if found.insee else None
    groups = views.facet_groups(replace(mine, sort=Sort.RELEVANCE), sold, ("category",))
    trail = [(_("Accueil"), "/"), (_("Boutiques"), "/boutiques")]
    return site.page(
        "shop.html",
        shop=found,
        total=sold.total,
        results=[Result(card, path("offre", card.listing_id, card.title)) for card in cards],
        shelves=[choice for group in groups for choice in (*group.first, *group.more)],
        pager=views.plain_pager(address, page, sold.last_page),
        town_url=places.town_path(commune) if commune else None,
        hours=hours.lines(found.opening_hours),
        open_now=hours.state(found.opening_hours, site.now(), ZoneInfo(commune.zone) if commune else PARIS),
        map=_map(found),
        map_url=_map_url(found),
        trail=trail,
        canonical=site.base_url + address + (f"?page={page}" if page > 1 else ""),
        structured=structured.shop(found, site.base_url),
        breadcrumb=structured.breadcrumb([*trail, (found.name, address)], site.base_url),
    )


def _map(shop: ShopView) -> Markup:
    if shop.latitude is None or shop.longitude is None:
        return Markup()
    return locator.svg(shop.latitude, shop.longitude, shop.town)


def _map_url(shop: ShopView) -> str:
    if shop.latitude is None or shop.longitude is None:
        return ""
    address = ", ".join(part for part in (shop.address, f"{shop.postal_code} {shop.town}".strip()) if part)
    return locator.osm_url(shop.latitude, shop.longitude, address if shop.address else "")


@router.get("/commune/{key}")
def town(key: str, site: CurrentSite) -> Response:
    """The shops of a commune, what is new there, and which communes with shops are near."""
    commune = communes.by_insee(key[:5])
    if commune is None or key[5:6] not in ("", "-"):
        raise HTTPException(404)
    address = places.town_path(commune)
    if f"/commune/{key}" != address:
        return RedirectResponse(address, 301)
    with site.store.read() as connection:
        count, shops = store_portal.list_shops(connection, offset=0, limit=MOST_SHOPS, insee=commune.insee)
    found = None
    results: list[Result] = []
    if shops:
        ids = tuple(str(line.shop_id) for line in shops)
        found = site.index.search(SearchQuery(filters={"shop": ids}, sort=Sort.NEWEST, per_page=12, facets=False))
        with site.store.read() as connection:
            results = shown(connection, found)
    place = places.of(commune)
    spellings = sorted({line.town for line in shops})
    trail = [(_("Accueil"), "/"), (_("Communes"), "/communes")]
    return site.page(
        "town.html",
        commune=commune,
        shops=shops,
        count=count,
        results=results,
        total=found.total if found else 0,
        all_url=SearchRequest(filters=tuple(("town", town) for town in spellings)).url(),
        around_url=SearchRequest(place=place.token, km=20).url() if place else None,
        neighbours=_neighbours(site, commune),
        trail=trail,
        canonical=site.base_url + address,
        structured=structured.item_list(
            [(line.name, path("boutique", line.shop_id, line.name)) for line in shops], site.base_url
        ),
        breadcrumb=structured.breadcrumb([*trail, (commune.name, address)], site.base_url),
        indexable=bool(shops),
    )


def _neighbours(site: Site, commune: Commune) -> list[Town]:
    others = [
        replace(town, km=distance.km(commune.point, town.commune.point))
        for town in site.towns()
        if town.commune.insee != commune.insee
    ]
    return sorted(others, key=lambda town: town.km or 0.0)[:NEIGHBOURS]


@router.get("/communes")
def all_towns(site: CurrentSite) -> HTMLResponse:
    towns = sorted(site.towns(), key=lambda town: town.commune.slug)
    return site.page("towns.html", towns=towns, canonical=f"{site.base_url}/communes")


@router.get("/boutiques")
def all_shops(request: Request, site: CurrentSite) -> Response:
    page = read_page(request.query_params)
    with site.store.read() as connection:
        total, lines = store_portal.list_shops(connection, offset=(page - 1) * SHOPS_A_PAGE, limit=SHOPS_A_PAGE)
    last = max(-(-total // SHOPS_A_PAGE), 1)
    if page > last:
        return RedirectResponse(f"/boutiques?page={last}" if last > 1 else "/boutiques", 302)
    canonical = f"{site.base_url}/boutiques" + (f"?page={page}" if page > 1 else "")
    pager = views.plain_pager("/boutiques", page, last)
    return site.page("shops.html", total=total, shops=lines, pager=pager, canonical=canonical)


@router.get("/categories")
def all_categories(site: CurrentSite) -> HTMLResponse:
    return site.page("categories.html", shelves=site.shelves(), canonical=f"{site.base_url}/categories")


@router.get("/categorie/{node:path}")
def category(node: str, request: Request, site: CurrentSite) -> Response:
    """A category: what lies below it, and its products. Its address is that of the results with this one filter."""
    if views.tree().get(node) is None:
        raise HTTPException(404)
    asked = SearchRequest(filters=(("category", node),), page=read_page(request.query_params))
    trail = trail_of(node)
    breadcrumb = structured.breadcrumb(trail, site.base_url)
    return page_of(
        site, asked, template="category.html", node=node, trail=trail[:-1], shelves=site.shelves(node),
        breadcrumb=breadcrumb,
    )  # fmt: skip
