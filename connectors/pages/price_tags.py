"""Which short texts of a page are price tags, and which element shows them. The amounts are read elsewhere.

A sentence that names an amount is none ("Livraison offerte dès 60 €", "comptez environ 20 €"), nor is nothing (0,00 €).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborNode

SILENT: Final = frozenset({"script", "style", "noscript", "template", "title", "textarea", "option", "svg"})
"""Text in there is nothing that a visitor reads (or not as a price)."""
_BEFORE: Final = r"€|EUR\b|[$£¥₹₺₽₪฿]|CHF|USD|GBP|zł|PLN|Kč|kr\b|Ft\b|lei\b|руб|TL\b|SAR|AED|ر\.س|円|元|Rs\.?"
_SIGN: Final = rf"{_BEFORE}|(?i:euros?)\b"
PRICED: Final = re.compile(rf"(?:{_BEFORE})\s?\d|\d[\d.,]*[-–—]{{0,2}}\s?(?:{_SIGN})")
"""An amount beside its currency's sign; "Euro 2024" is none."""
_ALONE: Final = re.compile(rf"[^\w]*(?:{_SIGN})\s?(?:TTC|HT|T\.T\.C|H\.T|TVA\b.{{0,6}})?[^\w]*\Z")
_BARE: Final = re.compile(r"\W{0,3}\d{1,3}(?:[ .,\u00a0\u202f]?\d{3})*(?:[.,]\d{1,2})?\W{0,3}\Z")
_CALLED: Final = re.compile(r"price|prix|preis|prezzo|precio|tarif|amount", re.I)
_CHARGE: Final = re.compile(r"livraison|exp[ée]di|frais|\bport\b|offert|d'achat|shipping|delivery|versand|envío", re.I)
"""Beside these words an amount is no product's price."""
_BESIDE_PRICES: Final = re.compile(
    rf"{_SIGN}|prix|tarif|seulement|partir de|au lieu de|l'unit[ée]|unit[ée]|pi[èe]ce|soit|T\.?T\.?C|H\.?T\b"
    rf"|TVA|price|from|now|was|only|sale"
    r"|regular|special|preis|ab\b|inkl|incl|MwSt|Optionen|promo|r[ée]duit|public|conseill[ée]|de base",
    re.I,
)
_MAX_LETTERS: Final = 14
"""Beside an amount and such words: a sentence that names an amount is no price tag."""
_WORTH: Final = re.compile(r"[1-9]")
"""A digit of an amount that is not nothing: an empty cart's total is no price."""
MAY_PRICE: Final = re.compile(r"[1-9€$£¥₹₺₽₪฿円元]")
"""What a text has to hold to be worth a closer look ..."""
WORDS: Final = frozenset(
    {
        "EUR",
        "euros",
        "Euros",
        "EUROS",
        "euro",
        "CHF",
        "USD",
        "GBP",
        "PLN",
        "SAR",
        "AED",
        "zł",
        "Kč",
        "kr",
        "kr.",
        "Ft",
        "lei",
        "руб",
        "руб.",
        "TL",
        "Rs",
        "Rs.",
        "ر.س",
    }
)
"""... or to be."""
_MAX_ALONE: Final = 14
_MAX_AMOUNT: Final = 60
_MAX_BELOW: Final = 40
"""Nodes of an element that shows an amount; what has more shows more."""


def price_tag(node: LexborNode, text: str) -> LexborNode | None:
    """The element whose price a short text shows, or a part of it; None where it shows none."""
    if _WORTH.search(text) is not None:
        return _amount(node, text)
    return _split_amount(node) if len(text) <= _MAX_ALONE and _ALONE.match(text) is not None else None


def _amount(node: LexborNode, text: str) -> LexborNode | None:
    """The element whose short text is an amount with its currency, or one that is called a price."""
    parent = node.parent
    if parent is None:
        return None
    if PRICED.search(text) is not None:
        if parent.tag in SILENT or _CHARGE.search(text) is not None:
            return None
        said = _BESIDE_PRICES.sub("", text)
        return parent if sum(map(str.isalpha, said)) <= _MAX_LETTERS else None
    if len(text) > 16 or _BARE.match(text) is None:
        return None
    around: LexborNode | None = parent
    for _ in range(3):
        if around is None or not around.is_element_node or around.tag in SILENT:
            return None
        attributes = around.attrs
        if _CALLED.search((attributes.get("class") or "") + (attributes.get("itemprop") or "")) is not None:
            return around
        around = around.parent
    return None


def _split_amount(node: LexborNode) -> LexborNode | None:
    """The element around a currency's sign that holds the amount to it."""
    around = node.parent
    for _ in range(3):
        if around is None or around.tag in SILENT:
            return None
        whole = short_text(around, _MAX_AMOUNT)
        if whole is None:
            return None
        if _WORTH.search(whole) is not None:
            return around
        around = around.parent
    return None


def short_text(node: LexborNode, limit: int) -> str | None:
    """The text of an element; None beyond so many characters, found out without reading them all."""
    pieces = []
    for below in islice(node.traverse(include_text=True, skip_empty=True), _MAX_BELOW):
        if below.is_text_node:
            text = (below.text_content or "").strip()
            limit -= len(text)
            if limit < 0:
                return None
            pieces.append(text)
    return " ".join(pieces)
