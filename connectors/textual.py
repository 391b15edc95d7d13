"""Pure: bytes of an unsure encoding as text, and text as the rows of a table. For feeds and spreadsheets.

What Excel writes: UTF-8 with or without its mark, UTF-16, or Windows' own code page; separators `;`, tab or `,`; and
quotes that are sometimes closed. Damage costs the row that holds it, never the rest of the table.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

_UTF8_MARK: Final = codecs.BOM_UTF8
_MAX_LINE: Final = 1024 * 1024
"""Bytes of one physical line; what is longer is cut there."""
_MAX_JOINED: Final = 200
"""Physical lines that one quoted field may span ..."""
_MAX_JOINED_CHARACTERS: Final = 256 * 1024
_UNCLOSED_LIMIT: Final = 20
"""... and after so many that never closed, quotes mean nothing in this table."""
SEPARATORS: Final = "\t;,|"


def as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces without a byte order mark, UTF-16 made UTF-8. Other encodings pass: see `decoded`."""
    rest = iter(pieces)
    first = b""
    for piece in rest:
        first += piece
        if len(first) >= 4:
            break
    whole: Iterable[bytes] = chain([first], rest)
    codec = _utf16(first)
    if codec is not None:
        decoder = codecs.getincrementaldecoder(codec)("replace")
        for piece in whole:
            yield decoder.decode(piece).removeprefix("\ufeff").encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
        return
    yield first.removeprefix(_UTF8_MARK)
    yield from rest


def _utf16(first: bytes) -> str | None:
    if first.startswith(codecs.BOM_UTF16_LE) or (first[1:2] == b"\0" and first[3:4] == b"\0" and first[:1] > b"\0"):
        return "utf-16-le"
    if first.startswith(codecs.BOM_UTF16_BE) or (first[:1] == b"\0" and first[2:3] == b"\0" and first[1:2] > b"\0"):
        return "utf-16-be"
    return None


def decoded(data: bytes, declared: str = "") -> str:
    """UTF-8 where it is that, whatever the label says; else as declared; else Windows' code page, which never fails.

    Western text in another encoding is practically never valid UTF-8 by chance. "ISO-8859-1" means Windows' code page,
    as in every browser: real Latin-1 has no euro sign, and control characters where Windows has it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            if codecs.lookup(declared).name != "iso8859-1":
                return data.decode(declared)
        except (UnicodeDecodeError, LookupError, ValueError):
            pass
    return data.decode("cp1252", "replace")


# --- tables


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: where it begins, from 1."""

    line: int
    cells: list[str]
    ends: bool = True
    """A line end follows: a row without one may have been cut."""


def rows(pieces: Iterable[bytes], separator: str, first_line: int = 1) -> Iterator[Row]:
    """The rows of a table, empty lines left out. `pieces` are as `as_utf8` gives them."""
    return _Rows(separator).read(numbered(pieces, first_line))


def numbered(pieces: Iterable[bytes], first_line: int = 1) -> Iterator[tuple[int, str]]:
    """Physical lines with their numbers, their ends kept."""
    for number, line in enumerate(_lines(pieces), first_line):
        yield number, decoded(line)


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines end with LF or CRLF; with CR in files that hold no LF at all."""
    rest, old_mac = b"", None
    for piece in pieces:
        data = rest + piece
        if old_mac is None and (b"\n" in data or b"\r" in data[:-1]):
            old_mac = b"\n" not in data
        if old_mac:
            data = data.replace(b"\r", b"\n")
        *lines, rest = data.split(b"\n")
        for line in lines:
            yield line[:_MAX_LINE] + b"\n"
        if len(rest) > _MAX_LINE:
            yield rest[:_MAX_LINE] + b"\n"
            rest = b""
    if rest:
        yield rest


def guess_separator(header: str) -> str:
    """The separator that the line of headings holds most, outside quotes; a tab beats what titles may hold."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(SEPARATORS, key=lambda mark: (bare.count(mark), mark == "\t"))


class _Rows:
    """Joins the lines of quoted fields; gives up on quotes that never close."""

    def __init__(self, separator: str) -> None:
        mark = re.escape(separator)
        self._separator = separator
        self._complete = re.compile(rf'(?:(?<={mark})|\A) *"(?:[^"]|"")*" *(?={mark}|\Z)')
        self._opening = re.compile(rf'(?:{mark}|\A) *"')
        self._unclosed = 0

    def read(self, lines: Iterator[tuple[int, str]]) -> Iterator[Row]:
        waiting: list[tuple[int, str]] = []
        source = iter(lines)
        while True:
            number, line = waiting.pop(0) if waiting else next(source, (0, ""))
            if not line:
                return
            if '"' in line and self._unclosed < _UNCLOSED_LIMIT:
                if self._is_open(line):
                    joined = [line]
                    found = self._join(joined, waiting, source)
                    if not found:
                        self._unclosed += 1
                        yield from self._plain(number, line)
                        continue
                    line = "".join(joined)
                yield from self._quoted(number, line)
            else:
                yield from self._plain(number, line)

    def _join(self, joined: list[str], waiting: list[tuple[int, str]], source: Iterator[tuple[int, str]]) -> bool:
        """Add lines to the first until its quotes are closed; False, with all of them waiting, where they never are."""
        size = len(joined[0])
        taken: list[tuple[int, str]] = []
        while len(taken) < _MAX_JOINED and size < _MAX_JOINED_CHARACTERS:
            entry = waiting.pop(0) if waiting else next(source, (0, ""))
            if not entry[1]:
                break
            taken.append(entry)
            joined.append(entry[1])
            size += len(entry[1])
            if '"' in entry[1] and not self._is_open("".join(joined)):
                return True
        waiting[:0] = taken
        return False

    def _is_open(self, text: str) -> bool:
        return self._opening.search(self._complete.sub("", text.rstrip("\r\n"))) is not None

    def _plain(self, number: int, line: str) -> Iterator[Row]:
        text = line.rstrip("\r\n")
        if text.strip():
            yield Row(number, [_unquoted(cell) for cell in text.split(self._separator)], line.endswith("\n"))

    def _quoted(self, number: int, text: str) -> Iterator[Row]:
        try:
            parsed = list(csv.reader([text], delimiter=self._separator, skipinitialspace=True))
        except csv.Error:
            yield from self._plain(number, text)
            return
        cells = [cell.rstrip("\r\n") if n == len(parsed[0]) - 1 else cell for n, cell in enumerate(parsed[0])]
        if any(cell.strip() for cell in cells):
            yield Row(number, cells, text.endswith("\n"))


def _unquoted(cell: str) -> str:
    text = cell.strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text
