"""REST v3: what a shop tells its owner's key. Adds GTIN, "modified since", deletions and exact visibility.

Content comes from here; the stock lane asks the Store API where it answers, since that shows the displayed price,
costs half as much for variations, and needs no signature. What costs a surprise (all measured): lists hold drafts
unless asked not to; `catalog_visibility` as a filter is ignored; dates need `dates_are_gmt` and no offset; bulk
writes move no date, so full sweeps stay necessary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from connectors import positions
from connectors.errors import ConnectorError
from connectors.protocol import Capabilities, CheckReport, Deletions, Evidence, Probe, ShopConnection, StockDetail
from connectors.records import (
    CatalogMessage,
    Checkpoint,
    ConfirmMessage,
    EndOfCatalog,
    Issue,
    IssueCode,
    StockMessage,
    StockRecord,
    Withdrawn,
)
from connectors.woocommerce import checking, mapping, recognising, rest_mapping, store_api
from connectors.woocommerce.api import Api, comma, unreadable
from connectors.woocommerce.discovery import STORE, V3
from connectors.woocommerce.mapping import Json, Mapped, Shop
from connectors.woocommerce.paging import SIZES, Page, Position
from connectors.woocommerce.reading import Reader, Scope, catalogue, mapped, packs
from connectors.woocommerce.rest_prices import PriceKeeper
from connectors.woocommerce.rest_variations import RestVariations

OVERLAP: Final = timedelta(minutes=10)
"""A change is stored some seconds after its own date, and clocks differ."""
Params = dict[str, str | int]

CATEGORIES: Final = "/wc/v3/products/categories"
_BY_ID: Final[Params] = {"orderby": "id", "order": "asc"}


class RestSource:
    """REST v3 as a `reading.Source`: the whole catalogue, what changed since a cursor, or the stock lane."""

    def __init__(self, api: Api, *, since: datetime | None = None, stock_only: bool = False) -> None:
        self.scope: Scope = "full" if since is None else "changes"
        self.prices = PriceKeeper(api)
        self._api = api
        self._stock_only = stock_only
        self._fields = ",".join(rest_mapping.STOCK_FIELDS if stock_only else rest_mapping.PRODUCT_FIELDS)
        fields = rest_mapping.VARIATION_STOCK_FIELDS if stock_only else rest_mapping.VARIATION_FIELDS
        self._variations = RestVariations(api, fields)
        self._filter = _changed(since) if since else {"status": "publish"}

    @property
    def shop(self) -> Shop:
        return store_api.shop_of(self._api.connection, self._categories)

    def _categories(self) -> dict[int, tuple[str, ...]]:
        """The Store API's tree is free; v3's needs a right that a key for products alone lacks."""
        return store_api.category_tree(self._api, store_api.CATEGORIES) or store_api.category_tree(
            self._api, CATEGORIES, keyed=True
        )

    def page(self, page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        params: Params = {"per_page": size, "page": page, **_BY_ID, **self._filter}
        fields = "id" if ids_only else self._fields
        tries = None if last_size else 3
        return self._api.listing(V3, {**params, "_fields": fields}, keyed=True, tries=tries)

    def by_ids(self, ids: list[int]) -> list[Any]:
        """Whatever their state; trashed and deleted ones are not among them."""
        params: Params = {
            "include": comma(ids),
            "status": "any",
            "per_page": SIZES[0],
            **_BY_ID,
            "_fields": self._fields,
        }
        asked = set(ids)
        found = self._api.listing(V3, params, keyed=True).items
        return [item for item in found if mapping.identifier(item) in asked]

    def wanted(self, item: Any) -> list[int]:
        """No variations of products that are not shown: they would be read for nothing."""
        try:
            return rest_mapping.wanted_variations(item) if rest_mapping.public(item) else []
        except mapping.MALFORMED:
            return []

    def variations(self, pack: Mapping[int, int]) -> Mapping[int, Json]:
        found = self._variations.fetch(pack)
        self.prices.note(list(found.values()), variations=True)
        return found

    def prepare(self, items: list[Any]) -> None:
        self.prices.decide(items)
        self.prices.note([i for i in items if not self.wanted(i)], variations=False)

    def map(self, item: Json, variations: Mapping[int, Json]) -> Mapped:
        prices = self.prices.of((item["id"], *variations))
        if self._stock_only:
            return rest_mapping.stock(item, variations, prices)
        record, issues = rest_mapping.product(item, variations, self.shop, prices)
        if isinstance(record, Withdrawn) and rest_mapping.protected(item):
            issues = [Issue(code=IssueCode.PASSWORD_PROTECTED, source_id=record.source_id)]
        return record, issues

    def remarks(self) -> list[str]:
        found = [f"PHP notices before the JSON of {self._api.notices} answers"] if self._api.notices else []
        if self.prices.overlay:
            found.append("entered prices differ from the shown ones: the Store API's were taken")
        elif self.prices.unknown:
            found.append("entered prices may differ from the shown ones, and the Store API is closed: none published")
        return found

    def warnings(self) -> list[str]:
        """The same for the merchant, in French."""
        if self.prices.overlay:
            return ["Les prix sont saisis hors taxes : nous publions le prix TTC affiché sur la boutique."]
        if self.prices.unknown:
            return [
                "Les prix affichés (TTC) ne peuvent pas être vérifiés, car l'interface publique de la boutique "
                "(Store API) est fermée : aucun prix ne sera publié. Ouvrez-la, ou saisissez les prix TTC."
            ]
        return []


def _changed(since: datetime) -> dict[str, str]:
    """Naive GMT with `dates_are_gmt`: with an offset beside it WooCommerce is silently one offset late (measured).

    `dates_are_gmt` (5.4) is older than `modified_after` (5.8): a shop that ignores the one ignores the other, and then
    answers the whole list, which is dear but loses nothing."""
    naive = (since - OVERLAP).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return {"status": "any", "modified_after": naive.isoformat(), "dates_are_gmt": "true"}


class RestConnector:
    """WooCommerce with a key of the shop's owner."""

    name = "woocommerce-rest"
    platform = "WooCommerce"
    capabilities = Capabilities(
        needs_credentials=True,
        incremental=True,
        stock_lane=True,
        deletions=Deletions.BY_ABSENCE,
        stock=StockDetail.QUANTITY,
        confirms_by_id=True,
        requests_per_1000_products=20,
    )

    def detect(self, probe: Probe) -> Evidence | None:
        return recognising.rest(probe, self.name, self.platform)

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        def open_source() -> tuple[Api, RestSource]:
            api = Api.of(connection)
            return api, RestSource(api)

        return checking.check(self.name, self.platform, connection, open_source, sample)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """Everything that is public, or what changed since `cursor` (the start of the last complete run).

        A changed product that is no longer public comes as Withdrawn("hidden"); a trashed or deleted one never comes
        (measured): only a full read, or `read_products`, tells."""
        api = Api.of(connection)
        start = Position.load(checkpoint)
        since = positions.instant(start.since if start else cursor)
        if start is None:
            start = Position(started=positions.began(api.shop_clock()), since=since.isoformat() if since else "")
        yield from catalogue(Reader(RestSource(api, since=since), start).messages())

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        """By the Store API where it answers, else by light pages of v3.

        The Store API also gives products with a password, which `read_catalog` leaves out: an unknown id in the stock
        lane is to be asked for by `read_products`."""
        api = Api.of(connection)
        lane, _, position = (checkpoint or "").partition(":")
        if lane not in ("store", "v3"):
            lane, position = ("store" if _store_answers(api) else "v3"), ""
        if lane == "store":
            messages: Iterator[Any] = store_api.read_stock(api, position)
        else:
            messages = Reader(RestSource(api, stock_only=True), Position.load(position) or Position()).messages()
        for message in messages:
            if isinstance(message, Checkpoint):
                yield Checkpoint(position=f"{lane}:{message.position}")
            elif isinstance(message, StockRecord | Issue | EndOfCatalog):
                yield message

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """Records of the public ones; hidden: still there, but not shown; gone: trashed or deleted."""
        api = Api.of(connection)
        for pack in packs(int(i) for i in dict.fromkeys(ids) if i.isascii() and i.isdigit()):
            source = RestSource(api)
            absent = dict.fromkeys(pack)
            for item, record, issues in mapped(source, source.by_ids(pack)):
                absent.pop(item["id"], None)
                yield from issues
                if record is not None and not isinstance(record, StockRecord):
                    yield record
            for number in absent:
                yield Withdrawn(source_id=str(number), reason="gone")


def _store_answers(api: Api) -> bool:
    try:
        api.listing(STORE, {"per_page": 1, "_fields": "id"})
    except ConnectorError as error:
        if unreadable(error):
            return False
        raise
    return True
