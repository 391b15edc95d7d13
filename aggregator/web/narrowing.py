"""All values of one facet on a page, to be ticked: where a list beside the results would be too long."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from aggregator.search.port import FACETS, Near
from aggregator.search.text import fold
from aggregator.web import places, views
from aggregator.web.query import MAX_VALUES, read_request
from aggregator.web.results import heading, shop_names
from aggregator.web.site import Site, site_of

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

TICKED = frozenset(FACETS) - {"category", "price"}
"""Of categories one is chosen level by level; prices have few bands."""


@router.get(views.WHOLE)
def whole(request: Request, site: CurrentSite) -> HTMLResponse:
    """A form with every value that the index counts, in the order of the alphabet (sizes in theirs)."""
    name = request.query_params.get("par", "")
    if name not in TICKED:
        raise HTTPException(404)
    asked = replace(read_request(request.query_params), page=1)
    place = site.place(asked.place)
    with site.store.read() as connection:
        km = places.distances(connection, place) if place else {}
    query = replace(asked.query(Near(km, asked.km) if place else None), per_page=1)
    found = site.index.search(query)
    with site.store.read() as connection:
        active = views.active_filters(asked, found, shop_names(connection, asked, found))
    values = views.facet_values(asked, found, name)
    choices = views.choices_of(asked, name, [(value, 0) for value in views.in_order(name, values)])
    if name != "size":
        choices.sort(key=lambda choice: (fold(choice.label), choice.value))
    return site.page(
        "narrowing.html",
        asked=asked,
        name=name,
        title=views.facet_title(name),
        heading=heading(asked, active),
        choices=choices,
        most=MAX_VALUES,
        place=place,
        headers={"x-robots-tag": "noindex"},
    )
