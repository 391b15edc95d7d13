"""Sitemaps: read by their bytes, in every form that shops send, as far as they go, within their caps."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders import sitemaps
from spiders.sitemap_text import Markup, date_of
from spiders.sitemaps import MAX_CHILDREN, Sitemap, SitemapEntry, Walk, names_products, parse

WHERE = "https://shop.example/sitemap.xml"
A, B = "https://shop.example/produit/vase", "https://shop.example/produit/bol"


def urlset(*locs: str, around: str = "") -> bytes:
    rows = "".join(f"<url><loc>{loc}</loc>{around}</url>" for loc in locs)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def urls(sitemap: Sitemap) -> list[str]:
    return [entry.url for entry in sitemap.entries]


@pytest.mark.parametrize(
    "body",
    [
        urlset(A, B),
        b"\xef\xbb\xbf" + urlset(A, B),
        b"\r\n  \n" + urlset(A, B),
        b"<br />\n<b>Notice</b>: Undefined index: lang in <b>/home/shop/sitemap.php</b><br />\n" + urlset(A, B),
        gzip.compress(urlset(A, B)),
        gzip.compress(gzip.compress(urlset(A, B))),
        urlset(A, B).decode().encode("utf-16"),
        urlset(f"\n  {A}\n  ", f"<![CDATA[{B}]]>"),
        urlset(A, B).replace(b"<url", b"<ns0:url").replace(b"</url", b"</ns0:url").replace(b"loc>", b"ns0:loc>"),
        urlset(A, B).replace(b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', b'xmlns="urn:other"'),
        urlset(A, B).upper().replace(b"HTTPS://SHOP.EXAMPLE/PRODUIT/VASE", A.encode()).replace(
            b"HTTPS://SHOP.EXAMPLE/PRODUIT/BOL", B.encode()
        ),
        urlset(A, B).replace(b"</url>", b""),
        urlset(A, "https://shop.example/&nbsp;", B),
        urlset(A, "", "not an address", "mailto:a@b.fr", B),
        urlset(A, A, B),
        urlset(A, "https://elsewhere.example/x", B),
        urlset(A, B) + b"<p>trailing rubbish",
        b"<!-- " + urlset("https://shop.example/old") + b" -->" + urlset(A, B),
        b"<a < b & c <<<" + urlset(A, B),
        f"{A}\n{B}\n".encode(),
        b"\xef\xbb\xbf" + f"{A}\r\n\r\n{B}".encode(),
        f"<rss><channel><link>https://shop.example/</link><item><link>{A}</link></item>"
        f"<item><title>x</title><link>{B}</link></item></channel></rss>".encode(),
        f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://shop.example/"/><entry><link rel="self" '
        f'href="{A}?self"/><link href="{A}"/></entry><entry><link rel="alternate" href="{B}"/></entry></feed>'.encode(),
    ],
    ids=[
        "plain", "bom", "blank", "php-notice", "gzip", "gzip-twice", "utf-16", "spaces-and-cdata",
        "prefixed", "other-namespace", "capitals", "unclosed-url", "unknown-entity", "rubbish-between", "twice",
        "other-site", "trailing", "commented-out", "stray-signs", "text", "text-with-bom", "rss", "atom",
    ],
)  # fmt: skip
def test_every_form_that_shops_send(body: bytes) -> None:
    assert urls(parse(body, WHERE)) == [A, B]


def test_a_gzip_without_its_end_is_read_as_far_as_it_goes() -> None:
    body = urlset(*(f"{A}-{number * 7919 % 10007}" for number in range(20_000)))
    whole, cut = parse(gzip.compress(body), WHERE), parse(gzip.compress(body)[:20_000], WHERE)
    assert whole.broken is None
    assert cut.broken == "its gzip has no end"
    assert 100 < len(cut.entries) < 20_000
    assert cut.entries == whole.entries[: len(cut.entries)]


def test_addresses_are_decoded() -> None:
    body = urlset(
        f"{A}?a=1&amp;b=2", f"{A}?a=1&b=3", f"{A}?q=%C3%A9&#38;c=&#x34;", "/relatif", "https://shop.example/é"
    )
    assert urls(parse(body, WHERE)) == [
        f"{A}?a=1&b=2",
        f"{A}?a=1&b=3",
        f"{A}?q=%C3%A9&c=4",
        "https://shop.example/relatif",
        "https://shop.example/%C3%A9",
    ]


def test_what_stands_beside_an_address() -> None:
    around = "<lastmod>2026-11-20T09:00:00+01:00</lastmod><image:image><image:loc>https://cdn.example/a.jpg</image:loc>"
    around += "</image:image><image:image><image:loc>https://cdn.example/b.jpg</image:loc></image:image>"
    around += '<xhtml:link rel="alternate" hreflang="en" href="https://shop.example/en/vase"/>'
    assert parse(urlset(A, around=around), WHERE).entries == (SitemapEntry(A, "2026-11-20T08:00:00Z", 2),)


def test_nobodys_entities_are_expanded() -> None:
    dtd = b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY evil SYSTEM "file:///etc/passwd">'
    dtd += b'<!ENTITY more "<url><loc>https://shop.example/injected</loc></url>">]>'
    body = dtd + urlset(A, "https://shop.example/&evil;", "https://shop.example/?a=&more;", B).partition(b"?>")[2]
    assert urls(parse(body, WHERE)) == [A, B]


def test_an_index_names_its_children_products_first() -> None:
    names = [
        "post-sitemap.xml",
        "product_cat-sitemap.xml",
        "autre.xml",
        "product-sitemap2.xml.gz",
        "sitemap_products.xml?a",
    ]
    rows = "".join(f"<sitemap><loc>https://shop.example/{name}</loc></sitemap>" for name in names)
    found = parse(f"<sitemapindex>{rows}</sitemapindex>".encode(), WHERE)
    assert [child.rpartition("/")[2] for child in found.children] == [
        "product-sitemap2.xml.gz",
        "sitemap_products.xml?a",
        "product_cat-sitemap.xml",
        "autre.xml",
        "post-sitemap.xml",
    ]
    assert not found.entries
    assert found.broken is None


def test_sitemaps_in_a_urlset_are_children_too() -> None:
    found = parse(urlset(A, "https://shop.example/sitemap-2.xml", "https://shop.example/s/pages.xml.gz"), WHERE)
    assert (urls(found), len(found.children)) == ([A], 2)


def test_a_sitemap_that_lives_elsewhere_names_the_shops_pages() -> None:
    where = "https://cdn.example.net/shop/sitemap.xml"
    found = parse(urlset(A, "https://cdn.example.net/x", "https://third.example/"), where, "https://www.shop.example/")
    assert urls(found) == [A, "https://cdn.example.net/x"]
    assert found.foreign == 1


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        (b"", "it is empty"),
        (b" \n ", "it is no sitemap"),
        (b"<!doctype html><html><body><a href='/'>Introuvable</a></body></html>", "it is a page, no sitemap"),
        (b'{"error": "not found"}', "it is no sitemap"),
        (b"Not found", "it is no sitemap"),
        (b"\x1f\x8brubbish", "its gzip is broken"),
        (urlset(A, B)[:-20], "it ends in the middle"),
        (gzip.compress(gzip.compress(gzip.compress(urlset(A)))), "gzip in gzip in gzip"),
    ],
)
def test_what_is_wrong_is_said(body: bytes, broken: str) -> None:
    assert parse(body, WHERE).broken == broken


def test_a_page_that_shows_a_sitemap_is_none() -> None:
    page = b"<html><body><pre>" + urlset(A).replace(b"<", b"&lt;") + b"</pre></body></html>"
    assert parse(page, WHERE) == Sitemap(broken="it is a page, no sitemap")


def test_the_caps_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_ENTRIES", 100)
    found = parse(urlset(*(f"{A}-{number}" for number in range(200))), WHERE)
    assert (len(found.entries), found.broken) == (100, "more than 100 addresses")


def test_an_index_has_a_cap_too() -> None:
    rows = "".join(f"<sitemap><loc>https://shop.example/s{number}.xml</loc></sitemap>" for number in range(600))
    found = parse(f"<sitemapindex>{rows}</sitemapindex>".encode(), WHERE)
    assert (len(found.children), found.broken) == (MAX_CHILDREN, f"more than {MAX_CHILDREN} sitemaps")


@pytest.mark.parametrize(
    "filling",
    [b"<", b"<!--", b"<a ", b"<url><loc>", b" ", b"<!DOCTYPE a [", b"&", b"http://a\n", b"<loc>https://a</loc>"],
)
def test_a_bomb_ends_in_little_memory(filling: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_BYTES", 200_000)
    bomb = gzip.compress(gzip.compress(filling * (10_000_000 // len(filling)), 1), 1)
    tracemalloc.start()
    found = parse(bomb, WHERE)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.broken is not None
    assert not found.entries
    assert memory < 1_500_000


def test_what_is_hostile_costs_no_more_than_its_size() -> None:
    def cost(size: int) -> float:
        begun = time.process_time()
        for filling in (
            b"<",
            b"<!--",
            b"<a ",
            b"<!DOCTYPE a [",
            b"<!DOCTYPE a>",
            b"<![CDATA[",
            b"<a href='",
            b"<loc>&a;",
        ):
            parse(filling * (size // len(filling)), WHERE)
        return time.process_time() - begun

    assert min(cost(1_000_000) for _ in range(3)) < 20 * min(cost(200_000) for _ in range(3)) + 0.05


def test_fifty_thousand_addresses() -> None:
    around = "<lastmod>2026-11-20T09:00:00+01:00</lastmod><changefreq>daily</changefreq><priority>0.5</priority>"
    body = gzip.compress(urlset(*(f"{A}-{number}" for number in range(50_000)), around=around), 1)
    found = parse(body, WHERE)
    assert (len(found.entries), found.broken) == (50_000, None)


@given(st.binary(max_size=2000))
def test_never_raises(body: bytes) -> None:
    parse(body, WHERE)
    parse(b"<urlset><url><loc>https://shop.example/" + body + b"</loc></url></urlset>", WHERE)
    parse(b"\x1f\x8b\x08\x00" + body, WHERE)


_SAMPLE = b"<?xml version='1.0'?><!-- a > b --><!DOCTYPE urlset [<!ENTITY a 'b'>]>" + urlset(
    A, f"<![CDATA[{B}]]>", "https://shop.example/x?a=1&amp;b=2", around="<lastmod>2026-11-20</lastmod>"
)


@given(st.lists(st.integers(0, len(_SAMPLE)), max_size=12))
def test_pieces_may_end_anywhere(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(_SAMPLE)]

    def read(pieces: list[bytes]) -> tuple[list[tuple[str, str]], str | None]:
        found: list[tuple[str, str]] = []

        def closed(name: str, text: str | None) -> bool:
            if text is not None:
                found.append((name, text))
            return True

        markup = Markup(lambda name, attributes: name in ("loc", "lastmod"), closed)
        for piece in pieces:
            markup.feed(piece)
        return found, markup.end()

    pieces = [_SAMPLE[start:stop] for start, stop in pairwise(ends) if start < stop]
    assert read(pieces) == read([_SAMPLE])


@given(st.integers(0, len(urlset(A, B, around="<lastmod>2026-11-20</lastmod>"))))
def test_a_cut_document_gives_what_came_before_the_cut(at: int) -> None:
    whole = urlset(A, B, around="<lastmod>2026-11-20</lastmod>")
    found = parse(whole[:at], WHERE)
    assert urls(found) == [A, B][: len(found.entries)]
    assert (found.broken is None) == (at == len(whole))


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-11", "2026-11-01"),
        ("2026-11-20T09:00:00+01:00", "2026-11-20T08:00:00Z"),
        ("2026-11-20T09:00:00.123Z", "2026-11-20T09:00:00Z"),
        ("2026-11-20T09:00Z", "2026-11-20T09:00:00Z"),
        ("2026-11-20 09:00:00", "2026-11-20T09:00:00Z"),
        ("2026-11-20 09:00:00 +01:00", "2026-11-20T08:00:00Z"),
        ("Fri, 20 Nov 2026 09:00:00 +0100", "2026-11-20T08:00:00Z"),
        ("20/11/2026", "2026-11-20"),
        ("20-11-2026 09:00:00", "2026-11-20T09:00:00Z"),
        ("1795387756", "2026-11-22T22:49:16Z"),
        ("1795387756000", "2026-11-22T22:49:16Z"),
        (" 2026-11-20\n", "2026-11-20"),
        ("", None),
        ("hier", None),
        ("0000-00-00", None),
        ("2026-13-45", None),
        ("99/99/9999", None),
    ],
)
def test_lastmod_in_all_spellings(raw: str, read: str | None) -> None:
    assert date_of(raw) == read


@given(st.text(max_size=80))
def test_a_lastmod_never_raises(raw: str) -> None:
    read = date_of(raw)
    assert read is None or date_of(read) == read


def test_names_products() -> None:
    assert names_products("https://shop.example/wp-sitemap-posts-product-1.xml")
    assert names_products("https://shop.example/sitemap_products_1.xml?from=1&to=2")
    assert names_products("https://shop.example/sitemap-produits.xml")
    assert not names_products("https://shop.example/product-category-sitemap.xml")
    assert not names_products("https://shop.example/sitemap.xml")


def test_a_walk_takes_products_first_and_each_once() -> None:
    walk = Walk("https://shop.example/", (WHERE, WHERE))
    assert walk.next() == WHERE
    assert walk.next() is None
    site = "https://shop.example/"
    walk.read(WHERE, Sitemap(children=(f"{site}posts.xml", f"{site}product-1.xml", f"{site}b.xml", WHERE)))
    order = []
    while (address := walk.next()) is not None:
        order.append(address.removeprefix(site))
        walk.read(address, Sitemap(children=(f"{site}b.xml",)))
    assert order == ["product-1.xml", "b.xml", "posts.xml"]
    assert walk.cut is None


def test_a_walk_ends_in_endless_indexes() -> None:
    walk = Walk("https://shop.example/", (WHERE,))
    fetched = 0
    while (address := walk.next()) is not None:
        fetched += 1
        walk.read(address, Sitemap(children=tuple(f"{address}{number}.xml" for number in range(30))))
    assert fetched == 500
    assert walk.cut == "more than 500 sitemaps"
    walk = Walk("https://shop.example/", (WHERE,))
    while (address := walk.next()) is not None:
        walk.read(address, Sitemap(children=(f"{address}x.xml",)))
    assert walk.cut == "sitemaps nested deeper than 3"
