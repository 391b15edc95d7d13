"""`make bench-pages`: how well product pages are read, and what that costs, on the real pages in `EMPLETTES_SHARED`.

The reader answers in a process of its own (`python -m spiders extract`), the answers are scored with the tool that
stands beside the pages. Rules were tuned on one half of them, by their names' hash; both halves are shown.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from math import ceil
from pathlib import Path
from statistics import fmean, median
from typing import Any

from tests.bench.figures import Bench

SHARED = Path(os.environ.get("EMPLETTES_SHARED", "../shared"))
PAGES, SCORER = SHARED / "pages", SHARED / "tools" / "score_pages.py"
Row = dict[str, str]


def is_tuned_on(file: str) -> bool:
    """Whether a page belongs to the half that rules may be tuned on."""
    return int(hashlib.sha1(file.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def index(folder: Path) -> list[Row]:
    """The truth's rows; the reader gets an index without the truth, in `folder`."""
    with (PAGES / "truth.csv").open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["file"].endswith((".html", ".html.gz"))]
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ["file", "url"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return rows


def answers(folder: Path, runs: int = 3) -> dict[str, dict[str, Any]]:
    """What the reader says of every page; its CPU time is the best of the runs, page by page."""
    best: dict[str, dict[str, Any]] = {}
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-m", "spiders.extract", "--pages", str(PAGES), "--index", str(folder / "index.csv")],
            capture_output=True,
            text=True,
            check=True,
        )
        for line in map(json.loads, done.stdout.splitlines()):
            known = best.setdefault(line["file"], line)
            for measure in ("seconds", "parsing"):
                known[measure] = min(known[measure], line[measure])
    return best


def scored(folder: Path, chosen: list[Row], found: dict[str, dict[str, Any]]) -> Any:
    """The tool's figures for some of the pages."""
    truth, lines = folder / "truth.csv", folder / "answers.jsonl"
    with truth.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(chosen[0]))
        writer.writeheader()
        writer.writerows(chosen)
    kept = [found[row["file"]] for row in chosen if row["file"] in found]
    lines.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(SCORER), str(truth), str(lines), "--json"], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def accuracy(bench: Bench, figures: Any) -> None:
    """The goals of issue 4, on all pages."""
    fields, prices = figures["all"]["fields"], figures["all"]["prices"]
    for field, measure, goal in (
        ("name", "recall", 94),
        ("price", "recall", 94),
        ("currency", "recall", 97),
        ("availability", "recall", 90),
        ("availability", "precision", 98),
        ("brand", "recall", 72),
        ("gtin", "precision", 100),
    ):
        bench.add(f"{field}: {measure}", 100 * (fields[field][measure] or 0), "%", goal, at_least=True)
    bench.add("prices: wrong among the answered", 100 * (1 - (fields["price"]["precision"] or 0)), "%", 3)
    bench.add("prices given to pages that have none", prices["invented"], "pages", 0)
    bench.add("others taken for products", figures["all"]["others_claimed"], "pages", 0)
    bench.add(f"products claimed of {figures['all']['products']}", figures["all"]["products_claimed"], "pages")


def by_group(bench: Bench, figures: Any, groups: str, wanted: tuple[str, ...] = ()) -> None:
    for name, group in figures[groups].items():
        price = group["fields"]["price"]
        if price["truths"] and (not wanted or name in wanted):
            bench.add(f"{name}: price F1 of {price['truths']}", 100 * (price["f1"] or 0), "%")


def cost(bench: Bench, found: list[dict[str, Any]]) -> None:
    """CPU time a page, from its bytes to the answer; decoding and parsing alone tell how busy the machine is."""
    bench.add("CPU, decoding and parsing: mean", fmean(1000 * line["parsing"] for line in found), "ms")
    products = [line for line in found if line["is_product"]]
    for label, lines, goals in (
        ("structured suffices", [line for line in products if not line["looked"]], (4.0, None, None)),
        ("visible fallback", [line for line in products if line["looked"]], (10.0, None, 30.0)),
        ("all pages", found, (None, None, None)),
    ):
        times = sorted(1000 * line["seconds"] for line in lines)
        if not times:
            continue
        bench.add(f"CPU, {label} ({len(times)} pages): mean", fmean(times), "ms", goals[0])
        bench.add(f"CPU, {label}: median", median(times), "ms", goals[1])
        bench.add(f"CPU, {label}: p95", times[max(0, ceil(0.95 * len(times)) - 1)], "ms", goals[2])


def main() -> None:
    if not SCORER.exists():
        raise SystemExit(f"no pages at {SHARED} (EMPLETTES_SHARED says where)")
    bench = Bench("pages")
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as name:
        folder = Path(name)
        rows = index(folder)
        found = answers(folder)
        whole = scored(folder, rows, found)
        accuracy(bench, whole)
        for label, tuned in (("tuned on", True), ("check", False)):
            half = scored(folder, [row for row in rows if is_tuned_on(row["file"]) is tuned], found)["all"]
            for field in ("price", "availability", "name", "brand"):
                bench.add(f"half {label}: {field} F1", 100 * (half["fields"][field]["f1"] or 0), "%")
        by_group(bench, whole, "by_set")
        by_group(bench, whole, "by_platform", ("woocommerce", "prestashop", "shopify"))
        cost(bench, list(found.values()))
    bench.finish()


if __name__ == "__main__":
    main()
