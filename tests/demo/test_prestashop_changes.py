"""Prices, stock, dates: what a fake PrestaShop's merchant changes, and what the webservice then says."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any, cast

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.demo.catalogue import generate_shop
from aggregator.demo.faults import KINDS, Kind
from aggregator.demo.model import Catalogue, Product
from aggregator.demo.prestashop.fake import FakePrestaShop, PrestaShop
from aggregator.demo.prestashop.options import Options
from aggregator.demo.pricing import is_on_sale

from .conftest import Asking

TTC = "price[ttc][use_tax]=1"
BOTH = f"{TTC}&price[reg][use_tax]=1&price[reg][use_reduction]=0"


def priced(ask: Asking, number: int, resource: str = "products", query: str = BOTH) -> dict[str, Any]:
    return ask.rows(resource, f"display=[id,price,ttc,reg]&filter[id]=[{number}]&{query}")[0]


def simple(catalogue: Catalogue) -> list[Product]:
    found = [p for p in catalogue.products if p.type == "simple" and p.regular_price]
    return [p for p in found if p.sale_from is None and p.sale_to is None]


def at_full_price(ask: Asking) -> int:
    """A simple product of 10 euros net that nothing reduces."""
    reduced = {row["id_product"] for row in ask.rows("specific_prices", "display=full")}
    rows = ask.rows("products", "display=[id]&filter[active]=1&filter[product_type]=[standard]")
    number = next(int(row["id"]) for row in rows if row["id"] not in reduced)
    ask.shop.fake.set(number, {"price": "10.000000"})
    return number


# -- prices ----------------------------------------------------------------------------------------------------------
def test_every_price_that_a_merchant_typed_comes_back_to_the_cent(ask: Asking, catalogue: Catalogue) -> None:
    rows = {r["id"]: r for r in ask.rows("products", f"display=[id,ttc,reg]&{BOTH}")}
    checked = 0
    for product in simple(catalogue):
        if "." in product.regular_price and len(product.regular_price.partition(".")[2]) > 2:
            continue  # a price of three decimals, which the shop rounds
        row, sale = rows[product.id], product.sale_price or product.regular_price
        assert (Decimal(row["ttc"]), Decimal(row["reg"])) == (Decimal(sale), Decimal(product.regular_price)), product
        checked += 1
    assert checked > 60


def test_combinations_tell_an_impact_and_cost_what_their_family_does(ask: Asking, catalogue: Catalogue) -> None:
    typed = {p.sku: p for p in catalogue.products if p.type == "variation" and p.sku and p.regular_price}
    rows = ask.rows("combinations", f"display=[id,id_product,reference,price,ttc,reg]&{BOTH}")
    found = [r for r in rows if r["reference"] in typed]
    assert len(found) > 10
    for row in found:
        variation = typed[row["reference"]]
        assert Decimal(row["reg"]) == Decimal(variation.regular_price)
        assert Decimal(row["ttc"]) == Decimal(variation.sale_price or variation.regular_price)
        net = Decimal(ask.shop.fake.state[row["id_product"]]["price"]) + Decimal(row["price"])
        assert round(net * Decimal("1.2"), 2) == Decimal(variation.regular_price)


def test_a_virtual_price_comes_only_where_display_names_it(ask: Asking) -> None:
    assert "ttc" not in ask.rows("products", f"display=[id,price]&limit=1&{TTC}")[0]
    assert "ttc" in ask.rows("products", f"display=[id,ttc]&limit=1&{TTC}")[0]
    assert "ttc" in ask.rows("products", f"display=full&limit=1&{TTC}")[0]
    number = ask.shop.fake.visible_ids()[0]
    assert "ttc" in ask(f"/api/products/{number}?output_format=JSON&{TTC}").json()["product"]


def test_the_options_of_a_virtual_price(ask: Asking) -> None:
    number = at_full_price(ask)
    ask.shop.fake.discount(number, "0.25")

    def price(options: str) -> str:
        named = "&".join(f"price[p]{o}" for o in options.split())
        return str(ask.rows("products", f"display=[id,p]&filter[id]=[{number}]&{named}")[0]["p"])

    assert price("[use_tax]=1") == price("[nonsense]=1") == "9.000000"
    assert price("[use_reduction]=0") == "12.000000"
    assert price("[use_tax]=0") == "7.500000"
    assert price("[only_reduction]=1") == "3.000000"
    assert price("[country]=3") == "7.500000"  # no rule there, no tax
    assert price("[product_attribute]=1") == "0.000000"  # another product's
    assert Decimal(price("[decimals]=6")) == 9


@pytest.mark.parametrize(
    ("reduction", "kind", "taxed", "ttc"),
    [("0.2", "percentage", True, "9.600000"), ("2", "amount", True, "10.000000"), ("2", "amount", False, "9.600000")],
)
def test_discounts_by_percent_and_by_amount(ask: Asking, reduction: str, kind: str, taxed: bool, ttc: str) -> None:
    number = at_full_price(ask)
    made = ask.shop.fake.discount(number, reduction, kind, taxed=taxed)
    assert priced(ask, number)["ttc"] == ttc
    assert priced(ask, number)["reg"] == "12.000000"
    ask.shop.fake.remove_discount(made)
    assert priced(ask, number)["ttc"] == "12.000000"


def test_discounts_count_between_their_dates_and_for_one_visitor(ask: Asking) -> None:
    number = at_full_price(ask)
    ask.shop.fake.discount(number, "0.5", ends="2020-12-31 00:00:00")
    ask.shop.fake.discount(number, "0.5", begins="2999-01-01 00:00:00")
    ask.shop.fake.discount(number, "0.5", from_quantity=3)
    ask.shop.fake.discount(number, "0.5", id_customer=7)
    ask.shop.fake.discount(number, "0.5", id_group=4)
    ask.shop.fake.discount(number, "0.5", id_country=3)
    assert priced(ask, number)["ttc"] == "12.000000"
    ask.shop.fake.discount(number, "0", price="5.000000")  # a price of its own
    assert priced(ask, number)["ttc"] == priced(ask, number)["reg"] == "6.000000"


@given(price=st.integers(1, 100_000), percent=st.sampled_from(["20", "10", "5.5", "2.1"]))
@settings(max_examples=60, deadline=None)
def test_net_prices_give_back_the_gross_ones_at_every_rate(price: int, percent: str) -> None:
    small = generate_shop("clothes", products=1, tidy=True)
    typed = f"{price / 100:.2f}"
    product = dataclasses.replace(small.products[0], type="simple", regular_price=typed, sale_price="", attributes=())
    fake = FakePrestaShop(dataclasses.replace(small, products=(product,)), Options(vat_percent=percent))
    assert str(fake.state.prices.shown(fake.state[product.id], 0, fake.state.clock).now) == typed


# -- what moves dates ------------------------------------------------------------------------------------------------
def test_only_saves_of_the_product_itself_move_its_date(ask: Asking) -> None:
    fake = ask.shop.fake
    family = fake.product(product_type="combinations", active=1)
    number, combination = family["id"], family["cache_default_attribute"]

    def date() -> str:
        return str(ask.rows("products", f"display=[id,date_upd]&filter[id]=[{number}]")[0]["date_upd"])

    before = date()
    fake.stock(number, 3, combination)
    fake.discount(number, "0.1")
    fake.set(combination, {"price": "1.000000"}, resource="combinations")
    fake.set(family["id_manufacturer"], {"name": "Autre nom"}, resource="manufacturers")
    fake.sql_set(number, {"price": "7.000000"})
    fake.delete_combination(combination)
    assert date() == before
    fake.set(number, {"price": "8.000000"}, at="2027-01-01 00:00:00")
    assert date() == "2027-01-01 00:00:00"
    fake.deactivate(number)
    assert date() < "2027-01-01 00:00:00"  # the second of the change, which is now


def test_a_deletion_redates_what_was_placed_after_it_and_takes_its_own_along(ask: Asking) -> None:
    fake = ask.shop.fake
    ids = sorted(ask.ids("products"))
    gone = fake.product(product_type="combinations")["id"]
    assert ask.ids("combinations", f"filter[id_product]=[{gone}]")
    moved = fake.delete(gone, at="2027-05-05 05:05:05")
    assert set(moved) == {n for n in ids if n > gone}  # all are in the home category, in the order of their ids
    assert sorted(ask.ids("products", "filter[date_upd]=>[2027-01-01]&date=1")) == moved
    assert ask(f"/api/products/{gone}?output_format=JSON").status_code == 404
    for resource in ("combinations", "stock_availables", "specific_prices"):
        assert ask.ids(resource, f"filter[id_product]=[{gone}]") == []
    assert fake.delete(ids[-1]) == []


# -- stock -----------------------------------------------------------------------------------------------------------
def test_stock_is_apart_and_a_family_has_the_sum(ask: Asking) -> None:
    fake = ask.shop.fake
    family = fake.product(product_type="combinations", active=1)
    chosen = family["cache_default_attribute"]
    fake.stock(family["id"], 40, chosen)
    rows = ask.rows("stock_availables", f"display=full&filter[id_product]=[{family['id']}]")
    by_combination = {r["id_product_attribute"]: r["quantity"] for r in rows}
    assert by_combination[chosen] == 40
    assert by_combination.pop(0) == sum(by_combination.values())
    assert ask.rows("products", f"display=[id,quantity]&filter[id]=[{family['id']}]")[0]["quantity"] == 0
    fake.stock(family["id"], out_of_stock=1)
    assert fake.state.stock_of(family["id"])["out_of_stock"] == 1


def test_products_and_combinations_are_numbered_apart(ask: Asking) -> None:
    assert set(ask.ids("products")) & set(ask.ids("combinations"))


def test_added_products_have_stock_a_date_and_a_place(ask: Asking) -> None:
    new = ask.shop.fake.add({"name": "Étole d’été", "price": "10.000000"}, quantity=4)
    row = ask.rows("products", f"display=full&filter[id]=[{new['id']}]&{TTC}")[0]
    assert (row["name"], row["ttc"], row["link_rewrite"]) == ("Étole d’été", "12.000000", "etole-dete")
    assert ask.rows("stock_availables", f"display=full&filter[id_product]=[{new['id']}]")[0]["quantity"] == 4
    assert max(ask.ids("products")) == new["id"]
    again = ask.shop.fake.add({"name": "Une autre"})
    ask.shop.fake.delete(again["id"])
    assert ask.shop.fake.add({"name": "Encore une"})["id"] > again["id"]  # numbers are not used twice


def test_rows_take_senseless_values_but_no_unknown_field(ask: Asking) -> None:
    number = ask.shop.fake.visible_ids()[0]
    ask.shop.fake.set(number, {"name": 12, "price": "beaucoup", "active": None})
    assert ask.rows("products", f"display=[name,price,active]&filter[id]=[{number}]")[0]["name"] == 12
    with pytest.raises(KeyError, match="no such field: couleur"):
        ask.shop.fake.set(number, {"couleur": "bleu"})
    with pytest.raises(KeyError):
        ask.shop.fake.discount(1, "0.1")
    with pytest.raises(ValueError, match="reduction"):
        ask.shop.fake.discount(number, "0.1", "plus")


def test_reset_forgets_everything(ask: Asking) -> None:
    fake = ask.shop.fake
    before = ask.rows("products", "display=full")
    fake.delete(fake.visible_ids()[0])
    fake.add({"name": "x"})
    fake.service(False)
    fake.fault("500", times=-1)
    fake.reset()
    assert ask.rows("products", "display=full") == before
    assert len(fake.requests) == 1


# -- faults ----------------------------------------------------------------------------------------------------------
def test_every_kind_of_trouble_shows_and_passes(ask: Asking) -> None:
    path = "/api/products?output_format=JSON&display=full&limit=3"
    well = ask(path).content
    for kind in KINDS:
        options: dict[str, Any] = {"seconds": 0.0} if kind in ("hang", "drip") else {"size": 4096}
        ask.shop.fake.fault(cast("Kind", kind), match="/api/products", **options)
        if kind == "reset":
            with pytest.raises(requests.ConnectionError):
                ask(path)
        elif kind not in ("hang", "drip"):
            answer = ask(path)
            assert (answer.status_code, answer.content) != (200, well), kind
        else:
            assert ask(path).content == well
        assert ask.shop.fake.requests[-1].fault == kind
        assert ask(path).content == well, kind


def test_php_that_dies_leaves_nothing_and_a_warning_stands_before_the_answer(ask: Asking) -> None:
    path = "/api/products?output_format=JSON&limit=1"
    ask.shop.fake.fault("500", times=2)
    assert [(a.status_code, a.content) for a in (ask(path), ask(path))] == [(500, b"")] * 2
    ask.shop.fake.fault("warning")
    body = ask(path).text
    assert body.startswith("<br />")
    assert body.endswith("]}")


def test_faults_meet_only_what_they_match(ask: Asking) -> None:
    ask.shop.fake.fault("429", times=-1, match="stock_availables", retry_after=7)
    assert ask("/api/products?limit=1").status_code == 200
    refused = ask("/api/stock_availables?limit=1")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    ask.shop.fake.clear_faults()
    assert ask("/api/stock_availables?limit=1").status_code == 200


def test_sales_of_the_catalogue_become_specific_prices(catalogue: Catalogue) -> None:
    with PrestaShop(catalogue) as shop:
        reduced = {p.id for p in catalogue.products if p.type == "simple" and is_on_sale(p, shop.fake.state.now())}
        rows = shop.fake.state.tables["products"].rows
        cheaper = {
            n
            for n, row in rows.items()
            if (price := shop.fake.state.prices.shown(row, 0, shop.fake.state.clock)).now < price.regular
            and row["product_type"] == "standard"
        }
        assert cheaper == reduced
