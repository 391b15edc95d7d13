"""Pure: the bytes of a sitemap as pieces of UTF-8, scanned for tags or lines without a parser that could give up.

Linear in the document's size; holds one piece and one value at a time.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

_PIECE: Final = 64 * 1024
_MAX_LAYERS: Final = 2
_MAX_TAG: Final = 16 * 1024
_MAX_VALUE: Final = 4096
_MAX_TAGS: Final = 3_000_000
"""Fifty thousand pages with a dozen pictures each."""
_GZIP: Final = b"\x1f\x8b"


def pieces_of(body: bytes, cap: int, faults: list[str]) -> Iterator[bytes]:
    """The document as UTF-8, gunzipped up to twice; ends early at `cap` bytes or a fault, which goes into `faults`."""
    pieces: Iterable[bytes] = (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
    for _ in range(_MAX_LAYERS):
        first, pieces = _peek(pieces)
        if not first.lstrip().startswith(_GZIP):
            break
        pieces = _gunzipped(pieces, cap, faults)
    first, pieces = _peek(pieces)
    if first.lstrip().startswith(_GZIP):
        faults.append("gzip in gzip in gzip")
        return
    size = 0
    for piece in _utf8(first, pieces):
        size += len(piece)
        if size > cap:
            faults.append(f"more than {cap} bytes")
            return
        yield piece


def _peek(pieces: Iterable[bytes]) -> tuple[bytes, Iterable[bytes]]:
    """The first piece that holds something, and all of them again."""
    rest = iter(pieces)
    first = next((piece for piece in rest if piece), b"")

    def again() -> Iterator[bytes]:
        if first:
            yield first
        yield from rest

    return first, again()


def _gunzipped(pieces: Iterable[bytes], cap: int, faults: list[str]) -> Iterator[bytes]:
    """Every member of a gzip stream; what follows the last one (some hosts pad) is ignored."""
    stream = zlib.decompressobj(31)
    size = 0
    begun = False
    for piece in pieces:
        data = piece if begun else piece.lstrip()
        while data:
            if stream.eof:
                if not data.startswith(b"\x1f"):
                    return
                stream = zlib.decompressobj(31)
            begun = True
            try:
                out = stream.decompress(data, _PIECE)
            except zlib.error:
                faults.append("its gzip is broken")
                return
            size += len(out)
            if size > cap:
                faults.append(f"more than {cap} bytes")
                return
            if out:
                yield out
            data = stream.unused_data if stream.eof else stream.unconsumed_tail
    while not stream.eof and (out := _rest(stream)):
        size += len(out)
        if size > cap:
            faults.append(f"more than {cap} bytes")
            return
        yield out
    if begun and not stream.eof:
        faults.append("its gzip has no end")


def _rest(stream: zlib._Decompress) -> bytes:
    """What zlib held back, a piece at a time."""
    try:
        return stream.decompress(b"", _PIECE)
    except zlib.error:
        return b""


def _utf8(first: bytes, pieces: Iterable[bytes]) -> Iterable[bytes]:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        return (decoder.decode(piece).encode("utf-8", "replace") for piece in pieces)
    return pieces


class Text:
    """A list of addresses, one a line."""

    def __init__(self, line: Callable[[str], bool]) -> None:
        self._line = line
        self._rest = b""
        self._found = False

    def feed(self, piece: bytes) -> bool:
        """False where no more is wanted."""
        *lines, rest = (self._rest + piece).replace(b"\r", b"\n").split(b"\n")
        self._rest = rest if len(rest) <= _MAX_VALUE else b""
        return all(self._take(line) for line in lines)

    def _take(self, line: bytes) -> bool:
        text = _decoded(line).strip().lstrip("\ufeff")
        self._found = self._found or text[:4].lower() == "http"
        return not text or len(text) > _MAX_VALUE or self._line(text)

    def end(self) -> str | None:
        self._take(self._rest)
        return None if self._found else "it is no sitemap"


_ROOTS: Final = frozenset({"urlset", "sitemapindex", "rss", "rdf:rdf", "feed"})


class Markup:
    """Tags and the text in those that are wanted. Comments, DTDs (with the entities they declare) and processing
    instructions are passed over."""

    def __init__(self, opened: Callable[[str, str], bool], closed: Callable[[str, str | None], bool]) -> None:
        """`opened(name, attributes)` says whether the element's text is wanted; `closed(name, text)` whether to read
        on. Names are in lower case; sitemaps' own without a prefix, so that a namespace does not matter."""
        self._opened, self._closed = opened, closed
        self._buffer = b""
        self._until = b""
        """What ends the comment, CDATA section... that the buffer begins in."""
        self._wanted = ""
        self._value: list[bytes] = []
        self._size = 0
        self._cdata = False
        self._root = ""
        self._open = False
        self._html = False
        self._tags = 0
        self._fault: str | None = None

    def feed(self, piece: bytes) -> bool:
        """False where no more is wanted."""
        buffer = self._buffer + piece
        at, more = 0, True
        while more:
            if self._until:
                found = buffer.find(self._until, at)
                stop = found if found >= 0 else max(at, len(buffer) - len(self._until) + 1)
                if self._cdata:
                    self._keep(buffer[at:stop])
                at = stop
                if found < 0:
                    break
                at, self._until, self._cdata = found + len(self._until), b"", False
                continue
            start = buffer.find(b"<", at)
            if start < 0:
                self._keep(buffer[at:])
                at = len(buffer)
                break
            self._keep(buffer[at:start])
            at = start
            if len(buffer) - start < 9 and piece:
                break  # too short to tell a comment from a tag
            if self._section(buffer, start):
                at = start + 2
                if self._cdata:
                    at = start + 9
                continue
            end = buffer.find(b">", start)
            if end < 0:  # the last "<" may begin a tag whose end is yet to come; those before it are strays
                last = buffer.rfind(b"<")
                at = last if len(buffer) - last <= _MAX_TAG else len(buffer)
                break
            start = buffer.rfind(b"<", start, end)  # strays before it are none of ours
            at = end + 1
            more = self._tag(buffer[start + 1 : end])
        self._buffer = buffer[at:]
        return more

    def _section(self, buffer: bytes, start: int) -> bool:
        """True where something begins that is no tag: it is passed over up to its end."""
        head = buffer[start : start + 9]
        if head.startswith(b"<!--"):
            self._until = b"-->"
        elif head == b"<![CDATA[":
            self._until, self._cdata = b"]]>", True
        elif head.startswith(b"<?"):
            self._until = b"?>"
        elif head.lower() == b"<!doctype":
            close = buffer.find(b">", start)
            self._until = b"]>" if close >= 0 and buffer.find(b"[", start, close) >= 0 else b">"
        else:
            return False
        return True

    def _keep(self, text: bytes) -> None:
        if self._wanted and text and self._size < _MAX_VALUE:
            self._value.append(text)
            self._size += len(text)

    def _tag(self, tag: bytes) -> bool:
        self._tags += 1
        if self._tags > _MAX_TAGS:
            self._fault = f"more than {_MAX_TAGS} tags"
            return False
        closing = tag.startswith(b"/")
        parts = tag[closing:].split(None, 1)
        if not parts:
            return True
        name = _name(parts[0].rstrip(b"/"))
        if closing:
            return self._close(name)
        if not self._root:
            self._html = self._html or name == "html"
        if name in _ROOTS and not self._root:
            self._root, self._open = name, True
        wanted = self._opened(name, _decoded(parts[1][:_MAX_VALUE]) if len(parts) > 1 else "")
        if tag.endswith(b"/"):
            return self._closed(name, None)
        if wanted:
            self._wanted, self._value, self._size = name, [], 0
        return True

    def _close(self, name: str) -> bool:
        if name == self._root:
            self._open = False
        if self._wanted == name:
            text = _decoded(b"".join(self._value)).strip()
            self._wanted, self._value = "", []
            return self._closed(name, text)
        return self._closed(name, None)

    def end(self) -> str | None:
        """English: what is wrong with the document as a whole."""
        if self._fault:
            return self._fault
        if self._buffer or self._until:
            self.feed(b"")
        self._closed("url", None)
        if not self._root:
            return "it is a page, no sitemap" if self._html else "it is no sitemap"
        return "it ends in the middle" if self._open else None


