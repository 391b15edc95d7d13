"""For `make texts`: the texts that data bring to pages, so that the catalogues hold them too."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from aggregator.search.traits import COLOURS

Found = tuple[int, None, str, list[str]]


def names(file: BinaryIO, keywords: object, comment_tags: object, options: object) -> Iterator[Found]:
    """A Babel extractor (see babel.cfg) of the shipped tree of categories: their names, and those of the colours."""
    for name in (*_names(tomllib.load(file)), *(colour.capitalize() for colour in COLOURS)):
        yield 0, None, name, []


def _names(node: Mapping[str, Any]) -> Iterator[str]:
    for value in node.values():
        if isinstance(value, dict):
            yield value["name"]
            yield from _names(value)
