"""A crawl judged as a whole: of all pages of a site, which became products, at which price, and can they be had?

The five kinds of simple shops of the sample town, from JSON-LD to bare HTML: with categories in several pages,
articles, a cart, related products under each, sold-out ones, and some whose price is to be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.sites.fake import SiteShop
from aggregator.demo.sites.goods import AVAILABLE, Shown
from connectors.crawl import Budget, CrawlJob
from connectors.records import ProductRecord
from tests.support.spider import USER_AGENT, Crawled, SpiderProcess

SHOPS = {
    "json-ld": "lighting",
    "microdata": "games",
    "open-graph": "leather",
    "state": "weaving",
    "bare": "woodwork",
}
NEWEST = 12
"""Products on the home page."""
_STOCK_RIGHT = 0.98


@dataclass(frozen=True)
class Judged:
    """A site and what was found on it."""

    theme: str
    crawled: Crawled
    truth: dict[str, Shown]
    """By the page's address; only what its lists, its home page or its map show the way to."""
    found: dict[str, ProductRecord]


@pytest.fixture(scope="module", params=sorted(SHOPS))
def judged(request: pytest.FixtureRequest, spider: SpiderProcess) -> Judged:
    theme = request.param
    with SiteShop(generate_shop(SHOPS[theme]), theme=theme) as shop:
        job = CrawlJob(
            id=f"whole-{theme}-{shop.port}",
            url=shop.url + "/",
            user_agent=USER_AGENT,
            allow_hosts=f"{shop.host}:{shop.port}",
            delay=0.0,
            budget=Budget(seconds=60.0, request_seconds=10.0),
        )
        spider.start(job)
        crawled = spider.finish(job.id, timeout=90.0)
        shown = shop.fake.shown()
        mapped = bool(shop.fake.theme.sitemap)
        truth = {shop.fake.page_of(one.product): one for n, one in enumerate(shown) if mapped or one.path or n < NEWEST}
    found = {page.url: page.record for page in crawled.pages if page.record is not None}
    return Judged(theme, crawled, truth, found)


def test_every_product_is_found_and_nothing_else(judged: Judged) -> None:
    assert judged.crawled.end.complete
    assert len(judged.truth) > 70
    assert sorted(set(judged.truth) - set(judged.found)) == []
    assert sorted(set(judged.found) - set(judged.truth)) == []


def test_names_are_those_of_the_pages(judged: Judged) -> None:
    assert {url: one.title for url, one in judged.found.items()} == {
        url: shown.name for url, shown in judged.truth.items()
    }


def test_each_price_is_the_page_s(judged: Judged) -> None:
    """One a variant where the page tells them apart, else the one that is shown; none where it is to be asked for."""
    wrong = {}
    for url, shown in judged.truth.items():
        offers = judged.found[url].offers
        sold = shown.sold if len(offers) > 1 else shown.sold[:1]
        expected = sorted(round(float(one.price) * 100) if one.price else -1 for one in sold)
        got = sorted(-1 if offer.price_minor is None else offer.price_minor for offer in offers)
        if got != expected:
            wrong[url] = (expected, got)
    assert wrong == {}
    assert {offer.currency for one in judged.found.values() for offer in one.offers if offer.price_minor} == {"EUR"}


def test_no_crossed_out_price_is_invented(judged: Judged) -> None:
    """Some are left out: where markup gives one price that suffices, nobody looks for the old one."""
    reduced = {url for url, shown in judged.truth.items() if any(one.was for one in shown.sold)}
    found = {url for url, one in judged.found.items() if any(offer.list_price_minor for offer in one.offers)}
    assert found <= reduced
    assert len(reduced) > 3
    if judged.theme in ("state", "bare"):
        assert found == reduced


def test_stock_is_right_and_never_invented(judged: Judged) -> None:
    said = {**AVAILABLE, "onbackorder": "OutOfStock"} if judged.theme == "state" else AVAILABLE  # "inStock": false
    wrong = {}
    count = 0
    for url, shown in judged.truth.items():
        offers = judged.found[url].offers
        expected = sorted(said[one.stock] for one in shown.sold) if len(offers) > 1 else [said[shown.stock]]
        got = sorted(offer.availability.value if offer.availability else "?" for offer in offers)
        count += 1
        if got != expected:
            wrong[url] = (expected, got)
    assert len(wrong) <= (1 - _STOCK_RIGHT) * count, wrong


def test_variants_are_offers_where_the_page_tells_them_apart(judged: Judged) -> None:
    if judged.theme not in ("json-ld", "state"):
        assert all(len(one.offers) == 1 for one in judged.found.values())
        return
    assert {url: len(one.offers) for url, one in judged.found.items()} == {
        url: len(shown.sold) for url, shown in judged.truth.items()
    }
