"""Every way in which a PrestaShop can fail ends in the right error, in words that its merchant can act on."""

from __future__ import annotations

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from connectors import registry
from connectors.errors import ConnectorError
from connectors.prestashop.api import MEMORY_MISSING, MEMORY_WAY
from connectors.prestashop.house_rule import MEMORY_RULE
from connectors.prestashop.routes import MEMORY_ROUTE
from connectors.protocol import Credentials, ShopConnection
from connectors.records import EndOfCatalog, ProductRecord, StockRecord
from tests.support.hostile import HostileServer, Line, Seen, reply
from tests.support.player import Player
from tests.support.prestashop_player import KEY, LISTING, WEBSERVICE, exchange, log_since, playing, reaching
from tests.support.sessions import session_for

pytestmark = [pytest.mark.captures, pytest.mark.xdist_group("played_prestashop")]
PRODUCTS = 300
LISTS = {WEBSERVICE: r"/api/products\?", LISTING: "resultsPerPage="}


@pytest.fixture(scope="module")
def running() -> Iterator[Player]:
    with playing("--keep", str(PRODUCTS), "--aged") as player:
        yield player


@pytest.fixture
def player(running: Player) -> Player:
    running.reset()
    return running


def read(player: Player, name: str = WEBSERVICE, **options: Any) -> list[Any]:
    with reaching(player, **{"deadline": 20.0, **options}) as connection:
        return list(registry.get(name).read_catalog(connection))


def found(messages: list[Any]) -> dict[str, ProductRecord]:
    return {m.source_id: m for m in messages if isinstance(m, ProductRecord)}


def failure(player: Player, name: str = WEBSERVICE, **options: Any) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        read(player, name, **options)
    assert KEY not in f"{caught.value} {caught.value.message} {caught.value.detail}"
    return caught.value


@pytest.mark.parametrize("name", [WEBSERVICE, LISTING])
@pytest.mark.parametrize(
    ("kind", "code", "options"),
    [
        ("500", "shop_unreachable", {}),
        ("503", "shop_unreachable", {}),
        ("maintenance", "shop_in_maintenance", {}),
        ("429", "shop_throttled", {"retry_after": 600}),
        ("html", "catalogue_malformed", {}),
        ("truncated", "catalogue_malformed", {}),
        ("empty", "catalogue_malformed", {}),
        ("reset", "shop_unreachable", {}),
        ("hang", "shop_unreachable", {"seconds": 5}),
        ("403", "access_forbidden", {}),
    ],
)
def test_each_fault_ends_in_its_error(player: Player, name: str, kind: str, code: str, options: dict[str, Any]) -> None:
    player.fault(kind, LISTS[name], times=-1, **options)
    stays = code == "shop_unreachable"  # is tried again until the time is over
    assert failure(player, name, deadline=1.5 if stays else 20.0).code == code


@pytest.mark.parametrize("resource", ["combinations", "stock_availables"])
def test_an_empty_list_beside_products_is_no_shop_without_variants_or_stock(player: Player, resource: str) -> None:
    player.fault("empty", rf"/api/{resource}\?", times=-1)
    assert failure(player).code == "catalogue_malformed"


@pytest.mark.parametrize("resource", ["combinations", "stock_availables"])
def test_an_empty_list_beside_changed_products_publishes_none_of_them(player: Player, resource: str) -> None:
    player.fault("empty", rf"/api/{resource}\?", times=-1)
    seen: list[Any] = []
    with reaching(player, deadline=20.0) as connection, pytest.raises(ConnectorError) as caught:
        seen.extend(registry.get(WEBSERVICE).read_catalog(connection, cursor="2000-01-01T00:00:00+00:00"))
    assert caught.value.code == "catalogue_malformed"
    assert not found(seen)


@pytest.mark.parametrize("resource", ["languages", "products", "combinations", "stock_availables", "categories"])
@pytest.mark.parametrize("kind", ["500", "empty", "html", "reset", "truncated"])
def test_a_passing_fault_anywhere_loses_nothing(player: Player, resource: str, kind: str) -> None:
    whole = found(read(player))
    player.fault(kind, rf"/api/{resource}\?", times=1)
    messages = read(player)
    assert found(messages) == whole
    assert messages[-1].complete


