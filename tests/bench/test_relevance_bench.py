"""`make bench-relevance` runs on generated offers and on a file of real ones, and its measure is the known one."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.bench import relevance
from tests.bench.figures import Bench


def test_the_whole_bench_at_a_small_size(tmp_path: Path) -> None:
    bench = Bench("relevance")
    relevance.measure(bench, list(relevance.generated(2_000)), tmp_path, real=False)

    figures = {figure.figure: figure.value for figure in bench.figures}
    assert figures["category intent, NDCG@10, clean"] > 0.4
    assert figures["known item, success@10, clean"] > 80
    assert all(figure.met is not False for figure in bench.figures)


def test_real_offers_are_read_from_csv_and_from_json_lines(tmp_path: Path) -> None:
    rows = [
        {"Title": "Chaise en bois", "description": "Une chaise; en hêtre", "brand": "", "category": "Meubles > Sièges"},
        {"Title": "", "description": "sans titre", "brand": "", "category": "Meubles"},
        {"Title": "Sans rayon", "description": "", "brand": "", "category": ""},
    ]
    with (tmp_path / "offers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "offers.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    for name in ("offers.csv", "offers.jsonl"):
        (item,) = relevance.read(tmp_path / name)
        assert (item.title, item.description, item.path) == (
            "Chaise en bois",
            "Une chaise; en hêtre",
            ("Meubles", "Sièges"),
        )


def test_ndcg_is_one_for_the_best_order_there_is_and_less_for_any_other() -> None:
    here, beside, other = ("A", "a"), ("A", "b"), ("B", "c")
    leaves: Counter[tuple[str, ...]] = Counter({here: 2, beside: 1, other: 5})
    sizes = leaves, Counter[tuple[str, ...]]({("A",): 3, ("B",): 5})

    assert relevance.ndcg([here, here, beside, other], here, *sizes) == pytest.approx(1)
    assert 0 < relevance.ndcg([other, here, beside, here], here, *sizes) < 1
    assert relevance.ndcg([], here, *sizes) == 0


@pytest.mark.parametrize(
    ("word", "other"),
    [("chaise", "chaises"), ("couteaux", "couteau"), ("bocal", "bocaux"), ("tapis", "tapis"), ("torchon", "torchons")],
)
def test_numbers_are_flipped(word: str, other: str) -> None:
    assert relevance.flipped(word) == other
