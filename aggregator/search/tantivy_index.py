"""The embedded search index: one folder of tantivy segments, behind the search port.

Many processes may read a folder; exactly one may write, and `indexer` sees to that. A reader looks at the folder's
`meta.json` before each search (one stat, a microsecond), so a commit of another process shows at the next search.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from string import ascii_lowercase

from tantivy import Index, IndexWriter, Occur, Query, Searcher

from aggregator.search import tantivy_explain, tantivy_facets, tantivy_hits, tantivy_suggest, text
from aggregator.search import tantivy_query as queries
from aggregator.search import tantivy_words as words
from aggregator.search.document import IndexDocument
from aggregator.search.kept import Kept, Recent
from aggregator.search.ordering import BLOCK
from aggregator.search.port import (
    DEEPEST,
    WIDEN_BELOW,
    Explanation,
    FacetValue,
    Hit,
    SearchQuery,
    SearchResults,
    Sort,
    Suggestions,
)
from aggregator.search.speller import FreshSpeller, Speller
from aggregator.search.synonyms import FreshSynonyms
from aggregator.search.tantivy_hits import LISTED, Hits
from aggregator.search.tantivy_schema import VERSION, register, schema, to_tantivy

SCHEMA_VERSION = VERSION


@dataclass(slots=True)
class _Answer:
    """A query understood, and what was found: `base` is what all of it was found by."""

    plan: queries.Plan
    filters: dict[str, Query]
    base: Query
    hits: Hits
    widened: bool = False
    turns: bool = False
    """Whether shops take turns in this order."""


class TantivyIndex:
    """One generation. Reading is safe from several threads; writing is for one thread of one process."""

    def __init__(
        self,
        folder: Path,
        *,
        heap_mb: int = 16,
        create: bool = False,
        synonyms: FreshSynonyms | None = None,
        after: TantivyIndex | None = None,
        recent: int = 64,
    ) -> None:
        """Open the folder; `create` makes an empty index in an existing folder without one. Raises ValueError where
        there is none, or none that can be read. `heap_mb` is the writer's; nothing of it is taken before `apply`.
        Without `synonyms`, those that are shipped. `after`: the generation that served until now, whose vocabulary,
        nearly the same, serves on while the new one's is made. `recent`: of so many searches the counts of facets are
        kept until the next commit, some 50 KB each."""
        self._meta = str(folder / "meta.json")
        self._heap = heap_mb << 20
        self._schema = schema()
        self._index = Index(self._schema, path=str(folder), reuse=True) if create else Index.open(str(folder))
        self._index.config_reader("manual")
        register(self._index)
        self._writer: IndexWriter | None = None
        self._highest: int | None = 0 if create and not self._index.searcher().num_docs else None
        """The highest id in an index that this object has filled from nothing; None: any id may be in it."""
        self._lock = threading.Lock()
        self._seen: object = None
        self._searcher: Searcher = self._index.searcher()
        self._speller: FreshSpeller = after._speller if after else FreshSpeller()
        self._labels: Kept[tantivy_facets.Labels] = after._labels if after else Kept({})
        self._names: tantivy_suggest.FreshNames = after._names if after else tantivy_suggest.FreshNames()
        self._recent: Recent[dict[str, tuple[FacetValue, ...]]] = Recent(recent)
        self._synonyms = synonyms or FreshSynonyms(None, words.stems_of)

    # --- reading

    def search(self, query: SearchQuery) -> SearchResults:
        """See the port. Costs 1 to 30 ms on a million documents, by the number of hits."""
        searcher = self._fresh()
        cleaned = text.clean(query.text)
        per_page = min(max(query.per_page, 1), DEEPEST)
        start = (max(query.page, 1) - 1) * per_page
        needed = -(-(start + per_page) // BLOCK) * BLOCK
        few = needed <= LISTED and query.sort is not Sort.DISTANCE  # a shop's own order could differ by what was read
        found = self._answer(query, cleaned, searcher, LISTED if few else DEEPEST)
        results = tantivy_hits.collapse(found.hits, searcher, wanted=query.collapse)
        if len(results.positions) <= needed and not found.hits.complete:  # many listings of few products
            found = self._answer(query, cleaned, searcher, DEEPEST)
            results = tantivy_hits.collapse(found.hits, searcher, wanted=query.collapse)
        if found.turns:
            near = query.near
            shown = tantivy_hits.in_turn(results, start, start + per_page, searcher, browsing=not cleaned, near=near)
            shown = tantivy_hits.in_stock_where_can_be(results, shown, searcher) if query.collapse else shown
        else:
            shown = results.positions[start : start + per_page]
        ids = tantivy_hits.numbers(searcher, "id", [found.hits.addresses[at] for at in shown])
        groups = [results.groups[at] for at in shown]
        facets = self._facets(found, query, cleaned, searcher) if query.facets else {}
        return SearchResults(
            total=found.hits.total,
            hits=tuple(Hit(one, group if group >= 0 else None) for one, group in zip(ids, groups, strict=True)),
            facets=facets,
            corrected=self._corrected(cleaned, found.plan, searcher),
            widened=found.widened,
            last_page=max(1, -(-results.most // per_page)),
            last_page_exact=found.hits.complete,
        )

    def _facets(
        self, found: _Answer, query: SearchQuery, cleaned: str, searcher: Searcher
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Counted once for all pages and orders of one search, as long as nothing is committed."""

        def count() -> dict[str, tuple[FacetValue, ...]]:
            known = self._known_labels(searcher)
            return tantivy_facets.facets(
                searcher, self._schema, known, found.base, found.filters, query.filters, query.prices
            )

        if queries.NEAR in found.filters:  # as many as there are places
            return count()
        understood = found.widened, found.hits.total, tuple(found.plan.corrected_words.items())
        asked = cleaned, query.verbatim, query.prices, tuple(sorted(query.filters.items()))
        return self._recent.get((searcher, self._synonyms.get()), (asked, understood), count)

    def explain(self, query: SearchQuery, listing_id: int) -> Explanation | None:
        """See the port."""
        searcher = self._fresh()
        cleaned = text.clean(query.text)
        found = self._answer(query, cleaned, searcher, DEEPEST)
        wanted = queries.filtered(found.base, found.filters)
        first = tantivy_hits.numbers(searcher, "id", found.hits.addresses[: tantivy_hits.WEIGHED])
        told = tantivy_explain.explain(
            searcher, self._schema, found.plan, wanted, listing_id, query.near, self._synonyms.get(),
            weighed=found.turns and listing_id in first,
        )  # fmt: skip
        if told is None or not found.turns:
            return told
        results = tantivy_hits.collapse(found.hits, searcher, wanted=query.collapse)
        turn = tantivy_explain.turn(results, listing_id, searcher, browsing=not cleaned, near=query.near)
        return replace(told, turn=turn)

    def suggest(self, prefix: str, limit: int = 8) -> Suggestions:
        """See the port. The words before the last one restrict what may follow."""
        searcher = self._fresh()
        names = self._known_names(searcher)
        spell = self._spell(searcher)
        return tantivy_suggest.Suggester(searcher, self._schema, spell, names, self._synonyms.get()).suggest(
            prefix, limit
        )

    def count(self) -> int:
        """See the port."""
        return int(self._fresh().num_docs)

    def _fresh(self) -> Searcher:
        """The searcher of the newest commit."""
        try:
            stat = os.stat(self._meta)
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

    def warm(self) -> None:
        """See the port."""
        searcher = self._fresh()
        self._known_labels(searcher)
        self._known_names(searcher)
        self._spell(searcher)

    def _known_labels(self, searcher: Searcher) -> tantivy_facets.Labels:
        return self._labels.get(self._seen, lambda: tantivy_facets.labels(searcher))

    def _known_names(self, searcher: Searcher) -> tantivy_suggest.Names:
        return self._names.get(self._seen, lambda: tantivy_suggest.Names.read(searcher))

    def _spell(self, searcher: Searcher) -> Speller:
        return self._speller.of(self._seen, lambda: _plain_words(searcher))

    def _answer(self, query: SearchQuery, cleaned: str, searcher: Searcher, limit: int) -> _Answer:
        """Understand the query and find its first `limit` hits, in the engine's order and that of distance."""
        filters = queries.filter_queries(query.filters, query.near, self._schema, query.prices)
        plan = self._plan(cleaned, searcher, query)
        strict = self._hits(searcher, queries.filtered(plan.strict, filters), query, cleaned, limit)
        if strict.total == 0 and not query.verbatim and len(plan.parts) > 1:
            plan, strict = self._doubted(plan, strict, cleaned, searcher, filters, query, limit)
        found = _Answer(plan, filters, plan.strict, strict)
        if strict.total < WIDEN_BELOW:
            for loose in queries.looser(plan, searcher, self._schema):
                self._widen(found, loose, query, cleaned, searcher, limit)
                if found.hits.total:
                    break
        relevance = query.sort is Sort.RELEVANCE or (query.sort is Sort.DISTANCE and query.near is None)
        found.turns = relevance
        if relevance and cleaned and query.near is not None:
            tantivy_hits.move_by_distance(found.hits, searcher, query.near)
        return found

    def _plan(self, cleaned: str, searcher: Searcher, query: SearchQuery) -> queries.Plan:
        if not cleaned:
            return queries.Plan(Query.all_query())
        speller = None if query.verbatim else lambda: self._spell(searcher)
        parts = words.understand(cleaned, searcher, self._schema, self._synonyms.get(), speller)
        return queries.plan(parts, cleaned, searcher, self._schema)

    def _hits(self, searcher: Searcher, query: Query, asked: SearchQuery, cleaned: str, limit: int) -> Hits:
        order = tantivy_hits.SORTS.get(asked.sort) or (None if cleaned else tantivy_hits.BROWSE)
        if asked.sort is Sort.DISTANCE and asked.near is not None:
            return tantivy_hits.nearest(searcher, self._schema, query, order, asked.near, limit)
        return tantivy_hits.fetch(searcher, query, order, limit)

    def _doubted(
        self, plan: queries.Plan, strict: Hits, cleaned: str, searcher: Searcher, filters: dict[str, Query],
        query: SearchQuery, limit: int,
    ) -> tuple[queries.Plan, Hits]:  # fmt: skip
        """Where no listing has all words, filters aside: the plan with its rarest word corrected, if that helps."""
        if filters and tantivy_facets.count(searcher, plan.strict):
            return plan, strict
        if not words.reconsider(plan.parts, searcher, self._schema, self._spell(searcher)):
            return plan, strict
        plan = queries.plan(plan.parts, cleaned, searcher, self._schema)
        return plan, self._hits(searcher, queries.filtered(plan.strict, filters), query, cleaned, limit)

    def _widen(
        self, found: _Answer, loose: Query, query: SearchQuery, cleaned: str, searcher: Searcher, limit: int
    ) -> None:
        """Put those with any of the words behind those with all, if those with all are few whatever the filters."""
        strict = found.plan.strict
        if found.filters and tantivy_facets.count(searcher, strict) >= WIDEN_BELOW:
            return
        rest = Query.boolean_query([(Occur.Must, loose), (Occur.MustNot, strict)])
        others = self._hits(searcher, queries.filtered(rest, found.filters), query, cleaned, limit)
        if others.total or (found.filters and tantivy_facets.count(searcher, rest)):
            found.widened = True
            found.base = Query.boolean_query([(Occur.Should, loose), (Occur.Should, strict)])
            found.hits.extend(others, 1)

    def _corrected(self, cleaned: str, plan: queries.Plan, searcher: Searcher) -> str | None:
        corrections = {
            typed: tantivy_suggest.shown(searcher, self._schema, word) for typed, word in plan.corrected_words.items()
        }
        return words.spelled(cleaned, corrections) if corrections else None

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
                if self._highest is None or listing.listing_id <= self._highest:
                    writer.delete_documents_by_term("id", listing.listing_id)
                else:  # nothing to replace: a rebuild goes up through the ids, and spares a seventh of its time
                    self._highest = listing.listing_id
                writer.add_document(to_tantivy(listing))
            for listing_id in deletes:
                writer.delete_documents_by_term("id", listing_id)
            writer.commit()
        except BaseException:
            self._highest = None
            self._writer = None  # dropped without a commit: nothing of this call is left,
            del writer  # and its lock is free though a traceback may keep this frame
            raise

    def close(self) -> None:
        """Let merges that are under way end, and give the writer's memory and lock back. Reading stays possible."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()


def _plain_words(searcher: Searcher) -> Iterator[tuple[str, int]]:
    """The words that the speller may give, letter by letter: 300,000 at once would hold up every other search."""
    for letter in ascii_lowercase:
        yield from searcher.terms_with_prefix("surface", letter)


@cache
def _return_large_blocks() -> None:
    """Let glibc map and unmap large blocks, as it does until the first one is freed, and not keep them.

    The writer's buffers come and go with each commit, on several threads: kept, they add 12 MB to a process that
    indexes 30,000 listings (49 instead of 37 measured). Elsewhere than on glibc, nothing is done."""
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for parameter in (-3, -1):  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD (malloc.h)
            mallopt(parameter, 128 << 10)
