"""From what a person pastes to the shop, or to the sentence that says why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aggregator.demo.model import Catalogue
from aggregator.demo.server import FakeShop
from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.detect import addresses, detect
from connectors.errors import AccessForbidden, AddressBlocked, ConnectorError, PlatformNotRecognised, ShopUnreachable
from connectors.http import HttpSession
from connectors.protocol import ShopConnection
from tests.support.woo_shop import reach, session_for, small_catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return small_catalogue(30)


@pytest.fixture(scope="module")
def shop(catalogue: Catalogue) -> Iterator[FakeShop]:
    with FakeShop(catalogue) as shop:
        yield shop


def test_both_ways_are_found_and_a_key_ranks_the_keyed_one_first(shop: FakeShop) -> None:
    with session_for(shop) as session:
        found = detect(shop.url, session)
        assert [e.connector for e in found] == ["woocommerce-store", "woocommerce-rest"]
        assert [e.connector for e in detect(shop.url, session, with_credentials=True)] == [
            "woocommerce-rest",
            "woocommerce-store",
        ]
    assert found[0].confidence == 1.0
    assert found[0].version == "9.9.5"
    assert found[0].shop_url == shop.url + "/"
    assert "26 produits" in " ".join(found[0].reasons)


@pytest.mark.parametrize("typed", ["{host}", " {host} ", "{host}/produit/gilet-1/?utm_source=x#avis", "HTTP://{host}/"])
def test_what_people_paste(shop: FakeShop, typed: str) -> None:
    with session_for(shop) as session:
        found = detect(typed.format(host=f"{shop.host}:{shop.port}"), session)
    assert found[0].shop_url == shop.url + "/"


@pytest.mark.parametrize("switches", [{"base_path": "/boutique"}, {"permalinks": "plain"}])
def test_a_shop_in_a_folder_or_with_plain_permalinks(catalogue: Catalogue, switches: dict[str, Any]) -> None:
    with FakeShop(catalogue, **switches) as shop, session_for(shop) as session:
        [best, _] = detect(shop.url + "/", session)
        assert best.shop_url == shop.url + "/"
        connection = ShopConnection(url=best.shop_url, session=session, memory=dict(best.memory))
        before = session.requests
        report = registry.get(best.connector).check(connection)
        assert report.error is None
        assert session.requests - before <= 6


def test_a_shop_whose_interface_is_closed_is_still_recognised_and_the_check_says_why(catalogue: Catalogue) -> None:
    with FakeShop(catalogue, robots="User-agent: *\nDisallow: /wp-json/\n") as shop, session_for(shop) as session:
        best = detect(shop.url, session)[0]
        assert best.confidence < 1
        report = registry.get(best.connector).check(ShopConnection(url=best.shop_url, session=session))
        assert isinstance(report.error, AccessForbidden)


@pytest.mark.parametrize(
    "typed", ["", "   ", "ma boutique", "ftp://boutique.example", "https://", "http://[::", "a@b.fr"]
)
def test_what_is_no_address(typed: str) -> None:
    with HttpSession(AddressPolicy(), user_agent="x") as session, pytest.raises(ConnectorError) as caught:
        detect(typed, session)
    assert isinstance(caught.value, PlatformNotRecognised)
    assert session.requests == 0


def test_a_private_address_is_never_called() -> None:
    for typed in ("127.0.0.1", "http://169.254.169.254/latest", "https://10.0.0.1/"):
        with HttpSession(AddressPolicy(), user_agent="x") as session, pytest.raises(AddressBlocked):
            detect(typed, session)
        assert session.requests == 0


def test_a_redirect_to_a_private_address_is_not_followed(catalogue: Catalogue) -> None:
    with FakeShop(catalogue) as shop, session_for(shop) as session:
        shop.fake.fault("redirect", -1)
        with pytest.raises(AddressBlocked):
            detect(shop.url, session)


def test_a_dead_host() -> None:
    with HttpSession(AddressPolicy(), user_agent="x", deadline=5) as session, pytest.raises(ShopUnreachable) as caught:
        detect("boutique-qui-n-existe-pas.invalid", session)
    assert "n'existe pas" in caught.value.message


@pytest.mark.parametrize(
    ("kind", "error"), [("403", AccessForbidden), ("401", AccessForbidden), ("500", ShopUnreachable)]
)
def test_a_home_page_that_refuses(catalogue: Catalogue, kind: str, error: type[ConnectorError]) -> None:
    with FakeShop(catalogue) as shop, session_for(shop) as session:
        shop.fake.fault(kind, -1)  # type: ignore[arg-type]
        with pytest.raises(error):
            detect(shop.url, session)


@pytest.mark.parametrize("kind", ["html", "truncated"])
def test_a_shop_whose_interface_answers_rubbish_is_said_to(catalogue: Catalogue, kind: Any) -> None:
    with FakeShop(catalogue) as shop, session_for(shop) as session:
        shop.fake.fault(kind, -1, "wp-json|rest_route")
        best = detect(shop.url, session)[0]
        report = registry.get(best.connector).check(ShopConnection(url=best.shop_url, session=session))
        assert report.error is not None
        assert report.error.code == "catalogue_malformed"


@pytest.mark.parametrize("kind", ["html", "truncated", "500", "403"])
def test_a_known_shop_that_is_unwell_as_a_whole_is_not_taken_for_no_shop(catalogue: Catalogue, kind: Any) -> None:
    with FakeShop(catalogue) as shop, reach(shop) as reached:
        connector = registry.get("woocommerce-store")
        list(connector.read_catalog(reached.connection))
        known = dict(reached.connection.memory)
        shop.fake.fault(kind, -1, "wp-json|rest_route|^/$")
        with pytest.raises(ConnectorError) as caught:
            list(connector.read_catalog(reached.connection))
        codes = {"500": "shop_unreachable", "403": "access_forbidden"}
        assert caught.value.code == codes.get(kind, "catalogue_malformed")
        assert reached.connection.memory == known


def test_a_refusal_at_one_address_is_not_gone_round_at_another(catalogue: Catalogue) -> None:
    with FakeShop(catalogue) as shop, reach(shop) as reached:
        shop.fake.fault("403", -1, "wp-json")
        with pytest.raises(AccessForbidden):
            list(registry.get("woocommerce-store").read_catalog(reached.connection))
        assert not [s for s in shop.fake.requests if "rest_route" in s.query]


def test_a_site_that_is_no_shop(catalogue: Catalogue) -> None:
    with FakeShop(catalogue) as shop, session_for(shop) as session:
        shop.fake.fault("empty", -1)
        with pytest.raises(PlatformNotRecognised) as caught:
            detect(shop.url, session)
        assert "boutique" in caught.value.message


def test_a_page_that_no_platform_made_is_read_as_a_website_and_nothing_else_is_asked(catalogue: Catalogue) -> None:
    with FakeShop(catalogue) as shop, session_for(shop) as session:
        shop.fake.fault("html", -1)
        [found] = detect(shop.url, session)
        assert (found.connector, found.platform) == ("website", "Site sans plateforme connue")
        assert found.shop_url == shop.url + "/"
        assert found.confidence <= 0.3


def test_typed_addresses() -> None:
    assert addresses("maboutique.fr") == ["https://maboutique.fr/", "http://maboutique.fr/"]
    assert addresses("HTTPS://www.MaBoutique.fr/a#b") == ["https://www.maboutique.fr/a"]
    assert addresses("épicerie.fr")[0].startswith("https://xn--")


def test_the_registry_knows_its_connectors() -> None:
    for name in registry.names():
        assert registry.get(name).name == name
    with pytest.raises(KeyError):
        registry.get("oscommerce")


def test_check_is_honest_about_a_shop_that_is_not_there() -> None:
    with HttpSession(AddressPolicy(), user_agent="x", deadline=5) as session:
        connection = ShopConnection(url="https://boutique-qui-n-existe-pas.invalid/", session=session)
        report = registry.get("woocommerce-store").check(connection)
    assert isinstance(report.error, ShopUnreachable)
    assert not report.reachable


def test_a_shop_without_store_api_is_read_with_a_key(catalogue: Catalogue) -> None:
    with FakeShop(catalogue, store_api=False) as shop, reach(shop, keys=True) as reached:
        found = detect(shop.url, reached.session, with_credentials=True)
        assert found[0].connector == "woocommerce-rest"
