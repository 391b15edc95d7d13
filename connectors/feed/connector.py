"""Reads a product feed by URL. One GET streams it from the first item to the last; a 304 is the whole run.

The feed may lie elsewhere than the shop (at a feed service): the connection's URL is the shop's site, and
`memory["feed"]` the feed. It was given by the merchant for being read, so robots.txt is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import orjson

from connectors.drafting import MALFORMED, malformed
from connectors.errors import (
    CatalogueMalformed,
    ConnectorError,
    ShopUnreachable,
)
from connectors.feed import checking, recognising
from connectors.feed.groups import MAX_VARIANTS, Groups
from connectors.feed.hashes import IdSet
from connectors.feed.items import ItemBroken
from connectors.feed.mapping import IdTooLong, Mapper, group_id, item_id
from connectors.feed.reader import Feed
from connectors.feed.shape import Fields, NotAFeed
from connectors.feed.source import RUBBISH, feed_url, judge
from connectors.http import Stream, redact_url
from connectors.inflate import BodyBroken, BodyTooLarge
from connectors.protocol import (
    PROOF,
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
    IssueCode,
    StockMessage,
)

_ETAG, _MODIFIED, _UNTIL, _READER = PROOF + "etag", PROOF + "modified", PROOF + "until", PROOF + "reader"
READER: Final = "1"
"""Raise it when the same feed is to be read otherwise: what was stored by an older reader is then read anew."""
TRIES: Final = 3
"""Of a feed that answers rubbish; one that breaks off is read once more."""
MAX_ITEMS: Final = 2_000_000
CHECKPOINT: Final = 200
GROUP_PREFIX: Final = "group:"
"""Ids of groups and of single items are two namespaces, and often the same texts."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class FeedConnector:
    """Google Merchant feeds: XML, TSV or CSV."""

    name = "product-feed"
    platform = "Flux produits"
    capabilities = Capabilities(
        needs_credentials=False,
        incremental=False,
        stock_lane=False,
        deletions=Deletions.BY_ABSENCE,
        stock=StockDetail.QUANTITY,
        confirms_by_id=False,
        requests_per_1000_products=1,
    )

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock

    def detect(self, probe: Probe) -> Evidence | None:
        return recognising.feed(probe, self.name, self.platform)

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        mapper = Mapper(connection.url, self._clock())
        return checking.check(self.name, self.platform, connection, mapper, sample)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """Always the whole feed: `cursor` is not used, and none is given.

        Single products come as they are met, groups of variants at the end. A resumed run asks for the feed again, and
        passes over what was delivered if the server proves that it is the same feed."""
        yield from _Run(connection, self._clock(), checkpoint).messages()

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        """Nothing: a feed has no lane that is cheaper than itself."""
        yield from ()

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """Nothing: a feed cannot be asked for single products."""
        yield from ()


