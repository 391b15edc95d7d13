"""The index that pages are tested with keeps the contract, as far as it is not about French."""

from __future__ import annotations

import pytest

from tests.contracts.search_index import SearchIndexContract
from tests.web.memory_index import MemoryIndex


class TestMemoryIndex(SearchIndexContract):
    @pytest.fixture
    def index(self) -> MemoryIndex:
        return MemoryIndex()
