"""A site as a table of pages, crawled by the frontier without a server: what it visits, finds and costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from connectors.crawl import CrawlJob
from connectors.pages.kind import PageKind
from connectors.pages.links import Hint, Link
from spiders.frontier import Frontier, Visit
from spiders.sitemaps import SitemapEntry

HOME = "https://shop.example/"


@dataclass(frozen=True, repr=False)
class Sheet:
    """One page of a simulated site."""

    kind: PageKind
    links: tuple[Link, ...] = ()
    canonical: str | None = None
    status: int = 200
    landed: str | None = None


class Site:
    """Pages by address; `more` makes those of a trap as they are asked for."""

    def __init__(
        self, pages: dict[str, Sheet] | None = None, more: Callable[[str], Sheet | None] | None = None
    ) -> None:
        self.pages = pages or {}
        self.sitemaps: list[tuple[str, list[SitemapEntry]]] = []
        self.more = more or (lambda url: None)

    def __repr__(self) -> str:
        return f"<a site of {len(self.pages)} pages, {len(self.products)} products, {len(self.sitemaps)} sitemaps>"

    def at(self, url: str) -> Sheet:
        return self.pages.get(url) or self.more(url) or Sheet(PageKind.OTHER, status=404)

    @property
    def products(self) -> set[str]:
        return {page.canonical or url for url, page in self.pages.items() if page.kind is PageKind.PRODUCT}

    def named(self, where: str, urls: Iterable[str], lastmod: str | None = None) -> None:
        self.sitemaps.append((HOME + where, [SitemapEntry(url, lastmod) for url in urls]))


@dataclass(repr=False)
class Crawl:
    """What a simulated crawl did."""

    frontier: Frontier
    visits: list[Visit] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    """Products sent, in order."""

    @property
    def urls(self) -> list[str]:
        return [visit.url for visit in self.visits]

    @property
    def why(self) -> Counter[str]:
        return Counter(visit.why for visit in self.visits)


def crawl(
    site: Site,
    *,
    whole: bool = True,
    robots_allows: Callable[[str], bool] = lambda url: True,
    at_most: int = 1_000_000,
    **job: object,
) -> Crawl:
    """Run a job to its end, one page at a time as the shell does."""
    order = CrawlJob.model_validate({"id": "1", "url": HOME, "user_agent": "test", **job})
    done = Crawl(Frontier(order, robots_allows))
    for where, entries in site.sitemaps:
        done.frontier.add_sitemap(entries, whole, where)
    while len(done.visits) < at_most and (visit := done.frontier.next()) is not None:
        done.visits.append(visit)
        page = site.at(visit.url)
        if page.status != 200:
            done.frontier.failed(visit.url, page.status)
            continue
        address = page.canonical or page.landed or visit.url
        product = address if page.kind is PageKind.PRODUCT else None
        new = done.frontier.read(
            visit.url, kind=page.kind, links=page.links, product_url=product, landed=page.landed, size=10_000
        )
        if product and new:
            done.found.append(product)
    return done


def to(hint: Hint, *urls: str) -> tuple[Link, ...]:
    return tuple(Link(url, hint) for url in urls)


# --- typical shapes


def chunks(urls: list[str], size: int) -> list[list[str]]:
    return [urls[at : at + size] for at in range(0, len(urls), size)]


def listing(site: Site, url: str, products: list[str], per_page: int, around: tuple[Link, ...] = ()) -> None:
    """A category with pagination: "?page=2" ... linked from one to the next."""
    pages = chunks(products, per_page) or [[]]
    for at, shown in enumerate(pages, 1):
        own = url if at == 1 else f"{url}?page={at}"
        following = to(Hint.NEXT, f"{url}?page={at + 1}") if at < len(pages) else ()
        site.pages[own] = Sheet(PageKind.LISTING, to(Hint.TILE, *shown) + following + around)


def furniture() -> tuple[Link, ...]:
    """What every page of a shop links to beside its products."""
    pages = ("contact", "cgv", "mentions-legales", "a-propos", "livraison", "panier", "mon-compte/", "wishlist")
    outside = ("https://www.facebook.example/shop", "https://shop.example.net/")
    return to(Hint.OTHER, *(HOME + page for page in pages), *outside)


def shop(
    products: int, categories: int = 8, per_page: int = 12, *, path: str = "produit/", folder: str = "categorie/"
) -> Site:
    """Home, categories with pagination, products that link to three others."""
    site = Site()
    urls = [f"{HOME}{path}objet-en-gres-{number}" for number in range(products)]
    names = [f"{HOME}{folder}rayon-{number}" for number in range(categories)]
    menu = to(Hint.CATEGORY, *names) + furniture()
    site.pages[HOME] = Sheet(PageKind.HOME, to(Hint.TILE, *urls[:6]) + menu)
    for number, name in enumerate(names):
        listing(site, name, urls[number::categories], per_page, menu)
    for number, url in enumerate(urls):
        related = [urls[(number * 7 + step) % products] for step in (1, 2, 3)]
        site.pages[url] = Sheet(PageKind.PRODUCT, to(Hint.TILE, *related) + menu)
    for page in ("contact", "cgv", "mentions-legales", "a-propos", "livraison"):
        site.pages[HOME + page] = Sheet(PageKind.OTHER, menu)
    return site
