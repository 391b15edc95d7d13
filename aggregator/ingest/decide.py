"""Pure: what must be written, given what is stored and what the shop says now.

An unchanged product costs one comparison of its content hash; only where it differs are the values compared, offer by
offer. What could be a lie (`guard`) is not in the values to write, but in `held`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from aggregator.ingest.guard import Kind, price_is_doubtful
from aggregator.store.listings import ListingHead, ListingValues, OfferValues, StoredListing, StoredOffer
from connectors.records import Availability, OfferRecord, OfferStock, ProductRecord, StockRecord

_BUYABLE = (Availability.IN_STOCK.value, Availability.BACK_ORDER.value)


@dataclass(frozen=True, slots=True)
class Held:
    """A change of one offer, or of a whole listing, that waits for the end of the run."""

    kind: Kind
    target_id: int
    offers: int
    claim: dict[str, Any]
    """What to write if it is applied: columns of the offer; empty for an absence."""
    whole_product: bool = False

    def row(self, listing_id: int) -> dict[str, Any]:
        """As `store.held.record` takes it."""
        return {
            "kind": self.kind.value,
            "target_id": self.target_id,
            "whole_product": self.whole_product,
            "listing_id": listing_id,
            "offers": self.offers,
            "payload": self.claim,
        }


@dataclass(frozen=True, slots=True)
class CreateListing:
    record: ProductRecord
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class UpdateListing:
    """Everything that differs, and what it counts for. With nothing in it, only the hash is to be renewed."""

    listing_id: int
    content_hash: bytes | None
    """None while something of the record waits, so that the next run compares again."""
    values: ListingValues | None
    creates: tuple[OfferRecord, ...]
    updates: tuple[tuple[int, OfferValues], ...]
    held: tuple[Held, ...]
    reveals: bool
    """It was hidden and is back."""
    renamed: bool
    """What it is known by among other shops' products has changed: title, brand, category, GTINs, variants."""
    returns: tuple[int, ...]
    """Variants that had left it and are back."""
    created: int
    updated: int
    unchanged: int

    @property
    def changes_index(self) -> bool:
        return bool(self.values or self.creates or self.updates or self.reveals)


@dataclass(frozen=True, slots=True)
class Unchanged:
    listing_id: int
    offers: int


@dataclass(frozen=True, slots=True)
class ReadProduct:
    """A sweep met something that only the whole record can tell: a product or variant that is new, is back, or that it
    did not meet (its list may know fewer variants than the whole record: those without a price, say)."""

    source_id: str


def content_hash(record: ProductRecord) -> bytes:
    """16 bytes over everything that the shop says of the product and its offers."""
    return blake2b(record.model_dump_json().encode(), digest_size=16).digest()


def is_unchanged(head: ListingHead | None, new_hash: bytes) -> bool:
    """True if the stored listing is shown and says just the same."""
    return head is not None and head.content_hash == new_hash and head.status in ("visible", "suspect")


def decide(stored: StoredListing | None, record: ProductRecord, new_hash: bytes) -> CreateListing | UpdateListing:
    """Compare a whole record with what is stored of it (with its hidden offers), or None."""
    if stored is None:
        return CreateListing(record, new_hash)
    values = ListingValues.of(record)
    reveals = stored.status not in ("visible", "suspect")
    listing_differs = values != stored.values
    creates: list[OfferRecord] = []
    updates: list[tuple[int, OfferValues]] = []
    held: list[Held] = []
    returns: list[int] = []
    unchanged = updated = 0
    for offer in record.offers:
        known = stored.offers.get(offer.source_id)
        if known is None:
            creates.append(offer)
            continue
        now, waits = _decide_offer(known, OfferValues.of(offer), trusted=reveals)
        if now != known.values:
            updates.append((known.id, now))
        if known.values.status != "visible":
            returns.append(known.id)
        if waits:
            held.extend(waits)
        elif listing_differs or reveals or now != known.values:
            updated += 1
        else:
            unchanged += 1
    held.extend(_gone_variants(stored, {offer.source_id for offer in record.offers}))
    return UpdateListing(
        listing_id=stored.id,
        content_hash=None if held else new_hash,
        values=values if listing_differs else None,
        creates=tuple(creates),
        updates=tuple(updates),
        held=tuple(held),
        reveals=reveals,
        renamed=bool(creates or returns) or _named(values) != _named(stored.values) or _coded(stored, updates),
        returns=tuple(returns),
        created=len(creates),
        updated=updated,
        unchanged=unchanged,
    )


