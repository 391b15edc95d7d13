"""Pure: the part of a page's tree that leads to links, pictures, titles and prices, surveyed once.

A page has thousands of nodes; what tells a listing from a product hangs on some hundreds. They are numbered in the
page's order, each before what is below it: so what is below a node are the numbers up to its last one. They stand in
lists beside one another, since a Python object for each would cost more than the walk.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.pages.hrefs import is_utility
from connectors.pages.page import Page
from connectors.pages.price_tags import MAY_PRICE, SILENT, WORDS, price_tag, short_text
from connectors.pages.walk import Walk


def _tag_id(tag: str) -> int:
    node = LexborHTMLParser(f"<{tag}></{tag}>").css_first(tag)
    assert node is not None
    return node.tag_id


_TEXT, _LINK, _PICTURE, _TITLE, _HEADING, _MUTE, _CONTROL = range(1, 8)
_A: Final = _tag_id("a")
(_TEXT_ID,) = {node.tag_id for node in LexborHTMLParser("<p>x").css("p")[0].iter(include_text=True)}
_WANTED: Final = {
    _TEXT_ID: _TEXT,
    _A: _LINK,
    _tag_id("img"): _PICTURE,
    _tag_id("h1"): _TITLE,
    **{_tag_id(tag): _MUTE for tag in ("script", "style", "noscript", "textarea", "template", "title")},
    **{_tag_id(tag): _CONTROL for tag in ("button", "input")},
    **{_tag_id(tag): _HEADING for tag in ("h2", "h3", "h4", "h5", "h6")},
}
_HEADINGS: Final = frozenset(tag for tag, kind in _WANTED.items() if kind in (_TITLE, _HEADING))
_MAX_TEXT: Final = 80
_PARAGRAPH: Final = 150
_MAX_NODES: Final = 150_000
"""What a page holds beyond is not surveyed."""
_KEPT_ADDRESSES: Final = 4
_VARIABLE: Final = re.compile(r"\d+|[-_]?(?:odd|even|first|last|pair|impair)\Z")
_STATES: Final = frozenset(
    {"first", "last", "odd", "even", "active", "current", "selected", "alternate", "clear", "omega", "alpha"}
)
"""Classes by which siblings of one kind differ."""
_SEPARATOR: Final = re.compile(r"\s[-|–—·•»:]\s|\s*\|\s*")
_LOGO: Final = re.compile(r"logo|site-?title|site-?name|header__heading", re.I)
_ROOT: Final = re.compile(r"(?:https?://[^/]+)?/?(?:index\.\w+|[a-z]{2}/?)?\Z", re.I)
_WORD: Final = re.compile(r"\w{3,}")


@dataclass(slots=True)
class Survey:
    """Nodes by number."""

    nodes: list[LexborNode] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    """-1 above the first."""
    depths: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    """The greatest number below each node, or its own."""
    index: dict[int, int] = field(default_factory=dict)
    """mem_id -> number."""
    links: list[int] = field(default_factory=list)
    leads: list[int] = field(default_factory=list)
    """Links to other pages that hold a picture, or that stand in a heading."""
    pictures: list[int] = field(default_factory=list)
    price_counts: list[int] = field(default_factory=list)
    addresses: list[tuple[str, ...]] = field(default_factory=list)
    """The first links below the node as written, repeated ones too."""
    prices: list[int] = field(default_factory=list)
    """The elements that show a price."""
    prose_above: list[int] = field(default_factory=list)
    """For each price, the characters in paragraphs before it ..."""
    price_texts: list[int] = field(default_factory=list)
    """... and the number of the text that shows it, or its first piece."""
    anchors: list[tuple[LexborNode, str]] = field(default_factory=list)
    """Every link and where it leads, as written ..."""
    anchor_numbers: list[int] = field(default_factory=list)
    """... and its number."""
    titles: list[tuple[int, int]] = field(default_factory=list)
    """Every <h1>, and the characters in paragraphs before it."""
    headings: list[int] = field(default_factory=list)
    title: int | None = None
    """The page's main <h1>."""
    prose_before_title: int = 0
    above_title: frozenset[int] = frozenset()
    """It, and what is around it."""
    text: int = 0
    """Characters that a visitor reads ..."""
    prose: int = 0
    """... and of these, in paragraphs."""
    walk: Walk = field(default_factory=Walk)
    _shapes: dict[tuple[int, str | None], str] = field(default_factory=dict)

    def add(self, node: LexborNode) -> int:
        """Number a node, after those of its ancestors that have no number yet. The first node added is above all."""
        index = self.index
        mem_id = node.mem_id
        if (found := index.get(mem_id)) is not None:
            return found
        above = node.parent if index else None
        number = -1 if above is None else index.get(above.mem_id, -1)
        chain = []
        while number < 0 and above is not None:
            chain.append(above)
            above = above.parent
            number = -1 if above is None else index.get(above.mem_id, -1)
        nodes, parents, depths = self.nodes, self.parents, self.depths
        depth = depths[number] if number >= 0 else 0
        for current in reversed(chain):
            parents.append(number)
            index[current.mem_id] = number = len(nodes)
            depth += 1
            nodes.append(current)
            depths.append(depth)
        parents.append(number)
        index[mem_id] = number = len(nodes)
        nodes.append(node)
        depths.append(depth + 1)
        return number

    def anchors_below(self, number: int, most: int) -> list[LexborNode]:
        """The links of a node, itself among them where it is one; the first so many."""
        first = bisect_left(self.anchor_numbers, number)
        end = bisect_right(self.anchor_numbers, self.last[number])
        return [anchor for anchor, _ in self.anchors[first : min(end, first + most)]]

    def shape(self, number: int) -> str:
        """The node's tag and first class that says its kind."""
        node = self.nodes[number]
        told = (node.tag_id, node.attrs.get("class"))
        if (known := self._shapes.get(told)) is not None:
            return known
        shape = node.tag or ""
        for name in (told[1] or "").split(None, 4)[:4]:
            if name.lower() not in _STATES:
                shape = f"{shape}.{_VARIABLE.sub('', name)}"
                break
        self._shapes[told] = shape
        return shape

    def heading_before(self, number: int) -> str:
        """The text of the last heading above the node."""
        place = bisect_left(self.headings, number)
        return (short_text(self.nodes[self.headings[place - 1]], 100) or "") if place else ""

    def label_before(self, number: int) -> str:
        """The short text that stands right before the node, or before what is around it."""
        node: LexborNode | None = self.nodes[number]
        for _ in range(5):
            if node is None:
                break
            beside = node.prev
            for _ in range(3):
                if beside is None:
                    break
                if (beside.is_element_node or beside.is_text_node) and (text := short_text(beside, _MAX_TEXT)):
                    return text
                beside = beside.prev
            node = node.parent
        return ""

    def has_heading(self, number: int) -> bool:
        place = bisect_left(self.headings, number)
        return place < len(self.headings) and self.headings[place] <= self.last[number]

    def classes_above(self, number: int) -> str:
        """Classes and ids of the five elements around the node."""
        names = []
        for _ in range(5):
            number = self.parents[number]
            if number <= 0:
                break
            attributes = self.nodes[number].attrs
            names.append(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:200])
        return " ".join(names)

    def inside(self, numbers: set[int]) -> bytearray:
        """For each node, whether it is one of these or below one."""
        found = bytearray(len(self.nodes))
        for number in numbers:
            length = self.last[number] - number + 1
            found[number : number + length] = b"\x01" * length
        return found


