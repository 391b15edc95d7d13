"""`emplettes index`: the search index, derived from the store and rebuilt at will."""

from __future__ import annotations

import time
from dataclasses import asdict

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command, group
from aggregator.cli.output import expected_errors, print_facts, print_json
from aggregator.cli.sync import progress_bars

app = group("L'index de recherche : son état, sa reconstruction.")


@command(app, "status", "Montre l'état de l'index.", "emplettes index status", "emplettes index status --json")
def status(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.search import indexer

        loaded = context.settings()
        with context.open_store(loaded) as store:
            told = indexer.status(store, loaded)
    if as_json:
        print_json(asdict(told))
        return
    print_facts(
        [
            ("Génération", told.generation or "aucune : elle naît à la première lecture"),
            ("Documents", told.documents),
            ("En attente", told.pending),
            ("Taille", f"{told.bytes / 2**20:.1f} Mio".replace(".", ",")),
            ("État", "utilisable" if told.usable else "à reconstruire : emplettes index rebuild"),
            ("Reconstruction", "en cours" if told.rebuilding else None),
        ]
    )


@command(
    app,
    "rebuild",
    "Reconstruit l'index à partir de la base. L'ancien sert jusqu'au bout : rien ne s'interrompt.",
    "emplettes index rebuild",
)
def rebuild(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.search import indexer

        loaded = context.settings()
        began = time.monotonic()
        with context.open_store(loaded) as store, progress_bars() as bars:
            task = None if bars is None else bars.add_task("Index", total=None, state="")

            def show(done: int) -> None:
                if bars is not None and task is not None:
                    bars.update(task, completed=done, state=f"{done} documents")

            documents = indexer.rebuild(store, loaded, show)
        seconds = time.monotonic() - began
    if as_json:
        print_json({"documents": documents, "seconds": round(seconds, 3)})
    else:
        typer.echo(f"Index reconstruit : {documents} documents.")
