"""The shapes of the JSON interface's answers, exactly as its OpenAPI document shows them.

Names are stable within v1: fields are added, never renamed or given another meaning. Ids are strings; money is integer
minor units with its ISO code; instants are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Instant = Annotated[
    datetime,
    PlainSerializer(
        lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"), return_type=str, when_used="json"
    ),
]
Id = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
Availability = Literal["InStock", "BackOrder", "OutOfStock"]
Condition = Literal["new", "refurbished", "used"]


class Shape(BaseModel):
    """What all answers share: every field is there, null where the shop does not say."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class Price(Shape):
    """What the shop shows, all taxes included."""

    amount_minor: int = Field(ge=0, description="In minor units: 1290 is 12.90 EUR.")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")


class ShopName(Shape):
    id: Id
    name: str
    town: str | None = Field(description="Commune of the merchant.")


class ProductName(Shape):
    """What it is across shops, where more than one sells it."""

    id: Id
    page: str = Field(description="Its page on the portal.")
    listings: int = Field(ge=1, description="How many offers of shops are this product.")
    shops: int = Field(ge=1)
    lowest: Price | None = Field(description="Of what can be bought; of all where nothing can.")


class Result(Shape):
    """One result: a product of one shop (a listing), shown by its cheapest offer that can be bought."""

    listing_id: Id = Field(description="The id in the address of its page, `/offre/<listing_id>-...`.")
    offer_id: Id = Field(description="The variant whose price, availability and address these are.")
    product: ProductName | None
    title: str
    brand: str | None
    price: Price | None = Field(description="Null where the shop shows none.")
    price_varies: bool = Field(description="Other variants that can be bought cost more.")
    variants: int = Field(ge=1)
    availability: Availability | None = Field(description="schema.org's word; null where the shop does not say.")
    shop: ShopName
    distance_km: float | None = Field(description="From `near` to the shop; null without it, or where it is nowhere.")
    url: str | None = Field(description="The product in the shop; null where the shop has no site.")
    page: str = Field(description="Its page on the portal.")
    image: str | None
    first_seen_at: Instant
    checked_at: Instant = Field(description="When the shop last said this.")
    to_verify: bool = Field(description="The last read of the shop did not find it.")


class FacetCount(Shape):
    value: str = Field(description="What to ask for.")
    label: str = Field(description="What to show, in French.")
    count: int = Field(ge=0)


class Links(Shape):
    """Addresses of pages of this answer."""

    self: str
    first: str
    previous: str | None
    next: str | None
    last: str | None = Field(description="Null where `pages` is not exact.")


class Found(Shape):
    total: int = Field(
        ge=0, description="Exactly how many listings are found; fewer results where some are one product."
    )
    page: int = Field(ge=1)
    pages: int = Field(ge=1, description="The last page that has a result; the most it can be where it is not exact.")
    pages_exact: bool = Field(
        description="False on the first pages of many results, which are not all counted as products."
    )
    per_page: int = Field(ge=1)
    corrected: str | None = Field(description="The words that were sought instead, where one was corrected.")
    widened: bool = Field(description="Results that have only some of the words follow those that have all.")
    results: list[Result]
    facets: dict[str, list[FacetCount]] = Field(description="By facet, the values to narrow by, commonest first.")


class SearchAnswer(Found):
    links: Links


class Attribute(Shape):
    name: str
    value: str


class Offer(Shape):
    """One variant that can be bought."""

    offer_id: Id
    variant: list[Attribute]
    price: Price | None
    availability: Availability | None
    quantity: int | None = Field(description="How many the shop has, where it tells.")
    gtin: str | None = Field(description="GTIN-14.")
    sku: str | None
    url: str | None
    images: list[str]


class Crossed(Shape):
    """A reduction that may be announced."""

    list_price: Price = Field(description="The price that the shop crosses out.")
    lowest_30_days: Price = Field(
        description="The lowest price of the 30 days before (code de la consommation L112-1-1)."
    )


