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
_SECTIONS: Final = frozenset({"h2", "h3", "h4"})
_ABOUT: Final = re.compile(
    r"(?:la |le |les |nos |notre |votre |mon |un )?(?:descri|d[ée]tail|caract[ée]rist|livraison|paiement|prix|tarif"
    r"|avis|panier|commande|informations?|info|conseil|composition|dimensions?|disponib|contact|menu|cat[ée]gorie|newsletter|quantit"
    r"|garantie|retour|partage|suivez|bienvenue|nouveaut|rayon|boutique|recherche|shipping|delivery|price|reviews?|cart"
    r"|versand|preis|beschreibung|warenkorb|details)",
    re.I,
)
"""Headings of a product's page that are not its name."""
_FRAME: Final = frozenset({"header", "nav", "footer", "aside"})
_MAX_BEFORE: Final = 60
"""Texts between a product's heading and its price ..."""
_MAX_PRICES: Final = 3
_DEEP: Final = 4
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
        if not text or not (name := bare(text)) or is_logo(page, node):
            continue
        weight = max((likeness(text, other) + covers(text, other) for other in whole), default=0.5) - n * 0.05
        weight -= 0.8 if within(node, cards) else 0.0
        weight -= 1.5 if name in names or is_framed(node) else 0.0
        weight += 0.2 if node is tiles.title else 0.0
        if best is None or weight > best[0]:
            best = (weight, node, text)
    if best is not None and (best[0] > 0.55 or (best[0] > 0 and not said)):
        return Title(best[2], best[1], min(0.95, 0.7 + 0.15 * best[0]), "h1")
    shown = best if best is not None and best[0] >= 0 and not is_framed(best[1]) else None
    return _untitled(page, tiles, said, names, shown) or (Title(best[2], best[1], 0.5, "h1") if best else None)


def is_logo(page: Page, heading: LexborNode) -> bool:
    """Whether a heading only leads to the home page."""
    above = heading.parent
    if above is not None and above.tag == "a":
        return any(link.mem_id == above.mem_id for link in page.survey.homes)
    link = heading.css_first("a[href]")
    if link is None or len(bare(brief(link))) < len(bare(brief(heading))):
        return False
    return any(home.mem_id == link.mem_id for home in page.survey.homes) or page.is_home(link.attributes.get("href"))


def _untitled(
    page: Page,
    tiles: Tiles,
    said: list[list[str]],
    names: frozenset[str],
    shown: tuple[float, LexborNode, str] | None,
) -> Title | None:
    """Where no <h1> is sure to be the name: an element called so, the one <h1> that is `shown`, the heading above the
    price, else the window's title without the shop's name."""
    cards = foreign_cards(tiles)
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
    if shown is not None:
        return Title(shown[2], shown[1], 0.65, "h1")
    if (near := _above_price(tiles, names)) is not None:
        return Title(brief(near), near, 0.65, "the heading above the price")
    for parts in said:
        name = parts[0] if len(tokens(parts[0])) > 1 or len(parts) == 1 else max(parts, key=len)
        if bare(name) not in names:
            return Title(name, None, 0.6, "the window's title")
    return None


def _above_price(tiles: Tiles, names: frozenset[str]) -> LexborNode | None:
    """The last heading before the first price outside of cards that may be a product's name."""
    nodes = tiles.walk.nodes
    for place in tiles.free_texts[:_MAX_PRICES]:
        for node in reversed(nodes[max(0, place - _MAX_BEFORE) : place]):
            heading = _heading_around(node)
            if heading is None or tiles.holds(heading) or is_framed(heading):
                continue
            text = brief(heading, 300)
            if len(text) >= 3 and not _ABOUT.match(text) and bare(text) not in names:
                return heading
    return None


def _heading_around(node: LexborNode) -> LexborNode | None:
    current = node.parent
    for _ in range(_DEEP):
        if current is None or current.tag in _SECTIONS:
            return current
        current = current.parent
    return None


def is_framed(node: LexborNode) -> bool:
    """Whether an element stands in what every page of the shop has."""
    current: LexborNode | None = node
    while current is not None and current.tag != "body":
        if current.tag in _FRAME:
            above = current.parent
            return current.tag != "header" or above is None or above.tag == "body"
        current = current.parent
    return False
