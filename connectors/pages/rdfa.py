"""Pure: schema.org in `typeof` and `property`. Rare, and never the only source on pages measured: read where it is."""

from __future__ import annotations

import re
from typing import Final

from connectors.pages.items import Dialect, ItemReader
from connectors.pages.page import Page
from connectors.pages.seen import Seen, Source

_DIALECT: Final = Dialect("property", "typeof", "typeof", "resource", "body [typeof],body [typeof] [property]")
_PRODUCT: Final = re.compile(r"typeof\s*=\s*[\"'][^\"']{0,80}(?:Product|Offering|BreadcrumbList)")


def read(page: Page) -> Seen:
    """Every product that the page's elements mark up."""
    if "typeof=" not in page.text or not _PRODUCT.search(page.text):
        return Seen(Source.RDFA)
    return ItemReader(page, _DIALECT, Source.RDFA).read()