def test_a_webservice_that_is_off_says_where_to_switch_it_on(player: Player) -> None:
    player.fault("service_off", "/api/", times=-1)
    error = failure(player)
    assert error.code == "access_forbidden"
    assert "Activer le webservice" in error.message
    with reaching(player) as connection:
        report = registry.get(WEBSERVICE).check(connection)
    assert report.reachable
    assert not report.authorised
    assert report.error is not None


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "Authorization"),
        ("trop-courte", "32 caractères"),
        ("X" * 32, "ne connaît pas cette clé"),
    ],
)
def test_keys_that_are_none(player: Player, key: str, words: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        read(player, key=key)
    assert caught.value.code == "credentials_rejected"
    assert words in caught.value.message


def test_without_any_key_the_webservice_is_not_asked(player: Player) -> None:
    with reaching(player, key=None) as connection, pytest.raises(ConnectorError) as caught:
        list(registry.get(WEBSERVICE).read_catalog(connection))
    assert caught.value.code == "credentials_rejected"
    assert not [line for line in player.log() if line["path"].startswith("/api")]


@pytest.mark.parametrize("resource", ["products", "combinations", "stock_availables", "languages", "categories"])
def test_a_missing_right_is_named(player: Player, resource: str) -> None:
    player.control("deny", resources=[resource])
    try:
        error = failure(player)
        with reaching(player) as connection:
            report = registry.get(WEBSERVICE).check(connection)
    finally:
        player.control("deny", resources=[])
    assert error.code == "credentials_rejected"
    assert resource in error.message
    assert report.error is not None
    assert resource in report.error.message


def test_rights_that_only_help_are_missed_not_needed(player: Player) -> None:
    player.control("deny", resources=["product_features", "product_feature_values", "image_types"])
    try:
        messages = read(player)
        with reaching(player) as connection:
            report = registry.get(WEBSERVICE).check(connection)
    finally:
        player.control("deny", resources=[])
    assert len(found(messages)) > 200
    assert not any(record.attributes for record in found(messages).values())
    assert messages[-1].complete
    assert "product_feature" in messages[-1].detail
    assert report.error is None
    assert sum("ne peut pas lire" in warning for warning in report.warnings) == 2


def test_a_host_that_strips_the_header_is_read_by_the_query_and_remembered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with playing("--keep", "60", "--strip-header") as player:
        memory: dict[str, str] = {}
        with caplog.at_level(logging.DEBUG), reaching(player, memory=memory) as connection:
            assert len(found(list(registry.get(WEBSERVICE).read_catalog(connection)))) > 40
        assert memory[MEMORY_WAY] == "query"
        assert KEY not in caplog.text
        assert KEY not in str(memory)
        first = [line["key"] for line in player.log() if line["path"].startswith("/api/")]
        assert first.count("basic") == 1
        player.control("reset")
        with reaching(player, memory=memory) as connection:
            list(registry.get(WEBSERVICE).read_stock(connection))
        assert {line["key"] for line in player.log() if line["path"].startswith("/api/")} == {"query"}
        assert not [line for line in player.log() if line["key"] and not line["path"].startswith("/api/")]


def test_where_even_the_query_is_stripped_the_merchant_gets_the_line_for_htaccess() -> None:
    plain = exchange("010")
    challenge = {name: value for name, value in plain["headers"] if name == "WWW-Authenticate"}
    with HostileServer({"/api/languages": reply(401, b"401 Unauthorized", challenge)}) as server:
        error = _read_hostile(server)
    assert error.code == "credentials_rejected"
    assert "SetEnvIf Authorization" in error.message


def test_a_password_of_the_host_is_told_from_a_key() -> None:
    with HostileServer({"/api/languages": reply(401, b"", {"WWW-Authenticate": 'Basic realm="Chantier"'})}) as server:
        error = _read_hostile(server)
        assert len([s for s in server.seen if s.path == "/api/languages"]) == 1
    assert error.code == "access_forbidden"
    assert "mot de passe" in error.message


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://www.exemple.fr/?url=products&ws_key=TESTKEYTESTKEYTESTKEYTESTKEY0000", "https://www.exemple.fr/"),
        ("/?url=products", "autre adresse"),
        ("https://exemple.fr@evil.example/", "autre adresse"),
    ],
)
def test_a_redirect_of_the_api_is_a_wrong_address_and_never_followed(location: str, words: str) -> None:
    with HostileServer({"/api/languages": reply(302, b"", {"Location": location})}) as server:
        error = _read_hostile(server)
        assert [s.path for s in server.seen] == ["/robots.txt", "/api/languages"]
    assert error.code == "platform_not_recognised"
    assert words in error.message
    assert "evil" not in error.message
    assert KEY not in f"{error} {error.message}"


def test_an_address_without_a_webservice() -> None:
    with HostileServer({"/api/languages": reply(404, b"<h1>Not Found</h1>")}) as server:
        error = _read_hostile(server)
    assert error.code == "platform_not_recognised"
    assert "URL simplifiées" in error.message


@pytest.mark.parametrize("number", ["026", "029"])
def test_a_question_that_the_shop_does_not_understand_is_ours(number: str) -> None:
    told = exchange(number)
    with HostileServer({"/api/languages": reply(500, told["body"].encode())}) as server:
        error = _read_hostile(server)
        assert len([s for s in server.seen if s.path == "/api/languages"]) == 1
    assert error.code == "catalogue_malformed"
    assert "c'est à nous" in error.message


def _read_hostile(server: HostileServer, name: str = WEBSERVICE) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        _read_standing(server, {}, name)
    return caught.value


