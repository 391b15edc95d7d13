"""What one walk over a page's tree meets on its way, kept for all that read what a visitor sees."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode


@dataclass(slots=True)
class Walk:
    """In the page's order."""

    texts: list[str] = field(default_factory=list)
    """Without the spaces around them; none is empty, none is a script's ..."""
    nodes: list[LexborNode] = field(default_factory=list)
    """... and their nodes."""
    controls: list[tuple[int, LexborNode]] = field(default_factory=list)
    """Buttons, inputs and pictures, each with the number of texts before it ..."""
    links: list[tuple[int, LexborNode]] = field(default_factory=list)
    """... and links."""
