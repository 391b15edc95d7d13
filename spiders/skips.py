"""Pure: what was left out, and why, counted once an address while memory allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.crawl import Skipped

_MAX_MET: Final = 50_000
_EXAMPLES: Final = 3


class Skips:
    """Counts addresses by reason. Beyond 50,000 different ones, an address met again counts again."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}
        self._met: set[int] = set()

    def add(self, reason: str, url: str) -> None:
        known = hash((reason, url))
        if known in self._met:
            return
        if len(self._met) < _MAX_MET:
            self._met.add(known)
        self.count(reason, 1, (url,))

    def count(self, reason: str, number: int, examples: Sequence[str]) -> None:
        if not number:
            return
        self._counts[reason] = self._counts.get(reason, 0) + number
        shown = self._examples.setdefault(reason, [])
        shown.extend(url for url in examples[: _EXAMPLES - len(shown)] if url not in shown)

    def copy(self) -> Skips:
        """The counts so far, to be added to without changing these."""
        other = Skips()
        other._counts = dict(self._counts)
        other._examples = {reason: list(urls) for reason, urls in self._examples.items()}
        return other

    def all(self) -> tuple[Skipped, ...]:
        """The most frequent first."""
        found = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Skipped(reason=reason, count=n, examples=tuple(self._examples[reason])) for reason, n in found)
