"""How a shop writes the addresses of its product pages, learnt from a few redirects instead of asked for each product.

The webservice gives no address. `index.php?controller=product&id_product=1` always leads to the page, so that form is
what is stored unless the shop's own route is proven: the redirects of some products must be exactly what one pattern
gives, for products of each class (with and without a barcode, with and without combinations) that it is used for.
What was decided is kept in the shop's memory, class by class, so that an address never changes from run to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product as every
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from connectors import values
from connectors.drafting import MALFORMED, Json
from connectors.errors import ConnectorError, ShopThrottled
from connectors.prestashop.api import Api
from connectors.prestashop.mapping import Shop, identifier, index_url, number, public, spoken

MEMORY_ROUTE: Final = "product_route"
PROOFS: Final = 4
"""Redirects that must agree before a pattern is used at all."""
OF_A_CLASS: Final = 2
"""Of each class that it is used for."""
MOST: Final = 20
"""Redirects asked for in one run, whatever the shop."""

_FRONTS: Final = ("{category}/", "", "{categories}/")
_BODIES: Final = ("{id}-{rewrite}", "{rewrite}-{id}", "{id}/{rewrite}", "{rewrite}/{id}", "{id}_{rewrite}")
_CODES: Final = ("-{ean13}", "")
_ENDS: Final = (".html", "", ".htm", "/")
PATTERNS: Final = tuple("".join(parts) for parts in every(_FRONTS, _BODIES, _CODES, _ENDS))
"""Of `{category:/}{id}{-:id_product_attribute}-{rewrite}{-:ean13}.html`, the default, and what merchants make of it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an address is made of."""

    id: int
    rewrite: str
    category: str
    categories: str
    """The slugs of the whole path."""
    ean13: str
    combinations: bool

    @property
    def kind(self) -> str:
        """The class of products whose addresses are made in the same way."""
        return (
            "".join(
                letter for letter, has in (("e", self.ean13), ("c", self.combinations), ("n", not self.category)) if has
            )
            or "-"
        )

    def fill(self, pattern: str) -> str:
        """What PrestaShop makes of the pattern: an empty keyword takes its separator along."""
        for keyword, text in (("{category}", self.category), ("{categories}", self.categories)):
            pattern = pattern.replace(f"{keyword}/", f"{text}/" if text else "")
        pattern = pattern.replace("-{ean13}", f"-{self.ean13}" if self.ean13 else "")
        return pattern.replace("{id}", str(self.id)).replace("{rewrite}", self.rewrite)


def fitting(patterns: Iterable[str], facts: Facts, address: str) -> dict[str, str]:
    """pattern -> what stands before it ("https://shop.fr/", or ".../fr/"), of those that end the address exactly."""
    found = {}
    for pattern in patterns:
        tail = facts.fill(pattern)
        lead = address.removesuffix(tail)
        if lead != address and lead.endswith("/"):
            found[pattern] = lead
    return found


class Router:
    """Gives product pages' addresses: the shop's own where its way of writing them is proven, else index.php's."""

    def __init__(
        self, api: Api, shop: Shop, slugs: Mapping[int, str], parents: Mapping[int, int], *, languages: int = 1
    ) -> None:
        self._api = api
        self._shop = shop
        self._slugs, self._parents = slugs, parents
        self._several_languages = languages > 1
        self._patterns: dict[str, str] = {}
        """Pattern -> lead: all that agree with every redirect so far."""
        self._kinds: dict[str, bool] = {}
        self._proofs = 0
        self._asked = 0
        self._learning = True
        self._rechecked: set[str] = set()
        self._recall()

    # -- giving --------------------------------------------------------------------------------------------------

    def page(self, item: Json) -> str | None:
        """The canonical address, or None where it is not proven for products of its class."""
        try:
            facts = self.facts(item)
        except MALFORMED:
            return None
        if not self._kinds.get(facts.kind) or not facts.rewrite:
            return None
        pattern, lead = next(iter(self._patterns.items()))
        url, _ = values.http_url(lead + facts.fill(pattern))
        return url

    def facts(self, item: Json) -> Facts:
        category = number(item.get("id_category_default"))
        ean13 = item.get("ean13")
        return Facts(
            id=number(item["id"]),
            rewrite=spoken(item.get("link_rewrite"), self._shop.language),
            category=self._slugs.get(category, ""),
            categories="/".join(self._path(category)),
            ean13=ean13 if isinstance(ean13, str) else str(ean13 or ""),
            combinations=number(item.get("cache_default_attribute")) > 0,
        )

    def _path(self, category: int) -> list[str]:
        """Slugs from below the home category to this one."""
        path: list[str] = []
        seen: set[int] = set()
        while category in self._parents and category not in seen:
            seen.add(category)
            path.append(self._slugs.get(category, ""))
            category = self._parents[category]
        return path[::-1]

    # -- learning ------------------------------------------------------------------------------------------------

    def learn(self, items: Sequence[Json], *, recheck: bool = False) -> None:
        """Look at a page of products: ask for a few redirects of each class that is not decided yet.

        `recheck`: one product of each decided class is asked for again; where the shop writes its addresses in
        another way now, all is learnt anew. A shop that does not answer leaves everything as it is."""
        if not self._learning:
            return
        classes = self._classes(items)
        if recheck and not self._holds(classes):
            self._patterns, self._kinds, self._proofs = {}, {}, 0
        for kind in classes:
            if kind not in self._kinds:
                self._decide(kind, classes[kind])
        self._remember()

    def _classes(self, items: Sequence[Json]) -> dict[str, list[Facts]]:
        """The products by class, those deepest in the category tree first: they tell the most."""
        classes: dict[str, list[Facts]] = {}
        for item in items:
            try:
                if identifier(item) is not None and public(item) and (facts := self.facts(item)).rewrite:
                    classes.setdefault(facts.kind, []).append(facts)
            except MALFORMED:
                continue
        for found in classes.values():
            found.sort(key=lambda f: (-f.categories.count("/"), f.id))
        return dict(sorted(classes.items(), key=lambda pair: (-len(pair[1]), pair[0])))

    def _holds(self, classes: Mapping[str, list[Facts]]) -> bool:
        for kind, right in self._kinds.items():
            if right and kind in classes and kind not in self._rechecked:
                self._rechecked.add(kind)
                address = self._resolve(classes[kind][0])
                if address is not None and not fitting(self._patterns, classes[kind][0], address):
                    return False
        return True

    def _decide(self, kind: str, products: Sequence[Facts]) -> None:
        agreed, wanted = 0, OF_A_CLASS if self._proofs else PROOFS
        for facts in products[: wanted + 1]:
            address = self._resolve(facts)
            if address is None:
                if not self._learning:
                    return
                continue
            known = dict(self._patterns) if self._proofs else dict.fromkeys(PATTERNS, "")
            left = {
                pattern: lead
                for pattern, lead in fitting(known, facts, address).items()
                if known[pattern] in ("", lead)
            }
            if not left:
                self._kinds[kind] = False
                return
            self._patterns, self._proofs, agreed = left, self._proofs + 1, agreed + 1
            if agreed == wanted:
                break
        # the only one of its class is enough where the pattern is proven by others
        if agreed >= OF_A_CLASS or (agreed and agreed == len(products) and self._proofs > PROOFS):
            self._kinds[kind] = True

    def _resolve(self, facts: Facts) -> str | None:
        """Where index.php sends this product's visitors, itself where it sends them nowhere; None for no answer."""
        url = index_url(facts.id, self._shop)
        if self._several_languages and self._shop.language:
            url += f"&id_lang={self._shop.language}"
        if self._asked >= MOST:
            self._learning = False
            return None
        self._asked += 1
        try:
            if not self._api.gate.allows(url):
                self._learning = False
                return None
            answer = self._api.session.get(url, follow_redirects=False, tries=1, max_bytes=2**20)
        except ShopThrottled:
            raise
        except ConnectorError:  # in maintenance, say, when the webservice still answers
            self._learning = False
            return None
        if answer.status == 200:  # no rewriting of addresses: index.php's is the canonical one
            return url
        if answer.status not in (301, 302):
            return None
        location, _ = values.http_url(answer.headers.get("Location", ""), url)
        return location if location and values.same_site(location, self._shop.url) else url

    # -- remembering ---------------------------------------------------------------------------------------------

    def _recall(self) -> None:
        try:
            raw: Any = orjson.loads(self._api.connection.memory.get(MEMORY_ROUTE, ""))
            if raw["v"] != 1 or not all(
                isinstance(lead, str) and urlsplit(lead).netloc for lead in raw["patterns"].values()
            ):
                return
            self._patterns = {str(p): lead for p, lead in raw["patterns"].items()}
            self._kinds = {str(kind): right is True and bool(self._patterns) for kind, right in raw["kinds"].items()}
            self._proofs = int(raw["proofs"])
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
            self._patterns, self._kinds, self._proofs = {}, {}, 0

    def _remember(self) -> None:
        if self._proofs < PROOFS:  # too little to be used: nothing is decided yet
            self._kinds = {kind: right for kind, right in self._kinds.items() if not right}
        state = {"v": 1, "patterns": self._patterns, "kinds": self._kinds, "proofs": self._proofs}
        self._api.connection.memory[MEMORY_ROUTE] = orjson.dumps(state).decode()
