"""The fake webservice against what was measured on a PrestaShop 8.0.3: keys, errors, formats, paging, filters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import requests

from aggregator.demo.model import Catalogue
from aggregator.demo.prestashop.fake import PrestaShop
from aggregator.demo.prestashop.options import DEFAULT_KEYS, READ_KEY

from .conftest import Asking

WRITE_KEY, FEW_RIGHTS, OFF_KEY = (key.text for key in DEFAULT_KEYS[1:])
JSON = "output_format=JSON"


# -- who asks --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "codes"),
    [("", [17]), ("short", [18]), ("U" * 32, [20, 21]), (OFF_KEY, [20, 21])],
)
@pytest.mark.parametrize("in_query", [False, True])
def test_a_wrong_key_is_refused_by_code(ask: Asking, key: str, codes: list[int], in_query: bool) -> None:
    path = f"/api/products?{JSON}" + (f"&ws_key={key}" if in_query else "")
    auth = None if in_query else (key, "")
    assert ask.error(path, auth) == (401, codes)
    answer = ask(path, auth=auth)
    assert answer.headers["PSWS-Version"] == "0"
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("service", [True, False])
def test_no_key_is_plain_text_whether_the_service_is_on_or_off(ask: Asking, service: bool) -> None:
    ask.shop.fake.service(service)
    answer = ask(f"/api/products?{JSON}", auth=None)
    assert (answer.status_code, answer.text) == (401, "401 Unauthorized")
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_service_that_is_off_says_so_to_keys_only(ask: Asking) -> None:
    ask.shop.fake.service(False)
    assert ask.error(f"/api/products?{JSON}") == (503, [22])


def test_the_key_counts_in_the_query_too_and_the_header_wins(ask: Asking) -> None:
    assert ask(f"/api/products?limit=1&ws_key={READ_KEY}", auth=None).status_code == 200
    assert ask.error(f"/api/products?{JSON}&ws_key={READ_KEY}", ("U" * 32, "")) == (401, [20, 21])
    assert [seen.scheme for seen in ask.shop.fake.requests] == ["query", "basic"]


def test_a_host_that_drops_the_header_leaves_the_query(catalogue: Catalogue, session: requests.Session) -> None:
    with PrestaShop(catalogue, strip_authorization=True) as shop:
        ask = Asking(shop, session)
        assert ask("/api/").text == "401 Unauthorized"
        assert ask(f"/api/?ws_key={READ_KEY}").status_code == 200


def test_rights_are_by_resource_and_by_method(ask: Asking) -> None:
    assert ask.error(f"/api/stock_availables?{JSON}", (FEW_RIGHTS, "")) == (401, [26])
    assert ask.error(f"/api/configurations?{JSON}") == (401, [26])
    assert ask.error(f"/api/productz?{JSON}") == (400, [27])
    posted = ask.session.post(f"{ask.shop.url}/api/products?{JSON}", auth=(READ_KEY, ""))
    assert (posted.status_code, posted.json()["errors"][0]["code"]) == (405, 25)
    assert ask.session.post(f"{ask.shop.url}/api/products", auth=(WRITE_KEY, "")).status_code == 501


def test_the_root_tells_the_keys_rights_in_xml_and_dies_in_json(ask: Asking) -> None:
    def rights(key: str) -> dict[str, set[str]]:
        root = ElementTree.fromstring(ask("/api/", auth=(key, "")).content)
        methods = ("get", "put", "post", "patch", "delete", "head")
        return {one.tag: {m for m in methods if one.get(m) == "true"} for one in root[0]}

    assert rights(FEW_RIGHTS) == {name: {"get", "head"} for name in ("products", "categories", "images")}
    assert rights(WRITE_KEY)["products"] == {"get", "head", "put", "post", "patch", "delete"}
    ask.shop.fake.deny("specific_prices")
    assert "specific_prices" not in rights(READ_KEY)
    dead = ask(f"/api/?{JSON}")
    assert (dead.status_code, dead.content) == (500, b"")


# -- where it is asked -----------------------------------------------------------------------------------------------
def test_another_host_name_is_sent_home_and_the_path_is_lost(ask: Asking) -> None:
    answer = ask("/api/products?limit=1", headers={"Host": "www.example.fr"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{ask.shop.url}/?url=products&limit=1")


def test_maintenance_closes_the_site_and_not_the_webservice(ask: Asking) -> None:
    ask.shop.fake.maintenance(True)
    assert ask("/api/products?limit=1").status_code == 200
    closed = ask("/", auth=None)
    assert (closed.status_code, closed.headers["Retry-After"]) == (503, "3600")


def test_an_address_that_is_too_long_is_the_web_servers_to_refuse(ask: Asking) -> None:
    assert ask(f"/api/products?filter[id]=[{'|'.join(['12345'] * 1500)}]").status_code == 414


# -- formats ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "headers", "json"),
    [
        ("output_format=JSON", {}, True),
        ("io_format=JSON", {}, True),
        ("", {"Output-Format": "JSON"}, True),
        ("", {"Io-Format": "JSON"}, True),
        ("output_format=json", {}, False),
        ("", {"Accept": "application/json"}, False),
        ("", {}, False),
    ],
)
def test_json_is_asked_for_in_four_ways_and_only_in_capitals(
    ask: Asking, query: str, headers: dict[str, str], json: bool
) -> None:
    answer = ask(f"/api/products?limit=1&{query}", headers=headers)
    assert answer.headers["Content-Type"] == ("application/json" if json else "text/xml;charset=utf-8")
    assert answer.headers["PSWS-Version"] == "8.0.3"


def test_nothing_is_an_empty_list_in_json_and_an_empty_element_in_xml(ask: Asking) -> None:
    assert ask(f"/api/products?{JSON}&filter[id]=[1]").content == b"[]"
    empty = ElementTree.fromstring(ask("/api/products?filter[id]=[1]").content)
    assert [(one.tag, len(one)) for one in empty] == [("products", 0)]


@pytest.mark.parametrize("number", ["999999", "abc"])
def test_an_unknown_id_is_a_404_without_a_body(ask: Asking, number: str) -> None:
    answer = ask(f"/api/products/{number}?{JSON}")
    assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (404, b"", None)


def test_one_object_without_display_loses_its_falsy_fields_and_with_it_comes_as_a_list(ask: Asking) -> None:
    number = ask.shop.fake.visible_ids()[0]
    ask.shop.fake.deactivate(number)
    bare = ask(f"/api/products/{number}?{JSON}").json()["product"]
    assert not {"active", "quantity", "on_sale"} & set(bare)
    listed = ask(f"/api/products/{number}?{JSON}&display=full").json()["products"]
    assert (listed[0]["active"], listed[0]["quantity"]) == (0, 0)


def test_older_shops_keep_all_fields_and_tell_whole_numbers_as_texts(
    catalogue: Catalogue, session: requests.Session
) -> None:
    with PrestaShop(catalogue, version="1.7.8.7", ints_as_strings=True) as shop:
        ask = Asking(shop, session)
        number = shop.fake.visible_ids()[0]
        one = ask(f"/api/products/{number}?{JSON}")
        assert one.json()["product"]["on_sale"] == "0"
        assert one.headers["PSWS-Version"] == "1.7.8.7"
        row = ask.rows("products", f"display=[id,active,price,images[id]]&filter[id]=[{number}]")[0]
        assert (row["id"], row["active"], row["price"]) == (str(number), "1", shop.fake.state[number]["price"])
        assert all(isinstance(image["id"], str) for image in row["associations"]["images"])


def test_two_languages_make_lists_of_all_texts(catalogue: Catalogue, session: requests.Session) -> None:
    with PrestaShop(catalogue, languages=2) as shop:
        ask = Asking(shop, session)
        number = shop.fake.visible_ids()[0]
        french = shop.fake.state[number]["name"]
        shop.fake.translate(number, {"name": "Summer dress"})
        asked = f"display=[id,name]&filter[id]=[{number}]"

        def name(more: str) -> Any:
            return ask.rows("products", f"{asked}{more}")[0]["name"]

        assert name("") == [{"id": 1, "value": french}, {"id": 2, "value": "Summer dress"}]
        assert (name("&language=1"), name("&language=2")) == (french, "Summer dress")
        assert name("&language=[1|2]") == [{"id": "1", "value": french}, {"id": "2", "value": "Summer dress"}]
        assert ask.ids("products", "filter[name]=%25[summer]%25") == [number]
        xml = ElementTree.fromstring(ask(f"/api/products/{number}").content)
        assert [one.text for one in xml.findall("product/name/language")] == [french, "Summer dress"]
        assert ask.error(f"/api/products?{JSON}&language=3") == (400, [81])


def test_xml_and_json_say_the_same(ask: Asking) -> None:
    query = "display=full&limit=20&sort=[id_ASC]&price[ttc][use_tax]=1"
    root = ElementTree.fromstring(ask(f"/api/products?{query}").content)
    listed = ask.rows("products", query)
    assert len(root[0]) == len(listed) == 20
    for element, row in zip(root[0], listed, strict=True):
        links = row.pop("associations")
        for name, value in row.items():
            said = element.findtext(f"{name}/language") if element.find(f"{name}/language") is not None else None
            text = element.findtext(name) if said is None else said
            assert (text or "") == ("" if value is None or value is False else str(value)), name
        for name, items in links.items():
            found = [{one.tag: one.text for one in item} for item in element.findall(f"associations/{name}/*")]
            assert found == [{k: str(v) for k, v in item.items()} for item in items]


def test_display_chooses_fields_and_parts_of_associations(ask: Asking) -> None:
    number = ask.shop.fake.product(product_type="combinations")["id"]
    query = f"display=[id,combinations[id],stock_availables[id,id_product_attribute]]&filter[id]=[{number}]"
    row = ask.rows("products", query)[0]
    assert set(row) == {"id", "associations"}
    assert set(row["associations"]) == {"combinations", "stock_availables"}
    assert set(row["associations"]["stock_availables"][0]) == {"id", "id_product_attribute"}
    assert "wholesale_price" in ask.rows("products", f"display=full&filter[id]=[{number}]")[0]


def test_an_unchanged_answer_is_a_304(ask: Asking) -> None:
    path = f"/api/products?{JSON}&limit=3&display=[id,price]"
    answer = ask(path)
    assert answer.headers["Content-Sha1"] == hashlib.sha1(answer.content).hexdigest()
    again = ask(path, headers={"Local-Content-Sha1": answer.headers["Content-Sha1"]})
    assert (again.status_code, again.content) == (304, b"")


# -- what is refused -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "status", "codes"),
    [
        ("filter[nope]=1", 500, [32, 3, 3, 3, 3]),
        ("filter[date_upd]=[2026-01-01,2030-01-01]", 500, [32, 3, 3, 3, 3]),
        ("filter[manufacturer_name]=[x]", 500, [34, 3, 3, 3, 3]),
        ("filter[id]=", 500, [33, 3, 3, 3, 3]),
        ("display=[id,nope]", 500, [35, 3, 3, 3, 3]),
        ("display=[id,categories]", 500, [35, 3, 3, 3, 3]),
        ("display=id", 500, [36, 3, 3, 3, 3]),
        ("sort=[id]", 500, [37, 3, 3, 3, 3]),
        ("sort=[nope_ASC]", 500, [38, 3, 3, 3, 3]),
        ("sort=[date_upd_ASC]", 500, [38, 3, 3, 3, 3]),
        ("limit=1,2,3", 500, [39, 3, 3, 3, 3]),
        ("language=fr", 400, [79, 81]),
        ("display=full&price[a%20b][use_tax]=1&limit=1", 400, [128]),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_code(ask: Asking, query: str, status: int, codes: list[int]) -> None:
    assert ask.error(f"/api/products?{JSON}&{query}") == (status, codes)


def test_for_one_id_an_unknown_field_is_a_400(ask: Asking) -> None:
    number = ask.shop.fake.visible_ids()[0]
    assert ask.error(f"/api/products/{number}?{JSON}&display=[nope]") == (400, [35])


@pytest.mark.parametrize(
    "query", ["limit=-1", "sort=[type_ASC]", "filter[new]=1", "filter[name]=[a]%25&filter[description]=[b]%25"]
)
def test_some_questions_kill_php(ask: Asking, query: str) -> None:
    answer = ask(f"/api/products?{JSON}&{query}")
    assert (answer.status_code, answer.content) == (500, b"")


def test_a_page_too_big_for_the_memory_dies_and_a_smaller_one_lives(
    catalogue: Catalogue, session: requests.Session
) -> None:
    with PrestaShop(catalogue, memory_rows=30) as shop:
        ask = Asking(shop, session)
        assert ask(f"/api/products?{JSON}&display=full&limit=31").content == b""
        assert len(ask.rows("products", "display=full&limit=30")) == 30
        assert ask(f"/api/products?{JSON}&display=[id,price]&limit=91").status_code == 500
        assert len(ask.ids("products")) == len(shop.fake.state.tables["products"].rows)  # ids alone weigh nothing


# -- paging ----------------------------------------------------------------------------------------------------------
def walk(ask: Asking, sort: str) -> Iterator[int]:
    for page in range(100):
        found = ask.ids("products", f"display=[id]&limit={page * 10},10&date=1{sort}")
        yield from found
        if len(found) < 10:
            return


def test_without_a_sort_the_order_is_not_by_id(ask: Asking) -> None:
    ids = ask.ids("products")
    assert ids != sorted(ids)
    assert len(set(ids)) == len(ids) == len(ask.shop.fake.state.tables["products"].rows)


def test_a_sort_without_the_id_loses_products_and_a_keyset_none(ask: Asking) -> None:
    every = sorted(ask.ids("products"))
    for number in every[::2]:  # an import: one second for half the shop
        ask.shop.fake.set(number, {}, at="2026-11-01 03:00:00")
    assert len(set(walk(ask, "&sort=[date_upd_ASC]"))) < len(every)
    assert sorted(walk(ask, "&sort=[date_upd_ASC,id_ASC]")) == every
    found: list[int] = []
    while page := ask.ids("products", f"filter[id]=>[{found[-1] if found else 0}]&sort=[id_ASC]&limit=10"):
        found += page
    assert found == every


@pytest.mark.parametrize("limit", ["abc", "0", "9999,5"])
def test_a_limit_that_leaves_nothing_is_an_empty_list(ask: Asking, limit: str) -> None:
    assert ask(f"/api/products?{JSON}&limit={limit}").content == b"[]"


# -- filters ---------------------------------------------------------------------------------------------------------
def test_filters_by_id(ask: Asking) -> None:
    ids = sorted(ask.ids("products"))
    first, second, third = ids[:3]

    def by(text: str) -> list[int]:
        return sorted(ask.ids("products", f"filter[id]={text}"))

    assert by(f"[{first}|{third}]") == [first, third]
    assert by(f"[{first},{third}]") == by(f"[{third},{first}]") or by(f"[{first},{third}]") == [first, second, third]
    assert by(f">[{ids[-2]}]") == ids[-1:]
    assert by(f"<[{second}]") == [first]
    assert by(f"[{second}]") == by(str(second)) == [second]
    assert by(f"![{first}]") == ids[1:]


def test_filters_by_text_know_neither_case_nor_accents(ask: Asking) -> None:
    row = ask.shop.fake.state[ask.shop.fake.visible_ids()[0]]
    ask.shop.fake.set(row["id"], {"reference": "Été-4207", "name": "Étole brodée"})
    for text in ("[ETE-4207]", "%[te-420]%", "[été]%", "%[4207]"):
        assert ask.ids("products", f"filter[reference]={quote(text, safe='[]')}") == [row["id"]]
    assert ask.ids("products", "filter[name]=[etole]%25") == [row["id"]]


def test_filters_together_and_by_what_is_shown(ask: Asking) -> None:
    rows = ask.rows("products", "display=[id,active,visibility]")
    hidden = {r["id"] for r in rows if r["visibility"] == "none"}
    inactive = {r["id"] for r in rows if not r["active"]}
    assert hidden
    assert inactive
    found = ask.ids("products", "filter[active]=1&filter[visibility]=[both|catalog|search]")
    assert set(found) == {r["id"] for r in rows} - hidden - inactive


def test_dates_are_filtered_with_date_1_only(ask: Asking) -> None:
    number = ask.shop.fake.visible_ids()[0]
    ask.shop.fake.set(number, {}, at="2027-01-02 03:04:05")
    assert ask.ids("products", "filter[date_upd]=>[2027-01-02 03:04:04]&date=1") == [number]
    assert ask.ids("products", "filter[date_upd]=>[2027-01-02 03:04:05]&date=1") == []
    assert ask.ids("products", "filter[date_upd]=[2027-01-02,2030-01-01]&date=1") == [number]
    assert ask.ids("products", "sort=[date_upd_DESC]&limit=1&date=1") == [number]


# -- images ----------------------------------------------------------------------------------------------------------
def test_images_are_listed_in_xml_only_and_need_the_key(ask: Asking) -> None:
    row = ask.rows("products", "display=full&limit=1")[0]
    image = row["associations"]["images"][0]["id"]
    listed = ElementTree.fromstring(ask(f"/api/images/products/{row['id']}").content)
    assert [one.get("id") for one in listed[0]] == [str(i["id"]) for i in row["associations"]["images"]]
    assert ask.error(f"/api/images/products/{row['id']}?{JSON}") == (500, [61])
    photo = ask(f"/api/images/products/{row['id']}/{image}/home_default")
    assert photo.headers["Content-Type"] == "image/jpeg"
    assert ask(f"/api/images/products/{row['id']}/{image}", auth=None).status_code == 401
    assert ask.error(f"/api/images/products/{row['id']}/99999?{JSON}") == (400, [57])


def test_a_numeric_key_format_of_the_default_keys() -> None:
    assert all(re.fullmatch(r"[A-Z0-9]{32}", key.text) for key in DEFAULT_KEYS)
