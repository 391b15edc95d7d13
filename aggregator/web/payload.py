"""From what store and index say to the JSON interface's shapes: one way for it and for `emplettes search --json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator.search.port import DEEPEST, FACETS, FacetValue, SearchQuery, SearchResults
from aggregator.store.freshness import Freshness
from aggregator.store.portal import Card, ListingView, OfferView, ShopView
from aggregator.store.products import ProductSummary, ProductView
from aggregator.web.formatting import path
from aggregator.web.query import MAX_PAGE
from aggregator.web.shapes import (
    Address,
    Attribute,
    Crossed,
    FacetCount,
    Found,
    FreshnessAnswer,
    Listing,
    Offer,
    Price,
    Product,
    ProductName,
    Result,
    Shop,
    ShopFreshness,
    ShopName,
)
from aggregator.web.views import value_label


def result(card: Card, base_url: str, *, summary: ProductSummary | None = None, km: float | None = None) -> Result:
    return Result(
        listing_id=str(card.listing_id),
        offer_id=str(card.offer_id),
        product=None if summary is None else _product_name(summary, base_url),
        title=card.title,
        brand=card.brand,
        price=price(card.price_minor, card.currency),
        price_varies=card.price_varies,
        variants=card.variants,
        availability=card.availability.value if card.availability else None,
        shop=ShopName(id=str(card.shop_id), name=card.shop_name, town=card.town or None),
        distance_km=None if km is None else round(km, 1),
        url=card.url,
        page=base_url + path("offre", card.listing_id, card.title),
        image=card.image,
        first_seen_at=card.first_seen_at,
        checked_at=card.checked_at,
        to_verify=card.suspect,
    )


def _product_name(summary: ProductSummary, base_url: str) -> ProductName:
    return ProductName(
        id=str(summary.product_id),
        page=base_url + path("produit", summary.product_id, summary.title),
        listings=summary.listings,
        shops=summary.shops,
        lowest=price(summary.lowest_minor, summary.currency),
    )


def price(amount_minor: int | None, currency: str | None) -> Price | None:
    """No price is not free."""
    return None if amount_minor is None or currency is None else Price(amount_minor=amount_minor, currency=currency)


def found(
    query: SearchQuery,
    results: SearchResults,
    cards: Sequence[Card],
    summaries: Mapping[int, ProductSummary],
    base_url: str,
) -> Found:
    """What a search finds. `cards` are those of `results.listing_ids`, in order, without the ones that are no longer
    public; `summaries` those of the products among them."""
    product_of = {hit.listing_id: hit.product_id for hit in results.hits if hit.product_id is not None}
    km = query.near.km if query.near else {}
    return Found(
        total=results.total,
        page=query.page,
        pages=max(min(results.last_page, MAX_PAGE, DEEPEST // query.per_page), 1),
        pages_exact=results.last_page_exact,
        per_page=query.per_page,
        corrected=results.corrected,
        widened=results.widened,
        results=[
            result(card, base_url, summary=summaries.get(product_of.get(card.listing_id, 0)), km=km.get(card.shop_id))
            for card in cards
        ],
        facets={name: _facet(name, results.facets[name]) for name in FACETS if name in results.facets},
    )


def _facet(name: str, values: Sequence[FacetValue]) -> list[FacetCount]:
    """With what the values are called on the portal's pages."""
    return [
        FacetCount(value=one.value, label=value_label(name, one.value, one.label), count=one.count) for one in values
    ]


def offer(view: OfferView) -> Offer:
    return Offer(
        offer_id=str(view.offer_id),
        variant=_attributes(view.variant),
        price=price(view.price_minor, view.currency),
        availability=view.availability.value if view.availability else None,
        quantity=view.quantity,
        gtin=view.gtin,
        sku=view.sku,
        url=view.url,
        images=list(view.images),
    )


def listing(view: ListingView, base_url: str) -> Listing:
    card = view.card
    crossed = None
    if view.crossed is not None and card.currency is not None:
        crossed = Crossed(
            list_price=Price(amount_minor=view.crossed.list_price_minor, currency=card.currency),
            lowest_30_days=Price(amount_minor=view.crossed.lowest_minor, currency=card.currency),
        )
    return Listing(
        listing_id=str(card.listing_id),
        product_id=None if view.product_id is None else str(view.product_id),
        title=card.title,
        brand=card.brand,
        category=view.category,
        shop_category=list(view.category_path),
        condition=view.condition,
        description=view.description,
        images=list(view.images),
        attributes=_attributes(view.attributes),
        offers=[offer(one) for one in view.offers],
        crossed=crossed,
        shop=ShopName(id=str(card.shop_id), name=card.shop_name, town=card.town or None),
        url=card.url,
        page=base_url + path("offre", card.listing_id, card.title),
        first_seen_at=card.first_seen_at,
        checked_at=card.checked_at,
        to_verify=card.suspect,
    )


def product(view: ProductView, base_url: str) -> Product:
    return Product(
        product_id=str(view.product_id),
        title=view.title,
        brand=view.brand,
        gtin=view.gtin,
        category=view.category,
        images=list(view.images),
        page=base_url + path("produit", view.product_id, view.title),
        listings=[listing(one, base_url) for one in view.listings],
    )


def shop(view: ShopView, base_url: str) -> Shop:
    return Shop(
        id=str(view.shop_id),
        name=view.name,
        merchant=view.merchant or None,
        siret=view.siret,
        url=view.url,
        page=base_url + path("boutique", view.shop_id, view.name),
        platform=view.platform,
        address=Address(
            street=view.address or None,
            postal_code=view.postal_code or None,
            town=view.town or None,
            insee=view.insee,
            latitude=view.latitude,
            longitude=view.longitude,
        ),
        opening_hours=[line.strip() for line in view.opening_hours.splitlines() if line.strip()],
        about=view.about or None,
        delivery=view.delivery or None,
        pickup=view.pickup,
        phone=view.phone or None,
        last_complete_at=view.last_complete_at,
    )


def freshness(found: Freshness) -> FreshnessAnswer:
    """Without who fails and why: that is between the shop and us."""
    return FreshnessAnswer(
        at=found.at,
        offers=found.offers,
        within_hour=found.within_hour,
        within_day=found.within_day,
        oldest=found.oldest,
        shops=[
            ShopFreshness(
                id=str(one.shop_id),
                name=one.name,
                offers=one.offers,
                within_hour=one.within_hour,
                within_day=one.within_day,
                oldest=one.oldest,
            )
            for one in found.shops
        ],
    )


def _attributes(pairs: Sequence[tuple[str, str]]) -> list[Attribute]:
    return [Attribute(name=name, value=value) for name, value in pairs]
