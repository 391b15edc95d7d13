"""Pure: the name of a page's product as a visitor reads it, and the names of the shop that stand around it.

Themes put the shop's name into <h1>, into every window's title and into the link to the home page: what is called so is
no product.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from unicodedata import normalize
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from connectors import values
from connectors.pages.flow import brief, foreign_cards, within
from connectors.pages.page import Page
from connectors.pages.tiles import Tiles


@dataclass(frozen=True, slots=True)
class Title:
    """The product's name as shown. `node` is where it stands, None for the <title> of the window."""

    text: str
    node: LexborNode | None
    confidence: float
    where: str


_PARTS: Final = re.compile(r"\s+[|–—:•·»]+\s+|\s+-+\s+|\s*[|»•]\s*|\s*::\s*")
_WORD: Final = re.compile(r"\w+")
_TITLED: Final = (
    '[itemprop="name"],[class*="product-title" i],[class*="product-name" i],[class*="product_title" i],'
    '[class*="product_name" i],[class*="productname" i],[class*="product__title" i],[class*="product__name" i],'
    '[class*="producttitle" i],[id*="product-name" i],[id*="product-title" i],[id*="productname" i],'
    '[id*="producttitle" i],h2'
)
_GENERIC: Final = re.compile(
    r"logo|accueil|home(?: ?page)?|retour(?: à l'accueil| à la boutique)?|boutique|shop|startseite|inicio|store|menu",
    re.I,
)


@lru_cache(maxsize=2048)
def tokens(text: str) -> frozenset[str]:
    """The words of a name, folded, for comparing names."""
    return frozenset(_WORD.findall(normalize("NFKC", text[:600]).casefold()))


def likeness(one: str, other: str) -> float:
    """How much two names share, 0..1."""
    a, b = tokens(one), tokens(other)
    shared = len(a & b)
    return 2 * shared / (len(a) + len(b)) if shared else 0.0


def covers(one: str, other: str) -> float:
    """The share of the shorter name's words that the longer one has."""
    a, b = tokens(one), tokens(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def bare(text: str) -> str:
    """A name without case, spaces and punctuation."""
    return "".join(_WORD.findall(normalize("NFKC", text[:300]).casefold()))


def meta(page: Page, name: str) -> str:
    """The first <meta> of that name or property, as plain text."""
    return values.plain_text(next((content for key, content in page.metas if key == name), ""), 400)


def host_of(page: Page) -> str:
    """The host of the page's address without www; empty where that is none."""
    try:
        return (urlsplit(page.url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def shop_names(page: Page) -> frozenset[str]:
    """The shop's names (as `bare` gives them): by its metas, its host, and the links to its home page."""
    labels = host_of(page).split(".")
    found = {"".join(labels), "".join(labels[:-1]), labels[0].replace("-", "")}
    found |= {bare(meta(page, name)) for name in ("og:site_name", "application-name")}
    for link in page.survey.homes[:6]:
        text = brief(link, 60)
        if not text and (picture := link.css_first("img[alt]")) is not None:
            text = picture.attributes.get("alt") or ""
        found.add(bare(_GENERIC.sub(" ", text)))
    return frozenset(name for name in found if len(name) > 2)


def is_shop(text: str, names: frozenset[str]) -> bool:
    """Whether a text is the shop's name, perhaps with something behind it ("Terre & Feu, céramique")."""
    name = bare(text)
    return not name or name in names or any(len(known) > 4 and name.startswith(known) for known in names)


def without_shop(title: str, names: frozenset[str]) -> list[str]:
    """The parts of a window's title that do not name the shop; all of it where nothing else is left."""
    parts = [part.strip() for part in _PARTS.split(title) if part.strip()]
    kept = [part for part in parts if (name := bare(part)) and name not in names]
    return kept or [title]


def main_title(page: Page, tiles: Tiles, names: frozenset[str] | None = None) -> Title | None:
    """The product's name: the <h1> that the window's title or Open Graph repeat, or what they name elsewhere.

    `names` are the `shop_names`, where they were asked for already."""
    names = shop_names(page) if names is None else names
    said = [without_shop(text, names) for text in (meta(page, "og:title"), page.title or "") if text]
    whole = [" ".join(parts) for parts in said]
    cards = foreign_cards(tiles)
    best: tuple[float, LexborNode, str] | None = None
    for n, node in enumerate(page.survey.headings[:12]):
        text = brief(node)
        if not text or not (name := bare(text)):
            continue
        weight = max((likeness(text, other) + covers(text, other) for other in whole), default=0.5) - n * 0.05
        weight -= 0.8 if within(node, cards) else 0.0
        weight -= 1.5 if name in names else 0.0
        weight += 0.2 if node is tiles.title else 0.0
        if best is None or weight > best[0]:
            best = (weight, node, text)
    if best is not None and (best[0] > 0.55 or (best[0] > 0 and not said)):
        return Title(best[2], best[1], min(0.95, 0.7 + 0.15 * best[0]), "h1")
    return _untitled(page, cards, said, names) or (Title(best[2], best[1], 0.5, "h1") if best else None)


def _untitled(page: Page, cards: frozenset[int], said: list[list[str]], names: frozenset[str]) -> Title | None:
    """Where no <h1> is the name: an element called so, else the window's title without the shop's name."""
    best: tuple[float, LexborNode, str] | None = None
    whole = [" ".join(parts) for parts in said]
    for node in page.tree.css(_TITLED)[:60] if said else ():
        if node.tag == "meta" or within(node, cards):
            continue
        text = brief(node)
        if not 3 <= len(text) <= 300 or bare(text) in names:
            continue
        weight = max(likeness(text, other) for other in whole) + 0.3 * max(covers(text, other) for other in whole)
        if weight > 0.75 and (best is None or weight > best[0]):
            best = (weight, node, text)
    if best is not None:
        return Title(best[2], best[1], 0.75, "an element called title")
    for parts in said:
        name = parts[0] if len(tokens(parts[0])) > 1 or len(parts) == 1 else max(parts, key=len)
        if bare(name) not in names:
            return Title(name, None, 0.6, "the window's title")
    return None
