"""Pure: the webservice's XML as the same lists of objects that its JSON gives.

The fallback where JSON fails: one product with a broken character makes PHP's json_encode answer nothing at all.
Read by expat itself, which fetches nothing; a DOCTYPE ends the reading before any entity is declared, so neither
external entities nor exponential ones exist here.
"""

from __future__ import annotations

import re
from typing import Any, Final
from xml.parsers import expat

Json = dict[str, Any]

MAX_DEPTH: Final = 16
_START: Final = re.compile(rb"<\?xml\b|<prestashop\b")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 does not allow, and shops put in their texts all the same."""


class _Node:
    __slots__ = ("attributes", "children", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[_Node] = []
        self.text: list[str] = []

    @property
    def value(self) -> str:
        return "".join(self.text)


def parse(body: bytes) -> _Node:
    """The root element. PHP's notices before it are passed over. Raises ValueError on anything that is no such XML."""
    start = _START.search(body)
    if start is None:
        raise ValueError("not XML")
    text = _FORBIDDEN.sub("", body[start.start() :].decode("utf-8", "replace"))
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise ValueError(f"not XML: {error}") from None
    if builder.root is None:
        raise ValueError("no element")
    return builder.root


class _Builder:
    """Expat's events as nodes."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self._open: list[_Node] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _doctype(self, *_: object) -> None:
        raise ValueError("a DOCTYPE: the webservice sends none")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        node = _Node(tag, attributes)
        if len(self._open) >= MAX_DEPTH:
            raise ValueError("nested too deep")
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text.append(text)


def read_list(body: bytes, resource: str) -> list[Json]:
    """The objects of a list, as JSON would give them; values are texts. Raises ValueError."""
    root = parse(body)
    found = next((child for child in root.children if child.tag == resource), None)
    if root.tag != "prestashop" or found is None:
        raise ValueError(f"no <{resource}> in the XML")
    return [_object(node) for node in found.children]


def _object(node: _Node) -> Json:
    item: Json = {"id": node.attributes["id"]} if "id" in node.attributes else {}
    for child in node.children:
        if child.tag == "associations":
            item["associations"] = {one.tag: [_object(entry) for entry in one.children] for one in child.children}
        elif child.children and all(one.tag == "language" for one in child.children):
            item[child.tag] = [{"id": one.attributes.get("id", ""), "value": one.value} for one in child.children]
        else:
            item[child.tag] = child.value
    return item


def read_errors(body: bytes) -> list[tuple[int, str]]:
    """(code, message) of an error answer. Raises ValueError where it is none."""
    root = parse(body)
    errors = next((child for child in root.children if child.tag == "errors"), None)
    if errors is None:
        raise ValueError("no <errors> in the XML")
    told = []
    for error in errors.children:
        parts = {child.tag: child.value.strip() for child in error.children}
        told.append((int(parts.get("code", "")), parts.get("message", "")))
    return told


def read_rights(body: bytes) -> dict[str, frozenset[str]]:
    """Of the root listing: resource -> methods that the key may use ("get", "put"...). Raises ValueError."""
    root = parse(body)
    api = next((child for child in root.children if child.tag == "api"), None)
    if api is None:
        raise ValueError("no <api> in the XML")
    return {
        child.tag: frozenset(name for name, value in child.attributes.items() if value == "true")
        for child in api.children
    }
