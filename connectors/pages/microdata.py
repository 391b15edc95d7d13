"""Pure: schema.org in `itemscope`, `itemtype` and `itemprop`."""

from __future__ import annotations

from typing import Final

from connectors.pages.items import Dialect, ItemReader
from connectors.pages.page import Page
from connectors.pages.seen import Seen, Source

_DIALECT: Final = Dialect("itemprop", "itemscope", "itemtype", "itemid", "[itemscope],[itemprop]")


def read(page: Page) -> Seen:
    """Every product that the page's elements mark up; tiles of a list have the role `listed`."""
    if "itemprop" not in page.text:
        return Seen(Source.MICRODATA)
    return ItemReader(page, _DIALECT, Source.MICRODATA).read()
