"""The public site: discovery, product pages with structured data, categories, robots, sitemaps, photos."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from PIL import Image

from aggregator.demo.model import Catalogue
from aggregator.demo.server import FakeShop
from aggregator.demo.synthetic import synthetic

from .conftest import KEY, REST, STORE


def structured(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert len(found) == 1
    data: dict[str, Any] = json.loads(found[0])
    return data


def page_of(session: requests.Session, shop: FakeShop, number: int) -> requests.Response:
    return session.get(session.get(f"{shop.url}{STORE}/{number}").json()["permalink"])


def test_the_home_page_leads_to_the_api_in_both_permalink_modes(
    catalogue: Catalogue, session: requests.Session
) -> None:
    for permalinks, end in (("pretty", "/wp-json/"), ("plain", "/index.php?rest_route=/")):
        with FakeShop(catalogue, permalinks=permalinks) as shop:
            answer = session.get(f"{shop.url}/")
            root = f"{shop.url}{end}"
            assert f'<link rel="https://api.w.org/" href="{root}" />' in answer.text
            assert answer.headers["Link"].startswith(f'<{root}>; rel="https://api.w.org/"')
            assert "wc/store/v1" in session.get(root).json()["namespaces"]


def test_with_plain_permalinks_wp_json_ends_as_the_home_page(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue, permalinks="plain", assume_https=True) as shop:
        first = session.get(shop.url + REST, params={"per_page": 1}, auth=KEY, allow_redirects=False)
        assert (first.status_code, first.headers["Location"]) == (301, f"{shop.url}{REST}/?per_page=1")
        last = session.get(shop.url + REST, auth=KEY)
        assert (last.status_code, last.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
        item = session.get(f"{shop.url}/?rest_route=/wc/store/v1/products&per_page=1").json()[0]
        assert "/?product=" in item["permalink"]
        assert structured(session.get(item["permalink"]).text)


def test_a_shop_in_a_folder(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue, base_path="/boutique", assume_https=True) as shop:
        assert shop.url.endswith("/boutique")
        assert session.get(shop.url + REST, auth=KEY).status_code == 200
        assert session.get(shop.url.removesuffix("/boutique") + "/wp-json/").status_code == 404
        item = session.get(shop.url + STORE, params={"per_page": 1}).json()[0]
        assert item["permalink"].startswith(f"{shop.url}/produit/")
        assert session.get(item["permalink"]).status_code == 200


def test_structured_data_of_a_simple_product(shop: FakeShop, session: requests.Session) -> None:
    product = shop.fake.product(type="simple", status="publish", post_password="", images=1)
    sale = {"regular_price": "20", "sale_price": "18", "sale_from": None, "sale_to": None}
    shop.fake.set(product.id, {**sale, "stock_quantity": 0, "backorders": "no", "global_unique_id": "2000000000008"})
    answer = page_of(session, shop, product.id)
    crumbs, data = structured(answer.text)["@graph"]
    assert crumbs["@type"] == "BreadcrumbList"
    assert crumbs["itemListElement"][-1]["item"]["name"] == product.name
    offer = data["offers"][0]
    assert "price" not in offer
    assert [s["price"] for s in offer["priceSpecification"]] == ["18.00", "20.00"]
    assert offer["priceSpecification"][1]["priceType"] == "https://schema.org/ListPrice"
    assert offer["availability"] == "http://schema.org/OutOfStock"
    assert data["gtin"] == "2000000000008"
    assert session.get(data["image"]).headers["Content-Type"] == "image/jpeg"


def test_structured_data_of_a_variable_product(shop: FakeShop, session: requests.Session) -> None:
    parent = shop.fake.product(type="variable", status="publish", catalog_visibility="visible")
    children = [v for v in shop.fake.state.variations(parent.id) if v.status == "publish"]
    for n, child in enumerate(children):
        shop.fake.set(child.id, {"price": f"{20 + n}"})
    offer = structured(page_of(session, shop, parent.id).text)["@graph"][1]["offers"][0]
    assert (offer["@type"], offer["lowPrice"], offer["offerCount"]) == ("AggregateOffer", "20.00", len(children))


def test_without_a_price_or_behind_a_password_there_is_only_a_breadcrumb(
    shop: FakeShop, session: requests.Session
) -> None:
    closed = shop.fake.product(post_password="vip")
    priceless = shop.fake.product(type="simple", status="publish", regular_price="")
    for product in (closed, priceless):
        answer = page_of(session, shop, product.id)
        assert structured(answer.text)["@type"] == "BreadcrumbList"
    assert "mot de passe" in page_of(session, shop, closed.id).text


def test_pages_that_are_not_public_are_404(shop: FakeShop, session: requests.Session) -> None:
    private = shop.fake.product(status="private")
    for path in (f"/produit/{private.slug}/", "/produit/rien/", "/nulle-part/", f"/?p={private.id}"):
        assert session.get(shop.url + path).status_code == 404
    number = shop.fake.visible_ids()[0]
    assert session.get(f"{shop.url}/?p={number}").url == shop.fake.site.permalink(shop.fake.state[number])


def test_scripts_cannot_leave_their_json(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.product(type="simple", status="publish", post_password="").id
    shop.fake.set(number, {"name": "Bol </script><script>alert(1)</script>"})
    page = page_of(session, shop, number).text
    assert structured(page)


def test_categories_are_paged(shop: FakeShop, session: requests.Session) -> None:
    links = {c["permalink"] for c in session.get(f"{shop.url}{STORE}/categories").json()}
    assert links
    for link in links:
        page = session.get(link)
        assert page.status_code == 200
        if "page/2/" in page.text:
            assert session.get(f"{link}page/2/").status_code == 200


def test_robots(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue) as shop:
        text = session.get(f"{shop.url}/robots.txt").text
        assert f"Sitemap: {shop.url}/wp-sitemap.xml" in text
        assert "wp-json" not in text
    with FakeShop(catalogue, robots="User-agent: *\nDisallow: /\n") as shop:
        assert session.get(f"{shop.url}/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_sitemaps_and_the_second_files_404(session: requests.Session) -> None:
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    with FakeShop(synthetic(2300, variable_every=0)) as shop:
        index = ElementTree.fromstring(session.get(f"{shop.url}/wp-sitemap.xml").content)
        files = [e.text or "" for e in index.iter(name)]
        counts = {}
        for url in files:
            answer = session.get(url)
            counts[url.rpartition("/")[2]] = (
                answer.status_code,
                len(list(ElementTree.fromstring(answer.content).iter(name))),
            )
    assert counts["wp-sitemap-posts-product-1.xml"] == (200, 2000)
    assert counts["wp-sitemap-posts-product-2.xml"] == (404, 300)
    assert counts["wp-sitemap-taxonomies-product_cat-1.xml"] == (200, 25)


def test_photos_come_in_the_sizes_that_srcset_names(shop: FakeShop, session: requests.Session) -> None:
    product = shop.fake.product(status="publish", images=1)
    image = session.get(f"{shop.url}{STORE}/{product.id}").json()["images"][0]
    for entry in image["srcset"].split(", "):
        url, width = entry.split(" ")
        with Image.open(io.BytesIO(session.get(url).content)) as photo:
            assert photo.size == (int(width[:-1]), int(width[:-1]))
    assert session.get(image["src"].replace("-5", "-9")).status_code == 404


@pytest.mark.parametrize("accept", ["gzip", "identity"])
def test_long_answers_are_packed_for_those_who_can_unpack(
    shop: FakeShop, session: requests.Session, accept: str
) -> None:
    answer = session.get(shop.url + STORE, headers={"Accept-Encoding": accept})
    assert answer.headers.get("Content-Encoding") == ("gzip" if accept == "gzip" else None)
    assert len(answer.json()) == 10
