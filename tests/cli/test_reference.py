"""Docs that cannot rot: every command and every setting, as the code has them."""

from __future__ import annotations

import pytest

from aggregator.settings import Settings
from tests.support.reference import DOCS, PAGES, commands, page

HOW = "write it anew: python -m tests.support.reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    present = (DOCS / name).read_text(encoding="utf-8")
    assert present == page(present, PAGES[name]()), HOW


def test_every_command_and_setting_is_documented() -> None:
    cli, settings = ((DOCS / name).read_text(encoding="utf-8") for name in ("cli.md", "settings.md"))
    assert [name for name, _ in commands() if f"## `{name}" not in cli] == []
    assert [name for name in Settings.model_fields if f"`EMPLETTES_{name.upper()}`" not in settings] == []
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
