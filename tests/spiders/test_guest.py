"""A good guest: robots.txt, sitemaps, redirects, refusals, and what the merchant is told."""

from __future__ import annotations

import gzip
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.hostile import Behaviour, Line, Seen, hang, head, in_turn, redirect, reply, reset
from tests.support.sites import (
    SiteServer,
    Ware,
    document,
    html_reply,
    product_page,
    shop_site,
    sitemap,
    sitemap_index,
    text_reply,
)
from tests.support.spider import SpiderProcess, spider_process

XML = "application/xml"


def hidden_shop(robots: str = "", products: int = 3) -> SiteServer:
    """A site whose products nothing but a sitemap leads to."""
    site = SiteServer({ware.path: html_reply(product_page(ware)) for ware in map(Ware, range(1, products + 1))})
    site.route("/", html_reply(document("Accueil", "<h1>Poterie du Lac</h1><p>Bienvenue à l'atelier.</p>")))
    return site.route("/robots.txt", text_reply(robots))


def addresses(site: SiteServer, products: int = 3) -> list[str]:
    return [site.url(Ware(number).path) for number in range(1, products + 1)]


# --- robots.txt


def test_robots_txt_is_asked_first_and_obeyed(spider: SpiderProcess) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: EmplettesBot\nDisallow: /produit/piece-2\nDisallow: /contact\n"
    with shop_site(4, robots=rules) as site:
        crawled = spider.crawl(site)
    assert site.seen[0].target == "/robots.txt"
    assert len(crawled.products) == 3
    assert not site.asked("/produit/piece-2")
    assert not site.asked("/contact")
    assert site.asked().count("/robots.txt") == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_allows_all(spider: SpiderProcess, status: int) -> None:
    with shop_site(2) as site:
        site.route("/robots.txt", reply(status, b"no"))
        assert len(spider.crawl(site).products) == 2


@pytest.mark.parametrize("behaviour", [reply(500, b"oops"), reset(), hang()], ids=["500", "reset", "hang"])
def test_a_robots_txt_that_cannot_be_had_stops_everything(spider: SpiderProcess, behaviour: Behaviour) -> None:
    with shop_site(2) as site:
        site.route("/robots.txt", behaviour)
        crawled = spider.crawl(site, budget={"request_seconds": 0.5})
    assert (crawled.end.complete, crawled.end.error) == (False, "shop_unreachable")
    assert crawled.end.message
    assert set(site.asked()) == {"/robots.txt"}


def test_a_merchant_is_told_that_it_is_robots_txt_that_fails(spider: SpiderProcess) -> None:
    """The shop opens in a browser: to say that it does not answer would send its owner looking in the wrong place."""
    with shop_site(2) as site:
        site.route("/robots.txt", reply(500, b"oops"))
        message = spider.crawl(site).end.message
    assert "robots.txt" in message
    assert "500" in message


def test_a_site_that_wants_no_robot_is_left_alone(spider: SpiderProcess) -> None:
    with shop_site(2, robots="User-agent: *\nDisallow: /\n") as site:
        crawled = spider.crawl(site)
    assert site.asked() == ["/robots.txt"]
    assert (crawled.end.complete, crawled.end.error) == (False, "access_forbidden")
    assert "robots.txt" in crawled.end.message
    assert "EmplettesBot" in crawled.end.message


def test_the_crawl_delay_is_obeyed(spider: SpiderProcess) -> None:
    with shop_site(2, robots="User-agent: *\nCrawl-delay: 0.3\n") as site:
        crawled = spider.crawl(site)
    assert len(crawled.products) == 2
    assert crawled.seconds >= 0.3 * (crawled.end.requests - 1)


def test_an_absurd_crawl_delay_is_clamped_and_said(spider: SpiderProcess) -> None:
    with shop_site(2, robots="User-agent: *\nCrawl-delay: 86400\n") as site:
        crawled = spider.crawl(site, budget={"seconds": 1.0})
    assert not crawled.end.complete
    assert crawled.seconds < 6
    assert any("86400" in warning and "30" in warning for warning in crawled.end.warnings)


