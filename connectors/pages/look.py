"""What a page offers to do, counted once for the signs of its kind: cart buttons, quantities, prices on request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from selectolax.lexbor import LexborNode

from connectors.pages.page import Page
from connectors.pages.tiles import Tiles

_CONTROLS: Final = (
    "button,input,[role=button],product-form,form[action*='cart/add' i],a[class*=cart i],a[id*=cart i],a[class*=buy i],"
    "a[class*=btn i],a[class*=button i],a[class*=bouton i]"
)
_MAX_CONTROLS: Final = 600
_PRESSED: Final = frozenset({"submit", "button", "image"})
_BUY: Final = re.compile(
    r"ajout\w* (?:[àa]u?|dans) (?:mon |le |votre )?(?:panier|caddie|cabas)|mettre (?:au|dans le) panier"
    r"|^acheter|^j.ach[èe]te|^(?:je )?command(?:er|e)$|^pr[ée]-?command|^r[ée]server"
    r"|add.?to.?(?:my )?(?:cart|bag|basket|trolley)"
    r"|buy.?(?:it )?now|^buy$|^pre-?order|in den (?:waren|einkaufs)(?:korb|wagen)|jetzt kaufen"
    r"|a[ñn]adir (?:al|a la)|agregar al|^comprar|aggiungi al|^acquista|toevoegen aan|in winkel|do koszyka"
    r"|do ko[šs][íi]ka|ko[šs][íi]ku"
    r"|kos[áa]rba|в корзину|купить|sepete ekle|adicionar ao|l[äa]gg i|k[öo]p nu|L[äa]gg till|K[øo]b nu"
    r"|i kurv|addtocart|add_to_cart|single_add|カートに|购物车|장바구니|구매|أضف|اشتر|купити|ostoskoriin|lisa korvi"
    r"|į krepšelį|grozā",
    re.I,
)
_NOT_BUY: Final = re.compile(
    r"commander? (?:mes|ma|la)|valider|continuer|voir|view|update|mettre [àa] jour|checkout|empty|vider"
    r"|close|fermer|search",
    re.I,
)
_QUANTITY: Final = re.compile(
    r"(?:qu?ty|quantity|qte|quantite)(?:\[\]|[-_]?wanted|[-_]?input)?\Z|quantity[-_]\w+\Z", re.I
)
"""Of one product; in a cart the names hold the line's number."""
_CHECKOUT: Final = re.compile(
    r"(?:passer|finaliser|valider|confirmer) (?:la |ma |votre |le |mon )?(?:commande|panier)"
    r"|proc[ée]der au paiement|checkout|recalculer"
    r"|(?:mettre [àa] jour|actualiser|vider) (?:le |mon )?panier|update (?:cart|basket)|zur kasse"
    r"|continuer mes achats|poursuivre mes achats",
    re.I,
)
"""What carts have; the little ones that come with every page are left out."""
_ONWARD: Final = re.compile(r"/(?:checkout|commande|commander|order|onepage|paiement|payment)s?\b(?!.*add)", re.I)
"""Where a cart's buttons lead."""
_LINE: Final = re.compile(r"cart\[|updates\[|product-quantity|(?:q|qt[ey]|quantite|quantity)[\[_-]?\d+", re.I)
_REQUEST: Final = re.compile(
    r"sur devis|demande[rz]? (?:un |de )?devis|demande de devis|(?:prix|tarif)\W{1,4}sur demande|nous consulter"
    r"|price on (?:request|application)|call for (?:price|pricing)|preis auf anfrage",
    re.I,
)
_ASKED: Final = re.compile(
    r"\W*(?:(?:le |notre )?(?:prix|tarif|price|preis)\W*)?(?:uniquement )?"
    r"(?:sur devis|sur demande|nous consulter|(?:price )?(?:up)?on (?:request|application)|auf anfrage)\W*\Z",
    re.I,
)
"""The whole of a text that stands where a price would."""
_CHOICES: Final = ("option", "label", "a", "button")
_BELOW_TITLE: Final = 40
"""Texts between a title and what stands in its price's place."""
_ABSENT: Final = re.compile(
    r"\W*(?:(?:produit|article|actuellement|temporairement|momentan[ée]ment)? ?(?:[ée]puis[ée]e?"
    r"|en rupture(?: de stock)?|rupture de stock|indisponible|victime de son succ[èe]s)"
    r"|(?:currently )?(?:out of stock|sold out|unavailable)|(?:derzeit )?(?:ausverkauft|nicht verf[üu]gbar)"
    r"|agotado|esaurito)\W*\Z",
    re.I,
)
_WAITING: Final = re.compile(
    r"modal|dropdown|drop-down|popup|pop-up|offcanvas|drawer|sidebar|header|overlay|lightbox|collapse|tooltip|hidden",
    re.I,
)
_STOCKED: Final = re.compile(
    r"\W*(?:(?:disponibilit[ée]|stock|availability|verf[üu]gbarkeit) ?: ?)?"
    r"(?:(?:produit|article)? ?(?:(?:actuellement )?en stock|sur commande"
    r"|disponible(?: imm[ée]diatement| sur commande)?"
    r"|vendue?)|bient[ôo]t de retour|in stock|(?:available )?on (?:order|backorder)|auf lager|lieferbar|vorr[äa]tig"
    r"|plus que \d+(?: en stock)?|derni[èe]res? pi[èe]ces?(?: disponibles?)?|\d+ (?:articles? )?en stock)\W*\Z",
    re.I,
)
"""The whole of a text that says whether something can be had."""
_FEW_PRICES: Final = 3
_BESIDE: Final = 8
"""Texts between a price and what is said of its stock."""
_CART_ADDRESS: Final = re.compile(
    r"cart|panier|basket|caddie|warenkorb|ajout|add|achat|acheter|buy|commande|order|checkout", re.I
)


