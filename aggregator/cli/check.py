"""`emplettes check`: look at an address as a shop, and change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from aggregator.cli import context
from aggregator.cli.options import CredentialsFile, Json, Key, Secret, Url, command
from aggregator.cli.output import console, error_json, expected_errors, print_facts, print_json, print_table, say

if TYPE_CHECKING:
    from aggregator.settings import Settings
    from connectors.credentials import Credentials
    from connectors.protocol import CheckReport, Evidence
    from connectors.records import ProductRecord

LOOK_SECONDS = 28.0
"""Detection and check together: with our own start-up, the 30 s that the design promises for a pasted address."""
_SHOWN = 20
_EXPLAINED = 5
"""Products of which each field's source is shown."""
_NOTHING: dict[str, Any] = {"platform": None, "connector": None, "products": None, "sample": [], "warnings": []}


@dataclass(frozen=True, slots=True)
class Look:
    """What an address turned out to be."""

    evidence: Evidence
    report: CheckReport
    needs_credentials: bool
    """The way that was taken needs a key."""
    key_may_help: bool
    """This way is closed for good, and there is another that needs a key."""
    memory: dict[str, str]
    """What was learnt about the shop, worth keeping for its syncs."""


def examine(loaded: Settings, url: str, pair: Credentials | None) -> Look:
    """Recognise the shop behind an address and read one real page of it.

    Raises ConnectorError where there is no shop; what goes wrong with a shop that was recognised is in the report."""
    from connectors import registry
    from connectors.detect import detect
    from connectors.http import HttpSession
    from connectors.protocol import ShopConnection

    policy = context.address_policy(loaded)
    with HttpSession(
        policy,
        user_agent=loaded.user_agent,
        request_seconds=15.0,
        deadline=LOOK_SECONDS,
        retry_wait_cap=5.0,
        tries=2,
    ) as session:
        ways = detect(url, session, with_credentials=pair is not None)
        evidence, connector = ways[0], registry.get(ways[0].connector)
        needed = connector.capabilities.needs_credentials
        target = ShopConnection(
            evidence.shop_url,
            session,
            pair if needed else None,
            dict(evidence.memory),
            crawl_delay=loaded.crawl_delay,
        )
        report = connector.check(target, sample=_SHOWN)
        keyed = any(registry.get(way.connector).capabilities.needs_credentials for way in ways)
        closed = report.error is not None and not report.error.retryable
        return Look(evidence, report, needed, keyed and closed, dict(target.memory))


def register(app: typer.Typer) -> None:
    command(
        app,
        "check",
        "Regarde une boutique sans rien enregistrer : plateforme, nombre de produits, premiers produits "
        "tels qu'ils seraient publiés, et ce qui ne va pas dans leurs données.",
        "emplettes check https://ma-boutique.fr",
        "emplettes check ma-boutique.fr --json",
    )(check)


def check(
    url: Url,
    credentials_file: CredentialsFile = None,
    key: Key = None,
    secret: Secret = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json, base=_NOTHING):
        from aggregator.cli import credentials

        report = examine(context.settings(), url, credentials.given(credentials_file, key, secret)).report
    if as_json:
        print_json(report_json(report))
    else:
        _show(report)
    if report.error is not None:
        say(report.error.message)
        raise typer.Exit(1)


def report_json(report: CheckReport) -> dict[str, Any]:
    """A report in the shape that `check --json` promises, with more that helps."""
    return {
        "platform": report.platform,
        "connector": report.connector,
        "version": report.version,
        "shop_url": report.shop_url,
        "products": report.products,
        "sample": [product.model_dump(mode="json") for product in report.sample],
        "warnings": list(report.warnings),
        "issues": [issue.model_dump(mode="json") for issue in report.issues],
        "fields": {name: [field.model_dump(mode="json") for field in fields] for name, fields in report.fields},
        "error": None if report.error is None else error_json(report.error),
    }


def _show(report: CheckReport) -> None:
    from connectors.records import ISSUE_TEXTS

    platform = f"{report.platform} {report.version}" if report.version else report.platform
    print_facts(
        [
            ("Plateforme", platform),
            ("Lue par", report.connector),
            ("Adresse", report.shop_url),
            ("Produits", report.products),
        ]
    )
    if report.sample:
        console().print()
        print_table(["Produit", "Prix", "Disponibilité"], [_product(product) for product in report.sample], empty="")
    if report.fields:
        console().print("\nD'où viennent les champs des premiers produits :")
        print_table(["Produit", "Champ", "Valeur", "Source", "Confiance"], _fields(report), empty="")
    for warning in report.warnings:
        console().print(f"Attention : {warning}", markup=False)
    for issue in report.issues:
        console().print(f"Produit {issue.source_id or '?'} : {ISSUE_TEXTS[issue.code]}", markup=False)


def _fields(report: CheckReport) -> list[tuple[str, str, str, str, str]]:
    """What each value of the first products was read from."""
    from aggregator.cli.wording import field_name, percent, shortened, source_name

    titles = {product.source_id: product.title for product in report.sample}
    rows = []
    for name, fields in report.fields[:_EXPLAINED]:
        for number, field in enumerate(fields):
            title = "" if number else titles.get(name, name)
            value, source = shortened(field.value, field.name), source_name(field.source)
            rows.append((title, field_name(field.name), value, source, percent(field.confidence)))
    return rows


def _product(product: ProductRecord) -> tuple[str, str, str]:
    from aggregator.store.portal import preview_card
    from aggregator.web import formatting

    card = preview_card(product, shop_name="", town="", now=context.utc_now())
    return product.title, formatting.card_price(card), formatting.availability(card.availability)
