"""What a page offers to do, counted once for the signs of its kind: cart buttons, quantities, prices on request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

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
    r"ajout\w* (?:[àa]u?|dans) (?:mon |le |votre )?(?:panier|caddie|cabas)|mettre (?:au|dans le) panier|^acheter|^j.ach[èe]te|^(?:je )?command(?:er|e)$|^pr[ée]-?command|^r[ée]server|add.?to.?(?:my )?(?:cart|bag|basket|trolley)"
    r"|buy.?(?:it )?now|^buy$|^pre-?order|in den (?:waren|einkaufs)(?:korb|wagen)|jetzt kaufen|a[ñn]adir (?:al|a la)|agregar al|^comprar|aggiungi al|^acquista|toevoegen aan|in winkel|do koszyka|do ko[šs][íi]ka|ko[šs][íi]ku"
    r"|kos[áa]rba|в корзину|купить|sepete ekle|adicionar ao|l[äa]gg i|k[öo]p nu|L[äa]gg till|K[øo]b nu|i kurv|addtocart|add_to_cart|single_add|カートに|购物车|장바구니|구매|أضف|اشتر|купити|ostoskoriin|lisa korvi|į krepšelį|grozā",
    re.I,
)
_NOT_BUY: Final = re.compile(
    r"commander? (?:mes|ma|la)|valider|continuer|voir|view|update|mettre [àa] jour|checkout|empty|vider|close|fermer|search",
    re.I,
)
_QUANTITY: Final = re.compile(
    r"(?:qu?ty|quantity|qte|quantite)(?:\[\]|[-_]?wanted|[-_]?input)?\Z|quantity[-_]\w+\Z", re.I
)
"""Of one product; in a cart the names hold the line's number."""
_REQUEST: Final = re.compile(
    r"sur devis|demande[rz]? (?:un|de) devis|prix sur demande|nous consulter|tarif sur demande|price on (?:request|application)|call for (?:price|pricing)|preis auf anfrage",
    re.I,
)
_MAX_READ: Final = 200_000


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
    request: bool
    """It names no price and says that it is to be asked for."""

    @property
    def sells(self) -> bool:
        """Something can be bought here, or asked for."""
        return self.own_buttons > 0 or self.shown > 0 or self.request


def look(page: Page, tiles: Tiles) -> Look:
    own = in_cards = quantities = 0
    for node in page.tree.css(_CONTROLS)[:_MAX_CONTROLS]:
        if node.tag == "input" and (node.attrs.get("type") or "text").lower() not in _PRESSED:
            named = f"{node.attrs.get('name') or ''}"
            quantities += _QUANTITY.match(named) is not None and not tiles.holds(node)
        elif _buys(node):
            held = tiles.holds(node)
            own += not held
            in_cards += held
    shown = len(tiles.free_prices)
    body = page.tree.body
    request = not shown and not own and body is not None and _REQUEST.search(body.text()[:_MAX_READ]) is not None
    return Look(own, in_cards, quantities, shown, request)


def _buys(node: LexborNode) -> bool:
    attributes = node.attrs
    if node.tag == "form" or node.tag == "product-form":
        return True
    text = (attributes.get("value") or "") if node.tag == "input" else node.text()
    text = " ".join(text[:200].split())
    if len(text) > 60:
        return False
    if not text:
        text = attributes.get("title") or attributes.get("alt") or attributes.get("aria-label") or ""
    if _NOT_BUY.search(text):
        return False
    names = f"{attributes.get('name') or ''} {attributes.get('id') or ''} {attributes.get('class') or ''} {attributes.get('data-button-action') or ''}"
    return _BUY.search(text) is not None or _BUY.search(names.replace("-", "").replace("_", "")) is not None
