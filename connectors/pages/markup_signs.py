"""What structured data says of a page's kind, by itself. It is often wrong: `kind` weighs it against the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from connectors.pages.address_signs import own_address
from connectors.pages.look import Look
from connectors.pages.page import Page
from connectors.pages.seen import Seen, SeenProduct, Source
from connectors.pages.signs import PageKind, Sign
from connectors.pages.tiles import Tiles

_TYPES: Final = (
    (PageKind.LISTING, 3.0, frozenset({"CollectionPage", "SearchResultsPage", "OfferCatalog"})),
    (PageKind.LISTING, 0.7, frozenset({"ItemList"})),
    (
        PageKind.ARTICLE,
        3.0,
        frozenset(
            {
                "Article",
                "NewsArticle",
                "BlogPosting",
                "Recipe",
                "HowTo",
                "ReportageNewsArticle",
                "TechArticle",
                "LiveBlogPosting",
                "QAPage",
                "DiscussionForumPosting",
                "Blog",
            }
        ),
    ),
    (PageKind.ACCOUNT, 4.0, frozenset({"CheckoutPage"})),
    (PageKind.OTHER, 2.0, frozenset({"ContactPage", "AboutPage"})),
    (PageKind.PRODUCT, 1.0, frozenset({"ItemPage"})),
    (
        PageKind.PRODUCT,
        1.5,
        frozenset({"ProductGroup", "og:product", "og:product.item", "og:og:product", "og:etsymarketplace:item"}),
    ),
    (PageKind.ARTICLE, 1.0, frozenset({"og:article"})),
)
_MARKED: Final = frozenset({Source.JSON_LD, Source.MICRODATA, Source.RDFA})
_TOKEN: Final = re.compile(r"\w{2,}")


def signs(page: Page, seen: Sequence[Seen], tiles: Tiles, look: Look) -> Iterable[Sign]:
    """What types and products are marked up."""
    types = frozenset(name for source in seen for name in source.types)
    for kind, weight, names in _TYPES:
        if found := types & names:
            yield Sign(kind, weight, f"marked up as {', '.join(sorted(found))}")
    products = [product for source in seen if source.source in _MARKED for product in source.products]
    yield from _products(page, products, tiles, look)
    if types & _TYPES[2][2] and products and not look.own_buttons:
        yield Sign(PageKind.ARTICLE, 3.5, "a product within an article, and nothing to buy")
    for source in seen:
        if source.source is Source.OPEN_GRAPH and any(
            offer.price for product in source.products for offer in product.offers
        ):
            yield Sign(PageKind.PRODUCT, 2.0, "a product's price in <meta>")
        if source.source is Source.STATE:
            main = [product for product in source.products if product.role == "main"]
            if len(main) == 1:
                titled = bool(main[0].name) and _is_title((main[0].name or "").strip().lower(), tiles, page)
                told = "one product in its scripts, by its title" if titled else "one product in its scripts"
                yield Sign(PageKind.PRODUCT, 2.0 if titled else 1.0, told)


def _products(page: Page, products: Sequence[SeenProduct], tiles: Tiles, look: Look) -> Iterable[Sign]:
    if not products:
        return
    address = _path(own_address(page))
    cards = {_path(url) for url in tiles.urls}
    mains: dict[str, SeenProduct] = {}
    elsewhere: set[str] = set()
    for product in products:
        name = (product.name or "").strip().lower()
        path = _path(product.url) if product.url else ""
        if path and path != address and path in cards:
            elsewhere.add(path)
        elif product.role == "main":
            mains.setdefault(name, product)
        else:
            elsewhere.add(path or name)
    titled = [name for name in mains if _is_title(name, tiles, page)]
    if len(mains) == 1 or len(titled) == 1:
        product = mains[titled[0]] if len(titled) == 1 else next(iter(mains.values()))
        told = f"marked up as the product {(product.name or '')[:60]!r}"
        summed = all(offer.lowest_of for offer in product.offers)
        if not product.offers:
            yield Sign(PageKind.PRODUCT, 1.0 if look.own_buttons else 0.5, f"{told} without an offer")
        elif summed and not look.sells and tiles.prices_in:
            yield Sign(PageKind.PRODUCT, 0.5, f"{told} with a range of prices, and every price is in a card")
        else:
            yield Sign(PageKind.PRODUCT, 3.5, told)
        if titled and (product.offers or look.own_buttons):
            yield Sign(PageKind.PRODUCT, 1.0, "its title is the marked up product's name")
    elif len(mains) > 1:
        yield Sign(PageKind.LISTING, 2.0, f"{len(mains)} products marked up beside one another")
    if len(elsewhere) >= 2 and not mains:
        yield Sign(PageKind.LISTING, 1.5, f"{len(elsewhere)} products marked up, all with addresses of their own")
    elif elsewhere and not mains:
        yield Sign(PageKind.LISTING, 1.0, "the product marked up has an address of its own")


def _path(url: str | None) -> str:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return parts.path.rstrip("/").lower() + ("?" + parts.query if parts.query else "")


def is_titled(page: Page, seen: Sequence[Seen]) -> bool:
    """True if one product with an offer is marked up, and <title> names it."""
    names = {
        (product.name or "").strip().lower()
        for source in seen
        for product in source.products
        if source.source in _MARKED
        and product.role == "main"
        and any(offer.price and not offer.lowest_of for offer in product.offers)
    }
    return len(names) == 1 and _names(page.title or "", names.pop())


def _is_title(name: str, tiles: Tiles, page: Page) -> bool:
    return _names(tiles.title.text() if tiles.title is not None else "", name) or _names(page.title or "", name)


def _names(text: str, name: str) -> bool:
    """A title is, for the most part, the product's name."""
    own, words = set(_TOKEN.findall(name[:300])), set(_TOKEN.findall(text.lower()[:400]))
    common = len(own & words)
    return bool(own) and common >= 0.75 * len(own) and common >= 0.4 * len(words)
