"""JSON-LD of every nesting that shops give, and mended where it is broken."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import json_ld, json_text
from connectors.pages.seen import Seen, SeenOffer, SeenProduct
from connectors.records import Availability, Condition
from tests.connectors.pages.shapes import URL, ld, offer, product

EUR_1290 = SeenOffer(price="12.90", currency="EUR")


def only(seen: Seen) -> SeenProduct:
    assert len(seen.products) == 1, seen.products
    return seen.products[0]


def test_every_field() -> None:
    block = product(
        name="Tasse d&#039;été",
        description="<p>Bleue</p>",
        brand={"@type": "Brand", "name": "Forge &amp; Bois"},
        sku="T-1",
        mpn="M1",
        gtin13="3760123456784",
        url="/produits/tasse-bleue",
        image=["/a.jpg", {"@type": "ImageObject", "url": "https://cdn.example/b.jpg"}],
        category="Maison > Vaisselle",
        color="Bleu",
        additionalProperty=[{"@type": "PropertyValue", "name": "Volume", "value": "30 cl"}],
        offers=offer(availability="https://schema.org/InStock", sku="T-1", inventoryLevel={"value": 4}),
    )

    found = only(json_ld.read(ld(block)))

    assert (found.name, found.brand, found.sku, found.mpn) == ("Tasse d'été", "Forge & Bois", "T-1", "M1")
    assert found.gtin == "03760123456784"
    assert found.url == URL
    assert found.description == "<p>Bleue</p>"
    assert found.images == ("https://boutique.example/a.jpg", "https://cdn.example/b.jpg")
    assert found.category_path == ("Maison", "Vaisselle")
    assert found.attributes == (("Couleur", "Bleu"), ("Volume", "30 cl"))
    assert found.offers == (replace(EUR_1290, availability=Availability.IN_STOCK, sku="T-1", quantity=4),)
    assert found.role == "main"
    assert not found.repaired


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(product(offers=offer()), id="plain"),
        pytest.param([product(offers=[offer()])], id="lists"),
        pytest.param({"@graph": [{"@type": "WebPage"}, product(offers=[[offer()]])]}, id="graph and nested lists"),
        pytest.param({"@type": "ItemPage", "mainEntity": product(offers=offer())}, id="mainEntity"),
        pytest.param({"@type": "BuyAction", "object": product(offers=offer())}, id="BuyAction"),
        pytest.param({**offer(), "itemOffered": {"@type": "Product", "name": "Tasse bleue"}}, id="itemOffered"),
        pytest.param(product(**{"@type": ["Product", "Item"]}, offers={"@type": "AggregateOffer", "offers": [offer()]}),
                     id="offers in an aggregate"),
        pytest.param({"@graph": [product(offers={"@id": "#o"}), {**offer(), "@id": "#o"}]}, id="a reference"),
        pytest.param([{"@type": "ItemPage", "mainEntity": {"@id": "#p"}}, product(**{"@id": "#p"}, offers=offer())],
                     id="a reference to the product"),
        pytest.param({**product(offers=offer()), "@type": "http://schema.org/Product"}, id="type with its address"),
        pytest.param({**product(offers=offer()), "@type": "product"}, id="type in lower case"),
        pytest.param(product(offers=offer(price={"@value": "12.90"})), id="wrapped price"),
        pytest.param({**product(offers=offer()), "@type": "Book"}, id="a book that is offered"),
    ],
)  # fmt: skip
def test_every_nesting_gives_the_same_product(block: Any) -> None:
    found = only(json_ld.read(ld(block)))

    assert (found.name, found.offers, found.role) == ("Tasse bleue", (EUR_1290,), "main")


def test_woocommerce_9_9_gives_prices_in_specifications_only() -> None:
    kind = "UnitPriceSpecification"
    now = {"@type": kind, "price": "14.90", "priceCurrency": "EUR", "valueAddedTaxIncluded": False}
    before = {"@type": kind, "price": "19.90", "priceCurrency": "EUR", "priceType": "https://schema.org/ListPrice"}

    found = only(json_ld.read(ld(product(offers=[{"@type": "Offer", "priceSpecification": [now, before]}]))))

    assert found.offers == (SeenOffer(price="14.90", list_price="19.90", currency="EUR"),)


def test_shipping_and_members_prices_are_none() -> None:
    shipping = {"@type": "DeliveryChargeSpecification", "price": "5", "priceCurrency": "EUR"}
    club = {"@type": "UnitPriceSpecification", "price": "9", "validForMemberTier": {"name": "Or"}}

    found = only(json_ld.read(ld(product(offers=offer(priceSpecification=[shipping, club])))))

    assert found.offers == (EUR_1290,)


def test_a_range_is_said_to_be_one() -> None:
    block = product(offers={"@type": "AggregateOffer", "lowPrice": "12", "highPrice": 40, "offerCount": "5",
                            "priceCurrency": "EUR"})  # fmt: skip

    assert only(json_ld.read(ld(block))).offers == (SeenOffer(price="12", currency="EUR", lowest_of=5, highest="40"),)


def test_an_aggregate_whose_ends_are_equal_is_a_price() -> None:
    block = product(offers={"@type": "AggregateOffer", "lowPrice": 12, "highPrice": "12.00", "priceCurrency": "EUR"})

    assert only(json_ld.read(ld(block))).offers == (SeenOffer(price="12", currency="EUR"),)


def test_a_group_is_one_product_with_an_offer_for_each_variant() -> None:
    variants = [product(name=f"Tasse {size}", size=size, sku=f"T-{size}", offers=offer(price=price))
                for size, price in (("S", "10"), ("L", "15"))]  # fmt: skip
    block = {
        "@type": "ProductGroup",
        "name": "Tasse",
        "productGroupID": "T",
        "variesBy": "size",
        "hasVariant": variants,
    }

    found = only(json_ld.read(ld(block)))

    assert found.name == "Tasse"
    assert [(one.price, one.sku, one.variant) for one in found.offers] == [
        ("10", "T-S", (("Taille", "S"),)),
        ("15", "T-L", (("Taille", "L"),)),
    ]


def test_variants_that_name_their_group_are_one_product() -> None:
    group = {"@type": "ProductGroup", "@id": "#g", "name": "Tasse", "brand": "Forge", "productGroupID": "T"}
    variants = [product(color=color, isVariantOf={"@id": "#g"}, offers=offer(price=price))
                for color, price in (("bleu", "10"), ("vert", "15"))]  # fmt: skip

    found = only(json_ld.read(ld({"@graph": [group, *variants]})))

    assert (found.name, found.brand, [one.price for one in found.offers]) == ("Tasse", "Forge", ["10", "15"])


@pytest.mark.parametrize(
    ("key", "role"),
    [("isRelatedTo", "related"), ("isSimilarTo", "related"), ("isAccessoryOrSparePartFor", "related"),
     ("similarProducts", "related")],
)  # fmt: skip
def test_products_beside_another_are_related(key: str, role: str) -> None:
    seen = json_ld.read(ld(product(offers=offer(), **{key: [product(name="Soucoupe", offers=offer(price="5"))]})))

    assert [(one.name, one.role) for one in seen.products] == [("Tasse bleue", "main"), ("Soucoupe", role)]


def test_products_of_a_list_are_listed() -> None:
    items = [{"@type": "ListItem", "position": n, "item": product(name=f"Tasse {n}", offers=offer())} for n in (1, 2)]

    seen = json_ld.read(ld({"@type": "ItemList", "itemListElement": items}))

    assert [(one.name, one.role) for one in seen.products] == [("Tasse 1", "listed"), ("Tasse 2", "listed")]
    assert "ItemList" in seen.types


def test_what_an_article_or_a_review_speaks_of_is_related() -> None:
    article = {"@type": "Article", "about": product(), "headline": "Dix tasses"}
    review = {"@type": "Review", "itemReviewed": product(name="Bol")}

    assert {one.role for one in json_ld.read(ld(article, review)).products} == {"related"}


def test_what_buyers_rate_is_the_page_s_own() -> None:
    rating = {"@type": "AggregateRating", "ratingValue": 5, "itemReviewed": product(offers=offer())}

    assert only(json_ld.read(ld(rating))).role == "main"


def test_breadcrumbs_lead_from_the_root_to_the_category() -> None:
    steps = [
        ("Accueil", "https://boutique.example/"),
        ("Maison", "https://boutique.example/maison"),
        ("Tasse bleue", URL),
    ]
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [
        {"@type": "ListItem", "position": n, "item": {"@id": url, "name": name}}
        for n, (name, url) in enumerate(steps, 1)
    ]}  # fmt: skip

    seen = json_ld.read(ld(crumbs, product(), {"@type": "OnlineStore", "name": "Chez Léa"}))

    assert seen.breadcrumbs == ("Maison",)
    assert seen.seller == "Chez Léa"


def test_zero_is_what_the_source_says() -> None:
    assert only(json_ld.read(ld(product(offers=offer(price=0))))).offers[0].price == "0"
    assert only(json_ld.read(ld(product(offers=offer(price={}))))).offers[0].price is None


def test_a_wrong_gtin_is_kept_apart() -> None:
    found = only(json_ld.read(ld(product(gtin13="3760123456780"))))

    assert (found.gtin, found.bad_gtin) == (None, "3760123456780")


def test_a_wordpress_number_is_no_sku() -> None:
    from tests.connectors.pages.shapes import page

    block = json.dumps(product(sku="76", offers=offer()))
    source = page(f'<script type="application/ld+json">{block}</script>').text

    from connectors.pages.page import Page

    marked = Page.parse(URL, source.replace("<body>", '<body class="single postid-76">').encode())

    assert only(json_ld.read(marked)).sku is None
    assert only(json_ld.read(Page.parse(URL, source.encode()))).sku == "76"


# --- malformed blocks

_GOOD = json.dumps(product(offers=offer()))
_MALFORMED = {
    "raw line end": _GOOD.replace("Tasse bleue", "Tasse\n\tbleue"),
    "trailing comma": _GOOD[:-1] + ",}",
    "trailing semicolon": _GOOD + ";",
    "cdata": f"/*<![CDATA[*/\n{_GOOD}\n/*]]>*/",
    "html comment": f"<!-- {_GOOD} -->",
    "cdata in line comments": f"//<![CDATA[\n{_GOOD}\n//]]>",
    "line comment": _GOOD.replace('"offers"', '// the price\n "offers"'),
    "block comment": _GOOD.replace('"offers"', '/* x */ "offers"'),
    "unescaped quotes": _GOOD.replace('"name"', '"description": "un "vrai" bol", "name"'),
    "missing comma": _GOOD.replace(', "offers"', ' "offers"'),
    "missing bracket": _GOOD[:-1],
    "entities": _GOOD.replace('"', "&quot;"),
    "control character": _GOOD.replace("Tasse bleue", "Tasse \x02bleue"),
    "single quotes": _GOOD.replace('"', "'"),
    "two objects": _GOOD + "\n" + json.dumps({"@type": "WebPage"}),
    "byte order mark": "\ufeff" + _GOOD + ",",
}


@pytest.mark.parametrize("text", _MALFORMED.values(), ids=_MALFORMED)
def test_a_malformed_block_is_mended(text: str) -> None:
    seen = json_ld.read(ld(text))

    found = only(seen)
    assert found.name == "Tasse bleue"
    assert found.offers == (EUR_1290,)
    assert found.repaired
    assert (seen.malformed, seen.lost) == (1, 0)


def test_a_lost_block_costs_only_itself() -> None:
    seen = json_ld.read(ld("bonjour", product(offers=offer()), '{"@type": "Product", "name": "Bol", "sku": "B",}'))

    assert [(one.name, one.repaired) for one in seen.products] == [("Tasse bleue", False), ("Bol", True)]
    assert (seen.malformed, seen.lost) == (1, 1)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_mutated_block_never_loses_the_others(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(_GOOD)))
    until = data.draw(st.integers(at, len(_GOOD)))
    noise = data.draw(st.text(max_size=8).filter(lambda text: "<" not in text))
    before = product(name="Avant", offers=offer(price="1"))
    after = product(name="Après", offers=offer(price="2"))

    seen = json_ld.read(ld(before, _GOOD[:at] + noise + _GOOD[until:], after))

    kept = {one.name: one.offers[0].price for one in seen.products if one.name in ("Avant", "Après") and one.offers}
    assert kept == {"Avant": "1", "Après": "2"}


_KEYS = (
    *(
        "@id",
        "@type",
        "@graph",
        "name",
        "offers",
        "price",
        "priceSpecification",
        "hasVariant",
        "isVariantOf",
        "item",
    ),
    *("itemOffered", "image", "brand", "category", "itemListElement", "position", "mainEntity", "value", "gtin"),
    *("additionalProperty", "sku", "availability", "inventoryLevel", "lowPrice", "highPrice"),
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from(["#a", "https://schema.org/Product", "12,90 €"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(_KEYS),
        inner | st.sampled_from(["Product", "Offer", "AggregateOffer", "ProductGroup", "BreadcrumbList", "#a"]),
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_VALUES, max_size=3))
def test_no_value_of_any_type_makes_it_fail(blocks: list[Any]) -> None:
    seen = json_ld.read(ld(*(json.dumps(block) for block in blocks)))

    assert all(one.name != "" for one in seen.products)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("[" * 100_000, id="brackets"),
        pytest.param('{"offers":' * 50_000, id="objects"),
        pytest.param('{"name": "' + 'x "y", ' * 100_000, id="quotes"),
        pytest.param(json.dumps([product(offers=[offer()] * 50)] * 2000), id="many products"),
        pytest.param(json.dumps({"@graph": [{"@id": f"#{n}", "@type": "Product", "isVariantOf": {"@id": f"#{n + 1}"}}
                                            for n in range(5000)]}), id="a chain of references"),
        pytest.param(json.dumps({"@id": "#a", "@type": "Product", "name": "A", "offers": {"@id": "#a"},
                                 "hasVariant": [{"@id": "#a"}], "isVariantOf": {"@id": "#a"}}), id="of itself"),
    ],
)  # fmt: skip
def test_hostile_blocks_end_soon(block: str) -> None:
    started = time.process_time()

    json_ld.read(ld(block))

    assert time.process_time() - started < 4


def test_the_fast_parser_is_asked_first() -> None:
    assert json_text.loads('{"a": [1, 2.5, "x"]}') == ({"a": [1, 2.5, "x"]}, False)
    assert json_text.loads("") == (None, True)


@pytest.mark.parametrize(
    ("block", "condition"),
    [
        (product(itemCondition="https://schema.org/UsedCondition", offers=offer()), Condition.USED),
        (product(offers=offer(itemCondition="http://schema.org/NewCondition")), Condition.NEW),
        (product(offers=[offer(itemCondition="NewCondition"), offer(itemCondition="RefurbishedCondition")]), None),
        (product(offers=offer(itemCondition="comme neuf ?")), None),
        (product(offers=offer()), None),
    ],
)
def test_the_condition(block: dict[str, Any], condition: Condition | None) -> None:
    assert only(json_ld.read(ld(block))).condition is condition
