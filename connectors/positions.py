"""Where a sweep stands, as the text of a Checkpoint: a flat dataclass as JSON, with the version that wrote it; and when
its run began, for the next run's cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

P = TypeVar("P", bound="DataclassInstance")
_VERSION: Final = 1


def dump(position: DataclassInstance) -> str:
    """The position's fields, all of them texts and numbers."""
    values: dict[str, Any] = {field.name: getattr(position, field.name) for field in fields(position)}
    return orjson.dumps({"v": _VERSION, **values}).decode()


def load(kind: type[P], text: str | None, usable: Callable[[P], bool]) -> P | None:
    """None where there is none, it is not usable, or another version wrote it: the run then starts anew."""
    if not text:
        return None
    try:
        raw = orjson.loads(text)
        if raw.pop("v") != _VERSION:
            return None
        found = kind(**raw)
        return found if usable(found) else None
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        return None


def began(told: datetime | None) -> str:
    """The run's start by the shop's own clock where that is behind ours: its dates are written by it."""
    now = datetime.now(UTC)
    return min(now, told or now).replace(microsecond=0).isoformat()


def instant(text: str | None) -> datetime | None:
    """A cursor, or a run's start; None where there is none, or it is none of ours."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
