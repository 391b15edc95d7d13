"""The public JSON interface. A wrong parameter is refused with 422 and its name; nothing is guessed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, StringConstraints

from aggregator.search.port import SearchQuery, Sort
from aggregator.store import portal
from aggregator.web.payload import search_json
from aggregator.web.query import CLOSED_FACETS, MAX_PAGE, MAX_TEXT, MAX_VALUE, MAX_VALUES, PER_PAGE, clean
from aggregator.web.site import Site, site_of

router = APIRouter(prefix="/api/v1", tags=["recherche"])

_Value = Annotated[str, StringConstraints(max_length=MAX_VALUE)]
_Values = Annotated[list[_Value], Query(max_length=MAX_VALUES)]


def _known(name: str) -> AfterValidator:
    def check(values: list[str]) -> list[str]:
        for value in values:
            if value not in CLOSED_FACETS[name]:
                raise ValueError(f"must be one of: {', '.join(sorted(CLOSED_FACETS[name]))}")
        return values

    return AfterValidator(check)


@router.get("/search", summary="Search the region's offers")
def search(
    site: Annotated[Site, Depends(site_of)],
    q: Annotated[str, Query(max_length=MAX_TEXT, description="Words, as typed; empty = everything.")] = "",
    page: Annotated[int, Query(ge=1, le=MAX_PAGE, description=f"{PER_PAGE} results each.")] = 1,
    sort: Annotated[Sort, Query()] = Sort.RELEVANCE,
    category: _Values = [],  # noqa: B006  FastAPI copies defaults
    brand: _Values = [],  # noqa: B006
    shop: _Values = [],  # noqa: B006
    town: _Values = [],  # noqa: B006
    availability: Annotated[_Values, _known("availability")] = [],  # noqa: B006
    price: Annotated[_Values, _known("price")] = [],  # noqa: B006
    condition: Annotated[_Values, _known("condition")] = [],  # noqa: B006
    colour: _Values = [],  # noqa: B006
    size: _Values = [],  # noqa: B006
) -> dict[str, Any]:
    """Values of one facet are alternatives; facets are cumulative. `facets` lists the values that can be asked for.

    `price` is null where the shop shows none; `availability` is schema.org's word or null."""
    given = {
        "category": category, "brand": brand, "shop": shop, "town": town, "availability": availability, "price": price,
        "condition": condition, "colour": colour, "size": size,
    }  # fmt: skip
    filters = {name: tuple(clean(value, MAX_VALUE) for value in values) for name, values in given.items() if values}
    results = site.index.search(
        SearchQuery(text=clean(q), filters=filters, sort=sort, page=page, per_page=PER_PAGE, facets=True)
    )
    with site.store.read() as connection:
        cards = portal.cards(connection, results.listing_ids)
    return search_json(results, cards)
