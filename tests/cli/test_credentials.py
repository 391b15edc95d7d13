"""A shop's key as it is given: with a secret or, on platforms that have none, without."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.cli import credentials
from aggregator.errors import Refused
from connectors.credentials import Credentials


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ck_1\ncs_2\n", Credentials("ck_1", "cs_2")),
        ('{"key": "ck_1", "secret": "cs_2"}', Credentials("ck_1", "cs_2")),
        ("\ufeffABCDEFGH\r\n", Credentials("ABCDEFGH", "")),
        ('{"key": "ABCDEFGH"}', Credentials("ABCDEFGH", "")),
    ],
)
def test_a_file_holds_a_key_and_the_secret_that_it_needs(tmp_path: Path, text: str, expected: Credentials) -> None:
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    assert credentials.given(str(file), None, None) == expected


@pytest.mark.parametrize("text", ["", "ck_1", "a\nb\nc", '{"secret": "cs_2"}', '{"key": 5}', "{", '{"key": "ck_1"}'])
def test_a_file_without_what_is_needed_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        credentials.given(str(file), None, None)
    assert "cs_2" not in str(refused.value)


def test_a_key_without_secret_is_whole_where_the_platform_has_none() -> None:
    assert credentials.given(None, "ABCDEFGH", None) == Credentials("ABCDEFGH", "")
    assert credentials.given(None, None, None) is None
