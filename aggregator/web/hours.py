"""Pure: opening hours as a shopper reads them, in the language spoken. What is stored is schema.org's form."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from babel.dates import get_day_names

from aggregator.hours import DAY, Spans, Week, read
from aggregator.web.formatting import PARIS
from aggregator.web.texts import formats, language
from aggregator.web.texts import gettext as _


class Line(NamedTuple):
    """Days that share their hours: "Du lundi au vendredi", "9 h – 12 h, 14 h – 19 h"."""

    days: str
    hours: str


def lines(stored: str) -> list[Line]:
    """A line for each run of days with the same hours, closed days too; empty where none are known."""
    week = _week(stored)
    if not week:
        return []
    hours = [week.get(day, ()) for day in range(7)]
    found, first = [], 0
    for day in range(1, 8):
        if day == 7 or hours[day] != hours[first]:
            found.append(Line(_days(first, day - 1), _spans(hours[first])))
            first = day
    return found


def state(stored: str, now: datetime, zone: tzinfo = PARIS) -> str:
    """ "Ouvert jusqu'à 19 h", "Fermé, ouvre demain à 9 h"; "" where no hours are known. `zone` is the shop's
    (`Commune.zone`)."""
    week = _week(stored)
    if not week:
        return ""
    here = now.astimezone(zone)
    minutes = here.hour * 60 + here.minute
    for day, past in ((here.weekday(), 0), ((here.weekday() - 1) % 7, DAY)):
        for opens, closes in week.get(day, ()):
            if opens <= minutes + past < closes:
                always = (opens, closes) in ((0, DAY), (0, DAY - 1))
                return _("Ouvert") if always else _("Ouvert jusqu’à %(time)s") % {"time": clock(closes)}
    for ahead in range(8):
        day = (here.weekday() + ahead) % 7
        for opens, _closes in week.get(day, ()):
            if ahead or opens > minutes:
                return _opening(ahead, here + timedelta(days=ahead), opens)
    return _("Fermé")


def clock(minutes: int) -> str:
    """9 * 60 + 30 -> "9 h 30"; in English "09:30"."""
    hour, minute = minutes // 60 % 24, minutes % 60
    if language() != "fr":
        return f"{hour:02d}:{minute:02d}"
    return f"{hour}\u00a0h\u00a0{minute:02d}" if minute else f"{hour}\u00a0h"


def _opening(ahead: int, when: datetime, opens: int) -> str:
    time = clock(opens)
    if ahead == 0:
        return _("Fermé, ouvre à %(time)s") % {"time": time}
    if ahead == 1:
        return _("Fermé, ouvre demain à %(time)s") % {"time": time}
    return _("Fermé, ouvre %(day)s à %(time)s") % {"day": _name(when.weekday()), "time": time}


def _week(stored: str) -> Week:
    try:
        return read(stored)
    except ValueError:  # written by hand into the database
        return {}


def _name(day: int) -> str:
    return str(get_day_names("wide", locale=formats())[day])


def _days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return _("Tous les jours")
    if first == last:
        text = _name(first)
    elif last == first + 1:
        text = _("%(first)s et %(last)s") % {"first": _name(first), "last": _name(last)}
    else:
        text = _("du %(first)s au %(last)s") % {"first": _name(first), "last": _name(last)}
    return text[:1].upper() + text[1:]


def _spans(spans: Spans) -> str:
    if not spans:
        return _("fermé")
    if spans in (((0, DAY),), ((0, DAY - 1),)):
        return _("24\u00a0h sur 24")
    return ", ".join(f"{clock(opens)} – {clock(closes)}" for opens, closes in spans)
