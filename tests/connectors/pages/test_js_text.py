"""Literals in JavaScript are read, and nothing is run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.pages.js_text import literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 2.50, "x"]}; next()', {"a": [1, 2.5, "x"]}),
        ("{a: 1, 'b': 'it\\'s', c: [1, 2,],}", {"a": "1", "b": "it's", "c": ["1", "2"]}),
        ("{a: f(1, {x: '}'}), b: 'y'}", {"a": None, "b": "y"}),
        ("{p: Number('14.50'), q: parseFloat(3), r: !0, s: void 0}", {"p": "14.50", "q": "3", "r": True, "s": None}),
        ("{a: 'x' + y, b: '12,90'.replace(',', '.'), /* c */ d: 1 // e\n}", {"a": None, "b": "12,90", "d": "1"}),
        ("{a: '\\u00e9\\x41'}", {"a": "éA"}),
        ("{a(){}}", None),
        ("[[[", None),
    ],
)  # fmt: skip
def test_literals_are_read_without_running_anything(text: str, expected: Any) -> None:
    assert literal(text, 0)[0] == expected


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="{}[]()'\"`,:/*\\ab1.+\n ", max_size=60))
def test_no_text_makes_the_literal_reader_fail(text: str) -> None:
    value, end = literal(text, 0)

    assert 0 <= end <= len(text)
    assert end > 0 or value is None
