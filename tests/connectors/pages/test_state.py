"""JSON that pages carry for their own scripts."""

from __future__ import annotations

import html
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages import state
from connectors.pages.seen import SeenProduct
from connectors.records import Availability
from tests.connectors.pages.shapes import page


def _script(text: str, **attributes: str) -> str:
    return f"<script {' '.join(f'{key}={value!r}' for key, value in attributes.items())}>{text}</script>"


def _only(body: str) -> SeenProduct:
    found = state.read(page(body)).products
    assert len(found) == 1, found
    return found[0]


# --- what is said to the tools that measure


def test_google_s_detail() -> None:
    body = _script("""window.dataLayer = window.dataLayer || [];
    dataLayer.push({'event': 'productDetail', 'ecommerce': {'currencyCode': 'EUR', 'detail': {'products': [
      {'name': 'Bol bleu', 'id': 'B-1', 'price': '12.90', 'brand': 'Forge', 'category': 'Maison/Bols', 'variant': x.y}
    ]}, 'impressions': [{'name': 'Tasse', 'id': 'T', 'price': 5}]}});""")

    found = state.read(page(body)).products

    assert [(one.name, one.role) for one in found] == [("Bol bleu", "main"), ("Tasse", "listed")]
    (offer,) = found[0].offers
    assert (offer.price, offer.currency, offer.sku) == ("12.90", "EUR", "B-1")
    assert found[0].brand == "Forge"
    assert found[0].category_path == ("Maison", "Bols")


@pytest.mark.parametrize(
    "text",
    [
        "gtag('event', 'view_item', {currency: 'EUR', items: [{item_id: 'B-1', item_name: 'Bol', price: 12.9}]})",
        'dataLayer.push({event:"view_item",ecommerce:{currency:"EUR",items:[{item_id:"B-1",item_name:"Bol",price:12.9}]}})',
        'var utag_data = {"product_id":["B-1"],"product_name":["Bol"],"product_price":["12.9"],"order_currency":"EUR"}',
        "fbq('track', 'ViewContent', {content_name: 'Bol', content_ids: ['B-1'], value: 12.9, currency: 'EUR'});",
        "dataLayer = [{page: 'p', productName: 'Bol', productSku: 'B-1', productPrice: 12.9, currency: 'EUR'}];",
        "digitalData={product:[{productInfo:{productName:'Bol',sku:'B-1'},price:{currentPrice:12.9,currency:'EUR'}}]}",
        "ga('ec:addProduct', {'id': 'B-1', 'name': 'Bol', 'price': '12.9', 'currency': 'EUR'});",
        'var push={"ecommerce":{"currencyCode":"EUR","detail":{"products":[{"name":"Bol","id":"B-1","price":12.9}]}}}',
    ],
)
def test_every_tool_hears_the_same_product(text: str) -> None:
    found = _only(_script(text))

    assert (found.name, found.role, found.sku) == ("Bol", "main", "B-1")
    assert [(one.price, one.currency) for one in found.offers] == [("12.9", "EUR")]


@pytest.mark.parametrize(
    "text",
    [
        "dataLayer.push({event:'purchase',ecommerce:{items:[{item_id:'B',item_name:'Bol',price:5}]}})",
        "gtag('event','view_cart',{items:[{item_id:'B',item_name:'Bol',price:5}]})",
        "dataLayer.push({event: 'x', ecommerce: {checkout: {products: [{name: 'Bol', id: 'B', price: 5}]}}})",
        "document.onclick = function () { dataLayer.push({event: 'add', name: n, price: p}) }",
        "dataLayer.push({pageType: 'category', value: 12})",
    ],
)
def test_carts_and_clicks_are_no_product(text: str) -> None:
    assert state.read(page(_script(text))).products == ()


