"""`emplettes synonyms`: the words that find each other, as the operator edits them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command, group
from aggregator.cli.output import expected_errors, print_json, print_table

app = group("Les synonymes de la recherche : vérifier votre fichier, voir ce qu'un mot trouve.")

File = Annotated[
    Path | None,
    typer.Argument(metavar="FICHIER", help="Le fichier à lire ; sans lui, celui des réglages.", show_default=False),
]


@command(
    app,
    "check",
    "Vérifie un fichier de synonymes et nomme les lignes qui ne se comprennent pas (code de sortie 1 s'il y en a).",
    "emplettes synonyms check",
    "emplettes synonyms check essais.txt",
)
def check(file: File = None, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.search import synonyms
        from aggregator.search.tantivy_words import stems_of

        path = file or context.settings().synonyms_file
        if file is None and not path.exists():
            problems: list[synonyms.Problem] = []
            known = synonyms.parse((synonyms.shipped(),), stems_of)[0]
        else:
            known, problems = synonyms.read_file(path, stems_of)
    if as_json:
        lines = [{"line": one.line, "text": one.text, "message": one.message} for one in problems]
        print_json({"file": str(path), "phrases": len(known.others), "problems": lines})
    elif problems:
        print_table(
            ["Ligne", "Texte", "Ce qui ne va pas"],
            [(one.line or "", one.text, one.message) for one in problems],
            empty="",
        )
    else:
        absent = "" if path.exists() else f" ({path} n'existe pas encore : seuls les synonymes livrés comptent)"
        typer.echo(f"Tout se comprend : {len(known.others)} mots ou expressions ont des synonymes{absent}.")
    if problems:
        raise typer.Exit(1)


@command(
    app,
    "show",
    "Montre ce qui est cherché en plus des mots d'un texte.",
    'emplettes synonyms show "serpillière"',
    'emplettes synonyms show "pain au chocolat"',
)
def show(
    query: Annotated[str, typer.Argument(metavar="TEXTE", help="Un mot ou plusieurs.", show_default=False)],
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.search import synonyms
        from aggregator.search.tantivy_words import stems_of

        path = context.settings().synonyms_file
        known = synonyms.FreshSynonyms(path, stems_of).get()
        stems = stems_of(query)
        found: dict[str, None] = {}
        at = 0
        while at < len(stems):
            length, others = known.of(stems, at)
            found |= dict.fromkeys(known.written.get(other, " ".join(other)) for other in others)
            at += max(length, 1)
    if as_json:
        print_json({"text": query, "synonyms": list(found)})
    else:
        typer.echo(", ".join(found) if found else "Aucun synonyme : seuls les mots eux-mêmes sont cherchés.")
