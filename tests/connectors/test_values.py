"""The values of strangers: what comes out of each normaliser, and that nothing makes one raise."""

from __future__ import annotations

import re
import time
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import is_normalized
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import (
    clean_html,
    gtin14,
    http_url,
    minor_exponent,
    minor_units,
    plain_text,
    same_site,
    siret,
)

anything = st.text(st.characters(exclude_categories=[]), max_size=300)
"""Any Unicode text, lone surrogates and control characters included."""
_PIECES = [
    "<p>", "</p>", "<b>", "</b>", "<i>", "<em>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>",
    "<h2>", "[a_", "]", "[/x", "[x",
    "<script>", "</script>", "<style>", "<svg>", "<math>", "<a href='javascript:x'>", "</a>", "<button>", "<div>",
    "<br>", "<img src=x onerror=y>", "<!--", "-->", "<![CDATA[", "<?php", "<", ">", "&", "&lt;", "&gt;", "&amp;",
    "&nbsp;", "&#91;", "&#x338;", "\u0338", "[gallery ids=\"1\"]", "[vc_row]", "[/vc_row]", "[", "]", "[gal", "lery]",
    "=", '"', " ", "\n", "\r", "mot", "É", "e\u0301", "\u200b", "\x00", "<textarea>", "<select>", "<option>",
    "<noscript>", "<plaintext>", "<xmp>", "<caption>", "<col>", "<form>", "<frameset>", "<template>", "<title>", "</",
    "<blockquote>", "\u00a0",
]  # fmt: skip
markup = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)
TAG = re.compile(r"<[/!?]?[a-zA-Z][^<>]*>")


# --- plain_text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("", ""),
        ("Robe d'été", "Robe d'été"),
        ("  Robe \n\t d'été\u00a0\u202f ", "Robe d'été"),
        ("Bleu &#038; blanc &laquo;&nbsp;mer&nbsp;&raquo;", "Bleu & blanc « mer »"),
        ("L&#8217;atelier", "L’atelier"),
        ("R&amp;amp;D", "R&amp;D"),
        ("Sac <b>en cuir</b>", "Sac en cuir"),
        ("<p>Un</p><p>deux<br>trois</p><ul><li>a</li><li>b</li></ul>", "Un deux trois a b"),
        ("H<sub>2</sub>O", "H2O"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        ("Sac &lt;b&gt;en cuir&lt;/b&gt;", "Sac en cuir"),
        ("5 &lt; 6 et 7 > 3", "5 < 6 et 7 > 3"),
        ("Livre <3", "Livre <3"),
        ('<a title="x > y">lien</a>', "lien"),
        ("Cafe\u0301", "Café"),
        ("co\u00adton \u200bbio\ufeff \u202egauche", "coton bio gauche"),
        ("a\x00b\x07c \ud800d", "abc d"),
        ("famille 👨‍👩‍👧", "famille 👨‍👩‍👧"),
    ],
)
def test_plain_text(raw: str, text: str) -> None:
    assert plain_text(raw) == text


def test_plain_text_is_cut() -> None:
    assert plain_text("un deux trois", 8) == "un deux"
    assert plain_text("<b>un</b> deux trois", 8) == "un deux"
    assert plain_text("é" * 2000) == "é" * 1000


@given(anything | markup)
def test_plain_text_is_one_clean_line(raw: str) -> None:
    text = plain_text(raw, 100)
    assert len(text) <= 100
    assert text == " ".join(text.split())
    assert is_normalized("NFC", text)
    assert not TAG.search(text)
    assert "\x00" not in text
    text.encode("utf-8")


