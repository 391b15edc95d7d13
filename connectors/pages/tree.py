"""Pure: the part of a page's tree that leads to links, pictures, titles and prices, surveyed once.

A page has thousands of nodes; what tells a listing from a product hangs on some hundreds. They are numbered with
their ancestors, in lists beside one another (a Python object for each would cost more than the walk).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.pages.hrefs import is_utility
from connectors.pages.page import Page


def _tag_ids(*tags: str) -> frozenset[int]:
    nodes = [LexborHTMLParser(f"<{tag}></{tag}>").css_first(tag) for tag in tags]
    return frozenset(node.tag_id for node in nodes if node is not None)


(_A,), (_IMG,), (_H1,) = _tag_ids("a"), _tag_ids("img"), _tag_ids("h1")
_HEADINGS: Final = _tag_ids("h2", "h3", "h4")
_TITLES: Final = _tag_ids("h1", "h2", "h3", "h4", "h5", "h6")
_SILENT: Final = frozenset({"script", "style", "noscript", "template", "title", "textarea", "option", "svg"})
"""Text in there is nothing that a visitor reads (or not as a price)."""
_SIGN: Final = r"€|EUR\b|[$£¥₹₺₽₪฿]|CHF|USD|GBP|zł|PLN|Kč|kr\b|Ft\b|lei\b|руб|TL\b|SAR|AED|ر\.س|円|元|Rs\.?"
PRICED: Final = re.compile(rf"(?:{_SIGN})\s?\d|\d[\d.,]*(?:,-|\.-)?\s?(?:{_SIGN})")
"""An amount beside its currency's sign."""
_ALONE: Final = re.compile(rf"[^\w]*(?:{_SIGN})\s?(?:TTC|HT|T\.T\.C|H\.T|TVA\b.{{0,6}})?[^\w]*\Z")
_AMOUNT: Final = re.compile(r"\d[.,]\d\d\b|\d\s?(?:€|\$|£)|\A\W*\d{1,6}\W*\Z")
_CHARGE: Final = re.compile(r"livraison|exp[ée]di|frais|\bport\b|offert|d'achat|shipping|delivery|versand|envío", re.I)
"""Beside these words an amount is no product's price."""
_MAX_TEXT: Final = 80
_PARAGRAPH: Final = 150
_MAX_AMOUNT: Final = 60
_MAX_BELOW: Final = 40
"""Nodes of an element that shows an amount; what has more shows more."""
_WORTH: Final = re.compile(r"[1-9]")
"""A digit of an amount that is not nothing: an empty cart's total is no price."""
_MAX_MARKS: Final = 60_000
"""Links, pictures, titles and prices; what a page holds beyond is not surveyed."""
_KEPT_ADDRESSES: Final = 4
_VARIABLE: Final = re.compile(r"\d+")
_STATES: Final = frozenset(
    "first last odd even active current selected row-odd row-even alternate clear omega alpha item-first item-last".split()
)
"""Classes by which siblings of one kind differ."""


@dataclass(slots=True)
class Survey:
    """Nodes by number; a node's number is greater than its parent's."""

    nodes: list[LexborNode] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    index: dict[int, int] = field(default_factory=dict)
    """mem_id -> number."""
    order: list[int] = field(default_factory=list)
    """The place of the node's first mark in the page's text."""
    links: list[int] = field(default_factory=list)
    leads: list[int] = field(default_factory=list)
    """Links to other pages that hold a picture, or that stand in a heading."""
    pictures: list[int] = field(default_factory=list)
    price_counts: list[int] = field(default_factory=list)
    addresses: list[tuple[str, ...]] = field(default_factory=list)
    """The first links below the node as written, repeated ones too."""
    prices: list[int] = field(default_factory=list)
    """The elements that show a price."""
    anchors: list[tuple[LexborNode, str]] = field(default_factory=list)
    """Every link and where it leads, as written."""
    titles: list[tuple[int, LexborNode]] = field(default_factory=list)
    headings: list[tuple[int, LexborNode]] = field(default_factory=list)
    title: LexborNode | None = None
    title_order: int | None = None
    text: int = 0
    """Characters that a visitor reads ..."""
    prose: int = 0
    """... and of these, in paragraphs."""
    _shapes: dict[int, str] = field(default_factory=dict)

    def add(self, node: LexborNode, order: int) -> int:
        """Number a node and those ancestors that have no number yet."""
        index = self.index
        chain = []
        current: LexborNode | None = node
        known = -1
        while current is not None and current.is_element_node:
            mem_id = current.mem_id
            if mem_id in index:
                known = index[mem_id]
                break
            chain.append((mem_id, current))
            current = current.parent
        for mem_id, current in reversed(chain):
            number = len(self.nodes)
            index[mem_id] = number
            self.nodes.append(current)
            self.parents.append(known)
            self.depths.append(self.depths[known] + 1 if known >= 0 else 0)
            self.order.append(order)
            known = number
        return known

    def shape(self, number: int) -> str:
        """The node's tag and first class that says its kind."""
        if (known := self._shapes.get(number)) is not None:
            return known
        node = self.nodes[number]
        shape = node.tag or ""
        for name in (node.attrs.get("class") or "").split()[:4]:
            if name.lower() not in _STATES:
                shape = f"{shape}.{_VARIABLE.sub('', name)}"
                break
        self._shapes[number] = shape
        return shape

    def heading_before(self, number: int) -> str:
        """The text of the last heading above the node."""
        place = bisect_left(self.headings, self.order[number], key=lambda heading: heading[0])
        return self.headings[place - 1][1].text()[:100] if place else ""

    def classes_above(self, number: int) -> str:
        """Classes and ids of the five elements around the node."""
        names = []
        for _ in range(5):
            number = self.parents[number]
            if number < 0:
                break
            node = self.nodes[number]
            if node.tag not in ("body", "html"):
                names.append(f"{node.attrs.get('class') or ''} {node.attrs.get('id') or ''}"[:200])
        return " ".join(names)


