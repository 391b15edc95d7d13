"""Lists in text columns: JSON written one way, so that equal lists are equal texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson


def pack(value: Sequence[Any]) -> str:
    """A list or tuple (of texts, or of (name, value) pairs) as JSON text."""
    return orjson.dumps(value).decode() if value else "[]"


def unpack(text: str) -> list[Any]:
    return [] if text == "[]" else orjson.loads(text)
