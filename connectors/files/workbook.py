"""Reads one sheet of a workbook in a process of its own: `python -m connectors.files.workbook FILE SHEET`.

A workbook is a stranger's: a few kilobytes of it can ask for gigabytes (compressed sheets, one cell in the last
corner), and its reader is native code. Here it may use a gigabyte and a minute, and whatever goes wrong ends this
process alone. Standard output is JSON Lines: {"sheets": [...], "sheet": ...}, then [line, [cells]], or {"error": ...}.
Formulas are not evaluated: their last stored result is read; where that is an error ("#DIV/0!"), so is its name, which
the native reader leaves out: it is taken from the file's own text (.xlsx and .ods; not .xls).
"""

from __future__ import annotations

import datetime as dt
import re
import resource
import string
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import IO, Any, Final
from xml.parsers import expat

import orjson

MEMORY: Final = 1024**3
SECONDS: Final = 60
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200

_PIECE: Final = 1024 * 1024
_LONGEST: Final = 16 * 1024
"""Of an error's cell, its formula included."""
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_LINK: Final = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE: Final = re.compile(r"(?:\w+:)?(\w+)=\"([^\"]*)\"")
_ERROR: Final = re.compile(
    rb"<(?:\w{1,20}:)?c (?=[^<>]{0,400}\bt=\"e\")[^<>]{0,400}\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^<>]{0,400}>"
    rb"(?:<(?:\w{1,20}:)?f\b[^<>]{0,400}(?:/>|>[^<]{0,9000}</(?:\w{1,20}:)?f>))?<(?:\w{1,20}:)?v>([^<]{1,20})<"
)


def main(path: str, wanted: str, out: IO[bytes]) -> None:
    import python_calamine as calamine

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        book = calamine.load_workbook(path)
        sheets = [sheet.name for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        if not sheets or (wanted and wanted not in sheets):
            _write(out, {"error": "no-sheet", "sheets": sheets})
            return
        sheet = book.get_sheet_by_name(wanted or sheets[0])
        if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
            _write(out, {"error": "too-large", "rows": sheet.total_height, "columns": sheet.total_width})
            return
        _write(out, {"sheets": sheets, "sheet": wanted or sheets[0]})
        failed, first = _errors(path, wanted or sheets[0]), sheet.start[1] if sheet.start else 0
        for line, row in enumerate(sheet.iter_rows(), 1):
            cells = [_cell(cell) for cell in row]
            for column, name in failed.get(line, {}).items():
                if 0 <= column - first < len(cells) and cells[column - first] == "":
                    cells[column - first] = name
            if any(cell != "" for cell in cells):
                _write(out, [line, cells])
    except calamine.PasswordError:
        _write(out, {"error": "password"})
    except MemoryError:
        _write(out, {"error": "too-large"})
    except BaseException as error:  # the native reader's panics are no Exceptions
        _write(out, {"error": "password" if "password" in str(error).lower() else "corrupt"})


def _cell(value: Any) -> str | int | float:
    """A cell as JSON knows it; whole numbers without a fraction, dates in ISO."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else float(f"{value:.15g}")
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


# -- errors of formulas


def _errors(path: str, sheet: str) -> dict[int, dict[int, str]]:
    """Line -> column from 0 -> "#DIV/0!". Nothing where the file is of another kind, or tells them in another way."""
    found: dict[int, dict[int, str]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            if "content.xml" in archive.namelist():
                return _OdsErrors(sheet).read(archive)
            with archive.open(_part_of(archive, sheet)) as part:
                for place, name in _error_cells(part):
                    line = int(place.lstrip(string.ascii_letters))
                    found.setdefault(line, {})[_column(place.rstrip(string.digits))] = unescape(name)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, OSError, expat.ExpatError):
        return {}
    return found


class _OdsErrors:
    """LibreOffice marks them `calcext:value-type="error"`; what is shown stands in the cell's paragraph."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._found: dict[int, dict[int, str]] = {}
        self._here = False
        self._line = self._column = 0
        """The last one of those met, from 1; an element may stand for many."""
        self._lines = 1
        self._words: list[str] | None = None

    def read(self, archive: zipfile.ZipFile) -> dict[int, dict[int, str]]:
        with archive.open("content.xml") as part:
            if not _holds(part, b'value-type="error"'):  # the walk costs a Python call a cell
                return {}
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        with archive.open("content.xml") as part:
            parser.ParseFile(part)
        return self._found

    def _begin(self, name: str, told: dict[str, str]) -> None:
        if name == "table:table":
            self._here, self._line = told.get("table:name") == self._sheet, 0
        elif name == "table:table-row":
            self._lines = int(told.get("table:number-rows-repeated", 1))
            self._line, self._column = self._line + self._lines, 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._column += int(told.get("table:number-columns-repeated", 1))
            self._words = [] if self._here and told.get("calcext:value-type") == "error" else None

    def _end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell") and self._words is not None:
            shown, self._words = "".join(self._words)[:20], None
            if self._lines == 1:  # nobody writes a formula that fails into a thousand equal lines
                self._found.setdefault(self._line, {})[self._column - 1] = shown

    def _text(self, words: str) -> None:
        if self._words is not None:
            self._words.append(words)

    def _refuse(self, *_: object) -> None:
        raise ValueError("a DOCTYPE")


def _holds(part: IO[bytes], mark: bytes) -> bool:
    held = b""
    while piece := part.read(_PIECE):
        if mark in held + piece:
            return True
        held = piece[-len(mark) :]
    return False


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The sheet's name in the zip. Raises KeyError where this is no .xlsx."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for mark in _SHEET.findall(book):
        told = {name: unescape(value) for name, value in _ATTRIBUTE.findall(mark)}
        if told.get("name") == sheet:
            for link in _LINK.findall(links):
                there = dict(_ATTRIBUTE.findall(link))
                if there.get("Id") == told.get("id"):
                    target = there["Target"]
                    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _error_cells(part: IO[bytes]) -> Iterator[tuple[str, str]]:
    """("B7", "#REF!") of each, as the text of the sheet comes: a piece and what may be cut at its end are held."""
    held = b""
    while piece := part.read(_PIECE):
        held += piece
        end = 0
        for cell in _ERROR.finditer(held):
            yield cell[1].decode(), cell[2].decode("utf-8", "replace")
            end = cell.end()
        held = held[max(end, len(held) - _LONGEST) :]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _write(out: IO[bytes], value: Any) -> None:
    out.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.stdout.buffer)
    sys.stdout.buffer.flush()
