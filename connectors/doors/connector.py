"""What the connectors of all doors do alike: each platform only says where its list is and what an item means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from connectors.checking import EMPTY, HTTP_ONLY, NOTICES, Progress, about, checked
from connectors.doors.asking import Asker
from connectors.doors.sweep import Batch, Position, Sweep
from connectors.drafting import MALFORMED, Mapped, malformed
from connectors.protocol import Capabilities, CheckReport, Deletions, Evidence, Probe, ShopConnection, StockDetail
from connectors.records import (
    CatalogMessage,
    Checkpoint,
    ConfirmMessage,
    EndOfCatalog,
    OfferStock,
    ProductRecord,
    StockMessage,
    StockRecord,
    Withdrawn,
)

SPARE: Final = 10
"""Products read beyond a check's sample, in place of those that are left out."""
ID_LIMIT: Final = 200


class Door(ABC):
    """One run's way to one shop's list of products. Everything that it raises is a ConnectorError."""

    first: str
    """Where the list begins, as `batch` takes it."""

    def __init__(self, asker: Asker) -> None:
        self.ask = asker

    @abstractmethod
    def batch(self, place: str) -> Batch:
        """One answer of the list."""

    @abstractmethod
    def key(self, item: Any) -> str | None:
        """The id of the product that an item of the list is; None where it has none that can be used."""

    @abstractmethod
    def mapped(self, item: Any) -> Mapped:
        """An item of the list as a record. Raises one of `drafting.MALFORMED` where it is none of this platform's."""

    @abstractmethod
    def confirmed(self, ids: Sequence[str]) -> Iterator[Mapped]:
        """These products as they are now, or the proof that they are gone."""

    def announced(self) -> int | None:
        """How many products the shop says that it has."""
        return None

    def warnings(self) -> list[str]:
        """French, of the shop as a whole, for a check."""
        return []

    def record(self, item: Any) -> Mapped:
        """`mapped`; whatever is wrong with an item's shape becomes its one Issue, and never stops the catalogue."""
        key = self.key(item)
        if key is None:
            return None, [malformed(None)]
        try:
            return self.mapped(item)
        except MALFORMED as error:
            return None, [malformed(key, error)]


class DoorConnector(ABC):
    """Reads shops of one platform without a key. Always the whole list: none of these platforms tells what changed,
    and a product's own date does not move with its stock."""

    name: ClassVar[str]
    platform: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    @abstractmethod
    def detect(self, probe: Probe) -> Evidence | None: ...

    @abstractmethod
    def open(self, connection: ShopConnection) -> Door:
        """The door of this shop; nothing is asked yet."""

    def _door(self, connection: ShopConnection) -> Door:
        """The one of this connection: robots.txt and the currency are not asked for each lane."""
        key = f"doors.{self.name}"
        kept: Door | None = connection.kept.get(key)
        if kept is None:
            kept = connection.kept[key] = self.open(connection)
        return kept

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        wanted = min(max(sample, 1), 100)
        return checked(self.name, self.platform, connection, lambda progress: self._check(progress, connection, wanted))

    def _check(self, progress: Progress, connection: ShopConnection, wanted: int) -> None:
        door = self._door(connection)
        items = door.batch(door.first).items
        progress.reachable = progress.authorised = True
        if connection.url.startswith("http://"):
            progress.warnings.append(HTTP_ONLY)
        progress.products = door.announced()
        for item in items[: wanted + SPARE]:
            record, issues = door.record(item)
            progress.read += 1
            progress.issues += issues
            if isinstance(record, ProductRecord):
                progress.sample.append(record)
            if len(progress.sample) == wanted:
                break
        progress.warnings += [*door.warnings(), *about(progress)]
        if door.ask.notices:
            progress.warnings.append(NOTICES)
        if not items:
            progress.warnings.append(EMPTY)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """Always the whole catalogue: `cursor` is not used, and none is given."""
        door = self._door(connection)
        sweep = Sweep(door, Position.load(checkpoint))
        for step in sweep.steps():
            for item in step.items:
                record, issues = door.record(item)
                yield from issues
                if isinstance(record, ProductRecord | Withdrawn):
                    yield record
            if step.position is not None:
                yield Checkpoint(position=step.position)
        notices = f"PHP notices before the JSON of {door.ask.notices} answers" if door.ask.notices else ""
        yield EndOfCatalog(
            complete=sweep.complete,
            scope="full",
            announced=sweep.total,
            seen=sweep.seen,
            detail="; ".join(filter(None, [sweep.detail, notices])),
        )

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        """The catalogue, without its content: there is no cheaper lane."""
        for message in self.read_catalog(connection, None, checkpoint):
            if isinstance(message, ProductRecord):
                told = [offer.model_dump(include=set(OfferStock.model_fields)) for offer in message.offers]
                yield StockRecord(source_id=message.source_id, offers=tuple(OfferStock(**one) for one in told))
            elif not isinstance(message, Withdrawn):
                yield message

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        for record, issues in self._door(connection).confirmed(list(dict.fromkeys(ids))):
            yield from issues
            if isinstance(record, ProductRecord | Withdrawn):
                yield record


def keyless(*, requests_per_1000_products: int, stock: StockDetail = StockDetail.FLAG) -> Capabilities:
    """What all doors have in common."""
    return Capabilities(
        needs_credentials=False,
        incremental=False,
        stock_lane=False,
        deletions=Deletions.BY_ABSENCE,
        stock=stock,
        confirms_by_id=True,
        requests_per_1000_products=requests_per_1000_products,
    )
