"""Shopify without a key: `/products.json`, which every shop's own theme may read.

It lists what is published in the online shop, newest first: texts, pictures, variants with prices and whether they
can be bought. Neither currency nor quantity nor barcode. Prices are those of the visitor's market, told by where the
request comes from: so the currency is asked for in the same way, of a product's own JSON (`price_currency`), before
the page's script, and only at last taken from the shop's base currency.

A product is known by its handle, not its number: nothing public answers to a number, and what cannot be asked for
cannot be proved gone. A handle that is changed is a new page to the buyer, too. `updated_at` does not move with the
stock, hence always the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from connectors.doors import shopify_mapping
from connectors.doors.asking import LOOKED_AT, RUBBISH, Asker, Words, answers, currency_code, origin
from connectors.doors.connector import ID_LIMIT, Door, DoorConnector, keyless
from connectors.doors.sweep import Batch
from connectors.doors.windows import window
from connectors.drafting import Json, Mapped
from connectors.errors import AccessForbidden, CatalogueMalformed, PlatformNotRecognised
from connectors.http import Response, redact_url
from connectors.json_body import read_json
from connectors.protocol import Evidence, Probe, ShopConnection
from connectors.records import Withdrawn

MOST: Final = 250
FARTHEST: Final = 25_000
"""Shopify answers no page beyond so many products."""
LISTS: Final = ("products.json", "collections/all/products.json")
GIVES: Final = (
    "Sans clé : produits, déclinaisons, prix TTC, prix barrés, photos, descriptions et disponibilité de chaque "
    "déclinaison. Manquent : les quantités et les codes-barres."
)
WORDS: Final = Words(
    robots="Le fichier robots.txt de la boutique interdit la lecture de ses produits par les robots. Pour paraître "
    "ici, autorisez-y « EmplettesBot » sur /products.json.",
    closed="La boutique Shopify ne donne pas sa liste de produits (/products.json). Réactivez-la, ou donnez l'adresse "
    "d'un flux produits.",
)
LOCKED: Final = (
    "La boutique Shopify est protégée par un mot de passe : vos clients n'y voient que la page d'attente. "
    "Ouvrez-la (Boutique en ligne > Préférences > Protection par mot de passe) avant de la publier ici."
)

_SIGNS: Final = re.compile(
    rb"cdn\.shopify\.com|/cdn/shop/|Shopify\.(?:theme|shop|routes)\b|shopify-digital-wallet|myshopify\.com"
)
_HEADERS: Final = ("x-shopid", "x-shopify-stage", "x-sorting-hat-shopid", "x-shardid")
_LOCALE: Final = re.compile(r"/[a-z]{2}(?:-[a-z]{2})?/?", re.I)
_CURRENCY: Final = (
    re.compile(rb"Shopify\.currency\s*=\s*\{[^{}]{0,200}?\"active\"\s*:\s*\"([A-Z]{3})\""),
    re.compile(rb"property=[\"']og:price:currency[\"']\s+content=[\"']([A-Z]{3})[\"']", re.I),
)
_PRODUCT_LINK: Final = re.compile(rb"href=[\"'][^\"']{0,300}/products/[^\"'/]+", re.I)


def looks_like_shopify(home: Response) -> bool:
    """Its own headers or cookies, or what its themes cannot do without."""
    if any(home.headers.get(name) for name in _HEADERS) or "_shopify_" in home.headers.get("Set-Cookie", ""):
        return True
    if "powered-by" in home.headers and "shopify" in home.headers["powered-by"].casefold():
        return True
    return _SIGNS.search(home.body[:LOOKED_AT]) is not None


def shut(url: str) -> bool:
    """Whether this is the page that asks for the shop's password."""
    return urlsplit(url).path.rstrip("/").endswith("/password")


def refusal(response: Response) -> AccessForbidden | None:
    """A closed shop leads every address to the page that asks for its password."""
    if not shut(response.url):
        return None
    return AccessForbidden(f"{redact_url(response.url)} asks for a password", message=LOCKED)


def shop_url(home: Response) -> str:
    """The shop's base address; a second language's where that was given ("/fr/")."""
    path = urlsplit(home.url).path
    return origin(home.url) + (path.strip("/") + "/" if len(path) > 1 and _LOCALE.fullmatch(path) else "")


def items_of(value: Any) -> list[Any]:
    """The list in an answer. Raises ValueError where there is none."""
    items = value.get("products") if isinstance(value, dict) else None
    if not isinstance(items, list) or (items and not any(isinstance(item, dict) for item in items)):
        raise ValueError("no list of products")
    if items and not any(isinstance(item, dict) and "handle" in item and "variants" in item for item in items):
        raise ValueError("not Shopify's products")
    return items


