"""Structured data: valid by schema.org's own vocabulary, with what Google requires, and nothing that nobody knows."""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from aggregator.store.portal import Card, ListingView, OfferView, ShopView
from aggregator.store.products import ProductView
from aggregator.web import structured
from connectors.records import Availability
from tests.support.schema_org import complaints
from tests.web.conftest import Portal
from tests.web.town import HOSTILE, NOW

BASE = "https://portail.example"
SHOP = ShopView(1, "Au Bol d'Or", "https://bol.example/", "WooCommerce", "Bol SARL", "73282932000074", "Dinan", NOW)


def on(portal: Portal, path: str) -> dict[str, Any]:
    """The page's structured data by type."""
    answer = portal.http.get(path, follow_redirects=True)
    assert answer.status_code == 200
    found = {}
    for script in LexborHTMLParser(answer.text).css('script[type="application/ld+json"]'):
        data = orjson.loads(script.text())
        assert complaints(data) == []
        assert data["@type"] not in found
        found[data["@type"]] = data
    return found


def pages(portal: Portal) -> dict[str, str]:
    town = portal.town
    return {
        "home": "/", "offer": "/offre/1", "variants": f"/offre/{town.variants}", "suspect": f"/offre/{town.suspect}",
        "free": f"/offre/{town.free}", "unpriced": f"/offre/{town.unpriced}", "hostile": f"/offre/{town.hostile}",
        "bare": f"/offre/{town.bare}", "product": f"/produit/{town.product}", "shop": f"/boutique/{town.shop}",
        "category": "/categorie/mode", "everything": "/recherche?page=2",
    }  # fmt: skip