def test_a_byte_order_mark_and_a_wrong_type_do_not_hide_the_rules(spider: SpiderProcess) -> None:
    with shop_site(3) as site:
        site.route("/robots.txt", text_reply("\ufeffUser-agent: *\nDisallow: /produit/piece-1\n", "text/html"))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 2
    assert not site.asked("/produit/piece-1")


# --- sitemaps


def packed(text: str, times: int = 1) -> Behaviour:
    body = text.encode()
    for _ in range(times):
        body = gzip.compress(body, mtime=0)
    return reply(200, body, {"Content-Type": "application/x-gzip"})


@pytest.mark.parametrize(
    "kind",
    ["xml", "query as text", "404 with a valid body", "gzip", "gzip twice", "index", "relative", "guessed"],
)
def test_sitemaps_are_found_however_they_are_sent(spider: SpiderProcess, kind: str) -> None:
    with hidden_shop() as site:
        text = sitemap(addresses(site))
        where = "/plan.xml?page=1" if kind == "query as text" else "/plan.xml"
        behaviour = {
            "query as text": text_reply(text, "text/plain"),
            "404 with a valid body": text_reply(text, XML, 404),
            "gzip": packed(text),
            "gzip twice": packed(text, 2),
            "index": text_reply(sitemap_index([site.url("/plan-produits.xml")]), XML),
        }.get(kind, text_reply(text, XML))
        site.route("/plan.xml", behaviour)
        site.route("/plan-produits.xml", text_reply(text, XML))
        if kind == "guessed":
            site.route("/sitemap.xml", behaviour)
        else:
            named = where if kind == "relative" else site.url(where)
            site.route("/robots.txt", text_reply(f"Sitemap: {named}\n"))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 3
    assert crawled.end.complete, crawled.end.detail


def test_a_sitemap_that_fails_makes_the_read_incomplete(spider: SpiderProcess) -> None:
    with hidden_shop() as site:
        index = sitemap_index([site.url("/a.xml"), site.url("/b.xml")])
        site.route("/sitemap.xml", text_reply(index, XML))
        site.route("/a.xml", text_reply(sitemap(addresses(site)), XML))
        site.route("/b.xml", text_reply("<urlset><url><loc>", XML))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 3
    assert not crawled.end.complete
    assert "b.xml" in crawled.end.detail


def test_lastmod_comes_with_the_page(spider: SpiderProcess) -> None:
    with hidden_shop() as site:
        site.route("/sitemap.xml", text_reply(sitemap(addresses(site), "2026-11-20"), XML))
        crawled = spider.crawl(site)
    assert {page.lastmod for page in crawled.products} == {"2026-11-20"}


# --- redirects


def test_redirects_are_followed_within_the_site(spider: SpiderProcess) -> None:
    with shop_site(2) as site:
        site.route("/produit/piece-1", redirect("/nouveau/piece-1", 301))
        site.route("/nouveau/piece-1", html_reply(product_page(Ware(1))))
        crawled = spider.crawl(site)
    record = next(page.record for page in crawled.products if page.asked.endswith("/produit/piece-1"))
    assert record is not None
    assert record.source_id == "/nouveau/piece-1"


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(spider: SpiderProcess) -> None:
    with shop_site(2, robots="User-agent: *\nDisallow: /prive\n") as site:
        site.route("/produit/piece-1", redirect("/prive/piece-1"))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 1
    assert not site.asked("/prive")


def test_a_home_page_that_leads_to_another_site_is_said(spider: SpiderProcess) -> None:
    with shop_site(1) as site:
        site.route("/", redirect("https://boutique.example/"))
        crawled = spider.crawl(site)
    assert crawled.end.error == "platform_not_recognised"
    assert "boutique.example" in crawled.end.message


def test_a_private_address_is_never_called(spider: SpiderProcess) -> None:
    with shop_site(1) as site:
        crawled = spider.crawl(site, allow_hosts="")
    assert site.connections == 0
    assert crawled.end.error == "address_blocked"