def test_a_page_that_is_too_big_for_php_is_halved_and_the_size_kept(player: Player) -> None:
    whole = found(read(player))
    began = time.time()
    player.fault("500", r"/api/products\?.*limit=(?:250|125)\b", times=-1)
    messages = read(player)
    assert found(messages) == whole
    lines = [line for line in log_since(player, began) if line["path"] == "/api/products"]
    lines = [line for line in lines if "DESC" not in line["query"]]  # the one that was changed last
    sizes = [line["query"].rpartition("limit=")[2] for line in lines]
    assert sizes[:3] == ["250", "125", "62"]
    assert "250" not in sizes[1:]


def test_json_that_fails_is_read_as_xml(player: Player) -> None:
    whole = found(read(player))
    player.fault("html", r"/api/\w+\?.*output_format=JSON", times=-1)
    messages = read(player)
    assert found(messages) == whole
    assert "XML" in messages[-1].detail
    with reaching(player) as connection:
        swept = [m for m in registry.get(WEBSERVICE).read_stock(connection) if isinstance(m, StockRecord)]
    assert {r.source_id for r in swept} == whole.keys()


def test_json_that_php_dies_of_is_read_as_xml(player: Player) -> None:
    whole = found(read(player))
    player.fault("500", r"/api/\w+\?.*output_format=JSON", times=-1)
    messages = read(player)
    assert found(messages) == whole
    assert "XML" in messages[-1].detail


def test_fields_that_an_older_version_lacks_are_left_out_and_remembered(player: Player) -> None:
    """Asked for what it does not have, the real shop lists what it has (code 35)."""
    whole = found(read(player))
    refused = exchange("028")
    assert '"code":35' in refused["body"] or "[35]" in refused["body"]
    older = Older(player, refused["body"].replace("mpn", "x_mpn").replace("isbn", "x_isbn"))
    memory: dict[str, str] = {}
    with HostileServer(dict.fromkeys(OLDER_PATHS, older)) as server:
        assert found(_read_standing(server, memory)).keys() == whole.keys()
        assert "products.mpn" in memory[MEMORY_MISSING]
        assert "products.name" not in memory[MEMORY_MISSING]
        before = older.refusals
        _read_standing(server, memory)
        assert older.refusals == before


OLDER_PATHS = (
    *("/api/products", "/api/combinations", "/api/stock_availables", "/api/languages", "/api/currencies"),
    *("/api/categories", "/api/image_types", "/api/product_options", "/api/product_option_values"),
    *("/api/product_features", "/api/product_feature_values"),
)


def _read_standing(server: HostileServer, memory: dict[str, str], name: str = WEBSERVICE) -> list[Any]:
    with session_for(server, deadline=60.0) as session:
        connection = ShopConnection(server.url("/"), session, Credentials(KEY, ""), memory)
        return list(registry.get(name).read_catalog(connection))


class Older:
    """Stands before the player and refuses two fields, as a version without them does."""

    def __init__(self, player: Player, refusal: str) -> None:
        self._player = player
        self._refusal = refusal.encode()
        self.refusals = 0

    def __call__(self, line: Line, seen: Seen) -> None:
        if seen.path in ("/api/products", "/api/combinations") and ("mpn" in seen.query or "isbn" in seen.query):
            self.refusals += 1
            return reply(500, self._refusal)(line, seen)
        ask = urllib.request.Request(self._player.origin + seen.target)
        if "authorization" in seen.headers:
            ask.add_header("Authorization", seen.headers["authorization"])
        try:
            with urllib.request.urlopen(ask, timeout=20) as answer:
                return reply(answer.status, answer.read())(line, seen)
        except urllib.error.HTTPError as error:
            return reply(error.code, error.read())(line, seen)


def test_robots_txt_is_obeyed_with_and_without_a_key() -> None:
    for name in (WEBSERVICE, LISTING):
        with HostileServer({"/robots.txt": reply(200, b"User-agent: *\nDisallow: /\n")}) as server:
            assert _read_hostile(server, name).code == "access_forbidden"
            assert [s.path for s in server.seen] == ["/robots.txt"]


def test_addresses_stay_as_they_were_while_the_front_is_in_maintenance(player: Player) -> None:
    """The webservice answers all the same (measured): the content is read, nothing is learnt anew, nothing flips."""
    memory: dict[str, str] = {}
    with reaching(player, memory=memory) as connection:
        before = found(list(registry.get(WEBSERVICE).read_catalog(connection)))
    known = dict(memory)
    assert known[MEMORY_ROUTE]
    assert known[MEMORY_RULE] == "0"
    player.fault("maintenance", r"^/index\.php", times=-1)
    with reaching(player, memory=memory) as connection:
        messages = list(registry.get(WEBSERVICE).read_catalog(connection))
    assert found(messages) == before
    assert memory == known
    assert isinstance(messages[-1], EndOfCatalog)


def test_a_shop_that_never_answered_by_its_front_keeps_the_safe_addresses(player: Player) -> None:
    player.fault("maintenance", r"^/index\.php", times=-1)
    records = found(read(player))
    assert all(r.url == f"{player.url}index.php?controller=product&id_product={i}" for i, r in records.items())
