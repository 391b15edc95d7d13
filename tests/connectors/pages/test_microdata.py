"""Products that the page's own elements mark up, in microdata and RDFa."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import microdata, rdfa
from connectors.pages.seen import SeenOffer
from connectors.records import Availability, Condition
from tests.connectors.pages.shapes import page

_PRODUCT = 'itemscope itemtype="http://schema.org/Product"'
_OFFER = 'itemprop="offers" itemscope itemtype="http://schema.org/Offer"'


def _offers(markup: str) -> tuple[SeenOffer, ...]:
    found = microdata.read(page(f"<div {_PRODUCT}><h1 itemprop=name>Bol</h1><div {_OFFER}>{markup}</div></div>"))
    assert [one.name for one in found.products] == ["Bol"]
    return found.products[0].offers


def test_every_field() -> None:
    source = f"""
    <div id=fiche {_PRODUCT}>
      <h1><a itemprop="name" href="/bol">Bol &amp; <b>soucoupe</b></a></h1>
      <img itemprop="image" src="/bol.jpg" alt="Bol">
      <div itemprop="brand" itemscope itemtype="http://schema.org/Brand"><meta itemprop="name" content="Forge"></div>
      <span itemprop="sku">B-1</span><meta itemprop="gtin13" content="3760123456784">
      <div itemprop="description"><p>Un bol.</p></div>
      <div {_OFFER}>
        <span itemprop="price" content="12.90">12,90 €</span><meta itemprop="priceCurrency" content="EUR">
        <link itemprop="availability" href="http://schema.org/InStock">
      </div>
    </div>"""

    (found,) = microdata.read(page(source)).products

    assert (found.name, found.brand, found.sku, found.gtin) == ("Bol & soucoupe", "Forge", "B-1", "03760123456784")
    assert found.where == "div#fiche"
    assert found.description == "<p>Un bol.</p>"
    assert found.role == "main"
    assert found.images == ("https://boutique.example/bol.jpg",)
    assert found.offers == (SeenOffer(price="12.90", currency="EUR", availability=Availability.IN_STOCK),)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param('<span itemprop=price>12,90 €</span>', SeenOffer(price="12.90", currency="EUR"), id="text"),
        pytest.param('<span itemprop=price content="12.9">12,90 €</span>', SeenOffer(price="12.9"), id="content"),
        pytest.param('<span itemprop=price content="">12,90 €</span>', SeenOffer(price="12.90", currency="EUR"),
                     id="empty content"),
        pytest.param('<span itemprop=price content="Prix">£40.00</span>', SeenOffer(price="40.00", currency="GBP"),
                     id="content that is no price"),
        pytest.param('<span itemprop=price>12<sup>90</sup> €</span>', SeenOffer(price="12.90", currency="EUR"),
                     id="cents"),
        pytest.param('<span itemprop=price>€<b>12</b>,<i>90</i></span>', SeenOffer(price="12.90", currency="EUR"),
                     id="in pieces"),
        pytest.param('<s itemprop=price content=19.90></s><b itemprop=price content=12.90></b>',
                     SeenOffer(price="12.90", list_price="19.90"), id="crossed out and to pay"),
        pytest.param('<data itemprop=price value="12.90">douze</data>', SeenOffer(price="12.90"), id="data"),
        pytest.param('<span itemprop=lowPrice>£40.00</span><span itemprop=highPrice>£60.00</span>',
                     SeenOffer(price="40.00", currency="GBP", lowest_of=1, highest="60.00"), id="range"),
        pytest.param('<span itemprop=price>Sur devis</span>', SeenOffer(), id="no price"),
        pytest.param('<b itemprop=price>1,299 €</b>', SeenOffer(), id="readable in two ways"),
    ],
)  # fmt: skip
def test_prices(markup: str, expected: SeenOffer) -> None:
    assert _offers(markup) == (expected,)


def test_a_brand_s_picture_says_its_name() -> None:
    link = '<a itemprop=brand href="/forge" title="Tout de Forge"><img src="/f.png" alt="Forge"></a>'

    (found,) = microdata.read(page(f"<div {_PRODUCT}><h1 itemprop=name>Bol</h1>{link}</div>")).products

    assert found.brand == "Forge"


def test_tiles_of_a_list_are_listed() -> None:
    tile = '<li class=tile {0}><a itemprop=name href="/{1}">Bol {1}</a><b itemprop=price content="{1}"></b></li>'
    tiles = "".join(tile.format(_PRODUCT, n) for n in range(1, 5))

    found = microdata.read(page(f"<ul>{tiles}</ul>")).products

    assert {one.role for one in found} == {"listed"}
    assert len(found) == 4


def test_the_page_s_own_is_main_beside_tiles() -> None:
    tile = f"<li class=tile {_PRODUCT}><i itemprop=name>Autre {{}}</i></li>"
    own = f"<article {_PRODUCT}><h1 itemprop=name>Bol</h1><b itemprop=price content=5></b></article>"

    found = microdata.read(page(own + tile.format(1) + tile.format(2))).products

    assert [(one.name, one.role) for one in found] == [("Bol", "main"), ("Autre 1", "listed"), ("Autre 2", "listed")]


def test_a_product_within_another_is_related_unless_it_is_the_same() -> None:
    inner = f"<div {_PRODUCT}><b itemprop=name>{{}}</b><div {_OFFER}><b itemprop=price content=5></b></div></div>"
    outer = f"<div {_PRODUCT}><h1 itemprop=name>Bol</h1>{{}}</div>"

    other = microdata.read(page(outer.format(inner.format("Tasse")))).products
    same = microdata.read(page(outer.format(inner.format("Bol")))).products

    assert [(one.name, one.role) for one in other] == [("Bol", "main"), ("Tasse", "related")]
    assert [(one.name, one.role) for one in same] == [("Bol", "main"), ("Bol", "main")]


def test_itemref_brings_what_stands_elsewhere() -> None:
    source = f"""<div {_PRODUCT} itemref="prix"><h1 itemprop=name>Bol</h1></div>
    <div id=prix><div {_OFFER}><b itemprop=price content=7></b></div></div>"""

    found = [one for one in microdata.read(page(source)).products if one.name == "Bol"]

    assert [one.price for one in found[0].offers] == ["7"]


def test_properties_without_an_item_count_only_where_each_is_there_once() -> None:
    once = '<h1 itemprop=name>Poste radio</h1><b itemprop=price content="89.90"></b><i itemprop=sku>R1</i>'

    (found,) = microdata.read(page(once)).products
    twice = microdata.read(page(once + '<b itemprop=price content="12"></b>'))

    assert (found.name, found.sku, found.offers) == ("Poste radio", "R1", (SeenOffer(price="89.90"),))
    assert found.where == "orphans"
    assert twice.products == ()


def test_breadcrumbs_of_microdata() -> None:
    step = ('<li itemprop=itemListElement itemscope itemtype="https://schema.org/ListItem"><a itemprop=item href="{1}">'
            "<span itemprop=name>{0}</span></a><meta itemprop=position content={2}></li>")  # fmt: skip
    steps = (("Accueil", "/", 1), ("Maison", "/maison", 2), ("Bols", "/maison/bols", 3))
    markup = "".join(step.format(*one) for one in steps)

    seen = microdata.read(page(f'<ol itemscope itemtype="https://schema.org/BreadcrumbList">{markup}</ol>'))

    assert seen.breadcrumbs == ("Maison", "Bols")


def test_rdfa() -> None:
    source = """<div vocab="https://schema.org/" typeof="Product"><h1 property="name">Bol</h1>
    <div property="offers" typeof="Offer"><span property="price" content="12.90">12,90</span>
    <meta property="priceCurrency" content="EUR"></div></div>"""

    (found,) = rdfa.read(page(source, '<meta property="og:title" content="Autre">')).products

    assert (found.name, found.offers) == ("Bol", (SeenOffer(price="12.90", currency="EUR"),))
    assert rdfa.read(page("<div typeof='foaf:Person'>x</div>")).products == ()


_PIECE = st.sampled_from(
    ["<div itemscope itemtype='http://schema.org/Product'>", "<p itemprop='offers' itemscope itemtype='schema:Offer'>",
     "<b itemprop=price>12</b>", "<i itemprop='name sku'>x</i>", "</div>", "</p>", "<a itemref='a b' itemscope>",
     "<span id=a itemprop=name>y</span>", "<div typeof=Product><b property=name>z", "<meta itemprop=price content='€'>",
     "<li itemprop=itemListElement itemscope itemtype=BreadcrumbList>", "<table itemprop=isRelatedTo itemscope>"]
) | st.text(max_size=10)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECE, max_size=30))
def test_no_arrangement_of_elements_makes_it_fail(pieces: list[str]) -> None:
    shown = page("".join(pieces))

    for seen in (microdata.read(shown), rdfa.read(shown)):
        assert all(one.name != "" for one in seen.products)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(f"<i {_PRODUCT}>" * 3000, id="items in items"),
        pytest.param("<b itemprop=name>x" * 3000, id="properties in properties"),
        pytest.param(
            f"<i {_PRODUCT} itemref='{'a ' * 300}'></i>" * 300 + "<b id=a itemprop=name>x</b>", id="references"
        ),
        pytest.param(f"<i {_PRODUCT}><b itemprop=price>5</b></i>" * 8000, id="many items"),
    ],
)
def test_hostile_pages_end_soon(markup: str) -> None:
    shown = page(markup)
    started = time.process_time()

    microdata.read(shown)

    assert time.process_time() - started < 3


def test_the_condition_is_where_the_element_points_to() -> None:
    offer = f'<div {_OFFER}><meta itemprop=price content=5><link itemprop=itemCondition href="{{}}"></div>'
    source = (
        f"<div {_PRODUCT}><h1 itemprop=name>Bol</h1>{offer.format('https://schema.org/RefurbishedCondition')}</div>"
    )
    (found,) = microdata.read(page(source)).products
    assert found.condition is Condition.REFURBISHED
