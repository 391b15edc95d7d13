"""Pure: what a visitor reads on a product page: title, price beside title and cart button, stock phrases, labels.

The last source and the judge of the others: where markup gives two prices, the one shown here is right. One walk over
the page's texts (`flow`), no second parse. It is asked only where structured data does not suffice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import exp
from typing import Final

from connectors.pages import labels, prices, stock
from connectors.pages.amounts import AMOUNT
from connectors.pages.flow import MAX_TEXTS, Flow, Sign
from connectors.pages.page import Page
from connectors.pages.prices import Shown
from connectors.pages.seen import Seen, SeenOffer, SeenProduct, Source
from connectors.pages.stock import Stock
from connectors.pages.tiles import Tiles
from connectors.pages.titles import Title, main_title


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


# --- the price

_REQUEST: Final = re.compile(
    r"(?:prix )?sur (?:devis|demande)|prix (?:non communiqué|nous consulter)|nous consulter"
    r"|demander un devis|price (?:up)?on (?:request|application)|call for (?:price|pricing)|request a quote"
    r"|preis auf anfrage"
    r"|auf anfrage|precio a consultar|consultar precio|prezzo su richiesta|cena na dotaz"
)
_FREE: Final = re.compile(
    r"(?P<named>(?:prix|tarif|price|preis|precio|prezzo) ?: ?)?(?:gratuite?|offerte?|free|kostenlos|gratis)[ !.]*"
)
_NAMED_FREE: Final = re.compile(r"\b(?:gratuite?s?|offerte?s?|free|kostenlose?s?|gratis)\b", re.I)


_LIKE: Final = 0.8
"""Scores that are no further apart tell nothing."""
_BESIDE: Final = 8
"""Texts between a price and the list price that belongs to it."""
_FOREIGN: Final = 0.4
"""A price in another product's card or in the cart is never published alone ..."""
_OTHER_THINGS: Final = frozenset({"shipping", "saving", "surcharge", "deposit", "instalment"})
"""... nor is an amount that its words say to be no price."""


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
    """Of two likely amounts side by side the lower is the price: the other is what it was, or is called regular.

    Words between them or beside one of them say that they are prices of two things."""
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
        beside = prices.side_by_side(first, one) and first.score - one.score < 1.2 and not first.labelled
        regular = first.usual and abs(one.order - first.order) <= 12 and first.score - one.score < 1.5
        if beside or (regular and (one.alone or one.sign is None)):
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
        and other.foreign == one.foreign
        and abs(other.order - one.order) <= _BESIDE
        and 1 < float(other.value) / max(float(one.value), 0.01) < 12
    ]
    crossed = min(listed, key=lambda other: abs(other.order - one.order)).value if listed else None
    where = f"text {one.order}, score {one.score:.1f}" + (f" ({', '.join(one.why)})" if one.why else "")
    if one.struck:
        confidence *= 0.6
    if one.foreign:
        confidence = min(confidence * 0.6, _FOREIGN)
    elif not _OTHER_THINGS.isdisjoint(one.why):
        confidence = min(confidence, _FOREIGN)
    return ShownPrice(
        one.value, one.sign, min(confidence, 0.95), one.score, where, crossed, one.ranged, one.untaxed, one.struck
    )


# --- all of it

_BEFORE_STOCK, _AFTER_STOCK = 12, 90
_BEYOND_DOUBT: Final = 0.8
_NOT_OURS: Final = Sign.ELSEWHERE | Sign.UNREAD | Sign.CARD


def read(page: Page, tiles: Tiles, title: Title | None = None, *, branded: bool = False) -> VisibleSeen:
    """What the page shows; `title` where it was looked for already, `branded`: the brand is known. Never raises."""
    title = title or main_title(page, tiles)
    node = title.node if title is not None else tiles.title
    flow = Flow(page, tiles, node)
    flow.join_at(node or page.tree.body, tiles)
    at = flow.title
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
        flow,
        at - _BEFORE_STOCK,
        last + _AFTER_STOCK,
        sorted(own, key=lambda button: abs(button.order - at))[:3],
        price_at,
    )
    if title is not None and (sold := stock.of_name(title.text, at)) is not None:
        said.insert(0, sold)
    named = labels.read(flow, at, branded=branded)
    request, free = _without_amount(flow, tiles, at, min(last + 25, _first_sure(shown, listed)))
    nothing = _zero_shown(listed, at)
    if nothing is not None and not free:
        named_free = title is not None and _NAMED_FREE.search(title.text) is not None
        free = named_free or (any(button.active for button in own) and _said_free(flow, nothing))
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


def _zero_shown(listed: list[Shown], title: int) -> Shown | None:
    """The 0 that stands where the price would: near the title, and nothing else is as likely."""
    best = max((one.score for one in listed if float(one.value)), default=0.0)
    return next(
        (
            one
            for one in listed
            if not float(one.value)
            and not one.foreign
            and one.why == ("zero",)
            and 0 <= one.order - title <= 25
            and one.score + prices.ZERO > max(best, 4.0)
        ),
        None,
    )


def _said_free(flow: Flow, zero: Shown) -> bool:
    """Whether "free" stands in the text of a 0, or in the one before or after it, and nothing else does."""
    own = AMOUNT.sub("", flow.text(zero.order))
    texts = (own, flow.text(zero.order - 1), flow.text(zero.follows))
    return any(_FREE.fullmatch(text.strip(" ()[]-–—:,").lower()) for text in texts if len(text) <= 40)


def _first_sure(shown: list[ShownPrice], listed: list[Shown]) -> int:
    """The text of the price that is beyond doubt: what follows it does not stand in a price's place."""
    sure = shown and shown[0].confidence >= _BEYOND_DOUBT and not shown[0].struck
    return next((one.order for one in listed if sure and _plain(one.value) == _plain(shown[0].price)), MAX_TEXTS)


def _without_amount(flow: Flow, tiles: Tiles, first: int, last: int) -> tuple[bool, bool]:
    """(price on request, free): what stands where a price would, outside of other products' cards."""
    request = free = False
    for index in range(first, min(last, len(flow.texts))):
        if len(flow.texts[index]) > 80:
            continue
        text = flow.text(index).lower()
        if len(text) <= 60 and _REQUEST.search(text):
            element = flow.element(index)
            request = request or not (flow.around(element) & _NOT_OURS or tiles.holds(element))
        elif (match := _FREE.fullmatch(text)) is not None:
            near = flow.near(flow.element(index), 2)
            free = free or (
                bool(near & Sign.PRICE or match["named"])
                and not near & (Sign.SHIPPING | Sign.SAVING)
                and not prices.SHIPPING.search(flow.text(index - 1).lower()[-60:])
                and not flow.around(flow.element(index)) & _NOT_OURS
            )
    return request, free
