"""A look at a site: what it gives in a few seconds, what is missing, and what is said where nothing can be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from connectors import registry
from connectors.crawl import FieldSeen
from connectors.protocol import CheckReport, ShopConnection
from connectors.website import checking
from connectors.website.checking import AT_LEAST, NOT_YET, NOTHING, missing
from tests.support.hostile import Behaviour, HostileServer, reply
from tests.support.sessions import session_for
from tests.support.site_shop import SiteUnderTest, WebsiteShop

PAGE = {"Content-Type": "text/html; charset=utf-8"}


@contextmanager
def looked_at(routes: dict[str, Behaviour]) -> Iterator[CheckReport]:
    with HostileServer({"/robots.txt": reply(404, b""), **routes}) as server, session_for(server) as session:
        connection = ShopConnection(server.url("/"), session, crawl_delay=0.0)
        yield registry.get("website").check(connection, sample=5)


@pytest.mark.parametrize("mapped", [True, False])
def test_products_are_counted_beyond_those_that_are_read(*, mapped: bool) -> None:
    with SiteUnderTest(90, mapped=mapped) as site, WebsiteShop(site, mapped=mapped).connect() as connection:
        report = registry.get("website").check(connection, sample=5)
        visited = [seen.path for seen in site.fake.requests if seen.path.startswith("/p/")]
    assert (len(report.sample), report.products, report.error) == (5, 90, None)
    assert len(visited) == 5
    assert [name for name, _ in report.fields] == [record.source_id for record in report.sample]
    assert all(isinstance(field, FieldSeen) for _, fields in report.fields for field in fields)


def test_a_slow_site_shows_what_it_gives_in_the_time_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LOOK_SECONDS", 2.5)
    with (
        SiteUnderTest(90, mapped=False, latency_ms=(250.0, 0.0)) as site,
        WebsiteShop(site, mapped=False).connect() as connection,
    ):
        report = registry.get("website").check(connection)
    assert report.error is None
    assert 0 < len(report.sample) < 20
    assert report.products is not None
    assert AT_LEAST.format(count=report.products) in report.warnings


def test_a_crawl_delay_that_ends_the_look_early_is_no_whole_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next visit would begin after the look: it ends before its time, and says so all the same."""
    monkeypatch.setattr(checking, "LOOK_SECONDS", 4.0)
    with SiteUnderTest(90, mapped=True) as site, WebsiteShop(site, mapped=True).connect() as connection:
        report = registry.get("website").check(replace(connection, crawl_delay=0.9))
    assert report.error is None
    assert 0 < len(report.sample) < 20
    assert report.products is not None
    assert AT_LEAST.format(count=report.products) in report.warnings


def test_a_crawl_delay_that_leaves_no_time_for_a_product_keeps_no_shop_out() -> None:
    robots = reply(200, b"User-agent: *\nCrawl-delay: 20\n", {"Content-Type": "text/plain"})
    with looked_at({"/robots.txt": robots}) as report:
        assert report.error is None
        assert (report.products, list(report.sample)) == (None, [])
        assert (report.reachable, report.authorised) == (True, True)
        assert NOT_YET in report.warnings
        assert NOTHING not in report.warnings
        assert any("20 secondes" in warning for warning in report.warnings)


def test_a_site_of_texts_is_no_shop() -> None:
    texts = b"<!doctype html><html><body><h1>La vie du port</h1><p>Bonjour.</p></body></html>"
    with looked_at({"/": reply(200, texts, PAGE)}) as report:
        assert report.error is not None
        assert (report.error.code, report.error.message) == ("platform_not_recognised", NOTHING)
        assert report.reachable


def test_a_firewall_is_said_with_what_the_merchant_can_do() -> None:
    page = (
        b"<!doctype html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and "
        b"cookies to continue</noscript><script src='/cdn-cgi/challenge-platform/x.js'></script></body></html>"
    )
    with looked_at({"/": reply(200, page, PAGE)}) as report:
        assert report.error is not None
        assert report.error.code == "access_forbidden"
        assert "EmplettesBot" in report.error.message
        assert "tableur" in report.error.message
        assert (report.reachable, report.authorised) == (True, False)


def test_a_site_that_needs_javascript_is_said_to() -> None:
    page = (
        b"<!doctype html><html><head><title>Boutique</title></head><body><div id='root'></div>"
        b"<script src='/app.js'></script></body></html>"
    )
    with looked_at({"/": reply(200, page, PAGE)}) as report:
        assert report.error is not None
        assert "JavaScript" in report.error.message


def test_robots_txt_is_obeyed_and_said() -> None:
    robots = reply(200, b"User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain"})
    with looked_at({"/robots.txt": robots}) as report:
        assert report.error is not None
        assert report.error.code == "access_forbidden"
        assert "robots.txt" in report.error.message


def test_what_the_pages_do_not_say_is_counted() -> None:
    with SiteUnderTest(12) as site, WebsiteShop(site, mapped=True).connect() as connection:
        report = registry.get("website").check(connection, sample=4)
    sample = report.sample
    assert missing(sample)[0].startswith("Aucun des 4 produits lus n'indique la marque")
    bare = sample[0].model_copy(update={"description": ""})
    assert "1 des 4 produits lus n'indique pas la description." in missing([bare, *sample[1:]])
    assert "2 des 4 produits lus n'indiquent pas la description." in missing([bare, bare, *sample[2:]])
    assert missing([]) == []
