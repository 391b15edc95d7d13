"""Merchants: who sells, by law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from aggregator.errors import NotFound, Refused
from aggregator.geo import communes
from aggregator.store import changes, places
from aggregator.store.places import Located
from aggregator.store.tables import LISTING, MERCHANT, SHOP


@dataclass(frozen=True, slots=True)
class MerchantRow:
    id: int
    name: str
    siret: str | None
    commune: str
    email: str
    phone: str
    address: str
    postal_code: str
    insee: str | None
    latitude: float | None
    longitude: float | None
    opening_hours: str
    created_at: datetime


def add(
    connection: Connection,
    *,
    name: str,
    siret: str | None,
    commune: str,
    email: str,
    phone: str = "",
    address: str = "",
    postal_code: str = "",
    opening_hours: str = "",
    now: datetime,
) -> int:
    """Store a merchant and return its id. `siret` is 14 digits, checked by the caller (`connectors.values.siret`);
    `opening_hours` are in schema.org's form. Where the commune is understood, its official name is kept, and the
    merchant stands there (`places.locate`).

    Raises Refused, naming the merchant, when that SIRET is known."""
    if siret is not None and (known := find_by_siret(connection, siret)) is not None:
        raise _known(known.id, known.name)
    located = places.locate(commune, postal_code, places.departments(connection))
    values = {
        "name": name,
        "siret": siret,
        "email": email,
        "phone": phone,
        "address": address,
        "postal_code": postal_code or communes.code_in(commune),
        "opening_hours": opening_hours,
        "created_at": now,
        **located.columns,
    }
    try:
        return int(connection.execute(sa.insert(MERCHANT).values(values).returning(MERCHANT.c.id)).scalar_one())
    except IntegrityError:  # PostgreSQL: another transaction stored the same SIRET meanwhile
        raise Refused("Un commerçant vient d'être enregistré avec ce SIRET. Vérifiez la liste.") from None


def _known(merchant_id: int, name: str) -> Refused:
    return Refused(f"Ce SIRET est déjà celui de « {name} » (commerçant n° {merchant_id}).")


def get(connection: Connection, merchant_id: int) -> MerchantRow:
    """Raises NotFound."""
    row = connection.execute(sa.select(MERCHANT).where(MERCHANT.c.id == merchant_id)).one_or_none()
    if row is None:
        raise NotFound(f"Aucun commerçant n° {merchant_id}. La liste : emplettes merchants list")
    return _merchant(row)


class Changes(TypedDict, total=False):
    """What may be changed of a merchant; what is absent stays."""

    name: str
    commune: str
    address: str
    postal_code: str
    email: str
    phone: str
    opening_hours: str


def edit(connection: Connection, merchant_id: int, **new: Unpack[Changes]) -> Located:
    """Change what is given, and say where the merchant stands now. The index follows where the commune's name changes.

    Raises NotFound."""
    old = get(connection, merchant_id)
    values = {name: str(value) for name, value in new.items()}
    if "commune" in new and not new.get("postal_code"):  # the old one was of the commune that it stood in
        values["postal_code"] = communes.code_in(new["commune"])
    located = _located(connection, old, values)
    _place(connection, old, located, values)
    return located


def place_again(connection: Connection) -> list[tuple[MerchantRow, Located]]:
    """Understand anew every merchant's commune, but for those that are placed already: they get its coordinates of
    today. Each with what it was before."""
    placed = []
    for row in list_all(connection):
        located = _located(connection, row, {})
        _place(connection, row, located, {})
        placed.append((row, located))
    return placed


def _located(connection: Connection, old: MerchantRow, values: Mapping[str, str]) -> Located:
    """Where it stands with these values: where it stood, as long as neither name nor postal code changes."""
    name, code = values.get("commune", old.commune), values.get("postal_code", old.postal_code)
    known = communes.by_insee(old.insee or "")
    if known is not None and (name, code) == (known.name, old.postal_code):
        return Located(name, known)
    return places.locate(name, code, places.departments(connection))


def _place(connection: Connection, old: MerchantRow, located: Located, more: Mapping[str, str]) -> None:
    values = {**more, **located.columns}
    connection.execute(sa.update(MERCHANT).where(MERCHANT.c.id == old.id).values(values))
    if located.name != old.commune:  # which results show and count
        theirs = sa.select(LISTING.c.id).join(SHOP, SHOP.c.id == LISTING.c.shop_id).where(SHOP.c.merchant_id == old.id)
        changes.record(connection, list(connection.execute(theirs).scalars()))


def find_by_siret(connection: Connection, siret: str) -> MerchantRow | None:
    row = connection.execute(sa.select(MERCHANT).where(MERCHANT.c.siret == siret)).one_or_none()
    return None if row is None else _merchant(row)


def list_all(connection: Connection) -> list[MerchantRow]:
    """All merchants, oldest first."""
    return [_merchant(row) for row in connection.execute(sa.select(MERCHANT).order_by(MERCHANT.c.id))]


def _merchant(row: Row[tuple[object, ...]]) -> MerchantRow:
    return MerchantRow(**row._mapping)
