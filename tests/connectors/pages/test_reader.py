"""A page from its bytes to its record, through every source."""

from __future__ import annotations

import gc
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import reader
from connectors.pages.kind import PageKind
from connectors.pages.links import links
from connectors.pages.page import Page
from connectors.pages.reader import Reading
from connectors.pages.seen import Source
from connectors.records import Availability, IssueCode
from spiders import extract
from tests.connectors.pages.kinds import products
from tests.connectors.pages.kinds.goods import Goods, Thing
from tests.connectors.pages.kinds.samples import PRODUCTS
from tests.connectors.pages.kinds.themes_other import THEMES

URL = "https://poterie.example/vases/vase-bleu"
LD = {
    "@context": "https://schema.org", "@type": "Product", "name": "Vase bleu", "image": "/v.jpg",
    "sku": "VB-204", "url": URL, "brand": {"@type": "Brand", "name": "Revol"}, "gtin13": "4006381333931",
    "offers": {
        "@type": "Offer", "price": "34.90", "priceCurrency": "EUR", "url": URL,
        "availability": "https://schema.org/InStock",
    },
}  # fmt: skip
BODY = '<p class="price">34,90 €</p><p>En stock</p><form action="/panier"><button>Ajouter au panier</button></form>'


def page(middle: str = BODY, *, head: str = "", name: str = "Vase bleu", trail: str = "") -> bytes:
    return f"""<!doctype html><html lang="fr"><head><meta charset="utf-8">
    <title>{name} | Poterie des Lys</title>{head}</head>
    <body class="product-page"><header><a href="/">Accueil</a></header>{trail}
    <main><h1>{name}</h1><img src="/v.jpg" alt="{name}">
    {middle}</main></body></html>""".encode()


def markup(**changes: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(LD | changes)}</script>'


def read(body: bytes, url: str = URL) -> Reading:
    return reader.read(Page.parse(url, body), shop_url="https://poterie.example/")


def test_a_marked_up_page_is_read_without_looking_at_its_text() -> None:
    reading = read(page(head=markup()))
    assert reading.verdict.kind is PageKind.PRODUCT
    assert not reading.looked
    product = reading.record
    assert product is not None
    assert not reading.issues
    assert (product.source_id, product.title, product.brand) == ("/vases/vase-bleu", "Vase bleu", "Revol")
    (offer,) = product.offers
    assert (offer.price_minor, offer.currency, offer.availability) == (3490, "EUR", Availability.IN_STOCK)
    assert (offer.gtin, offer.sku) == ("04006381333931", "VB-204")


def test_a_bare_page_is_read_by_its_text() -> None:
    trail = '<div class="breadcrumb"><a href="/">Accueil</a> / <a href="/vases">Vases</a> / Vase bleu</div>'
    described = '<div class="product-description"><p>Tourné à la main dans notre atelier.</p></div>'
    reading = read(page(f"{BODY}<p>Marque : Revol</p><p>Réf. : VB-204</p>{described}", trail=trail))
    assert reading.looked
    product = reading.record
    assert product is not None
    assert (product.title, product.brand, product.category_path) == ("Vase bleu", "Revol", ("Vases",))
    assert product.description == "<p>Tourné à la main dans notre atelier.</p>"
    assert product.images == ("https://poterie.example/v.jpg",)
    (offer,) = product.offers
    assert (offer.price_minor, offer.currency, offer.sku) == (3490, "EUR", "VB-204")
    assert offer.availability is Availability.IN_STOCK
    assert {field.source for field in reading.fields if field.value} == {Source.VISIBLE}


def test_every_field_says_where_it_comes_from_and_why() -> None:
    reading = read(page(head=markup(offers={"@type": "Offer", "price": "49.00", "priceCurrency": "EUR"})))
    price = next(field for field in reading.fields if field.name == "price")
    assert price.value is not None
    assert {answer.source for answer in price.answers} == {Source.JSON_LD, Source.VISIBLE}
    assert all(0 < answer.confidence <= 1 and answer.where for answer in price.answers)
    assert price.why


def test_a_price_that_is_too_uncertain_becomes_an_issue() -> None:
    others = "".join(f'<li><a href="/p/{n}"><img src="/{n}.jpg">Bol {n}</a> <b>{n},50 €</b></li>' for n in (11, 12, 13))
    middle = f"<p>Nous consulter</p><h2>Vous aimerez aussi</h2><ul>{others}</ul>"
    reading = read(page(middle, head=markup(offers=[])))
    assert reading.record is not None
    assert reading.record.offers[0].price_minor is None
    assert {issue.code for issue in reading.issues} & {IssueCode.PRICE_UNREADABLE, IssueCode.PRICE_MISSING}


def test_what_is_no_product_page_gives_no_record() -> None:
    article = (
        b"<html><title>Journal</title><article><h1>Tourner un vase</h1><p>Le tour est vieux de 6000 ans.</p></article>"
    )
    reading = read(article, "https://poterie.example/journal/tourner-un-vase")
    assert reading.verdict.kind is not PageKind.PRODUCT
    assert reading.record is None
    assert not reading.fields


def test_variants_of_the_markup_are_offers_of_one_product() -> None:
    offers = [
        {"@type": "Offer", "sku": f"VB-{size}", "price": price, "priceCurrency": "EUR", "availability": "InStock"}
        for size, price in (("S", "34.90"), ("L", "49.90"))
    ]
    product = read(page(head=markup(offers=offers))).record
    assert product is not None
    assert [offer.source_id for offer in product.offers] == ["/vases/vase-bleu#VB-S", "/vases/vase-bleu#VB-L"]


def test_reading_twice_gives_the_same() -> None:
    body = page(head=markup())
    assert read(body).record == read(body).record


