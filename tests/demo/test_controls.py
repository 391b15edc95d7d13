"""What tests and the demo may do to a shop: change it, break it, watch it."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
import requests

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.faults import KINDS
from aggregator.demo.model import Catalogue
from aggregator.demo.server import FakeShop

from .conftest import KEY, REST, STORE, WP


def rest(session: requests.Session, shop: FakeShop, number: int) -> requests.Response:
    return session.get(f"{shop.url}{REST}/{number}", auth=KEY)


def test_a_save_moves_the_date_and_a_database_write_does_not(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.product(type="simple", status="publish").id
    before = rest(session, shop, number).json()["date_modified_gmt"]
    shop.fake.sql_set(number, {"price": "3.33"})
    item = rest(session, shop, number).json()
    assert (item["price"], item["date_modified_gmt"]) == ("3.33", before)
    shop.fake.set(number, {"price": "4.44"})
    item = rest(session, shop, number).json()
    assert item["price"] == "4.44"
    assert item["date_modified_gmt"] > before


def test_a_variations_change_moves_its_parent(shop: FakeShop) -> None:
    variation = shop.fake.product(type="variation")
    shop.fake.set(variation.id, {"stock_quantity": 0}, at=1_900_000_000)
    assert shop.fake.state[variation.id].stock_status == "outofstock"
    assert shop.fake.state[variation.parent].modified == shop.fake.state[variation.id].modified == 1_900_000_000


def test_a_parents_price_and_stock_follow_its_variations(shop: FakeShop, session: requests.Session) -> None:
    parent = shop.fake.product(type="variable", status="publish")
    children = [v for v in shop.fake.state.variations(parent.id) if v.status == "publish"]
    for n, child in enumerate(children):
        shop.fake.set(child.id, {"price": str(10 + n), "stock_quantity": 0})
    store = session.get(f"{shop.url}{STORE}/{parent.id}").json()
    assert store["prices"]["price"] == "1000"
    assert store["prices"]["price_range"] == {"min_amount": "1000", "max_amount": f"{10 + len(children) - 1}00"}
    assert store["is_in_stock"] is False
    shop.fake.set(children[0].id, {"stock_quantity": 3})
    assert session.get(f"{shop.url}{STORE}/{parent.id}").json()["is_in_stock"] is True


def test_the_bin_and_what_comes_after(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.visible_ids()[0]
    slug = shop.fake.state[number].slug
    shop.fake.trash(number)
    item = rest(session, shop, number).json()
    assert (item["status"], item["slug"]) == ("trash", f"{slug}__trashed")
    ask: dict[str, Any] = {"include": number}
    assert session.get(shop.url + REST, params=ask, auth=KEY).json() == []
    assert len(session.get(shop.url + REST, params={**ask, "status": "trash"}, auth=KEY).json()) == 1
    assert session.get(shop.url + WP, params=ask).json() == []
    shop.fake.restore(number)
    item = rest(session, shop, number).json()
    assert (item["status"], item["slug"]) == ("publish", slug)
    shop.fake.delete(number)
    answer = rest(session, shop, number)
    assert (answer.status_code, answer.json()["code"]) == (404, "woocommerce_rest_product_invalid_id")


def test_deleting_a_parent_takes_its_variations_and_deleting_one_bumps_the_parent(shop: FakeShop) -> None:
    one = shop.fake.product(type="variation")
    shop.fake.delete(one.id, at=1_900_000_000)
    assert shop.fake.state[one.parent].modified == 1_900_000_000
    assert one.id not in [v.id for v in shop.fake.state.variations(one.parent)]
    shop.fake.delete(one.parent)
    assert not any(p.parent == one.parent for p in shop.fake.state.entries.values())


def test_added_products_are_listed_last_by_id(shop: FakeShop, session: requests.Session) -> None:
    new = shop.fake.add({"name": "Étole d’été", "price": "12.50"})
    order: dict[str, Any] = {"orderby": "id", "order": "desc", "per_page": 1}
    item = session.get(shop.url + STORE, params=order).json()[0]
    assert (item["id"], item["name"], item["prices"]["price"]) == (new.id, "Étole d’été", "1250")
    assert new.slug == f"etole-dete-{new.id}"
    child = shop.fake.product(type="variation")
    sibling = shop.fake.add({"price": "99"}, like=child.id)
    assert sibling.id in [v.id for v in shop.fake.state.variations(child.parent)]


def test_fields_that_do_not_exist_are_an_error(shop: FakeShop) -> None:
    with pytest.raises(KeyError, match="no such field: couleur"):
        shop.fake.set(shop.fake.visible_ids()[0], {"couleur": "bleu"})
    with pytest.raises(KeyError):
        shop.fake.set(1, {})


def test_overrides_show_what_woocommerce_never_would(shop: FakeShop, session: requests.Session) -> None:
    number = shop.fake.visible_ids()[0]
    shop.fake.override(number, {"prices": None}, shape="store")
    assert session.get(f"{shop.url}{STORE}/{number}").json()["prices"] is None
    assert rest(session, shop, number).json()["price"] != ""


def test_reset_forgets_everything(shop: FakeShop, session: requests.Session, catalogue: Catalogue) -> None:
    first = shop.fake.visible_ids()[0]
    shop.fake.delete(first)
    shop.fake.add({"name": "x"})
    shop.fake.fault("500", times=-1)
    shop.fake.reset()
    assert tuple(shop.fake.state.entries.values()) == catalogue.products
    assert rest(session, shop, first).status_code == 200
    assert len(shop.fake.requests) == 1


# -- faults ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        ("500", 500, b'{"code":"internal_server_error"'),
        ("maintenance", 503, b"<!DOCTYPE html>"),
        ("429", 429, b"<html>"),
        ("401", 401, b"<html>"),
        ("403", 403, b"<html>"),
        ("html", 200, b"<!DOCTYPE html>"),
        ("empty", 200, b"[]"),
        ("warning", 200, b"<br />\n<b>Warning</b>"),
    ],
)
def test_faults_answer_as_asked_and_then_stop(
    shop: FakeShop, session: requests.Session, kind: Any, status: int, start: bytes
) -> None:
    shop.fake.fault(kind, times=2, match="store/v1")
    assert session.get(f"{shop.url}/wp-json/").status_code == 200
    for _ in range(2):
        answer = session.get(shop.url + STORE)
        assert answer.status_code == status
        assert answer.content.startswith(start)
    assert isinstance(session.get(shop.url + STORE).json(), list)


def test_retry_after_is_told(shop: FakeShop, session: requests.Session) -> None:
    shop.fake.fault("maintenance")
    shop.fake.fault("429", retry_after=7)
    assert session.get(shop.url + STORE).headers["Retry-After"] == "600"
    assert session.get(shop.url + STORE).headers["Retry-After"] == "7"


def test_empty_can_also_say_a_total_of_0(shop: FakeShop, session: requests.Session) -> None:
    shop.fake.fault("empty")
    shop.fake.fault("empty", total=0)
    assert int(session.get(shop.url + STORE).headers["X-WP-Total"]) > 100
    assert session.get(shop.url + STORE).headers["X-WP-Total"] == "0"


def test_truncated_is_half_a_body_or_a_dropped_line(shop: FakeShop, session: requests.Session) -> None:
    shop.fake.fault("truncated")
    with pytest.raises(json.JSONDecodeError):
        session.get(shop.url + STORE).json()
    shop.fake.fault("truncated", cut=True)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        session.get(shop.url + STORE, headers={"Accept-Encoding": "identity"})


def test_reset_and_hang(shop: FakeShop, session: requests.Session) -> None:
    shop.fake.fault("reset")
    with pytest.raises(requests.ConnectionError):
        session.get(shop.url + STORE)
    shop.fake.fault("hang", seconds=20)
    with pytest.raises(requests.ReadTimeout):
        session.get(shop.url + STORE, timeout=0.2)
    assert session.get(shop.url + STORE).status_code == 200


def test_a_drip_comes_byte_by_byte(shop: FakeShop, session: requests.Session) -> None:
    shop.fake.fault("drip", seconds=0.02)
    answer = session.get(f"{shop.url}/wp-json/", params={"_fields": "url"}, stream=True, timeout=60)
    chunks = [answer.raw.read(1) for _ in range(5)]
    assert b"".join(chunks) == b'{"url'
    answer.close()


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_body_goes_on_and_on(shop: FakeShop, session: requests.Session, packed: bool) -> None:
    shop.fake.fault("huge", gzip=packed, size=1 << 30)
    answer = session.get(shop.url + STORE, stream=True, timeout=60)
    size = 0
    for chunk in answer.iter_content(1 << 16):
        size += len(chunk)
        if size > 8 << 20:
            break
    answer.close()
    assert size > 8 << 20


def test_one_malformed_item_among_sound_ones(shop: FakeShop, session: requests.Session) -> None:
    shop.fake.fault("malformed_item", index=2)
    items = session.get(shop.url + STORE).json()
    assert items[2]["prices"] == "beaucoup"
    assert all(isinstance(i["prices"], dict) for n, i in enumerate(items) if n != 2)


def test_a_redirect_leads_where_it_is_told(shop: FakeShop, session: requests.Session) -> None:
    shop.fake.fault("redirect", location="http://10.0.0.1/", status=307)
    answer = session.get(shop.url + STORE, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://10.0.0.1/")


def test_unknown_faults_are_refused(shop: FakeShop) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        shop.fake.fault("gremlins")  # type: ignore[arg-type]
    assert "500" in KINDS


# -- the log ---------------------------------------------------------------------------------------------------------
def test_the_log_tells_who_asked_what_how(shop: FakeShop, session: requests.Session) -> None:
    session.get(shop.url + STORE, params={"per_page": 1}, headers={"User-Agent": "essai/1"})
    session.get(shop.url + REST, auth=KEY)
    first, second = shop.fake.requests
    assert (first.method, first.path, first.query, first.scheme) == ("GET", STORE, "per_page=1", "none")
    assert (first.user_agent, first.status, second.scheme) == ("essai/1", 200, "basic")
    assert first.size > 1000


def test_concurrency_is_counted_and_workers_queue(catalogue: Catalogue, session: requests.Session) -> None:
    for workers, least in ((0, 0.0), (1, 0.3)):
        with FakeShop(catalogue, latency_ms=(100, 0), workers=workers) as shop:
            url = f"{shop.url}/wp-json/"
            threads = [threading.Thread(target=requests.get, args=(url,)) for _ in range(3)]
            started = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert time.monotonic() - started >= max(least, 0.1)
            assert shop.fake.max_concurrency == 3


def test_latency_grows_with_the_items(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue, latency_ms=(20, 4)) as shop:
        session.get(shop.url + STORE, params={"per_page": 1})
        session.get(shop.url + STORE, params={"per_page": 50})
        one, fifty = (seen.seconds for seen in shop.fake.requests)
    assert one >= 0.024
    assert fifty >= 0.22


def test_stopping_lets_hanging_requests_go_and_frees_the_port() -> None:
    shop = FakeShop(generate_shop("soap", products=10)).start()
    shop.fake.fault("hang", seconds=60)
    failed: list[Exception] = []

    def ask() -> None:
        try:
            requests.get(shop.url, timeout=30)
        except requests.RequestException as problem:
            failed.append(problem)

    thread = threading.Thread(target=ask)
    thread.start()
    while not shop.fake.requests:
        time.sleep(0.01)
    shop.stop()
    thread.join(5)
    assert not thread.is_alive()
    again = FakeShop(generate_shop("soap", products=10), port=shop.port)
    again.stop()
