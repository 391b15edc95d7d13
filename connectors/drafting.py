"""Pure: what mappings share on the way from a platform's JSON to records, whatever the platform.

A mapping fills a `Draft`, complains on it about what it cannot use, and raises one of `MALFORMED` where an item is not
what its platform sends: `malformed` is then its one Issue.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from connectors import values
from connectors.records import Attribute, Issue, IssueCode, ProductRecord, StockRecord, Withdrawn

Json = dict[str, Any]
Mapped = tuple[ProductRecord | StockRecord | Withdrawn | None, list[Issue]]
"""A record, or none, and what a human should see of it."""

MAX_IMAGES: Final = 10
TITLE_LIMIT: Final = 1000
MAX_QUANTITY: Final = 10**9
"""More than this is no stock, but a way to say "always available"."""
MALFORMED: Final = (TypeError, ValueError, KeyError, AttributeError, IndexError)
"""What a mapping raises on an item whose shape is not its platform's (pydantic's error is a ValueError)."""


class PriceUnreadable(ValueError):
    """A price that is no number. The product is kept without it."""


@dataclass(slots=True)
class Draft:
    """The fields of a product that every shape gives, still raw."""

    item: Json
    source_id: str
    issues: list[Issue]
    title: str = ""
    attributes: tuple[Attribute, ...] = ()
    brand: str | None = None

    def complain(
        self, code: IssueCode, field_name: str | None = None, detail: str = "", rejected: bool = False
    ) -> None:
        """One Issue of a kind is enough for a product, however many variants share the fault."""
        if not any(i.code is code and i.field == field_name for i in self.issues):
            self.issues.append(
                Issue(code=code, source_id=self.source_id, rejected=rejected, field=field_name, detail=detail[:300])
            )


@lru_cache(maxsize=8192)
def label(raw: str) -> str:
    """A short text that comes back often (attribute names and values, categories, brands) as plain text."""
    return values.plain_text(raw, 200)


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    return values.minor_exponent(currency)


def malformed(source_id: str | None, error: Exception | None = None) -> Issue:
    """The one Issue of an item that is not what its platform sends."""
    detail = f"{type(error).__name__}: {error}" if error else "not an object with an id"
    return Issue(
        code=IssueCode.RECORD_MALFORMED, source_id=source_id, rejected=True, detail=" ".join(detail.split())[:300]
    )


def text_of(raw: Any) -> str:
    """A text field that plugins may empty with null or false; any other type is a malformed item."""
    if isinstance(raw, str):
        return raw
    if raw is None or raw is False:
        return ""
    raise TypeError(f"text expected, not {type(raw).__name__}")


def rows(raw: Any) -> list[Json]:
    """A list of objects; null, false and "" (PHP's empty) are an empty one."""
    if not raw:
        return []
    if not isinstance(raw, list) or not all(isinstance(r, dict) for r in raw):
        raise TypeError("list of objects expected")
    return raw
