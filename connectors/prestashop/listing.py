"""PrestaShop without a key: what its category pages show to every visitor.

The home category lists the whole shop as a rule: each other category is asked for one page, and read to its end only
once one of them has shown a product that was not seen. A few products' own pages are visited in each run, and what
they teach is kept (`visits`, `notes`); exact stock and the other combinations would cost the shop pages in every run,
and are not read.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from connectors import values
from connectors.drafting import Mapped
from connectors.errors import CatalogueMalformed
from connectors.idset import IdSet
from connectors.prestashop import checking, listing_mapping, recognising
from connectors.prestashop.door import PER_PAGE, Door, Listing, judge
from connectors.prestashop.listing_mapping import Front
from connectors.prestashop.notes import Notes
from connectors.prestashop.product_page import Taught, product_number
from connectors.prestashop.tiles import NO_TILE
from connectors.prestashop.visits import Visits
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

MOST_PAGES: Final = 3000
"""Of one category: three hundred thousand products."""
STEPS_BACK: Final = 3


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Position:
    """Where a run resumes. Rows come in the shop's own order, so what was seen is said id by id."""

    done: list[int] = field(default_factory=list)
    """Categories that are finished."""
    skipped: list[int] = field(default_factory=list)
    """Those of which only the first page was read, because it held nothing new."""
    current: int = 0
    page: int = 1
    """Of the current category: the next one to read."""
    strict: bool = False
    """True once a category other than the first showed a product that was not seen: then all are read whole."""
    announced: int = 0
    complete: bool = True
    nameless: int = 0
    visits: int = 0
    """Product pages that were asked for."""

    def dump(self, seen: IdSet) -> str:
        raw = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return orjson.dumps({"v": 1, **raw, "seen": packed(seen)}).decode()

    @classmethod
    def load(cls, text: str | None) -> tuple[Position, IdSet]:
        """A new run where there is none, or where it was written by another version."""
        try:
            raw = orjson.loads(text or "")
            if raw.pop("v") != 1:
                return cls(), IdSet()
            seen = unpacked(raw.pop("seen"))
            return cls(**raw), seen
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
            return cls(), IdSet()


def packed(ids: IdSet) -> str:
    """Ids as text, small where they are dense: their distances, compressed."""
    last, distances = 0, []
    for number in ids:
        distances.append(number - last)
        last = number
    return base64.b85encode(zlib.compress(orjson.dumps(distances), 9)).decode()


def unpacked(text: str) -> IdSet:
    ids, last = IdSet(), 0
    for distance in orjson.loads(zlib.decompress(base64.b85decode(text))):
        last += distance
        ids.add(last)
    return ids


