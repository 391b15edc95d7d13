"""Pure: whether the page's product can be had, by what stands near its title: stock phrases and the cart button.

A phrase is worth more than a button, and what says "sold out" more than what says "in stock", since themes leave
ordinary words around. Nothing is concluded from silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from connectors.pages.flow import Flow, Sign
from connectors.records import Availability

_NOT_OURS: Final = Sign.ELSEWHERE | Sign.UNREAD | Sign.CARD


@dataclass(frozen=True, slots=True)
class Stock:
    """One piece of evidence. `confidence` in 0..1; `where` is the phrase, for `explain`."""

    availability: Availability
    confidence: float
    where: str
    order: int
    quantity: int | None = None
    button: bool = False
    """Only a cart button says so."""


@dataclass(frozen=True, slots=True)
class Button:
    """A cart button: where it is, and whether it can be pressed."""

    order: int
    active: bool
    element: LexborNode
    certain: bool
    """By its own words, not only by a class."""


_CART: Final = re.compile(
    r"(?:ajouter|mettre|ajoutez|ajout)\b.{0,14}\b(?:panier|sac|cabas)|j[e']\s?(?:ach[èe]te|commande)"
    r"|acheter(?: maintenant| cet article| ce produit)?\Z|commander(?: maintenant)?\Z"
    r"|réserver(?: (?:maintenant|en ligne|ce produit|cet article|en boutique|en magasin|en click.{0,10}))?\Z"
    r"|add\b.{0,20}\b(?:cart|bag|basket|trolley|order)\Z|buy(?: it)? now|buy\Z|pre-?order(?: now)?\Z|précommander"
    r"|in(?: den| die)? (?:warenkorb|einkaufswagen|einkaufstasche|tasche)|jetzt kaufen|añadir (?:al carrito"
    r"|a la (?:cesta|bolsa)|a mi cesta)|agregar al carrito|comprar(?: ahora| já)?\Z|acquista(?: ora)?\Z"
    r"|aggiungi al (?:carrello)|in winkel(?:wagen|mandje|mand)|toevoegen aan|adicionar ao carrinho"
    r"|(?:dodaj )?do koszyka|(?:přidat |pridať |vložit |vložiť )?do koš[ií]k[ua]|adaug[ăa] în co[sș]|kosárba"
    r"|lägg i (?:varukorg|kundvagn)|köp\Z|læg i kurv|legg i handlekurv|kjøp\Z|lisää ostoskoriin|в корзину"
    r"|купить|добавить в корзину|себетке|sepete ekle|أضف (?:إلى|الى|للسلة)|إضافة (?:للسلة|إلى)|اشتر"
    r"|加入購物車|加入购物车|カートに入れる|장바구니|thêm vào giỏ",
    re.I,
)
_GONE_BUTTON: Final = re.compile(
    r"m['’e ]?\s?(?:alerter|avertir|informer|prévenir)|prévenez|être (?:averti|alerté|informé|prévenu)"
    r"|notify me|email me when|back in stock|tell me when|benachrichtig"
    r"|avísame|waitlist|waiting list|نفد|نفذت"
)
_OUT: Final = re.compile(  # words are tried where words begin: that is three times as fast
    r"(?<!\w)(?:(?:en |actuellement en )?rupture(?: de stock| définitive| temporaire| momentanée)?\b|\bépuisée?s?\b"
    r"|\bepuisee?s?\b|sold[ -]?out|out[ -]of[ -]stock|\bindisponible|non disponible|pas (?:disponible"
    r"|en stock)"
    r"|plus (?:disponible|en stock|commercialis)|hors stock|(?:currently|temporarily|no longer|is) (?:un"
    r"|not )available|\bunavailable\b|not available\Z|no longer available|not in stock|discontinued"
    r"|ausverkauft|nicht (?:mehr )?(?:auf lager|verfügbar|lieferbar|vorrätig)|vergriffen|agotad[oa]"
    r"|sin (?:stock|existencias)|no disponible|esaurit[oa]|uitverkocht|niet (?:op voorraad|leverbaar"
    r"|beschikbaar)"
    r"|esgotado|indisponível|niedostępn|brak (?:w magazynie|towaru)|vyprodáno|není skladem|stoc epuizat"
    r"|nie je možné .{0,24}kúpiť|nelze .{0,16}(?:koupit|objednat)|indisponibil|slutsåld|slut i lager|udsolgt"
    r"|utsolgt|нет в наличии|распродан|нет на складе|نفد|نفذ|غير متوفر|нет в продаже|en rupture)|缺貨|售完|품절"
)
_SOLD: Final = re.compile(
    r"(?:(?:article|produit|pièce|œuvre|oeuvre)? ?(?:déjà )?(?:vendue?s?|sold|verkauft|vendido|venduto))[ .!]*"
)
_RESERVED: Final = re.compile(
    r"(?:article|produit|pièce|œuvre|oeuvre)? ?(?:est )?(?:déjà |actuellement )?(?:réservée?s?|reserved|reserviert"
    r"|reservad[oa]|riservat[oa])[ .!]*"
)
_SOLD_NAME: Final = re.compile(
    r"[-–—:|/([*] ?(?:déjà )?(?:(?P<sold>vendue?s?|sold(?: out)?|épuisée?s?|verkauft|ausverkauft|vendido|venduto)"
    r"|réservée?s?|reserved|reserviert)[ )\]!.*]*\Z",
    re.I,
)
"""Behind a product's name: "Vase bleu - VENDU"."""
_LABELLED: Final = re.compile(
    r"(?<!\w)(?:disponibilité|availability|verfügbarkeit|disponibilidad|disponibilità|état du stock|stock)"
    r"\s?:\s?([^.;|]{3,60})"
)
"""Where a longer text says of the stock what a label announces."""
_MONTH: Final = (
    r"(?:janv|févr|fevr|mars\b|avril|mai\b|juin\b|juil|août|aout|sept|octo|nov|déc|dec|jan|feb|mar(?:ch|s|z)\b|apr"
    r"|may\b|june?\b|july?\b|aug|oct|okt|dez|mär)"
)
_DATE: Final = (
    rf"(?:\d{{1,2}}(?:er|st|nd|rd|th|\.)? ?{_MONTH}|{_MONTH}|\d{{4}}-\d\d"
    r"|\d{1,2}[/.-](?:0?[1-9]|1[0-2])(?!\d| ?(?:h|j|days|sem|€)))"
)
_LATER: Final = re.compile(  # not "expédié le", "parution le": what is to be had now has such days too
    r"(?<!\w)(?:(?:de nouveau |à nouveau )?(?:disponibles?|en stock|de retour|réassort|arrivage)"
    r"(?: prévue?s?| à partir| attendue?s?)? ?:? ?(?:(?:du|dès le|vers le|le|en|fin|début|mi-|au|courant|d'ici"
    r"|dès) ?){1,2}"
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )?"
    r"|(?:available|in stock|back) (?:again )?(?:from|on|in) |(?:verfügbar|lieferbar|auf lager) (?:ab|am) )"
    rf"{_DATE}"
)
"""To be had from a day on: whether that day has come is not asked, the page would say so."""
_RETURNS: Final = re.compile(
    r"(?<!\w)(?:bientôt de retour|de retour (?:bientôt|prochainement|très vite)|prochainement de retour|retour prochain"
    r"|(?:bientôt|prochainement) (?:de nouveau|à nouveau|en stock|réapprovisionn)|back soon|(?:coming|be) back soon"
    r"|bald wieder|wieder verfügbar ab|pronto disponible|presto disponibile|disponible prochainement)"
)
_BACK: Final = re.compile(
    r"sur commande|sur mesure uniquement|en réapprovisionnement|réappro(?:visionnement)? en cours"
    r"|back-?order|backordered|available on order|special order|en cours de réappro|fabriqué à la commande"
    r"|nachbestell|sobre pedido|auf bestellung|à paraître"
)
_PRE: Final = re.compile(
    r"pr[ée]-?commande|pre-?order|vorbestell|preventa|pré-venda|bientôt disponible|coming soon|предзаказ"
)
_IN: Final = re.compile(
    r"(?<!\w)(?:\ben stock\b|(?<!not )\bin[ -]stock\b|\bin-?stock\b|plus que \d+|(?:only|just) \d+ (?:left|remaining"
    r"|in stock|available)|derni(?:er|ère)s? (?:pièce|exemplaire|article)s?|\bdisponibles? (?:immédiat"
    r"|de suite|sous|en stock|en ligne|à la vente|en \d)"
    r"|\bstock (?:disponible|limité|faible)|expédi(?:é|ée|tion) (?:sous|le jour|dans|en|immédiate)|livr(?:é"
    r"|ée|aison) (?:sous|en) \d+|auf lager|sofort (?:lieferbar|verfügbar|versand)|lieferbar|ab lager"
    r"|lieferzeit|vorrätig|versandfertig|en existencias?|disponible en stock"
    r"|disponibilit[àa] immediata|op voorraad|direct leverbaar|em estoque|em stock|w magazynie|na stanie"
    r"|dostępn|skladem|în stoc|in stoc|raktáron|i lager|på lager|varastossa|в наличии|на складе"
    r"|есть в наличии|متوفر"
    r"|usually ships|ships (?:in|within|from|today|on)|ready to ship|left in stock|available now"
    r"|available (?:for|online|to ship)|in stoc\b|low stock|(?:few|last) (?:items|pieces|ones)? ?left"
    r"|arrives (?:by|before)|délai de livraison : \d)|现货|現貨|재고"
)
_AVAILABLE: Final = re.compile(
    r"(?:(?:disponibilité|availability|verfügbarkeit|disponibilidad|disponibilità|stock"
    r"|état du stock)\s*:?\s*)?(?:disponibles?(?: en (?:boutique|magasin|ligne))?|dispo|available"
    r"|verfügbar|disponibile|disponível|oui"
    r"|beschikbaar|in stock|en stock)[ .!✓✔]*"
)
_NEGATED: Final = re.compile(
    r"\b(?:if|when|once|until|si|lorsque|quand|dès que|wenn|sobald|or|ou|in stores?|en magasin|pick-?up"
    r"|magasin|retrait|couleurs?|tailles?|other|autres?|images?|photos?|bild|foto)\b|[?؟]"
)
_COUNT_FIRST: Final = re.compile(
    r"(\d{1,5}) (?:(?:articles?|produits?|exemplaires?|pièces?|unités?|items?|pieces?) )?(?:en stock|disponibles?"
    r"|restante?s?|in stock|left|available|auf lager)[ .!]*"
)
_COUNT: Final = re.compile(
    rf"(?:plus que|only|just|nur noch|reste(?:nt)?|encore) (\d{{1,4}})|\A{_COUNT_FIRST.pattern}"
    r"|\A(?:en stock|in stock)\s*[(:]?\s*(\d{1,5})\s*\)?"
)
_COUNTED: Final = re.compile(r"\d[+k]*\Z", re.I)
_LEFT: Final = re.compile(
    r"(?:en )?stock(?: disponible| restant)?|quantité (?:disponible|en stock|restante)|disponibles?"
    r"|il (?:en )?reste|reste|verfügbar|in stock"
)
"""Before a count, in a text of its own."""
_LEFT_COUNT: Final = re.compile(rf"(?:{_LEFT.pattern})\s*:?\s*(\d{{1,5}})\b.{{0,20}}")
_NAMED: Final = re.compile(
    r"add-?_?to-?_?(?:cart|bag|basket|order)|addtocart|ajout|buy-?_?(?:now|button|box)|btn-?_?(?:buy|cart)"
    r"|cart-?_?(?:button|btn|add)|in-?den-?warenkorb|_panier|basket-?add"
)
"""What themes call the button, in its class, id or name."""


