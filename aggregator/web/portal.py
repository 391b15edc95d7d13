"""The home page, the pages that explain, and what machines ask for."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from aggregator.geo import communes
from aggregator.search.ordering import RINGS, TURN, TURN_MOST
from aggregator.store.freshness import Freshness
from aggregator.web import formatting, places, structured, troubles, views
from aggregator.web.query import read_page
from aggregator.web.results import Result, shown
from aggregator.web.site import Site, Town, site_of, static_url
from aggregator.web.texts import gettext as _
from aggregator.web.texts import language
from connectors.files.template import template

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

EXPLAINED = {
    "a-propos": "about.html",
    "classement": "ranking.html",
    "robot": "robot.html",
    "mentions-legales": "legal.html",
    "accessibilite": "accessibility.html",
}
"""Pages that only explain: path -> template."""

DECLARED = date(2026, 11, 23)
"""When the declaration of accessibility was last held against the pages: change it with what the declaration says."""
NEWEST = 10
NEWEST_OF_ONE = 2
"""New products of one shop on the home page: a shop that has just come would fill it."""
HOME_TOWNS = 12
FRESH_SHOPS = 200
"""Shops on one page of what was checked when."""


@router.get("/")
def home(site: CurrentSite) -> HTMLResponse:
    """The search box, where to begin, what is new, how fresh it is."""
    overview = site.overview()
    shops = [group for group in site.starting_points() if group.name == "shop"]
    return site.page(
        "home.html",
        total=overview.total,
        newest=_newest(site),
        shelves=site.shelves(),
        towns=_home_towns(site),
        shops=shops[0].first if shops else [],
        fresh_share=_fresh_share(site.freshness()),
        structured=structured.website(f"Emplettes, {site.settings.region}", site.base_url, language()),
        canonical=f"{site.base_url}/",
    )


def _fresh_share(fresh: Freshness) -> str:
    """How much was checked within the hour; where that is not yet the most of it, within the day."""
    if not fresh.offers:
        return ""
    if 2 * fresh.within_hour >= fresh.offers:
        part = formatting.share(fresh.within_hour, fresh.offers)
        return _("%(share)s des offres vérifiées depuis moins d’une heure.") % {"share": part}
    part = formatting.share(fresh.within_day, fresh.offers)
    return _("%(share)s des offres vérifiées depuis moins d’un jour.") % {"share": part}


def _newest(site: Site) -> list[Result]:
    """What is in stock and new, with a photo, and few of one shop; others only to fill up."""
    with site.store.read() as connection:
        results = shown(connection, site.overview())
    of_shop: Counter[int] = Counter()
    chosen = []
    for result in results:
        if result.card.image and of_shop[result.card.shop_id] < NEWEST_OF_ONE:
            of_shop[result.card.shop_id] += 1
            chosen.append(result)
    rest = [result for result in results if result not in chosen]
    newest = [*chosen, *rest][:NEWEST]
    site.photos.prepare((result.card.image, result.card.shop_id) for result in newest)
    return newest


def _home_towns(site: Site) -> list[Town]:
    """Those that the region names, else the ones with most shops."""
    known = site.towns()
    wanted = [name.strip() for name in site.settings.towns.split(",") if name.strip()]
    if not wanted:
        return known[:HOME_TOWNS] if len(known) > 1 else []
    by_insee = {town.commune.insee: town for town in known}
    named = [commune for name in wanted if (commune := communes.find(name, site.departments()))]
    return [by_insee.get(commune.insee) or Town(commune, 0, places.town_path(commune)) for commune in named]


@router.get("/fraicheur")
def freshness(request: Request, site: CurrentSite) -> Response:
    """How fresh the region's offers are, shop by shop, those that fail first: public, since it is what the portal
    promises."""
    found, page = site.freshness(), read_page(request.query_params)
    shops = [*found.failing, *(shop for shop in found.shops if shop.failing is None)]
    last = max(-(-len(shops) // FRESH_SHOPS), 1)
    if page > last:
        return RedirectResponse(f"/fraicheur?page={last}" if last > 1 else "/fraicheur", 302)
    return site.page(
        "freshness.html",
        found=found,
        shops=shops[(page - 1) * FRESH_SHOPS : page * FRESH_SHOPS],
        pager=views.plain_pager("/fraicheur", page, last),
        runs=troubles.runs(found),
        share=formatting.share,
        why=troubles.why,
        canonical=f"{site.base_url}/fraicheur" + (f"?page={page}" if page > 1 else ""),
    )


@router.get("/favicon.ico")
def favicon() -> RedirectResponse:
    """For those who look for the icon where it always was, pages aside: feed readers, browsers that show a JSON."""
    return RedirectResponse(static_url("icon.svg"), 302, headers={"cache-control": "public, max-age=86400"})


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
    turns = round(100 * (1 - TURN)), math.ceil(100 * (1 - TURN**TURN_MOST))
    declared = formatting.day(DECLARED)
    return site.page(template, rings=RINGS, turns=turns, declared=declared, canonical=f"{site.base_url}/{name}")