class Shelf:
    """One category, page by page in the shop's own order. After `pages`, `complete` says whether all was seen."""

    def __init__(self, door: Door, url: str, start: int) -> None:
        """`start`: the page to begin with; those before it were read by an earlier piece of the run."""
        self._door, self._url, self._start = door, url, start
        self.total = 0
        self.next_page = start
        self.complete = True
        self._members = IdSet()
        self._nameless = 0

    @property
    def ended(self) -> bool:
        return (self.next_page - 1) * PER_PAGE >= self.total

    def pages(self) -> Iterator[Listing]:
        """Every page; all of them again where fewer products came than were announced (ties in the shop's order)."""
        yield from self._walk(self._start)
        if self._short_of(self.total - (self._start - 1) * PER_PAGE):
            yield from self._walk(1)
            self.complete = not self._short_of(self.total)

    def _short_of(self, expected: int) -> bool:
        return len(self._members) + self._nameless < expected

    def _walk(self, page: int) -> Iterator[Listing]:
        before: int | None = None
        for _ in range(MOST_PAGES):
            listing = self._door.listing(self._url, page)
            left = (before or 0) - listing.total
            self.total = before = listing.total
            if left > 0 and page > 1:  # products left the list: the rest moved up, onto pages that were read already
                page = max(1, page - min(STEPS_BACK, -(-left // PER_PAGE)))
                continue
            for item in listing.items:
                if (number := product_number(item)) is None:
                    self._nameless += 1
                else:
                    self._members.add(number)
            self.next_page = page = page + 1
            yield listing
            if self.ended or not listing.items:
                return
        raise CatalogueMalformed(f"a category that does not end after {MOST_PAGES} pages")


class Reader:
    """One piece of one run over the shop's categories."""

    def __init__(self, door: Door, checkpoint: str | None, now: Callable[[], datetime]) -> None:
        self._door = door
        self._at, self._seen = Position.load(checkpoint)
        self._visits = Visits(door, now, self._at.visits)
        self._first = next(iter(door.categories))
        self._front = Front(door.connection.url, door.currency)

    def messages(self) -> Iterator[CatalogMessage]:
        """Everything, with a Checkpoint after each page, and the EndOfCatalog."""
        at = self._at
        for number in self._left():
            yield from self._category(number, whole=at.strict or number == self._first)
        if at.strict:  # the first category is not the whole shop: what was taken for seen is read to its end
            for number in [n for n in at.skipped if n in self._door.categories]:
                at.skipped.remove(number)
                yield from self._category(number, whole=True)
        self._visits.learn()
        yield self._end()

    def _left(self) -> list[int]:
        """The categories left to read, the one that was interrupted first."""
        at = self._at
        left = [n for n in self._door.categories if n not in at.done and n not in at.skipped]
        return sorted(left, key=lambda n: n != at.current)

    def _category(self, number: int, *, whole: bool) -> Iterator[CatalogMessage]:
        at = self._at
        # resuming: one page back, since the list may have got shorter
        shelf = Shelf(self._door, self._door.categories[number], max(1, at.page - 1) if at.current == number else 1)
        at.current = number
        for listing in shelf.pages():
            new = yield from self._deliver(listing)
            if new and number != self._first:
                whole = at.strict = True
            if not whole and not shelf.ended:
                at.skipped.append(number)
                at.current, at.page = 0, 1
                return
            at.page, at.visits = shelf.next_page, self._visits.spent
            yield Checkpoint(position=at.dump(self._seen))
        at.complete = at.complete and shelf.complete
        at.announced = max(at.announced, shelf.total)
        at.done.append(number)
        at.current, at.page = 0, 1

    def _deliver(self, listing: Listing) -> Generator[CatalogMessage, None, bool]:
        """Yield what is new on a page; returns whether anything was."""
        new = False
        for item in listing.items:
            number = product_number(item)
            if number is None:
                self._at.nameless += 1
            elif not self._seen.add(number):
                continue
            else:
                new = True
            record, issues = self._mapped(item, listing)
            yield from issues
            if isinstance(record, ProductRecord):
                yield record
        return new

    def _mapped(self, item: Any, listing: Listing) -> Mapped:
        product = product_number(item)
        url = listing_mapping.address_of(item, self._front) if product else None
        if product is None or url is None:
            return listing_mapping.guarded(item, self._front)
        beside = self._visits.beside(product, item, listing.tiles.get(product, NO_TILE), url)
        return listing_mapping.guarded(item, self._front, beside)

    def _end(self) -> EndOfCatalog:
        at, seen = self._at, len(self._seen) + self._at.nameless
        details = []
        if not at.complete:
            details.append(f"{seen} products seen, a category announces more than it shows")
        if self._door.notices:
            details.append(f"PHP notices before the JSON of {self._door.notices} answers")
        return EndOfCatalog(
            complete=at.complete,
            scope="full",
            announced=max(at.announced, seen) if at.strict else at.announced,
            seen=seen,
            detail="; ".join(details),
        )


class ListingConnector:
    """PrestaShop without a key."""

    name = "prestashop-listing"
    platform = "PrestaShop"
    capabilities = Capabilities(
        needs_credentials=False,
        incremental=False,
        stock_lane=False,  # the same pages as the catalogue
        deletions=Deletions.BY_ABSENCE,
        stock=StockDetail.FLAG,
        confirms_by_id=True,
        requests_per_1000_products=45,
    )

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock

    def detect(self, probe: Probe) -> Evidence | None:
        return recognising.listing(probe, self.name, self.platform)

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        return checking.listing(self.name, self.platform, connection, sample)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """Always the whole catalogue: `cursor` is not used, and none is given."""
        yield from Reader(Door.of(connection), checkpoint, self._clock).messages()

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        """The catalogue, without its content."""
        for message in self.read_catalog(connection, None, checkpoint):
            if isinstance(message, ProductRecord):
                told = [offer.model_dump(include=set(OfferStock.model_fields)) for offer in message.offers]
                yield StockRecord(source_id=message.source_id, offers=tuple(OfferStock(**one) for one in told))
            elif not isinstance(message, Withdrawn):
                yield message

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """By each product's own page, two requests a product. Gone: PrestaShop does not know the number; hidden: it
        does, but shows no page, or not in its categories; nothing where the page does not tell."""
        door = Door.of(connection)
        front = Front(connection.url, door.currency)
        for number in dict.fromkeys(i for i in ids if i.isascii() and i.isdigit() and len(i) < 16 and int(i)):
            record, issues = _confirmed(door, int(number), front, Notes.of(connection).taught(int(number)))
            yield from issues
            if record is not None and not isinstance(record, StockRecord):
                yield record


def _confirmed(door: Door, product: int, front: Front, taught: Taught | None) -> Mapped:
    """Ask index.php for a product: 404 at once where it is deleted, 404 behind the redirect where it is switched off
    (measured)."""
    url = f"{front.url}index.php?controller=product&id_product={product}"
    if not door.gate.allows(url):
        return None, []
    answer = door.session.get(url, follow_redirects=False)
    if answer.status in (404, 410):
        return Withdrawn(source_id=str(product), reason="gone"), []
    if answer.status in (301, 302):
        location, _ = values.http_url(answer.headers.get("Location", ""), url)
        if location is None or not values.same_site(location, front.url) or not door.gate.allows(location):
            return None, []
        answer = door.session.get(location)
        if answer.status in (404, 410):
            return Withdrawn(source_id=str(product), reason="hidden"), []
    judge(answer)
    return listing_mapping.confirmed(answer.body, product, front, taught)
