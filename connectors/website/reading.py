"""One run over a site: its pages as records, a checkpoint now and then, and what is remembered at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from connectors import positions
from connectors.crawl import CrawlJob, SiteEnd, SitePage
from connectors.errors import CatalogueMalformed, ShopUnreachable
from connectors.http import Cancelled, redact_url
from connectors.pages.record import product_id
from connectors.protocol import PROOF, ShopConnection
from connectors.records import CatalogMessage, Checkpoint, EndOfCatalog, Withdrawn
from connectors.website import poison
from connectors.website.jobs import ELSEWHERE, LEARNT, MARGIN_SECONDS, NO_PRODUCT, error_of, job, told, withdrawal
from connectors.website.memory import Pages, Remembered, packed, unpacked
from connectors.website.process import Spiders

PAGES: Final = PROOF + "pages"
"""Of the connection's memory: `Pages`."""
CHECKPOINT: Final = 100
"""Products between two checkpoints ..."""
CHECKPOINT_SECONDS: Final = 10.0
"""... or so long."""
MOST_UNLINKED: Final = 500
"""Pages that nothing leads to any more, visited in one run."""
WITNESSES: Final = 3
AGAIN_SECONDS: Final = 1.0
SLACK_SECONDS: Final = 1.0
"""The spider may look at its clock a little before we look at ours."""
_NOTHING: Final = (
    "Aucune page de produit n'a été trouvée sur le site cette fois-ci. Vos offres restent affichées ; vérifiez que le "
    "site s'ouvre normalement dans un navigateur."
)


@dataclass(frozen=True, slots=True)
class _Position:
    """A checkpoint: when the run began, and the pages that it has delivered, as `packed` texts."""

    started: str
    delivered: str = ""

    def pages(self) -> Iterator[tuple[str, str, str | None]]:
        """(the page's own address, where it was found, lastmod), relative to the shop."""
        for chunk in self.delivered.split():
            for line in unpacked(chunk):
                url, asked, lastmod = line.split("\t")
                yield url, asked or url, lastmod or None

    def usable(self) -> bool:
        try:
            datetime.fromisoformat(self.started).astimezone(UTC)
            return all(url for url, _, _ in self.pages())
        except ValueError:
            return False