@lru_cache(maxsize=256)
def _name(raw: bytes) -> str:
    """ "ns0:url" is "url", "image:loc" stays what it is: its "loc" is not the page's."""
    name = raw.decode("ascii", "replace").lower()
    prefix, colon, local = name.rpartition(":")
    return name if not colon or prefix in ("image", "video", "news", "xhtml", "mobile", "g", "rdf", "dc") else local


def _decoded(value: bytes) -> str:
    """Addresses are ASCII by rule; those that are not are UTF-8, or what Windows wrote."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("windows-1252", "replace")


_REFERENCE: Final = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENTITY: Final = re.compile(r"&[A-Za-z_][\w.-]{0,60};")


def reference_free(text: str) -> str | None:
    """`text` with XML's own five entities and character references resolved; None where it needs any other entity,
    as nobody's DTD is expanded here."""
    if "&" not in text:
        return text
    if any(not _REFERENCE.fullmatch(found) for found in _ENTITY.findall(text)):
        return None
    return _REFERENCE.sub(_resolved, text)


def _resolved(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if 32 <= code < 0xD800 or 0xE000 <= code < 0x110000 else ""


_DATE: Final = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?\Z")
_FRENCH: Final = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](\d{4})(.*)\Z", re.S)
_EPOCH: Final = re.compile(r"[1-9]\d{8,9}(?:\d{3})?\Z")


@lru_cache(maxsize=4096)
def date_of(raw: str) -> str | None:
    """A `lastmod` in any usual spelling as "2026-11-20" or, with a time, "2026-11-20T08:00:00Z"; else None.

    Without a zone it is taken for UTC: it is only ever compared with itself."""
    text = raw.strip()[:64]
    if not text:
        return None
    try:
        if (date := _DATE.match(text)) is not None:
            return datetime(int(date[1]), int(date[2]), int(date[3] or 1)).date().isoformat()
        if _EPOCH.match(text):
            return _written(datetime.fromtimestamp(int(text[:10]), UTC))
        if (french := _FRENCH.match(text)) is not None:
            return date_of(f"{french[3]}-{french[2]:0>2}-{french[1]:0>2}{french[4]}")
        if text[:1].isdigit():
            return _written(datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", "")))
        return _written(parsedate_to_datetime(text))
    except (ValueError, OverflowError, TypeError, OSError, IndexError):
        return None


def _written(moment: datetime) -> str:
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
