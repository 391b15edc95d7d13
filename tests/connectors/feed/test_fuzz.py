"""A thousand damaged feeds: a run ends in records and Issues, or in one of the errors of the closed list."""

from __future__ import annotations

import gzip
import random
from typing import get_args

import pytest

from aggregator.ingest.sync import sync_shop
from aggregator.settings import Settings
from aggregator.store import open_store, shops
from connectors import registry
from connectors.errors import ConnectorError
from connectors.records import EndOfCatalog, ProductRecord
from tests.support.feed_shop import FeedServer, Shape, connect, small_feed, write

SHAPES: tuple[Shape, ...] = get_args(Shape)
SCRAPS = (
    b"<", b">", b"&", b"<item>", b"</item>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b'"', b"\t", b"\r", b"\n", b"\0",
    b"\xff", b"</channel></rss>", b"<g:id>", b"</g:price>", b"&nbsp;", b"&#xD800;", b"<html>", b";", b"EUR", b"9" * 300,
    b"\xef\xbb\xbf",
)  # fmt: skip


def damaged(seed: int) -> bytes:
    """One feed with a few to a few dozen mutations: bytes changed, cut, doubled, moved; scraps of markup strewn in."""
    chance = random.Random(seed)
    encoding = chance.choice(["utf-8", "utf-8", "cp1252", "utf-16"])
    data = bytearray(write(small_feed(12), SHAPES[seed % len(SHAPES)], encoding))
    for _ in range(chance.choice([1, 3, 10, 40])):
        at, length = chance.randrange(len(data)), chance.choice([1, 1, 5, 60, 800])
        kind = chance.randrange(5)
        if kind == 0:
            data[at : at + length] = chance.randbytes(length)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[chance.randrange(len(data)) :][:length]
        else:
            data[at:at] = chance.choice(SCRAPS)
        data = data or bytearray(b"\0")
    packed = gzip.compress(bytes(data), 1, mtime=0) if chance.random() < 0.15 else bytes(data)
    return packed[: chance.randrange(1, len(packed))] if chance.random() < 0.1 else packed


@pytest.mark.parametrize("part", range(4))
def test_a_thousand_damaged_feeds(part: int) -> None:
    connector = registry.get("product-feed")
    ended = failed = 0
    with FeedServer([], raw=b"") as server:
        for seed in range(part * 250, part * 250 + 250):
            server.raw = damaged(seed)
            with connect(server, {}) as connection:
                try:
                    messages = list(connector.read_catalog(connection))
                except ConnectorError:
                    failed += 1
                    continue
            ended += 1
            assert [n for n, m in enumerate(messages) if isinstance(m, EndOfCatalog)] == [len(messages) - 1], seed
            ids = [m.source_id for m in messages if isinstance(m, ProductRecord)]
            assert len(set(ids)) == len(ids), seed
            offers = [o.source_id for m in messages if isinstance(m, ProductRecord) for o in m.offers]
            assert len(set(offers)) == len(offers), seed
    assert ended > 150
    assert ended + failed == 250


def test_whole_runs_over_damaged_feeds_store_what_can_be_stored(sqlite_settings: Settings) -> None:
    outcomes: dict[str, int] = {}
    with FeedServer([], raw=b"") as server:
        settings = sqlite_settings.model_copy(update={"allow_hosts": f"127.0.0.1:{server.port}"})
        with open_store(settings) as store:
            with store.write() as connection:
                from aggregator.ingest.sync import utc_now

                shop_id = shops.add(
                    connection, url=server.site, name="x", connector="product-feed", platform="Flux",
                    status="approved", memory={"feed": server.url}, now=utc_now(),
                )  # fmt: skip
            for seed in range(5000, 5060):
                server.raw = damaged(seed)
                report = sync_shop(store, settings, shop_id)
                assert report.error is None or report.error.code != "internal_error", (seed, report.error)
                outcomes[report.outcome] = outcomes.get(report.outcome, 0) + 1
    assert outcomes["complete"] + outcomes.get("held", 0) > 10
