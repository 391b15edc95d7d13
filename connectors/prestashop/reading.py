"""Joins the products of one run with their combinations and stock, maps them, and says honestly how it ended.

A full read walks three lists side by side, each in the order of product ids: memory is a page of each, whatever the
shop's size, and a shop of 2,000 products costs seven requests for stock and prices. Products asked for by id, and
those that changed since a cursor, bring theirs along by number instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from connectors import positions
from connectors.drafting import Json, Mapped
from connectors.errors import CatalogueMalformed
from connectors.prestashop import mapping
from connectors.prestashop.api import Api, Params
from connectors.prestashop.changes import Dates, changed_since, dated, window
from connectors.prestashop.house_rule import HouseRule
from connectors.prestashop.lookups import Lookups
from connectors.prestashop.mapping import Family, Shop, guarded, identifier, number
from connectors.prestashop.paging import Children, Lister, Pages, Position, Walk, children_of, either, packs
from connectors.prestashop.routes import Router
from connectors.records import Checkpoint, EndOfCatalog, Issue, ProductRecord, StockRecord, Withdrawn

Record = ProductRecord | StockRecord | Withdrawn
Message = Record | Issue | Checkpoint | EndOfCatalog

VIRTUAL_PRICES: Final[Params] = {
    "price[ttc][use_tax]": 1,
    "price[reg][use_tax]": 1,
    "price[reg][use_reduction]": 0,
}
"""Each must be named in `display` too: a virtual field that is not is silently absent (measured)."""
ACTIVE: Final[Params] = {"filter[active]": 1}
CATALOGUE_PAGE: Final = 250
STOCK_PAGE: Final = 750
"""Price fields alone: 0.9 s of a shop's time for a thousand (measured)."""
CHILDREN_PAGE: Final = 1000
QUANTITY_PAGE: Final = 2000
CONTRADICTIONS: Final = 3
"""Products that name a default combination, after which a shop without any combination is not believed."""


class Source:
    """One lane of one shop: which fields are read, and what they become."""

    def __init__(self, api: Api, *, stock_only: bool = False) -> None:
        self.api = api
        self.stock_only = stock_only
        self.house_rule = HouseRule(api)
        self.lookups = Lookups(api, self.house_rule.orders_when_empty)
        self.lister = self.lookups.lister
        self.priced = Lister(api, {"language": self.lookups.language, **VIRTUAL_PRICES})
        self.shop: Shop = self.lookups.shop
        self.router: Router | None = None
        if not stock_only:
            tree = self.lookups.categories()
            router = Router(api, self.shop, tree.slugs, tree.parents, languages=self.lookups.languages)
            self.shop = replace(self.shop, categories=tree.paths, image=self.lookups.image_size(), page=router.page)
            self.router = router

    @property
    def fields(self) -> Sequence[str]:
        return mapping.STOCK_FIELDS if self.stock_only else mapping.PRODUCT_FIELDS

    @property
    def combination_fields(self) -> Sequence[str]:
        return mapping.COMBINATION_STOCK_FIELDS if self.stock_only else mapping.COMBINATION_FIELDS

    def prepare(self, families: Sequence[Family], *, full: bool = False, first: bool = False) -> None:
        """Ask for what these products only name; learn how the shop writes addresses, and what it does at 0.

        `full`: a read of everything, which looks again at what was learnt; `first`: its first page."""
        if self.router is None:
            return
        self.lookups.learn(
            [family.item for family in families], [c for family in families for c in family.combinations]
        )
        self.router.learn([family.item for family in families], recheck=full and first)
        self.house_rule.learn(families, self.shop, again=full)
        if self.house_rule.orders_when_empty != self.shop.orders_when_empty:
            self.shop = replace(self.shop, orders_when_empty=self.house_rule.orders_when_empty)

    def map(self, family: Family) -> Mapped:
        make = mapping.stock if self.stock_only else mapping.product
        return guarded(lambda f: make(f, self.shop), family)

    def by_ids(self, ids: Sequence[int], *, patient: bool = True) -> list[Family]:
        """At most a pack of products, whatever their state, with their families."""
        items = self.priced.page("products", self.fields, {"filter[id]": either(ids)}, len(ids), patient)
        asked = set(ids)
        return self.families_of([item for item in items if identifier(item) in asked])

    def families_of(self, items: Sequence[Json]) -> list[Family]:
        """These products with their families, asked for by number."""
        ids = [i for item in items if (i := identifier(item)) is not None]
        if not ids:
            return [Family(item) for item in items]
        combinations = children_of(self.priced, "combinations", self.combination_fields, ids)
        if not any(combinations.values()) and any(_has_combinations(item) for item in items):
            self._prove_some("combinations")
        stock = children_of(self.lister, "stock_availables", mapping.QUANTITY_FIELDS, ids)
        if not any(stock.values()):
            self._prove_some("stock_availables")
        return [Family(item, combinations.get(identifier(item) or 0, ()), stock.get(identifier(item) or 0, ()))
                for item in items]  # fmt: skip

    def _prove_some(self, resource: str) -> None:
        """Raise where the shop lists none of these at all: published as it stands, every product would lose them."""
        if not self.lister.page(resource, ("id",), {}, 1):
            raise CatalogueMalformed(f"{resource} is empty, products is not")

    def remarks(self) -> list[str]:
        """English: what was odd about the answers, for `EndOfCatalog.detail`."""
        told = []
        if self.api.notices:
            told.append(f"PHP notices before the JSON of {self.api.notices} answers")
        if self.api.as_xml:
            told.append(f"{self.api.as_xml} answers could only be read as XML")
        if self.lookups.limited:
            told.append(f"the key may not read {', '.join(self.lookups.limited)}")
        return told


