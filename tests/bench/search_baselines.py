"""What the search is measured beside: tantivy without any layer of ours, and SQLite's full text search.

Both answer the same question: all words of the query (stemmed), the best 20 with the exact total, and the counts of the
same facets, each without its own filter. Neither corrects, widens, collapses or knows synonyms.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tantivy import (
    Document,
    FieldType,
    Filter,
    Index,
    Occur,
    Order,
    Query,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from aggregator.search.document import IndexDocument, category_values
from aggregator.search.port import PRICE_BANDS

TEXTS: Mapping[str, float] = {"title": 3.0, "brand": 2.0, "category": 1.5, "description": 1.0, "variants": 1.0}
FACETS = ("category", "brand", "shop", "town", "availability", "condition", "colour", "size")
TOP = 20


def french() -> TextAnalyzer:
    """Folded, then stemmed: what both need to find in French at all."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(40)).filter(Filter.lowercase())
    builder = builder.filter(Filter.ascii_fold()).filter(Filter.stopword("french"))
    return builder.filter(Filter.stemmer("french")).build()


class BareTantivy:
    """The engine alone, its queries written by hand."""

    def __init__(self, folder: Path, documents: Iterable[IndexDocument]) -> None:
        folder.mkdir()
        builder = SchemaBuilder().add_integer_field("id", indexed=True, fast=True)
        for name in TEXTS:
            builder.add_text_field(name, tokenizer_name="fr", index_option="freq")
        for name in FACETS:
            builder.add_text_field(f"f_{name}", fast=True, tokenizer_name="raw", index_option="basic")
        for name in ("shop_id", "price", "product"):
            builder.add_integer_field(name, indexed=True, fast=True)
        self._schema = builder.build()
        self._index = Index(self._schema, path=str(folder))
        self._index.register_tokenizer("fr", french())
        self._analyzer = french()
        writer = self._index.writer(64 << 20, 1)
        for document in documents:
            writer.add_document(self._document(document))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _document(self, listing: IndexDocument) -> Document:
        document = Document()
        document.add_integer("id", listing.listing_id)
        document.add_text("title", listing.title)
        document.add_text("brand", listing.brand)
        document.add_text("category", " ".join(listing.category_path))
        document.add_text("description", listing.description)
        document.add_text("variants", listing.variants)
        for name, values in facet_values(listing).items():
            for value in values:
                document.add_text(f"f_{name}", value)
        document.add_integer("shop_id", listing.shop_id)
        if listing.price_minor is not None:
            document.add_integer("price", listing.price_minor)
        if listing.product_id is not None:
            document.add_integer("product", listing.product_id)
        return document

    def top(self, text: str) -> list[int]:
        """Ids of the best."""
        return self._ids(self._query(text))

    def grouped(self, text: str) -> list[int]:
        """Ids of the best, one of each product: of the best 200, as many as fit."""
        found = self._searcher.search(self._query(text), limit=200)
        addresses = [address for _, address in found.hits]
        ids = self._searcher.fast_field_values("id", addresses)
        products = self._searcher.fast_field_values("product", addresses)
        kept: dict[object, int] = {}
        for number, product in zip(ids, products, strict=True):
            kept.setdefault(-int(number or 0) if product is None else product, int(number or 0))
        return list(kept.values())[:TOP]

    def faceted(self, text: str, wanted: Mapping[str, tuple[str, ...]]) -> tuple[list[int], int, dict[str, Any]]:
        """The best, the total, and the counts."""
        base = self._query(text)
        filters = {name: self._filter(name, values) for name, values in wanted.items()}
        every = _all([base, *filters.values()])
        found = self._searcher.search(every, limit=TOP)
        ids = self._searcher.fast_field_values("id", [address for _, address in found.hits])
        names = [*FACETS, "price"]
        raw = self._searcher.aggregate(every, {name: _aggregation(name) for name in names if name not in filters})
        for name in filters:
            others = _all([base, *(query for other, query in filters.items() if other != name)])
            raw |= self._searcher.aggregate(others, {name: _aggregation(name)})
        total = int(found.count)  # type: ignore[attr-defined]  # tantivy's stubs forget it
        return [int(number or 0) for number in ids], total, raw

    def near(self, text: str, shops: Iterable[int]) -> list[int]:
        """Ids of the cheapest in these shops."""
        inside = Query.term_set_query(self._schema, "shop_id", list(shops))
        found = self._searcher.search(
            _all([self._query(text), inside]), limit=TOP, order_by_field="price", order=Order.Asc
        )
        ids = self._searcher.fast_field_values("id", [address for _, address in found.hits])
        return [int(number or 0) for number in ids]

    def _ids(self, query: Query) -> list[int]:
        found = self._searcher.search(query, limit=TOP)
        ids = self._searcher.fast_field_values("id", [address for _, address in found.hits])
        return [int(number or 0) for number in ids]

    def _query(self, text: str) -> Query:
        words = self._analyzer.analyze(text)
        return _all([self._word(word) for word in words]) if words else Query.all_query()

    def _word(self, word: str) -> Query:
        return Query.boolean_query(
            [
                (Occur.Should, Query.boost_query(Query.term_query(self._schema, name, word, "freq"), boost))
                for name, boost in TEXTS.items()
            ]
        )

    def _filter(self, name: str, values: tuple[str, ...]) -> Query:
        if name == "price":  # bands side by side are one range: a union of ranges would cost fifty times more
            low, high = PRICE_BANDS[values[0]][0], PRICE_BANDS[values[-1]][1]
            return Query.range_query(self._schema, "price", FieldType.Integer, low, high, include_upper=high is None)
        return Query.boolean_query(
            [(Occur.Should, Query.term_query(self._schema, f"f_{name}", value, "basic")) for value in values]
        )


