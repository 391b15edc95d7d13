"""`detect` for feeds: by what the address answers, never by its name; and a feed that the home page links to."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from html import unescape
from itertools import chain, islice
from typing import Final
from urllib.parse import urlsplit

from connectors import values
from connectors.errors import AddressBlocked, ConnectorError
from connectors.feed.reader import Feed
from connectors.feed.shape import Fields, NotAFeed
from connectors.feed.source import MEMORY_FEED
from connectors.gate import Gate
from connectors.http import Cancelled, Response
from connectors.inflate import BodyBroken, BodyTooLarge
from connectors.protocol import Evidence, Probe

GIVES: Final = (
    "Sans clé : tout ce que contient le flux, en une seule requête. Les prix et les stocks ont l'âge du flux : "
    "réglez sa régénération au plus souvent."
)
_ITEMS: Final = 200
_PEEK: Final = 1024 * 1024
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_LINKED: Final = re.compile(
    rb"href=[\"']([^\"'<>\s]*(?:google|merchant|shopping|feed|flux|catalog|export|produits|products|comparateur|facebook)"
    rb"[^\"'<>\s]*\.(?:xml|csv|tsv|txt)(?:\.gz)?(?:\?[^\"'<>\s]*)?)[\"']",
    re.I,
)
_ALTERNATE: Final = re.compile(
    rb"<link\b(?=[^>]{0,500}\brel=[\"']?alternate\b)(?=[^>]{0,500}\btype=[\"']?(?:application/(?:rss\+|atom\+)?xml|text/"
    rb"(?:xml|csv|tab-separated-values)))[^>]{0,500}?\bhref=[\"']([^\"'<>\s]{1,1000})[\"']",
    re.I,
)
_MOST_LINKED: Final = 3
"""Links of a page that are looked into: what is announced as a feed is a blog's most of the time."""
ROBOTS: Final = (
    "Le fichier robots.txt du site interdit la lecture de son flux. Autorisez-y « EmplettesBot », ou donnez-nous "
    "vous-même l'adresse du flux."
)


def feed(probe: Probe, name: str, platform: str) -> Evidence | None:
    """The address itself, else the first product feed that its page links to, by its name or as an alternate."""
    if (site := _site(probe.home)) is not None:
        reason = "L'adresse donnée répond par une liste de produits au format de Google Merchant."
        return _evidence(name, platform, site, 1.0, reason, probe.asked or probe.home.url)
    if not _PAGE.search(probe.home.body[:4096]):
        return None
    gate = Gate(probe.session, ROBOTS)
    for url in _links(probe.home):
        linked = _opened(probe, gate, url)
        if linked is None or (site := _site(linked)) is None or not values.same_site(site, probe.home.url):
            continue
        reason = "La page d'accueil donne l'adresse d'un flux de produits au format de Google Merchant."
        return _evidence(name, platform, site, 0.8, reason, url)
    return None


def _links(home: Response) -> list[str]:
    """What a page links to that may be a product feed, what is named like one first."""
    head = home.body[:_PEEK]
    found: dict[str, None] = {}
    for raw in chain(_LINKED.findall(head), _ALTERNATE.findall(head)):
        url, _ = values.http_url(unescape(raw.decode("utf-8", "replace")), home.url)
        if url is not None:
            found[url] = None
        if len(found) == _MOST_LINKED:
            break
    return list(found)


def _opened(probe: Probe, gate: Gate, url: str) -> Response | None:
    """The beginning of what a link leads to. Nobody gave us this address: robots.txt is asked, where it is the
    site's own."""
    try:
        if values.same_site(url, probe.home.url) and not gate.allows(url):
            return None
        with probe.session.stream(url, tries=1, max_bytes=_PEEK * 16) as stream:
            body = b""
            for piece in stream if stream.status == 200 else ():
                body += piece
                if len(body) >= _PEEK:
                    break
            return Response(stream.url, stream.status, stream.headers, body)
    except AddressBlocked:
        raise
    except (ConnectorError, Cancelled):
        return None


def _evidence(name: str, platform: str, site: str, confidence: float, reason: str, url: str) -> Evidence:
    return Evidence(
        connector=name,
        platform=platform,
        shop_url=site,
        confidence=confidence,
        reasons=(reason,),
        gives=GIVES,
        memory=((MEMORY_FEED, url),),
    )


def _site(answer: Response) -> str | None:
    """The shop behind a feed: where most of its products' pages are; None where this is no product feed."""
    if answer.status != 200:
        return None
    found = Feed([answer.body])
    items: list[Fields] = []
    with contextlib.suppress(NotAFeed, BodyBroken, BodyTooLarge):  # a gzip file that was only begun breaks off here
        items.extend(item for item in islice(found, _ITEMS) if isinstance(item, dict))
    if not any("price" in item and ("id" in item or "guid" in item) and "title" in item for item in items):
        return None
    links = [link for item in items for raw in item.get("link", ()) if (link := values.http_url(raw)[0])]
    origins = Counter(_origin(link) for link in links)
    if origins:
        return origins.most_common(1)[0][0]
    site, _ = values.http_url(found.site or "")
    return _origin(site or answer.url)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
