"""Are these two listings the same product? Precision first: where nothing proves it, the answer is no.

Three kinds of proof, tried in this order: a GTIN that both have; the maker's model number; titles that leave nothing
over. Before any of them counts, what speaks against is collected: another size, count, colour, year, volume,
edition, side, condition; a thing made for the other; a refill of it. Some of that bars any proof, some only the weaker.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from aggregator.ingest.matching.alignment import Alignment, align
from aggregator.ingest.matching.features import Features
from aggregator.ingest.matching.measures import Measure, close

TITLE_SCORE: Final = 0.80
"""How much of two titles must be shared where the brand is the same."""
TITLE_SCORE_NO_BRAND: Final = 0.90
TELLING: Final = 1.0
"""Words or quantities of both that say which one it is: "saucer" of one brand may be any of its saucers."""
TELLING_NO_BRAND: Final = 3.0
PRICE_FACTOR: Final = 3.0
"""Prices further apart than this speak against."""

PRICE_FACTORS: Final = ((1.5, 1.3), (3.0, 1.5), (5.0, 2.0), (1000.0, PRICE_FACTOR))
"""(words or quantities that say which one it is, below this number; how far apart prices may be at most) where only
titles speak for it: "carafe" and a brand at 10 and at 6 euros are two carafes, a whole name may be in the sales. Of a
million generated listings these leave 1 in 200 of the right pairs out, and more than half of the wrong ones."""

_ALWAYS: Final = frozenset({"condition", "count", "measure", "for", "refill", "number"})
"""What bars even a GTIN: shops give the GTIN of the single thing to the lot, and of the device to its refill."""
_BY_MODEL: Final = frozenset({"number", "line", "edition", "refill", "for"})
"""What one model number for both explains away."""
_DESCRIBING: Final = frozenset({"frequency", "pixels", "kelvin", "light", "dots", "rate", "sheets", "pressure"})
"""Dimensions that titles round or leave out."""
_ONE_SIDED: Final = frozenset({"cond", "refill", "acc", "compat", "line", "taste", "sugar", "salt", "fizz", "set"})
"""Classes of marks where saying nothing means "the ordinary one"."""
_ONE_SIDED_VALUES: Final = frozenset(
    {"ed:upgrade", "ed:academic", "ed:licence", "ed:expansion", "fmt:integrale", "fmt:numerique", "fmt:audio"}
)
_NAMES: Final = {"cond": "condition", "refill": "refill", "acc": "for", "compat": "for"}


@dataclass(frozen=True, slots=True)
class Match:
    """What was decided of two listings."""

    same: bool
    confidence: float
    """That they are the same, 0 to 1; of what is not the same, how near it came."""
    reason: str
    """`gtin`, `model` or `title`; "" where nothing speaks for it."""
    against: tuple[str, ...]
    """What speaks against: gtin, model, brand, count, measure, colour, size, year, number, price, category, condition,
    refill, for (a thing made for the other), and other classes of words that tell products apart."""
    barred: bool
    """Some of `against` is proof that they are two: they may not meet through a third either."""


class _Against:
    __slots__ = ("hard", "soft")

    def __init__(self) -> None:
        self.hard: set[str] = set()
        self.soft: set[str] = set()


def match(one: Features, other: Features) -> Match:
    """Decide; the order of the two does not matter.

    Their GTINs are trusted: who calls leaves out those that a shop uses on several different products."""
    if (other.squashed, other.brand, other.gtins) < (one.squashed, one.brand, one.gtins):
        one, other = other, one
    shared = bool(one.gtins) and not set(one.gtins).isdisjoint(other.gtins)
    against = _Against()
    _compare(one, other, against)
    if not shared and against.hard - _BY_MODEL:
        return _answer(False, 0.0, "", against)
    brand = _brands(one, other)
    factor = _price_factor(one, other)
    if factor > PRICE_FACTOR:
        against.soft.add("price")
    if shared:
        return _by_gtin(against, align(one, other), brand)
    model = _model(one, other)
    if brand == "differ":
        against.hard.add("brand")
    if model < 0:
        against.hard.add("model")
    if against.hard and (brand == "differ" or model <= 0):
        return _answer(False, 0.0, "", against)
    titles = align(one, other)
    made_for = bool(one.target) != bool(other.target)
    if one.gtins and other.gtins:
        near = model == 2 and brand == "equal" and titles.score >= 0.9
        (against.soft if near and not against.hard else against.hard).add("gtin")
    if model == 2 and "for" in against.hard and 1.0 < factor < 1.6:  # an accessory costs less than what it is for
        against.hard.remove("for")
        against.soft.add("for")
    if model > 0:
        found = _by_model(against, titles, brand, model, factor, made_for=made_for)
        if found is not None:
            return found
    return _by_title(one, other, against, titles, brand, factor)


def _answer(same: bool, confidence: float, reason: str, against: _Against) -> Match:
    return Match(same, round(confidence, 3), reason, tuple(sorted(against.hard | against.soft)), bool(against.hard))


def _by_gtin(against: _Against, titles: Alignment, brand: str) -> Match:
    bars = against.hard & _ALWAYS
    strangers = titles.shared < 0.7 and brand != "equal"
    against.soft |= against.hard - bars
    against.hard = bars
    if strangers:
        against.hard.add("gtin")
    if against.hard:
        return _answer(False, 0.5, "gtin", against)
    return _answer(True, 0.99 if titles.score >= 0.4 else 0.97, "gtin", against)


def _by_model(
    against: _Against, titles: Alignment, brand: str, model: int, factor: float, *, made_for: bool
) -> Match | None:
    """By the maker's number; None where the titles must decide. `made_for`: only one says for what it is made."""
    if model == 2:
        for name in _BY_MODEL - {"for"}:  # one number for both: the wording differs, not the thing
            if name in against.hard and not (made_for and name == "refill"):
                against.hard.discard(name)
                against.soft.add(name)
    if against.hard or factor > PRICE_FACTOR * 3:
        return None
    if model == 2 and brand in ("equal", "found"):
        return _answer(True, 0.96 if not against.soft else 0.92, "model", against)
    if model == 2 and titles.shared >= 1.0:
        return _answer(True, 0.9 if not against.soft else 0.86, "model", against)
    if brand in ("equal", "found") and titles.score >= 0.5 and not against.soft & {"number", "line", "price", "year"}:
        return _answer(True, 0.85, "model", against)
    return None


