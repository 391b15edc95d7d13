"""What both connectors do with a list: walk it, join the families, map, and say honestly how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal, Protocol

from connectors.records import (
    CatalogMessage,
    Checkpoint,
    EndOfCatalog,
    Issue,
    ProductRecord,
    StockRecord,
    Withdrawn,
)
from connectors.woocommerce.families import PACK, Families, Family
from connectors.woocommerce.mapping import Json, Mapped, guarded, identifier
from connectors.woocommerce.paging import Page, Position, Sweep

Record = ProductRecord | StockRecord | Withdrawn
Message = Record | Issue | Checkpoint | EndOfCatalog
Scope = Literal["full", "changes"]


class Source(Protocol):
    """One of the two interfaces, set for one lane (catalogue, changes, stock) of one shop."""

    scope: Scope

    def page(self, page: int, size: int, *, last_size: bool, ids_only: bool) -> Page: ...

    def by_ids(self, ids: list[int]) -> list[Any]:
        """At most a pack of products by id, as the list would give them."""
        ...

    def wanted(self, item: Any) -> list[int]: ...
    def variations(self, pack: Mapping[int, int]) -> Mapping[int, Json]: ...

    def prepare(self, items: list[Any]) -> None:
        """A chance to ask for more about a page of products, before they are mapped."""
        ...

    def map(self, item: Json, variations: Mapping[int, Json]) -> Mapped: ...
    def remarks(self) -> list[str]:
        """English: what was odd about the answers, for `EndOfCatalog.detail`."""
        ...


def packs(ids: Iterable[int], size: int = PACK) -> Iterator[list[int]]:
    rest = iter(ids)
    while pack := list(islice(rest, size)):
        yield pack


def mapped(source: Source, items: list[Any]) -> Iterator[tuple[Any, Record | None, list[Issue]]]:
    """A handful of products with their families, each with what it became."""
    source.prepare(items)
    families = Families(source.wanted, source.variations, lambda item: int(item["id"]))
    families.add(items)
    for item, variations, _ in families.ready(end=True):
        record, issues = _map(source, item, variations)
        yield item, record, issues


def _map(source: Source, item: Any, variations: Mapping[int, Json]) -> Mapped:
    return guarded(lambda i: source.map(i, variations), item)


class Reader:
    """One piece of one run over a `Source`."""

    def __init__(self, source: Source, start: Position) -> None:
        self._source = source
        self._sweep = Sweep(source.page, start)
        self._families = Families(source.wanted, source.variations, lambda item: int(item["id"]))
        self._delivered = start.seen
        self._last_id = start.last_id
        self._start = start

    def messages(self) -> Iterator[Message]:
        """Everything, with a Checkpoint after each batch of complete families, and the EndOfCatalog."""
        for found in self._sweep.pages():
            self._source.prepare(found.items)
            self._families.add(found.items, found.offset)
            yield from self._batch(self._families.ready())
        yield from self._batch(self._families.ready(end=True))
        if not self._sweep.complete:
            yield from self._second_pass()
        yield self._end()

    def _batch(self, families: Iterator[Family]) -> Iterator[Message]:
        position: Position | None = None
        for item, variations, offset in families:
            yield from self._deliver(item, variations)
            self._delivered += 1
            self._last_id = max(self._last_id, identifier(item) or 0)
            position = self._sweep.position(self._last_id, offset, self._delivered)
        if position is not None and self._sweep.orderly:
            yield Checkpoint(position=position.dump())

    def _second_pass(self) -> Iterator[Message]:
        """The shop announced more than was seen: list the ids, and ask for those that are missing."""
        for pack in packs(self._sweep.missing()):
            items = [i for i in self._source.by_ids(pack) if (n := identifier(i)) is not None and self._sweep.saw(n)]
            self._source.prepare(items)
            self._families.add(items)
            for item, variations, _ in self._families.ready(end=True):
                yield from self._deliver(item, variations)

    def _deliver(self, item: Any, variations: Mapping[int, Json]) -> Iterator[Record | Issue]:
        record, issues = _map(self._source, item, variations)
        yield from issues
        # in a full read, a product that is not public is simply absent: the ingest asks for it by id
        if record is not None and not (isinstance(record, Withdrawn) and self._source.scope == "full"):
            yield record

    def _end(self) -> EndOfCatalog:
        sweep, complete = self._sweep, self._sweep.complete
        details = self._source.remarks()
        if not complete:
            details.insert(0, f"{sweep.distinct} products seen of {sweep.total} announced, after a second pass")
        return EndOfCatalog(
            complete=complete,
            scope=self._source.scope,
            announced=sweep.total,
            seen=sweep.distinct,
            cursor=(self._start.started or None) if complete else (self._start.since or None),
            detail="; ".join(details),
        )


def catalogue(messages: Iterator[Message]) -> Iterator[CatalogMessage]:
    for message in messages:
        if not isinstance(message, StockRecord):
            yield message
