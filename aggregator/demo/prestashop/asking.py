"""What a request asks of a resource: filters, order, limit, fields, languages; and the shop's refusals, as measured."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from .schema import Resource
from .tables import Row, Table

Asked = dict[str, Any]
Test = Callable[[Any], bool]
Display = dict[str, tuple[str, ...] | None]
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# PHP's own complaints that follow the refusal of a list (the shop's code looks into what it has just refused).
_WARNING = "[PHP Warning #2] Trying to access array offset on value of type bool (WebserviceRequest.php)"


class Refused(Exception):
    """An error of the webservice: its status, and (code, message) pairs."""

    def __init__(self, status: int, *errors: tuple[int, str]) -> None:
        super().__init__(status, errors)
        self.status, self.errors = status, errors


class OutOfOrder(Exception):
    """PHP died on the way: 500 with an empty body."""


def parse(query: str) -> Asked:
    """The query as PHP reads it: `a[b][c]=1` becomes nested dictionaries, the last of equals wins."""
    found: Asked = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        head, _, _ = name.partition("[")
        *path, last = [head, *re.findall(r"\[([^\]]*)\]", name[len(head) :])]
        node = found
        for key in path:
            if not isinstance(node.get(key), dict):
                node[key] = {}
            node = node[key]
        node[last] = value
    return found


def whole(text: Any) -> int:
    """A number as PHP casts it: what begins with none is 0."""
    found = re.match(r"\s*[+-]?\d+", str(text))
    return int(found.group()) if found else 0


def folded(text: Any) -> str:
    """As the database compares: without case, accents, and blanks at the end."""
    plain = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).rstrip()


def did_you_mean(message: str, wrong: str, names: Iterable[str]) -> str:
    """The shop's refusal of a name, with the nearest that exists and all of them."""
    listed = list(names)
    nearest = min(listed, key=lambda name: _distance(wrong, name), default="")
    return f'{message}. Did you mean: "{nearest}"? The full list is: "' + '", "'.join(listed) + '"'


def _distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (left != right))
    return row[-1]


def languages(text: str | None, active: int) -> list[int | str]:
    """The languages of an answer: all active ones; `2`: that one; `[1|2]`: those, as texts. Both exist in any shop."""
    if text is None:
        return list(range(1, active + 1))
    asked: list[int | str] = [int(text)] if text.isdigit() else []
    if found := re.fullmatch(r"\[(.*)\]", text):
        inside = found[1]
        ends = [whole(part) for part in inside.split(",")]
        asked = list(range(ends[0], ends[-1] + 1)) if len(ends) == 2 else list(inside.split("|"))
    elif not text.isdigit():
        raise Refused(400, (79, "language value is wrong"), (81, "language is not available"))
    asked = [a for a in asked if whole(a) in (1, 2)]
    if not asked:
        raise Refused(400, (81, "language is not available"))
    return asked


def display_of(resource: Resource, params: Asked, single: bool) -> Display | str:
    """`full`, `minimum`, or the fields asked for, each with the parts of its association (None: a plain field).

    An unknown field is a 400 for one row and a 500 for a list.
    """
    asked = str(params.get("display", "full" if single else "minimum"))
    if asked in ("full", "minimum"):
        return asked
    names = list(resource.fields)
    found = re.fullmatch(r"\[(.*)\]", asked, re.S)
    if not found:
        message = "The 'display' syntax is wrong. You can set 'full' or '[field_1,field_2,field_3,...]'."
        _fail(36, f"{message} These are available: {', '.join(names)}", single)
    chosen: Display = {}
    for field, brackets, parts in re.findall(r"([^,\[\]]*)(\[([^\]]*)\])?(?:,|$)", found[1]):
        name = field.strip()
        if name or brackets:
            chosen[name] = (*(chosen.get(name) or ()), *parts.split(",")) if brackets else chosen.get(name)
    virtual = params.get("price", {})
    for name, wanted in chosen.items():
        known = resource.associations.get(name)
        if wanted is not None and known is None and (set(wanted) != {"id"} or not resource.associations):
            raise OutOfOrder
        right = name in names or name in virtual if wanted is None else known and set(wanted) <= set(known.fields)
        if not right:
            message = f'Unable to display this field "{name}". However, these are available: {", ".join(names)}'
            _fail(35, message, single)
    return chosen


@dataclass(frozen=True, slots=True)
class Order:
    """One field of `sort`."""

    field: str
    down: bool


class Selection:
    """The rows of one list request: `Selection(table, params, languages).rows()`. Raises `Refused` and `OutOfOrder`."""

    def __init__(self, table: Table, params: Asked, spoken: list[int | str]) -> None:
        self.table, self.params, self.spoken = table, params, [whole(s) for s in spoken]
        self.resource = table.resource
        self.plain = self.resource.plain(bool(params.get("date")))

    def rows(self) -> list[Row]:
        """Filtered, in order, and cut."""
        found = self._filtered()
        orders = self._orders()
        offset, count = self._limit()
        if orders:
            found = self._ordered(found, orders, (offset, count))
        return found[offset:] if count is None else found[offset : offset + count]

    # -- filter ------------------------------------------------------------------------------------------------------
    def _filtered(self) -> list[Row]:
        filters = self.params.get("filter", {})
        found = list(self.table.rows.values())
        if not isinstance(filters, dict):
            return found
        if sum(name in self.resource.texts for name in filters) > 1:
            raise OutOfOrder  # the table of texts is joined twice under one name (measured)
        if "id" in filters and len(self.table.rows) > 1:
            found.sort(key=lambda r: int(r["id"]))  # the database takes the primary key
        for name, wanted in filters.items():
            found = self._kept(found, name, wanted)
        return found

    def _kept(self, rows: list[Row], name: str, wanted: Any) -> list[Row]:
        if name in self.resource.texts:
            tests = _tests(str(wanted))
            texts = [(r, [self.table.text(r, name, n) for n in self.spoken]) for r in rows]
            return [row for row, said in texts if any(all(t(v) for t in tests) for v in said)]
        if name not in self.plain and isinstance(wanted, dict):
            _fail(31, "There is no existing linked table for this resource")
        if name not in self.plain:
            _fail(32, did_you_mean("This filter does not exist", name, self.plain))
        if wanted == "" or isinstance(wanted, dict):
            _fail(33, f'The filter "{name}" is malformed.')
        self._queried(name)
        if self.resource.fields[name].computed:
            _fail(34, f'The field "{name}" is dynamic. It is not possible to filter GET query with this field.')
        tests = _tests(wanted)
        return [r for r in rows if all(t(r.get(name)) for t in tests)]

    def _queried(self, name: str) -> None:
        """Dates that the table does not have, and `new`, which no table has, end in the database's error."""
        if name not in self.resource.fields or name == "new":
            raise OutOfOrder

    # -- sort --------------------------------------------------------------------------------------------------------
    def _orders(self) -> list[Order]:
        text = self.params.get("sort")
        if text is None:
            return []
        found = re.fullmatch(r"\[(.*)\]", text)
        orders = []
        for part in found[1].split(",") if found else [text]:
            name, _, way = part.strip().rpartition("_")
            if not name or way.upper() not in ("ASC", "DESC"):
                _fail(37, 'The "sort" value has to be formed as this example: "field_ASC"')
            if name not in self.plain and name not in self.resource.texts:
                listed = f"{', '.join(self.plain)}, for i18n fields:{', '.join(self.resource.texts)}"
                _fail(38, f"Unable to filter by this field. However, these are available: {listed}")
            self._queried(name)
            if self.resource.fields[name].computed and name != "quantity":
                raise OutOfOrder
            orders.append(Order(name, way.upper() == "DESC"))
        return orders

    def _ordered(self, rows: list[Row], orders: list[Order], page: tuple[int, int | None]) -> list[Row]:
        if "id" not in {o.field for o in orders}:
            # The database orders equal values anew for each page, so that paging loses rows (measured: of 2,018
            # products under date_upd, 1,619 came).
            rows = sorted(rows, key=lambda r: hashlib.md5(f"{r['id']}/{page}".encode(), usedforsecurity=False).digest())
        language = self.spoken[0]
        for order in reversed(orders):
            rows.sort(key=lambda r: _rank(self.table.text(r, order.field, language)), reverse=order.down)
        return rows

    # -- limit -------------------------------------------------------------------------------------------------------
    def _limit(self) -> tuple[int, int | None]:
        """(offset, count); what is no number counts as 0, and a negative one is the database's error."""
        text = self.params.get("limit")
        if text is None:
            return 0, None
        parts = [whole(part) for part in str(text).split(",")]
        if len(parts) > 2:
            _fail(39, 'The "limit" value has to be formed as this example: "5,25" or "10"')
        if min(parts) < 0:
            raise OutOfOrder
        return (parts[0], parts[1]) if len(parts) == 2 else (0, parts[0])


def _fail(code: int, message: str, single: bool = False) -> NoReturn:
    raise Refused(400, (code, message)) if single else Refused(500, (code, message), *[(3, _WARNING)] * 4)


def _rank(value: Any) -> tuple[int, float, str]:
    """Nothing first, then numbers by size, then texts (dates among them) as the database's collation has them."""
    if value is None:
        return (0, 0.0, "")
    text = str(value)
    if isinstance(value, int) or _NUMBER.fullmatch(text):
        return (1, float(value), "")
    return (1, 0.0, folded(text))


def _tests(text: str) -> list[Test]:
    """One filter value: x, [x], [a|b], [a,b], >[x], <[x], ![a|b], %[x]%, [x]%, %[x]. A list: all must hold."""
    found = re.fullmatch(r"(.*?)\[(.*)\](.*)", text, re.S)
    if not found:
        return [lambda v: _compared(v, text) == 0]
    before, inside, after = found.groups()
    if "%" in (before, after):
        pattern = re.escape(folded(inside)).replace("_", ".").replace("%", ".*")
        rule = re.compile((".*" if before == "%" else "") + pattern + (".*" if after == "%" else ""), re.S)
        return [lambda v: v is not None and rule.fullmatch(folded(v)) is not None]
    if before == ">":
        return [lambda v: (_compared(v, inside) or 0) > 0]
    if before == "<":
        return [lambda v: (_compared(v, inside) or 0) < 0]
    parts = inside.split("|")
    if before == "!":
        return [lambda v: v is not None and all(_compared(v, part) != 0 for part in parts)]
    between = re.fullmatch(r"([\d.:\-\s]+),([\d.:\-\s]+)", inside)
    if between and len(parts) == 1:
        low, high = between.groups()
        return [lambda v: (_compared(v, low) or 0) >= 0 and (_compared(v, high) or 0) <= 0 and v is not None]
    alike = {_key(part) for part in parts}
    return [lambda v: v is not None and (_key(v) in alike or any(_compared(v, part) == 0 for part in parts[:1]))]


def _key(value: Any) -> Any:
    text = str(value)
    return float(text) if _NUMBER.fullmatch(text) else folded(text)


def _compared(value: Any, wanted: str) -> int | None:
    """-1, 0 or 1 as the column's own kind compares: numbers by size, dates with midnight filled in. None: no value."""
    if value is None:
        return None
    text = str(value)
    if isinstance(value, int) or re.fullmatch(r"-?\d+\.\d{3,8}", text):
        number = re.match(r"\s*[+-]?\d*\.?\d+", wanted)
        left, right = float(text), float(number.group()) if number else 0.0
        return (left > right) - (left < right)
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text):
        full = wanted if len(wanted) > 10 else f"{wanted} 00:00:00"
        return (text > full) - (text < full)
    one, other = folded(text), folded(wanted)
    return (one > other) - (one < other)


def virtual_prices(resource: Resource, params: Asked) -> Mapping[str, Mapping[str, Any]]:
    """`price[name][...]` by name; of products and combinations only."""
    prices = params.get("price")
    if resource.name not in ("products", "combinations") or not isinstance(prices, dict):
        return {}
    if not all(re.fullmatch(r"[\w-]+", name) for name in prices):
        raise Refused(400, (128, "Name for the virtual field is not allow"))
    return {name: said if isinstance(said, dict) else {} for name, said in prices.items()}
