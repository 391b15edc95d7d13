"""Typer in French: titles of the help, and the sentences for a command that was mistyped."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

rich_utils.OPTIONS_PANEL_TITLE = "Options"
rich_utils.ARGUMENTS_PANEL_TITLE = "Arguments"
rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
rich_utils.DEFAULT_STRING = "[par défaut : {}]"
rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""Typer's own base of all that can be mistyped; it has no public name."""

FIRST = ("check", "merchants", "shops", "sync")
"""Commands of the first day: before the others, whatever they are (Typer lists groups last)."""


class _French:
    """What commands and groups share: the usage line and the text of `--help`."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx)).replace("{", "").replace("}", "")  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix="Utilisation : ")

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters without Python's names of types ("<str>"), which help nobody."""
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = ""
            elif param.param_type_name == "argument":
                param.display_type_rich = lambda ctx: None
        return params

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Affiche cette aide."
        return option


class FrenchCommand(_French, TyperCommand):
    """One command."""


class FrenchGroup(_French, TyperGroup):
    """Commands under one word, listed in the order of their declaration, groups among them."""

    def list_commands(self, ctx: Any) -> list[str]:
        declared = list(self.commands)
        first = [name for name in FIRST if name in self.commands]
        return first + [name for name in declared if name not in first]


class ListingGroup(FrenchGroup):
    """A group that lists when no command of its own is named: `held` and `held 3` are `held list` and `held list 3`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = ["list", *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


def usage_sentence(error: Exception) -> str:
    """One French sentence for a mistyped command, and where its help is."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "emplettes"
    return f"{_what(error)} Aide : {path} --help"


def _what(error: Exception) -> str:
    kind, text = type(error).__name__, str(getattr(error, "message", error))
    option, parameter = getattr(error, "option_name", ""), getattr(error, "param", None)
    quoted = re.search(r"'([^']*)'", text) or re.search(r"\(([^()]*)\)$", text)
    if kind == "NoSuchOption":
        near = getattr(error, "possibilities", None)
        return f"Option inconnue : {option}." + (f" Vouliez-vous dire {near[0]} ?" if near else "")
    if kind == "MissingParameter":
        return f"Il manque {_name(parameter)}."
    if kind == "BadParameter":
        return f"Valeur refusée pour {_name(parameter)}."
    if option:
        return f"L'option {option} attend une valeur."
    if text.startswith("No such command"):
        near = re.search(r"Did you mean '([^']*)'", text)
        return f"Commande inconnue : {quoted[1] if quoted else ''}." + (
            f" Vouliez-vous dire {near[1]} ?" if near else ""
        )
    if text.startswith("Got unexpected extra"):
        return f"Argument en trop : {quoted[1] if quoted else ''}."
    return "Cette commande n'est pas complète."


def _name(parameter: Any) -> str:
    if parameter is None:
        return "une valeur"
    if parameter.param_type_name == "option":
        return f"l'option {parameter.opts[0]}"
    return f"l'argument {parameter.metavar or parameter.name.upper()}"
