"""Without a key, run after run: what pages teach comes in time, is never taken back, and costs a bounded few visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.demo.prestashop.fake import PrestaShop
from connectors.prestashop import notes, visits
from connectors.prestashop.listing import ListingConnector
from connectors.prestashop.notes import MEMORY_NOTES, Note, Notes
from connectors.prestashop.product_page import Taught
from connectors.prestashop.webservice import WebserviceConnector
from connectors.protocol import PROOF, ShopConnection
from connectors.records import EndOfCatalog, Issue, IssueCode, ProductRecord
from tests.support.presta_shop import FakedPresta, stocked

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
CATALOGUE = stocked(70)


class Runs:
    """Keyless runs of one shop with its memory kept in between, as the sync keeps it."""

    def __init__(self, shop: PrestaShop) -> None:
        self.shop = FakedPresta(shop, ListingConnector(lambda: self.now))
        self.now = START
        self.memory: dict[str, str] = {}
        self.pages = 0
        """Product pages that the last run asked for."""
        self.issues: list[Issue] = []

    def run(self, *, keep: bool = True) -> dict[str, ProductRecord]:
        before = len(self.shop.asked())
        with self.shop.connect() as connection:
            connection.memory.update(self.memory)
            messages: list[Any] = list(self.shop.connector.read_catalog(connection))
            if keep:
                self.memory = dict(connection.memory)
        assert isinstance(messages[-1], EndOfCatalog)
        assert messages[-1].complete
        self.pages = sum(".html?" in asked.target for asked in self.shop.asked()[before:])
        self.issues = [m for m in messages if isinstance(m, Issue)]
        self.now += timedelta(hours=1)
        return {m.source_id: m for m in messages if isinstance(m, ProductRecord)}

    def until_learnt(self) -> dict[str, ProductRecord]:
        for _ in range(10):
            found = self.run()
            if not self.pages:
                return found
        raise AssertionError("never at rest")


@pytest.fixture
def shop() -> Iterator[PrestaShop]:
    with PrestaShop(CATALOGUE) as running:
        yield running


@pytest.fixture
def runs(shop: PrestaShop) -> Runs:
    return Runs(shop)


def keyed(shop: PrestaShop) -> dict[str, ProductRecord]:
    faked = FakedPresta(shop, WebserviceConnector())
    with faked.connect() as connection:
        found = faked.connector.read_catalog(connection)
        return {m.source_id: m for m in found if isinstance(m, ProductRecord)}


def test_in_time_lists_and_pages_say_what_the_webservice_says(runs: Runs, shop: PrestaShop) -> None:
    learnt, truth = runs.until_learnt(), keyed(shop)
    assert learnt.keys() == truth.keys()
    codes = variants = 0
    for number, record in learnt.items():
        known = truth[number]
        assert (record.title, record.brand) == (known.title, known.brand)
        assert (record.description, record.attributes) == (known.description, known.attributes)
        assert [i.rsplit("/", 2)[1] for i in record.images] == [i.rsplit("/", 2)[1] for i in known.images]
        default = int(shop.fake.state[int(number)]["cache_default_attribute"] or 0)
        twin = next(o for o in known.offers if o.source_id == (f"{number}-{default}" if default else number))
        offer = record.offers[0]
        assert (offer.price_minor, offer.list_price_minor) == (twin.price_minor, twin.list_price_minor)
        if not default or offer.variant:
            assert (set(offer.variant), offer.gtin) == (set(twin.variant), twin.gtin)
        codes, variants = codes + (offer.gtin is not None), variants + bool(offer.variant)
    assert codes > 20
    assert variants > 5


def test_each_run_visits_a_few_and_then_none(runs: Runs) -> None:
    visited = []
    for _ in range(4):
        runs.run()
        visited.append(runs.pages)
    assert visited == [30, 30, 10, 0]


def test_nothing_that_was_learnt_is_lost_while_others_are_visited(runs: Runs) -> None:
    before: dict[str, ProductRecord] = runs.run()
    for _ in range(4):
        after = runs.run()
        for number, record in before.items():
            assert (record.offers[0].gtin or "") in ("", after[number].offers[0].gtin)
            assert len(record.attributes) <= len(after[number].attributes)
            assert len(record.images) <= len(after[number].images)
        before = after


def test_a_run_publishes_nothing_that_its_memory_may_not_keep(runs: Runs) -> None:
    """A run that ends incomplete is not remembered: the next must say just the same."""
    first = runs.run(keep=False)
    assert runs.run(keep=False) == first
    assert MEMORY_NOTES not in runs.memory


def test_a_forced_full_read_keeps_what_was_learnt() -> None:
    assert not MEMORY_NOTES.startswith(PROOF)


def test_what_is_new_or_has_changed_is_visited_at_once_and_the_rest_after_a_week(runs: Runs, shop: PrestaShop) -> None:
    runs.until_learnt()
    shop.fake.set(int(min(runs.shop.public_ids(), key=int)), {"name": "Autre nom", "description": "<p>Refait</p>"})
    added = shop.fake.add(like=int(min(runs.shop.public_ids(), key=int)), fields={"name": "Neuf"}, quantity=2)["id"]
    runs.run()
    assert runs.pages == 2
    found = runs.run()
    assert runs.pages == 0
    assert found[min(found, key=int)].description == "<p>Refait</p>"
    assert found[str(added)].attributes == found[min(found, key=int)].attributes
    runs.now += timedelta(days=visits.REVISIT_DAYS)
    runs.run()
    assert runs.pages == visits.PAGES


def test_a_sale_costs_no_visit_but_the_one_that_empties_the_shelf(runs: Runs, shop: PrestaShop) -> None:
    """A row that loses its basket could be of something that must now be personalised; labels tell otherwise."""
    runs.until_learnt()
    there = next(r for r in runs.run().values() if r.offers[0].availability == "InStock" and not r.offers[0].variant)
    shop.fake.stock(int(there.source_id), quantity=0)
    assert runs.run()[there.source_id].offers[0].availability == "OutOfStock"
    assert runs.pages == 0


def test_what_must_be_personalised_is_in_stock(runs: Runs, shop: PrestaShop) -> None:
    number = simple(shop)
    shop.fake.set(number, {"customizable": 2})
    for _ in range(5):
        assert runs.run()[str(number)].offers[0].availability == "InStock"
    assert runs.pages == 1  # its stock is nowhere else
    shop.fake.stock(number, quantity=0)
    assert runs.run()[str(number)].offers[0].availability == "OutOfStock"


@pytest.mark.parametrize("labelled", [True, False])
def test_a_hidden_price_is_neither_published_nor_free(
    runs: Runs, shop: PrestaShop, labelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Catalogue mode": rows carry the price all the same. The tile tells at once; without tiles, the page."""
    number = simple(shop)
    shop.fake.set(number, {"show_price": 0, "available_for_order": 0})
    if not labelled:
        monkeypatch.setattr("aggregator.demo.prestashop.page.Page.tiles", lambda _self, _rows: "")
        runs.run()
    offer = runs.run()[str(number)].offers[0]
    assert (offer.price_minor, offer.list_price_minor, offer.currency) == (None, None, None)
    assert offer.availability == "OutOfStock"
    assert [i.code for i in runs.issues if i.source_id == str(number)] == [IssueCode.PRICE_MISSING]
    with runs.shop.connect() as connection:
        told = list(runs.shop.connector.read_products(connection, [str(number)]))
    assert [m.offers[0].price_minor for m in told if isinstance(m, ProductRecord)] == [None]


