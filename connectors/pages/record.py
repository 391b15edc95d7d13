"""Pure: the choice made of a page's answers as a ProductRecord, with the Issues that a human should see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from connectors import values
from connectors.drafting import MAX_IMAGES, MAX_QUANTITY, TITLE_LIMIT, exponent, label
from connectors.pages.choose import Choice
from connectors.pages.page import Page
from connectors.pages.pricing import number
from connectors.pages.seen import SeenOffer
from connectors.records import Issue, IssueCode, OfferRecord, ProductRecord

_MAX_ID: Final = 200
_KEPT: Final = 150
_TRACKING: Final = re.compile(
    r"(?:utm_\w+|[gmf]clid|fbclid|msclkid|dclid|gbraid|wbraid|srsltid|mc_[ce]id|_ga|_gl|igshid|yclid|affid"
    r"|aff_\w+|campaign\w*|ref|referrer|phpsessid|jsessionid|sid|sessionid|osclid)\Z",
    re.I,
)
"""Parameters that say where a visitor comes from, never which product this is."""


def product_id(url: str) -> str:
    """The id of the product on this page: path and query of its address, without what only tracks visitors.

    At most 200 characters, the same for the same address for ever."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _short("/" + url)
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.match(p.partition("=")[0]))
    return _short((parts.path or "/") + (f"?{query}" if query else ""))


def _short(text: str) -> str:
    if len(text) <= _MAX_ID:
        return text
    return f"{text[:_KEPT]}~{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]}"


def make(page: Page, choice: Choice, shop_url: str) -> tuple[ProductRecord | None, tuple[Issue, ...]]:
    """The record and its Issues; None where the page's product has no name. Never raises."""
    url, _ = values.http_url(page.canonical or page.url)
    source_id = product_id(url or page.url)
    issues: list[Issue] = []

    def complain(code: IssueCode, field: str | None = None, detail: str = "", *, rejected: bool = False) -> None:
        issues.append(Issue(code=code, source_id=source_id, field=field, detail=detail[:300], rejected=rejected))

    title = values.plain_text(choice.name or "", TITLE_LIMIT)
    if not title:
        complain(IssueCode.TITLE_MISSING, "title", rejected=True)
        return None, tuple(issues)
    if url and not values.same_site(url, shop_url):
        complain(IssueCode.URL_FOREIGN, "url", url)
    images = _images(page, choice.images)
    if not images:
        complain(IssueCode.IMAGE_MISSING, "images")
    _complain_of_values(choice, complain)
    record = ProductRecord(
        source_id=source_id,
        title=title,
        description=values.clean_html(choice.description),
        url=url,
        brand=label(choice.brand) or None if choice.brand else None,
        category_path=tuple(step for step in map(label, choice.category_path[:10]) if step),
        condition=choice.condition,
        images=images,
        attributes=tuple(
            (label(name), label(value)) for name, value in choice.attributes[:50] if label(name) and label(value)
        ),
        offers=_offers(page, choice, source_id),
    )
    return record, tuple(issues)


def _complain_of_values(choice: Choice, complain: Callable[..., None]) -> None:
    if choice.price.value is None:
        code = IssueCode.PRICE_UNREADABLE if choice.price.doubted else IssueCode.PRICE_MISSING
        complain(code, "price", choice.price.why)
    if choice.bad_gtin and not choice.gtin:
        complain(IssueCode.GTIN_INVALID, "gtin", choice.bad_gtin)
    availability = next((field for field in choice.fields if field.name == "availability"), None)
    if choice.availability is None and availability is not None and availability.answers:
        complain(IssueCode.AVAILABILITY_UNKNOWN, "availability", availability.why)


def _images(page: Page, raw: tuple[str, ...]) -> tuple[str, ...]:
    found = (values.http_url(address, page.base)[0] for address in raw[: MAX_IMAGES * 3])
    return tuple(dict.fromkeys(address for address in found if address))[:MAX_IMAGES]


def _offers(page: Page, choice: Choice, source_id: str) -> tuple[OfferRecord, ...]:
    """One offer a variant where the page tells them apart and one of them has the page's price, else one for all."""
    told = choice.offers
    prices = {number(offer.price) for offer in told}
    if len(told) < 2 or (choice.price.value is not None and choice.price.value not in prices):
        return (_single(choice, source_id),)
    offers: dict[str, OfferRecord] = {}
    for offer in told:
        made = _variant(page, choice, offer, source_id)
        offers.setdefault(made.source_id, made)
    return tuple(offers.values())


def _single(choice: Choice, source_id: str) -> OfferRecord:
    minor, listed, currency = _money(choice.price.value, choice.price.list_price, choice.price.currency)
    return OfferRecord(
        source_id=source_id,
        price_minor=minor,
        list_price_minor=listed,
        currency=currency,
        availability=choice.availability,
        quantity=_quantity(choice.quantity),
        gtin=choice.gtin,
        sku=_code(choice.sku),
    )


def _variant(page: Page, choice: Choice, offer: SeenOffer, source_id: str) -> OfferRecord:
    key = offer.sku or offer.gtin or " ".join(f"{name}={value}" for name, value in offer.variant)
    value, listed_price, currency = (
        number(offer.price),
        number(offer.list_price),
        offer.currency or choice.price.currency,
    )
    if (
        choice.price.value is None
        or not value
        or (offer.currency and choice.price.currency and offer.currency != choice.price.currency)
    ):
        value = None
    minor, listed, currency = _money(value, listed_price, currency)
    url = values.http_url(offer.url, page.base)[0] if offer.url else None
    return OfferRecord(
        source_id=_short(f"{source_id}#{key}"),
        price_minor=minor,
        list_price_minor=listed,
        currency=currency,
        availability=offer.availability,
        quantity=_quantity(offer.quantity),
        gtin=offer.gtin,
        sku=_code(offer.sku),
        variant=tuple((label(name), label(text)) for name, text in offer.variant[:20] if label(name) and label(text)),
        url=url if url != (page.canonical or page.url) else None,
        images=_images(page, offer.images),
    )


def _money(
    value: Decimal | None, listed: Decimal | None, currency: str | None
) -> tuple[int | None, int | None, str | None]:
    """Minor units of price and list price; the currency only with a price."""
    if value is None or currency is None:
        return None, None, None
    minor = values.minor_units(format(value, "f"), exponent(currency))[0]
    above = values.minor_units(format(listed, "f"), exponent(currency))[0] if listed is not None else None
    if minor is None:
        return None, None, None
    return minor, above if above is not None and above > minor else None, currency


def _quantity(raw: int | None) -> int | None:
    return raw if raw is not None and 0 <= raw < MAX_QUANTITY else None


def _code(raw: str | None) -> str | None:
    text = values.plain_text(raw, 200) if raw else ""
    return text or None