class Listing(Shape):
    """What one shop sells, with its variants."""

    listing_id: Id
    product_id: Id | None
    title: str
    brand: str | None
    category: str | None = Field(description="Node of the portal's tree: `maison/vaisselle`.")
    shop_category: list[str] = Field(description="The shop's own words, from the root down.")
    condition: Condition | None
    description: str = Field(description="HTML of few tags, without attributes.")
    images: list[str]
    attributes: list[Attribute]
    offers: list[Offer] = Field(min_length=1)
    crossed: Crossed | None = Field(description="Of the offer with the lowest price.")
    shop: ShopName
    url: str | None
    page: str
    first_seen_at: Instant
    checked_at: Instant
    to_verify: bool


class OfferAnswer(Shape):
    """One offer and the listing that it is a variant of."""

    offer: Offer
    listing: Listing


class Product(Shape):
    """What several shops sell."""

    product_id: Id
    title: str
    brand: str | None
    gtin: str | None
    category: str | None
    images: list[str]
    page: str
    listings: list[Listing] = Field(min_length=1, description="What can be bought first, then by price.")


class Address(Shape):
    street: str | None
    postal_code: str | None
    town: str | None
    insee: str | None = Field(description="Code of the commune.")
    latitude: float | None
    longitude: float | None


class Shop(Shape):
    id: Id
    name: str
    merchant: str | None = Field(description="Who sells, by law.")
    siret: str | None
    url: str | None = Field(description="Null where the shop has no site.")
    page: str
    platform: str
    address: Address
    opening_hours: list[str] = Field(description="schema.org's short form: `Mo-Fr 09:00-12:30,14:00-19:00`.")
    about: str | None
    delivery: str | None
    pickup: bool | None = Field(description="Click and collect; null where it is not known.")
    phone: str | None = Field(description="Only of shops without a site.")
    last_complete_at: Instant | None = Field(description="When its whole catalogue was last read.")


class ShopAnswer(Shape):
    shop: Shop
    listings: int = Field(ge=0, description="How many of its listings are public.")
    search: str = Field(description="Where to find them.")


class ShopsAnswer(Shape):
    total: int = Field(ge=0)
    page: int = Field(ge=1)
    pages: int = Field(ge=1)
    per_page: int = Field(ge=1)
    shops: list[Shop]
    links: Links


class Suggested(Shape):
    id: Id
    name: str
    page: str


class SuggestedCategory(Shape):
    category: str
    name: str


class SuggestAnswer(Shape):
    queries: list[str] = Field(description="The text with its last word completed; only such as find something.")
    categories: list[SuggestedCategory]
    brands: list[str]
    shops: list[Suggested]
    listings: list[Suggested]


class Category(Shape):
    category: str = Field(description="What the facet `category` takes.")
    name: str
    parent: str | None
    google_id: int | None = Field(description="Google's product category.")
    listings: int = Field(ge=0)
    page: str


class CategoriesAnswer(Shape):
    categories: list[Category]


class Town(Shape):
    insee: str
    name: str
    postal_codes: list[str]
    latitude: float
    longitude: float
    shops: int = Field(ge=1)
    page: str


class TownsAnswer(Shape):
    towns: list[Town]


class ShopFreshness(Shape):
    id: Id
    name: str
    offers: int
    within_hour: int = Field(description="Offers checked within the last hour.")
    within_day: int
    oldest: Instant | None


class FreshnessAnswer(Shape):
    at: Instant = Field(description="When this was measured.")
    offers: int
    within_hour: int
    within_day: int
    oldest: Instant | None
    shops: list[ShopFreshness]


class ExportAnswer(Shape):
    """The newest bulk export."""

    date: str
    offers: int
    shops: int
    bytes: int
    sha256: str
    licence: str | None
    format: Literal["application/jsonl+gzip"] = "application/jsonl+gzip"
    url: str


class ParameterProblem(Shape):
    parameter: str
    message: str


class Problem(BaseModel):
    """RFC 9457: why there is no answer."""

    type: str = Field(description="Address of what is said of this kind of problem.")
    title: str
    status: int
    detail: str
    problems: list[ParameterProblem] = Field(
        default_factory=list, description="Which parameters were refused, and why."
    )
