"""What robots, browsers and feed readers find."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pytest
import sqlalchemy as sa
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from aggregator.publish import making
from aggregator.settings import Settings
from aggregator.store import open_store, shops
from aggregator.store.tables import LISTING
from aggregator.web.app import create_app
from tests.web.conftest import Portal, running
from tests.web.memory_index import MemoryIndex
from tests.web.town import HOSTILE, NOW, seed

BASE = "http://127.0.0.1:8000"
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def head(portal: Portal, path: str, selector: str, attribute: str) -> list[str]:
    tree = LexborHTMLParser(portal.http.get(path, follow_redirects=True).text)
    return [str(node.attributes[attribute]) for node in tree.css(f"head {selector}")]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_robots_find_pages_and_leave_the_endless_ones(portal: Portal, prefix: str) -> None:
    rules = Protego.parse(portal.http.get("/robots.txt").text)
    for path in ("/", "/offre/1-x", "/produit/1-x", "/boutique/1-x", "/categorie/mode?page=2", "/commune/22050-dinan",
                 "/recherche", "/classement"):  # fmt: skip
        assert rules.can_fetch(f"{BASE}{prefix}{path}", "Googlebot"), path
    for path in (
        "/recherche?q=x",
        "/recherche?brand=x&page=2",
        "/recherche.rss?q=x",
        "/suggestions?q=t",
        "/pourquoi?q=x",
    ):
        assert not rules.can_fetch(f"{BASE}{prefix}{path}", "Googlebot"), path
    assert not rules.can_fetch(f"{BASE}/api/v1/search", "Googlebot")
    assert list(rules.sitemaps) == [f"{BASE}/sitemap.xml"]


def test_every_address_of_the_sitemaps_answers_and_is_its_own(own_portal: Portal) -> None:
    index = ElementTree.fromstring(own_portal.http.get("/sitemap.xml").content)
    seen = 0
    for name in index.iterfind("s:sitemap/s:loc", SITEMAP):
        answer = own_portal.http.get(str(name.text).removeprefix(BASE))
        assert answer.headers["content-type"] == "application/gzip"
        for location in ElementTree.fromstring(gzip.decompress(answer.content)).iterfind("s:url/s:loc", SITEMAP):
            address = str(location.text)
            page = own_portal.http.get(address.removeprefix(BASE))
            assert page.status_code == 200, address
            canonical = LexborHTMLParser(page.text).css_first("head link[rel=canonical]")
            assert canonical is not None, address
            assert canonical.attributes["href"] == address
            seen += 1
    assert seen > 80
    for path in ("/sitemaps/index.xml", "/sitemaps/..%2femplettes.db", "/sitemaps/jour-99999.xml.gz"):
        assert own_portal.http.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", True), ("/recherche", True), ("/recherche?page=2", True), ("/categorie/mode", True), ("/boutiques", True),
        ("/recherche?q=pull", False), ("/recherche?q=zzz", False), ("/recherche?brand=Ty+Breizh", False),
        ("/recherche?sort=newest", False), ("/recherche?lieu=dinan", False), ("/offre/99999", False),
        ("/recherche?town=Dinan&availability=InStock", False),
    ],
)  # fmt: skip
def test_only_pages_of_things_may_be_kept(portal: Portal, path: str, kept: bool) -> None:
    robots = head(portal, path, "meta[name=robots]", "content")
    assert ("noindex" in " ".join(robots)) is not kept
    assert bool(head(portal, path, "link[rel=canonical]", "href")) is kept


def test_a_page_names_itself_in_every_language(portal: Portal) -> None:
    for path in ("/offre/1001-pull-marin-torsade", "/en/offre/1001-pull-marin-torsade"):
        tree = LexborHTMLParser(portal.http.get(path).text)
        found = {
            str(one.attributes["hreflang"]): str(one.attributes["href"]) for one in tree.css("head link[hreflang]")
        }
        assert found == {
            "fr": f"{BASE}/offre/1001-pull-marin-torsade",
            "en": f"{BASE}/en/offre/1001-pull-marin-torsade",
            "x-default": f"{BASE}/offre/1001-pull-marin-torsade",
        }
        assert head(portal, path, "link[rel=canonical]", "href") == [BASE + path]


def test_a_shared_link_shows_what_it_leads_to(portal: Portal) -> None:
    def told(name: str) -> str:
        (value,) = head(portal, "/offre/1001", f'meta[property="og:{name}"]', "content")
        return value

    assert told("title").startswith("Pull marin torsadé")
    assert told("description").startswith("Fait ici")
    assert told("image") == "https://photos.example/face.svg"
    assert told("url") == f"{BASE}/offre/1001-pull-marin-torsade"
    assert (told("type"), told("locale")) == ("product", "fr_FR")


def test_a_browser_can_add_the_search(portal: Portal) -> None:
    (address,) = head(portal, "/", "link[rel=search]", "href")
    answer = portal.http.get(address)
    assert answer.headers["content-type"] == "application/opensearchdescription+xml"
    tree = ElementTree.fromstring(answer.content)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    urls = {str(url.get("type")): str(url.get("template")) for url in tree.iterfind(f"{space}Url")}
    assert len(str(tree.findtext(f"{space}ShortName"))) <= 16
    results = urls["text/html"].replace("{searchTerms}", "pull").removeprefix(BASE)
    assert "Pull marin" in portal.http.get(results).text
    suggested = portal.http.get(
        urls["application/x-suggestions+json"].replace("{searchTerms}", "pul").removeprefix(BASE)
    )
    typed, completions = suggested.json()
    assert typed == "pul"
    assert isinstance(completions, list)


def feed(portal: Portal, path: str) -> ElementTree.Element:
    answer = portal.http.get(path)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(answer.content).find("channel")
    assert channel is not None
    return channel


def test_a_search_has_its_feed_newest_first(portal: Portal) -> None:
    (address,) = head(portal, "/recherche?q=ecru&sort=price_asc&page=1", 'link[type="application/rss+xml"]', "href")
    assert address == "/recherche.rss?q=ecru"
    items = feed(portal, address).findall("item")
    ids = [int(str(item.findtext("guid")).rsplit("/", 1)[1]) for item in items]
    with portal.store.read() as connection:
        seen = dict(connection.execute(sa.select(LISTING.c.id, LISTING.c.first_seen_at)).tuples().all())
    assert len(ids) > 5
    assert [seen[one] for one in ids] == sorted((seen[one] for one in ids), reverse=True)
    assert all(str(item.findtext("link")).startswith(f"{BASE}/") for item in items)
    english = feed(portal, "/en/recherche.rss?q=ecru")
    assert str(english.findtext("item/link")).startswith(f"{BASE}/en/")
    assert english.findtext("language") == "en"


def test_a_feed_is_sound_whatever_a_shop_calls_its_goods(portal: Portal) -> None:
    titles = [item.findtext("title") for item in feed(portal, "/recherche.rss?q=affiche").findall("item")]
    assert titles == [f"Affiche {HOSTILE}"]
    answer = portal.http.get("/recherche.rss?q=affiche")
    again = portal.http.get("/recherche.rss?q=affiche", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.fixture
def exported(sqlite_settings: Settings) -> Iterator[httpx.Client]:
    """A portal whose night's export is there."""
    with open_store(sqlite_settings) as store:
        town, _ = seed(store)
        with store.write() as connection:
            shops.agree_export(connection, town.shop, True)
        making.make_export(store, sqlite_settings, NOW)
        app = create_app(sqlite_settings, store, MemoryIndex(), now=lambda: NOW)
        with running(app) as url, httpx.Client(base_url=url) as http:
            yield http


