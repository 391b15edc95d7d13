"""The data file in memory: columns, since 35,000 objects would take ten times the time and room.

Read once a process, at the first question: about 60 ms and 15 MB.
"""

from __future__ import annotations

import gzip
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from aggregator.geo.naming import fold, without_article

FILE: Final = Path(__file__).with_name("communes.tsv.gz")


class Table:
    """Rows are numbered in the order of the folded names. Never changes; safe to share between threads."""

    def __init__(self, text: str) -> None:
        """`text`: as `build` writes it."""
        lines = (line.partition("\t") for line in text.split("\n") if line and line[0] != "#")
        columns = {name: cells for name, _, cells in lines}
        self.insee = columns["insee"].split("\t")
        self.names = columns["name"].split("\t")
        self.codes = columns["postal codes"].split("\t")
        """Of one commune: "34070 34080"."""
        self.population = array("l", map(int, columns["population"].split("\t")))
        self.latitude = array("d", map(float, columns["latitude"].split("\t")))
        self.longitude = array("d", map(float, columns["longitude"].split("\t")))
        self.approximate = [flag == "1" for flag in columns["guessed"].split("\t")]
        self.keys = fold(columns["name"].replace("\t", "\n")).split("\n")
        numbers, titles = columns["department"].split("\t"), columns["department name"].split("\t")
        self.departments = dict(zip(numbers, titles, strict=True))
        self._part_of, self._former = columns["part of"], columns["former name"]

    @cached_property
    def by_insee(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.insee)}

    @cached_property
    def by_code(self) -> dict[str, list[int]]:
        """Postal code -> rows."""
        found: dict[str, list[int]] = defaultdict(list)
        for row, codes in enumerate(self.codes):
            for code in codes.split(" "):
                found[code].append(row)
        return dict(found)

    @cached_property
    def sorted_codes(self) -> list[str]:
        return sorted(self.by_code)

    @cached_property
    def bare(self) -> list[tuple[str, int]]:
        """(name without its article, row), sorted, of those that have one."""
        pairs = ((without_article(key), row) for row, key in enumerate(self.keys) if key[:1] == "l")
        return sorted((bare, row) for bare, row in pairs if bare != self.keys[row])

    @cached_property
    def former(self) -> list[tuple[str, int]]:
        """(folded name of a former commune, row of the commune that it is part of), sorted."""
        keys = fold(self._former.replace("\t", "\n")).split("\n")
        return sorted((key, self.by_insee[i]) for key, i in zip(keys, self._part_of.split("\t"), strict=True))

    @cached_property
    def by_latitude(self) -> list[tuple[float, int]]:
        return sorted(zip(self.latitude, range(len(self.latitude)), strict=True))

    def exactly(self, key: str) -> list[int]:
        """Rows of this very name, and those that begin with it since others were merged into them (Évry is
        Évry-Courcouronnes); else of this name but for the article; else of any former commune of this name."""
        former = [row for name, row in _pairs(self.former, key) if name == key]
        rows = [*_run(self.keys, key), *(row for row in former if self.keys[row].startswith(f"{key} "))]
        rows = rows or [row for name, row in _pairs(self.bare, key) if name == key] or former
        return list(dict.fromkeys(rows))

    def starting(self, prefix: str) -> Iterator[int]:
        """Rows whose name starts so, with or without its article."""
        start = bisect_left(self.keys, prefix)
        yield from range(start, bisect_left(self.keys, prefix + "{", start))  # "{" comes after "z"
        yield from (row for _, row in _pairs(self.bare, prefix))

    def holding(self, word: str) -> Iterator[int]:
        """Rows with a later word that starts so; then former communes whose name does."""
        inside = f" {word}"
        yield from (row for row, key in enumerate(self.keys) if inside in key)
        yield from (row for _, row in _pairs(self.former, word))

    def with_code(self, prefix: str) -> Iterator[int]:
        """Rows with a postal code that starts so."""
        codes = self.sorted_codes
        for i in range(bisect_left(codes, prefix), len(codes)):
            if not codes[i].startswith(prefix):
                return
            yield from self.by_code[codes[i]]

    def within(self, south: float, west: float, north: float, east: float) -> Iterator[int]:
        """Rows inside a rectangle of coordinates."""
        band = self.by_latitude
        for i in range(bisect_left(band, (south, -1)), len(band)):
            latitude, row = band[i]
            if latitude > north:
                return
            if west <= self.longitude[row] <= east:
                yield row


@cache
def table() -> Table:
    """The table of France."""
    return Table(gzip.decompress(FILE.read_bytes()).decode())


def _run(keys: list[str], key: str) -> Iterable[int]:
    row = bisect_left(keys, key)
    while row < len(keys) and keys[row] == key:
        yield row
        row += 1


def _pairs(pairs: list[tuple[str, int]], prefix: str) -> Iterable[tuple[str, int]]:
    for i in range(bisect_left(pairs, (prefix, -1)), len(pairs)):
        if not pairs[i][0].startswith(prefix):
            return
        yield pairs[i]