def test_a_list_of_viewed_items_is_listed() -> None:
    items = "[{item_id:'1',item_name:'A',price:1},{item_id:'2',item_name:'B',price:2}]"

    found = state.read(page(_script(f"gtag('event','view_item_list',{{items:{items}}})"))).products

    assert [one.role for one in found] == ["listed", "listed"]


# --- platforms

_PRESTASHOP = {
    "id_product": 4, "id_product_attribute": 12, "name": "Bol d'été", "reference": "B", "price_amount": 12.9,
    "price_without_reduction": 15.0, "has_discount": True, "show_price": 1, "quantity": 3, "availability": "available",
    "manufacturer_name": "Forge", "category_name": "Bols", "link": "/4-bol.html", "allow_oosp": 0, "isbn": "",
    "attributes": {"1": {"group": "Taille", "name": "S", "reference": "B-S", "ean13": "3760123456784"},
                   "2": {"group": "Couleur", "name": "Bleu", "reference": "B-S"}},
    "features": [{"name": "Matière", "value": "Grès"}],
    "cover": {"large": {"url": "/12-large_default/bol.jpg"}}, "images": [],
}  # fmt: skip


def _prestashop(**changes: Any) -> SeenProduct:
    data = html.escape(json.dumps({**_PRESTASHOP, **changes}), quote=True)
    shop = _script('var prestashop = {"currency":{"id":1,"name":"Euro","iso_code":"EUR","sign":"\\u20ac"}};')
    return _only(f'<div id="product-details" data-product="{data}"></div>{shop}')


def test_prestashop() -> None:
    found = _prestashop()

    assert (found.name, found.brand, found.sku, found.category_path) == ("Bol d'été", "Forge", "B", ("Bols",))
    assert found.url == "https://boutique.example/4-bol.html"
    assert found.attributes == (("Matière", "Grès"),)
    assert found.images == ("https://boutique.example/12-large_default/bol.jpg",)
    (offer,) = found.offers
    assert (offer.price, offer.list_price, offer.currency, offer.quantity) == ("12.9", "15", "EUR", 3)
    assert (offer.sku, offer.gtin, offer.variant) == ("B-S", "03760123456784", (("Taille", "S"), ("Couleur", "Bleu")))
    assert offer.availability is Availability.IN_STOCK


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"availability": "unavailable", "quantity": 0}, Availability.OUT_OF_STOCK),
        ({"availability": "available", "quantity": 0, "allow_oosp": 1}, Availability.BACK_ORDER),
        ({"availability": "last_remaining_items", "quantity": 1}, Availability.IN_STOCK),
        ({"availability": None, "quantity": 0}, Availability.OUT_OF_STOCK),
        ({"availability": None, "quantity": -2, "allow_oosp": 1}, Availability.BACK_ORDER),
        ({"availability": None, "quantity": None}, None),
    ],
)
def test_stock_of_prestashop(changes: dict[str, Any], expected: Availability | None) -> None:
    assert _prestashop(**changes).offers[0].availability is expected


def test_a_prestashop_that_hides_its_prices_gives_none() -> None:
    assert _prestashop(show_price=0).offers[0].price is None


def test_stock_of_an_old_prestashop() -> None:
    body = _script("var quantityAvailable = 0;\nvar allowBuyWhenOutOfStock = false;\nvar productReference = 'B-1';")

    (offer,) = _only(body).offers

    assert (offer.availability, offer.quantity, offer.sku) == (Availability.OUT_OF_STOCK, 0, "B-1")


