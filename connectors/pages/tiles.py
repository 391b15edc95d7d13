"""Pure: the product cards of a page: the tiles of a listing, the carousel "vous aimerez aussi", the mini-cart.

Cards are found by their shape, as a visitor sees them: blocks of the same tag and class side by side (or in rows side
by side), each with a link of its own, and with a price or a picture in most of them. Nothing is known of any shop.

Time is linear in the page's nodes. The tree above links, pictures and prices is walked once, from below.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from selectolax.lexbor import LexborNode

from connectors.pages.hrefs import Hrefs
from connectors.pages.lone_cards import BRAND, is_name, linked_prices
from connectors.pages.page import Page
from connectors.pages.price_tags import PRICED, short_text
from connectors.pages.tree import Survey, survey
from connectors.pages.walk import Walk

Place = Literal["before", "after", "untitled"]
"""Where a group begins, seen from the page's main title."""

_RELATED: Final = re.compile(
    r"vous aimer|(?:produits?|articles?) (?:associ|similaire|apparent|li[ée]s|compl[ée]mentaire|de la m[êe]me)"
    r"|m[êe]me (?:cat[ée]gorie|collection|marque|gamme)|[ée]galement|r[ée]cemment|d[ée]j[àa] vu|accessoire|compl[ée]t"
    r"|ont aussi|aussi achet|suggestion|recommand|associ[ée]s|autres produits|related|similar|also (?:like|bought|view)"
    r"|recently|customers who|bought together|you may|recommend|ähnliche|kunden|zubehör|passend|dazu|también|relacionad"
    r"|simili|correlati",
    re.I,
)
"""Headings that announce products beside the page's own ..."""
_BESIDE: Final = ("related", "upsell", "crosssell", "cross-sell", "similar", "recommend", "also", "recent", "associ")
"""... and what classes and ids of their sections hold."""
_ASIDE: Final = "[class*=cart i],[id*=cart i],cart-drawer"
_LITTLE_CART: Final = re.compile(
    r"mini[-_]?cart|cart[-_]?(?:dropdown|preview|drawer|block|hover|popup|side)|(?:header|block|side|top"
    r"|drawer)[-_]?cart"
    r"|widget_shopping_cart",
    re.I,
)
"""Little carts that themes put on every page, even with one product."""
_FILTER: Final = re.compile(r"filter(?!ed)|facet|layered|narrow-?by|refine|price-?slider", re.I)
_AROUND: Final = 6
_SOLD: Final = re.compile(
    r"\b(?:vendue?s?|sold|r[ée]serv[ée]e?s?|[ée]puis[ée]e?s?|adopt[ée]e?s?|indisponible|verkauft)\b", re.I
)
_NAMED_PIECE: Final = re.compile(r"[^\W\d_]{3,}")
_MAX_PIECE: Final = 400
_MAX_ASIDES: Final = 200
_LONE: Final = (
    ".product-miniature,li.product,.product-card,.product-tile,.product-item,.card-product,.product-box,"
    ".ajax_block_product,.product-thumb,.grid-product,.product-layout,.grid-view-item,.product-item-info"
)
"""What themes call a card: for a category that has one product, where nothing repeats."""
_MAX_LONE: Final = 12
_MAX_ANCHORS: Final = 8
_PRESS: Final = "button,input[type=submit],input[type=button],input[type=image]"
_MAX_OUT: Final = 30
_MAX_NAMED: Final = 30
_FAR: Final = 800
"""Characters of text between a title and what is not its price."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cards of one list."""

    cards: tuple[LexborNode, ...]
    urls: tuple[str, ...]
    """The products' addresses, absolute, without repetition; a card without one has none here."""
    priced: int
    """Cards that show a price ..."""
    pictured: int
    """... and that show a picture."""
    place: Place
    related: bool = False
    """Its heading or its section's class says that it accompanies another product."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """The cards of one page."""

    groups: tuple[Group, ...] = ()
    prices_in: int = 0
    """Prices shown within cards and little carts ..."""
    prices_out: int = 0
    """... and outside of them."""
    first: Literal["card", "free", "far", ""] = ""
    """Where the first price below the title stands: in a card, free, or free but below a long text."""
    title: LexborNode | None = None
    """The page's main <h1>."""
    free_prices: tuple[LexborNode, ...] = ()
    """The elements of the prices outside, in the page's order ..."""
    free_texts: tuple[int, ...] = ()
    """... and the texts of `walk` that show them."""
    text: int = 0
    """Characters that a visitor reads on the whole page ..."""
    prose: int = 0
    """... and of these, in paragraphs."""
    anchors: tuple[tuple[LexborNode, str], ...] = ()
    """Every link of the page with its address as written, for `links`."""
    walk: Walk = field(default_factory=Walk, repr=False)
    _held: frozenset[int] = field(default=frozenset(), repr=False)

    def holds(self, node: LexborNode) -> bool:
        """True if the node is within a card, or is one."""
        held = self._held
        current: LexborNode | None = node
        while current is not None and held:
            if current.mem_id in held:
                return True
            current = current.parent
        return False

    @property
    def product_groups(self) -> tuple[Group, ...]:
        """Those whose cards show prices: products, not articles or categories."""
        return tuple(group for group in self.groups if group.priced * 2 >= len(group.cards))

    @property
    def urls(self) -> tuple[str, ...]:
        """All product cards' addresses, without repetition."""
        return tuple(dict.fromkeys(url for group in self.product_groups for url in group.urls))


