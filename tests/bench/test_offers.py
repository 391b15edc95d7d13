"""The generated offers: the same ones each time, shaped as a region's shops are."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.text import fold, words
from tests.bench import shelf
from tests.bench.offers import SHOPS, Catalogue, size_of, slip
from tests.bench.vocabulary import leaves, plural, word

CATALOGUE = Catalogue(20_000)


def test_one_listing_is_the_same_whatever_was_made_before() -> None:
    every = list(Catalogue(2_000))
    again = Catalogue(2_000)

    assert [again.offer(number) for number in (1, 1_999, 777)] == [every[0], every[1_998], every[776]]
    assert every != list(Catalogue(2_000, seed=8))


def test_a_third_of_the_products_is_in_several_shops_and_never_twice_in_one() -> None:
    shops: dict[int, list[int]] = {}
    for offer in CATALOGUE:
        shops.setdefault(offer.product.number, []).append(offer.shop.shop_id)

    shared = [found for found in shops.values() if len(found) > 1]
    assert 0.28 < len(shared) / len(shops) < 0.39
    assert max(map(len, shared)) == 10
    assert all(len(found) == len(set(found)) for found in shared)
    alone = {offer.product.number for offer in CATALOGUE if offer.product_id is None}
    assert {number for number, found in shops.items() if len(found) == 1} == alone


def test_words_have_a_long_tail_and_titles_are_those_of_merchants() -> None:
    offers = list(CATALOGUE)
    counted = Counter(found for offer in offers for found in set(words(fold(offer.title))))

    assert len(counted) > 12_000
    assert sum(count == 1 for count in counted.values()) > len(counted) / 2
    assert len({offer.title for offer in offers}) > 0.9 * len(offers)
    assert 0.03 < sum(offer.title.isupper() for offer in offers) / len(offers) < 0.25
    said = sum(fold(offer.product.name) in fold(offer.title) for offer in offers) / len(offers)
    assert 0.7 < said < 0.97, "some titles do not say what the thing is"
    assert len({offer.shop.shop_id for offer in offers}) > SHOPS * 0.9
    assert len({offer.product.leaf.key for offer in offers}) == len(leaves())


def test_gtins_are_valid_and_belong_to_one_product() -> None:
    products: dict[str, set[int]] = {}
    for offer in CATALOGUE:
        if gtin := offer.codes[0]:
            assert len(gtin) == 13
            assert (sum(map(int, gtin[::2])) + 3 * sum(map(int, gtin[1::2]))) % 10 == 0
            products.setdefault(gtin, set()).add(offer.product.number)

    assert all(len(found) == 1 for found in products.values())


def test_a_document_holds_what_the_offer_says() -> None:
    offer = next(offer for offer in CATALOGUE if offer.attributes and offer.product_id and offer.brand)
    document = shelf.document(offer)

    assert (document.title, document.brand, document.product_id) == (offer.title, offer.brand, offer.product_id)
    assert all(value in document.variants for _, value in offer.attributes)
    assert document.category.count("/") == 1


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("table basse", "tables basses"),
        ("boucle d'oreille", "boucles d'oreille"),
        ("sac à main", "sacs à main"),
        ("couteau", "couteaux"),
        ("cheval", "chevaux"),
        ("souris", "souris"),
        ("SSD", "SSD"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


def test_invented_words_are_each_another_one() -> None:
    assert len({word(number) for number in range(50_000)}) > 49_000


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèà", min_size=4, max_size=15), st.integers(0, 2**24))
def test_a_slip_changes_a_word_behind_its_first_letter(right: str, bits: int) -> None:
    wrong = slip(right, bits)

    assert wrong != right
    assert wrong[0] == right[0]
    assert abs(len(wrong) - len(right)) <= 1


def test_sizes_are_read_as_people_write_them() -> None:
    assert [size_of(text) for text in ("2000", "50k", "1M", "2.5M")] == [2_000, 50_000, 1_000_000, 2_500_000]
