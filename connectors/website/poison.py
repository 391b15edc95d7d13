"""Pages that kill the spider's process again and again, and are therefore left alone.

A hostile or broken page may crash a parser written in C, or keep it busy for good: no exception tells of that, and
every run would end there. After a first death under a site's job, the next one announces each page before it is read;
the page under which the process dies then is visited no more, for a month. An Issue tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.crawl import CrawlJob
from connectors.pages.record import product_id
from connectors.protocol import KEPT, ShopConnection
from connectors.records import Issue, IssueCode
from connectors.website.memory import Pages
from connectors.website.process import SiteLine, SpiderDied, Spiders

MEMORY: Final = KEPT + "poison"
"""Of the connection's memory, kept though the run failed: whether the process died last time, and the pages."""
LEFT_ALONE: Final = timedelta(days=30)
"""Then the page gets another chance: it, or we, may have been mended."""
MOST: Final = 100


def crawl(connection: ShopConnection, spiders: Spiders, order: CrawlJob, now: datetime) -> Iterator[SiteLine]:
    """`Spiders.crawl`, without the pages that killed its process; notes which one does. Raises what that raises."""
    died, pages = _load(connection)
    left_alone = tuple(url for url, (until, _) in pages.items() if until > now)
    order = order.model_copy(update={"careful": died, "skip": left_alone})
    try:
        yield from spiders.crawl(order, connection.session)
    except SpiderDied as death:
        if death.page:
            pages[death.page] = now + LEFT_ALONE, _source_id(connection, death.page)
        _save(connection, pages, now, died=True)
        raise


def issues(connection: ShopConnection, now: datetime) -> Iterator[Issue]:
    """One for each page that is left alone: what is stored of its product stays as it was."""
    for url, (until, source_id) in _load(connection)[1].items():
        if until > now:
            detail = f"{url} ended our reader twice; it is not visited before {until:%Y-%m-%d}"
            yield Issue(code=IssueCode.PAGE_UNREADABLE, source_id=source_id, rejected=True, detail=detail[-300:])


def survived(connection: ShopConnection, now: datetime) -> None:
    """A run came to its end: the next one need not be careful."""
    died, pages = _load(connection)
    if died:
        _save(connection, pages, now, died=False)


def _source_id(connection: ShopConnection, url: str) -> str:
    for name, text in connection.memory.items():
        known = Pages.load(connection.url, text) if name.endswith("pages") else None
        if known is not None and (page := known.get(url)) is not None:
            return product_id(known.absolute(page.url))
    return product_id(url)


_Known = dict[str, tuple[datetime, str]]
"""Address -> until when it is left alone, and the product that it showed."""


def _load(connection: ShopConnection) -> tuple[bool, _Known]:
    try:
        told: dict[str, Any] = json.loads(connection.memory.get(MEMORY, "{}"))
        pages = {url: (datetime.fromisoformat(until), str(told_id)) for url, until, told_id in told.get("pages", [])}
        return bool(told.get("died")), pages
    except (ValueError, TypeError, AttributeError):
        return False, {}


def _save(connection: ShopConnection, pages: _Known, now: datetime, *, died: bool) -> None:
    kept = sorted(((url, until, told) for url, (until, told) in pages.items() if until > now), key=lambda one: one[1])
    value = {"died": died, "pages": [(url, until.isoformat(), told) for url, until, told in kept[-MOST:]]}
    if died or kept:
        connection.memory[MEMORY] = json.dumps(value)
    else:
        connection.memory.pop(MEMORY, None)
