"""Pure: a page's texts in the order that a visitor meets them, and what the elements around them are for.

One walk over the tree gives the texts; classes are only looked at for the few elements that matter (prices, stock
phrases), on the way up to where the product's title joins them. What is said of an element by its class (`Sign`) uses
the words that themes use, in the languages of European shops; nothing here is about one shop.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from connectors import values
from connectors.pages.page import Page
from connectors.pages.tiles import Tiles
from connectors.pages.tree import survey
from connectors.pages.walk import Walk

MAX_TEXTS: Final = 20_000
LINKS_AFTER_TITLE: Final = 200
AFTER_TITLE: Final = 1_000
"""Of one page: what comes later is not read."""
_UNREAD: Final = frozenset({"noscript", "svg", "select", "datalist", "script", "style", "template"})


class Sign:
    """Bits: what an element's tag and class say about the amounts in it."""

    PRICE = 1
    STRUCK = 2
    REGULAR = 4
    """The usual price: crossed out while there is a sale, the price itself otherwise."""
    CURRENT = 8
    SHIPPING = 16
    UNIT = 32
    SAVING = 64
    INSTALMENT = 128
    UNTAXED = 256
    ELSEWHERE = 512
    """Other products, the cart, navigation, reviews."""
    HIDDEN = 1024
    UNREAD = 2048
    """Not shown as text: options of a select, noscript."""
    STOCK = 4096
    DISABLED = 8192
    CARD = 32768
    """In the card of another product."""
    ASIDE = 16384
    """Beside the product or beside the point: a side column, a pop-up."""


def _words(*words: str) -> re.Pattern[str]:
    """Words of a class that stand alone or open or close one in kebab, snake or camel case."""
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(words)})(?![a-z0-9])")


