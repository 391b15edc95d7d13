"""`emplettes photos`: the shops' photos that are kept in our sizes."""

from __future__ import annotations

from dataclasses import asdict

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, ShopId, command, group
from aggregator.cli.output import expected_errors, print_facts, print_json

app = group("Les photos des boutiques, gardées dans nos tailles.")

_MIB = 1024 * 1024


@command(app, "status", "Combien de photos sont gardées, attendues, ou n'ont pas pu l'être.", "emplettes photos status")
def status(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import photos

        loaded = context.settings()
        with context.open_store(loaded) as store, store.read() as connection:
            told = photos.count(connection)
    if as_json:
        print_json(asdict(told) | {"room": loaded.photos_mb * _MIB})
        return
    print_facts(
        [
            ("Gardées", told.ready),
            ("Attendues", told.wanted),
            ("Pas obtenues", told.failed),
            ("Taille", f"{told.bytes / _MIB:.1f} Mio sur {loaded.photos_mb}".replace(".", ",")),
            ("Dossier", loaded.photo_folder),
        ]
    )


@command(
    app,
    "renew",
    "Redemande toutes les photos d'une boutique, par exemple quand elle en a changé sans changer leur adresse. "
    "Le moteur les relit peu à peu.",
    "emplettes photos renew 3",
)
def renew(shop: ShopId, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import photos, shops

        with context.open_store(context.settings()) as store, store.write() as connection:
            row = shops.get(connection, context.parse_id(shop, "boutique"))
            renewed = photos.renew(connection, row.id, context.utc_now())
    if as_json:
        print_json({"shop_id": str(row.id), "photos": renewed})
    else:
        typer.echo(f"Boutique n° {row.id} {row.name} : {renewed} photos redemandées.")