class _Run:
    """One piece of one run."""

    def __init__(self, connection: ShopConnection, now: datetime, checkpoint: str | None) -> None:
        self._connection = connection
        self._url = feed_url(connection)
        self._now = now
        self._resumes = _Position.load(checkpoint)
        self._mapper = Mapper(connection.url, now)
        self._delivered = IdSet()
        """Products yielded or passed over, in all passes over the feed: each comes once."""
        self._items = 0
        self._begun = False

    def messages(self) -> Iterator[CatalogMessage]:
        """One pass, mostly. Rubbish is asked for again; so is, once, a feed that breaks off."""
        trouble: ConnectorError | None = None
        broke_off = False
        for _ in range(TRIES):
            feed: Feed | None = None
            end: EndOfCatalog | None = None
            try:
                with self._connection.session.stream(self._url, headers=self._conditions()) as stream:
                    if stream.status == 304:
                        end = EndOfCatalog(complete=True, scope="full", unchanged=True)
                    else:
                        judge(stream)
                        feed = Feed(stream, proves_its_end=stream.announces_its_end)
                        yield from self._pass(feed, _version(stream))
                        if feed.complete and self._begun:
                            self._remember(stream)
                            end = self._end(complete=True, detail=feed.detail)
                        trouble = self._malformed(feed.detail or "no product in the feed")
            except (NotAFeed, BodyTooLarge) as error:
                trouble = self._malformed(str(error))
            except (ShopUnreachable, BodyBroken) as error:
                trouble = error if isinstance(error, ShopUnreachable) else self._malformed(str(error))
                if feed is None:  # it never opened: the session has been patient already
                    break
            except CatalogueMalformed as error:
                if feed is None:
                    raise
                trouble = error
                break
            if end is not None:
                yield end
                return
            if self._begun and broke_off:
                break
            broke_off = self._begun
        if not self._begun and trouble is not None:
            raise trouble
        yield self._end(complete=False, detail=trouble.detail if trouble else "")

    def _malformed(self, what: str) -> CatalogueMalformed:
        return CatalogueMalformed(f"GET {redact_url(self._url)}: {what}", message=RUBBISH)

    def _end(self, *, complete: bool, detail: str) -> EndOfCatalog:
        return EndOfCatalog(complete=complete, scope="full", seen=len(self._delivered), detail=redact_url(detail)[:500])

    # -- one pass over the feed

    def _pass(self, feed: Feed, version: str) -> Iterator[CatalogMessage]:
        self._items = 0
        known = self._resumes if self._resumes.version == version else _Position()
        place = _Place(known.products, version)
        ids = IdSet()
        with Groups() as groups:
            for item in feed:
                self._items += 1
                if self._items > MAX_ITEMS:
                    feed.complete, feed.detail = False, f"more than {MAX_ITEMS} items"
                    return
                if isinstance(item, ItemBroken):
                    yield _broken(item, item.source_id)
                    continue
                try:
                    source_id = item_id(item)
                except IdTooLong as error:
                    yield _broken(error, None)
                    continue
                if not source_id:
                    yield _broken(ValueError("an item without id"), None)
                elif not ids.add(source_id):
                    yield Issue(code=IssueCode.DUPLICATE_ID, source_id=source_id, field="id")
                elif group := group_id(item):
                    self._begun = True
                    groups.add(group, item)
                else:
                    self._begun = True
                    yield from self._deliver(source_id, [item], place)
            if feed.complete:
                yield from self._grouped(groups, place)

    def _grouped(self, groups: Groups, place: _Place) -> Iterator[CatalogMessage]:
        split = ""
        for group, members in groups:
            if len(members) >= MAX_VARIANTS or group == split:  # a group that means nothing: products of their own
                split = group
                for member in members:
                    yield from self._deliver(item_id(member), [member], place)
            else:
                yield from self._deliver(GROUP_PREFIX + group[: 200 - len(GROUP_PREFIX)], members, place)

    def _deliver(self, source_id: str, items: Sequence[Fields], place: _Place) -> Iterator[CatalogMessage]:
        place.products += 1
        if not self._delivered.add(source_id) or place.products <= place.known:
            return
        try:
            record, issues = self._mapper.product(source_id, items)
        except MALFORMED as error:
            yield malformed(source_id, error)
            return
        yield from issues
        if record is not None:
            yield record
        if place.products % CHECKPOINT == 0:
            yield Checkpoint(position=_Position(place.products, place.version).dump())

    # -- proofs that nothing changed

    def _conditions(self) -> dict[str, str]:
        """The validators of the last complete run, while an unchanged feed means unchanged offers."""
        memory = self._connection.memory
        until = memory.get(_UNTIL, "")
        if self._resumes.products or memory.get(_READER) != READER or (until and self._now.isoformat() >= until):
            return {}
        given = {"If-None-Match": memory.get(_ETAG, ""), "If-Modified-Since": memory.get(_MODIFIED, "")}
        return {name: value for name, value in given.items() if value}

    def _remember(self, stream: Stream) -> None:
        memory = self._connection.memory
        for name in (_ETAG, _MODIFIED, _UNTIL, _READER):
            memory.pop(name, None)
        etag, modified = stream.headers.get("ETag", ""), _modified(stream)
        if not (etag or modified):
            return
        memory[_READER] = READER
        if etag:
            memory[_ETAG] = etag[:200]
        if modified:
            memory[_MODIFIED] = modified
        if self._mapper.changes_at is not None:
            memory[_UNTIL] = self._mapper.changes_at.isoformat()


class _Place:
    """Where a pass stands. `known`: so many products were delivered by an earlier piece of the run."""

    def __init__(self, known: int, version: str) -> None:
        self.known = known
        self.version = version
        self.products = 0


class _Position:
    """A checkpoint: so many products of this version of the feed. Without a version it is the feed's beginning."""

    def __init__(self, products: int = 0, version: str = "") -> None:
        self.products = products if version else 0
        self.version = version

    def dump(self) -> str:
        return orjson.dumps({"v": 1, "products": self.products, "version": self.version}).decode()

    @classmethod
    def load(cls, text: str | None) -> _Position:
        """The beginning where there is none, or it was written by another version."""
        try:
            raw = orjson.loads(text or "{}")
            if raw.get("v") == 1:
                return cls(int(raw["products"]), str(raw["version"]))
        except (ValueError, TypeError, AttributeError, KeyError):
            pass
        return cls()


def _version(stream: Stream) -> str:
    """What tells this version of the feed from another; "" where the server does not say."""
    return stream.headers.get("ETag", "") or _modified(stream)


def _modified(stream: Stream) -> str:
    """Last-Modified, where it is no guess: the same second may bring another version (RFC 9110, 8.8.2.2)."""
    raw = stream.headers.get("Last-Modified", "")
    try:
        aged = parsedate_to_datetime(stream.headers.get("Date", "")) - parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return raw[:100] if aged > timedelta(seconds=1) else ""


def _broken(what: Exception, source_id: str | None) -> Issue:
    return malformed(source_id[:200] if source_id else None, what)
