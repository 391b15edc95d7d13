"""A spreadsheet's file as rows of cells, whatever program wrote it; or the French sentence that says why not."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final

import orjson

from connectors.files.workbook import MAX_COLUMNS, MAX_ROWS, SECONDS
from connectors.textual import as_utf8, guess_separator, rows

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_UNPACKED: Final = 400 * 1024 * 1024
"""Of a zipped workbook (.xlsx, .ods), as its directory announces it."""
MAX_PARTS: Final = 10_000
_PIECE: Final = 64 * 1024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""The stream in which Office keeps a workbook under a password ([MS-OFFCRYPTO])."""
_ZIP: Final = b"PK\x03\x04"

Cell = str | int | float
"""Text, or a number as the workbook holds it: no comma to guess there."""

TOO_BIG: Final = f"Ce fichier est trop gros ({MAX_BYTES // 1024 // 1024} Mo au plus)."
TOO_LARGE: Final = (
    f"Cette feuille est trop grande ({MAX_ROWS // 1000}\u202f000 lignes et {MAX_COLUMNS} colonnes au plus). "
    "Supprimez les lignes et les colonnes vides, ou enregistrez-la au format CSV."
)
PASSWORD: Final = "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis réessayez."  # noqa: S105
CORRUPT: Final = (
    "Ce fichier ne s'ouvre pas : il est abîmé, ou d'un format trop ancien. Ouvrez-le dans votre tableur et "
    "enregistrez-le à nouveau, au format .xlsx, .ods ou CSV."
)
EMPTY: Final = "Ce fichier est vide."
_WHY: Final = {
    errno.ENOENT: "il n'existe pas",
    errno.EISDIR: "c'est un dossier",
    errno.EACCES: "sa lecture est interdite",
}
"""In French; what else the system says comes as it says it."""
CHANGED: Final = "Ce fichier a changé pendant sa lecture. Importez-le à nouveau quand il est enregistré."
NOT_A_TABLE: Final = (
    "Ce fichier n'est pas un tableau : il faut un fichier CSV, Excel (.xlsx, .xls) ou OpenDocument (.ods)."
)


class FileUnreadable(Exception):
    """Its text is French and says what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One opened table. Iterate `rows` once: (line from 1, cells); empty lines are left out."""

    rows: Iterator[tuple[int, list[Cell]]]
    kind: str
    """ "CSV" or "classeur"."""
    name: str = ""
    names: list[str] = field(default_factory=list)
    """All sheets of the workbook."""


@contextmanager
def opened(path: Path, sheet: str = "") -> Iterator[Sheet]:
    """The table in this file. Raises FileUnreadable, then or while its rows are read."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            beginning = file.read(4096)
    except OSError as error:
        raise FileUnreadable(
            f"{path.name} : fichier illisible ({_WHY.get(error.errno or 0, error.strerror)})."
        ) from None
    if size > MAX_BYTES:
        raise FileUnreadable(TOO_BIG)
    if not beginning.strip():
        raise FileUnreadable(EMPTY)
    if beginning.startswith((_ZIP, _OLE)):
        if beginning.startswith(_ZIP):
            _check_directory(path)
        elif _ENCRYPTED in path.read_bytes():
            raise FileUnreadable(PASSWORD)
        with _workbook(path, sheet) as found:
            yield found
        return
    if beginning.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8", b"{\\rtf", b"PK")):
        raise FileUnreadable(NOT_A_TABLE)
    if sheet:
        raise FileUnreadable(
            "--sheet ne sert que pour un classeur (.xlsx, .xls, .ods) : un fichier CSV n'a qu'une feuille."
        )
    with path.open("rb") as file:
        yield Sheet(_text_rows(file), "CSV")


def _check_directory(path: Path) -> None:
    """Refuse a zip that announces more than a spreadsheet needs; one that lies meets the reader's own limits."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileUnreadable(CORRUPT) from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileUnreadable(TOO_LARGE)
    names = {part.filename for part in parts}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise FileUnreadable(NOT_A_TABLE)
    if any(part.flag_bits & 1 for part in parts):
        raise FileUnreadable(PASSWORD)


# --- workbooks


@contextmanager
def _workbook(path: Path, sheet: str) -> Iterator[Sheet]:
    command = [sys.executable, "-m", "connectors.files.workbook", str(path.absolute()), sheet]
    child = subprocess.Popen(  # noqa: S603  our own module, and a path as one argument
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    try:
        assert child.stdout is not None
        lines = iter(child.stdout)
        head = _loads(next(lines, b""))
        if not isinstance(head, dict) or "error" in head:
            raise FileUnreadable(_complaint(head if isinstance(head, dict) else {}, sheet))
        yield Sheet(
            _workbook_rows(lines, child), "classeur", str(head["sheet"]), [str(name) for name in head["sheets"]]
        )
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _workbook_rows(lines: Iterator[bytes], child: subprocess.Popen[bytes]) -> Iterator[tuple[int, list[Cell]]]:
    for line in lines:
        value = _loads(line)
        if not isinstance(value, list):
            raise FileUnreadable(_complaint(value if isinstance(value, dict) else {}, ""))
        number, cells = value
        yield number, [cell.strip() if isinstance(cell, str) else cell for cell in cells]
    if child.wait(timeout=SECONDS) != 0:  # its limits, or the native reader's own end
        raise FileUnreadable(TOO_LARGE)


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _complaint(told: dict[str, Any], sheet: str) -> str:
    kind = told.get("error")
    if kind == "password":
        return PASSWORD
    if kind == "no-sheet":
        names = ", ".join(f"« {name} »" for name in told.get("sheets", [])) or "aucune"
        return f"Il n'y a pas de feuille « {sheet} » dans ce classeur. Ses feuilles : {names}."
    return CORRUPT if kind == "corrupt" else TOO_LARGE


# --- text


def _text_rows(file: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
    """The rows as they are read: a piece of the file is held at a time."""
    before = os.fstat(file.fileno())
    rest = as_utf8(iter(lambda: file.read(_PIECE), b""))
    first = list(islice(rest, 4))
    beginning = b"".join(first)
    if b"\0" in beginning:
        raise FileUnreadable(NOT_A_TABLE)
    lines = [line for line in beginning.replace(b"\r", b"\n").split(b"\n") if line.strip()]
    told = _told_separator(lines[0]) if lines else ""
    separator = told or guess_separator(
        max((line.decode("utf-8", "replace") for line in lines[:10]), key=_marks, default="")
    )
    for row in islice(rows(chain(first, rest), separator), MAX_ROWS + 2):
        if told and row.line == 1:
            continue
        if row.line > MAX_ROWS + 1 or len(row.cells) > MAX_COLUMNS:
            raise FileUnreadable(TOO_LARGE)
        if any(cells := [cell.strip() for cell in row.cells]):
            yield row.line, list(cells)
    after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):  # half of each: of neither the whole
        raise FileUnreadable(CHANGED)


def _told_separator(first: bytes) -> str:
    """Excel's own "sep=;" on the first line."""
    text = first.decode("utf-8", "replace").strip().strip('"').lower()
    return text[4:5] if text.startswith("sep=") else ""


def _marks(line: str) -> int:
    return max(line.count(mark) for mark in "\t;,|")
