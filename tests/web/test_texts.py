"""Every text on screen is in the catalogue, English is complete, and a page in English is English throughout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser

from aggregator.web import language, texts
from aggregator.web.formatting import ago, full_date, money, number
from tests.web.conftest import Portal
from tests.web.town import NOW

WEB = Path(texts.__file__).parent
MARKS = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>|%%")
PLAIN = re.compile(r"SIRET|GET|User-agent EmplettesBot (Allow|Disallow) /|https //www\.ma-boutique\.fr")
"""Names, an address, and what a robots.txt says: the same in every language."""
PAGES = ("/", "/recherche", "/recherche?q=pull", "/recherche?q=zzz&lieu=dinan", "/recherche?town=Dinan&brand=Ty+Breizh",
         "/offre/1001", "/offre/1002", "/produit/501", "/boutique/1", "/boutiques", "/communes", "/commune/22050-dinan",
         "/categories", "/categorie/mode", "/fraicheur", "/classement", "/mentions-legales", "/accessibilite", "/robot",
         "/connecter", "/envies", "/developpeurs", "/pourquoi?offre=1001", "/nulle-part", "/offre/1003")  # fmt: skip


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (texts.LOCALES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale="en")


def sources() -> set[str]:
    """The texts in the code, by their first form."""
    with (WEB / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(WEB.parent, methods, options)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found if message}


def test_the_catalogue_is_up_to_date_and_complete(english: Catalog) -> None:
    """`make texts` brings it up to date; what is new must be translated."""
    known = {message.id if isinstance(message.id, str) else message.id[0]: message for message in english if message.id}
    assert sources() - known.keys() == set()
    assert known.keys() - sources() == set()
    assert [text for text, message in known.items() if not all(forms(message.string))] == []
    assert [text for text, message in known.items() if message.fuzzy] == []


def marks(text: str) -> set[str]:
    """What must survive translation; "d’Aniane" may be the name alone elsewhere (`formatting.of_town`)."""
    return {mark.replace("%(of_", "%(") for mark in MARKS.findall(text)}


def test_translations_keep_what_is_filled_in_and_its_markup(english: Catalog) -> None:
    for message in english:
        if message.id:
            for source, translated in zip(forms(message.id), forms(message.string), strict=True):
                assert marks(source) == marks(translated), source


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def bare(template: Path) -> Iterator[str]:
    """Words that stand in a template outside of the catalogue: in its text, or in an attribute that is read out."""
    source = re.sub(
        r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    html = "".join(value for _, kind, value in Environment().lex(source) if kind == "data")
    for pattern in (r'(?:aria-label|placeholder|title|alt)="([^"{]+)"', r">([^<>]+)<"):
        for found in re.findall(pattern, f">{html}<"):
            text = " ".join(re.sub(r"&\w+;|\b(?:km|Emplettes)\b(?!Bot)|[·,:]", " ", found).split())
            if (
                re.search(r"[^\W\d_]{3,}", text)
                and not PLAIN.fullmatch(text)
                and not re.fullmatch(r"[\w:/.=,;-]+", text)
            ):
                yield text


def test_no_template_has_words_of_its_own() -> None:
    found = {template.name: words for template in (WEB / "templates").glob("*.html") if (words := list(bare(template)))}
    assert found == {}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_english_has_no_french_and_keeps_its_language(portal: Portal, english: Catalog, path: str) -> None:
    answer = portal.http.get(f"/en{path}", follow_redirects=True)
    assert answer.url.path.startswith("/en")
    assert answer.headers["content-language"] == "en"
    tree = LexborHTMLParser(answer.text)
    html = tree.css_first("html")
    assert html is not None
    assert html.attributes["lang"] == "en"
    for node in tree.css("script, [lang=fr]"):
        node.decompose()
    shown = " ".join(tree.html.split()) if tree.html else ""
    for message in english:
        for source, translated in zip(forms(message.id), forms(message.string), strict=True):
            plain = " ".join(source.split())
            if len(plain) > 14 and not MARKS.search(plain) and "&" not in plain and source != translated:
                assert plain not in shown
    kept(answer, tree)


def kept(answer: httpx.Response, tree: LexborHTMLParser) -> None:
    """Links and forms lead to pages in the language spoken, but for those to other languages and to files."""
    for attribute in ("href", "action"):
        for node in tree.css(f"body [{attribute}^='/']"):
            address = str(node.attributes[attribute])
            first = re.split(r"[/?#]", address)[1]
            if first not in ("en", "fr", "api", "static", "photo", "region", "sitemap.xml"):
                raise AssertionError(f"{answer.url}: {address}")


def test_the_other_language_is_one_click_away_and_back(portal: Portal) -> None:
    def other(path: str, code: str) -> httpx.Response:
        tree = LexborHTMLParser(portal.http.get(path).text)
        link = tree.css_first(f'footer a[hreflang="{code}"]')
        assert link is not None
        return portal.http.get(str(link.attributes["href"]), follow_redirects=True)

    there = other("/recherche?q=th%C3%A9i%C3%A8re&page=1", "en")
    assert (there.url.path, there.url.params["q"]) == ("/en/recherche", "théière")
    back = other(str(there.url).removeprefix(portal.url), "fr")
    assert (back.url.path, back.url.params["q"]) == ("/recherche", "théière")


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/en", 308, "/en/"), ("/fr", 302, "/"), ("/fr/recherche?q=a", 302, "/recherche?q=a"),
        ("/en/api/v1/search", 308, "/api/v1/search"), ("/en//evil.example", 308, "/evil.example"),
        ("/fr//evil.example", 302, "/evil.example"), ("/en/en/recherche", 308, "/en/recherche"),
        ("/en/recherche?page=399", 302, "/en/recherche?page="), ("/de/recherche", 404, ""), ("/english", 404, ""),
        ("/en/offre/1001", 301, "/en/offre/1001-pull-marin-torsade"),
    ],
)  # fmt: skip
def test_addresses_with_a_language(portal: Portal, path: str, status: int, location: str) -> None:
    answer = portal.http.get(path)
    assert (answer.status_code, answer.headers.get("location", "")[: len(location) or None]) == (status, location)


def test_formats_follow_the_language() -> None:
    def shown() -> list[str]:
        written = (money(123456, "EUR"), number(12345), full_date(NOW))
        return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in written]

    assert shown() == ["1 234,56 €", "12 345", "23 novembre 2026 à 15:05"]
    with texts.speaking("en"):
        assert shown() == ["€1,234.56", "12,345", "23 November 2026, 15:05"]
        assert ago(NOW, NOW) == "just now"
        assert texts.ngettext("il y a %(count)s heure", "il y a %(count)s heures", 0) == "%(count)s hours ago"
    assert texts.ngettext("il y a %(count)s heure", "il y a %(count)s heures", 0) == "il y a %(count)s heure"


def test_categories_and_colours_have_english_names(portal: Portal) -> None:
    tree = LexborHTMLParser(portal.http.get("/en/categories").text)
    shown = {" ".join(node.text(deep=False).split()) for node in tree.css("main a")}
    assert "Fashion" in shown
    assert "Mode" not in shown
    assert LexborHTMLParser(portal.http.get("/en/categorie/mode").text).css_first("h1").text().strip() == "Fashion"  # type: ignore[union-attr]


def test_only_addresses_of_ours_get_the_language() -> None:
    page = (
        '<a href="/offre/1">a</a><a href="//b.example/">b</a><a href="https://c.example/">c</a>'
        '<form action="/recherche">'
        '<a href="#d">d</a><link href="/static/x.css?v=1"><a hreflang="fr" href="/fr/">e</a><a href="/">f</a>'
    )
    with texts.speaking("en"):
        found = language.localised(page)
    assert found.count('"/en/') == 3
    for same in (
        '"//b.example/"',
        '"https://c.example/"',
        '"#d"',
        '"/static/x.css?v=1"',
        '"/fr/"',
        '<form action="/en/recherche"',
    ):
        assert same in found
    assert language.localised(page) == page
