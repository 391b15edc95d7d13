"""The simple sites of the sample town: what a visitor finds there, and what each kind tells a machine."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
import requests
from selectolax.lexbor import LexborHTMLParser

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.pricing import euros
from aggregator.demo.sites.fake import SiteShop
from aggregator.demo.sites.themes import THEMES

CATALOGUE = generate_shop("hardware", products=90)


@pytest.fixture(params=sorted(THEMES))
def shop(request: pytest.FixtureRequest) -> Iterator[SiteShop]:
    with SiteShop(CATALOGUE, theme=request.param) as running:
        yield running


def fetch(url: str) -> requests.Response:
    return requests.get(url, timeout=10)


def links(url: str) -> list[str]:
    answer = fetch(url)
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return []
    tree = LexborHTMLParser(answer.content.decode(answer.encoding or "utf-8"))
    return [urljoin(url, a.attributes["href"] or "").partition("#")[0] for a in tree.css("a[href]")]


def test_each_product_can_be_reached_by_clicks_from_the_home_page(shop: SiteShop) -> None:
    todo, met = [f"{shop.url}/"], set()
    while todo:
        url = todo.pop()
        if url in met or not url.startswith(shop.url):
            continue
        met.add(url)
        todo += links(url)
    shelved = {shop.fake.page_of(s.product) for s in shop.fake.shown() if s.path}
    assert shelved <= met
    assert len(shelved) > 70


def test_pages_say_name_price_and_stock_to_people_but_for_what_scripts_would_fill(shop: SiteShop) -> None:
    for shown in shop.fake.shown()[:20]:
        answer = fetch(shop.fake.page_of(shown.product))
        assert answer.status_code == 200
        page = answer.content.decode(shop.fake.theme.encoding)
        text = LexborHTMLParser(page).body.text()  # type: ignore[union-attr]
        assert shown.name in text
        if shop.fake.options.theme == "state":
            assert "€" not in text.partition("Vous aimerez aussi")[0].partition("panier")[0]
        elif shown.first.price and float(shown.first.price):
            assert f"{euros(shown.first.price)}\u00a0€" in text.replace(" €", "\u00a0€")


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_each_kind_says_its_data_in_one_place_only(theme: str) -> None:
    with SiteShop(CATALOGUE, theme=theme) as shop:
        shown = next(s for s in shop.fake.shown() if s.first.price and len(s.sold) == 1 and s.product.images)
        page = fetch(shop.fake.page_of(shown.product)).content.decode(shop.fake.theme.encoding)
    main = page.partition("Vous aimerez aussi")[0]
    marks = {
        "json-ld": "application/ld+json" in main,
        "microdata": "itemprop=" in main,
        "open-graph": "product:price:amount" in main,
        "state": "__NEXT_DATA__" in main,
    }
    assert [name for name, there in marks.items() if there] == ([theme] if theme != "bare" else [])
    if theme == "json-ld":
        block = re.search(r'ld\+json">(.*?)</script>', page)
        assert block
        product = json.loads(block[1])["@graph"][1]
        assert (product["name"], product["offers"]["price"]) == (shown.name, shown.first.price)


@pytest.mark.parametrize("theme", sorted(name for name, theme in THEMES.items() if theme.sitemap))
def test_sitemaps_name_every_public_product_with_its_last_change(theme: str) -> None:
    with SiteShop(CATALOGUE, theme=theme) as shop:
        robots = fetch(f"{shop.url}/robots.txt").text
        where = re.search(r"Sitemap: (\S+)", robots)
        assert where
        body = fetch(where[1]).content
        body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        if b"<sitemapindex" in body:
            body = fetch(re.findall(rb"<loc>(.*?)</loc>", body)[0].decode()).content
        listed = set(re.findall(r"<loc>(.*?)</loc>", body.decode()))
        assert listed == {shop.fake.page_of(s.product) for s in shop.fake.shown()}
        first = shop.fake.shown()[0].product
        before = re.findall(r"<lastmod>(.*?)</lastmod>", body.decode())
        shop.fake.set(first.id, {"price": "12.50"})
        again = fetch(f"{shop.url}{'/sitemap-produits.xml'}").content
        assert re.findall(rb"<lastmod>(.*?)</lastmod>", again)[0].decode() != before[0]


def test_a_bare_site_has_neither_robots_nor_sitemap_and_says_its_own_encoding() -> None:
    with SiteShop(CATALOGUE, theme="bare") as shop:
        assert fetch(f"{shop.url}/robots.txt").status_code == 404
        assert fetch(f"{shop.url}/sitemap.xml").status_code == 404
        answer = fetch(f"{shop.url}/")
        assert answer.headers["Content-Type"] == "text/html; charset=windows-1252"
        assert b"\x92" in answer.content or b"\xe9" in answer.content  # no UTF-8


def test_what_the_merchant_changes_or_removes_shows_at_once(shop: SiteShop) -> None:
    shown = next(s for s in shop.fake.shown() if len(s.sold) == 1 and s.first.price)
    url = shop.fake.page_of(shown.product)
    shop.fake.set(shown.product.id, {"price": "77.70"})
    assert "77" in fetch(url).text
    shop.fake.delete(shown.product.id)
    assert fetch(url).status_code == 404
    assert fetch(f"{shop.url}/no/such/page").status_code == 404


def test_faults_and_the_log_work_as_in_any_fake(shop: SiteShop) -> None:
    shop.fake.fault("500", times=1)
    assert fetch(f"{shop.url}/").status_code == 500
    assert fetch(f"{shop.url}/").status_code == 200
    assert [seen.status for seen in shop.fake.requests] == [500, 200]
