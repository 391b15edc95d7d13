"""Pure: what the parsing rules of HTML make dear, cut before a page is parsed.

A page that forgets a few hundred `</font>` needs gigabytes, and a tag with as many attributes takes as long as the
square of their number. Ordinary pages pay a third of a millisecond to be told from these. Whoever hides closing tags
where they close nothing gets past: against malice stand the limits of the process that parses.
"""

from __future__ import annotations

import re
from typing import Final

_DEEP: Final = 4000
"""Blocks left open at once: every further one walks through them all. Browsers nest no deeper than 512."""
_COPIES: Final = 3_000_000
"""Formatting elements left open are made again in every block that follows: no more such copies than this."""
_FEW: Final = 1000
"""Tags below which neither can be dear."""
_MANY: Final = 20_000
"""Tags below which nesting alone cannot be dear."""
_FORMATTING: Final = re.compile(
    rb"<(?:[bisuBISU]|[eE][mM]|[tT][tT]|[bB][iI][gG]|[cC][oO][dD][eE]|[fF][oO][nN][tT]|[sS][mM][aA][lL][lL]"
    rb"|[sS][tT][rR](?:[iI][kK][eE]|[oO][nN][gG]))[\s/]"
)
"""With an attribute: of those without, no more than three alike are made again."""
_COPIED: Final = re.compile(rb"<(/?)(b|big|code|em|font|i|s|small|strike|strong|tt|u)(?=[\s>/])", re.I)
_BLOCK: Final = re.compile(
    rb"<(/?)(address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|form"
    rb"|header|hgroup|main|menu|nav|ol|search|section|summary|ul)(?=[\s>/])",
    re.I,
)


def bounded(source: bytes) -> bytes:
    """`source` (UTF-8), cut where so many elements are left open that parsing would take quadratic time or memory, and
    without the attributes that a tag has beyond some hundreds."""
    source = _slimmed(source)
    tags = source.count(b"<")
    if tags > _FEW and len(_FORMATTING.findall(source)) * tags > _COPIES:
        source = _cut(source, _COPIED, _COPIES // tags)
    return _cut(source, _BLOCK, _DEEP) if tags > _MANY else source


def _cut(source: bytes, pattern: re.Pattern[bytes], most: int) -> bytes:
    """`source` up to where more than `most` of the pattern's elements are open at once."""
    left_open: dict[bytes, int] = {}
    depth = 0
    for match in pattern.finditer(source):
        name = match[2].lower()
        if not match[1]:
            left_open[name] = left_open.get(name, 0) + 1
            depth += 1
            if depth > most:
                return source[: match.start()]
        elif left_open.get(name):
            left_open[name] -= 1
            depth -= 1
    return source


# --- tags with thousands of attributes

_MOST_ATTRIBUTES: Final = 300
"""Of one tag: real ones have some dozens. Each is compared with all before it."""
_STRETCH: Final = 4096
"""Bytes without a tag's end, or without a tag's beginning, in which so many attributes can be: elsewhere there are
none. Texts, scripts and long values have such stretches too, so what is in them is looked at."""
_OPENING: Final = re.compile(rb"<[a-zA-Z][^\s/>]*+")
_ATTRIBUTE: Final = re.compile(
    rb"[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+"
)
"""As the standard's tokenizer reads them; nothing here steps back."""
_RAW: Final = ((b"<script", b"</script"), (b"<SCRIPT", b"</SCRIPT"), (b"<style", b"</style"), (b"<!--", b"-->"))
"""What looks like a tag in there is none."""


def _slimmed(source: bytes) -> bytes:
    """`source` without a tag's attributes beyond the first hundreds."""
    kept: list[bytes] = []
    done = 0
    raw = _Raw(source)
    left = 4 * len(source)
    for start in _suspects(source):
        if start < done or left < 0:
            continue
        if raw.holds(start):  # before anything is counted: scripts and styles are most of a page
            continue
        cut, end = _attributes(source, start)
        left -= end - start
        if cut:
            kept.append(source[done:cut])
            done = end
    return b"".join((*kept, source[done:])) if kept else source


def _attributes(source: bytes, start: int) -> tuple[int, int]:
    """(where the attributes of the tag that begins here are enough, 0 where they are few; where they end)."""
    match = _OPENING.match(source, start)
    at, cut, count = match.end() if match else start, 0, 0
    while (match := _ATTRIBUTE.match(source, at)) is not None:
        if count == _MOST_ATTRIBUTES:
            cut = at
        at = match.end()
        count += 1
    return cut, at


def _suspects(source: bytes) -> list[int]:
    """Where tags may begin that go on for long, in order. A few steps a page: each looks for the last mark of a
    stretch."""
    found = set()
    for mark in (b">", b"<"):
        at = 0
        while at + _STRETCH < len(source):
            last = source.rfind(mark, at, at + _STRETCH)
            if last >= 0:
                at = last + 1
                continue
            # the tag that such a stretch is in begins with the last "<", or is the first to begin since the last ">"
            match = _OPENING.search(source, max(at - 1, 0), at + _STRETCH)
            if match is not None:
                found.add(match.start())
            following = source.find(mark, at + _STRETCH)
            at = len(source) if following < 0 else following + 1
    return sorted(found)


class _Raw:
    """Whether places, asked for in order, are within scripts, styles or comments."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._at = 0
        self._last: dict[bytes, int] = {mark: -1 for pair in _RAW for mark in pair}

    def holds(self, at: int) -> bool:
        for mark in self._last:
            # what straddles the place asked for last is looked for again
            found = self._source.rfind(mark, max(self._at - len(mark), 0), at)
            self._last[mark] = max(found, self._last[mark])
        self._at = at
        return any(self._last[opening] > self._last[closing] for opening, closing in _RAW)
