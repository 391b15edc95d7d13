"""Read one shop once: its lock, its key, its run and the session; what is made of what it says is in `run`.

read ──► batch ──► plan (decide) ──► one transaction ──► ... ──► absent? ──► judge (guard) ──► close
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection

from aggregator.errors import Refused, SettingsInvalid
from aggregator.ingest.report import RunReport
from aggregator.ingest.run import Clock, Progress, Run
from aggregator.ingest.shelving import Shelving
from aggregator.settings import Settings
from aggregator.store import Store, runs, shops
from aggregator.store.dialect import exclusive
from aggregator.store.secrets import Sealer
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.credentials import Credentials
from connectors.http import HttpSession
from connectors.protocol import PROOF, ShopConnection

RUN_SECONDS = 2 * 3600.0
"""A run that lasts longer ends as failed, and the next one starts anew; or it waits to be resumed, where its connector
can do that."""
FULL_EVERY = timedelta(days=1)
"""Renames and texts written by importers move no date: once a day all is read, whatever the cursor says."""

log = structlog.get_logger("emplettes.sync")


def utc_now() -> datetime:
    return datetime.now(UTC)


def sync_shop(
    store: Store,
    settings: Settings,
    shop_id: int,
    *,
    full: bool = False,
    stock_only: bool = False,
    handed_over: bool = False,
    progress: Callable[[Progress], None] | None = None,
    opened: Callable[[HttpSession], None] | None = None,
    clock: Clock = utc_now,
) -> RunReport:
    """Read a shop once. A shop's fault is in the report, never raised. `handed_over`: a new file was just given.

    `stock_only` sweeps prices and stock and leaves the catalogue for another run; where the connector has no such
    sweep, or the catalogue was not read whole within a day, all is read. `opened` is given the session that the run
    uses: its `cancel` ends the run with Cancelled, and leaves it open to be resumed.

    Raises Refused for a shop that is not approved, is being read by another process, or is a file that nobody handed
    over anew; NotFound for an unknown one; SettingsInvalid where the categories or those excluded cannot be used, and,
    after a failed run that says so, where the shop's key cannot be unsealed."""
    shelving = Shelving.of(settings)
    with exclusive(store, "shop", shop_id) as mine:
        if not mine:
            raise Refused(f"La boutique n° {shop_id} est déjà en cours de lecture par un autre processus.")
        credentials, unreadable = _credentials(store, settings, shop_id)
        with store.write() as connection:
            shop = shops.get(connection, shop_id)
            if shop.status != "approved":
                raise Refused(
                    f"La boutique n° {shop_id} n'est pas approuvée (état : {shop.status}). "
                    f"Pour l'approuver : emplettes shops approve {shop_id}"
                )
            connector = registry.get(shop.connector)
            if not (connector.capabilities.pulled or handed_over):
                raise Refused(
                    f"La boutique n° {shop_id} vient d'un fichier : le relire ne dirait rien de nouveau. "
                    f"Importez le fichier à jour : emplettes shops import FICHIER --shop {shop_id}"
                )
            cursor = shop.cursor if _read_in_full_lately(connection, shop_id, clock()) else None
            sweep = stock_only and not full and cursor is not None and connector.capabilities.stock_lane
            run, resumed = runs.open_or_resume(
                connection, shop_id, cursor=cursor, full=full, now=clock(), stock_only=sweep
            )
            if unreadable is not None:  # no shop's fault, but whoever looks at its runs must see why it is not read
                told = ("credentials_unreadable", str(unreadable), "cannot be unsealed", "operator")
                runs.close(connection, run, run.counts, state="failed", now=clock(), error=told)
        if unreadable is not None:
            raise unreadable
        if resumed:
            log.info("run resumed", shop=shop_id, run=run.id, lane=run.lane)
        session = HttpSession(
            AddressPolicy.from_setting(settings.allow_hosts), user_agent=settings.user_agent, deadline=RUN_SECONDS
        )
        if opened is not None:
            opened(session)
        with session:
            memory = {name: text for name, text in shop.memory.items() if not (full and name.startswith(PROOF))}
            target = ShopConnection(shop.url, session, credentials, memory=memory, crawl_delay=settings.crawl_delay)
            seen = progress or (lambda _: None)
            return Run(store, shop, run, connector, target, shelving, seen, clock).report()


def _credentials(store: Store, settings: Settings, shop_id: int) -> tuple[Credentials | None, SettingsInvalid | None]:
    with store.read() as connection:
        sealed = shops.sealed_credentials(connection, shop_id)
    try:
        return (Sealer(settings).open(sealed) if sealed else None), None
    except SettingsInvalid as unreadable:
        return None, unreadable


def _read_in_full_lately(connection: Connection, shop_id: int, now: datetime) -> bool:
    last = runs.last_full(connection, shop_id)
    return last is not None and now - last < FULL_EVERY
