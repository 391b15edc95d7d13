"""`emplettes shops signals`: the address at which a shop tells of its changes by itself, and how to set it up."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, ShopId, command
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table, say
from aggregator.errors import Refused

if TYPE_CHECKING:
    from aggregator.settings import Settings
    from aggregator.store.engine import Store
    from aggregator.store.shops import ShopRow
    from connectors.credentials import Credentials
    from connectors.woocommerce.registration import Installed

_PORTS = (80, 443, 8080)
"""WordPress calls no other (measured)."""
_STATUS_TEXTS = {"absent": "absent", "active": "actif", "disabled": "désactivé", "paused": "en pause"}
_BY_HAND = (
    "Dans WordPress : WooCommerce > Réglages > Avancé > Webhooks > Ajouter un webhook, quatre fois : sujets « Produit "
    "créé », « Produit mis à jour », « Produit supprimé » et « Produit restauré ». Chaque fois : état « Actif », l'URL "
    "de livraison et le secret de cette boutique, version de l'API « WP REST API Integration v3 »."
)
_WITH_A_KEY = "Avec une clé « Lecture/Écriture », tout se fait d'ici : emplettes shops signals {shop} --install"
_ANY_PLATFORM = (
    "Cette adresse est à appeler (GET ou POST, sans rien d'autre) chaque fois que quelque chose change dans la "
    "boutique, par un module ou par une tâche planifiée de l'hébergement, par exemple : curl -fsS {address}\n"
    "La boutique est alors relue, au plus une fois toutes les cinq minutes. Les lectures régulières continuent."
)


def register(app: typer.Typer) -> None:
    command(
        app,
        "signals",
        "Donne l'adresse à laquelle une boutique peut signaler elle-même ses changements, et dit comment la régler : "
        "ils paraissent alors en quelques secondes. Le secret n'est montré qu'une fois, quand l'adresse est créée.\n\n"
        "--install règle les webhooks d'une boutique WooCommerce à votre place, ou réactive ceux qu'elle a "
        "désactivés : c'est la seule chose qu'Emplettes écrive jamais dans une boutique, et seulement après cette "
        "commande. Le moteur regarde ensuite chaque jour si ces webhooks vivent encore, et les renouvelle.",
        "emplettes shops signals 3",
        "emplettes shops signals 3 --install",
        "emplettes shops signals 3 --new",
    )(signals)


def signals(
    shop: ShopId,
    new: Annotated[
        bool, typer.Option("--new", help="Change l'adresse et le secret : les précédents ne valent plus rien.")
    ] = False,
    install: Annotated[
        bool, typer.Option("--install", help="Crée ou renouvelle les webhooks par l'interface de WooCommerce.")
    ] = False,
    as_json: Json = False,
) -> None:
    told: dict[str, Any] = {}
    with expected_errors(as_json=as_json, base=told):
        from aggregator.store import shops

        loaded = context.settings()
        with context.open_store(loaded) as store:
            with store.read() as connection:
                row = shops.get(connection, context.parse_id(shop, "boutique"))
            _can_signal(row, install=install)
            key, made, heard_at = _address(loaded, store, row, new=new)
            told |= _told(loaded, row, key, made=made, heard_at=heard_at)
            if not as_json:  # before anything can fail: the secret is shown this once
                _show(row, told, heard_at)
            installed = _install(loaded, store, row, told["delivery_url"], key.secret) if install else []
        told["webhooks"] = [
            {"id": str(one.id), "topic": one.topic, "status": one.status, "was": one.was} for one in installed
        ]
    if as_json:
        print_json(told)
    else:
        _explain(row, told, installed)
    if (warning := _unreachable(loaded.public_url)) is not None:
        say(warning)


def _can_signal(row: ShopRow, *, install: bool) -> None:
    from aggregator.store import shops
    from connectors import registry

    if row.status in shops.GONE:
        raise Refused(f"La boutique « {row.name} » n'est plus là.")
    if not registry.get(row.connector).capabilities.pulled:
        raise Refused(
            f"La boutique n° {row.id} vient d'un fichier : il n'y a rien à relire. "
            f"Importez le fichier à jour : emplettes shops import FICHIER --shop {row.id}"
        )
    if install and not (row.connector == "woocommerce-rest" and row.has_credentials):
        raise Refused(
            f"Emplettes n'a pas de clé WooCommerce de la boutique n° {row.id} : sans elle, ses webhooks se règlent à "
            f"la main. Comment : emplettes shops signals {row.id}"
        )


def _address(loaded: Settings, store: Store, row: ShopRow, *, new: bool) -> tuple[Credentials, bool, Any]:
    """The shop's address and secret, whether they were made now, and when the address was last used."""
    from aggregator.store import signals
    from aggregator.store.secrets import Sealer

    sealer = Sealer(loaded)
    with store.read() as connection:
        known = signals.get(connection, row.id)
    if known is not None and not new:
        return sealer.open(known.sealed), False, known.heard_at
    with store.write() as connection:
        return signals.renew(connection, sealer, row.id, context.utc_now()), True, None


