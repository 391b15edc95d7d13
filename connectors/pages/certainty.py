"""Pure: pages that their markup alone makes product pages beyond doubt.

A shop's ordinary product page says once, of one product with one price, that it is this very address and the title of
this very page. Where all of that holds and nothing speaks against it, the page's cards need not be looked for to know
its kind: that costs more than the rest of the reading. Whatever is less than that is decided by `kind`.
"""

from __future__ import annotations

from typing import Final

from connectors.pages import address_signs
from connectors.pages.own import Own, place
from connectors.pages.page import Page
from connectors.pages.seen import Seen, SeenProduct, Source
from connectors.pages.signs import PageKind
from connectors.pages.titles import Title, covers, likeness

_STRONG: Final = frozenset({Source.JSON_LD, Source.MICRODATA})
_OTHER_TYPES: Final = frozenset(
    {"ItemList", "CollectionPage", "SearchResultsPage", "OfferCatalog", "Article", "NewsArticle", "BlogPosting", "Blog"}
    | {"Recipe", "HowTo", "FAQPage", "QAPage", "ProfilePage", "AboutPage", "ContactPage", "Event", "Course", "Movie"}
    | {"SoftwareApplication", "TechArticle", "ReviewNewsArticle", "ProductCollection", "CheckoutPage"}
    | {"og:article", "og:blog", "og:profile", "og:product.group"}
)
_ALIKE: Final = 0.8
_SAME: Final = 0.95
"""Where the markup gives no address, its name must be the title."""


def is_certain(page: Page, seen: tuple[Seen, ...], owns: list[Own], title: Title | None) -> bool:
    """Whether the page is its marked-up product's own page. `owns` is `own.own(page, seen, title)`."""
    if page.status >= 400 or title is None or any(source.types & _OTHER_TYPES for source in seen):
        return False
    if any(sign.kind is not PageKind.PRODUCT for sign in address_signs.signs(page)):
        return False
    strong = [product for source in seen if source.source in _STRONG for product in source.products]
    if any(product.role == "listed" for product in strong):
        return False
    mine = [one.product for one in owns if one.product.source in _STRONG]
    main = [product for product in strong if product.role == "main"]
    return bool(mine) and len(main) == len(mine) and all(_is_this_page(page, product, title) for product in mine)


def _is_this_page(page: Page, product: SeenProduct, title: Title) -> bool:
    """Whether a product says that it is at this address, by this name, at one price."""
    if not product.name or len({offer.price for offer in product.offers}) != 1 or product.offers[0].lowest_of:
        return False
    here = {place(page.url)[0], place(page.canonical or page.url)[0]} - {""}
    told = {place(url)[0] for url in (product.url, *(offer.url for offer in product.offers)) if url}
    if title.node is None:
        return False
    alike = likeness(product.name, title.text)
    if not told <= here:  # the same page below another folder, or in another language
        return alike >= _SAME and {_last(path) for path in told} <= {_last(path) for path in here} - {""}
    if not told:
        return alike >= _SAME
    return alike >= _ALIKE or (alike >= _ALIKE / 2 and covers(product.name, title.text) == 1)


def _last(path: str) -> str:
    return path.rpartition("/")[2]
