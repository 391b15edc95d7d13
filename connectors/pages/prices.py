"""Pure: the amounts of money on a page, each with what speaks for or against its being the product's price.

Nothing here is trained: the weights say what a visitor goes by (the amount beside the title and the cart button, not
crossed out, not for shipping, not of another product), and were set on half of a set of real pages (docs/pages.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import Final

from selectolax.lexbor import LexborNode

from connectors.pages.amounts import AMOUNT, CURRENCY, Amount, amounts, decimal, has_currency
from connectors.pages.flow import Flow, Sign

MAX_AMOUNTS: Final = 400
BEFORE_TITLE: Final = 120
AFTER_TITLE: Final = 400
UNIT: Final = 3.5
"""What a price per kilo or metre loses beside others."""
ZERO: Final = 5.0
"""What 0 loses: it is a price only where nothing else is."""
"""Texts around the title within which its price is looked for."""


@dataclass(slots=True)
class Shown:
    """One amount as shown. `score` grows with what speaks for it; `struck` amounts are list prices at best."""

    value: str
    sign: str | None
    """Of the currency, as `amounts.Amount.sign`; None for a bare number in an element called price."""
    order: int
    element: LexborNode
    score: float = 0.0
    struck: bool = False
    named_list: bool = False
    """Struck by its words alone ("prix public"): the price itself where no other is given."""
    usual: bool = False
    """"Regular" by its class: the list price beside a lower one, else the price."""
    above: bool = False
    """The other end of a range."""
    ranged: bool = False
    """The lower end of a range, or "from"."""
    untaxed: bool = False
    foreign: bool = False
    """In another product's card, the cart, the navigation: never sure."""
    labelled: bool = False
    """Said to be with tax: beside it stands the same price without."""
    alone: bool = False
    """Its texts hold nothing but the amount."""
    follows: int = 0
    """The first text after it."""
    piece: bool = False
    """Said of one piece of the product, or in brackets behind another amount: a part, where a higher one stands by."""
    why: tuple[str, ...] = ()


_FRAGMENT: Final = re.compile(r"[\d.,'’ \u00a0\u202f–—*-]{1,14}")
_FIGURE: Final = re.compile(r"\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?:[.,]\d{2})?|\d{1,6}(?:[.,]\d{2})?(?:[.,][-–—])?")
_HAS: Final = re.compile(r"\d")
_CENTS: Final = re.compile(r"\d{2}(?!\d)")
_LAST_DIGIT: Final = re.compile(r"\d\Z")


def found(flow: Flow, first: int, last: int) -> Iterator[tuple[int, int, str, Amount | None]]:
    """(index of the text, texts taken, the text they make, the amount) in order; split amounts are put together."""
    index = first
    while index < last:
        raw = flow.texts[index]
        if len(raw) > 3000 or not (_HAS.search(raw) or (len(raw) <= 6 and has_currency(raw))):
            index += 1
            continue
        text = flow.text(index)
        here = amounts(text)
        if not here and len(text) <= 24:
            if not (_FRAGMENT.fullmatch(text.strip("~+* ")) or has_currency(text)):
                index += 1
                continue
            taken, joined = _joined(flow, index, last)
            if taken and (split := amounts(joined)):
                yield index, taken, joined, split[0]
                index += taken
                continue
            if _FIGURE.fullmatch(text):
                yield index, 1, text, None
        elif len(here) == 1 and here[0].end - here[0].start == len(text) and "." not in here[0].value:
            cents = flow.text(index + 1)
            if re.fullmatch(r"[.,]?\d{2}", cents) and _beside(flow, index, index + 1):
                amount = Amount(0, len(text), f"{here[0].value}.{cents.lstrip('.,')}", here[0].sign)
                yield index, 2, text, amount
                index += 2
                continue
        for amount in here:
            yield index, 1, text, amount
        index += 1


