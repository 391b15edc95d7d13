"""Pure: what surrounds a product on its page: the breadcrumb above it, the description below."""

from __future__ import annotations

import html
import re
from typing import Final

from selectolax.lexbor import LexborNode

from connectors import values
from connectors.pages.flow import brief, foreign_cards, within
from connectors.pages.page import Page
from connectors.pages.tiles import Tiles
from connectors.pages.titles import Title
from connectors.spellings import fold

_CRUMBS: Final = (
    '[itemtype*="BreadcrumbList" i],nav[aria-label*="breadcrumb" i],nav[aria-label*="ariane" i],'
    '[class*="breadcrumb" i],[id*="breadcrumb" i],[class*="ariane" i],[class*="fil-d" i]'
)
_HOME: Final = re.compile(
    r"(?:accueil|home(?:page)?|startseite|inicio|home ?page|start|главная|strona główna|hem|[>/›»|·\\-]*"
    r"|back to .*|retour.*|vous êtes ici.*|you are here.*)\s*:?",
    re.I,
)


def breadcrumbs(page: Page, name: str | None) -> tuple[str, ...]:
    """The visible breadcrumb without the home page and the product itself."""
    for node in page.tree.css(_CRUMBS)[:6]:
        links = node.css("a")[:12]
        steps = [brief(link, 100) for link in links]
        steps = [step.strip(" ›>»/|") for step in steps]
        kept = [step for step in steps if step and not _HOME.fullmatch(step) and step != name]
        if kept and all(len(step) <= 60 for step in kept):
            return tuple(dict.fromkeys(kept))[:8]
    return ()


_DESCRIPTIONS: Final = (
    '[itemprop="description"]',
    "#description",
    "#tab-description",
    ".product-description",
    '[class*="product-description" i]',
    '[class*="product__description" i]',
    '[id*="product-description" i]',
    '[data-hook="description"]',
    '[class*="description" i]',
    '[id*="description" i]',
)
_HEADINGS: Final = frozenset(
    {
        "description",
        "description du produit",
        "descriptif",
        "details",
        "details du produit",
        "en detail",
        "presentation",
    }
    | {"product description", "product details", "beschreibung", "produktbeschreibung", "descripcion", "descrizione"}
)
_SHORT: Final = 20
_PARAGRAPH: Final = 60
_LONG: Final = 100_000


def description(page: Page, tiles: Tiles, title: Title | None) -> str:
    """The description as clean HTML: what is called so, what follows such a heading, else what is beside the title."""
    cards = foreign_cards(tiles)
    for selector in _DESCRIPTIONS:
        for node in page.tree.css(selector)[:2]:
            if node.tag in ("meta", "link", "a", "button", "h2", "h3") or within(node, cards):
                continue
            text = values.clean_html((node.inner_html or "")[:_LONG])
            if len(text) >= _SHORT:
                return text
    for heading in page.tree.css("h2,h3,h4,summary")[:60]:
        if fold(brief(heading, 60)) in _HEADINGS and len(text := _below(heading)) >= _SHORT:
            return text
    return _beside(title.node, cards) if title is not None else ""


def _below(heading: LexborNode) -> str:
    """What follows a heading, up to the next one."""
    parts: list[str] = []
    node = heading.next
    while node is not None and node.tag not in ("h1", "h2", "h3", "h4") and len(parts) < 12:
        parts.append((node.html or "")[:_LONG])
        node = node.next
    return values.clean_html("".join(parts))


def _beside(title: LexborNode | None, cards: frozenset[int]) -> str:
    """The paragraphs in the smallest box around the title that has some."""
    node = title.parent if title is not None else None
    for _ in range(5):
        if node is None or node.tag in ("body", "html"):
            break
        texts = [brief(p, 2000) for p in node.css("p,pre")[:40] if not within(p, cards)]
        long = [text for text in texts if len(text) >= _PARAGRAPH]
        if long:
            return values.clean_html("".join(f"<p>{html.escape(text)}</p>" for text in long[:8]))
        node = node.parent
    return ""
