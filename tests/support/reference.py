"""Writes the commands of docs/cli.md and the settings of docs/settings.md from the code.

Run by `python -m tests.support.reference`. Two tests hold the files
against what this would write, so that the docs cannot rot.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from aggregator.cli.app import app
from aggregator.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- generated -->", "<!-- /generated -->"


def cli_sections() -> str:
    """What docs/cli.md says of each command."""
    return "\n".join(_lines()).strip()


def commands(command: Any = None, path: str = "emplettes") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its whole name, in the order of the help."""
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from commands(command.commands[name], f"{path} {name}")


def _lines() -> Iterator[str]:
    for name, command in commands():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        usage = " ".join([name, *(p.metavar for p in arguments)])
        yield f"## `{usage}`\n\n{_plain(command.help)}\n"
        yield from (f"- `{p.metavar}` : {p.help}" for p in arguments)
        yield from (f"- `{_option(p)}` : {p.help}{_default(p)}" for p in options)
        if command.epilog:
            examples = [line.strip() for line in command.epilog.split("\n\n", 1)[1].splitlines()]
            yield "\n```\n" + "\n".join(examples) + "\n```\n"


def _option(parameter: Any) -> str:
    name = "/".join(parameter.opts)
    return f"{name} {parameter.metavar}" if parameter.metavar and not parameter.is_flag else name


def _default(parameter: Any) -> str:
    if parameter.required:
        return " Obligatoire."
    shown = parameter.show_default and not parameter.is_flag and parameter.default is not None
    return f" Par défaut : `{parameter.default}`." if shown else ""


def _plain(text: str) -> str:
    return text.replace("[bold]", "**").replace("[/bold]", "**")


def settings_table() -> str:
    """The table between the marks of docs/settings.md."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = "" if default in (None, "") else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        rows.append(f"| `EMPLETTES_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def page(present: str, generated: str) -> str:
    """A page with what lies between its marks as the code has it; the prose around stays."""
    before, _, rest = present.partition(BEGIN)
    return f"{before}{BEGIN}\n{generated}\n{END}{rest.partition(END)[2]}"


PAGES = {"cli.md": cli_sections, "settings.md": settings_table}


def write() -> None:
    for name, generate in PAGES.items():
        path = DOCS / name
        path.write_text(page(path.read_text(encoding="utf-8"), generate()), encoding="utf-8")


if __name__ == "__main__":
    write()
