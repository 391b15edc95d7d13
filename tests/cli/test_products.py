"""`emplettes products`, on a store of two shops."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.store import open_store, products
from tests.cli.conftest import Done, Emplettes
from tests.ingest.test_grouping import Town, record
from tests.support.catalogue import NOW
from tests.support.stores import settings_for

Here = Callable[..., Done]


@pytest.fixture
def town(emplettes: Emplettes) -> Path:
    """Two shops with a casserole each, and what else they sell; the data folder."""
    data = Path(emplettes.settings["DATA"])
    with open_store(settings_for(data)) as store:
        town = Town(store, 2)
        town.say(0, record("1", "Cocotte Le Creuset Signature 24 cm", "Le Creuset"), record("2", "Ouvre-boîte"))
        town.say(1, record("9", "LE CREUSET cocotte signature 240 mm", "Le Creuset"))
    return data


def test_the_operator_sees_splits_and_merges(town: Path, here: Here) -> None:
    assert here("products", "group", "--json").json() == {"listings": 3}
    (only,) = here("products", "list", "--json").json()
    assert (only["listings"], only["shops"], only["reason"]) == (2, 2, "title")
    shown = here("products", "show", only["product_id"], "--json").json()
    assert {listing["reason"] for listing in shown["listings"]} == {"title"}
    assert "Signature" in here("products", "show", only["product_id"]).out
    one, other = (listing["listing_id"] for listing in shown["listings"])

    apart = here("products", "split", one, "--note", "autre couvercle", "--json").json()
    assert {listing["product_id"] for listing in apart} == {None}
    assert here("products", "list", "--json").json() == []
    joined = here("products", "merge", one, other, "--json").json()
    assert len({listing["product_id"] for listing in joined}) == 1
    assert here("products", "pin", one).code == 0
    assert here("products", "unpin", one).code == 0
    again = here("products", "unpin", one)
    assert again.code == 1
    assert "n'était pas fixée" in again.err


def test_what_visitors_report_is_listed_until_it_is_closed(town: Path, here: Here) -> None:
    here("products", "group")
    assert here("products", "reports", "--json").json() == []
    with open_store(settings_for(town)) as store, store.write() as connection:
        (grouped,) = products.least_sure(connection, 5)
        view = products.find(connection, grouped.product_id)
        assert view is not None
        products.report(connection, grouped.product_id, view.listings[0].card.listing_id, NOW)
    (row,) = here("products", "reports", "--json").json()
    assert (row["reports"], row["still"]) == (1, True)
    assert here("products", "reports", "--close", row["listing_id"], "--json").json() == []


def test_a_listing_that_is_split_off_answers_what_was_reported_of_it(town: Path, here: Here) -> None:
    here("products", "group")
    with open_store(settings_for(town)) as store, store.write() as connection:
        (grouped,) = products.least_sure(connection, 5)
        view = products.find(connection, grouped.product_id)
        assert view is not None
        one, other = (listing.card.listing_id for listing in view.listings)
        products.report(connection, grouped.product_id, one, NOW)
    here("products", "split", other)
    assert len(here("products", "reports", "--json").json()) == 1  # it is the other's that would be answered
    here("products", "merge", one, other)
    here("products", "split", one, "--from", other)
    assert here("products", "reports", "--json").json() == []


def test_a_file_of_pairs_is_judged_without_a_store(here: Here, tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "decisions.jsonl"
    pairs.write_text(
        "title_left,title_right,label\nSony WH-1000XM4,sony wh1000xm4 black,1\nSony WH-1000XM4,sony wh1000xm5,0\n",
        encoding="utf-8",
    )
    told_all = here("products", "compare", pairs, "--out", out, "--json").json()
    assert told_all == {"pairs": 2, "same": 1, "labelled": 2, "precision": 1.0, "recall": 1.0}
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    assert here("products", "compare", tmp_path / "none.csv").code == 1


def test_an_unknown_listing_or_product_is_one_sentence(here: Here) -> None:
    for arguments in (("show", "77"), ("split", "77"), ("merge", "77", "78"), ("pin", "abc")):
        done = here("products", *arguments)
        assert done.code == 1
        assert done.err.strip().count("\n") == 0