class Run:
    """One piece of one run."""

    def __init__(
        self,
        connection: ShopConnection,
        spiders: Spiders,
        clock: Callable[[], datetime],
        cursor: str | None,
        checkpoint: str | None,
    ) -> None:
        self._connection, self._spiders, self._clock = connection, spiders, clock
        found = positions.load(_Position, checkpoint, _Position.usable)
        self._resumed = found or _Position(clock().isoformat())
        self._started = datetime.fromisoformat(self._resumed.started)
        self._since = _instant(cursor)
        self._pages = Pages.load(connection.url, connection.memory.get(PAGES) if self._since else None)
        self._known = self._pages.known(self._started, self._started - self._since) if self._since else ()
        self._met: set[int] = set()
        """Products and pages that were delivered, or told to be gone, by their hashes."""
        self._chunks = self._resumed.delivered.split()
        self._lines: list[str] = []
        self._seen = self._fresh = 0
        self._proof: frozenset[str] = ELSEWHERE
        self._left: dict[str, tuple[Remembered, Literal["gone", "hidden"]]] = {}
        """Known pages that show no product any more."""
        self._saved_at = time.monotonic()
        for url, asked, lastmod in self._resumed.pages():
            self._remember(url, asked, lastmod, self._started)
            self._seen += 1

    def messages(self) -> Iterator[CatalogMessage]:
        yield from poison.issues(self._connection, self._started)
        end = yield from self._crawl(self._order())
        if end.error is None and not self._found(end) and self._patient():
            # a home page that was unwell for a moment looks like an empty site
            end = yield from self._crawl(self._order())
        if end.error is not None:
            raise error_of(end)
        if not self._found(end):
            if time.monotonic() >= self._ends:
                raise ShopUnreachable(f"{redact_url(self._connection.url)}: {told(end)}")
            raise CatalogueMalformed(f"no product page found; {told(end)}", message=_NOTHING)
        if end.learnt:
            self._connection.memory[LEARNT] = end.learnt
        if self._since and end.complete:
            yield from self._unlinked(end)
            yield from self._withdrawn()
        if end.complete:
            self._connection.memory[PAGES] = self._pages.dump()
            poison.survived(self._connection, self._started)
        resumes = not end.complete and bool(self._fresh) and time.monotonic() >= self._ends - SLACK_SECONDS
        if resumes:
            yield self._checkpoint()
        yield EndOfCatalog(
            complete=end.complete,
            scope="changes" if self._since else "full",
            announced=end.product_pages or None,
            seen=self._seen,
            cursor=self._started.isoformat(),
            resumes=resumes,
            detail=told(end),
        )

    def _found(self, end: SiteEnd) -> bool:
        return bool(self._seen or end.product_pages)

    def _patient(self) -> bool:
        """Wait a moment; False where there is no time for that."""
        session = self._connection.session
        if session.seconds_left < 2 * AGAIN_SECONDS + MARGIN_SECONDS:
            return False
        time.sleep(AGAIN_SECONDS)
        if session.cancelled:
            raise Cancelled
        return True

    def _order(self) -> CrawlJob:
        done = [self._pages.absolute(address) for url, asked, _ in self._resumed.pages() for address in (url, asked)]
        return job(self._connection, known=self._known, done=dict.fromkeys(done))

    # -- one job

    def _crawl(self, order: CrawlJob) -> Generator[CatalogMessage, None, SiteEnd]:
        self._ends = time.monotonic() + order.budget.seconds
        with closing(poison.crawl(self._connection, self._spiders, order, self._clock())) as lines:  # type: ignore[type-var]
            for line in lines:
                if isinstance(line, SiteEnd):
                    return line
                if isinstance(line, SitePage):
                    yield from self._page(line)
                if len(self._lines) >= CHECKPOINT or time.monotonic() - self._saved_at >= CHECKPOINT_SECONDS:
                    yield self._checkpoint()
        raise AssertionError("a job ended without SiteEnd")

    def _page(self, page: SitePage) -> Iterator[CatalogMessage]:
        if page.record is None:
            if page.issues:  # a product, but not one that can be published
                self._keep(page)
                yield from page.issues
            else:
                self._without_product(page)
            return
        new = hash(page.record.source_id) not in self._met
        self._keep(page)
        if new:
            self._seen += 1
            self._fresh += 1
            self._lines.append(self._line(page))
            yield from page.issues
            yield page.record

    def _without_product(self, page: SitePage) -> None:
        known = self._pages.get(page.asked)
        if known is None or known.asked != known.url == self._pages.relative(page.asked):
            return  # an address that only the page itself gives may never have worked
        stayed = self._pages.relative(page.url) == known.url
        reason = withdrawal(page, self._proof if self._proof is NO_PRODUCT or not stayed else frozenset())
        if reason is not None:
            self._left[known.url] = known, reason

    def _keep(self, page: SitePage) -> None:
        if page.record is not None:
            self._met.add(hash(page.record.source_id))
        self._remember(page.url, page.asked, page.lastmod, self._clock())

    def _remember(self, url: str, asked: str, lastmod: str | None, at: datetime) -> None:
        remembered = self._pages.visited(url, asked, lastmod, at)
        self._met |= {hash(remembered.url), hash(product_id(self._pages.absolute(remembered.url)))}

    def _line(self, page: SitePage) -> str:
        url, asked = self._pages.relative(page.url), self._pages.relative(page.asked)
        return "\t".join([url, "" if url == asked else asked, " ".join((page.lastmod or "").split())])

    def _checkpoint(self) -> Checkpoint:
        if self._lines:
            self._chunks.append(packed(sorted(self._lines)))
            self._lines.clear()
        self._saved_at = time.monotonic()
        return Checkpoint(position=positions.dump(_Position(self._resumed.started, " ".join(self._chunks))))

    # -- what nothing leads to any more

    def _unlinked(self, end: SiteEnd) -> Iterator[CatalogMessage]:
        """Visit the known pages that the site shows no way to any more; what still shows its product is kept."""
        still = {self._pages.relative(url) for url in end.still}
        lost: list[Remembered] = []
        for page in list(self._pages):
            if page.url in still:
                self._pages.linked(page.url, linked=True)
            elif hash(page.url) not in self._met and page.url not in self._left and not page.unlinked:
                lost.append(page)
        lost = lost[:MOST_UNLINKED]
        if not lost or self._connection.session.seconds_left < MARGIN_SECONDS:
            return
        self._proof = NO_PRODUCT
        visit = tuple(self._pages.absolute(page.asked) for page in lost)
        yield from self._crawl(job(self._connection, visit=visit))  # what it cannot tell, the next run asks again
        for page in lost:
            if hash(page.url) in self._met:
                self._pages.linked(page.url, linked=False)

    def _withdrawn(self) -> Iterator[CatalogMessage]:
        """What left, in a run that has seen a product page alive: a site that lost its rewriting rules shows its home
        page, and 404 for every product. Without that, slice by slice, the guard would see no mass leave."""
        if not self._left or not (self._fresh or self._witness()):
            return
        for known, reason in self._left.values():
            self._pages.gone(known)
            source_id = product_id(self._pages.absolute(known.url))
            if hash(source_id) not in self._met:
                yield Withdrawn(source_id=source_id, reason=reason)

    def _witness(self) -> bool:
        """Whether one of the pages that were seen last still shows its product."""
        others = [page for page in self._pages if page.url not in self._left]
        latest = sorted(others, key=lambda page: (-page.visited, page.url))[:WITNESSES]
        if not latest or self._connection.session.seconds_left < MARGIN_SECONDS:
            return False
        order = job(self._connection, visit=tuple(self._pages.absolute(page.asked) for page in latest))
        with closing(poison.crawl(self._connection, self._spiders, order, self._clock())) as lines:  # type: ignore[type-var]
            return any(isinstance(line, SitePage) and line.record is not None for line in lines)


def _instant(cursor: str | None) -> datetime | None:
    """None, and so a full read, for a cursor that is none of ours."""
    try:
        return datetime.fromisoformat(cursor).astimezone(UTC) if cursor else None
    except ValueError:
        return None
