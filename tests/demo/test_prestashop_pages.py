"""The public side of a fake PrestaShop: addresses, pages, the listing's JSON, photos, files."""

from __future__ import annotations

import html
import io
import json
import re
from typing import Any

import pytest
import requests
from PIL import Image

from aggregator.demo.model import Catalogue
from aggregator.demo.prestashop.fake import PrestaShop

from .conftest import Asking

AS_JSON = {"Accept": "application/json"}


def page_of(ask: Asking, number: int, combination: int = 0) -> requests.Response:
    """The product's page, by the address that the webservice lets one build."""
    more = f"&id_product_attribute={combination}" if combination else ""
    moved = ask(f"/index.php?controller=product&id_product={number}{more}", auth=None)
    assert moved.status_code == 302
    return ask.session.get(moved.headers["Location"], allow_redirects=False)


def data_product(text: str) -> dict[str, Any]:
    found = re.search(r'id="product-details" data-product="([^"]*)"', text)
    assert found
    data: dict[str, Any] = json.loads(html.unescape(found[1]))
    return data


def json_ld(text: str, kind: str) -> dict[str, Any]:
    for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S):
        data: dict[str, Any] = json.loads(block)
        if data["@type"] == kind:
            return data
    raise AssertionError(kind)


def test_the_canonical_address_follows_the_route(ask: Asking) -> None:
    row = ask.shop.fake.product(product_type="standard", active=1, visibility="both")
    moved = ask(f"/index.php?controller=product&id_product={row['id']}", auth=None).headers["Location"]
    category = ask.shop.fake.state.tables["categories"].rows[row["id_category_default"]]["link_rewrite"]
    ean = f"-{row['ean13']}" if row["ean13"] else ""
    assert moved == f"{ask.shop.url}/{category}/{row['id']}-{row['link_rewrite']}{ean}.html"
    for words in (f"/{row['id']}-anything.html", f"/x/{row['id']}-anything.html"):
        assert ask(words, auth=None).headers["Location"] == moved
    assert ask.session.get(moved, allow_redirects=False).status_code == 200


@pytest.mark.parametrize(
    "route", ["{rewrite}-p{id}{variant}.html", "boutique/{id}{variant}-{rewrite}", "{id}/{rewrite}"]
)
def test_a_merchants_own_route(catalogue: Catalogue, session: requests.Session, route: str) -> None:
    with PrestaShop(catalogue, route=route, base_path="/magasin") as shop:
        ask = Asking(shop, session)
        row = shop.fake.product(product_type="combinations", active=1)
        path = route.replace("{id}", str(row["id"])).replace("{rewrite}", row["link_rewrite"]).replace("{variant}", "")
        page = page_of(ask, row["id"])
        assert page.url == f"{shop.url}/{path}"
        assert data_product(page.text)["id_product"] == row["id"]


def test_inactive_and_deleted_products_have_no_page(ask: Asking) -> None:
    one, other = ask.shop.fake.visible_ids()[:2]
    ask.shop.fake.deactivate(one)
    assert page_of(ask, one).status_code == 404
    ask.shop.fake.delete(other)
    assert ask(f"/index.php?controller=product&id_product={other}", auth=None).status_code == 404


def test_the_page_says_what_the_webservice_says(ask: Asking) -> None:
    price = "price[ttc][use_tax]=1&price[reg][use_tax]=1&price[reg][use_reduction]=0"
    rows = {r["id"]: r for r in ask.rows("products", f"display=full&{price}")}
    stock = {
        r["id_product"]: r["quantity"]
        for r in ask.rows("stock_availables", "display=full&filter[id_product_attribute]=0")
    }
    numbers = [
        n for n in ask.shop.fake.visible_ids() if rows[n]["product_type"] == "standard" and rows[n]["show_price"]
    ]
    for number in numbers[:25]:
        row, text = rows[number], page_of(ask, number).text
        data, ld = data_product(text), json_ld(text, "Product")
        assert (data["name"], data["reference"], data["description"]) == (
            row["name"],
            row["reference"],
            row["description"],
        )
        assert (data["price_amount"], data["price_without_reduction"]) == (float(row["ttc"]), float(row["reg"]))
        assert data["quantity"] == stock[number]
        assert "ean13" not in data
        assert ld.get("gtin13", "") == row["ean13"]
        assert ld["offers"]["price"] == f"{float(row['ttc']):.2f}"
        assert ("InStock" in ld["offers"]["availability"]) == ask.shop.fake.state.buyable(row)
        assert ld["brand"]["name"] == row["manufacturer_name"]
        assert f'content="{float(row["ttc"]):.2f}"' in text
        assert text.count("data-product=") == 2  # a button carries a bare id, as in the classic theme


def test_a_combination_has_a_page_of_its_own(ask: Asking) -> None:
    family = ask.shop.fake.product(product_type="combinations", active=1)
    chosen = ask.shop.fake.state.combinations(family["id"])[-1]
    page = page_of(ask, family["id"], chosen["id"])
    assert f"/{family['id']}-{chosen['id']}-{family['link_rewrite']}" in page.url
    data = data_product(page.text)
    assert data["id_product_attribute"] == chosen["id"]
    assert data["quantity"] == ask.shop.fake.state.stock_of(family["id"], chosen["id"])["quantity"]
    assert data["quantity_all_versions"] == ask.shop.fake.state.stock_of(family["id"])["quantity"]
    assert {a["ean13"] for a in data["attributes"].values()} == {chosen["ean13"]}
    assert data_product(page_of(ask, family["id"]).text)["id_product_attribute"] == family["cache_default_attribute"]


