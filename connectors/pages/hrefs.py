"""Links as pages write them -> absolute addresses. Fast: a page has hundreds, and `urljoin` costs 8 µs each."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

MAX_ADDRESS: Final = 2000
"""Characters; longer ones are no page that a shop wants read."""
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")

_ACTS: Final = re.compile(
    r"add[-_]?to[-_]?cart|cart/add|wish[-_]?list|compare|quick[-_]?view|/(?:cart|panier)\b|login", re.I
)
_SCHEMES: Final = ("javascript:", "mailto:", "tel:", "data:")
_FILES: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".pdf", ".mp4")


class Hrefs:
    """Makes the links of one page absolute. `base` is where relative ones begin (the page's address or its <base>)."""

    def __init__(self, base: str) -> None:
        try:
            parts = urlsplit(base)
        except ValueError:
            parts = urlsplit("")
        self._scheme = parts.scheme
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._page = f"{self._origin}{parts.path or '/'}"
        self._folder = self._page.rpartition("/")[0] + "/"

    def absolute(self, href: str) -> str | None:
        """An http(s) address without its fragment; None for anything else (mailto:, javascript:, "#top")."""
        text = href.strip().partition("#")[0]
        if not text or len(text) > MAX_ADDRESS:
            return None
        if not text.isprintable() or " " in text or "\\" in text:
            text = _CONTROL.sub("", text).replace(" ", "%20").replace("\\", "/")
        first = text[:1]
        if first == "/":
            address = f"{self._scheme}:{text}" if text[1:2] == "/" else self._origin + text
        elif first == "?":
            address = self._page + text
        elif _SCHEME.match(text):
            if text[:7].lower() != "http://" and text[:8].lower() != "https://":
                return None
            address = text
        else:
            address = self._folder + text
        if "/." in address:
            try:
                parts = urlsplit(address)
                address = urljoin(
                    f"{parts.scheme}://{parts.netloc}/", address[len(parts.scheme) + 3 + len(parts.netloc) :]
                )
            except ValueError:
                return None
        return address if len(address) > len(self._scheme) + 3 and address.startswith(("http", "HTTP")) else None


@lru_cache(maxsize=8192)
def is_utility(href: str) -> bool:
    """True for a link that acts (cart, wish list, login) or shows a file, instead of leading to a page."""
    lower = href.lower()
    if lower.startswith(_SCHEMES) or lower.partition("?")[0].endswith(_FILES):
        return True
    # six searches for a literal cost a tenth of one for the pattern, and nearly no link has any
    if (
        "cart" in lower
        or "wish" in lower
        or "panier" in lower
        or "compare" in lower
        or "quick" in lower
        or "login" in lower
    ):
        return _ACTS.search(lower) is not None
    return False