def _joined(flow: Flow, index: int, last: int) -> tuple[int, str]:
    """The text that this one and the next few make where each is a piece of an amount: ("12", "90", "€")."""
    text, taken, signs = "", 0, 0
    while index + taken < last and taken < 6:
        piece = flow.texts[index + taken].strip("~+* ")
        if len(piece) > 14:
            break
        is_number = _FRAGMENT.fullmatch(piece) is not None
        is_sign = not is_number and CURRENCY.fullmatch(piece) is not None
        whole = not (is_number or is_sign) and has_currency(piece) and AMOUNT.fullmatch(piece) is not None
        if not (is_number or is_sign or whole) or (taken and not _beside(flow, index + taken - 1, index + taken)):
            break
        if (is_sign or whole) and signs:
            break
        if text and _LAST_DIGIT.search(text) and _CENTS.match(piece):
            text += "."
        text += piece
        taken += 1
        signs += is_sign or whole
        if signs and taken > 1 and is_sign and _HAS.search(text):
            break
    return (taken, text) if taken > 1 and signs else (0, "")


def _beside(flow: Flow, one: int, other: int) -> bool:
    """Whether two texts stand in one small box: a parent, grandparent or great-grandparent in common."""
    above: set[int] = set()
    node: LexborNode | None = flow.element(one)
    for _ in range(4):
        if node is not None:
            above.add(node.mem_id)
            node = node.parent
    node = flow.element(other)
    for _ in range(4):
        if node is not None:
            if node.mem_id in above:
                return True
            node = node.parent
    return False


