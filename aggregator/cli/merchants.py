"""`emplettes merchants`: who sells, by law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command, group
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table
from aggregator.errors import Refused

if TYPE_CHECKING:
    from aggregator.store.merchants import MerchantRow

app = group("Les commerçants : qui vend, au sens de la loi.")


@command(
    app,
    "add",
    "Enregistre un commerçant. Le SIRET est vérifié ; un SIRET déjà connu est refusé.",
    'emplettes merchants add --name "Librairie du Pont" --siret 73282932000074 --commune Lodève '
    "--email librairie@exemple.fr",
)
def add(
    name: Annotated[str, typer.Option("--name", metavar="NOM", help="Nom du commerce.", show_default=False)],
    siret: Annotated[
        str, typer.Option("--siret", metavar="SIRET", help="14 chiffres, espaces permises.", show_default=False)
    ],
    commune: Annotated[
        str, typer.Option("--commune", metavar="COMMUNE", help="Commune du commerce.", show_default=False)
    ] = "",
    email: Annotated[
        str, typer.Option("--email", metavar="ADRESSE", help="Adresse électronique.", show_default=False)
    ] = "",
    phone: Annotated[str, typer.Option("--phone", metavar="NUMÉRO", help="Téléphone.", show_default=False)] = "",
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import merchants
        from connectors import values

        digits, complaint = values.siret(siret)
        if digits is None or complaint is not None:
            raise Refused(f"« {siret} » n'est pas un SIRET : il faut 14 chiffres, avec une clé de contrôle juste.")
        if not name.strip():
            raise Refused("Le nom du commerçant est vide.")
        with context.open_store(context.settings()) as store, store.write() as connection:
            merchant_id = merchants.add(
                connection,
                name=name.strip(),
                siret=digits,
                commune=commune.strip(),
                email=email.strip(),
                phone=phone.strip(),
                now=context.utc_now(),
            )
    if as_json:
        print_json({"merchant_id": str(merchant_id)})
    else:
        typer.echo(f"Commerçant n° {merchant_id} enregistré : {name.strip()}.")


@command(app, "list", "Liste les commerçants.", "emplettes merchants list", "emplettes merchants list --json")
def list_(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import merchants

        with context.open_store(context.settings()) as store, store.read() as connection:
            rows = merchants.list_all(connection)
    if as_json:
        print_json([merchant_json(row) for row in rows])
        return
    print_table(
        ["N°", "Nom", "SIRET", "Commune", "Adresse électronique", "Téléphone"],
        [(row.id, row.name, row.siret, row.commune, row.email, row.phone) for row in rows],
        empty="Aucun commerçant. Pour en enregistrer un : emplettes merchants add --help",
    )


@command(app, "show", "Montre un commerçant et ses boutiques.", "emplettes merchants show 1")
def show(
    merchant: Annotated[str, typer.Argument(metavar="COMMERÇANT", help="Numéro du commerçant.", show_default=False)],
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import merchants, shops

        with context.open_store(context.settings()) as store, store.read() as connection:
            row = merchants.get(connection, context.parse_id(merchant, "commerçant"))
            theirs = [shop for shop in shops.list_all(connection) if shop.merchant_id == row.id]
    if as_json:
        print_json(merchant_json(row) | {"shop_ids": [str(shop.id) for shop in theirs]})
        return
    print_facts(
        [
            ("Commerçant", f"n° {row.id}"),
            ("Nom", row.name),
            ("SIRET", row.siret),
            ("Commune", row.commune),
            ("Adresse électronique", row.email),
            ("Téléphone", row.phone),
            ("Enregistré le", row.created_at.strftime("%d/%m/%Y")),
            (
                "Boutiques",
                "\n".join(f"n° {shop.id} {shop.name} ({shops.site_of(shop.url) or 'sans site'})" for shop in theirs),
            ),
        ]
    )


def merchant_json(row: MerchantRow) -> dict[str, Any]:
    """A merchant as JSON."""
    return {
        "merchant_id": str(row.id),
        "name": row.name,
        "siret": row.siret,
        "commune": row.commune,
        "email": row.email,
        "phone": row.phone,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }
