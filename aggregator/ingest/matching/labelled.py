"""Read pairs of listings from a file, labelled or not: the door for public benchmarks of product matching.

Three forms are known. CSV, TSV or JSON Lines with a column for each side: `title_left` and `title_right`, or
`left_title`, `ltable_title`, `title_1`; what is called `name`, `manufacturer` or `modelno` there is understood as well.
The same with two tables beside it, where a pair only names their rows (`ltable_id`, `rtable_id`). And the text form of
two serialised records, `COL title VAL ... COL price VAL ... <tab> ... <tab> label`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from aggregator.errors import Refused
from aggregator.ingest.matching.features import Item, features
from aggregator.ingest.matching.verdict import Match, match
from connectors.values import gtin14

Row = Mapping[str, Any]

_TITLES: Final = ("title", "name", "product_name", "product_title", "titre", "nom", "product")
_BRANDS: Final = ("brand", "manufacturer", "marque", "brand_name", "maker", "publisher")
_CODES: Final = ("modelno", "mpn", "model", "model_number", "part_number", "productno")
_GTINS: Final = ("gtin", "ean", "gtin13", "gtin14", "gtin12", "gtin8", "upc", "isbn", "barcode")
_PRICES: Final = ("price", "prix", "list_price", "price_value")
_CURRENCIES: Final = ("pricecurrency", "price_currency", "currency", "devise")
_DESCRIPTIONS: Final = ("description", "desc", "product_description")
_LABELS: Final = ("label", "match", "is_match", "same", "gold", "matching", "is_duplicate")
_SIDES: Final = (
    ("_left", "_l", "_1", "_a", "1", "_x"),
    ("_right", "_r", "_2", "_b", "2", "_y"),
)
_PREFIXES: Final = (("left_", "ltable_", "l_", "a_", "source_"), ("right_", "rtable_", "r_", "b_", "target_"))
_YES: Final = frozenset({"1", "1.0", "true", "yes", "y", "match", "oui", "vrai", "same"})
_NO: Final = frozenset({"0", "0.0", "-1", "false", "no", "n", "non-match", "nomatch", "non", "faux", "different"})
_NUMBER = re.compile(r"\d[\d .,\u202f\xa0]*")
_COL = re.compile(r"(?:^|\s)COL\s+(\S+)\s+VAL(?=\s|$)")
_DESCRIBED: Final = 160
"""Characters of a description that stand for a title that is missing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair of the file, and what matching says of it."""

    number: int
    """From 1, without the heading."""
    left: Item
    right: Item
    label: bool | None
    found: Match


@dataclass(slots=True)
class Score:
    """How often matching is right, where a label says what is."""

    pairs: int = 0
    same: int = 0
    labelled: int = 0
    right: int = 0
    """Found the same, and so labelled."""
    wrong: int = 0
    missed: int = 0

    def add(self, judged: Judged) -> None:
        self.pairs += 1
        self.same += judged.found.same
        if judged.label is None:
            return
        self.labelled += 1
        self.right += judged.found.same and judged.label
        self.wrong += judged.found.same and not judged.label
        self.missed += not judged.found.same and judged.label

    @property
    def precision(self) -> float | None:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed else None


def judge(path: Path, left: Path | None = None, right: Path | None = None) -> Iterator[Judged]:
    """Every pair of a file, judged. Raises Refused where a file cannot be read or has no titles."""
    tables = None if left is None or right is None else (_by_id(left), _by_id(right))
    number = 0
    for number, row in enumerate(_rows(path), 1):
        one, other = (_side(row, side, None if tables is None else tables[side]) for side in (0, 1))
        if not one.title and not other.title and number == 1:
            raise Refused(f"{path.name} : ni title_left ni title_right. Colonnes lues : {', '.join(row)}.")
        yield Judged(number, one, other, _label(row), match(features(one), features(other)))
    if not number:
        raise Refused(f"{path.name} est vide.")


def _rows(path: Path) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            first = file.read(65_536)
            file.seek(0)
            if first.lstrip().startswith("COL "):
                yield from _serialised(file)
            elif first.lstrip().startswith("{"):
                yield from ({str(k).lower(): v for k, v in orjson.loads(line).items()} for line in file if line.strip())
            else:
                heading = first.partition("\n")[0]
                delimiter = max((",", "\t", ";", "|"), key=heading.count)
                for row in csv.DictReader(file, delimiter=delimiter):
                    yield {str(key).strip().lower(): value for key, value in row.items() if key is not None}
    except (OSError, orjson.JSONDecodeError, csv.Error) as unreadable:
        raise Refused(f"{path.name} ne se lit pas : {unreadable}.") from unreadable


def _serialised(lines: Iterable[str]) -> Iterator[Row]:
    for line in lines:
        parts = line.rstrip("\n").split("\t")
        if len(parts) < 2:
            continue
        row: dict[str, Any] = {"label": parts[2].strip()} if len(parts) > 2 else {}
        for side, text in zip(("_left", "_right"), parts, strict=False):
            pieces = _COL.split(text)
            fields = zip(pieces[1::2], pieces[2::2], strict=False)
            row.update({f"{name.lower()}{side}": value.strip() for name, value in fields})
        yield row


def _by_id(path: Path) -> dict[str, Row]:
    return {str(row.get("id", row.get("idabt", ""))).strip(): row for row in _rows(path)}


def _side(row: Row, side: int, table: Mapping[str, Row] | None) -> Item:
    if table is not None:
        key = next((str(row[name]).strip() for name in _names("id", side) if row.get(name) not in (None, "")), "")
        return _item(lambda names: _first(table.get(key, {}), names))
    return _item(lambda names: _first(row, [spelt for name in names for spelt in _names(name, side)]))


def _names(name: str, side: int) -> list[str]:
    return [f"{name}{end}" for end in _SIDES[side]] + [f"{prefix}{name}" for prefix in _PREFIXES[side]]


def _first(row: Row, names: Iterable[str]) -> str:
    for name in names:
        value = row.get(name)
        if value not in (None, "") and str(value).strip().lower() not in ("nan", "none", "null"):
            return str(value).strip()
    return ""


def _item(get: Callable[[Iterable[str]], str]) -> Item:
    title = get(_TITLES) or get(_DESCRIPTIONS)[:_DESCRIBED]
    gtin, _ = gtin14(get(_GTINS))
    minor = _minor(get(_PRICES))
    code = get(_CODES)
    return Item(
        title=title,
        brand=get(_BRANDS) or None,
        gtins=(gtin,) if gtin else (),
        codes=(code,) if code else (),
        lowest_minor=minor,
        currency=get(_CURRENCIES) or None,
    )


def _minor(text: str) -> int | None:
    """An amount in hundredths, however it is written; None for none."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    digits = re.sub(r"[\s\u202f\xa0]", "", found[0]).rstrip(".,")
    whole, mark, part = digits.rpartition("," if digits.rfind(",") > digits.rfind(".") else ".")
    if not mark or len(part) == 3:
        whole, part = digits, ""
    amount = int(re.sub(r"\D", "", whole) or 0) * 100 + int((part + "00")[:2])
    return amount or None


def _label(row: Row) -> bool | None:
    told = _first(row, _LABELS).lower()
    return True if told in _YES else False if told in _NO else None