# --- refusals


def test_retry_after_is_honoured(spider: SpiderProcess) -> None:
    with shop_site(3) as site:
        times: list[float] = []

        def busy(line: Line, request: Seen) -> None:
            times.append(time.monotonic())
            if len(times) == 1:
                line.send(head(429, {"Retry-After": "1", "Content-Length": "0"}))
            else:
                html_reply(product_page(Ware(1)))(line, request)

        site.route("/produit/piece-1", busy)
        crawled = spider.crawl(site)
    assert len(crawled.products) == 3
    assert crawled.end.complete
    assert times[1] - times[0] >= 1.0


def test_a_site_that_wants_an_hour_s_rest_is_left_alone_though_there_would_be_time(spider: SpiderProcess) -> None:
    with shop_site(3) as site:
        site.route("/produit/piece-2", reply(429, b"later", {"Retry-After": "3600"}))
        crawled = spider.crawl(site, budget={"seconds": 7200})
    assert crawled.seconds < 10
    assert (crawled.end.error, crawled.end.retry_after) == ("shop_throttled", 3600)
    assert not crawled.end.complete
    assert site.asked().count("/produit/piece-2") == 1


@pytest.mark.parametrize(
    ("status", "code"), [(429, "shop_throttled"), (503, "shop_in_maintenance")], ids=["throttled", "maintenance"]
)
def test_a_wait_beyond_the_job_s_time_ends_it_at_once(spider: SpiderProcess, status: int, code: str) -> None:
    with shop_site(3) as site:
        site.route("/pieces", reply(status, b"later", {"Retry-After": "3600"}))
        crawled = spider.crawl(site)
    assert crawled.seconds < 10
    assert (crawled.end.error, crawled.end.retry_after) == (code, 3600)
    assert crawled.end.message
    assert site.asked().count("/pieces") == 1


def test_a_site_that_fails_and_fails_is_left_alone_with_what_was_read(spider: SpiderProcess) -> None:
    with shop_site(30, per_page=30) as site:
        for number in range(4, 31):
            site.route(Ware(number).path, reply(502, b"bad gateway"))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 3
    assert not crawled.end.complete
    assert crawled.end.error is None
    assert "502" in crawled.end.detail
    assert sum(request.path in {Ware(number).path for number in range(4, 31)} for request in site.seen) == 5


def test_broken_pages_of_a_healthy_site_do_not_end_it(spider: SpiderProcess) -> None:
    with shop_site(12, per_page=12) as site:
        for number in range(2, 9):
            site.route(Ware(number).path, reply(500, b"oops"))
        site.route(Ware(3).path, in_turn(reply(500, b"oops"), html_reply(product_page(Ware(3)))))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 6
    assert Ware(3).name in crawled.titles
    assert not crawled.end.complete


@pytest.mark.parametrize("status", [401, 403])
def test_a_firewall_is_said_and_what_the_merchant_can_do(spider: SpiderProcess, status: int) -> None:
    with SiteServer({"/robots.txt": text_reply("")}, lambda target: reply(status, b"Forbidden")) as site:
        site.route("/sitemap.xml", text_reply(sitemap(site.url(f"/p/{n}") for n in range(50)), XML))
        crawled = spider.crawl(site)
    assert crawled.end.error == "access_forbidden"
    assert "EmplettesBot" in crawled.end.message
    assert "flux" in crawled.end.message
    assert "tableur" in crawled.end.message
    assert len(site.asked("/p/")) < 15


def test_a_page_that_is_empty_without_javascript_is_said(spider: SpiderProcess) -> None:
    shell = (
        b'<!doctype html><html><head><title>Boutique</title><script src="/app.js"></script></head>'
        b'<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>'
    )
    with SiteServer({"/robots.txt": text_reply("")}, lambda target: html_reply(shell)) as site:
        crawled = spider.crawl(site)
    assert crawled.end.error == "platform_not_recognised"
    assert "JavaScript" in crawled.end.message
    assert "flux" in crawled.end.message


