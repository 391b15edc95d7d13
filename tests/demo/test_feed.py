"""The fake feed shop: what its feed tells of the catalogue, and how it is fetched."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.feed import FeedShop

G = "{http://base.google.com/ns/1.0}"
CATALOGUE = generate_shop("hardware", products=90)


@pytest.fixture
def shop() -> Iterator[FeedShop]:
    with FeedShop(CATALOGUE) as running:
        yield running


def items(body: bytes) -> list[dict[str, Any]]:
    root = ElementTree.fromstring(body)
    return [{tag.tag.removeprefix(G): tag.text for tag in item} for item in root.findall("channel/item")]


def test_the_feed_tells_what_is_public_and_has_a_price(shop: FeedShop, session: requests.Session) -> None:
    listed = items(session.get(shop.feed_url).content)
    offered = shop.fake.offered()
    assert [i["id"] for i in listed] == [p.sku or str(p.id) for p in offered]
    assert len({i["id"] for i in listed}) == len(listed) > 60
    for item, product in zip(listed, offered, strict=True):
        assert item["price"] == f"{float(product.regular_price):.2f} EUR"
        assert ("sale_price" in item) == bool(product.sale_price)
        assert item["availability"] in ("in_stock", "out_of_stock", "backorder")
        assert item.get("gtin", "") == product.global_unique_id
        assert ("item_group_id" in item) == bool(product.parent)
        assert "<" not in (item["description"] or "")
    assert not [p for p in offered if p.status != "publish" or p.post_password]


def test_links_and_photos_of_the_feed_answer(shop: FeedShop, session: requests.Session) -> None:
    for item in items(session.get(shop.feed_url).content)[:5]:
        page = session.get(item["link"])
        assert page.status_code == 200
        assert "ld+json" not in page.text
        if "image_link" in item:
            assert session.get(item["image_link"]).headers["Content-Type"] == "image/jpeg"
    assert session.get(f"{shop.url}/articles/rien.html").status_code == 404
    assert "Disallow" in session.get(f"{shop.url}/robots.txt").text


def test_an_unchanged_feed_costs_a_304_and_a_change_makes_a_new_one(shop: FeedShop, session: requests.Session) -> None:
    first = session.get(shop.feed_url)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'W/{tag}, "x"'}, {"If-Modified-Since": modified}):
        again = session.get(shop.feed_url, headers=headers)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    changed = shop.fake.offered()[0]
    shop.fake.set(changed.id, {"price": "77.70"})
    new = session.get(shop.feed_url, headers={"If-None-Match": tag, "If-Modified-Since": modified})
    assert new.status_code == 200
    assert items(new.content)[0]["price"] == "77.70 EUR"
    assert session.get(shop.feed_url, headers={"If-Modified-Since": "hier"}).status_code == 200


def test_a_gzip_file_without_validators(session: requests.Session) -> None:
    with FeedShop(CATALOGUE, packed=True, validators=False, path="/export.xml.gz", per_variation=False) as shop:
        answer = session.get(shop.feed_url)
        assert answer.headers["Content-Type"] == "application/gzip"
        assert "ETag" not in answer.headers
        listed = items(gzip.decompress(answer.content))
        assert not any("item_group_id" in item for item in listed)
        assert len(listed) == len({item["id"] for item in listed})


def test_a_feed_that_stops_half_way(shop: FeedShop, session: requests.Session) -> None:
    whole = session.get(shop.feed_url).content
    shop.fake.fault("truncated", match="flux")
    cut = session.get(shop.feed_url).content
    assert whole.startswith(cut)
    assert len(cut) < len(whole)
    shop.fake.fault("500")
    assert session.get(shop.feed_url).status_code == 500
    assert [seen.status for seen in shop.fake.requests] == [200, 200, 500]


def test_sales_with_dates_tell_them(shop: FeedShop, session: requests.Session) -> None:
    dated = next(p for p in shop.fake.offered() if p.sale_price and p.sale_to and p.sale_to > time.time())
    item = next(i for i in items(session.get(shop.feed_url).content) if i["id"] == (dated.sku or str(dated.id)))
    begins, _, ends = item["sale_price_effective_date"].partition("/")
    assert begins[-6:] in ("+01:00", "+02:00")
    assert begins < ends
