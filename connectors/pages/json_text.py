"""Pure: JSON as pages carry it, mended block by block where it is broken.

Measured on real pages, one block of twenty is malformed: raw line ends in strings, comments, CDATA, trailing commas,
quotes that nobody escaped. Each is mended alone, so that none loses the others.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final

import orjson

MAX_CHARACTERS: Final = 4 * 1024 * 1024
MAX_MENDED: Final = 128 * 1024
"""Characters of a block that is handed to the slow, forgiving parser."""
_WRAPPED: Final = re.compile(
    r"\A\s*(?:/\*|//)?\s*(?:<!--|<!\[CDATA\[)(?:\s*\*/)?|(?:(?:/\*|//)\s*)?(?:-->|\]\]>)\s*(?:\*/)?\s*;?\s*\Z"
)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\u2028\u2029]")
_TRAILING_COMMA: Final = re.compile(r",\s*(?=[}\]])")


def loads(text: str) -> tuple[Any, bool]:
    """(value, mended). The value is None where nothing can be made of the block."""
    if len(text) > MAX_CHARACTERS:
        return None, True
    try:
        return orjson.loads(text), False
    except (orjson.JSONDecodeError, RecursionError, ValueError):  # ValueError: lone surrogates
        pass
    for candidate in _cleaned(text):
        try:
            return orjson.loads(candidate), True
        except (orjson.JSONDecodeError, RecursionError, ValueError):
            continue
    return _mended(text), True


def _cleaned(text: str) -> list[str]:
    """The block without what usually stands around or in it wrongly."""
    bare = _WRAPPED.sub("", text.strip("\ufeff \t\r\n\x00")).strip().rstrip("; \t\r\n")
    if "&quot;" in bare[:200] and '"' not in bare[:200]:
        bare = html.unescape(bare)
    spaced = _CONTROL.sub(" ", bare)
    return [spaced, _TRAILING_COMMA.sub("", spaced)]


def _mended(text: str) -> Any:
    """What json_repair makes of the block as it stands: with its lines squashed, a // comment would eat the rest."""
    bare = _WRAPPED.sub("", text.strip("\ufeff \t\r\n\x00"))
    if not bare.lstrip()[:1] or bare.lstrip()[0] not in "{[/" or len(bare) > MAX_MENDED or _too_deep(bare):
        return None
    import json_repair

    try:
        value = json_repair.loads(bare, skip_json_loads=True)
    except Exception:  # a guesser fails in many ways; none may cost the page
        return None
    return value if isinstance(value, (dict, list)) and value else None


def _too_deep(text: str) -> bool:
    """json_repair descends one call a bracket."""
    return text.count("{") - text.count("}") > 100 or text.count("[") - text.count("]") > 100 or _nesting(text) > 100


def _nesting(text: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[\[{}\]]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
