"""Products in the tags of <meta>."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import open_graph
from connectors.pages.seen import SeenOffer
from connectors.records import Availability, Condition
from tests.connectors.pages.shapes import page


def _tags(**tags: str) -> str:
    return "".join(f'<meta property="{key.replace("__", ":")}" content="{value}">' for key, value in tags.items())


def _offer(head: str) -> SeenOffer:
    (found,) = open_graph.read(page("", head)).products
    return found.offers[0]


def test_every_field() -> None:
    head = _tags(
        og__type="og:product", og__title="Bol d&#039;été", og__url="/bol", og__site_name="Chez Léa", og__image="/b.jpg",
        product__price__amount="12.90", product__price__currency="EUR", product__availability="in stock",
        product__brand="Forge", product__retailer_item_id="B-1", product__ean="3760123456784",
        product__category="Maison &gt; Bols",
    )  # fmt: skip

    seen = open_graph.read(page("", head))

    (found,) = seen.products
    assert (found.name, found.brand, found.sku, found.gtin) == ("Bol d'été", "Forge", "B-1", "03760123456784")
    assert found.url == "https://boutique.example/bol"
    assert found.images == ("https://boutique.example/b.jpg",)
    assert found.category_path == ("Maison", "Bols")
    assert found.offers[0].availability is Availability.IN_STOCK
    assert (found.offers[0].price, found.offers[0].currency) == ("12.90", "EUR")
    assert seen.types == {"og:product"}
    assert seen.seller == "Chez Léa"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"product__price": "12,90", "product__price__currency": "EUR"}, ("12.90", None, "EUR")),
        ({"og__price__amount": "48,00", "og__price__currency": "USD"}, ("48.00", None, "USD")),
        (
            {"product__price__amount": "20", "product__price__currency": "EUR", "product__sale_price__amount": "15",
             "product__sale_price__currency": "EUR"},
            ("15", "20", "EUR"),
        ),
        (
            {"og__price__amount": "15", "og__price__currency": "EUR", "product__original_price__amount": "20"},
            ("15", "20", "EUR"),
        ),
        ({"twitter__label1": "Prix", "twitter__data1": "12,90 €"}, ("12.90", None, "EUR")),
        # price and currency are one family's, always
        ({"product__price__amount": "12.90", "og__price__currency": "USD"}, ("12.90", None, None)),
    ],
)  # fmt: skip
def test_prices(tags: dict[str, str], expected: tuple[str | None, str | None, str | None]) -> None:
    found = _offer(_tags(**tags))

    assert (found.price, found.list_price, found.currency) == expected


def test_a_price_before_tax_is_none() -> None:
    head = _tags(og__type="product", og__title="Bol", product__pretax_price__amount="10.75",
                 product__pretax_price__currency="EUR")  # fmt: skip

    (found,) = open_graph.read(page("", head)).products

    assert found.offers == ()


def test_an_article_is_no_product() -> None:
    seen = open_graph.read(page("", _tags(og__type="article", og__title="Dix bols")))

    assert seen.products == ()
    assert seen.types == {"og:article"}
    assert open_graph.read(page("")).products == ()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["og:type", "og:price:amount", "product:price", "twitter:label1", "twitter:data1", "og:url"]
            ),
            st.text(max_size=20),
        ),
        max_size=8,
    )
)
def test_no_content_makes_it_fail(tags: list[tuple[str, str]]) -> None:
    head = "".join(f'<meta property="{key}" content="{value}">' for key, value in tags)

    assert len(open_graph.read(page("", head)).products) <= 1


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("in stock", Availability.IN_STOCK),
        ("instock", Availability.IN_STOCK),
        ("out of stock", Availability.OUT_OF_STOCK),
        ("oos", Availability.OUT_OF_STOCK),
        ("preorder", Availability.BACK_ORDER),
        ("available for order", Availability.BACK_ORDER),
        ("Available_for_order", Availability.BACK_ORDER),
        ("discontinued", Availability.OUT_OF_STOCK),
        ("perhaps", None),
    ],
)
def test_facebook_s_words_for_stock(word: str, expected: Availability | None) -> None:
    head = _tags(og__type="product", og__title="Bol", product__price__amount="12", product__price__currency="EUR")

    assert _offer(head + _tags(product__availability=word)).availability is expected


def test_the_condition() -> None:
    head = _tags(og__type="product", og__title="Bol", product__price__amount="5", product__condition="used")
    (found,) = open_graph.read(page("", head)).products
    assert found.condition is Condition.USED
