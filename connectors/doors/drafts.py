"""Pure: what the mappings of all doors share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors import values
from connectors.drafting import MAX_IMAGES, Draft, Mapped, PriceUnreadable, exponent
from connectors.records import Attribute, IssueCode, OfferRecord, ProductRecord

Price = tuple[int | None, int | None]
"""(shown price, crossed-out price) in the currency's minor unit."""
NO_CURRENCY = "the shop does not say in which currency its prices are"


def amount(raw: Any, currency: str | None) -> int | None:
    """A decimal number, as JSON's number or text; None where there is none. Raises PriceUnreadable."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise TypeError(f"a price of type {type(raw).__name__}")
    if currency is None:
        raise PriceUnreadable(NO_CURRENCY)
    minor, complaint = values.minor_units(str(raw), exponent(currency))
    if complaint:
        raise PriceUnreadable(complaint)
    return minor


def shown(price: int | None, listed: int | None, *, buyable: bool) -> Price:
    """0 that can be bought is free, 0 that cannot is no price; a crossed-out price is above the shown one."""
    if price is None or (price == 0 and not buyable):
        return None, None
    return price, listed if listed is not None and listed > price else None


def pictures(raws: Iterable[Any], draft: Draft, base: str) -> tuple[str, ...]:
    """Addresses of pictures, each once; those without a scheme are on https, as every platform's own are."""
    found: dict[str, None] = {}
    for raw in raws:
        if len(found) == MAX_IMAGES:
            break
        if not isinstance(raw, str) or not raw.strip():
            continue
        url, complaint = values.http_url(f"https:{raw}" if raw.startswith("//") else raw, base)
        if url is None:
            draft.complain(IssueCode.URL_INVALID, "images", complaint or "")
        else:
            found[url] = None
    return tuple(found)


def finish(
    draft: Draft,
    *,
    url: str,
    description: str,
    category_path: tuple[str, ...],
    images: tuple[str, ...],
    offers: list[OfferRecord],
    attributes: tuple[Attribute, ...] = (),
) -> Mapped:
    """Build the record; a product without a name or an offer is left out."""
    if not draft.title:
        draft.complain(IssueCode.TITLE_MISSING, "title", rejected=True)
        return None, draft.issues
    if not offers:
        draft.complain(IssueCode.VARIANTS_MISSING, "variants", rejected=True)
        return None, draft.issues
    if not images and not any(offer.images for offer in offers):
        draft.complain(IssueCode.IMAGE_MISSING, "images")
    record = ProductRecord(
        source_id=draft.source_id,
        title=draft.title,
        description=values.clean_html(description) if description else "",
        url=url,
        brand=draft.brand,
        category_path=category_path,
        images=images,
        attributes=attributes,
        offers=tuple(offers),
    )
    return record, draft.issues
