"""`decide`: pure comparison of a record with what is stored of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from aggregator.ingest.decide import (
    CreateListing,
    ReadProduct,
    Unchanged,
    UpdateListing,
    content_hash,
    decide,
    decide_stock,
    is_unchanged,
)
from aggregator.ingest.guard import Kind, price_is_doubtful
from aggregator.store.listings import ListingHead, ListingValues, OfferValues, StoredListing, StoredOffer
from connectors.records import Availability, OfferRecord, OfferStock, ProductRecord, StockRecord

prices = st.none() | st.integers(0, 100_000)
texts = st.text(min_size=1, max_size=8)


@st.composite
def offers(draw: st.DrawFn, source_id: str) -> OfferRecord:
    price = draw(prices)
    return OfferRecord(
        source_id=source_id,
        price_minor=price,
        currency=None if price is None else "EUR",
        availability=draw(st.none() | st.sampled_from(Availability)),
        quantity=draw(st.none() | st.integers(0, 50)),
        variant=(("Taille", draw(texts)),),
    )


@st.composite
def records(draw: st.DrawFn) -> ProductRecord:
    ids = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6, unique=True))
    return ProductRecord(
        source_id="1",
        title=draw(texts),
        description=draw(st.text(max_size=8)),
        url="https://boutique.example/p/1",
        offers=tuple(draw(offers(source_id)) for source_id in ids),
    )


def stored_as(record: ProductRecord, status: str = "visible") -> StoredListing:
    known = {
        offer.source_id: StoredOffer(100 + number, offer.source_id, OfferValues.of(offer))
        for number, offer in enumerate(record.offers)
    }
    return StoredListing(7, "1", content_hash(record), status, 3, ListingValues.of(record), known)


def update(stored: StoredListing, record: ProductRecord) -> UpdateListing:
    intent = decide(stored, record, content_hash(record))
    assert isinstance(intent, UpdateListing)
    return intent


@given(records())
def test_a_new_product_is_created_as_it_is(record: ProductRecord) -> None:
    assert decide(None, record, content_hash(record)) == CreateListing(record, content_hash(record))


@given(records())
def test_the_same_record_changes_nothing(record: ProductRecord) -> None:
    stored = stored_as(record)
    assert is_unchanged(ListingHead(7, stored.content_hash, "visible", 3), content_hash(record))
    intent = update(stored, record)
    assert not intent.changes_index
    assert (intent.created, intent.updated, intent.unchanged) == (0, 0, len(record.offers))
    assert intent.content_hash == content_hash(record)


@given(records(), records())
def test_hashes_differ_exactly_where_records_do(one: ProductRecord, other: ProductRecord) -> None:
    assert (content_hash(one) == content_hash(other)) == (one == other)


@given(records(), records())
def test_every_offer_said_is_counted_once(old: ProductRecord, new: ProductRecord) -> None:
    intent = update(stored_as(old), new)
    waiting = {held.target_id for held in intent.held if held.kind != Kind.ABSENCE}
    assert intent.created + intent.updated + intent.unchanged + len(waiting) == len(new.offers)


@given(records(), records())
def test_what_could_be_a_lie_is_never_written(old: ProductRecord, new: ProductRecord) -> None:
    stored = stored_as(old)
    before = {offer.id: offer.values for offer in stored.offers.values()}
    for offer_id, values in update(stored, new).updates:
        assert not price_is_doubtful(before[offer_id].price_minor, values.price_minor)
        if before[offer_id].availability in ("InStock", "BackOrder"):
            assert values.availability != "OutOfStock"
        assert values.status == "visible"


@given(records(), records())
def test_applying_everything_that_waits_gives_the_record(old: ProductRecord, new: ProductRecord) -> None:
    stored = stored_as(old)
    intent = update(stored, new)
    values = {offer.id: offer.values for offer in stored.offers.values()} | dict(intent.updates)
    gone = set()
    for held in intent.held:
        if held.kind == Kind.ABSENCE:
            gone.add(held.target_id)
        else:
            values[held.target_id] = values[held.target_id]._replace(**held.claim)
    shown = {source_id: values[offer.id] for source_id, offer in stored.offers.items() if offer.id not in gone} | {
        offer.source_id: OfferValues.of(offer) for offer in intent.creates
    }
    assert shown == {offer.source_id: OfferValues.of(offer) for offer in new.offers}
    assert intent.content_hash == (None if intent.held else content_hash(new))


@given(records(), records())
def test_a_hidden_product_comes_back_as_the_shop_says_now(old: ProductRecord, new: ProductRecord) -> None:
    intent = update(stored_as(old, "hidden"), new)
    assert intent.reveals
    assert intent.changes_index
    assert all(held.kind == Kind.ABSENCE for held in intent.held)


def sweep_of(record: ProductRecord) -> StockRecord:
    fields = set(OfferStock.model_fields)
    return StockRecord(
        source_id=record.source_id,
        offers=tuple(OfferStock(**offer.model_dump(include=fields)) for offer in record.offers),
    )


@given(records())
def test_a_sweep_that_agrees_changes_nothing(record: ProductRecord) -> None:
    assert decide_stock(stored_as(record), sweep_of(record)) == Unchanged(7, len(record.offers))


@given(records(), records())
def test_a_sweep_leaves_texts_alone_and_asks_for_what_it_cannot_tell(old: ProductRecord, new: ProductRecord) -> None:
    stored = stored_as(old)
    intent = decide_stock(stored, sweep_of(new))
    same_variants = {offer.source_id for offer in new.offers} == stored.offers.keys()
    assert isinstance(intent, ReadProduct) == (not same_variants)
    if isinstance(intent, UpdateListing):
        assert intent.values is None
        assert intent.content_hash is None
        before = {offer.id: offer.values for offer in stored.offers.values()}
        for offer_id, values in intent.updates:
            assert values.variant == before[offer_id].variant


def test_a_lane_without_quantities_does_not_erase_them() -> None:
    offer = OfferRecord(source_id="a", price_minor=500, currency="EUR", availability=Availability.IN_STOCK, quantity=12)
    record = ProductRecord(source_id="1", title="Bol", url="https://boutique.example/p/1", offers=(offer,))
    silent = StockRecord(
        source_id="1",
        offers=(OfferStock(source_id="a", price_minor=500, currency="EUR", availability=Availability.IN_STOCK),),
    )
    assert decide_stock(stored_as(record), silent) == Unchanged(7, 1)


@given(records())
def test_a_sweep_of_a_hidden_or_unknown_product_asks_for_it(record: ProductRecord) -> None:
    assert decide_stock(None, sweep_of(record)) == ReadProduct("1")
    assert decide_stock(stored_as(record, "archived"), sweep_of(record)) == ReadProduct("1")


@given(records())
def test_a_variant_that_left_its_product_waits_for_the_guard(record: ProductRecord) -> None:
    assume(len(record.offers) > 1)
    fewer = record.model_copy(update={"offers": record.offers[1:]})
    intent = update(stored_as(record), fewer)
    assert [held.target_id for held in intent.held if held.kind == Kind.ABSENCE] == [100]
    hidden = stored_as(record)
    first = record.offers[0].source_id
    known = dict(hidden.offers)
    known[first] = replace(known[first], values=known[first].values._replace(status="hidden"))
    assert not any(held.kind == Kind.ABSENCE for held in update(replace(hidden, offers=known), fewer).held)