EXPECTED = {
    "home": {"WebSite"}, "offer": {"Product", "BreadcrumbList"}, "variants": {"ProductGroup", "BreadcrumbList"},
    "suspect": {"Product", "BreadcrumbList"}, "free": {"Product", "BreadcrumbList"}, "unpriced": {"BreadcrumbList"},
    "hostile": {"Product", "BreadcrumbList"}, "bare": {"Product", "BreadcrumbList"},
    "product": {"Product", "BreadcrumbList"}, "shop": {"Store", "BreadcrumbList"},
    "category": {"ItemList", "BreadcrumbList"}, "everything": {"ItemList"},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_kind_of_page_says_what_it_is_in_valid_words(portal: Portal, name: str) -> None:
    assert set(on(portal, pages(portal)[name])) == EXPECTED[name]


def test_variants_say_what_they_differ_in(portal: Portal) -> None:
    group = on(portal, pages(portal)["variants"])["ProductGroup"]
    assert group["variesBy"] == ["https://schema.org/size"]
    assert group["productGroupID"] == "1001"
    sizes = [(one["size"], one["offers"]["price"], one["offers"]["availability"]) for one in group["hasVariant"]]
    assert sizes == [
        ("36", "45.90", "https://schema.org/OutOfStock"),
        ("38", "49.90", "https://schema.org/InStock"),
        ("40", "54.90", "https://schema.org/InStock"),
    ]
    assert group["hasVariant"][1]["sku"] == "PULL-38"


def test_a_product_tells_the_range_of_its_prices(portal: Portal) -> None:
    found = on(portal, pages(portal)["product"])["Product"]["offers"]
    sold_out = "https://schema.org/OutOfStock"
    prices = [float(offer["price"]) for offer in found["offers"] if offer["availability"] != sold_out]
    assert len(prices) < len(found["offers"])
    assert (float(found["lowPrice"]), float(found["highPrice"])) == (min(prices), max(prices))
    assert found["offerCount"] == len(found["offers"]) > 1
    assert len({offer["seller"]["name"] for offer in found["offers"]}) > 1


def test_a_shop_says_where_and_when(portal: Portal) -> None:
    store = on(portal, pages(portal)["shop"])["Store"]
    assert store["address"]["addressLocality"] == "Dinan"
    assert store["address"]["postalCode"] == "22100"
    days = [(len(one["dayOfWeek"]), one["opens"], one["closes"]) for one in store["openingHoursSpecification"]]
    assert days == [(4, "10:00", "12:30"), (4, "14:00", "19:00"), (1, "10:00", "19:00")]
    assert store["identifier"]["value"] == "73282932000074"


def test_the_site_says_how_it_is_searched(portal: Portal) -> None:
    action = on(portal, "/")["WebSite"]["potentialAction"]
    template = action["target"]["urlTemplate"]
    assert action["query-input"] == "required name=search_term_string"
    path = template.replace("{search_term_string}", "pull").removeprefix("http://127.0.0.1:8000")
    assert "Pull marin" in portal.http.get(path).text
    assert on(portal, "/en/")["WebSite"]["inLanguage"] == "en"


def test_lists_count_on_over_their_pages(portal: Portal) -> None:
    first, second = (on(portal, f"/recherche?page={page}")["ItemList"]["itemListElement"] for page in (1, 2))
    assert [first[0]["position"], second[0]["position"]] == [1, 25]


def test_no_text_ends_its_script(portal: Portal) -> None:
    assert on(portal, pages(portal)["hostile"])["Product"]["brand"]["name"] == HOSTILE


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
OFFERS = st.builds(
    OfferView,
    offer_id=st.integers(1, 9),
    variant=st.lists(
        st.tuples(st.sampled_from(["Taille", "couleur", "Pointure", "Contenance"]), TEXT.filter(str.strip)), max_size=3
    ).map(tuple),
    price_minor=st.none() | st.integers(0, 10**9),
    currency=st.just("EUR"),
    availability=st.none() | st.sampled_from(Availability),
    quantity=st.none() | st.integers(0, 99),
    gtin=st.none() | st.just("03760001234561"),
    sku=st.none() | TEXT,
    url=st.none() | st.just("https://bol.example/p/1"),
    images=st.just(()) | st.just(("https://bol.example/a.jpg",)),
)


def view(offers: list[OfferView], title: str, **more: Any) -> ListingView:
    card = Card(
        7, offers[0].offer_id, title, more.pop("brand", None), None, 1, "EUR", False, None, len(offers), 1, "Bol",
        "Dinan", "https://bol.example/p", NOW, NOW, False, False,
    )  # fmt: skip
    given = {"description": "<p>Fait ici.</p>", "category_path": ("Maison",), "category": None, "condition": None,
             "product_id": None, "images": (), "attributes": (), "crossed": None}  # fmt: skip
    return ListingView(card=card, shop=SHOP, offers=tuple(offers), **(given | more))


@settings(deadline=None)  # the vocabulary is read when the first type is asked for
@given(
    st.lists(OFFERS, min_size=1, max_size=4), TEXT.filter(str.strip), st.none() | TEXT,
    st.sampled_from([None, "new", "refurbished", "used"]), st.just("") | TEXT,
)  # fmt: skip
def test_whatever_a_listing_holds_is_said_validly_or_not_at_all(
    offers: list[OfferView], title: str, brand: str | None, condition: str | None, description: str
) -> None:
    one = view(offers, title, brand=brand, condition=condition, description=description)
    data = structured.listing(one, BASE)
    assert (data is None) == all(offer.price_minor is None for offer in offers)
    assert data is None or complaints(data) == []
    both = ProductView(3, title, brand, "03760001234561", (), None, (one, view(offers, title + "!")))
    told = structured.product(both, BASE)
    assert told is None or complaints(told) == []


def test_a_condition_is_said_in_schema_org_s_words() -> None:
    offer = OfferView(1, (), 1290, "EUR", Availability.IN_STOCK, None, "03760001234561", None, None, ())
    data = structured.listing(view([offer], "Lampe", condition="refurbished"), BASE)
    assert data is not None
    assert data["offers"]["itemCondition"] == "https://schema.org/RefurbishedCondition"
    assert data["gtin"] == "3760001234561"
    assert data["offers"]["url"] == "https://bol.example/p"
    assert "priceValidUntil" not in data["offers"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("Mo-Su 09:00-18:00", [(7, "09:00", "18:00")]),
        (
            "Mo,We,Fr 09:00-12:00\nSa 10:00-12:00,14:00-19:00",
            [(3, "09:00", "12:00"), (1, "10:00", "12:00"), (1, "14:00", "19:00")],
        ),
        ("Sa-Mo 10:00-18:00", [(3, "10:00", "18:00")]),
        ("Fr,Sa 18:00-02:00\nSu 00:00-24:00", [(2, "18:00", "02:00"), (1, "00:00", "23:59")]),
        ("sur rendez-vous\nXx 09:00-10:00", []),
        ("", []),
    ],
)  # fmt: skip
def test_hours_are_spelled_out(lines: str, told: list[tuple[int, str, str]]) -> None:
    found = structured.opening_hours(lines)
    assert [(len(one["dayOfWeek"]), one["opens"], one["closes"]) for one in found] == told
    shop = structured.shop(dataclasses.replace(SHOP, opening_hours=lines), BASE)
    assert complaints(shop) == []
    assert ("openingHoursSpecification" in shop) == bool(told)


def test_a_shop_without_a_place_is_an_online_store() -> None:
    shop = structured.shop(dataclasses.replace(SHOP, town=""), BASE)
    assert (shop["@type"], complaints(shop)) == ("OnlineStore", [])


def test_the_checker_finds_what_is_wrong() -> None:
    wrong = {"@context": "https://schema.org", "@type": "Product", "name": "x", "colour": "red",
             "offers": {"@type": "Offer", "price": "1.00", "availability": "InStock"}}  # fmt: skip
    assert len(complaints(wrong)) == 3  # an unknown property, a missing currency, a word that is no member