_BY_CLASS: Final = (
    (Sign.PRICE, re.compile(
        r"price|prix|preis|precio|preco|prezzo|prijs|amount|tarif|montant|(?<![a-z0-9])(?:cena|pris)(?![a-z0-9])")),
    (
        Sign.STRUCK,
        re.compile(
            r"(?:price|prix|preis|precio|prezzo)[-_ ]*(?:old|was|before|strike|cross|compare|origin"
            r"|list(?!ing)|msrp|rrp|barre|avant)"
            r"|(?<![a-z0-9])(?:old|was|before|avant|list|compare|origin|original|ancien|barre|statt|previous"
            r"|msrp|rrp|uvp)[-_ ]*(?:price|prix|preis|precio|prezzo)"
            r"|line-?through|strike|crossed|(?<![a-z0-9])(?:old|was|msrp|rrp|uvp|barre|compare-at|compare_at"
            r"|rrp)(?![a-z0-9])"
        ),
    ),
    (Sign.REGULAR, re.compile(r"regular|(?<![a-z0-9])(?:normal|standard|full)[-_ ]?pri")),
    (Sign.CURRENT, re.compile(
        r"sale|special|current|promo|(?<![a-z0-9])(?:now|final|new|our|offer|actual|selling|buy)[-_ ]?pri"
        r"|price-?(?:now|final|new|sale)")),
    (Sign.SHIPPING, re.compile(
        r"shipping|livraison|delivery|versand|(?<![a-z0-9])(?:frais|port|freight|postage)(?![a-z0-9])")),
    (Sign.UNIT, re.compile(
        r"unit-?_?pri|pri\w{1,3}[-_ ]?(?:per[-_ ]?)?unit|grundpreis|base-?unit|per[-_]?unit|price[-_]?per"
        r"|reference-?price|price[-_ ]*(?:ratio|reference)")),
    (Sign.SAVING, re.compile(
        r"saving|yousave|you-save|econom|remise|rabatt|ahorr|discount-?(?:amount|badge|value|percent)"
        r"|(?<![a-z0-9])save[ds]?(?![a-z0-9])")),
    (Sign.INSTALMENT, re.compile(
        r"installment|instalment|financ|monthly|klarna|afterpay|(?<![a-z0-9])(?:alma|oney|clearpay|mensualite"
        r"|rate|raten|emi|affirm)(?![a-z0-9])")),
    (Sign.UNTAXED, re.compile(
        r"(?:excl|without|ex)[-_]?(?:tax|vat)|tax[-_]?excl|untaxed|(?<![a-z0-9])(?:ht|htva|hors-taxe"
        r"|net-price)(?![a-z0-9])|pretax")),
    (
        Sign.ELSEWHERE,
        re.compile(
            r"related|similar|cross-?_?sell|up-?_?sell|recommend|accessor|also[-_]?(?:bought|like|view)"
            r"|bought[-_]?together"
            r"|footer|breadcrumb|review|comment|bewertung|newsletter|recently|suggest|sponsor|advert|cookie"
            r"|mega-?menu|bestseller|frequently"
            r"|(?<![a-z0-9])(?:nav|navbar|menu|avis|compare-products|ads?|upsells?|faq|qa|promo-?banner"
            r"|carousel-?products?)(?![a-z0-9])"
        ),
    ),
    (Sign.ASIDE, _words("sidebar", "widget", "popup", "modal", "bundle", "tooltip", "tab-content", "tabs?", "sticky")),
    (Sign.HIDDEN, _words("hidden", "d-none", "is-hidden", "hide", "invisible", "display-none", "u-hidden")),
    (Sign.STOCK, re.compile(
        r"stock|availab|disponib|dispo(?![a-z0-9])|lieferbar|verf(?:ue|ü)gbar|sold-?_?out|soldout|inventory"
        r"|lieferzeit")),
    (Sign.DISABLED, re.compile(r"(?<![a-z0-9])(?:is-|btn-)?disabled(?![a-z0-9])|(?<![a-z0-9])inactive(?![a-z0-9])")),
)  # fmt: skip
_CART: Final = re.compile(
    r"mini-?_?(?:cart|basket|bag)|(?:header|side|off-?canvas|drawer|flyout|ajax|top|dropdown)[-_]?(?:cart"
    r"|basket|bag|panier)"
    r"|(?:cart|basket|bag|panier)[-_]?(?:drawer|sidebar|preview|summary|total|block|content|dropdown|popup"
    r"|modal|mini|layer)|blockcart|shopping-?cart|wishlist"
)
"""The visitor's own cart ..."""
_BUYING: Final = re.compile(
    r"add-?_?to|cta|buy|pdp|product-?_?(?:add|action|info|detail|form|price|summary)|(?:cart"
    r"|basket)-?_?(?:button|form|action)"
)
"""... unless these say that it is where the product is put into it."""
_BY_TAG: Final = {
    "del": Sign.STRUCK,
    "s": Sign.STRUCK,
    "strike": Sign.STRUCK,
    "ins": Sign.CURRENT,
    "nav": Sign.ELSEWHERE,
    "footer": Sign.ELSEWHERE,
    "aside": Sign.ASIDE,
    "header": Sign.ASIDE,
    "dialog": Sign.ELSEWHERE | Sign.HIDDEN,
    **dict.fromkeys(_UNREAD, Sign.UNREAD),
}


@lru_cache(maxsize=16384)
def of_class(text: str) -> int:
    """The signs in a class and id, lower case."""
    found = 0
    for sign, pattern in _BY_CLASS:
        if pattern.search(text):
            found |= sign
    if _CART.search(text) and not _BUYING.search(text):
        found |= Sign.ELSEWHERE
    return found


def signs(node: LexborNode) -> int:
    """The signs of one element by itself."""
    found = _BY_TAG.get(node.tag or "", 0)
    attributes = node.attributes
    if not attributes:
        return found
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if len(named) > 1:
        found |= of_class(named[:300].lower())
    if style := attributes.get("style"):
        style = style[:300].lower().replace(" ", "")
        if "line-through" in style:
            found |= Sign.STRUCK
        if "display:none" in style:
            found |= Sign.HIDDEN
    if "hidden" in attributes:
        found |= Sign.HIDDEN
    return found


def brief(node: LexborNode, most: int = 400) -> str:
    """The text of an element on one line, empty where it holds more than a line would: found out without reading it."""
    parts: list[str] = []
    size = 0
    for steps, inner in enumerate(node.traverse(include_text=True)):
        if inner.is_text_node:
            text = inner.text_content or ""
            parts.append(text)
            size += len(text)
        if size > 4 * most or steps > most:
            return ""
    return values.plain_text(" ".join(parts), most + 1) if size else ""


