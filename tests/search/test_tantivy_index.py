"""The tantivy adapter keeps the contract, and its folder can be read by other processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.search.port import SearchQuery
from aggregator.search.tantivy_index import TantivyIndex
from tests.contracts.french_search import FrenchSearchContract
from tests.contracts.search_index import listing


class TestTantivy(FrenchSearchContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[TantivyIndex]:
        index = TantivyIndex(tmp_path, create=True)
        yield index
        index.close()


def test_another_opening_of_the_folder_sees_each_commit_at_its_next_search(tmp_path: Path) -> None:
    writer = TantivyIndex(tmp_path, create=True)
    reader = TantivyIndex(tmp_path)
    for number in range(1, 4):
        writer.apply([listing(number, "Bol")], [])
        assert reader.search(SearchQuery("bol")).total == number
    writer.close()
    writer.apply([], [1])
    assert reader.count() == 2
    writer.close()


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="FileDoesNotExist"):
        TantivyIndex(tmp_path)


def test_a_renamed_shop_is_one_value(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, create=True)
    index.apply([listing(1, "Bol", shop_name="Avant"), listing(2, "Bol", shop_name="Après")], [])
    index.apply([listing(3, "Bol", shop_name="Après")], [])
    (shop,) = index.search(SearchQuery()).facets["shop"]
    assert (shop.value, shop.label, shop.count) == ("1", "Après", 3)
    index.close()
