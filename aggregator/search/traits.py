"""Pure: colours and sizes to narrow by, from what shops write beside "Couleur" and "Taille".

Colours become one of sixteen families, however the shade is called; sizes become labels that are the same in every
shop: "T38", "38 EU" and "EU 38" are "38". What cannot be read is left out: it stays in the text that is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from aggregator.search.text import fold

Pair = tuple[str, str]
"""(name, value) of a variant or attribute, as the shop writes it."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


COLOURS: Final = (
    "noir", "blanc", "gris", "argenté", "beige", "marron", "doré", "jaune", "orange", "rouge", "rose", "violet", "bleu",
    "vert", "multicolore", "transparent",
)  # fmt: skip
"""The families, in the order in which a page shows them."""

_SHADES: Final = {
    "noir": "noir noire noirs noires black ebene onyx jais schwarz",
    "blanc": "blanc blanche blancs blanches white ivoire ivory albatre optique neige",
    "gris": "gris grise grises grey gray anthracite ardoise souris graphite charcoal acier beton cendre perle",
    "argenté": "argent argente argentee argentes argentees silver inox chrome",
    "beige": "beige beiges ecru ecrue creme cream sable sand lin naturel naturelle nude grege taupe vanille champagne "
    "avoine",
    "marron": "marron brun brune bruns brunes brown chocolat camel cognac caramel fauve noisette cafe acajou chataigne "
    "chatain tabac moka tan havane chene noyer cannelle ecaille terre",
    "doré": "dore doree dores dorees gold golden or laiton bronze cuivre cuivree",
    "jaune": "jaune jaunes yellow moutarde citron safran ocre curry mimosa miel",
    "orange": "orange oranges rouille terracotta brique corail coral abricot mandarine peche tangerine",
    "rouge": "rouge rouges red bordeaux cerise carmin vermillon grenat rubis lie burgundy coquelicot",
    "rose": "rose roses pink fuchsia framboise saumon magenta blush poudre",
    "violet": "violet violette violets violettes purple prune lilas mauve lavande aubergine parme violine amethyste",
    "bleu": "bleu bleue bleus bleues blue marine navy turquoise petrole canard indigo denim ciel azur cyan cobalt "
    "outremer roi jean saphir",
    "vert": "vert verte verts vertes green kaki khaki olive sapin emeraude sauge menthe anis amande bouteille tilleul "
    "pistache eucalyptus mousse jade",
    "multicolore": "multicolore multicolores multi multicolor multicolour bariole arlequin assortis assorties assorti",
    "transparent": "transparent transparente incolore translucide clear cristal",
}
_FAMILY_OF: Final = {shade: family for family, shades in _SHADES.items() for shade in shades.split()}
SHADES: Final = frozenset(_FAMILY_OF)
"""Folded words by which shops call a colour."""
_PHRASES: Final = {
    ("or", "rose"): "doré", ("rose", "gold"): "doré", ("gris", "perle"): "gris", ("gris", "argent"): "gris",
    ("vert", "eau"): "vert", ("arc", "ciel"): "multicolore", ("lie", "vin"): "rouge", ("bleu", "canard"): "bleu",
    ("blanc", "creme"): "blanc", ("blanc", "perle"): "blanc", ("terre", "cuite"): "orange", ("vieux", "rose"): "rose",
    ("rose", "poudre"): "rose", ("bleu", "ardoise"): "bleu", ("bleu", "acier"): "bleu", ("vert", "amande"): "vert",
    ("bois", "rose"): "rose", ("noir", "mat"): "noir", ("vert", "menthe"): "vert", ("bleu", "lavande"): "bleu",
    ("jaune", "or"): "jaune", ("beige", "rose"): "beige", ("gris", "beige"): "gris", ("bleu", "gris"): "bleu",
    ("gris", "bleu"): "gris", ("bleu", "vert"): "bleu", ("rouge", "orange"): "rouge", ("rouge", "brique"): "rouge",
    ("or", "jaune"): "doré", ("or", "blanc"): "argenté", ("rouge", "terre"): "rouge", ("brun", "rouge"): "marron",
}  # fmt: skip
"""Two words that are one shade; with "et", "&" or "/" between them they are two."""
_SEVERAL: Final = 4
"""So many colours of one thing are "multicolore" for who narrows."""
_OPEN: Final = _set(
    "noir noire noirs noires blanc blanche blancs blanches gris grise grises beige beiges ecru ecrue marron bleu bleue "
    "bleus bleues vert verte verts vertes rouge rouges jaune jaunes violet violette kaki turquoise bordeaux dore doree "
    "argente argentee multicolore"
)
"""What a title can say without a doubt: "rose" and "orange" are a flower and a fruit."""
_NOT_A_COLOUR: Final = _set(
    "vin vins the thes cafe poivre chocolat fromage savon tableau riz haricot haricots bois marche boite carte page "
    "olive olives biere pain boudin viande fruit fruits tomate tomates chou raisin mer cote sucre ail argile carre "
    "lune drap"
)
"""After these, a colour says which kind it is, and not how it looks."""

