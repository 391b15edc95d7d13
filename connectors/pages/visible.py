"""Pure: what a visitor reads on a product page: title, price beside title and cart button, stock phrases, labels.

The last source and the judge of the others: where markup gives two prices, the one shown here is right. One walk over
the page's texts (`flow`), no second parse. It is asked only where structured data does not suffice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from typing import Final
from unicodedata import normalize

from selectolax.lexbor import LexborNode

from connectors import values
from connectors.pages import labels, prices, stock
from connectors.pages.flow import Flow, Sign, brief, foreign_cards, within
from connectors.pages.page import Page
from connectors.pages.prices import Shown
from connectors.pages.seen import Seen, SeenOffer, SeenProduct, Source
from connectors.pages.stock import Stock
from connectors.pages.tiles import Tiles


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """One value that is shown as a price, with what `choose` needs to weigh it."""

    price: str
    sign: str | None
    """Its currency, as `amounts.Amount.sign`; None where the number stands alone."""
    confidence: float
    score: float
    where: str
    list_price: str | None = None
    ranged: bool = False
    untaxed: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class VisibleSeen(Seen):
    """`Seen` with the weights of what was found."""

    prices: tuple[ShownPrice, ...] = ()
    """Each value once, the most likely first."""
    stock: tuple[Stock, ...] = ()
    title: Title | None = None
    brand_weight: float = 0.0
    on_request: bool = False
    """The page says that the price is given on request."""
    free: bool = False
    """The page shows "free" in the price's place."""
    cart: bool = False
    """A cart button that can be pressed stands near the title."""


@dataclass(frozen=True, slots=True)
class Title:
    """The product's name as shown. `node` is where it stands, None for the <title> of the window."""

    text: str
    node: LexborNode | None
    confidence: float
    where: str


# --- the title

_PARTS: Final = re.compile(r"\s+[|–—:•·»]+\s+|\s+-+\s+|\s*[|»•]\s*|\s*::\s*")
_WORD: Final = re.compile(r"\w+")
_TITLED: Final = (
    '[itemprop="name"],[class*="product-title" i],[class*="product-name" i],[class*="product_title" i],'
    '[class*="product_name" i],[class*="productname" i],'
    '[class*="producttitle" i],[id*="product-name" i],[id*="product-title" i],[id*="productname" i],'
    '[id*="producttitle" i],h2'
)


@lru_cache(maxsize=2048)
def tokens(text: str) -> frozenset[str]:
    """The words of a name, folded, for comparing names."""
    return frozenset(_WORD.findall(normalize("NFKC", text[:600]).casefold()))


def likeness(one: str, other: str) -> float:
    """How much two names share, 0..1; the half of it where one only holds the other."""
    a, b = tokens(one), tokens(other)
    shared = len(a & b)
    return 2 * shared / (len(a) + len(b)) if shared else 0.0


