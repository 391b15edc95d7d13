"""`emplettes products`: what several shops sell as one product, and the operator's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import context, products_compare
from aggregator.cli.options import Json, Note, command, group
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from aggregator.settings import Settings
    from aggregator.store import Store

app = group("Un même produit dans plusieurs boutiques : voir, réunir, séparer, fixer.")
REASON_TEXTS = {"gtin": "code-barres", "model": "numéro de modèle", "title": "titre", "operator": "opérateur"}
_RULE_TEXTS = {"merge": "réunie à", "split": "séparée de", "pin": "fixée avec"}

ListingId = Annotated[
    str,
    typer.Argument(metavar="FICHE", help="Numéro de la fiche : celui de l'adresse de sa page.", show_default=False),
]


@command(
    app,
    "show",
    "Montre un produit : ses fiches, pourquoi elles sont réunies, les règles.",
    "emplettes products show 12",
)
def show(
    product: Annotated[str, typer.Argument(metavar="PRODUIT", help="Numéro du produit.", show_default=False)],
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.errors import NotFound
        from aggregator.store import grouping, product_rules, products

        with context.open_store(context.settings()) as store, store.read() as connection:
            found = products.find(connection, context.parse_id(product, "produit"))
            if found is None:
                raise NotFound(f"Le produit n° {product} n'existe pas, ou plus rien n'en est publié.")
            ids = [view.card.listing_id for view in found.listings]
            reasons = grouping.belongings(connection, ids)
            rules = product_rules.rules_of(connection, ids)
    if as_json:
        told = {"product_id": str(found.product_id), "title": found.title, "brand": found.brand, "gtin": found.gtin}
        listings = [_listing_json(view, reasons.get(view.card.listing_id)) for view in found.listings]
        named = [
            {"kind": r.kind, "listing_id": str(r.listing_id), "other_id": r.other_id and str(r.other_id)} for r in rules
        ]
        print_json(told | {"listings": listings, "rules": named})
        return
    print_facts(
        [
            ("Produit", found.product_id),
            ("Titre", found.title),
            ("Marque", found.brand),
            ("GTIN", found.gtin and found.gtin.lstrip("0")),
        ]
    )
    print_table(
        ["Fiche", "Boutique", "Titre", "Prix", "Réunie par", "Confiance"],
        [_row(view, reasons.get(view.card.listing_id)) for view in found.listings],
        empty="Rien n'est publié.",
    )
    for rule in rules:
        other = "rien" if rule.other_id is None else str(rule.other_id)
        say(f"Fiche {rule.listing_id} {_RULE_TEXTS[rule.kind]} {other}. {rule.note}".rstrip())


def _row(view: Any, why: Any) -> tuple[object, ...]:
    from aggregator.web import formatting

    card = view.card
    reason = "" if why is None else REASON_TEXTS[why.reason]
    confidence = "" if why is None else _confidence(why.confidence)
    price = formatting.price(card.price_minor, card.currency)
    return card.listing_id, card.shop_name, card.title, price, reason, confidence


def _confidence(share: float) -> str:
    return f"{share:.2f}".replace(".", ",")


def _listing_json(view: Any, why: Any) -> dict[str, Any]:
    card = view.card
    return {
        "listing_id": str(card.listing_id),
        "shop_id": str(card.shop_id),
        "shop": card.shop_name,
        "title": card.title,
        "price_minor": card.price_minor,
        "currency": card.currency,
        "reason": None if why is None else why.reason,
        "confidence": None if why is None else why.confidence,
    }


@command(
    app,
    "list",
    "Liste les produits réunis, les moins sûrs d'abord.",
    "emplettes products list",
    "emplettes products list --limit 100 --json",
)
def show_all(
    limit: Annotated[int, typer.Option("--limit", min=1, max=5000, help="Nombre de produits au plus.")] = 30,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import products

        with context.open_store(context.settings()) as store, store.read() as connection:
            rows = products.least_sure(connection, limit)
    if as_json:
        print_json([row._asdict() | {"product_id": str(row.product_id)} for row in rows])
        return
    print_table(
        ["Produit", "Titre", "Fiches", "Boutiques", "Réuni par", "Confiance"],
        [
            (
                r.product_id,
                r.title,
                r.listings,
                r.shops,
                REASON_TEXTS[r.reason],
                f"{r.confidence:.2f}".replace(".", ","),
            )
            for r in rows
        ],
        empty="Aucun produit n'est encore dans plusieurs boutiques.",
    )


@command(
    app,
    "merge",
    "Réunit des fiches en un seul produit, avec tout ce qui leur est déjà réuni. La règle survit à chaque lecture.",
    "emplettes products merge 120 4512",
)
def merge(
    listings: Annotated[
        list[str], typer.Argument(metavar="FICHE FICHE...", help="Numéros des fiches.", show_default=False)
    ],
    note: Note = "",
    as_json: Json = False,
) -> None:
    from aggregator.store import product_rules

    ids = [context.parse_id(listing, "fiche") for listing in _checked(listings, as_json=as_json)]
    _apply(lambda connection: product_rules.merge(connection, ids, context.utc_now(), note), as_json=as_json)


@command(
    app,
    "split",
    "Sépare une fiche de son produit, ou seulement de certaines fiches. La règle survit à chaque lecture.",
    "emplettes products split 4512",
    "emplettes products split 4512 --from 120",
)
def split(
    listing: ListingId,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="FICHE", help="Seulement de cette fiche ; peut être répété.", show_default=False
        ),
    ] = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    from aggregator.store import product_rules

    ids = [context.parse_id(one, "fiche") for one in _checked([listing, *(others or [])], as_json=as_json)]
    now = context.utc_now()
    _apply(lambda connection: product_rules.split(connection, ids[0], now, ids[1:], note), as_json=as_json)


@command(
    app,
    "pin",
    "Fixe une fiche comme elle est réunie maintenant : rien de ce qui sera trouvé n'y changera.",
    "emplettes products pin 4512",
)
def pin(listing: ListingId, note: Note = "", as_json: Json = False) -> None:
    from aggregator.store import product_rules

    ids = [context.parse_id(one, "fiche") for one in _checked([listing], as_json=as_json)]
    _apply(lambda connection: product_rules.pin(connection, ids[0], context.utc_now(), note), as_json=as_json)


@command(app, "unpin", "Libère une fiche qui était fixée.", "emplettes products unpin 4512")
def unpin(listing: ListingId, as_json: Json = False) -> None:
    from aggregator.errors import Refused
    from aggregator.store import product_rules

    ids = [context.parse_id(one, "fiche") for one in _checked([listing], as_json=as_json)]

    def free(connection: Connection) -> list[int]:
        if not product_rules.unpin(connection, ids[0]):
            raise Refused(f"La fiche n° {ids[0]} n'était pas fixée.")
        return ids

    _apply(free, as_json=as_json)


def _checked(typed: list[str], *, as_json: bool) -> list[str]:
    """Numbers as they were typed; a text that cannot be one ends the command with its sentence."""
    with expected_errors(as_json=as_json):
        for one in typed:
            context.parse_id(one, "fiche")
    return typed


def _apply(change: Callable[[Connection], list[int]], *, as_json: bool) -> None:
    """Note the operator's word, group what it concerns, and tell what came of it."""
    with expected_errors(as_json=as_json):
        from aggregator.store import grouping as stored

        loaded = context.settings()
        with context.open_store(loaded) as store:
            with store.write() as connection:
                concerned = change(connection)
            _group(store, loaded)
            with store.read() as connection:
                now = stored.products_of(connection, concerned)
    if as_json:
        print_json([{"listing_id": str(id_), "product_id": product and str(product)} for id_, product in now.items()])
        return
    for id_, product in sorted(now.items()):
        typer.echo(f"Fiche n° {id_} : " + ("seule." if product is None else f"produit n° {product}."))


