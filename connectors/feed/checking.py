"""`check` for feeds: the first products as they will be read; the whole feed is counted where it is small."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Final

from connectors.checking import HTTP_ONLY, NOTICES, Progress, about, checked
from connectors.drafting import MALFORMED, malformed
from connectors.errors import CatalogueMalformed, ShopUnreachable
from connectors.feed.hashes import IdSet
from connectors.feed.items import ItemBroken
from connectors.feed.mapping import IdTooLong, Mapper, group_id, item_id
from connectors.feed.reader import Feed
from connectors.feed.shape import Fields, NotAFeed
from connectors.feed.source import RUBBISH, feed_url, judge
from connectors.http import Stream, redact_url
from connectors.inflate import BodyBroken, BodyTooLarge
from connectors.protocol import CheckReport, ShopConnection
from connectors.records import Issue

LOOK_AHEAD: Final = 500
"""Items read for a sample: variants of its products are mostly near each other."""
COUNT_SECONDS: Final = 6.0
COUNT_BYTES: Final = 64 * 1024 * 1024
"""A feed that is longer is not counted: `check` is a look, not a read."""

CUT: Final = (
    "Le flux s'arrête avant sa fin. Sa génération s'interrompt sans doute (mémoire ou temps du serveur) : tant qu'il "
    "n'est pas entier, aucune offre ne sera retirée, mais les produits du bout manqueront."
)
NO_STOCK: Final = "Le flux ne dit pas si les produits sont disponibles (« availability »)."
TALKS: Final = "text before"


def check(name: str, platform: str, connection: ShopConnection, mapper: Mapper, sample: int) -> CheckReport:
    def read(progress: Progress) -> None:
        url = feed_url(connection)
        with connection.session.stream(url, max_bytes=COUNT_BYTES * 16) as stream:
            progress.reachable = True
            judge(stream)
            progress.authorised = True
            try:
                _look(progress, Feed(stream), stream, mapper, min(max(sample, 1), 100))
            except (NotAFeed, BodyBroken, BodyTooLarge) as error:
                raise CatalogueMalformed(f"GET {redact_url(url)}: {error}", message=RUBBISH) from None
        if connection.url.startswith("http://"):
            progress.warnings.insert(0, HTTP_ONLY)

    return checked(name, platform, connection, read)


def _look(progress: Progress, feed: Feed, stream: Stream, mapper: Mapper, sample: int) -> None:
    ids = IdSet()
    products: dict[str, list[Fields]] = {}
    items = _items(feed, progress, ids, products)
    broke_off: Exception | None = None
    try:
        for _ in islice(items, LOOK_AHEAD):
            pass
    except (ShopUnreachable, BodyBroken) as error:
        broke_off = error
        if not products:
            raise
    said = any("availability" in item for members in products.values() for item in members)
    _map(progress, dict(islice(products.items(), sample)), mapper)
    products.clear()
    if broke_off is not None:
        raise CatalogueMalformed(str(broke_off), message=CUT)
    until = time.monotonic() + COUNT_SECONDS
    counted = int(stream.headers.get("Content-Length") or 0) <= COUNT_BYTES
    if counted:
        for _ in items:
            if time.monotonic() > until:
                counted = False
                break
    if counted:
        if not len(ids):
            raise NotAFeed("no product in the feed")
        if not feed.complete:
            raise CatalogueMalformed(feed.detail, message=CUT)
        progress.products = len(ids)
    if feed.detail.startswith(TALKS):
        progress.warnings.append(NOTICES)
    if not said:
        progress.warnings.append(NO_STOCK)
    progress.warnings += about(progress)


def _items(feed: Feed, progress: Progress, ids: IdSet, products: dict[str, list[Fields]]) -> Iterator[None]:
    """Each step reads one item; products are filled while somebody looks at them."""
    for number, item in enumerate(feed):
        looked_at = number < LOOK_AHEAD
        source_id: str | None = None
        try:
            if isinstance(item, ItemBroken):
                raise item
            source_id = item_id(item)
            if not source_id:
                raise ValueError("an item without id")
        except (ItemBroken, IdTooLong, ValueError) as error:
            if looked_at:
                progress.issues.append(malformed(getattr(error, "source_id", source_id), error))
        else:
            assert not isinstance(item, ItemBroken)
            group = group_id(item)
            key = f"group:{group}" if group else source_id
            ids.add(key)
            if looked_at:
                products.setdefault(key, []).append(item)
        yield


def _map(progress: Progress, products: dict[str, list[Fields]], mapper: Mapper) -> None:
    for source_id, members in products.items():
        progress.read += 1
        issues: list[Issue]
        try:
            record, issues = mapper.product(source_id, members)
        except MALFORMED as error:
            record, issues = None, [malformed(source_id, error)]
        progress.issues += issues
        if record is not None:
            progress.sample.append(record)
