"""Prices that belong to another page than the one they stand on: a card alone, where nothing repeats.

What stands around such a price leads away: to the product whose name and picture stand beside it. A page's own price
stands with the page's title, or with links that name nothing (a size guide, delivery terms, the brand).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from selectolax.lexbor import LexborNode

from connectors.pages.price_tags import PRICED, short_text
from connectors.pages.tree import Survey

BRAND: Final = re.compile(r"brand|marque|manufact|fabrica|hersteller|vendor|auteur|author|designer|editeur|logo", re.I)
"""What leads to a maker, not to a product."""
_MAX_LINKS: Final = 12
"""Links of one card, at most."""
_WORD: Final = re.compile(r"\w{3,}")
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")
_SEE: Final = re.compile(
    r"(?:voir|d[ée]couvrir|consulter) (?:le|la|ce|cet|cette|l['’]) ?(?:produit|article|fiche|d[ée]tails?)"
    r"|voir (?:plus|d[ée]tails?)|plus de d[ée]tails"
    r"|d[ée]tails du produit|d[ée]couvrir\Z|(?:view|see) (?:product|details|item)|zum (?:produkt|artikel)",
    re.I,
)
"""What leads from a card to its page."""
_TALK: Final = re.compile(
    r"livraison|d[ée]lai|offre|vendeur|neuf|neue?\b|gebraucht|nuov|usat|nuevo|occasion|paie|4x|shipping"
    r"|delivery|seller|offer|\bnew\b|\bused\b|learn more|terms|details",
    re.I,
)
_SHORT: Final = 3
"""Words of such talk; a name may hold some of them too."""
_MAX_FREE: Final = 300
_NEAR: Final = 5
"""Elements around a price that belong to it."""


def linked_prices(seen: Survey, free: Sequence[int], inside: bytearray) -> dict[int, int]:
    """Which of these prices belong to another page, each with the element that shows that page's product."""
    words = title_words(short_text(seen.nodes[seen.title], 300) or "") if seen.title is not None else frozenset()
    owners: dict[int, bool] = {}
    linked = {}
    for price in free[:_MAX_FREE]:
        number = price
        for _ in range(_NEAR):
            if number <= 0 or number in seen.above_title or seen.links[number] > _MAX_LINKS:
                break
            if number not in owners:
                owners[number] = _leads_away(seen, number, inside, words)
            if owners[number]:
                linked[price] = number
                break
            number = seen.parents[number]
    return linked


def _leads_away(seen: Survey, number: int, inside: bytearray, words: frozenset[str]) -> bool:
    """True if an element shows another page's product, and not the title's: a heading that is a link to it, a link
    that holds its name beside its picture or price, a picture and a name that lead to the same address, or a heading
    with "voir le produit"."""
    if not seen.addresses[number]:
        return False
    anchors = [node for node in seen.anchors_below(number, _MAX_LINKS) if not inside[seen.index[node.mem_id]]]
    labels = [_label(anchor) for anchor in anchors]
    if words and any(_says_the_same(words, title_words(label)) for label in labels):
        return False
    if seen.nodes[number].tag == "a":
        return bool(labels) and is_name(labels[0])
    if seen.has_heading(number) and any(_SEE.match(label) for label in labels):
        return True
    if not seen.leads[number]:
        return False
    pictured: set[str] = set()
    named: set[str] = set()
    for anchor, label in zip(anchors, labels, strict=True):
        own = seen.index[anchor.mem_id]
        if not (addresses := seen.addresses[own]):
            continue
        if _is_brand(anchor, addresses[0]):
            continue
        if seen.pictures[own]:
            pictured.add(addresses[0])
        in_heading = seen.nodes[seen.parents[own]].tag in _HEADINGS
        if is_name(label):
            named.add(addresses[0])
            if in_heading:
                return True
        elif _is_short_name(label, 1 if in_heading else 2):
            named.add(addresses[0])
    return not pictured.isdisjoint(named)


def _is_brand(anchor: LexborNode, address: str) -> bool:
    parent = anchor.parent
    around = (parent.attrs.get("class") or "") if parent is not None and parent.is_element_node else ""
    return BRAND.search(f"{address} {anchor.attrs.get('class') or ''} {around}") is not None


def _says_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common * 2 > len(one) and common * 2 > len(other)


def is_name(text: str) -> bool:
    """What a link says could be a product's name."""
    said = PRICED.sub(" ", text)
    words = len(_LETTERS.findall(said))
    return words >= 2 and not _SEE.match(said) and (words > _SHORT or not _TALK.search(said))


def _is_short_name(text: str, words: int) -> bool:
    """ "La Traversée", "Théière 1", and in a heading "Sérénade": names beside a picture that leads where they do."""
    said = PRICED.sub(" ", text)
    letters = _LETTERS.search(said) is not None
    return letters and len(said.split()) >= words and _SEE.match(said) is None and _TALK.search(said) is None


def _label(anchor: LexborNode) -> str:
    text = short_text(anchor, 300) or ""
    if not text and (picture := anchor.css_first("img")) is not None:
        text = picture.attributes.get("alt") or ""
    return text


def title_words(text: str) -> frozenset[str]:
    """The words of a title, small ones left out."""
    return frozenset(_WORD.findall(text.lower()))
