"""`emplettes shops export-consent` and `offers publish`: the bulk export, and who is in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, ShopId, command
from aggregator.cli.output import expected_errors, print_json
from aggregator.errors import Refused


def register(shops_app: typer.Typer, offers_app: typer.Typer) -> None:
    command(
        shops_app,
        "export-consent",
        "Note si le commerçant accepte que ses offres paraissent dans l'export public de la région, refait chaque "
        "nuit. Sans son accord, elles n'y sont pas.",
        "emplettes shops export-consent 3 --yes",
        "emplettes shops export-consent 3 --no",
    )(consent)
    command(
        offers_app,
        "publish",
        "Écrit dès maintenant l'export public et les plans du site, que le moteur refait de lui-même.",
        "emplettes offers publish",
    )(publish)


def consent(
    shop: ShopId,
    agreed: Annotated[bool | None, typer.Option("--yes/--no", help="Accepte, ou non.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import shops

        if agreed is None:
            raise Refused("Dites ce que le commerçant a répondu : --yes ou --no.")
        with context.open_store(context.settings()) as store, store.write() as connection:
            shop_id = context.parse_id(shop, "boutique")
            shops.agree_export(connection, shop_id, agreed)
            row = shops.get(connection, shop_id)
    if as_json:
        print_json({"shop_id": str(row.id), "export_agreed": row.export_agreed})
    elif agreed:
        typer.echo(f"Les offres de « {row.name} » seront dans le prochain export public.")
    else:
        typer.echo(f"Les offres de « {row.name} » ne sont plus dans l'export public dès la nuit prochaine.")


def publish(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.publish import making

        loaded = context.settings()
        with context.open_store(loaded) as store:
            told = making.make_export(store, loaded, context.utc_now())
            if told is None or not making.make_sitemaps(store, loaded, context.utc_now()):
                raise Refused("Le moteur écrit ces fichiers en ce moment même : réessayez dans une minute.")
    if as_json:
        print_json(asdict(told))
    else:
        typer.echo(f"Export du {told.date} (boutiques : {told.shops}, offres : {told.offers}, octets : {told.bytes}).")
        typer.echo(f"Fichiers : {loaded.exports_folder / told.file_name} et {loaded.sitemaps_folder}")
