"""Product pages that markup alone tells, and all the others, which it never may."""

from __future__ import annotations

import json

import pytest

from connectors.pages import reader, titles
from connectors.pages.certainty import is_certain
from connectors.pages.kind import PageKind
from connectors.pages.own import own
from connectors.pages.page import Page
from connectors.pages.sources import read_all
from connectors.pages.tiles import Tiles
from tests.connectors.pages.kinds import listings, oddities, others
from tests.connectors.pages.kinds.goods import Goods
from tests.connectors.pages.kinds.samples import OTHERS
from tests.connectors.pages.kinds.themes_other import THEMES

REGISTERING = (listings, oddities, others)
"""Importing them registers their pages."""

URL = "https://poterie.example/vases/vase-bleu"
PRODUCT = {
    "@type": "Product", "name": "Vase bleu", "url": URL, "brand": "Revol", "image": "/v.jpg",
    "description": "Tourné à la main.",
    "offers": {"@type": "Offer", "price": "34.90", "priceCurrency": "EUR", "availability": "InStock"},
}  # fmt: skip


def body(*nodes: object, name: str = "Vase bleu", head: str = "") -> bytes:
    markup = json.dumps({"@context": "https://schema.org", "@graph": nodes})
    return f"""<title>{name} | Poterie</title>{head}<script type="application/ld+json">{markup}</script>
    <main><h1>{name}</h1><p>34,90 €</p></main>""".encode()


def certain(page: Page) -> bool:
    seen = read_all(page)
    title = titles.main_title(page, Tiles())
    return is_certain(page, seen, own(page, seen, title), title)


def test_a_whole_product_of_this_address_and_title_is_certain_and_its_cards_are_not_looked_for() -> None:
    page = Page.parse(URL + "?utm_source=x", body(PRODUCT))
    assert certain(page)
    reading = reader.read(page, shop_url=URL)
    assert reading.verdict.kind is PageKind.PRODUCT
    assert reading.cards is None
    assert reading.tiles.prices_out == 1, "they can still be asked for"
    assert reading.record is not None
    assert reading.record.offers[0].price_minor == 3490


@pytest.mark.parametrize(
    "url", ["https://poterie.example/fr/vase-bleu", "https://poterie.example/vase-bleu", "/promo/vase-bleu?couleur=2"]
)
def test_the_same_page_below_another_folder_is_this_one(url: str) -> None:
    assert certain(Page.parse(URL, body(PRODUCT | {"url": url})))
    assert not certain(Page.parse(URL, body(PRODUCT | {"url": url}, name="Grand vase bleu")))


OFFER = {"@type": "Offer", "price": "12.00", "priceCurrency": "EUR"}
RANGE = {"@type": "AggregateOffer", "lowPrice": "12", "highPrice": "40", "priceCurrency": "EUR"}
DOUBTS: dict[str, tuple[bytes, str, int]] = {
    "another address": (body(PRODUCT | {"url": "https://poterie.example/vases/vase-vert"}), URL, 200),
    "another name": (body(PRODUCT, name="Tous nos vases"), URL, 200),
    "the home page": (body(PRODUCT), "https://poterie.example/", 200),
    "a category's address": (body(PRODUCT | {"url": None}), "https://poterie.example/categorie/vases", 200),
    "two products": (body(PRODUCT, PRODUCT | {"name": "Vase vert"}), URL, 200),
    "a list beside it": (body(PRODUCT, {"@type": "ItemList", "itemListElement": []}), URL, 200),
    "an article": (body(PRODUCT, {"@type": "Article", "headline": "Vase bleu"}), URL, 200),
    "a range of prices": (body(PRODUCT | {"offers": RANGE}), URL, 200),
    "two prices": (body(PRODUCT | {"offers": [OFFER, OFFER | {"price": "14.00"}]}), URL, 200),
    "a page that is gone": (body(PRODUCT), URL, 404),
}  # fmt: skip


@pytest.mark.parametrize(("page", "url", "status"), DOUBTS.values(), ids=DOUBTS)
def test_what_leaves_a_doubt(page: bytes, url: str, status: int) -> None:
    assert not certain(Page.parse(url, page, status=status))


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_no_other_page_is_ever_certain(name: str) -> None:
    for number, theme in enumerate(THEMES):
        for marked in (True, False):
            sample = OTHERS[name][1](Goods(f"{name} {number} certain"), theme, marked)
            assert not certain(Page.parse(sample.url, sample.body, status=sample.status)), (name, number, marked)
