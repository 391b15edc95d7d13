"""Pure: where a page leads, and what kind of place each link promises. One pass over the page's links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
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
    r"(?:page )?suivante?s?\b|next\b|voir plus\Z|charger plus|afficher plus|load more|[›»→>]{1,2}\Z", re.I
)
_PAGINATION: Final = re.compile(r"paginat|pager\b|page-numbers|paging|pages-items|page-list")
_MENU: Final = re.compile(r"breadcrumb|ariane|menu|\bnav|categor|rayon|sidebar")
_FEED: Final = re.compile(
    r"(?:feed|flux|export|catalog(?:ue)?|google|merchant|shopping|produits?|products?)[^?]*\.(?:xml|csv|tsv|txt)"
    r"(?:\.gz)?(?:\?|\Z)"
)
_NO_FEED: Final = re.compile(r"sitemap|comments|/rss|atom|robots")
_AROUND: Final = 8
"""Elements around a link that may say what it is."""
_Section = tuple[Hint | None, int]
"""What the nearest element with a telling name says, and how many elements away that is."""


def links(page: Page, tiles: Tiles) -> tuple[Link, ...]:
    """Every address once, with its best hint, in the page's order after the cards'; at most 5,000. Never raises.

    A link that says nofollow leads somewhere too, but is at best OTHER."""
    hrefs = Hrefs(page.base)
    found: dict[str, Link] = {}
    for group in tiles.groups:
        products = group.priced * 2 >= len(group.cards)
        for url in group.urls:
            found.setdefault(url, Link(url, Hint.TILE if products else Hint.CATEGORY))
    for node in page.tree.css("link[rel=next i][href],link[rel=alternate i][href]")[:200]:
        if (link := _head_link(node, hrefs)) is not None:
            _keep(found, link)
    seen: set[str] = set()
    sections: dict[int, _Section] = {}
    for node, href in tiles.anchors:
        if href in seen or href[:1] == "#":
            continue
        if (address := hrefs.absolute(href)) is None:
            continue
        link = _anchor(node, address, sections)
        if link.text:
            seen.add(href)
        _keep(found, link)
        if len(found) >= MAX_LINKS:
            break
    return tuple(found.values())[:MAX_LINKS]


def _keep(found: dict[str, Link], link: Link) -> None:
    """One link for each address: with the better hint, and the first text."""
    known = found.get(link.url)
    if known is None:
        found[link.url] = link
    elif _RANK[link.hint] < _RANK[known.hint] or (link.text and not known.text):
        hint = min(link.hint, known.hint, key=lambda one: _RANK[one])
        found[link.url] = Link(link.url, hint, known.text or link.text)


def _head_link(node: LexborNode, hrefs: Hrefs) -> Link | None:
    """<link rel=next>, and <link rel=alternate> to a feed of products."""
    attributes = node.attributes
    url = hrefs.absolute(attributes.get("href") or "")
    if url is None:
        return None
    if (attributes.get("rel") or "").lower() == "next":
        return Link(url, Hint.NEXT)
    return Link(url, Hint.FEED, (attributes.get("title") or "")[:_MAX_LABEL]) if _is_feed(url) else None


def _anchor(node: LexborNode, url: str, sections: dict[int, _Section]) -> Link:
    attributes = node.attrs
    relation = (attributes.get("rel") or "").lower()
    said = node.text() or attributes.get("title") or attributes.get("aria-label") or ""
    text = " ".join(said.split())[:_MAX_LABEL]
    if relation and "next" in relation.split():
        return Link(url, Hint.NEXT, text)
    promise = _promise(url)
    if promise is Hint.FEED:
        return Link(url, promise, text)
    if promise is Hint.OTHER or "nofollow" in relation:
        return Link(url, Hint.OTHER, text)
    if promise is Hint.NEXT or _NEXT_TEXT.match(text) is not None:
        return Link(url, Hint.NEXT, text)
    if "pag" in (own := (attributes.get("class") or "").lower()) and _PAGINATION.search(own) is not None:
        return Link(url, Hint.NEXT, text)
    parent = node.parent
    section, away = _section(parent, sections) if parent is not None else (None, 0)
    return Link(url, (section if away < _AROUND else None) or Hint.OTHER, text)


@lru_cache(maxsize=8192)
def _promise(url: str) -> Hint | None:
    """What an address says by itself; kept, since menus come with every page of a site."""
    if _is_feed(url):
        return Hint.FEED
    if is_utility(url):
        return Hint.OTHER
    return Hint.NEXT if ("?" in url or "page" in url) and _NEXT_ADDRESS.search(url) is not None else None


def _is_feed(url: str) -> bool:
    lower = url.lower()
    if ".xml" not in lower and ".csv" not in lower and ".tsv" not in lower and ".txt" not in lower:
        return False
    return _FEED.search(lower) is not None and _NO_FEED.search(lower) is None


def _section(node: LexborNode, sections: dict[int, _Section]) -> _Section:
    """NEXT or CATEGORY, by the elements around a link; each element is looked at once."""
    passed = []
    found: _Section = (None, 0)
    current: LexborNode | None = node
    while current is not None and current.is_element_node and current.tag != "body":
        mem_id = current.mem_id
        if (known := sections.get(mem_id)) is not None:
            found = known
            break
        passed.append(mem_id)
        if (hint := _by_name(current)) is not None:
            found = (hint, -1)
            break
        current = current.parent
    hint, away = found
    for mem_id in reversed(passed):
        away += 1
        sections[mem_id] = (hint, away)
    return hint, away


def _by_name(node: LexborNode) -> Hint | None:
    attributes = node.attrs
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:300].lower()
    if len(names) > 1:
        if "pag" in names and _PAGINATION.search(names) is not None:
            return Hint.NEXT
        if _MENU.search(names) is not None:
            return Hint.CATEGORY
    if node.tag == "nav":
        return Hint.NEXT if _PAGINATION.search((attributes.get("aria-label") or "").lower()) else Hint.CATEGORY
    return Hint.CATEGORY if "BreadcrumbList" in (attributes.get("itemtype") or "") else None
