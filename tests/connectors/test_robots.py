"""robots.txt as RFC 9309 reads it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.robots import Robots

US = "EmplettesBot"
WORDPRESS = """\
User-agent: *
Disallow: /wp-content/uploads/wc-logs/
Disallow: /*?add-to-cart=
Disallow: /wp-admin/
Allow: /wp-admin/admin-ajax.php
Disallow: /*.pdf$
Crawl-delay: 2
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/wp-json/wc/store/v1/products?page=1", True),
        ("/wp-admin/", False),
        ("/wp-admin/admin-ajax.php?x=1", True),
        ("/produit/robe/?add-to-cart=12", False),
        ("/guide.pdf", False),
        ("/guide.pdf?page=2", True),
    ],
)
def test_longest_match_wildcard_and_end(path: str, allowed: bool) -> None:
    assert Robots.parse(WORDPRESS).allows(US, path) is allowed


def test_the_group_that_names_us_counts_alone() -> None:
    robots = Robots.parse(
        "User-agent: *\nDisallow: /\n\nUser-Agent: autre\nUser-Agent: emplettesbot\nDisallow: /prive\n"
    )
    assert robots.allows(US, "/wp-json/")
    assert not robots.allows(US, "/prive/x")
    assert not robots.allows("Quelconque", "/wp-json/")


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not Robots.parse("\ufeffUser-agent: *\nDisallow: /panier\n").allows("EmplettesBot", "/panier")


def test_crawl_delay() -> None:
    assert Robots.parse(WORDPRESS).crawl_delay(US) == 2
    assert Robots.parse("User-agent: *\nCrawl-delay: vite\n").crawl_delay(US) is None


@pytest.mark.parametrize("text", ["", "<html>404</html>", "Disallow: /", "\ufeff", "User-agent: *\nDisallow:\n"])
def test_what_forbids_nothing(text: str) -> None:
    assert Robots.parse(text).allows(US, "/wp-json/")


def test_many_names_before_many_rules_cost_little() -> None:
    names = "".join(f"User-agent: robot{number}\n" for number in range(12_000))
    rules = "".join(f"Disallow: /a{number}*b$\n" for number in range(12_000))
    began = time.process_time()
    assert Robots.parse(names + rules).allows(US, "/a1b")
    assert not Robots.parse(names + "User-agent: *\n" + rules).allows(US, "/a1b")
    assert time.process_time() - began < 2


@given(st.text(max_size=200), st.text(max_size=100).map(lambda text: "/" + text))
def test_never_raises(text: str, path: str) -> None:
    robots = Robots.parse("User-agent: *\nDisallow: " + text)
    assert robots.allows(US, path) in (True, False)
    assert robots.crawl_delay(US) is None or robots.allows(US, path) in (True, False)


def test_sitemap_lines_count_wherever_they_stand() -> None:
    text = (
        "\ufeffSitemap: https://shop.example/a.xml\nUser-agent: *\n  sitemap : /b.xml # b\nSITEMAP:/b.xml\nSitemap:\n"
    )
    assert Robots.parse(text).sitemaps() == ("https://shop.example/a.xml", "/b.xml")
    assert Robots.parse("").sitemaps() == ()
