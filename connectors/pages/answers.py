"""Pure: what was answered for one field, by whom, and what was made of it: the rows of `explain`."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.pages.seen import Source


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source says of one field. `where` is for people; `confidence` in 0..1."""

    source: Source
    where: str
    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the page's product, and why it has this value. `value` is None where nothing is published."""

    name: str
    value: str | None
    source: Source | None
    confidence: float
    answers: tuple[Answer, ...] = ()
    why: str = ""
    """English."""


def agreed(confidences: list[float]) -> float:
    """What answers that agree are worth together: sources of one page are not independent, so less than a product."""
    doubt = 1.0
    for n, confidence in enumerate(sorted(confidences, reverse=True)):
        doubt *= 1 - confidence if n == 0 else 1 - 0.5 * confidence
    return min(1 - doubt, 0.99)
