"""What shops tell by themselves: the address of each, products to read again, and "something changed".

A signal is a hint and never the truth: deliveries get lost, so the clock goes on reading everything. Floods cost
nothing: a product waits once however often it was named, too many products become one wish to read all, and a wish is
passed on to the clock at most every five minutes.

Whoever writes here writes the shop's row of `shop_signal` before its hints: on PostgreSQL, portal and engine would
otherwise wait for each other.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aggregator.store import pace
from aggregator.store.dialect import upsert
from aggregator.store.pace import DueShop
from aggregator.store.runs import HINT_LANE, IS_OPEN
from aggregator.store.secrets import Sealer
from aggregator.store.tables import HINT, SHOP, SHOP_PACE, SHOP_SIGNAL, SIGNAL_DELIVERY, SYNC_RUN
from connectors.credentials import Credentials

MOST_HINTS: Final = 500
"""Products of a shop that wait; beyond, reading all costs less than reading them one by one."""
WISH_EVERY: Final = timedelta(minutes=5)
BUSY_SHARE: Final = 0.1
"""A shop that says all the time that it changed is still not read for more than a tenth of the time."""
LONGEST_REST: Final = timedelta(minutes=1)
"""Of a shop between two turns in which its hints are read."""
DELIVERIES_KEPT: Final = timedelta(days=3)
"""A delivery repeated after that is a hint once more: it costs one read of one product."""


@dataclass(frozen=True, slots=True)
class Door:
    """The shop behind an address, as whoever answers there needs it."""

    shop_id: int
    connector: str
    open: bool
    """False for a shop that is not read now: genuine signals are answered, and have no effect."""
    sealed: str
    """`Sealer.open` gives the address's secret part as `key`, and as `secret` what signs deliveries."""
    changed: bool
    """That something changed is known already, and waits."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A shop's address, and when it was last used."""

    created_at: datetime
    heard_at: datetime | None
    sealed: str


@dataclass(frozen=True, slots=True)
class Told:
    """A product to read again. `signals` tells whether it was named once more meanwhile."""

    source_id: str
    signals: int


# -- the address -------------------------------------------------------------------------------------------------------


def renew(connection: Connection, sealer: Sealer, shop_id: int, now: datetime) -> Credentials:
    """Make a shop's address and secret, as `key` and `secret`; earlier ones are dead from now on."""
    made = Credentials(secrets.token_urlsafe(24), secrets.token_urlsafe(32))
    values = {"address_hash": _hash(made.key), "sealed": sealer.seal(made), "created_at": now, "heard_at": None}
    insert = upsert(connection, SHOP_SIGNAL, ("shop_id",)).values(shop_id=shop_id, lost=0, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=("shop_id",), set_=values))
    return made


def get(connection: Connection, shop_id: int) -> SignalRow | None:
    """None where the shop has no address yet."""
    row = connection.execute(
        sa.select(SHOP_SIGNAL.c.created_at, SHOP_SIGNAL.c.heard_at, SHOP_SIGNAL.c.sealed).where(
            SHOP_SIGNAL.c.shop_id == shop_id
        )
    ).one_or_none()
    return None if row is None else SignalRow(*row)


def find(connection: Connection, token: str) -> Door | None:
    """Whose address this is. Only its hash is compared, so that time tells nothing."""
    row = connection.execute(_FIND, {"hash": _hash(token)}).one_or_none()
    if row is None:
        return None
    return Door(row.shop_id, row.connector, row.status == "approved", row.sealed, row.changed_at is not None)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_FIND = (
    sa.select(SHOP_SIGNAL.c.shop_id, SHOP_SIGNAL.c.sealed, SHOP_SIGNAL.c.changed_at, SHOP.c.connector, SHOP.c.status)
    .join(SHOP, SHOP.c.id == SHOP_SIGNAL.c.shop_id)
    .where(SHOP_SIGNAL.c.address_hash == sa.bindparam("hash"))
)


# -- what is told ------------------------------------------------------------------------------------------------------


def hear(connection: Connection, shop_id: int, delivery_id: str, source_id: str | None, now: datetime) -> bool:
    """Note a delivery that was proved genuine, and the product that it names; False where it was heard before."""
    heard = upsert(connection, SIGNAL_DELIVERY, ()).values(shop_id=shop_id, delivery_id=delivery_id, seen_at=now)
    new = heard.on_conflict_do_nothing().returning(SIGNAL_DELIVERY.c.shop_id)
    if connection.execute(new).first() is None:
        return False
    _update(connection, shop_id, heard_at=now)
    if source_id is not None:
        _add_hint(connection, shop_id, source_id, now)
    return True


