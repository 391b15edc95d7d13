"""The spider among traps: it ends within its budgets, with the products beside the trap and a clear report."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from tests.support import hostile_site as traps
from tests.support.hostile import Behaviour, HostileServer, endless_chunks, raw, reply
from tests.support.hostile_site import Trap, trapped
from tests.support.sites import Ware, html_reply, product_page, shop_site
from tests.support.spider import Crawled, SpiderProcess

NAMES = sorted(Ware(number).name for number in (1, 2, 3))


def crawl(spider: SpiderProcess, trap: Trap, **budget: float) -> Crawled:
    """Crawl a shop of three products with the trap in it; all three must be found."""
    with trapped(trap) as site:
        crawled = spider.crawl(site, budget={"request_seconds": 1.0, "page_bytes": 8 * 1024**2, **budget})
    assert [title for title in crawled.titles if title in NAMES] == NAMES, crawled.end
    return crawled


# --- sites without an end


@pytest.mark.parametrize(
    "make",
    [traps.endless_calendar, traps.link_farm, traps.deeper_and_deeper],
    ids=["endless calendar", "link farm", "deeper and deeper"],
)
def test_sites_without_an_end_end_within_the_page_budget(spider: SpiderProcess, make: Callable[[], Trap]) -> None:
    crawled = crawl(spider, make(), pages=60)
    assert crawled.end.requests <= 60 + 10
    assert crawled.seconds < 10
    assert crawled.end.skipped or crawled.end.detail


def test_a_link_farm_ends_within_the_time_budget(spider: SpiderProcess) -> None:
    with trapped(traps.link_farm()) as site:
        # At full speed its three hundred pages that lead nowhere are seen through before the time is over.
        crawled = spider.crawl(site, delay=0.05, budget={"seconds": 2.0})
    assert crawled.seconds < 6
    assert not crawled.end.complete
    assert "2 seconds" in crawled.end.detail


def test_sitemaps_without_end_are_cut_and_said(spider: SpiderProcess) -> None:
    crawled = crawl(spider, traps.sitemaps_without_end())
    assert not crawled.end.complete
    assert "sitemap" in crawled.end.detail
    assert crawled.seconds < 10


def test_pages_that_send_the_visitor_round_in_a_circle(spider: SpiderProcess) -> None:
    crawled = crawl(spider, traps.refreshing())
    assert crawled.end.requests < 30
    assert crawled.seconds < 10


# --- redirects


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706433/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:70/",
        "data:text/html,<h1>x</h1>",
        "//",
        "http://user:secret@127.0.0.1/",
        "\x00",
        "http://" + "a" * 5_000 + ".example/",
    ],
)
def test_redirects_out_of_the_site_are_not_followed(spider: SpiderProcess, target: str) -> None:
    crawled = crawl(spider, traps.redirects_to(target))
    assert crawled.seconds < 10


def test_a_private_neighbour_is_not_called_though_its_name_is_the_same(spider: SpiderProcess) -> None:
    """Only host and port together are allowed: another port of this machine is another service."""
    with HostileServer({"/": reply(200, b"secret")}) as neighbour, trapped(traps.redirects_to(neighbour.url())) as site:
        crawled = spider.crawl(site)
        assert neighbour.connections == 0
    assert crawled.titles == NAMES


def test_a_link_to_a_private_neighbour_is_not_followed(spider: SpiderProcess) -> None:
    with HostileServer({"/": reply(200, b"secret")}) as neighbour, trapped(Trap((neighbour.url(),))) as site:
        crawled = spider.crawl(site)
        assert neighbour.connections == 0
    assert crawled.titles == NAMES


@pytest.mark.parametrize("make", [traps.redirect_circle, traps.redirects_without_end], ids=["circle", "without end"])
def test_redirects_without_end_are_given_up(spider: SpiderProcess, make: Callable[[], Trap]) -> None:
    crawled = crawl(spider, make())
    assert crawled.seconds < 10
    assert crawled.end.requests < 50


# --- bodies

BODIES: dict[str, Callable[[], Behaviour]] = {
    "2 GB": traps.heavy,
    "2 GB announced": lambda: traps.heavy(announced=True),
    "2 GB in chunks": endless_chunks,
    "gzip bomb": lambda: traps.bomb("gzip"),
    "double gzip bomb": lambda: traps.bomb("gzip, gzip"),
    "deflate bomb": lambda: traps.bomb("deflate"),
    "brotli bomb": lambda: traps.bomb("br"),
    "a thousand encodings": traps.many_encodings,
    "says gzip and is not": lambda: traps.mislabelled("gzip"),
    "says br and is not": lambda: traps.mislabelled("br"),
    "says zstd and is not": lambda: traps.mislabelled("zstd"),
    "says deflate and is not": lambda: traps.mislabelled("deflate"),
    "garbled chunks": traps.garbled_chunks,
    "huge headers": traps.huge_headers,
    "one long header": traps.one_long_header,
    "endless drip": traps.endless_drip,
    "no HTTP at all": lambda: raw(b"\x00\xff\x00\xff" * 1_000),
    "nothing": lambda: raw(b""),
    "status out of range": lambda: raw(b"HTTP/1.1 999999 What\r\nContent-Length: 0\r\n\r\n"),
    "negative length": lambda: raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -5\r\n\r\nhello"),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_would_drown_us(spider: SpiderProcess, name: str) -> None:
    crawled = crawl(spider, traps.one_page(BODIES[name]()))
    assert crawled.seconds < 15
    assert crawled.end.bytes < 64 * 1024**2


def test_the_byte_budget_ends_a_site_of_heavy_pages(spider: SpiderProcess) -> None:
    with shop_site(20, per_page=20) as site:
        for ware in map(Ware, range(1, 21)):
            site.route(ware.path, html_reply(product_page(ware, filler="Une pièce unique. " * 25_000)))
        crawled = spider.crawl(site, budget={"bytes": 3 * 1024**2})
    assert 4 <= len(crawled.products) <= 8
    assert not crawled.end.complete
    assert "bytes" in crawled.end.detail
    assert crawled.end.bytes < 4 * 1024**2


PAGES: dict[str, Callable[[], Behaviour]] = {
    "nested a hundred thousand deep": traps.nested,
    "bold never closed": lambda: traps.unclosed("b"),
    "links never closed": lambda: traps.unclosed("a href=/x"),
    "brackets one in the other": traps.scripts,
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_that_would_cost_too_much_to_read(spider: SpiderProcess, name: str) -> None:
    before = spider.cpu_seconds()
    crawl(spider, traps.one_page(PAGES[name]()))
    assert spider.cpu_seconds() - before < 6


@pytest.mark.parametrize(
    ("label", "truth", "meta"),
    [
        ("iso-8859-1", "utf-8", "utf-8"),
        ("utf-8", "cp1252", None),
        ("utf-8", "cp1252", "windows-1252"),
        ("no-such-thing", "utf-8", None),
        ("utf-16", "utf-8", None),
        ("iso-8859-1", "cp1252", "iso-8859-15"),
    ],
)
def test_encodings_that_disagree(spider: SpiderProcess, label: str, truth: str, meta: str | None) -> None:
    crawled = crawl(spider, traps.one_page(traps.encoded(label, truth, meta=meta)))
    assert Ware(7).name in crawled.titles


# --- robots.txt

RULES: dict[str, bytes | Behaviour] = {
    "binary": bytes(range(256)) * 400,
    "5 MB": b"Disallow: /produit/\n" * 250_000,
    "ten thousand names and rules": b"".join(b"User-agent: robot-%d\n" % n for n in range(10_000))
    + b"Disallow: /produit/\n" * 10_000,
    "one line": b"User-agent: *\nDisallow: " + b"*a" * 200_000,
    "2 GB": traps.heavy(),
    "gzip bomb": traps.bomb("gzip"),
    "says gzip and is not": traps.mislabelled("gzip"),
    "redirects for ever": reply(302, b"", {"Location": "/robots.txt"}),
    "redirects away": reply(302, b"", {"Location": "https://elsewhere.example/robots.txt"}),
}


@pytest.mark.parametrize("name", RULES)
def test_a_broken_robots_txt_neither_stops_nor_hurts_us(spider: SpiderProcess, name: str) -> None:
    assert crawl(spider, traps.robots(RULES[name])).seconds < 15


def test_the_beginning_of_a_robots_txt_of_five_megabytes_counts(spider: SpiderProcess) -> None:
    text = b"User-agent: *\nDisallow: /produit/piece-1\nDisallow: /vide/\n" + b"# nothing\n" * 500_000
    with trapped(traps.robots(text)) as site:
        crawled = spider.crawl(site)
    assert crawled.titles == sorted(Ware(number).name for number in (2, 3))
    assert not site.asked("/produit/piece-1")


# --- names


def test_a_server_that_never_answers_ends_in_time(spider: SpiderProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, trapped(Trap()) as site:
        port = listener.getsockname()[1]
        crawled = spider.crawl(
            site, url=f"http://127.0.0.1:{port}/", allow_hosts="127.0.0.1", budget={"request_seconds": 0.3}
        )
    assert crawled.end.error == "shop_unreachable"
    assert crawled.seconds < 10


def test_a_name_that_does_not_exist_is_said(spider: SpiderProcess) -> None:
    with trapped(Trap()) as site:
        crawled = spider.crawl(site, url="http://boutique.invalid/")
    assert crawled.end.error == "shop_unreachable"
    assert "nom" in crawled.end.message


def test_the_process_stayed_within_its_memory(spider: SpiderProcess) -> None:
    with trapped(traps.one_page(traps.nested())) as site:
        spider.crawl(site)
    assert spider.peak_mb() < 700
