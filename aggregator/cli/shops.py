"""`emplettes shops`: from a shop's address to its departure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from aggregator.cli import context
from aggregator.cli.options import CredentialsFile, Json, Key, Note, Secret, ShopId, Url, command, group
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table, say
from aggregator.errors import EmplettesError, Refused

if TYPE_CHECKING:
    from aggregator.cli.check import Look
    from aggregator.settings import Settings
    from aggregator.store.engine import Store
    from aggregator.store.shops import ShopRow, Status
    from connectors.credentials import Credentials

app = group("Les boutiques : ajouter, approuver, refuser, retirer.")

STATUS_TEXTS: dict[str, str] = {
    "proposed": "proposée",
    "approved": "approuvée",
    "paused": "en pause",
    "refused": "refusée",
    "left": "retirée",
}


MAX_ABOUT = 2_000
"""Characters of what a shop says of itself."""
MAX_DELIVERY = 1_000


@command(
    app,
    "add",
    "Ajoute une boutique par son adresse. Ajoutée ici, par l'opérateur, elle est approuvée aussitôt.\n\n"
    "La clé se lit dans un fichier, ou se demande sans s'afficher quand la boutique en a besoin ; "
    "elle est scellée avant d'être gardée.",
    "emplettes shops add https://ma-boutique.fr",
    "emplettes shops add https://ma-boutique.fr --merchant 1 --credentials-file cle.json",
    "emplettes shops add https://ma-boutique.fr --again",
)
def add(
    url: Url,
    name: Annotated[
        str, typer.Option("--name", metavar="NOM", help="Nom affiché ; sans lui, l'hôte.", show_default=False)
    ] = "",
    merchant: Annotated[
        str | None, typer.Option("--merchant", metavar="COMMERÇANT", help="Numéro du commerçant.", show_default=False)
    ] = None,
    credentials_file: CredentialsFile = None,
    key: Key = None,
    secret: Secret = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Reprend une boutique refusée ou retirée ; ou change la clé d'une boutique connue."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.cli import credentials

        loaded = context.settings()
        pair = credentials.given(credentials_file, key, secret)
        merchant_id = None if merchant is None else context.parse_id(merchant, "commerçant")
        look, pair = _look(loaded, url, pair)
        with context.open_store(loaded) as store:
            row = store_shop(loaded, store, look, name=name, merchant_id=merchant_id, pair=pair, again=again)
    report = look.report
    if as_json:
        print_json(shop_json(row, (0, 0)) | {"products": report.products, "warnings": list(report.warnings)})
        return
    done = "connectée à nouveau" if again else "ajoutée"
    typer.echo(f"Boutique n° {row.id} {done} : {row.name} ({row.platform}, {row.url}).")
    for warning in report.warnings:
        say(f"Attention : {warning}")
    typer.echo(f"Pour lire son catalogue : emplettes sync {row.id}")


def _look(loaded: Settings, url: str, pair: Credentials | None) -> tuple[Look, Credentials | None]:
    """Recognise and check the shop, with a key asked for where it cannot be read without one."""
    from aggregator.cli import credentials
    from aggregator.cli.check import examine

    look = examine(loaded, url, pair)
    if pair is None and (look.needs_credentials or look.key_may_help):
        pair = credentials.asked(look.evidence.platform)
        look = examine(loaded, url, pair)
    if look.report.error is not None:
        raise look.report.error
    if pair is not None and not look.needs_credentials:
        say("La clé n'est pas gardée : cette boutique est lue sans clé.")
        pair = None
    return look, pair


def store_shop(
    loaded: Settings,
    store: Store,
    look: Look,
    *,
    name: str = "",
    merchant_id: int | None = None,
    pair: Credentials | None = None,
    status: Literal["proposed", "approved"] = "approved",
    again: bool = False,
) -> ShopRow:
    """Keep a shop that was looked at, its key sealed. Raises NotFound for an unknown merchant, Refused as `shops.add`
    does."""
    from aggregator.store import merchants, shops
    from aggregator.store.secrets import Sealer

    sealed = None if pair is None else Sealer(loaded).seal(pair)
    evidence = look.evidence
    with store.write() as connection:
        if merchant_id is not None:
            merchants.get(connection, merchant_id)
        shop_id = shops.add(
            connection,
            url=evidence.shop_url,
            name=name.strip(),
            connector=evidence.connector,
            platform=evidence.platform,
            status=status,
            merchant_id=merchant_id,
            credentials=sealed,
            memory=look.memory,
            now=context.utc_now(),
            again=again,
        )
        return shops.get(connection, shop_id)


@command(
    app,
    "list",
    "Liste les boutiques, avec ce qu'elles publient.",
    "emplettes shops list",
    "emplettes shops list --status proposed",
)
def list_(
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            metavar="ÉTAT",
            help=f"Seulement celles dans cet état : {', '.join(STATUS_TEXTS)}.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import shops

        if status is not None and status not in STATUS_TEXTS:
            raise Refused(f"--status : « {status} » n'est pas un état connu ({', '.join(STATUS_TEXTS)}).")
        with context.open_store(context.settings()) as store, store.read() as connection:
            rows = shops.list_all(connection, cast("Status | None", status))
            counts = shops.counts(connection)
    if as_json:
        print_json([shop_json(row, counts.get(row.id, (0, 0))) for row in rows])
        return
    print_table(
        ["N°", "Nom", "Adresse", "Plateforme", "État", "Produits", "Offres", "Dernière lecture complète"],
        [
            (
                row.id,
                row.name,
                shops.site_of(row.url) or "(sans site)",
                row.platform,
                STATUS_TEXTS[row.status],
                *counts.get(row.id, (0, 0)),
                row.last_complete_at.astimezone().strftime("%d/%m/%Y %H:%M") if row.last_complete_at else "jamais",
            )
            for row in rows
        ],
        empty="Aucune boutique. Pour en ajouter une : emplettes shops add ADRESSE",
    )


@command(app, "show", "Montre une boutique, sans sa clé.", "emplettes shops show 1", "emplettes shops show 1 --json")
def show(shop: ShopId, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.cli.categories import kept_out_text
        from aggregator.store import categories, merchants, shops

        loaded = context.settings()
        with context.open_store(loaded) as store, store.read() as connection:
            row = shops.get(connection, context.parse_id(shop, "boutique"))
            kept_out = categories.kept_out(connection).get(row.id, {})
            listings, offers = shops.counts(connection).get(row.id, (0, 0))
            owner = None if row.merchant_id is None else merchants.get(connection, row.merchant_id)
    if as_json:
        print_json(shop_json(row, (listings, offers)) | {"kept_out": kept_out})
        return
    last = row.last_complete_at
    print_facts(
        [
            ("Boutique", f"n° {row.id}"),
            ("Nom", row.name),
            ("Adresse", shops.site_of(row.url)),
            ("Plateforme", row.platform),
            ("Lue par", row.connector),
            ("Clé", "gardée, scellée" if row.has_credentials else "aucune"),
            ("État", STATUS_TEXTS[row.status]),
            ("Raison", row.note),
            ("Commerçant", f"n° {owner.id} {owner.name}" if owner else None),
            ("Présentation", row.about),
            ("Livraison", row.delivery),
            ("Retrait en boutique", {True: "oui", False: "non", None: None}[row.pickup]),
            ("Produits", listings),
            ("Offres", offers),
            ("Produits non montrés", kept_out_text(loaded, kept_out)),
            ("Dernière lecture complète", last.astimezone().strftime("%d/%m/%Y %H:%M") if last else "jamais"),
        ]
    )


@command(
    app,
    "describe",
    "Change ce que la page d'une boutique dit d'elle aux visiteurs. Une option vide efface ; les adresses et les "
    "horaires sont ceux du commerçant (merchants edit).",
    'emplettes shops describe 3 --about "Deux potières, un four, de la vaisselle qui va au lave-vaisselle."',
    'emplettes shops describe 3 --delivery "Colissimo 6,90 €, offert dès 80 €" --pickup',
    "emplettes shops describe 3 --no-pickup",
)
def describe(
    shop: ShopId,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="TEXTE", help="Qui ils sont, dans leurs mots.", show_default=False),
    ] = None,
    delivery: Annotated[
        str | None,
        typer.Option("--delivery", metavar="TEXTE", help="Comment et à quel prix ils livrent.", show_default=False),
    ] = None,
    pickup: Annotated[
        bool | None,
        typer.Option(
            "--pickup/--no-pickup", help="Retrait en boutique possible ; --no-pickup : non.", show_default=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import shops
        from connectors.values import plain_text

        if about is None and delivery is None and pickup is None:
            raise Refused("Rien à changer : dites quoi, par --about, --delivery ou --pickup.")
        with context.open_store(context.settings()) as store, store.write() as connection:
            shop_id = context.parse_id(shop, "boutique")
            shops.describe(
                connection,
                shop_id,
                about=None if about is None else plain_text(about, MAX_ABOUT),
                delivery=None if delivery is None else plain_text(delivery, MAX_DELIVERY),
                pickup=pickup,
            )
            row, counts = shops.get(connection, shop_id), shops.counts(connection).get(shop_id, (0, 0))
    if as_json:
        print_json(shop_json(row, counts))
    else:
        typer.echo(f"Boutique n° {row.id} décrite : {row.name}.")


@command(
    app,
    "approve",
    "Approuve une boutique proposée : elle devient publique dès sa première lecture.",
    "emplettes shops approve 3",
)
def approve(shop: ShopId, note: Note = "", as_json: Json = False) -> None:
    _decide("approve", shop, note, as_json=as_json)


@command(
    app,
    "pause",
    "Met une boutique en pause : elle n'est plus lue ni montrée ; rien n'est effacé.",
    'emplettes shops pause 3 --note "congés jusqu\'au 2 septembre"',
)
def pause(shop: ShopId, note: Note = "", as_json: Json = False) -> None:
    _decide("pause", shop, note, as_json=as_json)


@command(app, "resume", "Reprend une boutique en pause.", "emplettes shops resume 3")
def resume(shop: ShopId, note: Note = "", as_json: Json = False) -> None:
    _decide("approve", shop, note, as_json=as_json)


@command(
    app,
    "refuse",
    "Refuse une boutique. Son adresse est retenue : elle ne peut plus être proposée par mégarde.",
    'emplettes shops refuse 3 --note "hors de la région"',
)
def refuse(shop: ShopId, note: Note = "", as_json: Json = False) -> None:
    _decide("refuse", shop, note, as_json=as_json)


@command(
    app,
    "remove",
    "Retire une boutique : ses offres et sa clé sont effacées, son adresse est retenue.",
    'emplettes shops remove 3 --note "fermeture définitive"',
)
def remove(shop: ShopId, note: Note = "", as_json: Json = False) -> None:
    _decide("remove", shop, note, as_json=as_json)


def _decide(what: Literal["approve", "pause", "refuse", "remove"], shop: str, note: str, *, as_json: bool) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.cli import imports
        from aggregator.ingest import grouping
        from aggregator.search import indexer
        from aggregator.store import shops

        decide = {"approve": shops.approve, "pause": shops.pause, "refuse": shops.refuse, "remove": shops.remove}[what]
        loaded = context.settings()
        with context.open_store(loaded) as store:
            with store.write() as connection:
                shop_id = context.parse_id(shop, "boutique")
                decide(connection, shop_id, note.strip(), context.utc_now())
                row, counts = shops.get(connection, shop_id), shops.counts(connection).get(shop_id, (0, 0))
            if row.status in shops.GONE:
                imports.forget_files(loaded, shop_id)
            try:
                grouping.drain(store, context.utc_now)
                indexer.drain(store, loaded, wait=True)
            except EmplettesError as error:  # decided is decided: the index follows with the next sync
                say(str(error))
    if as_json:
        print_json(shop_json(row, counts))
    else:
        typer.echo(f"Boutique n° {row.id} {STATUS_TEXTS[row.status]} : {row.name}.")


def shop_json(row: ShopRow, counts: tuple[int, int]) -> dict[str, Any]:
    """A shop as JSON; of its key only whether there is one. `url` is null where it has no site."""
    from aggregator.store.shops import site_of

    return {
        "shop_id": str(row.id),
        "name": row.name,
        "url": site_of(row.url),
        "platform": row.platform,
        "connector": row.connector,
        "status": row.status,
        "merchant_id": None if row.merchant_id is None else str(row.merchant_id),
        "has_credentials": row.has_credentials,
        "products": counts[0],
        "offers": counts[1],
        "note": row.note,
        "about": row.about,
        "delivery": row.delivery,
        "pickup": row.pickup,
        "created_at": _iso(row.created_at),
        "decided_at": _iso(row.decided_at),
        "last_complete_at": _iso(row.last_complete_at),
    }


def _iso(instant: Any) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
