"""Shops: one selling site of a merchant each, from proposal to departure.

A shop that was refused or removed keeps its row: its host is remembered, so that it does not come back by mistake.
Whatever changes what the public may see of a shop also writes change rows for its listings: the index follows.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from aggregator.errors import NotFound, Refused
from aggregator.store import changes, match_keys, pace
from aggregator.store.public import LISTED
from aggregator.store.runs import IS_OPEN, LOST
from aggregator.store.tables import (
    HELD_INTENT,
    HINT,
    ISSUE,
    LISTING,
    OFFER,
    SHOP,
    SHOP_CHECKED,
    SHOP_SIGNAL,
    SIGNAL_DELIVERY,
    SYNC_RUN,
)

Status = Literal["proposed", "approved", "paused", "refused", "left"]
GONE: frozenset[str] = frozenset({"refused", "left"})
"""Nothing of these is kept but the row itself."""


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop without its credentials: `has_credentials` says whether there are some."""

    id: int
    merchant_id: int | None
    name: str
    url: str
    host: str
    connector: str
    platform: str
    status: Status
    has_credentials: bool
    memory: dict[str, str] = field(repr=False)
    cursor: str | None
    created_at: datetime
    decided_at: datetime | None
    note: str
    about: str
    delivery: str
    pickup: bool | None
    export_agreed: bool
    last_complete_at: datetime | None


FILE_SCHEME = "fichier"
"""Shops without a site have URLs of their own making, `fichier://` and a random name: unique, and nowhere to go."""


def site_of(url: str) -> str | None:
    """The shop's address for people and programs; None where it has no site."""
    return None if url.startswith(f"{FILE_SCHEME}://") else url


