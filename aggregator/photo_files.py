"""Pure: which sizes of a shop's photo are kept, and in what files. Who fetches, who serves and the child that decodes
all follow it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

WIDTHS: Final = (320, 640, 1200)
"""Pixels of the kept sizes; a smaller photo ends with its own width. None is ever enlarged."""


def hash_of(url: str) -> str:
    """The name of a photo's files: its address cannot be told from it, and no two addresses share one by chance."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def widths_of(width: int) -> tuple[int, ...]:
    """The sizes that are kept of a photo whose largest is `width` pixels wide."""
    return (*(size for size in WIDTHS if size < width), width)


def path_of(folder: Path, url_hash: str, width: int) -> Path:
    """The file of one size. `folder`: `Settings.photo_folder`."""
    return folder / url_hash[:2] / f"{url_hash}-{width}.webp"
