"""Structured data of pages, in schema.org's words. Pure.

What is said is what the page shows, and nothing that nobody knows: no rating, no `priceValidUntil`, no offer without a
price (schema.org's Offer may lack one, Google's product rules may not). The tests hold it against schema.org's own
vocabulary and Google's lists of required properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from aggregator import hours
from aggregator.store.portal import ListingView, OfferView, ShopView
from aggregator.store.products import ProductView
from aggregator.web.formatting import path
from connectors.records import Availability
from connectors.values import plain_text

Data = dict[str, Any]

CONTEXT = "https://schema.org"
CONDITIONS = {"new": "NewCondition", "refurbished": "RefurbishedCondition", "used": "UsedCondition"}
MOST_VARIANTS = 50
"""Variants that a page spells out: the rest would only make it heavy."""
MOST_OFFERS = 50
MOST_IMAGES = 6
_VARIES_BY = {
    "size": re.compile(r"(?:tailles?|pointures?|sizes?)\b", re.IGNORECASE),
    "color": re.compile(r"(?:couleurs?|coloris|teintes?|colou?rs?)\b", re.IGNORECASE),
    "material": re.compile(r"(?:mati[èe]res?|mat[ée]riaux?|materials?|tissus?|essences?)\b", re.IGNORECASE),
    "pattern": re.compile(r"(?:motifs?|imprim[ée]s?|patterns?)\b", re.IGNORECASE),
}
"""schema.org's property -> how shops name it."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def listing(view: ListingView, base_url: str) -> Data | None:
    """What one shop sells: a Product, or a ProductGroup where it has variants. None where no price is known: without
    an offer, a review or a rating, no search engine takes it for a product."""
    return _listing(view, base_url, base_url + path("offre", view.card.listing_id, view.card.title))


def product(view: ProductView, base_url: str) -> Data | None:
    """What several shops sell: one Product, with its offers and the range of the prices at which it can be bought (of
    all offers, where it is sold out). None without a price."""
    page = base_url + path("produit", view.product_id, view.title)
    offers = [
        _offer(offer, one, page)
        for one in view.listings
        for offer in _one_each(one.offers)
        if offer.price_minor is not None
    ]
    if not offers:
        return None
    currency = _commonest(offer["priceCurrency"] for offer in offers)
    offers = [offer for offer in offers if offer["priceCurrency"] == currency]
    sold_out = f"{CONTEXT}/{Availability.OUT_OF_STOCK.value}"
    prices = [Decimal(one["price"]) for one in offers if one.get("availability") != sold_out]
    prices = prices or [Decimal(one["price"]) for one in offers]
    first = view.listings[0]
    return {
        "@context": CONTEXT,
        "@type": "Product",
        **_known(
            name=view.title,
            url=page,
            description=summary(first, 400),
            image=list(view.images[:MOST_IMAGES]),
            brand=_brand(view.brand),
            gtin=gtin(view.gtin),
        ),
        "offers": {
            "@type": "AggregateOffer",
            "lowPrice": str(min(prices)),
            "highPrice": str(max(prices)),
            "priceCurrency": currency,
            "offerCount": len(offers),
            "offers": offers[:MOST_OFFERS],
        },
    }


def shop(view: ShopView, base_url: str) -> Data:
    """A shop: a Store where it stands somewhere, an OnlineStore where we know no place."""
    page = base_url + path("boutique", view.shop_id, view.name)
    placed = bool(view.town)
    known = _known(
        name=view.name,
        url=page,
        sameAs=view.url,
        description=view.about,
        legalName=view.merchant,
        telephone=view.phone,
        email=view.email,
        identifier=_siret(view.siret),
    )
    if not placed:
        return {"@context": CONTEXT, "@type": "OnlineStore", "@id": page, **known}
    address = _known(streetAddress=view.address, postalCode=view.postal_code, addressLocality=view.town)
    located = view.latitude is not None and view.longitude is not None
    return {
        "@context": CONTEXT,
        "@type": "Store",
        "@id": page,
        **known,
        "address": {"@type": "PostalAddress", **address, "addressCountry": "FR"},
        **_known(
            geo={"@type": "GeoCoordinates", "latitude": view.latitude, "longitude": view.longitude}
            if located
            else None,
            openingHoursSpecification=opening_hours(view.opening_hours),
        ),
    }


def website(name: str, base_url: str, language: str) -> Data:
    """The portal itself, and how it is searched."""
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": name,
        "url": f"{base_url}/",
        "inLanguage": language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{base_url}/recherche?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumb(trail: Iterable[tuple[str, str]], base_url: str) -> Data:
    """The way to a page, as (name, path) pairs from the root down, the page itself last."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": base_url + address}
            for position, (name, address) in enumerate(trail, start=1)
        ],
    }


def item_list(entries: Iterable[tuple[str, str]], base_url: str, *, first: int = 1) -> Data:
    """The (name, path) pairs that a page lists, in its order; `first` is the place of the first one among all pages."""
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "url": base_url + address}
            for position, (name, address) in enumerate(entries, start=first)
        ],
    }


def summary(view: ListingView, limit: int = 160) -> str:
    """A sentence for search engines: the description's beginning, cut at a word; without one, what the card says."""
    text = plain_text(view.description, 400)
    if not text:
        text = ", ".join(part for part in (view.card.title, view.card.brand, view.shop.name, view.shop.town) if part)
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"