class Recorded(Goods):
    """Remembers the first thing drawn: the product that the page is about."""

    first: Thing | None = None

    def thing(self, category: str | None = None) -> Thing:
        drawn = super().thing(category)
        self.first = self.first or drawn
        return drawn


PLAIN = (
    "bare", "bare_with_related", "below_another_title", "marked_up", "og_only", "with_cheaper_quantities",
    "with_forty_related", "with_microdata",
)  # fmt: skip


REGISTERING = products
"""Importing it registers its pages."""


@pytest.mark.parametrize("name", PLAIN)
def test_made_up_shops_are_read_right_in_every_theme(name: str) -> None:
    for number, theme in enumerate(THEMES):
        goods = Recorded(f"{name} {number}")
        sample = PRODUCTS[name][1](goods, theme, True)
        thing = goods.first
        assert thing is not None
        page = Page.parse(sample.url, sample.body)
        record = reader.read(page, shop_url=sample.url, default_currency="EUR").record
        assert record is not None, (name, number)
        (offer,) = record.offers
        assert (record.title, offer.price_minor, offer.currency) == (thing.name, thing.cents, "EUR"), (name, number)
        if name.startswith("bare"):
            assert offer.list_price_minor == thing.old_cents, (name, number)
            assert offer.availability is Availability.IN_STOCK, (name, number)


@pytest.mark.parametrize("name", sorted(PRODUCTS))
def test_a_page_is_freed_as_soon_as_it_was_read(name: str) -> None:
    """A page held by a cycle stays until garbage is searched for, which is seldom: 200 MiB more in a crawl."""
    sample = PRODUCTS[name][1](Recorded(name), THEMES[0], True)

    def look() -> None:
        page = Page.parse(sample.url, sample.body)
        links(page, reader.read(page, shop_url=sample.url).tiles)

    look()  # what is made once and kept
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        look()
        gc.collect()
        held = [one for one in gc.garbage if isinstance(one, Page)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert not held


NOISE = st.lists(
    st.sampled_from(
        [
            b"<h1>", b"Vase", b'<script type="application/ld+json">',
            b'{"@type":"Product","name":"V","offers":{"price":', b"}}</script>",
            b'<div itemscope itemtype="http://schema.org/Product">', b'<b itemprop="price" content="',
            b'12.90">', b"12,90 \xe2\x82\xac", b"\xff\xfe", b"<button>Ajouter au panier", b"</div>", b"\x00",
            b'<meta property="og:type" content="product">', b'<link rel="canonical" href="/x">', b'<p class="price">',
            b"<base href='http://['>",
        ]
    ),
    max_size=40,
).map(b"".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(NOISE, st.binary(max_size=400)), st.sampled_from([URL, "http://[", "https://x.example/%zz?a=b"]))
def test_no_bytes_make_the_reader_raise(body: bytes, url: str) -> None:
    reading = read(body, url)
    assert (reading.record is not None) <= (reading.verdict.kind is PageKind.PRODUCT)


def test_extract_writes_a_line_a_page_and_never_looks_at_the_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.html.gz").write_bytes(gzip.compress(page(head=markup())))
    head = f'<link rel="canonical" href="{URL}">{markup()}'
    (tmp_path / "set" / "b.html").write_bytes(page(head=head))
    (tmp_path / "set" / "c.html.gz").write_bytes(gzip.compress(b"<title>Journal</title><p>Rien</p>"))
    index = tmp_path / "index.csv"
    index.write_text(f"file,url,price\nset/a.html.gz,{URL},1.00\nset/b.html,,1.00\nset/c.html.gz,,\nset/d.json.gz,,\n")
    assert extract.main(["--pages", str(tmp_path), "--index", str(index)]) == 0
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["file"], first["is_product"], first["price"], first["currency"]) == (
        "set/a.html.gz",
        True,
        "34.90",
        "EUR",
    )
    assert (first["availability"], first["gtin"], first["brand"], first["sku"]) == (
        "InStock", "04006381333931", "Revol", "VB-204",
    )  # fmt: skip
    assert second["price"] == "34.90"
    assert third["is_product"] is False
    assert all(line["seconds"] >= 0 for line in (first, second, third))


ROOTS = [
    '<link rel=canonical href="/">', '<link rel="canonical" href="https://poterie.example">',
    '<link rel=canonical href="/index.php">', '<meta property="og:url" content="https://poterie.example/">',
]  # fmt: skip


@pytest.mark.parametrize("head", ROOTS, ids=range(len(ROOTS)))
@pytest.mark.parametrize("path", ["/vases/vase-bleu", "/index.php?rub=3&num=12", "/?produit=12"])
def test_a_theme_that_calls_every_page_the_home_page_does_not_make_all_products_one(head: str, path: str) -> None:
    for marked in ("", markup(url=f"https://poterie.example{path}")):
        product = read(page(head=head + marked), f"https://poterie.example{path}").record
        assert product is not None
        assert (product.source_id, product.url) == (path, f"https://poterie.example{path}")


def test_the_shops_own_folder_is_no_products_address() -> None:
    shop, url = "https://perso.example/~cirier/boutique/", "https://perso.example/~cirier/boutique/cierge.html"
    body = page(head='<link rel=canonical href="/~cirier/boutique/">')
    product = reader.read(Page.parse(url, body, shop=shop), shop_url=shop).record
    assert product is not None
    assert product.source_id == "/~cirier/boutique/cierge.html"


def test_a_product_sold_on_the_home_page_keeps_its_address() -> None:
    body = page(head='<link rel=canonical href="/">')
    assert Page.parse("https://poterie.example/?utm_source=lettre", body).canonical == "https://poterie.example/"
