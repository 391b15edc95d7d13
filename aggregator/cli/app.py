"""All commands, in the order in which a newcomer needs them."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from aggregator.cli import (
    catalogue,
    categories,
    check,
    demo,
    engine,
    explain,
    exports,
    held,
    imports,
    index,
    merchants,
    photos,
    products,
    search,
    serve,
    shops,
    signals,
    status,
    sync,
    synonyms,
)
from aggregator.cli.french import UsageError, usage_sentence
from aggregator.cli.options import group
from aggregator.cli.output import say

app = group(
    "Emplettes : les boutiques d'une région dans un seul catalogue, sur un seul portail.\n\n"
    "Pour commencer : [bold]emplettes demo[/bold] montre une ville d'exemple ; "
    "[bold]emplettes check ADRESSE[/bold] regarde une vraie boutique."
)
check.register(app)
explain.register(app)
app.add_typer(merchants.app, name="merchants")
imports.register(shops.app)
signals.register(shops.app)
exports.register(shops.app, catalogue.offers_app)
app.add_typer(shops.app, name="shops")
sync.register(app)
catalogue.register(app)
status.register(app)
app.add_typer(held.app, name="held")
app.add_typer(categories.app, name="categories")
app.add_typer(photos.app, name="photos")
search.register(app)
serve.register(app)
engine.register(app)
app.add_typer(products.app, name="products")
app.add_typer(index.app, name="index")
app.add_typer(synonyms.app, name="synonyms")
demo.register(app)


def run(arguments: Sequence[str] | None) -> int:
    """Run one command; its exit code comes back. A mistyped command is one French sentence and 1."""
    try:
        code = app(args=arguments, prog_name="emplettes", standalone_mode=False)
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # a group without a command: its help is the answer
            say(str(error))
        else:
            say(usage_sentence(error))
        return 1
    except typer.Abort:
        say("Abandonné.")
        return 1
    if code == 130:
        say("Interrompu.")
    return int(code or 0)
