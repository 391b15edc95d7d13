"""`emplettes held`: what waits for a person, and the person's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import context
from aggregator.cli.french import ListingGroup
from aggregator.cli.options import Json, ShopId, command, group
from aggregator.cli.output import console, expected_errors, print_json, print_table, say
from aggregator.errors import Refused

if TYPE_CHECKING:
    from aggregator.store.held import Answer, Example, Waiting

app = group("Les changements retenus : les voir, les confirmer ou les rejeter.", ListingGroup)
KIND_TEXTS = {"absence": "disparus", "sold_out": "épuisés", "unpriced": "sans prix", "price": "prix bouleversés"}
_ANSWER_TEXTS = {"confirmed": "confirmé", "rejected": "rejeté"}
_EXAMPLES = 3


@command(
    app,
    "list",
    "Liste ce qui attend : des changements qui pourraient être une erreur de la boutique. Les anciennes données "
    "restent affichées tant qu'ils attendent.",
    "emplettes held",
    "emplettes held list 3 --json",
)
def show(
    shop: Annotated[
        str | None,
        typer.Argument(metavar="[BOUTIQUE]", help="Numéro de la boutique ; sans lui, toutes.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import held, shops

        now = context.utc_now()
        with context.open_store(context.settings()) as store, store.read() as connection:
            wanted = None if shop is None else shops.get(connection, context.parse_id(shop, "boutique")).id
            rows = held.waiting(connection, now, wanted)
            examples = {
                (row.shop_id, row.kind): held.examples(connection, row.shop_id, row.kind, _EXAMPLES) for row in rows
            }
    if as_json:
        print_json([_json(row, examples[row.shop_id, row.kind]) for row in rows])
        return
    print_table(
        ["Boutique", "Nom", "Raison", "Offres", "Lectures", "Depuis", "Réponse"],
        [
            (
                row.shop_id,
                row.shop_name,
                KIND_TEXTS[row.kind],
                row.offers,
                row.sweeps,
                row.since.astimezone().strftime("%d/%m/%Y %H:%M"),
                _answer_text(row),
            )
            for row in rows
        ],
        empty="Rien n'attend : aucun changement n'est retenu.",
    )
    for (shop_id, kind), some in examples.items():
        for example in some:
            console().print(f"  {shop_id} · {KIND_TEXTS[kind]} : {_sentence(example)}", markup=False)
    if rows:
        say("Si c'est vrai : emplettes held confirm N. Si la boutique se trompe : emplettes held reject N.")


@command(
    app,
    "confirm",
    "Confirme ce qui attend d'une boutique, puis la relit : ce que cette lecture voit est publié, jamais les "
    "données d'avant. La réponse vaut 72 heures.",
    "emplettes held confirm 3",
)
def confirm(shop: ShopId, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.cli.sync import progress_bars, sync_one
        from aggregator.store import pace
        from connectors import registry

        loaded = context.settings()
        context.address_policy(loaded)
        with context.open_store(loaded) as store:
            row = _answered(store, shop, "confirmed")
            if not registry.get(row.connector).capabilities.pulled:
                say("Confirmé pour 72 heures. Importez à nouveau le fichier : emplettes shops import FICHIER --shop N")
                return
            with progress_bars() as bars:
                report = sync_one(store, loaded, str(row.id), full=True, bars=bars)
            if report["error"] and report["error"]["code"] == "refused" and row.status == "approved":
                with store.write() as connection:
                    pace.want(connection, row.id, context.utc_now(), full=True)
                if not as_json:
                    say("Confirmé pour 72 heures. La boutique est en cours de lecture : le moteur la relira ensuite.")
                    return
    _tell(report, as_json=as_json)


def _tell(report: dict[str, Any], *, as_json: bool) -> None:
    from aggregator.cli.sync import show_runs

    if as_json:
        print_json(report)
    else:
        show_runs([report])
    if report["outcome"] != "complete" or report["error"]:
        raise typer.Exit(1)


@command(
    app,
    "reject",
    "Garde les données d'avant : la boutique se trompe. Ce qui est retenu le reste 72 heures sans être redemandé.",
    "emplettes held reject 3",
)
def reject(shop: ShopId, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json), context.open_store(context.settings()) as store:
        row = _answered(store, shop, "rejected")
    if as_json:
        print_json({"shop_id": str(row.id), "answer": "rejected"})
    else:
        say("Noté : les données d'avant restent affichées. Nous redemanderons si la boutique insiste après 72 heures.")


def _answered(store: Any, typed: str, answer: Answer) -> Any:
    """The shop, once the answer is noted. Raises Refused where nothing waits."""
    from aggregator.store import held, shops

    with store.write() as connection:
        row = shops.get(connection, context.parse_id(typed, "boutique"))
        if not held.decide(connection, row.id, answer, context.utc_now()):
            raise Refused(f"Rien n'attend de la boutique n° {row.id}. Ce qui attend : emplettes held")
        return row


def _answer_text(row: Waiting) -> str:
    if row.answer is None or row.answer_until is None:
        return "attendue"
    return f"{_ANSWER_TEXTS[row.answer]} jusqu'au {row.answer_until.astimezone().strftime('%d/%m %H:%M')}"


def _sentence(example: Example) -> str:
    """ "Écharpe longue : 45,00 € → 4,50 €"."""
    from aggregator.web import formatting

    if "price_minor" not in example.claim:
        return example.title
    before = formatting.price(example.price_minor, example.currency)
    return f"{example.title} : {before} → {formatting.price(example.claim['price_minor'], example.claim['currency'])}"


def _json(row: Waiting, examples: list[Example]) -> dict[str, Any]:
    return {
        "shop_id": str(row.shop_id),
        "shop": row.shop_name,
        "reason": row.kind,
        "offers": row.offers,
        "sweeps": row.sweeps,
        "since": row.since.isoformat().replace("+00:00", "Z"),
        "answer": row.answer,
        "answer_until": None if row.answer_until is None else row.answer_until.isoformat().replace("+00:00", "Z"),
        "examples": [
            {"title": e.title, "url": e.url, "price_minor": e.price_minor, "currency": e.currency, "claim": e.claim}
            for e in examples
        ],
    }
