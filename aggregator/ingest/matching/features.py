"""What matching knows of one listing: read once from what its shop says, compared many times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from aggregator.ingest.categories import SHIPPED, read
from aggregator.ingest.matching import measures
from aggregator.ingest.matching.measures import Measure
from aggregator.ingest.matching.texts import PART, brand_of, fold, squash, trustworthy_gtin
from aggregator.ingest.matching.words import (
    CRAFT_PHRASES,
    CRAFT_WORDS,
    MEANINGS,
    Kind,
)


@dataclass(frozen=True, slots=True)
class Item:
    """What a shop says of a product that helps to know it elsewhere."""

    title: str
    brand: str | None = None
    gtins: tuple[str, ...] = ()
    """GTIN-14, of all its variants."""
    codes: tuple[str, ...] = ()
    """Maker's part numbers, where they are known to be that."""
    skus: tuple[str, ...] = ()
    """The shop's references: often its own, sometimes the maker's."""
    options: tuple[tuple[str, str], ...] = ()
    """(name, value) of its variants: ("Couleur", "Rouge")."""
    variants: int = 1
    category: str | None = None
    """Node of the portal's tree."""
    lowest_minor: int | None = None
    highest_minor: int | None = None
    currency: str | None = None
    condition: str | None = None
    """Google Merchant's word; None where it is not said."""
    shop_id: int = 0
    """0 where it is of no known shop."""
    shop_name: str = ""


Word = tuple[str, float]
"""(word, weight): 1 for an ordinary one, less for what shops leave out or all products of a kind share."""


@dataclass(frozen=True, slots=True)
class Features:
    """An `Item`, read."""

    title: str
    """Folded."""
    brand: str
    """Squashed to letters and digits; "" where unknown."""
    brand_words: tuple[str, ...]
    gtins: tuple[str, ...]
    """Only such that mean one product everywhere."""
    words: tuple[Word, ...]
    """Of the title, in its order, without repeats."""
    squashed: str
    """All letters and digits of the title."""
    named: str
    """The part of `squashed` that is not after "pour" or "compatible avec"."""
    codes: tuple[str, ...]
    """Model and part numbers, squashed; sorted."""
    skus: tuple[str, ...]
    numbers: tuple[str, ...]
    """Bare small numbers: "tome 2", "v5", "iii"."""
    years: tuple[str, ...]
    measures: tuple[Measure, ...]
    counts: tuple[int, ...]
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    marks: tuple[str, ...]
    """`class:value` of `words`."""
    target: tuple[str, ...]
    """The words after "pour" or "compatible avec": another product's name."""
    option_values: tuple[str, ...]
    """Colours, sizes and measures that its variants have, where there are several."""
    several: bool
    """It has several variants."""
    category: str
    lowest_minor: int | None
    highest_minor: int | None
    currency: str | None
    craft: bool
    shop_id: int
    doubted_gtins: tuple[str, ...] = ()
    """Left out of `gtins`: its shop uses them on something else too."""


