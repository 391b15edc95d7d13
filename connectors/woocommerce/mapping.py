"""Pure: what both WooCommerce interfaces share on the way from their JSON to records.

`store_mapping` reads the Store API's shape (displayed prices in minor units, escaped texts), `rest_mapping` the one of
REST v3 (entered prices as decimals, raw texts). Both fill a `Draft` and let `finish` build the record, so that the
rules for titles, pictures, addresses and categories exist once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connectors import values
from connectors.drafting import MALFORMED as MALFORMED
from connectors.drafting import MAX_IMAGES, TITLE_LIMIT, malformed
from connectors.drafting import MAX_QUANTITY as MAX_QUANTITY
from connectors.drafting import Draft as Draft
from connectors.drafting import Json as Json
from connectors.drafting import Mapped as Mapped
from connectors.drafting import PriceUnreadable as PriceUnreadable
from connectors.drafting import exponent as exponent
from connectors.drafting import label as label
from connectors.drafting import rows as rows
from connectors.drafting import text_of as text_of
from connectors.records import (
    Attribute,
    IssueCode,
    OfferRecord,
    OfferStock,
    ProductRecord,
    StockRecord,
    Withdrawn,
)

Price = tuple[int | None, int | None, str | None]
"""(shown, crossed out, currency)."""
Told = dict[str, Any]
"""The fields of `OfferStock` but its id."""

MAX_ID: Final = 2**53
NO_CATEGORY: Final = frozenset({"uncategorized", "uncategorised", "non-classe", "sans-categorie"})
"""WooCommerce's default category, which the Store API does not show (measured) and REST v3 does."""
BRAND_NAMES: Final = frozenset({"marque", "marques", "brand", "brands"})


@dataclass(frozen=True, slots=True)
class Shop:
    """What an item alone does not say."""

    url: str
    categories: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Category id -> names from the root to it."""


def identifier(item: Any) -> int | None:
    """An item's id, or None where it has none that can be used."""
    if isinstance(item, dict) and isinstance(i := item.get("id"), int) and not isinstance(i, bool) and 0 < i < MAX_ID:
        return i
    return None


def guarded(mapper: Callable[[Json], Mapped], item: Any) -> Mapped:
    """Map one item; whatever is wrong with its shape becomes its one Issue, and never stops the catalogue."""
    if identifier(item) is None:
        return None, [malformed(None)]
    try:
        return mapper(item)
    except MALFORMED as error:
        return None, [malformed(str(item["id"]), error)]


def category_paths(terms: Iterable[Any]) -> dict[int, tuple[str, ...]]:
    """Names from the root to each category. A loop or an unknown parent ends the path there."""
    known = {i: t for t in terms if (i := identifier(t)) is not None}
    paths: dict[int, tuple[str, ...]] = {}
    for start in known:
        path: list[str] = []
        seen: set[int] = set()
        at: Any = start
        while at in known and at not in seen:
            seen.add(at)
            path.append(label(text_of(known[at].get("name"))))
            at = known[at].get("parent")
        paths[start] = tuple(name for name in reversed(path) if name)
    return paths


def deepest_category(categories: Any, shop: Shop) -> tuple[str, ...]:
    """The longest path among a product's categories; the alphabet decides between equals, since the order varies."""
    best: tuple[str, ...] = ()
    for category in rows(categories):
        if category.get("slug") in NO_CATEGORY:
            continue
        path = shop.categories.get(category["id"]) or tuple(filter(None, [label(text_of(category.get("name")))]))
        if len(path) > len(best) or (len(path) == len(best) and path < best):
            best = path
    return best


def image_urls(images: Any, draft: Draft, shop: Shop) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for image in rows(images):
        if len(found) == MAX_IMAGES:
            break
        if not (raw := text_of(image.get("src"))):
            continue
        url, complaint = values.http_url(raw, shop.url)
        if url is None:
            draft.complain(IssueCode.URL_INVALID, "images", complaint or "")
        else:
            found[url] = None
    return tuple(found)


