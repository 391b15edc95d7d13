"""`emplettes runs`, `issues` and `offers export`: what is known of the shops' catalogues."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import context
from aggregator.cli.french import ListingGroup
from aggregator.cli.options import Json, MaybeShopId, command, group
from aggregator.cli.output import expected_errors, print_json, print_table, say
from aggregator.cli.sync import OUTCOME_TEXTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from aggregator.store.issues import IssueRow
    from aggregator.store.runs import RunRow

offers_app = group("Les offres publiées.")
runs_app = group("Les lectures : la liste, et l'arrêt d'une lecture.", ListingGroup)


def register(app: typer.Typer) -> None:
    command(
        runs_app,
        "list",
        "Liste les dernières lectures de boutiques, la plus récente d'abord.",
        "emplettes runs",
        "emplettes runs list --signals",
        "emplettes runs list 1 --json",
    )(runs)
    command(
        app,
        "issues",
        "Liste ce qui ne va pas dans les données des boutiques, à montrer aux commerçants.",
        "emplettes issues",
        "emplettes issues 1",
    )(issues)
    command(
        offers_app,
        "export",
        "Écrit toutes les offres publiées, une par ligne, en JSON Lines.",
        "emplettes offers export > offres.jsonl",
        "emplettes offers export 1 | head -3",
    )(export)
    app.add_typer(offers_app, name="offers")
    command(
        runs_app,
        "abort",
        "Arrête une lecture en cours, où qu'elle tourne. Ce qu'elle a déjà lu est gardé.",
        "emplettes runs abort 12",
    )(abort)
    app.add_typer(runs_app, name="runs")


def _checked_shop(connection: Connection, typed: str | None) -> int | None:
    """The id as typed, `None` for all shops. Raises NotFound for an unknown one."""
    from aggregator.store import shops

    return None if typed is None else shops.get(connection, context.parse_id(typed, "boutique")).id


def runs(
    shop: MaybeShopId = None,
    signals: Annotated[
        bool,
        typer.Option("--signals", help="Montre aussi les lectures des seuls produits que des boutiques ont signalés."),
    ] = False,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import runs as stored

        with context.open_store(context.settings()) as store, store.read() as connection:
            rows = stored.list_runs(connection, _checked_shop(connection, shop), hints=signals)
    if as_json:
        print_json([run_json(row) for row in rows])
        return
    print_table(
        ["N°", "Boutique", "Début", "Lecture", "Produits", "Offres", "Requêtes", "Durée", "Erreur"],
        [
            (
                row.id,
                row.shop_id,
                row.started_at.astimezone().strftime("%d/%m/%Y %H:%M:%S"),
                OUTCOME_TEXTS.get(row.state, "en cours") + (" (signal)" if row.is_hint else ""),
                row.counts.products_seen,
                row.counts.offers_seen,
                row.counts.requests,
                f"{row.counts.seconds:.1f} s".replace(".", ","),
                row.error_message,
            )
            for row in rows
        ],
        empty="Aucune lecture encore. Pour lire les boutiques : emplettes sync --all",
    )


def abort(
    run: Annotated[str, typer.Argument(metavar="LECTURE", help="Numéro de la lecture.", show_default=False)],
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import runs as stored

        number = context.parse_id(run, "lecture")
        with context.open_store(context.settings()) as store, store.write() as connection:
            stored.abort(connection, number, context.utc_now())
    if as_json:
        print_json({"run_id": str(number), "outcome": "failed"})
    else:
        say(f"La lecture n° {number} est arrêtée.")


def run_json(row: RunRow) -> dict[str, Any]:
    """A stored run as JSON, in the words of `sync --json`; `outcome` is null while it is open."""
    counts = row.counts.as_dict()
    error = {"code": row.error_code, "message": row.error_message, "detail": row.error_detail}
    return {
        "run_id": str(row.id),
        "shop_id": str(row.shop_id),
        "outcome": None if row.state == "open" else row.state,
        "hint": row.is_hint,
        **counts,
        "started_at": _iso(row.started_at),
        "finished_at": _iso(row.finished_at),
        "error": None if row.error_code is None else error | {"who_acts": row.error_who},
    }


def issues(shop: MaybeShopId = None, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import issues as stored

        with context.open_store(context.settings()) as store, store.read() as connection:
            rows = stored.list_open(connection, _checked_shop(connection, shop))
    if as_json:
        print_json([issue_json(row) for row in rows])
        return
    print_table(
        ["Boutique", "Produit", "Nom", "Problème", "Depuis"],
        [
            (row.shop_id, row.source_id or "?", row.title, issue_text(row), row.first_seen_at.strftime("%d/%m/%Y"))
            for row in rows
        ],
        empty="Aucun problème connu.",
    )


def issue_text(row: IssueRow) -> str:
    """The French sentence for an issue."""
    from connectors.records import ISSUE_TEXTS, IssueCode

    return ISSUE_TEXTS[IssueCode(row.code)]


def issue_json(row: IssueRow) -> dict[str, Any]:
    """An open issue as JSON."""
    return {
        "shop_id": str(row.shop_id),
        "product_source_id": row.source_id or None,
        "title": row.title,
        "url": row.url,
        "code": row.code,
        "field": row.field or None,
        "message": issue_text(row),
        "detail": row.detail,
        "rejected": row.rejected,
        "first_seen_at": _iso(row.first_seen_at),
    }


def export(shop: MaybeShopId = None, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):  # what is written is JSON either way
        import orjson

        from aggregator.store import export as stored

        out = sys.stdout.buffer
        with context.open_store(context.settings()) as store, store.read() as connection:
            for offer in stored.offers(connection, _checked_shop(connection, shop)):
                out.write(orjson.dumps(offer, option=orjson.OPT_APPEND_NEWLINE))
        out.flush()


def _iso(instant: Any) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
