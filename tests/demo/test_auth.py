"""Keys: the measured table of facts, row by row."""

from __future__ import annotations

import base64
import functools
import hmac
import secrets
import time
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
import requests
from woocommerce.oauth import OAuth

from aggregator.demo.model import Catalogue
from aggregator.demo.server import FakeShop

from .conftest import KEY, REST


def signed(url: str, key: str = KEY[0], secret: str = KEY[1]) -> str:
    """The URL as the official client signs it."""
    return str(OAuth(url=url, consumer_key=key, consumer_secret=secret, version="wc/v3", method="GET").get_oauth_url())


def signed_by_the_book(url: str) -> str:
    """RFC 5849 with HMAC-SHA1, slashes in values encoded, which the official client forgets."""
    base, _, query = url.partition("?")
    pairs = dict(parse_qsl(query)) | {
        "oauth_consumer_key": KEY[0],
        "oauth_timestamp": str(int(time.time())),
        "oauth_nonce": secrets.token_hex(8),
        "oauth_signature_method": "HMAC-SHA1",
    }
    joined = "&".join(f"{k}={quote(v, safe='~')}" for k, v in sorted(pairs.items()))
    text = f"GET&{quote(base, safe='')}&{quote(joined, safe='')}"
    digest = hmac.new(f"{KEY[1]}&".encode(), text.encode(), "sha1").digest()
    return f"{base}?{urlencode(pairs | {'oauth_signature': base64.b64encode(digest).decode()})}"


def clock(ahead: float) -> float:
    return time.time() + ahead


def code(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


CANNOT = "woocommerce_rest_cannot_view"
REFUSED = "woocommerce_rest_authentication_error"


def test_over_https_a_key_works_by_basic_by_query_and_by_oauth(shop: FakeShop, session: requests.Session) -> None:
    assert session.get(shop.url + REST, auth=KEY).status_code == 200
    query = {"consumer_key": KEY[0], "consumer_secret": KEY[1]}
    assert session.get(shop.url + REST, params=query).status_code == 200
    assert session.get(signed(shop.url + REST)).status_code == 200
    assert [seen.scheme for seen in shop.fake.requests] == ["basic", "query", "oauth"]


def test_over_http_only_oauth_counts(plain_http: FakeShop, session: requests.Session) -> None:
    url = plain_http.url + REST
    assert code(session.get(url, auth=KEY)) == (401, CANNOT)
    assert code(session.get(url, params={"consumer_key": KEY[0], "consumer_secret": KEY[1]})) == (401, CANNOT)
    assert code(session.get(url, auth=KEY, headers={"X-Forwarded-Proto": "https"})) == (401, CANNOT)
    assert session.get(signed(url)).status_code == 200


def test_oauth_with_parameters_and_lists_verifies(plain_http: FakeShop, session: requests.Session) -> None:
    ids = plain_http.fake.visible_ids()[:2]
    url = f"{plain_http.url}{REST}?per_page=5&search=en%20lin%20%26%20co&include={ids[0]},{ids[1]}"
    assert session.get(signed(url)).status_code == 200


def test_oauth_in_the_authorization_header_verifies(plain_http: FakeShop, session: requests.Session) -> None:
    url = plain_http.url + REST
    given = dict(parse_qsl(urlsplit(signed(url)).query))
    header = "OAuth " + ", ".join(f'{k}="{quote(v, safe="~")}"' for k, v in given.items())
    assert session.get(url, headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "ck_nothing"}, "Consumer key is invalid."),
        ({"secret": "cs_wrong"}, "Invalid signature - provided signature does not match."),
    ],
)
def test_wrong_oauth_says_what_is_wrong(
    plain_http: FakeShop, session: requests.Session, change: dict[str, str], message: str
) -> None:
    answer = session.get(signed(plain_http.url + REST, **change))
    assert (*code(answer), answer.json()["message"]) == (401, REFUSED, message)


def test_a_clock_a_quarter_of_an_hour_off_is_refused(plain_http: FakeShop, session: requests.Session) -> None:
    url = plain_http.url + REST
    for minutes, status in ((14, 200), (16, 401), (-14, 200), (-16, 401)):
        plain_http.fake.auth.now = functools.partial(clock, 60 * minutes)
        answer = session.get(signed(url))
        assert answer.status_code == status
    assert answer.json()["message"] == "Invalid timestamp."


