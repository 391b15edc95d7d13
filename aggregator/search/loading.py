"""From stored listings to index documents. The mapping is pure; `load` and `stream` read the store in batches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

import orjson
from sqlalchemy import Connection

from aggregator.search import traits
from aggregator.search.document import IndexDocument
from aggregator.store import Store, documents
from aggregator.store.documents import PublicListing, PublicOffer

MAX_DESCRIPTION = 1_200
"""Characters of a description that are indexed: what a product is stands at the beginning, and the rest would
cost as much as all else."""
MAX_BRAND = 200
BATCH = 500

_TAG = re.compile(r"<[^>]*>")
_BEST_FIRST = ("InStock", "BackOrder", "OutOfStock")


def load(connection: Connection, listing_ids: Sequence[int]) -> tuple[list[IndexDocument], list[int]]:
    """Documents of those of these listings that are public, and the ids of the others: they leave the index."""
    found = [document_of(listing, offers) for listing, offers in documents.by_ids(connection, listing_ids)]
    public = {document.listing_id for document in found}
    return found, [listing_id for listing_id in listing_ids if listing_id not in public]


def stream(store: Store, batch: int = BATCH) -> Iterator[IndexDocument]:
    """Documents of all public listings by id, in constant memory. Each batch is a read of its own, so that a long
    rebuild holds no old state of the database open; what changes meanwhile is in the change log."""
    after: int | None = 0
    while after is not None:
        with store.read() as connection:
            products, after = documents.page(connection, after, batch)
        for listing, offers in products:
            yield document_of(listing, offers)


def document_of(listing: PublicListing, offers: Sequence[PublicOffer]) -> IndexDocument:
    """One listing with its visible offers, flattened. Pure."""
    buyable = [offer for offer in offers if offer.availability != "OutOfStock"]
    prices = [offer.price_minor for offer in buyable or offers if offer.price_minor is not None]
    stated = {offer.availability for offer in offers}
    worn = _pairs(listing.attributes, buyable or offers)
    return IndexDocument(
        listing_id=listing.id,
        shop_id=listing.shop_id,
        shop_name=listing.shop_name,
        town=listing.commune or "",
        title=listing.title,
        brand=(listing.brand or "")[:MAX_BRAND],
        category_path=tuple(orjson.loads(listing.category_path)),
        category=listing.category or "",
        description=plain(listing.description or ""),
        variants=" ".join(dict.fromkeys(value for _, value in _pairs(listing.attributes, offers))),
        codes=tuple({code for offer in offers for code in (offer.gtin, offer.sku) if code}),
        price_minor=min(prices, default=None),
        availability=next((word for word in _BEST_FIRST if word in stated), ""),
        first_seen=int(listing.first_seen_at.timestamp()),
        product_id=listing.product_id,
        doubtful=listing.status == "suspect",
        condition=listing.condition or "",
        colours=traits.colours(listing.title, worn),
        sizes=traits.sizes(listing.title, worn),
    )


def plain(html: str) -> str:
    """The text of a description that was cleaned when it was read: tags become spaces, entities characters."""
    head = html[: MAX_DESCRIPTION * 2]
    if "<" in head:
        head = _TAG.sub(" ", head)
        head = head[: head.rindex("<")] if "<" in head else head  # a tag that the cut left open
    if "&" in head:
        head = unescape(head)
    return " ".join(head.split())[:MAX_DESCRIPTION]


def _pairs(attributes: str | None, offers: Sequence[PublicOffer]) -> list[traits.Pair]:
    """What variants and attributes say, each once. Many offers share one JSON text: each is read once."""
    found: dict[traits.Pair, None] = {}
    for packed in dict.fromkeys([*(offer.variant for offer in offers), attributes or "[]"]):
        if packed != "[]":
            found.update(((name, value), None) for name, value in orjson.loads(packed))
    return list(found)