def _is_woocommerce(row: ShopRow) -> bool:
    return row.connector.startswith("woocommerce-")


def _install(loaded: Settings, store: Store, row: ShopRow, delivery: str, secret: str) -> list[Installed]:
    """Have the shop deliver. Raises a ConnectorError, which says whether it must be done by hand."""
    from aggregator.store import shops, signals
    from aggregator.store.secrets import Sealer
    from connectors.http import HttpSession
    from connectors.protocol import ShopConnection
    from connectors.woocommerce.registration import install

    with store.read() as connection:
        sealed = shops.sealed_credentials(connection, row.id)
    assert sealed is not None, "seen before"
    policy = context.address_policy(loaded)
    with HttpSession(policy, user_agent=loaded.user_agent, deadline=60.0, tries=2) as session:
        target = ShopConnection(row.url, session, Sealer(loaded).open(sealed), memory=dict(row.memory))
        done = install(target, delivery, secret, ours=f"{loaded.public_url.rstrip('/')}/signaux/")
    with store.write() as connection:
        signals.installed(connection, row.id, context.utc_now())
    return done


def _told(loaded: Settings, row: ShopRow, key: Credentials, *, made: bool, heard_at: Any) -> dict[str, Any]:
    delivery = f"{loaded.public_url.rstrip('/')}/signaux/{key.key}"
    return {
        "shop_id": str(row.id),
        "delivery_url": delivery if _is_woocommerce(row) else None,
        "change_url": f"{delivery}/change",
        "secret": key.secret if made and _is_woocommerce(row) else None,
        "heard_at": None if heard_at is None else heard_at.isoformat().replace("+00:00", "Z"),
    }


def _show(row: ShopRow, told: dict[str, Any], heard_at: Any) -> None:
    print_facts(
        [
            ("Boutique", f"n° {row.id} {row.name}"),
            ("URL de livraison", told["delivery_url"]),
            ("Secret", told["secret"]),
            ("« Quelque chose a changé »", told["change_url"]),
            ("Dernier signal reçu", heard_at.astimezone().strftime("%d/%m/%Y %H:%M") if heard_at else "aucun"),
        ]
    )
    if told["secret"] is not None:
        say("Notez le secret : il ne sera plus montré. Pour en changer : --new")


def _explain(row: ShopRow, told: dict[str, Any], installed: list[Installed]) -> None:
    if installed:
        print_table(
            ["Webhook", "Sujet", "Avant", "Maintenant"],
            [(one.id, one.topic, _status(one.was), _status(one.status)) for one in installed],
            empty="",
        )
    elif _is_woocommerce(row):
        say(_BY_HAND)
        if row.has_credentials:
            say(_WITH_A_KEY.format(shop=row.id))
    else:
        say(_ANY_PLATFORM.format(address=told["change_url"]))


def _status(word: str) -> str:
    return _STATUS_TEXTS.get(word, word)


def _unreachable(public_url: str) -> str | None:
    """What to say where no shop could call this portal; None where one can, as far as the address tells."""
    parts = urlsplit(public_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    try:
        public = ip_address(host).is_global
    except ValueError:
        public = "." in host and not host.endswith((".local", ".internal", ".localhost"))
    if public and port in _PORTS:
        return None
    return (
        f"Attention : EMPLETTES_PUBLIC_URL est {public_url}. Une boutique ne peut appeler le portail qu'à une adresse "
        "publique, et WordPress seulement aux ports 80, 443 et 8080."
    )