SHIPPING: Final = re.compile(
    r"livraison|frais d|port\b|shipping|delivery|versand|liefer|env[ií]o|spedizion|verzend|frakt|dostaw"
    r"|postage|expédi|retrait|expedit|\bretours?\b"
)
_THRESHOLD: Final = re.compile(
    r"(?:dès|à partir de|plus de|supérieur\w* à|over|above|ab|orders? of|more than|from|über|minimum\w*|mind\w*)\s*\Z"
)
_FROM: Final = re.compile(
    r"(?:à partir d[eu]|dès|from|starting at|as low as|\bab|desde|vanaf|a partire da|\bod|från|fra|alkaen)\s*:?\s*\Z"
)
_WAS: Final = re.compile(
    r"au lieu de|\bwas\b|avant|prix (?:conseillé|public|barré|de référence|initial|d'origine|habituel"
    r"|catalogue)|ancien prix|statt|\buvp\b|\brrp\b"
    r"|msrp|list price|\blist\b|previous|original|compare|antes|instead of|valeur|\bvalue|valued|retail"
    r"|\breg(?:ular)?\.?\b|prezzo di listino|\bvor|adviesprijs|conseill|\brrp|orig\.|tidigare|normal(?:pris"
    r"|preis)"
)
_SAVING: Final = re.compile(
    r"économi|\bsaved?\b|saving|you save|remise|réduction|sparen|gespart|ersparnis|rabatt|discount|ahorr"
    r"|rabais|risparmi|bespaar|\bbon\b|cashback|\bpoints?\b|fidélité|coupon|\boff\b|\bearn|\bup to\b|jusqu'à"
    r"|bis zu|gagne|gift card|bon d'achat|cagnott|éco-?part|dont "
)
_INSTALMENT: Final = re.compile(
    r"\d ?x(?: |\Z)|par mois|/ ?mois|per month|month|monat|payments?\b|mensualit|\d fois|install?ment"
    r"|rate[ns]?\b|cuotas|interest|emi\b|financ|klarna|affirm|x \Z|ratenzahlung"
)
_MINUS: Final = re.compile(r"(?:\A|[\s(])[-–−]\s?\Z")
_BULK: Final = re.compile(
    r"(?:\b(?:dès|à partir de|par|ab|from|von)\s*)?\d+\s*(?:\+|et plus|(?:ou plus )?(?:pi[eè]ces?|unités?"
    r"|exemplaires?|pcs?|articles?|stück|stk|items?|units?)\b(?: et plus| ou plus)?)\s*[:=]?\s*\Z"
)
_PLUS: Final = re.compile(r"(?:\A|[\s(])\+\s?\Z")
_RANGE: Final = re.compile(r"(?:\d\s?(?:[€£$]|[a-z]{2,4}\.?)?|[€£$])(?:\s?[-–—~]|\s(?:to|à|bis|a|and|et))\s*\Z")
_PER: Final = re.compile(
    r"\s*\(?\s*(?:/|par|per|le|la|l['’]|pro|al|por|je|za)\s*(?:\d+(?:[.,]\d+)?\s*)?(?:kg|kilo\w*"
    r"|gr?(?:amme)?s?|ml|cl|dl|litr?e?r?s?|l|m²|m2|m³|qm|m|mètre\w*|meter|metre|lb|oz|ounce|fl|count|sheet"
    r"|tab\w*|dose)\b"
)
_EACH: Final = re.compile(
    r"\s*\(?\s*(?:(?:/|par|per|la|l['’]|pro|the|al|por)\s*)?(?:pi[eè]ce(?! unique)|unités?|unit|pce|pcs?|stück|stk"
    r"|exemplaire|each|chacune?|pezzo|pieza|unidad|szt)\b"
)
_OF_PART: Final = re.compile(
    r"\s*(?:le|la|l['’])\s?(?!lot|coffret|paire|bo[iî]te|set|pack|ensemble|série|tout|total)\w"
)
"""Behind a second amount: "36 € le lot, 6 € la tasse"."""
_BRACKET: Final = re.compile(r"\d[^()]*\([^()]*\Z")
_NEIGHBOURS: Final = 3
_BETWEEN: Final = " *\u00a0\u202f→➔➜⇒>"
_SALE: Final = re.compile(
    r"\A(?:en |prix |tarif )?(?:soldes?|soldée?|promo(?:tion(?:nel)?)?|sale|angebot|rebajas|saldi)\b"
    r"(?: price| prix)? ?:?",
    re.I,
)
_DEPOSIT: Final = re.compile(
    r"\b(?:caution|consigne|acompte|arrhes|deposit|kaution|pfand|cauzione|fianza)\b[^.]{0,16}\Z"
)
_CELLS: Final = frozenset({"td", "th", "li", "dd"})
_OFF: Final = re.compile(
    r"\s*(?:off\b|d['’]économie|de remise|de réduction|de rabais|offert|saved|discount|gespart|sparen|rabatt"
    r"|d['’]achat|minimum|de bon|cashback|cheaper|moins cher)"
)
_MONTHLY: Final = re.compile(
    r"\s*(?:/|(?:par|per|a|pro|im)\b|[x×]\s*\d)\s*(?:mois|month|mo\b|monat|mes\b|mensua|an\b|year|semaine"
    r"|week)|\s*(?:/|par|per|pro|la|le|l['’])\s*(?:jour|journée|demi-journée|nuit(?:ée)?|week-?end|heure|hour|day|night"
    r"|tag|nacht|h)\b|\s*[x×]\s*\d"
)
_EXCLUDED: Final = re.compile(
    r"\s*\(?(?:h\.?t\.?\b(?! *\+)|hors[- ]tax|excl|ex\.? ?(?:vat|tva|tax|gst)|zzgl\.? *(?:mwst|ust)|netto"
    r"|\+ *(?:vat|tva)|sans tva)"
)
_UNTAXED: Final = re.compile(
    r"bez dph|bez vat|\bnetto|sin iva|iva esclus|senza iva|excl|\bex\.? ?(?:vat|tax|gst|moms|btw)|ohne mwst"
    r"|f[ăa]r[ăa] tva|exkl|без ндс|\bh\.?t\.?(?: ?:)?\Z|hors[- ]tax|before tax"
)
_INCLUDED: Final = re.compile(r"\s*\(?(?:t\.?t\.?c|incl|inkl|tax incl|tva)")

