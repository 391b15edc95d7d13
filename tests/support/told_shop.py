"""A shop without a wire: a connector that tells what a test has put on its shelves, and dies where the test says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.errors import ShopUnreachable
from connectors.protocol import Capabilities, CheckReport, Deletions, Evidence, Probe, ShopConnection, StockDetail
from connectors.records import (
    Availability,
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
from tests.support.catalogue import offer, product

Line = tuple[int | None, str]
"""Price in cents, and availability as schema.org has it."""
Shelf = dict[str, dict[str, Line]]
"""Product id -> its offers' ids -> what is asked for each."""


class Killed(BaseException):
    """The process is gone: nothing below may catch it."""


class ToldShop:
    """`connectors.protocol.Connector` over `shelf`.

    `touched`: products whose date has moved since the last complete read began. `dies_at`: a read is killed before it
    gives its n-th product; `breaks_at`: there the shop fails instead; `short`: so many products are left out of a list
    that says so. `dies_asked`: it is killed when single products are asked for."""

    platform = "Essai"

    def __init__(self, name: str, *, lanes: bool) -> None:
        """`lanes`: it has a cursor, a stock lane, and answers for single products; else it has nothing but its list."""
        self.name = name
        self.capabilities = Capabilities(
            needs_credentials=False, incremental=lanes, stock_lane=lanes, deletions=Deletions.BY_ABSENCE,
            stock=StockDetail.FLAG, confirms_by_id=lanes, requests_per_1000_products=20,
        )  # fmt: skip
        self.shelf: Shelf = {}
        self.touched: set[str] = set()
        self.dies_at: int | None = None
        self.breaks_at: int | None = None
        self.dies_asked = False
        self.short = 0

    def detect(self, probe: Probe) -> Evidence | None:
        return None

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        raise NotImplementedError

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """In the order of ids, a Checkpoint behind each product."""
        given = [name for name in sorted(self.shelf) if cursor is None or name in self.touched]
        for name in self._list(given, checkpoint):
            yield self.record(name)
            yield Checkpoint(position=name)
        yield EndOfCatalog(
            complete=not self.short,
            scope="changes" if cursor else "full",
            cursor="1" if self.capabilities.incremental else None,
        )

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        for name in self._list(sorted(self.shelf), checkpoint):
            offers = tuple(
                OfferStock(source_id=one, price_minor=price, currency="EUR", availability=Availability(availability))
                for one, (price, availability) in self.shelf[name].items()
            )
            yield StockRecord(source_id=name, offers=offers)
            yield Checkpoint(position=name)
        yield EndOfCatalog(complete=not self.short, scope="full")

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        if self.dies_asked:
            raise Killed
        if not self.capabilities.confirms_by_id:
            return
        for name in ids:
            yield self.record(name) if name in self.shelf else Withdrawn(source_id=name, reason="gone")

    def _list(self, names: list[str], checkpoint: str | None) -> Iterator[str]:
        names = names[: len(names) - self.short] if self.short else names
        for number, name in enumerate(one for one in names if checkpoint is None or one > checkpoint):
            if number == self.dies_at:
                raise Killed
            if number == self.breaks_at:
                raise ShopUnreachable("the line dropped")
            yield name
        if self.dies_at is not None:  # at the latest when all was given
            raise Killed

    def record(self, name: str) -> ProductRecord:
        offers = [
            offer(one, price, stock=Availability(availability), size=one)
            for one, (price, availability) in self.shelf[name].items()
        ]
        return product(name, *offers)