def gtin(stored: str | None) -> str | None:
    """A GTIN-14 as goods carry it: an EAN-13 where it is one."""
    return None if stored is None else stored[1:] if stored.startswith("0") else stored


def amount(price_minor: int, currency: str) -> str:
    """A price as schema.org wants it: a point, no sign."""
    return str(Decimal(price_minor).scaleb(-get_currency_precision(currency)))


def opening_hours(stored: str) -> list[Data]:
    """Hours as they are stored, a specification for the days that share an opening; none where they are not in form."""
    try:
        week = hours.read(stored) if stored.strip() else {}
    except ValueError:
        return []
    days: dict[tuple[int, int], list[str]] = {}
    for day, spans in week.items():
        for span in spans:
            days.setdefault(span, []).append(f"{CONTEXT}/{_DAYS[day]}")
    return [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": names, "opens": _clock(opens), "closes": _clock(closes)}
        for (opens, closes), names in days.items()
    ]


def _clock(minutes: int) -> str:
    """What ends with the day ends a minute before (Google's way to say it); what ends after midnight, tomorrow."""
    return "23:59" if minutes == hours.DAY else f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _listing(view: ListingView, base_url: str, page: str) -> Data | None:
    card = view.card
    priced = [offer for offer in view.offers if offer.price_minor is not None]
    if not priced:
        return None
    common = _known(
        name=card.title,
        url=page,
        description=summary(view, 400),
        image=list(view.images[:MOST_IMAGES]),
        brand=_brand(card.brand),
        category=" > ".join(view.category_path),
        itemCondition=_condition(view),
    )
    if len(view.offers) == 1:
        more = _known(sku=priced[0].sku, gtin=gtin(priced[0].gtin))
        return {"@context": CONTEXT, "@type": "Product", **common, **more, "offers": _offer(priced[0], view, page)}
    common.pop("itemCondition", None)  # a property of Product and Offer, not of a group: its offers say it
    properties = varies_by([name for offer in view.offers for name, _ in offer.variant])
    return {
        "@context": CONTEXT,
        "@type": "ProductGroup",
        **common,
        "productGroupID": str(card.listing_id),
        **_known(variesBy=[f"https://schema.org/{name}" for name in dict.fromkeys(properties.values())]),
        "hasVariant": [_variant(offer, view, page, properties) for offer in priced[:MOST_VARIANTS]],
    }


def varies_by(names: Sequence[str]) -> dict[str, str]:
    """schema.org's property for those of these variant names that mean one."""
    return {
        name: known for name in dict.fromkeys(names) for known, told in _VARIES_BY.items() if told.match(name.strip())
    }


def _variant(offer: OfferView, view: ListingView, page: str, properties: Mapping[str, str]) -> Data:
    values = " · ".join(value for _, value in offer.variant)
    said = {properties[name]: value for name, value in offer.variant if name in properties}
    rest = [
        {"@type": "PropertyValue", "name": name, "value": value}
        for name, value in offer.variant
        if name not in properties
    ]
    return {
        "@type": "Product",
        "name": f"{view.card.title}, {values}" if values else view.card.title,
        **_known(
            sku=offer.sku,
            gtin=gtin(offer.gtin),
            image=list(offer.images[:1] or view.images[:1]),
            additionalProperty=rest,
            itemCondition=_condition(view),
            **said,
        ),
        "offers": _offer(offer, view, page),
    }


def _offer(offer: OfferView, view: ListingView, page: str) -> Data:
    """Of a shop without a site, the offer's page is ours, and the seller is reached by phone."""
    currency = offer.currency or "EUR"
    seller = _known(name=view.shop.name, url=view.shop.url, telephone=view.shop.phone)
    availability = f"{CONTEXT}/{offer.availability.value}" if offer.availability is not None else None
    return {
        "@type": "Offer",
        "price": amount(offer.price_minor or 0, currency),
        "priceCurrency": currency,
        "url": offer.url or view.card.url or page,
        **_known(availability=availability, itemCondition=_condition(view)),
        "seller": {"@type": "Organization", **seller},
    }


def _one_each(offers: Sequence[OfferView]) -> list[OfferView]:
    """Of a shop's variants, one at each price that can be bought: the page compares shops, not sizes."""
    wanted = [offer for offer in offers if offer.can_be_bought] or list(offers)
    return list({(offer.price_minor, offer.currency): offer for offer in reversed(wanted)}.values())[::-1]


def _condition(view: ListingView) -> str | None:
    return f"{CONTEXT}/{CONDITIONS[view.condition]}" if view.condition in CONDITIONS else None


def _brand(name: str | None) -> Data | None:
    return {"@type": "Brand", "name": name} if name else None


def _siret(digits: str | None) -> Data | None:
    return {"@type": "PropertyValue", "propertyID": "SIRET", "value": digits} if digits else None


def _commonest(values: Iterable[str]) -> str:
    listed = list(values)
    return max(dict.fromkeys(listed), key=listed.count)


def _known(**values: Any) -> Data:
    """Only what is known."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
