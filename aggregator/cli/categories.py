"""`emplettes categories`: the portal's own tree, and where shops' categories belong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, ShopId, command, group
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table, say
from aggregator.errors import EmplettesError, NotFound, Refused

if TYPE_CHECKING:
    from aggregator.ingest.categories import Node, Tree
    from aggregator.ingest.shelving import Applied
    from aggregator.settings import Settings
    from aggregator.store.engine import Store

app = group("Les rayons du portail : l'arbre, ce qui n'y a pas trouvé place, les corrections.")

NodePath = Annotated[
    str, typer.Argument(metavar="RAYON", help="Rayon du portail, comme maison/vaisselle.", show_default=False)
]
ShopPath = Annotated[
    str,
    typer.Argument(
        metavar="CATÉGORIE", help="Catégorie de la boutique, les niveaux séparés par « > ».", show_default=False
    ),
]
ShopOption = Annotated[
    str | None,
    typer.Option("--shop", metavar="BOUTIQUE", help="Numéro de la boutique ; sans lui, toutes.", show_default=False),
]


@command(
    app,
    "list",
    "Liste les rayons, avec le nombre de produits publiés de chacun.",
    "emplettes categories list",
    "emplettes categories list --json",
)
def list_(as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.ingest.shelving import excluded
        from aggregator.store import categories

        loaded = context.settings()
        known = _tree(loaded)
        hidden = excluded(loaded.excluded_categories, known)
        with context.open_store(loaded) as store, store.read() as connection:
            counts = categories.overview(connection)
    totals = _totals(known, counts)
    if as_json:
        print_json([_node_json(node, totals[node.path], hidden) for node in known.nodes])
        return
    print_table(
        ["Rayon", "Nom", "Produits", ""],
        [
            (node.path, ("  " if node.parent else "") + node.name, totals[node.path], _shown(node, hidden))
            for node in known.nodes
        ],
        empty="Aucun rayon.",
    )
    typer.echo(f"Sans rayon : {counts.get(None, 0)} produits. Pour les voir : emplettes categories unmapped")


@command(app, "show", "Montre un rayon et les mots qui le nomment.", "emplettes categories show maison/vaisselle")
def show(node: NodePath, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.ingest.shelving import excluded
        from aggregator.store import categories

        loaded = context.settings()
        known = _tree(loaded)
        found = _get(known, node)
        hidden = excluded(loaded.excluded_categories, known)
        with context.open_store(loaded) as store, store.read() as connection:
            listings = _totals(known, categories.overview(connection))[found.path]
    if as_json:
        words = {"words": found.words, "shelves": found.shelves, "not": found.forbidden}
        print_json(_node_json(found, listings, hidden) | {name: list(texts) for name, texts in words.items()})
        return
    print_facts(
        [
            ("Rayon", found.path),
            ("Nom", known.full_label(found.path)),
            ("Catégories Google", ", ".join(map(str, found.google_ids))),
            ("Produits publiés", listings),
            ("État", _shown(found, hidden)),
            ("Mots", ", ".join(found.words)),
            ("Catégories de boutiques", ", ".join(found.shelves)),
            ("Interdits", ", ".join(found.forbidden)),
            ("Sous-rayons", ", ".join(child.slug for child in known.children(found.path))),
        ]
    )


@command(
    app,
    "unmapped",
    "Liste les catégories de boutiques dont des produits n'ont pas de rayon, les plus fournies d'abord.\n\n"
    "Ces produits restent trouvables par la recherche.",
    "emplettes categories unmapped",
    "emplettes categories unmapped --shop 3",
)
def unmapped(
    shop: ShopOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="Lignes, au plus.")] = 50,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import categories, shops
        from aggregator.store.packing import unpack

        with context.open_store(context.settings()) as store, store.read() as connection:
            shop_id = None if shop is None else shops.get(connection, context.parse_id(shop, "boutique")).id
            rows = categories.unmapped(connection, shop_id, limit)
    if as_json:
        print_json([row._asdict() | {"shop_id": str(row.shop_id), "path": unpack(row.path)} for row in rows])
        return
    print_table(
        ["Boutique", "Nom", "Catégorie de la boutique", "Produits", "Exemple"],
        [
            (row.shop_id, row.shop, " > ".join(unpack(row.path)) or "(aucune)", row.listings, row.example)
            for row in rows
        ],
        empty="Tout ce qui est publié a un rayon.",
    )


@command(
    app,
    "set",
    "Décide du rayon d'une catégorie de boutique, et y range aussitôt ses produits.\n\n"
    'La décision survit aux lectures. Pour ce qui n\'a pas de catégorie dans la boutique : "".',
    'emplettes categories set 3 "Maison > Art de la table" maison/vaisselle',
    'emplettes categories set 3 "Bons plans" --none',
)
def set_(
    shop: ShopId,
    category: ShopPath,
    node: Annotated[str | None, typer.Argument(metavar="[RAYON]", help="Rayon du portail.", show_default=False)] = None,
    none: Annotated[bool, typer.Option("--none", help="Aucun rayon, quoi que disent les mots.")] = False,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import categories

        if (node is None) != none:
            raise Refused("Il faut un rayon, ou --none, et pas les deux.")
        loaded = context.settings()
        chosen = None if node is None else _get(_tree(loaded), node).path
        path = _path(category)
        with context.open_store(loaded) as store:
            shop_id = _known_path(store, shop, path)
            with store.write() as connection:
                categories.set_rule(connection, shop_id, path, chosen, context.utc_now())
            done = _apply(store, loaded, shop_id)
    _tell(done, as_json=as_json)


@command(
    app,
    "unset",
    "Oublie une décision : les mots décident à nouveau.",
    'emplettes categories unset 3 "Maison > Art de la table"',
)
def unset(shop: ShopId, category: ShopPath, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import categories, shops

        loaded = context.settings()
        with context.open_store(loaded) as store:
            with store.write() as connection:
                shop_id = shops.get(connection, context.parse_id(shop, "boutique")).id
                if not categories.unset_rule(connection, shop_id, _path(category)):
                    raise NotFound(f"Rien n'est décidé pour « {category} » de la boutique n° {shop_id}.")
            done = _apply(store, loaded, shop_id)
    _tell(done, as_json=as_json)


@command(
    app,
    "apply",
    "Range à nouveau tous les produits : après un changement de l'arbre ou des rayons exclus.",
    "emplettes categories apply",
    "emplettes categories apply --shop 3",
)
def apply(shop: ShopOption = None, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.store import shops

        loaded = context.settings()
        with context.open_store(loaded) as store:
            shop_id = None
            if shop is not None:
                with store.read() as connection:
                    shop_id = shops.get(connection, context.parse_id(shop, "boutique")).id
            done = _apply(store, loaded, shop_id)
    _tell(done, as_json=as_json)


@command(
    app,
    "check",
    "Relit l'arbre, les rayons exclus et les corrections, et dit ce qui ne va pas.",
    "emplettes categories check",
    "emplettes categories check mes-rayons.toml",
)
def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FICHIER]", help="Fichier à relire, au lieu de celui en vigueur.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        from aggregator.ingest.categories import SHIPPED, read
        from aggregator.ingest.shelving import excluded
        from aggregator.store import categories
        from aggregator.store.packing import unpack

        loaded = context.settings()
        chosen = file or loaded.categories or SHIPPED
        known = read(chosen)
        hidden = excluded(loaded.excluded_categories, known)
        with context.open_store(loaded) as store, store.read() as connection:
            rules = categories.all_rules(connection)
    lost = [rule for rule in rules if rule.category is not None and known.get(rule.category) is None]
    tops = len(known.children(None))
    if as_json:
        told = [{"shop_id": str(rule.shop_id), "path": unpack(rule.path), "category": rule.category} for rule in lost]
        print_json({"top": tops, "below": len(known.nodes) - tops, "excluded": sorted(hidden), "lost_rules": told})
    else:
        typer.echo(f"{chosen} : {tops} rayons, {len(known.nodes) - tops} sous-rayons. Rien à redire.")
        for rule in lost:
            path = " > ".join(unpack(rule.path))
            say(f"Correction sans effet, boutique n° {rule.shop_id}, « {path} » : {rule.category} n'est plus un rayon.")
    if lost:
        raise typer.Exit(1)


# -- shared ----------------------------------------------------------------------------------------------------------


def _tree(loaded: Settings) -> Tree:
    from aggregator.ingest.categories import tree

    return tree(loaded.categories)


def _get(known: Tree, path: str) -> Node:
    found = known.get(path.strip().strip("/"))
    if found is None:
        raise NotFound(f"« {path} » n'est pas un rayon. Pour les voir tous : emplettes categories list")
    return found


def _path(typed: str) -> tuple[str, ...]:
    return tuple(part for step in typed.split(">") if (part := step.strip()))


def _known_path(store: Store, shop: str, path: tuple[str, ...]) -> int:
    """The shop's id. Raises NotFound for a shop that we do not know, or a category that none of its products has."""
    from aggregator.store import categories, shops
    from aggregator.store.packing import pack

    with store.read() as connection:
        shop_id = shops.get(connection, context.parse_id(shop, "boutique")).id
        if pack(path) not in categories.shop_paths(connection, shop_id):
            raise NotFound(
                f"Aucun produit de la boutique n° {shop_id} n'est dans « {' > '.join(path)} ». "
                f"Pour voir ce qui reste à ranger : emplettes categories unmapped --shop {shop_id}"
            )
    return shop_id


