"""Reads a spreadsheet that was handed over. No request is ever sent; a new file comes by an import only.

`memory["file"]` is where the file is kept, `memory["sheet"]` its sheet, `memory["map"]` the corrections of its columns.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Final

from connectors.checking import SECONDS, Progress, about, checked
from connectors.errors import CatalogueMalformed
from connectors.files.headings import LOOKED_AT, Columns, MapRefused, recognise
from connectors.files.mapping import Found, products
from connectors.files.opening import Cell, FileUnreadable, opened
from connectors.protocol import Capabilities, CheckReport, Deletions, Evidence, Probe, ShopConnection, StockDetail
from connectors.records import (
    CatalogMessage,
    Checkpoint,
    ConfirmMessage,
    EndOfCatalog,
    Issue,
    StockMessage,
    Withdrawn,
)

MEMORY_FILE: Final = "file"
MEMORY_SHEET: Final = "sheet"
MEMORY_MAP: Final = "map"
PAGE: Final = 100
"""Products between two checkpoints."""
NO_NAME: Final = (
    "Aucune colonne ne donne le nom des produits. Indiquez-la, par exemple : --map nom=Désignation. "
    "Les colonnes : {shown}."
)


class Table:
    """An opened spreadsheet with its headings understood."""

    def __init__(
        self, columns: Columns, lines: Iterator[tuple[int, list[Cell]]], sheet: str, sheets: list[str]
    ) -> None:
        self.columns = columns
        self.lines = lines
        """Below the headings; iterate once."""
        self.sheet = sheet
        self.sheets = sheets

    def products(self) -> Iterator[Found]:
        return products(self.lines, self.columns)


@contextmanager
def table(path: Path, sheet: str = "", corrections: Sequence[str] = ()) -> Iterator[Table]:
    """Open a file and understand its headings. Raises FileUnreadable and MapRefused, in French."""
    with opened(path, sheet) as found:
        first = list(islice(found.rows, LOOKED_AT))
        columns = recognise(first, corrections)
        if columns.where("nom") is None:
            shown = ", ".join(f"« {heading} »" for heading in columns.headings if heading) or "aucune"
            raise FileUnreadable(NO_NAME.format(shown=shown))
        below = (row for row in chain(first, found.rows) if row[0] > columns.line)
        yield Table(columns, below, found.name, found.names)


class SpreadsheetConnector:
    """A file of the merchant."""

    name = "spreadsheet"
    platform = "Tableur"
    capabilities = Capabilities(
        needs_credentials=False,
        incremental=False,
        stock_lane=False,
        deletions=Deletions.BY_ABSENCE,
        stock=StockDetail.QUANTITY,
        confirms_by_id=True,  # the file is all that the merchant says: what is not in it is not sold
        requests_per_1000_products=0,
        pulled=False,
    )

    def detect(self, probe: Probe) -> Evidence | None:
        return None

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        def read(progress: Progress) -> None:
            count = 0
            until = time.monotonic() + SECONDS
            for found in _read(connection.memory):
                progress.reachable = progress.authorised = True
                count += found.record is not None
                if len(progress.sample) < sample:
                    progress.read += 1
                    progress.issues += _issues(found)
                    if found.record is not None:
                        progress.sample.append(found.record)
                if time.monotonic() > until:
                    break
            else:
                progress.products = count
            progress.warnings += about(progress)

        return checked(self.name, self.platform, connection, read)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """The whole file. Resumes where it was, in this very file read in this very way; in any other, it begins."""
        version = _version(connection.memory)
        of, _, at = (checkpoint or "").rpartition(":")
        done = int(at) if of == version and at.isdecimal() else 0
        seen = 0
        for number, found in enumerate(_read(connection.memory)):
            if number < done:
                seen += found.record is not None
                continue
            if number > done and number % PAGE == 0:
                yield Checkpoint(position=f"{version}:{number}")
            yield from _issues(found)
            if found.record is not None:
                seen += 1
                yield found.record
        if not seen:
            raise CatalogueMalformed("no product in the file", message="Ce fichier ne contient aucun produit lisible.")
        yield EndOfCatalog(complete=True, scope="full", announced=seen, seen=seen)

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        """Nothing: the file is read whole."""
        yield from ()

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """Records of those that the file has; the others are gone. Of lines that cannot be read nothing is said."""
        absent = dict.fromkeys(ids)
        for found in _read(connection.memory):
            if found.source_id in absent:
                absent.pop(found.source_id)
                if found.record is not None:
                    yield found.record
        for source_id in absent:
            yield Withdrawn(source_id=source_id, reason="gone")


def _read(memory: MutableMapping[str, str]) -> Iterator[Found]:
    try:
        corrections = json.loads(memory.get(MEMORY_MAP) or "[]")
        with table(Path(memory[MEMORY_FILE]), memory.get(MEMORY_SHEET, ""), corrections) as found:
            yield from found.products()
    except (FileUnreadable, MapRefused) as error:
        raise CatalogueMalformed("the file cannot be read", message=str(error)) from None
    except KeyError:
        raise CatalogueMalformed("no file", message="Aucun fichier n'a encore été importé.") from None


def _version(memory: MutableMapping[str, str]) -> str:
    """What the file holds and how it is read, as one word; "" where it cannot be opened: reading it will say why."""
    way = "\0".join((memory.get(MEMORY_SHEET, ""), memory.get(MEMORY_MAP, "")))
    try:
        with Path(memory.get(MEMORY_FILE, "")).open("rb") as file:
            held = hashlib.file_digest(file, "sha256")
    except OSError:
        return ""
    held.update(way.encode())
    return held.hexdigest()[:32]


def _issues(found: Found) -> list[Issue]:
    """One Issue of a kind and column is enough for a product."""
    kinds = {(problem.code, problem.column): problem for problem in reversed(found.problems)}
    return [problem.issue(found.source_id) for problem in kinds.values()]
