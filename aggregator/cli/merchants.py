"""`emplettes merchants`: who sells, by law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command, group
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table, say
from aggregator.errors import EmplettesError, Refused

if TYPE_CHECKING:
    from aggregator.geo.communes import Commune
    from aggregator.store.merchants import Changes, MerchantRow
    from aggregator.store.places import Located

app = group("Les commerçants : qui vend, au sens de la loi.")

_PROPOSED = 6
"""Communes named in a warning, at most."""

MerchantId = Annotated[str, typer.Argument(metavar="COMMERÇANT", help="Numéro du commerçant.", show_default=False)]
CommuneOption = Annotated[
    str | None,
    typer.Option(
        "--commune",
        metavar="COMMUNE",
        help="Commune du commerce : son nom, avec le code postal où plusieurs s'appellent ainsi.",
        show_default=False,
    ),
]
AddressOption = Annotated[
    str | None, typer.Option("--address", metavar="RUE", help="Numéro et rue.", show_default=False)
]
PostalCode = Annotated[
    str | None, typer.Option("--postal-code", metavar="CODE", help="Code postal, cinq chiffres.", show_default=False)
]
Email = Annotated[
    str | None, typer.Option("--email", metavar="ADRESSE", help="Adresse électronique.", show_default=False)
]
Phone = Annotated[str | None, typer.Option("--phone", metavar="NUMÉRO", help="Téléphone.", show_default=False)]
Hours = Annotated[
    str | None,
    typer.Option(
        "--hours",
        metavar="HORAIRES",
        help="Horaires d'ouverture : « lun-ven 9h-12h, 14h-19h ; sam 9h-13h ».",
        show_default=False,
    ),
]


@command(
    app,
    "add",
    "Enregistre un commerçant. Le SIRET est vérifié ; un SIRET déjà connu est refusé. Sa commune le place sur la "
    "carte ; une commune inconnue est gardée telle quelle, avec un avertissement.",
    'emplettes merchants add --name "Librairie du Pont" --siret 73282932000074 --commune Lodève '
    "--email librairie@exemple.fr",
    'emplettes merchants add --name "Poterie Martin" --siret 73282932000074 --commune "Saint-Denis (97400)" '
    '--address "12 rue des Potiers" --hours "mar-sam 10h-18h"',
)
def add(
    name: Annotated[str, typer.Option("--name", metavar="NOM", help="Nom du commerce.", show_default=False)],
    siret: Annotated[
        str, typer.Option("--siret", metavar="SIRET", help="14 chiffres, espaces permises.", show_default=False)
    ],
    commune: CommuneOption = None,
    address: AddressOption = None,
    postal_code: PostalCode = None,
    email: Email = None,
    phone: Phone = None,
    hours: Hours = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import merchants, places
        from connectors import values

        digits, complaint = values.siret(siret)
        if digits is None or complaint is not None:
            raise Refused(f"« {siret} » n'est pas un SIRET : il faut 14 chiffres, avec une clé de contrôle juste.")
        if not name.strip():
            raise Refused("Le nom du commerçant est vide.")
        told = _checked(commune, address, postal_code, email, phone, hours)
        with context.open_store(context.settings()) as store, store.write() as connection:
            located = places.locate(
                told.get("commune", ""), told.get("postal_code", ""), places.departments(connection)
            )
            merchant_id = merchants.add(
                connection,
                name=name.strip(),
                siret=digits,
                commune=told.get("commune", ""),
                address=told.get("address", ""),
                postal_code=told.get("postal_code", ""),
                email=told.get("email", ""),
                phone=told.get("phone", ""),
                opening_hours=told.get("opening_hours", ""),
                now=context.utc_now(),
            )
    _warn(located, merchant_id)
    if as_json:
        print_json({"merchant_id": str(merchant_id)})
    else:
        typer.echo(f"Commerçant n° {merchant_id} enregistré : {name.strip()}.")


@command(
    app,
    "edit",
    "Change ce qui est donné d'un commerçant, et rien d'autre. Une option vide efface.",
    'emplettes merchants edit 1 --commune Lodève --address "3 place de la Halle" --postal-code 34700',
    'emplettes merchants edit 1 --hours "mar-sam 9h30-12h30, 14h30-19h ; dim 9h-12h"',
    'emplettes merchants edit 1 --phone ""',
)
def edit(
    merchant: MerchantId,
    name: Annotated[str | None, typer.Option("--name", metavar="NOM", help="Nom.", show_default=False)] = None,
    commune: CommuneOption = None,
    address: AddressOption = None,
    postal_code: PostalCode = None,
    email: Email = None,
    phone: Phone = None,
    hours: Hours = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.search import indexer
        from aggregator.store import merchants

        if name is not None and not name.strip():
            raise Refused("Le nom du commerçant est vide.")
        told = _checked(commune, address, postal_code, email, phone, hours)
        if name is not None:
            told["name"] = name.strip()
        if not told:
            raise Refused("Rien à changer : dites quoi, par exemple --commune ou --hours.")
        loaded = context.settings()
        with context.open_store(loaded) as store:
            with store.write() as connection:
                merchant_id = context.parse_id(merchant, "commerçant")
                located = merchants.edit(connection, merchant_id, **told)
                row = merchants.get(connection, merchant_id)
            try:
                indexer.drain(store, loaded, wait=True)
            except EmplettesError as error:  # changed is changed: the index follows with the next sync
                say(str(error))
    if "commune" in told or "postal_code" in told:
        _warn(located, merchant_id)
    if as_json:
        print_json(merchant_json(row))
    else:
        typer.echo(f"Commerçant n° {row.id} changé : {row.name}.")


@command(
    app,
    "locate",
    "Cherche la place de tous les commerçants d'après leur commune, et dit ceux dont la commune n'est pas comprise. "
    "Ceux qui ont déjà une place la gardent.",
    "emplettes merchants locate",
)
def locate(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.search import indexer
        from aggregator.store import merchants

        loaded = context.settings()
        with context.open_store(loaded) as store:
            with store.write() as connection:
                placed = merchants.place_again(connection)
            try:
                indexer.drain(store, loaded, wait=True)
            except EmplettesError as error:
                say(str(error))
    nowhere = [(row, located) for row, located in placed if located.commune is None]
    for row, located in placed:
        if row.commune and (located.commune is None or row.insee is None):
            _warn(located, row.id)
    if as_json:
        told = {"placed": len(placed) - len(nowhere), "nowhere": [str(row.id) for row, _ in nowhere]}
        print_json(told)
    else:
        typer.echo(f"Commerçants placés : {len(placed) - len(nowhere)} ; sans place : {len(nowhere)}.")


def _checked(
    commune: str | None,
    address: str | None,
    postal_code: str | None,
    email: str | None,
    phone: str | None,
    hours: str | None,
) -> Changes:
    """What was given, made storable. Raises Refused."""
    from aggregator import hours as opening

    given = {
        "commune": commune, "address": address, "postal_code": postal_code, "email": email, "phone": phone,
        "opening_hours": hours,
    }  # fmt: skip
    told = {name: " ".join(value.split()) for name, value in given.items() if value is not None}
    if "postal_code" in told:
        told["postal_code"] = told["postal_code"].replace(" ", "")
        code = told["postal_code"]
        if code and not (code.isascii() and code.isdigit() and len(code) == 5):
            raise Refused(f"« {postal_code} » n'est pas un code postal : il faut cinq chiffres.")
    if told.get("email") and "@" not in told["email"]:
        raise Refused(f"« {email} » n'est pas une adresse électronique.")
    if hours is not None:
        try:
            told["opening_hours"] = opening.normal(hours)
        except ValueError as problem:
            raise Refused(f"--hours : {problem}") from None
    return cast("Changes", told)


def _warn(located: Located, merchant_id: int) -> None:
    """Say where a commune was not understood, or may not be the one that was meant. Never a refusal."""
    found = located.commune
    correct = f'emplettes merchants edit {merchant_id} --commune "NOM (CODE POSTAL)"'
    others = ", ".join(_label(commune) for commune in located.others[:_PROPOSED])
    if found is None:
        if located.name:
            meant = f" Vouliez-vous dire : {others} ?" if others else ""
            say(
                f"Attention : la commune « {located.name} » n'est pas connue, le commerce n'a pas de place sur la "
                f"carte.{meant} Pour corriger : {correct}"
            )
        return
    if located.other_code:
        codes = ", ".join(found.postal_codes)
        say(f"Attention : ce code postal n'est pas de {found.name} ({codes}). Pour corriger : {correct}")
    elif others:
        say(
            f"Attention : plusieurs communes s'appellent {found.name}. Retenue : {_label(found)} ; il y a aussi : "
            f"{others}. Pour corriger : {correct}"
        )


def _label(commune: Commune) -> str:
    code = commune.postal_codes[0] if commune.postal_codes else commune.insee
    return (
        f"{commune.name} ({code}, {commune.department_name})" if commune.department_name else f"{commune.name} ({code})"
    )


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
def show(merchant: MerchantId, as_json: Json = False) -> None:
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
            ("Adresse", row.address),
            ("Code postal", row.postal_code),
            ("Commune", row.commune if row.insee or not row.commune else f"{row.commune} (inconnue)"),
            ("Horaires", row.opening_hours),
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
        "address": row.address,
        "postal_code": row.postal_code,
        "commune": row.commune,
        "insee": row.insee,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "opening_hours": row.opening_hours.splitlines(),
        "email": row.email,
        "phone": row.phone,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }
