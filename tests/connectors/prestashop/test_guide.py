"""The merchant's guide asks for exactly the rights that the connector needs, and never for what it does not."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.prestashop import checking, refusals

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "guides" / "commercant-prestashop.md").read_text()
REFERENCE = (DOCS / "prestashop.md").read_text()


def test_the_rights_to_tick_are_the_ones_that_are_read() -> None:
    asked = set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.M))
    assert asked == {*checking.NEEDED, *checking.USEFUL}
    assert not asked & checking.PRIVATE
    for resource in asked:
        assert f"`{resource}`" in REFERENCE


def test_the_line_for_htaccess_is_the_one_that_the_error_gives() -> None:
    [line] = re.findall(r"SetEnvIf Authorization \"\(\.\*\)\" HTTP_AUTHORIZATION=\$1", refusals.NO_KEY_SEEN)
    assert line in GUIDE


def test_what_merchants_read_is_in_the_guide() -> None:
    told = re.findall(r"« ([^»]+) »", "\n".join(re.findall(r"^\| (« .*?) \|", GUIDE, re.M)))
    sentences = " ".join(
        value for module in (refusals, checking) for value in vars(module).values() if isinstance(value, str)
    )
    known = [words for words in told if words.strip(". ") in sentences]
    assert len(known) >= 8
