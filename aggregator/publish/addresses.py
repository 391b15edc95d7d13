"""Addresses of the portal's pages, as everything that names a page writes them. Pure."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})
_SLUG = 80


def slug(text: str) -> str:
    """A readable address: lower case ASCII words, at most 80 characters; "" where nothing readable remains."""
    folded = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    ascii_text = folded.encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    return words if len(words) <= _SLUG else words[: _SLUG + 1].rsplit("-", 1)[0][:_SLUG]


def path(prefix: str, number: int, name: str) -> str:
    """The path of a page: ("offre", 12, "Théière") -> "/offre/12-theiere"."""
    readable = slug(name)
    return f"/{prefix}/{number}-{readable}" if readable else f"/{prefix}/{number}"


def town(insee: str, name: str) -> str:
    """The path of a commune's page."""
    return f"/commune/{insee}-{slug(name)}"


def category(node: str) -> str:
    """The path of a category's page."""
    return f"/categorie/{node}"
