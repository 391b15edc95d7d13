"""Rows as the webservice writes them: JSON with PHP's quirks, XML with everything in CDATA."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .asking import Display, whole
from .schema import Association, Field, Resource
from .tables import Row, Table

_XLINK = "http://www.w3.org/1999/xlink"


def php_json(value: Any) -> str:
    """As the webservice encodes it: no spaces, slashes escaped, French left as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")


def envelope(inside: str) -> str:
    """The XML document around an answer."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="{_XLINK}">\n{inside}</prestashop>\n'


def errors(found: Sequence[tuple[int, str]], as_json: bool) -> str:
    """The body of a refusal."""
    if as_json:
        return php_json({"errors": [{"code": code, "message": message} for code, message in found]})
    inside = "".join(f"<error>\n{_tag('code', c)}{_tag('message', m)}</error>\n" for c, m in found)
    return envelope(f"<errors>\n{inside}</errors>\n")


def _tag(name: str, value: Any, attributes: str = "") -> str:
    return f"<{name}{attributes}><![CDATA[{value}]]></{name}>\n"


@dataclass(frozen=True)
class Writer:
    """Writes one answer: the rows of a table, in these fields and languages, with their virtual prices by row id."""

    table: Table
    display: Display | str
    spoken: list[int | str]
    prices: Mapping[int, Mapping[str, str]]
    base_url: str
    as_texts: bool = False

    @property
    def resource(self) -> Resource:
        """What the rows are."""
        return self.table.resource

    def _shows(self, name: str) -> bool:
        return isinstance(self.display, str) or name in self.display

    def _priced(self, row: Row) -> Mapping[str, str]:
        """Virtual prices: all with full or without display, else only those that it names (measured)."""
        costs = self.prices.get(row["id"], {})
        if isinstance(self.display, str):
            return costs
        named = {name.lower() for name in self.display}
        return {name: price for name, price in costs.items() if name in named}

    def _linked(self, row: Row, known: Association) -> list[Row]:
        items: list[Row] = row.get("associations", {}).get(known.name, [])
        if isinstance(self.display, str):
            return items
        parts = self.display.get(known.name) or ()
        return [{k: v for k, v in item.items() if k in parts} for item in items] if parts else []

    # -- JSON --------------------------------------------------------------------------------------------------------
    def json(self, rows: Sequence[Row]) -> str:
        """A list; `[]` where there is nothing, whatever the resource (measured)."""
        return php_json({self.resource.name: [self.item(row) for row in rows]}) if rows else "[]"

    def single_json(self, row: Row, dropping: bool) -> str:
        """One object; from 8.0 on without all that PHP takes for false: 0, "", null (measured)."""
        item = self.item(row)
        if dropping:
            item = {k: v for k, v in item.items() if v not in (None, False, 0, "", "0", [])}
        return php_json({self.resource.node: item})

    def item(self, row: Row) -> dict[str, Any]:
        """One row."""
        if self.display == "minimum":
            return {"id": self._typed(row["id"])}
        out: dict[str, Any] = {}
        for field in self.resource.fields.values():
            if self._shows(field.name):
                out[field.name] = self._said(row, field) if field.i18n else self._typed(row[field.name])
        out |= self._priced(row)
        links = {n: self._linked(row, a) for n, a in self.resource.associations.items()}
        if links := {n: items for n, items in links.items() if items}:
            out["associations"] = {
                n: [{k: self._typed(v) for k, v in i.items()} for i in ls] for n, ls in links.items()
            }
        return out

    def _said(self, row: Row, field: Field) -> Any:
        values = [{"id": n, "value": self.table.text(row, field.name, whole(n))} for n in self.spoken]
        return values[0]["value"] if len(values) == 1 else values

    def _typed(self, value: Any) -> Any:
        return str(value) if self.as_texts and type(value) is int else value

    # -- XML ---------------------------------------------------------------------------------------------------------
    def xml(self, rows: Sequence[Row]) -> str:
        """A list."""
        name = self.resource.name
        return envelope(f"<{name}>\n{''.join(self._element(row) for row in rows)}</{name}>\n")

    def single_xml(self, row: Row) -> str:
        """One row."""
        return envelope(self._element(row))

    def _element(self, row: Row) -> str:
        node, name = self.resource.node, self.resource.name
        if self.display == "minimum":
            return f'<{node} id="{row["id"]}" xlink:href="{self.base_url}/api/{name}/{row["id"]}"/>\n'
        shown = [f for f in self.resource.fields.values() if self._shows(f.name)]
        inside = "".join(self._field(row, field) for field in shown)
        inside += "".join(_tag(n, v) for n, v in self._priced(row).items())
        return f"<{node}>\n{inside}{self._associations(row)}</{node}>\n"

    def _field(self, row: Row, field: Field) -> str:
        if field.i18n:
            said = "".join(
                f'<language id="{n}" xlink:href="{self.base_url}/api/languages/{n}">'
                f"<![CDATA[{_text(self.table.text(row, field.name, whole(n)))}]]></language>"
                for n in self.spoken
            )
            return f"<{field.name}>{said}</{field.name}>\n"
        value = row[field.name]
        link = f' xlink:href="{self.base_url}/api/{field.link}/{value}"' if field.link and value else ""
        return _tag(field.name, _text(value), link + (' notFilterable="true"' if field.computed else ""))

    def _associations(self, row: Row) -> str:
        known = self.resource.associations
        if not isinstance(self.display, str):
            known = {n: a for n, a in known.items() if self.display.get(n)}
        inside = "".join(self._list(row, association) for association in known.values())
        return f"<associations>\n{inside}</associations>\n" if inside else ""

    def _list(self, row: Row, known: Association) -> str:
        attributes = f' nodeType="{known.child}" api="{known.api}"'
        items = self._linked(row, known)
        if not items:
            return f"<{known.name}{attributes}/>\n"
        owner = "/{}".format(row.get("id_product", row["id"])) if known.name == "images" else ""
        api = "images/products" if known.name == "images" else known.api
        children = "".join(
            f'<{known.child} xlink:href="{self.base_url}/api/{api}{owner}/{item.get("id", "")}">\n'
            + "".join(_tag(k, _text(v)) for k, v in item.items())
            + f"</{known.child}>\n"
            for item in items
        )
        return f"<{known.name}{attributes}>\n{children}</{known.name}>\n"


def _text(value: Any) -> Any:
    return "" if value is None or value is False else value