def buttons(flow: Flow, first: int, last: int) -> list[Button]:
    """The page's own cart buttons from the text `first` to `last`, in order; not those in other products' cards."""
    found: dict[int, Button] = {}
    for index in range(max(first, 0), min(last, len(flow.texts))):
        text = flow.texts[index]
        if 2 < len(text) <= 45 and _CART.match(text):
            _add(found, flow, flow.element(index), index, certain=True)
    for order, node in flow.controls:
        if not first <= order < last:
            continue
        attributes = node.attributes
        said = (attributes.get("value") or attributes.get("alt") or attributes.get("title") or "").strip().lower()
        certain = 2 < len(said) <= 45 and _CART.match(said) is not None
        if certain or (node.tag != "img" and _NAMED.search(_names(attributes))):
            _add(found, flow, node, order, certain=certain)
    return sorted(found.values(), key=lambda button: button.order)


def _names(attributes: dict[str, str | None]) -> str:
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('name') or ''}"
    return named[:300].lower()


def _add(found: dict[int, Button], flow: Flow, node: LexborNode, order: int, *, certain: bool) -> None:
    if (order in found and found[order].certain) or len(found) >= 60:
        return
    around = flow.around(node)
    if around & _NOT_OURS:
        return
    found[order] = Button(order, _active(node), node, certain)