_CHUNK = re.compile(r"[a-z0-9]+(?:[-/.+&'][a-z0-9]+)*")
_SIZE = re.compile(
    r"(?<![a-z0-9])(?:(?:tailles?|size|pointures?|grosse|gr|eu|fr|t)[ .:]{0,2}"
    r"(\d{2}(?:[.,]5)?(?:/\d{2})?|[2-6]?x{0,4}[sml]|tu)|([2-6]?x{1,4}[sl]))(?![a-z0-9])"
)
_LONE_SIZE = re.compile(r"(?<!\d)[-–,/ (](S|M|L)\)?\s*$")
"""But for "1 L": a litre."""
_ORDER = re.compile(
    r"(?<![a-z0-9])(?:(?:tome|volume|vol|numero|num|no|nr|n|t|v|band|bd|saison|season|staffel|episode|partie|part|teil|"
    r"version|ver|niveau|level|generation|gen)[ .°#]{0,2}0*(\d{1,4}(?:\.\d{1,2})?)"
    r"|0*(\d{1,3})(?:st|nd|rd|th|e|eme|er|ere|ieme|de|ter|te))(?![a-z0-9])"
)
_TARGET = re.compile(
    r"(?<![a-z0-9])(?:pour|for|fur|compatible(?:s)?(?: avec| with| mit)?|convient (?:a|pour|aux))(?![a-z0-9])(.*)"
)
_WHOM = re.compile(
    r"\s*(?:le |la |les |l'|the |a )?(?:homme|femme|enfant|bebe|men|women|kid|fille|garcon|adulte|chien|chat)"
)
_ROMAN: Final = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
}
_SYSTEMS = re.compile(
    r"(?<![a-z0-9])(?:(?:for |pour )?(?:win(?:dows)?|mac(?: os)?(?: x)?)?[ /]?"
    r"(?:95|98|me|nt|2000|2k|xp|vista|10\.\d|or higher)(?![a-z0-9])[ /,]*){2,}"
)
"""The systems that a program runs on, in a row."""
_PRAISE = re.compile(
    r"(?<![a-z])(?:fabrication francaise|fabrique en france|made in (?:france|germany|italy)|pas cher|idee cadeau"
    r"|nouvelle collection|livraison (?:offerte|gratuite|rapide)|expedition (?:offerte|gratuite|rapide)|en stock"
    r"|qualite superieure|neuf sous blister|meilleur prix|satisfait ou rembourse|produit officiel|pour la maison"
    r"|free shipping|brand new|best price|in stock|versandkostenfrei|auf lager|(?:grand|petit) modele)(?![a-z])"
)
_REFERENCE = re.compile(r"(?<![a-z0-9])(?:ref|reference|art|sku)(?:\. ?| ?[:°] ?| )([a-z0-9][a-z0-9./-]{2,})")
_WITH = re.compile(r"(?<![a-z0-9])(?:avec|with|w/|mit|inkl|including|supports)(?![a-z0-9])")
_SPEC = re.compile(
    r"(?:mp[34]|mpeg\d|ddr\d?|gddr\d|usb\d*|hdmi\d*|cat\d\w?|rj\d+|h26[45]|80211\w*|\d{3,4}p|[48]k|[23]d|reseau\dg"
    r"|ip[x\d]\d|lr\d+|cr\d+|e14|e27|gu10|g9|b22|x64|x86|a[3-6]|\d{1,2}bits?|\d+x|sata\d*|\d{1,3}ppm|\d+fps|win\d+"
    r"|\d+(?:min|hr|rpm|tours|vitesses|nits|db|kbps|kcal|deniers?|den)|wifi\d|bt\d+)"
)
_YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")
_CRAFT = re.compile("|".join(map(re.escape, CRAFT_PHRASES)))
_DIGIT = re.compile(r"\d")
_SECOND_HAND: Final = {"used": "cond:used", "refurbished": "cond:used"}


NOUN: Final = 0.6
"""Weight of a word that names a category of goods: it says what it is, not which."""


@cache
def nouns() -> frozenset[str]:
    """The single words that name the portal's own categories, folded, singular."""
    named = (fold(phrase) for node in read(SHIPPED).nodes for phrase in node.words)
    return frozenset(
        word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in named if word.isalpha() and len(word) > 2
    )


def features(item: Item) -> Features:
    """Read an item."""
    reading = _Reading(item)
    brand, brand_words = brand_of(item.brand)
    if brand and item.shop_name and brand == squash(item.shop_name):  # a shop that calls all it sells its own
        brand, brand_words = "", ()
    low, high = item.lowest_minor, item.highest_minor
    return Features(
        title=reading.folded,
        brand=brand,
        brand_words=brand_words,
        gtins=tuple(sorted({gtin for gtin in item.gtins if trustworthy_gtin(gtin)})),
        words=tuple(reading.words.items()),
        squashed=(squashed := "".join(PART.findall(reading.folded))),
        named=squashed.replace("".join(reading.target), "") if reading.target else squashed,
        codes=tuple(sorted(reading.codes)),
        skus=tuple(sorted({code for sku in item.skus if len(code := squash(sku)) >= 4 and _DIGIT.search(code)})),
        numbers=tuple(sorted(reading.numbers)),
        years=tuple(sorted(reading.years)),
        measures=tuple(sorted(reading.measures)),
        counts=reading.counts,
        colours=tuple(sorted(reading.colours)),
        sizes=tuple(sorted(reading.sizes)),
        marks=tuple(sorted(reading.marks)),
        target=reading.target,
        option_values=tuple(sorted(reading.option_values)),
        several=item.variants > 1,
        category=item.category or "",
        lowest_minor=low,
        highest_minor=high if high is not None else low,
        currency=item.currency,
        craft=reading.craft,
        shop_id=item.shop_id,
    )