def _by_title(one: Features, other: Features, against: _Against, titles: Alignment, brand: str, factor: float) -> Match:
    needs, enough = (TITLE_SCORE, 1.6) if brand in ("equal", "found") else (TITLE_SCORE_NO_BRAND, 2.5)
    if brand == "absent":
        needs, enough = TITLE_SCORE_NO_BRAND, 2.0
    if bool(one.codes) != bool(other.codes):  # only one says which model
        needs, enough = max(needs, 0.88), enough + 0.6
    same_numbers = len({*one.years, *one.numbers} & {*other.years, *other.numbers})
    titles = titles._replace(shared=titles.shared + 0.6 * same_numbers + 0.4 * _same_measures(one, other))
    score = titles.score - 0.1 * ("category" in against.soft) - 0.05 * len(against.soft & {"measure", "os"})
    if score > 0.9:
        enough = 1.0 if brand in ("equal", "found") else 1.6
    telling = titles.telling + same_numbers + 0.75 * _same_measures(one, other)
    telling += 0.5 * (one.counts == other.counts != ()) + 0.25 * (one.colours == other.colours != ())
    if factor > next(most for words, most in PRICE_FACTORS if telling < words):
        against.soft.add("price")
    which = TELLING if brand in ("equal", "found") else TELLING_NO_BRAND
    alike = score >= needs and titles.shared >= enough and telling >= which
    if brand == "absent" and (titles.left_other if one.brand else titles.left_one) >= 1.0:
        alike = False  # the word that is left may be its brand
    if one.craft or other.craft:
        against.soft.add("craft")
    bars = against.hard or against.soft - {"colour", "category", "measure", "os", "mat", "form"}
    confidence = min(0.9, 0.5 + 0.4 * max(score, 0.0))
    if alike and not bars:
        return _answer(True, confidence, "title", against)
    return _answer(False, 0.0 if against.hard else confidence * 0.6, "title" if alike else "", against)


