"""Pure: the price of the page's product, with its currency, out of all that its sources say.

Markup is right 24 times of 25 where it gives one price. Where it gives several, or sources differ, the one that a
visitor sees beside the title and the cart button is taken. Price and currency are one source's, always.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from connectors.pages.answers import Answer, agreed
from connectors.pages.currencies import of_domain, resolve
from connectors.pages.own import Own
from connectors.pages.page import Page
from connectors.pages.seen import SeenOffer, Source
from connectors.pages.titles import host_of
from connectors.pages.visible import ShownPrice, VisibleSeen

PUBLISHED: Final = 0.6
"""A price that is less certain is not published."""
_SURE: Final = 0.9


@dataclass(slots=True)
class Option:
    """One value that could be the price, with all that answered it."""

    value: Decimal
    answers: list[Answer] = field(default_factory=list)
    currency: str | None = None
    list_price: Decimal | None = None
    offer: SeenOffer | None = None
    default: bool = False
    """Some source gives this one as its first choice."""
    source: Source | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Price:
    """The outcome. `value` None: no price is published; `doubted` says that there was one."""

    value: Decimal | None = None
    list_price: Decimal | None = None
    currency: str | None = None
    source: Source | None = None
    confidence: float = 0.0
    why: str = ""
    answers: tuple[Answer, ...] = ()
    doubted: bool = False
    currency_confidence: float = 0.0
    currency_why: str = ""


NO_PRICE: Final = Price()


def number(text: str | None) -> Decimal | None:
    """A plain decimal; None for anything else."""
    if not text or len(text) > 24:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None


def default_offer(page: Page, offers: tuple[SeenOffer, ...], sku: str | None) -> SeenOffer | None:
    """The offer that the page opens with: its address, its reference, else the lowest price that can be bought."""
    priced = [offer for offer in offers if number(offer.price) is not None]
    if not priced:
        return None
    here = {page.url.partition("#")[0], page.canonical or page.url}
    named = [offer for offer in priced if offer.url in here] if len({offer.url for offer in priced}) > 1 else []
    if not named and sku and len({offer.sku for offer in priced}) > 1:
        named = [offer for offer in priced if offer.sku == sku]
    positive = [offer for offer in (named or priced) if number(offer.price)] or priced
    available = [
        offer for offer in positive if offer.availability is not None and offer.availability.value == "InStock"
    ]
    return min(available or positive, key=lambda offer: number(offer.price) or Decimal(0))


def options(page: Page, owns: list[Own]) -> dict[Decimal, Option]:
    """All prices of the page's product in its structured sources, by value."""
    found: dict[Decimal, Option] = {}
    for own in owns:
        product = own.product
        first = default_offer(page, product.offers, product.sku)
        several = len({number(offer.price) for offer in product.offers if offer.price}) > 1
        for offer in product.offers[:300]:
            value = number(offer.price)
            if value is None:
                continue
            option = found.setdefault(value, Option(value))
            chosen = first is not None and value == number(first.price)
            if not chosen and (several and any(answer.source is product.source for answer in option.answers)):
                continue
            worth = (
                own.trust * (0.85 if several else 1.0) * (1.0 if chosen else 0.6) * (0.8 if offer.lowest_of else 1.0)
            )
            if any(answer.source is product.source and answer.where == product.where for answer in option.answers):
                continue
            option.answers.append(Answer(product.source, product.where, str(value), round(worth, 3)))
            option.default = option.default or chosen
            if option.currency is None or (option.source is None):
                option.currency = option.currency or offer.currency
            listed = number(offer.list_price)
            if listed is not None and listed > value:
                option.list_price = option.list_price or listed
            option.offer = option.offer or offer
            option.source = option.source or product.source
    for option in found.values():
        option.confidence = agreed([answer.confidence for answer in option.answers])
    return found


def decide(page: Page, owns: list[Own], shown: VisibleSeen | None, default_currency: str | None) -> Price:
    """The price. `shown` is None where the visible page was not needed."""
    found = options(page, owns)
    if shown is not None:
        _look(page, found, shown, bool(owns))
    answers = tuple(answer for option in found.values() for answer in option.answers)
    given_away = shown is not None and shown.free and (shown.cart or Decimal(0) in found)
    if not found and not given_away:
        return Price(why="no source gives a price", answers=answers)
    best = max(found.values(), key=lambda option: (option.confidence, -option.value), default=Option(Decimal(0)))
    marked = any(option.value and option.source is not Source.VISIBLE for option in found.values())
    if best.value == 0 or (given_away and not marked and best.confidence < PUBLISHED):
        option = found.get(Decimal(0), Option(Decimal(0), source=Source.VISIBLE))
        return _zero(found, shown, answers, _currency(page, option, owns, shown, default_currency), option.source)
    currency, sure, why = _currency(page, best, owns, shown, default_currency)
    reason = ", ".join(dict.fromkeys(answer.source.value for answer in best.answers))
    rivals = [str(option.value) for option in found.values() if option is not best][:4]
    reason = f"given by {reason}" + (f"; others: {', '.join(rivals)}" if rivals else "")
    if best.confidence < PUBLISHED or currency is None:
        doubt = "the currency is unknown" if best.confidence >= PUBLISHED else "too uncertain to publish"
        # what stands beside "sur devis" is the price of something else: shipping, a sample
        asked = shown is not None and shown.on_request and not marked
        doubt = "given on request" if asked else doubt
        return Price(None, None, None, best.source, best.confidence, f"{doubt}; {reason}", answers, doubted=not asked)
    return Price(best.value, best.list_price, currency, best.source, best.confidence, reason, answers, False, sure, why)