# --- clean_html


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        ("", ""),
        ("Du coton.", "Du coton."),
        ("<p>Du <strong>coton</strong> &amp; du lin</p>", "<p>Du <strong>coton</strong> &amp; du lin</p>"),
        ('<p class="x" style="y" onclick="z">a</p>', "<p>a</p>"),
        ("<p>a<script>alert(1)</script><style>p{}</style></p>", "<p>a</p>"),
        ('<a href="https://ailleurs.example">lien</a><img src="x" onerror="y">', "lien"),
        ("<h1>T</h1><h2>U</h2>", "T<h2>U</h2>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>non fermé", "<p>non fermé</p>"),
        ("1 < 2", "1 &lt; 2"),
        ('<p>Avant [gallery ids="1,2"] après</p>', "<p>Avant  après</p>"),
        ("[vc_row][vc_column]Texte[/vc_column][/vc_row]", "Texte"),
        ("<p>[gallery]</p><p>a</p>", "<p>a</p>"),
        ("[Nouveau] pull [coton bio]", "[Nouveau] pull [coton bio]"),
        ('[gal<span></span>lery ids="1"]', ""),
        ("<p>a</p><!-- caché --><?php echo 1 ?>", "<p>a</p>"),
        ("a\r\nb", "a\nb"),
        ("Cafe\u0301\x00", "Café"),
    ],
)
def test_clean_html(raw: str, html: str) -> None:
    assert clean_html(raw) == html


@given(markup | anything)
def test_clean_html_is_idempotent_and_allows_only_its_tags(raw: str) -> None:
    html = clean_html(raw)
    assert clean_html(html) == html
    names = re.findall(r"<(/?)([a-zA-Z0-9]+)([^>]*)>", html)
    allowed = [
        "p",
        "br",
        "ul",
        "ol",
        "li",
        "strong",
        "b",
        "em",
        "i",
        "h2",
        "h3",
        "h4",
        "blockquote",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
    ]
    assert all(name in allowed and not rest for _, name, rest in names)
    assert html.count("<") == len(names)
    assert is_normalized("NFC", html)
    html.encode("utf-8")


@given(markup, st.integers(0, 60))
def test_clean_html_is_cut_without_leaving_a_tag_open(raw: str, limit: int) -> None:
    html = clean_html(raw, limit)
    assert len(html) <= limit
    assert clean_html(html) == html, "an open tag would be closed by cleaning again"


def test_clean_html_keeps_most_of_what_fits() -> None:
    html = clean_html("<p>" + "mot &amp; " * 5000 + "</p>", 20_000)
    assert html.endswith("</p>")
    assert 19_500 < len(html) <= 20_000


@pytest.mark.parametrize(
    "raw",
    [
        "<b>" * 100_000,
        "<b><p>" * 50_000,
        "<table>" * 20_000,
        "<" * 200_000,
        "[" * 200_000,
        "[a " * 70_000,
        "[a_b x" * 40_000,
        "&" * 200_000,
        "<script" * 30_000,
        "<!--" * 50_000,
        "[gal" * 50_000 + 'lery ids="1"]' * 50_000,
        "&lt;a" * 20_000 + "&gt;" * 20_000,
        "[a_" * 60_000 + "]" * 60_000,
        "<p><b>" * 30_000 + "x" + "</b></p>" * 10_000,
    ],
    ids=lambda raw: raw[:8],
)
def test_texts_that_are_built_to_be_slow(raw: str) -> None:
    began = time.process_time()
    clean_html(raw)
    plain_text(raw)
    assert time.process_time() - began < 2.0


# --- money


@pytest.mark.parametrize(
    ("raw", "exponent", "amount"),
    [
        ("12.50", 2, 1250),
        ("12.5", 2, 1250),
        ("12", 2, 1200),
        ("1234.567", 2, 123457),
        ("1.005", 2, 101),
        ("0.994999", 2, 99),
        ("0", 2, 0),
        ("0.00", 2, 0),
        (".5", 2, 50),
        ("5.", 2, 500),
        (" 19.90 ", 2, 1990),
        ("1500", 0, 1500),
        ("0.5", 0, 1),
        ("1.2345", 3, 1235),
        ("007", 2, 700),
    ],
)
def test_minor_units(raw: str, exponent: int, amount: int) -> None:
    assert minor_units(raw, exponent) == (amount, None)


@pytest.mark.parametrize("raw", ["", "   "])
def test_no_price_is_no_complaint(raw: str) -> None:
    assert minor_units(raw, 2) == (None, None)


@pytest.mark.parametrize(
    "raw",
    ["1,50", "1.234,50", "1 234.50", "-1", "-0", "+1", "1e3", "NaN", "Infinity", "12€", "0x10", ".", "1.2.3", "١٢", "²",
     "1_000", "9" * 30, "1." + "0" * 50],
)  # fmt: skip
def test_what_is_no_machine_decimal_is_a_complaint(raw: str) -> None:
    amount, complaint = minor_units(raw, 2)
    assert amount is None
    assert complaint


@given(st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=6), st.integers(0, 4))
def test_rounds_half_up(value: Decimal, exponent: int) -> None:
    expected = int((value * 10**exponent).quantize(Decimal(1), ROUND_HALF_UP))
    assert minor_units(f"{value:f}", exponent) == (expected, None)


@given(anything, st.integers(0, 4))
def test_minor_units_never_raises(raw: str, exponent: int) -> None:
    amount, _ = minor_units(raw, exponent)
    assert amount is None or 0 <= amount < 2**63


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("TND", 3), ("XPF", 0), ("ZZZ", 2), ("", 2)])
def test_minor_exponent(currency: str, digits: int) -> None:
    assert minor_exponent(currency) == digits


# --- codes


@pytest.mark.parametrize(
    ("raw", "gtin"),
    [
        ("4006381333931", "04006381333931"),
        ("4 006381-333931", "04006381333931"),
        ("4006381333931\u00a0", "04006381333931"),
        ("036000291452", "00036000291452"),
        ("73513537", "00000073513537"),
        ("98412345678908", "98412345678908"),
        ("978-2-07-036822-8", "09782070368228"),
        ("207036822X", "09782070368228"),
        ("2-07-036822-x", "09782070368228"),
    ],
)
def test_gtin14(raw: str, gtin: str) -> None:
    assert gtin14(raw) == (gtin, None)


@pytest.mark.parametrize(
    "raw", ["4006381333932", "N/A", "123", "0000000000000", "2070368229", "400638133393X", "١٢٣٤٥٦٧٨", "²²²²²²²²"]
)
def test_a_wrong_gtin_is_a_complaint(raw: str) -> None:
    gtin, complaint = gtin14(raw)
    assert gtin is None
    assert complaint


@given(st.integers(1, 10**12 - 1))
def test_exactly_one_check_digit_is_right(number: int) -> None:
    right = [digit for digit in range(10) if gtin14(f"{number:012}{digit}")[0]]
    assert len(right) == 1


@pytest.mark.parametrize("raw", ["732 829 320 00074", "73282932000074", "732.829.320.00074", "35600000000048"])
def test_siret(raw: str) -> None:
    value, complaint = siret(raw)
    assert complaint is None
    assert value == re.sub(r"\D", "", raw)


@pytest.mark.parametrize("raw", ["73282932000079", "7328293200007", "732829320", "abc", "7328293200007A", "²" * 14])
def test_a_wrong_siret_is_a_complaint(raw: str) -> None:
    value, complaint = siret(raw)
    assert value is None
    assert complaint


@given(anything | st.text("0123456789 .-X", max_size=20))
def test_codes_never_raise(raw: str) -> None:
    gtin, complaint = gtin14(raw)
    assert gtin is None or (re.fullmatch(r"[0-9]{14}", gtin) and complaint is None)
    number, complaint = siret(raw)
    assert number is None or (re.fullmatch(r"[0-9]{14}", number) and complaint is None)


# --- addresses


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("https://boutique.example/produit/robe/", "https://boutique.example/produit/robe/"),
        ("HTTPS://Boutique.Example", "https://boutique.example/"),
        ("http://boutique.example:80/", "http://boutique.example/"),
        ("https://boutique.example:443", "https://boutique.example/"),
        ("https://boutique.example:8443/a", "https://boutique.example:8443/a"),
        ("http://boutique.example:443/", "http://boutique.example:443/"),
        ("https://Élan.example/été?q=é#bas", "https://xn--lan-9la.example/%C3%A9t%C3%A9?q=%C3%A9"),
        ("https://a.example/photo 1.jpg", "https://a.example/photo%201.jpg"),
        ("https://a.example/100%.jpg?x=%zz", "https://a.example/100%25.jpg?x=%25zz"),
        ("https://a.example/%C3%A9", "https://a.example/%C3%A9"),
        ("https://a.example/b/../c/./d", "https://a.example/c/d"),
        ("  https://a.example/  ", "https://a.example/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://127.0.0.1:8131/produit/", "http://127.0.0.1:8131/produit/"),
        ("https://a.example/?add-to-cart=1&x[]=2", "https://a.example/?add-to-cart=1&x%5B%5D=2"),
        ("https://a.example/?", "https://a.example/"),
    ],
)
def test_http_url(raw: str, url: str) -> None:
    assert http_url(raw) == (url, None)
    assert http_url(url) == (url, None)


