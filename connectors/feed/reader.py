"""Pure: the pieces of a feed, whatever their shape, as the fields of its items; and how it ended."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from connectors.errors import ConnectorError
from connectors.feed.frames import XmlFrames, is_xml
from connectors.feed.items import ItemBroken, fields_of
from connectors.feed.shape import KNOWN, Fields, NotAFeed
from connectors.inflate import BodyBroken, BodyTooLarge, inflated
from connectors.spellings import fold
from connectors.textual import Row, as_utf8, guess_separator, numbered, rows

MAX_BYTES: Final = 1024 * 1024 * 1024
_FIRST: Final = 64 * 1024
_MAX_HEADING_LINES: Final = 20
"""Comments (Meta's templates) and PHP warnings may stand before the headings."""
_NEEDED: Final = frozenset({"id", "title", "price"})
_TABLE_NAMES: Final = {
    "additional_image_links": "additional_image_link",
    "image_url": "image_link",
    "product_url": "link",
    "url": "link",
    "color_name": "color",
}


class Feed:
    """Iterate for items (or the damage in their place); then `complete` and `detail` say how it ended."""

    def __init__(self, pieces: Iterable[bytes], *, proves_its_end: bool = True) -> None:
        """`proves_its_end`: the transport would have noticed a cut."""
        self._pieces = pieces
        self._proves_its_end = proves_its_end
        self.complete = False
        self.detail = ""
        self.shape = ""
        self._frames: XmlFrames | None = None
        self._trouble: Exception | None = None

    @property
    def site(self) -> str | None:
        """The shop's site as the feed itself names it."""
        return self._frames.head.site if self._frames else None

    def __iter__(self) -> Iterator[Fields | ItemBroken]:
        """Raises NotAFeed; BodyBroken, BodyTooLarge for a gzip file; and whatever ConnectorError `pieces` raise: these
        once all that had come before is read, but for the item that the cut goes through."""
        try:
            first, pieces = _begin(self._as_they_come(self._pieces))
            if first.startswith(b"\x1f\x8b"):
                first, pieces = _begin(self._as_they_come(inflated(pieces, "gzip", MAX_BYTES)))
            text = b"".join(as_utf8([first])).lstrip()
            if not text:
                raise NotAFeed("an empty answer")
            yield from self._xml(pieces) if is_xml(text) else self._table(pieces)
        except NotAFeed:
            if self._trouble is None:
                raise
        if self._trouble is not None:
            self.complete = False
            raise self._trouble

    def _as_they_come(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, to where they break off: those that are held together must not be lost with what never came."""
        try:
            yield from pieces
        except (ConnectorError, BodyBroken, BodyTooLarge) as error:
            self._trouble = self._trouble or error

    def _xml(self, pieces: Iterable[bytes]) -> Iterator[Fields | ItemBroken]:
        self.shape = "XML"
        frames = self._frames = XmlFrames(pieces)
        for text in frames:
            try:
                yield fields_of(text, frames.head.marked)
            except ItemBroken as broken:
                yield broken
        if frames.head.notice:
            self.detail = "text before the XML"
        self.complete = frames.closed
        if not frames.closed:
            self.detail = "; ".join(filter(None, ("the feed's last tag is missing: it was cut", self.detail)))

    def _table(self, pieces: Iterable[bytes]) -> Iterator[Fields | ItemBroken]:
        """A cut can be told from the last row only: it has no line end, or too few cells."""
        self.shape = "table"
        line_number, separator, names, rest = _headings(pieces)
        self.detail = "text before the headings" if line_number > 1 else ""
        width = 0
        self.complete = True
        for row in rows(rest, separator, line_number + 1):
            proven = self._proves_its_end and self._trouble is None
            if not row.ends and (len(row.cells) < len(names) or not proven):
                self.complete, self.detail = False, "the last line is cut"  # within a price, perhaps
                return
            if not width:  # some writers end every line but the headings with a separator
                width = len(names) if any(row.cells[len(names) :]) else max(len(names), len(row.cells))
            if len(row.cells) > width:  # a separator within a text: every cell behind it is under a wrong heading
                what = f"line {row.line}: {len(row.cells)} cells under {len(names)} headings"
                yield ItemBroken(what, _id(row, names))
                continue
            yield _fields(row, names)


def _begin(pieces: Iterable[bytes]) -> tuple[bytes, Iterable[bytes]]:
    """The first few bytes, and all pieces with them."""
    rest = iter(pieces)
    held: list[bytes] = []
    size = 0
    for piece in rest:
        held.append(piece)
        size += len(piece)
        if size >= _FIRST:
            break
    return b"".join(held)[:_FIRST], chain(held, rest)


def _headings(pieces: Iterable[bytes]) -> tuple[int, str, list[str], Iterator[bytes]]:
    """(line, separator, attribute names, the bytes behind them). Raises NotAFeed where no line names what is needed."""
    rest = as_utf8(pieces)
    held = b""
    while len(held) < _FIRST * 4 and held.count(b"\n") <= _MAX_HEADING_LINES:
        piece = next(rest, None)
        if piece is None:
            break
        held += piece
    for number, line in numbered([held]):
        if number > _MAX_HEADING_LINES:
            break
        separator = guess_separator(line)
        try:
            cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        except csv.Error:
            continue
        names = [_name(cell) for cell in cells]
        if set(names) >= _NEEDED:
            return number, separator, names, chain([_behind(held, number)], rest)
    raise NotAFeed("neither XML nor a table with the columns id, title and price")


def _behind(held: bytes, line: int) -> bytes:
    mark = b"\n" if b"\n" in held else b"\r"
    for _ in range(line):
        _, _, held = held.partition(mark)
    return held


def _name(cell: str) -> str:
    name = fold(cell.strip().removeprefix("g:")).replace(" ", "_")
    return _TABLE_NAMES.get(name, name)


def _fields(row: Row, names: list[str]) -> Fields:
    found: Fields = {}
    for name, cell in zip(names, row.cells, strict=False):
        if name in KNOWN and (value := cell.strip()):
            found.setdefault(name, []).append(value)
    return found


def _id(row: Row, names: list[str]) -> str | None:
    return next((cell.strip() for name, cell in zip(names, row.cells, strict=False) if name == "id"), None) or None
