"""Pure: schema.org in `typeof` and `property`. Rare, and never the only source on pages measured: read where it is."""

from __future__ import annotations

from typing import Final

from connectors.pages.items import Dialect, ItemReader
from connectors.pages.page import Page, attribute
from connectors.pages.seen import Seen, Source

_DIALECT: Final = Dialect("property", "typeof", "typeof", "resource")
_WORTH: Final = ("Product", "Offer", "BreadcrumbList")


def read(page: Page) -> Seen:
    """Every product that the page's elements mark up."""
    kinds = [attribute(node, "typeof") for node in page.survey.typed[:2000]]
    if not any(word in kind for kind in kinds for word in _WORTH):
        return Seen(Source.RDFA)
    elements = page.tree.css("body [typeof],body [property]")
    return ItemReader(page, _DIALECT, Source.RDFA).read(elements)
