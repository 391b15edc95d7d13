"""Pure: one page, decoded and parsed once. All readers share its tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Self
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors import values
from connectors.pages.bounds import bounded
from connectors.pages.decoding import utf8

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
    "[data-product^='{'],[data-product_variations],h1,"
    'a[href="/"],a[href="./"],a[href="index.php"],a[href="index.html"],a[rel~="home"]'
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
    headings: list[LexborNode]
    """<h1>."""
    homes: list[LexborNode]
    """Links to the site's root."""


@dataclass(frozen=True)
class Page:
    """A page as its readers see it. Not thread-safe, as its tree is not."""

    url: str
    status: int
    headers: Mapping[str, str]
    source: bytes = field(repr=False)
    """UTF-8, without what makes parsing dear (`bounds`)."""
    tree: LexborHTMLParser = field(repr=False)
    shop: str = ""
    """The address of the shop's home page, where it is known."""

    @classmethod
    def parse(
        cls, url: str, body: bytes, *, headers: Mapping[str, str] | None = None, status: int = 200, shop: str = ""
    ) -> Self:
        """Decode and parse. Never raises, whatever the bytes; `url` is the address after redirects."""
        headers = headers or {}
        source = bounded(utf8(body[:MAX_BYTES], headers))
        return cls(url=url, status=status, headers=headers, source=source, tree=LexborHTMLParser(source), shop=shop)

    @cached_property
    def text(self) -> str:
        """The whole source, decoded. To search it for ASCII, search `source`: that is faster."""
        return self.source.decode("utf-8", "replace")

    @cached_property
    def base(self) -> str:
        """What relative addresses of the page are relative to."""
        node = next(iter(self.survey.bases), None)
        return self.absolute(attribute(node, "href"), self.url) or self.url if node else self.url

    @cached_property
    def canonical(self) -> str | None:
        """rel=canonical where it is an address of the same site. On a page that is not the home page itself, none that
        is the home page: themes that print that on every page would make all products one."""
        url = self.declared
        return None if url and self.is_home(url) and not self.is_home(self.url) else url

    def is_home(self, raw: str | None) -> bool:
        """Whether an address, perhaps relative, is the site's root or the shop's own folder."""
        url = self.absolute(raw)
        return url is not None and _is_home(url, self.shop) and values.same_site(url, self.url)

    @cached_property
    def declared(self) -> str | None:
        """The first rel=canonical of the same site, even where it cannot be true."""
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
        found = Survey([], [], [], [], [], [], [], [], [])
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
            elif tag == "h1":
                found.headings.append(node)
            elif tag == "a" and _leads_home(attributes):
                found.homes.append(node)
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
        return values.http_url(raw, self.base if base is None else base)[0]


def _leads_home(attributes: Mapping[str, str | None]) -> bool:
    return attributes.get("href") in _HOMES or "home" in (attributes.get("rel") or "").split()


def _is_home(url: str, shop: str) -> bool:
    """True for the site's root, in any language, and for the shop's own folder; ?produit=12 tells a page apart."""
    try:
        parts, home = urlsplit(url), urlsplit(shop)
    except ValueError:
        return False
    if _TELLING.search(parts.query) is not None:
        return False
    folder = parts.path.rstrip("/")
    return _ROOT.match(folder) is not None or folder == home.path.rstrip("/")


_ROOT: Final = re.compile(
    r"(?:/[a-z]{2}(?:[-_][a-z]{2})?)?(?:/(?:index|default|home|accueil)(?:\.\w{2,5})?)?/?\Z", re.I
)
_TELLING: Final = re.compile(
    r"(?:\A|&)(?!utm_|\w*clid=|mc_|_g|lang|id_lang|locale|hl=|(?:id_)?currency|\w*s(?:ess)?id=|source=|ref=|v=|variant=)[^&]",
    re.I,
)
"""A query with more than what a home page's may carry."""
_HOMES: Final = frozenset({"/", "./", "index.php", "index.html"})


def attribute(node: LexborNode | None, name: str) -> str:
    """The attribute's text; "" where there is none or it has no value."""
    return (node.attributes.get(name) or "") if node is not None else ""


_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")
