"""Pure: object and array literals in a page's JavaScript, without running any of it.

Strict JSON goes through the fast parser, wherever it ends; what people write by hand (bare keys, single quotes,
comments, trailing commas) through a reader of its own. What is an expression is None: nothing is ever computed.
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

_MAX_DEPTH: Final = 40
_MAX_TOKENS: Final = 8000
"""Of one literal that is no JSON: hand-written ones are short."""
_SPACE: Final = re.compile(r"\s*")
_STRING: Final = re.compile(r"\"(?:[^\"\\\n]++|\\[\s\S])*+\"|'(?:[^'\\\n]++|\\[\s\S])*+'|`(?:[^`\\$]++|\\[\s\S])*+`")
_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?(?![\w$])", re.A)
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]{0,80}")
_WRAPPER: Final = re.compile(r"(?:parseFloat|parseInt|Number|String|JSON\.parse)\(\s*")
_NEXT: Final = re.compile(r"[\"'`(){}\[\],;]|/[/*]")
_ESCAPE: Final = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])")
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
_WORDS: Final = {"true": True, "false": False, "!0": True, "!1": False}


class _Broken(Exception):
    """No literal stands here."""


def literal(text: str, start: int) -> tuple[Any, int]:
    """(value, where it ends) of the literal that begins at `start`; (None, start) where none does.

    A string that holds JSON, as in JSON.parse("..."), is read. Linear in what it takes."""
    value, end = _strict(text, start)
    if end > start:
        return value, end
    reader = _Reader(text)
    try:
        value, end = reader.value(reader.skip(start), 0)
    except (_Broken, IndexError):
        return None, start
    return value, end


def _strict(text: str, start: int) -> tuple[Any, int]:
    """JSON from `start` on, whatever follows it; nothing, in no time, where it is not JSON at once."""
    if text[start : start + 1] not in ("{", "["):
        return None, start
    rest = text[start:]
    try:
        return orjson.loads(rest), len(text)
    except (orjson.JSONDecodeError, ValueError) as error:
        if not isinstance(error, orjson.JSONDecodeError) or not str(error).startswith("unexpected content after"):
            return None, start
        length = error.pos
    try:
        return orjson.loads(rest[:length]), start + length
    except (orjson.JSONDecodeError, ValueError):
        return None, start


def string(token: str) -> str:
    """What a quoted JavaScript string stands for."""
    inner = token[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 1:
        return _SIMPLE.get(code, code)
    number = int(code[1:].strip("{}"), 16)
    return chr(number) if number < 0xD800 or 0xE000 <= number < 0x110000 else ""


class _Reader:
    """A descent with a cap on depth and on tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = _MAX_TOKENS

    def skip(self, at: int) -> int:
        """Where the spaces and comments from `at` on end."""
        text = self._text
        while True:
            found = _SPACE.match(text, at)
            at = found.end() if found else at
            if text.startswith("//", at):
                end = text.find("\n", at)
            elif text.startswith("/*", at):
                end = text.find("*/", at) + 1
            else:
                return at
            if end <= 0:
                raise _Broken
            at = end + 1

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        """The value at `at`, and where the next , } or ] stands."""
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise _Broken
        value, end = self._operand(at, depth)
        after = self.skip(end)
        if depth == 0 or self._text[after : after + 1] in (",", "}", "]", ")"):
            return value, after if depth else end
        if self._text[after : after + 1] == ".":  # "12,90".replace(...)
            return (value if isinstance(value, str) else None), self._past_expression(after)
        return None, self._past_expression(after)

    def _operand(self, at: int, depth: int) -> tuple[Any, int]:
        text = self._text
        first = text[at : at + 1]
        if first == "{":
            return self._object(at + 1, depth)
        if first == "[":
            return self._array(at + 1, depth)
        if found := _STRING.match(text, at):
            return string(found[0]), found.end()
        if found := _NUMBER.match(text, at):
            return found[0], found.end()
        if text[at : at + 2] in _WORDS:
            return _WORDS[text[at : at + 2]], at + 2
        if found := _WRAPPER.match(text, at):
            return self._wrapped(found.end(), depth)
        if found := _NAME.match(text, at):
            return _WORDS.get(found[0]), found.end()
        if depth == 0:
            raise _Broken
        return None, at

    def _wrapped(self, at: int, depth: int) -> tuple[Any, int]:
        value, end = self.value(at, depth + 1)
        if isinstance(value, str) and value[:1] in ("{", "["):
            value = _strict(value, 0)[0]
        return value, end + (self._text[end : end + 1] == ")")

    def _object(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        text, found = self._text, dict[str, Any]()
        while True:
            at = self.skip(at)
            mark = text[at : at + 1]
            if mark == "}":
                return found, at + 1
            if mark == ",":
                at += 1
                continue
            if key := _STRING.match(text, at):
                name = string(key[0])
            elif key := _NAME.match(text, at) or _NUMBER.match(text, at):
                name = key[0]
            else:
                raise _Broken
            at = self.skip(key.end())
            if text[at : at + 1] == ":":
                found[name], at = self.value(self.skip(at + 1), depth + 1)
            elif text[at : at + 1] in (",", "}"):
                found[name] = None
            else:  # a method, a getter, a spread
                raise _Broken

    def _array(self, at: int, depth: int) -> tuple[list[Any], int]:
        text, found = self._text, list[Any]()
        while True:
            at = self.skip(at)
            mark = text[at : at + 1]
            if mark == "]":
                return found, at + 1
            if mark == ",":
                at += 1
                continue
            if not mark:
                raise _Broken
            item, end = self.value(at, depth + 1)
            if end <= at:
                raise _Broken
            found.append(item)
            at = end

    def _past_expression(self, at: int) -> int:
        """Where an expression ends: before the , } ] or ) that is not its own."""
        depth = 0
        while True:
            self._left -= 1
            found = _NEXT.search(self._text, at)
            if found is None or self._left < 0:
                raise _Broken
            mark = found[0]
            if mark in ('"', "'", "`"):
                quoted = _STRING.match(self._text, found.start())
                if quoted is None:
                    raise _Broken
                at = quoted.end()
                continue
            if mark[0] == "/":
                at = max(self.skip(found.start()), found.end())
                continue
            if mark in "({[":
                depth += 1
            elif depth == 0:
                return found.start()
            elif mark in ")}]":
                depth -= 1
            at = found.end()
