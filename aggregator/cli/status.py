"""`emplettes status`: is the portal true, right now?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command
from aggregator.cli.output import console, expected_errors, print_facts, print_json, print_table, say
from aggregator.cli.sync import OUTCOME_TEXTS

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from aggregator.store.freshness import Freshness, ShopFreshness

_WHO = {"merchant": "le commerçant", "operator": "l'opérateur", "us": "l'équipe d'Emplettes"}

_WEBHOOKS = {
    "disabled": "désactivés. Pour les réactiver : emplettes shops signals N --install",
    "paused": "en pause. Pour les réactiver : emplettes shops signals N --install",
    "absent": "supprimés. Pour les recréer : emplettes shops signals N --install",
    "refused": "la clé ne permet plus de les renouveler. Ils se règlent à la main : emplettes shops signals N",
}


def register(app: typer.Typer) -> None:
    command(
        app,
        "status",
        "Montre si le portail dit vrai : part des offres vérifiées depuis une heure et un jour, lectures du jour, "
        "boutiques en panne et pourquoi, retard de la file, changements retenus.",
        "emplettes status",
        "emplettes status --json",
    )(status)


def status(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.cli.categories import kept_out_text
        from aggregator.store import categories, freshness, products
        from connectors import registry

        files = [name for name in registry.names() if not registry.get(name).capabilities.pulled]
        now = context.utc_now()
        loaded = context.settings()
        with context.open_store(loaded) as store, store.read() as connection:
            found = freshness.measure(connection, now, files)
            kept_out = categories.kept_out(connection)
            reported = products.open_reports(connection)
        hidden = {shop_id: kept_out_text(loaded, counts) for shop_id, counts in kept_out.items()}
    if as_json:
        told = {str(shop_id): counts for shop_id, counts in kept_out.items()}
        print_json(freshness_json(found) | {"kept_out": told, "reported_products": reported})
        return
    _show(found, now)
    if reported:
        say(f"{reported} fiche(s) signalée(s) comme n'étant pas le même produit. Les voir : emplettes products reports")
    for shop_id, text in hidden.items():
        console().print(f"Boutique {shop_id}, produits non montrés : {text}", markup=False)


def freshness_json(found: Freshness) -> dict[str, Any]:
    """The region's freshness as JSON: shares from 0 to 1, null where there is no offer; seconds; instants in UTC."""
    return {
        "offers": found.offers,
        "checked_within_1h": _share(found.within_hour, found.offers),
        "checked_within_24h": _share(found.within_day, found.offers),
        "oldest_check": _iso(found.oldest),
        "runs_last_24h": found.runs,
        "queue": {"overdue_shops": found.overdue, "delay_seconds": round(found.delay.total_seconds(), 1)},
        "shops": [_shop(shop) for shop in found.shops],
    }


def _shop(shop: ShopFreshness) -> dict[str, Any]:
    failing = shop.failing
    return {
        "shop_id": str(shop.shop_id),
        "name": shop.name,
        "platform": shop.platform,
        "offers": shop.offers,
        "checked_within_1h": _share(shop.within_hour, shop.offers),
        "checked_within_24h": _share(shop.within_day, shop.offers),
        "oldest_check": _iso(shop.oldest),
        "next_sync_at": _iso(shop.next_sync_at),
        "reading": shop.reading,
        "held_offers": shop.held,
        "webhooks": shop.webhooks,
        "failing": None
        if failing is None
        else {
            "since": _iso(failing.since),
            "failures": failing.failures,
            "code": failing.code,
            "message": failing.message,
            "who_acts": failing.who_acts,
        },
    }


def _show(found: Freshness, now: datetime) -> None:
    print_facts(
        [
            ("Offres", found.offers),
            ("Vérifiées depuis 1 h", _percent(found.within_hour, found.offers)),
            ("Vérifiées depuis 24 h", _percent(found.within_day, found.offers)),
            ("La plus ancienne", _age(found.oldest, now)),
            ("Lectures du jour", ", ".join(_runs(found.runs)) or "aucune"),
            ("File d'attente", _queue(found)),
        ]
    )
    console().print()
    print_table(
        ["Boutique", "Nom", "Offres", "1 h", "24 h", "Plus ancienne", "Prochaine lecture", "Retenues", "État"],
        [
            (
                shop.shop_id,
                shop.name,
                shop.offers,
                _percent(shop.within_hour, shop.offers),
                _percent(shop.within_day, shop.offers),
                _age(shop.oldest, now),
                "au plus tôt" if shop.next_sync_at is None else shop.next_sync_at.astimezone().strftime("%d/%m %H:%M"),
                shop.held,
                _state(shop),
            )
            for shop in found.shops
        ],
        empty="Aucune boutique approuvée.",
    )
    for shop in found.shops:
        if shop.webhooks:
            what = _WEBHOOKS.get(shop.webhooks, shop.webhooks)
            console().print(f"Boutique {shop.shop_id}, webhooks : {what}", markup=False)
    for shop in found.failing:
        assert shop.failing is not None
        who = _WHO.get(shop.failing.who_acts, shop.failing.who_acts)
        since = shop.failing.since.astimezone().strftime("%d/%m/%Y %H:%M")
        line = f"Boutique {shop.shop_id}, en panne depuis le {since} : {shop.failing.message} (doit agir : {who})"
        console().print(line, markup=False)


def _runs(runs: dict[str, int]) -> list[str]:
    names = {**OUTCOME_TEXTS, "open": "en cours", "stuck": "sans signe de vie"}
    agree = OUTCOME_TEXTS
    return [
        f"{count} {names[state]}{'s' if count > 1 and state in agree else ''}" for state, count in runs.items() if count
    ]


def _queue(found: Freshness) -> str:
    if not found.overdue:
        return "aucune boutique en retard"
    shops = "1 boutique" if found.overdue == 1 else f"{found.overdue} boutiques"
    return f"{shops} en retard, {'la plus ancienne ' if found.overdue > 1 else ''}de {_span(found.delay)}"


def _state(shop: ShopFreshness) -> str:
    if shop.failing:
        return "en panne"
    if shop.reading:
        return "lecture en cours"
    return "à confirmer" if shop.held else "bien"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %".replace(".", ",") if whole else ""


def _age(instant: datetime | None, now: datetime) -> str:
    return "" if instant is None else _span(now - instant)


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} jours"


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