def find(page: Page) -> Tiles:
    """The cards of a page. Never raises; a page without any has no groups."""
    seen = survey(page)
    groups = _groups(seen)
    if not groups and (lone := _lone(page, seen)):
        groups = [lone]
    held = {card for cards in groups for card in cards}
    asides = {node.mem_id for node in page.tree.css(_ASIDE)[:_MAX_ASIDES] if _is_aside(node)}
    held |= {seen.index[mem_id] for mem_id in asides if mem_id in seen.index}
    held -= seen.above_title
    inside = seen.inside(held)
    if filters := {number for number in seen.prices if not inside[number] and _filters(seen, number)}:
        held |= filters
        inside = seen.inside(held)
    linked = linked_prices(seen, [number for number in seen.prices if not inside[number]], inside)
    if linked:
        owners = set(linked.values())
        groups.append(sorted(owners))
        held |= owners
        inside = seen.inside(held)
    free = [number for number in seen.prices if not inside[number]]
    above = {seen.nodes[number].mem_id for number in seen.above_title}
    return Tiles(
        tuple(_group(page, seen, cards) for cards in groups),
        prices_in=len(seen.prices) - len(free),
        prices_out=len(free),
        first=_first(seen, inside),
        title=None if seen.title is None else seen.nodes[seen.title],
        free_prices=tuple(seen.nodes[number] for number in free),
        free_texts=tuple(
            text for number, text in zip(seen.prices, seen.price_texts, strict=True) if not inside[number]
        ),
        text=seen.text,
        prose=seen.prose,
        anchors=tuple(seen.anchors),
        walk=seen.walk,
        _held=frozenset({seen.nodes[number].mem_id for number in held} | (asides - above)),
    )


def _is_aside(node: LexborNode) -> bool:
    attributes = node.attrs
    if node.tag in ("body", "html", "main", "form"):
        return False
    return node.tag == "cart-drawer" or (
        _LITTLE_CART.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:300]) is not None
    )


def _filters(seen: Survey, number: int) -> bool:
    """A price to filter a list by, or of an option to tick."""
    for _ in range(_AROUND):
        if number <= 0 or number in seen.above_title:
            return False
        node = seen.nodes[number]
        if node.tag == "label":
            return True
        names = f"{node.attrs.get('class') or ''} {node.attrs.get('id') or ''}"
        if len(names) > 1 and _FILTER.search(names[:200]) is not None:
            return True
        number = seen.parents[number]
    return False