GATES = {
    "maintenance": (
        "<title>Site en maintenance</title><h1>Notre boutique est en maintenance</h1><p>De retour demain.</p>",
        "shop_in_maintenance",
    ),
    "holidays": (
        "<title>Fermeture</title><h1>La boutique est actuellement fermée</h1><p>Congés jusqu'au 3 janvier.</p>",
        "shop_in_maintenance",
    ),
    "captcha": (
        "<title>Just a moment...</title><p>Checking your browser before you go on.</p>"
        '<script>window._cf_chl_opt={cvId:"3"};</script>',
        "access_forbidden",
    ),
}


@pytest.mark.parametrize("name", GATES)
def test_what_stands_in_a_site_s_place_is_told_apart(spider: SpiderProcess, name: str) -> None:
    markup, code = GATES[name]
    gate = f'<!doctype html><html lang="fr"><head><meta charset="utf-8"></head><body>{markup}</body></html>'.encode()
    with SiteServer({"/robots.txt": text_reply("")}, lambda target: html_reply(gate)) as site:
        crawled = spider.crawl(site)
    assert (crawled.end.complete, crawled.end.error) == (False, code)


def test_a_site_that_hangs_past_the_job_s_time_was_not_reached(spider: SpiderProcess) -> None:
    with shop_site(2) as site:
        site.route("/robots.txt", hang())
        crawled = spider.crawl(site, budget={"seconds": 0.5})
    assert crawled.end.error == "shop_unreachable"
    assert "lente" in crawled.end.message
    assert crawled.seconds < 5


def test_a_home_page_that_only_sends_on_is_followed(spider: SpiderProcess) -> None:
    with shop_site(3) as site:
        home = site.routes["/"]
        site.route("/fr/", home)
        site.route("/", html_reply(b'<html><head><META HTTP-EQUIV="Refresh" CONTENT="0; URL=/fr/"></head></html>'))
        crawled = spider.crawl(site)
    assert len(crawled.products) == 3


# --- certificates


@pytest.mark.parametrize(
    ("days", "name", "code"),
    [(30, "localhost", None), (-1, "localhost", "shop_unreachable"), (30, "other.example", "shop_unreachable")],
    ids=["valid", "expired", "of another"],
)
def test_certificates_are_checked(tmp_path: Path, days: int, name: str, code: str | None) -> None:
    authority = Authority(tmp_path)
    context = authority.server(name, valid_for=timedelta(days=days))
    environment = {**os.environ, "SSL_CERT_FILE": str(authority.bundle)}
    with shop_site(2, tls=context) as site, spider_process(env=environment) as process:
        url = site.url(host="localhost")
        crawled = process.crawl(site, url=url, allow_hosts=url.split("//")[1].rstrip("/"))
    assert crawled.end.error == code
    assert len(crawled.products) == (0 if code else 2)
    if code:
        assert "certificat" in crawled.end.message


# --- looks and visits


def test_a_look_ends_early_and_tells_where_values_come_from(spider: SpiderProcess) -> None:
    with shop_site(40) as site:
        crawled = spider.crawl(site, enough=5)
    assert len(crawled.products) == 5
    assert {field.name for field in crawled.products[0].fields} >= {"name", "price"}
    assert all(field.source for page in crawled.products for field in page.fields)


def test_asked_pages_are_answered_even_when_they_are_gone(spider: SpiderProcess) -> None:
    with shop_site(3) as site:
        site.route("/produit/piece-2", reply(410, b"gone"))
        asked = (*addresses(site), site.url("/produit/piece-9"), site.url("/contact"))
        crawled = spider.crawl(site, discover=False, visit=asked)
    answers = {page.asked.rpartition("/")[2]: (page.status, page.record is not None) for page in crawled.pages}
    assert answers == {
        "piece-1": (200, True),
        "piece-2": (410, False),
        "piece-3": (200, True),
        "piece-9": (404, False),
        "contact": (200, False),
    }
    assert sorted(set(site.asked())) == sorted({"/robots.txt", *(url.removeprefix(site.url("")) for url in asked)})
