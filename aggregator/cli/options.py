"""Options and arguments that several commands share, and how a command is declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from aggregator.cli.french import FrenchCommand, FrenchGroup

F = TypeVar("F", bound=Callable[..., object])

Json = Annotated[bool, typer.Option("--json", help="Écrit le résultat en JSON, et rien d'autre, sur la sortie.")]
ShopId = Annotated[str, typer.Argument(metavar="BOUTIQUE", help="Numéro de la boutique.", show_default=False)]
MaybeShopId = Annotated[
    str | None,
    typer.Argument(metavar="[BOUTIQUE]", help="Numéro de la boutique ; sans lui, toutes.", show_default=False),
]
Url = Annotated[
    str,
    typer.Argument(metavar="ADRESSE", help="Adresse de la boutique, comme dans un navigateur.", show_default=False),
]
PageUrl = Annotated[
    str,
    typer.Argument(metavar="ADRESSE", help="Adresse d'une page de la boutique.", show_default=False),
]
Note = Annotated[
    str, typer.Option("--note", metavar="TEXTE", help="Raison, gardée avec la décision.", show_default=False)
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="CLÉ", help="Clé de l'interface de la boutique (ck_... sur WooCommerce).", show_default=False
    ),
]
Secret = Annotated[
    str | None,
    typer.Option(
        "--secret",
        metavar="SECRET",
        help="Secret de la clé (cs_... sur WooCommerce) ; demandé sans être affiché quand il manque.",
        show_default=False,
    ),
]
CredentialsFile = Annotated[
    str | None,
    typer.Option(
        "--credentials-file",
        metavar="FICHIER",
        help='Fichier de la clé : {"key": ..., "secret": ...} en JSON, ou deux lignes.',
        show_default=False,
    ),
]


def group(help_text: str, cls: type[FrenchGroup] = FrenchGroup) -> typer.Typer:
    """An empty group of commands, in French, that shows its help when called alone."""
    return typer.Typer(
        cls=cls,
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        subcommand_metavar="COMMANDE ...",
    )


def command(app: typer.Typer, name: str, help_text: str, *examples: str) -> Callable[[F], F]:
    """Declare a command: what it does in French, then examples that can be copied."""
    shown = "\n".join(f"  {example}" for example in examples)
    epilog = f"[bold]Exemples[/bold]\n\n{shown}" if examples else None
    return app.command(name, cls=FrenchCommand, help=help_text, epilog=epilog)