def _apply(store: Store, loaded: Settings, shop_id: int | None) -> Applied:
    from aggregator.ingest.shelving import apply as place
    from aggregator.search import indexer

    done = place(store, loaded, shop_id)
    if done.moved:
        try:
            indexer.drain(store, loaded, wait=True)
        except EmplettesError as error:  # moved is moved: the index follows with the next sync
            say(str(error))
    return done


def _tell(done: Applied, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(done))
        return
    typer.echo(f"Produits qui ont changé de rayon : {done.moved} sur {done.listings}.")
    if done.hidden or done.shown:
        typer.echo(f"Rayons exclus. Produits qui ne sont plus montrés : {done.hidden} ; à nouveau : {done.shown}.")


def kept_out_text(loaded: Settings, kept_out: Mapping[str, int]) -> str:
    """How many listings of a shop are not shown, and which excluded categories they are in; "" where none are."""
    if not kept_out:
        return ""
    known = _tree(loaded)
    why = ", ".join(f"{known.full_label(category)} : {count}" for category, count in kept_out.items())
    return f"{sum(kept_out.values())}, parce que leurs rayons sont exclus ({why})"


def _totals(known: Tree, counts: Mapping[str | None, int]) -> dict[str, int]:
    """Listings of each category with those of the categories below it."""
    totals = {node.path: counts.get(node.path, 0) for node in known.nodes}
    for node in known.nodes:
        if node.parent:
            totals[node.parent] += counts.get(node.path, 0)
    return totals


def _shown(node: Node, hidden: frozenset[str]) -> str:
    from aggregator.ingest.categories import is_in

    return "exclu" if is_in(node.path, hidden) else ""


def _node_json(node: Node, listings: int, hidden: frozenset[str]) -> dict[str, Any]:
    return {
        "category": node.path,
        "name": node.name,
        "parent": node.parent,
        "google_id": node.google_id,
        "listings": listings,
        "excluded": bool(_shown(node, hidden)),
    }
