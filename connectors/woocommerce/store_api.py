"""The Store API: what a shop shows to every visitor, without a key.

Prices are the displayed ones, tax included, and stock is exact where it is counted. It has no GTIN, no "modified
since" for stock, and does not know password-protected products in old versions. It is never asked by id or slug:
WooCommerce up to 2026 answers drafts, private and trashed products there to anyone (woocommerce#63466). The list does
not leak; whether a product is gone is asked of WordPress itself (`/wp/v2/product`, published products only).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from connectors.errors import CatalogueMalformed, ConnectorError
from connectors.protocol import (
    Capabilities,
    CheckReport,
    Deletions,
    Evidence,
    Probe,
    ShopConnection,
    StockDetail,
)
from connectors.records import (
    CatalogMessage,
    Checkpoint,
    ConfirmMessage,
    EndOfCatalog,
    Issue,
    StockMessage,
    StockRecord,
    Withdrawn,
)
from connectors.woocommerce import checking, mapping, recognising, store_mapping
from connectors.woocommerce.api import Api, comma, unreadable
from connectors.woocommerce.discovery import STORE
from connectors.woocommerce.mapping import Json, Mapped, Shop
from connectors.woocommerce.paging import SIZES, Page, Position
from connectors.woocommerce.reading import Reader, Scope, catalogue, mapped, packs

Params = dict[str, str | int]

CATEGORIES: Final = "/wc/store/v1/products/categories"
MAX_VARIATION_PAGES: Final = 100
PRESENCE: Final = "/wp/v2/product"
_VISIBLE: Final[Params] = {"catalog_visibility": "visible"}
_BY_ID: Final[Params] = {"orderby": "id", "order": "asc"}


class StoreVariations:
    """Variations by lists of ids, by the cheapest way that the shop understands: `include`, else `parent`.

    Old versions ignore parameters that they do not know, and answer any hundred variations instead: ids that were not
    asked for give that away."""

    def __init__(self, api: Api, fields: Sequence[str]) -> None:
        self._api, self._fields = api, ",".join(fields)
        self._include = True

    def fetch(self, pack: Mapping[int, int]) -> dict[int, Json]:
        """{variation id: parent id} -> the public ones among them, by id."""
        if self._include:
            found = self._by_id(self._page({"include": comma(pack)}, 1))
            if found.keys() <= pack.keys():
                return found
            self._include = False
        parents = list(dict.fromkeys(pack.values()))
        families = [self._of(parents)]
        if families == [None]:
            families = [self._of([parent]) for parent in parents]
        if None in families:
            raise CatalogueMalformed("the Store API lists variations neither by id nor by parent")
        return {i: item for family in families if family for i, item in family.items() if i in pack}

    def _of(self, parents: list[int]) -> dict[int, Json] | None:
        """The families of these parents, on as many pages as they fill; None where the shop ignores `parent`."""
        found: dict[int, Json] = {}
        for number in range(1, MAX_VARIATION_PAGES + 1):
            page = self._page({"parent": comma(parents)}, number)
            items = self._by_id(page)
            if any(item.get("parent") not in parents for item in items.values()):
                return None
            found |= items
            if len(page.items) < SIZES[0]:
                break
        return found

    def _by_id(self, page: Page) -> dict[int, Json]:
        return {i: item for item in page.items if (i := mapping.identifier(item)) is not None}

    def _page(self, chosen: Mapping[str, str], number: int) -> Page:
        more: Params = {"page": number} if number > 1 else {}
        params: Params = {
            "type": "variation",
            **chosen,
            "per_page": SIZES[0],
            **_BY_ID,
            "_fields": self._fields,
            **more,
        }
        return self._api.listing(STORE, params)


class StoreSource:
    """The Store API as a `reading.Source`, for the catalogue or for the stock lane."""

    scope: Scope = "full"

    def __init__(self, api: Api, *, stock_only: bool = False) -> None:
        self._api = api
        self._stock_only = stock_only
        self._fields = ",".join(store_mapping.STOCK_FIELDS if stock_only else store_mapping.PRODUCT_FIELDS)
        variation_fields = store_mapping.STOCK_FIELDS if stock_only else store_mapping.VARIATION_FIELDS
        self._variations = StoreVariations(api, variation_fields)

    @property
    def shop(self) -> Shop:
        connection = self._api.connection
        return shop_of(connection, lambda: category_tree(self._api, CATEGORIES))

    def page(self, page: int, size: int, *, last_size: bool, ids_only: bool) -> Page:
        params: Params = {
            "per_page": size,
            "page": page,
            **_BY_ID,
            **_VISIBLE,
            "_fields": "id" if ids_only else self._fields,
        }
        return self._api.listing(STORE, params, tries=None if last_size else 3)

    def by_ids(self, ids: list[int]) -> list[Any]:
        params: Params = {"include": comma(ids), "per_page": SIZES[0], **_BY_ID, **_VISIBLE, "_fields": self._fields}
        asked = set(ids)
        return [item for item in self._api.listing(STORE, params).items if mapping.identifier(item) in asked]

    def wanted(self, item: Any) -> list[int]:
        return store_mapping.wanted_variations(item)

    def variations(self, pack: Mapping[int, int]) -> Mapping[int, Json]:
        return self._variations.fetch(pack)

    def prepare(self, items: list[Any]) -> None:
        pass

    def map(self, item: Json, variations: Mapping[int, Json]) -> Mapped:
        if self._stock_only:
            return store_mapping.stock(item, variations)
        return store_mapping.product(item, variations, self.shop)

    def remarks(self) -> list[str]:
        return [f"PHP notices before the JSON of {self._api.notices} answers"] if self._api.notices else []

    def warnings(self) -> list[str]:
        return []


def shop_of(connection: ShopConnection, tree: Callable[[], dict[int, tuple[str, ...]]]) -> Shop:
    """The shop with its category tree, which is asked for once in a connection's life."""
    kept: Shop | None = connection.kept.get("woocommerce.shop")
    if kept is None:
        kept = connection.kept["woocommerce.shop"] = Shop(connection.url, tree())
    return kept


