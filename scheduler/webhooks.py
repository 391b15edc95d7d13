"""Once a day and shop: do the webhooks still live that tell us of its changes?

WooCommerce switches off, without a word, a webhook whose deliveries failed a few times, and what happened since is
lost. Where the operator had us make the webhooks, we keep them alive: that, and nothing else, is written without a
person asking for it (docs/decisions/0007). Of others we only tell.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from aggregator.errors import SettingsInvalid
from aggregator.settings import Settings
from aggregator.store import Store, shops, signals
from aggregator.store.dialect import exclusive
from aggregator.store.secrets import Sealer
from aggregator.store.signals import Watched
from connectors.addresses import AddressPolicy
from connectors.errors import ConnectorError, CredentialsRejected
from connectors.http import HttpSession
from connectors.protocol import ShopConnection
from connectors.woocommerce.registration import ABSENT, ACTIVE, Installed, look, renew

CONNECTOR: Final = "woocommerce-rest"
EVERY: Final = timedelta(days=1)
PORTION: Final = 20
"""Shops that are looked at in one go, one after the other."""
SECONDS: Final = 30.0
REFUSED: Final = "refused"
"""The key may no longer look at the webhooks that it made."""

log = structlog.get_logger("emplettes.webhooks")


def watch(store: Store, settings: Settings, now: datetime) -> int:
    """Look at the webhooks whose turn has come, and renew those that we made; how many shops that were."""
    with store.read() as connection:
        due = signals.to_look_at(connection, CONNECTOR, now - EVERY, now, PORTION)
    return sum(_watched(store, settings, shop, now) for shop in due)


def _watched(store: Store, settings: Settings, shop: Watched, now: datetime) -> bool:
    """False where somebody reads the shop: one request at a time, so its turn comes later."""
    with exclusive(store, "shop", shop.shop_id) as mine:
        if not mine:
            return False
        found: list[Installed] = []
        trouble: str | None = None
        try:
            found = _asked(store, settings, shop)
            trouble = _trouble(found, shop)
        except CredentialsRejected:  # a key that may only read products looks at no webhook: nobody knows
            trouble = REFUSED if shop.installed else None
        except (ConnectorError, SettingsInvalid) as failure:  # its reads fail as well, and tell why
            log.info("webhooks were not looked at", shop=shop.shop_id, why=type(failure).__name__)
        mended = [one.topic for one in found if one.status == ACTIVE != one.was]
        with store.write() as connection:
            signals.looked(connection, shop.shop_id, trouble, now)
            if mended:  # whatever happened while they were off was not delivered
                log.warning("webhooks were renewed", shop=shop.shop_id, topics=mended)
                signals.changed(connection, shop.shop_id, now)
    return True


def _asked(store: Store, settings: Settings, shop: Watched) -> list[Installed]:
    sealer = Sealer(settings)
    with store.read() as connection:
        row, sealed = shops.get(connection, shop.shop_id), shops.sealed_credentials(connection, shop.shop_id)
    assert sealed is not None, "only shops with a key are looked at"
    policy = AddressPolicy.from_setting(settings.allow_hosts)
    ours = f"{settings.public_url.rstrip('/')}/signaux/"
    with HttpSession(policy, user_agent=settings.user_agent, deadline=SECONDS, tries=2) as session:
        target = ShopConnection(row.url, session, sealer.open(sealed), memory=dict(row.memory))
        if not shop.installed:
            return look(target, ours=ours)
        key = sealer.open(shop.sealed)
        return renew(target, ours + key.key, key.secret, ours=ours)


def _trouble(found: list[Installed], shop: Watched) -> str | None:
    """The first thing that is wrong; a shop that never had webhooks and never said anything lacks nothing."""
    used = shop.installed or shop.heard or any(one.status != ABSENT for one in found)
    return next((one.status for one in found if one.status != ACTIVE), None) if used else None