def test_a_size_is_said_only_of_what_that_size_is_left_of(runs: Runs, shop: PrestaShop) -> None:
    learnt = runs.until_learnt()
    family = next(r for r in learnt.values() if r.offers[0].variant)
    product = int(family.source_id)
    combinations = shop.fake.state.combinations(product)
    default = int(shop.fake.state[product]["cache_default_attribute"])
    for one in combinations:
        shop.fake.stock(product, 0 if one["id"] == default else 4, one["id"])
    offer = runs.run()[family.source_id].offers[0]
    assert (offer.availability, offer.variant) == ("InStock", ())
    for one in combinations:
        shop.fake.stock(product, 0, one["id"])
    offer = runs.run()[family.source_id].offers[0]
    assert (offer.availability, offer.variant) == ("OutOfStock", ())


def test_pages_that_fail_cost_a_few_tries_and_nothing_that_is_known(runs: Runs, shop: PrestaShop) -> None:
    learnt = runs.until_learnt()
    runs.now += timedelta(days=visits.REVISIT_DAYS + 1)
    shop.fake.fault("500", times=-1, match=r"\.html")
    assert runs.run() == learnt
    assert runs.pages == visits.BARREN
    shop.fake.clear_faults()
    assert runs.run() == learnt


def test_robots_txt_keeps_us_from_product_pages() -> None:
    with PrestaShop(CATALOGUE, robots="User-agent: *\nDisallow: /*.html\n") as closed:
        runs = Runs(closed)
        first = runs.run()
        assert runs.pages == 0
        assert runs.run() == first


def test_a_damaged_memory_is_as_good_as_none(runs: Runs) -> None:
    first = runs.run(keep=False)
    for text in ("", "x", "e30=", "eJwDAAAAAAE="):
        runs.memory[MEMORY_NOTES] = text
        assert runs.run(keep=False) == first


def simple(shop: PrestaShop) -> int:
    """A product in stock without combinations."""
    state = shop.fake.state
    return next(
        int(row["id"])
        for row in state.public()
        if not row["cache_default_attribute"] and state.stock_of(row["id"])["quantity"] > 0
    )


# -- notes ---------------------------------------------------------------------------------------------------------

TEXTS = st.text(max_size=30)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
TAUGHT = st.builds(
    Taught, TEXTS, st.integers(0, 10**9), PAIRS, TEXTS, PAIRS, TEXTS, st.lists(TEXTS, max_size=3).map(tuple)
)
NOTES = st.builds(Note, st.integers(20000, 21000), TEXTS, st.booleans(), st.none() | TAUGHT)


@given(st.dictionaries(st.integers(1, 10**9), NOTES, max_size=5))
def test_notes_survive_their_storing(known: dict[int, Note]) -> None:
    text = Notes({}).renewed(known, 20000).dump()
    with_memory = ShopConnection(url="https://laines.example/", session=None, memory={MEMORY_NOTES: text})  # type: ignore[arg-type]
    read = Notes.of(with_memory)
    assert {product: read.get(product) for product in known} == known


def test_notes_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the cap texts are left out, not codes; beyond the most products, whole notes; old ones go."""
    monkeypatch.setattr(notes, "MOST_TEXT", 3000)
    monkeypatch.setattr(notes, "MOST_NOTES", 8)
    learnt = {n: Note(20000, "m", True, Taught(code="4006381333931", description="x" * 900)) for n in range(1, 10)}
    kept = Notes({}).renewed(learnt, 20000)
    told = [kept.taught(n) for n in range(1, 10)]
    assert [t.code for t in told if t] == ["4006381333931"] * 8
    assert [bool(t and t.description) for t in told] == [True] * 3 + [False] * 6
    assert len(kept.renewed({}, 20000 + notes.KEPT_DAYS + 1)) == 0