_COLOUR_NAME: Final = re.compile(r"(?:couleurs?|coloris|colou?rs?|teintes?|tons?)\b(?! de peau)")
_SIZE_NAME: Final = re.compile(
    r"(?:tailles?|pointures?|sizes?|ages?)(?: (?:adulte|enfant|bebe|femme|homme|eu|fr|europeenne|francaise|vetements?"
    r"|chaussures?|standard|us eu))?"
)
_MEASURE_NAME: Final = re.compile(r"(?:dimensions?|format|mesures|largeur x longueur)(?: (?:cm|en cm|du linge))?")
_LINEN: Final = re.compile(
    r"\b(?:draps?|housses?|parures?|couettes?|oreillers?|taies?|couvertures?|plaids?|nappes?|serviettes?|rideaux?"
    r"|voilages?|tapis|matelas|surmatelas|edredons?|couvre-lits?|boutis|foutas?|coussins?|alese|traversins?|torchons?)\b"
)
_WORD: Final = re.compile(r"[a-z0-9]+")
_BETWEEN: Final = re.compile(r"\s*(?:/|,|;|\||&|\+|\bet\b|\band\b)\s*")
_LETTERS: Final = {
    **{name: name.upper() for name in ("xxs", "xs", "s", "m", "l", "xl", "xxl")},
    "2xs": "XXS", "2xl": "XXL", "xxxl": "3XL", "xxxxl": "4XL", "small": "S", "medium": "M", "large": "L",
    "x small": "XS", "extra small": "XS", "x large": "XL", "extra large": "XL", "xx large": "XXL",
    **{f"{number}xl": f"{number}XL" for number in range(3, 9)},
    **dict.fromkeys(("tu", "unique", "taille unique", "one size", "onesize", "os", "u"), "Taille unique"),
    "naissance": "Naissance", "nouveau ne": "Naissance", "newborn": "Naissance",
}  # fmt: skip
_NUMBER: Final = re.compile(r"(?:taille|pointure|t|eu|fr)?\s*(\d{2})(?:[.,](5)|\s*(1/2))?\s*(?:eu|fr)?")
_EU: Final = re.compile(r"(?:\beu\s*(\d{2}(?:[.,]5)?)\b|\b(\d{2}(?:[.,]5)?)\s*eu\b)")
_SPAN: Final = re.compile(r"(\d{2})\s*(?:-|–|a)\s*(\d{2})")
_AGE: Final = re.compile(r"(\d{1,2})(?:\s*(?:-|–|/|a)\s*(\d{1,2}))?\s*(ans?|a|years?|yrs?|y|mois|months?|m)")
_CUP: Final = re.compile(r"(\d{2,3})\s*([a-h])")
_JEANS: Final = re.compile(r"w\s*(\d{2})(?:\s*[/-]?\s*l\s*(\d{2}))?")
_FLAT: Final = re.compile(r"(\d{2,3})\s*(?:cm)?\s*[x×*]\s*(\d{2,3})\s*(?:cm)?")
_SMALLEST, _LARGEST = 15, 66
_MONTHS, _YEARS = 48, 18
_ORDER: Final = {label: place for place, label in enumerate(("XXS", "XS", "S", "M", "L", "XL", "XXL"))}


def colours(title: str, pairs: Iterable[Pair]) -> tuple[str, ...]:
    """The colour families of a thing, in the order of `COLOURS`: as its variants and attributes say; where none of
    these names a colour, as the title says without a doubt."""
    found = {family for name, value in pairs for family in _colours_of(name, value)}
    if not found:
        found = set(_of_title(title))
    if len(found) >= _SEVERAL:
        found.add("multicolore")
    return tuple(family for family in COLOURS if family in found)


def sizes(title: str, pairs: Iterable[Pair]) -> tuple[str, ...]:
    """The sizes of what is worn, and of linen, as clean labels in the order in which they grow."""
    linen: bool | None = None
    found: dict[str, None] = {}
    for name, value in pairs:
        labels, measures = _sizes_of(name, value)
        found.update(dict.fromkeys(labels))
        if measures:
            linen = _LINEN.search(fold(title)) is not None if linen is None else linen
            if linen:
                found.update(dict.fromkeys(measures))
    return tuple(sorted(found, key=size_order))


