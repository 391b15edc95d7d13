"""A feed for each search: what arrives for it in the shops, for feed readers (RSS 2.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.utils import format_datetime
from typing import Annotated
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from aggregator.search.port import Sort
from aggregator.web import formatting, results, texts, views
from aggregator.web.discovery import FEED, feed_address
from aggregator.web.interface import tagged
from aggregator.web.query import read_request
from aggregator.web.site import Site, site_of
from aggregator.web.texts import gettext as _

router = APIRouter(include_in_schema=False)
CurrentSite = Annotated[Site, Depends(site_of)]

_KEPT = 300
_UNSOUND = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, escaped or not."""


@router.get(FEED)
def feed(request: Request, site: CurrentSite) -> Response:
    """RSS 2.0 of a search: takes what `/recherche` takes, tells the newest first."""
    asked = replace(read_request(request.query_params), sort=Sort.NEWEST, page=1)
    told = results.answer(site, asked)
    heading = results.heading(asked, views.active_filters(asked, told.found, {}))
    title = f"{heading} · Emplettes, {site.settings.region}"
    said = _("Ce qui arrive dans les boutiques pour cette recherche, le plus récent d’abord.")
    page = site.base_url + replace(asked, sort=Sort.RELEVANCE).url()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>',
        f"<title>{_text(title)}</title>",
        f"<link>{_text(page)}</link>",
        f"<description>{_text(said)}</description>",
        f"<language>{texts.language()}</language>",
        f'<atom:link href={quoteattr(site.base_url + feed_address(asked))} rel="self" type="application/rss+xml"/>',
        "<ttl>60</ttl>",
        *(line for result in told.results for line in _item(site, result)),
        "</channel></rss>",
    ]
    answered = tagged(request, "\n".join(lines).encode(), "application/rss+xml; charset=utf-8", max_age=_KEPT)
    answered.headers["x-robots-tag"] = "noindex"
    return answered


def _item(site: Site, result: results.Result) -> Iterator[str]:
    card = result.card
    address = site.base_url + result.url
    where = card.shop_name + (f", {card.town}" if card.town else "")
    said = " · ".join((formatting.card_price(card), formatting.availability(card.availability), where))
    yield f"<item><title>{_text(card.title)}</title><link>{_text(address)}</link>"
    yield f'<guid isPermaLink="false">{site.public_url}/offre/{card.listing_id}</guid>'
    yield f"<pubDate>{format_datetime(card.first_seen_at)}</pubDate>"
    yield f"<description>{_text(said)}</description></item>"


def _text(raw: str) -> str:
    return escape(_UNSOUND.sub("", raw))
