"""REST v3's variations in bulk, by the cheapest route that the shop has.

`/wc/v3/variations` came with 10.3; `wc-analytics/variations` takes the same list of ids and is there since 2020, twice
to four times slower, and open to an ordinary read key; one request per parent always works. The route that answered
is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.errors import CatalogueMalformed, ConnectorError
from connectors.woocommerce import mapping
from connectors.woocommerce.api import Api, comma, unreadable
from connectors.woocommerce.mapping import Json
from connectors.woocommerce.paging import SIZES

MEMORY_ROUTE: Final = "variations_route"
BULK_ROUTES: Final = {"v3": "/wc/v3/variations", "analytics": "/wc-analytics/variations"}
PER_PARENT: Final = "parent"
MAX_PAGES: Final = 100


class RestVariations:
    def __init__(self, api: Api, fields: Sequence[str]) -> None:
        self._api, self._fields = api, ",".join(fields)

    def fetch(self, pack: Mapping[int, int]) -> dict[int, Json]:
        """{variation id: parent id} -> those that exist, by id."""
        memory = self._api.connection.memory
        known = memory.get(MEMORY_ROUTE)
        if known in BULK_ROUTES:
            found = self._bulk(known, pack)
            if found is not None:
                return found
        elif known == PER_PARENT:
            return self._per_parent(pack)
        for name in BULK_ROUTES:
            if name != known and (found := self._bulk(name, pack)) is not None:
                memory[MEMORY_ROUTE] = name
                return found
        memory[MEMORY_ROUTE] = PER_PARENT
        return self._per_parent(pack)

    def _bulk(self, name: str, pack: Mapping[int, int]) -> dict[int, Json] | None:
        """None where the shop has no such route, closes it, or ignores the list of ids."""
        params: dict[str, str | int] = {"include": comma(pack), "per_page": SIZES[0], "orderby": "id", "order": "asc"}
        try:
            page = self._api.listing(BULK_ROUTES[name], {**params, "_fields": self._fields}, keyed=True)
        except ConnectorError as error:
            if unreadable(error) and not isinstance(error, CatalogueMalformed):
                return None
            raise
        found = {i: item for item in page.items if (i := mapping.identifier(item)) is not None}
        return found if found.keys() <= pack.keys() else None

    def _per_parent(self, pack: Mapping[int, int]) -> dict[int, Json]:
        found: dict[int, Json] = {}
        for parent in dict.fromkeys(pack.values()):
            for number in range(1, MAX_PAGES + 1):
                params: dict[str, str | int] = {"per_page": SIZES[0], "page": number, "orderby": "id", "order": "asc"}
                route = f"/wc/v3/products/{parent}/variations"
                page = self._api.listing(route, {**params, "_fields": self._fields}, keyed=True)
                for item in page.items:
                    if (i := mapping.identifier(item)) in pack and i is not None:
                        found[i] = {"parent_id": parent, **item}
                if len(page.items) < SIZES[0]:
                    break
        return found
