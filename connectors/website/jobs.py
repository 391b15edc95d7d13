"""What a crawl is asked for on a session's terms, and what its lines mean to a connector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from connectors.crawl import Budget, CrawlJob, KnownPage, SiteEnd, SitePage
from connectors.errors import ALL_ERRORS, ConnectorError, ShopInMaintenance, ShopThrottled, ShopUnreachable
from connectors.http import redact_url
from connectors.pages.kind import PageKind
from connectors.protocol import ShopConnection

LEARNT: Final = "learnt"
"""Of the connection's memory: `SiteEnd.learnt`."""
MARGIN_SECONDS: Final = 5.0
"""Between the end of a job's time and the session's own."""
GONE: Final = frozenset({404, 410})
ELSEWHERE: Final[frozenset[str]] = frozenset({PageKind.LISTING, PageKind.HOME, PageKind.ARTICLE, PageKind.ACCOUNT})
"""A product's page that leads on to one of these says that the product is no longer sold. One that looks like one of
these itself may only look different today: whether it is still met is for the next full read to say."""
NO_PRODUCT: Final[frozenset[str]] = ELSEWHERE | {PageKind.OTHER}
"""What a page says where nothing leads to it any more."""
_BY_CODE: Final = {kind.code: kind for kind in ALL_ERRORS}


def job(
    connection: ShopConnection,
    *,
    known: Iterable[KnownPage] = (),
    done: Iterable[str] = (),
    visit: tuple[str, ...] = (),
    seconds: float | None = None,
    enough: int | None = None,
) -> CrawlJob:
    """A job on the session's terms; with `visit`, for these pages alone. Raises ShopUnreachable where time is over."""
    session = connection.session
    left = session.seconds_left
    if left <= 0:
        raise ShopUnreachable(f"no time left for {redact_url(connection.url)}")
    time_given = min(left - min(MARGIN_SECONDS, left / 10), Budget().seconds, seconds or Budget().seconds)
    return CrawlJob(
        id="",
        url=connection.url,
        user_agent=session.user_agent,
        allow_hosts=",".join(sorted(session.policy.allow_hosts)),
        delay=connection.crawl_delay,
        budget=Budget(seconds=time_given),
        discover=not visit,
        visit=visit,
        known=tuple(known),
        done=tuple(done),
        learnt=connection.memory.get(LEARNT, ""),
        enough=enough,
    )


def error_of(end: SiteEnd) -> ConnectorError:
    """What the spider's process reports, as the error that it names."""
    kind = _BY_CODE.get(end.error or "", ShopUnreachable)
    detail, message = redact_url(told(end)), end.message or None
    if issubclass(kind, ShopThrottled | ShopInMaintenance):
        return kind(detail, retry_after=end.retry_after, message=message)
    return kind(detail, message=message)


def withdrawal(page: SitePage, elsewhere: frozenset[str]) -> Literal["gone", "hidden"] | None:
    """What a page without a product says of the product that it showed; None where it proves nothing.

    `elsewhere`: the kinds of pages that prove it."""
    if page.status in GONE:
        return "gone"
    return "hidden" if 200 <= page.status < 300 and page.kind in elsewhere else None


def told(end: SiteEnd) -> str:
    """Why it is incomplete, and what was left out."""
    left_out = ", ".join(f"{one.count} {one.reason}" for one in end.skipped)
    return redact_url("; ".join(filter(None, [end.detail, left_out and f"not visited: {left_out}"])))[:500]
