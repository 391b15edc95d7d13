"""A request as the fake reads it, and an answer as it gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .parameters import Params, parse
from .text import php_json

JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"
NO_CACHE = {
    "Expires": "Wed, 11 Jan 1984 05:00:00 GMT",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
}


@dataclass
class Request:
    """One HTTP request. `headers` are by lower-case name; `path` is below the shop's folder, `origin` above it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    origin: str
    body: bytes = b""

    @cached_property
    def params(self) -> Params:
        """The query as PHP keeps it."""
        return parse(self.query)

    @property
    def uri(self) -> str:
        """path?query, as sent."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(eq=False)
class Answer(Exception):
    """An HTTP answer; an error answer may be raised from any depth. `items` counts what it lists."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    items: int = 0

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None, items: int = 0) -> Answer:
        """A JSON answer, encoded as PHP does."""
        return cls(status, php_json(value).encode(), {"Content-Type": JSON, **(headers or {})}, items)

    @classmethod
    def html(cls, text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        """A page."""
        return cls(status, text.encode(), {"Content-Type": HTML, **(headers or {})})


def error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A WordPress REST error."""
    return Answer.json({"code": code, "message": message, "data": {"status": status}}, status, headers)
