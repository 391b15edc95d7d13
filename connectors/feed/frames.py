"""Pure: the stream of an XML feed, cut into the texts of its items, one at a time.

Items are cut out by their tags before any of them is parsed: a parser over the whole stream, once it has met damage,
may swallow everything that follows, and "one bad item is one Issue" could not be kept. Sections that hide tags (CDATA,
comments) are stepped over. No DTD is ever read, so there are no entities to expand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from connectors.feed.shape import NotAFeed
from connectors.textual import as_utf8, decoded

MAX_ITEM: Final = 1024 * 1024
"""Bytes of one item; a longer one is damage."""
_MAX_HEAD: Final = 256 * 1024
_TAIL: Final = 4096
_ROOT: Final = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel|products|items))(?=[\s>])", re.I)
_ITEM: Final = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?(?:item|entry|product))(?=[\s/>])")
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_NAMESPACE: Final = re.compile(rb"xmlns:([A-Za-z_][\w.-]*)\s*=\s*[\"']([^\"']*)[\"']")
_ENCODING: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_LINK: Final = re.compile(rb"<link(?:>\s*(?:<!\[CDATA\[)?\s*|[^>]*\bhref=[\"'])(https?://[^<\"'\]\s]+)", re.I)
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first item."""

    marked: frozenset[str]
    """Prefixes of Google's own tags: `g`, and what the feed calls them."""
    encoding: str
    site: str | None
    """The channel's own link."""
    notice: bool
    """Something stood before the XML: a PHP warning, mostly."""


def _first_item(buffer: bytes) -> re.Match[bytes] | None:
    """The first item's start tag that is in no comment."""
    found = _ITEM.search(buffer)
    while found is not None:
        comment = buffer.rfind(b"<!--", 0, found.start())
        if comment < 0 or buffer.find(b"-->", comment, found.start()) >= 0:
            return found
        shown = buffer.find(b"-->", found.end())
        found = _ITEM.search(buffer, shown + 3) if shown >= 0 else None
    return None


def is_xml(beginning: bytes) -> bool:
    """True for a list of items in XML, even with a PHP warning before it; False for tables and web pages."""
    root = _ROOT.search(beginning)
    return root is not None and not _PAGE.search(beginning[: root.start()])


class XmlFrames:
    """Iterate for the items' texts; `head` is known with the first, `closed` at the end."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = as_utf8(pieces)
        self._buffer = b""
        self._at = 0
        self.head = Head(frozenset({"g"}), "", None, False)
        self.closed = False
        """The root's end tag was met: the feed is whole."""

    def __iter__(self) -> Iterator[str]:
        """Each item's text, from its start tag to its end tag, or to where damage cut it. Raises NotAFeed."""
        root, tag = self._read_head()
        if tag is not None:
            name = re.escape(tag)
            self._start = re.compile(rb"<" + name + rb"(?=[\s/>])")
            self._end = re.compile(rb"</" + name + rb"\s*>")
            self._next_item = re.compile(rb"</" + name + rb"\s*>\s*<" + name + rb"[\s/>]")
            while self._to_next_start():
                text = self._take()
                if text is not None:
                    yield decoded(text, self.head.encoding)
        tail = self._buffer[max(self._at, len(self._buffer) - _TAIL) :]
        self.closed = re.search(rb"</" + re.escape(root) + rb"\s*>", tail) is not None

    # -- the head

    def _read_head(self) -> tuple[bytes, bytes | None]:
        """The root's name, and the items' (None in a feed without any)."""
        while True:
            item = _first_item(self._buffer)
            if item is not None and item.end() < len(self._buffer):
                break
            if len(self._buffer) > _MAX_HEAD or not self._more():
                break
        before = self._buffer[: item.start()] if item else self._buffer
        root = _ROOT.search(before)
        if root is None or _PAGE.search(before[: root.start()]):
            raise NotAFeed("no RSS, Atom or other list of items")
        if item is None and len(self._buffer) > _MAX_HEAD:
            raise NotAFeed("no item in the first 256 KiB")
        declared = _ENCODING.search(before)
        marked = {prefix.decode() for prefix, uri in _NAMESPACE.findall(before) if b"base.google.com" in uri}
        link = _LINK.search(before, root.end())
        prolog = before.find(b"<?xml", 0, root.start())
        begins = prolog if prolog >= 0 else root.start()
        self.head = Head(
            marked=frozenset(marked | {"g"}),
            encoding=declared[1].decode() if declared else "",
            site=decoded(link[1]) if link else None,
            notice=bool(re.sub(rb"<!--.*?-->", b"", before[:begins], flags=re.S).strip()),
        )
        self._at = item.start() if item else len(self._buffer)
        return root[1], item[1] if item else None

    # -- items

    def _to_next_start(self) -> bool:
        """Move to the next item's start tag, over comments; False at the end of the feed."""
        while True:
            found = self._start.search(self._buffer, self._at)
            comment = self._buffer.find(b"<!--", self._at, found.start() if found else len(self._buffer))
            if comment >= 0:
                closing = self._buffer.find(b"-->", comment + 4)
                if closing >= 0:
                    self._at = closing + 3
                    continue
                if len(self._buffer) - comment <= MAX_ITEM and self._more():
                    continue
                # a comment that never ends hides nothing
            if found is not None:
                self._at = found.start()
                return True
            self._at = max(self._at, len(self._buffer) - _TAIL)
            if not self._more():
                return False

    def _take(self) -> bytes | None:
        """The item that begins here; the position moves behind it. None where the feed was cut within it: what is
        missing could be its price."""
        while True:
            end = self._ending()
            if end is None and len(self._buffer) - self._at <= MAX_ITEM:
                if self._more():
                    continue
                self._at = len(self._buffer)
                return None
            if end is None:
                end = min(len(self._buffer), self._at + MAX_ITEM)
            text = self._buffer[self._at : end]
            self._at = end
            return text

    def _ending(self) -> int | None:
        """Where the item ends: behind its end tag, or before the next start tag where it has none."""
        buffer = self._buffer
        at = self._at + 1
        while True:
            end = self._end.search(buffer, at)
            stop = end.start() if end else len(buffer)
            hidden = buffer.find(_CDATA, at, stop)
            another = self._start.search(buffer, at, hidden if hidden >= 0 else stop)
            if another is not None:
                return another.start()
            if hidden < 0:
                return end.end() if end else None
            shown = buffer.find(_CDATA_END, hidden + len(_CDATA))
            past = end is not None and (shown < 0 or shown > end.start())
            if past and self._next_item.search(buffer, hidden, shown if shown >= 0 else len(buffer)):
                return end.end() if end else None  # a section that runs into the next item was never closed
            if shown < 0:
                return None
            at = shown + len(_CDATA_END)

    def _more(self) -> bool:
        """Read another piece behind what is left; False where there is none."""
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return True