def _active(node: LexborNode) -> bool:
    """Whether a button can be pressed, by its own attributes and those of the element around its text."""
    current: LexborNode | None = node
    for _ in range(3):
        if current is None or current.tag in ("form", "body", "section"):
            break
        attributes = current.attributes
        classes = (attributes.get("class") or "").lower().split()
        if "disabled" in attributes or attributes.get("aria-disabled") == "true" or "disabled" in classes:
            return False
        if current.tag in ("button", "input", "a"):
            break
        current = current.parent
    return True


def evidence(flow: Flow, first: int, last: int, cart: list[Button], price: int | None = None) -> list[Stock]:
    """What the texts from `first` to `last` (around title, price and button) say, most certain first.

    `price` is the text of the price: where a text beside it says nothing but the stock, what others mention is not
    heard ("Référence en stock à Lyon" in the description)."""
    found: list[Stock] = []
    for index in range(max(first, 0), min(last, len(flow.texts))):
        raw = flow.texts[index]
        if len(raw) > 400:
            continue
        text = " ".join(raw.split()).lower().replace("’", "'")
        if len(text) > 60 and (labelled_as := _LABELLED.search(text)) is not None:
            text = labelled_as[1].strip()
        if not 2 < len(text) <= 140:
            continue
        if _LEFT.fullmatch(text.rstrip(" :")) and flow.text(index + 1).isdigit():
            text = f"{text.rstrip(' :')} : {flow.text(index + 1)[:6]}"
        said = _said(text, _COUNTED.search(flow.texts[index - 1][-3:]) is not None if index else False)
        if said is None:
            continue
        element = flow.element(index)
        around = flow.around(element)
        if around & (_NOT_OURS | Sign.HIDDEN):
            continue
        availability, confidence = said
        labelled = bool(flow.near(element, 3) & Sign.STOCK)
        confidence += 0.06 if labelled else 0.0
        confidence -= 0.0 if len(text) <= 60 or labelled else 0.12
        found.append(Stock(availability, min(confidence, 0.97), text[:60], index, _count(text)))
    if price is not None and any(one.confidence >= _BARE and abs(one.order - price) <= _BESIDE for one in found):
        found = [one for one in found if one.confidence > _MENTIONED]
    active = [button for button in cart if button.active]
    if active:
        sure = any(button.certain for button in active)
        found.append(
            Stock(Availability.IN_STOCK, 0.72 if sure else 0.55, "an active cart button", active[0].order, button=True)
        )
    elif cart and not any(button.active for button in cart) and any(button.certain for button in cart):
        found.append(
            Stock(Availability.OUT_OF_STOCK, 0.5, "a cart button that cannot be pressed", cart[0].order, button=True)
        )
    return sorted(found, key=lambda stock: -stock.confidence)


