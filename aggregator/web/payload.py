"""The JSON answer to a search: one shape for `/api/v1/search` and `emplettes search --json`. Imports no web library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aggregator.search.port import FACETS, SearchResults
from aggregator.store.portal import Card, result_json


def search_json(results: SearchResults, cards: Sequence[Card]) -> dict[str, Any]:
    """`cards` are those of `results.listing_ids`, in order, without the ones that are no longer public."""
    return {
        "total": results.total,
        "results": [result_json(card) for card in cards],
        "facets": {
            name: [{"value": value.value, "count": value.count} for value in results.facets[name]]
            for name in FACETS
            if name in results.facets
        },
    }