def survey(page: Page) -> Survey:
    """Number what hangs together. Linear in the page's size; never raises."""
    seen = Survey()
    root = page.tree.body
    if root is None:
        return seen
    marks = _mark(seen, root, {node.mem_id for node in page.tree.css("[class*=price i],[itemprop=price]")[:5000]})
    count = len(seen.nodes)
    seen.links, seen.pictures, seen.price_counts = [0] * count, [0] * count, [0] * count
    seen.addresses = [()] * count
    seen.leads = [0] * count
    for kind, number, href in marks:
        if kind == "a":
            seen.links[number] += 1
            seen.addresses[number] = (href,) if href else ()
            if href and seen.nodes[seen.parents[number]].tag_id in _TITLES:
                seen.leads[number] = 1
        elif kind == "img":
            seen.pictures[number] += 1
            if (link := _link_around(seen, number)) is not None:
                seen.leads[link] = 1
        else:
            seen.price_counts[number] += 1
    for number in range(count - 1, 0, -1):
        parent = seen.parents[number]
        if parent < 0:
            continue
        seen.links[parent] += seen.links[number]
        seen.leads[parent] += seen.leads[number]
        seen.pictures[parent] += seen.pictures[number]
        seen.price_counts[parent] += seen.price_counts[number]
        below = seen.addresses[number]
        if below:
            seen.addresses[parent] = (below + seen.addresses[parent])[:_KEPT_ADDRESSES]
    _choose_title(seen, page.title)
    return seen


def _link_around(seen: Survey, number: int) -> int | None:
    """The link to another page that a picture is in."""
    for _ in range(4):
        number = seen.parents[number]
        if number < 0:
            return None
        if seen.nodes[number].tag_id == _A:
            return number if seen.addresses[number] else None
    return None


def _mark(seen: Survey, root: LexborNode, priced: set[int]) -> list[tuple[str, int, str]]:
    """Walk the page in its order, and number what stands out with its ancestors."""
    marks: list[tuple[str, int, str]] = []
    order = 0
    for node in root.traverse(include_text=True, skip_empty=True):
        order += 1
        tag = node.tag_id
        if tag == _A:
            href = node.attrs.get("href")
            if not href:
                continue
            seen.anchors.append((node, href))
            href = href.strip()
            marks.append(("a", seen.add(node, order), "" if is_utility(href) else href.partition("#")[0]))
        elif tag == _IMG:
            marks.append(("img", seen.add(node, order), ""))
        elif tag == _H1:
            seen.titles.append((order, node))
        elif tag in _HEADINGS:
            seen.headings.append((order, node))
        elif node.is_text_node:
            text = (node.text_content or "").strip()
            if len(text) > _MAX_TEXT:
                _count_text(seen, node, len(text))
            else:
                seen.text += len(text)
                if (element := _price_element(node, text)) is not None:
                    _mark_price(seen, marks, element, order)
        if priced and node.mem_id in priced and _shows_amount(node):
            _mark_price(seen, marks, node, order)
        if len(marks) >= _MAX_MARKS:
            break
    return marks


def _count_text(seen: Survey, node: LexborNode, length: int) -> None:
    parent = node.parent
    if parent is not None and parent.tag not in _SILENT:
        seen.text += length
        if length >= _PARAGRAPH:
            seen.prose += length


def _mark_price(seen: Survey, marks: list[tuple[str, int, str]], element: LexborNode, order: int) -> None:
    number = seen.add(element, order)
    current = number
    for _ in range(5):
        if current < 0:
            break
        if seen.prices and current in seen.prices[-3:]:
            return
        current = seen.parents[current]
    seen.prices.append(number)
    marks.append(("price", number, ""))


def _price_element(node: LexborNode, text: str) -> LexborNode | None:
    """The element whose short text is an amount with its currency."""
    parent = node.parent
    if parent is None:
        return None
    if PRICED.search(text):
        return None if parent.tag in _SILENT or _CHARGE.search(text) or not _WORTH.search(text) else parent
    if len(text) > 14 or not _ALONE.match(text):
        return None
    around: LexborNode | None = parent
    for _ in range(3):
        if around is None or around.tag in _SILENT:
            return None
        whole = short_text(around, _MAX_AMOUNT)
        if whole is None:
            return None
        if _WORTH.search(whole):
            return around
        around = around.parent
    return None


def _shows_amount(node: LexborNode) -> bool:
    if node.tag in _SILENT or node.tag == "input":
        return False
    text = short_text(node, _MAX_AMOUNT)
    return text is not None and _WORTH.search(text) is not None and _AMOUNT.search(text) is not None


def short_text(node: LexborNode, limit: int) -> str | None:
    """The text of an element; None beyond so many characters, found out without reading them all."""
    pieces = []
    for below in islice(node.traverse(include_text=True, skip_empty=True), _MAX_BELOW):
        if below.is_text_node:
            text = (below.text_content or "").strip()
            limit -= len(text)
            if limit < 0:
                return None
            pieces.append(text)
    return " ".join(pieces)


def _choose_title(seen: Survey, page_title: str | None) -> None:
    """The <h1> that shares most words with <title>; the first with a text where none does."""
    words = set(re.findall(r"\w{3,}", (page_title or "").lower()[:300]))
    best = -1.0
    for order, node in seen.titles[:10]:
        own = set(re.findall(r"\w{3,}", node.text().lower()[:300]))
        if own and (share := len(own & words) / len(own)) > best:
            best, seen.title, seen.title_order = share, node, order