def facet_values(listing: IndexDocument) -> dict[str, tuple[str, ...]]:
    """A document's values of each facet but the price."""
    return {
        "category": tuple(category_values(listing.category)),
        "brand": (listing.brand,) if listing.brand else (),
        "shop": (f"{listing.shop_id}\t{listing.shop_name}",),
        "town": (listing.town,) if listing.town else (),
        "availability": (listing.availability,) if listing.availability else (),
        "condition": (listing.condition,) if listing.condition else (),
        "colour": listing.colours,
        "size": listing.sizes,
    }


def _all(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def _aggregation(name: str) -> dict[str, Any]:
    if name != "price":
        return {"terms": {"field": f"f_{name}", "size": 300, "segment_size": 1_000_000}}
    bands = [
        {"key": key, "from": low} | ({} if high is None else {"to": high}) for key, (low, high) in PRICE_BANDS.items()
    ]
    return {"range": {"field": "price", "ranges": bands}}


class SqliteFts:
    """FTS5 over texts that were stemmed beforehand; facets by one table of hits, grouped once for each facet.

    Of a listing with several colours or sizes it counts the first only, which spares it a table."""

    _SINGLE = ("category", "brand", "shop_id", "town", "availability", "condition", "colour", "size")

    def __init__(self, path: Path, documents: Iterable[IndexDocument]) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._analyzer = french()
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; PRAGMA mmap_size=4000000000;"
            f"CREATE VIRTUAL TABLE words USING fts5({', '.join(TEXTS)}, content='', tokenize='ascii');"
            f"CREATE TABLE listing (id INTEGER PRIMARY KEY, {', '.join(self._SINGLE)}, price INTEGER, product INTEGER);"
        )
        self._db.execute("BEGIN")
        portion: list[IndexDocument] = []
        for document in documents:
            portion.append(document)
            if len(portion) == 5_000:
                self._add(portion)
                portion.clear()
        self._add(portion)
        self._db.execute("COMMIT")
        self._db.execute("INSERT INTO words(words) VALUES('optimize')")

    def _add(self, documents: list[IndexDocument]) -> None:
        self._db.executemany(
            f"INSERT INTO words(rowid, {', '.join(TEXTS)}) VALUES (?, ?, ?, ?, ?, ?)",
            [(d.listing_id, *map(self._stemmed, self._texts(d))) for d in documents],
        )
        self._db.executemany(f"INSERT INTO listing VALUES ({', '.join('?' * 11)})", [self._row(d) for d in documents])

    def _texts(self, d: IndexDocument) -> tuple[str, ...]:
        return d.title, d.brand, " ".join(d.category_path), d.description, d.variants

    def _stemmed(self, text: str) -> str:
        return " ".join(self._analyzer.analyze(text))

    def _row(self, d: IndexDocument) -> tuple[object, ...]:
        colour, size = next(iter(d.colours), None), next(iter(d.sizes), None)
        availability = d.availability or None
        facets = (d.category or None, d.brand or None, d.shop_id, d.town, availability, d.condition, colour, size)
        return (d.listing_id, *facets, d.price_minor, d.product_id)

    def top(self, text: str) -> list[int]:
        rows = self._db.execute(
            f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, {self._weights}) LIMIT {TOP}",
            (self._match(text),),
        )
        return [row[0] for row in rows]

    def faceted(
        self, text: str, wanted: Mapping[str, tuple[str, ...]]
    ) -> tuple[list[int], int, dict[str, Counter[Any]]]:
        """The best, the total, and the counts."""
        self._db.execute("DROP TABLE IF EXISTS temp.hit")
        score = f"bm25(words, {self._weights})" if text else "0"
        columns = ", ".join(f"listing.{name}" for name in ("id", *self._SINGLE, "price"))
        found = "words JOIN listing ON listing.id = words.rowid WHERE words MATCH ?" if text else "listing"
        select = f"CREATE TEMP TABLE hit AS SELECT {columns}, {score} AS score FROM {found}"
        self._db.execute(select, (self._match(text),) if text else ())
        where = {name: self._where(name, values) for name, values in wanted.items()}
        every = " AND ".join(where.values()) or "1"
        ids = [row[0] for row in self._db.execute(f"SELECT id FROM hit WHERE {every} ORDER BY score LIMIT {TOP}")]
        total = self._db.execute(f"SELECT count(*) FROM hit WHERE {every}").fetchone()[0]
        counts: dict[str, Counter[Any]] = {}
        for name in self._SINGLE:
            others = " AND ".join(condition for other, condition in where.items() if other != name) or "1"
            rows = self._db.execute(f"SELECT {name}, count(*) FROM hit WHERE {others} GROUP BY 1")
            counts[name] = Counter({value: count for value, count in rows if value is not None})
        others = " AND ".join(condition for other, condition in where.items() if other != "price") or "1"
        bands = " ".join(
            f"WHEN price < {high} THEN '{key}'" if high else f"ELSE '{key}'" for key, (_, high) in PRICE_BANDS.items()
        )
        rows = self._db.execute(
            f"SELECT CASE {bands} END, count(*) FROM hit WHERE price IS NOT NULL AND {others} GROUP BY 1"
        )
        counts["price"] = Counter(dict(rows.fetchall()))
        return ids, total, counts

    def near(self, text: str, shops: Iterable[int]) -> list[int]:
        inside = ", ".join(map(str, shops))
        rows = self._db.execute(
            "SELECT id FROM words JOIN listing ON listing.id = words.rowid "
            f"WHERE words MATCH ? AND shop_id IN ({inside}) ORDER BY price IS NULL, price LIMIT {TOP}",
            (self._match(text),),
        )
        return [row[0] for row in rows]

    _weights = ", ".join(str(weight) for weight in TEXTS.values())

    def _match(self, text: str) -> str:
        return " ".join(f'"{word}"' for word in self._analyzer.analyze(text)) or '"zzz"'

    def _where(self, name: str, values: tuple[str, ...]) -> str:
        if name == "price":
            bands = [PRICE_BANDS[value] for value in values]
            return "(" + " OR ".join(f"(price >= {a}{f' AND price < {b}' if b else ''})" for a, b in bands) + ")"
        return f"{name} IN ({', '.join(repr(value) for value in values)})"
