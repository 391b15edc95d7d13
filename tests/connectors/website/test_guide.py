"""The merchant's guide quotes what merchants read, and the reference names the settings that there are."""

from __future__ import annotations

import re
from pathlib import Path

from aggregator.settings import Settings
from connectors import errors
from connectors.crawl import Budget
from connectors.website import checking, process
from spiders import health

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "guides" / "commercant-site.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "websites.md").read_text(encoding="utf-8")


def test_what_merchants_read_is_in_the_guide() -> None:
    quoted = re.findall(r"^\| « ([^»]+) »", GUIDE, re.M)
    texts = [text for module in (checking, health) for text in vars(module).values() if isinstance(text, str)]
    texts += [error.default_message for error in errors.ALL_ERRORS]
    reading = (Path(__file__).parents[3] / "aggregator" / "ingest" / "run.py").read_text(encoding="utf-8")
    assert len(quoted) >= 6
    for words in quoted:
        assert any(words in text for text in [*texts, reading]), words


def test_the_reference_gives_the_bounds_that_hold() -> None:
    budget = Budget()
    assert f"| pages | {budget.pages:,} |" in REFERENCE
    assert f"| bytes | {budget.bytes // 1024**3} GiB, {budget.page_bytes // 1024**2} MiB a page |" in REFERENCE
    assert f"| depth | {budget.depth} clicks" in REFERENCE
    assert f"`EMPLETTES_CRAWL_DELAY` ({Settings.model_fields['crawl_delay'].default} s)" in REFERENCE
    assert process.IDLE_SECONDS == process.OVERRUN_SECONDS == 10
    assert process.SILENCE_SECONDS == 60