def test_the_listing_as_json_by_its_header_alone(ask: Asking) -> None:
    fake = ask.shop.fake
    found: list[dict[str, Any]] = []
    for number in range(1, 10):
        answer = ask(f"/2-accueil?resultsPerPage=50&page={number}", auth=None, headers=AS_JSON)
        listed = answer.json()
        found += listed["products"]
        if number >= listed["pagination"]["pages_count"]:
            break
    shown = [row["id"] for row in fake.state.public()]
    assert [item["id_product"] for item in found] == shown
    assert listed["pagination"]["total_items"] == len(shown)
    past = ask("/2-accueil?resultsPerPage=50&page=99", auth=None, headers=AS_JSON).json()
    assert past["products"] == []
    for item in found[:40]:
        price = fake.state.prices.shown(fake.state[item["id_product"]], 0, fake.state.clock)
        assert (item["price_amount"], item["regular_price_amount"]) == (float(price.now), float(price.regular))
        row = fake.state[item["id_product"]]
        assert bool(item["add_to_cart_url"]) == fake.state.buyable(row, row["cache_default_attribute"])
        assert item["has_discount"] == (price.now < price.regular)
        assert item["canonical_url"] == page_of(ask, item["id_product"]).url
    assert ask("/2-accueil", auth=None).headers["Content-Type"].startswith("text/html")


def test_a_shop_without_the_json_door_and_one_in_two_languages(catalogue: Catalogue, session: requests.Session) -> None:
    with PrestaShop(catalogue, listing_json=False, languages=2) as shop:
        ask = Asking(shop, session)
        assert ask("/fr/2-accueil", auth=None, headers=AS_JSON).headers["Content-Type"].startswith("text/html")
        number = shop.fake.visible_ids()[0]
        page = page_of(ask, number)
        assert page.url.startswith(f"{shop.url}/fr/")
        assert page.status_code == 200


def test_categories_have_pages_and_wrong_words_lead_there(ask: Asking) -> None:
    rows = ask.shop.fake.state.tables["categories"].rows
    parent = next(r for r in rows.values() if r["id_parent"] == 2 and r["associations"].get("categories"))
    moved = ask(f"/{parent['id']}-nimporte", auth=None)
    assert moved.headers["Location"] == f"{ask.shop.url}/{parent['id']}-{parent['link_rewrite']}"
    text = ask(f"/{parent['id']}-{parent['link_rewrite']}", auth=None).text
    items = json_ld(text, "ItemList")["itemListElement"]
    assert 0 < len(items) <= 12
    assert items[0]["url"] in text
    assert len(json_ld(ask("/2-accueil", auth=None).text, "ItemList")["itemListElement"]) == 12
    assert 'rel="next"' in ask("/2-accueil", auth=None).text
    assert ask("/999999-rien", auth=None).status_code == 404
    assert ask("/1-racine", auth=None).status_code == 404


def test_photos_need_no_key_and_any_words_do(ask: Asking) -> None:
    row = ask.rows("products", "display=full&limit=1")[0]
    image = row["id_default_image"]
    nested = "/".join(str(image))
    for path, side in (
        (f"/{image}-home_default/x.jpg", 250),
        (f"/{image}-large_default/{row['link_rewrite']}.jpg", 800),
        (f"/{image}/x.jpg", 800),
        (f"/img/p/{nested}/{image}-small_default.jpg", 98),
    ):
        photo = ask(path, auth=None)
        assert photo.headers["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(photo.content)).size == (side, side)
    for path in ("/999999-home_default/x.jpg", f"/{image}-unknown_default/x.jpg"):
        assert ask(path, auth=None).status_code == 404


def test_robots_and_sitemaps(ask: Asking) -> None:
    robots = ask("/robots.txt", auth=None).text
    assert "automatically generated by PrestaShop" in robots
    assert "resultsPerPage" not in robots
    assert ask("/sitemap.xml", auth=None).status_code == 404
    index = ask("/1_index_sitemap.xml", auth=None).text
    listed = re.findall(r"<loc>([^<]+)", ask.session.get(re.findall(r"<loc>([^<]+)", index)[0]).text)
    assert len(listed) == len(ask.shop.fake.state.public())
    assert ask.session.get(listed[0], allow_redirects=False).status_code == 200


def test_home_leads_to_the_newest_and_to_everything(ask: Asking) -> None:
    answer = ask("/", auth=None)
    assert "PrestaShop-" in answer.headers["Set-Cookie"]
    assert "var prestashop = " in answer.text
    assert f'href="{ask.shop.url}/2-accueil"' in answer.text
    assert ask.shop.fake.catalogue.merchant.commune in answer.text


def test_the_search_finds_by_words(ask: Asking) -> None:
    row = ask.shop.fake.product(active=1, visibility="both")
    ask.shop.fake.set(row["id"], {"name": "Houppelande à brandebourgs"})
    found = ask("/recherche?controller=search&s=brandebourgs", auth=None, headers=AS_JSON).json()
    assert [item["id_product"] for item in found["products"]] == [row["id"]]


@pytest.mark.parametrize("default", [False, True])
def test_what_is_used_up_is_sold_as_its_row_or_the_shop_says(
    catalogue: Catalogue, session: requests.Session, default: bool
) -> None:
    with PrestaShop(catalogue, orders_without_stock=default) as shop:
        ask = Asking(shop, session)
        row = shop.fake.product(product_type="standard", active=1, available_for_order=1)
        for out_of_stock, sold in ((0, False), (1, True), (2, default)):
            shop.fake.stock(row["id"], 0, out_of_stock=out_of_stock)
            text = page_of(ask, row["id"]).text
            assert data_product(text)["allow_oosp"] == int(sold)
            assert data_product(text)["availability"] == ("available" if sold else "unavailable")
            assert json_ld(text, "Product")["offers"]["availability"].endswith("InStock" if sold else "OutOfStock")
            assert shop.fake.state.buyable(row) == sold
