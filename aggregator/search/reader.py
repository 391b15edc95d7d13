"""The index as those see it who only search: always the generation that serves, and its newest commit."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import IO

from aggregator.search.generations import Generations, IndexOutdated, hold
from aggregator.search.indexer import open_generation
from aggregator.search.port import FACETS, Explanation, SearchIndex, SearchQuery, SearchResults, Suggestions
from aggregator.search.synonyms import FreshSynonyms
from aggregator.search.tantivy_index import TantivyIndex
from aggregator.search.tantivy_words import stems_of
from aggregator.settings import Settings


@dataclass(slots=True)
class _Open:
    """A generation in use. Its lock is let go when the last search that uses it has ended and it is collected."""

    stamp: object
    index: TantivyIndex | None
    held: IO[bytes] | None


class FollowingReader:
    """A search index that follows swaps of generations; empty while there is none. Safe from several threads.

    Every method raises IndexOutdated, with a sentence for the operator, where only a rebuild can help."""

    def __init__(self, settings: Settings) -> None:
        self._generations = Generations(settings.index_folder)
        self._synonyms = FreshSynonyms(settings.synonyms_file, stems_of)
        self._lock = threading.Lock()
        self._open: _Open | None = None

    def search(self, query: SearchQuery) -> SearchResults:
        index = self._current()
        return index.search(query) if index else SearchResults(0, (), dict.fromkeys(FACETS, ()))

    def suggest(self, prefix: str, limit: int = 8) -> Suggestions:
        index = self._current()
        return index.suggest(prefix, limit) if index else Suggestions()

    def explain(self, query: SearchQuery, listing_id: int) -> Explanation | None:
        index = self._current()
        return index.explain(query, listing_id) if index else None

    def warm(self) -> None:
        index = self._current()
        if index:
            index.warm()

    def count(self) -> int:
        index = self._current()
        return index.count() if index else 0

    def _current(self) -> TantivyIndex | None:
        opened = self._open
        if opened is None or opened.stamp != self._generations.pointer_stamp():
            with self._lock:
                opened = self._open
                if opened is None or opened.stamp != self._generations.pointer_stamp():
                    opened = self._open = self._reopen()
        return opened.index

    def _reopen(self) -> _Open:
        """Open what serves now. Between reading its name and holding it, it may be replaced: then look again."""
        for _ in range(10):
            stamp = self._generations.pointer_stamp()
            generation = self._generations.current()
            if generation is None:
                return _Open(stamp, None, None)
            try:
                held = hold(generation)
            except OSError:
                continue
            if stamp == self._generations.pointer_stamp():
                before = self._open.index if self._open else None
                index = open_generation(self._generations, generation, synonyms=self._synonyms, after=before)
                return _Open(stamp, index, held)
            held.close()
        raise IndexOutdated


def open_reader(settings: Settings) -> SearchIndex:
    """The index to search in, for the web and the command line. Opens nothing yet."""
    return FollowingReader(settings)
