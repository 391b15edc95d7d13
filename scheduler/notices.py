"""Who is told what, by mail: one for each matter, not one a run.

A merchant hears of a failure after 24 hours and after 72, and when it is repaired; the operator gets one digest a day.
What to send is decided purely; sending comes before remembering, so that a crash in between repeats a mail rather than
loses it.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

import structlog

from aggregator.ingest.sync import utc_now
from aggregator.settings import Settings
from aggregator.store import Store, freshness, notices
from aggregator.store.freshness import Freshness
from aggregator.store.notices import Address, Failing, Told
from scheduler.mail import Mail, send
from scheduler.pacing import PARIS

FIRST, AGAIN, REPAIRED, DAILY = "failing-24h", "failing-72h", "repaired", "daily"
AFTER: Final = {FIRST: timedelta(hours=24), AGAIN: timedelta(hours=72)}
DIGEST_AT: Final = time(7)
"""In France."""
REGION: Final = 0
_RUNS: Final = {
    "complete": "complètes",
    "held": "avec des changements retenus",
    "incomplete": "incomplètes",
    "failed": "en échec",
    "open": "en cours",
    "stuck": "sans signe de vie",
}

WEBHOOKS: Final = {
    "disabled": "désactivés par WooCommerce ; à réactiver dans WordPress, ou : emplettes shops signals N --install",
    "paused": "en pause ; à réactiver dans WordPress s'ils doivent servir",
    "absent": "supprimés ; à recréer dans WordPress, ou : emplettes shops signals N --install",
    "refused": "la clé ne permet plus de les renouveler ; il en faut une « Lecture/Écriture », ou les régler à la main",
}

log = structlog.get_logger("emplettes.notices")


@dataclass(frozen=True, slots=True)
class Due:
    """A notice to send now. `failing` is None where the shop is repaired."""

    told: Told
    name: str
    email: str
    failing: Failing | None


def decide(
    failing: Iterable[Failing], told: Iterable[Told], addresses: Mapping[int, Address], now: datetime
) -> list[Due]:
    """The merchants' notices that are due. Of a failure that we ourselves must mend, a merchant hears nothing.

    `addresses`: the shops that `told` names and that are still there."""
    sent = set(told)
    due = []
    now_failing = {}
    for one in failing:
        now_failing[one.shop_id] = one.since
        for kind in (AGAIN, FIRST):
            if now - one.since < AFTER[kind]:
                continue
            notice = Told(one.shop_id, kind, one.since)
            if notice not in sent and one.who_acts == "merchant":
                due.append(Due(notice, one.name, one.email, one))
            break  # after a night off, one mail says it all
    for notice in sent:
        repaired = Told(notice.shop_id, REPAIRED, notice.since)
        if notice.kind not in AFTER or repaired in sent or now_failing.get(notice.shop_id) == notice.since:
            continue
        address = addresses.get(notice.shop_id)
        if address is not None and repaired not in {one.told for one in due}:
            due.append(Due(repaired, address.name, address.email, None))
    return sorted(due, key=lambda one: (one.told.shop_id, one.told.kind))


def digest_day(told: Iterable[Told], now: datetime) -> datetime | None:
    """The day whose digest is due now; None where it was sent, or it is not seven o'clock yet."""
    local = now.astimezone(PARIS)
    if local.time() < DIGEST_AT:
        return None
    day = datetime.combine(local.date(), time(), PARIS).astimezone(now.tzinfo)
    return None if Told(REGION, DAILY, day) in set(told) else day


