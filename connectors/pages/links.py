"""Pure: where a page leads, and what kind of place each link promises. One pass over the page's links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from selectolax.lexbor import LexborNode

from connectors.pages.hrefs import Hrefs, is_utility
from connectors.pages.page import Page
from connectors.pages.tiles import Tiles

MAX_LINKS: Final = 5000
_MAX_LABEL: Final = 120


class Hint(StrEnum):
    """What a link promises, the most welcome first."""

    FEED = "feed"
    """A file of products: the shop's own export."""
    TILE = "tile"
    """A product card's address."""
    NEXT = "next"
    """Another page of the same list."""
    CATEGORY = "category"
    """From a menu or a breadcrumb."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Link:
    """One address that the page shows the way to."""

    url: str
    """Absolute, http(s), without a fragment."""
    hint: Hint
    text: str = ""
    """What a visitor reads on it, at most 120 characters."""


_RANK: Final = {hint: rank for rank, hint in enumerate(Hint)}
_NEXT_ADDRESS: Final = re.compile(
    r"[?&](?:page|p|paged|pg|start|offset|limitstart|product-page)=\d|/page[/-]?\d+/?(?:\?|\Z)", re.I
)
_NEXT_TEXT: Final = re.compile(
    r"(?:page )?suivante?s?\b|next\b|voir plus|charger plus|afficher plus|load more|[›»→>]{1,2}\Z", re.I
)
_PAGINATION: Final = re.compile(r"pagination|pager\b|page-numbers|paging|pages-items", re.I)
_MENU: Final = re.compile(r"breadcrumb|fil-?d-?ariane|menu|\bnav|categor|rayon|sidebar", re.I)
_FEED: Final = re.compile(
    r"(?:feed|flux|export|catalog(?:ue)?|google|merchant|shopping|produits?|products?)[^?]*\.(?:xml|csv|tsv|txt)(?:\.gz)?(?:\?|\Z)",
    re.I,
)
_NO_FEED: Final = re.compile(r"sitemap|comments|/rss|atom|robots", re.I)
_AROUND: Final = 8
"""Elements around a link that may say what it is."""


def links(page: Page, tiles: Tiles) -> tuple[Link, ...]:
    """Every address once, with its best hint, in the page's order; at most 5,000. Never raises.

    A link that says nofollow leads somewhere too, but is at best OTHER."""
    hrefs = Hrefs(page.base)
    found: dict[str, Link] = {}
    for url in tiles.urls:
        found[url] = Link(url, Hint.TILE)
    for node in page.tree.css("link[href]")[:200]:
        if (link := _head_link(node, hrefs)) is not None:
            _keep(found, link)
    raw: dict[str, str | None] = {}
    sections: dict[int, Hint | None] = {}
    for node, href in tiles.anchors:
        if href not in raw:
            raw[href] = None if href[:1] == "#" else hrefs.absolute(href)
        if (address := raw[href]) is None:
            continue
        known = found.get(address)
        if known is not None and (known.text or known.hint is Hint.CATEGORY):
            continue
        _keep(found, _anchor(node, address, tiles, sections))
        if len(found) >= MAX_LINKS:
            break
    return tuple(found.values())


def _keep(found: dict[str, Link], link: Link) -> None:
    known = found.get(link.url)
    if known is None:
        found[link.url] = link
    elif _RANK[link.hint] < _RANK[known.hint] or (link.text and not known.text):
        hint = min(link.hint, known.hint, key=lambda one: _RANK[one])
        found[link.url] = Link(link.url, hint, known.text or link.text)


def _head_link(node: LexborNode, hrefs: Hrefs) -> Link | None:
    """<link rel=next> and <link rel=alternate> to a product feed."""
    attributes = node.attributes
    relation = (attributes.get("rel") or "").lower()
    url = hrefs.absolute(attributes.get("href") or "")
    if url is None:
        return None
    if relation == "next":
        return Link(url, Hint.NEXT)
    if relation == "alternate" and _is_feed(url):
        return Link(url, Hint.FEED, (attributes.get("title") or "")[:_MAX_LABEL])
    return None


def _anchor(node: LexborNode, url: str, tiles: Tiles, sections: dict[int, Hint | None]) -> Link:
    attributes = node.attributes
    relation = (attributes.get("rel") or "").lower()
    text = " ".join((node.text() or attributes.get("title") or attributes.get("aria-label") or "").split())[:_MAX_LABEL]
    if "next" in relation.split():
        return Link(url, Hint.NEXT, text)
    if _is_feed(url):
        return Link(url, Hint.FEED, text)
    if "nofollow" in relation or is_utility(url):
        return Link(url, Hint.OTHER, text)
    section = _section(node, sections)
    if _NEXT_ADDRESS.search(url) or (section is Hint.NEXT) or _NEXT_TEXT.match(text):
        return Link(url, Hint.NEXT, text)
    return Link(url, section or Hint.OTHER, text)


def _is_feed(url: str) -> bool:
    return _FEED.search(url) is not None and _NO_FEED.search(url) is None


def _section(node: LexborNode, sections: dict[int, Hint | None]) -> Hint | None:
    """NEXT or CATEGORY, by the elements around a link; what was found for an element is kept."""
    passed = []
    hint = None
    current: LexborNode | None = node
    for _ in range(_AROUND):
        if current is None or current.tag in ("body", "html"):
            break
        mem_id = current.mem_id
        if mem_id in sections:
            hint = sections[mem_id]
            break
        passed.append(mem_id)
        if (hint := _by_name(current)) is not None:
            break
        current = current.parent
    for mem_id in passed:
        sections[mem_id] = hint
    return hint


def _by_name(node: LexborNode) -> Hint | None:
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('aria-label') or ''}"[:300]
    if _PAGINATION.search(names):
        return Hint.NEXT
    if node.tag == "nav" or _MENU.search(names) or "BreadcrumbList" in (attributes.get("itemtype") or ""):
        return Hint.CATEGORY
    return None
