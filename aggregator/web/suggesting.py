"""Completion while somebody types: small answers that a browser may keep for a minute."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from aggregator.geo import communes
from aggregator.search.port import Suggestions
from aggregator.web import language, places, views
from aggregator.web.formatting import path
from aggregator.web.query import SearchRequest, clean
from aggregator.web.site import Site, site_of
from aggregator.web.texts import gettext as _

router = APIRouter(prefix="/suggestions", include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

LONGEST = 80
"""Characters of a text that is still completed."""
SHOWN = {"queries": 5, "categories": 3, "brands": 3, "shops": 3, "products": 4}
TOWNS = 8
_KEPT = {"cache-control": "public, max-age=60", "x-robots-tag": "noindex"}

Item = dict[str, str]


@router.get("")
def suggestions(site: CurrentSite, q: str = "") -> JSONResponse:
    """Groups of what the text may become. An item's `url` is where it leads."""
    typed = clean(q, LONGEST) + (" " if q.endswith(" ") else "")
    found = site.index.suggest(typed, max(SHOWN.values())) if typed.strip() else Suggestions()
    groups: list[tuple[str, list[Item]]] = [
        (_("Recherches"), [_item(text, SearchRequest(text=text).url()) for text in found.queries]),
        (_("Catégories"), [_category(node) for node in found.categories]),
        (_("Marques"), [_item(brand, SearchRequest(filters=(("brand", brand),)).url()) for brand in found.brands]),
        (_("Boutiques"), [_item(name, path("boutique", shop_id, name)) for shop_id, name in found.shops]),
        (_("Produits"), [_item(title, path("offre", listing_id, title)) for listing_id, title in found.products]),
    ]
    limits = SHOWN.values()
    return _answer([(title, items[:limit]) for (title, items), limit in zip(groups, limits, strict=True)])


@router.get("/lieux")
def towns(site: CurrentSite, q: str = "") -> JSONResponse:
    """Communes that begin so; chosen, they fill the field."""
    typed = clean(q, LONGEST)
    items = (
        [{"label": places.label(commune)} for commune in communes.suggest(typed, TOWNS, site.departments())]
        if typed
        else []
    )
    return _answer([(_("Communes"), items)])


def _category(node: str) -> Item:
    item = _item(views.category_label(node), SearchRequest(filters=(("category", node),)).url())
    above = node.rpartition("/")[0]
    return {**item, "detail": views.category_label(above)} if above else item


def _item(label: str, url: str) -> Item:
    return {"label": label, "url": language.prefix() + url}


def _answer(groups: list[tuple[str, list[Item]]]) -> JSONResponse:
    return JSONResponse(
        {"groups": [{"title": title, "items": items} for title, items in groups if items]}, headers=_KEPT
    )
