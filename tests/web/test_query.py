"""Addresses of results: whatever comes in, a valid request goes out, and it can be written back."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from aggregator.search.port import FACETS, Sort
from aggregator.web.query import CLOSED_FACETS, MAX_PAGE, SearchRequest, read_request

names = st.sampled_from([*FACETS, "q", "sort", "page", "shop[]", "utm_source"])
pairs = st.lists(st.tuples(names, st.text(max_size=40) | st.sampled_from(["0", "-1", "9" * 30, "newest", "InStock"])))


def read(url: str) -> SearchRequest:
    return read_request(QueryParams(urlsplit(url).query))


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
