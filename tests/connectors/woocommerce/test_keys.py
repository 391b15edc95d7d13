"""A key gets in by the way that the shop accepts, is never shown to anybody else, and is refused in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests.adapters
from hypothesis import given
from hypothesis import strategies as st

from aggregator.demo.model import Catalogue
from aggregator.demo.server import FakeShop
from connectors import registry
from connectors.credentials import Credentials
from connectors.errors import AccessForbidden, CredentialsRejected
from connectors.protocol import ShopConnection
from connectors.records import ProductRecord
from connectors.woocommerce.auth import Way, signer
from tests.support.certificates import Authority
from tests.support.woo_shop import SECRET, behind_tls, reach, small_catalogue

REST = registry.get("woocommerce-rest")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return small_catalogue(40)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    made = Authority(tmp_path)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(made.bundle))
    return made


def read(connection: ShopConnection) -> int:
    return sum(isinstance(m, ProductRecord) for m in REST.read_catalog(connection))


def schemes(shop: FakeShop) -> list[str]:
    """How the requests for wc/v3 and wc-analytics came, in order, without repeats."""
    keyed = [s.scheme for s in shop.fake.requests if "wp-json/wc/v3" in s.path or "wp-json/wc-analytics" in s.path]
    return [scheme for n, scheme in enumerate(keyed) if n == 0 or scheme != keyed[n - 1]]


def test_over_https_basic(catalogue: Catalogue, authority: Authority) -> None:
    with behind_tls(catalogue, authority.server("localhost"), assume_https=True) as shop:
        with reach(shop, keys=True) as reached:
            assert read(reached.connection) == len(shop.fake.visible_ids())
            assert reached.connection.memory["auth"] == "basic"
        assert schemes(shop) == ["basic"]


def test_a_host_that_strips_the_header_gets_query_keys_and_is_remembered(
    catalogue: Catalogue, authority: Authority
) -> None:
    tls = authority.server("localhost")
    with behind_tls(catalogue, tls, assume_https=True, strip_authorization=True) as shop:
        with reach(shop, keys=True) as reached:
            assert read(reached.connection) == len(shop.fake.visible_ids())
            assert schemes(shop) == ["basic", "query"]
            shop.fake.faults.clear()
            assert read(reached.connection) == len(shop.fake.visible_ids())
        assert schemes(shop) == ["query"]


def test_a_wordpress_that_takes_itself_for_http_gets_signatures_for_http(
    catalogue: Catalogue, authority: Authority
) -> None:
    with behind_tls(catalogue, authority.server("localhost")) as shop, reach(shop, keys=True) as reached:
        assert read(reached.connection) == len(shop.fake.visible_ids())
        assert reached.connection.memory["auth"] == "oauth-as-http"


def test_over_plain_http_the_secret_never_leaves(catalogue: Catalogue) -> None:
    with FakeShop(catalogue, assume_https=True) as shop, reach(shop, keys=True) as reached:
        assert read(reached.connection) == len(shop.fake.visible_ids())
        assert schemes(shop) == ["oauth"]
        assert not [s for s in shop.fake.requests if SECRET in s.query or s.scheme in ("basic", "query")]


def test_what_worked_once_and_fails_now_is_found_anew(catalogue: Catalogue, authority: Authority) -> None:
    tls = authority.server("localhost")
    with behind_tls(catalogue, tls, assume_https=True, strip_authorization=True) as shop, reach(shop, keys=True) as r:
        r.connection.memory["auth"] = "basic"
        assert read(r.connection) == len(shop.fake.visible_ids())
        assert r.connection.memory["auth"] == "query"


@pytest.mark.parametrize("switches", [{"permalinks": "plain"}, {"base_path": "/boutique"}, {"version": "10.3.0"}])
def test_shops_set_up_otherwise(catalogue: Catalogue, switches: dict[str, Any]) -> None:
    with FakeShop(catalogue, **switches) as shop, reach(shop, keys=True) as reached:
        assert read(reached.connection) == len(shop.fake.visible_ids())


def test_a_shop_that_changed_its_permalinks_is_found_again(catalogue: Catalogue) -> None:
    with FakeShop(catalogue, permalinks="plain") as shop, reach(shop, keys=True) as reached:
        reached.connection.memory["rest_root"] = shop.url + "/wp-json/"
        assert read(reached.connection) == len(shop.fake.visible_ids())
        assert "rest_route=" in reached.connection.memory["rest_root"]


def test_variations_parent_by_parent_where_there_is_no_bulk_route(catalogue: Catalogue) -> None:
    with FakeShop(catalogue, analytics=False) as shop:
        with reach(shop, keys=True) as reached:
            whole = [m for m in REST.read_catalog(reached.connection) if isinstance(m, ProductRecord)]
            assert reached.connection.memory["variations_route"] == "parent"
        with FakeShop(catalogue) as usual, reach(usual, keys=True) as reached:
            other = [m for m in REST.read_catalog(reached.connection) if isinstance(m, ProductRecord)]
        assert [[o.source_id for o in r.offers] for r in whole] == [[o.source_id for o in r.offers] for r in other]


def test_a_key_for_products_alone_suffices(catalogue: Catalogue) -> None:
    with FakeShop(catalogue) as shop, reach(shop, keys=True) as reached:
        reached.connection.credentials = Credentials("ck_catalogue", "cs_catalogue")
        found = [m for m in REST.read_catalog(reached.connection) if isinstance(m, ProductRecord)]
        assert len(found) == len(shop.fake.visible_ids())
        assert {r.category_path for r in found} == {("Vêtements", "Pulls & gilets")}


@pytest.mark.parametrize(
    ("key", "secret", "told"),
    [
        ("ck_test", "cs_wrong", "Créez-en une nouvelle"),
        ("ck_unknown", "cs_unknown", "Créez-en une nouvelle"),
        ("ck_nobody", "cs_nobody", "n'a pas le droit"),
        ("ck_write", "cs_write", "Créez-en une nouvelle"),
    ],
)
def test_a_refused_key_over_http(catalogue: Catalogue, key: str, secret: str, told: str) -> None:
    with FakeShop(catalogue) as shop, reach(shop, keys=True) as reached:
        reached.connection.credentials = Credentials(key, secret)
        with pytest.raises(CredentialsRejected) as caught:
            read(reached.connection)
        assert told in caught.value.message
        assert secret not in f"{caught.value!r} {caught.value.detail} {caught.value.message}"
        assert len(schemes(shop)) == 1  # asked once


def test_a_wrong_secret_over_https_is_told_at_once(catalogue: Catalogue, authority: Authority) -> None:
    with behind_tls(catalogue, authority.server("localhost"), assume_https=True) as shop, reach(shop, keys=True) as r:
        r.connection.credentials = Credentials("ck_test", "cs_wrong")
        with pytest.raises(CredentialsRejected):
            read(r.connection)
        assert schemes(shop) == ["basic"]


def test_an_unknown_key_over_https_is_refused_in_every_way(catalogue: Catalogue, authority: Authority) -> None:
    with behind_tls(catalogue, authority.server("localhost"), assume_https=True) as shop, reach(shop, keys=True) as r:
        r.connection.credentials = Credentials("ck_unknown", "cs_unknown")
        with pytest.raises(CredentialsRejected) as caught:
            read(r.connection)
        assert schemes(shop) == ["basic", "query", "oauth"]
        assert ".htaccess" in caught.value.message


def test_without_a_key_nothing_is_asked_of_v3(catalogue: Catalogue) -> None:
    with FakeShop(catalogue) as shop, reach(shop) as reached:
        with pytest.raises(CredentialsRejected):
            read(reached.connection)
        assert schemes(shop) == []


@pytest.mark.parametrize("name", ["woocommerce-store", "woocommerce-rest"])
def test_robots_txt_is_obeyed(catalogue: Catalogue, name: str) -> None:
    with FakeShop(catalogue, robots="User-agent: *\nDisallow: /wp-json/\n") as shop, reach(shop, keys=True) as reached:
        with pytest.raises(AccessForbidden) as caught:
            list(registry.get(name).read_catalog(reached.connection))
        assert "robots.txt" in caught.value.message
        assert [s.path for s in shop.fake.requests] == ["/robots.txt"]
        assert registry.get(name).check(reached.connection).error is not None


def test_robots_txt_may_let_us_alone_in(catalogue: Catalogue) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: EmplettesBot\nAllow: /\n"
    with FakeShop(catalogue, robots=rules) as shop, reach(shop, keys=True) as reached:
        assert read(reached.connection) == len(shop.fake.visible_ids())


@pytest.fixture(scope="module")
def signed_shop(catalogue: Catalogue) -> Iterator[FakeShop]:
    with FakeShop(catalogue) as shop:
        yield shop


@given(value=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_whatever_is_asked_is_signed_right(signed_shop: FakeShop, value: str) -> None:
    with reach(signed_shop) as reached:
        url = signed_shop.url + "/wp-json/wc/v3/products"
        sign = signer(Way.OAUTH, Credentials("ck_test", "cs_test"), url)
        answer = reached.session.get(url, {"search": value, "include": "100,101", "per_page": 1}, sign=sign)
        assert answer.status == 200


def test_no_key_leaves_its_origin() -> None:
    for way in Way:
        sign = signer(way, Credentials("ck_test", "cs_test"), "https://boutique.example/wp-json/wc/v3/products")
        for elsewhere in ("http://boutique.example/", "https://autre.example/", "https://boutique.example:8443/"):
            params = {"page": "1", "oauth_signature": "spent", "consumer_secret": "x"}
            headers: dict[str, str] = {}
            sign("GET", elsewhere, params, headers)
            assert (params, headers) == ({"page": "1"}, {})