@pytest.mark.parametrize(
    ("raw", "url"),
    [("/img/a.jpg", "https://a.example/img/a.jpg"), ("b.jpg", "https://a.example/x/b.jpg"),
     ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"), ("?p=2", "https://a.example/x/?p=2")],
)  # fmt: skip
def test_relative_urls_need_a_base(raw: str, url: str) -> None:
    assert http_url(raw, "https://a.example/x/") == (url, None)
    assert http_url(raw)[0] is None


@pytest.mark.parametrize(
    "raw",
    ["ftp://a.example/", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "file:///etc/passwd", "http://",
     "http:///a", "https://u:p@a.example/", "https://u@a.example/", "http://a.example:99999/", "http://a.example:0/",
     "http://a.example:x/", "http://[::1", "http://[fe80::1%25eth0]/", "http://a b.example/", "http://a\\@b.example/",
     "http://.example/", "http://-a.example/", "https://a.example/\x00", "https://a.example/a\nb", "pas une adresse",
     "https://a.example/" + "a" * 2048, "http://" + "a" * 64 + ".example/é"],
)  # fmt: skip
def test_what_is_no_http_url_is_a_complaint(raw: str) -> None:
    url, complaint = http_url(raw)
    assert url is None
    assert complaint
    assert "u:p" not in complaint


def test_an_empty_url_is_no_complaint() -> None:
    assert http_url(" ") == (None, None)


@given(anything | anything.map(lambda text: "https://a.example/" + text) | anything.map(lambda text: "http://" + text))
def test_http_url_is_canonical_or_none(raw: str) -> None:
    url, complaint = http_url(raw)
    assert url is None or complaint is None
    if url is not None:
        assert url.isascii()
        assert http_url(url) == (url, None)
        parts = urlsplit(url)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert "@" not in parts.netloc
        assert not parts.fragment


@pytest.mark.parametrize(
    ("url", "shop", "same"),
    [
        ("https://boutique.example/p/1", "https://boutique.example/", True),
        ("http://www.boutique.example:8080/p", "https://boutique.example/", True),
        ("https://boutique.example/p", "https://www.boutique.example/", True),
        ("https://cdn.boutique.example/a.jpg", "https://www.boutique.example/", True),
        ("https://boutique.example/", "https://shop.boutique.example/", True),
        ("https://autre.example/", "https://boutique.example/", False),
        ("https://maboutique.example/", "https://boutique.example/", False),
        ("https://boutique.example.autre.example/", "https://boutique.example/", False),
        ("http://1.127.0.0.1/", "http://127.0.0.1/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://0.0.1/", "http://127.0.0.1/", False),
        ("", "https://boutique.example/", False),
        ("http://[", "https://boutique.example/", False),
        ("http://www./", "https://boutique.example/", False),
    ],
)
def test_same_site(url: str, shop: str, same: bool) -> None:
    assert same_site(url, shop) is same
    assert same_site(shop, url) is same


@given(anything, anything)
def test_same_site_never_raises(one: str, other: str) -> None:
    assert same_site(one, other) == same_site(other, one)


# --- cost


def test_ordinary_values_cost_little() -> None:
    """The budget is 20 microseconds for the five to ten calls of an offer; here with room for a busy machine."""

    def once() -> None:
        plain_text("Robe d'été en lin, coupe droite")
        plain_text("Taille")
        minor_units("49.90", 2)
        minor_exponent("EUR")
        http_url("https://boutique.example/produit/robe-d-ete/")
        http_url("https://boutique.example/wp-content/uploads/2026/11/robe.jpg")
        same_site("https://boutique.example/produit/robe-d-ete/", "https://boutique.example/")
        gtin14("4006381333931")

    once()
    best = min(_cpu(once) for _ in range(5))
    assert best < 60e-6


def _cpu(call: object, times: int = 500) -> float:
    began = time.process_time()
    for _ in range(times):
        call()  # type: ignore[operator]
    return (time.process_time() - began) / times
