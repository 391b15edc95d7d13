"""How others find what is here: robots.txt, sitemaps, the search box of browsers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from aggregator.publish import making, sitemaps
from aggregator.search.port import Sort
from aggregator.web import texts
from aggregator.web.query import SearchRequest, clean
from aggregator.web.site import Site, site_of
from aggregator.web.texts import gettext as _

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

FEED = "/recherche.rss"
"""Takes what `/recherche` takes (`feeds.py`)."""
MADE_AT_ONCE = 20_000
"""Listings up to which missing sitemaps are made while somebody asks for them: a second at most."""
_CLOSED = (
    "/api/",
    "/connecter/",
    "/recherche?",
    "/recherche.rss",
    "/recherche/",
    "/suggestions",
    "/pourquoi",
    "/signaux/",
)
"""Not for robots: data for programs, and the endless results of words and filters put together."""


@router.get("/robots.txt")
def robots(site: CurrentSite) -> PlainTextResponse:
    closed = [
        f"Disallow: {'' if code == texts.SOURCE else f'/{code}'}{path}" for code in texts.LANGUAGES for path in _CLOSED
    ]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {site.public_url}/sitemap.xml", ""]
    return PlainTextResponse("\n".join(lines), headers={"cache-control": "public, max-age=3600"})


@router.get("/sitemap.xml")
def sitemap_index(site: CurrentSite) -> Response:
    """The index of the sitemaps, which the engine makes; a small region need not wait for it."""
    index = site.settings.sitemaps_folder / sitemaps.INDEX
    if not index.exists() and site.index.count() <= MADE_AT_ONCE:
        making.make_sitemaps(site.store, site.settings, site.now())
    if not index.exists():
        raise HTTPException(404)
    return FileResponse(index, media_type="application/xml", headers=_kept(600))


@router.get("/sitemaps/{name}")
def sitemap(name: str, site: CurrentSite) -> Response:
    """One sitemap: a gzip file as such, not XML that was compressed on the way."""
    file = site.settings.sitemaps_folder / name
    if not sitemaps.NAME.match(name) or not file.is_file():
        raise HTTPException(404)
    return FileResponse(file, media_type="application/gzip", headers=_kept(600))


@router.get("/opensearch.xml")
def opensearch(site: CurrentSite) -> Response:
    """For browsers that add the portal to their search boxes (OpenSearch 1.1)."""
    base, words = site.base_url, "{searchTerms}"
    urls = (
        ("text/html", "results", f"{base}/recherche?q={words}"),
        ("application/rss+xml", "results", f"{base}{FEED}?q={words}"),
        ("application/x-suggestions+json", "suggestions", f"{base}/suggestions/opensearch?q={words}"),
        ("application/opensearchdescription+xml", "self", f"{base}/opensearch.xml"),
    )
    told = _("Cherchez dans les boutiques de %(region)s") % {"region": site.settings.region}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        "<ShortName>Emplettes</ShortName>",
        f"<Description>{escape(told)}</Description>",
        f"<Language>{texts.language()}</Language>",
        "<InputEncoding>UTF-8</InputEncoding>",
        f'<Image type="image/svg+xml">{escape(site.public_url)}/static/icon.svg</Image>',
        *(f'<Url type="{kind}" rel="{rel}" template={quoteattr(address)}/>' for kind, rel, address in urls),
        "</OpenSearchDescription>",
    ]
    return Response("\n".join(lines), media_type="application/opensearchdescription+xml", headers=_kept(86400))


@router.get("/suggestions/opensearch")
def opensearch_suggestions(site: CurrentSite, q: str = "") -> Response:
    """What browsers' search boxes show while somebody types: the text, its completions."""
    typed = clean(q, 80) + (" " if q.endswith(" ") else "")
    found = list(site.index.suggest(typed, 8).queries) if typed.strip() else []
    answered = JSONResponse([typed, found], media_type="application/x-suggestions+json", headers=_kept(60))
    answered.headers["x-robots-tag"] = "noindex"
    return answered


def feed_address(asked: SearchRequest) -> str:
    """The feed of a search: newest first, whatever the order of the page."""
    pairs = replace(asked, sort=Sort.RELEVANCE, page=1).pairs()
    return f"{FEED}?{urlencode(pairs)}" if pairs else FEED


def _kept(seconds: int) -> dict[str, str]:
    return {"cache-control": f"public, max-age={seconds}"}