def test_woocommerce_variations() -> None:
    variations = [
        {"attributes": {"attribute_pa_taille": "s"}, "display_price": 10, "display_regular_price": 12, "sku": "B-S",
         "is_in_stock": True, "variation_is_visible": True, "image": {"full_src": "/s.jpg"}, "availability_html": ""},
        {"attributes": {"attribute_pa_taille": "l"}, "display_price": 15.5, "display_regular_price": 15.5, "sku": "B-L",
         "is_in_stock": False, "availability_html": '<p class="stock out-of-stock">Rupture</p>'},
        {"attributes": {"attribute_pa_taille": ""}, "display_price": 9, "display_regular_price": 9, "is_in_stock": True,
         "availability_html": '<p class="stock available-on-backorder">Sur commande</p>'},
    ]  # fmt: skip
    data = html.escape(json.dumps(variations), quote=True)
    form = f"""<h1 class=product_title>Bol</h1><span class=woocommerce-Price-currencySymbol>&euro;</span>
    <form class=variations_form data-product_variations="{data}"><label for=pa_taille>Taille</label>
    <select id=pa_taille name=attribute_pa_taille><option value="">Choisir</option><option value=s>Petit</option>
    <option value=l>Grand</option></select></form>"""

    found = _only(form)

    assert found.name == "Bol"
    assert [(one.price, one.list_price, one.currency, one.variant, one.sku) for one in found.offers] == [
        ("10", "12", "EUR", (("Taille", "Petit"),), "B-S"),
        ("15.5", None, "EUR", (("Taille", "Grand"),), "B-L"),
        ("9", None, "EUR", (), None),
    ]
    assert [one.availability for one in found.offers] == [
        Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.BACK_ORDER,
    ]  # fmt: skip


def test_woocommerce_with_too_many_variations_gives_none() -> None:
    assert state.read(page('<form data-product_variations="false"></form>')).products == ()


def test_shopify_s_product_is_in_cents() -> None:
    raw = {
        "id": 1, "title": "Bol", "handle": "bol", "vendor": "Forge", "type": "Bols", "options": ["Taille"],
        "images": ["//cdn.example/bol.jpg"], "description": "<p>Un bol</p>",
        "variants": [
            {"id": 2, "option1": "S", "sku": "B-S", "available": True, "price": 1290, "compare_at_price": 1500,
             "barcode": "3760123456784", "inventory_management": "shopify", "inventory_quantity": 2},
            {"id": 3, "option1": "L", "sku": "B-L", "available": False, "price": 100000, "compare_at_price": None},
        ],
    }  # fmt: skip
    body = _script('Shopify.currency = {"active":"EUR","rate":"1.0"};') + _script(
        json.dumps(raw), type="application/json", id="ProductJson-1"
    )

    found = _only(body)

    assert (found.name, found.brand, found.url) == ("Bol", "Forge", "https://boutique.example/products/bol")
    assert found.images == ("https://cdn.example/bol.jpg",)
    assert [(o.price, o.list_price, o.currency, o.variant, o.gtin, o.quantity) for o in found.offers] == [
        ("12.90", "15.00", "EUR", (("Taille", "S"),), "03760123456784", 2),
        ("1000.00", None, "EUR", (("Taille", "L"),), None, None),
    ]
    assert [o.availability for o in found.offers] == [Availability.IN_STOCK, Availability.OUT_OF_STOCK]


def test_shopify_s_analytics() -> None:
    body = _script("""window.ShopifyAnalytics = {}; ShopifyAnalytics.meta.currency = 'EUR';
    var meta = {"product":{"id":1,"vendor":"Forge","type":"Bols","variants":[{"id":2,"price":1290,"name":"Bol - S",
    "public_title":"S","sku":"B-S"}]},"page":{"pageType":"product"}}; for (var a in meta) {}""")

    found = _only(body)

    assert (found.name, found.brand) == ("Bol", "Forge")
    assert [(one.price, one.currency, one.variant) for one in found.offers] == [("12.90", "EUR", (("Modèle", "S"),))]


