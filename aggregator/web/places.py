"""The place from which a visitor measures: a commune, or a position rounded to about a kilometre. Nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from aggregator.geo import communes
from aggregator.geo.communes import Commune
from aggregator.publish import addresses
from aggregator.store import places as store_places
from aggregator.web.texts import gettext as _

_REFERENCE = re.compile(r"[a-z0-9-]+-[0-9][0-9ab][0-9]{3}\Z", re.ASCII)
_POSITION = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,9})?)\s?[,;]\s?(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)\Z", re.ASCII)
OTHERS = 6
"""Other communes that may have been meant."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to measure from."""

    token: str
    """As the address has it: "dinan-22050", or "48.45,-2.05"."""
    name: str
    latitude: float
    longitude: float
    typed: str
    """What the field shows for it; "" for a position."""
    others: tuple[tuple[str, str], ...] = ()
    """(token, label) of other communes of that name."""


def find(text: str, departments: Collection[str] = ()) -> Place | None:
    """What the address or a visitor means; None where we know no such place. Of communes with one name, one of the
    region's `departments` is meant.

    A position is rounded to two decimals, about a kilometre: more would say where somebody lives."""
    position = _POSITION.match(text.strip())
    if position:
        latitude, longitude = round(float(position[1]), 2), round(float(position[2]), 2)
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return Place(f"{latitude:.2f},{longitude:.2f}", _("votre position"), latitude, longitude, "")
    commune = communes.by_reference(text) if _REFERENCE.match(text) else None
    return of(commune or communes.find(text, departments))


def of(commune: Commune | None) -> Place | None:
    """The place that a commune is, its middle."""
    if commune is None:
        return None
    same = [other for other in communes.meant(commune.name) if other.insee != commune.insee]
    others = tuple((other.reference, label(other)) for other in same[:OTHERS])
    return Place(commune.reference, commune.name, commune.latitude, commune.longitude, label(commune), others)


def alike(typed: str) -> list[tuple[str, str]]:
    """(token, label) of communes with about this name."""
    return [(commune.reference, label(commune)) for commune in communes.alike(typed, OTHERS)]


def label(commune: Commune) -> str:
    """ "Dinan (22100)": the name with a postal code, since names repeat."""
    return f"{commune.name} ({commune.postal_codes[0]})" if commune.postal_codes else commune.name


def town_path(commune: Commune) -> str:
    """The address of a commune's page: "/commune/22050-dinan"."""
    return addresses.town(commune.insee, commune.name)


def distances(connection: Connection, place: Place) -> Mapping[int, float]:
    """Kilometres from the place to each shop that stands somewhere."""
    return store_places.shops(connection, place.latitude, place.longitude)