def test_the_export_is_handed_out_whole_in_parts_or_not_again(exported: httpx.Client) -> None:
    about = exported.get("/api/v1/export/about").json()
    whole = exported.get("/api/v1/export")
    assert len(whole.content) == about["bytes"] == int(exported.head("/api/v1/export").headers["content-length"])
    assert len(gzip.decompress(whole.content).splitlines()) == about["offers"] > 0
    tag = whole.headers["etag"]
    part = exported.get("/api/v1/export", headers={"range": "bytes=10-19", "if-range": tag})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    other = exported.get("/api/v1/export", headers={"range": "bytes=10-19", "if-range": '"other"'})
    assert (other.status_code, other.content) == (200, whole.content)
    assert exported.get("/api/v1/export", headers={"if-none-match": tag}).status_code == 304


def test_without_an_export_that_is_said(portal: Portal) -> None:
    assert portal.http.get("/api/v1/export").json()["status"] == 404
    assert portal.http.get("/api/v1/export/about").status_code == 404


def test_developers_find_every_operation_and_kind_of_problem(portal: Portal) -> None:
    assert portal.http.get("/api", follow_redirects=True).url.path == "/developpeurs"
    tree = LexborHTMLParser(portal.http.get("/developpeurs").text)
    shown = {node.text().removeprefix("GET ") for node in tree.css("h3 code")}
    described = portal.http.get("/api/openapi.json").json()
    assert set(described["paths"]) <= shown
    ids = {str(node.attributes["id"]) for node in tree.css("[id]")}
    kind = portal.http.get("/api/v1/listing/424242").json()["type"].rsplit("#", 1)[1]
    assert kind in ids
    for link in tree.css('a[href^="#"]'):
        assert str(link.attributes["href"])[1:] in ids
    for link in tree.css(f'a[href^="{BASE}/api/v1"]'):
        status = portal.http.get(str(link.attributes["href"]).removeprefix(BASE)).status_code
        assert status == (404 if "/export" in str(link.attributes["href"]) else 200)