def test_magento_s_configurations() -> None:
    config = {
        "attributes": {"93": {"id": "93", "code": "size", "label": "Taille", "options": [
            {"id": "1", "label": "S", "products": ["11"]}, {"id": "2", "label": "L", "products": ["12"]}]}},
        "priceFormat": {"pattern": "%s\u00a0€"},
        "optionPrices": {
            "11": {"oldPrice": {"amount": 15}, "basePrice": {"amount": 10.75}, "finalPrice": {"amount": 12.9}},
            "12": {"oldPrice": {"amount": 20}, "basePrice": {"amount": 16.67}, "finalPrice": {"amount": 20}},
        },
        "images": {"11": [{"full": "/s.jpg"}]},
    }  # fmt: skip
    text = json.dumps({"#product_addtocart_form": {"configurable": {"spConfig": config}}})

    found = _only("<h1>Bol</h1>" + _script(text, type="text/x-magento-init"))

    assert found.name == "Bol"
    assert [(one.price, one.list_price, one.currency, one.variant) for one in found.offers] == [
        ("12.9", "15", "EUR", (("Taille", "S"),)),
        ("20", None, "EUR", (("Taille", "L"),)),
    ]


# --- trees of single-page applications

_TREE = {
    "props": {"pageProps": {
        "product": {"id": 1, "title": "Bol", "sku": "B-1", "price": {"amount": "12.90", "currencyCode": "EUR"},
                    "inStock": True, "slug": "bol", "images": [{"url": "/b.jpg"}]},
        "recommendations": [{"name": "Tasse", "price": 5}],
        "categoryProducts": [{"name": "X", "price": 1}, {"name": "Y", "price": 2}],
        "shippingMethods": [{"name": "Colissimo", "price": 6.9}],
    }},
}  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_script(json.dumps(_TREE), id="__NEXT_DATA__", type="application/json"), id="__NEXT_DATA__"),
        pytest.param(_script(f"window.__INITIAL_STATE__ = {json.dumps(_TREE)};(function(){{}})()"), id="assigned"),
        pytest.param(
            _script(f"window.__STATE__ = JSON.parse({json.dumps(json.dumps(_TREE))});"), id="parsed from a string"
        ),
        pytest.param(_script(f"var pageState = {json.dumps(_TREE)};"), id="a variable"),
    ],
)
def test_products_are_known_by_their_look(body: str) -> None:
    found = state.read(page(body)).products

    assert {one.name: one.role for one in found} == {"Bol": "main", "Tasse": "related", "X": "listed", "Y": "listed"}
    own = found[0]
    assert [(one.price, one.currency, one.availability) for one in own.offers] == [
        ("12.90", "EUR", Availability.IN_STOCK)
    ]
    assert own.sku == "B-1"
    assert own.images == ("https://boutique.example/b.jpg",)


def test_a_tree_is_not_searched_where_it_is_not_asked_for() -> None:
    body = _script(json.dumps(_TREE), type="application/json")

    assert state.read(page(body), thorough=False).products == ()


def test_cents_that_are_said_to_be_cents() -> None:
    tree = {
        "name": "Bol",
        "price": {"type": "centPrecision", "centAmount": 1290, "currencyCode": "EUR", "fractionDigits": 2},
    }

    (offer,) = _only(_script(json.dumps({"product": tree}), type="application/json")).offers

    assert (offer.price, offer.currency) == ("12.90", "EUR")


def test_variants_in_a_tree_are_offers() -> None:
    tree = {"name": "Bol", "price": 10, "currency": "EUR", "variants": [
        {"sku": "S", "price": 10, "options": [{"name": "Taille", "value": "S"}]},
        {"sku": "L", "price": 12, "available": False, "options": [{"name": "Taille", "value": "L"}]}]}  # fmt: skip

    found = state.read(page(_script(json.dumps({"product": tree}), type="application/json"))).products[0]

    assert [(one.sku, one.price, one.variant) for one in found.offers] == [
        ("S", "10", (("Taille", "S"),)),
        ("L", "12", (("Taille", "L"),)),
    ]


# --- strangers

