"""A page is decoded as its bytes are, and parsed once, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages.page import Page
from tests.connectors.pages.shapes import page

_TEXT = "<title>Théière « Été » à 12 €</title>"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(_TEXT.encode(), {}, id="utf-8, nothing said"),
        pytest.param(b"\xef\xbb\xbf" + _TEXT.encode(), {}, id="utf-8 with its mark"),
        pytest.param(_TEXT.encode(), {"Content-Type": "text/html; charset=ISO-8859-1"}, id="utf-8, said to be latin"),
        pytest.param(_TEXT.encode("cp1252"), {}, id="windows, nothing said"),
        pytest.param(_TEXT.encode("cp1252"), {"content-type": "text/html;charset=utf-8"}, id="windows, said utf-8"),
        pytest.param(
            _TEXT.encode("cp1252"), {"content-type": "text/html; charset=iso-8859-1"}, id="windows, said latin"
        ),
        pytest.param(b'<meta charset="iso-8859-15">' + _TEXT.encode("iso8859-15"), {}, id="latin-9 by its meta"),
        pytest.param(_TEXT.encode("utf-16"), {}, id="utf-16 with its mark"),
        pytest.param(_TEXT.encode("utf-16-be"), {}, id="utf-16 without a mark"),
        pytest.param(_TEXT.encode("cp1252"), {"content-type": "text/html; charset=idna"}, id="a codec no page may ask"),
    ],
)
def test_the_text_is_right_whatever_the_label_says(body: bytes, headers: dict[str, str]) -> None:
    assert Page.parse("https://a.example/", body, headers=headers).title == "Théière « Été » à 12 €"


def test_a_few_foreign_bytes_do_not_spoil_a_page_in_utf8() -> None:
    body = "<title>Théière</title>".encode() + "<p>été, hiver, forêt, âme, où</p>".encode() * 3 + b"<b>caf\xe9</b>"

    read = Page.parse("https://a.example/", body)

    assert read.title == "Théière"
    assert "café" in read.text
    assert "forêt" in read.text


def test_a_russian_page_says_its_own_encoding() -> None:
    body = "<meta http-equiv=content-type content='text/html; charset=windows-1251'><title>Чайник</title>".encode(
        "cp1251"
    )

    assert Page.parse("https://a.example/", body).title == "Чайник"


def test_addresses_are_absolute_and_the_canonical_one_is_of_this_site() -> None:
    read = page("", '<base href="/fr/"><link rel="canonical" href="tasse?a=1#avis">')
    foreign = page("", '<link rel=canonical href="https://ailleurs.example/tasse">')

    assert read.base == "https://boutique.example/fr/"
    assert read.canonical == "https://boutique.example/fr/tasse?a=1"
    assert foreign.canonical is None
    assert read.lang == "fr"
    assert read.absolute("javascript:alert(1)") is None


@pytest.mark.parametrize("url", ["", "about:blank", "pas une adresse"])
def test_a_page_without_an_address_has_no_base_but_what_it_names(url: str) -> None:
    relative = Page.parse(url, b'<base href="/fr/"><link rel=canonical href="/tasse">')
    absolute = Page.parse(url, b'<base href="https://boutique.example/fr/"><base href=x>')

    assert relative.base == url
    assert relative.canonical is None
    assert absolute.base == "https://boutique.example/fr/"
    assert absolute.absolute("tasse") == "https://boutique.example/fr/tasse"


def test_scripts_and_metas_are_listed_once_in_order() -> None:
    read = page(
        '<script type="application/LD+JSON; charset=utf-8" id=x>{"a":1}</script><script></script><script>b()</script>',
        '<meta property="OG:type" content=product><meta name=robots content=noindex><meta charset=utf-8>',
    )

    assert [(one.number, one.type, one.id, one.text) for one in read.scripts] == [
        (1, "application/ld+json", "x", '{"a":1}'),
        (3, "", "", "b()"),
    ]
    assert read.metas == (("og:type", "product"), ("robots", "noindex"))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000), st.text(max_size=60), st.text(max_size=80))
def test_no_bytes_and_no_labels_make_it_fail(body: bytes, label: str, url: str) -> None:
    read = Page.parse(url, body, headers={"Content-Type": f"text/html; charset={label}"})

    assert isinstance(read.text, str)
    assert read.canonical is None or read.canonical.startswith("http")
    assert isinstance(read.scripts, tuple)
    assert isinstance(read.metas, tuple)
    assert read.base is not None