def host_of(url: str) -> str:
    """The host as it is remembered: lower case, without `www.`, with its port unless it is the scheme's own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return host if parts.port in (None, usual) else f"{host}:{parts.port}"


def add(
    connection: Connection,
    *,
    url: str,
    name: str,
    connector: str,
    platform: str,
    status: Literal["proposed", "approved"],
    merchant_id: int | None = None,
    credentials: str | None = None,
    memory: Mapping[str, str],
    now: datetime,
    again: bool = False,
) -> int:
    """Store a shop and return its id. `credentials` are sealed, `url` is canonical; without a `name`, it is the host.

    Raises Refused for a shop that is connected already, and for a host that was refused or removed, unless `again`
    (the operator's choice): a departed shop comes back, under its old name and merchant where no others are given; a
    connected one is read anew this way and with this key, and keeps its name, merchant, status and offers."""
    how = {
        "url": url,
        "host": host_of(url),
        "connector": connector,
        "platform": platform,
        "credentials": credentials,
        "memory": json.dumps(dict(memory)),
        "cursor": None,
    }
    who = {
        "merchant_id": merchant_id,
        "name": name or host_of(url),
        "status": status,
        "created_at": now,
        "decided_at": now if status == "approved" else None,
        "note": "",
        "last_complete_at": None,
    }
    known = _known(connection, url, again=again)
    try:
        if known is None:
            return int(connection.execute(sa.insert(SHOP).values(how | who).returning(SHOP.c.id)).scalar_one())
        if merchant_id is None:
            who["merchant_id"] = known.merchant_id
        if not name:
            who["name"] = known.name
        if known.status not in GONE:  # a checkpoint belongs to the way that it was read
            _end_open_run(connection, known.id, now, "La boutique a été connectée autrement pendant la lecture.")
        values = how | who if known.status in GONE else how
        connection.execute(sa.update(SHOP).where(SHOP.c.id == known.id).values(values))
        pace.soon(connection, known.id, now)
        return known.id
    except IntegrityError:  # PostgreSQL: another transaction stored the same address meanwhile
        raise Refused("Cette boutique vient d'être enregistrée. Vérifiez la liste.") from None


def _known(connection: Connection, url: str, *, again: bool) -> ShopRow | None:
    """The shop at this very address, where `again` allows one; raises Refused otherwise."""
    same = by_host(connection, host_of(url))
    at_address = next((shop for shop in same if _path(shop.url) == _path(url)), None)
    if again:
        return at_address
    if at_address is not None and at_address.status not in GONE:
        raise Refused(
            f"Cette boutique est déjà enregistrée : « {at_address.name} » (boutique n° {at_address.id}). "
            "Pour changer sa clé : emplettes shops add ADRESSE --again --credentials-file FICHIER"
        )
    departed = [shop for shop in same if shop.status in GONE]
    if departed:
        raise _refused_before(max(departed, key=lambda shop: shop.decided_at or shop.created_at))
    return None


def _refused_before(shop: ShopRow) -> Refused:
    what = "refusée" if shop.status == "refused" else "retirée"
    day = (shop.decided_at or shop.created_at).strftime("%d/%m/%Y")
    why = f" (raison : {shop.note})" if shop.note else ""
    return Refused(
        f"La boutique « {shop.name} » de {shop.host} a été {what} le {day}{why}. "
        "L'opérateur peut la reprendre : emplettes shops add ADRESSE --again"
    )


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def get(connection: Connection, shop_id: int) -> ShopRow:
    """Raises NotFound."""
    row = connection.execute(_select().where(SHOP.c.id == shop_id)).one_or_none()
    if row is None:
        raise NotFound(f"Aucune boutique n° {shop_id}. La liste : emplettes shops list")
    return _shop(row)


def list_all(connection: Connection, status: Status | None = None) -> list[ShopRow]:
    """All shops, or those of one status, oldest first."""
    query = _select().order_by(SHOP.c.id)
    if status is not None:
        query = query.where(SHOP.c.status == status)
    return [_shop(row) for row in connection.execute(query)]


def by_host(connection: Connection, host: str) -> list[ShopRow]:
    """All shops of a host (as `host_of` writes it), departed ones included, oldest first."""
    return [_shop(row) for row in connection.execute(_select().where(SHOP.c.host == host).order_by(SHOP.c.id))]


def counts(connection: Connection) -> dict[int, tuple[int, int]]:
    """Shop id -> (listings, offers) that are published; a shop without any is absent."""
    listings = sa.select(LISTING.c.shop_id, sa.func.count()).where(LISTED).group_by(LISTING.c.shop_id)
    offers = (
        sa.select(OFFER.c.shop_id, sa.func.count())
        .join(LISTING, LISTING.c.id == OFFER.c.listing_id)
        .where(LISTED, OFFER.c.status == "visible")
        .group_by(OFFER.c.shop_id)
    )
    offers_of = {row[0]: row[1] for row in connection.execute(offers)}
    return {row[0]: (row[1], offers_of.get(row[0], 0)) for row in connection.execute(listings)}


def approve(connection: Connection, shop_id: int, note: str, now: datetime) -> None:
    """Make a proposed or paused shop public; a shop that is public already stays so. Refused for a departed one."""
    shop = get(connection, shop_id)
    if shop.status in GONE:
        raise Refused(
            f"La boutique « {shop.name} » n'est plus là : ses offres et sa clé ont été effacées. "
            + (f"Pour la reprendre : emplettes shops add {shop.url} --again" if site_of(shop.url) else "")
        )
    if shop.status != "approved":
        _decide(connection, shop_id, "approved", note, now)
        pace.soon(connection, shop_id, now)


def pause(connection: Connection, shop_id: int, note: str, now: datetime) -> None:
    """Neither read nor shown until it is approved again; what is stored of it stays. Refused unless approved."""
    shop = get(connection, shop_id)
    if shop.status != "approved":
        raise Refused(f"La boutique « {shop.name} » n'est pas en ligne (état : {shop.status}).")
    _decide(connection, shop_id, "paused", note, now)
    _end_open_run(connection, shop_id, now, "La boutique a été mise en pause pendant la lecture.")


def refuse(connection: Connection, shop_id: int, note: str, now: datetime) -> None:
    """Turn a shop down and remember its host. What was stored of it goes, as in `remove`."""
    _depart(connection, shop_id, "refused", note, now)


def remove(connection: Connection, shop_id: int, note: str, now: datetime) -> None:
    """Take a shop out and remember its host: offers, issues, held intents, key, memory and address for
    signals go; its runs stay."""
    _depart(connection, shop_id, "left", note, now)


def _depart(connection: Connection, shop_id: int, status: Literal["refused", "left"], note: str, now: datetime) -> None:
    shop = get(connection, shop_id)
    if shop.status in GONE:
        what = "refusée" if shop.status == "refused" else "retirée"
        raise Refused(f"La boutique « {shop.name} » a déjà été {what}.")
    _decide(connection, shop_id, status, note, now)
    _end_open_run(connection, shop_id, now, "La boutique a été retirée pendant la lecture.")
    match_keys.forget_shop(connection, shop_id)
    for table in (HELD_INTENT, ISSUE, OFFER, LISTING, SHOP_CHECKED, SHOP_SIGNAL, HINT, SIGNAL_DELIVERY):
        connection.execute(sa.delete(table).where(table.c.shop_id == shop_id))
    erased = {"credentials": None, "memory": "{}", "cursor": None, "last_complete_at": None}
    connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(erased))


def _end_open_run(connection: Connection, shop_id: int, now: datetime, why: str) -> None:
    """A run under way in another process loses its lease: its next batch writes nothing."""
    connection.execute(
        sa.update(SYNC_RUN)
        .where(SYNC_RUN.c.shop_id == shop_id, IS_OPEN)
        .values(
            state="failed",
            lease="",
            finished_at=now,
            error_code=LOST,
            error_message=why,
            error_who="operator",
        )
    )


def _decide(connection: Connection, shop_id: int, status: Status, note: str, now: datetime) -> None:
    _mark_listings(connection, shop_id)
    decision = {"status": status, "note": note, "decided_at": now}
    connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(decision))


def describe(
    connection: Connection,
    shop_id: int,
    *,
    about: str | None = None,
    delivery: str | None = None,
    pickup: bool | None = None,
) -> None:
    """Change what the shop's page says of it; what is None stays. Plain texts."""
    get(connection, shop_id)
    given = {"about": about, "delivery": delivery, "pickup": pickup}
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(values))


