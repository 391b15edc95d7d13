"""Lists, single items and their quirks, over HTTP, as measured."""

from __future__ import annotations

import html
from typing import Any

import pytest
import requests

from aggregator.demo.clock import gmt, in_shop_time, local, offset
from aggregator.demo.model import Catalogue
from aggregator.demo.server import FakeShop

from .conftest import KEY, REST, STORE, WP


def everything(session: requests.Session, url: str, **params: Any) -> list[dict[str, Any]]:
    """All pages of 100."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = session.get(url, params={"per_page": 100, "page": page, **params}, auth=KEY)
        answer.raise_for_status()
        found += answer.json()
        if page >= int(answer.headers["X-WP-TotalPages"]):
            assert len(found) == int(answer.headers["X-WP-Total"])
            return found
        page += 1


def test_v3_lists_everything_that_is_not_binned_and_the_store_what_is_published(
    shop: FakeShop, session: requests.Session
) -> None:
    products = shop.fake.state.products()
    published = [p.id for p in products if p.status == "publish"]
    visible = [p.id for p in products if p.status == "publish" and p.catalog_visibility == "visible"]
    order = {"orderby": "id", "order": "asc"}
    assert [i["id"] for i in everything(session, shop.url + REST, **order)] == [p.id for p in products]
    assert [i["id"] for i in everything(session, shop.url + REST, status="publish", **order)] == published
    assert [i["id"] for i in everything(session, shop.url + STORE, **order)] == published
    assert [i["id"] for i in everything(session, shop.url + STORE, catalog_visibility="visible", **order)] == visible
    assert [i["id"] for i in everything(session, shop.url + WP, **order)] == published
    ignored = everything(session, shop.url + REST, catalog_visibility="visible", **order)
    assert len(ignored) == len(products)


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [
        (REST, {"per_page": "0"}, "per_page must be between 1 (inclusive) and 100 (inclusive)"),
        (REST, {"per_page": "101"}, "per_page must be between 1 (inclusive) and 100 (inclusive)"),
        (STORE, {"per_page": "101"}, "per_page must be between 0 (inclusive) and 100 (inclusive)"),
        (REST, {"page": "0"}, "page must be greater than or equal to 1"),
        (REST, {"per_page": "dix"}, "per_page is not of type integer."),
        (REST, {"modified_after": "2026-11-10"}, "Invalid date."),
        (REST, {"modified_after": "2026-99-10T00:00:00"}, "Invalid date."),
        (REST, {"type": "variation"}, "type is not one of simple, grouped, external, and variable."),
        (REST, {"on_sale": "oui"}, "on_sale is not of type boolean."),
        (
            REST,
            {"status": "publish,private"},
            "status is not one of any, future, trash, draft, pending, private, and publish.",
        ),
    ],
)
def test_bad_parameters_are_refused_before_the_key_is_looked_at(
    shop: FakeShop, session: requests.Session, path: str, params: dict[str, str], message: str
) -> None:
    answer = session.get(shop.url + path, params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "rest_invalid_param")
    assert answer.json()["data"]["params"] == {next(iter(params)): message}


def test_orderby_sku_is_refused(shop: FakeShop, session: requests.Session) -> None:
    answer = session.get(shop.url + REST, params={"orderby": "sku"}, auth=KEY)
    assert answer.json()["data"]["details"]["orderby"]["code"] == "rest_not_in_enum"


def test_beyond_the_last_page(shop: FakeShop, session: requests.Session) -> None:
    for path in (REST, STORE):
        answer = session.get(shop.url + path, params={"page": 999}, auth=KEY)
        assert (answer.status_code, answer.json()) == (200, [])
    answer = session.get(shop.url + WP, params={"page": 999})
    assert (answer.status_code, answer.json()["code"]) == (400, "rest_post_invalid_page_number")


def test_per_page_0_is_everything_in_the_store_api(shop: FakeShop, session: requests.Session) -> None:
    answer = session.get(shop.url + STORE, params={"per_page": 0})
    assert len(answer.json()) == int(answer.headers["X-WP-Total"]) > 100
    assert answer.headers["X-WP-TotalPages"] == "1"


def test_head_gives_the_count_alone(shop: FakeShop, session: requests.Session) -> None:
    answer = session.head(shop.url + REST, auth=KEY)
    assert answer.content == b""
    assert int(answer.headers["X-WP-Total"]) == 130


def test_include_wins_over_exclude_and_finds_no_variations(shop: FakeShop, session: requests.Session) -> None:
    one, two = shop.fake.visible_ids()[:2]
    variation = shop.fake.product(type="variation").id
    ids: dict[str, Any] = {"include": f"{one},{two},{variation}", "exclude": str(one)}
    assert {i["id"] for i in session.get(shop.url + REST, params=ids, auth=KEY).json()} == {one, two}
    single = session.get(f"{shop.url}{REST}/{variation}", auth=KEY).json()
    assert (single["type"], single["parent_id"]) == ("variation", shop.fake.state[variation].parent)


def test_orderby_modified_loses_products_and_orderby_id_does_not(
    catalogue: Catalogue, session: requests.Session
) -> None:
    with FakeShop(catalogue, assume_https=True) as shop:
        for product in catalogue.products:
            if product.type != "variation":
                shop.fake.set(product.id, {}, at=1_795_000_000)  # as after a bulk import
        by = {key: everything_small(session, shop.url, key) for key in ("modified", "id")}
    assert len(by["modified"]) == len(by["id"]) == 130
    assert len(set(by["modified"])) < 130
    assert len(set(by["id"])) == 130


def everything_small(session: requests.Session, url: str, orderby: str) -> list[int]:
    found: list[int] = []
    for page in range(1, 8):
        params: dict[str, Any] = {"orderby": orderby, "per_page": 20, "page": page, "_fields": "id", "order": "asc"}
        found += [i["id"] for i in session.get(url + REST, params=params, auth=KEY).json()]
    return found


def test_fields_keeps_top_level_names_only(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.visible_ids()[0]
    ask: dict[str, Any] = {"include": number, "_fields": "id,images.src,categories.name"}
    assert session.get(shop.url + REST, params=ask, auth=KEY).json() == [{"id": number}]
    ask = {"include": number, "_fields": "nope"}
    assert session.get(shop.url + REST, params=ask, auth=KEY).json() == [[]]
    one = session.get(f"{shop.url}{REST}/{number}", params={"_fields": "id"}, auth=KEY).json()
    assert set(one) == {"id", "_links"}
    store = session.get(shop.url + STORE, params={**ask, "_fields": "id,prices.price"}).json()
    assert set(store[0]) == {"id", "prices"}
    assert len(store[0]["prices"]) > 5
    wp = session.get(shop.url + WP, params={**ask, "_fields": "id,content.protected"}).json()
    assert wp == [{"id": number, "content": {"protected": False}}]


# -- dates -----------------------------------------------------------------------------------------------------------
AT = 1_794_279_600  # 2026-11-10T03:00:00Z, 04:00 in Paris


@pytest.mark.parametrize(
    ("after", "gmt_flag", "seen"),
    [
        ("2026-11-10T02:59:59", True, True),
        ("2026-11-10T03:00:00", True, False),  # strict
        ("2026-11-10T02:59:59Z", False, True),
        ("2026-11-10T03:59:59+01:00", False, True),
        ("2026-11-10T03:59:59", False, True),
        ("2026-11-10T04:00:00", False, False),
        ("2026-11-10T02:59:59Z", True, False),  # the trap: one UTC offset too late
        ("2026-11-10T03:59:59+01:00", True, False),
    ],
)
def test_modified_after_and_its_trap(
    shop: FakeShop, session: requests.Session, after: str, gmt_flag: bool, seen: bool
) -> None:
    number = shop.fake.visible_ids()[0]
    shop.fake.set(number, {}, at=AT)
    params: dict[str, Any] = {"modified_after": after, "include": number} | (
        {"dates_are_gmt": "true"} if gmt_flag else {}
    )
    found = session.get(shop.url + REST, params=params, auth=KEY).json()
    assert [i["id"] for i in found] == ([number] if seen else [])
    if seen:
        assert (found[0]["date_modified_gmt"], found[0]["date_modified"]) == (
            "2026-11-10T03:00:00",
            "2026-11-10T04:00:00",
        )


def test_the_store_filters_by_gmt_without_a_key(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.visible_ids()[0]
    shop.fake.set(number, {}, at=1_900_000_000)
    params: dict[str, Any] = {"after": gmt(1_900_000_000 - 1), "date_column": "modified_gmt"}
    assert [i["id"] for i in session.get(shop.url + STORE, params=params).json()] == [number]


def test_paris_changes_its_clocks_on_the_last_sundays_at_one_utc() -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    assert [offset(s) for s in (1_774_745_999, 1_774_746_000, 1_792_889_999, 1_792_890_000)] == [3600, 7200, 7200, 3600]
    try:
        zone = ZoneInfo("Europe/Paris")
    except ZoneInfoNotFoundError:
        return
    from datetime import datetime

    for second in range(1_600_000_000, 2_000_000_000, 1_234_567):
        assert datetime.fromtimestamp(second, zone).strftime("%Y-%m-%dT%H:%M:%S") == local(second)


def test_date_parameters_with_offsets_become_shop_time() -> None:
    assert in_shop_time("2026-07-01T10:00:00Z") == "2026-07-01T12:00:00"
    assert in_shop_time("2026-07-01T10:00:00-05:30") == "2026-07-01T17:30:00"
    assert in_shop_time("2026-07-01 10:00:00") == "2026-07-01T10:00:00"
    assert in_shop_time("hier") is None


# -- the Store API ---------------------------------------------------------------------------------------------------
def test_prices_are_minor_units_rounded_half_up(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.product(type="simple", status="publish").id
    for typed, minor in (("1234.567", "123457"), ("19.9", "1990"), ("0.005", "1"), ("7", "700")):
        shop.fake.set(number, {"price": typed})
        prices = session.get(f"{shop.url}{STORE}/{number}").json()["prices"]
        assert (prices["price"], prices["currency_minor_unit"], prices["price_range"]) == (minor, 2, None)


def test_no_price_and_free_both_say_0_and_differ_by_is_purchasable(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.product(type="simple", status="publish").id
    for typed, purchasable in (("", False), ("0", True)):
        shop.fake.set(number, {"price": typed})
        store = session.get(f"{shop.url}{STORE}/{number}").json()
        assert (store["prices"]["price"], store["is_purchasable"]) == ("0", purchasable)
        assert bool(store["price_html"]) == purchasable
        assert session.get(f"{shop.url}{REST}/{number}", auth=KEY).json()["price"] == typed


def test_stock_is_told_exactly_by_add_to_cart(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.product(type="simple", status="publish", sold_individually=False).id
    for fields, maximum, text in (
        ({"stock_quantity": 27, "backorders": "no"}, 27, "27 in stock"),
        ({"stock_quantity": 0}, 9999, "Out of stock"),
        ({"manage_stock": False, "stock_quantity": None, "stock_status": "instock"}, 9999, ""),
        ({"stock_quantity": -2, "backorders": "notify"}, 9999, "Available on backorder"),
    ):
        shop.fake.set(number, fields)
        store = session.get(f"{shop.url}{STORE}/{number}").json()
        assert (store["add_to_cart"]["maximum"], store["stock_availability"]["text"]) == (maximum, text)


def test_names_are_escaped_for_html_in_public_and_raw_with_a_key(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.product(type="simple", status="publish").id
    name = 'Bol <b>bleu</b> & "blanc" d\'été'
    shop.fake.set(number, {"name": name})
    store = session.get(f"{shop.url}{STORE}/{number}").json()["name"]
    assert store == "Bol <b>bleu</b> &#038; &laquo;&nbsp;blanc&nbsp;&raquo; d&rsquo;été"
    assert html.unescape(store) == "Bol <b>bleu</b> & «\u00a0blanc\u00a0» d’été"
    assert session.get(f"{shop.url}{REST}/{number}", auth=KEY).json()["name"] == name
    assert session.get(f"{shop.url}{WP}/{number}").json()["title"]["rendered"] == store


def test_by_id_the_store_leaks_what_its_list_hides(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue) as shop:
        draft = shop.fake.product(status="draft").id
        binned = shop.fake.visible_ids()[0]
        shop.fake.trash(binned)
        for number in (draft, binned):
            assert session.get(f"{shop.url}{STORE}/{number}").status_code == 200
            assert session.get(f"{shop.url}{WP}/{number}").status_code == 401
            assert session.get(shop.url + STORE, params={"include": number}).json() == []
            assert session.get(shop.url + WP, params={"include": number}).json() == []
    with FakeShop(catalogue, store_leaks_by_id=False) as shop:
        assert session.get(f"{shop.url}{STORE}/{draft}").status_code == 404


def test_the_stores_headers_are_as_broken_as_measured(shop: FakeShop, session: requests.Session) -> None:
    answer = session.get(shop.url + STORE, params="per_page=2&catalog_visibility=visible")
    assert answer.headers["Last-Modified"].isdigit()
    assert "page=2#038;catalog_visibility=visible" in answer.headers["Link"]


def test_prices_without_tax(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue, assume_https=True, prices_exclude_tax=True) as shop:
        number = shop.fake.product(type="simple", status="publish").id
        shop.fake.set(number, {"price": "21.90"})
        rest = session.get(f"{shop.url}{REST}/{number}", auth=KEY).json()
        assert rest["price"] == "21.90"
        assert "26,28" in rest["price_html"]
        assert session.get(f"{shop.url}{STORE}/{number}").json()["prices"]["price"] == "2628"
        page = session.get(rest["permalink"]).text
        assert '"price":"21.90"' in page
        assert '"valueAddedTaxIncluded":false' in page
        assert "26,28" in page


# -- sales -----------------------------------------------------------------------------------------------------------
def test_a_sale_that_ended_is_stale_until_the_cron(catalogue: Catalogue, session: requests.Session) -> None:
    now = [1_800_000_000.0]
    with FakeShop(catalogue, assume_https=True) as shop:
        shop.fake.state.now = lambda: now[0]
        number = shop.fake.product(type="simple", status="publish").id
        fields = {"regular_price": "19.90", "sale_price": "14.90", "sale_to": 1_800_000_100}
        shop.fake.set(number, fields)

        def shown() -> tuple[str, str, bool, str]:
            rest = session.get(f"{shop.url}{REST}/{number}", auth=KEY).json()
            store = session.get(f"{shop.url}{STORE}/{number}").json()
            assert store["on_sale"] == rest["on_sale"]
            return rest["price"], rest["sale_price"], rest["on_sale"], store["prices"]["price"]

        assert shown() == ("14.90", "14.90", True, "1490")
        now[0] += 3600
        assert shown() == ("14.90", "14.90", False, "1490")
        before = shop.fake.state[number].modified
        assert shop.fake.run_cron() >= 1
        assert shown() == ("19.90", "", False, "1990")
        assert shop.fake.state[number].modified > before


# -- variations ------------------------------------------------------------------------------------------------------
def test_every_bulk_route_gives_all_variations(catalogue: Catalogue, session: requests.Session) -> None:
    wanted = {p.id: p.parent for p in catalogue.products if p.type == "variation"}
    with FakeShop(catalogue, assume_https=True, version="10.3.0") as shop:
        for path in ("/wp-json/wc-analytics/variations", "/wp-json/wc/v3/variations"):
            found = everything(session, shop.url + path, orderby="id", order="asc")
            assert {i["id"]: i["parent_id"] for i in found} == wanted
        store = everything(session, shop.url + STORE, type="variation")
        live = {p.id for p in catalogue.products if p.type == "variation" and p.status == "publish"}
        assert {i["id"] for i in store} == live
        assert all(i["attributes"] == [] and i["variation"] and i["parent"] == wanted[i["id"]] for i in store)


def test_the_store_lists_the_choices_with_the_parent(shop: FakeShop, session: requests.Session) -> None:
    parent = shop.fake.product(type="variable", status="publish")
    item = session.get(f"{shop.url}{STORE}/{parent.id}").json()
    children = [v for v in shop.fake.state.variations(parent.id) if v.status == "publish"]
    assert [v["id"] for v in item["variations"]] == [v.id for v in children]
    slugs = {t["slug"] for a in item["attributes"] for t in a["terms"]}
    assert {a["value"] for v in item["variations"] for a in v["attributes"]} <= slugs


def test_routes_that_a_version_or_host_lacks_are_no_routes(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue, assume_https=True, analytics=False, store_api=False, wp_v2=False) as shop:
        for path in ("/wp-json/wc/v3/variations", "/wp-json/wc-analytics/variations", STORE, WP):
            answer = session.get(shop.url + path, auth=KEY)
            assert (answer.status_code, answer.json()["code"]) == (404, "rest_no_route")
        names = session.get(f"{shop.url}/wp-json/", params={"_fields": "namespaces"}).json()["namespaces"]
        assert "wc/v3" in names
        assert not {"wc-analytics", "wc/store/v1", "wp/v2"} & set(names)


def test_a_parents_variations(shop: FakeShop, session: requests.Session) -> None:
    parent = shop.fake.product(type="variable", status="publish")
    children = {v.id: v for v in shop.fake.state.variations(parent.id)}
    found = everything(session, f"{shop.url}{REST}/{parent.id}/variations")
    assert {i["id"] for i in found} == set(children)
    first = found[0]
    assert first["sku"] == (children[first["id"]].sku or parent.sku)
    one = f"{shop.url}{REST}/{parent.id}/variations/{first['id']}"
    assert session.get(one, auth=KEY).json()["id"] == first["id"]
    assert session.get(f"{shop.url}{REST}/0/variations", auth=KEY).json() == []


def test_a_sku_finds_variations_too(shop: FakeShop, session: requests.Session) -> None:
    variation = next(v for v in shop.fake.state.entries.values() if v.type == "variation" and v.sku)
    found = session.get(shop.url + REST, params={"sku": variation.sku}, auth=KEY).json()
    assert [i["id"] for i in found] == [variation.id]


# -- terms -----------------------------------------------------------------------------------------------------------
def test_terms_in_the_three_apis(shop: FakeShop, session: requests.Session) -> None:
    catalogue = shop.fake.catalogue
    for kind in ("categories", "tags", "brands"):
        wanted = {t.id for t in getattr(catalogue, kind)}
        assert {t["id"] for t in everything(session, f"{shop.url}{REST}/{kind}")} == wanted
        assert {t["id"] for t in session.get(f"{shop.url}{STORE}/{kind}").json()} == wanted
    names = {a.name for a in catalogue.attributes}
    assert {a["name"] for a in session.get(f"{shop.url}{STORE}/attributes").json()} == names
    assert {a["name"] for a in session.get(f"{shop.url}{REST}/attributes", auth=KEY).json()} == names
    terms = everything(session, f"{shop.url}{REST}/attributes/{catalogue.attributes[0].id}/terms")
    assert len(terms) == len(catalogue.attributes[0].terms)


def test_a_category_finds_its_childrens_products(shop: FakeShop, session: requests.Session) -> None:
    top = next(t for t in shop.fake.catalogue.categories if not t.parent)
    below = {top.id} | {t.id for t in shop.fake.catalogue.categories if t.parent == top.id}
    found = everything(session, shop.url + STORE, category=top.id)
    wanted = [p for p in shop.fake.state.products() if p.status == "publish" and below & set(p.categories)]
    assert {i["id"] for i in found} == {p.id for p in wanted}
