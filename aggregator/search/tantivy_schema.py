"""What tantivy keeps of an IndexDocument: fields, analyzers, and the writing of one document.

Searched texts are stemmed and keep frequencies, no positions (nothing asks for phrases). `surface` holds the same short
texts unstemmed, for the speller and for completion. Facets are raw fast fields. Only the title is stored, so that a
corrected word can be shown with its accents; pages read everything else from the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tantivy import Document, Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from aggregator.search import text
from aggregator.search.document import IndexDocument, category_values

VERSION = 2
"""Raise it with every change of fields or analysis: an index of another version must be rebuilt."""

BOOSTS: Mapping[str, float] = {"title": 3.0, "brand": 2.0, "category": 1.5, "description": 1.0, "variants": 1.0}
"""Searched fields and their weights, as measured in the design's search facts."""

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
IN_STOCK_RANK = 1 << 40
"""Added to `first_seen` in `rank`, by which a listing without a query is ordered: in stock first, then newest."""


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
        builder.add_text_field(name, stored=name == "title", tokenizer_name=tokenizer, index_option="freq")
    builder.add_text_field("surface", tokenizer_name="surface", index_option="basic")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic")
    for name in FACET_FIELDS.values():
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("shop_id", indexed=True)
    builder.add_integer_field("price", indexed=True, fast=True)
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


def to_tantivy(listing: IndexDocument) -> Document:
    """The engine's form of a listing."""
    document = Document()
    document.add_integer("id", listing.listing_id)
    title = text.short(listing.title)
    brand = _repeated(listing.brand)
    category = _repeated(" ".join(listing.category_path))
    variants = _repeated(listing.variants)
    document.add_text("title", title)
    if brand:
        document.add_text("brand", brand)
        document.add_text("f_brand", listing.brand)
    if category:
        document.add_text("category", category)
    if variants:
        document.add_text("variants", variants)
    # Each word once: repeating it shall not raise a shop's rank, and indexing costs a third less.
    document.add_text("description", " ".join(dict.fromkeys(listing.description.split())))
    document.add_text("surface", f"{title} {brand} {category} {variants}")
    for code in {text.code(raw) for raw in listing.codes}:
        if code:
            document.add_text("code", code)
    for value in category_values(listing.category):
        document.add_text("f_category", value)
    document.add_text("f_shop", f"{listing.shop_id}\t{listing.shop_name}")
    if listing.town:
        document.add_text("f_town", listing.town)
    if listing.availability:
        document.add_text("f_availability", listing.availability)
    if listing.condition:
        document.add_text("f_condition", listing.condition)
    for value in dict.fromkeys(listing.colours):
        document.add_text("f_colour", value)
    for value in dict.fromkeys(listing.sizes):
        document.add_text("f_size", value)
    document.add_integer("shop_id", listing.shop_id)
    if listing.price_minor is not None:
        document.add_integer("price", listing.price_minor)
    document.add_integer("first_seen", listing.first_seen)
    in_stock = listing.availability == "InStock"
    document.add_integer("rank", listing.first_seen + (IN_STOCK_RANK if in_stock else 0))
    return document
