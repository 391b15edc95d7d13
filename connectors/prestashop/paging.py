"""Walks lists by key: `filter[id]=>[last]&sort=[id_ASC]`, never by offset (deletions while walking cost nothing then).

The webservice announces no total and ends a list with a short page, so a list that ends is no proof that it was whole.
The witness is a second list, of ids only (23 kB for 2,000 products). An empty answer is asked for twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice
from typing import Final, TypeVar

from connectors import positions
from connectors.errors import CatalogueMalformed, ShopUnreachable
from connectors.idset import IdSet
from connectors.prestashop.api import Api, Json, OutOfMemory, Params
from connectors.prestashop.mapping import identifier

T = TypeVar("T")

LEAST: Final = 10
"""No page is made smaller than this."""
CALM_PAGES: Final = 10
IDS_AT_ONCE: Final = 5000
PACK: Final = 250
"""The most ids in one filter: 1,500 are too long an address (measured), 500 are not."""
MAX_PAGES: Final = 50_000


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk resumes: everything up to `last_id` was delivered."""

    last_id: int = 0
    size: int = 0
    """Of a page; 0: the lane's usual one."""
    seen: int = 0
    """Distinct products seen, in all pieces of the run."""
    started: str = ""
    """When the run began (UTC), for the next run's cursor."""
    since: str = ""
    """The cursor that this run was given."""

    def dump(self) -> str:
        return positions.dump(self)

    @classmethod
    def load(cls, text: str | None) -> Position | None:
        """None where there is none, or it was written by another version: the run then starts anew."""
        return positions.load(cls, text, lambda p: p.last_id >= 0 and p.size >= 0 and p.seen >= 0)


