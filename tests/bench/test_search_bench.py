"""`make bench-search` runs, small: every figure is there, what it proves holds, and what it compares agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.search.port import SearchQuery
from aggregator.search.tantivy_index import TantivyIndex
from tests.bench import search, search_http, shelf
from tests.bench.figures import Bench
from tests.bench.offers import Catalogue
from tests.bench.search_baselines import BareTantivy, SqliteFts
from tests.bench.search_child import FILTERS
from tests.bench.search_queries import MIX, mixed

SIZE = 2_000


def test_queries_are_seeded_and_in_the_given_proportions() -> None:
    typed = mixed(Catalogue(SIZE))

    assert typed == mixed(Catalogue(SIZE))
    assert {kind: sum(query.kind == kind for query in typed) for kind, _ in MIX} == dict(MIX)
    assert all(query.text != query.meant for query in typed if query.kind != "clean")


def test_both_baselines_count_what_the_index_counts(tmp_path: Path) -> None:
    """For queries of one word that is found as it is typed; the index knows more for others."""
    catalogue = Catalogue(SIZE)
    (tmp_path / "ours").mkdir()
    index = TantivyIndex(tmp_path / "ours", create=True)
    index.apply(shelf.documents(catalogue), ())
    index.close()
    bare = BareTantivy(tmp_path / "bare", shelf.documents(catalogue))
    fts = SqliteFts(tmp_path / "fts.db", shelf.documents(catalogue))
    for wanted in ({}, FILTERS):
        ours = index.search(SearchQuery("", wanted, verbatim=True))
        _, total, _ = bare.faceted("", wanted)
        assert (total, fts.faceted("", wanted)[1]) == (ours.total, ours.total)
    agreed = 0
    for text in ("chaise", "couteau", "lampe", "robe", "tapis"):
        _, total, raw = bare.faceted(text, FILTERS)
        ids, found, counts = fts.faceted(text, FILTERS)
        assert (found, len(ids)) == (total, min(total, 20))
        assert dict(counts["town"]) == {one["key"]: one["doc_count"] for one in raw["town"]["buckets"]}
        agreed += total == index.search(SearchQuery(text, FILTERS, verbatim=True)).total
    assert agreed >= 3


@pytest.mark.usefixtures("small")
def test_the_whole_bench_at_a_small_size(tmp_path: Path) -> None:
    bench = Bench("search")
    search.measure(bench, search.Sizes(SIZE), Catalogue(SIZE), tmp_path)

    figures = {figure.figure: figure.value for figure in bench.figures}
    assert figures["kill -9 while writing: commits lost or halved"] == 0
    assert figures["index beside its JSON"] < 5
    for name in ("facets p99: FTS5 over ours", "results page, p99", "API, p99", "completion, p50"):
        assert figures[name] > 0
    assert all(figure.met is not False for figure in bench.figures)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in (
        (search, "PASSES", 1),
        (search, "KILLS", 1),
        (search, "BURST", 0.2),
        (search_http, "SECONDS", 0.2),
    ):
        monkeypatch.setattr(module, name, value)