def letter(due: Due, region: str, portal: str) -> Mail:
    """The mail to a merchant."""
    if due.failing is None:
        text = (
            f"Bonjour,\n\nla boutique « {due.name} » est de nouveau lue normalement par le portail Emplettes "
            f"({region}). Vos prix et vos stocks y sont à jour.\n\nMerci,\nle portail Emplettes ({region})\n{portal}\n"
        )
        return Mail(due.email, f"« {due.name} » est de nouveau à jour", text)
    hours = int(AFTER[due.told.kind].total_seconds() // 3600)
    since = due.failing.since.astimezone(PARIS).strftime("%d/%m/%Y à %H:%M")
    entirely = " en entier" if due.failing.partly else ""
    text = (
        f"Bonjour,\n\ndepuis le {since}, nous n'arrivons plus à lire{entirely} la boutique « {due.name} ».\n\n"
        f"{due.failing.message}\n\n"
        "Vos offres restent affichées pour l'instant, avec la date de leur dernière vérification ; celles que nous "
        "ne pouvons plus vérifier quittent peu à peu les résultats, et reviennent d'elles-mêmes dès que la boutique "
        "répond. "
        f"Nous continuons d'essayer.\n\nMerci,\nle portail Emplettes ({region})\n{portal}\n"
    )
    return Mail(due.email, f"« {due.name} » n'est plus lue{entirely} depuis {hours} heures", text)


def digest(found: Freshness, failing: Iterable[Failing], region: str, portal: str) -> tuple[str, str]:
    """The operator's daily mail: subject and text."""
    lines = [
        f"Offres publiées : {found.offers}",
        f"Vérifiées depuis moins d'une heure : {_percent(found.within_hour, found.offers)}",
        f"Vérifiées depuis moins d'un jour : {_percent(found.within_day, found.offers)}",
        f"Lectures du jour : {', '.join(_counted(state, n) for state, n in found.runs.items() if n) or 'aucune'}",
        f"Boutiques en retard : {found.overdue}{_waited(found)}",
    ]
    broken = list(failing)
    held = [shop for shop in found.shops if shop.held]
    if broken:
        lines += ["", f"En panne ({len(broken)}) :"]
        lines += [
            f"- {one.name} (n° {one.shop_id}), depuis le {one.since.astimezone(PARIS):%d/%m/%Y à %H:%M} : {one.message}"
            for one in broken
        ]
    if held:
        lines += ["", "Changements retenus, qui attendent votre réponse (emplettes held) :"]
        lines += [f"- {shop.name} (n° {shop.shop_id}) : {shop.held} offres" for shop in held]
    deaf = [(shop, WEBHOOKS.get(shop.webhooks, shop.webhooks)) for shop in found.shops if shop.webhooks]
    if deaf:
        lines += ["", "Webhooks qui ne signalent plus rien (les lectures régulières continuent) :"]
        lines += [f"- {shop.name} (n° {shop.shop_id}) : {what}" for shop, what in deaf]
    states = [f"{len(broken)} en panne"] if broken else []
    waiting = sum(shop.held for shop in held)
    states += [f"{waiting} offre{'s' if waiting > 1 else ''} retenue{'s' if waiting > 1 else ''}"] if held else []
    return f"Emplettes, {region} : {', '.join(states) or 'tout va bien'}", "\n".join([*lines, "", portal, ""])


def tell(store: Store, settings: Settings, now: datetime | None = None) -> int:
    """Send what is due; how many mails that were. What cannot be sent is tried again at the next call, but for an
    address that takes no mail: nobody else waits for it.

    Raises OSError or smtplib.SMTPException where no mail can be sent at all."""
    now = now or utc_now()
    with store.read() as connection:
        told, failing = notices.told(connection, now), notices.failing(connection, now)
        addresses = notices.addresses(connection, {notice.shop_id for notice in told})
    sent = 0
    for due in decide(failing, told, addresses, now):
        if due.email:
            arrived = _post(settings, letter(due, settings.region, settings.public_url), due.told.shop_id, now)
            if arrived is None:
                continue
            sent += arrived
        _remember(store, due.told, now)
    day = digest_day(told, now)
    if day is not None:
        if settings.operator_email or not settings.smtp_host:
            with store.read() as connection:
                found = freshness.measure(connection, now)
            subject, text = digest(found, failing, settings.region, settings.public_url)
            send(settings, Mail(settings.operator_email, subject, text), now)
            sent += 1
        _remember(store, Told(REGION, DAILY, day), now)
    return sent


def _post(settings: Settings, mail: Mail, shop_id: int, now: datetime) -> bool | None:
    """True where it was sent, False where it will never arrive, None where it is to be tried again later."""
    try:
        send(settings, mail, now)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError) as refused:
        log.error("a mail was refused", shop=shop_id, why=type(refused).__name__)
        return None if _passes(refused) else False
    return True


def _passes(refused: Exception) -> bool:
    """True where the server says "not now" (a code below 500)."""
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        return any(code < 500 for code, _ in refused.recipients.values())
    return isinstance(refused, smtplib.SMTPDataError) and refused.smtp_code < 500


def _remember(store: Store, notice: Told, now: datetime) -> None:
    with store.write() as connection:
        notices.record(connection, notice, now)
        notices.forget_old(connection, now)


def _counted(state: str, count: int) -> str:
    word = _RUNS[state]
    return f"{count} {word.removesuffix('s') if count == 1 and state in ('complete', 'incomplete') else word}"


def _waited(found: Freshness) -> str:
    return f" (la plus ancienne de {int(found.delay.total_seconds() // 60)} min)" if found.overdue else ""


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %".replace(".", ",") if whole else "aucune offre"
