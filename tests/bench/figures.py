"""Figures beside their goals: a table for people, `build/bench/NAME.json` for machines, exit 1 where one is missed."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

BUILD = Path("build/bench")


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is the most (or, with `at_least`, the least) that is allowed; None: told only."""

    figure: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass(slots=True)
class Bench:
    """Collects the figures of one `make bench-NAME`."""

    name: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, figure: str, value: float, unit: str, goal: float | None = None, *, at_least: bool = False) -> None:
        self.figures.append(Figure(figure, round(value, 4), unit, goal, at_least))

    def finish(self) -> None:
        """Print, write and exit."""
        BUILD.mkdir(parents=True, exist_ok=True)
        rows = [
            {"figure": f.figure, "value": f.value, "unit": f.unit, "goal": f.goal, "met": f.met} for f in self.figures
        ]
        (BUILD / f"{self.name}.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
        table = Table(title=f"bench-{self.name}")
        for column in ("figure", "value", "unit", "goal", "met"):
            table.add_column(column, justify="right" if column in ("value", "goal") else "left")
        for f in self.figures:
            goal = "" if f.goal is None else f"{'>=' if f.at_least else '<='} {f.goal:g}"
            table.add_row(f.figure, f"{f.value:g}", f.unit, goal, {None: "", True: "yes", False: "NO"}[f.met])
        Console(width=120).print(table)
        sys.exit(1 if any(f.met is False for f in self.figures) else 0)