def _first(seen: Survey, inside: bytearray) -> Literal["card", "free", "far", ""]:
    if seen.title is None:
        return ""
    below = [place for place, number in enumerate(seen.prices) if number > seen.title]
    if not below:
        return ""
    if inside[seen.prices[below[0]]]:
        return "card"
    return "free" if seen.prose_above[below[0]] - seen.prose_before_title < _FAR else "far"


def _groups(seen: Survey) -> list[list[int]]:
    """Lists of sibling (or cousin) cards, the innermost that qualify; priced ones first."""
    taken: set[int] = set()
    found: list[list[int]] = []
    within = bytearray(len(seen.nodes))
    clans = _clans(seen)
    for qualifies in (_priced, _pictured):
        for members in clans:
            cards = [number for number in members if number not in taken and not within[number]]
            if len(cards) >= 2 and seen.above_title.isdisjoint(cards) and qualifies(seen, cards):
                cards = _outermost(seen, cards)
                found.append(cards)
                for card in cards:
                    _take(seen, card, taken)
        within = seen.inside({card for cards in found for card in cards})
    return found


def _clans(seen: Survey) -> list[list[int]]:
    """Nodes with links, of one shape, below one parent or parents of one shape side by side; the deepest first."""
    parents, prices, pictures = seen.parents, seen.price_counts, seen.pictures
    children: dict[int, list[int]] = defaultdict(list)
    for number, links in enumerate(seen.links):
        parent = parents[number]
        if parent < 0 or not (links or pictures[number]):
            continue
        # what holds a clan holds the prices or pictures without which it qualifies for nothing: menus do not
        grand = parents[parent]
        if grand < 0 or prices[grand] > 1 or pictures[grand] > 2:
            children[parent].append(number)
    rows = {parents[parent] for parent, members in children.items() if len(members) > 1}
    clans: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for parent, members in children.items():
        grand = parents[parent]
        if len(members) > 1 or grand in rows:
            around = seen.shape(parent) if grand >= 0 else ""
            for number in members:
                clans[grand, around, seen.shape(number)].append(number)
    several = [members for members in clans.values() if len(members) > 1]
    return sorted(several, key=lambda members: -seen.depths[members[0]])


def _outermost(seen: Survey, cards: list[int]) -> list[int]:
    """The blocks around the cards as long as each holds one card and not the title: <li> rather than its <a>."""
    for _ in range(_MAX_OUT):
        parents = {seen.parents[card] for card in cards}
        if len(parents) < len(cards) or min(parents) <= 0 or not seen.above_title.isdisjoint(parents):
            break
        if len({seen.shape(parent) for parent in parents}) > 1:
            break
        cards = list(parents)
    return sorted(cards)


def _take(seen: Survey, card: int, taken: set[int]) -> None:
    """A card's ancestors hold cards: they are none themselves."""
    current = card
    while current >= 0 and current not in taken:
        taken.add(current)
        current = seen.parents[current]


def _priced(seen: Survey, cards: Sequence[int]) -> bool:
    """Half of them show a price, and a picture; or nearly all a price, where they are some."""
    priced = sum(1 for card in cards if seen.price_counts[card])
    if priced and len(cards) >= 3 and not any(seen.links[card] for card in cards) and _hangs(seen, cards):
        return True
    if priced < 2 or priced * 2 < len(cards):
        return False
    pictured = sum(1 for card in cards if seen.pictures[card])
    if not any(seen.links[card] for card in cards):
        return len(cards) >= 3 and pictured == priced == len(cards) and _sold_apart(seen, cards)
    if not _apart(seen, cards):
        return False
    if pictured * 2 >= len(cards) and pictured >= 2:
        return True
    return len(cards) >= 3 and priced * 5 >= len(cards) * 4 and _named(seen, cards)


