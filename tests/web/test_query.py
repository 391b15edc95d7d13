"""Addresses of results: whatever comes in, a valid request goes out, and it can be written back."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from aggregator.search.port import FACETS, PriceRange, Sort
from aggregator.web.query import CLOSED_FACETS, MAX_PAGE, SearchRequest, Toggles, read_request

names = st.sampled_from(
    [*FACETS, "q", "sort", "page", "lieu", "km", "verbatim", "price_min", "price_max", "shop[]", "utm_source"]
)
values = [
    "0",
    "-1",
    "9" * 30,
    "newest",
    "InStock",
    "distance",
    "dinan-22050",
    "48.45,-2.05",
    "20",
    "1",
    "maison/verres",
    "12,50",
    "0-10",
]
pairs = st.lists(st.tuples(names, st.text(max_size=40) | st.sampled_from(values)))


def read(url: str) -> SearchRequest:
    """What the page of this address is asked: a category's own page is the results with that one filter."""
    parts = urlsplit(url)
    asked = read_request(QueryParams(parts.query))
    if parts.path.startswith("/categorie/"):
        return replace(asked, filters=(("category", parts.path.removeprefix("/categorie/")),))
    assert parts.path == "/recherche"
    return asked


@given(pairs)
def test_any_address_is_read_and_its_canonical_form_means_the_same(given_pairs: list[tuple[str, str]]) -> None:
    asked = read_request(QueryParams(given_pairs))
    assert 1 <= asked.page <= MAX_PAGE
    assert read(asked.url()) == asked


@given(pairs, st.sampled_from([name for name in FACETS if name != "category" and name not in CLOSED_FACETS]))
def test_toggling_twice_changes_nothing(given_pairs: list[tuple[str, str]], name: str) -> None:
    asked = replace(read_request(QueryParams(given_pairs)), page=1)
    once = read(asked.toggled(name, "Ty Breizh"))
    assert once.has(name, "Ty Breizh") is not asked.has(name, "Ty Breizh")
    assert set(read(once.toggled(name, "Ty Breizh")).filters) == set(asked.filters)


toggled = st.sampled_from(["maison", "maison/verres", "a b", "Ty Breizh", "é&=+", "0-10", "InStock", "0"])


@given(pairs, st.sampled_from(FACETS), toggled)
def test_many_addresses_are_written_as_one_is(given_pairs: list[tuple[str, str]], name: str, value: str) -> None:
    asked = read_request(QueryParams(given_pairs))
    links = Toggles(asked, name)
    values = {value, *(chosen for facet, chosen in asked.filters if facet == name)}
    assert {links.url(one) for one in values} == {asked.toggled(name, one) for one in values}


def test_a_band_of_prices_and_a_range_take_each_others_place() -> None:
    asked = read("/recherche?q=bol&price=10-25&price_min=30&price_max=12%2C5&brand=a")
    assert asked.url() == "/recherche?q=bol&price=10-25&brand=a&price_min=12.50&price_max=30"
    assert asked.narrowed == ("price", "brand")
    assert read(asked.toggled("price", "50-100")).prices == PriceRange()
    assert asked.without("price").url() == "/recherche?q=bol&brand=a"
    assert asked.toggled("brand", "a") == "/recherche?q=bol&price=10-25&price_min=12.50&price_max=30"


def test_a_category_replaces_those_above_and_below_it() -> None:
    asked = SearchRequest(filters=(("category", "maison"), ("category", "jouets"), ("town", "Maison")))
    deeper = read(asked.toggled("category", "maison/vaisselle"))
    assert set(deeper.filters) == {("category", "jouets"), ("category", "maison/vaisselle"), ("town", "Maison")}
    assert set(read(deeper.toggled("category", "maison")).filters) == set(asked.filters)


def test_values_that_cannot_be_are_dropped() -> None:
    asked = read("/recherche?price=12-13&availability=Maybe&sort=random&page=abc&q=%00%1b[31m+th%C3%A9i%C2%ADere")
    assert asked == SearchRequest(text="[31m théiere")


def test_a_sort_and_a_filter_go_back_to_page_one() -> None:
    asked = SearchRequest(text="bol", page=7)
    assert read(asked.sorted_by(Sort.NEWEST)).page == 1
    assert read(asked.toggled("town", "Dinan")).page == 1


def test_the_order_of_parameters_is_nobodys_business() -> None:
    one = read("/recherche?km=20&brand=b&lieu=dinan-22050&category=maison&brand=a&q=bol&verbatim=1")
    assert one.url() == "/recherche?q=bol&verbatim=1&category=maison&brand=a&brand=b&lieu=dinan-22050&km=20"
    other = read("/recherche?q=bol&brand=a&category=maison&verbatim=1&lieu=dinan-22050&brand=b&km=20")
    assert other == one


def test_a_category_alone_has_a_page_of_its_own() -> None:
    assert SearchRequest(filters=(("category", "maison/verres"),), page=3).url() == "/categorie/maison/verres?page=3"
    assert SearchRequest(filters=(("category", "a b"),)).url() == "/recherche?category=a+b"
    assert SearchRequest(text="x", filters=(("category", "maison"),)).url().startswith("/recherche?")


def test_a_radius_and_distances_need_a_place() -> None:
    assert read("/recherche?km=20&sort=distance") == SearchRequest()
    near = read("/recherche?lieu=dinan-22050&km=20&sort=distance")
    assert (near.km, near.sort) == (20, Sort.DISTANCE)
    assert read(near.without_place()) == SearchRequest()
    assert read(near.without_filters()) == SearchRequest()
    assert read("/recherche?lieu=Dinan&km=21").km is None


def test_a_form_carries_everything_but_its_own_fields() -> None:
    asked = read("/recherche?q=bol&brand=a&lieu=dinan-22050&km=20&page=3")
    assert asked.kept("lieu", "km") == [("q", "bol"), ("brand", "a")]
