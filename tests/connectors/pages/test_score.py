"""The goals of accuracy on real pages, scored by the tool that stands beside them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench import pages as bench


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if not bench.SCORER.exists():
        pytest.skip(f"no real pages at {bench.SHARED} (EMPLETTES_SHARED says where)")
    folder = tmp_path_factory.mktemp("score")
    rows = bench.index(folder)
    return bench.scored(folder, rows, bench.answers(folder, runs=1))["all"]


pytestmark = pytest.mark.captures

FIELDS = {
    "price recall": ("price", "recall", 0.94),
    "price precision": ("price", "precision", 0.97),
    "name recall": ("name", "recall", 0.94),
    "currency recall": ("currency", "recall", 0.97),
    "availability recall": ("availability", "recall", 0.90),
    "availability precision": ("availability", "precision", 0.98),
    "brand recall": ("brand", "recall", 0.72),
    "gtin precision": ("gtin", "precision", 1.0),
}


@pytest.mark.parametrize(("field", "measure", "least"), FIELDS.values(), ids=FIELDS)
def test_fields(figures: Any, field: str, measure: str, least: float) -> None:
    assert figures["fields"][field][measure] >= least


def test_no_price_is_given_where_there_is_none(figures: Any) -> None:
    assert figures["prices"]["invented"] == 0


def test_nothing_else_is_taken_for_a_product(figures: Any) -> None:
    assert figures["others_claimed_files"] == []
