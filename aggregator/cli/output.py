"""What the command line says: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from aggregator.errors import EmplettesError
from connectors.errors import ConnectorError

if TYPE_CHECKING:
    from rich.console import Console

_PIPED_WIDTH = 160
"""Columns of a table that goes to a file or a pipe: rich would cut it at 80."""


def print_json(value: Any) -> None:
    """The one JSON text of a command."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def console(*, error: bool = False) -> Console:
    """A rich console on standard output, or standard error."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, width=None if stream.isatty() else _PIPED_WIDTH, highlight=False)


def say(text: str) -> None:
    """One line for a person, beside the result: to standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table, numbers to the right; the sentence `empty` where there are no rows."""
    from rich.table import Table

    lines = [list(row) for row in rows]
    if not lines:
        console().print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for index, column in enumerate(columns):
        numbers = all(isinstance(line[index], int) for line in lines)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for line in lines:
        table.add_row(*(_cell(value) for value in line))
    console().print(table)


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Labelled lines about one thing; empty values are left out."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, value in facts:
        if value not in (None, ""):
            table.add_row(label, _cell(value))
    console().print(table)


def _cell(value: object) -> str:
    from rich.markup import escape

    return "" if value is None else escape(str(value))


def error_json(error: EmplettesError | ConnectorError) -> dict[str, str]:
    """An expected error as the `error` object of every `--json`: `code`, French `message`, `who_acts`."""
    if isinstance(error, ConnectorError):
        return {"code": error.code, "message": error.message, "detail": error.detail, "who_acts": str(error.who_acts)}
    name = type(error).__name__
    code = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
    return {"code": code, "message": str(error), "who_acts": "operator"}


@contextmanager
def expected_errors(*, as_json: bool, base: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Turn an expected error into one French sentence (and with `as_json` into `base` with an `error`), exit code 1."""
    try:
        yield
    except (EmplettesError, ConnectorError) as error:
        told = error_json(error)
        if as_json:
            print_json({**(base or {}), "error": told})
        say(told["message"])
        raise typer.Exit(1) from None
