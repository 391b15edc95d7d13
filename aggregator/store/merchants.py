"""Merchants: who sells, by law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from aggregator.errors import NotFound, Refused
from aggregator.store.tables import MERCHANT


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
    now: datetime,
) -> int:
    """Store a merchant and return its id. `siret` is 14 digits, checked by the caller (`connectors.values.siret`).

    Raises Refused, naming the merchant, when that SIRET is known."""
    if siret is not None and (known := find_by_siret(connection, siret)) is not None:
        raise _known(known.id, known.name)
    values = {"name": name, "siret": siret, "commune": commune, "email": email, "phone": phone, "created_at": now}
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


def find_by_siret(connection: Connection, siret: str) -> MerchantRow | None:
    row = connection.execute(sa.select(MERCHANT).where(MERCHANT.c.siret == siret)).one_or_none()
    return None if row is None else _merchant(row)


def list_all(connection: Connection) -> list[MerchantRow]:
    """All merchants, oldest first."""
    return [_merchant(row) for row in connection.execute(sa.select(MERCHANT).order_by(MERCHANT.c.id))]


def _merchant(row: Row[tuple[object, ...]]) -> MerchantRow:
    return MerchantRow(**row._mapping)
