"""Groups from pairs: no chains, one listing a shop, rules first, and nothing depends on the order."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.ingest.matching import Features, Item, Match, features, match
from aggregator.ingest.matching.clusters import Pair, Rules, cluster
from aggregator.ingest.matching.keys import keys
from tests.ingest.matching.pairs import all_pairs


def shelf(*titles: str, brand: str = "Le Creuset", shops: tuple[int, ...] = ()) -> dict[int, Features]:
    """Listings 1, 2, 3... of as many shops."""
    numbered = zip(titles, shops or range(1, len(titles) + 1), strict=True)
    return {id_: features(Item(title, brand=brand, shop_id=shop)) for id_, (title, shop) in enumerate(numbered, 1)}


def grouped(listings: dict[int, Features], rules: Rules = Rules(), seed: int = 0) -> list[list[int]]:
    pairs = list(combinations(sorted(listings), 2))
    random.Random(seed).shuffle(pairs)
    same: dict[Pair, Match] = {
        (one, other): found for one, other in pairs if (found := match(listings[one], listings[other])).same
    }
    names = list(listings)
    random.Random(seed).shuffle(names)
    return cluster({id_: listings[id_] for id_ in names}, same, lambda a, b: match(listings[a], listings[b]), rules)


COCOTTE = "Cocotte Le Creuset Signature 24 cm"


def test_what_is_the_same_is_one_group() -> None:
    assert grouped(
        shelf(COCOTTE, f"{COCOTTE} neuve", "LE CREUSET cocotte signature 240 mm", "Poêle Le Creuset 24 cm")
    ) == [
        [1, 2, 3],
        [4],
    ]


def test_a_chain_does_not_join_what_is_known_to_differ() -> None:
    groups = grouped(shelf(f"{COCOTTE} rouge", COCOTTE, f"{COCOTTE} bleue"))
    assert [1, 2, 3] not in groups
    assert all(not {1, 3} <= set(group) for group in groups)


def test_a_shop_has_a_product_once() -> None:
    groups = grouped(shelf(COCOTTE, COCOTTE, COCOTTE, shops=(1, 1, 2)))
    assert sorted(map(len, groups)) == [1, 2]


def test_a_shop_may_list_one_gtin_twice() -> None:
    both = {
        id_: features(Item(COCOTTE, brand="Le Creuset", gtins=("00024147234567",), shop_id=shop))
        for id_, shop in ((1, 1), (2, 1), (3, 2))
    }
    assert grouped(both) == [[1, 2, 3]]


def test_rules_win() -> None:
    listings = shelf(f"{COCOTTE} rouge", COCOTTE, f"{COCOTTE} bleue")
    assert [1, 3] in grouped(listings, Rules(merged=frozenset({(1, 3)}), split=frozenset({(1, 2), (2, 3)})))
    assert grouped(listings, Rules(split=frozenset({(1, 2), (2, 3)}))) == [[1], [2], [3]]
    assert grouped(listings, Rules(pinned=frozenset({2}))) == [[1], [2], [3]]
    assert [1, 2] in grouped(listings, Rules(merged=frozenset({(1, 2)}), pinned=frozenset({2})))


_ITEMS = [item for pair in all_pairs()[::11] for item in (pair.left, pair.right)]


@given(st.lists(st.tuples(st.sampled_from(_ITEMS), st.integers(1, 4)), min_size=2, max_size=14), st.integers(0, 10**6))
@settings(max_examples=120, deadline=None)
def test_the_order_of_listings_and_pairs_does_not_matter(told: list[tuple[Item, int]], seed: int) -> None:
    listings = {
        id_: features(Item(item.title, brand=item.brand, gtins=item.gtins, shop_id=shop))
        for id_, (item, shop) in enumerate(told, 1)
    }
    groups = grouped(listings)
    assert groups == grouped(listings, seed=seed)
    assert sorted(id_ for group in groups for id_ in group) == sorted(listings)
    for group in groups:
        for one, other in combinations(group, 2):
            assert not match(listings[one], listings[other]).barred


def test_what_is_the_same_meets_under_a_key() -> None:
    found = missed = 0
    for pair in all_pairs():
        left, right = features(pair.left), features(pair.right)
        if match(left, right).same:
            met = not set(keys(left)).isdisjoint(keys(right))
            found, missed = found + met, missed + (not met)
    assert found / (found + missed) >= 0.92


def test_a_key_is_a_number_that_databases_hold() -> None:
    for item in _ITEMS:
        some = keys(features(item))
        assert list(some) == sorted(set(some))
        assert all(0 < key < 2**63 for key in some)
        assert len(some) <= 20


@pytest.mark.parametrize("other", ["Cadenas Verrouval CX-4050 laiton", "Verrouval CX4050, à clé"])
def test_a_model_written_apart_meets_itself_written_in_one(other: str) -> None:
    apart, whole = (features(Item(title, brand="Verrouval")) for title in ("Antivol Verrouval CX 4050", other))
    assert not set(keys(apart)).isdisjoint(keys(whole))
    assert match(apart, whole).same
