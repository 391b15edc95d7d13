"""The public JSON interface, v1. A wrong parameter is refused with 422 and its name; nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from aggregator.geo import communes
from aggregator.publish import addresses
from aggregator.publish.addresses import path
from aggregator.search.port import DEEPEST, FACETS, Near, PriceRange, SearchQuery, Sort
from aggregator.store import directory, portal, products
from aggregator.store.portal import Gone
from aggregator.web import payload, places, shapes, views
from aggregator.web.interface import answer
from aggregator.web.query import CLOSED_FACETS, MAX_PAGE, MAX_PLACE, MAX_TEXT, MAX_VALUE, MAX_VALUES, PER_PAGE, clean
from aggregator.web.site import Site, site_of

router = APIRouter(prefix="/api/v1")
CurrentSite = Annotated[Site, Depends(site_of)]
Number = Annotated[int, Path(ge=1, lt=2**63)]

MOST_PER_PAGE = 100
SHOPS_A_PAGE = 100
LONGEST_PREFIX = 80
MOST_MINOR = 100_000_000_000
"""No price is higher: a thousand million euros."""
RARELY = 300
"""Seconds for which what changes rarely need not be asked again."""

_Value = Annotated[str, StringConstraints(max_length=MAX_VALUE)]


def _known(name: str) -> AfterValidator:
    def check(values: list[str]) -> list[str]:
        for value in values:
            if value not in CLOSED_FACETS[name]:
                raise ValueError(f"must be one of: {', '.join(sorted(CLOSED_FACETS[name]))}")
        return values

    return AfterValidator(check)


def _values(description: str) -> Any:
    return Field(default_factory=list, max_length=MAX_VALUES, description=description)


class Asked(BaseModel):
    """What `/search` takes. Values of one facet are alternatives; facets are cumulative."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=MAX_TEXT, description="Words, as typed; empty: everything.", examples=["théière"])
    page: int = Field(1, ge=1, le=MAX_PAGE, description="From 1 to `pages`; beyond, nothing is listed.")
    per_page: int = Field(PER_PAGE, ge=1, le=MOST_PER_PAGE, description=f"`page` x `per_page`: at most {DEEPEST}.")
    sort: Sort = Field(Sort.RELEVANCE, description="`distance` needs `near`.")
    near: str = Field(
        "", max_length=MAX_PLACE, description="A commune (name, postal code or both) or `latitude,longitude`."
    )
    km: float | None = Field(None, gt=0, le=1000, description="Only within so many kilometres of `near`.")
    verbatim: bool = Field(False, description="True: no word is corrected.")
    collapse: bool = Field(True, description="False: each listing is a result, also where several are one product.")
    category: list[_Value] = _values("Nodes of the portal's tree, see `/categories`.")
    price: Annotated[list[_Value], _known("price")] = _values("Bands in euros: `10-25`.")
    price_min_minor: int | None = Field(None, ge=0, le=MOST_MINOR, description="In cents: 1250 is 12,50 €; included.")
    price_max_minor: int | None = Field(None, ge=0, le=MOST_MINOR, description="Not below `price_min_minor`; included.")
    brand: list[_Value] = _values("As `facets` writes them.")
    shop: list[_Value] = _values("Ids.")
    town: list[_Value] = _values("Names of communes, as `facets` writes them.")
    availability: Annotated[list[_Value], _known("availability")] = _values("schema.org's words.")
    condition: Annotated[list[_Value], _known("condition")] = _values("`new`, `refurbished` or `used`.")
    colour: list[_Value] = _values("As `facets` writes them.")
    size: list[_Value] = _values("As `facets` writes them.")

    def address(self, base: str, page: int) -> str:
        """The address that asks the same for another page."""
        given = self.model_dump(mode="json", exclude_defaults=True, exclude={"page"})
        return f"{base}?{urlencode({**given, 'page': page}, doseq=True)}"


