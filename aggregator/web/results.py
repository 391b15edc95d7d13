"""Results: what is found, from where, why in that order; and what looks alike where something is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from aggregator.search.port import Near, SearchQuery, SearchResults, Sort
from aggregator.search.traits import COLOURS
from aggregator.store import portal as store_portal
from aggregator.store import products
from aggregator.store.portal import Card, ShopView
from aggregator.store.products import ProductSummary
from aggregator.web import places, price_range, structured, views
from aggregator.web.discovery import feed_address
from aggregator.web.formatting import path
from aggregator.web.indexing import indexable
from aggregator.web.places import Place
from aggregator.web.price_range import Typed
from aggregator.web.query import MAX_PAGE, PER_PAGE, RADII, USUAL_RADIUS, SearchRequest, read_request
from aggregator.web.site import Site, site_of
from aggregator.web.texts import gettext as _

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

HUES = {colour: number for number, colour in enumerate(COLOURS)}
"""The classes by which the style sheet shows colours."""
SIMILAR = 8
"""Results shown where a page is gone."""


@dataclass(frozen=True, slots=True)
class Result:
    """One result as a card shows it: a listing, or the best-placed of several that are one product."""

    card: Card
    url: str
    km: float | None = None
    product: ProductSummary | None = None
    """Where more than one listing is this product."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the index and the store say to a request."""

    asked: SearchRequest
    found: SearchResults
    results: list[Result]
    place: Place | None
    km: Mapping[int, float]
    """Kilometres to each shop from the place."""


def answer(site: Site, asked: SearchRequest) -> Answer:
    """Ask the index, read from the store what it found. An unknown place narrows nothing, and is said."""
    with site.store.read() as connection:
        place = site.place(asked.place)
        km = places.distances(connection, place) if place else {}
    near = Near(km, asked.km) if place else None
    found = site.index.search(asked.query(near))
    with site.store.read() as connection:
        results = shown(connection, found, km)
    site.photos.prepare((result.card.image, result.card.shop_id) for result in results)
    return Answer(asked, found, results, place, km)


def shown(connection: Connection, found: SearchResults, km: Mapping[int, float] | None = None) -> list[Result]:
    """The results of a search as cards, in its order, without what has left the store meanwhile."""
    cards = {card.listing_id: card for card in store_portal.cards(connection, found.listing_ids)}
    summaries = products.summaries(connection, [hit.product_id for hit in found.hits if hit.product_id is not None])
    results = []
    for hit in found.hits:
        card = cards.pop(hit.listing_id, None)
        if card is None:
            continue
        summary = summaries.get(hit.product_id) if hit.product_id is not None else None
        results.append(_result(card, summary if summary and summary.listings > 1 else None, km or {}))
    return results


def _result(card: Card, summary: ProductSummary | None, km: Mapping[int, float]) -> Result:
    url = path("produit", summary.product_id, summary.title) if summary else path("offre", card.listing_id, card.title)
    return Result(card, url, km.get(card.shop_id), summary)


def similar(site: Site, words: str) -> list[Result]:
    """What resembles something that is gone; nothing rather than an error, since a page of errors shows it."""
    if not words:
        return []
    found = site.index.search(SearchQuery(text=words, per_page=SIMILAR, facets=False))
    with site.store.read() as connection:
        return shown(connection, found)


@router.get("/recherche")
def results(request: Request, site: CurrentSite) -> Response:
    asked = read_request(request.query_params)
    place = site.place(asked.place)
    if place and place.token != asked.place:  # a name was typed: the address keeps what it stands for
        return RedirectResponse(replace(asked, place=place.token).url(), 302)
    return page_of(site, asked, prices=price_range.read(request.query_params))


