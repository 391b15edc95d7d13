"""Pure: the text of one XML item as its fields. Small damage is mended, the rest is searched for what is whole."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Final
from xml.parsers import expat

from connectors.feed.shape import KNOWN, Fields

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STRAY: Final = re.compile(
    r"(?P<hidden><!\[CDATA\[.*?\]\]>)"
    r"|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(?P<entity>[A-Za-z][A-Za-z0-9]{1,30};)?"
    r"|(?P<less><)(?![A-Za-z_/!?])",
    re.S,
)
_FIELD: Final = re.compile(
    r"<(?P<tag>(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)(?:\s[^<>]*)?>(?P<text>.*?)</(?P=tag)\s*>", re.S
)
_HIDDEN: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_HREF: Final = re.compile(r"<link\b[^<>]*\bhref=[\"'](https?://[^\"'<>]+)", re.I)
_NEEDED: Final = frozenset({"id", "title", "link", "price"})
"""Of an item whose tags do not match: without one of these, something else may be missing as well."""
_XML_ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


class ItemBroken(Exception):
    """Nothing that could be published is left of the item. `source_id` where at least that could be read."""

    def __init__(self, detail: str, source_id: str | None) -> None:
        super().__init__(detail)
        self.source_id = source_id


def fields_of(text: str, marked: frozenset[str]) -> Fields:
    """The item's fields; those with Google's prefix win over bare ones of the same name. Raises ItemBroken."""
    try:
        return _parse(text, marked)
    except (expat.ExpatError, UnicodeEncodeError):
        pass
    mended = _mend(text)
    try:
        return _parse(mended, marked)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        found = _search(mended, marked)
        if found.keys() >= _NEEDED:
            return found
        source_id = next(iter(found.get("id", ())), None)
        raise ItemBroken(f"not well-formed: {error}", source_id) from None


def _parse(text: str, marked: frozenset[str]) -> Fields:
    """By expat: it knows no namespaces here (an undeclared prefix is no error) and gets no DTD, so no entities."""
    ours: Fields = {}
    bare: Fields = {}
    words: list[str] = []
    depth, owner = 0, ""

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, owner
        depth += 1
        if depth == 1:
            owner = name.rpartition(":")[0]
        elif depth == 2:
            words.clear()
            if "href" in attributes and attributes.get("rel", "alternate") == "alternate":
                words.append(attributes["href"])

    def end(name: str) -> None:
        nonlocal depth
        if depth == 2:
            prefix, _, local = name.rpartition(":")
            if local in KNOWN and (value := "".join(words).strip()):
                if prefix in marked:
                    ours.setdefault(local, []).append(value)
                elif prefix in ("", owner):
                    bare.setdefault(local, []).append(value)
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words.append
    parser.Parse(text, True)
    return {**bare, **ours} if ours else bare


def _mend(text: str) -> str:
    """Stray `&` and `<` escaped, HTML's entities made characters, control characters dropped."""

    def replaced(match: re.Match[str]) -> str:
        if match["hidden"] is not None:
            return match["hidden"]
        if match["less"] is not None:
            return "&lt;"
        entity = match["entity"]
        if entity is None:
            return "&amp;"
        return html5.get(entity, f"&amp;{entity}").replace("<", "&lt;")

    return _STRAY.sub(replaced, _CONTROL.sub("", text).encode("utf-8", "replace").decode())


def _search(text: str, marked: frozenset[str]) -> Fields:
    """The fields whose own tags match, whatever is wrong between them; markup inside them is kept as text."""
    ours: Fields = {}
    bare: Fields = {}
    inner = text[text.find(">") + 1 :]
    for match in _FIELD.finditer(inner):
        prefix, _, local = match["tag"].rpartition(":")
        value = _text(match["text"]).strip()
        if local in KNOWN and value and (not prefix or prefix in marked):
            (ours if prefix in marked else bare).setdefault(local, []).append(value)
    if "link" not in ours and "link" not in bare and (href := _HREF.search(inner)):
        bare["link"] = [href[1]]
    return {**bare, **ours}


def _text(raw: str) -> str:
    if "<![CDATA[" in raw:
        raw = _HIDDEN.sub(lambda section: section[1], raw)
    for entity, character in _XML_ENTITIES.items():
        raw = raw.replace(entity, character)
    return raw
