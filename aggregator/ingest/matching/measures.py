"""Quantities in a title, whatever their units: "50 cl", "0,5 L" and "500ml" are one value; "lot de 3" is how many.

Everything here works on folded text (lower case, no accents).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

Measure = tuple[str, float]
"""(dimension, value in its base unit: ml, g, mm, MB, W, V, Hz, mAh, megapixels, K, lm, bar, pieces)."""

_UNITS: Final[dict[str, tuple[str, float]]] = {
    **dict.fromkeys(("ml", "millilitre", "millilitres"), ("volume", 1.0)),
    **dict.fromkeys(("cl", "centilitre", "centilitres"), ("volume", 10.0)),
    "dl": ("volume", 100.0),
    **dict.fromkeys(("l", "lt", "litre", "litres", "liter", "liters", "ltr"), ("volume", 1000.0)),
    **dict.fromkeys(("floz", "fl oz", "fl. oz"), ("volume", 29.574)),
    **dict.fromkeys(("cu ft", "cu. ft", "cuft", "cu.ft"), ("volume", 28316.8)),
    "mg": ("mass", 0.001),
    **dict.fromkeys(("g", "gr", "grs", "gramme", "grammes", "gram", "grams", "gramm"), ("mass", 1.0)),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogramme", "kilogrammes"), ("mass", 1000.0)),
    **dict.fromkeys(("oz", "ounce", "ounces"), ("mass", 28.35)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), ("mass", 453.6)),
    **dict.fromkeys(("mm", "millimetre", "millimetres"), ("length", 1.0)),
    **dict.fromkeys(("cm", "centimetre", "centimetres"), ("length", 10.0)),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mt"), ("length", 1000.0)),
    **dict.fromkeys(("inch", "inches", "pouce", "pouces", "zoll", "in."), ("length", 25.4)),
    **dict.fromkeys(("ft", "foot", "feet", "pied", "pieds"), ("length", 304.8)),
    **dict.fromkeys(("mo", "mb"), ("memory", 1.0)),
    **dict.fromkeys(("go", "gb", "gig"), ("memory", 1000.0)),
    **dict.fromkeys(("to", "tb"), ("memory", 1_000_000.0)),
    **dict.fromkeys(("w", "watt", "watts"), ("power", 1.0)),
    **dict.fromkeys(("kw", "kilowatts"), ("power", 1000.0)),
    **dict.fromkeys(("v", "volt", "volts"), ("voltage", 1.0)),
    "hz": ("frequency", 1.0),
    "khz": ("frequency", 1e3),
    "mhz": ("frequency", 1e6),
    "ghz": ("frequency", 1e9),
    "mah": ("charge", 1.0),
    "ah": ("charge", 1000.0),
    **dict.fromkeys(("mp", "mpx", "mpix", "megapixel", "megapixels", "megapixels", "mpixels"), ("pixels", 1.0)),
    "k": ("kelvin", 1.0),
    **dict.fromkeys(("lm", "lumen", "lumens"), ("light", 1.0)),
    "bar": ("pressure", 1.0),
    **dict.fromkeys(("dpi",), ("dots", 1.0)),
    **dict.fromkeys(("mbps", "mbit"), ("rate", 1.0)),
    **dict.fromkeys(("gbps",), ("rate", 1000.0)),
    **dict.fromkeys(("feuilles", "sheets", "blatt", "pages"), ("sheets", 1.0)),
    **dict.fromkeys(
        (
            "capsules", "comprimes", "gelules", "sachets", "dosettes", "pastilles", "tablettes", "lavages", "doses",
            "rouleaux", "rolls", "rouleau", "roll", "tabs", "tablets", "pieces", "piece", "pcs", "pce", "stuck", "stk",
            "teilig", "tlg", "count", "ct", "unites", "unite", "units", "pads", "bougies", "couches", "ampoules",
            "filtres", "cartouches", "recharges", "kapseln", "infusettes", "dragees", "lingettes", "tampons",
        ),
        ("pieces", 1.0),
    ),
    **dict.fromkeys(("ans", "an", "years", "jahre", "mois", "months"), ("age", 1.0)),
    **dict.fromkeys(("personnes", "personne", "places", "couverts", "persons", "personen"), ("people", 1.0)),
}  # fmt: skip

_DIGIT = re.compile(r"\d")
_NUMBER = r"\d{1,7}(?:[.,]\d{1,4})?"
_UNIT_WORDS = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_BODY_UNITS = (
    r"ml|cl|dl|l|lt|litres?|g|gr|grammes?|kg|mg|oz|capsules|sachets|feuilles|sheets|rouleaux|m|ah|mah|w|gb|go|mb|v"
)
_INSIDE: Final = ("ah", "mah", "w", "gb", "go", "mb", "v")
"""Units of what is inside one thing: two batteries of 2 Ah, two bars of 8 GB."""
_MULTIPLE = re.compile(rf"(?<![a-z0-9.,])(\d{{1,3}}) ?[x*] ?(?=\d+(?:[.,]\d+)? ?({_BODY_UNITS})(?![a-z0-9]))")
_SIZES = re.compile(
    rf"(?<![a-z0-9.,])({_NUMBER}) ?(mm|cm|m|\")? ?[x*] ?({_NUMBER})(?: ?(?:mm|cm|m|\")? ?[x*] ?({_NUMBER}))? ?"
    r"(mm|cm|m|inches|inch|pouces|in|\"|'')?(?![a-z0-9])"
)
_MEASURE = re.compile(rf"(?<![a-z0-9.,])({_NUMBER})(?: ?-? ?)(?:({_UNIT_WORDS})(?![a-z0-9]|-\d)|(\"|''|'(?!\w)))")
_WORD_NUMBERS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "zwei": 2,
    "drei": 3, "vier": 4, "twin": 2, "double": 2, "triple": 3, "dozen": 12, "douzaine": 12, "duo": 2, "trio": 3,
}  # fmt: skip
_COUNTS = (
    re.compile(
        r"(?<![a-z0-9])(?:lot|pack|set|paquet|coffret|carton|assortiment|jeu|bundle|serie|packung|boite|box|sachet|etui"
        r"|pochette|case|ensemble)s? (?:de |of |d'|von |mit |a )?(\d{1,4})(?![a-z0-9.,%])"
    ),
    re.compile(r"(?<![a-z0-9])(?:x|par) ?(\d{1,3})(?![a-z0-9.,])"),
    re.compile(
        r"(?<![a-z0-9.,-])(\d{1,4})[ -]?(?:x(?! ?(?:zoom|opti|dvd|cd|speed|digi|gross|wide|mag|hd|blu|\d))|pk|packs?"
        r"|er-?[ -]?pack|er[ -]?set|er[ -]?packung|box|set)(?![a-z0-9])"
    ),
)
_WORD_COUNTS = re.compile(
    r"(?<![a-z0-9])(?:(?:lot|pack|set|coffret|paquet) (?:de |of |d')?(two|three|four|five|six|deux|trois|quatre|cinq)"
    r"|(two|three|four|five|six|twin|double|triple|zwei|drei|duo|trio)[ -]?(?:pack|lot|set)|(dozen|douzaine)"
    r"|(?:pack|lot|set) (duo|trio))(?![a-z])"
)


class Quantities(NamedTuple):
    """What `read` found."""

    measures: tuple[Measure, ...]
    """Sorted; without repeats."""
    counts: tuple[int, ...]
    """How many of it are sold together, where that is said and is not 1; sorted."""
    rest: str
    """The text without them."""


def read(text: str) -> Quantities:
    """Take the quantities out of a folded title."""
    measures: set[Measure] = set()
    counts: set[int] = set()

    def multiple(found: re.Match[str]) -> str:
        if found[2] in _INSIDE:
            return " "
        counts.add(int(found[1]))
        return " "

    def sizes(found: re.Match[str]) -> str:
        unit = found[5] or found[2]
        if found[2] and not (found[4] or found[5]):  # "200 mm x3": three of 200 mm
            return found[0]
        factor = 1.0 if unit == "mm" else 1000.0 if unit == "m" else 10.0 if unit in (None, "cm") else 25.4
        sides = sorted(round(_value(side) * factor) for side in (found[1], found[3], found[4]) if side)
        measures.update((f"side{number}", float(side)) for number, side in enumerate(sides))
        return " "

    def measure(found: re.Match[str]) -> str:
        value, word = _value(found[1]), found[2]
        dimension, factor = _UNITS[word] if word else ("length", 25.4)
        if word == "g" and value in (2, 3, 4, 5) and " " not in found[0]:
            return f" reseau{found[1]}g "  # a network's generation
        if word == "k" and value < 1000:
            return f" {found[1]}k "
        if dimension == "pieces":
            counts.add(int(value))
            return f" {word} "
        measures.add((dimension, round(value * factor, 4)))
        return " "

    def count(found: re.Match[str]) -> str:
        counts.add(int(found[1]))
        return " "

    if _DIGIT.search(text):
        text = _MULTIPLE.sub(multiple, text)
        if "x" in text or "*" in text:
            text = _SIZES.sub(sizes, text)
        text = _MEASURE.sub(measure, text)
        for pattern in _COUNTS:
            text = pattern.sub(count, text)

    def spelt(found: re.Match[str]) -> str:
        counts.add(_WORD_NUMBERS[next(word for word in found.groups() if word)])
        return " "

    text = _WORD_COUNTS.sub(spelt, text)
    counts.discard(1)
    counts.discard(0)
    return Quantities(tuple(sorted(measures)), tuple(sorted(counts)), text)


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def close(one: float, other: float) -> bool:
    """Equal but for rounding: 27 inches and 68.5 cm, 13.5 and 13.6 megapixels."""
    return abs(one - other) <= 0.03 * max(one, other)
