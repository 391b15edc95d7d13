"""The price is the one that the shop's page shows, tax included, or none at all."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.demo.server import FakeShop
from connectors import registry
from connectors.records import Issue, IssueCode, ProductRecord, StockRecord
from connectors.woocommerce import store_mapping
from connectors.woocommerce.mapping import PriceUnreadable
from connectors.woocommerce.rest_mapping import Prices
from connectors.woocommerce.rest_prices import printed
from tests.support.player import exchange, require_captures
from tests.support.woo_shop import reach, small_catalogue

REST, STORE = registry.get("woocommerce-rest"), registry.get("woocommerce-store")


def offers(messages: list[Any]) -> dict[str, int | None]:
    return {
        o.source_id: o.price_minor for m in messages if isinstance(m, ProductRecord | StockRecord) for o in m.offers
    }


def test_prices_entered_without_tax_are_published_with_it() -> None:
    with FakeShop(small_catalogue(130), prices_exclude_tax=True) as shop, reach(shop, keys=True) as reached:
        messages: list[Any] = list(REST.read_catalog(reached.connection))
        shown = offers(list(STORE.read_catalog(reached.connection)))
        assert offers(messages) == shown
        first = shop.fake.product(type="simple", regular_price="11.90")
        assert shown[str(first.id)] == 1428  # 11.90 and 20 %
        assert "Store API" in messages[-1].detail
        report = REST.check(reached.connection)
        assert offers(list(report.sample)).items() <= shown.items()
        assert any("hors taxes" in warning for warning in report.warnings)
        assert offers(list(REST.read_products(reached.connection, ["100", "105"]))).items() <= shown.items()
        assert offers(list(REST.read_stock(reached.connection))) == shown


def test_where_nothing_tells_the_shown_price_none_is_published() -> None:
    switches: dict[str, Any] = {"prices_exclude_tax": True, "store_api": False}
    with FakeShop(small_catalogue(40), **switches) as shop, reach(shop, keys=True) as reached:
        messages = list(REST.read_catalog(reached.connection))
        assert {price for price in offers(messages).values() if price} == set()
        assert any(isinstance(m, Issue) and m.code is IssueCode.PRICE_UNREADABLE for m in messages)
        assert any("aucun prix" in warning for warning in REST.check(reached.connection).warnings)


def test_a_closed_store_api_costs_nothing_where_entered_prices_are_the_shown_ones() -> None:
    catalogue = small_catalogue(40)
    with FakeShop(catalogue) as shop, reach(shop, keys=True) as reached:
        usual = [m for m in REST.read_catalog(reached.connection) if isinstance(m, ProductRecord)]
        lane = offers(list(REST.read_stock(reached.connection)))
    with FakeShop(catalogue, store_api=False) as shop, reach(shop, keys=True) as reached:
        closed = [m for m in REST.read_catalog(reached.connection) if isinstance(m, ProductRecord)]
        assert [r.offers[0].price_minor for r in closed] == [r.offers[0].price_minor for r in usual]
        assert {o.currency for r in closed for o in r.offers if o.price_minor is not None} == {"EUR"}
        assert offers(list(REST.read_stock(reached.connection))) == lane


@pytest.mark.captures
def test_the_captured_shop_without_tax() -> None:
    """What v3 prints as the price is what the Store API shows, 26,28 €, and not the 21.90 that was entered."""
    require_captures()
    import json

    v3, store = json.loads(exchange("taxexcl-v3")["body"]), json.loads(exchange("taxexcl-store")["body"])
    assert Prices("EUR", 2).of(v3)[0] == 2190
    assert printed(v3, Prices("EUR", 2)) == store_mapping.price_of(store)[0] == 2628


@pytest.mark.captures
@pytest.mark.parametrize(("when", "price"), [("beforecron", 1490), ("aftercron", 1990)])
def test_a_sale_that_ended_is_told_as_the_page_tells_it(when: str, price: int) -> None:
    require_captures()
    import json

    v3, store = (json.loads(exchange(f"saleend-{when}-{api}")["body"]) for api in ("v3", "store"))
    assert Prices("EUR", 2).of(v3) == store_mapping.price_of(store) == (price, None, "EUR")


def item(price: str, unit: int = 2, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    prices = {"price": price, "regular_price": price, "currency_code": currency, "currency_minor_unit": unit}
    return {"prices": prices, "is_purchasable": True, "on_sale": False, **more}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (item("2628"), (2628, None, "EUR")),
        (item("26", unit=0), (2600, None, "EUR")),
        (item("26285", unit=3), (2629, None, "EUR")),
        (item("0"), (0, None, "EUR")),
        (item("0", is_purchasable=False), (None, None, None)),
        (item(""), (None, None, None)),
        (item("1500", is_purchasable=False), (1500, None, "EUR")),
        (item("1500", unit=0, currency="JPY"), (1500, None, "JPY")),
        (item("1500", unit=2, currency="JPY"), (15, None, "JPY")),
    ],
)
def test_store_prices(given: dict[str, Any], told: tuple[int | None, int | None, str | None]) -> None:
    assert store_mapping.price_of(given) == told


def test_a_crossed_out_price_only_where_it_is_higher_and_on_sale() -> None:
    sale = item("1000", on_sale=True)
    sale["prices"]["regular_price"] = "1500"
    assert store_mapping.price_of(sale) == (1000, 1500, "EUR")
    assert store_mapping.price_of({**sale, "on_sale": False}) == (1000, None, "EUR")
    sale["prices"]["regular_price"] = "900"
    assert store_mapping.price_of(sale) == (1000, None, "EUR")


@pytest.mark.parametrize("raw", ["-5", "12.5", "12,50", "douze", "١٢"])
def test_store_prices_that_are_no_numbers(raw: str) -> None:
    with pytest.raises(PriceUnreadable):
        store_mapping.price_of(item(raw))


@pytest.mark.parametrize(
    ("raw", "decimals", "told"),
    [("21.90", 2, 2190), ("1234.567", 2, 123457), ("15", 0, 1500), ("15.5", 0, 1600), ("0", 2, 0), ("9.995", 2, 1000)],
)
def test_entered_prices_are_rounded_as_the_shop_shows_them(raw: str, decimals: int, told: int) -> None:
    assert Prices("EUR", decimals).of({"id": 1, "price": raw, "on_sale": False})[0] == told
    assert Prices("EUR", decimals).of({"id": 1, "price": "", "on_sale": False})[0] is None


AMOUNT = '<span class="woocommerce-Price-amount amount"><bdi>{}<span class="woocommerce-Price-currencySymbol">&euro;</span></bdi></span>'  # noqa: E501


@pytest.mark.parametrize(
    ("html", "told"),
    [
        (AMOUNT.format("26,28&nbsp;"), 2628),
        (AMOUNT.format("1 234,50&nbsp;"), 123450),
        (AMOUNT.format("1&nbsp;234,50&nbsp;"), 123450),
        (f"<del>{AMOUNT.format('30,00')}</del> <ins>{AMOUNT.format('24,50')}</ins>", 2450),
        (f"{AMOUNT.format('15,00')} &ndash; {AMOUNT.format('20,00')}", None),
        (AMOUNT.format("15&nbsp;"), None),
        ("", None),
        ("Prix sur demande", None),
    ],
)
def test_the_price_that_v3_prints(html: str, told: int | None) -> None:
    assert printed({"price_html": html}, Prices("EUR", 2)) == told
