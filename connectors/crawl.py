"""What a connector and the spider's process say to each other: one JSON object a line, both ways.

The connector writes jobs (and cancellations) to the process's standard input; the process writes what it found to its
standard output and nothing else. Several jobs, one a shop, run in one process. Secrets never cross.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from connectors.records import Issue, ProductRecord


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KnownPage(_Line):
    """A product page of an earlier run."""

    url: str
    """As `SitePage.url` gave it."""
    asked: str = ""
    """`SitePage.asked`, where it is another: the address that the site's lists and sitemap show."""
    lastmod: str | None = None
    """As the sitemap gave it then."""
    due: bool = False
    """Its turn has come: it is visited whatever the sitemap says."""


class Budget(_Line):
    """Where a job ends with what it found."""

    pages: int = 50_000
    bytes: int = 4 * 1024**3
    """Decoded."""
    page_bytes: int = 8 * 1024**2
    """Of one page, decoded."""
    depth: int = 12
    """Clicks from the home page."""
    seconds: float = 2 * 3600.0
    request_seconds: float = 60.0
    """For one request, from its first packet to the last byte of its answer: a slow drip ends there."""


class CrawlJob(_Line):
    """Read one site."""

    type: Literal["job"] = "job"
    id: str
    url: str
    """The shop's base address: nothing outside its site is visited."""
    user_agent: str
    allow_hosts: str = ""
    """EMPLETTES_ALLOW_HOSTS, for the address policy."""
    delay: float = 0.5
    """Seconds between two requests, at least; the site's Crawl-delay and its own slowness may ask for more."""
    budget: Budget = Budget()
    discover: bool = True
    """False: visit `visit` and nothing else."""
    visit: tuple[str, ...] = ()
    """Pages to visit first, whatever they look like."""
    known: tuple[KnownPage, ...] = ()
    """Product pages that earlier runs met. Those that are neither due nor changed by the sitemap's `lastmod` are left
    alone; empty in a full read."""
    done: tuple[str, ...] = ()
    """Product pages that this run has delivered already, before it was cut."""
    learnt: str = ""
    """`SiteEnd.learnt` of an earlier run."""
    careful: bool = False
    """Tell of each page before it is read (`Beat.page`): the process died under this site's last job."""
    skip: tuple[str, ...] = ()
    """Pages that are not visited, whatever leads to them."""
    enough: int | None = None
    """Read so many products and only count the others (a look at an unknown site)."""


class Cancel(_Line):
    type: Literal["cancel"] = "cancel"
    id: str


class SitePage(_Line):
    """A page that shows a product, or one that was asked for and shows none (any more). A product that has several
    addresses comes once for each that was visited: all of them are to be known."""

    type: Literal["page"] = "page"
    job: str
    url: str
    """Canonical: what the product's id is made of. Where a visited page is gone, the address that was visited."""
    asked: str
    """The address that was visited."""
    status: int
    kind: str = ""
    """The page's kind (`connectors.pages.kind.PageKind`) where it was read: a firewall's page or one that needs
    JavaScript does not prove that the product is gone."""
    record: ProductRecord | None = None
    """None where the page shows no product, or one that cannot be published (`issues` say why)."""
    issues: tuple[Issue, ...] = ()
    lastmod: str | None = None
    fields: tuple[FieldSeen, ...] = ()
    """Only in a look (`enough`): where each value comes from."""


class FieldSeen(_Line):
    name: str
    value: str
    source: str
    confidence: float


class Skipped(_Line):
    """Pages that were not visited, and why: "robots.txt", "facet", "other site", "budget", ..."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()


class Beat(_Line):
    """Every few seconds of a job: the process is alive, and has sent so many requests for it so far."""

    type: Literal["beat"] = "beat"
    job: str
    requests: int = 0
    bytes: int = 0
    page: str = ""
    """In a careful job, the address of the page that is being read."""


class SiteEnd(_Line):
    """The last line of a job."""

    type: Literal["end"] = "end"
    job: str
    complete: bool
    """Every product page that the site shows the way to was visited (or left alone rightly, see `known`)."""
    error: str | None = None
    """The `code` of a ConnectorError where the site as a whole could not be read."""
    message: str = ""
    """French, beside `error`: what the merchant can do."""
    retry_after: float | None = None
    """Seconds, beside "shop_throttled" and "shop_in_maintenance", where the site gave them."""
    detail: str = ""
    """English: why the job is incomplete, or what failed."""
    product_pages: int = 0
    """Product pages known of, visited or not."""
    still: tuple[str, ...] = ()
    """Known pages that were left alone: the site still shows the way to them, unchanged."""
    requests: int = 0
    bytes: int = 0
    learnt: str = ""
    """What was learnt of the site's addresses, for the next run."""
    platform: str | None = None
    """By its signature, where one is known: "Wix"."""
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    """French, about the site."""


SitePage.model_rebuild()
Line = Annotated[SitePage | Beat | SiteEnd, Field(discriminator="type")]
Order = Annotated[CrawlJob | Cancel, Field(discriminator="type")]
LINE: TypeAdapter[SitePage | Beat | SiteEnd] = TypeAdapter(Line)
ORDER: TypeAdapter[CrawlJob | Cancel] = TypeAdapter(Order)
