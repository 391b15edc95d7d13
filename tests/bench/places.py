"""Communes that the generated shops stand in: the 700 largest of Brittany, many shops in large ones, few in small."""

from __future__ import annotations

from functools import cache

from aggregator.geo import communes
from aggregator.geo.communes import Commune
from aggregator.geo.table import table

_DEPARTMENTS = ("22", "29", "35", "56")
_MANY = 700


@cache
def towns() -> tuple[Commune, ...]:
    """The largest first."""
    codes = [code for code in table().by_insee if code.startswith(_DEPARTMENTS)]
    found = [commune for code in codes if (commune := communes.by_insee(code)) is not None]
    return tuple(sorted(found, key=lambda commune: (-commune.population, commune.insee))[:_MANY])