def rename(connection: Connection, shop_id: int, name: str) -> None:
    """Change the name that the public sees."""
    get(connection, shop_id)
    connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(name=name))
    _mark_listings(connection, shop_id)


def agree_export(connection: Connection, shop_id: int, agreed: bool) -> None:
    """Note whether the merchant lets the shop's offers into the region's bulk export. Raises NotFound."""
    get(connection, shop_id)
    connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(export_agreed=agreed))


def _mark_listings(connection: Connection, shop_id: int) -> None:
    ids = connection.execute(sa.select(LISTING.c.id).where(LISTING.c.shop_id == shop_id)).scalars().all()
    if ids:
        changes.record(connection, ids)


def set_credentials(connection: Connection, shop_id: int, credentials: str | None) -> None:
    """Keep sealed credentials, or forget them with `None`."""
    get(connection, shop_id)
    connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(credentials=credentials))


def sealed_credentials(connection: Connection, shop_id: int) -> str | None:
    """The credentials as `store.secrets` sealed them; `None` where the shop has none. Raises NotFound."""
    get(connection, shop_id)
    sealed: str | None = connection.execute(sa.select(SHOP.c.credentials).where(SHOP.c.id == shop_id)).scalar_one()
    return sealed


def keep_memory(connection: Connection, shop_id: int, learnt: Mapping[str, str], *, dropped: Collection[str]) -> None:
    """Write these of what a run learnt, though it failed; all the rest stays as it was."""
    before = get(connection, shop_id).memory
    memory = {name: text for name, text in before.items() if name not in dropped} | dict(learnt)
    connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(memory=json.dumps(memory)))


def save_progress(
    connection: Connection,
    shop_id: int,
    *,
    memory: Mapping[str, str],
    cursor: str | None,
    last_complete_at: datetime | None,
) -> None:
    """Write what a run learnt, all three as given."""
    values = {"memory": json.dumps(dict(memory)), "cursor": cursor, "last_complete_at": last_complete_at}
    connection.execute(sa.update(SHOP).where(SHOP.c.id == shop_id).values(values))


def _select() -> sa.Select[Any]:
    columns = [column for column in SHOP.c if column.name != "credentials"]
    return sa.select(*columns, SHOP.c.credentials.is_not(None).label("has_credentials"))


def _shop(row: Row[Any]) -> ShopRow:
    values = dict(row._mapping)
    values["memory"] = json.loads(values["memory"])
    return ShopRow(**values)
