"""Reads one sheet of a workbook in a process of its own: `python -m connectors.files.workbook FILE SHEET`.

A workbook is a stranger's: a few kilobytes of it can ask for gigabytes (compressed sheets, one cell in the last
corner), and its reader is native code. Here it may use a gigabyte and a minute, and whatever goes wrong ends this
process alone. Standard output is JSON Lines: {"sheets": [...], "sheet": ...}, then [line, [cells]], or {"error": ...}.
Formulas are not evaluated: their last stored result is read.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
from typing import IO, Any, Final

import orjson

MEMORY: Final = 1024**3
SECONDS: Final = 60
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200


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
        for line, row in enumerate(sheet.iter_rows(), 1):
            if any(cell not in ("", None) for cell in row):
                _write(out, [line, [_cell(cell) for cell in row]])
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


def _write(out: IO[bytes], value: Any) -> None:
    out.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.stdout.buffer)
    sys.stdout.buffer.flush()
