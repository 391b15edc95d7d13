"""Pure: opening hours, read from what a merchant writes ("lun-ven 9h-12h, 14h-19h ; sam 9h-13h") or from schema.org's
form ("Mo-Fr 09:00-12:00,14:00-19:00"), and written in the latter, one line for days with the same hours.

Times are minutes of the day; what ends after midnight ends after 24 * 60.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

Spans = tuple[tuple[int, int], ...]
"""(opens, closes) of one day, in order."""
Week = Mapping[int, Spans]
"""Day (0: Monday) -> its hours; a closed day is absent."""

CODES: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY: Final = 24 * 60
_LATEST: Final = DAY + 6 * 60
_MOST: Final = 6
"""Openings a day."""
_LONGEST: Final = 2_000
_NAMES: Final = (
    ("lundi", "lun", "lu", "mo"), ("mardi", "mar", "ma", "tu"), ("mercredi", "mer", "me", "we"),
    ("jeudi", "jeu", "je", "th"), ("vendredi", "ven", "ve", "fr"), ("samedi", "sam", "sa"),
    ("dimanche", "dim", "di", "su"),
)  # fmt: skip
_DAY_OF: Final = {name: day for day, names in enumerate(_NAMES) for name in names}
_TOKEN: Final = re.compile(
    r"(?P<always>24 ?h(?:eures)? ?(?:/|sur) ?24 ?h?)"
    r"|(?P<all>tous les jours|tlj|7 ?j(?:ours)? ?(?:/|sur) ?7 ?j?)"
    r"|(?P<day>" + "|".join(sorted(_DAY_OF, key=len, reverse=True)) + r")s?\.?(?![a-z])"
    r"|(?P<time>(?P<hour>\d{1,2}) ?(?:(?:h(?:eures?)?|:) ?(?P<minute>\d{2})?)?|midi|minuit)(?![a-z0-9])"
    r"|(?P<closed>fermee?s?|closed|off)(?![a-z])"
    r"|(?P<to>[-–—]|(?:a|au|jusqu'a)(?![a-z]))"
    r"|(?P<nothing>[\s,;:&/.]+|(?:et|de|du|le|les|puis|des|matin|apres-midi)(?![a-z]))"
)


def read(text: str) -> dict[int, Spans]:
    """The week that a text tells. Raises ValueError, in French, naming what is not understood or cannot be."""
    if len(text) > _LONGEST:
        raise ValueError("Ces horaires sont trop longs.")
    week: dict[int, list[tuple[int, int]]] = {}
    for days, spans in _groups(_tokens(text)):
        for day in days:
            week.setdefault(day, []).extend(spans)
    return {day: _checked(day, spans) for day, spans in sorted(week.items()) if spans}


def written(week: Week) -> str:
    """schema.org's form, a line for the days that share their hours: "Mo-Fr 09:00-12:00,14:00-19:00"."""
    lines = []
    for spans in dict.fromkeys(week[day] for day in sorted(week)):
        days = [day for day in sorted(week) if week[day] == spans]
        shown = ",".join(_run(first, last) for first, last in runs(days))
        lines.append(f"{shown} {','.join(f'{_clock(opens)}-{_clock(closes)}' for opens, closes in spans)}")
    return "\n".join(lines)


def normal(text: str) -> str:
    """What is stored of a text that somebody typed; raises ValueError as `read` does."""
    return written(read(text))


def runs(days: Sequence[int]) -> list[tuple[int, int]]:
    """Days in order as runs of neighbours: [0, 1, 2, 5] -> [(0, 2), (5, 5)]."""
    found: list[tuple[int, int]] = []
    for day in days:
        if found and found[-1][1] == day - 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _run(first: int, last: int) -> str:
    return CODES[first] if first == last else f"{CODES[first]}{'-' if last > first + 1 else ','}{CODES[last]}"


def _clock(minutes: int) -> str:
    """ "24:00" would be tomorrow's midnight, which schema.org's readers do not all know."""
    if minutes == DAY:
        return "23:59"
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _tokens(text: str) -> list[tuple[str, int]]:
    """(kind, value) of each word."""
    plain = unicodedata.normalize("NFD", " ".join(text.replace("’", "'").lower().split()))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    found, at = [], 0
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match is None:
            raise ValueError(f"Horaires illisibles à partir de « {plain[at : at + 20].strip()} ».")
        kind = match.lastgroup if match.lastgroup not in ("hour", "minute") else "time"
        if kind == "day":
            found.append((kind, _DAY_OF[match["day"]]))
        elif kind == "time":
            found.append((kind, _minutes(match)))
        elif kind is not None and kind != "nothing":
            found.append((kind, 0))
        at = match.end()
    return found


def _minutes(match: re.Match[str]) -> int:
    if match["time"] in ("midi", "minuit"):
        return 12 * 60 if match["time"] == "midi" else DAY
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f"« {match['time'].strip()} » n'est pas une heure.")
    return hour * 60 + minute


def _groups(tokens: list[tuple[str, int]]) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """Days with the hours that follow them."""
    groups: list[tuple[list[int], list[tuple[int, int]]]] = []
    open_ = False
    at = 0
    while at < len(tokens):
        kind, value = tokens[at]
        if kind in ("day", "all"):
            if not open_:
                groups.append(([], []))
                open_ = True
            last = _after_to(tokens, at, "day")
            groups[-1][0].extend(range(7) if kind == "all" else _span(value, value if last is None else last))
            at += 1 if last is None else 3
            continue
        if not groups:
            raise ValueError("Dites d'abord le jour : « lun-ven 9h-12h ».")
        open_ = False
        if kind == "always":
            groups[-1][1].append((0, DAY))
        elif kind == "time":
            closes = _after_to(tokens, at, "time")
            if closes is None:
                raise ValueError("Une heure d'ouverture est seule : il faut aussi celle de fermeture, « 9h-12h ».")
            groups[-1][1].append((value, closes if closes > value else closes + DAY))
            at += 2
        elif kind == "to":
            raise ValueError("Horaires illisibles : il faut des jours, puis des heures, « lun-ven 9h-12h, 14h-19h ».")
        at += 1
    if open_:
        raise ValueError("Des jours sont sans heures : « lun-ven 9h-12h », ou « dim fermé ».")
    return groups


def _after_to(tokens: list[tuple[str, int]], at: int, kind: str) -> int | None:
    """The value after a dash, where there is one."""
    following = tokens[at + 1 : at + 3]
    if len(following) == 2 and following[0][0] == "to" and following[1][0] == kind:
        return following[1][1]
    return None


def _span(first: int, last: int) -> list[int]:
    return [day % 7 for day in range(first, (last if last >= first else last + 7) + 1)]


def _checked(day: int, spans: list[tuple[int, int]]) -> Spans:
    ordered = tuple(sorted(set(spans)))
    name = _NAMES[day][0]
    for opens, closes in ordered:
        if closes > _LATEST or closes == opens:
            raise ValueError(f"Le {name}, la fermeture ({_clock(closes)}) est avant l'ouverture ({_clock(opens)}).")
    if len(ordered) > _MOST or any(one[1] > other[0] for one, other in itertools.pairwise(ordered)):
        raise ValueError(f"Le {name}, des heures se chevauchent.")
    return ordered