def _group(store: Store, loaded: Settings) -> int | None:
    """Group what waits, here or in the engine, and bring it into the index."""
    from aggregator.ingest import grouping
    from aggregator.search import indexer

    done = grouping.drain(store, context.utc_now)
    indexer.drain(store, loaded, wait=True)
    return done


@command(
    app,
    "group",
    "Réunit ce qui attend de l'être ; avec --all, revoit toutes les fiches. Le moteur le fait de lui-même.",
    "emplettes products group",
    "emplettes products group --all",
)
def group_now(
    everything: Annotated[bool, typer.Option("--all", help="Revoit toutes les fiches.")] = False,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.ingest import grouping
        from aggregator.search import indexer

        loaded = context.settings()
        with context.open_store(loaded) as store:
            run = grouping.regroup if everything else grouping.drain
            done = run(store, context.utc_now)
            indexer.drain(store, loaded, wait=True)
    if as_json:
        print_json({"listings": done or 0})
    elif done is None:
        say("Le moteur est en train de réunir les fiches.")
    else:
        typer.echo(f"{done} fiches revues.")


@command(
    app,
    "reports",
    "Liste ce que des visiteurs ont signalé : « ce n'est pas le même ». Une fiche vue se referme avec --close.",
    "emplettes products reports",
    "emplettes products reports --close 4512",
)
def reports(
    close: Annotated[
        str | None,
        typer.Option("--close", metavar="FICHE", help="Referme les signalements de cette fiche.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import product_rules

        with context.open_store(context.settings()) as store:
            if close is not None:
                with store.write() as connection:
                    closed = product_rules.close_reports(
                        connection, context.parse_id(close, "fiche"), context.utc_now()
                    )
                say(f"{closed} signalement(s) refermé(s).")
            with store.read() as connection:
                rows = product_rules.reports(connection)
    if as_json:
        print_json([
            {"product_id": str(r.product_id), "listing_id": str(r.listing_id), "title": r.title, "shop": r.shop,
             "reports": r.reports, "first_at": r.first_at.isoformat().replace("+00:00", "Z"), "still": r.still}
            for r in rows
        ])  # fmt: skip
        return
    print_table(
        ["Produit", "Fiche", "Boutique", "Titre", "Fois", "Depuis", "Encore réunie"],
        [
            (r.product_id, r.listing_id, r.shop, r.title, r.reports, r.first_at.astimezone().strftime("%d/%m/%Y"),
             "oui" if r.still else "non")
            for r in rows
        ],
        empty="Rien n'a été signalé.",
    )  # fmt: skip
    if rows:
        say("Pour séparer une fiche : emplettes products split FICHE. Si c'est bien le même : reports --close FICHE.")


products_compare.register(app)