_COMPLETE: Final = re.compile(r"%|\d[.,]\d\d|\d ?[€£$]|[€£$] ?\d")
"""A text with an amount of its own says nothing of the next one."""


def _context(flow: Flow, index: int, taken: int, text: str, amount: Amount | None) -> tuple[str, str, str]:
    """What stands before and after an amount: in its own text, or in the one beside where that is short; and what
    follows it in its own text alone."""
    before = text[: amount.start] if amount else ""
    after = text[amount.end :] if amount else ""
    # the title's own words say nothing of the price
    prior = flow.text(index - 1) if index - 1 != flow.title and len(before.strip(" :(")) < 2 else ""
    if prior and len(prior) <= 60 and not _COMPLETE.search(prior):
        before = f"{prior} {before}"
    own = after[:50].lower()
    if not after.strip() and len(following := flow.text(index + taken)) <= 60:
        after = f" {following}"
    return before[-70:].lower(), after[:50].lower(), own


def _judge(shown: Shown, before: str, after: str, own_after: str, near: int) -> None:
    """Take from the score what the words and classes around the amount say against it."""
    why: list[str] = []
    own = before.rstrip(" :(")[-45:]
    against = (
        (_THRESHOLD.search(own) is not None and SHIPPING.search(before + after) is not None, "shipping", 6.0),
        (SHIPPING.search(own[-28:]) is not None or SHIPPING.search(own_after[:24]) is not None, "shipping", 4.0),
        (bool(near & Sign.SHIPPING), "shipping", 3.0),
        (
            _SAVING.search(own[-24:]) is not None or _OFF.match(after) is not None or bool(near & Sign.SAVING),
            "saving",
            4.5,
        ),
        (_BULK.search(before) is not None, "from a quantity on", 3.0),
        (_PLUS.search(before) is not None, "surcharge", 4.0),
        (_DEPOSIT.search(own[-32:]) is not None, "deposit", 4.0),
        (_MINUS.search(before) is not None and not _RANGE.search(own), "saving", 4.0),
        (
            _INSTALMENT.search(own[-24:]) is not None
            or _MONTHLY.match(after) is not None
            or bool(near & Sign.INSTALMENT),
            "instalment",
            4.5,
        ),
        (_PER.match(after) is not None or bool(near & Sign.UNIT), "per unit", UNIT),
        (float(shown.value) == 0, "zero", ZERO),
    )
    for holds, reason, weight in against:
        if holds:
            shown.score -= weight
            why.append(reason)
    if _EXCLUDED.match(after) or _UNTAXED.search(own[-22:]) or near & Sign.UNTAXED:
        shown.untaxed = True
        shown.score -= 1.2
        why.append("without tax")
    elif _INCLUDED.match(after):
        shown.score += 0.8
        shown.labelled = True
    if _FROM.search(own):
        shown.ranged = True
    shown.named_list = not near & Sign.STRUCK and _WAS.search(own[-24:]) is not None
    shown.struck = bool(near & Sign.STRUCK) or shown.named_list
    shown.usual = bool(near & Sign.REGULAR)
    shown.above = _RANGE.search(own) is not None and not shown.struck
    shown.why = tuple(why)


def _place(shown: Shown, flow: Flow, title: int, carts: tuple[int, ...]) -> None:
    """Add what its place says: after and near the title, near a cart button, in one box with the title."""
    away = shown.order - title
    shown.score += 4.0 - 0.42 * log2(2 + away) if away >= 0 else 2.2 - 0.55 * log2(2 - away)
    if carts:
        shown.score += 1.6 - 0.32 * log2(1 + min(abs(shown.order - cart) for cart in carts))
    shown.score += max(0.0, 1.4 - 0.2 * flow.joins(shown.element))