class _Reading:
    """The title, and what else is said in words, taken apart."""

    def __init__(self, item: Item) -> None:
        self.words: dict[str, float] = {}
        self.codes: set[str] = set()
        self.skus = {code for sku in item.skus if _may_be_code(code := squash(sku))}
        self.numbers: set[str] = set()
        self.years: set[str] = set()
        self.colours: set[str] = set()
        self.sizes: set[str] = set()
        self.marks: set[str] = set()
        self.option_values: set[str] = set()
        self.measures: set[Measure] = set()
        self.counts: tuple[int, ...] = ()
        self.target: tuple[str, ...] = ()
        self.folded = _without_shop(fold(item.title), fold(item.shop_name))
        self.craft = _CRAFT.search(self.folded) is not None
        if " + " in self.folded:
            self.marks.add("plus:more")
        self._title(self.folded, item.title)
        for code in item.codes:
            self._code(fold(code))
        self._options(item)
        if self.target:  # "coque pour SM-G991B": that is the phone's number, not the shell's
            whole = "".join(self.target)
            self.codes = {code for code in self.codes if code not in whole}
        if item.condition in _SECOND_HAND:
            self.marks.add(_SECOND_HAND[item.condition])

    def _title(self, text: str, raw: str) -> None:
        text = _REFERENCE.sub(self._reference, _PRAISE.sub(" ", text))
        quantities = measures.read(text)
        self.measures.update(quantities.measures)
        self.counts = tuple(sorted({*self.counts, *quantities.counts}))
        text = _SYSTEMS.sub(" ", quantities.rest)
        text = _SIZE.sub(self._size, text)
        lone = _LONE_SIZE.search(raw)
        if lone:
            self.sizes.add(lone[1].lower())
        text = _ORDER.sub(self._ordinal, text)
        target = _TARGET.search(text)
        if target and not _WHOM.match(target[1]):
            self.target = tuple(PART.findall(target[1]))
        included = _WITH.search(text)
        if included and included.start() > 0:
            self._chunks(text[: included.start()])
            before = {mark for mark in self.marks if mark.startswith("acc:")}
            self._chunks(text[included.end() :])
            self.marks -= {mark for mark in self.marks if mark.startswith("acc:")} - before
        else:
            self._chunks(text)

    def _chunks(self, text: str) -> None:
        for chunk in _CHUNK.findall(text):
            if chunk.isalpha():
                self._word(chunk)
            elif _DIGIT.search(chunk):
                self._with_digits(chunk)
            else:
                for part in PART.findall(chunk):
                    self._word(part)

    def _size(self, found: re.Match[str]) -> str:
        self.sizes.add((found[1] or found[2]).replace(",", "."))
        return " "

    def _ordinal(self, found: re.Match[str]) -> str:
        self._number(found[1] or found[2])
        return " "

    def _reference(self, found: re.Match[str]) -> str:
        """A shop's "Réf. 123" is its own more often than the maker's."""
        squashed = "".join(PART.findall(found[1]))
        if not _DIGIT.search(squashed):
            return found[0]
        self.skus.add(squashed)
        return " "

    def _number(self, text: str) -> None:
        whole, _, part = text.replace(",", ".").partition(".")
        part = part.rstrip("0")
        self.numbers.add((whole.lstrip("0") or "0") + (f".{part}" if part else ""))

    def _word(self, word: str) -> None:
        if word in CRAFT_WORDS:
            self.craft = True
        meaning = MEANINGS.get(word)
        if meaning is None and len(word) > 3 and word[-1] in "sx":
            word = word[:-1]
            meaning = MEANINGS.get(word)
        if meaning is None:
            if word in _ROMAN:
                self.numbers.add(_ROMAN[word])
            elif word in nouns():
                self.words.setdefault(word, NOUN)
            else:
                self.words.setdefault(word, 1.0 if len(word) > 2 else 0.4)
        elif meaning.kind is Kind.MARK:
            self.marks.add(meaning.value)
            self.words.setdefault(word, 0.35)
        elif meaning.kind is Kind.COLOUR:
            self.colours.add(meaning.value)
            self.words.setdefault(word, 0.2)
        elif meaning.kind is not Kind.NOTHING:
            self.words.setdefault(meaning.value, 0.35 if meaning.kind is Kind.GENERIC else 1.0)

    def _with_digits(self, chunk: str) -> None:
        squashed = "".join(PART.findall(chunk))
        if squashed.isdigit():
            self._digits(chunk, squashed)
        elif _SPEC.fullmatch(squashed):
            self.words.setdefault(squashed, 0.5)
        elif len(squashed) >= 4 and _is_code(squashed):
            self.codes.add(squashed)
            self.words.setdefault(squashed, 1.5)
        else:  # "cs3", "17r", "kit-2": a number that names a version
            for part in PART.findall(chunk):
                if part.isdigit():
                    self._digits(part, part)
                elif part.isalpha():
                    self._word(part)
                else:
                    self.words.setdefault(part, 1.5)
                    self.numbers.add(part)

    def _digits(self, chunk: str, squashed: str) -> None:
        if _YEAR.fullmatch(squashed):
            self.years.add(squashed)
        elif "." in chunk and len(squashed) <= 4:
            self._number(chunk)
        elif "/" in chunk or "-" in chunk:
            for part in PART.findall(chunk):
                self._digits(part, part)
            if len(squashed) >= 7:
                self.codes.add(squashed)
        elif len(squashed) >= 5:
            self.codes.add(squashed)
            self.words.setdefault(squashed, 1.0)
        else:
            self._number(squashed)

    def _code(self, text: str) -> None:
        """A part number that is told as one; words in it ("hp ce278a") are no part of it."""
        for chunk in text.split():
            squashed = "".join(PART.findall(chunk))
            if _may_be_code(squashed) and not _YEAR.fullmatch(squashed):
                self.codes.add(squashed)

    def _options(self, item: Item) -> None:
        several = item.variants > 1
        for name, value in item.options:
            text, named = fold(value), fold(name)
            quantities = measures.read(text)
            is_size = any(word in named for word in ("taille", "size", "pointure", "grosse"))
            colours = {
                meaning.value
                for word in PART.findall(text)
                if (meaning := MEANINGS.get(word)) is not None and meaning.kind is Kind.COLOUR
            }
            if several:
                self.option_values.update(f"colour:{colour}" for colour in colours)
                self.option_values.update(f"{dimension}:{size:g}" for dimension, size in quantities.measures)
                if is_size and not quantities.measures:
                    self.option_values.add(f"size:{text.strip()}")
                continue
            self.colours.update(colours)
            self.measures.update(quantities.measures)
            if is_size and not quantities.measures:
                self.sizes.add(text.strip())
            elif not colours and not quantities.measures:
                self._title(text, value)


def _without_shop(text: str, shop: str) -> str:
    """The title without its shop's name, which some put at its end."""
    return text.replace(shop, " ") if len(shop) > 4 and len(text) > len(shop) + 4 else text


def _may_be_code(squashed: str) -> bool:
    return len(squashed) >= 4 and _DIGIT.search(squashed) is not None


def _is_code(squashed: str) -> bool:
    """Letters and digits mixed so that it is a model, not a word with a number at its end ("usb3", "mark2")."""
    digits = sum(map(str.isdigit, squashed))
    return digits >= 2 or (digits == 1 and len(squashed) <= 6 and not squashed[:-1].isalpha())
