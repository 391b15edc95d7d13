"""What all tests share: the stores, and the rule that a required kind of test may not be skipped."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from tests.support.stores import (  # noqa: F401  pytest finds fixtures by name here
    postgres_template,
    sqlite_settings,
    sqlite_template,
    store,
    store_settings,
)

KINDS = ("postgres", "browser", "captures")
REQUIRED = frozenset(os.environ.get("EMPLETTES_REQUIRE", "").replace(",", " ").split())
"""Kinds that must run here (a continuous integration says which): their skip is a failure."""


def pytest_configure() -> None:
    if unknown := REQUIRED - set(KINDS):
        raise pytest.UsageError(f"EMPLETTES_REQUIRE: unknown {', '.join(sorted(unknown))}; known: {', '.join(KINDS)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    required = [kind for kind in KINDS if kind in REQUIRED and item.get_closest_marker(kind)]
    if report.skipped and required and not hasattr(report, "wasxfail"):
        _fail(report, required)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself whole has no markers yet: where anything is required, that is a failure too."""
    report = yield
    if report.skipped and REQUIRED:
        _fail(report, sorted(REQUIRED))
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport, required: list[str]) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"EMPLETTES_REQUIRE={','.join(required)}, but: {reason}"
