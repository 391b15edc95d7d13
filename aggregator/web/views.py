"""From what store and index say to what templates show: facets, paging, structured data. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from aggregator.search.document import CATEGORY_SEPARATOR
from aggregator.search.port import FACETS, PRICE_BANDS, FacetValue, SearchResults, Sort
from aggregator.store.portal import ListingView, OfferView
from aggregator.web import formatting
from aggregator.web.query import SearchRequest, within
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
    level: int = 0
    """How deep a category lies below a root."""


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
        "condition": _("État"),
        "colour": _("Couleur"),
        "size": _("Taille"),
    }[name]


def sort_title(sort: Sort) -> str:
    return {
        Sort.RELEVANCE: _("Pertinence"),
        Sort.PRICE_ASC: _("Moins cher"),
        Sort.PRICE_DESC: _("Plus cher"),
        Sort.NEWEST: _("Nouveautés"),
        Sort.DISTANCE: _("Plus près"),
    }[sort]


def category_label(value: str) -> str:
    """What a node of the portal's tree is called on screen."""
    return value.rpartition(CATEGORY_SEPARATOR)[2].replace("-", " ").capitalize()


def value_label(name: str, value: str, label: str = "") -> str:
    """What a facet's value is called on screen."""
    if name == "availability" and value in set(Availability):
        return formatting.availability(Availability(value))
    if name == "category":
        return category_label(value)
    if name == "condition":
        return {"new": _("Neuf"), "refurbished": _("Reconditionné"), "used": _("D'occasion")}.get(value, value)
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
        values = [v for v in results.facets.get(name, ()) if v.value and (v.count or request.has(name, v.value))]
        if name == "category":
            rows = _branch("", 0, values, request)
        else:
            rows = [(value, 0) for value in _in_order(name, values)]
        choices = [_choice(request, name, value, level) for value, level in rows]
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            groups.append(_group(name, choices))
    return groups


def _group(name: str, choices: list[Choice]) -> FacetGroup:
    """The first few roots and whatever belongs to a chosen value at once, the rest on demand."""
    first: list[Choice] = []
    more: list[Choice] = []
    roots = 0
    for choice in choices:
        roots += choice.level == 0
        shown = roots <= FACET_SHOWN or choice.chosen or choice.level > 0
        (first if shown else more).append(choice)
    return FacetGroup(name, facet_title(name), tuple(first), tuple(more))


def _choice(request: SearchRequest, name: str, value: FacetValue, level: int) -> Choice:
    return Choice(
        label=value_label(name, value.value, value.label),
        count=value.count,
        url=request.toggled(name, value.value),
        chosen=request.has(name, value.value),
        level=level,
    )


def _branch(
    above: str, level: int, values: Sequence[FacetValue], request: SearchRequest
) -> list[tuple[FacetValue, int]]:
    """Categories directly below `above`, commonest first; those that hold a chosen one are opened."""
    chosen = [value for name, value in request.filters if name == "category"]
    prefix = f"{above}{CATEGORY_SEPARATOR}" if above else ""
    rows: list[tuple[FacetValue, int]] = []
    for value in values:
        if value.value.startswith(prefix) and CATEGORY_SEPARATOR not in value.value[len(prefix) :]:
            rows.append((value, level))
            if any(within(one, value.value) for one in chosen):
                rows += _branch(value.value, level + 1, values, request)
    return rows


def _in_order(name: str, values: Sequence[FacetValue]) -> Sequence[FacetValue]:
    """Prices go up; everything else comes as the index counts it, commonest first. Unknown bands are left out."""
    if name == "price":
        bands = list(PRICE_BANDS)
        return sorted((v for v in values if v.value in bands), key=lambda v: bands.index(v.value))
    return values


def active_filters(request: SearchRequest, results: SearchResults, shop_names: Mapping[str, str]) -> list[Choice]:
    """The filters that are set, each with the address without it. `shop_names`: where the index counts none."""
    labels = {(name, v.value): v.label for name, values in results.facets.items() for v in values}
    labels |= {("shop", value): label for value, label in shop_names.items()}
    return [
        Choice(
            label=value_label(name, value, labels.get((name, value), value)),
            count=None,
            url=request.toggled(name, value),
            chosen=True,
        )
        for name, value in request.filters
    ]


def pager(request: SearchRequest, last: int) -> Pager:
    return Pager(
        page=request.page,
        last=last,
        previous=request.on_page(request.page - 1) if request.page > 1 else None,
        next=request.on_page(request.page + 1) if request.page < last else None,
    )


def plain_pager(address: str, page: int, last: int) -> Pager:
    """The pager of a page with no other parameter than `page`."""

    def url(number: int) -> str:
        return address if number == 1 else f"{address}?page={number}"

    return Pager(
        page=page, last=last, previous=url(page - 1) if page > 1 else None, next=url(page + 1) if page < last else None
    )


def summary(listing: ListingView, limit: int = 160) -> str:
    """A sentence for search engines: the description's beginning, cut at a word."""
    text = plain_text(listing.description, 400)
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"


def product_ld(listing: ListingView, base_url: str) -> dict[str, Any]:
    """schema.org Product. An offer without a price is left out: Offer requires one."""
    card = listing.card
    url = base_url + formatting.path("offre", card.listing_id, card.title)
    offers = [_offer_ld(offer, listing, url) for offer in listing.offers if offer.price_minor is not None]
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


def _offer_ld(offer: OfferView, listing: ListingView, page: str) -> dict[str, Any]:
    """Of a shop without a site, the offer's page is ours, and the seller is reached by phone."""
    currency = offer.currency or "EUR"
    amount = Decimal(offer.price_minor or 0).scaleb(-get_currency_precision(currency))
    shop = listing.shop
    seller = {"@type": "Organization", "name": shop.name, "url": shop.url, "telephone": shop.phone}
    found: dict[str, Any] = {
        "@type": "Offer",
        "price": str(amount),
        "priceCurrency": currency,
        "url": offer.url or listing.card.url or page,
        "seller": {name: value for name, value in seller.items() if value},
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
