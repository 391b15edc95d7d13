"""Read one page: bytes and address in, its kind and its product out. The one entry for the spider and `explain`.

Structured sources first; the visible page is read only where they do not suffice or contradict one another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.pages import kind, pictures, record, surroundings, tiles, titles, visible
from connectors.pages.answers import Answer, Field
from connectors.pages.choose import Choice, choose, suffices
from connectors.pages.kind import PageKind, Verdict
from connectors.pages.own import own
from connectors.pages.page import Page
from connectors.pages.seen import Seen
from connectors.pages.sources import read_all
from connectors.pages.tiles import Tiles
from connectors.records import Issue, ProductRecord


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says. `record` is None where it shows no product, or one without a name."""

    verdict: Verdict
    tiles: Tiles
    record: ProductRecord | None = None
    issues: tuple[Issue, ...] = ()
    fields: tuple[Field, ...] = ()
    choice: Choice | None = None
    looked: bool = False
    """The visible page was needed."""


def read(page: Page, *, shop_url: str, default_currency: str | None = None) -> Reading:
    """Read a page of the shop at `shop_url`. Never raises, whatever the bytes were."""
    seen = read_all(page)
    cards = tiles.find(page)
    verdict = kind.decide(page, seen, cards)
    if verdict.kind is not PageKind.PRODUCT:
        return Reading(verdict, cards)
    choice, looked = _chosen(page, seen, cards, default_currency)
    made, issues = record.make(page, choice, shop_url)
    return Reading(verdict, cards, made, issues, choice.fields, choice, looked)


def _chosen(page: Page, seen: tuple[Seen, ...], cards: Tiles, default_currency: str | None) -> tuple[Choice, bool]:
    names = titles.shop_names(page)
    title = titles.main_title(page, cards, names)
    owns = own(page, seen, title)
    branded = any(one.product.brand for one in owns)
    shown = None if suffices(page, owns, cards, title) else visible.read(page, cards, title, branded=branded)
    choice = choose(page, seen, title, shown, owns, default_currency, names)
    if not choice.description:
        choice = replace(choice, description=surroundings.description(page, cards, title))
    if not choice.category_path:
        choice = replace(choice, category_path=surroundings.breadcrumbs(page, choice.name))
    if not choice.images:
        choice = replace(choice, images=pictures.pictures(page, cards, title))
    return choice, shown is not None


__all__ = ["Answer", "Field", "Reading", "read"]