def survey(page: Page) -> Survey:
    """Number what hangs together. Linear in the page's size; never raises."""
    seen = Survey()
    root = page.tree.body
    if root is None:
        return seen
    seen.add(root)
    links: list[tuple[int, str]] = []
    pictures: list[int] = []
    _walk(seen, root, links, pictures)
    _sum_up(seen, links, pictures)
    _choose_title(seen, page.title)
    return seen


def _walk(seen: Survey, root: LexborNode, links: list[tuple[int, str]], pictures: list[int]) -> None:
    """Everything of interest in the page's order. Most nodes are texts without an amount: they cost the least."""
    wanted, add, read = _WANTED, seen.add, 0
    walk = seen.walk
    texts, nodes, controls, walked_links = walk.texts, walk.nodes, walk.controls, walk.links
    muted = False
    for node in root.traverse(include_text=True, skip_empty=True):
        kind = wanted.get(node.tag_id)
        if kind is None:
            muted = False
            continue
        if kind == _TEXT:
            if muted:  # half of a page's bytes: not even decoded
                muted = False
                if (parent := node.parent) is not None and wanted.get(parent.tag_id) == _MUTE:
                    continue
            if not (text := (node.text_content or "").strip()):
                continue
            texts.append(text)
            nodes.append(node)
            length = len(text)
            if length > _MAX_TEXT:
                _read(seen, node, length)
            else:
                read += length
                if MAY_PRICE.search(text) is not None or text in WORDS:
                    element = price_tag(node, text)
                    if element is not None:
                        _mark_price(seen, add(element), len(texts) - 1)
            continue
        muted = kind == _MUTE
        if muted:
            continue
        if kind == _LINK:
            walked_links.append((len(texts), node))
            if href := node.attrs.get("href"):
                number = add(node)
                seen.anchors.append((node, href))
                seen.anchor_numbers.append(number)
                links.append((number, href))
        elif kind == _PICTURE:
            controls.append((len(texts), node))
            pictures.append(add(node))
        elif kind == _CONTROL:
            controls.append((len(texts), node))
        elif kind == _TITLE:
            seen.titles.append((add(node), seen.prose))
        else:
            seen.headings.append(add(node))
        if len(seen.nodes) > _MAX_NODES:
            break
    seen.text += read


