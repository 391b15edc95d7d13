"""PrestaShop's webservice: what a shop tells its owner's key. Versions 1.6 to 9.

`date_upd` moves with a product's own texts, price and state, but not with its stock, its discounts, its combinations
or its deletion, and one deletion re-dates most of a catalogue (all measured). So changes by date only save work in
between, and a sweep of prices and stock in full proves the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from connectors import positions
from connectors.prestashop import checking, recognising
from connectors.prestashop.api import Api
from connectors.prestashop.changes import Dates, newest, window
from connectors.prestashop.paging import Position
from connectors.prestashop.reading import ChangesReader, Reader, Source, read_ids
from connectors.protocol import Capabilities, CheckReport, Deletions, Evidence, Probe, ShopConnection, StockDetail
from connectors.records import (
    CatalogMessage,
    Checkpoint,
    ConfirmMessage,
    EndOfCatalog,
    Issue,
    StockMessage,
    StockRecord,
)


class WebserviceConnector:
    """PrestaShop with a key of the shop's owner."""

    name = "prestashop-webservice"
    platform = "PrestaShop"
    capabilities = Capabilities(
        needs_credentials=True,
        incremental=True,
        stock_lane=True,
        deletions=Deletions.BY_ABSENCE,
        stock=StockDetail.QUANTITY,
        confirms_by_id=True,
        requests_per_1000_products=12,
    )

    def detect(self, probe: Probe) -> Evidence | None:
        return recognising.webservice(probe, self.name, self.platform)

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        return checking.webservice(self.name, self.platform, connection, sample)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """Everything that is public, or what changed since `cursor` (the start of the last complete run).

        A changed product that is no longer public comes as Withdrawn("hidden"); a deleted one never comes: only a
        sweep, or `read_products`, tells."""
        api = Api.of(connection)
        start = Position.load(checkpoint)
        since = positions.instant(start.since if start else cursor)
        reader: Reader | ChangesReader
        if since is not None:
            reader = ChangesReader(api, start or Position(since=since.isoformat()), since)
        else:
            source = Source(api)
            start = start or Position(started=positions.began(api.clock))
            dates = Dates(connection.memory, window(positions.instant(start.started) or datetime.now(UTC)))
            dates.met(newest(source.lister))
            reader = Reader(source, start, dates)
        for message in reader.messages():
            if not isinstance(message, StockRecord):
                yield message

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        source = Source(Api.of(connection), stock_only=True)
        for message in Reader(source, Position.load(checkpoint) or Position()).messages():
            if isinstance(message, StockRecord | Issue | Checkpoint | EndOfCatalog):
                yield message

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """Records of the public ones; hidden: still there, but not shown; gone: deleted."""
        wanted = [int(i) for i in dict.fromkeys(ids) if i.isascii() and i.isdigit() and len(i) < 16 and int(i)]
        if not wanted:
            return
        for _, (record, issues) in read_ids(Source(Api.of(connection)), wanted):
            yield from issues
            if record is not None and not isinstance(record, StockRecord):
                yield record
