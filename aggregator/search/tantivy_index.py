"""The embedded search index: one folder of tantivy segments, behind the search port.

Many processes may read a folder; exactly one may write, and `indexer` sees to that. A reader looks at the folder's
`meta.json` before each search (one stat, a microsecond), so a commit of another process shows at the next search.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from tantivy import Index, IndexWriter, Occur, Order, Query, Searcher, SearchResult

from aggregator.search import tantivy_query as queries
from aggregator.search import text
from aggregator.search.document import IndexDocument
from aggregator.search.port import (
    DEEPEST,
    FACETS,
    PRICE_BANDS,
    WIDEN_BELOW,
    Explanation,
    FacetValue,
    Hit,
    SearchQuery,
    SearchResults,
    Sort,
    Suggestions,
)
from aggregator.search.speller import FreshSpeller
from aggregator.search.tantivy_schema import VERSION, register, schema, to_tantivy

SCHEMA_VERSION = VERSION
_SORTS: Mapping[Sort, tuple[str, Order]] = {
    Sort.PRICE_ASC: ("price", Order.Asc),
    Sort.PRICE_DESC: ("price", Order.Desc),
    Sort.NEWEST: ("first_seen", Order.Desc),
}
_BROWSE = ("rank", Order.Desc)
_TITLES_READ = 5
"""Titles looked at for the accents of a word."""


class TantivyIndex:
    """One generation. Reading is safe from several threads; writing is for one thread of one process."""

    def __init__(self, folder: Path, *, heap_mb: int = 16, create: bool = False) -> None:
        """Open the folder; `create` makes an empty index in an existing folder without one. Raises ValueError where
        there is none, or none that can be read. `heap_mb` is the writer's; nothing of it is taken before `apply`."""
        self._folder = folder
        self._heap = heap_mb << 20
        self._schema = schema()
        self._index = Index(self._schema, path=str(folder), reuse=True) if create else Index.open(str(folder))
        self._index.config_reader("manual")
        register(self._index)
        self._writer: IndexWriter | None = None
        self._lock = threading.Lock()
        self._seen: object = None
        self._searcher: Searcher = self._index.searcher()
        self._speller = FreshSpeller()

    # --- reading

    def search(self, query: SearchQuery) -> SearchResults:
        """See the port. Costs 1 to 30 ms on a million documents, by the number of hits."""
        searcher = self._fresh()
        cleaned = text.clean(query.text)
        filters = queries.filter_queries(query.filters, self._schema)
        plan = self._plan(cleaned, searcher)
        base = plan.strict
        if plan.loose is not None and (strict := _count(searcher, plan.strict)) < WIDEN_BELOW:
            base = plan.loose if _count(searcher, plan.loose) > strict else plan.strict
        widened = base is not plan.strict
        order = _SORTS.get(query.sort) or (None if cleaned else _BROWSE)
        head: list[int] = []
        rest = base
        if widened:
            head, _ = self._page(searcher, queries.filtered(plan.strict, filters), order, 0, WIDEN_BELOW)
            rest = Query.boolean_query([(Occur.Must, base), (Occur.MustNot, plan.strict)])
        ids, total = self._window(searcher, query, order, head, queries.filtered(rest, filters))
        corrections = {typed: self._shown(searcher, word) for typed, word in plan.corrected_words.items()}
        return SearchResults(
            total=total,
            hits=tuple(Hit(listing_id) for listing_id in ids),
            facets=self._facets(searcher, base, filters, query.filters) if query.facets else {},
            corrected=queries.spelled(cleaned, corrections) if corrections else None,
            widened=widened,
            last_page=max(1, -(-min(total, DEEPEST) // max(query.per_page, 1))),
        )

    def explain(self, query: SearchQuery, listing_id: int) -> Explanation | None:
        return None

    def suggest(self, prefix: str, limit: int = 8) -> Suggestions:
        """See the port. The words before the last one restrict what may follow."""
        searcher = self._fresh()
        cleaned = text.clean(prefix)
        words = queries.surface_words(cleaned)
        if not words or not prefix[-1:].isalnum() or limit < 1:
            return Suggestions()
        before = cleaned[: len(cleaned) - len(text.last_word(cleaned))]
        condition = None
        if before.strip():
            pieces = queries.pieces_of(before.strip(), searcher)
            condition = queries.plan(pieces, before.strip(), self._schema).strict if pieces else None
        found = searcher.terms_with_prefix("surface", words[-1], condition, limit=limit + 2 * len(words) + 8)
        useful = [word for word, _ in found if word not in text.STOP_WORDS and word not in words[:-1]]
        return Suggestions(tuple(before + self._shown(searcher, word) for word in useful[:limit]))

    def count(self) -> int:
        """See the port."""
        return int(self._fresh().num_docs)

    def _fresh(self) -> Searcher:
        """The searcher of the newest commit."""
        try:
            stat = (self._folder / "meta.json").stat()
        except FileNotFoundError:  # another generation serves and this one was deleted: its last state still reads
            return self._searcher
        seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if seen != self._seen:
            with self._lock:
                if seen != self._seen:
                    self._index.reload()
                    self._searcher = self._index.searcher()
                    self._seen = seen
        return self._searcher

    def _plan(self, cleaned: str, searcher: Searcher) -> queries.Plan:
        if not cleaned:
            return queries.Plan(Query.all_query())
        pieces = queries.pieces_of(cleaned, searcher)
        if doubted := queries.doubtful(pieces, searcher):
            speller = self._speller.get(self._seen, lambda: searcher.terms_with_prefix("surface", ""))
            queries.correct(doubted, searcher, speller)
        return queries.plan(pieces, cleaned, self._schema)

    def _window(
        self, searcher: Searcher, query: SearchQuery, order: tuple[str, Order] | None, head: list[int], rest: Query
    ) -> tuple[list[int], int]:
        """The ids of one page, of `head` and then of what `rest` finds; and how many there are of both."""
        per_page = min(max(query.per_page, 1), DEEPEST)
        start = (max(query.page, 1) - 1) * per_page
        if start + per_page > DEEPEST:
            return [], len(head) + _count(searcher, rest)
        ids = head[start : start + per_page]
        if len(ids) == per_page:
            return ids, len(head) + _count(searcher, rest)
        more, count = self._page(searcher, rest, order, max(0, start - len(head)), per_page - len(ids))
        return ids + more, len(head) + count

    def _page(
        self, searcher: Searcher, query: Query, order: tuple[str, Order] | None, offset: int, limit: int
    ) -> tuple[list[int], int]:
        """Ids of the hits from `offset` on, and the number of all hits, in one pass."""
        if order is None:
            found = searcher.search(queries.with_stock_bonus(query, self._schema), limit=limit, offset=offset)
        else:
            found = searcher.search(query, limit=limit, offset=offset, order_by_field=order[0], order=order[1])
        ids = searcher.fast_field_values("id", [address for _, address in found.hits])
        return [int(value or 0) for value in ids], _hits(found)

    def _facets(
        self, searcher: Searcher, base: Query, filters: Mapping[str, Query], chosen: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Counts of all facets: one pass for those without a filter, one more for each with its own."""
        free = {name: queries.aggregation(name) for name in FACETS if name not in filters}
        raw = searcher.aggregate(queries.filtered(base, filters), free) if free else {}
        for name in filters:
            own = queries.filtered(base, filters, without=name)
            raw |= searcher.aggregate(own, {name: queries.aggregation(name)})
        facets = {}
        for name in FACETS:
            found = _values(name, raw[name]["buckets"], chosen.get(name, ()))
            missing = [value for value in chosen.get(name, ()) if value not in {known.value for known in found}]
            for value in missing[: queries.MAX_FILTER_VALUES] if name != "price" else ():
                one = queries.filter_queries({name: (value,)}, self._schema)
                others = {**{key: query for key, query in filters.items() if key != name}, **one}
                count = _count(searcher, queries.filtered(base, others))
                found.append(FacetValue(value, value, count))
            facets[name] = tuple(found)
        return facets

    def _shown(self, searcher: Searcher, word: str) -> str:
        """A folded word as titles write it: "cafetiere" is shown as "cafetière"."""
        hits = searcher.search(Query.term_query(self._schema, "surface", word, "basic"), _TITLES_READ, count=False).hits
        for _, address in hits:
            for written in text.words(str(searcher.doc(address).get_first("title") or "")):
                if not written.isascii() and queries.surface_words(written) == [word]:
                    return written.lower()
        return word

    # --- writing

    def apply(self, upserts: Iterable[IndexDocument], deletes: Iterable[int]) -> None:
        """See the port. The writer stays open, with its memory, until `close`."""
        if self._writer is None:
            _return_large_blocks()
            self._writer = self._index.writer(self._heap, 1)
            self._writer.garbage_collect_files()  # a writer that was killed leaves files whose names the next one takes
        writer = self._writer
        try:
            for listing in upserts:
                writer.delete_documents_by_term("id", listing.listing_id)
                writer.add_document(to_tantivy(listing))
            for listing_id in deletes:
                writer.delete_documents_by_term("id", listing_id)
            writer.commit()
        except BaseException:
            self._writer = None  # dropped without a commit: nothing of this call is left,
            del writer  # and its lock is free though a traceback may keep this frame
            raise

    def close(self) -> None:
        """Let merges that are under way end, and give the writer's memory and lock back. Reading stays possible."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()


@cache
def _return_large_blocks() -> None:
    """Let glibc map and unmap large blocks, as it does until the first one is freed, and not keep them.

    The writer's buffers come and go with each commit, on several threads: kept, they add 12 MB to a process that
    indexes 30,000 listings (49 instead of 37 measured). Elsewhere than on glibc, nothing is done."""
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for parameter in (-3, -1):  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD (malloc.h)
            mallopt(parameter, 128 << 10)


def _count(searcher: Searcher, query: Query) -> int:
    return _hits(searcher.search(query, limit=1))


def _hits(found: SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # tantivy's stubs forget it


def _values(name: str, buckets: list[dict[str, object]], chosen: tuple[str, ...]) -> list[FacetValue]:
    counts = {str(bucket["key"]): int(str(bucket["doc_count"])) for bucket in buckets}
    if name == "price":
        return [FacetValue(key, key, counts.get(key, 0)) for key in PRICE_BANDS if counts.get(key) or key in chosen]
    if name == "shop":
        return _shops(counts)
    found = [FacetValue(value, value, count) for value, count in counts.items()]
    return sorted(found, key=lambda value: (-value.count, value.value))


def _shops(counts: Mapping[str, int]) -> list[FacetValue]:
    """Keys are "id<tab>name"; a shop that was renamed has two until its listings are indexed again."""
    shops: dict[str, FacetValue] = {}
    for key, count in counts.items():
        value, _, name = key.partition("\t")
        known = shops.get(value)
        shops[value] = FacetValue(value, known.label if known else name, count + (known.count if known else 0))
    return sorted(shops.values(), key=lambda value: (-value.count, value.label, value.value))
