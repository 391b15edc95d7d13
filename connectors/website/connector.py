"""Reads any shop that has pages: the spider's process visits them, `connectors.pages` reads them.

A full read visits every product page. A read of changes visits what is new, what the site's map says has changed, what
nothing leads to any more, and those whose turn has come (`memory`): the rest is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from connectors.crawl import SiteEnd, SitePage
from connectors.pages.record import product_id
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
    ConfirmMessage,
    StockMessage,
    Withdrawn,
)
from connectors.website import checking, recognising
from connectors.website.jobs import NO_PRODUCT, error_of, job, withdrawal
from connectors.website.memory import Pages
from connectors.website.poison import crawl
from connectors.website.process import SPIDERS, Spiders
from connectors.website.reading import PAGES, Run

_HASHED: Final = re.compile(r".{150}~[0-9a-f]{16}", re.S)
"""What `product_id` makes of an address that is too long for an id."""


def utc_now() -> datetime:
    return datetime.now(UTC)


class WebsiteConnector:
    """Any website, page by page."""

    name = "website"
    platform = recognising.UNKNOWN
    capabilities = Capabilities(
        needs_credentials=False,
        incremental=True,
        stock_lane=False,
        deletions=Deletions.BY_ABSENCE,
        stock=StockDetail.FLAG,
        confirms_by_id=True,
        requests_per_1000_products=1100,  # a page each, and the lists that lead to them
    )

    def __init__(self, spiders: Spiders = SPIDERS, clock: Callable[[], datetime] = utc_now) -> None:
        self._spiders = spiders
        self._clock = clock

    def detect(self, probe: Probe) -> Evidence | None:
        return recognising.website(probe, self.name)

    def check(self, connection: ShopConnection, *, sample: int = 20) -> CheckReport:
        return checking.website(self.name, self.platform, connection, self._spiders, sample)

    def read_catalog(
        self, connection: ShopConnection, cursor: str | None = None, checkpoint: str | None = None
    ) -> Iterator[CatalogMessage]:
        """The whole site, or with a cursor (the start of the last complete run) what changed since."""
        yield from Run(connection, self._spiders, self._clock, cursor, checkpoint).messages()

    def read_stock(self, connection: ShopConnection, checkpoint: str | None = None) -> Iterator[StockMessage]:
        """Nothing: a page tells the price and the stock with all the rest, or not at all."""
        yield from ()

    def read_products(self, connection: ShopConnection, ids: Sequence[str]) -> Iterator[ConfirmMessage]:
        """Visits each product's page. Gone: 404, 410 or another product's page; hidden: a page that shows none.

        Silent where the page did not answer, a firewall or JavaScript hides it, or its address is not known (an id
        that was too long for one, and is not remembered)."""
        yield from _confirmed(connection, self._spiders, ids, self._clock())


def _confirmed(
    connection: ShopConnection, spiders: Spiders, ids: Sequence[str], now: datetime
) -> Iterator[ConfirmMessage]:
    wanted = _addresses(connection, ids)
    if not wanted:
        return
    order = job(connection, visit=tuple(wanted))
    open_ids = set(wanted.values())
    with closing(crawl(connection, spiders, order, now)) as lines:  # type: ignore[type-var]
        for line in lines:
            if isinstance(line, SiteEnd) and line.error is not None:
                raise error_of(line)
            if isinstance(line, SitePage):
                yield from _answers(line, wanted.get(line.asked), open_ids)


def _answers(page: SitePage, asked: str | None, open_ids: set[str]) -> Iterator[ConfirmMessage]:
    """What a page says of the product that it was asked for, and of another one, asked for too, that it leads to."""
    shown = page.record.source_id if page.record is not None else None
    if shown is not None and shown in open_ids:
        open_ids.remove(shown)
        assert page.record is not None
        yield from page.issues
        yield page.record
    if asked is None or asked not in open_ids or shown == asked:
        return
    reason = "gone" if shown is not None else withdrawal(page, NO_PRODUCT)
    if shown is None and page.issues:
        yield from page.issues
    elif reason is not None:
        open_ids.remove(asked)
        yield Withdrawn(source_id=asked, reason=reason)


def _addresses(connection: ShopConnection, ids: Sequence[str]) -> dict[str, str]:
    """Address -> id, of the products whose address is known: by what is remembered, else the id itself tells it."""
    pages = Pages.load(connection.url, connection.memory.get(PAGES))
    remembered = {product_id(pages.absolute(page.url)): pages.absolute(page.asked) for page in pages}
    found: dict[str, str] = {}
    for source_id in dict.fromkeys(ids):
        url = remembered.get(source_id)
        if url is None and source_id.startswith("/") and not _HASHED.fullmatch(source_id):
            origin = urlsplit(connection.url)
            url = f"{origin.scheme}://{origin.netloc}{source_id}"
        if url is not None:
            found[url] = source_id
    return found