def foreign_cards(tiles: Tiles) -> frozenset[int]:
    """The cards (by `mem_id`) that are surely other products': most of a list of them have both price and picture."""
    sure = [g for g in tiles.groups if len(g.cards) > 2 - g.related and min(g.priced, g.pictured) * 2 >= len(g.cards)]
    return frozenset(card.mem_id for group in sure for card in group.cards)


def within(node: LexborNode, cards: frozenset[int]) -> bool:
    """Whether an element is one of the cards or in one."""
    current: LexborNode | None = node
    while current is not None and cards:
        if current.mem_id in cards:
            return True
        current = current.parent
    return False


def _place(walk: Walk, title: LexborNode | None) -> int:
    """The number of the title's first text; 0 where it has none."""
    first = next((one for one in title.traverse(True) if _is_read(one)), None) if title is not None else None
    if first is None:
        return 0
    wanted = first.mem_id
    return next((number for number, node in enumerate(walk.nodes) if node.mem_id == wanted), 0)


def _is_read(node: LexborNode) -> bool:
    return node.is_text_node and bool((node.text_content or "").strip())


class Flow:
    """The texts of a page in document order, with the elements that hold them."""

    def __init__(self, page: Page, tiles: Tiles, title: LexborNode | None = None) -> None:
        """Read no more than `AFTER_TITLE` texts after the title, where that is known."""
        self.page = page
        walk = tiles.walk if tiles.walk.texts else survey(page).walk
        self.title = _place(walk, title)
        """How many texts come before the title."""
        most = MAX_TEXTS if title is None else min(self.title + AFTER_TITLE, MAX_TEXTS)
        self.texts: list[str] = walk.texts[:most]
        """Without the spaces around them."""
        self._nodes: list[LexborNode] = walk.nodes[:most]
        self.controls: list[tuple[int, LexborNode]] = walk.controls
        """Buttons, inputs, pictures, and the links soon after the title, each with the number of texts before it."""
        if title is not None:
            until = self.title + LINKS_AFTER_TITLE
            near = [link for link in walk.links if self.title <= link[0] < until]
            self.controls = sorted((*walk.controls, *near), key=lambda control: control[0])
        self._around: dict[int, int] = {}
        self._signs: dict[int, int] = {}
        self._title_path: dict[int, int] = {}
        self._cards: frozenset[int] = frozenset()

    def element(self, index: int) -> LexborNode:
        """The element that holds the text."""
        node = self._nodes[index]
        return node.parent or node

    def text(self, index: int) -> str:
        """One text on one line; empty outside the page."""
        return " ".join(self.texts[index][:2000].split()) if 0 <= index < len(self.texts) else ""

    def join_at(self, title: LexborNode | None, tiles: Tiles) -> None:
        """Signs are looked for below the elements that hold the product's title: those that hold it are the page.

        Cards of `tiles` are other products' where most of a list of them have both price and picture."""
        self._cards = foreign_cards(tiles)
        self._around.clear()
        self._title_path.clear()
        level = 0
        while title is not None:
            self._title_path[title.mem_id] = level
            level += 1
            title = title.parent

    def around(self, element: LexborNode) -> int:
        """The signs of an element and of all above it, up to where the title joins. Each element is looked at once."""
        path: list[LexborNode] = []
        node: LexborNode | None = element
        found = 0
        while node is not None:
            key = node.mem_id
            if key in self._title_path:
                break
            if key in self._around:
                found = self._around[key]
                break
            path.append(node)
            node = node.parent
        for node in reversed(path):
            found |= self._sign(node) | (Sign.CARD if node.mem_id in self._cards else 0)
            self._around[node.mem_id] = found
        return found

    def _sign(self, node: LexborNode) -> int:
        key = node.mem_id
        found = self._signs.get(key)
        if found is None:
            found = self._signs[key] = signs(node)
        return found

    def near(self, element: LexborNode, levels: int = 4) -> int:
        """The signs of an element and of the few above it, up to where the title joins."""
        found = 0
        node: LexborNode | None = element
        while node is not None and levels and node.mem_id not in self._title_path:
            found |= self._sign(node)
            node = node.parent
            levels -= 1
        return found

    def joins(self, element: LexborNode, most: int = 40) -> int:
        """How many levels above the title the element and the title are in one box; `most` where that is far."""
        node: LexborNode | None = element
        for _ in range(most):
            if node is None:
                break
            level = self._title_path.get(node.mem_id)
            if level is not None:
                return min(level, most)
            node = node.parent
        return most
