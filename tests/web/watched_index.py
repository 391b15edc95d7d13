"""The index that is shipped, with a memory of what pages asked it."""

from __future__ import annotations

from aggregator.search.port import Explanation, SearchIndex, SearchQuery, SearchResults, Suggestions


class WatchedIndex:
    """Hands everything on. `asked` remembers queries."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self.asked: list[SearchQuery] = []

    def search(self, query: SearchQuery) -> SearchResults:
        self.asked.append(query)
        return self.index.search(query)

    def suggest(self, prefix: str, limit: int = 8) -> Suggestions:
        return self.index.suggest(prefix, limit)

    def explain(self, query: SearchQuery, listing_id: int) -> Explanation | None:
        return self.index.explain(query, listing_id)

    def warm(self) -> None:
        self.index.warm()

    def count(self) -> int:
        return self.index.count()