class Beside:
    """The families of a full walk: combinations and stock are read beside the products, in the same order."""

    def __init__(self, source: Source, after: int) -> None:
        self._combinations = Children(source.priced, "combinations", source.combination_fields, after, CHILDREN_PAGE)
        self._stock = Children(source.lister, "stock_availables", mapping.QUANTITY_FIELDS, after, QUANTITY_PAGE)
        self._whole = after == 0
        self._contradictions = 0

    def __call__(self, items: Sequence[Json]) -> list[Family]:
        families = [self._family(item) for item in items]
        if self._whole and families and self._stock.ended and not self._stock.found:
            raise CatalogueMalformed("stock_availables is empty, products is not")
        return families

    def _family(self, item: Json) -> Family:
        product = identifier(item)
        if product is None:
            return Family(item)
        family = Family(item, self._combinations.of(product), self._stock.of(product))
        if self._whole and self._combinations.ended and not self._combinations.found and _has_combinations(item):
            self._contradictions += 1
            if self._contradictions >= CONTRADICTIONS:
                raise CatalogueMalformed("combinations is empty, but products name default combinations")
        return family


def _has_combinations(item: Json) -> bool:
    try:
        return number(item.get("cache_default_attribute")) > 0
    except TypeError:
        return False


class Reader:
    """One piece of one run that reads everything."""

    def __init__(self, source: Source, start: Position, dates: Dates | None = None) -> None:
        """`dates`: takes down of which date each product was read."""
        self._source = source
        self._start = start
        self._dates = dates
        page = STOCK_PAGE if source.stock_only else CATALOGUE_PAGE
        self.walk = Walk(source.priced, source.fields, ACTIVE, start, page)
        self._beside = Beside(source, start.last_id)
        self._delivered = start.seen

    def messages(self) -> Iterator[Message]:
        """Everything, with a Checkpoint after each page, and the EndOfCatalog."""
        first = True
        for items in self.walk.pages():
            self._date(items)
            yield from deliver(self._source, self._beside(items), full=True, first=first)
            first = False
            self._delivered += len(items)
            last = max((i for item in items if (i := identifier(item)) is not None), default=0)
            del items
            if last:
                yield Checkpoint(position=self.walk.position(last, self._delivered).dump())
        yield from self._second_pass()
        if self._dates is not None:
            self._dates.save()
        yield EndOfCatalog(
            complete=True,
            scope="full",
            announced=self.walk.announced,
            seen=self.walk.distinct,
            cursor=self._start.started or None,
            detail="; ".join(self._source.remarks()),
        )

    def _second_pass(self) -> Iterator[Message]:
        """Ask for what the list of ids has and the walk did not see; nothing at all has to be proven."""
        missing = self.walk.missing()
        if not missing and not self.walk.distinct:
            prove_empty(self._source.lister)
        for pack in packs(missing):
            families = [f for f in self._source.by_ids(pack) if self.walk.saw(identifier(f.item) or 0)]
            yield from deliver(self._source, families, full=True)

    def _date(self, items: Sequence[Json]) -> None:
        if self._dates is not None:
            self._dates.met(items)
            for item in items:
                if (number_of := identifier(item)) is not None:
                    self._dates.read(number_of, item.get("date_upd"))