def size_order(label: str) -> tuple[int, float, str]:
    """Sorts sizes as shoppers expect: ages, letters, numbers, then measures, each growing."""
    if label == "Naissance":
        return 0, 0.0, label
    if age := _AGE.fullmatch(label):
        return 0, int(age[1]) / (12 if age[3] == "mois" else 1) + 0.01, label
    if label in _ORDER:
        return 1, float(_ORDER[label]), label
    if label.endswith("XL"):
        return 1, 7.0 + int(label[:-2]), label
    if number := re.match(r"W?(\d+)(?:,(5))?", label):
        measure = "×" in label
        return 3 if measure else 2, int(number[1]) + (0.5 if number[2] else 0.0), label
    return 4, 0.0, label


# -- colours ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32_768)
def _colours_of(name: str, value: str) -> tuple[str, ...]:
    if not _COLOUR_NAME.match(fold(name).strip()):
        return ()
    found: dict[str, None] = {}
    for part in _BETWEEN.split(fold(value)[:200]):
        found.update(dict.fromkeys(_families(_WORD.findall(part))))
    return tuple(found)


def _families(read: list[str]) -> Iterator[str]:
    """The families that one shade's words name: of two words that are one shade, only that."""
    read = [word for word in read if word not in ("d", "de", "en", "a", "la", "le")]
    place = 0
    while place < len(read):
        both = _PHRASES.get((read[place], read[place + 1])) if place + 1 < len(read) else None
        if both is not None:
            yield both
            place += 2
            continue
        if family := _FAMILY_OF.get(read[place]):
            yield family
            if place + 1 < len(read) and _FAMILY_OF.get(read[place + 1]) not in (None, family) and len(read) == 2:
                return  # "vert olive", "rouge cerise": the second says which, even where it is a colour as well
        place += 1


def _of_title(title: str) -> Iterator[str]:
    read = _WORD.findall(fold(title)[:200])
    if not read or read[0] in ("le", "la", "les", "l", "un", "une"):  # so begin names: of books, records, pictures
        return
    for before, word in pairwise(read):
        if word in _OPEN and before not in _NOT_A_COLOUR:
            yield _FAMILY_OF[word]


# -- sizes -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32_768)
def _sizes_of(name: str, value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(sizes of wear, measures that are a size if the thing is of linen)."""
    named = " ".join(_WORD.findall(fold(name)))
    worn = _SIZE_NAME.fullmatch(named) is not None
    if not worn and not _MEASURE_NAME.fullmatch(named):
        return (), ()
    text = " ".join(fold(value[:200].replace("½", " 1/2").partition("(")[0]).split())
    labels: dict[str, None] = {}
    if worn:
        labels.update(dict.fromkeys(_worn(text)))
    measures = {f"{flat[1]} × {flat[2]}": None for part in _BETWEEN.split(text) if (flat := _FLAT.fullmatch(part))}
    return tuple(labels), tuple(measures)


def _worn(text: str) -> Iterator[str]:
    whole = _one(text)
    if whole is not None:
        yield whole
        return
    if known := _EU.search(text):  # "42 EU / 8.5 US": only ours is a size here
        yield (known[1] or known[2]).replace(".", ",")
        return
    for part in _BETWEEN.split(text):
        if (label := _one(part)) is not None:
            yield label


def _one(text: str) -> str | None:
    """One size; None where it is several, or none."""
    plain = text.replace("-", " ").replace(".", " ").strip()
    if label := _LETTERS.get(plain.removeprefix("taille ").strip()) or _LETTERS.get(plain):
        return label
    if age := _AGE.fullmatch(text):
        months = age[3].startswith("m")
        return _age(age) if int(age[2] or age[1]) <= (_MONTHS if months else _YEARS) else None
    if number := _NUMBER.fullmatch(text):
        if not _SMALLEST <= int(number[1]) <= _LARGEST:
            return None
        return number[1] + (",5" if number[2] or number[3] else "")
    if span := _SPAN.fullmatch(text):
        return f"{span[1]}-{span[2]}" if _SMALLEST <= int(span[1]) < int(span[2]) <= _LARGEST else None
    if cup := _CUP.fullmatch(text):
        return f"{cup[1]}{cup[2].upper()}" if 65 <= int(cup[1]) <= 130 else None
    if jeans := _JEANS.fullmatch(text):
        return f"W{jeans[1]}" + (f" L{jeans[2]}" if jeans[2] else "")
    return None


def _age(age: re.Match[str]) -> str:
    unit = "mois" if age[3].startswith("m") else "ans"
    if age[2]:
        return f"{age[1]}-{age[2]} {unit}"
    return f"{age[1]} {'an' if unit == 'ans' and age[1] == '1' else unit}"
