"""What tantivy keeps of an IndexDocument: fields, analyzers, and the writing of one document.

Searched texts are stemmed and keep frequencies, no positions (nothing asks for phrases). `surface` holds the same short
texts unstemmed, for the speller and for completion. Facets are raw fast fields; of a category the fast field holds the
node itself, from which the counts of those above it are summed, and `node` all levels, to filter by. Only the title is
stored, as it is written, so that a corrected word can be shown with its accents and a suggestion with its name; pages
read everything else from the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b

from tantivy import Document, Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from aggregator.search import naming, text
from aggregator.search.document import IndexDocument, category_values
from aggregator.search.port import PRICE_BANDS

VERSION = 7
"""Raise it with every change of fields or analysis: an index of another version must be rebuilt."""

BOOSTS: Mapping[str, float] = {
    "title": 5.0,
    "head": 4.5,
    "kind": 3.0,
    "brand": 3.0,
    "category": 1.0,
    "description": 1.0,
    "variants": 1.0,
}
"""Searched fields and their weights. `head` repeats what the title says that the thing is, `kind` what its categories
say so (`naming`)."""
NAMES = ("head", "kind")
"""The fields in which a word names the thing itself."""
SHOWN = "shown"
"""The title as it is written, stored and not searched."""

FACET_FIELDS: Mapping[str, str] = {
    "category": "f_category",
    "brand": "f_brand",
    "shop": "f_shop",
    "town": "f_town",
    "availability": "f_availability",
    "condition": "f_condition",
    "colour": "f_colour",
    "size": "f_size",
}
KEYED = ("brand", "shop", "town")
"""Facets with so many values that counting their texts would cost more than all else: what is counted is a number made
of the text (`key_of`), and only the few that are shown are turned back into texts."""

WEEK = 7 * 24 * 3600
CLASS_SHIFT = 24
"""`rank`, by which listings without a query are ordered: in stock first, then by the week in which they came, newest
first; within one week in an order that favours nobody, so that a shop that brought thousands does not fill it."""
STOCK_SHIFT = CLASS_SHIFT + 16
"""Above it: whether it is in stock."""

IN_STOCK_POINTS = 0.03
SURE_POINTS = 0.02
NEWNESS_POINTS = 0.002
"""A year newer: decides between what is otherwise equal."""
_NEWNESS_FROM = 1_577_836_800
"""1 January 2020: the difference between two listings never changes, so that no listing must be indexed again."""


def analyzer(*, stemmed: bool = False, long: bool = False) -> TextAnalyzer:
    """Words, folded; `stemmed`: without stop words, to their stems; `long`: for texts whose elisions were not cut."""
    builder = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(text.MAX_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )
    if stemmed:
        stop_words = [*text.STOP_WORDS, *text.ELISIONS] if long else list(text.STOP_WORDS)
        builder = builder.filter(Filter.custom_stopword(stop_words)).filter(Filter.stemmer("french"))
    return builder.build()


def schema() -> Schema:
    """The fields, in an order that only `VERSION` may change."""
    builder = SchemaBuilder().add_integer_field("id", indexed=True, fast=True)
    for name in BOOSTS:
        tokenizer = "french_long" if name == "description" else "french"
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="freq")
    builder.add_bytes_field(SHOWN, stored=True)
    builder.add_text_field("node", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("surface", tokenizer_name="surface", index_option="basic")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic")
    for name in FACET_FIELDS.values():
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in KEYED:
        builder.add_integer_field(f"k_{name}", indexed=True, fast=True)
    builder.add_integer_field("band", indexed=True, fast=True)
    builder.add_integer_field("shop_id", indexed=True, fast=True)
    builder.add_integer_field("price", indexed=True, fast=True)
    builder.add_integer_field("group", fast=True)
    builder.add_float_field("weight", fast=True)
    builder.add_integer_field("first_seen", fast=True)
    builder.add_integer_field("rank", fast=True)
    return builder.build()


def register(index: Index) -> None:
    """Tell an opened index its analyzers; needed for writing."""
    index.register_tokenizer("french", analyzer(stemmed=True))
    index.register_tokenizer("french_long", analyzer(stemmed=True, long=True))
    index.register_tokenizer("surface", analyzer())


_repeated = lru_cache(maxsize=2048)(text.short)
"""Brands, categories and variants come again and again in one shop."""


def weight(listing: IndexDocument) -> float:
    """By what the points for the words are multiplied: 1 and a little for stock, for certainty and for being new."""
    return 1 + in_stock_points(listing.availability) + freshness_points(listing.first_seen, listing.doubtful)


def in_stock_points(availability: str) -> float:
    return IN_STOCK_POINTS if availability == "InStock" else 0.0


def freshness_points(first_seen: int, doubtful: bool) -> float:
    years = max(first_seen - _NEWNESS_FROM, 0) / (365.25 * 24 * 3600)
    return (0.0 if doubtful else SURE_POINTS) + NEWNESS_POINTS * min(years, 25)


def rank(listing: IndexDocument) -> int:
    """See CLASS_SHIFT. Above it: whether it is in stock and the week; below: a number that depends on the id alone."""
    week = max(listing.first_seen, 0) // WEEK
    scattered = (listing.listing_id * 0x9E3779B1 >> 8) & ((1 << CLASS_SHIFT) - 1)
    return (int(listing.availability == "InStock") << 16 | min(week, 0xFFFF)) << CLASS_SHIFT | scattered


@lru_cache(maxsize=16384)
def key_of(value: str) -> int:
    """The number by which a text is counted: 48 bits, the same for ever; 0 for none. That two of a million brands
    share one is as likely as 1 to 500."""
    return (
        int.from_bytes(blake2b(value.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big") if value else 0
    )


def band_of(price_minor: int | None) -> int:
    """The number of a price's band, from 1; 0 where there is no price."""
    if price_minor is not None:
        for number, (low, high) in enumerate(PRICE_BANDS.values(), 1):
            if price_minor >= low and (high is None or price_minor < high):
                return number
    return 0