class ShopifyDoor(Door):
    """One run's way to a Shopify shop. A place is how many products were read before it, and of which list."""

    def __init__(self, asker: Asker) -> None:
        super().__init__(asker)
        self.first = "0:0"
        self._currency: str | None = None
        self._asked_currency = False
        self._meta: Json | None = None

    # -- the list

    def batch(self, place: str) -> Batch:
        which, end = map(int, place.split(":"))
        limit, page = window(end, MOST)
        try:
            items = self._items(LISTS[which], limit, page)
        except PlatformNotRecognised:
            if place != self.first:
                raise
            which = 1
            items = self._items(LISTS[which], limit, page)
        beyond = limit * page
        if beyond >= FARTHEST and len(items) >= limit:
            raise CatalogueMalformed(f"more than {FARTHEST} products: Shopify's list does not go farther")
        return Batch(items, f"{which}:{beyond}" if items else None, full=len(items) >= limit, overlaps=end > 0)

    def _items(self, name: str, limit: int, page: int) -> list[Any]:
        def accept(value: Any) -> list[Any]:
            items = items_of(value)
            if not items and page == 1 and (self.announced() or self.ask.shows(_PRODUCT_LINK)):
                raise ValueError("an empty list in a shop that shows products")
            return items

        return self.ask.read(self.ask.url + name, {"limit": limit, "page": page}, accept=accept)

    def key(self, item: Any) -> str | None:
        handle = item.get("handle") if isinstance(item, dict) else None
        if not isinstance(handle, str) or not handle.strip():
            return None
        handle = unquote(handle.strip())
        return handle if len(handle) <= ID_LIMIT else f"{handle[: ID_LIMIT - 22]}~{item.get('id')}"[:ID_LIMIT]

    def mapped(self, item: Any) -> Mapped:
        shop = self._shop(unquote(item["handle"].strip()))
        return shopify_mapping.product(item, self.key(item) or "", shop)

    # -- the shop

    def _shop(self, handle: str) -> shopify_mapping.Shop:
        if not self._asked_currency:
            self._asked_currency = True
            self._currency = self._find_currency(handle)
        return shopify_mapping.Shop(self.ask.url, str(self.meta.get("name") or ""), self._currency)

    @property
    def meta(self) -> Json:
        """What the shop says of itself; empty where it does not."""
        if self._meta is None:
            value = self.ask.glance(origin(self.ask.url) + "meta.json")
            self._meta = value if isinstance(value, dict) else {}
        return self._meta

    def announced(self) -> int | None:
        count = self.meta.get("published_products_count")
        return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None

    def _find_currency(self, handle: str) -> str | None:
        """The currency that this list's prices are in, surest first."""
        value = self.ask.glance(f"{self.ask.url}products/{quote(handle)}.json")
        told = value.get("product") if isinstance(value, dict) else None
        for variant in told.get("variants") or [] if isinstance(told, dict) else []:
            if isinstance(variant, dict) and (code := currency_code(variant.get("price_currency"))):
                return code
        for pattern in _CURRENCY:
            if self.ask.shows(pattern) and (found := pattern.search(self.ask.home.body[: 4 * LOOKED_AT])):
                return found[1].decode()
        cart = self.ask.glance(origin(self.ask.url) + "cart.js")
        told_by_cart = currency_code(cart.get("currency")) if isinstance(cart, dict) else None
        return told_by_cart or currency_code(self.meta.get("currency"))

    # -- by handle

    def confirmed(self, ids: Sequence[str]) -> Iterator[Mapped]:
        for handle in ids:
            if "~" not in handle:  # a cut handle is none
                yield self._confirmed(handle)

    def _confirmed(self, handle: str) -> Mapped:
        """By the product's own JSON. Gone: 404, or its address now leads to another page of the shop."""
        url = f"{self.ask.url}products/{quote(handle)}.js"
        if not self.ask.gate.allows(url):
            return None, []
        answer = self.ask.session.get(url, headers={"Accept": "application/json"})
        if locked := refusal(answer):
            raise locked
        moved = not unquote(urlsplit(answer.url).path).endswith(f"/products/{handle}.js")
        if answer.status in (404, 410) or (moved and answer.status == 200):
            return Withdrawn(source_id=handle, reason="gone"), []
        self.ask.judge(answer)
        try:
            item = shopify_mapping.as_listed(_object(read_json(answer.body)[0]))
        except (ValueError, TypeError, KeyError) as error:
            raise CatalogueMalformed(f"GET {redact_url(answer.url)}: {error}", message=RUBBISH) from None
        return self.record({**item, "handle": handle})


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ValueError(f"{type(value).__name__} where a product should be")
    return value


class ShopifyConnector(DoorConnector):
    """Shopify's public list of products."""

    name = "shopify"
    platform = "Shopify"
    capabilities = keyless(requests_per_1000_products=8)

    def open(self, connection: ShopConnection) -> ShopifyDoor:
        return ShopifyDoor(Asker(connection, WORDS, refusal=refusal))

    def detect(self, probe: Probe) -> Evidence | None:
        """The list that answers is proof. A closed shop is worth a check, which says what is in the way; a shop that
        gives no list is left to whoever reads its pages."""
        if not looks_like_shopify(probe.home):
            return None
        base = origin(probe.home.url) if shut(probe.home.url) else shop_url(probe.home)
        if shut(probe.home.url):
            return self._evidence(base, 0.5, "La boutique est une boutique Shopify, fermée par un mot de passe.")
        asker = Asker(ShopConnection(url=base, session=probe.session), WORDS, home=probe.home)
        for name in LISTS:
            if answers(asker, base + name, {"limit": 1, "page": 1}, items_of) is not None:
                return self._evidence(base, 1.0, "Le site porte les marques de Shopify.", "Sa liste publique répond.")
        return None

    def _evidence(self, url: str, confidence: float, *reasons: str) -> Evidence:
        return Evidence(
            connector=self.name,
            platform=self.platform,
            shop_url=url,
            confidence=confidence,
            reasons=reasons,
            gives=GIVES,
        )
