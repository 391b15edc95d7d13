"""« Connecter ma boutique »: against shops that speak the real protocol, and against everything else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Request
from selectolax.lexbor import LexborHTMLParser

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.server import FakeShop
from aggregator.settings import Settings
from aggregator.store import merchants, shops
from aggregator.store.tables import SHOP
from aggregator.web.checking import problems, read_address
from aggregator.web.proposal import Proposal, read_form, validate
from aggregator.web.security import signer, visitor
from connectors.protocol import CheckReport
from connectors.records import Issue, IssueCode, OfferRecord, ProductRecord
from tests.web.conftest import Portal, open_portal
from tests.web.test_pages import text

ANSWERS = {
    "shop_name": "Les Jouets du Port",
    "merchant_name": "Jouets du Port SARL",
    "siret": "732 829 320 00074",
    "commune": "Cancale",
    "email": "contact@jouets.example",
    "entitled": "oui",
}


@pytest.fixture
def open_to_loopback(sqlite_settings: Settings) -> Iterator[Portal]:
    allowed = sqlite_settings.model_copy(update={"allow_hosts": "127.0.0.1,localhost"})
    with open_portal(allowed) as portal:
        yield portal


@pytest.fixture(scope="module")
def fake_shop() -> Iterator[FakeShop]:
    with FakeShop(generate_shop("toys", products=40)) as shop:
        yield shop


def check(portal: Portal, url: str) -> tuple[int, LexborHTMLParser]:
    answer = portal.http.post("/connecter", data={"url": url}, timeout=40)
    return answer.status_code, LexborHTMLParser(answer.text)


def token_of(tree: LexborHTMLParser) -> str:
    field = tree.css_first('input[name="token"]')
    assert field is not None, tree.html
    return str(field.attributes["value"])


def test_a_shop_is_shown_as_it_will_be_published(open_to_loopback: Portal, fake_shop: FakeShop) -> None:
    status, tree = check(open_to_loopback, fake_shop.url)
    assert status == 200
    found = text(tree, ".found")
    assert "WooCommerce" in found
    assert re.search(r"Produits 3\d|Produits 40", found)
    assert len(tree.css(".grid .card")) == 20
    assert tree.css_first(".grid .card .price") is not None
    assert tree.css_first(".grid a") is None, "nothing is published yet, so there is nowhere to go"
    with open_to_loopback.store.read() as connection:
        assert len(shops.list_all(connection)) == 4, "looking stores nothing"


def test_a_proposal_waits_for_the_operator(open_to_loopback: Portal, fake_shop: FakeShop) -> None:
    portal = open_to_loopback
    token = token_of(check(portal, fake_shop.url)[1])
    answer = portal.http.post("/connecter/demande", data={"token": token, **ANSWERS})
    assert (answer.status_code, answer.headers["location"]) == (303, "/connecter/merci")
    with portal.store.read() as connection:
        (shop,) = [shop for shop in shops.list_all(connection, "proposed") if shop.name == "Les Jouets du Port"]
        merchant = merchants.get(connection, shop.merchant_id or 0)
    assert (shop.connector, shop.platform) == ("woocommerce-store", "WooCommerce")
    assert merchant.siret == "73282932000074"
    assert portal.http.get(f"/boutique/{shop.id}").status_code == 404
    again = portal.http.post("/connecter/demande", data={"token": token, **ANSWERS})
    assert again.status_code == 409
    assert "déjà en cours" in again.text


def test_wrong_answers_are_named_and_the_right_ones_kept(open_to_loopback: Portal, fake_shop: FakeShop) -> None:
    token = token_of(check(open_to_loopback, fake_shop.url)[1])
    wrong = {**ANSWERS, "siret": "732 829 320 00075", "email": "moi", "entitled": ""}
    answer = open_to_loopback.http.post("/connecter/demande", data={"token": token, **wrong})
    tree = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert [node.attributes["id"] for node in tree.css("[aria-invalid]")] == ["siret", "email", "entitled"]
    kept = tree.css_first("#shop_name")
    assert kept is not None
    assert kept.attributes["value"] == "Les Jouets du Port"
    token = token_of(tree)
    assert open_to_loopback.http.post("/connecter/demande", data={"token": token, **ANSWERS}).status_code == 303


def test_a_second_shop_of_a_merchant_joins_the_first(open_to_loopback: Portal, fake_shop: FakeShop) -> None:
    """The seeded town knows this SIRET: no second merchant, and the first one's data stays."""
    token = token_of(check(open_to_loopback, fake_shop.url)[1])
    open_to_loopback.http.post("/connecter/demande", data={"token": token, **ANSWERS})
    with open_to_loopback.store.read() as connection:
        assert len(merchants.list_all(connection)) == 3


