"""A feed is recognised by what its address answers: under any name, packed, in any shape; and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connectors import registry
from connectors.addresses import AddressPolicy
from connectors.detect import detect
from connectors.errors import PlatformNotRecognised
from connectors.http import HttpSession
from connectors.protocol import Probe, ShopConnection
from connectors.records import IssueCode
from tests.support.feed_shop import FeedServer, Shape, session_for, small_feed, write
from tests.support.hostile import HostileServer, redirect, reply
from tests.support.sessions import session_for as session_with


@pytest.mark.parametrize("shape", ["rss", "atom", "bare", "tsv", "csv"])
@pytest.mark.parametrize("switches", [{}, {"packed": True}, {"encoding": "utf-16"}])
def test_a_feed_under_any_name_in_any_shape(shape: Shape, switches: dict[str, Any]) -> None:
    with FeedServer(small_feed(60), shape, **switches) as server, session_for(server) as session:
        (found,) = detect(server.url, session)
        assert (found.connector, found.platform, found.confidence) == ("product-feed", "Flux produits", 1.0)
        assert found.shop_url == server.site
        assert dict(found.memory) == {"feed": server.url}
        connection = ShopConnection(found.shop_url, session, memory=dict(found.memory))
        report = registry.get("product-feed").check(connection)
        assert report.error is None
        assert (report.products, len(report.sample)) == (60, 20)
        assert any("HTTPS" in warning for warning in report.warnings)


def test_the_shop_is_where_the_products_are_not_where_the_feed_is() -> None:
    items = [item | {"link": f"https://boutique.example/{n}"} for n, item in enumerate(small_feed(20))]
    with FeedServer(items) as server, session_for(server) as session:
        (found,) = detect(server.url, session)
        assert found.shop_url == "https://boutique.example/"
        connection = ShopConnection(found.shop_url, session, memory=dict(found.memory))
        report = registry.get("product-feed").check(connection)
        assert not [issue for issue in report.issues if issue.code is IssueCode.URL_FOREIGN]


def test_the_address_that_was_given_is_kept_not_where_it_led_this_once() -> None:
    with FeedServer(small_feed(6)) as feed, HostileServer({"/mon-flux": redirect(feed.url)}) as server:
        policy = AddressPolicy(frozenset({server.allowed, f"{feed.host}:{feed.port}"}))
        found = detect(server.url("/mon-flux"), HttpSession(policy, user_agent="x"))[0]
    assert dict(found.memory) == {"feed": server.url("/mon-flux")}


def test_a_feed_of_a_gigabyte_is_recognised_from_its_beginning() -> None:
    with FeedServer(small_feed(20_000), length=False) as server, session_for(server) as session:
        (found,) = detect(server.url, session)
        assert found.connector == "product-feed"
        assert session.bytes < 3_000_000


@pytest.mark.parametrize(
    "body",
    [
        b'<rss version="2.0"><channel><title>Blog</title><item><title>Bonjour</title><link>https://x.fr/1</link>'
        b"<guid>1</guid><pubDate>x</pubDate></item></channel></rss>",
        b'<?xml version="1.0"?><urlset><url><loc>https://x.fr/</loc></url></urlset>',
        b"nom;prix;ville\na;5;Brest\n",
        b'{"products": []}',
    ],
)
def test_what_is_no_product_feed(body: bytes) -> None:
    with FeedServer([], raw=body) as server, session_for(server) as session, pytest.raises(PlatformNotRecognised):
        detect(server.url, session)


_GOOGLE = b'<a href="/export/google-shopping.xml?a=1&amp;b=2">flux</a>'
_NAMELESS = b'<link type="application/rss+xml" rel="alternate" title="Produits" href="/f/7?a=1&amp;b=2">'
_BLOG = b'<link rel="alternate" type="application/rss+xml" href="/feed/">'
_WORDS = b"<rss version='2.0'><channel><item><title>Bonjour</title><guid>1</guid></item></channel></rss>"


@contextmanager
def _linking(links: bytes, path: str, robots: bytes = b"") -> Iterator[tuple[HostileServer, str]]:
    """A site whose home page links to a product feed at `path`, and to its blog's."""
    page = b"<html><head>" + links + b"</head></html>"
    with HostileServer({"/": reply(200, page), "/robots.txt": reply(200, robots)}) as server:
        site = server.url("/")
        server.routes[path] = reply(200, write(small_feed(12), "rss", site=site))
        server.routes["/feed/"] = reply(200, _WORDS)
        yield server, site


@pytest.mark.parametrize(
    ("links", "path"),
    [(_GOOGLE, "/export/google-shopping.xml"), (_BLOG + _GOOGLE, "/export/google-shopping.xml"),
     (_NAMELESS, "/f/7"), (_BLOG + _NAMELESS, "/f/7")],
)  # fmt: skip
def test_a_feed_that_the_home_page_links_to(links: bytes, path: str) -> None:
    with _linking(links, path) as (server, site), session_with(server) as session:
        (found,) = detect(site, session)
    assert (found.connector, found.shop_url) == ("product-feed", site)
    assert found.confidence < 1
    assert dict(found.memory) == {"feed": f"{site.rstrip('/')}{path}?a=1&b=2"}


def test_a_feed_that_robots_may_not_read_is_not_looked_into() -> None:
    robots = b"User-agent: *\nDisallow: /export/\n"
    with _linking(_GOOGLE, "/export/google-shopping.xml", robots) as (server, site), session_with(server) as session:
        home = session.get(site)
        assert registry.get("product-feed").detect(Probe(site, session, home)) is None
        assert not [path for path in server.paths() if path.startswith("/export/")]


def test_check_of_a_feed_that_stops_half_way_says_so() -> None:
    with FeedServer(small_feed(60)) as server, session_for(server) as session:
        server.raw = server.body()[:9000]
        connection = ShopConnection(server.site, session, memory={"feed": server.url})
        report = registry.get("product-feed").check(connection)
    assert report.error is not None
    assert "s'arrête avant sa fin" in report.error.message
    assert report.sample
