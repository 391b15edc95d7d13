"""Where shops stand: in the middle of their merchant's commune, whose name is understood when it is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.geo import communes
from aggregator.geo.communes import Commune
from aggregator.geo.distance import km
from aggregator.store.tables import MERCHANT, SHOP

_OWN = 0.1
"""A department with at least this part of the placed merchants is one of the region's."""


@dataclass(frozen=True, slots=True)
class Located:
    """A commune as somebody wrote it, understood or not."""

    name: str
    """What is shown: the official name where it was understood, else as written."""
    commune: Commune | None
    others: tuple[Commune, ...] = ()
    """Others of the same name that may have been meant; where none was understood, those with about that name."""
    other_code: bool = False
    """The postal code that was written is not one of this commune."""

    @property
    def columns(self) -> dict[str, str | float | None]:
        """The merchant's columns that follow from it."""
        where = self.commune
        return {
            "commune": self.name,
            "insee": where.insee if where else None,
            "latitude": where.latitude if where else None,
            "longitude": where.longitude if where else None,
        }


def locate(name: str, postal_code: str = "", departments: Collection[str] = ()) -> Located:
    """Understand a commune's name, told apart from its namesakes by the postal code, else by the region's
    `departments`, else by population. Never fails: what is not understood keeps its words and stands nowhere."""
    written = " ".join(name.split())
    code = postal_code.strip() or communes.code_in(written)
    bare = communes.without_code(written)
    if not bare and not code:
        return Located("", None)
    meant = communes.meant(f"{bare} {code}", departments)
    if not meant:
        return Located(written, None, tuple(communes.alike(bare)))
    first, *others = meant
    known = not bare or bool(communes.meant(bare))  # else the postal code alone was understood
    return Located(
        first.name if known else written,
        first,
        tuple(others) if known and bare else (),
        bool(code) and known and code not in first.postal_codes,
    )


def departments(connection: Connection) -> frozenset[str]:
    """The region's departments: those where its merchants stand, but for a few that strayed."""
    insee = connection.execute(sa.select(MERCHANT.c.insee).where(MERCHANT.c.insee.is_not(None))).scalars().all()
    counts: dict[str, int] = {}
    for code in insee:
        department = communes.department_of(code)
        counts[department] = counts.get(department, 0) + 1
    return frozenset(department for department, count in counts.items() if count >= _OWN * len(insee))


def shops(connection: Connection, latitude: float, longitude: float) -> dict[int, float]:
    """Kilometres from here to each public shop that stands somewhere, as the crow flies. One query and some 1.5 ms
    a thousand shops."""
    rows = connection.execute(
        sa.select(SHOP.c.id, MERCHANT.c.latitude, MERCHANT.c.longitude)
        .join(MERCHANT, MERCHANT.c.id == SHOP.c.merchant_id)
        .where(SHOP.c.status == "approved", MERCHANT.c.latitude.is_not(None), MERCHANT.c.longitude.is_not(None))
    )
    here = latitude, longitude
    return {shop_id: km(here, (north, east)) for shop_id, north, east in rows}
