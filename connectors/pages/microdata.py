"""Pure: schema.org in `itemscope`, `itemtype` and `itemprop`."""

from __future__ import annotations

from typing import Final

from connectors.pages.items import Dialect, ItemReader
from connectors.pages.page import Page
from connectors.pages.seen import Seen, Source

_DIALECT: Final = Dialect("itemprop", "itemscope", "itemtype", "itemid")


def read(page: Page) -> Seen:
    """Every product that the page's elements mark up; tiles of a list have the role `listed`."""
    elements = page.survey.items
    return ItemReader(page, _DIALECT, Source.MICRODATA).read(elements) if elements else Seen(Source.MICRODATA)