def page_url(raw: Any, draft: Draft, shop: Shop) -> str | None:
    """The product's own page. A page on another site is kept (the buyer leaves for it) and said."""
    url, complaint = values.http_url(text_of(raw), shop.url)
    if url is None:
        draft.complain(IssueCode.URL_INVALID, "permalink", complaint or "")
    elif not values.same_site(url, shop.url):
        draft.complain(IssueCode.URL_FOREIGN, "permalink", url)
    return url


def brand_of(item: Json, attributes: Iterable[Attribute]) -> str | None:
    """WooCommerce's own brands (9.6 on), else an attribute that is called so."""
    for brand in rows(item.get("brands")):
        if name := label(text_of(brand.get("name"))):
            return name
    return next((value for name, value in attributes if name.casefold() in BRAND_NAMES and value), None)


def sku_of(raw: Any, parent_sku: str | None = None) -> str | None:
    """A variation without its own SKU reports its parent's: that one stays with the parent."""
    sku = values.plain_text(text_of(raw), 200)
    return sku if sku and sku != parent_sku else None


def start(item: Json) -> Draft:
    """Begin a product: its id and its title. An empty title is said by `finish`."""
    draft = Draft(item=item, source_id=str(item["id"]), issues=[])
    raw = text_of(item["name"])
    draft.title = values.plain_text(raw, TITLE_LIMIT)
    return draft


def finish(draft: Draft, offers: list[OfferRecord], shop: Shop) -> Mapped:
    """Build the record from what both shapes share; a product without title, page or offers is left out."""
    item = draft.item
    if not draft.title:
        draft.complain(IssueCode.TITLE_MISSING, "name", rejected=True)
        return None, draft.issues
    if not offers:
        return _nothing_in_sale(draft)
    url = page_url(item["permalink"], draft, shop)
    if url is None:
        # without a page there is nowhere to send the buyer
        return None, [i.model_copy(update={"rejected": True}) for i in draft.issues if i.field == "permalink"]
    images = image_urls(item.get("images"), draft, shop)
    if not images and not any(o.images for o in offers):
        draft.complain(IssueCode.IMAGE_MISSING, "images")
    description = text_of(item.get("description")) or text_of(item.get("short_description"))
    record = ProductRecord(
        source_id=draft.source_id,
        title=draft.title,
        description=values.clean_html(description) if description else "",
        url=url,
        brand=draft.brand,
        category_path=deepest_category(item.get("categories"), shop),
        images=images,
        attributes=draft.attributes,
        offers=tuple(offers),
    )
    return record, draft.issues


def _nothing_in_sale(draft: Draft) -> Mapped:
    """A page on which nothing can be bought: not a broken record, which would stay as stored, but one to take out."""
    draft.complain(IssueCode.VARIANTS_MISSING, "variations", "no variation in sale")
    return Withdrawn(source_id=draft.source_id, reason="hidden"), draft.issues


def told(price: Callable[[], Price], draft: Draft, field_name: str, availability: Any, quantity: int | None) -> Told:
    """What an item says of its price and stock; a price that cannot be read is said, and the item kept without."""
    minor: int | None = None
    listed, currency = None, None
    try:
        minor, listed, currency = price()
    except PriceUnreadable as error:
        draft.complain(IssueCode.PRICE_UNREADABLE, field_name, str(error))
    else:
        if minor is None:
            draft.complain(IssueCode.PRICE_MISSING, field_name)
    return {
        "price_minor": minor,
        "list_price_minor": listed,
        "currency": currency,
        "availability": availability,
        "quantity": quantity,
    }


def finish_stock(draft: Draft, sold: Iterable[tuple[Json, Told]]) -> Mapped:
    """The sweep's shorter record; its issues about content belong to the catalogue lane, those about shape stay."""
    offers = tuple(OfferStock(source_id=str(item["id"]), **said) for item, said in sold)
    if not offers:
        return _nothing_in_sale(draft)
    return StockRecord(source_id=draft.source_id, offers=offers), []