def page_of(
    site: Site, asked: SearchRequest, *, template: str = "results.html", prices: Typed | None = None, **more: Any
) -> Response:
    """The page of results of a request. `prices`: as they were typed; `more` is for the templates that build on it."""
    told = answer(site, asked)
    last = min(max(told.found.last_page, 1), MAX_PAGE)
    if asked.page > last:
        return RedirectResponse(asked.on_page(last), 302)
    with site.store.read() as connection:
        active = views.active_filters(asked, told.found, shop_names(connection, asked, told.found))
    context: dict[str, Any] = {
        "asked": asked,
        "found": told.found,
        "results": told.results,
        "place": told.place,
        "unknown_place": asked.place if asked.place and told.place is None else "",
        "radii": RADII,
        "usual_radius": USUAL_RADIUS,
        "active": active,
        "hues": HUES,
        "facets": views.facet_groups(asked, told.found),
        "prices": prices or price_range.shown(asked.prices),
        "sorts": _sorts(asked, told.place),
        "pager": views.pager(asked, last, exact=told.found.last_page_exact),
        "ways_on": _ways_on(site, told) if not told.found.total else [],
        "start": site.starting_points() if not told.found.total else [],
        "heading": heading(asked, active),
        "why": "".join(f"&{urlencode([pair])}" for pair in replace(asked, page=1).pairs()),
        "indexable": indexable(asked, told.found.total),
        "feed": feed_address(asked),
        "canonical": site.base_url + replace(asked, sort=Sort.RELEVANCE).url(),
    }
    if context["indexable"]:
        named = [(result.card.title, result.url) for result in told.results]
        first = (asked.page - 1) * PER_PAGE + 1
        context["structured"] = structured.item_list(named, site.base_url, first=first)
    return site.page(template, **(context | more))


def _sorts(asked: SearchRequest, place: Place | None) -> list[tuple[str, str, bool]]:
    sorts = [sort for sort in Sort if place or sort is not Sort.DISTANCE]
    return [(views.sort_title(sort), asked.sorted_by(sort), sort is asked.sort) for sort in sorts]


def _ways_on(site: Site, told: Answer) -> list[tuple[str, str, int]]:
    """Where nothing was found: (what to drop, address, how much is found then), only such as find something."""
    asked = told.asked
    tries: list[tuple[str, SearchRequest]] = []
    if asked.verbatim:
        tries.append((_("Chercher aussi avec l’orthographe corrigée"), replace(asked, verbatim=False)))
    if told.place and asked.km:
        tries += [
            (_("Chercher jusqu’à %(km)s\u00a0km") % {"km": km}, replace(asked, km=km)) for km in RADII if km > asked.km
        ]
        tries.append((_("Chercher dans toute la région"), replace(asked, km=None)))
    names = asked.narrowed
    if len(names) > 1:
        for name in names:
            label = _("Sans le filtre «\u00a0%(name)s\u00a0»") % {"name": views.facet_title(name)}
            tries.append((label, asked.without(name)))
    if names:
        tries.append((_("Chercher sans les filtres"), asked.without(*names)))
    if names and told.place and asked.km:
        everywhere = replace(asked.without(*names), km=None)
        tries.append((_("Chercher sans les filtres, dans toute la région"), everywhere))
    found = []
    for label, less in tries:
        less = replace(less, page=1)
        total = site.index.search(replace(less.query(_near(told, less)), facets=False, per_page=1)).total
        if total:
            found.append((label, less.url(), total))
        if len(found) == 4:
            break
    return found


def _near(told: Answer, asked: SearchRequest) -> Near | None:
    return Near(told.km, asked.km) if told.place else None


def shop_names(connection: Connection, asked: SearchRequest, found: SearchResults) -> dict[str, str]:
    """Names of the shops that are filtered by and have no hit: of these the index's answer tells only the id."""
    told = {value.value for value in found.facets.get("shop", ()) if value.label != value.value}
    wanted = [value for name, value in asked.filters if name == "shop" and value not in told]
    shops = {
        value: store_portal.find_shop(connection, int(value))
        for value in wanted
        if value.isascii() and value.isdigit() and len(value) < 19
    }
    return {value: shop.name for value, shop in shops.items() if isinstance(shop, ShopView)}


def heading(asked: SearchRequest, active: Sequence[views.Choice]) -> str:
    if asked.text:
        return _("«\u00a0%(text)s\u00a0»") % {"text": asked.text}
    if len(active) == 1:
        return active[0].label
    return _("Tous les produits")


@router.get("/pourquoi")
def why(request: Request, site: CurrentSite) -> HTMLResponse:
    """Why a result stands where it stands, by the very sums that put it there."""
    asked = read_request(request.query_params)
    raw = request.query_params.get("offre", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise HTTPException(404)
    place = site.place(asked.place)
    with site.store.read() as connection:
        found = store_portal.cards(connection, [int(raw)])
        km = places.distances(connection, place) if place else {}
    if not found:
        raise HTTPException(404)
    card = found[0]
    explanation = site.index.explain(asked.query(Near(km, asked.km) if place else None), card.listing_id)
    return site.page(
        "why.html", asked=asked, card=card, explanation=explanation, place=place,
        words=views.word_reasons(explanation) if explanation else [],
        url=path("offre", card.listing_id, card.title), headers={"x-robots-tag": "noindex"},
    )  # fmt: skip