def _read(seen: Survey, node: LexborNode, length: int) -> None:
    """Count a longer text."""
    parent = node.parent
    if parent is not None and parent.tag not in SILENT:
        seen.text += length
        if length >= _PARAGRAPH:
            seen.prose += length


def _mark_price(seen: Survey, number: int, text: int) -> None:
    """An amount within one that is marked already ("12" and "€" apart, old and new price) is the same price."""
    current = number
    for _ in range(4):
        if current < 0:
            break
        if current in seen.prices[-3:]:
            return
        current = seen.parents[current]
    seen.prices.append(number)
    seen.prose_above.append(seen.prose)
    seen.price_texts.append(text)


def _sum_up(seen: Survey, links: list[tuple[int, str]], pictures: list[int]) -> None:
    """Count for every node what is below it, from the last one up."""
    count = len(seen.nodes)
    link_counts, leads, picture_counts, price_counts = [0] * count, [0] * count, [0] * count, [0] * count
    addresses: list[tuple[str, ...]] = [()] * count
    last = list(range(count))
    parents = seen.parents
    for number, href in links:
        link_counts[number] = 1
        if not is_utility(href) and (address := href.strip().partition("#")[0]):
            addresses[number] = (address,)
            if parents[number] >= 0 and seen.nodes[parents[number]].tag_id in _HEADINGS:
                leads[number] = 1
    for number in pictures:
        picture_counts[number] = 1
        for _ in range(4):
            number = parents[number]
            if number < 0 or addresses[number]:
                break
        if number >= 0 and addresses[number]:
            leads[number] = 1
    for number in seen.prices:
        price_counts[number] += 1
    for number in range(count - 1, 0, -1):
        parent = parents[number]
        if parent < 0:
            continue
        if last[number] > last[parent]:
            last[parent] = last[number]
        if (below := link_counts[number]) != 0:
            link_counts[parent] += below
            if own := addresses[number]:
                addresses[parent] = (own + addresses[parent])[:_KEPT_ADDRESSES]
            leads[parent] += leads[number]
        picture_counts[parent] += picture_counts[number]
        price_counts[parent] += price_counts[number]
    seen.links, seen.leads, seen.pictures, seen.price_counts = link_counts, leads, picture_counts, price_counts
    seen.addresses, seen.last = addresses, last


def _choose_title(seen: Survey, page_title: str | None) -> None:
    """The <h1> that shares most words with <title>, above all with its first part; the first one where none does. A
    logo is no title."""
    whole = (page_title or "").lower()[:300]
    words, head = set(_WORD.findall(whole)), set(_WORD.findall(_SEPARATOR.split(whole)[0]))
    best = -9.0
    for number, prose in seen.titles[:10]:
        node = seen.nodes[number]
        own = set(_WORD.findall(node.text()[:300].lower()))
        if not own:
            continue
        share = (len(own & words) + len(own & head)) / len(own) - (2.0 if _is_logo(seen, number) else 0.0)
        if share > best:
            best, seen.title, seen.prose_before_title = share, number, prose
    above = set()
    current = -1 if seen.title is None else seen.title
    while current >= 0:
        above.add(current)
        current = seen.parents[current]
    seen.above_title = frozenset(above)


def _is_logo(seen: Survey, number: int) -> bool:
    """A title that leads to the site's root, or is called a logo."""
    node = seen.nodes[number]
    if _LOGO.search(f"{node.attrs.get('class') or ''} {node.attrs.get('id') or ''}") is not None:
        return True
    parent = seen.parents[number]
    anchors = seen.anchors_below(number, 2)
    if parent >= 0 and seen.nodes[parent].tag_id == _A:
        anchors.append(seen.nodes[parent])
    return any(_ROOT.match((anchor.attrs.get("href") or "").strip()) is not None for anchor in anchors)