def category_tree(api: Api, route: str, *, keyed: bool = False) -> dict[int, tuple[str, ...]]:
    """Category id -> path. A shop that does not give its tree still names each product's own categories."""
    terms: list[Any] = []
    try:
        for page_number in range(1, 51):
            params: Params = {"per_page": 100, "page": page_number, "_fields": "id,name,parent"}
            page = api.listing(route, params, keyed=keyed)
            terms += page.items
            if len(page.items) < 100 or len(terms) == page.total:
                break
    except ConnectorError as error:
        if not unreadable(error):
            raise
    return mapping.category_paths(terms)


def read_stock(api: Api, checkpoint: str | None) -> Iterator[StockMessage]:
    """Presence, shown prices and stock of every visible product. Both connectors use it: it needs no key."""
    for message in Reader(StoreSource(api, stock_only=True), Position.load(checkpoint) or Position()).messages():
        if isinstance(message, StockRecord | Issue | Checkpoint | EndOfCatalog):
            yield message


class StoreApiConnector:
    """WooCommerce without a key."""

    name = "woocommerce-store"
    platform = "WooCommerce"
    capabilities = Capabilities(
        needs_credentials=False,
        incremental=False,
        stock_lane=False,  # it would cost as many requests as the whole catalogue
        deletions=Deletions.BY_ABSENCE,
        stock=StockDetail.QUANTITY,
        confirms_by_id=True,
        requests_per_1000_products=20,
    )

    def detect(self, probe: Probe) -> Evidence | None:
        return recognising.store(probe, self.name, self.platform)

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        def open_source() -> tuple[Api, StoreSource]:
            api = Api.of(connection)
            return api, StoreSource(api)

        return checking.check(self.name, self.platform, connection, open_source, sample)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """Always the whole catalogue: `cursor` is not used, and none is given."""
        source = StoreSource(Api.of(connection))
        yield from catalogue(Reader(source, Position.load(checkpoint) or Position()).messages())

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        yield from read_stock(Api.of(connection), checkpoint)

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """Records of the visible ones. Of the others: hidden where WordPress still lists them as published, gone
        where it does not; nothing where WordPress does not let itself be asked."""
        api = Api.of(connection)
        source = StoreSource(api)
        for pack in packs(int(i) for i in dict.fromkeys(ids) if i.isascii() and i.isdigit()):
            yield from self._confirm(api, source, pack)

    def _confirm(self, api: Api, source: StoreSource, pack: list[int]) -> Iterator[ConfirmMessage]:
        absent = dict.fromkeys(pack)
        for item, record, issues in mapped(source, source.by_ids(pack)):
            absent.pop(item["id"], None)
            yield from issues
            if record is not None and not isinstance(record, StockRecord):
                yield record
            elif item.get("is_password_protected") is True:
                yield Withdrawn(source_id=str(item["id"]), reason="hidden")
        if not absent:
            return
        published = published_ids(api, list(absent))
        if published is not None:
            for number in absent:
                yield Withdrawn(source_id=str(number), reason="hidden" if number in published else "gone")


def published_ids(api: Api, ids: list[int]) -> set[int] | None:
    """Which of these are published, says WordPress's own public list; None where it is closed to visitors."""
    params: Params = {"include": comma(ids), "per_page": SIZES[0], "_fields": "id"}
    try:
        page = api.listing(PRESENCE, params)
    except ConnectorError as error:
        if unreadable(error):
            return None
        raise
    found = {i for item in page.items if (i := mapping.identifier(item)) is not None}
    return found if found <= set(ids) else None
