"""Make or renew a shop's webhooks: the one thing that we ever write to a shop, and only when its owner's key may and
the operator has asked for it by name (docs/decisions/0007).

Nothing else is touched: webhooks are found by the address that they deliver to, others' are left alone, none is
deleted. A webhook that WooCommerce has switched off after failures is switched on again; one that somebody has paused
by hand only by the operator's command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from connectors.errors import AccessForbidden, CatalogueMalformed, CredentialsRejected, PlatformNotRecognised
from connectors.http import redact_url
from connectors.json_body import read_json
from connectors.protocol import ShopConnection
from connectors.woocommerce import auth
from connectors.woocommerce.api import MEMORY_AUTH, Api, error_code
from connectors.woocommerce.auth import Way
from connectors.woocommerce.webhooks import TOPICS

ROUTE: Final = "/wc/v3/webhooks"
NAME: Final = "Emplettes"
MOST_PAGES: Final = 10
ACTIVE: Final = "active"
ABSENT: Final = "absent"
PAUSED: Final = "paused"
"""By somebody's hand; WooCommerce itself says `disabled`."""
BY_HAND: Final = (
    "Cette clé ne permet pas de régler les webhooks de la boutique (il faudrait une clé « Lecture/Écriture » d'un "
    "administrateur). Ils se règlent aussi à la main, avec une clé en lecture seule ou sans clé."
)

NO_INTERFACE: Final = (
    "Cette boutique ne laisse pas régler ses webhooks de l'extérieur : une extension ou l'hébergeur en ferme "
    "l'interface, ou sa version de WooCommerce est trop ancienne. Ils se règlent aussi à la main."
)


@dataclass(frozen=True, slots=True)
class Installed:
    """One of our webhooks, as the shop says that it is now. `id` is 0 where there is none."""

    id: int
    topic: str
    status: str
    """`active`, unless the shop would not have it so."""
    was: str
    """`absent`, or its status before: WooCommerce disables webhooks silently."""


def install(connection: ShopConnection, delivery_url: str, secret: str, *, ours: str) -> list[Installed]:
    """Have the shop deliver every topic of `TOPICS` to this address, signed with this secret.

    `ours` is how addresses of this portal begin: a webhook that delivers to such a one is renewed, not doubled. Raises
    CredentialsRejected, saying how to do it by hand, for a key that may not."""
    api = Api.of(connection)
    known = _ours(api, ours)
    return [_ensure(api, topic, known.get(topic), delivery_url, secret) for topic in TOPICS]


def renew(connection: ShopConnection, delivery_url: str, secret: str, *, ours: str) -> list[Installed]:
    """Keep alive what `install` made: those that were switched off, deleted, or deliver to an address of ours that is
    no longer the shop's, and only those, are written. Raises as `install` does."""
    api = Api.of(connection)
    known = _ours(api, ours)
    return [
        as_is
        if (as_is := _as_is(topic, known.get(topic))).status == PAUSED
        or (as_is.status == ACTIVE and known[topic].get("delivery_url") == delivery_url)
        else _ensure(api, topic, known.get(topic), delivery_url, secret)
        for topic in TOPICS
    ]


def look(connection: ShopConnection, *, ours: str) -> list[Installed]:
    """How the webhooks are that deliver to us, a topic each; nothing is written. Raises as `install` does."""
    known = _ours(Api.of(connection), ours)
    return [_as_is(topic, known.get(topic)) for topic in TOPICS]


def _as_is(topic: str, known: Mapping[str, Any] | None) -> Installed:
    status = ABSENT if known is None else str(known.get("status"))
    return Installed(0 if known is None else int(known["id"]), topic, status, status)


def _ours(api: Api, ours: str) -> dict[str, dict[str, Any]]:
    """Our webhooks by topic; of several those that deliver."""
    known: dict[str, dict[str, Any]] = {}
    for hook in _listed(api):
        if str(hook.get("delivery_url", "")).startswith(ours) and isinstance(hook.get("id"), int):
            topic = str(hook.get("topic"))
            if topic not in known or hook.get("status") == ACTIVE != known[topic].get("status"):
                known[topic] = hook
    return known


def _listed(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    try:
        for number in range(1, MOST_PAGES + 1):
            page = api.listing(ROUTE, {"per_page": 100, "page": number, "orderby": "id", "order": "asc"}, keyed=True)
            found += [item for item in page.items if isinstance(item, dict)]
            if len(page.items) < 100:
                break
    except (CredentialsRejected, AccessForbidden) as error:
        raise CredentialsRejected(error.detail, message=BY_HAND) from error
    except PlatformNotRecognised as error:
        raise PlatformNotRecognised(error.detail, message=NO_INTERFACE) from error
    return found


def _ensure(api: Api, topic: str, known: Mapping[str, Any] | None, delivery_url: str, secret: str) -> Installed:
    event = topic.partition(".")[2]
    wanted = {
        "name": f"{NAME} ({event})",
        "status": ACTIVE,
        "topic": topic,
        "delivery_url": delivery_url,
        "secret": secret,
    }
    said = _post(api, ROUTE if known is None else f"{ROUTE}/{known['id']}", wanted)
    number = said.get("id")
    if not isinstance(number, int) or said.get("delivery_url") != delivery_url:
        raise CatalogueMalformed(f"POST {ROUTE}: the answer is no webhook of ours")
    before = ABSENT if known is None else str(known.get("status"))
    return Installed(number, topic, str(said.get("status")), before)


def _post(api: Api, route: str, value: Mapping[str, str]) -> dict[str, Any]:
    connection = api.connection
    assert connection.credentials is not None, "the list of webhooks was read with them"
    url, params = api.target(route, keyed=True)
    sign = auth.signer(Way(connection.memory[MEMORY_AUTH]), connection.credentials, url)
    headers = {"Content-Type": "application/json"}
    response = connection.session.post(url, orjson.dumps(value), params, headers=headers, sign=sign)
    where = f"POST {redact_url(response.url)}: {response.status} {error_code(response)}".rstrip()
    if response.status in (401, 403):
        raise CredentialsRejected(where, message=BY_HAND)
    if response.status == 404:
        raise PlatformNotRecognised(where, message=NO_INTERFACE)
    if response.status not in (200, 201):
        raise CatalogueMalformed(where)
    try:
        said, _ = read_json(response.body)
    except ValueError as error:
        raise CatalogueMalformed(f"{where}: {error}") from None
    return said if isinstance(said, dict) else {}
