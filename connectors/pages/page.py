"""Pure: one page, decoded and parsed once. All readers share its tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Self

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors import values
from connectors.pages.decoding import decoded

MAX_BYTES: Final = 16 * 1024**2
"""What is beyond is not read: no product page is so long, and trees take ten times their text."""


@dataclass(frozen=True)
class Script:
    """One <script>, its text untouched."""

    number: int
    """From 1, in the page's order."""
    type: str
    """Lower case, without parameters; "" for plain JavaScript without a type."""
    id: str
    text: str
    node: LexborNode


_SURVEYED: Final = (
    "script,meta[content],link[rel~=canonical i][href],base[href],[itemprop],[itemscope],[typeof],"
    "[data-product^='{'],[data-product_variations]"
)
"""Every selector costs on every element."""


@dataclass(frozen=True)
class Survey:
    """Elements in the page's order."""

    scripts: list[LexborNode]
    metas: list[LexborNode]
    canonicals: list[LexborNode]
    bases: list[LexborNode]
    items: list[LexborNode]
    """With `itemprop` or `itemscope`."""
    typed: list[LexborNode]
    """With `typeof`."""
    data: list[LexborNode]
    """With JSON in `data-product` (PrestaShop and others) or `data-product_variations` (WooCommerce)."""


@dataclass(frozen=True)
class Page:
    """A page as its readers see it. Not thread-safe, as its tree is not."""

    url: str
    status: int
    headers: Mapping[str, str]
    text: str
    """The whole source, decoded."""
    tree: LexborHTMLParser = field(repr=False)

    @classmethod
    def parse(cls, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, status: int = 200) -> Self:
        """Decode and parse. Never raises, whatever the bytes; `url` is the address after redirects."""
        headers = headers or {}
        text = decoded(body[:MAX_BYTES], headers)
        source = text.encode("utf-8", "replace")
        kept = bounded(source)
        if len(kept) < len(source):
            text = kept.decode("utf-8", "replace")
        return cls(url=url, status=status, headers=headers, text=text, tree=LexborHTMLParser(kept))

    @cached_property
    def base(self) -> str:
        """What relative addresses of the page are relative to."""
        node = next(iter(self.survey.bases), None)
        return self.absolute(attribute(node, "href"), self.url) or self.url if node else self.url

    @cached_property
    def canonical(self) -> str | None:
        """rel=canonical where it is an address of the same site."""
        for node in self.survey.canonicals[:3]:
            url = self.absolute(attribute(node, "href"))
            if url and values.same_site(url, self.url):
                return url
        return None

    @cached_property
    def lang(self) -> str | None:
        """The primary language tag, lower case: "fr"."""
        node = self.tree.css_first("html[lang]")
        found = _LANGUAGE.match(attribute(node, "lang").strip()) if node else None
        return found[0].lower() if found else None

    @cached_property
    def title(self) -> str | None:
        """The text of <title>."""
        node = self.tree.css_first("head > title") or self.tree.css_first("title")
        return values.plain_text(node.text()[:5000]) or None if node else None

    @cached_property
    def metas(self) -> tuple[tuple[str, str], ...]:
        """(property or name in lower case, content) of every <meta> that has both, in order."""
        found = []
        for node in self.survey.metas:
            attributes = node.attributes
            key = attributes.get("property") or attributes.get("name")
            if key:
                found.append((key.strip().lower(), attributes.get("content") or ""))
        return tuple(found)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """Every <script> that holds text."""
        found = []
        for number, node in enumerate(self.survey.scripts, 1):
            text = node.text()
            if text:
                attributes = node.attributes
                kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
                found.append(Script(number, kind, attributes.get("id") or "", text, node))
        return tuple(found)

    @cached_property
    def survey(self) -> Survey:
        """The elements that the readers of structured data ask for, found in one walk through the tree."""
        found = Survey([], [], [], [], [], [], [])
        last = 0
        for node in self.tree.css(_SURVEYED):
            if node.mem_id == last:  # it is given once for each selector that it matches
                continue
            last = node.mem_id
            attributes = node.attributes
            tag = node.tag
            if tag == "script":
                found.scripts.append(node)
            elif tag == "meta" and "content" in attributes:
                found.metas.append(node)
            elif tag == "link" and "rel" in attributes and "canonical" in (attributes["rel"] or "").lower():
                found.canonicals.append(node)
            elif tag == "base":
                found.bases.append(node)
            if "itemprop" in attributes or "itemscope" in attributes:
                found.items.append(node)
            if "typeof" in attributes:
                found.typed.append(node)
            if "data-product" in attributes or "data-product_variations" in attributes:
                found.data.append(node)
        return found

    def absolute(self, raw: str | None, base: str | None = None) -> str | None:
        """`raw` as a canonical absolute http(s) URL, None where it is none."""
        if not raw:
            return None
        return values.http_url(raw, base or self.base)[0]


def attribute(node: LexborNode | None, name: str) -> str:
    """The attribute's text; "" where there is none or it has no value."""
    return (node.attributes.get(name) or "") if node is not None else ""


_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")

# --- what the parsing rules of HTML make dear

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
    """`source` (UTF-8), cut where so many elements are left open that parsing would take quadratic time or memory.

    A page that forgets a few hundred `</font>` needs gigabytes without this. It does not stop whoever hides closing
    tags where they close nothing: against malice stand the limits of the process that parses."""
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
