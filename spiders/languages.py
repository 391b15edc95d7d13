"""Pure: a shop in several languages shows each product once for each of them; one language is read."""

from __future__ import annotations

from collections import Counter
from typing import Final

from spiders.addresses import language_of

_SURE: Final = frozenset({"en", "de", "es", "nl", "pt", "pl", "fr"})
"""As a folder nothing but a language. Others ("it", "co", "is") are trusted only beside a second language."""
_OWN: Final = 0.05
"""Share of addresses without a language from which on the shop's main language is taken to have no prefix."""


class Languages:
    """Learns which languages a site has, and which one is the shop's own."""

    def __init__(self, home: str) -> None:
        """`home`: the key of the shop's address."""
        self._host = home.partition("/")[0]
        self._home = self._language(home)
        self._counts: Counter[str] = Counter()
        self.all = False
        """Read them all."""

    def met(self, key: str) -> None:
        self._counts[self._language(key)] += 1

    def at_home(self, key: str) -> None:
        """Where the shop's address led to."""
        self._home = self._language(key) or self._home

    def foreign(self, key: str) -> bool:
        """True for the page of a language that is not read."""
        language = self._language(key)
        if not language or self.all or len(self._counts) < 2:
            return False
        own = self._own()
        if language == own:
            return False
        others = len(self._counts) - ("" in self._counts)
        return bool(own) or language in _SURE or others > 1

    def _own(self) -> str:
        """The home page's; none where enough addresses name none; else French, else the most frequent."""
        if self._home:
            return self._home
        if self._counts[""] > max(2, _OWN * self._counts.total()):
            return ""
        named = [(-count, language) for language, count in self._counts.items() if language]
        return "fr" if "fr" in self._counts else min(named)[1] if named else ""

    def _language(self, key: str) -> str:
        host, _, path = key.partition("/")
        found = language_of(path.partition("/")[0].partition("?")[0])
        if found is None and host != self._host and host.count(".") >= 2:
            found = language_of(host.partition(".")[0])
        return found or ""
