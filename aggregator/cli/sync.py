"""`emplettes sync`: read shops, one after the other, and index what changed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command
from aggregator.cli.output import console, error_json, expected_errors, print_json, print_table, say
from aggregator.errors import EmplettesError, Refused

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from aggregator.ingest.run import Progress
    from aggregator.settings import Settings
    from aggregator.store.engine import Store

OUTCOME_TEXTS = {
    "complete": "complète",
    "incomplete": "incomplète",
    "held": "retenue",
    "failed": "échec",
}
_LANE_TEXTS = {"catalogue": "catalogue", "stock": "prix et stocks", "absence": "produits disparus"}


def register(app: typer.Typer) -> None:
    command(
        app,
        "sync",
        "Lit le catalogue de boutiques approuvées et met l'index à jour. Une lecture interrompue reprend "
        "là où elle s'était arrêtée.",
        "emplettes sync 1",
        "emplettes sync --all",
        "emplettes sync 1 2 --full --json",
    )(sync)


def sync(
    shop_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BOUTIQUE]...", help="Numéros des boutiques.", show_default=False),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Toutes les boutiques approuvées.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Relit tout, au lieu de ce qui a changé depuis la dernière fois.")
    ] = False,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        loaded = context.settings()
        context.address_policy(loaded)
        with context.open_store(loaded) as store:
            wanted = _wanted(store, shop_ids or [], everything=everything)
            with progress_bars() as bars:
                reports = [sync_one(store, loaded, shop, full=full, bars=bars) for shop in wanted]
    if as_json:
        print_json(reports)
    else:
        show_runs(reports)
    if any(report["outcome"] != "complete" or report["error"] for report in reports):
        raise typer.Exit(1)


def _wanted(store: Store, typed: list[str], *, everything: bool) -> list[str]:
    """The ids to sync, as typed, each once."""
    from aggregator.store import shops
    from connectors import registry

    if everything == bool(typed):
        raise Refused("Indiquez des numéros de boutiques, ou --all pour toutes.")
    if not everything:
        return list(dict.fromkeys(typed))
    with store.read() as connection:
        approved = shops.list_all(connection, "approved")
    # what comes from a file is read when a new one is imported
    return [str(shop.id) for shop in approved if registry.get(shop.connector).capabilities.pulled]


def sync_one(
    store: Store, loaded: Settings, typed: str, *, full: bool, bars: Bars | None, handed_over: bool = False
) -> dict[str, Any]:
    """Sync one shop and index what changed, as the JSON object of its run; what was refused has an error there."""
    from aggregator.ingest import grouping
    from aggregator.ingest.report import Meter
    from aggregator.ingest.sync import sync_shop
    from aggregator.search import indexer, tantivy_index  # noqa: F401  the adapter's import is start-up as well
    from aggregator.store import shops
    from connectors import registry

    meter = Meter()
    try:
        shop_id = context.parse_id(typed, "boutique")
        with store.read() as connection:
            shop = shops.get(connection, shop_id)
        registry.get(shop.connector)  # its import is start-up, not the run's cost
        meter = Meter()
        with _bar(bars, shop.name) as progress:
            report = sync_shop(store, loaded, shop_id, full=full, handed_over=handed_over, progress=progress)
    except EmplettesError as error:
        return _not_run(typed, meter, error)
    try:
        grouping.drain(store, context.utc_now)
        indexer.drain(store, loaded, wait=True)
    except EmplettesError as error:  # what was read is kept; the index alone is behind
        return report.with_usage(meter).as_json() | {"error": error_json(error)}
    return report.with_usage(meter).as_json()


def _not_run(typed: str, meter: Any, error: EmplettesError) -> dict[str, Any]:
    """The object of a run that never began: nothing was read."""
    from aggregator.ingest.report import RunError, RunReport, max_rss_mb
    from aggregator.store.runs import Counts

    told = error_json(error)
    why = RunError(told["code"], told["message"], told["code"], told["who_acts"])
    report = RunReport(0, 0, "failed", Counts(), why, max_rss_mb()).with_usage(meter)
    return report.as_json() | {"shop_id": typed}


@contextlib.contextmanager
def progress_bars() -> Iterator[Bars | None]:
    """Progress bars on a terminal's standard error; none elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
        console=console(error=True),
    ) as bars:
        yield bars


@contextlib.contextmanager
def _bar(bars: Bars | None, name: str) -> Iterator[Callable[[Progress], None]]:
    """The bar of one shop; a line when it is done where there is no terminal."""
    if bars is None:
        say(f"Lecture de « {name} »...")
        yield lambda _: None
        return
    from rich.markup import escape

    task = bars.add_task(escape(name), total=None, state="")

    def show(progress: Progress) -> None:
        state = f"{_LANE_TEXTS.get(progress.lane, progress.lane)} : {progress.products} produits"
        bars.update(task, completed=progress.products, total=progress.announced, state=state)

    yield show
    seen = bars.tasks[task].completed
    bars.update(task, total=seen or 1, completed=seen or 1, state=f"{seen:.0f} produits")


def show_runs(reports: list[dict[str, Any]]) -> None:
    columns = ["Boutique", "Lecture", "Produits", "Offres", "Nouvelles", "Modifiées", "Inchangées", "Retirées"]
    names = ("products_seen", "offers_seen", "created", "updated", "unchanged", "withdrawn", "rejected", "requests")
    print_table(
        [*columns, "Écartés", "Requêtes", "Durée"],
        [
            (
                int(report["shop_id"]) if report["shop_id"].isdigit() else report["shop_id"],
                OUTCOME_TEXTS[report["outcome"]],
                *(report[name] for name in names),
                f"{report['seconds']:.1f} s".replace(".", ","),
            )
            for report in reports
        ],
        empty="Aucune boutique approuvée. Pour en ajouter une : emplettes shops add ADRESSE",
    )
    for report in reports:
        if report["error"] is not None:
            say(f"Boutique {report['shop_id']} : {report['error']['message']}")
