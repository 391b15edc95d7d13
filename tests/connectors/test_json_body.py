"""The JSON of an answer is read past PHP's notices, and nothing else is taken for JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.json_body import read_json

NOTICE = b'<br />\n<b>Warning</b>:  Undefined array key "price" in <b>/srv/x.php</b> on line <b>42</b><br />\n'
BRACKETS = b"<br />\n<b>Notice</b>:  Undefined index: [{prix}] in <b>/srv/x.php</b> on line <b>7</b><br />\n"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
LISTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=5)


@given(LISTS)
def test_plain_json(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == (value, False)


@pytest.mark.parametrize("before", [NOTICE, BRACKETS, NOTICE * 3, b"\xef\xbb\xbf" + NOTICE])
@settings(max_examples=30)
@given(value=LISTS)
def test_notices_before_are_cut(before: bytes, value: object) -> None:
    assert read_json(before + json.dumps(value).encode()) == (value, True)


def test_a_notice_behind_is_cut_too() -> None:
    assert read_json(b'[{"id":1}]' + NOTICE) == ([{"id": 1}], True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><body>Un instant</body></html>",
        b'<html><script>var x = [{"id":1}]</script></html>',
        b'[{"id":1},{"id"',
        NOTICE,
        NOTICE + b'[{"id":1},{"id"',
        b"[" * 100_000,
        NOTICE + b"[" * 100_000,
    ],
)
def test_everything_else_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="JSON"):
        read_json(body)
