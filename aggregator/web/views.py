"""From what store and index say to what templates show: facets, paging, structured data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from aggregator.search.port import FACETS, PRICE_BANDS, FacetValue, SearchResults, Sort
from aggregator.store.portal import ListingView, OfferView
from aggregator.web import formatting
from aggregator.web.query import SearchRequest, last_page
from aggregator.web.texts import gettext as _
from connectors.records import Availability
from connectors.values import plain_text

FACET_SHOWN = 7
"""Values of a facet before "voir plus"."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: a link that adds or removes it."""

    label: str
    count: int | None
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One facet. `first` are shown at once, `more` on demand; chosen ones are always among the first."""

    name: str
    title: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to other pages; `None` where there is none."""

    page: int
    last: int
    previous: str | None
    next: str | None


def facet_title(name: str) -> str:
    return {
        "category": _("Catégorie"),
        "brand": _("Marque"),
        "shop": _("Boutique"),
        "town": _("Commune"),
        "availability": _("Disponibilité"),
        "price": _("Prix"),
    }[name]


def sort_title(sort: Sort) -> str:
    return {
        Sort.RELEVANCE: _("Pertinence"),
        Sort.PRICE_ASC: _("Prix croissant"),
        Sort.PRICE_DESC: _("Prix décroissant"),
        Sort.NEWEST: _("Nouveautés"),
    }[sort]


def value_label(name: str, value: str, label: str = "") -> str:
    """What a facet's value is called on screen."""
    if name == "availability" and value in set(Availability):
        return formatting.availability(Availability(value))
    if name == "price" and value in PRICE_BANDS:
        low, high = (None if bound is None else bound // 100 for bound in PRICE_BANDS[value])
        if not low:
            return _("Moins de %(high)s\u00a0€") % {"high": high}
        if high is None:
            return _("%(low)s\u00a0€ et plus") % {"low": low}
        return _("De %(low)s à %(high)s\u00a0€") % {"low": low, "high": high}
    return label or value


def facet_groups(request: SearchRequest, results: SearchResults) -> list[FacetGroup]:
    """The facets worth showing: those with a choice to make, or a choice made."""
    groups = []
    for name in FACETS:
        choices = [_choice(request, name, value) for value in _in_order(name, results.facets.get(name, ()))]
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            first = [c for i, c in enumerate(choices) if i < FACET_SHOWN or c.chosen]
            more = [c for i, c in enumerate(choices) if i >= FACET_SHOWN and not c.chosen]
            groups.append(FacetGroup(name, facet_title(name), tuple(first), tuple(more)))
    return groups


def _choice(request: SearchRequest, name: str, value: FacetValue) -> Choice:
    return Choice(
        label=value_label(name, value.value, value.label),
        count=value.count,
        url=request.toggled(name, value.value),
        chosen=request.has(name, value.value),
    )


def _in_order(name: str, values: tuple[FacetValue, ...]) -> list[FacetValue]:
    """Prices go up; everything else comes as the index counts it, commonest first. Unknown values are left out."""
    named = [value for value in values if value.value and value.count]
    if name == "price":
        bands = list(PRICE_BANDS)
        return sorted((v for v in named if v.value in bands), key=lambda v: bands.index(v.value))
    return named


def active_filters(request: SearchRequest, results: SearchResults) -> list[Choice]:
    """The filters that are set, each with the address without it."""
    labels = {(name, v.value): v.label for name, values in results.facets.items() for v in values}
    return [
        Choice(
            label=value_label(name, value, labels.get((name, value), "")),
            count=None,
            url=request.toggled(name, value),
            chosen=True,
        )
        for name, value in request.filters
    ]


def pager(request: SearchRequest, total: int) -> Pager:
    last = last_page(total)
    return Pager(
        page=request.page,
        last=last,
        previous=request.on_page(request.page - 1) if request.page > 1 else None,
        next=request.on_page(request.page + 1) if request.page < last else None,
    )


def summary(listing: ListingView, limit: int = 160) -> str:
    """A sentence for search engines: the description's beginning, cut at a word."""
    text = plain_text(listing.description, 400)
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"


def product_ld(listing: ListingView, base_url: str) -> dict[str, Any]:
    """schema.org Product. An offer without a price is left out: Offer requires one."""
    card = listing.card
    url = base_url + formatting.path("offre", card.listing_id, card.title)
    offers = [_offer_ld(offer, listing) for offer in listing.offers if offer.price_minor is not None]
    gtins = {offer.gtin for offer in listing.offers if offer.gtin}
    single = listing.offers[0] if len(listing.offers) == 1 else None
    optional = {
        "description": summary(listing, 400),
        "image": list(listing.images[:6]),
        "brand": {"@type": "Brand", "name": card.brand} if card.brand else None,
        "gtin": gtins.pop() if len(gtins) == 1 else None,
        "sku": single.sku if single else None,
        "category": " > ".join(listing.category_path),
        "offers": offers,
    }
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": card.title,
        "url": url,
        **{name: value for name, value in optional.items() if value},
    }


def _offer_ld(offer: OfferView, listing: ListingView) -> dict[str, Any]:
    currency = offer.currency or "EUR"
    amount = Decimal(offer.price_minor or 0).scaleb(-get_currency_precision(currency))
    found: dict[str, Any] = {
        "@type": "Offer",
        "price": str(amount),
        "priceCurrency": currency,
        "url": offer.url or listing.card.url,
        "seller": {"@type": "Organization", "name": listing.shop.name, "url": listing.shop.url},
    }
    if offer.availability is not None:
        found["availability"] = f"https://schema.org/{offer.availability.value}"
    return found


def breadcrumb_ld(trail: list[tuple[str, str]], base_url: str) -> Mapping[str, Any]:
    """schema.org BreadcrumbList of (name, path) pairs."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": base_url + path}
            for position, (name, path) in enumerate(trail, start=1)
        ],
    }