def _zero(
    found: dict[Decimal, Option],
    shown: VisibleSeen | None,
    answers: tuple[Answer, ...],
    currency: tuple[str | None, float, str],
    source: Source | None,
) -> Price:
    """0 is a price only where the page shows the word "free"."""
    code, sure, named = currency
    if shown is not None and shown.free and code:
        return Price(Decimal(0), None, code, source, 0.8, "shown as free", answers, False, min(sure, 0.8), named)
    others = [str(option.value) for value, option in found.items() if value][:3]
    why = "0 without the word free is no price" + (f"; others: {', '.join(others)}" if others else "")
    return Price(None, None, None, None, 0.0, why, answers)


def _look(page: Page, found: dict[Decimal, Option], shown: VisibleSeen, marked: bool) -> None:
    """Weigh the options by what is visible, and add the visible price."""
    visible = {value: one for one in shown.prices if (value := number(one.price)) is not None}
    top = shown.prices[0] if shown.prices and not shown.prices[0].struck else None
    top_value = number(top.price) if top else None
    structured = [option for option in found.values() if option.value]
    named = {option.currency for option in structured if option.currency}
    if top is not None and top.sign and named and resolve(top.sign, host_of(page), tuple(named)) not in named:
        top = None  # converted for the visitor: the shop's own price is another
    for option in structured:
        one = visible.get(option.value)
        if one is not None and one is top:
            option.confidence = agreed([option.confidence, one.confidence])
            option.answers.append(Answer(Source.VISIBLE, one.where, one.price, round(one.confidence, 3)))
            listed = number(one.list_price)
            if option.list_price is None and listed is not None and listed > option.value:
                option.list_price = listed
            continue
        if top is not None:
            option.confidence *= 1 - 0.25 * top.confidence
        if one is not None and one.struck:
            option.confidence *= 0.6
        elif one is not None and one.score > 2:
            option.confidence = min(0.97, option.confidence + 0.04)
    if top is None or top_value is None or top_value in found:
        return
    worth = top.confidence
    if not structured and marked:
        worth *= 0.85  # the shop marks its products up, and gives this one no price
    if shown.on_request:
        worth *= 0.3
    if structured:
        worth *= 0.9
    if top.untaxed:
        worth *= 0.6  # prices are given with tax, and the rate is not ours to guess
    listed = number(top.list_price)
    found[top_value] = Option(
        top_value,
        [Answer(Source.VISIBLE, top.where, top.price, round(worth, 3))],
        None,
        listed if listed and listed > top_value else None,
        None,
        True,
        Source.VISIBLE,
        worth,
    )


# --- the currency

_NAMED: Final = re.compile(rb"""urrency(?:Code|_code|Iso)?["']?\s{0,4}[:=,]\s{0,4}["']([A-Z]{3})["']""")
"""In scripts and attributes: priceCurrency, currency_code, ... It begins with a literal: the whole text is searched."""


def votes(page: Page, owns: list[Own]) -> Counter[str]:
    """The currencies that the page's sources and scripts name."""
    count: Counter[str] = Counter()
    for own in owns:
        for offer in own.product.offers[:20]:
            if offer.currency:
                count[offer.currency] += 3
    for node in page.tree.css(
        'meta[property$="price:currency"],meta[itemprop="priceCurrency"],[itemprop="priceCurrency"]'
    )[:10]:
        code = (node.attributes.get("content") or "").strip().upper()
        if len(code) == 3 and code.isascii():
            count[code] += 3
    for match in _NAMED.finditer(page.source):
        count[match[1].decode()] += 1
    return count


def _currency(
    page: Page, option: Option, owns: list[Own], shown: VisibleSeen | None, default: str | None
) -> tuple[str | None, float, str]:
    if option.currency:
        return option.currency, 0.97, "beside the price"
    host = host_of(page)
    sign = _sign(option, shown)
    if sign and len(sign) == 3:
        return sign, 0.95, "its sign is shown beside the price"
    named = votes(page, owns)
    ranked = tuple(code for code, _ in named.most_common(5))
    if sign and (code := resolve(sign, host, ranked)):
        return code, 0.85, f"{sign!r} is shown beside the price"
    if ranked:
        return ranked[0], 0.75, "named elsewhere in the page"
    if shown is not None and (signs := Counter(one.sign for one in shown.prices if one.sign)):
        code = resolve(signs.most_common(1)[0][0], host)
        if code:
            return code, 0.7, "the sign of other prices"
    if default:
        return default, 0.6, "the shop's currency"
    code = of_domain(host)
    return code, 0.5 if code else 0.0, "the currency of the site's country"


def _sign(option: Option, shown: VisibleSeen | None) -> str | None:
    one: ShownPrice | None = (
        next((one for one in shown.prices if number(one.price) == option.value), None) if shown else None
    )
    return one.sign if one else None
