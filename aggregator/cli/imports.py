"""`emplettes shops import` and `template`: the shops that have no site, from the spreadsheet that they keep."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from aggregator.cli import context
from aggregator.cli.options import Json, command
from aggregator.cli.output import expected_errors, print_facts, print_json, print_table, say
from aggregator.cli.sync import progress_bars, show_runs, sync_one
from aggregator.errors import Refused

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from sqlalchemy import Connection

    from aggregator.settings import Settings
    from aggregator.store.engine import Store
    from aggregator.store.shops import ShopRow
    from connectors.files.connector import Table
    from connectors.files.headings import Columns
    from connectors.files.mapping import Problem
    from connectors.records import ProductRecord

CONNECTOR = "spreadsheet"
_SHOWN = 10
_PROBLEMS = 40
"""Problems on a screen; `--json` has all of them."""
File = Annotated[
    str,
    typer.Argument(metavar="FICHIER", help="Le tableau : .csv, .xlsx, .xls ou .ods.", show_default=False),
]


def register(app: typer.Typer) -> None:
    command(
        app,
        "import",
        "Publie les produits d'un tableau (CSV, Excel, OpenDocument), pour un commerçant sans site. Un nouvel import "
        "remplace le précédent : ce qui n'est plus dans le fichier est retiré.\n\n"
        "Les colonnes sont reconnues à leur titre ; --map corrige. --dry-run montre tout et ne change rien.",
        "emplettes shops import stock.xlsx --merchant 1 --dry-run",
        'emplettes shops import stock.csv --merchant 1 --name "Poterie du Pont"',
        "emplettes shops import stock.csv --shop 3 --map prix=Tarif --map nom=Article",
    )(import_)
    command(
        app,
        "template",
        "Écrit un modèle de tableau, avec ses titres et une ligne d'exemple, qui s'ouvre dans Excel ou LibreOffice.",
        "emplettes shops template modele.csv",
    )(template)


@dataclass(slots=True)
class _Look:
    """What a file would publish."""

    columns: Columns
    sheet: str
    sheets: list[str]
    products: int = 0
    offers: int = 0
    sample: list[ProductRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def import_(
    file: File,
    merchant: Annotated[
        str | None, typer.Option("--merchant", metavar="COMMERÇANT", help="Numéro du commerçant.", show_default=False)
    ] = None,
    name: Annotated[
        str,
        typer.Option("--name", metavar="NOM", help="Nom affiché ; sans lui, celui du commerçant.", show_default=False),
    ] = "",
    shop: Annotated[
        str | None,
        typer.Option("--shop", metavar="BOUTIQUE", help="Numéro d'une boutique déjà importée.", show_default=False),
    ] = None,
    corrections: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="CHAMP=COLONNE",
            help="Dit ce que contient une colonne ; sans --map, comme au dernier import de la boutique.",
            show_default=False,
        ),
    ] = None,
    sheet: Annotated[
        str,
        typer.Option(
            "--sheet", metavar="FEUILLE", help="Feuille du classeur ; sans elle, la première.", show_default=False
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montre ce qui serait publié, sans rien changer.")] = False,
    as_json: Json = False,
) -> None:
    with expected_errors(as_json=as_json):
        loaded = context.settings()
        path = Path(file)
        given = list(corrections or [])
        known = None
        if merchant is not None or shop is not None:  # a dry run too must not end well for nobody
            with context.open_store(loaded) as store:
                known = _whose(store, merchant, shop, name).shop
        look, given = _look_as_before(path, sheet, given, known)
        if not as_json:
            _show(look)
        if dry_run:
            if as_json:
                print_json(_look_json(look))
            else:
                say("Rien n'a été changé. Pour publier : la même commande, sans --dry-run.")
            return
        if not look.products:
            raise Refused("Aucun produit de ce fichier ne peut être publié : rien n'a été changé.")
        with context.open_store(loaded) as store:
            whose = _whose(store, merchant, shop, name)
            with progress_bars() as bars:
                row, report = _publish(loaded, store, path, whose, look.sheet if sheet else "", given, bars)
    if as_json:
        print_json(_look_json(look) | {"shop_id": str(row.id), "run": report})
    else:
        show_runs([report])
        update = f"emplettes shops import FICHIER --shop {row.id}"
        say(f"Boutique n° {row.id} : « {row.name} ». Pour la mettre à jour : {update}")
    if report["outcome"] != "complete" or report["error"]:
        raise typer.Exit(1)


# --- looking


@contextmanager
def _opened(path: Path, sheet: str, corrections: list[str]) -> Iterator[Table]:
    from connectors.files.connector import table
    from connectors.files.headings import MapRefused
    from connectors.files.opening import FileUnreadable

    try:
        with table(path, sheet, corrections) as found:
            yield found
    except (FileUnreadable, MapRefused) as error:
        raise Refused(str(error)) from None


def _look_as_before(path: Path, sheet: str, given: list[str], known: ShopRow | None) -> tuple[_Look, list[str]]:
    """What the file would publish, and the corrections that it was read with: those given, else the last import's where
    they fit. A forgotten one would take the prices of all offers away, and the guard lets prices go."""
    from connectors.files.connector import MEMORY_MAP

    before = [] if given or known is None else json.loads(known.memory.get(MEMORY_MAP) or "[]")
    if not before:
        return _look(path, sheet, given), given
    shown = " ".join(f"--map « {correction} »" for correction in before)
    try:
        look = _look(path, sheet, before)
    except Refused:
        before, look = [], _look(path, sheet, [])
        shown += " (ne convient plus à ce fichier, n'est pas repris)"
    say(f"Comme au dernier import : {shown}.")
    return look, before


def _look(path: Path, sheet: str, corrections: list[str]) -> _Look:
    with _opened(path, sheet, corrections) as table:
        look = _Look(table.columns, table.sheet, table.sheets)
        for found in table.products():
            look.problems += found.problems
            if found.record is not None:
                look.products += 1
                look.offers += len(found.record.offers)
                if len(look.sample) < _SHOWN:
                    look.sample.append(found.record)
    look.problems.sort(key=lambda problem: problem.line)
    return look


def _show(look: _Look) -> None:
    columns = look.columns
    if len(look.sheets) > 1:
        others = ", ".join(f"« {name} »" for name in look.sheets if name != look.sheet)
        say(f"Feuille lue : « {look.sheet} ». Les autres ({others}) ne le sont pas ; --sheet choisit.")
    known = [(heading, f.label, f.name) for heading, f in zip(columns.headings, columns.fields, strict=True) if f]
    print_table(["Colonne", "Lue comme", "--map"], known, empty="Aucune colonne reconnue.")
    if columns.ignored:
        say(f"Colonnes non lues : {', '.join(f'« {heading} »' for heading in columns.ignored)}.")
    if columns.where("prix") is None:
        taxed = f" « {columns.untaxed[0]} » est hors taxes : il faut le prix TTC." if columns.untaxed else ""
        say(f"Attention : aucune colonne de prix ; les produits seraient publiés sans prix.{taxed}")
    if columns.where("reference") is None:
        say("Attention : sans colonne de référence, un produit renommé sera pris pour un nouveau.")
    print_table(
        ["Produit", "Déclinaisons", "Prix", "Disponibilité", "Catégorie"],
        [_product(record) for record in look.sample],
        empty="Aucun produit lisible.",
    )
    for problem in look.problems[:_PROBLEMS]:
        say(problem.text)
    if len(look.problems) > _PROBLEMS:
        say(f"... et {len(look.problems) - _PROBLEMS} autres problèmes (--json les donne tous).")
    print_facts([("Produits", look.products), ("Offres", look.offers), ("Problèmes", len(look.problems))])


def _product(record: ProductRecord) -> tuple[str, str, str, str, str]:
    from aggregator.store.portal import preview_card
    from aggregator.web import formatting

    card = preview_card(record, shop_name="", town="", now=context.utc_now())
    variants = " · ".join(", ".join(value for _, value in offer.variant) for offer in record.offers if offer.variant)
    return (
        record.title,
        variants,
        formatting.card_price(card),
        formatting.availability(card.availability),
        " > ".join(record.category_path),
    )


def _look_json(look: _Look) -> dict[str, Any]:
    columns = look.columns
    return {
        "sheet": look.sheet or None,
        "columns": {h: f.name if f else None for h, f in zip(columns.headings, columns.fields, strict=True) if h},
        "products": look.products,
        "offers": look.offers,
        "sample": [record.model_dump(mode="json") for record in look.sample],
        "problems": [
            {
                "line": problem.line,
                "column": problem.column or None,
                "code": problem.code.value,
                "message": problem.text,
                "rejected": problem.rejected,
            }
            for problem in look.problems
        ],
    }


# --- publishing


def publish(
    loaded: Settings, store: Store, path: Path, *, merchant_id: int, name: str, bars: Bars | None
) -> tuple[ShopRow, dict[str, Any]]:
    """Publish a merchant's file as the shop of that name, known or new: the shop, and the object of its run.

    Raises Refused for a file that cannot be opened, NotFound for an unknown merchant."""
    with _opened(path, "", []):
        whose = _whose(store, str(merchant_id), None, name)
    return _publish(loaded, store, path, whose, "", [], bars)


def _publish(
    loaded: Settings, store: Store, path: Path, whose: _Whose, sheet: str, corrections: list[str], bars: Bars | None
) -> tuple[ShopRow, dict[str, Any]]:
    row = _keep(loaded, store, path, whose, sheet, corrections)
    report = sync_one(store, loaded, str(row.id), full=False, bars=bars, handed_over=True)
    forget_files(loaded, row.id, but=row.memory.get("file", ""))  # only the last one of a shop is kept
    return row, report


# --- keeping


@dataclass(frozen=True, slots=True)
class _Whose:
    """The shop that a file belongs to: one that is there (`shop`), or a new one."""

    shop: ShopRow | None
    merchant_id: int | None
    name: str


def _whose(store: Store, merchant: str | None, shop: str | None, name: str) -> _Whose:
    """Raises Refused where it cannot be told, NotFound for unknown ids."""
    from aggregator.store import merchants, shops

    if (merchant is None) == (shop is None):
        raise Refused("Indiquez le commerçant (--merchant) ou la boutique déjà importée (--shop), l'un des deux.")
    with store.read() as connection:
        if shop is not None:
            row = shops.get(connection, context.parse_id(shop, "boutique"))
            if row.connector != CONNECTOR or row.status in shops.GONE:
                raise Refused(f"La boutique n° {row.id} (« {row.name} ») ne vient pas d'un fichier, ou a été retirée.")
            return _Whose(row, row.merchant_id, name.strip() or row.name)
        owner = merchants.get(connection, context.parse_id(merchant or "", "commerçant"))
        theirs = _imported(connection, owner.id, name.strip())
    if len(theirs) > 1:
        several = ", ".join(f"n° {row.id} « {row.name} »" for row in theirs)
        raise Refused(f"Ce commerçant a plusieurs boutiques importées ({several}) : choisissez avec --shop.")
    return _Whose(theirs[0] if theirs else None, owner.id, name.strip() or owner.name)


def _imported(connection: Connection, merchant_id: int, name: str) -> list[ShopRow]:
    from aggregator.store import shops

    found = [
        row
        for row in shops.list_all(connection)
        if row.merchant_id == merchant_id and row.connector == CONNECTOR and row.status not in shops.GONE
    ]
    return [row for row in found if row.name == name] if name else found


def _keep(loaded: Settings, store: Store, path: Path, whose: _Whose, sheet: str, corrections: list[str]) -> ShopRow:
    """Keep a copy of the file and say in the shop's memory where it is and how it is read."""
    from aggregator.store import shops
    from connectors.files.connector import MEMORY_FILE, MEMORY_MAP, MEMORY_SHEET

    with store.write() as connection:
        url = whose.shop.url if whose.shop else f"{shops.FILE_SCHEME}://{uuid4()}"
        if whose.shop is None:
            shop_id = shops.add(
                connection, url=url, name=whose.name, connector=CONNECTOR, platform="Tableur", status="approved",
                merchant_id=whose.merchant_id, memory={}, now=context.utc_now(),
            )  # fmt: skip
        else:
            shop_id = whose.shop.id
            if whose.name != whose.shop.name:
                shops.rename(connection, shop_id, whose.name)
    kept = _copy(loaded, path, shop_id)
    memory = {MEMORY_FILE: str(kept), MEMORY_SHEET: sheet, MEMORY_MAP: json.dumps(corrections, ensure_ascii=False)}
    with store.write() as connection:  # "again": a run that an earlier import left open ends, this file begins anew
        shops.add(
            connection, url=url, name=whose.name, connector=CONNECTOR, platform="Tableur", status="approved",
            merchant_id=whose.merchant_id, memory=memory, now=context.utc_now(), again=True,
        )  # fmt: skip
        return shops.get(connection, shop_id)