def covers(one: str, other: str) -> float:
    """The share of the shorter name's words that the longer one has."""
    a, b = tokens(one), tokens(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _meta(page: Page, name: str) -> str:
    return values.plain_text(next((content for key, content in page.metas if key == name), ""), 400)


def main_title(page: Page, tiles: Tiles) -> Title | None:
    """The product's name: the <h1> that the window's title or Open Graph repeat, or what they name elsewhere."""
    window, graph = values.plain_text(page.title or "", 400), _meta(page, "og:title")
    said = [text for text in (graph, window) if text]
    cards = foreign_cards(tiles)
    best: tuple[float, LexborNode, str] | None = None
    for n, node in enumerate(page.tree.css("h1")[:12]):
        text = brief(node)
        if not text or not tokens(text):
            continue
        weight = max((likeness(text, other) + covers(text, other) for other in said), default=0.5) - n * 0.05
        weight -= 0.8 if within(node, cards) else 0.0
        weight += 0.2 if node is tiles.title else 0.0
        if best is None or weight > best[0]:
            best = (weight, node, text)
    if best is not None and (best[0] > 0.55 or not said):
        return Title(best[2], best[1], min(0.95, 0.7 + 0.15 * best[0]), "h1")
    return _untitled(page, cards, said) or (Title(best[2], best[1], 0.5, "h1") if best else None)


def _untitled(page: Page, cards: frozenset[int], said: list[str]) -> Title | None:
    """Where no <h1> is the name: an element called so, else the window's title without the shop's name."""
    best: tuple[float, LexborNode, str] | None = None
    for node in page.tree.css(_TITLED)[:60] if said else ():
        if node.tag == "meta" or within(node, cards):
            continue
        text = brief(node)
        if not 3 <= len(text) <= 300:
            continue
        weight = max(likeness(text, other) for other in said) + 0.3 * max(covers(text, other) for other in said)
        if weight > 0.75 and (best is None or weight > best[0]):
            best = (weight, node, text)
    if best is not None:
        return Title(best[2], best[1], 0.75, "an element called title")
    named = next((part for part in (without_shop(one, page.url) for one in said) if part), None)
    return Title(named, None, 0.6, "the window's title") if named else None


def without_shop(title: str, url: str) -> str:
    """A window's title without the shop's name and what follows it."""
    parts = [part for part in _PARTS.split(title) if part]
    host = re.sub(r"[^a-z0-9]", "", url.split("//")[-1].split("/")[0].lower())
    kept = [
        part for part in parts if (bare := "".join(sorted(tokens(part), key=part.lower().find))) and bare not in host
    ]
    if not kept:
        return title
    first = kept[0]
    return first if len(tokens(first)) > 1 or len(kept) == 1 else max(kept, key=len)


# --- the price

_REQUEST: Final = re.compile(
    r"(?:prix )?sur (?:devis|demande)|prix (?:non communiqué|nous consulter)|nous consulter"
    r"|demander un devis|price (?:up)?on (?:request|application)|call for (?:price|pricing)|request a quote"
    r"|preis auf anfrage"
    r"|auf anfrage|precio a consultar|consultar precio|prezzo su richiesta|cena na dotaz"
)
_FREE: Final = re.compile(r"(?:gratuite?|offerte?|free|kostenlos|gratis)[ !.]*")
_NAMED_FREE: Final = re.compile(r"\b(?:gratuite?s?|offerte?s?|free|kostenlose?s?|gratis)\b", re.I)


_LIKE: Final = 0.8
"""Scores that are no further apart tell nothing."""
_FOREIGN: Final = 0.4
"""A price in another product's card or in the cart is never published alone."""


def _values(shown: list[Shown]) -> list[ShownPrice]:
    """Each value once: what is said of it twice counts a little more; list prices go to the value they stand over."""
    best: dict[str, Shown] = {}
    for one in shown:
        key = _plain(one.value)
        if key in best:
            kept = best[key]
            if one.score > kept.score - 4 and not one.why:
                kept.score += 0.25
            kept.struck = kept.struck and one.struck
            kept.sign = kept.sign or one.sign
        else:
            best[key] = one
    found = sorted(
        best.values(), key=lambda one: -(one.score - (3.0 if one.struck else 0.0) - (1.0 if one.above else 0.0))
    )
    found = _list_prices_last(found)
    return [_shown(one, found, n) for n, one in enumerate(found[:12])]


def _list_prices_last(found: list[Shown]) -> list[Shown]:
    """Of two likely amounts side by side the lower is the price: the other is what it was, or is called regular."""
    if not found or found[0].struck or found[0].above:
        return found
    first = found[0]
    for one in found[1:]:
        if (
            one.struck
            or one.above
            or one.why
            or one.untaxed
            or not 1.0 < float(first.value) / max(float(one.value), 0.01) <= 6
        ):
            continue
        beside = abs(one.order - first.order) <= 2 and first.score - one.score < 1.2 and not first.labelled
        if beside or (first.usual and abs(one.order - first.order) <= 12 and first.score - one.score < 1.5):
            first.struck = True
            return [one, *(other for other in found if other is not one)]
    return found


def _plain(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value


def _shown(one: Shown, found: list[Shown], n: int) -> ShownPrice:
    rival = max(
        (other.score for m, other in enumerate(found) if m != n and not other.struck and not other.above),
        default=one.score - 6,
    )
    margin = one.score - rival
    confidence = 1 / (1 + exp(-(0.55 * (one.score - 4.2) + 0.8 * min(margin, 2.5))))
    if sum(abs(other.score - one.score) < _LIKE and not (other.struck or other.above) for other in found) > 2:
        confidence *= 0.8
    listed = [
        other
        for other in found
        if (other.struck or other.usual)
        and other is not one
        and abs(other.order - one.order) <= 14
        and 1 < float(other.value) / max(float(one.value), 0.01) < 12
    ]
    crossed = min(listed, key=lambda other: abs(other.order - one.order)).value if listed else None
    where = f"text {one.order}, score {one.score:.1f}" + (f" ({', '.join(one.why)})" if one.why else "")
    if one.struck:
        confidence *= 0.6
    if one.foreign:
        confidence = min(confidence * 0.6, _FOREIGN)
    return ShownPrice(
        one.value, one.sign, min(confidence, 0.95), one.score, where, crossed, one.ranged, one.untaxed, one.struck
    )


# --- all of it

_BEFORE_STOCK, _AFTER_STOCK = 12, 90


def read(page: Page, tiles: Tiles, title: Title | None = None, *, branded: bool = False) -> VisibleSeen:
    """What the page shows; `title` where it was looked for already, `branded`: the brand is known. Never raises."""
    title = title or main_title(page, tiles)
    node = title.node if title is not None else tiles.title
    flow = Flow(page, node)
    flow.join_at(node or page.tree.body, tiles)
    at = (flow.order(node) if node is not None else None) or 0
    own = stock.buttons(flow, at - 100, at + 600)
    listed = prices.candidates(flow, at, tuple(button.order for button in own))
    shown = _values(listed)
    price_at = listed[0].order if listed and listed[0].score > 3 else None
    last = max(
        at,
        price_at if price_at is not None and price_at < at + 200 else at,
        own[0].order if own and own[0].order < at + 200 else at,
    )
    said = stock.evidence(
        flow, at - _BEFORE_STOCK, last + _AFTER_STOCK, sorted(own, key=lambda button: abs(button.order - at))[:3]
    )
    named = labels.read(flow, at, branded=branded)
    request, free = _without_amount(flow, at, last + 25)
    free = free or (title is not None and _NAMED_FREE.search(title.text) is not None and _shows_zero(listed, at))
    offer = SeenOffer(
        price=shown[0].price if shown else None,
        list_price=shown[0].list_price if shown else None,
        currency=None,
        sku=named.sku,
        gtin=named.gtin,
        bad_gtin=named.bad_gtin,
    )
    product = SeenProduct(
        Source.VISIBLE,
        title.where if title else "page",
        name=title.text if title else None,
        brand=named.brand,
        sku=named.sku,
        gtin=named.gtin,
        bad_gtin=named.bad_gtin,
        url=page.canonical or page.url,
        offers=(offer,),
    )
    return VisibleSeen(
        Source.VISIBLE,
        (product,),
        prices=tuple(shown),
        stock=tuple(said),
        title=title,
        brand_weight=named.brand_weight,
        on_request=request,
        free=free,
        breadcrumbs=(),
        cart=any(button.active for button in own),
    )


def _shows_zero(listed: list[Shown], title: int) -> bool:
    """Whether 0 stands where the price would: near the title, and nothing else is as likely."""
    best = max((one.score for one in listed if float(one.value)), default=0.0)
    return any(
        not float(one.value)
        and one.why == ("zero",)
        and 0 <= one.order - title <= 25
        and one.score + prices.ZERO > max(best, 4.0)
        for one in listed
    )


def _without_amount(flow: Flow, first: int, last: int) -> tuple[bool, bool]:
    """(price on request, free): what stands where a price would."""
    request = free = False
    for index in range(first, min(last, len(flow.texts))):
        if len(flow.texts[index]) > 80:
            continue
        text = flow.text(index).lower()
        if len(text) <= 60 and _REQUEST.search(text):
            request = request or not flow.around(flow.element(index)) & (Sign.ELSEWHERE | Sign.UNREAD)
        elif _FREE.fullmatch(text):
            free = free or bool(flow.near(flow.element(index), 2) & Sign.PRICE)
    return request, free
