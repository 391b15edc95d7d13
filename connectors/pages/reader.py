"""Read one page: bytes and address in, its kind and its product out. The one entry for the spider and `explain`.

Structured sources first; the visible page is read only where they do not suffice or contradict one another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from connectors.pages import kind, pictures, record, surroundings, tiles, titles, visible
from connectors.pages.answers import Answer, Field
from connectors.pages.certainty import is_certain
from connectors.pages.choose import Choice, choose, suffices
from connectors.pages.kind import PageKind, Verdict
from connectors.pages.own import own
from connectors.pages.page import Page
from connectors.pages.sources import read_all
from connectors.pages.tiles import Tiles
from connectors.pages.titles import Title
from connectors.records import Issue, ProductRecord


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says. `record` is None where it shows no product, or one without a name."""

    page: Page = field(repr=False)
    verdict: Verdict
    record: ProductRecord | None = None
    issues: tuple[Issue, ...] = ()
    fields: tuple[Field, ...] = ()
    choice: Choice | None = None
    looked: bool = False
    """The visible page was needed."""

    cards: Tiles | None = field(default=None, repr=False)

    @property
    def tiles(self) -> Tiles:
        """The cards of other products: looked for only when they are asked for, where the reading needed none."""
        return tiles.find(self.page) if self.cards is None else self.cards


_CERTAIN: Final = 10.0
"""The score of a kind that markup alone settles: more than what is weighed ever reaches against it."""


def read(page: Page, *, shop_url: str, default_currency: str | None = None) -> Reading:
    """Read a page of the shop at `shop_url`. Never raises, whatever the bytes were."""
    seen = read_all(page)
    names = titles.shop_names(page)
    title = titles.main_title(page, Tiles(), names)
    owns = own(page, seen, title)
    certain = is_certain(page, seen, owns, title)
    if certain and suffices(page, owns, title):
        choice = choose(page, seen, title, None, owns, default_currency, names)
        return _reading(Reading(page, _settled(title)), choice, title, shop_url)
    cards = tiles.find(page)
    reading = Reading(page, _settled(title) if certain else kind.decide(page, seen, cards), cards=cards)
    if reading.verdict.kind is not PageKind.PRODUCT:
        return reading
    title = titles.main_title(page, cards, names)
    owns = own(page, seen, title)
    branded = any(one.product.brand for one in owns)
    shown = None if suffices(page, owns, title) else visible.read(page, cards, title, branded=branded)
    choice = choose(page, seen, title, shown, owns, default_currency, names)
    return _reading(replace(reading, looked=shown is not None), choice, title, shop_url)


def _settled(title: Title | None) -> Verdict:
    named = repr(title.text[:60]) if title is not None else "of this page"
    return Verdict(PageKind.PRODUCT, _CERTAIN, (f"marked up as the product {named} (product {_CERTAIN:+.1f})",))


def _reading(reading: Reading, choice: Choice, title: Title | None, shop_url: str) -> Reading:
    """The reading with the record that was chosen, completed by what surrounds the product on its page."""
    page = reading.page
    if not (choice.description and choice.images):
        reading = replace(reading, cards=reading.tiles)
    if not choice.description:
        choice = replace(choice, description=surroundings.description(page, reading.tiles, title))
    if not choice.category_path:
        choice = replace(choice, category_path=surroundings.breadcrumbs(page, choice.name))
    if not choice.images:
        choice = replace(choice, images=pictures.pictures(page, reading.tiles, title))
    made, issues = record.make(page, choice, shop_url)
    return replace(reading, record=made, issues=issues, fields=choice.fields, choice=choice)


__all__ = ["Answer", "Field", "Reading", "read"]
