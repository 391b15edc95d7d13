"""Pure: the JSON of an answer, also where PHP wrote its notices before or after it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

_NOTICE: Final = re.compile(rb"(?:Warning|Notice|Deprecated|Strict Standards)(?:</b>)?\s*:.{0,2000}?\bon line\b", re.S)
_MOST_NOTICES: Final = 64 * 1024
_MOST_TRIES: Final = 200


def read_json(body: bytes) -> tuple[Any, bool]:
    """The value, and whether PHP notices had to be cut off first. Raises ValueError on anything else than JSON.

    Only text that says of itself that it is a PHP notice is cut: HTML with JSON somewhere in it is no answer."""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    try:
        return orjson.loads(text), False
    except orjson.JSONDecodeError as error:
        if not _NOTICE.search(text[:_MOST_NOTICES]) and not _NOTICE.search(text[-_MOST_NOTICES:]):
            raise ValueError(f"not JSON: {error}") from None
    decoder, tries = json.JSONDecoder(), 0
    whole = text.decode("utf-8", "replace")
    for opening in re.finditer(r"[\[{]", whole[:_MOST_NOTICES]):
        tries += 1
        if tries > _MOST_TRIES:
            break
        try:
            value, end = decoder.raw_decode(whole, opening.start())
        except (ValueError, RecursionError):
            continue
        rest = whole[end:].strip().encode()
        if not rest or _NOTICE.search(rest):
            return value, True
    raise ValueError("PHP notices without JSON after them")