def to_tantivy(listing: IndexDocument) -> Document:
    """The engine's form of a listing."""
    document = Document()
    document.add_integer("id", listing.listing_id)
    _add_texts(document, listing)
    _add_facets(document, listing)
    for code in {text.code(raw) for raw in listing.codes}:
        if code:
            document.add_text("code", code)
    document.add_integer("shop_id", listing.shop_id)
    if listing.price_minor is not None:
        document.add_integer("price", listing.price_minor)
    document.add_integer("first_seen", listing.first_seen)
    document.add_integer("rank", rank(listing))
    document.add_integer("group", -listing.listing_id if listing.product_id is None else listing.product_id)
    document.add_float("weight", weight(listing))
    return document


def _add_texts(document: Document, listing: IndexDocument) -> None:
    title = text.short(listing.title)
    named = naming.named(listing.title, listing.brand, listing.category_path, listing.category)
    if joined := text.joined(title):
        title = f"{title} {joined}"
    brand = _repeated(listing.brand)
    category = _repeated(" ".join(listing.category_path))
    node = listing.category.replace("/", " ").replace("-", " ")
    variants = _repeated(listing.variants)
    document.add_bytes(SHOWN, listing.title.encode("utf-8", "ignore"))
    # Each word once: repeating it shall not raise a shop's rank, and indexing costs a third less.
    document.add_text("title", " ".join(dict.fromkeys(text.words(title.lower()))))
    document.add_text("head", " ".join((*named.head[:1], *named.head)))  # twice: the foremost counts most
    if named.kind:
        document.add_text("kind", " ".join(named.kind))
    if brand:
        document.add_text("brand", brand)
    if category or node:
        document.add_text("category", f"{category} {node}")
    if variants:
        document.add_text("variants", variants)
    document.add_text("description", " ".join(dict.fromkeys(listing.description.split())))
    document.add_text("surface", f"{title} {brand} {category} {variants}")


def title_of(document: Document) -> str:
    """The title of a listing that was found, as it is written."""
    return bytes(document.get_first(SHOWN) or b"").decode()


def _add_facets(document: Document, listing: IndexDocument) -> None:
    """Where there is no value "" is written, and left out of the counts: a full column is read faster."""
    document.add_text("f_category", listing.category)
    for value in category_values(listing.category):
        document.add_text("node", value)
    shop = f"{listing.shop_id}\t{listing.shop_name}"
    for name, value in zip(KEYED, (listing.brand, shop, listing.town), strict=True):
        document.add_text(f"f_{name}", value)
        document.add_integer(f"k_{name}", key_of(value))
    document.add_integer("band", band_of(listing.price_minor))
    document.add_text("f_availability", listing.availability)
    document.add_text("f_condition", listing.condition)
    for value in dict.fromkeys(listing.colours):
        document.add_text("f_colour", value)
    for value in dict.fromkeys(listing.sizes):
        document.add_text("f_size", value)
