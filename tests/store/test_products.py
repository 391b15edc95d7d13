"""What is said of a product that several shops sell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.store.products import best_title


def test_the_title_of_a_product_says_what_its_shops_agree_on() -> None:
    assert best_title(["Lampe", "Lampe Ondelia Cigale", "PROMO !!! Lampe Ondelia Cigale livrée vite chez vous"]) == (
        "Lampe Ondelia Cigale"
    )


def test_capitals_are_shown_only_where_no_shop_writes_otherwise() -> None:
    shouted, quiet = "LANTERNE TEMPETE BRISEFEU 400", "Lanterne tempête Brisefeu 400, à pétrole"
    assert best_title([shouted, quiet]) == best_title([quiet, shouted]) == quiet
    assert best_title([shouted]) == shouted


@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_it_is_one_of_them_in_whatever_order_they_come(titles: list[str]) -> None:
    assert best_title(titles) in titles
    assert best_title(titles[::-1]) == best_title(titles)