def _named(values: ListingValues) -> tuple[object, ...]:
    return values.title, values.brand, values.category_path


def _code(values: OfferValues) -> tuple[object, ...]:
    return values.variant, values.gtin, values.sku


def _coded(stored: StoredListing, updates: Iterable[tuple[int, OfferValues]]) -> bool:
    """Some of these offers is another variant, or has another GTIN or reference."""
    before = {offer.id: offer.values for offer in stored.offers.values()}
    return any(_code(now) != _code(before[id_]) for id_, now in updates)


def decide_stock(stored: StoredListing | None, record: StockRecord) -> UpdateListing | Unchanged | ReadProduct:
    """Compare a sweep's line with what is stored. Only presence, price and stock are judged."""
    if stored is None or stored.status not in ("visible", "suspect"):
        return ReadProduct(record.source_id)
    shown = {source_id for source_id, known in stored.offers.items() if known.values.status == "visible"}
    if shown != {offer.source_id for offer in record.offers}:
        return ReadProduct(record.source_id)
    updates: list[tuple[int, OfferValues]] = []
    held: list[Held] = []
    unchanged = updated = 0
    for offer in record.offers:
        known = stored.offers[offer.source_id]
        now, waits = _decide_offer(known, _with_stock(known.values, offer), trusted=False)
        if now != known.values:
            updates.append((known.id, now))
        held.extend(waits)
        updated += not waits and now != known.values
        unchanged += not waits and now == known.values
    if not updates and not held:
        return Unchanged(stored.id, unchanged)
    return UpdateListing(
        listing_id=stored.id,
        content_hash=None,  # the record that the hash stood for is no longer the truth
        values=None,
        creates=(),
        updates=tuple(updates),
        held=tuple(held),
        reveals=False,
        renamed=False,
        returns=(),
        created=0,
        updated=updated,
        unchanged=unchanged,
    )


def _with_stock(old: OfferValues, stock: OfferStock) -> OfferValues:
    availability = stock.availability.value if stock.availability else old.availability
    # a lane that knows no quantity does not contradict one that does, as long as they agree on availability
    silent = stock.quantity is None and availability == old.availability
    return old._replace(
        price_minor=stock.price_minor,
        list_price_minor=stock.list_price_minor,
        currency=stock.currency,
        availability=availability,
        quantity=old.quantity if silent else stock.quantity,
    )


def _decide_offer(known: StoredOffer, new: OfferValues, *, trusted: bool) -> tuple[OfferValues, list[Held]]:
    """The values to write now, and what of the new ones waits.

    `trusted`: what is stored was not shown, so there is nothing to protect."""
    old = known.values
    if new == old:
        return old, []
    if trusted or old.status != "visible":
        return new, []
    waits: list[Held] = []
    same_currency = old.currency == new.currency
    vanishes = old.price_minor is not None and new.price_minor is None
    prices = {"price_minor": new.price_minor, "list_price_minor": new.list_price_minor, "currency": new.currency}
    if price_is_doubtful(old.price_minor, new.price_minor, same_currency=same_currency):
        waits.append(Held(Kind.PRICE, known.id, 1, prices))
    if old.availability in _BUYABLE and new.availability == Availability.OUT_OF_STOCK.value:
        claim = {"availability": new.availability, "quantity": new.quantity} | (prices if vanishes else {})
        waits.append(Held(Kind.SOLD_OUT, known.id, 1, claim))
    elif vanishes:
        waits.append(Held(Kind.UNPRICED, known.id, 1, prices))
    kept = {name: getattr(old, name) for held in waits for name in held.claim}
    return new._replace(**kept), waits


def _gone_variants(stored: StoredListing, said: set[str]) -> Iterable[Held]:
    for source_id, offer in stored.offers.items():
        if source_id not in said and offer.values.status == "visible":
            yield Held(Kind.ABSENCE, offer.id, 1, {})