@dataclass(frozen=True, slots=True)
class Look:
    own_buttons: int
    """What puts something into the cart, outside of cards ..."""
    card_buttons: int
    """... and within them."""
    quantities: int
    """Quantities to fill in, outside of cards."""
    shown: int
    """Prices outside of cards."""
    lines: int
    """Quantities that are named by a cart's lines."""
    checkouts: int
    """What leads on from a cart."""
    request: bool
    """It names no price and has no cart button, and says that it is to be asked for ..."""
    absent: bool
    """... or sold out."""
    stocked: bool = False
    """No cart button, but beside the one price outside of cards it is said whether the thing can be had."""
    asked: bool = False
    """Right below the title, above all cards, stands in the price's place that it is to be asked for."""

    @property
    def sells(self) -> bool:
        """Something can be bought here, or asked for, or could be bought."""
        return self.own_buttons > 0 or self.shown > 0 or self.request or self.absent


def look(page: Page, tiles: Tiles) -> Look:
    own = in_cards = quantities = lines = checkouts = 0
    for node in page.tree.css(_CONTROLS)[:_MAX_CONTROLS]:
        if node.tag == "input" and (node.attrs.get("type") or "text").lower() not in _PRESSED:
            name = node.attrs.get("name") or ""
            quantities += _QUANTITY.match(name) is not None and not tiles.holds(node)
            lines += _LINE.match(name) is not None and not waits(node)
            continue
        text = _said(node)
        if node.tag == "a" and _ONWARD.search(node.attrs.get("href") or "") is not None:
            checkouts += not tiles.holds(node) and not waits(node)
        elif _buys(node, text):
            held = tiles.holds(node)
            own += not held
            in_cards += held
        elif len(text) <= 60 and _meaning(text) == "onward":
            checkouts += not tiles.holds(node) and not waits(node)
    shown = len(tiles.free_prices)
    request, absent = (False, False) if shown or own else _excuses(tiles)
    stocked = not own and 1 <= shown <= _FEW_PRICES and _is_stocked(tiles)
    asked = request and all(group.place == "after" for group in tiles.groups) and _is_asked(tiles)
    return Look(own, in_cards, quantities, shown, lines, checkouts, request, absent, stocked, asked)