@pytest.mark.parametrize(("status", "said"), [("refused", "ne figure plus"), ("left", "ne figure plus"),
                                              ("approved", "déjà connectée")])  # fmt: skip
def test_a_known_shop_is_told_so_without_its_file(
    open_to_loopback: Portal, fake_shop: FakeShop, status: str, said: str
) -> None:
    tree = check(open_to_loopback, fake_shop.url)[1]
    token = token_of(tree)
    open_to_loopback.http.post("/connecter/demande", data={"token": token, **ANSWERS})
    with open_to_loopback.store.write() as connection:
        named = SHOP.c.name == "Les Jouets du Port"
        connection.execute(sa.update(SHOP).where(named).values(status=status, note="litige secret"))
    shown = check(open_to_loopback, fake_shop.url)[1]
    assert said in text(shown, "main")
    assert shown.css_first("form.request") is None
    answer = open_to_loopback.http.post("/connecter/demande", data={"token": token, **ANSWERS})
    assert answer.status_code == 409
    assert "secret" not in answer.text
    assert "emplettes shops" not in answer.text, "the operator's words are not the public's"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", None])
def test_a_forged_or_old_token_starts_again(portal: Portal, token: str | None) -> None:
    data = {**ANSWERS, **({} if token is None else {"token": token})}
    answer = portal.http.post("/connecter/demande", data=data)
    assert answer.status_code == 422
    assert "Recommencez" in answer.text


def test_a_token_of_another_portal_is_refused(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = portal.settings.model_copy(update={"data": tmp_path_factory.mktemp("other")})
    seen = {"url": "https://x.example/", "connector": "c", "platform": "p", "products": 1, "memory": {}}
    forged = signer(elsewhere).dumps(seen)
    assert portal.http.post("/connecter/demande", data={"token": forged, **ANSWERS}).status_code == 422
    assert (elsewhere.data / "web-signing.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "url", ["", " ", "pas une adresse", "javascript:alert(1)", "ftp://a.fr", "http://", "maboutique"]
)
def test_what_is_no_address_is_said_at_once(portal: Portal, url: str) -> None:
    status, tree = check(portal, url)
    assert status == 422
    assert tree.css_first('#url[aria-invalid="true"]') is not None


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://169.254.169.254/", "[::1]:80", "http://2130706433/x.y"])
def test_private_addresses_are_never_called(own_portal: Portal, url: str) -> None:
    status, tree = check(own_portal, url)
    assert status in (200, 422)
    if status == 200:
        assert "adresse publique" in text(tree, "[role=alert]")


def test_a_dead_host_ends_in_its_sentence(open_to_loopback: Portal) -> None:
    status, tree = check(open_to_loopback, "http://127.0.0.1:9/")
    assert status == 200
    assert "shop_unreachable" in text(tree, "code")


def test_five_checks_an_hour_then_a_clear_wait(open_to_loopback: Portal) -> None:
    for _ in range(5):
        assert check(open_to_loopback, "http://127.0.0.1:9/")[0] == 200
    answer = open_to_loopback.http.post("/connecter", data={"url": "http://127.0.0.1:9/"})
    assert answer.status_code == 429
    assert 3000 < int(answer.headers["retry-after"]) <= 3600
    assert "cinq vérifications en une heure" in answer.text
    assert open_to_loopback.http.post("/connecter", data={"url": ""}).status_code == 422, "a typing error costs nothing"


def test_one_check_at_a_time_per_host(open_to_loopback: Portal) -> None:
    """The second visitor of a slow shop waits outside, and it costs none of the five."""
    with FakeShop(generate_shop("toys", products=5), latency_ms=(400, 0)) as slow, ThreadPoolExecutor(1) as pool:
        first = pool.submit(check, open_to_loopback, slow.url)
        answers = []
        while not first.done():
            with httpx.Client(base_url=open_to_loopback.url) as other:
                answers.append(other.post("/connecter", data={"url": slow.url + "?x=1"}, timeout=40))
            threading.Event().wait(0.05)
        assert first.result()[0] == 200
    waits = [answer for answer in answers if answer.status_code == 429]
    assert waits, "the host was busy for over a second"
    assert "déjà en cours" in waits[0].text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("boutique.fr", "https://boutique.fr/"),
        (" https://Boutique.fr/shop ", "https://boutique.fr/shop"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("boutique", None),
        ("mailto:a@b.fr", None),
        ("", None),
    ],
)
def test_addresses_are_read_as_typed(typed: str, read: str | None) -> None:
    assert read_address(typed) == read