class Pages:
    """Pages of one size, halved where the shop cannot answer; after a calm stretch doubled again, once."""

    def __init__(self, size: int, most: int) -> None:
        self.size = size or most
        self._most = most
        self._calm = 0
        self._failures = 0

    def fetch(self, ask: Callable[[int, bool], list[T]]) -> tuple[list[T], int]:
        """`ask(size, patient)` until it answers; its answer and the size that gave it."""
        while True:
            patient = self.size <= LEAST
            try:
                found = ask(self.size, patient)
            except (OutOfMemory, ShopUnreachable):
                if patient:
                    raise
                self.size = max(LEAST, self.size // 2)
                self._calm, self._failures = 0, self._failures + 1
                continue
            asked, self._calm = self.size, self._calm + 1
            if self.size < self._most and self._calm >= CALM_PAGES and self._failures < 3:
                self.size, self._calm = min(self._most, self.size * 2), 0
            return found, asked


def asked_twice(ask: Callable[[], list[Json]]) -> list[Json]:
    """An empty answer ends a list, or proves a product gone: it has to be given twice."""
    return ask() or ask()


class Lister:
    """The lists of one lane of one shop: what is asked for, and in which language."""

    def __init__(self, api: Api, common: Params) -> None:
        self.api = api
        self._common = common

    def page(self, resource: str, fields: Sequence[str], chosen: Params, size: int, patient: bool = True) -> list[Json]:
        params = {"sort": "[id_ASC]", **self._common, **chosen, "limit": size}
        tries = None if patient else 2
        return asked_twice(lambda: self.api.rows(resource, fields, params, tries=tries, patient=patient))


class Walk:
    """One walk through the products by id. Iterate `pages`, then ask `missing`."""

    def __init__(self, lister: Lister, fields: Sequence[str], chosen: Params, start: Position, most: int) -> None:
        """`chosen`: further filters, the same for every page."""
        self._lister, self._fields, self._chosen = lister, fields, chosen
        self.start = start
        self._pages = Pages(start.size, most)
        self._seen = IdSet()
        self.nameless = 0
        """Items without a usable id: each is its own Issue."""
        self.announced: int | None = None

    @property
    def distinct(self) -> int:
        return self.start.seen + len(self._seen) + self.nameless

    def pages(self) -> Iterator[list[Json]]:
        """Yield the items of each page, to the end of the list."""
        last = self.start.last_id
        for _ in range(MAX_PAGES):
            items, asked = self._pages.fetch(partial(self._ask, last))
            reached = max((i for item in items if (i := identifier(item)) is not None), default=0)
            ended = len(items) < asked
            if reached <= last and not ended:
                raise CatalogueMalformed(f"the list of products does not go on after id {last}")
            last = reached
            if items := self._fresh(items):
                yield items
            if ended:
                return
            del items  # or two pages would be held at once
        raise CatalogueMalformed(f"the list does not end after {MAX_PAGES} pages")

    def missing(self) -> list[int]:
        """Second list, ids only: what the shop has and this walk did not see. Raises where it contradicts the walk."""
        listed = IdSet()
        for number in self._ids(self._chosen):
            listed.add(number)
        if not len(listed) and len(self._seen):
            raise CatalogueMalformed("the list of ids is empty, the list of products is not")
        self.announced = len(listed) + self.nameless
        return [i for i in listed if i > self.start.last_id and i not in self._seen]

    def count(self) -> int:
        """How many products the shop lists."""
        return sum(1 for _ in self._ids(self._chosen))

    def saw(self, number: int) -> bool:
        """Count a product that the second pass delivered; False if it was seen before."""
        return self._seen.add(number)

    def position(self, last_id: int, seen: int) -> Position:
        return replace(self.start, last_id=last_id, size=self._pages.size, seen=seen)

    def _ask(self, after: int, size: int, patient: bool) -> list[Json]:
        chosen = {"filter[id]": f">[{after}]", **self._chosen}
        return self._lister.page("products", self._fields, chosen, size, patient)

    def _ids(self, chosen: Params) -> Iterator[int]:
        last = 0
        while True:
            found = self._lister.page("products", ("id",), {"filter[id]": f">[{last}]", **chosen}, IDS_AT_ONCE)
            numbers = [i for item in found if (i := identifier(item)) is not None and i > last]
            yield from numbers
            if len(found) < IDS_AT_ONCE or not numbers:
                return
            last = max(numbers)

    def _fresh(self, items: list[Json]) -> list[Json]:
        fresh = []
        for item in items:
            number = identifier(item)
            if number is None:
                self.nameless += 1
                fresh.append(item)
            elif number > self.start.last_id and self._seen.add(number):
                fresh.append(item)
        return fresh


class Children:
    """Rows of a resource that belong to products, in the products' order: read beside a walk, never all at once."""

    def __init__(self, lister: Lister, resource: str, fields: Sequence[str], after: int, most: int) -> None:
        """`after`: rows of products up to this id are not asked for."""
        self._lister, self.resource, self._fields = lister, resource, fields
        self._pages = Pages(0, most)
        self._after = after
        self._waiting: deque[tuple[int, list[Json]]] = deque()
        self.ended = False
        """True once the list was read to its end."""
        self.found = 0
        """Rows so far."""

    def of(self, product: int) -> list[Json]:
        """The rows of this product; products must be asked for in ascending order."""
        while True:
            while self._waiting and self._waiting[0][0] < product:
                self._waiting.popleft()
            if self._waiting:
                return self._waiting.popleft()[1] if self._waiting[0][0] == product else []
            if self.ended:
                return []
            self._fill(product)

    def _fill(self, product: int) -> None:
        """One page. Its last product may be cut in two: it is left for the next page, or completed if it is alone."""
        self._after = max(self._after, product - 1)
        items, asked = self._pages.fetch(self._ask)
        self.found += len(items)
        whose = [(product_of, row) for row in items if (product_of := identifier(row, "id_product")) is not None]
        groups = [(i, [row for _, row in rows]) for i, rows in groupby(whose, lambda pair: pair[0])]
        numbers = [i for i, _ in groups]
        if numbers != sorted(set(numbers)) or (numbers and numbers[0] <= self._after):
            raise CatalogueMalformed(f"{self.resource} do not come in the order of id_product")
        if len(items) < asked:
            self.ended = True
        elif len(groups) > 1:
            groups.pop()
        elif groups:
            groups[0][1].extend(self._rest_of(groups[0]))
        else:
            raise CatalogueMalformed(f"{self.resource} without id_product")
        self._waiting.extend(groups)
        self._after = max([self._after, *(i for i, _ in groups)])

    def _ask(self, size: int, patient: bool) -> list[Json]:
        chosen = {"filter[id_product]": f">[{self._after}]", "sort": "[id_product_ASC,id_ASC]"}
        return self._lister.page(self.resource, self._fields, chosen, size, patient)

    def _rest_of(self, group: tuple[int, list[Json]]) -> list[Json]:
        product, rows = group
        last = max(identifier(row) or 0 for row in rows)
        return children_of(self._lister, self.resource, self._fields, [product], after=last)[product]


def children_of(
    lister: Lister, resource: str, fields: Sequence[str], products: Sequence[int], *, after: int = 0
) -> Mapping[int, list[Json]]:
    """The rows of these products (at most a pack), whatever their number."""
    found: dict[int, list[Json]] = {product: [] for product in products}
    pages = Pages(0, 1000)
    for _ in range(MAX_PAGES):
        chosen = {"filter[id_product]": either(products), "filter[id]": f">[{after}]"}
        items, asked = pages.fetch(partial(lister.page, resource, fields, chosen))
        for item in items:
            if (product := identifier(item, "id_product")) in found:
                found[product].append(item)
        reached = max((identifier(item) or 0 for item in items), default=0)
        if len(items) < asked:
            return found
        if reached <= after:
            raise CatalogueMalformed(f"the list of {resource} does not go on after id {after}")
        after = reached
    raise CatalogueMalformed(f"the list of {resource} does not end")


def either(ids: Iterable[int]) -> str:
    return f"[{'|'.join(map(str, ids))}]"


def packs(ids: Iterable[int], size: int = PACK) -> Iterator[list[int]]:
    rest = iter(ids)
    while pack := list(islice(rest, size)):
        yield pack