_KEYS = (
    *(
        "name",
        "title",
        "price",
        "prices",
        "salePrice",
        "currency",
        "items",
        "ecommerce",
        "detail",
        "products",
        "variants",
    ),
    *(
        "options",
        "attributes",
        "optionPrices",
        "product",
        "sku",
        "id",
        "price_amount",
        "id_product_attribute",
        "quantity",
    ),
    *("images", "cover", "event"),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(_JSON, _JSON)
def test_no_value_makes_it_fail(one: Any, other: Any) -> None:
    text, data = json.dumps(one).replace("</", ""), html.escape(json.dumps(other), quote=True)
    body = (
        _script(
            f"dataLayer.push({text}); var meta = {text}; window.__STATE__ = {text}; gtag('event','view_item',{text})"
        )
        + _script(text, type="text/x-magento-init")
        + _script(text, type="application/json")
        + _script('Shopify.currency = {"active":"EUR"}')
        + f'<p data-product="{data}"></p><form data-product_variations="{data}"></form>'
    )

    assert all(one.name != "" for one in state.read(page(body)).products)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("dataLayer.push({" * 50_000, id="pushes"),
        pytest.param("dataLayer.push({a:'" * 20_000, id="strings"),
        pytest.param("dataLayer.push({/*" * 20_000, id="comments"),
        pytest.param('window.ab = {"price":' * 20_000, id="assignments"),
        pytest.param("window.ab = " + json.dumps([{"name": "x", "price": 1, "a": [[]]}] * 50_000), id="many products"),
        pytest.param('window.ab = {"price": ' + "[" * 200_000, id="brackets"),
        pytest.param('window.abc = {"price": ' + '"\\' * 500_000, id="escapes"),
    ],
)
def test_hostile_scripts_end_soon(text: str) -> None:
    shown = page(_script(text))
    started = time.process_time()

    state.read(shown)

    assert time.process_time() - started < 3


# --- prices left empty


def _next(product: dict[str, Any]) -> str:
    tree = {"props": {"pageProps": {"product": {"id": 7, "name": "Bol bleu", **product}}}}
    return _script(json.dumps(tree), type="application/json", id="__NEXT_DATA__")


def test_a_product_whose_price_is_to_be_asked_for_is_one() -> None:
    product = _only(_next({"price": None, "sku": "B-7", "inStock": True, "brand": {"name": "Forge"}}))

    assert (product.name, product.brand, product.role) == ("Bol bleu", "Forge", "main")
    assert [(offer.price, offer.availability) for offer in product.offers] == [(None, Availability.IN_STOCK)]


@pytest.mark.parametrize(
    "product",
    [
        pytest.param({"sku": "B-7", "inStock": True}, id="nothing is said of a price"),
        pytest.param({"price": None, "sku": "B-7"}, id="nothing of its stock"),
        pytest.param({"price": "", "available": "12"}, id="nothing but numbers"),
    ],
)
def test_what_merely_has_a_name_is_none(product: dict[str, Any]) -> None:
    assert state.read(page(_next(product))).products == ()


def test_without_prices_the_products_of_a_list_are_none() -> None:
    wares = [{"id": n, "name": f"Bol {n}", "price": None, "inStock": True} for n in range(3)]

    assert state.read(page(_script(json.dumps({"items": wares}), type="application/json"))).products == ()


def test_variants_are_kept_where_one_of_them_has_no_price() -> None:
    variants = [
        {"id": n, "sku": f"B-7-{n}", "price": price, "inStock": n != 1, "options": [{"name": "Taille", "value": size}]}
        for n, (size, price) in enumerate([("S", None), ("M", 14.5), ("L", 16)])
    ]
    product = _only(_next({"price": None, "inStock": True, "currency": "EUR", "variants": variants}))

    assert [(offer.sku, offer.price, offer.currency) for offer in product.offers] == [
        ("B-7-0", None, "EUR"),
        ("B-7-1", "14.5", "EUR"),
        ("B-7-2", "16", "EUR"),
    ]
    assert product.offers[1].availability is Availability.OUT_OF_STOCK
