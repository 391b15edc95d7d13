"""Magento 2 (Adobe Commerce, Mage-OS) without a key: its GraphQL, which its own pages and apps read.

Only queries, and only by GET, as Magento allows for queries: nothing of ours can write. What is asked for is what the
catalogue shows to visitors of the default store view: products that are visible, with their variants, prices and
whether they are in stock; a shop that hides what is sold out does not list it at all. Its own "not visible
individually" products are offers of the ones that hold them.

A product is known by its SKU: unique by Magento's own rule, and what its list can be filtered by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from connectors import values
from connectors.doors import magento_mapping, magento_query
from connectors.doors.asking import LOOKED_AT, Asker, Words, answers, currency_code, origin
from connectors.doors.connector import Door, DoorConnector, keyless
from connectors.doors.magento_query import Answer, Beyond, Refused, TooMany, Unknown
from connectors.doors.sweep import Batch
from connectors.drafting import Mapped
from connectors.errors import CatalogueMalformed
from connectors.http import Response
from connectors.protocol import Evidence, Probe, ShopConnection
from connectors.records import Withdrawn

T = TypeVar("T")
SIZE: Final = 50
CONFIRMED: Final = 20
"""SKUs a request: an address may not grow without end."""
SKU_LIMIT: Final = 200
ATTEMPTS: Final = 8
"""Questions that a shop may refuse before it is given up: each time one thing less is asked for."""
_COMPLAINTS: Final = frozenset({400})
"""Newer versions complain about a query with this status."""
GIVES: Final = (
    "Sans clé : produits, déclinaisons, prix, prix barrés, photos, descriptions, rayons et disponibilité. Manquent : "
    "les marques, les codes-barres et, le plus souvent, les quantités."
)
WORDS: Final = Words(
    robots="Le fichier robots.txt de la boutique interdit la lecture de ses produits par les robots. Pour paraître "
    "ici, autorisez-y « EmplettesBot » sur /graphql.",
    closed="La boutique Magento ne répond pas sur /graphql. Rouvrez cette adresse en lecture (requêtes GET), ou donnez "
    "l'adresse d'un flux produits.",
)

_SIGNS: Final = re.compile(
    rb"text/x-magento-init|/static/(?:version\d+/)?frontend/|Magento_(?:Ui|Theme|Catalog)|\bmage/cookies|data-mage-init"
)


def looks_like_magento(home: Response) -> bool:
    """Its own headers and cookies, or what its pages cannot do without."""
    if any(name.lower().startswith("x-magento-") for name in home.headers):
        return True
    cookies = home.headers.get("Set-Cookie", "")
    return "mage-" in cookies or "X-Magento-Vary" in cookies or _SIGNS.search(home.body[:LOOKED_AT]) is not None


class MagentoDoor(Door):
    """One run's way to a Magento shop. A place is how many products were read before it."""

    first = "0"

    def __init__(self, asker: Asker) -> None:
        super().__init__(asker)
        self._size = SIZE
        self._without: frozenset[str] = frozenset()
        self._told: magento_mapping.Shop | None = None
        self._total: int | None = None

    # -- asking

    def _ask(self, question: Callable[[], str], accept: Callable[[Any], T]) -> T:
        """Ask, with one thing less each time that the shop says what it does not know."""
        for _ in range(ATTEMPTS):
            try:
                return self.ask.read(f"{self.ask.url}graphql", {"query": question()}, accept=accept, also=_COMPLAINTS)
            except Unknown as unknown:
                self._without |= unknown.fields
            except TooMany as refused:
                self._size = min(refused.most, self._size - 1) or 1
        raise CatalogueMalformed("GraphQL refuses every question")

    def batch(self, place: str) -> Batch:
        start = int(place)

        def accept(value: Any) -> Answer:
            found = magento_query.read(value)
            if not found.items and found.total > start:
                raise ValueError(f"an empty page at {start} where {found.total} products are announced")
            return found

        try:
            found = self._ask(lambda: magento_query.listing(start // self._size + 1, self._size, self._without), accept)
        except Beyond:  # the list got shorter, by whole pages
            return Batch([], None, total=0)
        begun = start // self._size * self._size
        end = begun + self._size
        self._total = found.total
        return Batch(found.items, str(end) if end < found.total else None, total=found.total)

    def key(self, item: Any) -> str | None:
        sku = item.get("sku") if isinstance(item, dict) else None
        return sku if isinstance(sku, str) and sku.strip() and len(sku) <= SKU_LIMIT else None

    def mapped(self, item: Any) -> Mapped:
        return magento_mapping.product(item, item["sku"], self.shop)

    def announced(self) -> int | None:
        return self._total

    # -- the shop

    @property
    def shop(self) -> magento_mapping.Shop:
        """The store view's own settings, asked for once; what it does not tell stays open."""
        if self._told is None:
            value = self.ask.glance(f"{self.ask.url}graphql", {"query": magento_query.CONFIG})
            try:
                config = magento_query.data(value).get("storeConfig")
            except (ValueError, Refused):
                config = None
            told = config if isinstance(config, dict) else {}
            self._told = magento_mapping.Shop(
                url=self._base(told.get("secure_base_link_url") or told.get("base_link_url")),
                currency=currency_code(told.get("default_display_currency_code")),
                suffix=told["product_url_suffix"] if isinstance(told.get("product_url_suffix"), str) else "",
            )
        return self._told

    def _base(self, raw: Any) -> str:
        """Where the store view's pages are, as it says itself, if that is on the shop's own site."""
        url, _ = values.http_url(raw) if isinstance(raw, str) else (None, None)
        if url is None or not values.same_site(url, self.ask.url):
            return self.ask.url
        if url.startswith("http://") and self.ask.url.startswith("https://"):  # a shop behind a proxy that ends TLS
            url = "https://" + url.removeprefix("http://")
        return url.rstrip("/") + "/"

    # -- by SKU

    def confirmed(self, ids: Sequence[str]) -> Iterator[Mapped]:
        """In one question for twenty. What the catalogue does not show is hidden: deleted, disabled or, in many
        shops, sold out; Magento does not tell which."""
        for at in range(0, len(ids), CONFIRMED):
            skus = ids[at : at + CONFIRMED]
            found = self._ask(partial(self._by_sku, skus), magento_query.read)
            shown = {key for item in found.items if (key := self.key(item)) is not None}
            yield from (self.record(item) for item in found.items if self.key(item) in skus)
            for sku in skus:
                if sku not in shown:
                    yield Withdrawn(source_id=sku, reason="hidden"), []

    def _by_sku(self, skus: Sequence[str]) -> str:
        return magento_query.by_sku(skus, self._without)


class MagentoConnector(DoorConnector):
    """Magento's GraphQL, by GET."""

    name = "magento"
    platform = "Magento"
    capabilities = keyless(requests_per_1000_products=22)

    def open(self, connection: ShopConnection) -> MagentoDoor:
        return MagentoDoor(Asker(connection, WORDS))

    def detect(self, probe: Probe) -> Evidence | None:
        """A list that answers is proof; a shop whose GraphQL is closed is left to whoever reads its pages."""
        if not looks_like_magento(probe.home):
            return None
        folder = probe.home.url.partition("?")[0].rpartition("/")[0] + "/"
        for base in dict.fromkeys((folder, origin(probe.home.url))):
            asker = Asker(ShopConnection(url=base, session=probe.session), WORDS, home=probe.home)
            total = answers(asker, f"{base}graphql", {"query": magento_query.PROBE}, _total)
            if total is not None:
                return Evidence(
                    connector=self.name,
                    platform=self.platform,
                    shop_url=base,
                    confidence=1.0,
                    reasons=("Le site porte les marques de Magento.", f"Son catalogue annonce {total} produits."),
                    gives=GIVES,
                )
        return None


def _total(value: Any) -> int:
    try:
        return magento_query.read(value).total
    except Refused as error:
        raise ValueError(str(error)) from None