def _refused(parameter: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", parameter), "msg": message, "type": "value_error"}])


@router.get("/search", summary="Search the region's offers", response_model=shapes.SearchAnswer, tags=["search"])
def search(request: Request, site: CurrentSite, asked: Annotated[Asked, Query()]) -> Response:
    """As the portal's own results page. `total` and the counts of `facets` are exact and count listings; where several
    listings are one product they are one result, so pages end at `pages`."""
    if asked.page * asked.per_page > DEEPEST:
        raise _refused("page", f"page x per_page must not exceed {DEEPEST}")
    filters = {
        name: wanted
        for name in FACETS
        if (wanted := tuple(text for value in getattr(asked, name) if (text := clean(value, MAX_VALUE))))
    }
    prices = PriceRange(asked.price_min_minor, asked.price_max_minor)
    if prices.low is not None and prices.high is not None and prices.low > prices.high:
        raise _refused("price_max_minor", "must not be below price_min_minor")
    place = _place(site, asked)
    km: Mapping[int, float] = {}
    if place:
        with site.store.read() as connection:
            km = places.distances(connection, place)
    query = SearchQuery(
        text=clean(asked.q),
        filters=filters,
        sort=asked.sort,
        page=asked.page,
        per_page=asked.per_page,
        near=Near(km, asked.km) if place else None,
        verbatim=asked.verbatim,
        collapse=asked.collapse,
        prices=prices,
    )
    results = site.index.search(query)
    with site.store.read() as connection:
        cards = portal.cards(connection, results.listing_ids)
        summaries = products.summaries(
            connection, [hit.product_id for hit in results.hits if hit.product_id is not None]
        )
    found = payload.found(query, results, cards, summaries, site.public_url)
    base = f"{site.public_url}/api/v1/search"
    pages = [asked.address(base, number) for number in _turns(asked.page, found.pages)]
    told = shapes.SearchAnswer(**dict(found), links=_links(pages, asked.page, found.pages, exact=found.pages_exact))
    return answer(request, told, max_age=30)


def _place(site: Site, asked: Asked) -> places.Place | None:
    place = site.place(clean(asked.near, MAX_PLACE)) if asked.near else None
    if asked.near and place is None:
        raise _refused("near", "is no commune that we know, nor latitude,longitude")
    if place is None and asked.km is not None:
        raise _refused("km", "needs near")
    if place is None and asked.sort is Sort.DISTANCE:
        raise _refused("sort", "distance needs near")
    return place


def _turns(page: int, last: int) -> tuple[int, int, int, int, int]:
    return page, 1, min(page - 1, last), page + 1, last


def _links(addresses: list[str], page: int, last: int, *, exact: bool = True) -> shapes.Links:
    here, first, previous, following, end = addresses
    return shapes.Links(
        self=here,
        first=first,
        previous=previous if page > 1 else None,
        next=following if page < last else None,
        last=end if exact else None,
    )


@router.get("/listing/{listing_id}", summary="What one shop sells", response_model=shapes.Listing, tags=["catalogue"])
def listing(request: Request, site: CurrentSite, listing_id: Number) -> Response:
    """A listing with its variants: the page `/offre/<listing_id>-...`."""
    return answer(request, payload.listing(_listing(site, listing_id), site.public_url))


@router.get("/offer/{offer_id}", summary="One variant", response_model=shapes.OfferAnswer, tags=["catalogue"])
def offer(request: Request, site: CurrentSite, offer_id: Number) -> Response:
    """One offer, by the `offer_id` of results and listings, and the listing that it is a variant of."""
    with site.store.read() as connection:
        listing_id = directory.listing_of(connection, offer_id)
    if listing_id is None:
        raise HTTPException(404)
    view = _listing(site, listing_id)
    wanted = next((one for one in view.offers if one.offer_id == offer_id), None)
    if wanted is None:
        raise HTTPException(410)
    told = shapes.OfferAnswer(offer=payload.offer(wanted), listing=payload.listing(view, site.public_url))
    return answer(request, told)


def _listing(site: Site, listing_id: int) -> portal.ListingView:
    with site.store.read() as connection:
        found = portal.find_listing(connection, listing_id)
    if found is None:
        raise HTTPException(404)
    if isinstance(found, Gone):
        raise HTTPException(410)
    return found


@router.get(
    "/product/{product_id}", summary="What several shops sell", response_model=shapes.Product, tags=["catalogue"]
)
def product(request: Request, site: CurrentSite, product_id: Number) -> Response:
    """A product with the listings of all shops that sell it, by the `product.id` of a result. The id of a product that
    was merged into another answers with that other."""
    with site.store.read() as connection:
        found = products.find(connection, product_id)
    if found is None:
        raise HTTPException(404)
    return answer(request, payload.product(found, site.public_url))


@router.get("/shops", summary="The shops", response_model=shapes.ShopsAnswer, tags=["shops"])
def shops(
    request: Request,
    site: CurrentSite,
    page: Annotated[int, Query(ge=1, le=10_000, description="From 1 to `pages`.")] = 1,
) -> Response:
    """The public shops, by name."""
    with site.store.read() as connection:
        total, found = portal.list_shops(connection, offset=(page - 1) * SHOPS_A_PAGE, limit=SHOPS_A_PAGE)
    last = max(-(-total // SHOPS_A_PAGE), 1)
    base = f"{site.public_url}/api/v1/shops"
    told = shapes.ShopsAnswer(
        total=total,
        page=page,
        pages=last,
        per_page=SHOPS_A_PAGE,
        shops=[payload.shop(one, site.public_url) for one in found],
        links=_links([f"{base}?page={number}" for number in _turns(page, last)], page, last),
    )
    return answer(request, told, max_age=RARELY)


@router.get("/shop/{shop_id}", summary="One shop", response_model=shapes.ShopAnswer, tags=["shops"])
def shop(request: Request, site: CurrentSite, shop_id: Number) -> Response:
    """Who sells, where, when."""
    with site.store.read() as connection:
        found = portal.find_shop(connection, shop_id)
    if found is None:
        raise HTTPException(404)
    if isinstance(found, Gone):
        raise HTTPException(410)
    told = shapes.ShopAnswer(
        shop=payload.shop(found, site.public_url),
        listings=site.index.search(SearchQuery(filters={"shop": (str(shop_id),)}, per_page=1, facets=False)).total,
        search=f"{site.public_url}/api/v1/search?shop={shop_id}",
    )
    return answer(request, told)


@router.get("/suggest", summary="Complete a query", response_model=shapes.SuggestAnswer, tags=["search"])
def suggest(
    request: Request,
    site: CurrentSite,
    q: Annotated[str, Query(max_length=LONGEST_PREFIX, description="The beginning, as typed.")],
    limit: Annotated[int, Query(ge=1, le=10, description="At most so many of each kind.")] = 5,
) -> Response:
    """What the beginning of a query may become."""
    typed = clean(q, LONGEST_PREFIX) + (" " if q.endswith(" ") else "")
    base = site.public_url
    told = shapes.SuggestAnswer(queries=[], categories=[], brands=[], shops=[], listings=[])
    if typed.strip():
        found, known = site.index.suggest(typed, limit), views.tree()
        told = shapes.SuggestAnswer(
            queries=list(found.queries),
            categories=[shapes.SuggestedCategory(category=node, name=known.label(node)) for node in found.categories],
            brands=list(found.brands),
            shops=[
                shapes.Suggested(id=str(number), name=name, page=base + path("boutique", number, name))
                for number, name in found.shops
            ],
            listings=[
                shapes.Suggested(id=str(number), name=title, page=base + path("offre", number, title))
                for number, title in found.products
            ],
        )
    return answer(request, told, max_age=60)


@router.get("/categories", summary="The categories", response_model=shapes.CategoriesAnswer, tags=["directory"])
def categories(request: Request, site: CurrentSite) -> Response:
    """The portal's own tree, two levels, and how many listings each node has now."""
    found = site.overview().facets.get("category", ())
    counts = {one.value: one.count for one in found}
    told = shapes.CategoriesAnswer(
        categories=[
            shapes.Category(
                category=node.path,
                name=node.name,
                parent=node.parent,
                google_id=node.google_id,
                listings=counts.get(node.path, 0),
                page=site.public_url + addresses.category(node.path),
            )
            for node in views.tree().nodes
        ]
    )
    return answer(request, told, max_age=RARELY)


@router.get("/towns", summary="The communes with shops", response_model=shapes.TownsAnswer, tags=["directory"])
def towns(request: Request, site: CurrentSite) -> Response:
    """Communes where at least one public shop stands, most shops first."""
    with site.store.read() as connection:
        lines = directory.towns(connection)
    found = ((communes.by_insee(line.insee), line.shops) for line in lines)
    told = shapes.TownsAnswer(
        towns=[
            shapes.Town(
                insee=commune.insee,
                name=commune.name,
                postal_codes=list(commune.postal_codes),
                latitude=commune.latitude,
                longitude=commune.longitude,
                shops=count,
                page=site.public_url + addresses.town(commune.insee, commune.name),
            )
            for commune, count in found
            if commune is not None
        ]
    )
    return answer(request, told, max_age=RARELY)


@router.get("/freshness", summary="How fresh the offers are", response_model=shapes.FreshnessAnswer, tags=["directory"])
def freshness(request: Request, site: CurrentSite) -> Response:
    """What was checked when, shop by shop; measured every five minutes."""
    return answer(request, payload.freshness(site.freshness()), max_age=60)
