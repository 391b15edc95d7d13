"""What is public of the store becomes index documents, and nothing else. On both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from aggregator.search import loading
from aggregator.search.document import IndexDocument, category_values
from aggregator.store import Store, changes
from aggregator.store.tables import SHOP
from tests.search.catalogue import TOWNS, documents
from tests.search.shelves import listing_row, offer_row, open_shops, put, put_documents


def load_one(store: Store, listing_id: int = 1) -> IndexDocument | None:
    with store.read() as connection:
        found, _ = loading.load(connection, [listing_id])
    return found[0] if found else None


def test_stored_listings_come_back_as_the_documents_they_are(store: Store) -> None:
    open_shops(store, [TOWNS[number % len(TOWNS)] for number in range(40)])
    wanted = [
        replace(d, codes=(d.codes[0].zfill(14), d.codes[1]), variants=" ".join(dict.fromkeys(d.variants.split())))
        for d in documents(120)
    ]
    put_documents(store, wanted)
    with store.read() as connection:
        found, gone = loading.load(connection, range(1, 125))
        assert changes.covers_all(connection)
    assert gone == [121, 122, 123, 124]
    assert [replace(d, codes=tuple(sorted(d.codes)), colours=(), sizes=()) for d in found] == wanted
    assert list(loading.stream(store, batch=50)) == found
    assert list(loading.stream(store, batch=120)) == found


@pytest.mark.parametrize(
    ("listing", "offer", "public"),
    [
        ({}, {}, True),
        ({"status": "suspect"}, {}, True),
        ({"status": "hidden"}, {}, False),
        ({"status": "archived"}, {}, False),
        ({}, {"status": "hidden"}, False),
    ],
)
def test_only_what_the_public_may_see_is_loaded(
    store: Store, listing: dict[str, Any], offer: dict[str, Any], public: bool
) -> None:
    open_shops(store, ["Brest"])
    put(store, [listing_row(1, **listing)], [offer_row(1, **offer)])
    with store.read() as connection:
        found, gone = loading.load(connection, [1])
    assert (len(found), gone) == ((1, []) if public else (0, [1]))
    assert len(list(loading.stream(store))) == public


@pytest.mark.parametrize("status", ["proposed", "paused", "refused", "left"])
def test_only_approved_shops_are_public(store: Store, status: str) -> None:
    open_shops(store, ["Brest"], status)
    put(store, [listing_row(1)], [offer_row(1)])
    assert load_one(store) is None
    with store.write() as connection:
        connection.execute(sa.update(SHOP).values(status="approved", merchant_id=None))
    document = load_one(store)
    assert document is not None
    assert document.town == ""


@pytest.mark.parametrize(
    ("offers", "price", "availability"),
    [
        ([(500, "OutOfStock"), (900, "InStock"), (700, "BackOrder")], 700, "InStock"),
        ([(500, "OutOfStock"), (900, "OutOfStock")], 500, "OutOfStock"),
        ([(None, "InStock"), (900, "OutOfStock")], None, "InStock"),
        ([(900, None), (800, "OutOfStock")], 900, "OutOfStock"),
        ([(0, "BackOrder")], 0, "BackOrder"),
        ([(None, None)], None, ""),
    ],
)
def test_price_and_availability_are_those_of_the_best_offer(
    store: Store, offers: list[tuple[int | None, str | None]], price: int | None, availability: str
) -> None:
    open_shops(store, ["Brest"])
    rows = [offer_row(1, n, price_minor=p, availability=a) for n, (p, a) in enumerate(offers)]
    put(store, [listing_row(1)], [*rows, offer_row(1, 9, price_minor=1, status="hidden")])
    document = load_one(store)
    assert document is not None
    assert (document.price_minor, document.availability) == (price, availability)


def test_variants_and_attributes_are_words_once_each(store: Store) -> None:
    open_shops(store, ["Brest"])
    variants = ['[["Taille","38"],["Couleur","Rouge"]]', '[["Taille","40"],["Couleur","Rouge"]]']
    content = {"listing_id": 1, "attributes": '[["Matière","Coton"],["Taille","38, 40"]]'}
    put(store, [listing_row(1)], [offer_row(1, n, variant=v) for n, v in enumerate(variants)], [content])
    document = load_one(store)
    assert document is not None
    assert document.variants == "38 Rouge 40 Coton 38, 40"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>Bol</p><p>bleu</p>", "Bol bleu"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("Bol \n\t bleu", "Bol bleu"),
        ("x" * 5000, "x" * loading.MAX_DESCRIPTION),
        ("é" * (2 * loading.MAX_DESCRIPTION - 2) + "<strong>fin</strong>", "é" * loading.MAX_DESCRIPTION),
    ],
)
def test_descriptions_become_plain(html: str, text: str) -> None:
    assert loading.plain(html) == text


def test_category_values_name_each_level() -> None:
    assert list(category_values("maison/art-de-la-table")) == ["maison", "maison/art-de-la-table"]
    assert list(category_values("")) == []