def _add_hint(connection: Connection, shop_id: int, source_id: str, now: datetime) -> None:
    insert = upsert(connection, HINT, ()).values(shop_id=shop_id, source_id=source_id, signals=1, first_seen_at=now)
    again = {"signals": HINT.c.signals + 1}
    connection.execute(insert.on_conflict_do_update(index_elements=("shop_id", "source_id"), set_=again))
    waiting = sa.select(sa.func.count()).select_from(HINT).where(HINT.c.shop_id == shop_id)
    if connection.execute(waiting).scalar_one() > MOST_HINTS:
        give_up(connection, shop_id, now)


def hear_change(connection: Connection, shop_id: int, now: datetime) -> None:
    """Note that the shop says that something changed."""
    changed(connection, shop_id, now)
    _update(connection, shop_id, heard_at=now)


def changed(connection: Connection, shop_id: int, now: datetime) -> None:
    """All of the shop is to be read, since nobody knows what changed. Said again meanwhile, it counts once."""
    _update(connection, shop_id, changed_at=sa.func.coalesce(SHOP_SIGNAL.c.changed_at, now))


def _update(connection: Connection, shop_id: int, **values: Any) -> None:
    connection.execute(sa.update(SHOP_SIGNAL).where(SHOP_SIGNAL.c.shop_id == shop_id).values(**values))


# -- what is made of it ------------------------------------------------------------------------------------------------


def due(connection: Connection, now: datetime, limit: int) -> list[DueShop]:
    """Shops of which products are to be read again now, those that wait longest first.

    A shop under a run, or never read whole, waits for that."""
    first = sa.func.min(HINT.c.first_seen_at, type_=HINT.c.first_seen_at.type).label("first")
    reading = sa.exists().where(SYNC_RUN.c.shop_id == HINT.c.shop_id, IS_OPEN, SYNC_RUN.c.lane != HINT_LANE)
    rows = connection.execute(
        sa.select(HINT.c.shop_id, SHOP.c.host, SHOP.c.connector, first)
        .join(SHOP, SHOP.c.id == HINT.c.shop_id)
        .join(SHOP_SIGNAL, SHOP_SIGNAL.c.shop_id == HINT.c.shop_id)
        .where(
            SHOP.c.status == "approved",
            SHOP.c.last_complete_at.is_not(None),
            sa.or_(
                SHOP_SIGNAL.c.rest_until.is_(None),
                SHOP_SIGNAL.c.rest_until <= now,
                SHOP_SIGNAL.c.rest_until > now + LONGEST_REST,  # the clock was set back
            ),
            ~reading,
        )
        .group_by(HINT.c.shop_id, SHOP.c.host, SHOP.c.connector)
        .order_by(first)
        .limit(limit)
    )
    return [
        DueShop(row.shop_id, row.host, row.connector, row.first, wanted=True, wanted_full=False, pace=None, hinted=True)
        for row in rows
    ]


def take(connection: Connection, shop_id: int, limit: int) -> list[Told]:
    """The products to read again, the longest waiting first. Nothing is removed."""
    rows = connection.execute(
        sa.select(HINT.c.source_id, HINT.c.signals)
        .where(HINT.c.shop_id == shop_id)
        .order_by(HINT.c.first_seen_at, HINT.c.source_id)
        .limit(limit)
    )
    return [Told(*row) for row in rows]


def answered(connection: Connection, shop_id: int, told: Sequence[Told], rest_until: datetime) -> None:
    """These were read; one that was named again meanwhile stays. The next wait until the shop has rested, a minute at
    most."""
    rest(connection, shop_id, rest_until)
    for one in told:
        connection.execute(
            sa.delete(HINT).where(
                HINT.c.shop_id == shop_id, HINT.c.source_id == one.source_id, HINT.c.signals == one.signals
            )
        )


def rest(connection: Connection, shop_id: int, until: datetime) -> None:
    """Read no hint of this shop before then."""
    _update(connection, shop_id, rest_until=until)


def give_up(connection: Connection, shop_id: int, now: datetime) -> None:
    """What waits is too much to be read one by one, or cannot be: all is to be read instead."""
    changed(connection, shop_id, now)
    connection.execute(sa.delete(HINT).where(HINT.c.shop_id == shop_id))