class ChangesReader:
    """One piece of one run that reads what changed since a cursor, and was not read as it is now."""

    def __init__(self, api: Api, start: Position, since: datetime) -> None:
        self._api = api
        self._start = start
        self._since = since
        self._dates = Dates(api.connection.memory, window(since))
        self._source: Source | None = None

    def messages(self) -> Iterator[Message]:
        """A product that is no longer public comes as Withdrawn; nothing but numbers and dates is asked for where
        nothing changed."""
        changed, seen = self._changed(), self._start.seen
        if not self._start.started:
            self._start = replace(self._start, started=positions.began(self._api.clock))
        left = [product for product in changed if product > self._start.last_id]
        pages = Pages(self._start.size, CATALOGUE_PAGE)
        while left:
            source = self._source = self._source or Source(self._api)
            families, asked = pages.fetch(partial(_by_ids, source, left))
            pack, left = left[:asked], left[asked:]
            yield from deliver(source, families)
            for product in pack:
                self._dates.read(product, changed[product])
            seen += len(families)
            position = replace(self._start, last_id=pack[-1], size=pages.size, seen=seen)
            yield Checkpoint(position=position.dump())
        self._dates.save()
        yield EndOfCatalog(
            complete=True,
            scope="changes",
            announced=len(changed),
            seen=seen,
            cursor=self._start.started or None,
            detail="; ".join(self._source.remarks() if self._source else ()),
        )

    def _changed(self) -> dict[int, Any]:
        """Number -> date, by number."""
        found: dict[int, Any] = {}
        for items in dated(Lister(self._api, {}), changed_since(self._since)):
            self._dates.met(items)
            found |= {i: item.get("date_upd") for item in items if (i := identifier(item)) is not None}
        return {i: found[i] for i in sorted(found) if not self._dates.is_read(i, found[i])}


def _by_ids(source: Source, ids: Sequence[int], size: int, patient: bool) -> list[Family]:
    return source.by_ids(ids[:size], patient=patient)


def deliver(
    source: Source, families: Sequence[Family], *, full: bool = False, first: bool = False
) -> Iterator[Record | Issue]:
    """What these become. In a full read, a product that is not public is simply absent: the ingest asks by id."""
    source.prepare(families, full=full, first=first)
    for family in families:
        record, issues = source.map(family)
        yield from issues
        if record is not None and not (full and isinstance(record, Withdrawn)):
            yield record


def prove_empty(lister: Lister) -> None:
    """Raise unless a shop that lists no active product really has none: "nothing here" is what broken shops say too."""
    if not lister.page("products", ("id",), {}, 1) and lister.page("stock_availables", ("id",), {}, 1):
        raise CatalogueMalformed("products is empty, stock_availables is not")


def read_ids(source: Source, ids: Sequence[int]) -> Iterator[tuple[int, Mapped]]:
    """Each of these products with what it became; gone where the shop does not know it any more."""
    for pack in packs(ids):
        families = source.by_ids(pack)
        if not families:
            prove_empty(source.lister)
        source.prepare(families)
        found = {identifier(family.item) or 0: family for family in families}
        for product in pack:
            if product in found:
                yield product, source.map(found[product])
            else:
                yield product, (Withdrawn(source_id=str(product), reason="gone"), [])
