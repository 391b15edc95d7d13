"""Big Cartel without a key: `/products.json` and `/store.json`, which its themes and its makers' own sites read.

The list has what is shown in the shop, sold out and coming products included: texts, pictures, options with prices
and whether they are sold out; no stock, no barcode, no SKU. Unproven: written by what the platform and those who read
it say, never seen on a live shop. So nothing is taken for granted: `limit` and `page` may be ignored, the currency
may be told as a code or a sign, `/store.json` may not be there.

A product is known by its permalink: nothing public answers to its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from connectors.doors import big_cartel_mapping
from connectors.doors.asking import LOOKED_AT, RUBBISH, Asker, Words, answers, currency_code, origin
from connectors.doors.connector import ID_LIMIT, Door, DoorConnector, keyless
from connectors.doors.sweep import Batch
from connectors.doors.windows import window
from connectors.drafting import Json, Mapped
from connectors.errors import CatalogueMalformed
from connectors.http import Response, redact_url
from connectors.json_body import read_json
from connectors.protocol import Evidence, Probe, ShopConnection
from connectors.records import Withdrawn

MOST: Final = 100
GIVES: Final = (
    "Sans clé : produits, options, prix, photos, descriptions et ce qui est épuisé. Manquent : les quantités, les "
    "codes-barres et les références."
)
WORDS: Final = Words(
    robots="Le fichier robots.txt de la boutique interdit la lecture de ses produits par les robots. Pour paraître "
    "ici, autorisez-y « EmplettesBot » sur /products.json.",
    closed="La boutique Big Cartel ne donne pas sa liste de produits (/products.json). Donnez l'adresse d'un flux "
    "produits, ou envoyez un tableur.",
)
SIGNS_OF_CURRENCY: Final = {"€": "EUR", "£": "GBP"}
"""Signs that mean one currency; "$" is that of twenty countries."""

_SIGNS: Final = re.compile(
    rb"assets\.bigcartel\.com|images\.bigcartel\.com|window\.bigcartel\b|content=[\"']Big Cartel"
)
_CURRENCY: Final = (
    re.compile(rb"bigcartel\b[^<]{0,2000}?\"currency\"\s*:\s*\"([A-Z]{3})\""),
    re.compile(rb"property=[\"'](?:og|product):price:currency[\"']\s+content=[\"']([A-Z]{3})[\"']", re.I),
)
_PRODUCT_LINK: Final = re.compile(rb"href=[\"'][^\"']{0,300}/product/[^\"'/]+", re.I)


def looks_like_big_cartel(home: Response) -> bool:
    """Its own host, or what its themes cannot do without."""
    host = urlsplit(home.url).hostname or ""
    return host.endswith(".bigcartel.com") or _SIGNS.search(home.body[:LOOKED_AT]) is not None


def items_of(value: Any) -> list[Any]:
    """The list in an answer. Raises ValueError where there is none."""
    if not isinstance(value, list):
        raise ValueError(f"{type(value).__name__} where a list of products should be")
    if value and not any(isinstance(item, dict) and "permalink" in item and "options" in item for item in value):
        raise ValueError("not Big Cartel's products")
    return value


class BigCartelDoor(Door):
    """One run's way to a Big Cartel shop. A place is how many products were read before it."""

    first = "0"

    def __init__(self, asker: Asker) -> None:
        super().__init__(asker)
        self._store: Json | None = None
        self._currency: str | None = None

    def batch(self, place: str) -> Batch:
        end = int(place)
        limit, page = window(end, MOST)

        def accept(value: Any) -> list[Any]:
            items = items_of(value)
            if not items and page == 1 and (self.announced() or self.ask.shows(_PRODUCT_LINK)):
                raise ValueError("an empty list in a shop that shows products")
            return items

        items = self.ask.read(f"{self.ask.url}products.json", {"limit": limit, "page": page}, accept=accept)
        after = str(limit * page) if items else None
        # More than was asked for: `limit` is not honoured, and where a page begins cannot be told.
        return Batch(items, after, full=len(items) == limit, overlaps=end > 0 and len(items) <= limit)

    def key(self, item: Any) -> str | None:
        permalink = item.get("permalink") if isinstance(item, dict) else None
        if not isinstance(permalink, str) or not permalink.strip():
            return None
        permalink = unquote(permalink.strip())
        return permalink if len(permalink) <= ID_LIMIT else None

    def mapped(self, item: Any) -> Mapped:
        return big_cartel_mapping.product(
            item, self.key(item) or "", big_cartel_mapping.Shop(self.ask.url, self.currency)
        )

    # -- the shop

    @property
    def store(self) -> Json:
        """What the shop says of itself; empty where it does not."""
        if self._store is None:
            value = self.ask.glance(f"{self.ask.url}store.json")
            self._store = value if isinstance(value, dict) else {}
        return self._store

    @property
    def currency(self) -> str | None:
        if self._currency is None:
            self._currency = self._find_currency()
        return self._currency or None

    def _find_currency(self) -> str:
        """The shop's code, else its unmistakable sign, else what its pages say; "" where none does."""
        told = self.store.get("currency")
        if isinstance(told, dict):
            code = currency_code(told.get("code")) or SIGNS_OF_CURRENCY.get(str(told.get("sign")))
            if code:
                return code
        for pattern in _CURRENCY:
            if self.ask.shows(pattern) and (found := pattern.search(self.ask.home.body[: 4 * LOOKED_AT])):
                return found[1].decode()
        return ""

    def announced(self) -> int | None:
        count = self.store.get("products_count")
        return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None

    # -- by permalink

    def confirmed(self, ids: Sequence[str]) -> Iterator[Mapped]:
        for permalink in ids:
            yield self._confirmed(permalink)

    def _confirmed(self, permalink: str) -> Mapped:
        """By the product's own JSON. Gone: 404, or its address leads elsewhere."""
        url = f"{self.ask.url}product/{quote(permalink)}.json"
        if not self.ask.gate.allows(url):
            return None, []
        answer = self.ask.session.get(url, headers={"Accept": "application/json"})
        moved = not unquote(urlsplit(answer.url).path).endswith(f"/product/{permalink}.json")
        if answer.status in (404, 410) or (moved and answer.status == 200):
            return Withdrawn(source_id=permalink, reason="gone"), []
        self.ask.judge(answer)
        try:
            items = items_of([read_json(answer.body)[0]])
        except ValueError as error:
            raise CatalogueMalformed(f"GET {redact_url(answer.url)}: {error}", message=RUBBISH) from None
        return self.record(items[0])


class BigCartelConnector(DoorConnector):
    """Big Cartel's public list of products."""

    name = "big-cartel"
    platform = "Big Cartel"
    capabilities = keyless(requests_per_1000_products=15)

    def open(self, connection: ShopConnection) -> BigCartelDoor:
        return BigCartelDoor(Asker(connection, WORDS))

    def detect(self, probe: Probe) -> Evidence | None:
        """The list that answers is proof; a shop that gives none is left to whoever reads its pages."""
        if not looks_like_big_cartel(probe.home):
            return None
        base = origin(probe.home.url)
        asker = Asker(ShopConnection(url=base, session=probe.session), WORDS, home=probe.home)
        if answers(asker, f"{base}products.json", {"limit": 1, "page": 1}, items_of) is None:
            return None
        return Evidence(
            connector=self.name,
            platform=self.platform,
            shop_url=base,
            confidence=1.0,
            reasons=("Le site porte les marques de Big Cartel.", "Sa liste publique de produits répond."),
            gives=GIVES,
        )