def candidates(flow: Flow, title: int, carts: tuple[int, ...]) -> list[Shown]:
    """The amounts that could be the product's price, best first. Those of other products' cards come last."""
    first = max(0, title - BEFORE_TITLE)
    last = min(len(flow.texts), title + AFTER_TITLE)
    listed: list[Shown] = []
    for index, taken, text, amount in found(flow, first, last):
        element = flow.element(index)
        near = flow.near(element)
        if amount is None and not near & Sign.PRICE:
            continue
        around = flow.around(element)
        if around & Sign.UNREAD:
            continue
        value = amount.value if amount else decimal(text)
        if value is None or len(value) > 16:
            continue
        shown = Shown(value, amount.sign if amount else None, index, element)
        shown.follows = index + taken
        if amount is not None:
            own_before = text[: amount.start]
            shown.alone = taken > 1 or not _SALE.sub("", AMOUNT.sub("", text)).strip(_BETWEEN)
            shown.piece = _part(own_before, text[amount.end :].lower(), flow.text(index + taken).lower())
        before, after, own_after = _context(flow, index, taken, text, amount)
        _judge(shown, before, after, own_after, near)
        _place(shown, flow, title, carts)
        shown.score += 2.2 if near & Sign.PRICE else 0.0
        shown.score += 0.5 if near & Sign.CURRENT else 0.0
        shown.foreign = bool(around & (Sign.ELSEWHERE | Sign.CARD))
        shown.score -= 5.0 if around & Sign.ELSEWHERE else 0.0
        shown.score -= 4.0 if around & Sign.CARD else 0.0
        shown.score -= 1.2 if around & Sign.ASIDE else 0.0
        shown.score -= 1.0 if around & Sign.HIDDEN else 0.0
        shown.score -= 1.5 if amount is None else 0.0
        shown.score -= 1.0 if len(text) > 80 else 0.0
        shown.score += 0.3 if "." in value else 0.0
        listed.append(shown)
        if len(listed) >= MAX_AMOUNTS:
            break
    _settle(listed, title)
    return sorted(listed, key=lambda one: -one.score)


def _part(before: str, after: str, following: str) -> bool:
    """Whether the words around an amount say that it is for a part: one piece, or what stands in brackets."""
    beside = _EACH.match(after) or (not after.strip() and _EACH.fullmatch(following.rstrip(" )")))
    second = _HAS.search(before) and has_currency(before)
    return bool(beside or (second and (_OF_PART.match(after) or _BRACKET.search(before))))


def side_by_side(one: Shown, other: Shown) -> bool:
    """Whether two amounts stand alone, one behind the other with nothing between, and not in cells of a table."""
    first, second = (one, other) if one.order < other.order else (other, one)
    near = second.order in (first.order, first.follows)
    if not (first.alone and second.alone and near and first.sign == second.sign):
        return False
    cells = _cell(first.element), _cell(second.element)
    return cells[0] == cells[1]


def _cell(element: LexborNode) -> int | None:
    """The cell or list item that an amount stands in."""
    node: LexborNode | None = element
    for _ in range(4):
        if node is None:
            break
        if node.tag in _CELLS:
            return node.mem_id
        node = node.parent
    return None


def _settle(listed: list[Shown], title: int) -> None:
    """What only shows once all amounts are known: the first one, and words that lose their meaning on a lone amount."""
    ours = [one for one in listed if not one.foreign]
    for one in ours:
        if one.piece and not one.why and any(_whole(other, one) for other in ours):
            one.score -= UNIT
            one.why = ("per unit",)
    clean = [one for one in ours if not (one.why or one.struck or one.above)]
    opening = next((one for one in clean if one.order >= title), None)
    if opening is not None:
        opening.score += 0.5
    if any(one.score > 2 for one in clean):
        return
    for one in ours:
        if one.named_list and not one.why:
            one.struck = False  # "prix public : 12 €", and no other
        if one.why == ("per unit",):
            one.score += UNIT  # sold by the metre


def _whole(other: Shown, part: Shown) -> bool:
    """Whether another amount beside it is higher, and speaks of the whole."""
    return (
        not (other.piece or other.struck or other.above or other.why)
        and abs(other.order - part.order) <= _NEIGHBOURS
        and float(other.value) > float(part.value)
    )