def test_each_field_of_the_form_is_checked() -> None:
    assert isinstance(validate(read_form(ANSWERS)), Proposal)
    for name in ANSWERS:
        wrong = validate(read_form({**ANSWERS, name: ""}))
        assert isinstance(wrong, dict)
        assert list(wrong) == [name]
    for email in ("a@b", "a b@c.fr", "a@b..fr", "@b.fr", "a@b.fr\nBcc: x@y.fr,", "<a@b.fr>"):
        wrong = validate(read_form({**ANSWERS, "email": email}))
        assert isinstance(wrong, dict), email


def _request(client: str, forwarded: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "client": (client, 1), "headers": headers})


def test_a_visitor_cannot_choose_who_they_are() -> None:
    assert visitor(_request("203.0.113.9", "1.2.3.4"), behind_proxy=False) == "203.0.113.9"
    assert visitor(_request("10.0.0.1", "1.2.3.4, 203.0.113.9"), behind_proxy=True) == "203.0.113.9"
    assert visitor(_request("10.0.0.1"), behind_proxy=True) == "10.0.0.1"
    assert visitor(_request("x", "rubbish"), behind_proxy=True) == "unknown"
    one, other = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
    assert visitor(_request(one), behind_proxy=False) == visitor(_request(other), behind_proxy=False)


def test_problems_are_grouped_by_kind_the_worst_first() -> None:
    good = ProductRecord(
        source_id="7",
        title="Toupie",
        url="https://x.example/7",
        offers=(OfferRecord(source_id="7", price_minor=1, currency="EUR", availability=None),),
    )
    issues = [
        Issue(code=IssueCode.IMAGE_MISSING, source_id="7"),
        *(Issue(code=IssueCode.IMAGE_MISSING, source_id=str(number)) for number in range(20, 25)),
        Issue(code=IssueCode.TITLE_MISSING, source_id="9", rejected=True),
        Issue(code=IssueCode.RECORD_MALFORMED, source_id=None, rejected=True),
    ]
    found = problems(CheckReport("WooCommerce", "c", "https://x.example/", sample=(good,), issues=tuple(issues)))
    assert [(problem.count, problem.rejected) for problem in found] == [(1, True), (1, True), (6, False)]
    assert found[2].examples == ("Toupie", "produit n°\u00a020", "produit n°\u00a021")
    assert found[2].text == "Le produit n'a pas de photo."
