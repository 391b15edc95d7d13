"""Asks a site's robots.txt once and holds requests to it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from connectors.errors import AccessForbidden
from connectors.http import HttpSession, Response, redact_url
from connectors.robots import ROBOT, Robots


class Gate:
    """The robots.txt of one host. One that is missing allows all; one that fails, fails the run (RFC 9309, 2.3.1)."""

    def __init__(self, session: HttpSession, message: str) -> None:
        """`message`: French, what a merchant whose robots.txt keeps us out should do."""
        self._session = session
        self._message = message
        self._robots: Robots | None = None
        self.answer: Response | None = None
        """The answer with robots.txt, once it was asked for: it tells the host's clock."""

    def allows(self, url: str, params: Mapping[str, str | int] | None = None) -> bool:
        """Whether the robot may ask for this. Raises whatever kept robots.txt from being read."""
        parts = urlsplit(url)
        if self._robots is None:
            self.answer = self._session.get(f"{parts.scheme}://{parts.netloc}/robots.txt")
            text = self.answer.body.decode("utf-8", "replace") if self.answer.status == 200 else ""
            self._robots = Robots.parse(text)
        query = "&".join([*filter(None, [parts.query]), *(f"{k}={v}" for k, v in (params or {}).items())])
        return self._robots.allows(ROBOT, parts.path + (f"?{query}" if query else ""))

    def permit(self, url: str, params: Mapping[str, str | int] | None = None) -> None:
        """Raise AccessForbidden where robots.txt does not want this to be asked for."""
        if not self.allows(url, params):
            raise AccessForbidden(f"robots.txt forbids {redact_url(url)}", message=self._message)