def _folder(loaded: Settings) -> Path:
    return (loaded.data / "files").absolute()


def _copy(loaded: Settings, path: Path, shop_id: int) -> Path:
    """Under the data folder, for its owner's eyes only; named after its content, so that nothing is overwritten."""
    folder = _folder(loaded)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()[:16]
            suffix = path.suffix.lower() if re.fullmatch(r"\.[a-z]{2,5}", path.suffix.lower()) else ""
            kept = folder / f"shop-{shop_id}-{digest}{suffix}"
            part = kept.with_name(kept.name + ".part")
            source.seek(0)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                shutil.copyfileobj(source, out)
            part.replace(kept)
    except OSError as error:
        raise Refused(f"{path} : le fichier n'a pas pu être gardé ({error.strerror}).") from None
    return kept


def forget_files(loaded: Settings, shop_id: int, but: str = "") -> None:
    """Delete what was imported for a shop."""
    for old in _folder(loaded).glob(f"shop-{shop_id}-*"):
        if str(old) != but:
            old.unlink(missing_ok=True)


# --- the template


def template(file: File, as_json: Json = False) -> None:
    with expected_errors(as_json=as_json):
        from connectors.files.template import HEADINGS
        from connectors.files.template import template as blank

        path = Path(file)
        if path.suffix.lower() != ".csv":
            raise Refused("Le modèle est un fichier CSV : donnez-lui un nom en .csv. Excel et LibreOffice l'ouvrent.")
        try:
            with path.open("xb") as out:
                out.write(blank())
        except FileExistsError:
            raise Refused(f"{path} existe déjà : choisissez un autre nom.") from None
        except OSError as error:
            raise Refused(f"{path} : le modèle n'a pas pu être écrit ({error.strerror}).") from None
    if as_json:
        print_json({"file": str(path), "columns": list(HEADINGS)})
    else:
        typer.echo(
            f"Modèle écrit : {path}. Remplacez la ligne d'exemple, puis : emplettes shops import {path} --merchant N"
        )