_MENTIONED: Final = 0.7
"""What a text is worth that says more than the stock ..."""
_BARE: Final = 0.78
"""... and, at least, one that says nothing else."""
_BESIDE: Final = 6
"""Texts between a price and what belongs to it."""


def of_name(title: str, order: int) -> Stock | None:
    """What a product's name says of its stock at its end, for the text `order`."""
    match = _SOLD_NAME.search(title[-40:])
    if match is None:
        return None
    said = Availability.OUT_OF_STOCK if match["sold"] else Availability.BACK_ORDER
    return Stock(said, 0.95, title[-60:], order)


def denied(text: str) -> bool:
    """Whether a text says anywhere that something cannot be had: a reason to look closer."""
    return _OUT.search(text.lower()) is not None


@lru_cache(maxsize=8192)
def _said(text: str, counted: bool) -> tuple[Availability, float] | None:
    """What one short text, lower case, says of stock; `counted`: a number stands before it ("43", "sold").

    The pages of a shop say the same over and over."""
    if (match := _LEFT_COUNT.fullmatch(text)) is not None:
        return Availability.IN_STOCK if int(match[1]) else Availability.OUT_OF_STOCK, 0.88
    if (match := _COUNT_FIRST.fullmatch(text)) is not None:
        return Availability.IN_STOCK if int(match[1]) else Availability.OUT_OF_STOCK, 0.86
    if _GONE_BUTTON.search(text):
        return (Availability.OUT_OF_STOCK, 0.78) if len(text) <= 60 else None
    if len(text) <= 60 and _RETURNS.search(text):
        return Availability.OUT_OF_STOCK, 0.9
    if len(text) <= 80 and (_LATER.search(text) or _RESERVED.fullmatch(text)):
        return Availability.BACK_ORDER, 0.8
    if (match := _OUT.search(text)) is not None:
        if _NEGATED.search(text):
            return None
        return Availability.OUT_OF_STOCK, 0.88 if match.end() - match.start() > len(text) / 3 else _MENTIONED
    if not counted and _SOLD.fullmatch(text):
        return Availability.OUT_OF_STOCK, 0.75
    if _BACK.search(text) and len(text) <= 60:
        return Availability.BACK_ORDER, 0.8
    if _PRE.search(text) and len(text) <= 60:
        return Availability.BACK_ORDER, 0.7
    if _AVAILABLE.fullmatch(text):
        return Availability.IN_STOCK, 0.86
    if (match := _IN.search(text)) is not None:
        if _NEGATED.search(text):
            return Availability.IN_STOCK, 0.6
        return Availability.IN_STOCK, 0.86 if match.end() - match.start() > len(text) / 3 else _MENTIONED
    return None


def _count(text: str) -> int | None:
    match = _LEFT_COUNT.fullmatch(text) or _COUNT.search(text)
    return int(next(group for group in match.groups() if group)) if match else None
