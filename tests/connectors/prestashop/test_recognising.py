"""A pasted PrestaShop address leads to both ways of reading it, and to nothing on other sites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors import registry
from connectors.detect import detect
from connectors.http import Response
from connectors.prestashop import refusals
from connectors.prestashop.checking import about_rights
from connectors.prestashop.door import base_of, category_links, currency_of
from connectors.protocol import ShopConnection
from connectors.records import ProductRecord
from tests.support.hostile import HostileServer, reply
from tests.support.player import Player
from tests.support.prestashop_player import LISTING, WEBSERVICE, pages, playing, reaching, require_captures
from tests.support.sessions import session_for

HOST = "http://127.0.0.1:8230/"


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with playing() as running:
        yield running


def home() -> Response:
    require_captures()
    page = next(p for p in pages() if p["kind"] == "home")
    return Response(HOST, 200, dict(page["headers"]), page["body"].encode())


@pytest.mark.captures
@pytest.mark.xdist_group("played_prestashop")
class TestDetect:
    def test_both_ways_are_found_and_a_key_ranks_the_keyed_one_first(self, player: Player) -> None:
        with reaching(player, key=None) as connection:
            found = detect(player.url, connection.session)
            assert [e.connector for e in found] == [LISTING, WEBSERVICE]
            assert [e.connector for e in detect(player.url, connection.session, with_credentials=True)] == [
                WEBSERVICE,
                LISTING,
            ]
        assert {e.platform for e in found} == {"PrestaShop"}
        assert {e.shop_url for e in found} == {player.url}
        assert found[0].confidence == 1.0
        assert "produits" in found[0].reasons[-1]
        assert "Manquent : les autres déclinaisons" in found[0].gives
        assert "lecture seule" in found[1].gives

    @pytest.mark.parametrize("path", ["", "3-vetements", "hommes/1-hummingbird-printed-t-shirt.html#avis"])
    def test_what_people_paste_can_be_checked_and_read(self, player: Player, path: str) -> None:
        with reaching(player, key=None) as connection:
            best = detect(player.url + path, connection.session)[0]
            assert best.shop_url == player.url
            shop = ShopConnection(url=best.shop_url, session=connection.session, memory=dict(best.memory))
            report = registry.get(best.connector).check(shop)
            assert report.error is None
            assert len(report.sample) == 20
            read = list(registry.get(best.connector).read_catalog(shop))
            assert sum(isinstance(m, ProductRecord) for m in read) == report.products

    def test_a_closed_door_is_recognised_all_the_same_and_the_check_says_why(self, player: Player) -> None:
        player.fault("html", "resultsPerPage", times=-1)
        try:
            with reaching(player, key=None) as connection:
                best, keyed = detect(player.url, connection.session)
                report = registry.get(LISTING).check(connection)
        finally:
            player.control("clear_faults")
        assert (best.connector, best.confidence, keyed.connector) == (LISTING, 0.5, WEBSERVICE)
        assert report.error is not None
        assert "clé du webservice" in report.error.message

    def test_a_webservice_behind_a_firewall_is_not_offered(self, player: Player) -> None:
        player.fault("403", "^/api/", times=-1)
        try:
            with reaching(player, key=None) as connection:
                found = detect(player.url, connection.session, with_credentials=True)
        finally:
            player.control("clear_faults")
        assert [e.connector for e in found] == [LISTING]


def test_another_site_costs_no_request_more() -> None:
    page = reply(200, b"<html><body>Boulangerie</body></html>")
    with HostileServer({"/": page}) as server, session_for(server) as session:
        assert [e.connector for e in detect(server.url("/"), session)] == ["website"]
        assert not [s for s in server.seen if s.path == "/api/"]


@pytest.mark.captures
def test_what_the_home_page_tells() -> None:
    page = home()
    assert base_of(page) == HOST
    assert currency_of(page) == "EUR"
    assert set(category_links(page, HOST)) == {2, 3, 4, 5, 6, 7, 8, 9}


def test_links_that_are_no_shelf() -> None:
    body = (
        b'<a href="/3-pulls">P</a><a href="/fr/4-gilets">G</a><a href="/content/1-livraison">L</a>'
        b'<a href="/brand/7-brebis">B</a><a href="/pulls/12-gilet.html">p</a><a href="https://ailleurs.example/5-x">x</a>'
        b'<a href="/6-laines?order=name">t</a><a href="#7-x">y</a><a href="/3-pulls#haut">P</a>'
    )
    found = category_links(Response("https://laines.example/", 200, {}, body), "https://laines.example/")
    assert found == {3: "https://laines.example/3-pulls", 4: "https://laines.example/fr/4-gilets"}


def test_a_base_address_on_another_site_is_not_believed() -> None:
    body = rb'var prestashop = {"urls":{"base_url":"https:\/\/ailleurs.example\/"}};'
    assert base_of(Response("https://laines.example/x", 200, {}, body)) == "https://laines.example/"
    body = rb'var prestashop = {"urls":{"base_url":"http:\/\/laines.example\/boutique\/"}};'
    assert base_of(Response("https://laines.example/x", 200, {}, body)) == "https://laines.example/boutique/"


def test_a_key_that_can_write_or_see_customers_is_warned_of() -> None:
    read = frozenset({"get", "head"})
    fine = dict.fromkeys(("products", "product_features", "product_feature_values", "image_types"), read)
    assert about_rights(fine) == []
    [writes] = about_rights({**fine, "products": frozenset({"get", "put"}), "stock_availables": frozenset({"delete"})})
    assert "products, stock_availables" in writes
    [private] = about_rights({**fine, "customers": read, "configurations": read})
    assert "configurations, customers" in private


@pytest.mark.parametrize("location", ["", "//evil", "https://a@b.fr/", "javascript:alert(1)", "https://" + "x" * 300])
def test_only_a_clean_origin_of_a_redirect_is_told(location: str) -> None:
    error = refusals.moved(Response(f"{HOST}api/", 302, {"Location": location}, b""))
    assert error.message == refusals.MOVED
