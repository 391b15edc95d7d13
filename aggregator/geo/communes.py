"""French communes by whatever people call them: name, postal code, both, or the code of INSEE.

Names are heard without accents, case and hyphens, "St" as "Saint", with or without their article, and under the name
that they had before they were merged. Municipal arrondissements (Paris 11e) are places of their own, found where they
are meant: by number or postal code.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from aggregator.geo.distance import Point, box, km
from aggregator.geo.naming import fold, key
from aggregator.geo.table import Table, table

_POSTAL: Final = re.compile(r"(?<![0-9A-Za-z])([0-9]{2})[  ]?([0-9]{3})(?![0-9])")
_DEPARTMENT: Final = re.compile(r"\(\s*(2[AaBb]|[0-9]{2,3})\s*\)")
_CEDEX: Final = re.compile(r"\bcedex\b(?:\s*[0-9]{1,2}\b)?", re.I)
_NUMBERED: Final = re.compile(
    r"(paris|lyon|marseille) 0*([0-9]{1,2}) ?(?:e|er|eme|ier|ieme)?(?: arrondissement| arr)?\Z"
)
_SPLIT: Final = {"paris": 75100, "lyon": 69380, "marseille": 13200}
"""An arrondissement's code is this and its number."""
_WHOLE: Final = {"75056": "751", "69123": "6938", "13055": "132"}
_ZONES: Final = {
    "971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne", "974": "Indian/Reunion",
    "975": "America/Miquelon", "976": "Indian/Mayotte", "977": "America/St_Barthelemy", "978": "America/Marigot",
    "986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea",
}  # fmt: skip
_LONGEST: Final = 120
"""Characters of a text that can be a place."""
_ALIKE: Final = 75.0
"""Letters of two names that stand in the same order, in percent of all."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today, or a municipal arrondissement."""

    insee: str
    name: str
    slug: str
    """ "saint-andre-de-sangonis"."""
    postal_codes: tuple[str, ...]
    department: str
    """Its code: "34", "2A", "974"."""
    population: int
    latitude: float
    longitude: float
    approximate: bool
    """Its place is guessed from its neighbours': 5 km off in the middle, 10 km in one of ten."""

    @property
    def point(self) -> Point:
        return self.latitude, self.longitude

    @property
    def reference(self) -> str:
        """How addresses of pages name it: "lodeve-34142"."""
        return f"{self.slug}-{self.insee.lower()}"

    @property
    def zone(self) -> str:
        """Its time zone, by IANA's name."""
        return _ZONES.get(self.department, "Europe/Paris")

    @property
    def department_name(self) -> str:
        return table().departments.get(self.department, "")


def by_insee(code: str) -> Commune | None:
    """The commune with this code (today's communes and municipal arrondissements), or None."""
    row = table().by_insee.get(code.strip().upper())
    return None if row is None else _commune(row)


def by_reference(text: str) -> Commune | None:
    """The commune that an address of ours names (`Commune.reference`); its code alone decides."""
    return by_insee(text[-5:]) if len(text) <= _LONGEST else None


def find(text: str, departments: Collection[str] = ()) -> Commune | None:
    """What is most likely meant: see `meant`."""
    return next(iter(meant(text, departments)), None)


def meant(text: str, departments: Collection[str] = ()) -> list[Commune]:
    """All communes that this may mean, the likeliest first: those of `departments`, then by population.

    Understands "Lodève", "34700", "Lodève (34700)", "34700 Lodeve Cedex", "Saint-Denis (974)", "Lodève, Hérault",
    "Paris 11e", "34142" (INSEE, where no postal code is like that). A postal code decides between communes of one name,
    and stands alone where the name is unknown. Empty where nothing is known."""
    places = table()
    name, code, department = _parts(text[:_LONGEST], places)
    if not name:
        rows = _of_code(places, code) if code else []
        if not rows and code in places.by_insee:
            rows = [places.by_insee[code]]
        return [_commune(row) for row in _ranked(rows, places, departments)]
    rows = _numbered(name, places) or places.exactly(name)
    if code:
        here = _of_code(places, code)
        parts = [row for row in here if any(_part_of(places.insee[row], places.insee[whole]) for whole in rows)]
        near = [row for row in rows if _department(places.insee[row]) == _department(code)]
        rows = parts or [row for row in rows if row in here] or near or _by_likeness(here, name, places) or rows
        if not rows:
            rows = here
    if department:
        rows = [row for row in rows if _department(places.insee[row]) == department] or rows
    return [_commune(row) for row in _ranked(rows, places, departments)]


def suggest(prefix: str, limit: int = 8, departments: Collection[str] = ()) -> list[Commune]:
    """Communes for a field that is being typed in: those of `departments` first, then by population; the very name is
    always among them, names that only hold the word come last. Digits are the beginning of a postal code.
    Arrondissements come where their number is begun."""
    places = table()
    typed = fold(prefix[:_LONGEST])
    if not typed or limit < 1:
        return []
    if typed.isdigit():
        return [_commune(row) for row in _top(places.with_code(typed), limit, places, departments)]
    names = dict.fromkeys((typed, key(prefix[:_LONGEST])))
    numbered = any(character.isdigit() for character in typed)

    def top(rows: Iterable[int], most: int) -> list[int]:
        kept = {row for row in rows if numbered or not _is_part(places.insee[row])}
        return _top(kept, most, places, departments)

    found = top((row for name in names for row in places.starting(name)), limit)
    very = [row for name in names for row in places.exactly(name) if row not in found]
    found = _ranked(dict.fromkeys([*found[: limit - len(very)], *very]), places, departments)[:limit]
    if len(found) < limit and len(typed) >= 3:
        more = (row for name in names for row in places.holding(name) if row not in found)
        found += top(more, limit - len(found))
    return [_commune(row) for row in found]