def test_a_signature_works_once(plain_http: FakeShop, session: requests.Session) -> None:
    url = signed(plain_http.url + REST)
    assert session.get(url).status_code == 200
    again = session.get(url)
    assert (*code(again), again.json()["message"]) == (401, REFUSED, "Invalid nonce - nonce has already been used.")


def test_missing_oauth_parameters_are_named(plain_http: FakeShop, session: requests.Session) -> None:
    answer = session.get(plain_http.url + REST, params={"oauth_consumer_key": "ck_test", "oauth_nonce": "1"})
    assert answer.status_code == 401
    assert "oauth_timestamp" in answer.json()["message"]


def test_an_unknown_key_is_as_no_key_and_a_wrong_secret_is_told(shop: FakeShop, session: requests.Session) -> None:
    url = shop.url + REST
    assert code(session.get(url)) == code(session.get(url, auth=("ck_unknown", "cs"))) == (401, CANNOT)
    wrong = session.get(url, auth=("ck_test", "cs_wrong"))
    assert (*code(wrong), wrong.json()["message"]) == (401, REFUSED, "Consumer secret is invalid.")


def test_read_and_write_permissions(shop: FakeShop, session: requests.Session) -> None:
    one = f"{shop.url}{REST}/{shop.fake.visible_ids()[0]}"
    write = session.put(one, auth=KEY, json={})
    assert (*code(write), write.json()["message"]) == (
        401,
        REFUSED,
        "The API key provided does not have write permissions.",
    )
    assert "read permissions" in session.get(one, auth=("ck_write", "cs_write")).json()["message"]
    assert code(session.get(shop.url + REST, auth=("ck_nobody", "cs_nobody"))) == (403, CANNOT)


def test_a_minimal_role_reads_products_and_nothing_else(shop: FakeShop, session: requests.Session) -> None:
    minimal = ("ck_catalogue", "cs_catalogue")
    assert session.get(shop.url + REST, auth=minimal).status_code == 200
    assert session.get(f"{shop.url}/wp-json/wc-analytics/variations", auth=minimal).status_code == 200
    for route in ("products/categories", "products/attributes", "orders", "settings/tax"):
        assert code(session.get(f"{shop.url}/wp-json/wc/v3/{route}", auth=minimal)) == (403, CANNOT)
        assert session.get(f"{shop.url}/wp-json/wc/v3/{route}", auth=KEY).status_code == 200


def test_a_host_that_drops_the_header_leaves_the_query(catalogue: Catalogue, session: requests.Session) -> None:
    with FakeShop(catalogue, assume_https=True, strip_authorization=True) as shop:
        assert code(session.get(shop.url + REST, auth=KEY)) == (401, CANNOT)
        query = {"consumer_key": KEY[0], "consumer_secret": KEY[1]}
        assert session.get(shop.url + REST, params=query).status_code == 200


def test_the_plain_form_authenticates_nothing_before_11_1(catalogue: Catalogue, session: requests.Session) -> None:
    query = {"rest_route": "/wc/v3/products", "per_page": "1"}
    for version, status in (("9.9.5", 401), ("11.1.0", 200)):
        with FakeShop(catalogue, assume_https=True, version=version) as shop:
            assert session.get(f"{shop.url}/", params=query, auth=KEY).status_code == status


@pytest.mark.parametrize("permalinks", ["pretty", "plain"])
@pytest.mark.parametrize("start", ["/wp-json/wc/v3/products", "/index.php/wp-json/wc/v3/products"])
def test_the_doubled_address_works_everywhere(
    catalogue: Catalogue, session: requests.Session, permalinks: str, start: str
) -> None:
    with FakeShop(catalogue, assume_https=True, permalinks=permalinks) as shop:
        url = f"{shop.url}{start}?{urlencode({'rest_route': '/wc/v3/products'})}"
        assert session.get(url, auth=KEY).status_code == 200
        assert session.get(signed_by_the_book(url)).status_code == 200


def test_link_repeats_the_secret_as_the_real_one_does(shop: FakeShop, session: requests.Session) -> None:
    query = {"consumer_key": KEY[0], "consumer_secret": KEY[1], "per_page": "1"}
    assert "cs_test" in session.get(shop.url + REST, params=query).headers["Link"]


def test_the_legacy_api_is_off(shop: FakeShop, session: requests.Session) -> None:
    answer = session.get(f"{shop.url}/wc-api/v3/products")
    assert (answer.status_code, answer.json()["errors"]["code"]) == (404, "woocommerce_api_disabled")
