"""`emplettes products compare`: what matching says of a file's pairs, and how often it is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli.options import Json, command
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table

if TYPE_CHECKING:
    from aggregator.ingest.matching.labelled import Judged

_File = Annotated[
    Path,
    typer.Argument(metavar="FICHIER", help="Paires en CSV, TSV ou JSON Lines.", dir_okay=False, show_default=False),
]


def register(app: typer.Typer) -> None:
    command(
        app,
        "compare",
        "Juge des paires de fiches d'un fichier : title_left et title_right, au besoin brand_, price_, gtin_, mpn_, et "
        "label (1 : le même produit) pour mesurer la précision et le rappel. N'écrit rien dans la base.",
        "emplettes products compare paires.csv",
        "emplettes products compare test.csv --left tableA.csv --right tableB.csv --json",
    )(compare)


def compare(
    file: _File,
    left: Annotated[
        Path | None,
        typer.Option("--left", metavar="TABLE", help="Table des fiches de gauche (ltable_id).", show_default=False),
    ] = None,
    right: Annotated[
        Path | None,
        typer.Option("--right", metavar="TABLE", help="Table des fiches de droite (rtable_id).", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FICHIER", help="Écrit chaque décision, en JSON Lines.", show_default=False),
    ] = None,
    errors: Annotated[int, typer.Option("--errors", min=0, help="Montre autant d'erreurs de chaque sorte.")] = 0,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.errors import Refused
        from aggregator.ingest.matching import labelled

        if (left is None) != (right is None):
            raise Refused("--left et --right vont ensemble.")
        score = labelled.Score()
        shown: dict[str, list[Judged]] = {"à tort": [], "manqué": []}
        decisions: list[bytes] = []
        for judged in labelled.judge(file, left, right):
            score.add(judged)
            if judged.label is not None and judged.label != judged.found.same:
                kind = shown["à tort" if judged.found.same else "manqué"]
                if len(kind) < errors:
                    kind.append(judged)
            if out is not None:
                decisions.append(_line(judged))
        if out is not None:
            out.write_bytes(b"".join(decisions))
    told = {
        "pairs": score.pairs,
        "same": score.same,
        "labelled": score.labelled,
        "precision": _rounded(score.precision),
        "recall": _rounded(score.recall),
    }
    if as_json:
        wrong = [_decision(judged) for some in shown.values() for judged in some]
        print_json(told | ({"errors": wrong} if errors else {}))
        return
    print_facts(
        [
            ("Paires", score.pairs),
            ("Le même produit", score.same),
            ("Précision", _percent(score.precision)),
            ("Rappel", _percent(score.recall)),
        ]
    )
    if errors:
        print_table(
            ["Ligne", "Erreur", "Gauche", "Droite", "Contre"],
            [
                (judged.number, kind, judged.left.title, judged.right.title, ", ".join(judged.found.against))
                for kind, some in shown.items()
                for judged in some
            ],
            empty="Aucune erreur.",
        )


def _decision(judged: Judged) -> dict[str, Any]:
    return {
        "row": judged.number,
        "same": judged.found.same,
        "confidence": judged.found.confidence,
        "reason": judged.found.reason,
        "against": list(judged.found.against),
        "label": judged.label,
        "title_left": judged.left.title,
        "title_right": judged.right.title,
    }


def _line(judged: Judged) -> bytes:
    import orjson

    return orjson.dumps(_decision(judged)) + b"\n"


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _percent(share: float | None) -> str:
    return "pas de paire pour le dire" if share is None else f"{share:.1%}".replace(".", ",").replace("%", " %")