def alike(text: str, limit: int = 5) -> list[Commune]:
    """Communes with about this name, for "did you mean": the most alike first."""
    places = table()
    name = _parts(text[:_LONGEST], places)[0]
    if not name:
        return []
    begun = suggest(name, limit) if len(name) >= 3 else []
    close = process.extract(name, places.keys, scorer=fuzz.ratio, limit=4 * limit + 20, score_cutoff=_ALIKE)
    rows = [row for _key, _likeness, row in close if not _is_part(places.insee[row])]  # not all of « Marseille 8e »
    rows.sort(key=lambda row: (round(fuzz.ratio(places.keys[row], name), -1), places.population[row]), reverse=True)
    return list(dict.fromkeys([*(_commune(row) for row in rows), *begun]))[:limit]


def around(point: Point, radius: float, limit: int | None = None) -> list[Commune]:
    """Communes within `radius` kilometres, the nearest first. An arrondissement's city is left out."""
    places = table()
    rows = (row for row in places.within(*box(point, radius)) if places.insee[row] not in _WHOLE)
    far = ((km(point, (places.latitude[row], places.longitude[row])), row) for row in rows)
    near = sorted(pair for pair in far if pair[0] <= radius)
    return [_commune(row) for _, row in near[:limit]]


def nearest(point: Point) -> Commune | None:
    """The commune whose middle is nearest, within 50 km; one whose place is known rather than guessed."""
    for radius in (10.0, 50.0):
        close = around(point, radius)
        if close:
            return next((commune for commune in close if not commune.approximate), close[0])
    return None


def code_in(text: str) -> str:
    """The postal code that a text holds, or ""."""
    postal = _POSTAL.search(text)
    return postal[1] + postal[2] if postal else ""


def without_code(text: str) -> str:
    """The text without its postal code."""
    return " ".join(_POSTAL.sub(" ", text).split())


def department_of(insee: str) -> str:
    """ "34142" -> "34", "97411" -> "974"."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def departments() -> dict[str, str]:
    """Codes and names of the departments and overseas territories."""
    return dict(table().departments)


def _parts(text: str, places: Table) -> tuple[str, str, str]:
    """(folded name, postal code, department) of what was typed; "" for what is not there."""
    code = department = ""
    if postal := _POSTAL.search(text):
        code = postal[1] + postal[2]
        text = text[: postal.start()] + " " + text[postal.end() :]
    if told := _DEPARTMENT.search(text):
        department = told[1].upper()
        text = text[: told.start()] + " " + text[told.end() :]
    name, _, rest = _CEDEX.sub(" ", text).partition(",")
    if rest.strip():
        names = {fold(title): number for number, title in places.departments.items()}
        department = department or names.get(fold(rest), "")
    name = key(name or rest)
    if upper := re.fullmatch("2[ab][0-9]{3}", name):  # Corsican codes of INSEE
        return "", upper[0].upper(), ""
    return name, code, department


def _of_code(places: Table, code: str) -> list[int]:
    """Rows with this postal code; of Paris, Lyon and Marseille the arrondissement rather than the city."""
    return [row for row in places.by_code.get(code, []) if places.insee[row] not in _WHOLE]


def _numbered(name: str, places: Table) -> list[int]:
    """ "paris 11eme" -> the arrondissement."""
    match = _NUMBERED.match(name)
    row = places.by_insee.get(f"{_SPLIT[match[1]] + int(match[2])}") if match else None
    return [] if row is None else [row]


def _is_part(insee: str) -> bool:
    return any(insee.startswith(prefix) and whole != insee for whole, prefix in _WHOLE.items())


def _part_of(insee: str, whole: str) -> bool:
    return whole in _WHOLE and insee.startswith(_WHOLE[whole])


def _department(code: str) -> str:
    """Of an INSEE or a postal code; Corsica's postal codes say "20", which is both."""
    if code.startswith(("97", "98")):
        return code[:3]
    return "20" if code.startswith(("2A", "2B")) else code[:2]


def _by_likeness(rows: Collection[int], name: str, places: Table) -> list[int]:
    """Those whose name is about this one, which holds it or is in it ("evry", "lodeve centre")."""
    return [
        row
        for row in rows
        if f" {places.keys[row]} " in f" {name} "
        or f" {name} " in f" {places.keys[row]} "
        or fuzz.ratio(places.keys[row], name) >= _ALIKE
    ]


def _ranked(rows: Iterable[int], places: Table, departments: Collection[str]) -> list[int]:
    return sorted(rows, key=lambda row: (not _is_in(row, places, departments), -places.population[row]))


def _top(rows: Iterable[int], limit: int, places: Table, departments: Collection[str]) -> list[int]:
    return heapq.nlargest(
        limit, set(rows), key=lambda row: (_is_in(row, places, departments), places.population[row], -row)
    )


def _is_in(row: int, places: Table, departments: Collection[str]) -> bool:
    return bool(departments) and department_of(places.insee[row]) in departments


@lru_cache(maxsize=1024)
def _commune(row: int) -> Commune:
    places = table()
    return Commune(
        insee=places.insee[row],
        name=places.names[row],
        slug=places.keys[row].replace(" ", "-"),
        postal_codes=tuple(places.codes[row].split(" ")),
        department=department_of(places.insee[row]),
        population=places.population[row],
        latitude=places.latitude[row],
        longitude=places.longitude[row],
        approximate=places.approximate[row],
    )