def _excuses(tiles: Tiles) -> tuple[bool, bool]:
    """(to be asked for, sold out): what stands where a price would, outside of cards."""
    request = absent = False
    for text, node in zip(tiles.walk.texts, tiles.walk.nodes, strict=True):
        if not 6 <= len(text) <= 80:
            continue
        asks = _REQUEST.search(text) is not None
        if (asks or _ABSENT.match(text) is not None) and _is_said(node, tiles, ("option",)):
            request, absent = request or asks, absent or not asks
    return request, absent


def _is_asked(tiles: Tiles) -> bool:
    """Whether the texts below the title hold one that stands for a price, before any card."""
    left = 0
    for text, node in zip(tiles.walk.texts, tiles.walk.nodes, strict=True):
        if tiles.title is not None and _is_within(node, tiles.title):
            left = _BELOW_TITLE
        elif left:
            left -= 1
            if node.parent is not None and tiles.holds(node.parent):
                return False
            if len(text) <= _BELOW_TITLE and _ASKED.match(text) is not None and _is_said(node, tiles, _CHOICES):
                return True
    return False


def _is_within(node: LexborNode, heading: LexborNode) -> bool:
    current = node.parent
    for _ in range(3):
        if current is None or current.mem_id == heading.mem_id:
            return current is not None
        current = current.parent
    return False


def _is_stocked(tiles: Tiles) -> bool:
    """Whether a phrase of stock stands beside the one price outside of cards (and its old one)."""
    texts, nodes = tiles.walk.texts, tiles.walk.nodes
    for at in tiles.free_texts[:_FEW_PRICES]:
        for index in range(max(0, at - _BESIDE), min(len(texts), at + _BESIDE + 1)):
            text = texts[index]
            says = len(text) <= 60 and (_ABSENT.match(text) or _STOCKED.match(text)) is not None
            if says and _is_said(nodes[index], tiles, ("option", "label", "a")):
                return True
    return False


def _is_said(node: LexborNode, tiles: Tiles, choices: tuple[str, ...]) -> bool:
    """Whether a text stands on the page itself: not in a card, and not as something to choose."""
    parent = node.parent
    return parent is not None and parent.tag not in choices and not tiles.holds(parent)


def waits(node: LexborNode) -> bool:
    """True for what waits in a window, a header or a corner of every page, and is not the page's own."""
    current = node.parent
    for _ in range(8):
        if current is None or current.tag == "body" or not current.is_element_node:
            break
        names = f"{current.attrs.get('class') or ''} {current.attrs.get('id') or ''}"
        if current.tag in ("header", "aside", "dialog", "nav", "footer") or _WAITING.search(names) is not None:
            return True
        current = current.parent
    return False


def _said(node: LexborNode) -> str:
    """What stands on a button."""
    attributes = node.attrs
    text = (attributes.get("value") or "") if node.tag == "input" else node.text()
    return (
        " ".join(text[:200].split())
        or attributes.get("title")
        or attributes.get("alt")
        or attributes.get("aria-label")
        or ""
    )


def _buys(node: LexborNode, text: str) -> bool:
    """True for what adds to the cart or buys at once."""
    attributes = node.attrs
    tag = node.tag
    if tag == "form" or tag == "product-form":
        return True
    if len(text) > 60:
        return False
    said = _meaning(text)
    if said in ("other", "onward"):
        return False
    named = "".join(attributes.get(name) or "" for name in ("name", "id", "class", "data-button-action")).lower()
    called = _named(named.replace("-", "").replace("_", ""))
    if not called and said != "buy":
        return False
    href = (attributes.get("href") or "") if tag == "a" else ""
    # a link that says "buy" may only lead to the product's page
    return called or not href or href.startswith(("#", "javascript:")) or _CART_ADDRESS.search(href) is not None


@lru_cache(maxsize=4096)
def _meaning(text: str) -> Literal["buy", "onward", "other", ""]:
    """What a button says; kept, since a site's buttons say the same on every page."""
    if _NOT_BUY.search(text) is not None:
        return "onward" if _CHECKOUT.search(text) is not None else "other"
    if _BUY.search(text) is not None:
        return "buy"
    return "onward" if _CHECKOUT.search(text) is not None else ""


def _named(name: str) -> bool:
    adds = "addto" in name and ("addtocart" in name or "addtobasket" in name or "addtobag" in name)
    return adds or "buynow" in name