def _same_measures(one: Features, other: Features) -> int:
    return sum(
        any(close(value, known) for name, known in other.measures if name == dimension)
        for dimension, value in one.measures
    )


# -- what speaks for ---------------------------------------------------------------------------------------------------


def _brands(one: Features, other: Features) -> str:
    """`equal`; `found`: one's brand is in the other's title; `absent`: it is not; `unknown`: neither has one;
    `differ`."""
    if one.brand and other.brand:
        if one.brand == other.brand or _same_name(one, other):
            return "equal"
        return "found" if _titled(one, other) or _titled(other, one) else "differ"
    if not one.brand and not other.brand:
        return "unknown"
    told, silent = (one, other) if one.brand else (other, one)
    return "found" if _titled(told, silent) else "absent"


def _same_name(one: Features, other: Features) -> bool:
    short, long = sorted((one.brand, other.brand), key=len)
    if len(short) >= 3 and long.startswith(short):
        return True
    return len(short) >= 6 and _nearly(short, long)


def _nearly(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _titled(told: Features, silent: Features) -> bool:
    """One's brand stands in the other's title."""
    words = {word for word, _ in silent.words}
    return told.brand in words or (len(told.brand) >= 4 and told.brand in silent.squashed)


def _model(one: Features, other: Features) -> int:
    """2: the same model number; 1: one that only differs in a prefix or suffix; 0: nothing known; -1: another one."""
    best = 0
    for mine in one.codes:
        for theirs in other.codes:
            best = max(best, _related(mine, theirs))
        if best == 2:
            return 2
    if any(_is_strong(code) and code in other.named for code in one.codes):
        return 2
    if any(_is_strong(code) and code in one.named for code in other.codes):
        return 2
    references = {*one.skus, *one.codes} & {*other.skus, *other.codes}
    told = references & {*one.codes, *other.codes}  # shops number their articles alike: two "ART-0056" prove little
    if any(_is_strong(code) for code in told):
        return 2
    if best or references:
        return max(best, 1)
    mixed = [any(not code.isdigit() for code in listing.codes) for listing in (one, other)]
    plain = [any(code.isdigit() for code in listing.codes) for listing in (one, other)]
    return -1 if all(mixed) or (all(plain) and not any(mixed)) else 0


def _is_strong(code: str) -> bool:
    """Long enough to be nobody else's by chance."""
    return len(code) >= 7 if code.isdigit() else len(code) >= 5 and sum(map(str.isdigit, code)) >= 2


def _related(one: str, other: str) -> int:
    if one == other:
        return 2 if _is_strong(one) or one.isdigit() else 1
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < 4 or sum(map(str.isdigit, short)) < 2:
        return 0
    at = long.find(short)
    if at < 0:
        return 0
    head, tail = long[:at], long[at + len(short) :]
    fits = (not head or head.isalpha()) and (not tail or (tail.isalpha() and len(tail) <= 4))
    return 1 if fits and not (head and short[0].isalpha() and len(head) > 8) else 0


# -- what speaks against -----------------------------------------------------------------------------------------------


def _compare(one: Features, other: Features, against: _Against) -> None:
    several = one.several or other.several
    _marks(one.marks, other.marks, against)
    _counts(one.counts, other.counts, against)
    if one.measures and other.measures:
        _measures(one.measures, other.measures, against, several=several)
    elif (one.measures or other.measures) and not several:
        _one_measure(one.measures or other.measures, against)
    _sets("colour", one.colours, other.colours, against, missing=None)
    _sets("size", one.sizes, other.sizes, against, missing=None if several else "soft")
    _sets("year", one.years, other.years, against, missing="soft")
    _sets("number", one.numbers, other.numbers, against, missing="soft")
    if several:
        _options(one, other, against)
    if one.category and other.category and one.category.partition("/")[0] != other.category.partition("/")[0]:
        against.soft.add("category")


def _sets(name: str, one: tuple[str, ...], other: tuple[str, ...], against: _Against, *, missing: str | None) -> None:
    if one == other:
        return
    if one and other:
        mine, theirs = set(one), set(other)
        if mine.isdisjoint(theirs):
            against.hard.add(name)
        elif not (mine <= theirs or theirs <= mine) or name == "number":
            against.soft.add(name)
    elif missing:
        against.soft.add(name)


def _marks(one: tuple[str, ...], other: tuple[str, ...], against: _Against) -> None:
    if one == other:
        return
    mine, theirs = _by_class(one), _by_class(other)
    for kind in mine.keys() | theirs.keys():
        here, there = mine.get(kind, set()), theirs.get(kind, set())
        if here == there:
            continue
        name = _NAMES.get(kind, "edition" if kind == "ed" else kind)
        differing = here ^ there
        if kind == "for":
            against.soft.add(name)
        elif (
            (here and there and here.isdisjoint(there))
            or (kind in _ONE_SIDED and not (here and there))
            or differing & _ONE_SIDED_VALUES
        ):
            against.hard.add(name)
        else:
            against.soft.add(name)


def _by_class(marks: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for mark in marks:
        found.setdefault(mark.partition(":")[0], set()).add(mark)
    return found


def _counts(one: tuple[int, ...], other: tuple[int, ...], against: _Against) -> None:
    if one == other:
        return
    if one and other:
        against.hard.add("count") if set(one).isdisjoint(other) else against.soft.add("count")
    else:
        against.hard.add("count") if max(one or other) <= 24 else against.soft.add("count")


def _measures(one: tuple[Measure, ...], other: tuple[Measure, ...], against: _Against, *, several: bool) -> None:
    for dimension in {measure[0] for measure in one} & {measure[0] for measure in other}:
        mine = [value for name, value in one if name == dimension]
        theirs = [value for name, value in other if name == dimension]
        met = [any(close(value, known) for known in theirs) for value in mine]
        back = [any(close(value, known) for known in mine) for value in theirs]
        if not any(met):
            (against.soft if dimension in _DESCRIBING else against.hard).add("measure")
        elif not (all(met) or all(back)) and not several:
            against.soft.add("measure")


def _one_measure(told: tuple[Measure, ...], against: _Against) -> None:
    if any(dimension in ("volume", "mass", "memory") for dimension, _ in told):
        against.soft.add("measure")


def _options(one: Features, other: Features, against: _Against) -> None:
    """A listing of one colour belongs to one with several where that colour is among them."""
    for listing, single in ((one, other), (other, one)):
        if not listing.several or single.several:
            continue
        for name, values in (("colour", single.colours), ("size", single.sizes)):
            offered = {value.partition(":")[2] for value in listing.option_values if value.startswith(f"{name}:")}
            if offered and values and offered.isdisjoint(values):
                against.hard.add(name)


def _price_factor(one: Features, other: Features) -> float:
    """How far apart the prices are: 1 where their ranges meet, or where they cannot be compared."""
    if not (one.lowest_minor and one.highest_minor and other.lowest_minor and other.highest_minor):
        return 1.0
    if one.currency and other.currency and one.currency != other.currency:
        return 1.0
    return max(1.0, one.lowest_minor / other.highest_minor, other.lowest_minor / one.highest_minor)