def lost_since(connection: Connection, shop_id: int, since: datetime | None) -> int:
    """Offers that hints have taken away since then: what the guard must add to what they take away now."""
    row = connection.execute(
        sa.select(SHOP_SIGNAL.c.lost, SHOP_SIGNAL.c.lost_at).where(SHOP_SIGNAL.c.shop_id == shop_id)
    ).one_or_none()
    if row is None or row.lost_at is None or (since is not None and row.lost_at <= since):
        return 0
    return int(row.lost)


def lose(connection: Connection, shop_id: int, lost: int, now: datetime) -> None:
    """Keep for `lost_since` how many offers hints have taken away until now."""
    _update(connection, shop_id, lost=lost, lost_at=now)


def wishes(connection: Connection, now: datetime) -> list[int]:
    """Shops that say that they changed and of which the clock may be told now: each at most every five minutes."""
    rows = connection.execute(
        sa.select(SHOP_SIGNAL.c.shop_id, SHOP_SIGNAL.c.wished_at, SHOP_PACE.c.last_run_seconds)
        .join(SHOP, SHOP.c.id == SHOP_SIGNAL.c.shop_id)
        .outerjoin(SHOP_PACE, SHOP_PACE.c.shop_id == SHOP_SIGNAL.c.shop_id)
        .where(SHOP_SIGNAL.c.changed_at.is_not(None), SHOP.c.status == "approved")
        .order_by(SHOP_SIGNAL.c.shop_id)
    )
    return [row.shop_id for row in rows if row.wished_at is None or not _lately(row, now)]


def _lately(row: Any, now: datetime) -> bool:
    apart = max(WISH_EVERY, timedelta(seconds=(row.last_run_seconds or 0.0) / BUSY_SHARE))
    since: timedelta = now - row.wished_at
    return timedelta() <= since < apart  # a wish of the future: the clock was set back


def pass_on(connection: Connection, shop_ids: Sequence[int], now: datetime) -> None:
    """Tell the clock that these shops want to be read."""
    for shop_id in shop_ids:
        pace.want(connection, shop_id, now)
        _update(connection, shop_id, changed_at=None, wished_at=now)


# -- webhooks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Watched:
    """A shop whose webhooks can be looked at. `installed`: the operator had us make them."""

    shop_id: int
    sealed: str
    """`Sealer.open` gives the address's secret part as `key`, and as `secret` what signs deliveries."""
    installed: bool
    heard: bool


def installed(connection: Connection, shop_id: int, now: datetime) -> None:
    """The operator had us make this shop's webhooks: from now on we keep them alive."""
    _update(connection, shop_id, installed_at=now, looked_at=now, trouble=None)


def to_look_at(connection: Connection, connector: str, before: datetime, now: datetime, limit: int) -> list[Watched]:
    """Approved, healthy shops with an address and a key, read by this connector, whose webhooks nobody has looked at
    since this instant; the longest ago first."""
    rows = connection.execute(
        sa.select(
            SHOP_SIGNAL.c.shop_id, SHOP_SIGNAL.c.sealed, SHOP_SIGNAL.c.installed_at, SHOP_SIGNAL.c.heard_at
        )
        .join(SHOP, SHOP.c.id == SHOP_SIGNAL.c.shop_id)
        .outerjoin(SHOP_PACE, SHOP_PACE.c.shop_id == SHOP_SIGNAL.c.shop_id)
        .where(
            SHOP.c.status == "approved", SHOP.c.connector == connector, SHOP.c.credentials.is_not(None),
            SHOP.c.last_complete_at.is_not(None), SHOP_PACE.c.failing_since.is_(None),
            sa.or_(SHOP_SIGNAL.c.looked_at.is_(None), SHOP_SIGNAL.c.looked_at <= before, SHOP_SIGNAL.c.looked_at > now),
        )
        .order_by(SHOP_SIGNAL.c.looked_at.is_not(None), SHOP_SIGNAL.c.looked_at, SHOP_SIGNAL.c.shop_id)
        .limit(limit)
    )  # fmt: skip
    return [Watched(row.shop_id, row.sealed, row.installed_at is not None, row.heard_at is not None) for row in rows]


def looked(connection: Connection, shop_id: int, trouble: str | None, now: datetime) -> None:
    """Keep what was wrong with a shop's webhooks; None where nothing was, or nobody could tell."""
    _update(connection, shop_id, looked_at=now, trouble=trouble)


def prune(connection: Connection, now: datetime) -> None:
    """Forget the deliveries of days ago."""
    connection.execute(sa.delete(SIGNAL_DELIVERY).where(SIGNAL_DELIVERY.c.seen_at < now - DELIVERIES_KEPT))
