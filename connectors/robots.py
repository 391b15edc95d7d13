"""Pure: what a site's robots.txt asks of our robot (RFC 9309: longest match wins, `*` and `$`), read by protego."""

from __future__ import annotations

import re
from typing import Final, Self

from protego import Protego

ROBOT: Final = "EmplettesBot"
"""Our name in robots.txt."""
_MAX_CHARACTERS = 512 * 1024
"""RFC 9309 asks to read at least 500 KiB."""
_AGENT_LINE = re.compile(r"^[ \t\ufeff]*user-?agent[ \t]*:(?P<name>[^\r\n#]*)", re.I | re.M)
_SITEMAP_LINE = re.compile(r"^[ \t\ufeff]*sitemap[ \t]*:[ \t]*(?P<url>[^\s#]+)", re.I | re.M)
_MAX_SITEMAPS = 1_000
_NOBODY = "nobody-we-know"


class Robots:
    """One robots.txt. A missing or empty one allows everything; never raises, whatever the text holds."""

    def __init__(self, text: str) -> None:
        self._text = text[:_MAX_CHARACTERS].removeprefix("\ufeff")
        self._rules: dict[str, Protego] = {}

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    def allows(self, token: str, path_and_query: str) -> bool:
        """True if the robot named `token` ("EmplettesBot") may fetch this path ("/wp-json/wc/v3/products?page=1").

        The group that names the robot counts alone; without one, the group for `*`."""
        return self._for(token).can_fetch(path_and_query or "/", token)

    def crawl_delay(self, token: str) -> float | None:
        """Seconds between two requests, where the site asks for that; may be absurdly large."""
        return self._for(token).crawl_delay(token)

    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of its Sitemap lines, once each, as they stand there: relative or not, of whatever site."""
        found = dict.fromkeys(line["url"] for line in _SITEMAP_LINE.finditer(self._text))
        return tuple(found)[:_MAX_SITEMAPS]

    def _for(self, token: str) -> Protego:
        """The rules with every other robot's name made one.

        protego keeps a set of rules for each name: a file of thousands of names before thousands of rules would be
        multiplied out in memory."""
        if token not in self._rules:
            ours = token.lower()

            def one_name(line: re.Match[str]) -> str:
                name = line["name"].strip().lower()
                return line[0] if name == "*" or (name and name in ours) else f"User-agent: {_NOBODY}"

            self._rules[token] = Protego.parse(_AGENT_LINE.sub(one_name, self._text))
        return self._rules[token]
