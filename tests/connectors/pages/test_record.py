"""The record that a page becomes: its id, its offers, what is wrong with it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pages import record
from connectors.pages.answers import Answer, Field
from connectors.pages.choose import Choice
from connectors.pages.page import Page
from connectors.pages.pricing import Price
from connectors.pages.record import product_id
from connectors.pages.seen import SeenOffer, Source
from connectors.records import Availability, Issue, IssueCode, ProductRecord

SHOP = "https://www.poterie.example/"
PRICE = Price(Decimal("34.90"), Decimal("49.00"), "EUR", Source.JSON_LD, 0.9)
IDS = [
    ("https://poterie.example/vases/vase-bleu", "/vases/vase-bleu"),
    ("https://poterie.example/p.php?id=12&lang=fr", "/p.php?id=12&lang=fr"),
    ("https://poterie.example/p.php?utm_source=x&id=12&fbclid=y#avis", "/p.php?id=12"),
    ("https://poterie.example", "/"),
    ("http://[", "/http://["),
]


@pytest.mark.parametrize(("url", "expected"), IDS, ids=[url for url, _ in IDS])
def test_a_products_id_is_its_pages_path(url: str, expected: str) -> None:
    assert product_id(url) == expected


def test_a_long_address_has_a_short_id_of_its_own() -> None:
    one, other = ("https://shop.example/" + "a" * 300 + end for end in "xy")
    assert len(product_id(one)) <= 200
    assert product_id(one) != product_id(other)
    assert product_id(one) == product_id(one)


def made(choice: Choice, url: str = SHOP + "vase?utm_source=a") -> tuple[ProductRecord | None, tuple[Issue, ...]]:
    return record.make(Page.parse(url, b'<base href="/x/">'), choice, SHOP)


def codes(issues: tuple[Issue, ...]) -> set[IssueCode]:
    return {issue.code for issue in issues}


def test_a_whole_choice_becomes_a_record_without_complaints() -> None:
    choice = Choice(
        name="Vase &amp; soucoupe", price=PRICE, availability=Availability.IN_STOCK, quantity=3,
        brand="Revol", gtin="04006381333931", sku="VB-204", description="<p onclick=x>Tourné</p><script>x</script>",
        images=("a.jpg", "/b.jpg", "a.jpg", "ftp://c"),
        category_path=("Vases", ""), attributes=(("Matière", "Grès"), ("", "x")), marked=True,
    )  # fmt: skip
    product, issues = made(choice)
    assert product is not None
    assert not issues
    assert (product.title, product.source_id, product.brand) == ("Vase & soucoupe", "/vase", "Revol")
    assert product.description == "<p>Tourné</p>"
    assert product.images == ("https://www.poterie.example/x/a.jpg", "https://www.poterie.example/b.jpg")
    assert product.category_path == ("Vases",)
    assert product.attributes == (("Matière", "Grès"),)
    (offer,) = product.offers
    assert (offer.source_id, offer.price_minor, offer.list_price_minor, offer.currency) == ("/vase", 3490, 4900, "EUR")
    assert (offer.availability, offer.quantity, offer.gtin, offer.sku) == (
        Availability.IN_STOCK, 3, "04006381333931", "VB-204",
    )  # fmt: skip


def test_what_is_wrong_is_said_once_each() -> None:
    doubt = Field("availability", None, None, 0.6, (Answer(Source.VISIBLE, "text", "InStock", 0.6),), "too uncertain")
    unsure = Choice(name="Vase", price=Price(why="too uncertain", doubted=True), bad_gtin="123", fields=(doubt,))
    product, issues = made(unsure)
    assert product is not None
    assert product.offers[0].price_minor is None
    assert product.offers[0].currency is None
    assert codes(issues) == {
        IssueCode.PRICE_UNREADABLE, IssueCode.GTIN_INVALID, IssueCode.IMAGE_MISSING, IssueCode.AVAILABILITY_UNKNOWN,
    }  # fmt: skip
    assert IssueCode.PRICE_MISSING in codes(made(Choice(name="Vase"))[1])


def test_without_a_name_there_is_no_record() -> None:
    product, issues = made(Choice(name=" ", price=PRICE))
    assert product is None
    assert [(issue.code, issue.rejected) for issue in issues] == [(IssueCode.TITLE_MISSING, True)]


def test_a_page_of_another_site_is_told() -> None:
    assert IssueCode.URL_FOREIGN in codes(made(Choice(name="Vase", price=PRICE), "https://other.example/vase")[1])


def test_free_is_zero_and_no_price_is_none() -> None:
    free, _ = made(Choice(name="Catalogue", price=Price(Decimal(0), None, "EUR", Source.VISIBLE, 0.8)))
    none, _ = made(Choice(name="Catalogue"))
    assert free is not None
    assert none is not None
    assert (free.offers[0].price_minor, none.offers[0].price_minor) == (0, None)


SIZES = (
    SeenOffer("34.90", None, "EUR", Availability.IN_STOCK, sku="VB-S", variant=(("Taille", "S"),),
              url=SHOP + "vase?taille=S"),
    SeenOffer("39.90", "49.00", "EUR", Availability.OUT_OF_STOCK, sku="VB-L", variant=(("Taille", "L"),)),
    SeenOffer(None, None, "EUR", None, variant=(("Taille", "XL"),)),
)  # fmt: skip


def test_variants_are_offers_of_one_product() -> None:
    product, _ = made(Choice(name="Vase", price=PRICE, offers=SIZES))
    assert product is not None
    assert [offer.source_id for offer in product.offers] == ["/vase#VB-S", "/vase#VB-L", "/vase#Taille=XL"]
    assert [offer.price_minor for offer in product.offers] == [3490, 3990, None]
    assert [offer.list_price_minor for offer in product.offers] == [None, 4900, None]
    assert product.offers[0].variant == (("Taille", "S"),)
    assert product.offers[0].url == SHOP + "vase?taille=S"


def test_variants_none_of_which_has_the_pages_price_are_not_believed() -> None:
    shown = Price(Decimal("29.90"), None, "EUR", Source.VISIBLE, 0.9)
    product, _ = made(Choice(name="Vase", price=shown, offers=SIZES))
    assert product is not None
    assert [(offer.source_id, offer.price_minor) for offer in product.offers] == [("/vase", 2990)]


def test_currencies_without_cents_and_with_three_digits() -> None:
    for currency, minor in (("JPY", 35), ("TND", 34900)):
        price = Price(Decimal("34.90"), None, currency, Source.JSON_LD, 0.9)
        product, _ = made(Choice(name="Vase", price=price))
        assert product is not None
        assert product.offers[0].price_minor == minor


TEXTS = st.text(max_size=60)


@given(
    st.builds(
        SeenOffer,
        price=st.one_of(st.none(), st.sampled_from(["12.90", "1e999", "-1", "0", "12,9", "9" * 30])),
        sku=st.one_of(st.none(), TEXTS),
        variant=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
        url=st.one_of(st.none(), TEXTS),
        images=st.lists(TEXTS, max_size=3).map(tuple),
    ),
    TEXTS,
)
def test_nothing_that_a_source_says_makes_it_raise(offer: SeenOffer, name: str) -> None:
    second = SeenOffer("34.90", None, "EUR", sku="other")
    product, _ = made(Choice(name=name, price=PRICE, brand=name, offers=(offer, second), images=(name,)))
    assert product is None or len({o.source_id for o in product.offers}) == len(product.offers)
