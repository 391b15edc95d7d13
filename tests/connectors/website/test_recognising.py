"""What a home page tells of the software behind it, and what makes a page a shop's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from connectors.addresses import AddressPolicy
from connectors.http import HttpSession, Response
from connectors.pages.signatures import recognise
from connectors.protocol import Evidence, Probe
from connectors.website.recognising import UNKNOWN, base_of, website

HTML = {"Content-Type": "text/html; charset=utf-8"}


def home(body: str, *, url: str = "https://boutique.example/", asked: str = "", **headers: str) -> Evidence | None:
    told = CaseInsensitiveDict(HTML | {name.replace("_", "-"): value for name, value in headers.items()})
    with HttpSession(AddressPolicy(), user_agent="x") as session:
        probe = Probe(url=url, session=session, home=Response(url, 200, told, body.encode()), asked=asked or url)
        found = website(probe, "website")
        assert session.requests == 0
    return found


@pytest.mark.parametrize(
    ("body", "headers", "platform"),
    [
        ('<meta name="generator" content="Wix.com Website Builder">', {}, "Wix"),
        ("", {"x_wix_request_id": "17.1"}, "Wix"),
        ("", {"server": "Squarespace"}, "Squarespace"),
        ("<script>Static.SQUARESPACE_CONTEXT = {}</script>", {}, "Squarespace"),
        ("<meta content='Oxatis (www.oxatis.com)' name=generator>", {}, "Oxatis"),
        ("<meta content='Oxatis (www.oxatis.com)' name='generator'>", {}, "Oxatis"),
        ('<meta name="generator" content="e-monsite (e-monsite.com)">', {}, "e-monsite"),
        ("", {"server": "WiziServer"}, "WiziShop"),
        ("", {"set_cookie": "OCSESSID=1; path=/"}, "OpenCart"),
        ('<script type="text/x-magento-init">{}</script>', {}, "Magento"),
        ('<meta name="generator" content="Joomla! - Open Source"><div id="vmMainPage">', {}, "VirtueMart"),
        ('<meta name="generator" content="WordPress 6.9">', {}, "WordPress"),
        (
            '<meta name="generator" content="WordPress 6.9"><script src="https://app.ecwid.com/script.js?1">',
            {},
            "Ecwid",
        ),
        ('<link href="/assets/frontOffice/default/x.css">', {}, "Thelia"),
        ('<script src="//static.parastorage.com/a.js">', {}, UNKNOWN),
        ('<script src="//static.parastorage.com/a.js">"wixstores"', {}, "Wix"),
        ('<a href="/wp-content/uploads/a.pdf">', {}, UNKNOWN),
        ("<p>Notre ancien site était fait avec hikashop_.</p>", {}, UNKNOWN),
    ],
)
def test_the_software_is_named_by_marks_that_it_alone_leaves(body: str, headers: dict[str, str], platform: str) -> None:
    found = home(f"<!doctype html><html><head>{body}</head></html>", **headers)
    assert found is not None
    assert found.platform == platform


def test_what_speaks_for_a_shop_makes_the_confidence_and_never_beats_a_platforms_own_way() -> None:
    def confidence(body: str, **headers: str) -> float:
        found = home(f"<html><body>{body}</body></html>", **headers)
        assert found is not None
        assert found.reasons
        return found.confidence

    cart = '<a href="/panier">Mon panier</a>'
    markup = '<script type="application/ld+json">{"@type": "Product"}</script>'
    bare = confidence("<p>Boulangerie</p>")
    assert bare == 0.2
    assert bare < confidence(cart) < confidence(cart + markup) < confidence(cart + markup, server="Squarespace") < 0.8


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"products": []}', "application/json"),
        (b"%PDF-1.7", "application/pdf"),
        (b'<?xml version="1.0"?><urlset/>', "application/xml"),
        (b"[]", "text/html"),
        (b"", "text/html"),
        (b"bonjour", ""),
    ],
)
def test_what_is_no_page(body: bytes, kind: str) -> None:
    with HttpSession(AddressPolicy(), user_agent="x") as session:
        answer = Response("https://b.example/", 200, CaseInsensitiveDict({"Content-Type": kind}), body)
        assert website(Probe(url=answer.url, session=session, home=answer), "website") is None


@pytest.mark.parametrize(
    ("asked", "landed", "base"),
    [
        ("https://b.example/", "https://www.b.example/", "https://www.b.example/"),
        ("https://b.example/", "https://b.example/fr/accueil", "https://b.example/"),
        ("https://b.example/boutique/", "https://b.example/boutique/", "https://b.example/boutique/"),
        ("https://b.example/boutique/", "https://b.example/fr/", "https://b.example/"),
        ("https://b.example/p/vase.html", "https://b.example/p/vase.html", "https://b.example/"),
        ("http://b.example:8080/index.php?a=1", "http://b.example:8080/index.php?a=1", "http://b.example:8080/"),
    ],
)
def test_the_base_of_the_shop(asked: str, landed: str, base: str) -> None:
    assert base_of(landed, asked) == base


@given(
    st.binary(max_size=400), st.dictionaries(st.sampled_from(["server", "set-cookie", "link"]), st.text(max_size=50))
)
def test_no_bytes_are_too_strange(body: bytes, headers: dict[str, Any]) -> None:
    recognise(CaseInsensitiveDict(headers), body)


def test_a_page_of_generators_costs_no_more_than_its_length() -> None:
    assert recognise({}, b'<meta name="generator" content="x' * 20_000) is None