def _hangs(seen: Survey, cards: Sequence[int]) -> bool:
    """A gallery's pieces: one picture each, and a price or "vendu", with nothing to press among them; a product's
    variants are chosen."""
    if not all(seen.pictures[card] == 1 and seen.price_counts[card] <= 1 for card in cards):
        return False
    for card in cards:
        text = short_text(seen.nodes[card], _MAX_PIECE)
        if not text or not (seen.price_counts[card] or _SOLD.search(text)) or seen.nodes[card].tag == "label":
            return False
        if not _NAMED_PIECE.search(PRICED.sub(" ", text)):
            return False
    first_price = bisect_left(seen.prices, cards[0])
    last_price = bisect_right(seen.prices, seen.last[cards[-1]]) - 1
    if first_price > last_price:
        return False
    first, last = seen.price_texts[first_price] - _AROUND, seen.price_texts[last_price] + _AROUND + 2 * len(cards)
    controls = seen.walk.controls
    for place, node in islice(controls, bisect_left(controls, first, key=lambda control: control[0]), None):
        if place > last:
            break
        if node.tag != "img":
            return False
    return True


def _sold_apart(seen: Survey, cards: Sequence[int]) -> bool:
    """Cards without links have a heading or a button each; a product's variants, with their pictures, have none."""
    return all(seen.has_heading(card) or seen.nodes[card].css_first(_PRESS) is not None for card in cards[:3])


def _named(seen: Survey, cards: Sequence[int]) -> bool:
    """Most cards hold a heading, or a link that says a name: without pictures, the rows of a price's own table look
    like cards."""
    names: set[object] = set()
    for card in cards[:_MAX_NAMED]:
        if seen.has_heading(card):
            names.add(card)
            continue
        labels = (short_text(anchor, 300) or "" for anchor in seen.anchors_below(card, _MAX_ANCHORS))
        if (name := next(filter(is_name, labels), None)) is not None:
            names.add(name)
    return len(names) * 3 >= min(len(cards), _MAX_NAMED) * 2


def _pictured(seen: Survey, cards: Sequence[int]) -> bool:
    """Most of them hold a picture, and none (or one of many) a price: blocks of a product's own page are no cards."""
    pictured = sum(1 for card in cards if seen.pictures[card])
    priced = sum(1 for card in cards if seen.price_counts[card])
    if priced * 6 > len(cards):
        return False
    return pictured >= 3 and pictured * 5 >= len(cards) * 3 and _apart(seen, cards)


def _apart(seen: Survey, cards: Sequence[int]) -> bool:
    """Most cards lead to an address that no other leads to."""
    counted = Counter(address for card in cards for address in set(seen.addresses[card]))
    own = sum(1 for card in cards if any(counted[address] == 1 for address in seen.addresses[card]))
    return own >= 2 and own * 2 >= len(cards)


def _lone(page: Page, seen: Survey) -> list[int]:
    """Cards by what themes call them, where nothing repeats: each with its own address and a price, without the
    main title."""
    cards: list[int] = []
    for node in page.tree.css(_LONE)[:_MAX_LONE]:
        number = seen.index.get(node.mem_id)
        if number is None or number in seen.above_title or not seen.price_counts[number]:
            continue
        if seen.addresses[number] and not (cards and number <= seen.last[cards[-1]]):
            cards.append(number)
    return cards


def _group(page: Page, seen: Survey, cards: Sequence[int]) -> Group:
    hrefs = Hrefs(page.base)
    shared = Counter(address for card in cards for address in set(seen.addresses[card]))
    urls: dict[str, None] = {}
    for card in cards:
        own = [address for address in seen.addresses[card] if shared[address] <= 2]
        if len(set(own)) > 1:
            own = [address for address in own if BRAND.search(address) is None] or own
        if own and (url := hrefs.absolute(max(own, key=own.count))):
            urls[url] = None
    place: Place = "untitled" if seen.title is None else "before" if cards[0] < seen.title else "after"
    priced = sum(1 for card in cards if seen.price_counts[card])
    return Group(
        tuple(seen.nodes[card] for card in cards),
        tuple(urls),
        priced,
        sum(1 for card in cards if seen.pictures[card]),
        place,
        priced * 2 >= len(cards) and _is_related(seen, cards[0]),
    )


def _is_related(seen: Survey, card: int) -> bool:
    names = seen.classes_above(card).lower()
    return (
        any(name in names for name in _BESIDE)
        or _RELATED.search(seen.heading_before(card)) is not None
        or _RELATED.search(seen.label_before(card)) is not None
    )
